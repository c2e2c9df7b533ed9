//! A limit in working time that takes its calendar more than a year.

use crate::{Lint, Looked};
use caseloop_core::definition::{Choice, Limit};
use caseloop_expr::Length;
use caseloop_sla::Calendar;
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "limit-of-years",
    "A limit in working time is longer than what its calendar opens in a year.",
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
            let (Some(name), Some(open)) = (name, calendar.and_then(open_in_a_year)) else {
                continue;
            };
            if longest > open {
                let message = format!(
                    "`{}` allows {}, and `{name}` opens {} in a year",
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

/// What a calendar opens in the last year that it is known for.
fn open_in_a_year(calendar: &Calendar) -> Option<i64> {
    let known = calendar.horizon();
    calendar
        .elapsed((known.end - YEAR).max(known.start), known.end - 1)
        .ok()
}
