//! Explanations as people read them, in English and Chinese, and as programs do.

use super::explain::{Explanation, Part, Why};
use super::span::{DAY, HOUR, MINUTE, SECOND};
use super::zone;
use caseloop_syntax::Language;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SecondsFormat};
use chrono_tz::Tz;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::fmt::Write;

impl Explanation {
    /// The explanation as lines of text, a line for each part, in local times of the calendar's zone; the last two say
    /// what it comes to and what it was worked out from.
    ///
    /// ```
    /// use caseloop_sla::{Calendar, Language};
    /// let office = Calendar::in_zone("Asia/Shanghai").weekly("mon-fri", ["09:00-18:00".parse()?]).build()?;
    /// let explained = office.explain(1_763_545_200_000, 30 * 60_000)?;
    /// let text = explained.text(Language::Chinese);
    /// let lines: Vec<&str> = text.lines().collect();
    /// assert_eq!(lines[0], "2025-11-19 周三 17:40–18:00  计 20 分钟");
    /// assert_eq!(lines[1], "2025-11-19 周三 18:00 – 2025-11-20 周四 09:00  不计：非工作时间");
    /// assert_eq!(lines[2], "2025-11-20 周四 09:00–09:10  计 10 分钟");
    /// assert_eq!(lines[3], "合计 30 分钟，至 2025-11-20 周四 09:10");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let words = Words {
            language,
            zone: self.zone,
        };
        let mut text = String::new();
        for part in &self.parts {
            words.part(part, self.days.is_some(), &mut text);
        }
        let until = words.at(self.until);
        let sum = match self.days {
            Some(days) => words.days(days),
            None => words.length(self.counted),
        };
        let _ = match language {
            Language::English => writeln!(text, "{sum} in all, until {until}"),
            Language::Chinese => writeln!(text, "合计 {sum}，至 {until}"),
        };
        let stamp = &self.stamp;
        let name = stamp.calendar.as_deref().unwrap_or_default();
        let space = if name.is_empty() { "" } else { " " };
        let _ = match language {
            Language::English => writeln!(
                text,
                "calendar{space}{name}, content {}, zone {}, time zones {}",
                stamp.content, stamp.zone, stamp.zone_database
            ),
            Language::Chinese => writeln!(
                text,
                "日历{space}{name}，内容 {}，时区 {}，时区数据 {}",
                stamp.content, stamp.zone, stamp.zone_database
            ),
        };
        text
    }
}

impl Explanation {
    /// An instant as the explanation tells it: local date, weekday and time.
    #[must_use]
    pub fn local(&self, at: i64, language: Language) -> String {
        let zone = self.zone;
        Words { language, zone }.at(at)
    }

    /// A length as explanations tell it, in hours, minutes, seconds and milliseconds.
    #[must_use]
    pub fn length(ms: i64, language: Language) -> String {
        let zone = Tz::UTC;
        Words { language, zone }.length(ms)
    }
}

/// How things are said.
struct Words {
    language: Language,
    zone: Tz,
}

impl Words {
    fn part(&self, part: &Part, by_days: bool, text: &mut String) {
        let chinese = self.language == Language::Chinese;
        let reasons: Vec<String> = part.why.iter().filter_map(|why| self.why(why, part)).collect();
        let said = reasons.join(if chinese { "、" } else { ", " });
        let said = match (part.open, part.day, chinese) {
            (true, Some(day), true) => format!("第 {} 个工作日", day.abs()),
            (true, Some(day), false) => format!("working day {}", day.abs()),
            (true, None, true) if by_days => "当日不计".to_owned(),
            (true, None, false) if by_days => "does not count: the day it starts from".to_owned(),
            (true, None, true) => format!("计 {}", self.length(part.counted)),
            (true, None, false) => format!("counts {}", self.length(part.counted)),
            (false, ..) if part.from == part.to => said,
            (false, _, true) => format!("不计：{said}"),
            (false, _, false) => format!("does not count: {said}"),
        };
        let open_for = part.why.contains(&Why::Override) && part.open;
        let note = match (open_for, chinese) {
            (false, _) => "",
            (true, true) => "（当日另有安排）",
            (true, false) => " (other hours for this date)",
        };
        let _ = writeln!(text, "{}  {said}{note}", self.stretch(part));
    }

    /// A reason; what explains itself where there are others is left out.
    fn why(&self, why: &Why, part: &Part) -> Option<String> {
        let chinese = self.language == Language::Chinese;
        let say = |english: &str, zh: &str| Some(if chinese { zh.to_owned() } else { english.to_owned() });
        match why {
            Why::Hours => None,
            Why::Closed if part.why.len() > 1 => None,
            Why::Closed => say("outside the hours", "非工作时间"),
            Why::Holiday(Some(name)) => Some(name.to_string()),
            Why::Holiday(None) => say("a holiday", "假日"),
            Why::Override => say("other hours for this date", "当日另有安排"),
            Why::Break => say("a break", "休息"),
            Why::Excluded => say("taken away by another calendar", "被另一日历排除"),
            Why::Rests(states) if states.is_empty() => say("it had ended", "已结束"),
            Why::Rests(states) => say(&format!("rests in {states}"), &format!("暂停（{states}）")),
            Why::NewLevel(by) => {
                let by = self.length(*by);
                say(
                    &format!("a new level counts {by} for it"),
                    &format!("级别变更，折算 {by}"),
                )
            }
            Why::Gap(from, to) => {
                let (from, to) = (clock(*from), clock(*to));
                say(
                    &format!("the clock skips {from}–{to}"),
                    &format!("时钟拨快，{from}–{to} 不存在"),
                )
            }
            Why::Fold(from, to) => {
                let (from, to) = (clock(*from), clock(*to));
                say(
                    &format!("the clock reads {from}–{to} twice"),
                    &format!("时钟拨慢，{from}–{to} 重复一次"),
                )
            }
        }
    }

    fn stretch(&self, part: &Part) -> String {
        // An end is read by the clock that ran up to it: what ends where the clock is changed ends before the change.
        let (from, to) = (self.reading(part.from), self.reading(part.to - 1) + 1);
        let (day, last) = (zone::day_of(from), zone::day_of(to));
        if part.from == part.to {
            return self.at(part.from);
        }
        let end = to - zone::midnight(day);
        match day == last || end == DAY {
            true => format!("{}–{}", self.at(part.from), clock(end)),
            false => format!("{} – {}", self.at(part.from), self.local(to)),
        }
    }

    /// A local time with its date and weekday.
    fn at(&self, at: i64) -> String {
        self.local(self.reading(at))
    }

    /// A reading with its date and weekday.
    fn local(&self, reading: i64) -> String {
        let day = zone::day_of(reading);
        let date = zone::date(day);
        format!("{date} {} {}", self.weekday(date), clock(reading - zone::midnight(day)))
    }

    fn reading(&self, at: i64) -> i64 {
        zone::reading(self.zone, at)
    }

    fn weekday(&self, date: NaiveDate) -> &'static str {
        const ENGLISH: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const CHINESE: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
        let day = date.weekday().num_days_from_monday() as usize;
        let names = match self.language {
            Language::English => ENGLISH,
            Language::Chinese => CHINESE,
        };
        names.get(day).copied().unwrap_or_default()
    }

    fn days(&self, days: i64) -> String {
        match (self.language, days) {
            (Language::Chinese, days) => format!("{days} 个工作日"),
            (Language::English, 1) => "1 working day".to_owned(),
            (Language::English, days) => format!("{days} working days"),
        }
    }

    /// A length in hours, minutes, seconds and milliseconds, as far as it has them.
    fn length(&self, ms: i64) -> String {
        let size = ms.saturating_abs();
        let pieces = [
            (size / HOUR, "h", "小时"),
            (size % HOUR / MINUTE, "min", "分钟"),
            (size % MINUTE / SECOND, "s", "秒"),
            (size % SECOND, "ms", "毫秒"),
        ];
        let written = pieces
            .iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, english, chinese)| {
                let unit = match self.language {
                    Language::English => english,
                    Language::Chinese => chinese,
                };
                format!("{number} {unit}")
            });
        let written: Vec<String> = written.collect();
        let sign = if ms < 0 { "-" } else { "" };
        match (written.is_empty(), self.language) {
            (true, Language::English) => "0 min".to_owned(),
            (true, Language::Chinese) => "0 分钟".to_owned(),
            _ => format!("{sign}{}", written.join(" ")),
        }
    }
}

/// A reading of the day, with what is below minutes where there is some.
fn clock(ms: i64) -> String {
    let mut text = format!("{:02}:{:02}", ms / HOUR, ms % HOUR / MINUTE);
    if ms % MINUTE != 0 {
        let _ = write!(text, ":{:02}", ms % MINUTE / SECOND);
    }
    if ms % SECOND != 0 {
        let _ = write!(text, ".{:03}", ms % SECOND);
    }
    text
}

/// RFC 3339 with the offset of the zone.
fn instant(zone: Tz, at: i64) -> String {
    let offset = i32::try_from(zone::offset(zone, at) / SECOND).unwrap_or_default();
    let time = DateTime::from_timestamp_millis(at).zip(FixedOffset::east_opt(offset));
    let digits = if at % SECOND == 0 {
        SecondsFormat::Secs
    } else {
        SecondsFormat::Millis
    };
    time.map_or_else(
        || format!("{at} ms"),
        |(time, offset)| time.with_timezone(&offset).to_rfc3339_opts(digits, true),
    )
}

/// `from`, `until`, `counted` in milliseconds, `days`, `parts` and `stamp`; instants in RFC 3339 with the offset that the
/// zone has then.
impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Explanation", 6)?;
        map.serialize_field("from", &instant(self.zone, self.from))?;
        map.serialize_field("until", &instant(self.zone, self.until))?;
        map.serialize_field("counted", &self.counted)?;
        match self.days {
            Some(days) => map.serialize_field("days", &days)?,
            None => map.skip_field("days")?,
        }
        let parts: Vec<InZone<'_>> = self.parts.iter().map(|part| InZone(part, self.zone)).collect();
        map.serialize_field("parts", &parts)?;
        map.serialize_field("stamp", &self.stamp)?;
        map.end()
    }
}

/// A part with the zone in which it is told.
struct InZone<'p>(&'p Part, Tz);

impl Serialize for InZone<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(part, zone) = self;
        let mut map = serializer.serialize_struct("Part", 6)?;
        map.serialize_field("from", &instant(*zone, part.from))?;
        map.serialize_field("to", &instant(*zone, part.to))?;
        map.serialize_field("open", &part.open)?;
        map.serialize_field("counted", &part.counted)?;
        match part.day {
            Some(day) => map.serialize_field("day", &day)?,
            None => map.skip_field("day")?,
        }
        map.serialize_field("why", &part.why)?;
        map.end()
    }
}

/// `{"is": "holiday", "name": "国庆节"}`; a change of the clock has `from` and `to`, readings such as `02:00`.
impl Serialize for Why {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Why", 3)?;
        let is = match self {
            Self::Hours => "hours",
            Self::Closed => "closed",
            Self::Holiday(_) => "holiday",
            Self::Override => "override",
            Self::Break => "break",
            Self::Excluded => "excluded",
            Self::Rests(_) => "rests",
            Self::NewLevel(_) => "new_level",
            Self::Gap(..) => "gap",
            Self::Fold(..) => "fold",
        };
        map.serialize_field("is", is)?;
        match self {
            Self::Holiday(Some(name)) => map.serialize_field("name", name)?,
            Self::Rests(states) => map.serialize_field("in", states)?,
            Self::NewLevel(by) => map.serialize_field("by", by)?,
            Self::Gap(from, to) | Self::Fold(from, to) => {
                map.serialize_field("from", &clock(*from))?;
                map.serialize_field("to", &clock(*to))?;
            }
            _ => {}
        }
        map.end()
    }
}
