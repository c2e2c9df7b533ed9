//! `lints`: how much findings weigh that keep nothing from running. Which findings there are is not known here.

use super::codes;
use caseloop_syntax::codes::EXPECTED_WORD;
use caseloop_syntax::{Diagnostic, Document, Kind, LintLevel, Report, Span};
use std::sync::Arc;

/// What a file says of one kind of finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintSetting {
    /// The code of the findings, as it is written; `all` stands for each.
    pub code: Arc<str>,
    /// What becomes of them.
    pub level: LintLevel,
    /// Where the code is written.
    pub span: Span,
}

/// Reads the sections `lints` of all documents. What stands in the file that was asked for comes first and outweighs what
/// stands in those that it uses.
pub(super) fn read(documents: &[Document], report: &mut Report) -> Vec<LintSetting> {
    let mut settings: Vec<LintSetting> = Vec::new();
    for document in documents {
        if document.kind == Kind::Lints
            && let Some(mut fields) = document.root.fields("a file of lints", report)
        {
            for key in ["lints", "uses", "title"] {
                fields.get(key);
            }
            fields.finish(report);
        }
        let own = documents.first().map(|main| main.file);
        let section = document.root.entry("lints").filter(|section| !section.is_null());
        let Some(mut fields) = section.and_then(|section| section.fields("a set of lints", report)) else {
            continue;
        };
        for (key, node) in fields.rest() {
            let Some(word) = node.word("a level", report) else {
                continue;
            };
            let Some(level) = LintLevel::of(word) else {
                let levels = LintLevel::ALL.map(LintLevel::word);
                let message = format!("there is no level `{word}`");
                let finding = Diagnostic::error(&EXPECTED_WORD, node.span, message);
                report.push(finding.help("levels: `allow`, `warn`, `deny`").suggest(word, levels));
                continue;
            };
            let known = settings.iter().find(|known| known.code == key.name);
            match known {
                // The file itself has the last word over those that it uses.
                Some(known) if Some(known.span.file) == own => {}
                Some(known) => {
                    let message = format!("two files say how much `{}` weighs", key.name);
                    let finding = Diagnostic::error(&codes::DUPLICATE_NAME, key.span, message);
                    report.push(finding.also(known.span, "the other is here"));
                }
                None => settings.push(LintSetting {
                    code: key.name.clone(),
                    level,
                    span: key.span,
                }),
            }
        }
    }
    settings
}
