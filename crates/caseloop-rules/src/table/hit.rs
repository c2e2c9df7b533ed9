//! Hit policies: what a table gives where several of its rules hold.

use super::{Given, Table};
use crate::row::{env, put};
use crate::{Answer, Scratch};
use caseloop_expr::{ABSENT, Env, Field, Heavy, Row, RowBuf, Type, Value};
use std::cmp::Ordering;

/// What a table gives where several of its rules hold; the words of DMN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitPolicy {
    /// One rule holds at most; two that do are a [`Conflict`](Answer::Conflict).
    Unique,
    /// All rules that hold give the same; where they do not, that is a [`Conflict`](Answer::Conflict).
    Any,
    /// The first that holds.
    First,
    /// The one whose outputs stand first in their declared order, output by output; of equals the first.
    Priority,
    /// What all give, in the order of the rules.
    RuleOrder,
    /// What all give, in the declared order of the outputs; of equals in the order of the rules.
    OutputOrder,
    /// What all give. In the order of the rules, though nobody should count on that.
    Collect,
    /// The sum; it stays within the range that the output declares.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// How many hold.
    Count,
}

impl HitPolicy {
    /// Every policy with the word for it.
    pub const ALL: [(&'static str, Self); 11] = [
        ("unique", Self::Unique),
        ("any", Self::Any),
        ("first", Self::First),
        ("priority", Self::Priority),
        ("rule_order", Self::RuleOrder),
        ("output_order", Self::OutputOrder),
        ("collect", Self::Collect),
        ("sum", Self::Sum),
        ("min", Self::Min),
        ("max", Self::Max),
        ("count", Self::Count),
    ];

    /// The policy that a word names.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find_map(|(name, policy)| (name == word).then_some(policy))
    }

    /// Whether each output is a list or set of what the rules give.
    #[must_use]
    pub fn lists(self) -> bool {
        matches!(self, Self::RuleOrder | Self::OutputOrder | Self::Collect)
    }

    /// Whether the outputs are put in the order of their declaration.
    #[must_use]
    pub fn orders(self) -> bool {
        matches!(self, Self::Priority | Self::OutputOrder)
    }

    /// After so many rules that hold nothing changes any more.
    pub(super) fn most(self) -> usize {
        match self {
            Self::First => 1,
            Self::Unique => 2,
            _ => usize::MAX,
        }
    }
}

impl Table {
    /// What the rules that hold give together.
    pub(super) fn settle(
        &self,
        row: Row<'_>,
        outputs: &mut RowBuf,
        fired: &mut Vec<u32>,
        scratch: &mut Scratch,
    ) -> Answer {
        let env = env(row, Row::default());
        let [first, rest @ ..] = fired.as_slice() else {
            return self.give_otherwise(&env, outputs);
        };
        match self.hit {
            HitPolicy::First => self.give(*first, &env, outputs),
            HitPolicy::Unique => match rest {
                [] => self.give(*first, &env, outputs),
                [second, ..] => {
                    return Answer::Conflict {
                        first: *first,
                        second: *second,
                    };
                }
            },
            HitPolicy::Any => {
                let (first, other) = (
                    *first,
                    rest.iter().find(|other| !self.give_alike(*first, **other, &env)),
                );
                if let Some(second) = other.copied() {
                    fired.retain(|rule| *rule == first || *rule == second);
                    return Answer::Conflict { first, second };
                }
                self.give(first, &env, outputs);
            }
            HitPolicy::Priority => {
                let before = |a: &u32, b: &u32| self.order(*a, *b, &env).then(a.cmp(b));
                let best = fired.iter().copied().min_by(before).unwrap_or(*first);
                fired.retain(|rule| *rule == best);
                self.give(best, &env, outputs);
            }
            HitPolicy::RuleOrder | HitPolicy::Collect => self.list(fired, &env, outputs),
            HitPolicy::OutputOrder => {
                scratch.order.clear();
                scratch.order.extend_from_slice(fired);
                // By position too, so that sorting in place keeps the order of the rules.
                scratch
                    .order
                    .sort_unstable_by(|a, b| self.order(*a, *b, &env).then(a.cmp(b)));
                self.list(&scratch.order, &env, outputs);
            }
            HitPolicy::Sum | HitPolicy::Min | HitPolicy::Max => self.reduce(fired, &env, outputs),
            HitPolicy::Count => self.count(fired.len(), outputs),
        }
        Answer::Decided
    }

    fn give_otherwise(&self, env: &Env<'_>, outputs: &mut RowBuf) -> Answer {
        if let Some(otherwise) = &self.otherwise {
            self.put_all(otherwise, env, outputs);
            return Answer::Otherwise;
        }
        // Nothing that is listed, and none that are counted, is an answer.
        match self.hit {
            HitPolicy::Count => self.count(0, outputs),
            policy if policy.lists() => self.list(&[], env, outputs),
            _ => {}
        }
        Answer::Nothing
    }

    fn given(&self, rule: u32) -> &[Given] {
        self.rules.get(rule as usize).map_or(&[], |rule| &rule.then)
    }

    fn give(&self, rule: u32, env: &Env<'_>, outputs: &mut RowBuf) {
        self.put_all(self.given(rule), env, outputs);
    }

    fn put_all(&self, given: &[Given], env: &Env<'_>, outputs: &mut RowBuf) {
        for (field, given) in self.signature.outputs.fields().zip(given) {
            put(outputs, field, given.word(env), || given.heavy(env));
        }
    }

    fn give_alike(&self, a: u32, b: u32, env: &Env<'_>) -> bool {
        let mut pairs = self.given(a).iter().zip(self.given(b));
        pairs.all(|(a, b)| a.word(env) == b.word(env) && a.heavy(env) == b.heavy(env))
    }

    /// Which of two rules gives what stands first; outputs without constants have no order.
    fn order(&self, a: u32, b: u32, env: &Env<'_>) -> Ordering {
        let outputs = self.signature.outputs.fields();
        let pairs = outputs.zip(self.given(a).iter().zip(self.given(b)));
        let ordered = pairs.filter(|(field, _)| has_order(field));
        ordered
            .map(|(_, (a, b))| a.place(env).cmp(&b.place(env)))
            .find(|found| found.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// Each output as the list, or the set, of what the rules give for it.
    fn list(&self, rules: &[u32], env: &Env<'_>, outputs: &mut RowBuf) {
        for (position, field) in self.signature.outputs.fields().enumerate() {
            let given = rules.iter().filter_map(|rule| self.given(*rule).get(position));
            if field.ty.is_word() {
                let words = given.map(|given| given.bit(env));
                put(outputs, field, words.fold(0, |all, bit| all | bit), || Heavy::Absent);
                continue;
            }
            let items: Vec<Value> = given
                .map(|given| given.value(env))
                .filter(|value| *value != Value::Absent)
                .collect();
            put(outputs, field, ABSENT, || Heavy::List(items.into()));
        }
    }

    fn reduce(&self, rules: &[u32], env: &Env<'_>, outputs: &mut RowBuf) {
        for (position, field) in self.signature.outputs.fields().enumerate() {
            let given = rules.iter().filter_map(|rule| self.given(*rule).get(position));
            let words = given.map(|given| given.word(env)).filter(|word| *word != ABSENT);
            let found = words.reduce(|all, word| match self.hit {
                HitPolicy::Min => all.min(word),
                HitPolicy::Max => all.max(word),
                _ => all.saturating_add(word),
            });
            let (least, most) = range(&field.ty);
            let found = found.map_or(ABSENT, |found| found.clamp(least, most));
            put(outputs, field, found, || Heavy::Absent);
        }
    }

    fn count(&self, rules: usize, outputs: &mut RowBuf) {
        for field in self.signature.outputs.fields() {
            let (least, most) = range(&field.ty);
            let count = i64::try_from(rules).unwrap_or(i64::MAX).clamp(least, most);
            put(outputs, field, count, || Heavy::Absent);
        }
    }
}

/// Whether an output says by the order of its constants what stands first.
pub(crate) fn has_order(output: &Field) -> bool {
    match &output.ty {
        Type::Enum(_) | Type::Set(_) => true,
        Type::List(item) => matches!(**item, Type::Enum(_)),
        _ => false,
    }
}

/// The least and greatest word of a type that a table may count or sum up to.
pub(crate) fn range(ty: &Type) -> (i64, i64) {
    match *ty {
        Type::Count { max } => (0, max),
        Type::Int { min, max } => (min, max),
        _ => (ABSENT + 1, i64::MAX),
    }
}

impl Given {
    fn word(&self, env: &Env<'_>) -> i64 {
        match self {
            Self::Nothing => ABSENT,
            Self::Constant { word, .. } => *word,
            Self::Computed(formula) => formula.word(env),
        }
    }

    fn heavy(&self, env: &Env<'_>) -> Heavy {
        match self {
            Self::Nothing => Heavy::Absent,
            Self::Constant { heavy, .. } => heavy.clone(),
            Self::Computed(formula) => formula.heavy(env),
        }
    }

    fn value(&self, env: &Env<'_>) -> Value {
        match self {
            Self::Nothing => Value::Absent,
            Self::Constant { value, .. } => value.clone(),
            Self::Computed(formula) => formula.value(env),
        }
    }

    /// The bit of a constant in a set.
    fn bit(&self, env: &Env<'_>) -> i64 {
        let place = u32::try_from(self.word(env)).ok();
        place.and_then(|place| 1_i64.checked_shl(place)).unwrap_or(0)
    }

    /// The place of a constant among those declared; what gives none stands last.
    fn place(&self, env: &Env<'_>) -> i64 {
        match self.word(env) {
            ABSENT => i64::MAX,
            place => place,
        }
    }
}
