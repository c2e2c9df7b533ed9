//! What scenarios cover of a workflow: its states, branches, timers, rungs, warnings and breaches, and the rules that it asks.

use caseloop::layers::core::definition::{Definition, Kind, Trigger};
use caseloop::layers::syntax::Span;
use caseloop::{Entry, EntryInput, EntryVerdict, News, Workflow};
use indexmap::IndexMap;
use std::sync::Arc;

/// A kind of thing that can be covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A state is entered.
    State,
    /// A branch is taken, or refuses its event.
    Branch,
    /// A timer fires.
    Timer,
    /// A rung of a ladder is climbed.
    Rung,
    /// A promise warns.
    Warning,
    /// A promise is broken.
    Breach,
    /// A rule of a table, classifier, score or assignment fires.
    Rule,
}

impl Part {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::State,
        Self::Branch,
        Self::Timer,
        Self::Rung,
        Self::Warning,
        Self::Breach,
        Self::Rule,
    ];

    /// What several are called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::State => "states",
            Self::Branch => "branches",
            Self::Timer => "timers",
            Self::Rung => "rungs",
            Self::Warning => "warnings",
            Self::Breach => "breaches",
            Self::Rule => "rules",
        }
    }
}

/// One thing that can be covered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Goal {
    /// What kind of thing.
    pub part: Part,
    /// Its name in journals; of a rule `RULES.RULE`.
    pub name: Arc<str>,
}

/// How often everything of a workflow came about.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The workflow's name.
    pub workflow: Arc<str>,
    hits: IndexMap<Goal, Hits>,
}

/// How often something came about, and where it stands.
#[derive(Clone, Copy, Debug, Default)]
struct Hits {
    count: u64,
    span: Option<Span>,
}

/// How much of something is covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How much is covered.
    pub covered: usize,
    /// How much there is.
    pub all: usize,
}

impl Share {
    /// In hundredths, rounded down; 100 where there is nothing to cover.
    #[must_use]
    pub fn percent(self) -> usize {
        (self.covered * 100).checked_div(self.all).unwrap_or(100)
    }
}

impl Coverage {
    /// Nothing of the workflow is covered.
    #[must_use]
    pub fn of(workflow: &Workflow) -> Self {
        let definition = workflow.definition();
        let mut hits = IndexMap::new();
        let mut add = |part, name: Arc<str>, span: Option<Span>| {
            hits.insert(Goal { part, name }, Hits { count: 0, span });
        };
        for state in definition.states.iter().skip(1) {
            if !matches!(state.kind, Kind::History { .. }) {
                add(Part::State, state.name.clone(), Some(state.span));
            }
        }
        for branch in &definition.branches {
            let alone = match branch.trigger {
                Trigger::Timer(timer) => workflow.timer(timer).branches.len() < 2,
                _ => false,
            };
            if !alone {
                add(Part::Branch, branch.name.clone(), Some(branch.span));
            }
        }
        for (position, timer) in definition.timers.iter().enumerate() {
            let part = part_of(definition, position);
            if part != Part::Warning {
                add(part, timer.name.clone(), Some(timer.span));
            }
        }
        for promise in &definition.promises {
            if !promise.warnings.is_empty() {
                add(Part::Warning, promise.name.clone(), Some(promise.span));
            }
            add(Part::Breach, promise.name.clone(), Some(promise.span));
        }
        for (position, rules) in definition.rules.iter().enumerate() {
            // A priority is worked out when somebody asks, and stands in no journal.
            if definition
                .priority
                .as_ref()
                .is_some_and(|priority| priority.rules.index() == position)
            {
                continue;
            }
            for rule in &rules.rules {
                add(Part::Rule, format!("{}.{rule}", rules.name).into(), None);
            }
        }
        Self {
            workflow: definition.name.clone(),
            hits,
        }
    }

    /// Counts what happened in a journal.
    pub fn add(&mut self, journal: &[Entry]) {
        for entry in journal {
            goals(entry, &mut |goal| {
                if let Some(hits) = self.hits.get_mut(&goal) {
                    hits.count += 1;
                }
            });
        }
    }

    /// Counts what another coverage of the same workflow counted.
    pub fn join(&mut self, other: &Self) {
        for (goal, hits) in &other.hits {
            if let Some(own) = self.hits.get_mut(goal) {
                own.count += hits.count;
            }
        }
    }

    /// How much of a kind is covered.
    #[must_use]
    pub fn share(&self, part: Part) -> Share {
        self.share_of(|goal| goal.part == part)
    }

    /// How much of everything is covered.
    #[must_use]
    pub fn total(&self) -> Share {
        self.share_of(|_| true)
    }

    fn share_of(&self, of: impl Fn(&Goal) -> bool) -> Share {
        let own = self.hits.iter().filter(|(goal, _)| of(goal));
        let (all, covered) = own.fold((0, 0), |(all, covered), (_, hits)| {
            (all + 1, covered + usize::from(hits.count > 0))
        });
        Share { covered, all }
    }

    /// Everything that can be covered, with how often it came about and where it stands.
    pub fn goals(&self) -> impl Iterator<Item = (&Goal, u64, Option<Span>)> {
        self.hits.iter().map(|(goal, hits)| (goal, hits.count, hits.span))
    }

    /// What is not covered.
    pub fn missing(&self) -> impl Iterator<Item = &Goal> {
        self.hits
            .iter()
            .filter(|(_, hits)| hits.count == 0)
            .map(|(goal, _)| goal)
    }

    /// Whether this came about.
    #[must_use]
    pub fn has(&self, goal: &Goal) -> bool {
        self.hits.get(goal).is_some_and(|hits| hits.count > 0)
    }
}

/// What a timer is, by position.
fn part_of(definition: &Definition, position: usize) -> Part {
    let is = |timer: caseloop::layers::core::TimerId| timer.index() == position;
    let promises = &definition.promises;
    if promises
        .iter()
        .flat_map(|promise| &promise.rungs)
        .any(|rung| is(rung.timer))
    {
        Part::Rung
    } else if promises
        .iter()
        .flat_map(|promise| &promise.warnings)
        .any(|warning| warning.timer.is_some_and(is))
    {
        Part::Warning
    } else {
        Part::Timer
    }
}

/// Everything that an entry covers.
fn goals(entry: &Entry, see: &mut dyn FnMut(Goal)) {
    let mut add = |part, name: &Arc<str>| {
        see(Goal {
            part,
            name: name.clone(),
        });
    };
    for state in &entry.entered {
        add(Part::State, state);
    }
    for branch in &entry.taken {
        add(Part::Branch, branch);
    }
    if let EntryVerdict::Rejected { branch, .. } = &entry.verdict {
        add(Part::Branch, branch);
    }
    for timer in &entry.timers.fired {
        add(Part::Timer, timer);
        add(Part::Rung, timer);
    }
    if let EntryInput::Timer(timer) = &entry.input
        && !entry.timers.fired.contains(timer)
    {
        add(Part::Timer, timer);
    }
    for change in &entry.promises {
        match change.news {
            News::Warned => add(Part::Warning, &change.promise),
            News::Breached { .. } => add(Part::Breach, &change.promise),
            _ => {}
        }
    }
    for decision in &entry.decisions {
        for rule in &decision.fired {
            add(Part::Rule, &format!("{}.{rule}", decision.rules).into());
        }
    }
}
