//! The values of a column, in classes that no cell tells apart, each with a value that stands for it. Not: putting columns
//! together.

use crate::row::env;
use crate::table::{Rule, Table};
use caseloop_expr::{ABSENT, Cell, Field, FieldIndex, Heavy, Matches, Row, RowBuf, Slot, Type, Value, bounds};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The classes of one column.
pub(super) struct Axis {
    pub(super) column: FieldIndex,
    pub(super) classes: Vec<Class>,
}

/// Values that the same rules take.
pub(super) struct Class {
    /// A bit for each rule that may hold.
    pub(super) bits: Vec<u64>,
    /// One of the values.
    pub(super) value: Point,
}

/// A value as it lies in a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Point {
    Word(i64),
    Text(Option<Arc<str>>),
}

/// So many constants of a set are told apart in one column.
const MEMBERS: u32 = 10;

/// The axes of all columns that a cell asks for, and the rules with a cell that only a whole case can judge.
pub(super) fn axes(table: &Table) -> (Vec<Axis>, Vec<u64>) {
    let blocks = table.rules.len().div_ceil(64);
    let mut opaque = vec![0; blocks];
    let mut axes = Vec::new();
    for (position, field) in table.record.fields().enumerate() {
        let Ok(position) = u16::try_from(position) else {
            continue;
        };
        let column = FieldIndex(position);
        let cells: Vec<(usize, &Cell)> = cells_of(&table.rules, column).collect();
        if cells.is_empty() {
            continue;
        }
        let known = Known::of(table, field, position, &cells);
        for (rule, _) in cells.iter().filter(|(_, cell)| !known.tells(cell)) {
            if let Some(block) = opaque.get_mut(rule / 64) {
                *block |= 1 << (rule % 64);
            }
        }
        let mut classes: BTreeMap<Vec<u64>, Point> = BTreeMap::new();
        for point in known.points(field, &cells) {
            let mut bits = vec![u64::MAX; blocks];
            for (rule, cell) in &cells {
                if known.tells(cell)
                    && !holds(cell, field, &point, table)
                    && let Some(block) = bits.get_mut(rule / 64)
                {
                    *block &= !(1 << (rule % 64));
                }
            }
            classes.entry(bits).or_insert(point);
        }
        let classes = classes.into_iter().map(|(bits, value)| Class { bits, value });
        axes.push(Axis {
            column,
            classes: classes.collect(),
        });
    }
    // Narrow columns first, so that few combinations are carried along.
    axes.sort_by_key(|axis| axis.classes.len());
    (axes, opaque)
}

fn cells_of(rules: &[Rule], column: FieldIndex) -> impl Iterator<Item = (usize, &Cell)> {
    let rules = rules.iter().enumerate();
    rules.flat_map(move |(position, rule)| {
        let cells = rule.cells.iter().filter(move |(found, _)| *found == column);
        cells.map(move |(_, cell)| (position, cell))
    })
}

fn holds(cell: &Cell, field: &Field, point: &Point, table: &Table) -> bool {
    let within = |ranges: &[(i64, i64)], word: i64| ranges.iter().any(|(low, high)| *low <= word && word <= *high);
    match (cell.matches(), point) {
        (Matches::Words(ranges), Point::Word(word)) => within(ranges, *word),
        // A cell over a text that names none asks whether it is there, or for anything.
        (Matches::Words(ranges), Point::Text(text)) => within(ranges, if text.is_some() { 0 } else { ABSENT }),
        (Matches::Texts { absent, .. }, Point::Text(None)) => *absent,
        (Matches::Texts { texts, negated, .. }, Point::Text(Some(text))) => {
            texts.binary_search(text).is_ok() != *negated
        }
        (Matches::Texts { .. }, Point::Word(_)) => false,
        (Matches::Judged, _) => {
            let mut row = table.record.row();
            point.put(field, &mut row);
            cell.condition().holds(&env(row.as_row(), Row::default()))
        }
    }
}

impl Point {
    pub(super) fn put(&self, field: &Field, row: &mut RowBuf) {
        match (self, field.slot) {
            (Self::Word(word), Slot::Word(slot)) => {
                if let Some(place) = row.words.get_mut(usize::from(slot)) {
                    *place = *word;
                }
            }
            (Self::Text(text), Slot::Heavy(slot)) => {
                if let Some(place) = row.heavy.get_mut(usize::from(slot)) {
                    *place = text.clone().map_or(Heavy::Absent, Heavy::Text);
                }
            }
            _ => {}
        }
    }
}

/// What is known of the values of a column.
struct Known {
    least: i64,
    most: i64,
    absent: bool,
    /// The bits that a set may differ in where cells have to be judged; none where they cannot be told apart.
    members: Option<Vec<u32>>,
}

impl Known {
    fn of(table: &Table, field: &Field, position: u16, cells: &[(usize, &Cell)]) -> Self {
        let inputs = &table.signature().inputs;
        let default = inputs.defaults.get(usize::from(position)).cloned().flatten();
        let formula = usize::from(position)
            .checked_sub(inputs.record.fields().len())
            .and_then(|at| table.computed.get(at));
        let (least, most) = match (formula, &field.ty) {
            (Some(formula), _) => bounds(formula, None),
            (None, Type::Bool) => (0, 1),
            (None, Type::Enum(constants)) => (0, last(constants.constants.len())),
            (None, Type::Int { min, max }) => (*min, *max),
            (None, Type::Count { max }) => (0, *max),
            (None, Type::Date) => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (ABSENT + 1, i64::MAX),
        };
        Self {
            least: least.max(ABSENT + 1),
            most,
            absent: field.optional && default.is_none(),
            members: members(field, cells),
        }
    }

    /// Whether a cell is decided by the column alone.
    fn tells(&self, cell: &Cell) -> bool {
        *cell.matches() != Matches::Judged || self.members.is_some()
    }

    /// A value of each stretch that cells may tell apart.
    fn points(&self, field: &Field, cells: &[(usize, &Cell)]) -> Vec<Point> {
        if !field.ty.is_word() {
            return self.texts(field, cells);
        }
        let mut points = Vec::new();
        if self.absent {
            points.push(Point::Word(ABSENT));
        }
        if let (Type::Set(_), Some(members)) = (&field.ty, &self.members) {
            let subsets = 0..1_u32 << members.len().min(31);
            points.extend(subsets.map(|subset| {
                let chosen = members.iter().enumerate().filter(|(at, _)| subset >> at & 1 == 1);
                Point::Word(chosen.fold(0, |word, (_, bit)| word | 1_i64 << bit))
            }));
            return points;
        }
        let mut starts = BTreeSet::from([self.least]);
        for (low, high) in cells.iter().flat_map(|(_, cell)| ranges(cell)) {
            starts.insert(*low);
            starts.extend(high.checked_add(1));
        }
        let starts: Vec<i64> = starts
            .into_iter()
            .filter(|start| (self.least..=self.most).contains(start))
            .collect();
        for (at, start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).map_or(self.most, |next| next - 1);
            points.push(Point::Word(nicest(*start, end)));
        }
        points
    }

    fn texts(&self, field: &Field, cells: &[(usize, &Cell)]) -> Vec<Point> {
        let mut named = BTreeSet::new();
        for (_, cell) in cells {
            if let Matches::Texts { texts, .. } = cell.matches() {
                named.extend(texts.iter().cloned());
            }
        }
        let mut other = "…".to_owned();
        while named.contains(other.as_str()) {
            other.push('…');
        }
        let mut points: Vec<Point> = Vec::new();
        if matches!(field.ty, Type::Text | Type::Person | Type::Ref) {
            points.push(Point::Text(Some(other.into())));
            points.extend(named.into_iter().map(|text| Point::Text(Some(text))));
        }
        if self.absent || points.is_empty() {
            points.push(Point::Text(None));
        }
        points
    }
}

fn ranges(cell: &Cell) -> &[(i64, i64)] {
    match cell.matches() {
        Matches::Words(ranges) => ranges,
        Matches::Texts { .. } | Matches::Judged => &[],
    }
}

fn last(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_sub(1)
}

/// The value of a stretch that people would take: none, or what lies at its finite end.
fn nicest(start: i64, end: i64) -> i64 {
    match (start <= 0 && end >= 0, start == ABSENT + 1) {
        (true, _) => 0,
        (false, true) => end,
        (false, false) => start,
    }
}

/// The bits in which the sets of a column may differ for its cells, one that no cell names among them. `None` where the
/// column is no set, or a cell looks elsewhere too, or there are too many.
fn members(field: &Field, cells: &[(usize, &Cell)]) -> Option<Vec<u32>> {
    let Type::Set(constants) = &field.ty else { return None };
    let path = format!("case.{}", field.name);
    let mut named: i64 = 0;
    for (_, cell) in cells {
        if cell.condition().paths().iter().any(|read| *read != path) {
            return None;
        }
        cell.condition().tree().walk(&mut |part| {
            named |= match part.constant() {
                Some(Value::Constant(name)) => constants.index(name).map_or(0, |bit| 1 << bit),
                Some(value @ Value::Set(_)) => field.ty.word(value),
                _ => 0,
            };
        });
    }
    let all = u32::try_from(constants.constants.len()).ok()?;
    let other = (0..all).find(|bit| named >> bit & 1 == 0);
    let members: Vec<u32> = (0..all).filter(|bit| named >> bit & 1 == 1).chain(other).collect();
    (members.len() <= MEMBERS as usize + 1).then_some(members)
}
