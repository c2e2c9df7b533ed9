//! Days and weekdays as authors write them, each slip with what to write instead.

use super::Reader;
use super::codes::{MALFORMED_DAY, UNKNOWN_WEEKDAY};
use super::word::Word;
use crate::calendar::DayRule;
use crate::calendar::pattern::{one_weekday, weekdays};
use crate::calendar::rule::{LONGEST_RANGE, plain};
use caseloop_syntax::{Applicability, Diagnostic};
use chrono::{Month, NaiveDate};
use std::ops::RangeInclusive;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const NUMBERS: [&str; 6] = ["1st", "2nd", "3rd", "4th", "5th", "last"];

/// What people call days that have another name here.
const CALLED: [(&str, &str); 20] = [
    ("weekday", "mon-fri"),
    ("weekdays", "mon-fri"),
    ("workdays", "mon-fri"),
    ("工作日", "mon-fri"),
    ("周末", "sat-sun"),
    ("weekend", "sat-sun"),
    ("weekends", "sat-sun"),
    ("daily", "mon-sun"),
    ("all", "mon-sun"),
    ("everyday", "mon-sun"),
    ("每天", "mon-sun"),
    ("周一", "mon"),
    ("周二", "tue"),
    ("周三", "wed"),
    ("周四", "thu"),
    ("周五", "fri"),
    ("周六", "sat"),
    ("周日", "sun"),
    ("周天", "sun"),
    ("周一至周五", "mon-fri"),
];

const A_DAY: &str = "a day is written as `2026-10-01`, `2026-10-01..2026-10-08`, `12-25`, `4th thu of nov`, \
                     `last mon of may` or `easter+1`";

impl Reader<'_> {
    /// Weekdays, 0 being Monday.
    pub(super) fn weekdays(&mut self, word: Word<'_>) -> Option<Vec<usize>> {
        if let Some(days) = weekdays(word.text) {
            return Some(days);
        }
        for part in word.text.split(',') {
            for day in part.split('-').map(str::trim) {
                if one_weekday(day).is_some() {
                    continue;
                }
                let message = match day {
                    "" => format!("`{}` lacks a weekday", word.text),
                    day => format!("there is no weekday `{day}`"),
                };
                let place = if day.is_empty() { word.span } else { word.place(day) };
                let finding = Diagnostic::error(&UNKNOWN_WEEKDAY, place, message).help(
                    "weekdays are `mon`, `tue`, `wed`, `thu`, `fri`, `sat` and `sun`, as in `mon-fri` or `mon,wed`",
                );
                self.error(suggested(finding, day));
            }
        }
        if self.sound {
            let message = format!("`{}` is no weekday and no range of weekdays", word.text);
            self.error(Diagnostic::error(&UNKNOWN_WEEKDAY, word.span, message).help("write `mon-fri`, or `mon,wed`"));
        }
        None
    }

    /// A weekday by itself.
    pub(super) fn weekday(&mut self, word: Word<'_>) -> Option<usize> {
        let day = one_weekday(word.text);
        if day.is_none() {
            let message = format!("there is no weekday `{}`", word.text);
            let finding = Diagnostic::error(&UNKNOWN_WEEKDAY, word.part(0..word.text.len()), message);
            self.error(suggested(finding, word.text));
        }
        day
    }

    /// A day or a rule for days.
    pub(super) fn day(&mut self, word: Word<'_>) -> Option<DayRule> {
        match word.text.parse() {
            Ok(rule) => Some(rule),
            Err(_) => {
                self.no_day(word);
                None
            }
        }
    }

    /// A date or a range of dates.
    pub(super) fn dates(&mut self, word: Word<'_>, what: &str) -> Option<RangeInclusive<i32>> {
        let rule = self.day(word)?;
        let dates = rule.dates();
        if dates.is_none() {
            let message = format!("`{}` names days of every year, where {what} is expected", word.text);
            let finding = Diagnostic::error(&MALFORMED_DAY, word.span, message)
                .help("write the date with its year, such as `2026-12-25`, or a range, `2026-10-01..2026-10-08`");
            self.error(finding);
        }
        dates
    }

    fn no_day(&mut self, word: Word<'_>) {
        let text = word.text.trim();
        let whole = word.place(text);
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (first.trim(), last.trim());
            match (plain(first), plain(last)) {
                (Some(from), Some(to)) => {
                    let problem = match to < from {
                        true => "ends before it starts".to_owned(),
                        false => format!("is longer than {} days", LONGEST_RANGE + 1),
                    };
                    let finding = Diagnostic::error(&MALFORMED_DAY, whole, format!("the range `{text}` {problem}"));
                    self.error(match to < from {
                        true => finding.fix(
                            format!("did you mean `{last}..{first}`?"),
                            whole,
                            format!("{last}..{first}"),
                            Applicability::Unsafe,
                        ),
                        false => finding.help("write a range for each year"),
                    });
                }
                found => {
                    for (date, found) in [(first, found.0), (last, found.1)] {
                        if found.is_none() {
                            let place = if date.is_empty() { whole } else { word.place(date) };
                            let finding =
                                Diagnostic::error(&MALFORMED_DAY, place, format!("{} is no date", shown(date)));
                            self.error(mended(finding, date, place));
                        }
                    }
                }
            }
            return;
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        if let [nth, weekday, of, month] = words.as_slice() {
            self.no_nth(word, [nth, weekday, of, month]);
            return;
        }
        let finding = Diagnostic::error(&MALFORMED_DAY, whole, format!("{} is no day", shown(text)));
        self.error(match text.strip_prefix("easter") {
            Some(_) => {
                finding.help("write `easter`, or the days after or before it, at most 200: `easter+1`, `easter-2`")
            }
            None => mended(finding, text, whole),
        });
    }

    /// `4th thu of nov`, of which something is wrong.
    fn no_nth(&mut self, word: Word<'_>, [nth, weekday, of, month]: [&str; 4]) {
        let wrong = |text: &str, what: &str| {
            Diagnostic::error(&MALFORMED_DAY, word.place(text), format!("`{text}` is no {what}"))
        };
        if !NUMBERS.contains(&nth) {
            let finding = wrong(nth, "number of a weekday in its month");
            self.error(finding.help("it is `1st` to `5th`, or `last`"));
        }
        if one_weekday(weekday).is_none() {
            let message = format!("there is no weekday `{weekday}`");
            let finding = Diagnostic::error(&UNKNOWN_WEEKDAY, word.place(weekday), message);
            self.error(suggested(finding, weekday));
        }
        if of != "of" {
            self.error(wrong(of, "`of`").help("write `4th thu of nov`"));
        }
        if month.parse::<Month>().is_err() {
            let finding = wrong(month, "month");
            self.error(finding.help("months are `jan` to `dec`").suggest(month, MONTHS));
        }
    }
}

fn shown(text: &str) -> String {
    match text {
        "" => "an empty text".to_owned(),
        text => format!("`{text}`"),
    }
}

/// The nearest weekday.
fn suggested(finding: Diagnostic, written: &str) -> Diagnostic {
    let lower = written.to_lowercase().replace("星期", "周").replace("礼拜", "周");
    match CALLED.iter().find(|(called, _)| *called == lower) {
        Some((_, day)) => {
            let place = finding.primary.span;
            finding.fix(format!("write `{day}`"), place, *day, Applicability::Safe)
        }
        None => finding.suggest(written, WEEKDAYS),
    }
}

/// What the author most likely meant: other separators, missing zeros; or why there is no such day.
fn mended(finding: Diagnostic, text: &str, place: caseloop_syntax::Span) -> Diagnostic {
    let numbers: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let apart = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | '年' | '月' | '日' | ' '));
    let number = |text: &str| text.parse::<u32>().ok();
    let read = match numbers.as_slice() {
        [year, month, day] if year.len() == 4 => number(year).zip(number(month)).zip(number(day)),
        // 2000 has every day that a year can have.
        [month, day] => Some(2000).zip(number(month)).zip(number(day)),
        _ => None,
    };
    let Some(((year, month), day)) = read.filter(|_| apart) else {
        return finding.help(A_DAY);
    };
    let date = i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    let yearly = numbers.len() == 2;
    match date {
        Some(date) => {
            let written = match yearly {
                true => format!("{month:02}-{day:02}"),
                false => date.to_string(),
            };
            finding.fix(format!("write `{written}`"), place, written, Applicability::Safe)
        }
        None if (1..=12).contains(&month) => {
            let days = (28..=31).rev().find(|day| {
                let year = i32::try_from(year).unwrap_or_default();
                NaiveDate::from_ymd_opt(year, month, *day).is_some()
            });
            let days = days.unwrap_or_default();
            let of = if yearly { String::new() } else { format!(" {year}") };
            let name = u8::try_from(month).ok().and_then(|month| Month::try_from(month).ok());
            let name = name.map(|month| month.name()).unwrap_or_default();
            finding.help(format!("{name}{of} has {days} days"))
        }
        None => finding.help("a date is year, month and day: `2026-10-01`; a day of every year is `10-01`"),
    }
}
