//! Tables: the columns are laid over each other one by one, and combinations that leave the same rules are carried along
//! once. What is left at the end are all sets of rules that hold together for some case.

use super::axes::{Axis, Point, axes};
use crate::table::{Given, HitPolicy, Table};
use caseloop_expr::{Field, RowBuf, Slot, Type, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What was found of a table. Rules are named by their positions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Cases for which no rule holds, three at most.
    pub gaps: Vec<Case>,
    /// Pairs of rules that hold for one case, where the hit policy allows one; or, where it wants all to give the same,
    /// that give different outputs.
    pub overlaps: Vec<Overlap>,
    /// Rules that hold for some case and give nothing, with those that come before them.
    pub masked: Vec<(u32, Vec<u32>)>,
    /// Rules that hold for no case.
    pub never: Vec<u32>,
    /// Rules that ask for the same as an earlier one, with that.
    pub duplicates: Vec<(u32, u32)>,
    /// Whether all of the above is complete: the budget was enough, and every combination could be tried.
    pub proved: bool,
}

/// Two rules that hold together, by position, and a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The two, the earlier first.
    pub rules: (u32, u32),
    /// Inputs for which both hold.
    pub case: Case,
}

/// Inputs by name, those that matter; absent ones are [`Value::Absent`].
pub type Case = Vec<(String, Value)>;

/// So many gaps are kept; one is enough to see what is missing.
const MOST: usize = 3;
/// So many overlapping pairs are kept.
const PAIRS: usize = 10_000;

/// The rules that may hold, and the classes that lead there, one for each axis so far.
type Sets = BTreeMap<Vec<u64>, Vec<u16>>;

/// Looks a table over, in so many steps at most.
#[must_use]
pub fn of_table(table: &Table, budget: u64) -> Findings {
    let (axes, opaque) = axes(table);
    let mut findings = Findings {
        duplicates: duplicates(table),
        ..Findings::default()
    };
    let Some(sets) = combined(table.rules.len(), &axes, budget) else {
        return findings;
    };
    findings.proved = true;
    let look = Look {
        table,
        axes: &axes,
        opaque: &opaque,
        order: order(table),
    };
    look.gaps(&sets, &mut findings);
    look.overlaps(&sets, &mut findings);
    look.reach(&sets, &mut findings);
    findings
}

/// Every set of rules that may hold together; `None` where the budget does not last.
fn combined(rules: usize, axes: &[Axis], budget: u64) -> Option<Sets> {
    let blocks = rules.div_ceil(64);
    let mut all = vec![u64::MAX; blocks];
    if let (Some(last), used) = (all.last_mut(), rules % 64)
        && used > 0
    {
        *last = (1 << used) - 1;
    }
    let mut sets = Sets::from([(all, Vec::new())]);
    let mut steps = 0_u64;
    for axis in axes {
        let work = (sets.len() as u64).saturating_mul(axis.classes.len() as u64);
        steps = steps.saturating_add(work.saturating_mul(blocks.div_ceil(4) as u64));
        if steps > budget {
            return None;
        }
        let mut next = Sets::new();
        for (set, way) in &sets {
            for (position, class) in axis.classes.iter().enumerate() {
                let both: Vec<u64> = set.iter().zip(&class.bits).map(|(a, b)| a & b).collect();
                next.entry(both).or_insert_with(|| {
                    let mut way = way.clone();
                    way.push(u16::try_from(position).unwrap_or(u16::MAX));
                    way
                });
            }
        }
        sets = next;
    }
    Some(sets)
}

/// The rules in the order in which they come first.
fn order(table: &Table) -> Vec<u32> {
    let rules = 0..u32::try_from(table.rules.len()).unwrap_or(u32::MAX);
    let mut order: Vec<u32> = rules.collect();
    if table.hit() == HitPolicy::Priority {
        let place = |rule: &u32| {
            let given = table.rules.get(*rule as usize).map(|rule| rule.then.as_slice());
            let outputs = table.signature().outputs.fields();
            let ordered = outputs.zip(given.unwrap_or_default());
            let ordered = ordered.filter(|(field, _)| crate::table::has_order(field));
            ordered.map(|(_, given)| constant_word(given)).collect::<Vec<_>>()
        };
        order.sort_by_key(|rule| (place(rule), *rule));
    }
    order
}

fn constant_word(given: &Given) -> i64 {
    match given {
        Given::Constant { word, .. } => *word,
        Given::Nothing | Given::Computed(_) => i64::MAX,
    }
}

/// Rules whose cells are the same, each with the first of them.
fn duplicates(table: &Table) -> Vec<(u32, u32)> {
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for (position, rule) in table.rules.iter().enumerate() {
        let Ok(position) = u32::try_from(position) else {
            continue;
        };
        let cells = rule.cells.iter();
        let key: Vec<String> = cells
            .map(|(column, cell)| match cell.matches() {
                caseloop_expr::Matches::Judged => format!("{}: {}", column.0, cell.condition().text()),
                matches => format!("{}= {matches:?}", column.0),
            })
            .collect();
        match seen.get(&key) {
            Some(first) => found.push((position, *first)),
            None => drop(seen.insert(key, position)),
        }
    }
    found
}

struct Look<'t> {
    table: &'t Table,
    axes: &'t [Axis],
    opaque: &'t [u64],
    order: Vec<u32>,
}

fn rules_in(set: &[u64]) -> impl Iterator<Item = u32> + '_ {
    set.iter().enumerate().flat_map(|(block, bits)| {
        let bits = *bits;
        (0..64_u32)
            .filter(move |bit| bits >> bit & 1 == 1)
            .map(move |bit| u32::try_from(block * 64).unwrap_or(u32::MAX).saturating_add(bit))
    })
}

fn is_in(set: &[u64], rule: u32) -> bool {
    set.get(rule as usize / 64)
        .is_some_and(|bits| bits >> (rule % 64) & 1 == 1)
}

impl Look<'_> {
    /// The rules of a set that certainly hold.
    fn certain(&self, set: &[u64]) -> Vec<u64> {
        set.iter().zip(self.opaque).map(|(set, opaque)| set & !opaque).collect()
    }

    fn gaps(&self, sets: &Sets, findings: &mut Findings) {
        if self.table.otherwise.is_some() || self.table.hit().lists() || self.table.hit() == HitPolicy::Count {
            return;
        }
        for (set, way) in sets {
            if set.iter().any(|bits| *bits != 0) {
                // Whether one of the rules that have to be judged holds is not known.
                findings.proved &= self.certain(set).iter().any(|bits| *bits != 0);
                continue;
            }
            let (inputs, case) = self.case(way);
            match self.holding(inputs).is_empty() {
                true if findings.gaps.len() < MOST => findings.gaps.push(case),
                true => return,
                false => findings.proved = false,
            }
        }
    }

    fn overlaps(&self, sets: &Sets, findings: &mut Findings) {
        let any = match self.table.hit() {
            HitPolicy::Unique => false,
            HitPolicy::Any => true,
            _ => return,
        };
        let mut seen = BTreeSet::new();
        for (set, way) in sets {
            let certain: Vec<u32> = rules_in(&self.certain(set)).collect();
            findings.proved &= certain.len() == rules_in(set).count();
            for (at, first) in certain.iter().enumerate() {
                for second in certain.iter().skip(at + 1) {
                    if seen.len() >= PAIRS || !seen.insert((*first, *second)) || (any && !self.differ(*first, *second))
                    {
                        continue;
                    }
                    let (inputs, case) = self.case(way);
                    let holding = self.holding(inputs);
                    if holding.contains(first) && holding.contains(second) {
                        findings.overlaps.push(Overlap {
                            rules: (*first, *second),
                            case,
                        });
                    } else {
                        // Another case may show it.
                        seen.remove(&(*first, *second));
                        findings.proved = false;
                    }
                }
            }
        }
        findings.overlaps.sort_by_key(|overlap| overlap.rules);
    }

    /// Whether two rules give different constants.
    fn differ(&self, a: u32, b: u32) -> bool {
        let then = |rule: u32| self.table.rules.get(rule as usize).map(|rule| rule.then.as_slice());
        let pairs = then(a).unwrap_or_default().iter().zip(then(b).unwrap_or_default());
        pairs.into_iter().any(|(a, b)| match (a, b) {
            (Given::Constant { value: a, .. }, Given::Constant { value: b, .. }) => a != b,
            (Given::Nothing, Given::Constant { .. }) | (Given::Constant { .. }, Given::Nothing) => true,
            _ => false,
        })
    }

    /// Rules that never hold, and rules that others always come before.
    fn reach(&self, sets: &Sets, findings: &mut Findings) {
        let one = matches!(self.table.hit(), HitPolicy::First | HitPolicy::Priority);
        let rules = self.table.rules.len();
        let (mut holds, mut gives) = (vec![false; rules], vec![false; rules]);
        let mut before: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for set in sets.keys() {
            let certain = self.certain(set);
            let mut first: Option<u32> = None;
            for rule in self.order.iter().filter(|rule| is_in(set, **rule)) {
                let at = *rule as usize;
                holds.get_mut(at).into_iter().for_each(|holds| *holds = true);
                match first {
                    Some(first) if one => drop(before.entry(*rule).or_default().insert(first)),
                    _ => gives.get_mut(at).into_iter().for_each(|gives| *gives = true),
                }
                if first.is_none() && is_in(&certain, *rule) {
                    first = Some(*rule);
                }
            }
        }
        for (rule, (holds, gives)) in (0..).zip(holds.into_iter().zip(gives)) {
            match (holds, gives) {
                (false, _) => findings.never.push(rule),
                (true, false) => {
                    let before = before.remove(&rule).unwrap_or_default();
                    findings.masked.push((rule, before.into_iter().collect()));
                }
                (true, true) => {}
            }
        }
    }

    /// The inputs that a way leads to, as a row and by name.
    fn case(&self, way: &[u16]) -> (RowBuf, Case) {
        let inputs = &self.table.signature().inputs;
        let mut row = inputs.record.row();
        for field in inputs.record.fields().filter(|field| !field.optional) {
            usual(field).put(field, &mut row);
        }
        let mut named = Vec::new();
        let mut chosen: Vec<_> = self.axes.iter().zip(way).collect();
        chosen.sort_by_key(|(axis, _)| axis.column);
        for (axis, class) in chosen {
            let Some(field) = inputs.record.field(axis.column) else {
                continue;
            };
            let Some(class) = axis.classes.get(usize::from(*class)) else {
                continue;
            };
            class.value.put(field, &mut row);
            if axis.classes.len() > 1 {
                named.push((field.name.to_string(), row.get(field)));
            }
        }
        (row, named)
    }

    fn holding(&self, mut inputs: RowBuf) -> Vec<u32> {
        self.table.signature().complete(&mut inputs);
        self.table.holding(&mut inputs)
    }
}

/// A value for an input that no cell asks for.
fn usual(field: &Field) -> Point {
    match (field.slot, &field.ty) {
        (Slot::Heavy(_), _) => Point::Text(Some("".into())),
        (Slot::Word(_), Type::Int { min, max }) => Point::Word(0.clamp(*min, *max)),
        (Slot::Word(_), _) => Point::Word(0),
    }
}
