//! When something happens: at an instant, or so long after the step before.

use super::Reader;
use crate::Zone;
use crate::codes::{MALFORMED_TIME, NO_ZONE};
use crate::zone::{TimeSlip, parse};
use caseloop::Instant;
use caseloop::layers::core::read::codes::{MALFORMED_LENGTH, NEEDS_CALENDAR};
use caseloop::layers::expr::{Length, duration};
use caseloop::layers::sla::read::codes::UNKNOWN_ZONE;
use caseloop::layers::syntax::{Applicability, Diagnostic, Node};
use chrono_tz::TZ_VARIANTS;

impl Reader<'_> {
    /// A time, with the zone that it names.
    pub(super) fn moment(&mut self, node: &Node) -> Option<(Instant, Option<Zone>)> {
        let text = node.word("a time", self.report)?;
        let slip = match parse(text, self.zone) {
            Ok(found) => return Some(found),
            Err(slip) => slip,
        };
        let error = |code, message: String| Diagnostic::error(code, node.span, message);
        let finding = match slip {
            TimeSlip::Malformed => error(&MALFORMED_TIME, format!("`{text}` is no time")).help(
                "write date and time of day, such as `2025-11-18T16:30`, and once in the file the zone: `2025-11-18T16:30 Asia/Shanghai`",
            ),
            TimeSlip::NoZone => error(&NO_ZONE, format!("`{text}` does not say in which zone"))
                .help("write the zone behind it, such as `2025-11-18T16:30 Asia/Shanghai`"),
            TimeSlip::Skipped => error(
                &MALFORMED_TIME,
                format!("no clock shows `{text}`: it is put forward over that time"),
            ),
            TimeSlip::UnknownZone(begins) => {
                let name = text.get(begins..).unwrap_or_default();
                let place = node.part(begins..text.len());
                Diagnostic::error(&UNKNOWN_ZONE, place, format!("there is no time zone `{name}`"))
                    .suggest(name, TZ_VARIANTS.iter().map(|zone| zone.name()))
                    .help("a zone is named as in the IANA database, by region and city: `Asia/Shanghai`, `Europe/Berlin`, or `UTC`")
            }
        };
        self.report.push(finding);
        None
    }

    /// A length of time.
    pub(super) fn length(&mut self, node: &Node) -> Option<Length> {
        let text = node.word("a length of time", self.report)?;
        match duration(text) {
            Ok(length) => Some(length),
            Err(slip) => {
                let finding = Diagnostic::error(&MALFORMED_LENGTH, node.span, slip.message);
                self.report.push(match slip.instead {
                    Some(instead) => {
                        finding.fix(format!("write `{instead}`"), node.span, instead, Applicability::Unsafe)
                    }
                    None => finding,
                });
                None
            }
        }
    }

    /// The instant that lies so long after another.
    pub(super) fn after(&mut self, node: &Node, from: Instant) -> Option<Instant> {
        let length = self.length(node)?;
        let working = match (length, &self.calendar) {
            (Length::Elapsed(ms), _) if ms < 0 => {
                self.error(
                    &MALFORMED_LENGTH,
                    node.span,
                    "nobody waits for a negative length of time",
                );
                return None;
            }
            (Length::Elapsed(ms), _) => return Some(from.plus(ms)),
            (Length::Months(months), _) => return self.zone.and_then(|zone| zone.months_after(from, months)),
            (Length::Years(years), _) => {
                return self
                    .zone
                    .and_then(|zone| zone.months_after(from, years.saturating_mul(12)));
            }
            (_, None) => {
                let message = format!("`{length}` is working time, and the workflow names no calendar");
                self.report.push(
                    Diagnostic::error(&NEEDS_CALENDAR, node.span, message).help(
                        "write `calendar: NAME` in the scenario, with the name of one of the workflow's calendars",
                    ),
                );
                return None;
            }
            (Length::WorkingTime(ms), Some(calendar)) => calendar.due_at(from.0, ms),
            (Length::WorkingDays(days), Some(calendar)) => calendar.end_of_working_day(from.0, i64::from(days)),
        };
        match working {
            Ok(at) => Some(Instant(at)),
            Err(beyond) => {
                self.error(&MALFORMED_TIME, node.span, beyond.to_string());
                None
            }
        }
    }
}
