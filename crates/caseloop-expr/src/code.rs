//! The compiled form of an expression and its evaluation over slots. Scalars and texts are judged without allocation;
//! texts that are put together and lists made by `map` and `filter` are allocated. Not: types, or how the form is made.

use crate::typed::{Arith, Comparison, Macro, Pattern, Root, TextTest};
use crate::{ABSENT, Env, Facts, Heavy, Row, Type, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// A word of the case or the event that lies within `lo ..= lo + span`, wrapping around, and whose distance from `lo`,
/// modulo 64, is a bit of `mask`: all bits where the whole range is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probe {
    pub(crate) root: Root,
    pub(crate) slot: u16,
    pub(crate) lo: i64,
    pub(crate) span: u64,
    pub(crate) mask: u64,
}

impl Probe {
    #[inline(always)]
    pub(crate) fn holds(&self, env: &Env<'_>) -> bool {
        let word = row(env, self.root)
            .words
            .get(usize::from(self.slot))
            .copied()
            .unwrap_or(ABSENT);
        let distance = word.wrapping_sub(self.lo).cast_unsigned();
        distance <= self.span && self.mask >> (distance & 63) & 1 == 1
    }
}

impl Probe {
    #[inline]
    pub(crate) fn lies_within(&self, case: &[i64], event: &[i64]) -> bool {
        let words = match self.root {
            Root::Case => case,
            Root::Event => event,
        };
        within(
            words.get(usize::from(self.slot)).copied().unwrap_or(ABSENT),
            self.lo,
            self.span,
        )
    }
}

#[inline(always)]
fn row<'a>(env: &Env<'a>, root: Root) -> Row<'a> {
    match root {
        Root::Case => env.case,
        Root::Event => env.event,
    }
}

#[inline(always)]
pub(crate) fn within(word: i64, lo: i64, span: u64) -> bool {
    word.wrapping_sub(lo).cast_unsigned() <= span
}

/// Something that is true or false.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Constant(bool),
    Probe(Probe),
    InState(u16),
    /// All probes hold.
    Probes(Box<[Probe]>),
    All(Box<[Test]>),
    Any(Box<[Test]>),
    Not(Box<Test>),
    /// The word lies within `lo ..= lo + span`, wrapping around.
    Range {
        word: Word,
        lo: i64,
        span: u64,
    },
    /// The distance of the word from `lo` is a bit of the mask.
    Mask {
        word: Word,
        lo: i64,
        mask: u64,
    },
    /// The word has the bit.
    HasBit(Word, i64),
    /// The second word has the bit whose number is the first.
    BitOf(Box<(Word, Word)>),
    Compare(Comparison, Box<(Word, Word)>),
    Between(Box<(Word, Word, Word)>, bool),
    OneOf(Box<Word>, Box<[Word]>),
    Texts(Comparison, Box<(Data, Data)>),
    TextOneOf(Box<Data>, Box<[Data]>),
    Find(TextTest, Box<(Data, Data)>),
    Matches(Box<Data>, Pattern),
    Running(u16),
    HasData(Box<Data>),
    /// The two are the same list or record.
    Same(Box<(Data, Data)>),
    /// The list holds the item.
    Holds(Box<(Data, Out)>),
    Each(Macro, Box<(Data, Test)>),
}

/// Something that is a word.
#[derive(Clone, Debug)]
pub(crate) enum Word {
    Constant(i64),
    Slot(Root, u16),
    Now,
    TimeIn(u16),
    Remaining(u16),
    Arith(Arith, Box<(Word, Word)>),
    Negate(Box<Word>),
    /// A column of words, looked up by index; absent outside.
    Column(Box<Word>, Arc<[i64]>),
    /// The item of the macro that lies so many outwards, as its type sees it.
    Item(u16, Type),
    /// A member of a record, as its type sees it.
    Data(Box<Data>, Type),
    Characters(Box<Data>),
    Items(Box<Data>),
    Bits(Box<Word>),
    Truth(Box<Test>),
}

/// Something heavy, or an item of a list.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Constant(Value),
    Slot(Root, u16),
    /// The item of the macro that lies so many outwards.
    Item(u16),
    /// A member of a record, by position.
    Member(Box<Data>, usize),
    Column(Word, Arc<[Value]>),
    /// Two texts put together.
    Join(Box<[Data; 2]>),
    ListOf(Box<[Out]>),
    Filter(Box<(Data, Test)>),
    Map(Box<(Data, Out)>),
}

/// Something that becomes a value.
#[derive(Clone, Debug)]
pub(crate) enum Out {
    Word(Word, Type),
    Data(Data, Type),
}

/// The items of the macros around, innermost first.
pub(crate) struct Items<'e> {
    item: &'e Value,
    outer: Option<&'e Items<'e>>,
}

type Around<'e> = Option<&'e Items<'e>>;

/// Heavy data while it is looked at.
enum Seen<'e> {
    Absent,
    Value(&'e Value),
    Text(Cow<'e, str>),
    List(Cow<'e, [Value]>),
    Members(&'e [Value]),
}

impl Test {
    /// The commonest tests without a call.
    #[inline(always)]
    fn quick<'e>(&'e self, env: &Env<'e>, around: Around<'e>) -> bool {
        match self {
            Self::Probe(probe) => probe.holds(env),
            Self::InState(state) => env.facts.in_state(*state),
            _ => self.holds(env, around),
        }
    }

    pub(crate) fn holds<'e>(&'e self, env: &Env<'e>, around: Around<'e>) -> bool {
        match self {
            Self::Constant(value) => *value,
            Self::Probe(probe) => probe.holds(env),
            Self::InState(state) => env.facts.in_state(*state),
            Self::Probes(probes) => probes.iter().all(|probe| probe.holds(env)),
            Self::All(tests) => tests.iter().all(|test| test.quick(env, around)),
            Self::Any(tests) => tests.iter().any(|test| test.quick(env, around)),
            Self::Not(test) => !test.holds(env, around),
            Self::Range { word, lo, span } => within(word.read(env, around), *lo, *span),
            Self::Mask { word, lo, mask } => {
                let distance = word.read(env, around).wrapping_sub(*lo).cast_unsigned();
                distance < 64 && mask >> distance & 1 == 1
            }
            Self::HasBit(word, bit) => word.read(env, around) & bit != 0,
            Self::BitOf(sides) => {
                let (index, set) = (sides.0.read(env, around).cast_unsigned(), sides.1.read(env, around));
                index < 64 && set >> index & 1 == 1
            }
            Self::Compare(op, sides) => op.holds(&sides.0.read(env, around), &sides.1.read(env, around)),
            Self::Between(parts, closed) => {
                let (value, low, high) = &**parts;
                let (value, low, high) = (value.read(env, around), low.read(env, around), high.read(env, around));
                low <= value && if *closed { value <= high } else { value < high }
            }
            Self::OneOf(value, items) => {
                let value = value.read(env, around);
                items.iter().any(|item| item.read(env, around) == value)
            }
            _ => self.heavy_holds(env, around),
        }
    }

    /// The tests of texts, lists and records. Apart, since these need a large frame.
    #[inline(never)]
    fn heavy_holds<'e>(&'e self, env: &Env<'e>, around: Around<'e>) -> bool {
        match self {
            Self::Texts(op, sides) => op.holds(&*sides.0.text(env, around), &*sides.1.text(env, around)),
            Self::TextOneOf(value, items) => {
                let value = value.text(env, around);
                items.iter().any(|item| item.text(env, around) == value)
            }
            Self::Find(test, sides) => test.holds(&sides.0.text(env, around), &sides.1.text(env, around)),
            Self::Matches(text, pattern) => pattern.is_match(&text.text(env, around)),
            Self::Running(promise) => env.facts.remaining(*promise).is_some(),
            Self::HasData(data) => !data.see(env, around).is_absent(),
            Self::Same(sides) => sides.0.see(env, around).same(&sides.1.see(env, around)),
            Self::Holds(parts) => {
                let (list, item) = &**parts;
                let list = list.see(env, around);
                match item {
                    Out::Word(word, ty) => {
                        let word = word.read(env, around);
                        list.items().iter().any(|item| ty.word(item) == word)
                    }
                    Out::Data(data, _) => {
                        let data = data.see(env, around);
                        list.items().iter().any(|item| data.same(&Seen::Value(item)))
                    }
                }
            }
            Self::Each(what, parts) => {
                let (list, body) = &**parts;
                let list = list.see(env, around);
                let mut holds = list.items().iter().map(|item| body.holds_for(env, item, around));
                match what {
                    Macro::All => holds.all(|holds| holds),
                    Macro::Exists => holds.any(|holds| holds),
                    _ => holds.filter(|holds| *holds).take(2).count() == 1,
                }
            }
            _ => false,
        }
    }

    /// The body of a macro, with one item bound. The lifetime is that of the item, the shortest of all.
    fn holds_for<'i>(&'i self, env: &Env<'_>, item: &'i Value, outer: Around<'_>) -> bool {
        let items = Items { item, outer };
        self.holds(env, Some(&items))
    }
}

impl Word {
    /// The commonest words without a call; the rest one level down.
    #[inline(always)]
    pub(crate) fn read<'e>(&'e self, env: &Env<'e>, around: Around<'e>) -> i64 {
        match self {
            Self::Constant(word) => *word,
            Self::Slot(root, slot) => row(env, *root).words.get(usize::from(*slot)).copied().unwrap_or(ABSENT),
            Self::Now => env.now,
            _ => self.compute(env, around),
        }
    }

    /// The word, where it is a slot, a constant, or two of these added, subtracted or multiplied.
    #[inline]
    pub(crate) fn glance(&self, case: &[i64], event: &[i64]) -> Option<i64> {
        let plain = |word: &Self| match word {
            Self::Constant(word) => Some(*word),
            Self::Slot(Root::Case, slot) => Some(case.get(usize::from(*slot)).copied().unwrap_or(ABSENT)),
            Self::Slot(Root::Event, slot) => Some(event.get(usize::from(*slot)).copied().unwrap_or(ABSENT)),
            _ => None,
        };
        match self {
            Self::Arith(op, sides) => Some(op.apply(plain(&sides.0)?, plain(&sides.1)?)),
            word => plain(word),
        }
    }

    fn compute<'e>(&'e self, env: &Env<'e>, around: Around<'e>) -> i64 {
        match self {
            Self::Arith(op, sides) => op.apply(sides.0.read(env, around), sides.1.read(env, around)),
            Self::Negate(of) => of.read(env, around).saturating_neg(),
            Self::Column(of, words) => {
                let index = usize::try_from(of.read(env, around)).ok();
                index.and_then(|index| words.get(index)).copied().unwrap_or(ABSENT)
            }
            Self::Bits(of) => i64::from(of.read(env, around).count_ones()),
            Self::Item(outwards, ty) => item(around, *outwards).map_or(ABSENT, |value| ty.word(value)),
            _ => self.look(env, around),
        }
    }

    /// The words that facts, texts, lists and records give. Apart, since these need a large frame.
    #[inline(never)]
    fn look<'e>(&'e self, env: &Env<'e>, around: Around<'e>) -> i64 {
        match self {
            Self::TimeIn(state) => time_in(env.facts, *state, env.now),
            Self::Remaining(promise) => remaining(env.facts, *promise),
            Self::Data(data, ty) => match data.see(env, around) {
                Seen::Value(value) => ty.word(value),
                _ => ABSENT,
            },
            Self::Characters(text) => count(text.text(env, around).chars().count()),
            Self::Items(list) => count(list.see(env, around).items().len()),
            Self::Truth(test) => i64::from(test.holds(env, around)),
            _ => ABSENT,
        }
    }
}

fn item<'e>(around: Around<'e>, outwards: u16) -> Option<&'e Value> {
    let mut items = around;
    for _ in 0..outwards {
        items = items.and_then(|items| items.outer);
    }
    items.map(|items| items.item)
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn time_in(facts: &dyn Facts, state: u16, now: i64) -> i64 {
    facts
        .entered_at(state)
        .map_or(0, |entered| now.saturating_sub(entered).max(0))
}

fn remaining(facts: &dyn Facts, promise: u16) -> i64 {
    facts.remaining(promise).map_or(i64::MAX, |left| left.max(ABSENT + 1))
}

impl Data {
    fn see<'e>(&'e self, env: &Env<'e>, around: Around<'e>) -> Seen<'e> {
        match self {
            Self::Constant(value) => Seen::Value(value),
            Self::Slot(root, slot) => match row(env, *root).heavy.get(usize::from(*slot)) {
                None | Some(Heavy::Absent) => Seen::Absent,
                Some(Heavy::Text(text)) => Seen::Text(Cow::Borrowed(text)),
                Some(Heavy::List(items)) => Seen::List(Cow::Borrowed(items)),
                Some(Heavy::Record(values)) => Seen::Members(values),
            },
            Self::Item(outwards) => item(around, *outwards).map_or(Seen::Absent, Seen::Value),
            Self::Member(of, index) => of.see(env, around).member(*index),
            Self::Column(of, values) => {
                let index = usize::try_from(of.read(env, around)).ok();
                index
                    .and_then(|index| values.get(index))
                    .map_or(Seen::Absent, Seen::Value)
            }
            Self::Join(sides) => {
                let [left, right] = &**sides;
                Seen::Text(Cow::Owned([left.text(env, around), right.text(env, around)].concat()))
            }
            Self::ListOf(items) => Seen::List(items.iter().map(|item| item.value(env, around)).collect()),
            Self::Filter(parts) => {
                let (list, body) = &**parts;
                match list.see(env, around) {
                    Seen::Absent => Seen::Absent,
                    list => {
                        let kept = list.items().iter().filter(|item| body.holds_for(env, item, around));
                        Seen::List(kept.cloned().collect())
                    }
                }
            }
            Self::Map(parts) => {
                let (list, body) = &**parts;
                match list.see(env, around) {
                    Seen::Absent => Seen::Absent,
                    list => {
                        let items = list.items().iter().map(|item| body.value_for(env, item, around));
                        Seen::List(items.collect())
                    }
                }
            }
        }
    }

    /// The text, empty where there is none.
    fn text<'e>(&'e self, env: &Env<'e>, around: Around<'e>) -> Cow<'e, str> {
        match self.see(env, around) {
            Seen::Text(text) => text,
            Seen::Value(Value::Text(text)) => Cow::Borrowed(text),
            _ => Cow::Borrowed(""),
        }
    }

    pub(crate) fn heavy(&self, env: &Env<'_>, ty: &Type) -> Heavy {
        if let Self::Slot(root, slot) = self {
            return row(env, *root)
                .heavy
                .get(usize::from(*slot))
                .cloned()
                .unwrap_or_default();
        }
        Heavy::of(ty, self.see(env, None).value(ty))
    }
}

impl Out {
    pub(crate) fn value<'e>(&'e self, env: &Env<'e>, around: Around<'e>) -> Value {
        match self {
            Self::Word(word, ty) => ty.value(word.read(env, around)),
            Self::Data(data, ty) => data.see(env, around).value(ty),
        }
    }

    fn value_for<'i>(&'i self, env: &Env<'_>, item: &'i Value, outer: Around<'_>) -> Value {
        let items = Items { item, outer };
        self.value(env, Some(&items))
    }
}

impl<'e> Seen<'e> {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent | Self::Value(Value::Absent))
    }

    fn items(&self) -> &[Value] {
        match self {
            Self::List(items) => items,
            Self::Value(Value::List(items)) => items,
            _ => &[],
        }
    }

    fn member(self, index: usize) -> Self {
        let value = match self {
            Self::Members(values) => values.get(index),
            Self::Value(Value::Record(members)) => members.get(index).map(|(_, value)| value),
            _ => None,
        };
        value.map_or(Self::Absent, Self::Value)
    }

    /// The members of a record, in order.
    fn members(&self) -> Option<Vec<&Value>> {
        match self {
            Self::Members(values) => Some(values.iter().collect()),
            Self::Value(Value::Record(members)) => Some(members.iter().map(|(_, value)| value).collect()),
            _ => None,
        }
    }

    fn same(&self, other: &Seen<'_>) -> bool {
        match (self, other) {
            (Self::Value(a), Seen::Value(b)) => a == b,
            (Self::Text(a), Seen::Text(b)) => a == b,
            (Self::Text(a), Seen::Value(Value::Text(b))) => **a == **b,
            (Self::Value(Value::Text(a)), Seen::Text(b)) => **a == **b,
            (a, b) => match (a.members(), b.members()) {
                (Some(a), Some(b)) => a == b,
                (None, None) => !a.is_absent() && !b.is_absent() && a.items() == b.items(),
                _ => false,
            },
        }
    }

    fn value(self, ty: &Type) -> Value {
        match self {
            Self::Absent => Value::Absent,
            Self::Value(value) => value.clone(),
            Self::Text(text) => Value::text(&text),
            Self::List(items) => Value::List(items.into_owned()),
            Self::Members(values) => Heavy::Record(values.into()).value(ty),
        }
    }
}
