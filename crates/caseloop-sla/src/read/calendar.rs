//! One calendar: its keys, each with what is expected of it.

use super::codes::{DAY_TWICE, HOURS_AND_MEMBERS, MALFORMED_HOURS, NO_MEMBERS};
use super::word::Word;
use super::{Reader, codes};
use crate::calendar::description::{ALWAYS, Compose, Holiday, Hours, SpanText, Weekly};
use crate::calendar::pattern::{one_weekday, weekdays};
use crate::calendar::zone::date;
use crate::calendar::{CalendarDescription, Member};
use caseloop_syntax::{Applicability, Diagnostic, Fields, Key, Node, Span};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A calendar as it was read, with the places of what may turn out to be wrong with it.
#[derive(Default)]
pub(super) struct Written {
    /// Where it is called by its name, or where it stands.
    pub(super) place: Span,
    pub(super) description: CalendarDescription,
    /// The lists of holidays that it names.
    pub(super) lists: Vec<(String, Span)>,
    /// Its own days that are dates.
    pub(super) dates: Vec<(RangeInclusive<i32>, Span)>,
    pub(super) composed: Option<(Compose, Vec<Part>)>,
}

/// A member of a calendar that is put together.
pub(super) enum Part {
    Name(String, Span),
    Written(Box<Written>),
}

const MEMBERS: [(&str, Compose); 3] = [("and", Compose::And), ("or", Compose::Or), ("minus", Compose::Minus)];

impl Reader<'_> {
    /// A calendar below its name, or in place.
    pub(super) fn calendar(&mut self, node: &Node, name: Option<&Key>) -> Option<Written> {
        let fields = node.fields("a calendar", self.report);
        let mut fields = self.kept(fields)?;
        self.sound &= !is_damaged(node);
        let place = name.map_or(node.span, |key| key.span);
        if let Some(key) = name {
            fields = fields.owned_by(key.span);
        }
        let mut written = Written {
            place,
            ..Written::default()
        };
        self.members(&mut fields, &mut written);
        self.zone_of(&mut fields, &mut written);
        self.hours(&mut fields, &mut written);
        self.finish(fields);
        Some(written)
    }

    /// Reports keys that mean nothing.
    pub(super) fn finish(&mut self, fields: Fields<'_>) {
        let errors = self.report.errors();
        fields.finish(self.report);
        self.sound &= self.report.errors() == errors;
    }

    fn members(&mut self, fields: &mut Fields<'_>, written: &mut Written) {
        let mut first: Option<Span> = None;
        for (name, compose) in MEMBERS {
            let Some((key, node)) = fields.get(name) else { continue };
            if let Some(first) = first {
                let finding = Diagnostic::error(&HOURS_AND_MEMBERS, key.span, "a calendar is put together in one way")
                    .also(first, "it is put together here already")
                    .help(
                        "make one of them a member of the other, as a calendar in place: `and: [team, {or: [a, b]}]`",
                    );
                self.error(finding);
                continue;
            }
            first = Some(key.span);
            let items = node.list("a list of calendars", self.report);
            let Some(items) = self.kept(items) else {
                written.composed = Some((compose, Vec::new()));
                continue;
            };
            if items.is_empty() {
                let finding = Diagnostic::error(&NO_MEMBERS, node.span, format!("`{name}` has no calendars"))
                    .help(format!("name those that are put together: `{name}: [team, customer]`"));
                self.error(finding);
            }
            let parts = items.iter().filter_map(|item| self.member(item)).collect();
            written.composed = Some((compose, parts));
        }
        if let Some(first) = first {
            const HOURS: [&str; 7] = [
                "weekly",
                "holidays",
                "holidays_yearly",
                "overrides",
                "breaks",
                "lists",
                "holiday_wins",
            ];
            let own = HOURS.into_iter().find_map(|name| fields.get(name));
            let own = own.or_else(|| other_name(fields, "shifts"));
            if let Some((key, _)) = own {
                let message = format!("a calendar that is put together has no `{}` of its own", key.name);
                let finding = Diagnostic::error(&HOURS_AND_MEMBERS, key.span, message)
                    .also(first, "it is put together here")
                    .help("put the hours into a calendar of their own, and name that here");
                self.error(finding);
            }
        }
    }

    fn member(&mut self, node: &Node) -> Option<Part> {
        if node.as_map().is_some() {
            return self
                .calendar(node, None)
                .map(|written| Part::Written(Box::new(written)));
        }
        let name = node.word("the name of a calendar, or a calendar in place", self.report);
        let name = self.kept(name)?;
        Some(Part::Name(name.to_owned(), node.span))
    }

    fn zone_of(&mut self, fields: &mut Fields<'_>, written: &mut Written) {
        let short = other_name(fields, "tz");
        let node = match (fields.get("zone"), short) {
            (Some((long, node)), short) => {
                if let Some((short, _)) = short {
                    self.both(long, short);
                }
                Some(node)
            }
            (None, Some((_, node))) => Some(node),
            // Without hours it is that of the first member.
            (None, None) if written.composed.is_some() => return,
            (None, None) => {
                let node = fields.require("zone", self.report);
                self.kept(node)
            }
        };
        let Some(node) = node else { return };
        let text = node.word("a time zone such as `Asia/Shanghai`", self.report);
        if let Some(text) = self.kept(text) {
            written.description.zone = self.zone(Word::value(node, text));
        }
    }

    fn both(&mut self, one: &Key, other: &Key) {
        let message = format!("`{}` and `{}` are one key under two names", one.name, other.name);
        let finding = Diagnostic::error(&HOURS_AND_MEMBERS, other.span, message).also(one.span, "the other");
        self.error(finding.help(format!("keep `{}`", one.name)));
    }

    fn hours(&mut self, fields: &mut Fields<'_>, written: &mut Written) {
        if let Some((_, node)) = fields.get("weekly") {
            written.description.weekly = self.weekly(node);
        }
        if let Some((_, node)) = fields.get("holidays") {
            written.description.holidays = self.holidays(node, &mut written.dates);
        }
        if let Some((_, node)) = fields.get("holidays_yearly") {
            let items = node.list("a list of days of every year, such as `12-25`", self.report);
            for item in self.kept(items).into_iter().flatten() {
                let text = item.word("a day of every year, such as `12-25`", self.report);
                if let Some(text) = self.kept(text)
                    && self.day(Word::value(item, text)).is_some()
                {
                    written.description.holidays_yearly.push(text.to_owned());
                }
            }
        }
        let short = other_name(fields, "shifts");
        let long = fields.get("overrides");
        if let (Some((long, _)), Some((short, _))) = (long, short) {
            self.both(long, short);
        }
        if let Some((_, node)) = long.or(short) {
            written.description.overrides = self.overrides(node, &mut written.dates);
        }
        if let Some((_, node)) = fields.get("breaks") {
            written.description.breaks = self.breaks(node, &mut written.dates);
        }
        if let Some((_, node)) = fields.get("lists") {
            let items = node.list("a list of names of lists of holidays", self.report);
            for item in self.kept(items).into_iter().flatten() {
                let name = item.word("the name of a list of holidays", self.report);
                if let Some(name) = self.kept(name) {
                    written.lists.push((name.to_owned(), item.span));
                }
            }
        }
        if let Some((_, node)) = fields.get("holiday_wins") {
            let wins = node.flag("`holiday_wins`", self.report);
            written.description.holiday_wins = self.kept(wins).unwrap_or_default();
        }
        written.description.lists = written.lists.iter().map(|(name, _)| name.clone()).collect();
    }

    fn weekly(&mut self, node: &Node) -> Option<Weekly> {
        let Some(days) = node.as_map() else {
            if let Some(text) = node.text().filter(|_| !node.is_damaged()) {
                if text == ALWAYS {
                    return Some(Weekly::Text(ALWAYS.to_owned()));
                }
                let message = format!("`{text}` are no hours of a week");
                let finding = Diagnostic::error(&MALFORMED_HOURS, node.span, message)
                    .help("write `24x7`, or weekdays with their spans: `{mon-fri: [\"09:00-18:00\"]}`");
                let always = ["24/7", "7x24", "24*7", "7*24", "always"].contains(&text.to_lowercase().as_str());
                self.error(match always {
                    true => finding.fix("write `24x7`", node.span, ALWAYS, Applicability::Safe),
                    false => finding,
                });
                return None;
            }
            let fields = node.fields("a week of hours", self.report);
            self.kept(fields.map(|_| ()));
            return None;
        };
        let mut hours = BTreeMap::new();
        let mut of_day: [Option<Span>; 7] = [None; 7];
        for (key, node) in days {
            let named = self.weekdays(Word::key(key));
            for day in named.iter().flatten() {
                let Some(place) = of_day.get_mut(*day) else { continue };
                if let Some(first) = place.replace(key.span) {
                    let day = weekday_name(*day);
                    let finding = Diagnostic::error(&DAY_TWICE, key.span, format!("`{day}` has hours twice"))
                        .also(first, format!("`{day}` has hours here already"))
                        .help("put all spans of a weekday into one list");
                    self.error(finding);
                }
            }
            if let Some(spans) = self.spans(node, &key.name) {
                hours.insert(key.name.to_string(), spans);
            }
        }
        Some(Weekly::Days(hours))
    }

    /// Closed days, each a text or `{day: …, name: …}`.
    pub(super) fn holidays(&mut self, node: &Node, dates: &mut Vec<(RangeInclusive<i32>, Span)>) -> Vec<Holiday> {
        let items = node.list("a list of days", self.report);
        let mut holidays = Vec::new();
        for item in self.kept(items).into_iter().flatten() {
            let (day, name) = match item.as_map() {
                None => (Some(item), None),
                Some(_) => {
                    let fields = item.fields("a holiday", self.report);
                    let Some(mut fields) = self.kept(fields) else { continue };
                    let day = fields.require("day", self.report);
                    let name = fields.require("name", self.report);
                    let day = self.kept(day);
                    let name = self
                        .kept(name)
                        .and_then(|name| name.word("the name of a holiday", self.report));
                    let name = self.kept(name).map(str::to_owned);
                    self.finish(fields);
                    (day, name)
                }
            };
            let Some(day) = day else { continue };
            let text = day.word("a day such as `2026-10-01`", self.report);
            let Some(text) = self.kept(text) else { continue };
            let Some(rule) = self.day(Word::value(day, text)) else {
                continue;
            };
            dates.extend(rule.dates().map(|dates| (dates, day.span)));
            holidays.push(Holiday {
                day: text.to_owned(),
                name,
            });
        }
        holidays
    }

    fn overrides(&mut self, node: &Node, dates: &mut Vec<(RangeInclusive<i32>, Span)>) -> BTreeMap<String, Hours> {
        let mut overrides = BTreeMap::new();
        let fields = node.fields("a section of other hours", self.report);
        if self.kept(fields).is_none() {
            return overrides;
        }
        let mut known: BTreeMap<i32, Span> = BTreeMap::new();
        for (key, node) in node.as_map().unwrap_or_default() {
            let days = self.dates(Word::key(key), "a date");
            if let Some(days) = &days {
                dates.push((days.clone(), key.span));
                let twice = days.clone().find_map(|day| Some((day, *known.get(&day)?)));
                if let Some((day, first)) = twice {
                    let day = date(day);
                    let finding = Diagnostic::error(&DAY_TWICE, key.span, format!("`{day}` has other hours twice"))
                        .also(first, format!("`{day}` has other hours here already"))
                        .help("write each day once");
                    self.error(finding);
                }
                known.extend(days.clone().map(|day| (day, key.span)));
            }
            if let Some(hours) = self.hours_of_day(node, &key.name) {
                overrides.insert(key.name.to_string(), hours);
            }
        }
        overrides
    }

    fn hours_of_day(&mut self, node: &Node, day: &str) -> Option<Hours> {
        let Some(text) = node.text().filter(|_| !node.is_damaged()) else {
            return self.spans(node, day).map(Hours::Spans);
        };
        if text == "closed" {
            return Some(Hours::Text(text.to_owned()));
        }
        if let Some(like) = text.strip_prefix("as ") {
            let weekday = one_weekday(like);
            if weekday.is_none() {
                let place = node.part(3..text.len());
                let finding =
                    Diagnostic::error(&codes::UNKNOWN_WEEKDAY, place, format!("there is no weekday `{like}`"))
                        .help("write `as mon` for the hours of a Monday");
                self.error(finding.suggest(like, ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]));
            }
            return weekday.map(|_| Hours::Text(text.to_owned()));
        }
        if text.contains(':') {
            return self.spans(node, day).map(Hours::Spans);
        }
        let finding = Diagnostic::error(&MALFORMED_HOURS, node.span, format!("`{text}` are no hours of a day"))
            .help("write spans, `[\"09:00-12:00\"]`, or `closed`, or `as mon` for the hours of a Monday");
        self.error(match one_weekday(text) {
            Some(_) => finding.fix(
                format!("write `as {text}`"),
                node.span,
                format!("as {text}"),
                Applicability::Safe,
            ),
            None => finding.suggest(text, ["closed"]),
        });
        None
    }

    fn breaks(&mut self, node: &Node, dates: &mut Vec<(RangeInclusive<i32>, Span)>) -> BTreeMap<String, Vec<SpanText>> {
        let mut breaks = BTreeMap::new();
        let fields = node.fields("a section of breaks", self.report);
        if self.kept(fields).is_none() {
            return breaks;
        }
        for (key, node) in node.as_map().unwrap_or_default() {
            let word = Word::key(key);
            if weekdays(word.text).is_none() {
                // What begins as a day does, is meant as one.
                let numbers = word.text.starts_with(|c: char| c.is_ascii_digit());
                let rule = match numbers || ["easter", "last "].iter().any(|start| word.text.starts_with(start)) {
                    true => self.day(word),
                    false => {
                        let _ = self.weekdays(word);
                        None
                    }
                };
                dates.extend(rule.and_then(|rule| rule.dates()).map(|dates| (dates, key.span)));
            }
            if let Some(spans) = self.spans(node, &key.name) {
                breaks.insert(key.name.to_string(), spans);
            }
        }
        breaks
    }
}

impl Written {
    /// The calendar in the words of [`CalendarDescription`].
    pub(super) fn describe(&self) -> CalendarDescription {
        let mut description = self.description.clone();
        if let Some((compose, parts)) = &self.composed {
            let members = parts.iter().map(|part| match part {
                Part::Name(name, _) => Member::Name(name.clone()),
                Part::Written(written) => Member::Written(Box::new(written.describe())),
            });
            let place = match compose {
                Compose::And => &mut description.and,
                Compose::Or => &mut description.or,
                Compose::Minus => &mut description.minus,
            };
            *place = Some(members.collect());
        }
        description
    }
}

/// Whether something in the value was reported when it was read as YAML.
fn is_damaged(node: &Node) -> bool {
    let list = node.as_list().unwrap_or_default().iter();
    let map = node.as_map().unwrap_or_default().iter().map(|(_, node)| node);
    node.is_damaged() || list.chain(map).any(is_damaged)
}

/// A key under its other name, which help does not list.
fn other_name<'n>(fields: &mut Fields<'n>, name: &'static str) -> Option<(&'n Key, &'n Node)> {
    fields.node().entry(name)?;
    fields.get(name)
}

fn weekday_name(day: usize) -> &'static str {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    NAMES.get(day).copied().unwrap_or_default()
}
