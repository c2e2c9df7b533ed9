//! Expectations held against what came of a step.

use crate::codes::{EVENT_NOT_TAKEN, UNMET_EXPECTATION};
use crate::told::{amount, argument, bare, deed, effect, line, listed, said};
use crate::{Amount, Claim, Deed, Happening, Step, What, Zone};
use caseloop::layers::core::definition::Kind;
use caseloop::layers::expr::Length;
use caseloop::layers::syntax::Diagnostic;
use caseloop::{Case, Counted, Effect, Entry, EntryVerdict, Instant, News, Value, Verdict};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known after a step.
pub(crate) struct Seen<'a> {
    pub(crate) case: &'a Case,
    /// The entries of this step.
    pub(crate) journal: &'a [Entry],
    pub(crate) verdict: Verdict,
    /// When each promise that is measured and runs is due.
    pub(crate) due: &'a BTreeMap<Arc<str>, Option<Instant>>,
    pub(crate) zone: Zone,
}

/// What is otherwise than a step says.
pub(crate) fn judge(step: &Step, seen: &Seen<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let about_verdict = |claim: &Claim| matches!(claim.what, What::Ignored | What::Rejected(_) | What::WrongSender);
    if let Happening::Event { name, .. } = &step.what
        && !matches!(seen.verdict, Verdict::Taken)
        && !step.claims.iter().any(about_verdict)
    {
        let message = format!("`{name}` {}", seen.became());
        let mut finding = Diagnostic::error(&EVENT_NOT_TAKEN, step.span, message);
        for refusal in seen
            .journal
            .last()
            .map(|entry| entry.refused.as_slice())
            .unwrap_or_default()
        {
            finding = finding.help(format!("`{}` asks for `{}`", refusal.branch, refusal.condition));
        }
        let key = match seen.verdict {
            Verdict::Ignored => "ignored: true",
            Verdict::WrongSender => "wrong_sender: true",
            _ => "rejected: true",
        };
        found.push(finding.help(format!("where that is meant, write `expect: {{{key}}}`")));
    }
    found.extend(step.claims.iter().filter_map(|claim| {
        let (message, diff) = seen.differs(&claim.what)?;
        let finding = Diagnostic::error(&UNMET_EXPECTATION, claim.span, message);
        Some(finding.case(diff))
    }));
    // What happened is told once, where the first of them stands.
    if let Some(first) = found.first_mut() {
        let lines = seen.journal.iter().map(|entry| line(entry, seen.zone));
        first.case.extend(lines);
    }
    found
}

type Difference = Option<(String, Vec<String>)>;

impl Seen<'_> {
    fn became(&self) -> String {
        match self.journal.last().map(|entry| &entry.verdict) {
            Some(EntryVerdict::Ignored) => format!("is ignored in {}", listed(self.case.states())),
            Some(EntryVerdict::Rejected { reason, .. }) => format!("is rejected: {reason}"),
            Some(EntryVerdict::WrongSender { sent_by }) => {
                format!("may be sent by {} only", sent_by.join(", "))
            }
            _ => "is taken".to_owned(),
        }
    }

    /// What is otherwise than is expected, and a comparison line by line where that helps.
    fn differs(&self, what: &What) -> Difference {
        let plain = |message: Option<String>| message.map(|message| (message, Vec::new()));
        match what {
            What::In(state) => plain((!self.case.is_in(state)).then(|| {
                format!(
                    "the case is in {}, where `{state}` is expected",
                    ticked(self.case.states())
                )
            })),
            What::NotIn(state) => plain(self.case.is_in(state).then(|| format!("the case is in `{state}`"))),
            What::Due(promise, at) => plain(self.due(promise, *at)),
            What::Breached(names) => plain(self.set("broken", names, |news| matches!(news, News::Breached { .. }))),
            What::Warned(names) => plain(self.set("warned of", names, |news| matches!(news, News::Warned))),
            What::Cancelled(names) => plain(self.set("cancelled", names, |news| matches!(news, News::Cancelled))),
            What::Kept(amounts) => plain(self.amounts("kept", amounts, |news| match news {
                News::Kept { left, counted } => Some((*left, *counted)),
                _ => None,
            })),
            What::Late(amounts) => plain(self.amounts("late", amounts, |news| match news {
                News::Late { over, counted } => Some((*over, *counted)),
                _ => None,
            })),
            What::Did(deeds) => self.did(deeds),
            What::Data(field, value) => plain(self.data(field, value)),
            What::Ignored => plain(self.verdict(matches!(self.verdict, Verdict::Ignored), "ignored")),
            What::WrongSender => {
                plain(self.verdict(matches!(self.verdict, Verdict::WrongSender), "refused for its sender"))
            }
            What::Rejected(reason) => plain(self.rejected(reason.as_deref())),
            What::Ended(ended) => plain((self.case.ended() != *ended).then(|| match ended {
                true => format!("the case is not over: it is in {}", ticked(self.case.states())),
                false => "the case is over".to_owned(),
            })),
            What::EndedAs(kind) => plain(self.ended_as(kind)),
        }
    }

    fn due(&self, promise: &str, at: Option<Instant>) -> Option<String> {
        let due = self.due.get(promise).copied().flatten();
        if due == at {
            return None;
        }
        Some(match (due, at) {
            (Some(due), Some(at)) => {
                let (due, at) = (self.zone.write(due), self.zone.write(at));
                format!("`{promise}` is due at {due}, where {at} is expected")
            }
            (Some(due), None) => format!("`{promise}` is due at {}", self.zone.write(due)),
            (None, _) if self.due.contains_key(promise) => format!("`{promise}` rests, so it is not due at any time"),
            (None, _) => format!("`{promise}` is not measured, so it is not due at any time"),
        })
    }

    fn news<'s, T>(&'s self, pick: impl Fn(&News) -> Option<T> + 's) -> impl Iterator<Item = (&'s str, T)> + 's {
        let changes = self.journal.iter().flat_map(|entry| &entry.promises);
        changes.filter_map(move |change| Some((&*change.promise, pick(&change.news)?)))
    }

    fn set(&self, verb: &str, expected: &[Arc<str>], is: impl Fn(&News) -> bool) -> Option<String> {
        let mut found: Vec<&str> = self
            .news(|news| is(news).then_some(()))
            .map(|(name, ())| name)
            .collect();
        let mut wanted: Vec<&str> = expected.iter().map(|name| &**name).collect();
        let (shown, asked) = (listed(found.iter().copied()), listed(wanted.iter().copied()));
        found.sort_unstable();
        wanted.sort_unstable();
        (found != wanted).then(|| format!("{verb} in this step: {shown}, where {asked} is expected"))
    }

    fn amounts(
        &self,
        verb: &str,
        expected: &[(Arc<str>, Option<Amount>)],
        pick: impl Fn(&News) -> Option<(i64, Counted)>,
    ) -> Option<String> {
        let found: Vec<(&str, (i64, Counted))> = self.news(pick).collect();
        let mut names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
        let mut wanted: Vec<&str> = expected.iter().map(|(name, _)| &**name).collect();
        let (shown, asked) = (listed(names.iter().copied()), listed(wanted.iter().copied()));
        names.sort_unstable();
        wanted.sort_unstable();
        if names != wanted {
            return Some(format!("{verb} in this step: {shown}, where {asked} is expected"));
        }
        for (name, wanted) in expected {
            let Some(wanted) = wanted else { continue };
            let own = found.iter().filter(|(found, _)| *found == &**name);
            let mut own = own.map(|(_, (number, counted))| (*number, *counted));
            let fits = own.clone().any(|(number, counted)| match (*wanted, counted) {
                // Of a limit in working time hours are working hours, also where nobody says so.
                (Amount::Time(Length::Elapsed(ms)), Counted::Elapsed | Counted::Working) => ms == number,
                (Amount::Time(Length::WorkingTime(ms)), Counted::Working) => ms == number,
                (Amount::Times(times), Counted::Times) => times == number,
                _ => false,
            });
            if !fits && let Some((number, counted)) = own.next() {
                let (is, asked) = (amount(number, counted), said(*wanted));
                return Some(match verb {
                    "kept" => format!("`{name}` is kept with {is} left, where {asked} is expected"),
                    _ => format!("`{name}` is late by {is}, where {asked} is expected"),
                });
            }
        }
        None
    }

    fn did(&self, expected: &[Deed]) -> Difference {
        let done: Vec<&Effect> = self.journal.iter().flat_map(|entry| &entry.effects).collect();
        let same = done.len() == expected.len() && done.iter().zip(expected).all(|(done, deed)| is_it(done, deed));
        if same {
            return None;
        }
        let message = match (done.len(), expected.len()) {
            (0, _) => "nothing was asked for in this step".to_owned(),
            (_, 0) => "something was asked for in this step".to_owned(),
            _ => "something else was asked for in this step".to_owned(),
        };
        Some((message, diff(expected, &done)))
    }

    fn data(&self, field: &str, expected: &Value) -> Option<String> {
        let stored = self.case.store();
        let found = stored.data.get(field).cloned().unwrap_or(Value::Absent);
        (found != *expected).then(|| {
            let write = |value: &Value| match value {
                Value::Instant(at) => self.zone.write(Instant(*at)),
                value => bare(value),
            };
            format!(
                "`{field}` is `{}`, where `{}` is expected",
                write(&found),
                write(expected)
            )
        })
    }

    fn verdict(&self, is: bool, expected: &str) -> Option<String> {
        (!is).then(|| format!("the event {}, where it is expected to be {expected}", self.became()))
    }

    fn rejected(&self, reason: Option<&str>) -> Option<String> {
        let why = match self.journal.last().map(|entry| &entry.verdict) {
            Some(EntryVerdict::Rejected { reason, .. }) => &**reason,
            _ => {
                return Some(format!(
                    "the event {}, where it is expected to be rejected",
                    self.became()
                ));
            }
        };
        let wanted = reason.filter(|wanted| *wanted != why)?;
        Some(format!(
            "the event is rejected for `{why}`, where `{wanted}` is expected"
        ))
    }

    fn ended_as(&self, kind: &str) -> Option<String> {
        let states = &self.case.workflow().definition().states;
        let active = self.case.states();
        let ends = states
            .iter()
            .filter(|state| state.kind == Kind::Final && active.contains(&&*state.name));
        let found = ends.filter_map(|state| state.ending.as_deref()).next();
        match (self.case.ended(), found) {
            (false, _) => Some(format!("the case is not over: it is in {}", ticked(active))),
            (true, Some(found)) if found == kind => None,
            (true, found) => Some(format!(
                "the case has ended as `{}`, where `{kind}` is expected",
                found.unwrap_or("true")
            )),
        }
    }
}

fn ticked(names: Vec<&str>) -> String {
    names
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Whether an effect is what is told of it.
fn is_it(done: &Effect, deed: &Deed) -> bool {
    done.effect == deed.effect
        && deed.with.iter().all(|(name, value)| {
            let found = done.with.get(name);
            found.is_some_and(|found| match found {
                caseloop::EffectArgument::Value(found) => found == value,
                hidden @ caseloop::EffectArgument::Hidden { .. } => argument(hidden) == bare(value),
            })
        })
}

/// What is expected (`-`) beside what was done (`+`), what both have in common without a mark.
fn diff(expected: &[Deed], done: &[&Effect]) -> Vec<String> {
    // The longest common subsequence, from the back; both lists are a step's.
    let (rows, columns) = (expected.len(), done.len());
    let mut best = vec![vec![0_usize; columns + 1]; rows + 1];
    let length = |best: &[Vec<usize>], row: usize, column: usize| {
        best.get(row)
            .and_then(|row| row.get(column))
            .copied()
            .unwrap_or_default()
    };
    for (row, deed) in expected.iter().enumerate().rev() {
        for (column, effect) in done.iter().enumerate().rev() {
            let longest = match is_it(effect, deed) {
                true => length(&best, row + 1, column + 1) + 1,
                false => length(&best, row + 1, column).max(length(&best, row, column + 1)),
            };
            if let Some(place) = best.get_mut(row).and_then(|row| row.get_mut(column)) {
                *place = longest;
            }
        }
    }
    let mut lines = Vec::new();
    let (mut row, mut column) = (0, 0);
    loop {
        match (expected.get(row), done.get(column)) {
            (Some(wanted), Some(found)) if is_it(found, wanted) => {
                lines.push(format!("  {}", effect(found)));
                (row, column) = (row + 1, column + 1);
            }
            (Some(wanted), found)
                if found.is_none() || length(&best, row + 1, column) >= length(&best, row, column + 1) =>
            {
                lines.push(format!("- {}", deed(wanted)));
                row += 1;
            }
            (_, Some(found)) => {
                lines.push(format!("+ {}", effect(found)));
                column += 1;
            }
            _ => return lines,
        }
    }
}
