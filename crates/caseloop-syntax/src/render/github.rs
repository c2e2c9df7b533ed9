//! Findings as workflow commands of GitHub Actions, which become annotations on the lines of a change.

use super::human::clean;
use crate::{Diagnostic, Files, Severity};

/// The findings as lines such as `::error file=a.yaml,line=2,endLine=2,col=1,endColumn=9,title=duplicate-key::…`, each with
/// a line feed at its end. Empty for no findings.
///
/// The message is followed by the other places, the help, the case and the proposed fix, a line each (`%0A` in the command). Lines and
/// columns count from 1, columns in Unicode scalar values; `endColumn` is exclusive. A place over several lines has no
/// columns, for such an annotation may have none. Characters that would end a command or a property are escaped
/// as GitHub's toolkit escapes them, other control characters are written out.
///
/// ```
/// use caseloop_syntax::{Files, Limits, MapSources, Report, load, render};
/// let sources = MapSources::from_iter([("a,b.yaml", "workflow: a\nworkflow: b\n")]);
/// let (mut files, mut report) = (Files::default(), Report::default());
/// load(&sources, "a,b.yaml", &Limits::default(), &mut files, &mut report);
/// let text = render::github(report.diagnostics(), &files);
/// assert!(text.starts_with(
///     "::error file=a%2Cb.yaml,line=2,endLine=2,col=1,endColumn=9,title=duplicate-key::the key `workflow` stands here twice"
/// ));
/// ```
#[must_use]
pub fn github(findings: &[Diagnostic], files: &Files) -> String {
    findings.iter().map(|finding| one(finding, files)).collect()
}

fn one(finding: &Diagnostic, files: &Files) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let span = finding.primary.span;
    let (start, end) = (files.position(span), files.end_position(span));
    let mut line = format!(
        "::{command} file={},line={},endLine={}",
        property(files.path(span.file)),
        start.line,
        end.line
    );
    if start.line == end.line {
        line += &format!(",col={},endColumn={}", start.column, end.column);
    }
    line += &format!(",title={}::", property(finding.code.name));
    line += &data(&lines(finding, files).join("\n"));
    line.push('\n');
    line
}

/// What is told, a line each.
fn lines(finding: &Diagnostic, files: &Files) -> Vec<String> {
    let mut lines = vec![clean(&finding.message)];
    for label in &finding.labels {
        let place = files.position(label.span);
        let path = clean(files.path(label.span.file));
        lines.push(format!(
            "{path}:{}:{}: {}",
            place.line,
            place.column,
            clean(&label.text)
        ));
    }
    lines.extend(finding.help.iter().map(|help| clean(help)));
    lines.extend(finding.case.iter().map(|step| clean(step)));
    lines.extend(finding.fix.iter().map(|fix| clean(&fix.title)));
    lines
}

/// As the toolkit escapes what stands after the last `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As the toolkit escapes a property.
fn property(text: &str) -> String {
    data(&clean(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_a_command_or_a_property() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a:b,c%.yaml"), "a%3Ab%2Cc%25.yaml");
        assert_eq!(property("a\nb\u{1b}"), "a\\nb\\u{1b}");
    }
}
