//! A limit or a timer that takes its calendar more than a year, whenever it begins, or more than any calendar is known for.

use crate::{Lint, Looked};
use caseloop_core::definition::{Choice, Delay};
use caseloop_expr::Length;
use caseloop_sla::{Calendar, FIRST_YEAR, LAST_YEAR};
use caseloop_syntax::{Code, Diagnostic, Span};

pub(crate) static CODE: Code = Code::new(
    "limit-of-years",
    "A limit or timer is longer than what its calendar opens in any two years, or than calendars are known for.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("limit-of-years"), look);

const YEAR: i64 = 365 * 86_400_000;

/// Something that takes a length of a calendar's time.
struct Taken<'w> {
    name: &'w str,
    span: Span,
    lengths: Vec<Length>,
    choice: &'w Choice,
}

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    let promises = d.promises.iter().filter_map(|promise| {
        Some(Taken {
            name: &promise.name,
            span: promise.span,
            lengths: promise.within.as_ref()?.lengths()?,
            choice: promise.calendar.as_deref()?,
        })
    });
    let timers = d.timers.iter().filter_map(|timer| match &timer.after {
        Delay::Calendar(length, choice) => Some(Taken {
            name: &timer.name,
            span: timer.span,
            lengths: vec![*length],
            choice,
        }),
        _ => None,
    });
    for taken in promises.chain(timers) {
        findings.extend(beyond_all(&taken));
        let numbers = match taken.choice {
            Choice::Fixed(number) => std::slice::from_ref(number),
            Choice::Field { calendars, .. } => calendars,
        };
        for number in numbers {
            let name = d.calendars.get(usize::from(*number));
            let calendar = looked.calendars.get(usize::from(*number));
            if let (Some(name), Some(calendar)) = (name, calendar) {
                findings.extend(beyond_one(&taken, name, calendar));
            }
        }
    }
}

/// More months or years than there are.
fn beyond_all(taken: &Taken<'_>) -> Option<Diagnostic> {
    let years = u32::try_from(LAST_YEAR - FIRST_YEAR).unwrap_or_default();
    let longest = taken.lengths.iter().find(|length| match length {
        Length::Years(count) => *count > years,
        Length::Months(count) => *count / 12 > years,
        _ => false,
    })?;
    let message = format!("`{}` takes {longest}, and calendars end with {LAST_YEAR}", taken.name);
    let finding = Diagnostic::warning(&CODE, taken.span, message);
    Some(finding.help("whatever begins it fails; write a length that a case can live to see"))
}

/// More than a calendar opens in two years.
fn beyond_one(taken: &Taken<'_>, name: &str, calendar: &Calendar) -> Option<Diagnostic> {
    let longest = taken.lengths.iter().filter_map(|length| match *length {
        Length::WorkingTime(ms) => Some((*length, most_in_two_years(calendar, ms, &elapsed)?, ms)),
        Length::WorkingDays(days) => Some((
            *length,
            most_in_two_years(calendar, i64::from(days), &working_days)?,
            i64::from(days),
        )),
        _ => None,
    });
    let (longest, most, _) = longest
        .filter(|(_, most, wanted)| wanted > most)
        .max_by_key(|(_, _, wanted)| *wanted)?;
    let (opens, help) = match longest {
        Length::WorkingDays(_) => (
            Length::WorkingDays(u32::try_from(most).unwrap_or(u32::MAX)),
            "for longer than a year write months or years",
        ),
        _ => (
            Length::WorkingTime(most),
            "a working day has the hours of its calendar, not 24; write `working days` for days",
        ),
    };
    let message = format!(
        "`{}` takes {longest}, and `{name}` opens at most {opens} in two years",
        taken.name
    );
    Some(Diagnostic::warning(&CODE, taken.span, message).help(help))
}

fn elapsed(calendar: &Calendar, from: i64, until: i64) -> Option<i64> {
    calendar.elapsed(from, until).ok()
}

fn working_days(calendar: &Calendar, from: i64, until: i64) -> Option<i64> {
    let (from, until) = (calendar.date(from).ok()?, calendar.date(until).ok()?);
    calendar.working_days(from, until).ok()
}

/// The most that a calendar counts in two years in a row, as far as it is known: every single year lies in such two. It
/// stops at the first that are enough.
fn most_in_two_years(
    calendar: &Calendar,
    enough: i64,
    count: &dyn Fn(&Calendar, i64, i64) -> Option<i64>,
) -> Option<i64> {
    let known = calendar.horizon();
    let mut most = 0;
    let mut end = known.end - 1;
    while end > known.start && most < enough {
        most = most.max(count(calendar, (end - 2 * YEAR).max(known.start), end)?);
        end -= YEAR;
    }
    Some(most)
}
