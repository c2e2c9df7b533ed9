//! A role that nobody is: named nowhere else in the files.

use crate::mention::{Keys, each_text, is_word_of};
use crate::removal::of_section;
use crate::{Lint, Looked};
use caseloop_expr::{RecordType, Type};
use caseloop_syntax::{Applicability, Code, Diagnostic, Document, Kind, Node};

pub(crate) static CODE: Code = Code::new("unused-role", "A workflow declares a role and names it nowhere.");

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("unused-role"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    // Roles of a file of their own are for other workflows too.
    let Some((main, roles)) = looked
        .documents
        .first()
        .and_then(|main| Some((main, main.root.entry("roles")?)))
    else {
        return;
    };
    if main.kind != Kind::Workflow || may_be_told(looked) {
        return;
    }
    for role in roles.list_or_one() {
        let Some(name) = role.text().filter(|name| !is_named(looked.documents, roles, name)) else {
            continue;
        };
        let message = format!("nobody is waited for as `{name}`, and nothing else names the role");
        let mut finding =
            Diagnostic::warning(&CODE, role.span, message).help("name it under `waits_for:` or `sent_by:`, or drop it");
        if let Some(gone) = of_section(main, "roles", role.span.start, looked.files) {
            finding = finding.fix(format!("drop `{name}`"), gone, "", Applicability::Safe);
        }
        findings.push(finding);
    }
}

/// Whether a role may come from outside: any of them may be meant then.
fn may_be_told(looked: &Looked<'_>) -> bool {
    let d = looked.workflow.definition();
    let told = d.events.iter().map(|event| &event.data.record);
    std::iter::once(&d.case.record)
        .chain(told)
        .any(|record| has_role(record))
}

fn has_role(record: &RecordType) -> bool {
    fn is_role(ty: &Type) -> bool {
        match ty {
            Type::Enum(constants) | Type::Set(constants) => &*constants.name == "role",
            Type::List(item) => is_role(item),
            Type::Record(members) => has_role(members),
            _ => false,
        }
    }
    record.fields().any(|field| is_role(&field.ty))
}

/// Whether a role is named anywhere but where it is declared.
fn is_named(documents: &[Document], declared: &Node, name: &str) -> bool {
    documents.iter().any(|document| {
        let entries = document.root.as_map().unwrap_or_default().iter();
        let others = entries.filter(|(_, node)| node.span != declared.span);
        let mut named = false;
        for (entry, node) in others {
            each_text(node, Keys::Words.below(&entry.name), &mut |text, key| {
                // In a workflow a key names a field, an event or an effect, and never a role.
                let counts = !key || document.kind != Kind::Workflow;
                named |= counts && is_word_of(name, text);
            });
        }
        named
    })
}
