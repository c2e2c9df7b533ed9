//! From a chart to the plain form that the engine compiles: states numbered, events as one finite alphabet, variables
//! as fields of the case, expressions in the condition language.
//!
//! An event descriptor becomes one branch for each event of the alphabet that it matches; a transition without
//! `type` is external, as in SCXML.

use super::alphabet::{self, Alphabet};
use super::expressions::{Assigned, Kind as ValueKind, Names, Variable};
use super::javascript::{self, Js};
use super::scxml::{Chart, Given, Kind, State, Step, Transition};
use super::stop::{Reason, Stop};
use super::variables;
use caseloop_core::definition::{
    Action, Branch, Data, Definition, EventDef, Go, Kind as StateKind, Start, StateDef, Title, Trigger,
};
use caseloop_core::{BranchId, Masking, StateId};
use caseloop_expr::{Condition, Formula, Limits, RecordType, Scope, Type, Value};
use caseloop_syntax::{Report, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many of the engine's milliseconds one of a chart is, so that the instants between an event and what it sends
/// "at once" take no time of the chart's.
pub(crate) const MILLISECOND: i64 = 1_000;

/// Converts a chart that will be sent the events `sent` besides its own.
pub(crate) fn convert(chart: &Chart, sent: &[&str]) -> Result<Definition, Stop> {
    let mut states = Vec::new();
    number(&chart.root, None, &mut states);
    let ids = ids(&states)?;
    let names = Names {
        variables: variables::infer(chart)?,
        states: ids
            .iter()
            .map(|(id, state)| ((*id).to_owned(), format!("s{}", state.index())))
            .collect(),
    };
    let case = case(&names, &variables::first_values(chart)?)?;
    let scope = Scope {
        case: case.record.clone(),
        states: ids
            .values()
            .map(|state| (format!("s{}", state.index()).into(), state.index() as u16))
            .collect(),
        ..Scope::default()
    };
    let alphabet = Alphabet::of(chart, sent)?;
    let constants = variables::constants(chart)?;
    let mut writer = Writer {
        ids,
        names,
        scope,
        alphabet,
        constants,
        branches: Vec::new(),
    };
    let mut defs = Vec::new();
    for (position, (state, parent)) in states.iter().enumerate() {
        defs.push(writer.state(state, StateId::at(position), *parent)?);
    }
    let events = writer.alphabet.events().map(|(name, external)| EventDef {
        name: name.into(),
        external,
        sent_by: Vec::new(),
        data: Data::default(),
        span: Span::default(),
    });
    Ok(Definition {
        name: "chart".into(),
        version: 1,
        title: Title::default(),
        hash: [0; 32],
        roles: Vec::new(),
        case,
        events: events.collect(),
        effects: Vec::new(),
        states: defs,
        branches: writer.branches,
        timers: Vec::new(),
        promises: Vec::new(),
        rules: Vec::new(),
        priority: None,
        guarantees: Vec::new(),
        parameters: Vec::new(),
        calendars: Vec::new(),
    })
}

/// All states with their parents, in document order.
fn number<'c>(state: &'c State, parent: Option<StateId>, into: &mut Vec<(&'c State, Option<StateId>)>) {
    let id = StateId::at(into.len());
    into.push((state, parent));
    for child in &state.children {
        number(child, Some(id), into);
    }
}

fn ids<'c>(states: &[(&'c State, Option<StateId>)]) -> Result<BTreeMap<&'c str, StateId>, Stop> {
    let mut ids = BTreeMap::new();
    for (position, (state, _)) in states.iter().enumerate().skip(1) {
        if let Some(id) = &state.id
            && ids.insert(id.as_str(), StateId::at(position)).is_some()
        {
            return Err(Stop::broken(format!("two states have the id `{id}`")));
        }
    }
    Ok(ids)
}

/// The fields in the order of their slots.
fn case(names: &Names, first: &BTreeMap<String, Js>) -> Result<Data, Stop> {
    let mut record = RecordType::default();
    let mut defaults = Vec::new();
    for (name, variable) in &names.variables {
        let ty = match variable.kind {
            ValueKind::Bool => Type::Bool,
            ValueKind::Int => Type::INT,
            ValueKind::Text => Type::Text,
        };
        record.push(&variable.field, ty, variable.optional, false, Span::default());
        defaults.push(match first.get(name) {
            Some(Js::Bool(value)) => Some(Value::Bool(*value)),
            Some(Js::Int(value)) => Some(Value::Int(*value)),
            Some(Js::Text(value)) => Some(Value::text(value)),
            _ => None,
        });
    }
    let masks = vec![Masking::default(); defaults.len()];
    Ok(Data {
        record: Arc::new(record),
        masks,
        defaults,
    })
}

/// Writes the states of one chart.
struct Writer<'c> {
    ids: BTreeMap<&'c str, StateId>,
    names: Names,
    scope: Scope,
    alphabet: Alphabet,
    /// The variables that nothing assigns, with their values.
    constants: BTreeMap<String, Js>,
    branches: Vec<Branch>,
}

impl Writer<'_> {
    fn state(&mut self, state: &State, id: StateId, parent: Option<StateId>) -> Result<StateDef, Stop> {
        let kind = match state.kind {
            Kind::State if state.is_composite() => StateKind::Compound,
            Kind::State => StateKind::Atomic,
            Kind::Parallel => StateKind::Parallel,
            Kind::Final => StateKind::Final,
            Kind::History { deep } => StateKind::History { deep },
        };
        let start = match (&state.start, kind) {
            (Some(start), StateKind::Compound | StateKind::History { .. }) => Start {
                targets: self.targets(start)?,
                actions: self.actions(&start.steps)?,
            },
            (None, StateKind::Compound) => Start {
                targets: first_child(state, id),
                actions: Vec::new(),
            },
            _ => Start::default(),
        };
        let mut branches = Vec::new();
        for transition in &state.transitions {
            self.transition(transition, id, &mut branches)?;
        }
        let done = match (&state.id, kind) {
            (Some(id), StateKind::Compound | StateKind::Parallel) if parent.is_some() => {
                self.alphabet.id(&alphabet::done(id))
            }
            _ => None,
        };
        let name = state.id.clone().unwrap_or_else(|| format!("state {}", id.index()));
        Ok(StateDef {
            name: name.into(),
            title: Title::default(),
            parent,
            kind,
            start,
            enter: self.actions(&state.enter)?,
            leave: self.actions(&state.leave)?,
            branches,
            timers: Vec::new(),
            done,
            waits_for: Vec::new(),
            ending: None,
            span: Span::default(),
        })
    }

    fn targets(&self, transition: &Transition) -> Result<Vec<StateId>, Stop> {
        let known = |id: &String| {
            let missing = || Stop::broken(format!("there is no state `{id}`"));
            self.ids.get(id.as_str()).copied().ok_or_else(missing)
        };
        transition.targets.iter().map(known).collect()
    }

    fn transition(&mut self, transition: &Transition, source: StateId, into: &mut Vec<BranchId>) -> Result<(), Stop> {
        let triggers: Vec<Trigger> = if transition.events.is_empty() {
            vec![Trigger::Always]
        } else {
            self.alphabet.matching(&transition.events).map(Trigger::Event).collect()
        };
        let condition = transition
            .condition
            .as_deref()
            .map(|text| self.condition(text))
            .transpose()?;
        let targets = self.targets(transition)?;
        let actions = self.actions(&transition.steps)?;
        for trigger in triggers {
            let id = BranchId::at(self.branches.len());
            into.push(id);
            self.branches.push(Branch {
                name: format!("branch {}", id.index()).into(),
                source,
                trigger,
                condition: condition.clone(),
                go: if targets.is_empty() {
                    Go::Stay
                } else {
                    Go::To(targets.clone())
                },
                internal: transition.internal,
                actions: actions.clone(),
                span: Span::default(),
            });
        }
        Ok(())
    }

    fn actions(&self, steps: &[Step]) -> Result<Vec<Action>, Stop> {
        self.block(steps, &mut self.constants.clone())
    }

    /// The actions of a block. `known` are the variables whose values are certain at this point of it.
    fn block(&self, steps: &[Step], known: &mut BTreeMap<String, Js>) -> Result<Vec<Action>, Stop> {
        let mut actions = Vec::new();
        for step in steps {
            match step {
                Step::Assign { location, value } => {
                    let (to, value) = (self.location(location)?, javascript::parse(value)?);
                    match variables::constant(&value, known) {
                        Some(constant) => known.insert(location.trim().to_owned(), constant),
                        None => known.remove(location.trim()),
                    };
                    actions.push(self.set(to, &value)?);
                }
                Step::Raise(event) => actions.extend(self.event(event)?.map(Action::Raise)),
                Step::Send { event, delay, id } => {
                    let delay = delay
                        .as_ref()
                        .map(|delay| milliseconds(&text(delay, known)?))
                        .transpose()?;
                    let delay = delay.unwrap_or_default().saturating_mul(MILLISECOND);
                    let id = id.as_deref().map(Into::into);
                    actions.extend(self.event(event)?.map(|event| Action::Send { event, delay, id }));
                }
                Step::Cancel(id) => actions.push(Action::Cancel(text(id, known)?.into())),
                Step::If { cases, otherwise } => {
                    let mut written = Vec::new();
                    for (condition, steps) in cases {
                        written.push((self.condition(condition)?, self.block(steps, &mut known.clone())?));
                    }
                    let otherwise_written = self.block(otherwise, &mut known.clone())?;
                    actions.push(Action::If {
                        cases: written,
                        otherwise: otherwise_written,
                    });
                    let inner = cases.iter().flat_map(|(_, steps)| steps).chain(otherwise);
                    variables::assigned(inner, &mut |name| {
                        known.remove(name);
                    });
                }
                Step::Log(value) => self.log(value)?,
            }
        }
        Ok(actions)
    }

    fn event(&self, event: &Given) -> Result<Option<caseloop_core::EventId>, Stop> {
        Ok(self.alphabet.id(&alphabet::name(event)?))
    }

    fn location(&self, location: &str) -> Result<&Variable, Stop> {
        match javascript::parse(location)? {
            Js::Name(name) => Ok(self.names.variable(&name)?),
            _ => Err(Reason::RunTimeError.into()),
        }
    }

    fn set(&self, to: &Variable, value: &Js) -> Result<Action, Stop> {
        let Some((field, def)) = self.scope.case.get(&to.field) else {
            return Err(Stop::broken(format!("no field `{}`", to.field)));
        };
        let set = |text: &str, given: Option<&Condition>| {
            Ok::<_, Stop>(Action::Set {
                field,
                value: self.formula(text, &def.ty, given)?,
            })
        };
        let (text, fields) = match self.names.assigned(to, value)? {
            Assigned::Value(text) => return set(&text, None),
            Assigned::IfThere { text, fields } => (text, fields),
        };
        let there: Vec<String> = fields.iter().map(|field| format!("has({field})")).collect();
        let there = self.compiled(&there.join(" and "))?;
        let mut cases = vec![(there.clone(), vec![set(&text, Some(&there))?])];
        for field in &fields {
            cases.push((self.compiled(&format!("not has({field})"))?, vec![set(field, None)?]));
        }
        Ok(Action::If {
            cases,
            otherwise: Vec::new(),
        })
    }

    fn formula(&self, text: &str, ty: &Type, given: Option<&Condition>) -> Result<Formula, Stop> {
        let mut report = Report::default();
        let (at, limits) = (Span::default(), Limits::default());
        caseloop_expr::formula_under(text, &at, &self.scope, Some(ty), given, &limits, &mut report)
            .ok_or_else(|| refused(text, &report))
    }

    fn condition(&self, text: &str) -> Result<Condition, Stop> {
        self.compiled(&self.names.test(&javascript::parse(text)?)?)
    }

    fn compiled(&self, text: &str) -> Result<Condition, Stop> {
        let mut report = Report::default();
        caseloop_expr::condition(text, &Span::default(), &self.scope, &Limits::default(), &mut report)
            .ok_or_else(|| refused(text, &report))
    }

    /// A log does nothing; only a value that fails at run time would be noticed.
    fn log(&self, value: &str) -> Result<(), Stop> {
        if value.trim().is_empty() {
            return Ok(());
        }
        match javascript::parse(value).and_then(|js| self.names.written(&js)) {
            Err(Reason::RunTimeError) => Err(Reason::RunTimeError.into()),
            _ => Ok(()),
        }
    }
}

/// The first child state, where a compound state does not say how it starts.
fn first_child(state: &State, id: StateId) -> Vec<StateId> {
    let mut at = id.index() + 1;
    for child in &state.children {
        if !matches!(child.kind, Kind::History { .. }) {
            return vec![StateId::at(at)];
        }
        at += size(child);
    }
    Vec::new()
}

fn size(state: &State) -> usize {
    1 + state.children.iter().map(size).sum::<usize>()
}

/// A text that has to be known beforehand.
fn text(given: &Given, known: &BTreeMap<String, Js>) -> Result<String, Stop> {
    match given {
        Given::Text(text) => Ok(text.clone()),
        Given::Expression(expression) => match variables::constant(&javascript::parse(expression)?, known) {
            Some(Js::Text(text)) => Ok(text),
            _ => Err(Reason::ComputedSend.into()),
        },
    }
}

/// A CSS time such as `10ms`, `1.5s` or `.5s`, in milliseconds.
fn milliseconds(text: &str) -> Result<i64, Stop> {
    let wrong = || Stop::broken(format!("`{text}` is no time"));
    let trimmed = text.trim();
    let (number, unit, digits) = match trimmed.strip_suffix("ms") {
        Some(number) => (number, 1, 0),
        None => (trimmed.strip_suffix('s').ok_or_else(wrong)?, 1_000, 3),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.len() > digits || (whole.is_empty() && fraction.is_empty()) {
        return Err(wrong());
    }
    let read = |digits: &str| {
        if digits.is_empty() {
            Ok(0)
        } else {
            digits.parse::<i64>().map_err(|_| wrong())
        }
    };
    let fraction = if digits == 0 {
        0
    } else {
        read(&format!("{fraction:0<digits$}"))?
    };
    Ok(read(whole)?.saturating_mul(unit).saturating_add(fraction))
}

/// The condition language refused what was written for it: the converter is wrong, not the chart.
fn refused(text: &str, report: &Report) -> Stop {
    let said: Vec<&str> = report
        .diagnostics()
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    Stop::broken(format!("`{text}` does not compile: {}", said.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::scxml::read;

    fn converted(text: &str, sent: &[&str]) -> Result<Definition, Stop> {
        convert(&read(text)?, sent)
    }

    #[test]
    fn a_descriptor_becomes_one_branch_for_each_event_it_matches() {
        let chart = "<scxml><state id='a'><transition event='e.* x' target='b'/><transition event='*'/></state>\
                     <state id='b'><onentry><raise event='ee'/></onentry></state></scxml>";
        let d = converted(chart, &["e", "e.f", "x"]).unwrap();
        let name = |trigger| match trigger {
            Trigger::Event(event) => &*d.events[event.index()].name,
            _ => "",
        };
        let of = |stays: bool| {
            d.branches
                .iter()
                .filter(move |b| (b.go == Go::Stay) == stays)
                .map(|b| name(b.trigger))
        };
        assert_eq!(of(false).collect::<Vec<_>>(), ["e", "e.f", "x"]);
        assert_eq!(of(true).collect::<Vec<_>>(), ["e", "e.f", "x", "ee"]);
    }

    #[test]
    fn transitions_are_external_unless_they_say_otherwise() {
        let chart = "<scxml><state id='a'><transition event='e' target='b'/><transition event='f' type='internal' \
                     target='b'/><state id='b'/></state></scxml>";
        let d = converted(chart, &["e", "f"]).unwrap();
        assert_eq!(d.branches.iter().map(|b| b.internal).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn a_compound_state_starts_in_its_first_child_that_is_a_state() {
        let chart = "<scxml><state id='a'><history id='h'><transition target='c'/></history><state id='b'/>\
                     <final id='c'/></state></scxml>";
        let d = converted(chart, &[]).unwrap();
        assert_eq!(d.states[1].start.targets, [StateId::at(3)]);
        assert_eq!(d.states[2].start.targets, [StateId::at(4)]);
        assert_eq!(
            d.states[1].done.map(|event| &*d.events[event.index()].name),
            Some("done.state.a")
        );
    }

    #[test]
    fn delays_and_ids_are_known_from_the_block() {
        let chart = "<scxml><datamodel><data id='v' expr=\"'x'\"/></datamodel><state id='a'><onentry>\
                     <assign location='v' expr=\"'.5s'\"/><send event='e' delayexpr='v' id='n'/>\
                     <assign location='v' expr=\"'n'\"/><cancel sendidexpr='v'/></onentry></state></scxml>";
        let d = converted(chart, &[]).unwrap();
        let [_, Action::Send { delay, .. }, _, Action::Cancel(id)] = d.states[1].enter.as_slice() else {
            unreachable!()
        };
        assert_eq!((*delay, &**id), (500 * MILLISECOND, "n"));
    }

    #[test]
    fn what_only_a_run_could_tell_is_left_out() {
        let check = |entry: &str, reason: Reason| {
            let chart = format!(
                "<scxml><datamodel><data id='v' expr=\"'e'\"/></datamodel><state id='a'><onentry>{entry}</onentry>\
                 <transition event='t'><assign location='v' expr=\"'f'\"/></transition></state></scxml>"
            );
            assert_eq!(converted(&chart, &["t"]).unwrap_err(), Stop::Skip(reason), "{entry}");
        };
        check("<send eventexpr='v'/>", Reason::ComputedEvent);
        check("<send event='e' delayexpr='v'/>", Reason::ComputedSend);
        check("<assign location='w' expr='1'/>", Reason::RunTimeError);
        check("<assign location='v' expr='return'/>", Reason::RunTimeError);
        check("<log expr='undeclared'/>", Reason::RunTimeError);
        check("<assign location='v' expr='_sessionid'/>", Reason::SystemVariable);
    }

    #[test]
    fn times_are_read_in_both_units() {
        for (text, expected) in [
            ("10ms", 10),
            ("1s", 1_000),
            ("1.5s", 1_500),
            (".5s", 500),
            ("0s", 0),
            ("1.25s", 1_250),
        ] {
            assert_eq!(milliseconds(text), Ok(expected), "{text}");
        }
        for text in ["10", "s", "1.5ms", "1.0005s", "xs"] {
            assert!(milliseconds(text).is_err(), "{text}");
        }
    }
}
