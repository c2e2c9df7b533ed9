//! A limit in working time that takes its calendar more than a year, whenever it begins.

use crate::{Lint, Looked};
use caseloop_core::definition::{Choice, Limit};
use caseloop_expr::Length;
use caseloop_sla::Calendar;
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "limit-of-years",
    "A limit in working time is longer than what its calendar opens in any two years.",
);

pub(crate) const LINT: Lint = Lint { code: &CODE, look };

const YEAR: i64 = 365 * 86_400_000;

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    for promise in &looked.workflow.definition().promises {
        let lengths: &[Length] = match &promise.within {
            Some(Limit::Fixed(length)) => std::slice::from_ref(length),
            Some(Limit::Table { lengths, .. }) => lengths,
            _ => continue,
        };
        let longest = lengths.iter().filter_map(|length| match length {
            Length::WorkingTime(ms) => Some(*ms),
            _ => None,
        });
        let Some(longest) = longest.max() else { continue };
        let numbers: &[u16] = match promise.calendar.as_deref() {
            Some(Choice::Fixed(number)) => std::slice::from_ref(number),
            Some(Choice::Field { calendars, .. }) => calendars,
            None => continue,
        };
        for number in numbers {
            let name = looked.workflow.definition().calendars.get(usize::from(*number));
            let calendar = looked.calendars.get(usize::from(*number));
            let (Some(name), Some(open)) = (name, calendar.and_then(|calendar| open_in_two_years(calendar, longest)))
            else {
                continue;
            };
            if longest > open {
                let message = format!(
                    "`{}` allows {}, and `{name}` opens at most {} in two years",
                    promise.name,
                    Length::WorkingTime(longest),
                    Length::WorkingTime(open)
                );
                let finding = Diagnostic::warning(&CODE, promise.span, message);
                findings.push(
                    finding.help("a working day has the hours of its calendar, not 24; write `working days` for days"),
                );
            }
        }
    }
}

/// The most that a calendar opens in two years in a row, as far as it is known: every single year lies in such two. It
/// stops at the first that are enough.
fn open_in_two_years(calendar: &Calendar, enough: i64) -> Option<i64> {
    let known = calendar.horizon();
    let mut most = 0;
    let mut end = known.end - 1;
    while end > known.start && most < enough {
        most = most.max(calendar.elapsed((end - 2 * YEAR).max(known.start), end).ok()?);
        end -= YEAR;
    }
    Some(most)
}
