//! How long before its deadline a promise that is measured for all of its limit warns first.

use caseloop_core::definition::{Definition, Guarantee, Limit, PromiseDef, WarningAt, WarningDef};
use caseloop_expr::Length;
use std::fmt;
use std::sync::Arc;

/// What lies between the first warning of a promise and its deadline; of limits by level or table, where that is least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Margin {
    /// The promise.
    pub promise: Arc<str>,
    /// How long before the deadline it warns.
    pub ahead: Ahead,
}

/// How long before a deadline something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// In elapsed or in working time, as the limit counts.
    Length(Length),
    /// So many hundredths of a limit of which a calendar says how long it is, or of one that the data bring.
    Part(u8, Option<Length>),
}

/// The margins of the promises that a guarantee speaks of, in its order. More than one of a promise where it cannot be told
/// which is the least.
pub(super) fn margins(definition: &Definition, guarantee: &Guarantee) -> Vec<Margin> {
    let Guarantee::AlwaysWarned { promises, .. } = guarantee else {
        return Vec::new();
    };
    let promises = promises.iter().filter_map(|id| definition.promises.get(id.index()));
    promises
        .flat_map(|promise| {
            let all = limits(promise)
                .into_iter()
                .flat_map(|limit| first_warnings(definition, promise, limit));
            let margin = |ahead| Margin {
                promise: promise.name.clone(),
                ahead,
            };
            least(all).into_iter().map(margin)
        })
        .collect()
}

/// The limits that a promise may have; `None` for what the data bring.
fn limits(promise: &PromiseDef) -> Vec<Option<Length>> {
    let lengths = promise.within.as_ref().and_then(Limit::lengths);
    lengths.map_or(vec![None], |lengths| lengths.into_iter().map(Some).collect())
}

/// The warning that surely comes first; where each has an `if`, any of them may be the only one.
fn first_warnings(definition: &Definition, promise: &PromiseDef, limit: Option<Length>) -> Vec<Ahead> {
    let sure = promise.warnings.iter().filter(|warning| is_sure(definition, warning));
    let sure = sure.map(|warning| ahead(warning.at, limit));
    // The earliest, as far as they can be compared.
    let first = sure.reduce(|one, other| match (one.amount(), other.amount()) {
        (Some((unit, one)), Some((same, other_amount))) if unit == same && other_amount > one => other,
        _ => one,
    });
    let any = || {
        promise
            .warnings
            .iter()
            .map(|warning| ahead(warning.at, limit))
            .collect()
    };
    first.map_or_else(any, |first| vec![first])
}

/// Whether a warning tells somebody whatever holds.
fn is_sure(definition: &Definition, warning: &WarningDef) -> bool {
    let Some(timer) = warning.timer.and_then(|id| definition.timers.get(id.index())) else {
        return true;
    };
    let mut branches = timer
        .branches
        .iter()
        .filter_map(|id| definition.branches.get(id.index()));
    branches.any(|branch| branch.condition.is_none())
}

fn ahead(at: WarningAt, limit: Option<Length>) -> Ahead {
    match (at, limit) {
        (WarningAt::Percent(percent), Some(Length::Elapsed(ms))) => Ahead::Length(Length::Elapsed(left(percent, ms))),
        (WarningAt::Percent(percent), Some(Length::WorkingTime(ms))) => {
            Ahead::Length(Length::WorkingTime(left(percent, ms)))
        }
        (WarningAt::Percent(percent), limit) => Ahead::Part(100 - percent.min(100), limit),
        // It warns with its first instant where there is not as much.
        (WarningAt::Before(Length::Elapsed(before)), Some(Length::Elapsed(ms))) => {
            Ahead::Length(Length::Elapsed(before.min(ms)))
        }
        (WarningAt::Before(Length::WorkingTime(before)), Some(Length::WorkingTime(ms))) => {
            Ahead::Length(Length::WorkingTime(before.min(ms)))
        }
        (WarningAt::Before(before), _) => Ahead::Length(before),
    }
}

/// What is left of so many milliseconds at the last of them with which no more than so many hundredths are used up.
fn left(percent: u8, ms: i64) -> i64 {
    let used = i128::from(ms) * i128::from(percent) / 100;
    ms - used as i64
}

/// Of those that can be compared the least, and all others.
fn least(all: impl Iterator<Item = Ahead>) -> Vec<Ahead> {
    let mut least: Vec<Ahead> = Vec::new();
    for ahead in all {
        let same = least.iter_mut().find(|known| match (known.amount(), ahead.amount()) {
            (Some((unit, _)), Some((same, _))) => unit == same,
            _ => **known == ahead,
        });
        match same {
            None => least.push(ahead),
            Some(known) if ahead.amount() < known.amount() => *known = ahead,
            Some(_) => {}
        }
    }
    least
}

impl Ahead {
    /// By which unit it is counted, and how much that is.
    fn amount(self) -> Option<(bool, i64)> {
        match self {
            Self::Length(Length::Elapsed(ms)) => Some((false, ms)),
            Self::Length(Length::WorkingTime(ms)) => Some((true, ms)),
            _ => None,
        }
    }
}

impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => length.fmt(f),
            Self::Part(percent, Some(limit)) => write!(f, "{percent} % of {limit}"),
            Self::Part(percent, None) => write!(f, "{percent} % of its limit"),
        }
    }
}
