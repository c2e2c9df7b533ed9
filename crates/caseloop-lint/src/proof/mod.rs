//! Proofs of a workflow's `guarantees:` from the workflow alone: every situation that a case can come into is explored, and
//! a guarantee holds in all of them, or there is a case that breaks it.
//!
//! What is proved holds of every case that begins with the declared defaults in the fields that the workflow itself sets,
//! whatever else it begins with, whatever people and rules do and in whatever order, as long as the host calls the engine.
//! People may do anything that events allow, or nothing. Lengths of time are known of the timers of one state only: elsewhere
//! everything that runs may fall due first, so a case that is shown may need lengths that cannot be.

mod around;
mod check;
mod explore;
mod free;
mod loosened;
mod margin;
mod order;
mod rounds;
mod slices;
mod values;
mod watch;
mod ways;

pub use around::{Shown, adds_nothing};
pub use explore::Bounds;
pub use margin::{Ahead, Margin};
pub use ways::{Goal, Ways, ways};

use around::Never;
use caseloop_core::definition::{Definition, Guarantee};
use caseloop_core::{DueKind, EventId, Instant, PromiseId, Snapshot, TimerId, Workflow};
use caseloop_expr::{RowBuf, Value};
use caseloop_syntax::{Code, Diagnostic, Files, Span};
use check::Found;
use explore::{Assumed, Cause, Graph};
use loosened::{Loosened, loosened, loosened_at};
use slices::Exits;
use std::collections::BTreeSet;
use std::sync::Arc;
use values::Values;
use watch::Noted;

/// A guarantee does not hold.
pub static BROKEN_GUARANTEE: Code = Code::new("broken-guarantee", "A case can come about that breaks a guarantee.");
/// A guarantee could not be decided.
pub static NOT_DECIDED: Code = Code::new("not-decided", "Whether a guarantee holds could not be decided.");

/// The present time of every step: an instant in the data of a step means so long before or after it.
pub const PRESENT: Instant = values::AT;

/// The most situations where what is found can break a guarantee and not prove it.
const ENOUGH_TO_LOOK: u32 = 20_000;

/// What came of exploring a workflow.
#[derive(Clone, Debug)]
pub struct Proofs {
    /// How many situations there are, as far as they were explored; those of regions that were explored one at a time are
    /// added up.
    pub situations: usize,
    /// How many steps lead from one to another.
    pub steps: usize,
    /// How many regions were explored one at a time; 0 where all were explored together.
    pub parts: usize,
    /// What came of each guarantee, in the order of the file.
    pub guarantees: Vec<Proof>,
    /// What is shown by cases of which nothing is guaranteed, at the values that parameters have; empty where not all was
    /// explored. The steps of such a case need an order in which lengths of time may not let them come.
    pub shown: Vec<Shown>,
    /// What no case does, where all was explored.
    never: Option<Never>,
}

/// What came of a guarantee.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What its author calls it.
    pub name: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// What came of it.
    pub verdict: Verdict,
    /// How long before their deadlines its promises warn, at the values that parameters have.
    pub margins: Vec<Margin>,
}

/// Whether a guarantee holds.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// In every case.
    Proved,
    /// Not in this one.
    Broken(Counterexample),
    /// It could not be decided, for these reasons.
    NotDecided(Vec<Reason>),
}

/// Why a guarantee could not be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What stands in the way.
    pub what: String,
    /// Where that stands, if it stands somewhere.
    pub span: Option<Span>,
}

/// A case that breaks a guarantee, no shorter one is known.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// What is wrong at its end.
    pub what: String,
    /// The parameters with other values than those of the load, by name; empty where it fails at those.
    pub set: Vec<(Arc<str>, Arc<str>)>,
    /// The steps from its beginning.
    pub steps: Vec<Step>,
    /// The steps that may then be taken again and again, if that is what is wrong.
    pub again: Vec<Step>,
}

/// A step of a case.
#[derive(Clone, Debug)]
pub struct Step {
    /// What brings it about.
    pub by: By,
    /// What that brings, as far as it matters.
    pub data: Vec<(String, Value)>,
    /// What rules are supposed to give, in the order in which they are asked.
    pub answers: Vec<Given>,
    /// The branches that it takes, in order; of an event that is refused the one that refuses it.
    pub taken: Vec<Arc<str>>,
    /// The active states without inner ones afterwards.
    pub then: Vec<Arc<str>>,
}

/// What rules are supposed to give.
#[derive(Clone, Debug)]
pub struct Given {
    /// Their name.
    pub rules: Arc<str>,
    /// Their outputs by name, those that are there.
    pub outputs: Vec<(Arc<str>, Value)>,
}

/// What brings a step about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The case begins.
    Start,
    /// Somebody sends an event.
    Event(EventId),
    /// A timer fires.
    Timer(TimerId),
    /// An event arrives that the case sent itself.
    Delayed,
    /// A promise warns.
    Warning(PromiseId),
    /// A promise is broken.
    Breach(PromiseId),
    /// A rung of a promise's ladder is climbed.
    Rung(PromiseId, u16),
}

/// Explores a workflow and decides its guarantees.
///
/// Regions that run beside each other are explored together as far as [`Bounds::together`]. Beyond that, those that take no
/// notice of each other are explored one at a time: what holds with each of them holds with all.
#[must_use]
pub fn prove(workflow: &Workflow, bounds: &Bounds) -> Proofs {
    prove_with(workflow, bounds, &BTreeSet::new())
}

/// The same where nothing is known of the lengths of some timers, since they are not those of every load.
#[must_use]
pub fn prove_with(workflow: &Workflow, bounds: &Bounds, loose: &BTreeSet<TimerId>) -> Proofs {
    let values = Values::of(workflow.definition());
    let proofs = decide(workflow, &values, bounds, loose);
    if values.open.is_empty() || proofs.is_decided() && !proofs.guarantees.is_empty() {
        return proofs;
    }
    match loosened(workflow, &values) {
        None => proofs,
        Some(Loosened { workflow, silent_on }) => {
            let values = Values::of(workflow.definition());
            proofs.or(decide(&workflow, &values, bounds, loose), &silent_on)
        }
    }
}

/// The same where what conditions ask at these places may be so or not, since it is not the same in every load; `None` where one
/// of the places is in no condition.
#[must_use]
pub fn prove_open(workflow: &Workflow, bounds: &Bounds, loose: &BTreeSet<TimerId>, open: &[Span]) -> Option<Proofs> {
    let Loosened { workflow, silent_on } = loosened_at(workflow, open)?;
    let mut proofs = prove_with(&workflow, bounds, loose);
    for position in silent_on {
        if let Some(proof) = proofs.guarantees.get_mut(position) {
            proof.verdict = Verdict::NotDecided(Vec::new());
        }
    }
    Some(proofs)
}

fn decide(workflow: &Workflow, values: &Values, bounds: &Bounds, loose: &BTreeSet<TimerId>) -> Proofs {
    let definition = workflow.definition();
    let assumed = |exits: Exits| Assumed {
        exits,
        loose: loose.clone(),
    };
    let slices = slices::slices(definition, values);
    if slices.is_empty() {
        return explore(workflow, values, bounds, assumed(Exits::new()));
    }
    let some = Bounds {
        steps: bounds.together.min(bounds.steps),
        ..*bounds
    };
    let together = explore(workflow, values, &some, assumed(Exits::new()));
    if together.is_decided() {
        return together;
    }
    // A slice is made of a workflow that compiled, and compiles.
    let apart = slices
        .into_iter()
        .map(|slice| one_at_a_time(slice.definition, bounds, assumed(slice.exits)));
    let apart: Option<Vec<Proofs>> = apart.collect();
    let Some(apart) = apart else {
        return explore(workflow, values, bounds, assumed(Exits::new()));
    };
    let proofs = together.with(&apart);
    if proofs.is_decided() || some.steps == bounds.steps {
        return proofs;
    }
    explore(workflow, values, bounds, assumed(Exits::new())).with(&apart)
}

fn one_at_a_time(slice: Definition, bounds: &Bounds, assumed: Assumed) -> Option<Proofs> {
    let workflow = Workflow::compile(slice).ok()?;
    let values = Values::of(workflow.definition());
    Some(explore(&workflow, &values, bounds, assumed))
}

fn explore(workflow: &Workflow, values: &Values, bounds: &Bounds, assumed: Assumed) -> Proofs {
    let definition = workflow.definition();
    let mut noted = vec![Noted::default(); definition.guarantees.len()];
    let mut bounds = *bounds;
    if !values.open.is_empty() {
        // Nothing can be proved any more: what is looked for is a case that breaks something.
        bounds.situations = bounds.situations.min(ENOUGH_TO_LOOK);
    }
    let mut around = around::Noted::new(definition);
    let graph = Graph::explore(workflow, values, &bounds, assumed, &mut |graph, seen| {
        watch::look(graph, seen, &mut noted);
        around.look(graph, seen);
    });
    let reasons = reasons(values, &graph);
    let whole = reasons.is_empty();
    let guarantees = definition
        .guarantees
        .iter()
        .zip(&noted)
        .map(|(guarantee, noted)| Proof {
            name: guarantee.name.clone(),
            span: guarantee.span,
            verdict: verdict(&graph, values, &guarantee.what, noted, &reasons),
            margins: margin::margins(definition, &guarantee.what),
        });
    let guarantees = guarantees.collect();
    Proofs {
        situations: graph.situations.len(),
        steps: graph.edges.len(),
        parts: 0,
        guarantees,
        shown: if whole {
            around::shown(&graph, values, &around)
        } else {
            Vec::new()
        },
        never: whole.then(|| Never::of(&graph, &around)),
    }
}

/// Why not everything could be tried.
fn reasons(values: &Values, graph: &Graph<'_>) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    for (span, what) in &values.open {
        let reason = Reason {
            what: format!("{what} cannot be tried to the end"),
            span: Some(*span),
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    // Where not all values can be tried, only so much is looked at.
    if reasons.is_empty() {
        reasons.extend(graph.open.iter().map(|what| Reason {
            what: what.clone(),
            span: None,
        }));
    }
    reasons
}

fn verdict(graph: &Graph<'_>, values: &Values, what: &Guarantee, noted: &Noted, reasons: &[Reason]) -> Verdict {
    match check::check(graph, what, noted) {
        // What was not tried might lead there.
        Found::Broken { .. } if matches!(what, Guarantee::CanReach(_)) && !reasons.is_empty() => {
            Verdict::NotDecided(reasons.to_vec())
        }
        // No case may come that way.
        Found::Broken { way, again, .. } if way.iter().chain(&again).any(|edge| supposes(graph, *edge)) => {
            let what = "a case that may break it depends on what cannot be tried to the end".to_owned();
            Verdict::NotDecided(vec![Reason { what, span: None }])
        }
        Found::Broken { way, again, what } => Verdict::Broken(Counterexample {
            what,
            set: Vec::new(),
            steps: steps(graph, values, &way),
            again: steps(graph, values, &again),
        }),
        Found::Holds if reasons.is_empty() => Verdict::Proved,
        Found::Holds => Verdict::NotDecided(reasons.to_vec()),
        Found::Open(what) => {
            let own = Reason { what, span: None };
            Verdict::NotDecided(std::iter::once(own).chain(reasons.iter().cloned()).collect())
        }
    }
}

/// Whether a step asks for what is left open.
fn supposes(graph: &Graph<'_>, edge: u32) -> bool {
    graph.again(edge).is_some_and(|again| again.supposed)
}

fn steps(graph: &Graph<'_>, values: &Values, way: &[u32]) -> Vec<Step> {
    let mut case: Snapshot = graph.blank();
    let edges = way.iter().filter_map(|at| Some((*at, graph.edges.get(*at as usize)?)));
    edges
        .map(|(at, edge)| {
            let deed = graph.deed(edge);
            let again = graph.again(at).unwrap_or_default();
            graph.read(edge.to, &mut case);
            let leaves = case.leaves(graph.workflow).into_iter();
            Step {
                by: by(deed.cause),
                data: graph.data(deed, values),
                answers: again
                    .answers
                    .iter()
                    .filter_map(|(rules, gives)| answer(graph, *rules, gives))
                    .collect(),
                taken: again
                    .taken
                    .iter()
                    .map(|id| graph.workflow.branch(*id).name.clone())
                    .collect(),
                then: leaves.map(|leaf| graph.workflow.state(leaf).name.clone()).collect(),
            }
        })
        .collect()
}

fn by(cause: Cause) -> By {
    match cause {
        Cause::Start => By::Start,
        Cause::Event(event) => By::Event(event),
        Cause::Timer(timer) => By::Timer(timer),
        Cause::Delayed(_) => By::Delayed,
        Cause::Promise(promise, DueKind::Warning, _) => By::Warning(promise),
        Cause::Promise(promise, DueKind::Breach, _) => By::Breach(promise),
        Cause::Promise(promise, _, number) => By::Rung(promise, number),
    }
}

/// What rules gave, by name.
fn answer(graph: &Graph<'_>, rules: usize, gives: &RowBuf) -> Option<Given> {
    let rules = graph.workflow.definition().rules.get(rules)?;
    let outputs = rules
        .outputs
        .fields()
        .map(|field| (field.name.clone(), gives.get(field)));
    let given = outputs.filter(|(_, value)| *value != Value::Absent);
    Some(Given {
        rules: rules.name.clone(),
        outputs: given.collect(),
    })
}

impl Proofs {
    /// Whether nothing is open.
    fn is_decided(&self) -> bool {
        let mut verdicts = self.guarantees.iter().map(|proof| &proof.verdict);
        verdicts.all(|verdict| !matches!(verdict, Verdict::NotDecided(_)))
    }

    /// What is open is proved where it is in each of the parts.
    fn with(mut self, parts: &[Self]) -> Self {
        for (at, proof) in self.guarantees.iter_mut().enumerate() {
            let of_part = |part: &Self| part.guarantees.get(at).map(|proof| proof.verdict.clone());
            let proved = parts.iter().all(|part| matches!(of_part(part), Some(Verdict::Proved)));
            if matches!(proof.verdict, Verdict::NotDecided(_)) && proved {
                proof.verdict = Verdict::Proved;
            }
        }
        self.parts = parts.len();
        self.situations += parts.iter().map(|part| part.situations).sum::<usize>();
        self.steps += parts.iter().map(|part| part.steps).sum::<usize>();
        self
    }

    /// What is open is as it is in a workflow that does all that this one does, and more, where that tells it.
    fn or(mut self, looser: Self, silent_on: &BTreeSet<usize>) -> Self {
        for (position, (proof, other)) in self.guarantees.iter_mut().zip(looser.guarantees).enumerate() {
            if matches!(proof.verdict, Verdict::NotDecided(_)) && !silent_on.contains(&position) {
                match other.verdict {
                    Verdict::NotDecided(_) => {}
                    decided => proof.verdict = decided,
                }
            }
        }
        self.situations += looser.situations;
        self.steps += looser.steps;
        self.shown = looser.shown;
        self.never = looser.never;
        self
    }

    /// Of what no case does, only that is left which is so in these proofs too: those of other values of parameters. Nothing,
    /// where other values were not tried.
    pub fn retain_never(&mut self, other: Option<&Self>) {
        let other = other.and_then(|other| other.never.as_ref());
        self.never = self.never.as_ref().zip(other).map(|(one, other)| one.both(other));
    }

    /// How many guarantees hold in every case.
    #[must_use]
    pub fn proved(&self) -> usize {
        let verdicts = self.guarantees.iter().map(|proof| &proof.verdict);
        verdicts.filter(|verdict| matches!(verdict, Verdict::Proved)).count()
    }

    /// What is wrong with the guarantees, as findings: those that are broken, and those that could not be decided; and what no
    /// case does.
    #[must_use]
    pub fn findings(&self, workflow: &Workflow, files: &Files) -> Vec<Diagnostic> {
        let findings = self.guarantees.iter().filter_map(|proof| match &proof.verdict {
            Verdict::Proved => None,
            Verdict::Broken(case) => {
                let message = format!("`{}` does not hold: {}", proof.name, case.what);
                let finding = Diagnostic::warning(&BROKEN_GUARANTEE, proof.span, message);
                Some(finding.case(case.lines(workflow)))
            }
            Verdict::NotDecided(reasons) => {
                let message = format!("whether `{}` holds could not be decided", proof.name);
                let mut finding = Diagnostic::warning(&NOT_DECIDED, proof.span, message);
                for reason in reasons {
                    finding = match reason.span {
                        Some(span) => finding.also(span, reason.what.clone()),
                        None => finding.help(reason.what.clone()),
                    };
                }
                Some(finding)
            }
        });
        let never = self
            .never
            .iter()
            .flat_map(|never| never.findings(workflow.definition(), files));
        findings.chain(never).collect()
    }
}

impl Counterexample {
    /// The case as people read it, a step in a line.
    #[must_use]
    pub fn lines(&self, workflow: &Workflow) -> Vec<String> {
        let told = |steps: &[Step]| steps.iter().map(|step| step.text(workflow)).collect::<Vec<_>>();
        let set = self
            .set
            .iter()
            .map(|(name, value)| format!("with `{name}` set to {value}:"));
        let mut lines: Vec<String> = set.collect();
        lines.extend(told(&self.steps));
        if !self.again.is_empty() {
            lines.push("and then again and again:".to_owned());
            lines.extend(told(&self.again));
        }
        lines
    }
}

impl Step {
    fn text(&self, workflow: &Workflow) -> String {
        let promise = |id: PromiseId| workflow.promise(id).name.clone();
        let by = match self.by {
            By::Start => "it begins".to_owned(),
            By::Event(event) => format!("`{}`", workflow.event(event).name),
            By::Timer(timer) => format!("the timer `{}` fires", workflow.timer(timer).name),
            By::Delayed => "what it sent itself arrives".to_owned(),
            By::Warning(id) => format!("`{}` warns", promise(id)),
            By::Breach(id) => format!("`{}` is broken", promise(id)),
            By::Rung(id, number) => {
                let rung = workflow.promise(id).rungs.get(usize::from(number));
                let timer = rung.map(|rung| workflow.timer(rung.timer).name.clone());
                format!("the rung `{}` is climbed", timer.unwrap_or_default())
            }
        };
        let data = self.data.iter().map(|(name, value)| {
            let json = serde_json::to_string(value).unwrap_or_default();
            format!("{name}: {json}")
        });
        let data: Vec<String> = data.collect();
        let with = match data.is_empty() {
            true => String::new(),
            false => format!(" with {}", data.join(", ")),
        };
        format!("{by}{with} -> {}", self.then.join(", "))
    }
}
