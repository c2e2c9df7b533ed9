//! Times as scenarios write them: local to one zone that is named once, or with an offset.

use caseloop::Instant;
use chrono::{DateTime, FixedOffset, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// In which zone a scenario's local times are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// One of the IANA database, such as `Asia/Shanghai`.
    Named(Tz),
    /// A fixed distance from UTC, as a time with an offset says it.
    Fixed(FixedOffset),
}

/// Why a text is no time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TimeSlip {
    /// It is written otherwise.
    Malformed,
    /// It says no zone, and there is none to fall back on.
    NoZone,
    /// This zone does not exist; where its name begins in the text.
    UnknownZone(usize),
    /// The clock is put forward over it.
    Skipped,
}

impl Zone {
    /// UTC.
    pub const UTC: Self = Self::Named(Tz::UTC);

    /// The zone of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(Self::Named)
    }

    /// The first instant at which clocks of the zone show `local`; `None` where they never do.
    #[must_use]
    pub fn instant(self, local: NaiveDateTime) -> Option<Instant> {
        fn first<T: TimeZone>(found: LocalResult<DateTime<T>>) -> Option<Instant> {
            found.earliest().map(|at| at.with_timezone(&Utc).into())
        }
        match self {
            Self::Named(zone) => first(zone.from_local_datetime(&local)),
            Self::Fixed(zone) => first(zone.from_local_datetime(&local)),
        }
    }

    /// What clocks of the zone show.
    #[must_use]
    pub fn local(self, at: Instant) -> Option<NaiveDateTime> {
        let utc = at.to_utc()?;
        Some(match self {
            Self::Named(zone) => utc.with_timezone(&zone).naive_local(),
            Self::Fixed(zone) => utc.with_timezone(&zone).naive_local(),
        })
    }

    /// The instant as clocks of the zone show it, `2025-11-18T17:30`; seconds where there are any.
    #[must_use]
    pub fn write(self, at: Instant) -> String {
        let Some(local) = self.local(at) else {
            return at.to_string();
        };
        let form = match (at.0.rem_euclid(60_000), at.0.rem_euclid(1_000)) {
            (0, _) => "%Y-%m-%dT%H:%M",
            (_, 0) => "%Y-%m-%dT%H:%M:%S",
            _ => "%Y-%m-%dT%H:%M:%S%.3f",
        };
        local.format(form).to_string()
    }

    /// Its name, or its offset.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Named(zone) => zone.name().to_owned(),
            Self::Fixed(offset) => offset.to_string(),
        }
    }

    /// So many months later, at the same time of day or on the last day of a shorter month.
    pub(crate) fn months_after(self, at: Instant, months: u32) -> Option<Instant> {
        let later = self.local(at)?.checked_add_months(Months::new(months))?;
        self.instant(later)
    }
}

/// Reads a time: `2025-11-18T16:30 Asia/Shanghai`, `2025-11-18T16:30` in `zone`, or `2025-11-18T16:30:00+08:00`. A space may
/// stand for the `T`. The zone that it names comes with it.
pub(crate) fn parse(text: &str, zone: Option<Zone>) -> Result<(Instant, Option<Zone>), TimeSlip> {
    let text = text.trim_end();
    let date = text.get(..10).ok_or(TimeSlip::Malformed)?;
    let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").map_err(|_| TimeSlip::Malformed)?;
    let rest = text.get(10..).and_then(|rest| rest.strip_prefix(['T', ' ']));
    let rest = rest.ok_or(TimeSlip::Malformed)?;
    let end = rest
        .find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, ':' | '.')))
        .unwrap_or(rest.len());
    let (time, after) = rest.split_at(end);
    let forms = ["%H:%M", "%H:%M:%S", "%H:%M:%S%.3f"];
    let time = forms.iter().find_map(|form| NaiveTime::parse_from_str(time, form).ok());
    let local = date.and_time(time.ok_or(TimeSlip::Malformed)?);
    let named = match after.trim() {
        "" => None,
        "Z" => Some(Zone::UTC),
        offset if offset.starts_with(['+', '-']) => {
            let offset = offset.parse::<FixedOffset>().map_err(|_| TimeSlip::Malformed)?;
            Some(Zone::Fixed(offset))
        }
        name if after.starts_with(' ') => {
            let begins = text.len() - after.trim_start().len();
            Some(Zone::named(name).ok_or(TimeSlip::UnknownZone(begins))?)
        }
        _ => return Err(TimeSlip::Malformed),
    };
    let zone = named.or(zone).ok_or(TimeSlip::NoZone)?;
    Ok((zone.instant(local).ok_or(TimeSlip::Skipped)?, named))
}

#[cfg(test)]
mod tests {
    use super::{TimeSlip, Zone, parse};

    #[test]
    fn a_time_is_local_to_its_zone() {
        let shanghai = Zone::named("Asia/Shanghai");
        let reads = |text: &str| parse(text, shanghai).map(|(at, _)| at.to_string());
        assert_eq!(reads("2025-11-18T16:30"), Ok("2025-11-18T08:30:00Z".to_owned()));
        assert_eq!(reads("2025-11-18 16:30:05"), Ok("2025-11-18T08:30:05Z".to_owned()));
        assert_eq!(
            reads("2025-11-18T16:30 Europe/Berlin"),
            Ok("2025-11-18T15:30:00Z".to_owned())
        );
        assert_eq!(reads("2025-11-18T16:30:00Z"), Ok("2025-11-18T16:30:00Z".to_owned()));
        assert_eq!(reads("2025-11-18T16:30-05:00"), Ok("2025-11-18T21:30:00Z".to_owned()));
        assert_eq!(reads("2025-03-30T02:30 Europe/Berlin"), Err(TimeSlip::Skipped));
        assert_eq!(reads("2025-11-18T16:30 Asia/Shangai"), Err(TimeSlip::UnknownZone(17)));
        for malformed in [
            "",
            "2025-11-18",
            "18.11.2025 16:30",
            "2025-11-18T25:00",
            "2025-11-18T16:30Asia/Shanghai",
        ] {
            assert_eq!(reads(malformed), Err(TimeSlip::Malformed), "{malformed}");
        }
        assert_eq!(parse("2025-11-18T16:30", None).map(|_| ()), Err(TimeSlip::NoZone));
    }

    #[test]
    fn an_instant_is_written_as_it_is_read() {
        let shanghai = Zone::named("Asia/Shanghai").unwrap();
        for text in ["2025-11-18T16:30", "2025-11-18T16:30:05", "2025-11-18T16:30:05.250"] {
            let (at, named) = parse(text, Some(shanghai)).unwrap();
            assert_eq!((shanghai.write(at).as_str(), named), (text, None));
        }
    }
}
