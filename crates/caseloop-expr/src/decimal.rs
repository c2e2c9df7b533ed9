//! Scaled whole numbers as text: exact, with at most 18 digits after the point. Not: arithmetic on them.

/// The digits after the point that a decimal may have.
pub(crate) const MAX_SCALE: u8 = 18;

/// `-12.50` as (−1250, 2); `None` where it is not a plain decimal number or does not fit.
pub(crate) fn parse(text: &str) -> Option<(i64, u8)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || (digits.contains('.') && fraction.is_empty()) {
        return None;
    }
    let scale = u8::try_from(fraction.len()).ok().filter(|scale| *scale <= MAX_SCALE)?;
    let mut units: i64 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        units = units.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
    }
    Some((if negative { -units } else { units }, scale))
}

/// The number with all of its `scale` digits after the point.
pub(crate) fn write(units: i64, scale: u8) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let scale = usize::from(scale);
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if scale == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// The same number with `to` digits after the point; `None` where digits would be lost or it does not fit.
pub(crate) fn rescale(units: i64, from: u8, to: u8) -> Option<i64> {
    if to >= from {
        10_i64
            .checked_pow(u32::from(to - from))
            .and_then(|factor| units.checked_mul(factor))
    } else {
        let divisor = 10_i64.checked_pow(u32::from(from - to))?;
        (units % divisor == 0).then(|| units / divisor)
    }
}
