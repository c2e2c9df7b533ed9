//! Spans of a day as authors write them, each slip with what to write instead.

use super::codes::{EMPTY_SPAN, MALFORMED_SPAN, OVERLAPPING_SPANS};
use super::word::Word;
use super::{Reader, codes};
use crate::calendar::description::SpanText;
use crate::calendar::span::{DAY, clock};
use crate::calendar::{CalendarError, Span};
use caseloop_syntax::{Applicability, Diagnostic, Node, Span as Place};

impl Reader<'_> {
    /// The spans of a day. `day` is the author's word for it.
    pub(super) fn spans(&mut self, node: &Node, day: &str) -> Option<Vec<SpanText>> {
        let Some(items) = node.as_list() else {
            self.no_list(node);
            return None;
        };
        let mut spans: Vec<(Span, Place)> = Vec::with_capacity(items.len());
        let mut all = true;
        for item in items {
            match self.span(item) {
                Some(span) => spans.push((span, item.span)),
                None => all = false,
            }
        }
        spans.sort_by_key(|(span, _)| *span);
        for pair in spans.windows(2) {
            if let [(first, place), (second, at)] = pair
                && second.from() < first.to()
            {
                let finding = Diagnostic::error(
                    &OVERLAPPING_SPANS,
                    *at,
                    format!("the spans `{first}` and `{second}` of `{day}` overlap"),
                )
                .also(*place, "shares time with this one")
                .help("write one span for both, or let the second start where the first ends");
                self.error(finding);
                all = false;
            }
        }
        all.then(|| spans.into_iter().map(|(span, _)| SpanText::from(span)).collect())
    }

    /// Something stands where a list of spans is expected.
    fn no_list(&mut self, node: &Node) {
        let expected = "a list of spans";
        match node.text() {
            Some(text) if !node.is_damaged() => {
                let finding = Diagnostic::error(
                    &codes::MALFORMED_HOURS,
                    node.span,
                    format!("{}, where {expected} is expected", node.what()),
                );
                let span: Option<Span> = text.parse().ok().or_else(|| mended(text).map(|(span, _)| span));
                self.error(match span {
                    Some(span) => {
                        let list = format!("[\"{span}\"]");
                        finding.fix(format!("write `{list}`"), node.span, list, Applicability::Safe)
                    }
                    None => finding.help("write `[\"09:00-12:00\", \"13:00-18:00\"]`; a day without hours is `[]`"),
                });
            }
            _ => {
                let read = node.list(expected, self.report);
                self.kept(read);
            }
        }
    }

    fn span(&mut self, node: &Node) -> Option<Span> {
        if let Some([from, to]) = node.as_list() {
            return self.pair(from, to, node);
        }
        let text = node.word("a span such as `09:00-17:30`", self.report);
        let word = Word::value(node, self.kept(text)?);
        let parts = word.text.split_once('-').map(|(from, to)| (from.trim(), to.trim()));
        let times = parts.map(|(from, to)| (clock(from), clock(to)));
        let (Some((from, to)), Some(times)) = (parts, times) else {
            let finding = Diagnostic::error(
                &MALFORMED_SPAN,
                node.span,
                format!(
                    "`{}` is no span: two times with `-` between them are expected",
                    word.text
                ),
            );
            self.mend(finding, word);
            return None;
        };
        match times {
            (Some(start), Some(end)) => self.checked(start, end, node.span, Some(word)),
            (start, end) => {
                for (part, time) in [(from, start), (to, end)] {
                    if time.is_none() {
                        let finding = no_time(part, word.place(part));
                        self.mend(finding, word);
                    }
                }
                None
            }
        }
    }

    /// A span as two times.
    fn pair(&mut self, from: &Node, to: &Node, both: &Node) -> Option<Span> {
        let mut time = |node: &Node| {
            let text = node.word("a time such as `09:00`", self.report);
            let text = self.kept(text)?;
            let read = clock(text);
            if read.is_none() {
                let finding = no_time(text, node.span);
                self.error(match mended_time(text).filter(|time| clock(time).is_some()) {
                    Some(time) => finding.fix(format!("write `{time}`"), node.span, time, Applicability::Safe),
                    None => finding,
                });
            }
            read
        };
        let (from, to) = (time(from), time(to));
        self.checked(from?, to?, both.span, None)
    }

    fn checked(&mut self, from: i64, to: i64, place: Place, word: Option<Word<'_>>) -> Option<Span> {
        match Span::new(from, to) {
            Ok(span) => Some(span),
            Err(CalendarError::Span { span, problem }) => {
                let code = if from == to { &EMPTY_SPAN } else { &MALFORMED_SPAN };
                let (problem, help) = problem.split_once("; ").unwrap_or((problem, ""));
                let mut finding = Diagnostic::error(code, place, format!("the span `{span}` {problem}"));
                if !help.is_empty() {
                    finding = finding.help(help);
                }
                match word {
                    Some(word) if from != to => self.mend(finding, word),
                    _ => self.error(finding),
                }
                None
            }
            Err(error) => {
                self.error(Diagnostic::error(&MALFORMED_SPAN, place, error.to_string()));
                None
            }
        }
    }

    /// Reports with what the author most likely meant.
    fn mend(&mut self, finding: Diagnostic, word: Word<'_>) {
        self.error(match mended(word.text) {
            Some((span, applicability)) => {
                let text = span.to_string();
                let title = match applicability {
                    Applicability::Safe => format!("write `{text}`"),
                    Applicability::Unsafe => format!("did you mean `{text}`?"),
                };
                let place = word.part(0..word.text.len());
                finding.fix(title, place, text, applicability)
            }
            None if finding.help.is_empty() => finding.help("a span is written as `09:00-17:30`"),
            None => finding,
        });
    }
}

fn no_time(text: &str, place: Place) -> Diagnostic {
    let message = match text {
        "" => "a time such as `09:00` is missing".to_owned(),
        text => format!("`{text}` is no time, which is hours and minutes such as `09:00`"),
    };
    let finding = Diagnostic::error(&MALFORMED_SPAN, place, message);
    match text.split_once(':') {
        Some((hours, _)) if hours.parse().is_ok_and(|hours: u32| hours > 48) => {
            finding.help("a span ends by `48:00`, the end of the day after the one it starts on")
        }
        _ => finding,
    }
}

/// The span that a text means: other dashes and colons, a missing zero, an end after midnight.
fn mended(text: &str) -> Option<(Span, Applicability)> {
    let text = text
        .replace(['–', '—', '−', '~', '～', '至', '到'], "-")
        .replace(" to ", "-");
    let (from, to) = text.split_once('-')?;
    let (from, to) = (mended_time(from)?, mended_time(to)?);
    let (from, to) = (clock(&from)?, clock(&to)?);
    match to {
        0 => Some((Span::new(from, DAY).ok()?, Applicability::Safe)),
        to if to < from => Some((Span::new(from, to + DAY).ok()?, Applicability::Unsafe)),
        to => Some((Span::new(from, to).ok()?, Applicability::Safe)),
    }
}

/// A time with its zero and plain colons: `9：00` is `09:00`, `9` is `09:00`.
fn mended_time(text: &str) -> Option<String> {
    let text = text.trim().replace(['：', '.', '时', '点'], ":");
    let (hours, minutes) = text.split_once(':').unwrap_or((&text, ""));
    let minutes = minutes.trim_end_matches(['分', ':']);
    let digits = |text: &str| !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let minutes = if minutes.is_empty() { "00" } else { minutes };
    (digits(hours) && minutes.len() == 2 && digits(minutes)).then(|| format!("{hours:0>2}:{minutes}"))
}
