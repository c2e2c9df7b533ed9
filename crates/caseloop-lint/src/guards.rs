//! What can be decided of conditions together: each tried with every combination of values that can make a difference.
//!
//! A field that is compared with constants is tried with the values at and beside them, an enumeration with each of its
//! constants. What cannot be tried so (times that pass, texts, sums) may hold or not as it pleases: then what is said of all
//! cases is still true, and nothing is said of single ones.

use caseloop_expr::{ABSENT, Comparison, Condition, Kind, Type, Typed, Value};
use std::collections::{BTreeMap, BTreeSet};

/// So many combinations are tried.
const MOST: usize = 20_000;
/// An own number range up to this size is tried value by value.
const SMALL: i64 = 64;

/// Conditions with what each gives for every combination.
#[derive(Clone, Debug)]
pub(crate) struct Guards {
    names: Vec<(String, Type)>,
    /// The values of the fields, for each combination.
    cases: Vec<Vec<i64>>,
    /// For each condition what it gives, by combination.
    holds: Vec<Vec<bool>>,
    /// Whether a condition is decided by the fields alone.
    exact: Vec<bool>,
    /// The fields that each condition reads; of a set, for which constants it looks.
    reads: Vec<BTreeSet<String>>,
}

impl Guards {
    /// `None` where there are too many combinations. A condition that is not there always holds.
    pub(crate) fn of(conditions: &[Option<&Condition>]) -> Option<Self> {
        let mut axes = Axes::default();
        let (mut exact, mut reads) = (Vec::new(), Vec::new());
        for condition in conditions {
            axes.text = condition.map_or("", Condition::text).to_owned();
            axes.opaque = false;
            if let Some(condition) = condition {
                axes.gather(condition.tree());
            }
            exact.push(!axes.opaque);
            reads.push(std::mem::take(&mut axes.read));
        }
        axes.join_pairs()?;
        let fields: Vec<(&String, Vec<i64>)> = axes.fields.iter().map(|(path, axis)| (path, axis.values())).collect();
        let mut size = 1_usize;
        for (_, values) in &fields {
            size = size.checked_mul(values.len().max(1)).filter(|size| *size <= MOST)?;
        }
        let free: Vec<&String> = axes.free.iter().collect();
        size.checked_mul(1_usize.checked_shl(u32::try_from(free.len()).ok()?)?)
            .filter(|size| *size <= MOST)?;
        let mut cases = vec![Vec::new()];
        for (_, values) in &fields {
            let longer = cases.iter().flat_map(|case: &Vec<i64>| {
                values.iter().map(|value| {
                    let mut case = case.clone();
                    case.push(*value);
                    case
                })
            });
            cases = longer.collect();
        }
        for _ in &free {
            let longer = cases.iter().flat_map(|case: &Vec<i64>| {
                [0, 1].map(|value| {
                    let mut case = case.clone();
                    case.push(value);
                    case
                })
            });
            cases = longer.collect();
        }
        let places: BTreeMap<&str, usize> = fields
            .iter()
            .map(|(path, _)| path.as_str())
            .chain(free.iter().map(|key| key.as_str()))
            .enumerate()
            .map(|(place, key)| (key, place))
            .collect();
        let holds = conditions
            .iter()
            .map(|condition| {
                let judge = |case: &Vec<i64>| match condition {
                    Some(condition) => {
                        let text = condition.text();
                        Judge {
                            places: &places,
                            case,
                            text,
                        }
                        .holds(condition.tree())
                    }
                    None => true,
                };
                cases.iter().map(judge).collect()
            })
            .collect();
        let names = axes
            .fields
            .iter()
            .map(|(path, axis)| (path.strip_prefix("case.").unwrap_or(path).to_owned(), axis.ty.clone()))
            .collect();
        Some(Self {
            names,
            cases,
            holds,
            exact,
            reads,
        })
    }

    fn given(&self, condition: usize) -> &[bool] {
        self.holds.get(condition).map(Vec::as_slice).unwrap_or_default()
    }

    fn holds(&self, condition: usize, case: usize) -> bool {
        self.given(condition).get(case).copied().unwrap_or(true)
    }

    /// Whether a condition holds for no case.
    pub(crate) fn never(&self, condition: usize) -> bool {
        self.given(condition).iter().all(|holds| !holds)
    }

    /// Whether a condition holds for every case.
    pub(crate) fn always(&self, condition: usize) -> bool {
        self.given(condition).iter().all(|holds| *holds)
    }

    /// Whether one of those before holds wherever a condition does.
    pub(crate) fn is_covered(&self, condition: usize) -> bool {
        (0..self.cases.len())
            .filter(|case| self.holds(condition, *case))
            .all(|case| (0..condition).any(|before| self.holds(before, case)))
    }

    /// A case for which none holds, where all are decided by fields alone.
    pub(crate) fn gap(&self) -> Option<String> {
        let all = 0..self.holds.len();
        if !self.exact.iter().all(|exact| *exact) {
            return None;
        }
        let gap = (0..self.cases.len()).find(|case| all.clone().all(|condition| !self.holds(condition, *case)))?;
        Some(self.shown(gap))
    }

    /// Whether one of them holds for every case.
    pub(crate) fn is_complete(&self) -> bool {
        let all = || 0..self.holds.len();
        (0..self.cases.len()).all(|case| all().any(|condition| self.holds(condition, case)))
    }

    /// Whether two conditions ask for a field that is the same.
    pub(crate) fn share_a_field(&self, first: usize, second: usize) -> bool {
        let (first, second) = (self.reads.get(first), self.reads.get(second));
        first
            .zip(second)
            .is_some_and(|(first, second)| !first.is_disjoint(second))
    }

    /// A case for which two conditions hold and none before them, where neither holds wherever the other does.
    pub(crate) fn overlap(&self, first: usize, second: usize) -> Option<String> {
        let sure = |condition: usize| self.exact.get(condition).copied().unwrap_or_default();
        let decided = (0..=first).all(sure) && sure(second);
        let cases = || 0..self.cases.len();
        let only = |one: usize, other: usize| cases().any(|case| self.holds(one, case) && !self.holds(other, case));
        if !decided || !only(first, second) || !only(second, first) {
            return None;
        }
        let both = cases().find(|case| {
            let before = (0..first).any(|condition| self.holds(condition, *case));
            !before && self.holds(first, *case) && self.holds(second, *case)
        })?;
        Some(self.shown(both))
    }

    /// `level = complex, amount = 0.00`.
    fn shown(&self, case: usize) -> String {
        let words = self.cases.get(case).map(Vec::as_slice).unwrap_or_default();
        let values = self
            .names
            .iter()
            .zip(words)
            .map(|((name, ty), word)| match ty.value(*word) {
                Value::Absent => format!("{name} absent"),
                value => format!("{name} = {value}"),
            });
        let shown = values.collect::<Vec<_>>().join(", ");
        if shown.is_empty() {
            "every case".to_owned()
        } else {
            shown
        }
    }
}

/// What conditions ask about.
#[derive(Default)]
struct Axes {
    fields: BTreeMap<String, Axis>,
    /// What may hold or not as it pleases, by its text.
    free: BTreeSet<String>,
    /// Fields of many values that are compared with each other.
    pairs: Vec<(String, String)>,
    /// What the condition at hand reads.
    read: BTreeSet<String>,
    text: String,
    opaque: bool,
}

/// A field and where its values make a difference.
struct Axis {
    ty: Type,
    optional: bool,
    cuts: BTreeSet<i64>,
}

impl Axis {
    fn values(&self) -> Vec<i64> {
        let (low, high) = range(&self.ty);
        let mut values: BTreeSet<i64> = if is_small(&self.ty) {
            (low..=high).collect()
        } else {
            let beside = self
                .cuts
                .iter()
                .flat_map(|cut| [cut.saturating_sub(1), *cut, cut.saturating_add(1)]);
            beside
                .chain([low, high])
                .filter(|word| (low..=high).contains(word))
                .collect()
        };
        if self.optional {
            values.insert(ABSENT);
        }
        let mut values: Vec<i64> = values.into_iter().collect();
        // What is shown of a case is its first: something that people have seen.
        values.sort_by_key(|value| (*value < 0, value.unsigned_abs()));
        values
    }
}

/// The least and the greatest word of a type.
fn range(ty: &Type) -> (i64, i64) {
    match ty {
        Type::Bool => (0, 1),
        Type::Int { min, max } => (*min, *max),
        Type::Count { max } => (0, *max),
        Type::Enum(constants) => (
            0,
            i64::try_from(constants.constants.len()).unwrap_or(1).saturating_sub(1),
        ),
        Type::Date => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (ABSENT + 1, i64::MAX),
    }
}

/// Whether values of a type can be tried one by one.
fn is_plain(ty: &Type) -> bool {
    ty.is_word() && !matches!(ty, Type::Set(_))
}

/// A field whose values can be tried.
fn field(tree: &Typed) -> Option<String> {
    is_plain(&tree.ty).then(|| path(tree))?
}

/// The path of a field, or of a member of one.
fn path(tree: &Typed) -> Option<String> {
    match &tree.kind {
        Kind::Field { .. } => tree.path(),
        Kind::Member { of, .. } => path(of).and_then(|_| tree.path()),
        _ => None,
    }
}

/// The axis of a constant that is looked for in a set: whether it stands there.
fn member(tree: &Typed) -> Option<String> {
    let Kind::Among { value, of } = &tree.kind else {
        return None;
    };
    let (Some(Value::Constant(name)), Type::Set(_)) = (value.constant(), &of.ty) else {
        return None;
    };
    let path = path(of)?;
    Some(format!("{name} in {}", path.strip_prefix("case.").unwrap_or(&path)))
}

/// A field, a column of one, or a constant: what a comparison can be judged by.
#[derive(Clone, Debug)]
enum Side<'t> {
    Word(i64),
    Field(String, &'t Typed),
    Column(String, &'t Typed, &'t [Value]),
}

fn side(tree: &Typed) -> Option<Side<'_>> {
    match &tree.kind {
        Kind::Constant(value) if is_plain(&tree.ty) => Some(Side::Word(tree.ty.word(value))),
        Kind::Field { .. } | Kind::Member { .. } => Some(Side::Field(field(tree)?, tree)),
        Kind::Column { of, values, .. } if is_plain(&tree.ty) => Some(Side::Column(field(of)?, of, values)),
        _ => None,
    }
}

/// Whether a comparison of two sides is decided by values that can be tried.
fn comparable(left: &Side<'_>, right: &Side<'_>) -> bool {
    let small = |side: &Side<'_>| match side {
        Side::Word(_) | Side::Column(..) => true,
        Side::Field(_, tree) => is_small(&tree.ty),
    };
    let word = |side: &Side<'_>| matches!(side, Side::Word(_));
    let fields = matches!((left, right), (Side::Field(..), Side::Field(..)));
    word(left) || word(right) || small(left) && small(right) || fields
}

/// Whether a type has so few values that each is tried.
fn is_small(ty: &Type) -> bool {
    let (low, high) = range(ty);
    high.saturating_sub(low) < SMALL
}

impl Axes {
    fn field(&mut self, tree: &Typed) -> Option<&mut Axis> {
        let path = field(tree)?;
        let axis = self.fields.entry(path).or_insert_with(|| Axis {
            ty: tree.ty.clone(),
            optional: false,
            cuts: BTreeSet::new(),
        });
        axis.optional |= tree.optional;
        Some(axis)
    }

    fn gather(&mut self, tree: &Typed) {
        match &tree.kind {
            Kind::Constant(_) => {}
            Kind::Not(of) => self.gather(of),
            Kind::All(items) | Kind::Any(items) => items.iter().for_each(|item| self.gather(item)),
            Kind::Among { .. } if member(tree).is_some() => {
                let member = member(tree).unwrap_or_default();
                self.read.insert(member.clone());
                self.fields.entry(member).or_insert_with(|| Axis {
                    ty: Type::Bool,
                    optional: false,
                    cuts: BTreeSet::new(),
                });
            }
            _ => {
                tree.walk(&mut |part| self.read.extend(path(part)));
                match leaf(tree) {
                    Some(parts) => {
                        if let [(one, _), (other, _)] = parts.as_slice()
                            && let (Some(one), Some(other)) = (field(one), field(other))
                        {
                            self.pairs.push((one, other));
                        }
                        for (part, cuts) in parts {
                            if let Some(axis) = self.field(part) {
                                axis.cuts.extend(cuts);
                            }
                        }
                    }
                    None => {
                        self.opaque = true;
                        self.free.insert(key(tree, &self.text));
                    }
                }
            }
        }
    }

    /// Lets two fields that are compared with each other have the same values, so that each order of the two is tried; `None`
    /// where more than two are, of which not every order would be.
    fn join_pairs(&mut self) -> Option<()> {
        let large = |path: &String| self.fields.get(path).is_some_and(|axis| !is_small(&axis.ty));
        let pairs: BTreeSet<(String, String)> = std::mem::take(&mut self.pairs)
            .into_iter()
            .filter(|(one, other)| one != other && (large(one) || large(other)))
            .map(|(one, other)| if one < other { (one, other) } else { (other, one) })
            .collect();
        let mut seen = BTreeSet::new();
        for (one, other) in pairs {
            if !(seen.insert(one.clone()) && seen.insert(other.clone())) {
                return None;
            }
            let cuts = |path: &String| self.fields.get(path).map(|axis| axis.cuts.clone()).unwrap_or_default();
            let both: BTreeSet<i64> = cuts(&one).into_iter().chain(cuts(&other)).chain([0]).collect();
            for path in [&one, &other] {
                if let Some(axis) = self.fields.get_mut(path) {
                    axis.cuts.clone_from(&both);
                }
            }
        }
        Some(())
    }
}

/// What stands for a part that cannot be tried: its words.
fn key(tree: &Typed, text: &str) -> String {
    let words = text.get(tree.part.0..tree.part.1).unwrap_or_default();
    let words: Vec<&str> = words.split_whitespace().collect();
    // Parts of conditions that were put together have no words of their own.
    match words.is_empty() {
        true => format!("?{:?}", tree.span),
        false => format!("?{}", words.join(" ")),
    }
}

/// The fields that decide a part, each with the words at which it may change; `None` where something else decides.
fn leaf(tree: &Typed) -> Option<Vec<(&Typed, Vec<i64>)>> {
    let of = |side: &Side<'_>, cuts: Vec<i64>| match side {
        Side::Word(_) => None,
        Side::Field(..) => Some(cuts),
        Side::Column(..) => Some(Vec::new()),
    };
    match &tree.kind {
        Kind::Field { .. } | Kind::Member { .. } => field(tree).map(|_| vec![(tree, Vec::new())]),
        Kind::Has(inner) => field(inner).map(|_| vec![(&**inner, Vec::new())]),
        Kind::Compare(_, left, right) => {
            let (one, other) = (side(left)?, side(right)?);
            if !comparable(&one, &other) {
                return None;
            }
            let word = |side: &Side<'_>| match side {
                Side::Word(word) => vec![*word],
                Side::Field(..) | Side::Column(..) => Vec::new(),
            };
            let mut found = Vec::new();
            for (own, opposite) in [(&one, &other), (&other, &one)] {
                if let (Some(cuts), Side::Field(_, tree) | Side::Column(_, tree, _)) = (of(own, word(opposite)), own) {
                    found.push((*tree, cuts));
                }
            }
            Some(found)
        }
        Kind::Within { value, low, high, .. } => {
            let (Side::Word(low), Side::Word(high)) = (side(low)?, side(high)?) else {
                return None;
            };
            field(value).map(|_| vec![(&**value, vec![low, high])])
        }
        Kind::OneOf { value, items } => {
            let words: Option<Vec<i64>> = items
                .iter()
                .map(|item| match side(item)? {
                    Side::Word(word) => Some(word),
                    Side::Field(..) | Side::Column(..) => None,
                })
                .collect();
            let words = words?;
            field(value).map(|_| vec![(&**value, words)])
        }
        _ => None,
    }
}

/// One combination, by which conditions are judged.
struct Judge<'j> {
    places: &'j BTreeMap<&'j str, usize>,
    case: &'j [i64],
    text: &'j str,
}

impl Judge<'_> {
    fn word(&self, key: &str) -> i64 {
        let place = self.places.get(key).and_then(|place| self.case.get(*place));
        place.copied().unwrap_or(ABSENT)
    }

    fn side(&self, side: &Side<'_>, ty: &Type) -> i64 {
        match side {
            Side::Word(word) => *word,
            Side::Field(path, _) => self.word(path),
            Side::Column(path, _, values) => {
                let index = usize::try_from(self.word(path)).ok();
                index
                    .and_then(|index| values.get(index))
                    .map_or(ABSENT, |value| ty.word(value))
            }
        }
    }

    fn holds(&self, tree: &Typed) -> bool {
        match &tree.kind {
            Kind::Constant(value) => *value == Value::Bool(true),
            Kind::Not(of) => !self.holds(of),
            Kind::All(items) => items.iter().all(|item| self.holds(item)),
            Kind::Any(items) => items.iter().any(|item| self.holds(item)),
            Kind::Among { .. } if member(tree).is_some() => self.word(&member(tree).unwrap_or_default()) == 1,
            _ if leaf(tree).is_none() => self.word(&key(tree, self.text)) == 1,
            Kind::Field { .. } | Kind::Member { .. } => field(tree).is_some_and(|path| self.word(&path) == 1),
            Kind::Has(inner) => field(inner).is_some_and(|path| self.word(&path) != ABSENT),
            Kind::Compare(op, left, right) => {
                let (Some(one), Some(other)) = (side(left), side(right)) else {
                    return false;
                };
                compared(*op, self.side(&one, &left.ty), self.side(&other, &right.ty))
            }
            Kind::Within {
                value,
                low,
                high,
                closed,
            } => {
                let found = |tree: &Typed| side(tree).map_or(ABSENT, |side| self.side(&side, &tree.ty));
                let (value, low, high) = (found(value), found(low), found(high));
                value != ABSENT && value >= low && if *closed { value <= high } else { value < high }
            }
            Kind::OneOf { value, items } => {
                let found = |tree: &Typed| side(tree).map_or(ABSENT, |side| self.side(&side, &tree.ty));
                let value = found(value);
                value != ABSENT && items.iter().any(|item| found(item) == value)
            }
            _ => false,
        }
    }
}

/// What is not there is compared with nothing: the checker lets nobody ask.
fn compared(op: Comparison, left: i64, right: i64) -> bool {
    left != ABSENT && right != ABSENT && op.holds(&left, &right)
}
