//! Who is meant: a role, or a field of the case that names somebody.

use super::codes;
use super::cx::{Cx, NO_EVENT, Sight};
use crate::definition::WaitsFor;
use crate::{Masking, RoleId};
use caseloop_expr::codes::TYPE_MISMATCH;
use caseloop_expr::{Formula, Type};
use caseloop_syntax::{Diagnostic, Node};

impl Cx<'_> {
    /// A role, or a field that names who is meant.
    pub(super) fn waits_for(&mut self, node: &Node) -> Option<WaitsFor> {
        let Some(word) = node.text() else {
            node.word("a role", self.report);
            return None;
        };
        if let Some(role) = self.roles.index(word) {
            return Some(WaitsFor::Role(RoleId::at(role)));
        }
        if self.case.record.get(word).is_some() || word.contains('.') {
            let read = self.formula(node, NO_EVENT, None, None, Sight::Judging)?;
            return self.check_person(&read, node).then_some(WaitsFor::Data(read));
        }
        let roles = self.roles.clone();
        let known = roles.constants.iter().map(|role| &**role);
        self.unknown(&codes::UNKNOWN_ROLE, node.span, "role or field", word, known);
        None
    }

    /// Whether a value can name somebody, and is not masked.
    fn check_person(&mut self, value: &Formula, node: &Node) -> bool {
        if !names_somebody(value.ty()) {
            let message = format!("`{}` is {}, where somebody is expected", value.text(), value.ty());
            let finding = Diagnostic::error(&TYPE_MISMATCH, node.span, message);
            self.report
                .push(finding.help("write a role, or a field of the type `role`, `person`, `ref` or `one_of`"));
            return false;
        }
        let path = value.text().strip_prefix("case.").unwrap_or(value.text());
        let field = self.case.record.get(path).map(|(index, _)| usize::from(index.0));
        let masking = field.and_then(|index| self.case.masks.get(index));
        if masking.is_some_and(Masking::masks) {
            let message = format!("`{}` is masked, so it does not tell who is meant", value.text());
            let finding = Diagnostic::error(&codes::NESTED_PERSONAL, node.span, message);
            self.report
                .push(finding.help("write a role, or a field of the type `role`, `person`, `ref` or `one_of`"));
            return false;
        }
        true
    }
}

fn names_somebody(ty: &Type) -> bool {
    match ty {
        Type::Enum(_) | Type::Set(_) | Type::Text | Type::Person | Type::Ref => true,
        Type::List(item) => names_somebody(item),
        _ => false,
    }
}
