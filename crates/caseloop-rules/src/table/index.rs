//! Which rules of a table hold: for each column the stretches of its values between the bounds that its cells name, and
//! for each stretch one bit a rule. A question is a search in each column and the conjunction of the rows that it finds.

use super::Rule;
use caseloop_expr::{ABSENT, Cell, FieldIndex, Heavy, Matches, RecordType, Row, Slot};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    rules: usize,
    columns: Vec<Column>,
    /// The rules with a cell that has to be judged.
    judged: Vec<u64>,
}

/// What one column says of the rules.
#[derive(Clone, Debug)]
struct Column {
    slot: Slot,
    keys: Keys,
    /// One row of bits for each key; of texts one more for any other text and one for nothing.
    bits: Vec<u64>,
}

#[derive(Clone, Debug)]
enum Keys {
    /// Where each stretch begins; the first begins with the least word.
    Words(Vec<i64>),
    /// The texts that cells name, in order.
    Texts(Vec<Arc<str>>),
}

impl Index {
    /// So many words of bits an index holds at most, 64 MiB.
    const MOST: usize = 8 << 20;

    /// The index of these rules; `None` where it would be larger than is allowed.
    pub(crate) fn of(record: &RecordType, rules: &[Rule]) -> Option<Self> {
        let blocks = rules.len().div_ceil(64);
        let mut index = Self {
            rules: rules.len(),
            columns: Vec::new(),
            judged: vec![0; blocks],
        };
        let mut size = 0_usize;
        for (position, field) in record.fields().enumerate() {
            let column = FieldIndex(u16::try_from(position).ok()?);
            let cells: Vec<(usize, &Cell)> = cells_of(rules, column).collect();
            for (rule, _) in cells.iter().filter(|(_, cell)| Self::leaves_to_judge(cell)) {
                set(&mut index.judged, 0, *rule);
            }
            if cells.iter().all(|(_, cell)| Self::leaves_to_judge(cell)) {
                continue;
            }
            let keys = Keys::of(field.ty.is_word(), &cells);
            let rows = keys.rows();
            size = size.saturating_add(rows.saturating_mul(blocks));
            if size > Self::MOST {
                return None;
            }
            let mut bits = vec![u64::MAX; rows * blocks];
            for (rule, cell) in cells {
                for row in 0..rows {
                    if !keys.holds(row, cell) {
                        clear(&mut bits, row * blocks, rule);
                    }
                }
            }
            index.columns.push(Column {
                slot: field.slot,
                keys,
                bits,
            });
        }
        Some(index)
    }

    /// Whether a cell has to be judged, since bits cannot tell.
    pub(crate) fn leaves_to_judge(cell: &Cell) -> bool {
        *cell.matches() == Matches::Judged
    }

    /// Visits the rules that may hold, ascending, each with whether a cell of it has to be judged still.
    pub(crate) fn each(
        &self,
        row: Row<'_>,
        places: &mut Vec<usize>,
        visit: &mut dyn FnMut(u32, bool) -> ControlFlow<()>,
    ) {
        places.clear();
        let blocks = self.judged.len();
        places.extend(self.columns.iter().map(|column| column.row(row) * blocks));
        for (block, judged) in self.judged.iter().enumerate() {
            let mut bits = in_use(self.rules, block);
            for (column, place) in self.columns.iter().zip(places.iter()) {
                bits &= column.bits.get(place + block).copied().unwrap_or_default();
            }
            while bits != 0 {
                let bit = bits.trailing_zeros();
                bits &= bits - 1;
                let rule = u32::try_from(block * 64).unwrap_or(u32::MAX).saturating_add(bit);
                if visit(rule, judged >> bit & 1 == 1).is_break() {
                    return;
                }
            }
        }
    }
}

/// The bits of a block that stand for rules.
fn in_use(rules: usize, block: usize) -> u64 {
    match rules.saturating_sub(block * 64) {
        0 => 0,
        left @ 1..64 => (1 << left) - 1,
        _ => u64::MAX,
    }
}

fn cells_of(rules: &[Rule], column: FieldIndex) -> impl Iterator<Item = (usize, &Cell)> {
    let rules = rules.iter().enumerate();
    rules.flat_map(move |(position, rule)| {
        let cells = rule.cells.iter().filter(move |(found, _)| *found == column);
        cells.map(move |(_, cell)| (position, cell))
    })
}

fn set(bits: &mut [u64], from: usize, rule: usize) {
    if let Some(block) = bits.get_mut(from + rule / 64) {
        *block |= 1 << (rule % 64);
    }
}

fn clear(bits: &mut [u64], from: usize, rule: usize) {
    if let Some(block) = bits.get_mut(from + rule / 64) {
        *block &= !(1 << (rule % 64));
    }
}

impl Keys {
    fn of(words: bool, cells: &[(usize, &Cell)]) -> Self {
        let (mut bounds, mut texts) = (BTreeSet::from([ABSENT]), BTreeSet::new());
        for (_, cell) in cells {
            match cell.matches() {
                Matches::Words(ranges) => {
                    for (low, high) in ranges {
                        bounds.insert(*low);
                        bounds.extend(high.checked_add(1));
                    }
                }
                Matches::Texts { texts: named, .. } => texts.extend(named.iter().cloned()),
                Matches::Judged => {}
            }
        }
        match words {
            true => Self::Words(bounds.into_iter().collect()),
            false => Self::Texts(texts.into_iter().collect()),
        }
    }

    fn rows(&self) -> usize {
        match self {
            Self::Words(bounds) => bounds.len(),
            Self::Texts(texts) => texts.len() + 2,
        }
    }

    /// Whether a cell holds for the values of a row; of what has to be judged, for all.
    fn holds(&self, row: usize, cell: &Cell) -> bool {
        match (self, cell.matches()) {
            (_, Matches::Judged) => true,
            (Self::Words(bounds), Matches::Words(ranges)) => {
                let word = bounds.get(row).copied().unwrap_or(ABSENT);
                ranges.iter().any(|(low, high)| *low <= word && word <= *high)
            }
            // A cell over a text that names none asks whether it is there, or for anything.
            (Self::Texts(texts), Matches::Words(ranges)) => {
                let word = if row == texts.len() + 1 { ABSENT } else { 0 };
                ranges.iter().any(|(low, high)| *low <= word && word <= *high)
            }
            (Self::Texts(known), Matches::Texts { texts, negated, absent }) => match known.get(row) {
                Some(text) => texts.binary_search(text).is_ok() != *negated,
                None if row == known.len() => *negated,
                None => *absent,
            },
            (Self::Words(_), Matches::Texts { .. }) => false,
        }
    }
}

impl Column {
    /// The row of bits for what a case holds here.
    fn row(&self, row: Row<'_>) -> usize {
        match (&self.keys, self.slot) {
            (Keys::Words(bounds), Slot::Word(slot)) => {
                let word = row.words.get(usize::from(slot)).copied().unwrap_or(ABSENT);
                bounds.partition_point(|bound| *bound <= word).saturating_sub(1)
            }
            (Keys::Texts(texts), Slot::Heavy(slot)) => match row.heavy.get(usize::from(slot)) {
                Some(Heavy::Text(text)) => texts.binary_search(text).unwrap_or(texts.len()),
                Some(Heavy::List(_) | Heavy::Record(_)) => texts.len(),
                Some(Heavy::Absent) | None => texts.len() + 1,
            },
            (Keys::Words(_), Slot::Heavy(_)) | (Keys::Texts(_), Slot::Word(_)) => 0,
        }
    }
}
