//! A parameter that nothing reads.

use crate::mention::{Keys, each_text, is_word_of};
use crate::removal::of_section;
use crate::{Lint, Looked};
use caseloop_syntax::{Applicability, Code, Diagnostic, Kind};

pub(crate) static CODE: Code = Code::new(
    "unused-parameter",
    "A workflow declares a parameter that nothing reads.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("unused-parameter"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    // Parameters of a file of their own are for other workflows too.
    let Some(main) = looked.documents.first().filter(|main| main.kind == Kind::Workflow) else {
        return;
    };
    let Some(section) = main.root.entry("parameters") else {
        return;
    };
    for (key, _) in section.as_map().unwrap_or_default() {
        let path = format!("param.{}", key.name);
        let mut read = false;
        for document in looked.documents {
            each_text(&document.root, Keys::Words, &mut |text, _| {
                read |= is_word_of(&path, text)
            });
        }
        if read {
            continue;
        }
        let message = format!("nothing reads the parameter `{}`", key.name);
        let mut finding =
            Diagnostic::warning(&CODE, key.span, message).help(format!("read it as `{path}`, or drop it"));
        if let Some(gone) = of_section(main, "parameters", key.span.start, looked.files) {
            finding = finding.fix(format!("drop `{}`", key.name), gone, "", Applicability::Safe);
        }
        findings.push(finding);
    }
}
