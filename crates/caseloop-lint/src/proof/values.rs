//! What values are enough to try: for everything that conditions read, one of each kind that some condition tells apart.
//!
//! What no condition reads, directly or through what is set, is not tried at all. Choices and small numbers are tried one by
//! one. Of others (amounts, times, texts) it is known what they are compared with: the constants themselves, and between two
//! of them as many as there are fields that are compared with each other, tell every order apart. What is compared in any
//! other way cannot be tried to the end, and is told.

use caseloop_core::definition::{Action, Choice, Definition, Limit, Mark, WaitsFor};
use caseloop_core::{EventId, Instant, PromiseId, RulesId, StateId};
use caseloop_expr::{Condition, Field, FieldIndex, Formula, Kind, Root, Type, Typed, Value};
use caseloop_syntax::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The instant of every step.
pub(super) const AT: Instant = Instant(4_102_444_800_000);

/// Whole numbers of no more values are tried one by one, and so are sets of no more constants.
const FEW: i64 = 24;

/// Those of no more are tried one by one where they are computed or compared with what is: counters.
const SOME: i64 = 256;
const FEW_CONSTANTS: usize = 6;

/// Of the fields that are compared with each other, so many are told apart.
const FEW_COMPARED: usize = 4;

/// Promises from this number on are none: whether one is running may be so or not. It stands for what is left open.
pub(super) const SUPPOSED: u16 = 1 << 15;

/// Whether a promise stands for what is left open.
pub(super) fn is_supposed(promise: PromiseId) -> bool {
    promise.index() >= usize::from(SUPPOSED)
}

/// Something that a condition may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Var {
    Case(FieldIndex),
    Event(EventId, FieldIndex),
    Output(RulesId, FieldIndex),
    TimeIn(u16),
    Remaining(u16),
    Now,
}

/// A field with what is tried of it.
pub(super) type Tried = (FieldIndex, Vec<Value>);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// The fields of the case that matter.
    pub(super) kept: Vec<FieldIndex>,
    /// What a case may begin with.
    pub(super) start: Vec<Tried>,
    /// What each event may bring.
    pub(super) events: Vec<Vec<Tried>>,
    /// What each of the rules may give.
    pub(super) outputs: Vec<Vec<Tried>>,
    /// For how long a state may have been active.
    pub(super) ages: Vec<(StateId, Vec<i64>)>,
    /// What may be left of a promise while it is measured.
    pub(super) remaining: BTreeMap<PromiseId, Vec<i64>>,
    /// What cannot be tried to the end, where it stands, and why.
    pub(super) open: Vec<(Span, String)>,
    /// What would have to be left open for the rest to be tried.
    pub(super) culprits: Vec<Culprit>,
}

/// What keeps values from being tried to the end.
#[derive(Clone, Debug)]
pub(super) enum Culprit {
    /// A part of a condition, at this place.
    Part(Span),
    /// Fields, whatever asks for them.
    Fields(BTreeSet<Var>),
}

impl Values {
    pub(super) fn of(definition: &Definition) -> Self {
        let mut found = Finder {
            definition,
            kept: BTreeSet::new(),
            classes: BTreeMap::new(),
            parents: BTreeMap::new(),
            whole: BTreeSet::new(),
            open: Vec::new(),
            culprits: Vec::new(),
        };
        found.conditions(&mut |found, condition, event| found.keep(condition.tree(), event));
        found.keep_what_else_decides();
        found.keep_what_is_set();
        found.conditions(&mut |found, condition, event| found.judge(condition.tree(), event));
        found.follow_values();
        found.values()
    }
}

/// What is known of variables that are compared with each other, or set to each other.
#[derive(Clone, Debug, Default)]
struct Class {
    /// Of lists, how many items they have.
    words: BTreeSet<i64>,
    texts: BTreeSet<String>,
    members: usize,
    /// Where two of its variables are compared with each other.
    compared: Option<Span>,
    /// Constants that are looked for in a set.
    mentioned: BTreeSet<String>,
    computed: Option<Span>,
}

impl Class {
    /// How many values between two constants tell all orders of its variables apart.
    fn between(&self) -> usize {
        match self.compared {
            Some(_) => self.members.clamp(1, FEW_COMPARED),
            None => 1,
        }
    }
}

struct Finder<'d> {
    definition: &'d Definition,
    kept: BTreeSet<Var>,
    classes: BTreeMap<Var, Class>,
    /// Union and find.
    parents: BTreeMap<Var, Var>,
    /// Variables of which every value must be tried.
    whole: BTreeSet<Var>,
    open: Vec<(Span, String)>,
    culprits: Vec<Culprit>,
}

impl<'d> Finder<'d> {
    /// Every condition that decides something, with the event whose data it may read.
    fn conditions(&mut self, visit: &mut dyn FnMut(&mut Self, &'d Condition, Option<EventId>)) {
        let definition = self.definition;
        for branch in &definition.branches {
            let event = branch.trigger.event();
            if let Some(condition) = &branch.condition {
                visit(self, condition, event);
            }
        }
        each_action(definition, &mut |action, event| {
            if let Action::If { cases, .. } = action {
                for (condition, _) in cases {
                    visit(self, condition, event);
                }
            }
        });
        for promise in &definition.promises {
            for mark in promise.marks() {
                let event = match mark.on {
                    Mark::Event(event) => Some(event),
                    _ => None,
                };
                if let Some(condition) = &mark.condition {
                    visit(self, condition, event);
                }
            }
        }
        for guarantee in &definition.guarantees {
            use caseloop_core::definition::Guarantee;
            let conditions = match &guarantee.what {
                Guarantee::Always(one) | Guarantee::Never(one) => vec![one],
                Guarantee::LeadsTo { from, to } => vec![from, to],
                _ => Vec::new(),
            };
            for condition in conditions {
                visit(self, condition, None);
            }
        }
    }

    fn keep(&mut self, tree: &Typed, event: Option<EventId>) {
        self.kept.extend(reads(tree, event));
    }

    /// The fields by which a limit or a calendar is chosen, and who is waited for.
    fn keep_what_else_decides(&mut self) {
        let definition = self.definition;
        let chosen = |choice: &Choice| match choice {
            Choice::Field { field, .. } => Some(*field),
            Choice::Fixed(_) => None,
        };
        for promise in &definition.promises {
            match &promise.within {
                Some(Limit::Table { of, .. }) => self.kept.extend(of.iter().map(|field| Var::Case(*field))),
                // Another level than that of the step before is told by its limit.
                Some(Limit::Data(value)) if promise.new_level.is_some() => self.keep(value.tree(), None),
                _ => {}
            }
            let field = promise.calendar.as_deref().and_then(chosen);
            self.kept.extend(field.map(Var::Case));
        }
        for waited in definition.states.iter().flat_map(|state| &state.waits_for) {
            if let WaitsFor::Data(who) = waited
                && who.optional()
            {
                self.keep(who.tree(), None);
            }
        }
    }

    /// What kept fields are set to, and what is read for that, and so on.
    fn keep_what_is_set(&mut self) {
        loop {
            let before = self.kept.len();
            each_action(self.definition, &mut |action, event| match action {
                Action::Set { field, value } if self.kept.contains(&Var::Case(*field)) => {
                    self.keep(value.tree(), event);
                }
                Action::Ask(ask) => {
                    for (output, field) in ask.outputs.iter().enumerate() {
                        if field.is_some_and(|field| self.kept.contains(&Var::Case(field))) {
                            self.kept.insert(Var::Output(ask.rules, FieldIndex(output as u16)));
                        }
                    }
                }
                _ => {}
            });
            if self.kept.len() == before {
                return;
            }
        }
    }

    /// Notes with what the variables of a condition are compared.
    fn judge(&mut self, tree: &Typed, event: Option<EventId>) {
        match &tree.kind {
            Kind::Not(of) => self.judge(of, event),
            Kind::All(items) | Kind::Any(items) => items.iter().for_each(|item| self.judge(item, event)),
            Kind::Has(of) if var(of, event).is_some() || matches!(of.kind, Kind::Column { .. }) => {}
            Kind::Compare(_, left, right) => self.compare(left, &[right], event),
            Kind::Within { value, low, high, .. } => self.compare(value, &[low, high], event),
            Kind::OneOf { value, items } => self.compare(value, &items.iter().collect::<Vec<_>>(), event),
            Kind::Among { value, of } => match (value.constant(), var(of, event)) {
                (Some(Value::Constant(name)), Some(set)) if matches!(of.ty, Type::Set(_)) => {
                    self.class(set).mentioned.insert(name.to_string());
                }
                _ => self.try_all(tree, event),
            },
            Kind::Constant(_) | Kind::Field { .. } | Kind::InState { .. } => {}
            _ => self.try_all(tree, event),
        }
    }

    fn compare(&mut self, left: &Typed, others: &[&Typed], event: Option<EventId>) {
        for right in others {
            if self.compare_sizes(left, right, event) || self.compare_sizes(right, left, event) {
                continue;
            }
            match (var(left, event), var(right, event)) {
                (Some(one), Some(other)) => {
                    self.unite(one, other);
                    self.class(one).compared = Some(left.span);
                }
                (Some(one), None) => self.compare_with(one, right, event),
                (None, Some(other)) => self.compare_with(other, left, event),
                (None, None) => {
                    self.try_all(left, event);
                    self.try_all(right, event);
                }
            }
        }
    }

    /// Notes with what the number of items of an event's list is compared, if it is.
    fn compare_sizes(&mut self, size: &Typed, other: &Typed, event: Option<EventId>) -> bool {
        let Kind::Size(of) = &size.kind else { return false };
        // Of a list of the case it is only kept that it is there.
        let (Some(list @ Var::Event(..)), Some(Value::Int(items))) = (var(of, event), other.constant()) else {
            return false;
        };
        let fits = matches!(of.ty, Type::List(_)) && *items < FEW;
        if fits {
            self.class(list).words.insert(*items);
        }
        fits
    }

    fn compare_with(&mut self, var: Var, other: &Typed, event: Option<EventId>) {
        let Some(constant) = other.constant() else {
            self.whole.insert(var);
            self.note_if_many(var, other.span);
            self.try_all(other, event);
            return;
        };
        let word = other.ty.word(constant);
        match constant {
            Value::Text(text) => {
                self.class(var).texts.insert(text.to_string());
            }
            Value::Set(_) => {
                self.whole.insert(var);
            }
            _ => {
                self.class(var).words.insert(word);
            }
        }
    }

    /// What cannot be told apart by constants: every value of what it reads must be tried.
    fn try_all(&mut self, tree: &Typed, event: Option<EventId>) {
        for var in reads(tree, event) {
            self.whole.insert(var);
            self.note_if_many(var, tree.span);
        }
        tree.walk(&mut |part| {
            if is_opaque(part) {
                self.open
                    .push((part.span, "what is asked of a text, list or record here".to_owned()));
                self.culprits.push(Culprit::Fields(reads(part, event)));
            }
        });
    }

    /// Notes that a variable has more values than can be tried one by one.
    fn note_if_many(&mut self, var: Var, span: Span) {
        if self.kept.contains(&var) && !self.is_small(var) {
            self.open
                .push((span, format!("what {} is compared with here", self.name(var))));
            self.culprits.push(Culprit::Part(span));
            self.culprits.push(Culprit::Fields(BTreeSet::from([var])));
        }
    }

    fn is_small(&self, var: Var) -> bool {
        self.field(var).is_some_and(|field| match &field.ty {
            Type::Bool => true,
            Type::Enum(constants) => constants.constants.len() as i64 <= FEW,
            Type::Set(constants) => constants.constants.len() <= FEW_CONSTANTS,
            Type::Count { max } => *max < SOME,
            Type::Int { min, max } => max.saturating_sub(*min) < SOME,
            _ => false,
        })
    }

    /// Whether every value of a whole number is tried, of which this is the number of values less one.
    fn is_told_apart(&mut self, var: Var, span: i64) -> bool {
        let root = self.root(var);
        let computed = self.class(var).computed.is_some();
        let whole = computed || self.whole.iter().any(|whole| self.root(*whole) == root);
        span < FEW || whole && span < SOME
    }

    fn field(&self, var: Var) -> Option<&'d Field> {
        match var {
            Var::Case(index) => self.definition.case.record.field(index),
            Var::Event(event, index) => self.definition.events.get(event.index())?.data.record.field(index),
            Var::Output(rules, index) => self.definition.rules.get(rules.index())?.outputs.field(index),
            Var::TimeIn(_) | Var::Remaining(_) | Var::Now => None,
        }
    }

    fn name(&self, var: Var) -> String {
        match (var, self.field(var)) {
            (Var::Case(_), Some(field)) => format!("`{}`", field.name),
            (Var::Event(..), Some(field)) => format!("`event.{}`", field.name),
            (Var::Output(rules, _), Some(field)) => {
                let rules = self.definition.rules.get(rules.index()).map_or("", |rules| &rules.name);
                format!("`{}` of `{rules}`", field.name)
            }
            (Var::TimeIn(_), _) => "`time_in`".to_owned(),
            (Var::Remaining(_), _) => "what is left of a promise".to_owned(),
            _ => "`now`".to_owned(),
        }
    }

    /// Unites variables with what they are set to.
    fn follow_values(&mut self) {
        each_action(self.definition, &mut |action, event| match action {
            Action::Set { field, value } => {
                let target = Var::Case(*field);
                if self.kept.contains(&target) {
                    self.follow(target, value, event);
                }
            }
            Action::Ask(ask) => {
                for (output, field) in ask.outputs.iter().enumerate() {
                    let from = Var::Output(ask.rules, FieldIndex(output as u16));
                    if let Some(target) = field.map(Var::Case).filter(|target| self.kept.contains(target)) {
                        self.unite(from, target);
                    }
                }
            }
            _ => {}
        });
    }

    fn follow(&mut self, target: Var, value: &Formula, event: Option<EventId>) {
        if let Some(source) = var(value.tree(), event) {
            self.unite(source, target);
        } else if let Some(constant) = value.constant() {
            let word = value.ty().word(&constant);
            let class = self.class(target);
            match &constant {
                Value::Text(text) => drop(class.texts.insert(text.to_string())),
                _ if value.ty().is_word() => drop(class.words.insert(word)),
                _ => {}
            }
        } else {
            // Computed: exact where all that it is computed from is tried one by one.
            self.try_all(value.tree(), event);
            self.class(target).computed = Some(value.tree().span);
        }
    }

    fn root(&self, var: Var) -> Var {
        let mut at = var;
        while let Some(parent) = self.parents.get(&at) {
            at = *parent;
        }
        at
    }

    fn class(&mut self, var: Var) -> &mut Class {
        let root = self.root(var);
        self.classes.entry(root).or_insert_with(|| Class {
            members: 1,
            ..Class::default()
        })
    }

    fn unite(&mut self, one: Var, other: Var) {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return;
        }
        let absorbed = std::mem::take(self.class(other));
        self.classes.remove(&other);
        self.parents.insert(other, one);
        let class = self.class(one);
        class.words.extend(absorbed.words);
        class.texts.extend(absorbed.texts);
        class.mentioned.extend(absorbed.mentioned);
        class.members += absorbed.members;
        class.compared = class.compared.or(absorbed.compared);
        class.computed = class.computed.or(absorbed.computed);
    }

    fn values(mut self) -> Values {
        let definition = self.definition;
        self.check_times();
        let mut values = Values {
            events: vec![Vec::new(); definition.events.len()],
            outputs: vec![Vec::new(); definition.rules.len()],
            ..Values::default()
        };
        let mut set_somewhere = BTreeSet::new();
        let default = |index: FieldIndex| definition.case.defaults.get(usize::from(index.0)).cloned().flatten();
        each_action(definition, &mut |action, _| match action {
            // What it only sets back was something else from the start.
            Action::Set { field, value } if value.constant().is_some_and(|value| Some(value) == default(*field)) => {}
            Action::Set { field, .. } => drop(set_somewhere.insert(*field)),
            Action::Ask(ask) => set_somewhere.extend(ask.outputs.iter().flatten().copied()),
            _ => {}
        });
        for var in self.kept.clone() {
            match var {
                Var::Case(index) => {
                    values.kept.push(index);
                    // What the workflow itself sets begins as it is declared.
                    if !set_somewhere.contains(&index) || default(index).is_none() {
                        values.start.push((index, self.tried(var)));
                    }
                }
                Var::Event(event, index) => {
                    let tried = self.tried(var);
                    values
                        .events
                        .get_mut(event.index())
                        .into_iter()
                        .for_each(|fields| fields.push((index, tried.clone())));
                }
                Var::Output(rules, index) => {
                    let mut tried = self.tried(var);
                    if !tried.contains(&Value::Absent) {
                        tried.push(Value::Absent);
                    }
                    values
                        .outputs
                        .get_mut(rules.index())
                        .into_iter()
                        .for_each(|fields| fields.push((index, tried.clone())));
                }
                Var::TimeIn(state) => {
                    let words = self.words(var, (0, i64::from(u32::MAX) * 1_000));
                    values.ages.push((StateId::at(usize::from(state)), words));
                }
                Var::Remaining(promise) => {
                    let words = self.words(var, (i64::MIN / 4, i64::MAX / 4));
                    values.remaining.insert(PromiseId::at(usize::from(promise)), words);
                }
                Var::Now => {}
            }
        }
        values.open = self.open;
        values.culprits = self.culprits;
        values
    }

    /// The step's own time is one value: what is kept from step to step cannot be compared with it.
    fn check_times(&mut self) {
        let now = self.root(Var::Now);
        let kept: Vec<Var> = self.kept.iter().copied().collect();
        for var in kept {
            let together = self.root(var) == now && var != Var::Now;
            let outside = matches!(var, Var::Event(..));
            if together && !outside {
                let span = self.field(var).map(|field| field.span).unwrap_or_default();
                let name = self.name(var);
                self.open
                    .push((span, format!("how {name} is compared with the time of a step")));
                self.culprits.push(Culprit::Fields(BTreeSet::from([var])));
            }
            let class = self.class(var).clone();
            if let Some(span) = class
                .compared
                .filter(|_| class.members > FEW_COMPARED && !self.is_small(var))
            {
                self.open
                    .push((span, "in which order the values are that are compared here".to_owned()));
                self.culprits.push(Culprit::Fields(BTreeSet::from([var])));
            }
            let computed = class.computed.filter(|_| !self.is_small(var));
            if let Some(span) = computed {
                let name = self.name(var);
                self.open.push((span, format!("what {name} is set to here")));
                self.culprits.push(Culprit::Fields(BTreeSet::from([var])));
            }
        }
    }

    /// What is tried of a field.
    fn tried(&mut self, var: Var) -> Vec<Value> {
        let Some(field) = self.field(var) else {
            return Vec::new();
        };
        let mut tried = Vec::new();
        match &field.ty {
            Type::Bool => tried.extend([Value::Bool(false), Value::Bool(true)]),
            Type::Enum(constants) if self.is_small(var) || self.whole.contains(&var) => {
                tried.extend(constants.constants.iter().cloned().map(Value::Constant));
            }
            Type::Set(constants) => {
                let whole = self.whole.contains(&var);
                let class = self.class(var).clone();
                let told = constants
                    .constants
                    .iter()
                    .filter(|name| whole || class.mentioned.contains(&***name));
                let told: Vec<_> = told.cloned().collect();
                if told.len() > FEW_CONSTANTS {
                    let name = self.name(var);
                    self.open
                        .push((field.span, format!("which of {} constants stand in {name}", told.len())));
                    self.culprits.push(Culprit::Fields(BTreeSet::from([var])));
                }
                let told: Vec<_> = told.into_iter().take(FEW_CONSTANTS).collect();
                for bits in 0..1_usize << told.len() {
                    let chosen = told.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
                    tried.push(Value::Set(chosen.map(|(_, name)| name.clone()).collect()));
                }
            }
            Type::Count { max } if self.is_told_apart(var, *max) => tried.extend((0..=*max).map(Value::Int)),
            Type::Int { min, max } if self.is_told_apart(var, max.saturating_sub(*min)) => {
                tried.extend((*min..=*max).map(Value::Int));
            }
            Type::Text | Type::Person | Type::Ref => {
                let class = self.class(var).clone();
                tried.extend(class.texts.iter().map(|text| Value::text(text)));
                let fresh = (1..).map(|number| format!("text {number}"));
                let fresh = fresh.filter(|text| !class.texts.contains(text)).take(class.between());
                tried.extend(fresh.map(|text| Value::text(&text)));
            }
            Type::List(item) => {
                let sizes = self.words(var, (0, FEW));
                let list = |size: i64| (0..size).map(|_| any_value(item)).collect();
                tried.extend(sizes.into_iter().map(|size| Value::List(list(size))));
            }
            Type::Record(record) => {
                let members = record
                    .fields()
                    .map(|member| (member.name.clone(), any_value(&member.ty)));
                tried.push(Value::Record(members.collect()));
            }
            ty => {
                let range = match ty {
                    Type::Int { min, max } => (*min, *max),
                    Type::Count { max } => (0, *max),
                    Type::Enum(constants) => (0, constants.constants.len() as i64 - 1),
                    Type::Date => (0, i64::from(u16::MAX)),
                    _ => (i64::MIN / 4, i64::MAX / 4),
                };
                tried.extend(self.words(var, range).into_iter().map(|word| ty.value(word)));
            }
        }
        if field.optional {
            tried.push(Value::Absent);
        }
        tried
    }

    /// The constants that a variable is compared with, and words between them.
    fn words(&mut self, var: Var, (min, max): (i64, i64)) -> Vec<i64> {
        let now = self.parents.contains_key(&Var::Now) || self.classes.contains_key(&Var::Now);
        let with_now = now && self.root(var) == self.root(Var::Now);
        let class = self.class(var);
        let between = class.between() as i64;
        let mut constants = class.words.clone();
        constants.extend(with_now.then_some(AT.0));
        let mut words: BTreeSet<i64> = constants.clone();
        let first = constants.first().copied().unwrap_or(min.max(0)).saturating_sub(between);
        words.extend((0..between).map(|step| first.saturating_add(step)));
        for constant in &constants {
            words.extend((1..=between).map(|step| constant.saturating_add(step)));
        }
        if constants.is_empty() {
            words.extend((0..between).map(|step| min.max(0).saturating_add(step)));
        }
        words.retain(|word| (min..=max).contains(word));
        if words.is_empty() {
            words.insert(min);
        }
        words.into_iter().collect()
    }
}

/// The variables that a tree reads.
pub(super) fn reads(tree: &Typed, event: Option<EventId>) -> BTreeSet<Var> {
    let mut found = BTreeSet::new();
    tree.walk(&mut |part| found.extend(var(part, event)));
    found
}

/// Whether a part asks for what no value stands for all others in.
pub(super) fn is_opaque(part: &Typed) -> bool {
    matches!(
        part.kind,
        Kind::Member { .. } | Kind::Each { .. } | Kind::Find(..) | Kind::Matches(..) | Kind::Join(..)
    )
}

/// The variable that a part of an expression is, if it is one.
fn var(tree: &Typed, event: Option<EventId>) -> Option<Var> {
    match &tree.kind {
        Kind::Field {
            root: Root::Case,
            index,
            ..
        } => Some(Var::Case(*index)),
        Kind::Field {
            root: Root::Event,
            index,
            ..
        } => Some(Var::Event(event?, *index)),
        Kind::TimeIn { state, .. } => Some(Var::TimeIn(*state)),
        Kind::Remaining { promise, .. } if is_supposed(PromiseId::at(usize::from(*promise))) => None,
        Kind::Remaining { promise, .. } => Some(Var::Remaining(*promise)),
        Kind::Now => Some(Var::Now),
        _ => None,
    }
}

/// Every action of a workflow, with the event whose data it may read.
fn each_action<'d>(definition: &'d Definition, visit: &mut dyn FnMut(&'d Action, Option<EventId>)) {
    for branch in &definition.branches {
        walk(&branch.actions, branch.trigger.event(), visit);
    }
    for state in &definition.states {
        for actions in [&state.enter, &state.leave, &state.start.actions] {
            walk(actions, None, visit);
        }
    }
}

fn walk<'d>(actions: &'d [Action], event: Option<EventId>, visit: &mut dyn FnMut(&'d Action, Option<EventId>)) {
    for action in actions {
        visit(action, event);
        if let Action::If { cases, otherwise } = action {
            for (_, actions) in cases {
                walk(actions, event, visit);
            }
            walk(otherwise, event, visit);
        }
    }
}

/// Some value of a type, where it does not matter which.
pub(super) fn any_value(ty: &Type) -> Value {
    match ty {
        Type::Bool => Value::Bool(false),
        Type::Int { min, .. } => Value::Int(*min.max(&0)),
        Type::Count { .. } => Value::Int(0),
        Type::Decimal { scale } => Value::Decimal {
            units: 0,
            scale: *scale,
        },
        Type::Text | Type::Person | Type::Ref => Value::text("text"),
        Type::Instant => Value::Instant(AT.0),
        Type::Duration => Value::Duration(3_600_000),
        Type::Date => Value::Date(0),
        Type::Enum(constants) => constants
            .constants
            .first()
            .cloned()
            .map_or(Value::Absent, Value::Constant),
        Type::Set(_) => Value::Set(Vec::new()),
        Type::List(_) => Value::List(Vec::new()),
        Type::Record(record) => {
            let members = record.fields().map(|field| match field.optional {
                true => (field.name.clone(), Value::Absent),
                false => (field.name.clone(), any_value(&field.ty)),
            });
            Value::Record(members.collect())
        }
    }
}
