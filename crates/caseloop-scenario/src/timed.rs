//! Instants for a case that was found out of time: the engine itself is asked whether it can come about so.
//!
//! A proof lets everything fall due whenever it may. Here events are sent at once, halfway to what falls due next, or just in
//! time before it, and time passes until what the case needs falls due. What else falls due on the way is let pass where it
//! leaves the case in its states. The case with the fewest waits is looked for first.

use crate::run::{Runner, instant};
use crate::{Claim, Deed, Happening, Scenario, Status, Step, What, Zone};
use caseloop::layers::core::definition::{Data, Definition};
use caseloop::layers::expr::Type;
use caseloop::layers::syntax::Span;
use caseloop::proof::{self, By, PRESENT};
use caseloop::{
    Answers, Case, EffectArgument, Engine, Entry, EntryInput, EntryVerdict, Event, Instant, News, Outcome, Supposed,
    Value, Verdict, Workflow,
};
use chrono::NaiveDate;
use std::sync::Arc;

/// The most times that a case waits before an event.
const MOST_WAITS: u32 = 6;
/// The most steps of the engine.
const MOST_CALLS: u32 = 4_000;
/// The most things that are let pass while something else is waited for.
const MOST_PASSED: u32 = 200;

/// How long ago what is told of at the beginning happened, and whether dates are told that need not be. What is told of late
/// may have happened a day before.
const TOLD: [(i64, bool); 3] = [(0, false), (0, true), (-86_400_000, false)];

/// A scenario in which the engine goes the same way: brought about by the same causes, through the same branches and states.
/// `None` where none was found.
///
/// Rules are asked in it, or where that leads another way, answer as they do in the steps; fields of which no value was tried hold something plausible. What it expects
/// is what the engine does. It uses no files yet, and nobody has reviewed it.
#[must_use]
pub fn timed(name: &str, workflow: &Workflow, steps: &[proof::Step]) -> Option<Scenario> {
    let zone = workflow
        .calendars()
        .find_map(|(_, calendar)| Zone::named(calendar.zone()));
    let zone = zone.unwrap_or(Zone::UTC);
    let begins = NaiveDate::from_ymd_opt(2026, 3, 2)?.and_hms_opt(9, 0, 0)?;
    let begins = zone.instant(begins)?;
    let engine = Engine::new([workflow.clone()]);
    let mut search = Search {
        engine: &engine,
        workflow,
        steps,
        calls: 0,
        begins,
        dates: false,
        suppose: false,
        done: Vec::new(),
    };
    let search_supposes = steps.iter().any(|step| !step.answers.is_empty());
    for waits in 0..=MOST_WAITS {
        // Rules are asked, where what they answer leads the same way.
        let told = [false, true]
            .into_iter()
            .flat_map(|suppose| TOLD.map(|told| (suppose, told)));
        for (suppose, (ago, dates)) in told.filter(|(suppose, _)| !suppose || search_supposes) {
            (search.suppose, search.dates) = (suppose, dates);
            if search.start(waits, ago).is_some() {
                let (first, rest) = search.done.split_first()?;
                return written(name, workflow, zone, first, rest);
            }
        }
        if search.calls > MOST_CALLS {
            return None;
        }
    }
    None
}

/// One thing that happens at its instant.
#[derive(Clone, Debug)]
struct Act {
    at: Instant,
    what: Happening,
    data: Vec<(Arc<str>, Value)>,
    answers: Answers,
}

/// A case on its way.
#[derive(Clone)]
struct Way {
    case: Case,
    /// From when something may happen.
    now: Instant,
    /// When it next wants a call.
    due: Option<Instant>,
    waits: u32,
}

struct Search<'w> {
    engine: &'w Engine,
    workflow: &'w Workflow,
    steps: &'w [proof::Step],
    calls: u32,
    begins: Instant,
    dates: bool,
    /// Whether rules answer as they do in the steps.
    suppose: bool,
    done: Vec<Act>,
}

impl Search<'_> {
    fn definition(&self) -> &Definition {
        self.workflow.definition()
    }

    fn answers(&self, step: &proof::Step) -> Answers {
        let given = step.answers.iter().filter(|_| self.suppose);
        given.fold(Answers::new(), |answers, given| {
            answers.with(Supposed {
                rules: given.rules.clone(),
                gives: given.outputs.clone(),
            })
        })
    }

    fn start(&mut self, waits: u32, ago: i64) -> Option<()> {
        let step = self.steps.first().filter(|step| step.by == By::Start)?;
        self.done.clear();
        let (at, answers) = (self.begins, self.answers(step));
        let data = data(step, &self.definition().case, at, ago, false);
        self.calls += 1;
        let given: Vec<(&str, Value)> = data.iter().map(|(name, value)| (&**name, value.clone())).collect();
        let begun = self
            .engine
            .supposing(&answers)
            .start(self.workflow.name(), "scenario", instant(at), given)
            .ok()?;
        if !is_step(begun.journal.last()?, step) {
            return None;
        }
        self.done.push(Act {
            at,
            what: Happening::Start,
            data,
            answers,
        });
        let way = Way {
            due: begun.next_due.map(Instant::from),
            case: begun.case,
            now: at,
            waits,
        };
        self.go_on(way, 1)
    }

    /// Takes the step at this position and all after it.
    fn go_on(&mut self, way: Way, at: usize) -> Option<()> {
        let Some(step) = self.steps.get(at) else {
            return Some(());
        };
        match step.by {
            By::Start => None,
            By::Event(event) => {
                let name = self.workflow.event(event).name.clone();
                self.send(way, step, &name, at)
            }
            _ => self.wait(way, step, at),
        }
    }

    /// Sends the event of a step: at once, later, or after something that passes by.
    fn send(&mut self, mut way: Way, step: &proof::Step, name: &Arc<str>, at: usize) -> Option<()> {
        for _ in 0..MOST_PASSED {
            for (position, when) in moments(&way).into_iter().enumerate() {
                let costs = u32::from(position > 0);
                if way.waits < costs || self.calls > MOST_CALLS {
                    break;
                }
                if self.send_at(&way, step, name, when, costs, at).is_some() {
                    return Some(());
                }
            }
            if way.waits == 0 || self.calls > MOST_CALLS {
                return None;
            }
            let (passed, entry) = self.next(&way, &Answers::new())?;
            if !stays(&way.case, &entry) {
                return None;
            }
            way = Way {
                waits: way.waits - 1,
                ..passed
            };
        }
        None
    }

    fn send_at(
        &mut self,
        way: &Way,
        step: &proof::Step,
        name: &Arc<str>,
        when: Instant,
        costs: u32,
        at: usize,
    ) -> Option<()> {
        let event_def = self.definition().events.iter().find(|event| event.name == *name)?;
        let data = data(step, &event_def.data, when, 3_600_000, self.dates);
        let answers = self.answers(step);
        let by = event_def.sent_by.first();
        let by = by.and_then(|role| self.definition().roles.get(role.index()).cloned());
        let mut event = Event::new(name.clone());
        if let Some(by) = &by {
            event = event.by(by.clone());
        }
        for (field, value) in &data {
            event = event.with(field.clone(), value.clone());
        }
        self.calls += 1;
        let outcome = self
            .engine
            .supposing(&answers)
            .send(&way.case, instant(when), &event)
            .ok()?;
        if !is_step(outcome.journal.last()?, step) {
            return None;
        }
        let before = self.done.len();
        self.done.push(Act {
            at: when,
            what: Happening::Event {
                name: name.clone(),
                by,
                occurred: None,
                data,
            },
            data: Vec::new(),
            answers,
        });
        let next = Way {
            due: outcome.next_due.map(Instant::from),
            case: outcome.case,
            now: when,
            waits: way.waits - costs,
        };
        let found = self.go_on(next, at + 1);
        if found.is_none() {
            self.done.truncate(before);
        }
        found
    }

    /// Lets time pass until what a step tells of falls due.
    fn wait(&mut self, mut way: Way, step: &proof::Step, at: usize) -> Option<()> {
        let supposed = self.answers(step);
        for _ in 0..MOST_PASSED {
            let (next, entry) = self.next(&way, &supposed)?;
            if is_due(self.workflow, &entry, step) && is_step(&entry, step) {
                let before = self.done.len();
                self.done.push(Act {
                    at: entry.at,
                    what: Happening::Look,
                    data: Vec::new(),
                    answers: supposed.clone(),
                });
                let found = self.go_on(next, at + 1);
                if found.is_none() {
                    self.done.truncate(before);
                }
                return found;
            }
            if !stays(&way.case, &entry) || self.calls > MOST_CALLS {
                return None;
            }
            // What passes by asks the rules that there are.
            way = match entry.decisions.is_empty() {
                true => next,
                false => self.next(&way, &Answers::new())?.0,
            };
        }
        None
    }

    /// Lets the next thing fall due.
    fn next(&mut self, way: &Way, answers: &Answers) -> Option<(Way, Entry)> {
        let due = way.due?;
        self.calls += 1;
        let outcome: Outcome = self.engine.supposing(answers).next(&way.case, instant(due)).ok()?;
        let entry = outcome.journal.into_iter().next()?;
        // `due` lies 1 ms after the instant of what falls due.
        let next_due = outcome.next_due.map(Instant::from);
        let way = Way {
            case: outcome.case,
            now: due,
            due: next_due,
            waits: way.waits,
        };
        Some((way, entry))
    }
}

/// When an event may be sent before anything else falls due: at once, halfway, just in time.
fn moments(way: &Way) -> Vec<Instant> {
    let Some(due) = way.due.map(|due| due.plus(-1)) else {
        return vec![way.now, way.now.plus(86_400_000)];
    };
    let last = due.max(way.now);
    let halfway = Instant(way.now.0 + (last.0 - way.now.0) / 2);
    let mut moments = vec![way.now, last, halfway];
    moments.dedup();
    moments
}

/// Whether an entry leaves a case in its states.
fn stays(case: &Case, entry: &Entry) -> bool {
    case.states()
        .into_iter()
        .eq(entry.configuration.iter().map(|name| &**name))
}

/// Whether an entry went through the branches of a step to its states.
fn is_step(entry: &Entry, step: &proof::Step) -> bool {
    let refused = match &entry.verdict {
        EntryVerdict::Rejected { branch, .. } => Some(branch),
        _ => None,
    };
    entry.configuration == step.then && entry.taken.iter().chain(refused).eq(&step.taken)
}

/// Whether an entry was brought about by what a step tells of.
fn is_due(workflow: &Workflow, entry: &Entry, step: &proof::Step) -> bool {
    let promise = |id| &workflow.promise(id).name;
    match (step.by, &entry.input) {
        (By::Timer(id), EntryInput::Timer(name)) => workflow.timer(id).name == *name,
        (By::Delayed, EntryInput::Delayed(_)) => true,
        (By::Warning(id), EntryInput::Warning(name)) | (By::Breach(id), EntryInput::Breach(name)) => {
            promise(id) == name
        }
        (By::Rung(id, number), EntryInput::Timer(name)) => {
            let rung = workflow.promise(id).rungs.get(usize::from(number));
            rung.is_some_and(|rung| workflow.timer(rung.timer).name == *name)
        }
        _ => false,
    }
}

/// What a step brings at an instant. Fields that are needed and of which nothing is told hold something plausible; times lie
/// `off` milliseconds after the instant. With `dates` also those are told that need not be.
fn data(step: &proof::Step, declared: &Data, at: Instant, off: i64, dates: bool) -> Vec<(Arc<str>, Value)> {
    let mut data: Vec<(Arc<str>, Value)> = Vec::new();
    for (position, field) in declared.record.fields().enumerate() {
        let told = step.data.iter().find(|(name, _)| *name == *field.name);
        let default = declared.defaults.get(position).cloned().flatten();
        let value = match told {
            Some((_, Value::Instant(told))) => Value::Instant(told - PRESENT.0 + at.0),
            Some((_, value)) => value.clone(),
            None if field.optional && dates && field.ty == Type::Instant => Value::Instant(at.plus(off).0),
            None if field.optional || default.is_some() => continue,
            None => plausible(&field.name, &field.ty, at, off),
        };
        if default.as_ref() != Some(&value) {
            data.push((field.name.clone(), value));
        }
    }
    data
}

fn plausible(name: &str, ty: &Type, at: Instant, off: i64) -> Value {
    match ty {
        Type::Bool => Value::Bool(false),
        Type::Int { min, .. } => Value::Int(*min.max(&0)),
        Type::Count { .. } => Value::Int(0),
        Type::Decimal { scale } => Value::Decimal {
            units: 0,
            scale: *scale,
        },
        Type::Text | Type::Person | Type::Ref => Value::text(name),
        Type::Instant => Value::Instant(at.plus(off).0),
        Type::Duration => Value::Duration(3_600_000),
        Type::Date => Value::Date(i32::try_from(at.0.div_euclid(86_400_000)).unwrap_or_default()),
        Type::Enum(constants) => constants
            .constants
            .first()
            .cloned()
            .map_or(Value::Absent, Value::Constant),
        Type::Set(_) => Value::Set(Vec::new()),
        Type::List(_) => Value::List(Vec::new()),
        Type::Record(record) => {
            let needed = record.fields().filter(|field| !field.optional);
            let members = needed.map(|field| (field.name.clone(), plausible(&field.name, &field.ty, at, off)));
            Value::Record(members.collect())
        }
    }
}

/// The scenario of what was done, which expects what the engine does.
fn written(name: &str, workflow: &Workflow, zone: Zone, first: &Act, rest: &[Act]) -> Option<Scenario> {
    let mut steps: Vec<Step> = Vec::new();
    for act in std::iter::once(first).chain(rest) {
        let looked = steps
            .last_mut()
            .filter(|last| matches!((&last.what, &act.what), (Happening::Look, Happening::Look)) && last.at == act.at);
        match looked {
            // What falls due at one instant is looked at once.
            Some(last) => {
                let all = act.answers.all().iter().cloned();
                last.answers = all.fold(last.answers.clone(), Answers::with);
            }
            None => steps.push(Step {
                at: act.at,
                what: act.what.clone(),
                answers: act.answers.clone(),
                claims: Vec::new(),
                span: Span::default(),
            }),
        }
    }
    let mut scenario = Scenario {
        name: name.into(),
        workflow: workflow.name().into(),
        uses: Vec::new(),
        status: Status::Unreviewed,
        at: first.at,
        zone,
        set: Vec::new(),
        given: first.data.clone(),
        steps,
        span: Span::default(),
    };
    expect(&mut scenario, workflow)?;
    Some(scenario)
}

/// Puts into every step what the engine does in it.
fn expect(scenario: &mut Scenario, workflow: &Workflow) -> Option<()> {
    let mut runner = Runner::new(workflow, scenario.zone);
    for position in 0..scenario.steps.len() {
        let step = scenario.steps.get(position)?;
        let verdict = runner.take(scenario, step).ok()?;
        let case = runner.case()?;
        let journal = runner.journal.get(runner.step_began..).unwrap_or_default();
        let claims = claims(case, journal, verdict);
        scenario.steps.get_mut(position)?.claims = claims;
    }
    Some(())
}

fn claims(case: &Case, journal: &[Entry], verdict: Verdict) -> Vec<Claim> {
    let mut claims: Vec<What> = case.states().into_iter().map(|state| What::In(state.into())).collect();
    let named = |is: fn(&News) -> bool| {
        let changes = journal.iter().flat_map(|entry| &entry.promises);
        let names = changes
            .filter(|change| is(&change.news))
            .map(|change| change.promise.clone());
        names.collect::<Vec<Arc<str>>>()
    };
    let breached = named(|news| matches!(news, News::Breached { .. }));
    let warned = named(|news| matches!(news, News::Warned));
    let kept = named(|news| matches!(news, News::Kept { .. }));
    let late = named(|news| matches!(news, News::Late { .. }));
    let without = |names: Vec<Arc<str>>| names.into_iter().map(|name| (name, None)).collect::<Vec<_>>();
    claims.extend((!breached.is_empty()).then_some(What::Breached(breached)));
    claims.extend((!warned.is_empty()).then_some(What::Warned(warned)));
    claims.extend((!kept.is_empty()).then(|| What::Kept(without(kept))));
    claims.extend((!late.is_empty()).then(|| What::Late(without(late))));
    let effects = journal.iter().flat_map(|entry| &entry.effects);
    let deeds = effects.map(|effect| {
        let with = effect.with.iter().map(|(name, argument)| {
            let value = match argument {
                EffectArgument::Hidden { hidden } => Value::Text(hidden.clone()),
                EffectArgument::Value(value) => value.clone(),
            };
            (name.clone(), value)
        });
        Deed {
            effect: effect.effect.clone(),
            with: with.collect(),
        }
    });
    claims.push(What::Did(deeds.collect()));
    match (verdict, journal.last().map(|entry| &entry.verdict)) {
        (Verdict::Ignored, _) => claims.push(What::Ignored),
        (Verdict::WrongSender, _) => claims.push(What::WrongSender),
        (_, Some(EntryVerdict::Rejected { reason, .. })) => claims.push(What::Rejected(Some(reason.clone()))),
        _ => {}
    }
    if case.ended() {
        claims.push(What::Ended(true));
    }
    let claims = claims.into_iter().map(|what| Claim {
        what,
        span: Span::default(),
    });
    claims.collect()
}
