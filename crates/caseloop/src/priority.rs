//! The priority of a case: points worked out when somebody asks, and when they change next.

use crate::Case;
use caseloop_core::{Instant, PromiseId, priority_inputs};
use caseloop_rules::{Rules, Score};
use caseloop_sla::{Clock, Policy};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// How urgent a case is, as things stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priority {
    /// All points, within the caps of the score.
    pub points: i64,
    /// The band that they fall into; `None` where the score has none.
    pub band: Option<Arc<str>>,
    /// The parts that gave points, by name, in the order of the file and before any cap.
    pub parts: Vec<(Arc<str>, i64)>,
    /// The first instant at which time alone gives other points; `None` where only an event can.
    pub changes_at: Option<DateTime<Utc>>,
}

impl Case {
    /// The priority of the case at `now` by the score that its workflow names; `None` where it names none. Nothing of it
    /// is stored: the same case has more points once less is left of its promise, and a deadline never moves by it.
    ///
    /// ```
    /// use caseloop::{Engine, MapSources, compile};
    /// let files = MapSources::from_iter([("ticket.yaml", "
    /// workflow: ticket
    /// version: 1
    /// uses: [points.yaml]
    /// case: {urgency: {one_of: [normal, urgent]}}
    /// events: {solved: {}}
    /// promises: {solve: {within: 48 h, from: start, until: solved}}
    /// priority: points
    /// start: open
    /// states: {open: {when: {solved: {go: closed}}}, closed: {final: true}}
    /// "), ("points.yaml", "
    /// score: points
    /// case: {urgency: {one_of: [normal, urgent]}}
    /// add:
    ///   - {name: urgency, by: urgency, points: {normal: 0, urgent: 20}}
    ///   - {name: time, left: {\"< 50 %\": 10}}
    /// ")]);
    /// let engine = Engine::new([compile(&files, "ticket.yaml")?]);
    /// let case = engine.start("ticket", "case-1", "2026-03-02T09:00:00Z".parse()?, [("urgency", "urgent".into())])?.case;
    /// let begun = case.priority("2026-03-02T09:00:00Z".parse()?).unwrap();
    /// assert_eq!((begun.points, begun.changes_at), (20, Some("2026-03-03T09:00:00.001Z".parse()?)));
    /// assert_eq!(case.priority("2026-03-03T09:00:00.001Z".parse()?).unwrap().points, 30);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn priority(&self, now: DateTime<Utc>) -> Option<Priority> {
        let mut inputs = priority_inputs(&self.workflow, &self.snapshot)?;
        let named = self.workflow.definition().priority.as_ref()?;
        let Some(Rules::Score(score)) = self.workflow.rules.get(named.rules.index()) else {
            return None;
        };
        score.signature().complete(&mut inputs);
        let now = Instant::from(now).0;
        let clocks = self.clocks(&named.promises);
        let below = |share: u8| clocks.iter().any(|(clock, policy)| is_below(clock, policy, share, now));
        let scored = score.points(inputs.as_row(), &below);
        let rules = &score.signature().rules;
        let parts = scored.parts.iter().filter_map(|(part, points)| {
            let part = rules.get(*part)?;
            Some((part.name.clone(), *points))
        });
        Some(Priority {
            points: scored.points,
            band: scored.band.and_then(|band| score.bands().nth(band)).map(Into::into),
            parts: parts.collect(),
            changes_at: next_change(score, inputs.as_row(), &clocks, now).and_then(|at| Instant(at).to_utc()),
        })
    }

    fn clocks(&self, promises: &[PromiseId]) -> Vec<(Clock, &Policy)> {
        let state = self.snapshot.clocks();
        let clocks = promises.iter();
        clocks
            .filter_map(|promise| self.workflow.promises.clock(state, *promise))
            .collect()
    }
}

/// Whether less than so many hundredths of a promise are left. What a clock keeps lies within the years that its
/// calendar knows, and so does every part of it.
fn is_below(clock: &Clock, policy: &Policy, share: u8, now: i64) -> bool {
    matches!(
        clock.has_used(100_u8.saturating_sub(share), now, policy),
        Ok(Some(true))
    )
}

/// The first instant after `now` at which other points come of it, if nothing happens until then.
fn next_change(score: &Score, inputs: caseloop_expr::Row<'_>, clocks: &[(Clock, &Policy)], now: i64) -> Option<i64> {
    let mut crossings: Vec<i64> = Vec::new();
    for (clock, policy) in clocks {
        for share in score.shares() {
            // At that instant exactly so much is left, which is not less.
            let last = clock.used_up_at(100_u8.saturating_sub(share), policy).ok().flatten();
            crossings.extend(last.map(|last| last.saturating_add(1)).filter(|at| *at > now));
        }
    }
    crossings.sort_unstable();
    let points_at = |at: i64| {
        let below = |share: u8| clocks.iter().any(|(clock, policy)| is_below(clock, policy, share, at));
        score.points(inputs, &below).points
    };
    let present = points_at(now);
    crossings.into_iter().find(|at| points_at(*at) != present)
}
