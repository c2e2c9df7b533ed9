//! Slips that every author makes in YAML, told in terms of what was meant. Recognising is all: nothing is read here.

use crate::codes::{
    MISSING_COLON, NESTING_TOO_DEEP, SPECIAL_START, SPLIT_BY_COMMA, STRAY_COLON, TAB_INDENTATION, UNCLOSED,
    YAML_DIRECTIVE, YAML_SYNTAX, YAML_TAG,
};
use crate::files::offset;
use crate::split::BLOCK_BRANCH;
use crate::{Applicability, Diagnostic, FileId, Span, opener, wide};
use granit_parser::ErrorKind;
use std::ops::Range;

/// Keys whose unquoted texts are prose: full-width punctuation and brackets in them are the author's.
pub(crate) const PROSE: [&str; 7] = ["title", "label", "description", "note", "scenario", "reason", "source"];

const STARTS_WITH_A_WORD: &str =
    "a condition starts with a word, such as `not paid` or `tier == vip`; anything else stands in quotes as a whole";

pub(crate) fn too_deep(span: Span, limit: usize) -> Diagnostic {
    let message = format!("lists and mappings stand more than {limit} deep inside one another");
    Diagnostic::error(&NESTING_TOO_DEEP, span, message).label("one too deep")
}

/// The finding for a tag and the place that it spoils: the tag and the scalar after it.
pub(crate) fn tag(file: FileId, source: &str, tag: Range<usize>, value: Option<Span>) -> (Diagnostic, Span) {
    let span = Span::new(file, offset(tag.start), offset(tag.end));
    let written = source.get(tag.clone()).unwrap_or_default();
    let name = written.trim_start_matches('!');
    let local = written.len() - name.len() == 1 && name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let damaged = value.map_or(span, |value| span.to(value));
    let finding = Diagnostic::error(
        &YAML_TAG,
        span,
        format!("YAML reads `{written}` as a tag, which the language does not have"),
    );
    let finding = match value {
        Some(_) if local => finding.help(STARTS_WITH_A_WORD).fix(
            format!("write `not {name}`"),
            span,
            format!("not {name}"),
            Applicability::Safe,
        ),
        _ => finding.help("remove the tag: what a value is, is known from its place"),
    };
    (finding, damaged)
}

/// What an author should be told where the YAML library stopped at byte `at`.
pub(crate) fn explain(file: FileId, source: &str, at: usize, kind: &ErrorKind, depth: usize) -> Diagnostic {
    let scene = Scene::new(file, source, at);
    if matches!(kind, ErrorKind::RecursionLimitExceeded) {
        return too_deep(scene.letter(), depth);
    }
    if matches!(kind, ErrorKind::DirectiveDisallowed) {
        let line = scene.span(scene.line.clone());
        return Diagnostic::error(&YAML_DIRECTIVE, line, "YAML directives are not part of the language")
            .help("delete the line that starts with `%`");
    }
    if let Some(finding) = scene.tab(kind) {
        return finding;
    }
    if let Some(finding) = scene.full_width() {
        return finding;
    }
    scene
        .special(kind)
        .or_else(|| scene.unclosed(kind))
        .or_else(|| scene.colon(kind))
        .unwrap_or_else(|| {
            let found = kind.to_string();
            let said = found.strip_prefix("while ").map_or(found.as_str(), |rest| {
                rest.split_once(", ").map_or(rest, |(_, said)| said)
            });
            scene.finding(
                &crate::codes::YAML_SYNTAX,
                format!("this cannot be read as YAML: {said}"),
            )
        })
}

/// The line on which reading stopped.
struct Scene<'t> {
    file: FileId,
    source: &'t str,
    at: usize,
    line: Range<usize>,
}

impl<'t> Scene<'t> {
    fn new(file: FileId, source: &'t str, at: usize) -> Self {
        let at = source.floor_char_boundary(at);
        let line = line_of(source, at);
        Self { file, source, at, line }
    }

    fn text(&self) -> &'t str {
        self.source.get(self.line.clone()).unwrap_or_default()
    }

    fn before(&self) -> &'t str {
        self.source.get(self.line.start..self.at).unwrap_or_default()
    }

    fn rest(&self) -> &'t str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, offset(range.start), offset(range.end))
    }

    /// The character at which reading stopped; at the end of a line the empty place there.
    fn letter(&self) -> Span {
        let length = self
            .rest()
            .chars()
            .next()
            .filter(|c| !matches!(c, '\n' | '\r'))
            .map_or(0, char::len_utf8);
        self.span(self.at..self.at + length)
    }

    fn finding(&self, code: &'static crate::Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.letter(), message)
    }

    fn tab(&self, kind: &ErrorKind) -> Option<Diagnostic> {
        let indentation = self.text().len() - self.text().trim_start().len();
        let white = self.text().get(..indentation)?;
        if matches!(kind, ErrorKind::TabAtBlockScalarStart) {
            // Reading stops at the `|`; the tab stands on the first line of the block that is not empty.
            let tab = self.at + self.rest().find("\n\t").map_or(0, |feed| feed + 1);
            return (tab > self.at)
                .then(|| Scene::new(self.file, self.source, tab).tab(&ErrorKind::TabInIndentation))?;
        }
        let about_tabs = matches!(
            kind,
            ErrorKind::TabNotAllowed
                | ErrorKind::TabInBlockIndentation
                | ErrorKind::TabInIndentation
                | ErrorKind::TabInPlainScalar
        );
        if !about_tabs && !white.contains('\t') {
            return None;
        }
        let finding = |span| Diagnostic::error(&TAB_INDENTATION, span, "a tab stands where YAML expects spaces");
        let help = "indent with spaces, two for each level";
        if white.contains('\t') {
            let span = self.span(self.line.start..self.line.start + indentation);
            let spaces = white.replace('\t', "  ");
            let finding = finding(span).help(help);
            return Some(finding.fix("put two spaces for each tab", span, spaces, Applicability::Unsafe));
        }
        Some(finding(self.letter()).help(help))
    }

    /// Full-width punctuation on the line, or a full-width colon at the end of the line before.
    fn full_width(&self) -> Option<Diagnostic> {
        let previous = line_of(self.source, self.line.start.saturating_sub(1));
        let said = self.source.get(previous.clone()).unwrap_or_default();
        let opens_here = previous.start < self.line.start && said.trim_end().ends_with('：');
        [Some(self.line.clone()), opens_here.then_some(previous)]
            .into_iter()
            .flatten()
            .find_map(|line| {
                let text = self.source.get(line.clone())?;
                let key = text.trim_start().trim_start_matches("- ");
                let prose = PROSE
                    .iter()
                    .any(|prose| key.strip_prefix(prose).is_some_and(|rest| rest.starts_with(':')));
                let code = unquoted(text);
                if prose || !code.clone().any(|(_, letter)| wide::is_wide(letter)) {
                    return None;
                }
                let first = code.clone().find(|(_, letter)| wide::is_wide(*letter))?.0;
                let last = code.filter(|(_, letter)| wide::is_wide(*letter)).last()?;
                let end = line.start + last.0 + last.1.len_utf8();
                let commas = !text.contains(['（', '(']);
                wide::check(self.file, self.source, line.start + first..end, commas)
            })
    }

    /// A value whose first character means something else.
    fn special(&self, kind: &ErrorKind) -> Option<Diagnostic> {
        let start = match kind {
            ErrorKind::InvalidTrailingDoubleQuotedScalar => self.value_start(&['"'])?,
            ErrorKind::InvalidTrailingSingleQuotedScalar => self.value_start(&['\''])?,
            ErrorKind::UnexpectedCharacter {
                character: '@' | '`' | '%',
            } => self.before().len(),
            ErrorKind::MissingAnchorOrAliasName => self.value_start(&['*', '&'])?,
            ErrorKind::ExpectedTagBang
            | ErrorKind::InvalidGlobalTagCharacter
            | ErrorKind::InvalidTagTerminator
            | ErrorKind::MissingTagUri
            | ErrorKind::UnclosedVerbatimTag
            | ErrorKind::InvalidTagEscape => self.value_start(&['!'])?,
            ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator
                if self.rest().starts_with(['[', '{']) =>
            {
                let finding = self.finding(&SPLIT_BY_COMMA, "a bracket inside `{…}` or `[…]` cuts the value in two");
                return Some(finding.help(BLOCK_BRANCH));
            }
            ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator
                if self.rest().starts_with(':') =>
            {
                let help = "put a comma between two entries, or quotes around a value that holds a colon";
                return Some(self.second_colon(help));
            }
            ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::SimpleKeyExpected
            | ErrorKind::ExpectedNodeContent
            | ErrorKind::ExpectedDocumentStart => self.value_start(&['*', '&', '[', '{', '"', '\''])?,
            _ => return None,
        };
        let at = self.line.start + start;
        let first = self.source.get(at..)?.chars().next()?;
        let message = match first {
            '`' => "no value starts with a backtick".to_owned(),
            '@' | '%' => format!("no value starts with `{first}`"),
            '[' => "`[` at the start makes a list of the value, and more follows it".to_owned(),
            '{' => "`{` at the start makes a mapping of the value, and more follows it".to_owned(),
            '*' => "`*` at the start makes YAML repeat a named value".to_owned(),
            '&' => "`&` at the start makes YAML name the value".to_owned(),
            '!' => "`!` at the start makes YAML read a tag".to_owned(),
            _ => format!("`{first}` at the start makes a quoted text of the value, and more follows it"),
        };
        let mut finding = Diagnostic::error(&SPECIAL_START, self.span(at..at + first.len_utf8()), message);
        if self.at > at {
            finding = finding.also(self.letter(), "reading stops here");
        }
        let finding = finding.help(STARTS_WITH_A_WORD);
        Some(match (first, self.block_value(at)) {
            ('!', _) => {
                let bang = self.span(at..at + 1);
                finding.fix("write `not`", bang, "not ", Applicability::Unsafe)
            }
            (_, Some(value)) => {
                let quoted = format!("'{}'", self.source.get(value.clone()).unwrap_or_default());
                finding.fix("quote the whole value", self.span(value), quoted, Applicability::Unsafe)
            }
            _ => finding,
        })
    }

    /// The value that starts at `start` and ends with its line, if single quotes can be put around it.
    fn block_value(&self, start: usize) -> Option<Range<usize>> {
        let before = self.source.get(self.line.start..start)?;
        let value = self.source.get(start..self.line.end)?;
        let value = value.split(" #").next().unwrap_or_default().trim_end();
        let free = !value.contains('\'') && !before.contains(['{', '[']) && value.len() > 1;
        free.then_some(start..start + value.len())
    }

    /// Where on the line, at or before the stop, the last value starts with one of `starts` and is over.
    fn value_start(&self, starts: &[char]) -> Option<usize> {
        let upto = self
            .text()
            .get(..self.before().len() + self.rest().chars().next().map_or(0, char::len_utf8))?;
        let mut found = None;
        let mut opener = true;
        for (at, letter) in upto.char_indices() {
            if opener && starts.contains(&letter) {
                found.get_or_insert(at);
            }
            opener = match letter {
                ' ' => opener || upto.get(..at).is_some_and(|before| before.ends_with([':', '-', ','])),
                '{' | '[' => true,
                _ => false,
            };
        }
        let start = found?;
        let opened = upto.get(start..)?;
        // A bracket that is still open is another mistake.
        let closer = match opened.chars().next()? {
            '[' => ']',
            '{' => '}',
            _ => return Some(start),
        };
        opened.contains(closer).then_some(start)
    }

    fn unclosed(&self, kind: &ErrorKind) -> Option<Diagnostic> {
        match kind {
            ErrorKind::UnclosedFlowCollection { open } => Some(self.never_closed(*open)),
            ErrorKind::UnexpectedEofFlowMapping | ErrorKind::UnexpectedEofImplicitFlowMapping => {
                Some(self.never_closed('{'))
            }
            ErrorKind::UnexpectedEofFlowSequence => Some(self.never_closed('[')),
            ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
                Some(self.finding(&UNCLOSED, format!("`{open}` is closed by `{close}`")))
            }
            ErrorKind::MisplacedFlowCollectionEnd => {
                Some(self.finding(&UNCLOSED, "a bracket is closed that was never opened"))
            }
            ErrorKind::UnclosedQuotedScalar
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent => {
                let quote = self.opener(&['"', '\'']);
                let finding = quote.unwrap_or_else(|| self.finding(&UNCLOSED, "a quote is never closed"));
                Some(finding.help("close the quote on its own line, or indent the lines that belong to it"))
            }
            ErrorKind::InvalidIndentation => {
                let bracket = self.opener(&['[', '{']);
                let finding = bracket.unwrap_or_else(|| {
                    let message = "the line is indented less than the value that it belongs to";
                    self.finding(&YAML_SYNTAX, message)
                });
                Some(finding.help("lines inside brackets are indented further than the key before them"))
            }
            ErrorKind::ExpectedFlowMappingSeparator => {
                let message = "`{` is not closed before this, and no comma separates the entries";
                Some(self.finding(&UNCLOSED, message))
            }
            ErrorKind::ExpectedFlowSequenceSeparator => {
                let message = "`[` is not closed before this, and no comma separates the items";
                Some(self.finding(&UNCLOSED, message))
            }
            _ => None,
        }
    }

    fn never_closed(&self, open: char) -> Diagnostic {
        self.finding(&UNCLOSED, format!("`{open}` is never closed"))
    }

    /// A finding at the innermost of `openers` that is open where reading stopped.
    fn opener(&self, openers: &[char]) -> Option<Diagnostic> {
        let open = opener::open_before(self.source, self.at);
        let (at, letter) = open.into_iter().rev().find(|(_, letter)| openers.contains(letter))?;
        let finding = Diagnostic::error(
            &UNCLOSED,
            self.span(at..at + 1),
            format!("`{letter}` is not closed where it should be"),
        );
        Some(finding.also(self.letter(), "reading stops here"))
    }

    /// A colon where a value goes on; `help` says what may be meant.
    fn second_colon(&self, help: &str) -> Diagnostic {
        self.finding(&STRAY_COLON, "a second `: ` makes a key inside the value")
            .help(help)
    }

    fn colon(&self, kind: &ErrorKind) -> Option<Diagnostic> {
        match kind {
            ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
                if self.before().contains(": ")
                    || self.before().trim_start().starts_with("- ") && self.before().contains(':')
                {
                    let help =
                        "put quotes around a value that holds a colon, or start an inner mapping on its own line";
                    return Some(self.second_colon(help));
                }
                let start = self.line.start + (self.text().len() - self.text().trim_start().len());
                let span = self.span(start..self.at.max(start));
                let finding = Diagnostic::error(
                    &YAML_SYNTAX,
                    span,
                    "a key stands where the value of the line before goes on",
                );
                Some(finding.help(
                    "a key is indented exactly as the other keys of its mapping; the line before may lack its colon",
                ))
            }
            ErrorKind::SimpleKeyExpected | ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidSimpleKey => {
                let trimmed = self.text().trim();
                let start = self.line.start + (self.text().len() - self.text().trim_start().len());
                let span = self.span(start..start + trimmed.len());
                if trimmed.starts_with("- ") || trimmed == "-" {
                    let dash = self.span(start..start + 1);
                    let finding = Diagnostic::error(&YAML_SYNTAX, dash, "a list item stands among `key: value` lines");
                    return Some(finding.help("indent the list below the key that it belongs to"));
                }
                let finding = Diagnostic::error(
                    &MISSING_COLON,
                    span,
                    "a line of a mapping needs a key, a colon and a space",
                );
                let number_or_address =
                    |rest: &str| rest.starts_with(|next: char| next == '/' || next.is_ascii_digit());
                match trimmed
                    .find(':')
                    .filter(|colon| !number_or_address(trimmed.get(*colon + 1..).unwrap_or_default()))
                {
                    Some(colon) if trimmed.len() > colon + 1 => {
                        let after = self.span(start + colon + 1..start + colon + 1);
                        Some(finding.fix("put a space after the colon", after, " ", Applicability::Safe))
                    }
                    _ => Some(finding.help("write `key: value`, indented as the lines around it")),
                }
            }
            ErrorKind::BlockSequenceEntryNotAllowed => {
                let finding = self.finding(&YAML_SYNTAX, "a list cannot start on the line of its key");
                Some(finding.help("put each `- item` on a line of its own, or write `[a, b]`"))
            }
            ErrorKind::MappingKeyNotAllowed => {
                let finding = self.finding(&YAML_SYNTAX, "`? ` starts a complex key, and none can stand here");
                Some(finding.help("a key is one word or text, followed by a colon and a space"))
            }
            ErrorKind::UnknownQuotedScalarEscape => {
                let finding = self.finding(
                    &YAML_SYNTAX,
                    "a quoted text holds a backslash escape that YAML does not know",
                );
                Some(finding.help("write `\\\\` for a backslash, or use single quotes, in which it means itself"))
            }
            ErrorKind::ExpectedBlockSequenceEntry => {
                let finding = self.finding(&YAML_SYNTAX, "a line without `- ` stands among list items");
                Some(
                    finding
                        .help("start it with `- `, or indent it by two more spaces if it belongs to the item before"),
                )
            }
            _ => None,
        }
    }
}

/// The line that holds byte `at`, without its end.
fn line_of(source: &str, at: usize) -> Range<usize> {
    let before = source.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |feed| feed + 1);
    let rest = source.get(start..).unwrap_or_default();
    let text = rest.split('\n').next().unwrap_or_default();
    start..start + text.trim_end_matches('\r').len()
}

/// The characters of a line outside quotes and comments, with their offsets.
fn unquoted(line: &str) -> impl Iterator<Item = (usize, char)> + Clone {
    let mut quote = None;
    let mut previous = ' ';
    let mut comment = false;
    line.char_indices().filter(move |(_, letter)| {
        let letter = *letter;
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if letter == '#' && previous.is_whitespace() => comment = true,
            None if matches!(letter, '"' | '\'') && matches!(previous, ' ' | '{' | '[' | '(' | ',') => {
                quote = Some(letter)
            }
            None => {
                previous = letter;
                return !comment;
            }
        }
        previous = letter;
        false
    })
}
