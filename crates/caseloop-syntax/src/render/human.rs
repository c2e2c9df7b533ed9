//! Findings as rustc shows them: source lines, underlines, help and the fix as a patch. Only the lines concerned are
//! handed to the drawing library, and everything that an author wrote is made harmless first.

use crate::lang::{Language, words};
use crate::{Diagnostic, Files, Fix, Severity, SourceFile, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use std::ops::Range;

/// Lines that far apart are shown as separate pieces of source.
const FAR_APART: usize = 20;
/// A longer line is named, not shown.
const LONGEST_LINE: usize = 4096;

/// How findings are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Human {
    /// Whether to colour with ANSI escapes; off by default.
    pub color: bool,
    /// Whether to draw with ASCII only, as rustc does; on by default. What authors wrote keeps its letters.
    pub ascii: bool,
    /// The language of the words around findings: `error`, `help`. Findings are translated by
    /// [`translate`](crate::lang::translate) before; English by default.
    pub language: Language,
    /// Columns of the terminal; longer source lines are trimmed around the place: 140.
    pub width: usize,
}

impl Default for Human {
    fn default() -> Self {
        Self {
            color: false,
            ascii: true,
            language: Language::English,
            width: 140,
        }
    }
}

/// The findings in the order given, an empty line between them, a line feed at the end. Empty for no findings.
///
/// ```
/// use caseloop_syntax::{Files, Limits, MapSources, Report, load, render};
/// let sources = MapSources::from_iter([("a.yaml", "workflow: a\nworkflow: b\n")]);
/// let (mut files, mut report) = (Files::default(), Report::default());
/// load(&sources, "a.yaml", &Limits::default(), &mut files, &mut report);
/// let text = render::human(report.diagnostics(), &files, render::Human::default());
/// assert!(text.starts_with("error[duplicate-key]: the key `workflow` stands here twice\n --> a.yaml:2:1\n"));
/// ```
#[must_use]
pub fn human(findings: &[Diagnostic], files: &Files, options: Human) -> String {
    let renderer = if options.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let decor = if options.ascii {
        DecorStyle::Ascii
    } else {
        DecorStyle::Unicode
    };
    let renderer = renderer.decor_style(decor).term_width(options.width);
    let mut text = String::new();
    for finding in findings {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&renderer.render(&groups(finding, files, options.language)));
        text.push('\n');
    }
    text
}

fn groups<'a>(finding: &Diagnostic, files: &Files, language: Language) -> Vec<Group<'a>> {
    let (level, name) = match finding.severity {
        Severity::Error => (Level::ERROR, "error"),
        Severity::Warning => (Level::WARNING, "warning"),
        Severity::Note => (Level::NOTE, "note"),
    };
    let level = level.with_name(words(name, language));
    let help_level = Level::HELP.with_name(words("help", language));
    let title = level.primary_title(clean(&finding.message)).id(finding.code.name);
    let mut group = Group::with_title(title);
    for piece in pieces(finding, files) {
        group = piece.onto(group);
    }
    for help in &finding.help {
        group = group.element(help_level.clone().message(clean(help)));
    }
    if !finding.case.is_empty() {
        let steps: Vec<String> = finding.case.iter().map(|step| clean(step)).collect();
        group = group.element(Level::NOTE.with_name(words("case", language)).message(steps.join("\n")));
    }
    let mut groups = vec![group];
    groups.extend(finding.fix.as_ref().and_then(|fix| patch(fix, files, help_level)));
    groups
}

/// A mark in a file: the primary place or another label.
struct Mark {
    span: Span,
    lines: Range<usize>,
    text: String,
    primary: bool,
}

/// Marks in one file whose lines lie close together.
struct Piece<'f> {
    file: &'f SourceFile,
    marks: Vec<Mark>,
}

/// The primary place's piece first, then the others in the order of the labels.
fn pieces<'f>(finding: &Diagnostic, files: &'f Files) -> Vec<Piece<'f>> {
    let primary = std::iter::once((&finding.primary, true));
    let others = finding.labels.iter().map(|label| (label, false));
    let mut pieces: Vec<Piece<'f>> = Vec::new();
    let mut file_ids = Vec::new();
    for (label, primary) in primary.chain(others) {
        let Some(file) = files.get(label.span.file) else {
            continue;
        };
        let span = shorten(file, label.span);
        let lines = lines(file, span);
        let mark = Mark {
            span,
            lines: lines.clone(),
            text: clean(&label.text),
            primary,
        };
        let near = pieces
            .iter_mut()
            .zip(&file_ids)
            .find(|(piece, id)| **id == label.span.file && piece.is_near(&lines));
        match near {
            Some((piece, _)) => piece.marks.push(mark),
            None => {
                pieces.push(Piece {
                    file,
                    marks: vec![mark],
                });
                file_ids.push(label.span.file);
            }
        }
    }
    pieces
}

impl Piece<'_> {
    fn is_near(&self, lines: &Range<usize>) -> bool {
        self.marks
            .iter()
            .any(|mark| lines.start <= mark.lines.end + FAR_APART && mark.lines.start <= lines.end + FAR_APART)
    }

    fn onto<'a>(self, group: Group<'a>) -> Group<'a> {
        let path = clean(self.file.path());
        let all = self.marks.iter().map(|mark| mark.lines.clone());
        let Some(window) = all
            .reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
            .and_then(|lines| Window::new(self.file, lines))
        else {
            let first = self.marks.iter().map(|mark| mark.span.start).min().unwrap_or_default();
            let place = self.file.position(first);
            let origin = Origin::path(path).line(place.line).char_column(place.column);
            return group.element(origin);
        };
        let marks = self.marks.into_iter().map(|mark| annotation(mark, &window));
        let snippet = Snippet::source(window.text.clone())
            .path(path)
            .line_start(window.first_line);
        group.element(snippet.annotations(marks))
    }
}

fn annotation<'a>(mark: Mark, window: &Window) -> Annotation<'a> {
    let kind = if mark.primary {
        AnnotationKind::Primary
    } else {
        AnnotationKind::Context
    };
    let label = (!mark.text.is_empty()).then_some(mark.text);
    kind.span(window.range(mark.span)).label(label)
}

fn patch<'a>(fix: &Fix, files: &Files, level: Level<'a>) -> Option<Group<'a>> {
    let title = level.secondary_title(clean(&fix.title));
    let group = Group::with_title(title);
    let first = fix.edits.first()?;
    let Some(file) = files.get(first.span.file) else {
        return Some(group);
    };
    let all = fix.edits.iter().map(|edit| lines(file, edit.span));
    let all = all.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))?;
    let Some(window) = Window::new(file, all) else {
        return Some(group);
    };
    let patches = fix
        .edits
        .iter()
        .map(|edit| Patch::new(window.range(edit.span), harmless(&edit.text)));
    let snippet = Snippet::source(window.text.clone())
        .path(clean(file.path()))
        .line_start(window.first_line);
    Some(group.element(snippet.patches(patches)))
}

/// The first and the last line that a span touches.
fn lines(file: &SourceFile, span: Span) -> Range<usize> {
    let start = file.position(span.start).line;
    // A span that ends with its line does not touch the next one.
    let last = span.end.saturating_sub(1).max(span.start);
    start..file.position(last).line
}

/// A span over very many lines stops at the end of its first line: where it starts is what matters.
fn shorten(file: &SourceFile, span: Span) -> Span {
    let touched = lines(file, span);
    if touched.end - touched.start <= FAR_APART {
        return span;
    }
    let first = file.line_start(touched.start + 1).saturating_sub(1);
    Span {
        end: crate::files::offset(first).max(span.start),
        ..span
    }
}

/// The source lines around some places, and where they start.
struct Window {
    text: String,
    first_line: usize,
    /// Offset in the file of the first byte of `text`.
    start: usize,
}

impl Window {
    /// `None` where a line is too long to be shown.
    fn new(file: &SourceFile, lines: Range<usize>) -> Option<Self> {
        let start = file.line_start(lines.start);
        let end = file.line_start(lines.end + 1);
        let text = file.text().get(start..end)?;
        if text.split('\n').any(|line| line.len() > LONGEST_LINE) {
            return None;
        }
        let mark = text.len() - text.strip_prefix('\u{feff}').map_or(text.len(), str::len);
        let shown = text.get(mark..)?;
        Some(Self {
            text: harmless(shown),
            first_line: lines.start,
            start: start + mark,
        })
    }

    /// The place within the window; moved to its bounds and to character boundaries, which the drawing needs.
    fn range(&self, span: Span) -> Range<usize> {
        let start = self
            .text
            .floor_char_boundary((span.start as usize).saturating_sub(self.start));
        let end = self
            .text
            .ceil_char_boundary((span.end as usize).saturating_sub(self.start));
        start..end.max(start)
    }
}

/// Source text without the characters that the drawing library lets through although a terminal acts on them (the C1
/// controls) or nobody sees them. Each becomes one of the same length, so that places stay right.
fn harmless(source: &str) -> String {
    let visible = |letter| match letter {
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' => '¿',
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => '\u{fffd}',
        _ => letter,
    };
    source.chars().map(visible).collect()
}

/// `text` on one line, without characters that move the cursor or turn the direction of writing.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => clean.push_str("\\n"),
            '\t' => clean.push_str("\\t"),
            '\r' => clean.push_str("\\r"),
            '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {
                clean.extend(letter.escape_unicode());
            }
            _ if letter.is_control() => clean.extend(letter.escape_unicode()),
            _ => clean.push(letter),
        }
    }
    clean
}
