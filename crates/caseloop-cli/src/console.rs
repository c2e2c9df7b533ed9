//! Where the program writes, how it ends, and what it does to text that others wrote before a terminal shows it.

use crate::arguments::Color;
use caseloop::Language;
use caseloop::layers::syntax::lang::{translate, words};
use caseloop::layers::syntax::render::{Human, human};
use caseloop::layers::syntax::{Diagnostic, Files};
use std::io::{self, Write};
use std::process::ExitCode;

/// How a command ended; the later one outweighs the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    /// Nothing to complain of.
    Clean,
    /// Findings, skipped lines or differences.
    Findings,
    /// Something could not be read.
    Unread,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(ending as u8)
    }
}

/// Why a command could not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Nothing more can be written.
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    /// Something that is needed cannot be read or written.
    #[error("{0}")]
    Unread(String),
}

/// Standard output and standard error.
pub(crate) struct Console<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    /// Whether standard output is coloured.
    pub(crate) color: bool,
    /// The language of findings and of what is said about them.
    pub(crate) language: Language,
}

impl<'a> Console<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, color: bool, language: Language) -> Self {
        Self {
            out,
            err,
            color,
            language,
        }
    }

    /// Standard output.
    pub(crate) fn out(&mut self) -> &mut dyn Write {
        self.out
    }

    /// Writes what is buffered.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    /// Says `error: …` on standard error. What stood there before it on standard output comes first.
    pub(crate) fn error(&mut self, message: &str) {
        let message = words(&shown(message), self.language);
        self.tell(&format!("{}{}{message}", self.word("error"), self.colon()));
    }

    /// Says `FILE:LINE: error: …` on standard error.
    pub(crate) fn error_at(&mut self, file: &str, line: u64, message: &str) {
        let (error, message) = (self.word("error"), self.word(&shown(message)));
        self.tell(&format!("{}:{line}: {error}{}{message}", shown(file), self.colon()));
    }

    /// Says `FILE:LINE: note: …` on standard error.
    pub(crate) fn note_at(&mut self, file: &str, line: u64, message: &str) {
        let (note, message) = (self.word("note"), self.word(&shown(message)));
        self.tell(&format!("{}:{line}: {note}{}{message}", shown(file), self.colon()));
    }

    /// Shows findings on standard error, without colours.
    pub(crate) fn findings(&mut self, findings: &[Diagnostic], files: &Files) {
        let drawn = Human {
            language: self.language,
            ..Human::default()
        };
        self.tell(&human(&self.translated(findings), files, drawn));
    }

    /// Findings in the language of the output.
    pub(crate) fn translated(&self, findings: &[Diagnostic]) -> Vec<Diagnostic> {
        let told = findings.iter().map(|finding| translate(finding, self.language));
        told.collect()
    }

    /// A text of this program in the language of the output.
    pub(crate) fn word(&self, text: &str) -> String {
        words(text, self.language)
    }

    /// What stands between `error` and what it is.
    fn colon(&self) -> &'static str {
        match self.language {
            Language::English => ": ",
            Language::Chinese => "：",
        }
    }

    /// Writes a text that is harmless already to standard error.
    pub(crate) fn tell(&mut self, text: &str) {
        // A failing flush comes back with the next write; without standard error there is nobody to tell.
        let _ = self.out.flush();
        let _ = writeln!(self.err, "{}", text.trim_end_matches('\n'));
    }
}

impl Color {
    /// Whether an output is coloured.
    #[expect(
        clippy::disallowed_methods,
        reason = "NO_COLOR and TERM are how a terminal's owner says it to programs"
    )]
    pub(crate) fn resolve(self, terminal: bool) -> bool {
        let set = |name| std::env::var(name).unwrap_or_default();
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => terminal && set("NO_COLOR").is_empty() && set("TERM") != "dumb",
        }
    }
}

/// The longest text of others that an error repeats, in characters.
const LONGEST: usize = 1_000;

/// A text on one line and of bearable length, without characters that move a cursor or turn the direction of writing.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(4 * LONGEST));
    for (count, letter) in text.chars().enumerate() {
        if count == LONGEST {
            shown.push('…');
            break;
        }
        match letter {
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => {
                shown.extend(letter.escape_unicode())
            }
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => shown.extend(letter.escape_unicode()),
            '\n' | '\t' | '\r' => shown.extend(letter.escape_default()),
            _ if letter.is_control() => shown.extend(letter.escape_unicode()),
            _ => shown.push(letter),
        }
    }
    shown
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
