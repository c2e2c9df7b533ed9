//! Lists of holidays: the days off and the days worked instead, in the years that they are for.

use super::Reader;
use super::codes::{MALFORMED_YEARS, OUTSIDE_YEARS};
use super::word::Word;
use crate::calendar::zone::date;
use crate::calendar::{FIRST_YEAR, HolidayList, LAST_YEAR};
use caseloop_syntax::{Diagnostic, Key, Node, Span};
use chrono::Datelike;
use std::ops::RangeInclusive;

impl Reader<'_> {
    /// A list of holidays below its name.
    pub(super) fn list(&mut self, node: &Node, name: &Key) -> Option<HolidayList> {
        let fields = node.fields("a list of holidays", self.report);
        let mut fields = self.kept(fields)?.owned_by(name.span);
        let source = fields.require("source", self.report);
        let source = self
            .kept(source)
            .and_then(|node| node.word("where the days were taken from", self.report));
        let source = self.kept(source);
        let years = fields.require("years", self.report);
        let years = self.kept(years);
        let text = years.and_then(|node| node.word("years such as `2025..2026`", self.report));
        let text = self.kept(text);
        let off = fields.require("off", self.report);
        let off = self.kept(off);
        let mut dates = Vec::new();
        let mut list = HolidayList {
            source: source.unwrap_or_default().to_owned(),
            years: text.unwrap_or_default().to_owned(),
            off: off.map(|node| self.holidays(node, &mut dates)).unwrap_or_default(),
            worked: Vec::new(),
            worked_as: None,
        };
        if let Some((_, node)) = fields.get("worked") {
            let items = node.list("a list of dates", self.report);
            for item in self.kept(items).into_iter().flatten() {
                let text = item.word("a date such as `2026-10-10`", self.report);
                let Some(text) = self.kept(text) else { continue };
                if let Some(days) = self.dates(Word::value(item, text), "a date that is worked") {
                    dates.push((days, item.span));
                    list.worked.push(text.to_owned());
                }
            }
        }
        if let Some((_, node)) = fields.get("worked_as") {
            let text = node.word("a weekday such as `mon`", self.report);
            if let Some(text) = self.kept(text)
                && self.weekday(Word::value(node, text)).is_some()
            {
                list.worked_as = Some(text.to_owned());
            }
        }
        self.finish(fields);
        if let (Some(node), Some(_)) = (years, text) {
            self.check_years(&list, node, &dates);
        }
        Some(list)
    }

    /// Whether the days lie in the years.
    fn check_years(&mut self, list: &HolidayList, years: &Node, dates: &[(RangeInclusive<i32>, Span)]) {
        let Some((first, last)) = list.years() else {
            let message = format!("`{}` are no years", list.years);
            let finding = Diagnostic::error(&MALFORMED_YEARS, years.span, message);
            self.error(finding.help(format!(
                "write the first and the last year, as in `2025..2026`, from {FIRST_YEAR} to {LAST_YEAR}"
            )));
            return;
        };
        for (days, place) in dates {
            let outside = [days.start(), days.end()]
                .map(|day| date(*day))
                .into_iter()
                .find(|day| !(first..=last).contains(&day.year()));
            if let Some(day) = outside {
                let message = format!("`{day}` lies outside `{}`, the years of the list", list.years);
                let finding = Diagnostic::error(&OUTSIDE_YEARS, *place, message).also(years.span, "its years");
                let (from, to) = (first.min(day.year()), last.max(day.year()));
                self.error(finding.help(format!(
                    "write `years: {from}..{to}` once every day of these years is in the list, or leave the day out"
                )));
            }
        }
    }
}
