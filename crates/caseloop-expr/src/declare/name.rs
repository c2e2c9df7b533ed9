//! What can be a name, and how messages show several. Not: what a name means.

use super::codes;
use caseloop_syntax::{Applicability, Diagnostic, Report, Span};

/// Whether `name` is an identifier that means nothing else.
pub fn check_name(name: &str, span: Span, report: &mut Report) -> bool {
    if !is_name(name) {
        let finding = Diagnostic::error(&codes::MALFORMED_NAME, span, format!("`{name}` is no name"))
            .help("a name is made of letters of any script, digits and `_`, and does not begin with a digit");
        report.push(finding);
        return false;
    }
    if !unicode_normalization::is_nfc(name) {
        let composed: String = unicode_normalization::UnicodeNormalization::nfc(name).collect();
        let message = format!("`{name}` is written in letters that are taken apart");
        report.push(
            Diagnostic::error(&codes::MALFORMED_NAME, span, message)
                .help("names are compared letter by letter; write them in Unicode's composed form (NFC)")
                .fix("write it composed", span, composed, Applicability::Safe),
        );
        return false;
    }
    let lower = name.to_lowercase();
    if ["on", "off", "yes", "no", "y", "n", "true", "false", "null"].contains(&lower.as_str()) {
        report.push(
            Diagnostic::error(&codes::RESERVED_NAME, span, format!("`{name}` cannot be a name"))
                .help("other YAML tools read it as true, false or nothing; choose a longer word"),
        );
        return false;
    }
    true
}

/// The author's words, as messages show them.
pub fn quoted(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// Whether a text is an identifier, as conditions read one.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c| c == '_' || unicode_ident::is_xid_start(c)) && text.chars().all(is_name_part)
}

/// Whether a character may stand in an identifier, after the first.
pub fn is_name_part(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}
