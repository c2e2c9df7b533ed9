//! What becomes of findings that keep nothing from running: who set how much they weigh, and which of them a comment allows.

use crate::allow::{Allow, allows, codes};
use crate::{ALLOW_WITHOUT_REASON, Lint, UNKNOWN_LINT, UNUSED_ALLOW};
use caseloop_core::read::LintSetting;
use caseloop_syntax::{Applicability, Diagnostic, Document, Files, Kind, LintLevel, Severity, Span};

/// How findings are weighed, by whoever calls. It outweighs what files say.
#[derive(Clone, Debug, Default)]
pub struct LintOptions {
    /// Of two that are about one code the later counts.
    pub levels: Vec<LevelSet>,
}

/// How much the findings of a lint weigh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelSet {
    /// The code of the lint; `all` stands for each.
    pub code: String,
    /// What becomes of its findings.
    pub level: LintLevel,
    /// Who says so, as findings tell it: `--deny all`.
    pub by: String,
}

/// What findings are settled by.
#[derive(Clone, Copy, Debug)]
pub struct Told<'s> {
    /// The files of the load.
    pub documents: &'s [Document],
    /// Their texts.
    pub files: &'s Files,
    /// What the files say of levels.
    pub settings: &'s [LintSetting],
    /// What the caller says of them.
    pub options: &'s LintOptions,
    /// Whether every lint has looked, so that a comment may be told to allow nothing.
    pub looked: bool,
    /// Whether guarantees were proved.
    pub proved: bool,
}

/// What is left of findings.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// What is told, each with its weight, by place.
    pub findings: Vec<Diagnostic>,
    /// What comments allow.
    pub allowed: Vec<Diagnostic>,
}

/// Gives each warning the weight that was set for it, and takes out those that a comment allows or that are told to nobody.
/// Adds what is wrong with the comments and the levels themselves. Errors and notes are left as they are.
#[must_use]
pub fn settle(found: Vec<Diagnostic>, told: &Told<'_>) -> Settled {
    let mut comments: Vec<(Allow, bool)> = Vec::new();
    for document in told.documents {
        if let Some(file) = told.files.get(document.file) {
            comments.extend(allows(document, file).into_iter().map(|allow| (allow, false)));
        }
    }
    let mut settled = Settled::default();
    for finding in found.into_iter().chain(slips(&comments, told)) {
        weigh(finding, &mut comments, told, &mut settled);
    }
    if told.looked {
        for finding in unused(&comments, told) {
            weigh(finding, &mut comments, told, &mut settled);
        }
    }
    settled.findings.sort_by_key(|finding| finding.primary.span);
    settled
}

fn weigh(mut finding: Diagnostic, comments: &mut [(Allow, bool)], told: &Told<'_>, settled: &mut Settled) {
    let lint = Lint::find(finding.code.name).filter(|_| finding.severity == Severity::Warning);
    let Some(lint) = lint else {
        settled.findings.push(finding);
        return;
    };
    let place = finding.primary.span;
    let line = told.files.position(place).line;
    let mut allowed = false;
    for (allow, used) in comments.iter_mut() {
        if allow.span.file == place.file && allow.line == line && allow.code == lint.code.name {
            (*used, allowed) = (true, true);
        }
    }
    if allowed {
        settled.allowed.push(finding);
        return;
    }
    let (level, by) = level(lint, told);
    let Some(severity) = level.severity() else { return };
    finding.severity = severity;
    if let Some(by) = by {
        finding = finding.help(format!("{}: {by}", level.word()));
    }
    settled.findings.push(finding);
}

/// How much the findings of a lint weigh, and who set that where it is not its own level.
fn level(lint: &Lint, told: &Told<'_>) -> (LintLevel, Option<String>) {
    let name = lint.code.name;
    let mut called = told.options.levels.iter().rev();
    if let Some(set) = called.find(|set| set.code == name || set.code == ALL_LINTS) {
        return (set.level, Some(format!("set by `{}`", set.by)));
    }
    let of = |code: &str| told.settings.iter().find(|setting| &*setting.code == code);
    match of(name).or_else(|| of(ALL_LINTS)) {
        Some(setting) => {
            let (path, line) = (
                told.files.path(setting.span.file),
                told.files.position(setting.span).line,
            );
            (setting.level, Some(format!("set at {path}:{line}")))
        }
        None => (lint.level, None),
    }
}

/// What stands for every lint.
const ALL_LINTS: &str = "all";

/// What is wrong with levels and comments, whatever is found.
fn slips(comments: &[(Allow, bool)], told: &Told<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let unknown = |word: &str, span: Span| {
        let known = Lint::find(word).is_some() || word == ALL_LINTS;
        let finding = Diagnostic::warning(&UNKNOWN_LINT, span, format!("there is no lint `{word}`"));
        (!known).then(|| finding.suggest(word, codes()))
    };
    for setting in told.settings {
        found.extend(unknown(&setting.code, setting.span));
    }
    for (allow, _) in comments {
        if allow.code == ALL_LINTS {
            let finding = Diagnostic::warning(&UNKNOWN_LINT, allow.span, "a comment allows one finding, and not `all`");
            found.push(finding.help("name the code of the finding"));
            continue;
        }
        match unknown(&allow.code, allow.span) {
            Some(finding) => found.push(finding),
            None if !allow.reason => {
                let message = format!("`{}` is allowed without a reason", allow.code);
                let finding = Diagnostic::warning(&ALLOW_WITHOUT_REASON, allow.span, message);
                found.push(finding.help(format!("say why: `# allow {}: …`", allow.code)));
            }
            None => {}
        }
    }
    found
}

/// Comments that allow nothing. What is found in files that others use depends on those others: nothing is said of them.
fn unused(comments: &[(Allow, bool)], told: &Told<'_>) -> Vec<Diagnostic> {
    let Some(main) = told.documents.first() else {
        return Vec::new();
    };
    if matches!(main.kind, Kind::Parameters | Kind::Roles | Kind::Lints) {
        return Vec::new();
    }
    let idle = comments.iter().filter(|(allow, used)| {
        let of_proofs = [crate::elsewhere::BROKEN, crate::elsewhere::UNDECIDED]
            .iter()
            .any(|lint| lint.code.name == allow.code);
        !used && allow.span.file == main.file && Lint::find(&allow.code).is_some() && (told.proved || !of_proofs)
    });
    let told_of = idle.map(|(allow, _)| {
        let message = format!("nothing here is a finding of `{}`", allow.code);
        let finding = Diagnostic::warning(&UNUSED_ALLOW, allow.span, message);
        let finding = finding.help("drop the comment, or put it on the line of the finding or on the line just above");
        match whole(allow, comments, told) {
            Some(span) => finding.fix("drop the comment", span, "", Applicability::Safe),
            None => finding,
        }
    });
    told_of.collect()
}

/// The comment with its line, where it allows nothing else and stands alone; else from the blanks before it.
fn whole(allow: &Allow, comments: &[(Allow, bool)], told: &Told<'_>) -> Option<Span> {
    let text = told.files.text(allow.span.file);
    let line = |at: u32| told.files.position(Span::new(allow.span.file, at, at)).line;
    let own = line(allow.span.start);
    let same = comments
        .iter()
        .filter(|(other, _)| other.span.file == allow.span.file && line(other.span.start) == own);
    if same.count() > 1 {
        return None;
    }
    let at = allow.span.start as usize;
    let start = text.get(..at)?.rfind('\n').map_or(0, |found| found + 1);
    let end = text.get(at..)?.find('\n').map_or(text.len(), |found| at + found + 1);
    let hash = start + text.get(start..at)?.rfind('#')?;
    let offset = |bytes: usize| u32::try_from(bytes).ok();
    let before = text.get(start..hash)?;
    let (from, to) = match before.trim().is_empty() {
        true => (start, end),
        false => (
            start + before.trim_end().len(),
            start + text.get(start..end)?.trim_end().len(),
        ),
    };
    Some(Span::new(allow.span.file, offset(from)?, offset(to)?))
}
