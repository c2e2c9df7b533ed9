//! Decision tables: rules of cells over columns, and what a table gives where several rules hold (DMN 1.5, clause 8.2.8).
//! Not: finding the rules that hold, which is `index`, and putting their outputs together, which is `hit`.

mod hit;
mod index;
mod sheet;

pub use hit::HitPolicy;
pub(crate) use hit::{has_order, range};
pub(crate) use index::Index;

use crate::row::env;
use crate::{Answer, Scratch, Signature};
use caseloop_expr::{Cell, FieldIndex, Formula, Heavy, RecordType, Row, RowBuf, Value};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A decision table.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) signature: Signature,
    pub(crate) hit: HitPolicy,
    /// The inputs, then the columns that are worked out.
    pub(crate) record: Arc<RecordType>,
    /// What fills the columns that are worked out.
    pub(crate) computed: Vec<Formula>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) otherwise: Option<Vec<Given>>,
    pub(crate) index: Index,
}

/// One rule: it holds where all its cells do.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// The cells that ask for something, with their columns, in the order of the columns.
    pub(crate) cells: Vec<(FieldIndex, Cell)>,
    /// What it gives for each output.
    pub(crate) then: Vec<Given>,
}

/// What a rule gives for one output.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// The output is optional and left out.
    Nothing,
    /// The same in every case: in the form of a word, of a heavy value, and of an item.
    Constant {
        /// As it is written; nothing for a default.
        text: Option<Arc<str>>,
        /// Absent for heavy types; for an item of a set its place among the constants.
        word: i64,
        /// Absent for words.
        heavy: Heavy,
        /// As a host sees it.
        value: Value,
    },
    /// Worked out from the inputs.
    Computed(Formula),
}

impl Table {
    /// What it reads and gives, and what its rules are called.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// What it gives where several rules hold.
    #[must_use]
    pub fn hit(&self) -> HitPolicy {
        self.hit
    }

    /// Decides. `inputs` and `outputs` have the slots that the signature says, `outputs` all absent; `fired` gets the
    /// rules that gave the outputs, ascending, or for [`Answer::Conflict`] the two.
    pub fn decide(
        &self,
        inputs: &mut RowBuf,
        outputs: &mut RowBuf,
        fired: &mut Vec<u32>,
        scratch: &mut Scratch,
    ) -> Answer {
        self.with_columns(inputs, |row| {
            let most = self.hit.most();
            self.index.each(row, &mut scratch.places, &mut |position, judge| {
                if judge && !self.judged(position, row) {
                    return ControlFlow::Continue(());
                }
                fired.push(position);
                match fired.len() < most {
                    true => ControlFlow::Continue(()),
                    false => ControlFlow::Break(()),
                }
            });
            self.settle(row, outputs, fired, scratch)
        })
    }

    /// Every rule that holds, whatever the hit policy makes of them.
    pub(crate) fn holding(&self, inputs: &mut RowBuf) -> Vec<u32> {
        self.with_columns(inputs, |row| {
            let mut found = Vec::new();
            self.index.each(row, &mut Vec::new(), &mut |position, judge| {
                if !judge || self.judged(position, row) {
                    found.push(position);
                }
                ControlFlow::Continue(())
            });
            found
        })
    }

    /// The inputs with the columns that are worked out behind them; afterwards they are as they were.
    pub(crate) fn with_columns<T>(&self, inputs: &mut RowBuf, run: impl FnOnce(Row<'_>) -> T) -> T {
        let (words, heavies) = (inputs.words.len(), inputs.heavy.len());
        for formula in &self.computed {
            let env = env(inputs.as_row(), Row::default());
            if formula.ty().is_word() {
                let word = formula.word(&env);
                inputs.words.push(word);
            } else {
                let heavy = formula.heavy(&env);
                inputs.heavy.push(heavy);
            }
        }
        let found = run(inputs.as_row());
        inputs.words.truncate(words);
        inputs.heavy.truncate(heavies);
        found
    }

    /// Whether the cells hold that the index knows nothing of.
    fn judged(&self, position: u32, row: Row<'_>) -> bool {
        let env = env(row, Row::default());
        let rule = self.rules.get(position as usize);
        let mut cells = rule.iter().flat_map(|rule| &rule.cells);
        cells.all(|(_, cell)| !Index::leaves_to_judge(cell) || cell.condition().holds(&env))
    }
}

/// The cells of a rule that do not hold, each with the name of its column.
pub(crate) fn failed(table: &Table, rule: &Rule, row: Row<'_>) -> Vec<String> {
    let env = env(row, Row::default());
    let failed = rule.cells.iter().filter(|(_, cell)| !cell.condition().holds(&env));
    let told = failed.filter_map(|(column, cell)| {
        let field = table.record.field(*column)?;
        Some(format!("{}: {}", field.name, cell.condition().text()))
    });
    told.collect()
}
