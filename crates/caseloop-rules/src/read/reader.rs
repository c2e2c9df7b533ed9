//! What the readers of all kinds of rules share: names, declared inputs, conditions and numbers.

use super::codes;
use crate::RuleName;
use caseloop_expr::declare::{self, Data, Declaring, check_name};
use caseloop_expr::{Cell, Condition, FieldIndex, Formula, Limits, Locate, RecordType, Scope, Type};
use caseloop_syntax::{Diagnostic, Document, Fields, Node, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// See the module.
pub(super) struct Reader<'r, 'd> {
    pub(super) declaring: &'r mut Declaring<'d>,
    pub(super) limits: &'r Limits,
    /// What conditions may name.
    pub(super) scope: Scope,
    /// What the rules read, their texts open.
    pub(super) inputs: Data,
    names: BTreeSet<Arc<str>>,
}

impl<'r, 'd> Reader<'r, 'd> {
    pub(super) fn new(declaring: &'r mut Declaring<'d>, limits: &'r Limits) -> Self {
        let params = declaring.params.clone();
        Self {
            declaring,
            limits,
            scope: Scope {
                params,
                ..Scope::default()
            },
            inputs: Data::default(),
            names: BTreeSet::new(),
        }
    }

    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.declaring.report.push(finding);
    }

    /// The name of the rules, after the key that says their kind; keys of every file are passed over.
    pub(super) fn begin(&mut self, kind: &'static str, fields: &mut Fields<'_>) -> Option<(Arc<str>, Span)> {
        for key in ["uses", "title", "label", "parameters", "roles", "source"] {
            fields.get(key);
        }
        let node = fields.require(kind, self.declaring.report)?;
        let name = node.word("the name of the rules", self.declaring.report)?;
        check_name(name, node.span, self.declaring.report).then(|| (name.into(), node.span))
    }

    /// `case`: what the rules read. Texts are open to them.
    pub(super) fn read_inputs(&mut self, fields: &mut Fields<'_>) {
        if let Some((_, node)) = fields.get("case") {
            self.inputs = self.declared(node, "a set of fields");
        }
        self.scope.case = self.inputs.record.clone();
    }

    /// Declared fields with their texts open.
    pub(super) fn declared(&mut self, node: &Node, what: &'static str) -> Data {
        let Some(mut fields) = node.fields(what, self.declaring.report) else {
            return Data::default();
        };
        let (mut data, _) = declare::read(fields.rest(), self.declaring);
        data.record = open(&data.record);
        data
    }

    /// The name and source row of a rule, which may do without either.
    pub(super) fn rule(&mut self, position: usize, node: &Node, fields: &mut Fields<'_>) -> RuleName {
        let row = fields
            .get("row")
            .and_then(|(_, node)| node.word("a row", self.declaring.report));
        let row = row.map(Into::into);
        let written = fields.get("name").map(|(_, node)| node);
        let name = written.and_then(|node| {
            let name = node.word("a rule", self.declaring.report)?;
            check_name(name, node.span, self.declaring.report).then(|| Arc::<str>::from(name))
        });
        if let (Some(name), Some(written)) = (&name, written)
            && !self.names.insert(name.clone())
        {
            let message = format!("two rules are called `{name}`");
            self.push(Diagnostic::error(
                &declare::codes::DUPLICATE_NAME,
                written.span,
                message,
            ));
        }
        RuleName {
            name: name.unwrap_or_else(|| (position + 1).to_string().into()),
            row,
            span: written.map_or(node.span, |node| node.span),
        }
    }

    pub(super) fn condition(&mut self, node: &Node) -> Option<Condition> {
        let text = node.word("a condition", self.declaring.report)?;
        if self.is_given_up(text) {
            return None;
        }
        caseloop_expr::condition(text, node, &self.scope, self.limits, self.declaring.report)
    }

    /// A cell over an input or a column.
    pub(super) fn cell(&mut self, text: &str, column: FieldIndex, at: &dyn Locate) -> Option<Cell> {
        if self.is_given_up(text) {
            return None;
        }
        caseloop_expr::cell(text, column, at, &self.scope, self.limits, self.declaring.report)
    }

    pub(super) fn formula(&mut self, node: &Node, expected: Option<&Type>) -> Option<Formula> {
        let text = node.word("a value", self.declaring.report)?;
        if self.is_given_up(text) {
            return None;
        }
        caseloop_expr::formula(text, node, &self.scope, expected, self.limits, self.declaring.report)
    }

    /// A whole number, written out or named by a parameter.
    pub(super) fn number(&mut self, node: &Node) -> Option<i64> {
        declare::number(node, self.declaring)
    }

    /// Whether a text names something whose declaration is reported already.
    fn is_given_up(&self, text: &str) -> bool {
        let broken = &self.declaring.broken;
        !broken.is_empty()
            && text
                .split(|c| !declare::is_name_part(c))
                .any(|word| broken.contains(word))
    }
}

/// The same fields with their texts open, those of records and lists too.
fn open(record: &RecordType) -> Arc<RecordType> {
    let mut found = RecordType::default();
    for field in record.fields() {
        found.push(&field.name, opened(&field.ty), field.optional, false, field.span);
    }
    Arc::new(found)
}

fn opened(ty: &Type) -> Type {
    match ty {
        Type::Record(record) => Type::Record(open(record)),
        Type::List(item) => Type::List(Arc::new(opened(item))),
        other => other.clone(),
    }
}

/// Says that a file holds none of what makes up its rules.
pub(super) fn missing(report: &mut caseloop_syntax::Report, document: &Document, what: &str) {
    let message = format!("there are no {what}");
    report.push(Diagnostic::error(
        &codes::NO_RULES,
        document.root.span.at_start(),
        message,
    ));
}
