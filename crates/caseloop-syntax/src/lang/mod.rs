//! The languages in which findings are told. English stands in the code; Chinese is found for a finished English text in
//! a catalogue of templates (`zh/*.tsv`), so nothing that makes a finding knows of languages.

mod catalogue;
mod template;

use crate::Diagnostic;
use catalogue::CHINESE;

/// A language in which an author is told something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, simplified.
    Chinese,
}

impl Language {
    /// The tag of BCP 47: `en`, `zh`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }
}

/// The finding with its message, labels, help, case and the title of its fix in `language`. A text that the catalogue does
/// not know stays English; [`untranslated`] tells which.
///
/// ```
/// use caseloop_syntax::{Files, Language, Limits, MapSources, Report, lang, load};
/// let sources = MapSources::from_iter([("a.yaml", "workflow: a\nworkflow: b\n")]);
/// let (mut files, mut report) = (Files::default(), Report::default());
/// load(&sources, "a.yaml", &Limits::default(), &mut files, &mut report);
/// let told = lang::translate(&report.diagnostics()[0], Language::Chinese);
/// assert_eq!(told.message, "键 `workflow` 在这里出现了两次");
/// ```
#[must_use]
pub fn translate(finding: &Diagnostic, language: Language) -> Diagnostic {
    let mut told = finding.clone();
    if language == Language::Chinese {
        each(&mut told, &mut |text| *text = CHINESE.translate(text).text);
    }
    told
}

/// The texts of a finding, or the parts of them, for which the catalogue has no template, each once.
#[must_use]
pub fn untranslated(finding: &Diagnostic, language: Language) -> Vec<String> {
    let mut missing = Vec::new();
    if language == Language::Chinese {
        each(&mut finding.clone(), &mut |text| {
            missing.extend(CHINESE.translate(text).missing);
        });
    }
    missing.sort();
    missing.dedup();
    missing
}

/// One finished English text in `language`; as it is where the catalogue does not know it. For the words of a program
/// around findings, such as its closing line.
///
/// ```
/// use caseloop_syntax::{Language, lang};
/// assert_eq!(lang::words("3 errors", Language::Chinese), "3 个错误");
/// ```
#[must_use]
pub fn words(text: &str, language: Language) -> String {
    match language {
        Language::English => text.to_owned(),
        Language::Chinese => CHINESE.translate(text).text,
    }
}

/// The English templates of the catalogue with their Chinese, holes as they are written in it. For checks of its
/// completeness.
pub fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
    catalogue::rows().map(|row| (row.english, row.chinese))
}

/// Every text of a finding that is meant for its author.
fn each(finding: &mut Diagnostic, change: &mut dyn FnMut(&mut String)) {
    change(&mut finding.message);
    let labels = std::iter::once(&mut finding.primary).chain(&mut finding.labels);
    for text in labels.map(|label| &mut label.text).filter(|text| !text.is_empty()) {
        change(text);
    }
    finding.help.iter_mut().for_each(&mut *change);
    // A scenario is a file: its words are those of the language.
    if !finding.case.first().is_some_and(|line| line.starts_with("scenario: ")) {
        finding.case.iter_mut().for_each(&mut *change);
    }
    if let Some(fix) = &mut finding.fix {
        change(&mut fix.title);
    }
}
