//! A compiled workflow: the plain form, checked, with the tables the kernel runs on. Immutable and shared.
//!
//! Names are looked up here, once, at the edge; a step works with ids.

use crate::definition::{
    Action, Branch, Choice, Data, Definition, Delay, EffectDef, EventDef, Go, Kind, Limit, Mark, MarkDef, PromiseDef,
    StateDef, TimerDef, Trigger,
};
use crate::error::DefinitionError;
use crate::identity::Identity;
use crate::tables::Tables;
use crate::watches::Role;
use crate::{BranchId, EffectId, EventId, PromiseId, RoleId, StateId, TimerId};
use caseloop_expr::{Field, FieldIndex, Slot, Type};
use std::sync::Arc;

/// A checked, immutable definition. A `Workflow` in hand can be run.
#[derive(Debug)]
pub struct Workflow {
    identity: Arc<Identity>,
    definition: Definition,
    tables: Tables,
}

impl Workflow {
    /// Checks the structure of `definition` and builds the tables.
    ///
    /// # Errors
    /// [`DefinitionError`] where ids do not fit together or there are too many states, events or branches.
    pub fn compile(definition: Definition) -> Result<Self, DefinitionError> {
        check(&definition)?;
        let tables = Tables::build(&definition)?;
        let identity = Identity {
            workflow: definition.name.clone(),
            version: definition.version,
            hash: definition.hash,
        };
        Ok(Self {
            identity: Arc::new(identity),
            definition,
            tables,
        })
    }

    /// Name, version and content hash.
    #[must_use]
    pub fn identity(&self) -> &Arc<Identity> {
        &self.identity
    }

    /// The plain form, for whoever draws, explains or analyses it.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The workflow's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// The id of an external event, or `None` if the workflow does not declare it.
    #[must_use]
    pub fn event_id(&self, name: &str) -> Option<EventId> {
        let position = self
            .definition
            .events
            .iter()
            .position(|e| e.external && &*e.name == name)?;
        Some(EventId::at(position))
    }

    /// The id of a role, or `None` if the workflow does not declare it.
    #[must_use]
    pub fn role_id(&self, name: &str) -> Option<RoleId> {
        self.definition
            .roles
            .iter()
            .position(|role| &**role == name)
            .map(RoleId::at)
    }

    /// The id of a state, or `None` if there is none of that name.
    #[must_use]
    pub fn state_id(&self, name: &str) -> Option<StateId> {
        self.definition
            .states
            .iter()
            .position(|s| &*s.name == name)
            .map(StateId::at)
    }

    /// The id of a timer, or `None` if there is none of that name.
    #[must_use]
    pub fn timer_id(&self, name: &str) -> Option<TimerId> {
        self.definition
            .timers
            .iter()
            .position(|t| &*t.name == name)
            .map(TimerId::at)
    }

    pub(crate) fn tables(&self) -> &Tables {
        &self.tables
    }

    pub(crate) fn case_data(&self) -> &Data {
        &self.definition.case
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "the ids of a compiled workflow were checked when it was compiled"
)]
impl Workflow {
    /// The state of that id.
    ///
    /// # Panics
    /// If the id is another workflow's.
    #[must_use]
    pub fn state(&self, id: StateId) -> &StateDef {
        &self.definition.states[id.index()]
    }

    /// The event of that id.
    ///
    /// # Panics
    /// If the id is another workflow's.
    #[must_use]
    pub fn event(&self, id: EventId) -> &EventDef {
        &self.definition.events[id.index()]
    }

    /// The branch of that id.
    ///
    /// # Panics
    /// If the id is another workflow's.
    #[must_use]
    pub fn branch(&self, id: BranchId) -> &Branch {
        &self.definition.branches[id.index()]
    }

    /// The timer of that id.
    ///
    /// # Panics
    /// If the id is another workflow's.
    #[must_use]
    pub fn timer(&self, id: TimerId) -> &TimerDef {
        &self.definition.timers[id.index()]
    }

    /// The promise of that id.
    ///
    /// # Panics
    /// If the id is another workflow's.
    #[must_use]
    pub fn promise(&self, id: PromiseId) -> &PromiseDef {
        &self.definition.promises[id.index()]
    }

    /// The effect of that id.
    ///
    /// # Panics
    /// If the id is another workflow's.
    #[must_use]
    pub fn effect(&self, id: EffectId) -> &EffectDef {
        &self.definition.effects[id.index()]
    }
}

/// Refuses a definition whose ids do not fit together.
fn check(d: &Definition) -> Result<(), DefinitionError> {
    let bad = |what: String| Err(DefinitionError::Malformed(what));
    let counts = [
        ("states", d.states.len()),
        ("events", d.events.len()),
        ("branches", d.branches.len()),
        ("timers", d.timers.len()),
        ("effects", d.effects.len()),
        ("roles", d.roles.len()),
        ("promises", d.promises.len()),
    ];
    if let Some((what, count)) = counts.iter().find(|(_, count)| *count >= usize::from(u16::MAX)) {
        return Err(DefinitionError::TooLarge(format!("{count} {what}, of at most 65,534")));
    }
    let Some(root) = d.states.first() else {
        return bad("there is no root state".into());
    };
    if root.parent.is_some() || !matches!(root.kind, Kind::Compound | Kind::Parallel) {
        return bad("the root must be a compound or parallel state without a parent".into());
    }
    check_tree(d)?;
    let known = |id: StateId| id.index() < d.states.len();
    for (position, state) in d.states.iter().enumerate() {
        // A history leads into the state around it, a compound state into itself.
        let around = if let Kind::History { .. } = state.kind {
            state.parent
        } else {
            Some(StateId::at(position))
        };
        let leads_in = |id: &StateId| known(*id) && around.is_some_and(|around| inside(d, *id, around));
        let remembers = |id: &StateId| {
            d.states
                .get(id.index())
                .is_some_and(|s| matches!(s.kind, Kind::History { .. }))
        };
        let from_history = matches!(state.kind, Kind::History { .. });
        if !state
            .start
            .targets
            .iter()
            .all(|id| leads_in(id) && !(from_history && remembers(id)))
        {
            return bad(format!("`{}` starts in a state that does not lie inside", state.name));
        }
        let needs_start = matches!(state.kind, Kind::Compound | Kind::History { .. });
        if needs_start == state.start.targets.is_empty() {
            return bad(format!(
                "`{}` {} a start",
                state.name,
                if needs_start { "lacks" } else { "must not have" }
            ));
        }
        for id in &state.branches {
            let Some(branch) = d.branches.get(id.index()) else {
                return bad(format!("`{}` has a branch that does not exist", state.name));
            };
            if branch.source.index() != position || matches!(branch.trigger, Trigger::Timer(_)) {
                return bad(format!("branch `{}` is not one of `{}`", branch.name, state.name));
            }
        }
        for id in &state.timers {
            if d.timers.get(id.index()).is_none_or(|t| t.state.index() != position) {
                return bad(format!("`{}` has a timer that is not its own", state.name));
            }
        }
        if state.done.is_some_and(|event| event.index() >= d.events.len()) {
            return bad(format!("`{}` has a done event that does not exist", state.name));
        }
    }
    for branch in &d.branches {
        if let Go::To(targets) = &branch.go
            && (targets.is_empty() || !targets.iter().copied().all(known) || targets.contains(&StateId(0)))
        {
            return bad(format!("branch `{}` has no target that can be entered", branch.name));
        }
        let trigger_known = known(branch.source)
            && match branch.trigger {
                Trigger::Always => true,
                Trigger::Event(event) => event.index() < d.events.len(),
                Trigger::Timer(timer) => d.timers.get(timer.index()).is_some_and(|t| t.state == branch.source),
            };
        if !trigger_known {
            return bad(format!("branch `{}` answers to nothing that exists", branch.name));
        }
    }
    for (position, timer) in d.timers.iter().enumerate() {
        let own = |id: &BranchId| {
            d.branches
                .get(id.index())
                .is_some_and(|b| b.trigger == Trigger::Timer(TimerId::at(position)))
        };
        if !timer.branches.iter().all(own) {
            return bad(format!("timer `{}` has a branch that is not its own", timer.name));
        }
    }
    check_promises(d)?;
    check_actions(d)
}

/// Every promise names events, states and timers that exist; its timers are the root's, and come last.
fn check_promises(d: &Definition) -> Result<(), DefinitionError> {
    let promised = |timer: &TimerDef| matches!(timer.after, Delay::Promise(_));
    let armed = d.timers.iter().position(promised).unwrap_or(d.timers.len());
    let bad = |name: &str, what: &str| Err(DefinitionError::Malformed(format!("`{name}` {what}")));
    for timer in d.timers.iter().skip(armed) {
        if !promised(timer) || timer.state != StateId(0) || timer.every.is_some() {
            return bad(&timer.name, "stands among the timers of promises and is none");
        }
    }
    for state in &d.states {
        if state.timers.iter().any(|id| id.index() >= armed) {
            return bad(&state.name, "starts a timer that a promise starts");
        }
    }
    for (position, promise) in d.promises.iter().enumerate() {
        let own = |id: TimerId| {
            let timer = d.timers.get(id.index());
            timer.is_some_and(|t| matches!(t.after, Delay::Promise(p) if p.index() == position))
        };
        let timers = promise.warnings.iter().filter_map(|warning| warning.timer);
        if !timers.chain(promise.rungs.iter().map(|rung| rung.timer)).all(own) {
            return bad(&promise.name, "has a timer that is not its own");
        }
        let known = |mark: &MarkDef| match mark.on {
            Mark::Start => true,
            Mark::Event(event) => event.index() < d.events.len(),
            Mark::Entering(state) | Mark::Leaving(state) => state.index() < d.states.len(),
        };
        let events = [promise.warned, promise.breached];
        if !Role::ALL.iter().flat_map(|role| role.marks(promise)).all(known)
            || !promise.paused_in.iter().all(|state| state.index() < d.states.len())
            || !events.iter().all(|event| event.index() < d.events.len())
        {
            return bad(&promise.name, "names something that does not exist");
        }
        let choices = |field: &FieldIndex| match d.case.record.field(*field) {
            Some(Field {
                ty: Type::Enum(ty),
                slot: Slot::Word(_),
                optional: false,
                ..
            }) => Some(ty.constants.len()),
            _ => None,
        };
        if let Some(Limit::Table { of, lengths }) = &promise.within {
            let rows: Option<usize> = of.iter().map(choices).product();
            if rows != Some(lengths.len()) || of.is_empty() {
                return bad(&promise.name, "has a table of limits that does not fit its fields");
            }
        }
        let calendars = match promise.calendar.as_deref() {
            Some(Choice::Fixed(calendar)) => vec![*calendar],
            Some(Choice::Field { field, calendars }) if choices(field) == Some(calendars.len()) => calendars.clone(),
            Some(Choice::Field { .. }) => return bad(&promise.name, "chooses a calendar by a field that names none"),
            None => Vec::new(),
        };
        if !calendars
            .iter()
            .all(|calendar| usize::from(*calendar) < d.calendars.len())
        {
            return bad(&promise.name, "counts by a calendar that does not exist");
        }
    }
    Ok(())
}

/// Every action names an event, a field, or an effect with its parameters.
fn check_actions(d: &Definition) -> Result<(), DefinitionError> {
    let states = d.states.iter().flat_map(|s| [&s.enter, &s.leave, &s.start.actions]);
    let mut open: Vec<&Action> = states.chain(d.branches.iter().map(|b| &b.actions)).flatten().collect();
    while let Some(action) = open.pop() {
        let known = match action {
            Action::Set { field, .. } => d.case.record.field(*field).is_some(),
            Action::Emit { effect, arguments } => {
                let effect = d.effects.get(effect.index());
                effect.is_some_and(|effect| effect.parameters.fields().len() == arguments.len())
            }
            Action::Ask(ask) => d.rules.get(ask.rules.index()).is_some_and(|rules| {
                rules.inputs.record.fields().len() == ask.inputs.len()
                    && rules.outputs.fields().len() == ask.outputs.len()
                    && ask
                        .outputs
                        .iter()
                        .flatten()
                        .all(|field| d.case.record.field(*field).is_some())
            }),
            Action::Raise(event) | Action::Send { event, .. } => event.index() < d.events.len(),
            Action::Cancel(_) => true,
            Action::If { cases, otherwise } => {
                open.extend(cases.iter().flat_map(|(_, actions)| actions).chain(otherwise));
                true
            }
        };
        if !known {
            return Err(DefinitionError::Malformed(format!(
                "there is nothing for {action:?} to act on"
            )));
        }
    }
    Ok(())
}

/// Whether a state lies inside another; their ids are in range.
fn inside(d: &Definition, inner: StateId, outer: StateId) -> bool {
    let mut around = d.states.get(inner.index()).and_then(|state| state.parent);
    while let Some(id) = around {
        if id == outer {
            return true;
        }
        around = d.states.get(id.index()).and_then(|state| state.parent);
    }
    false
}

/// Document order: every parent comes before its children, and a state's descendants follow it without a gap.
fn check_tree(d: &Definition) -> Result<(), DefinitionError> {
    let mut open: Vec<usize> = vec![0];
    for (position, state) in d.states.iter().enumerate().skip(1) {
        let parent = state.parent.map(StateId::index);
        while let Some(&top) = open.last()
            && Some(top) != parent
        {
            open.pop();
        }
        let holds_states = parent
            .and_then(|p| d.states.get(p))
            .is_some_and(|p| matches!(p.kind, Kind::Compound | Kind::Parallel));
        if open.is_empty() || !holds_states {
            return Err(DefinitionError::Malformed(format!(
                "`{}` does not stand in document order",
                state.name
            )));
        }
        open.push(position);
    }
    Ok(())
}
