//! A table as a sheet, for those who edit tables in one; the `csv` key of a table reads it.

use super::{Given, Table};
use caseloop_expr::{Field, FieldIndex};
use caseloop_syntax::harmless;

impl Table {
    /// The rules as comma-separated values (RFC 4180) in UTF-8 with a byte order mark, which spreadsheets want: a head,
    /// then a row for each rule, cells as they are written in the file. Cells that a spreadsheet would take for a
    /// formula are written [`harmless`].
    #[must_use]
    pub fn to_csv(&self) -> String {
        let columns = self.columns();
        let outputs: Vec<&Field> = self.signature.outputs.fields().collect();
        let sourced = self.signature.rules.iter().any(|rule| rule.row.is_some());
        let mut head = vec!["name".to_owned()];
        head.extend(sourced.then(|| "row".to_owned()));
        head.extend(columns.iter().map(|(_, field)| self.head("if", field)));
        let given = self.rules.iter().any(|rule| !rule.then.is_empty());
        head.extend(outputs.iter().filter(|_| given).map(|field| self.head("then", field)));
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{feff}".as_bytes().to_vec());
        let mut written = writer.write_record(&head).is_ok();
        for (name, rule) in self.signature.rules.iter().zip(&self.rules) {
            // A rule without a name is called by its number.
            let called = name.name.starts_with(|first: char| !first.is_ascii_digit());
            let mut cells = vec![if called { harmless(&name.name) } else { String::new() }];
            cells.extend(sourced.then(|| harmless(name.row.as_deref().unwrap_or_default())));
            for (column, _) in &columns {
                let cell = rule.cells.iter().find(|(found, _)| found == column);
                cells.push(cell.map_or_else(|| "-".to_owned(), |(_, cell)| harmless(cell.condition().text())));
            }
            cells.extend(rule.then.iter().map(|given| harmless(given.text())));
            written &= writer.write_record(&cells).is_ok();
        }
        // Writing into memory does not fail, and what was put in was text.
        let bytes = writer.into_inner().unwrap_or_default();
        debug_assert!(written, "a row has another length than the head");
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// The columns that a rule asks for.
    fn columns(&self) -> Vec<(FieldIndex, &Field)> {
        let fields = self.record.fields().enumerate();
        let fields = fields.filter_map(|(position, field)| Some((FieldIndex(u16::try_from(position).ok()?), field)));
        let asked = |column: FieldIndex| {
            let mut cells = self.rules.iter().flat_map(|rule| &rule.cells);
            cells.any(|(found, _)| *found == column)
        };
        fields.filter(|(column, _)| asked(*column)).collect()
    }

    /// What heads a column; what is read and given says which of the two it is.
    fn head(&self, kind: &str, field: &Field) -> String {
        let name = &*field.name;
        let both = self.record.get(name).is_some() && self.signature.outputs.get(name).is_some();
        let taken = both || matches!(name, "name" | "row");
        if taken {
            format!("{kind} {name}")
        } else {
            name.to_owned()
        }
    }
}

impl Given {
    fn text(&self) -> &str {
        match self {
            Self::Constant { text, .. } => text.as_deref().unwrap_or_default(),
            Self::Computed(formula) => formula.text(),
            Self::Nothing => "",
        }
    }
}
