//! Text to tokens: words, numbers, texts and signs, with the slips of hand and of other languages that can be told
//! here. Not: how tokens go together.

use crate::source::{Part, Source};
use crate::{codes, decimal, length};
use caseloop_syntax::Applicability::{Safe, Unsafe};
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name, or one of the words `and or not in true false`.
    Word(Arc<str>),
    Int(i64),
    Decimal(i64, u8),
    Text(Arc<str>),
    Sign(&'static str),
    /// Something whose error is reported; stands for a value.
    Broken,
    End,
}

/// The signs, longest first where one begins another; the foreign ones too, so that they can be named.
const SIGNS: &[&str] = &[
    "..<", "===", "!==", "...", "<=>", "&&", "||", "==", "!=", "<=", ">=", "<>", "=<", "=>", "..", "**", "??", "?.",
    "<", ">", "!", "+", "-", "*", "(", ")", "[", "]", "{", "}", ",", ".", "=", "/", "%", "?", ":", "&", "|", ";", "^",
    "~",
];

/// Whether dates stand bare, as in the cells of a table, or in quotes, as in a condition, where `-` subtracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dates {
    Bare,
    Quoted,
}

/// The tokens with their parts, the last one [`Token::End`].
pub(crate) fn tokens(source: &mut Source<'_>, dates: Dates) -> Vec<(Token, Part)> {
    let mut lexer = Lexer { source, at: 0, dates };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let start = lexer.at;
        let token = lexer.token();
        let last = token == Some(Token::End);
        tokens.extend(token.map(|token| (token, Part::new(start, lexer.at))));
        if last {
            return tokens;
        }
    }
}

struct Lexer<'s, 'a> {
    source: &'s mut Source<'a>,
    at: usize,
    dates: Dates,
}

impl Lexer<'_, '_> {
    fn rest(&self) -> &str {
        self.source.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        while let Some(c) = self.peek() {
            let part = Part::new(self.at, self.at + c.len_utf8());
            match c {
                ' ' | '\t' | '\n' | '\r' => {}
                '\u{3000}' | '\u{a0}' => {
                    let error = self.source.replace(
                        &codes::FULL_WIDTH,
                        part,
                        "found an ideographic or fixed space where a plain one is meant",
                        " ",
                        Safe,
                    );
                    self.source.push(error);
                }
                _ => return,
            }
            self.at = part.end;
        }
    }

    /// The next token; `None` for a character that is reported and then read as if it were not there.
    fn token(&mut self) -> Option<Token> {
        let Some(c) = self.peek() else {
            return Some(Token::End);
        };
        if let Some(close) = closing_quote(c) {
            return Some(self.full_width_text(c, close));
        }
        Some(match ascii_form(c).unwrap_or(c) {
            '"' | '\'' => self.text(false),
            'r' | 'R' if self.rest().get(1..).is_some_and(|rest| rest.starts_with(['"', '\''])) => self.text(true),
            '0'..='9' => self.date().unwrap_or_else(|| self.number()),
            c if is_start(c) => self.word(),
            _ => return self.sign(),
        })
    }

    /// A name; full-width letters in it are reported and read as ASCII.
    fn word(&mut self) -> Token {
        let start = self.at;
        let word = self.name();
        let part = Part::new(start, self.at);
        let lower = word.to_ascii_lowercase();
        let keyword = matches!(lower.as_str(), "and" | "or" | "not" | "in" | "true" | "false");
        if keyword && lower != word {
            let message = format!("found `{word}` where `{lower}` is meant");
            let error = self
                .source
                .replace(&codes::FOREIGN_OPERATOR, part, message, &lower, Safe);
            self.source.push(error);
            return Token::Word(lower.into());
        }
        Token::Word(crate::nfc(&word))
    }

    fn name(&mut self) -> String {
        let start = self.at;
        let mut wide = false;
        let mut name = String::new();
        while let Some(c) = self.peek() {
            let plain = ascii_form(c).unwrap_or(c);
            if !(unicode_ident::is_xid_continue(plain)) {
                break;
            }
            wide |= plain != c;
            name.push(plain);
            self.at += c.len_utf8();
        }
        if wide {
            self.full_width(Part::new(start, self.at), &name);
        }
        name
    }

    fn full_width(&mut self, part: Part, ascii: &str) {
        let message = format!(
            "found `{}` where its ASCII form `{ascii}` is meant",
            self.source.slice(part)
        );
        let error = self.source.replace(&codes::FULL_WIDTH, part, message, ascii, Safe);
        self.source.push(error);
    }

    /// `2025-11-18` or `2025-11-18T16:30+08:00`, as the text that a date or a time is read from.
    fn date(&mut self) -> Option<Token> {
        let shape = "0000-00-00";
        let rest = self.rest();
        let mut pairs = rest.chars().zip(shape.chars());
        let fits = self.dates == Dates::Bare
            && rest.len() >= shape.len()
            && pairs.all(|(c, like)| if like == '0' { c.is_ascii_digit() } else { c == like });
        if !fits {
            return None;
        }
        let after = rest.get(shape.len()..)?;
        let time = after.starts_with('T').then_some(after).map_or(0, |time| {
            let end = time.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '+' | '-' | '.')));
            let end = end.unwrap_or(time.len());
            time.find("..").map_or(end, |range| range.min(end))
        });
        let text = rest.get(..shape.len() + time)?.into();
        self.at += shape.len() + time;
        Some(Token::Text(text))
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        let mut digits = self.digits();
        // `1..5` is a range, `1.5` is a decimal.
        let mut after = self.rest().chars();
        if after.next().is_some_and(|c| ascii_form(c).unwrap_or(c) == '.')
            && after
                .next()
                .is_some_and(|c| ascii_form(c).unwrap_or(c).is_ascii_digit())
        {
            self.at += self.peek().map_or(0, char::len_utf8);
            digits.push('.');
            digits.push_str(&self.digits());
        }
        let part = Part::new(start, self.at);
        if !digits.is_ascii() || self.source.slice(part) != digits {
            self.full_width(part, &digits);
        }
        if self.peek().is_some_and(|c| is_start(c) && ascii_form(c).is_none()) {
            return self.glued(&digits, part);
        }
        match decimal::parse(&digits) {
            Some((units, 0)) => Token::Int(units),
            Some((units, scale)) => Token::Decimal(units, scale),
            None => {
                let message = format!("the number `{digits}` has more digits than the language can hold");
                let error = self.source.error(&codes::BAD_NUMBER, part, message);
                self.source.push(error);
                Token::Broken
            }
        }
    }

    fn digits(&mut self) -> String {
        let mut digits = String::new();
        while let Some(c) = self.peek() {
            let plain = ascii_form(c).unwrap_or(c);
            if !plain.is_ascii_digit() {
                break;
            }
            digits.push(plain);
            self.at += c.len_utf8();
        }
        digits
    }

    /// A number that runs into a word: `24h`, `1d`, or a form of other languages: `0x1f`, `5u`, `1e3`, `1_000`.
    fn glued(&mut self, digits: &str, number: Part) -> Token {
        let word = self.name();
        let part = Part::new(number.start, self.at);
        let unit = if length::unit_ms(&word).is_some() {
            Some(word.as_str())
        } else {
            length::meant_unit(&word)
        };
        let known = unit.is_some() || matches!(word.as_str(), "month" | "months" | "year" | "years");
        let error = if let (true, Err(error)) = (known, length::duration(&format!("{digits}{word}"))) {
            let finding = self.source.error(&codes::BAD_DURATION, part, error.message);
            match error.instead {
                Some(instead) => {
                    let safe = if length::unit_ms(&word).is_some() { Safe } else { Unsafe };
                    finding.fix(format!("write `{instead}`"), self.source.span(part), instead, safe)
                }
                None => finding,
            }
        } else {
            let message = format!("`{}` is no number of this language", self.source.slice(part));
            let plain: String = format!("{digits}{word}").chars().filter(|c| *c != '_').collect();
            let finding = self.source.error(&codes::BAD_NUMBER, part, message);
            match decimal::parse(&plain) {
                Some(_) => finding.fix(format!("write `{plain}`"), self.source.span(part), plain, Safe),
                None => finding.help("a number is written in digits, such as `1200` or `12.50`"),
            }
        };
        self.source.push(error);
        Token::Broken
    }

    /// `“vip”`: read up to the closing quote of any width.
    fn full_width_text(&mut self, open: char, close: char) -> Token {
        let start = self.at;
        let body = start + open.len_utf8();
        let rest = self.source.text.get(body..).unwrap_or_default();
        let Some((length, end)) = rest.char_indices().find(|(_, c)| *c == close || *c == '"') else {
            self.at = self.source.text.len();
            return self.open_text(Part::new(start, body));
        };
        let content = rest.get(..length).unwrap_or_default().to_owned();
        self.at = body + length + end.len_utf8();
        let part = Part::new(start, self.at);
        self.full_width(part, &format!("\"{content}\""));
        Token::Text(content.into())
    }

    fn open_text(&mut self, quote: Part) -> Token {
        let error = self
            .source
            .error(&codes::OPEN_TEXT, quote, "this text has no closing quote");
        self.source.push(error);
        Token::Broken
    }

    fn text(&mut self, raw: bool) -> Token {
        let start = self.at;
        let scan = scan_text(self.rest(), raw);
        self.at += scan.length;
        for (from, to) in scan.bad {
            let part = Part::new(start + from, start + to);
            let message = format!("`{}` is no escape", self.source.slice(part));
            let error = self.source.error(&codes::BAD_ESCAPE, part, message);
            let help = "a backslash itself is written `\\\\`; or put `r` before the text, as in `r'\\d+'`";
            self.source.push(error.help(help));
        }
        if !scan.closed {
            return self.open_text(Part::new(start, start + scan.opening));
        }
        Token::Text(scan.text.into())
    }

    fn sign(&mut self) -> Option<Token> {
        let start = self.at;
        let wide = |c: char| ascii_form(c).unwrap_or(c);
        let ahead: String = self.rest().chars().take(3).map(wide).collect();
        let Some(sign) = SIGNS.iter().find(|sign| ahead.starts_with(**sign)) else {
            let c = self.peek().unwrap_or_default();
            self.at += c.len_utf8();
            let part = Part::new(start, self.at);
            let message = format!("`{}` has no meaning here", c.escape_debug());
            let error = self.source.error(&codes::STRAY_CHARACTER, part, message);
            let comparison = match c {
                '≥' => Some(">="),
                '≤' => Some("<="),
                '≠' => Some("!="),
                _ => None,
            };
            self.source.push(match c {
                '`' => error.help("a name is written without quotes"),
                '#' | '@' | '$' => error.help(format!("a name begins with a letter, not with `{c}`")),
                _ => match comparison {
                    Some(ascii) => error.fix(format!("write `{ascii}`"), self.source.span(part), ascii, Safe),
                    None => error,
                },
            });
            return match comparison {
                Some(sign) => Some(Token::Sign(sign)),
                None if matches!(c, '`' | '#' | '@' | '$') => None,
                None => Some(Token::Broken),
            };
        };
        let length: usize = self.rest().chars().take(sign.chars().count()).map(char::len_utf8).sum();
        self.at += length;
        if length != sign.len() {
            self.full_width(Part::new(start, self.at), sign);
        }
        Some(Token::Sign(sign))
    }
}

fn is_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c)
}

fn closing_quote(c: char) -> Option<char> {
    Some(match c {
        '“' | '”' => '”',
        '‘' | '’' => '’',
        '＂' => '＂',
        '＇' => '＇',
        '「' => '」',
        '『' => '』',
        _ => return None,
    })
}

/// The ASCII character that a full-width one stands for.
fn ascii_form(c: char) -> Option<char> {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        '。' => Some('.'),
        '、' => Some(','),
        '【' => Some('['),
        '】' => Some(']'),
        '−' | '–' | '—' => Some('-'),
        '×' => Some('*'),
        _ => None,
    }
}

/// A text literal as it stands, and what it says.
struct Scanned {
    text: String,
    /// Bytes of the literal, quotes included.
    length: usize,
    /// Bytes before the content.
    opening: usize,
    closed: bool,
    /// Ranges of bytes that are no escapes.
    bad: Vec<(usize, usize)>,
    /// For each byte of `text` the byte of the literal that it came from.
    origins: Vec<usize>,
}

fn scan_text(literal: &str, raw: bool) -> Scanned {
    let prefix = usize::from(raw);
    let quoted = literal.get(prefix..).unwrap_or_default();
    let quote = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|q| quoted.starts_with(*q))
        .unwrap_or("\"");
    let opening = prefix + quote.len();
    let mut scan = Scanned {
        text: String::new(),
        length: opening,
        opening,
        closed: false,
        bad: Vec::new(),
        origins: Vec::new(),
    };
    while let Some(rest) = literal.get(scan.length..).filter(|rest| !rest.is_empty()) {
        let from = scan.length;
        if rest.starts_with(quote) {
            scan.length += quote.len();
            scan.closed = true;
            break;
        }
        let (c, length) = match rest.strip_prefix('\\') {
            Some(escape) if !raw => match read_escape(escape) {
                Some((c, length)) => (c, length + 1),
                None => {
                    let length = 1 + escape.chars().next().map_or(0, char::len_utf8);
                    scan.bad.push((from, from + length));
                    ('\u{fffd}', length)
                }
            },
            _ => {
                let c = rest.chars().next().unwrap_or_default();
                (c, c.len_utf8())
            }
        };
        scan.length += length;
        scan.text.push(c);
        scan.origins.resize(scan.text.len(), from);
    }
    scan
}

/// The character that an escape (after its backslash) means, and its bytes: the escapes of CEL.
fn read_escape(escape: &str) -> Option<(char, usize)> {
    let first = escape.chars().next()?;
    let plain = match first {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' | '?' | '"' | '\'' | '`' => first,
        'x' | 'X' => return coded(escape, 1, 2, 16),
        'u' => return coded(escape, 1, 4, 16),
        'U' => return coded(escape, 1, 8, 16),
        '0'..='3' => return coded(escape, 0, 3, 8),
        _ => return None,
    };
    Some((plain, 1))
}

fn coded(escape: &str, from: usize, digits: usize, radix: u32) -> Option<(char, usize)> {
    let code = escape.get(from..from + digits)?;
    if !code.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    Some((char::from_u32(u32::from_str_radix(code, radix).ok()?)?, from + digits))
}

/// The part of the source that the bytes `from..to` of a text literal's content came from.
pub(crate) fn inside_text(source: &Source<'_>, literal: Part, from: usize, to: usize) -> Part {
    let text = source.slice(literal);
    // Quotes of another width were reported, and nothing of the text was scanned.
    if !text.starts_with(['"', '\'', 'r', 'R']) {
        return literal;
    }
    let scan = scan_text(text, text.starts_with(['r', 'R']));
    let closing = scan.length.saturating_sub(if scan.opening >= 3 { 3 } else { 1 });
    let origin = |at: usize| literal.start + scan.origins.get(at).copied().unwrap_or(closing);
    Part::new(origin(from), origin(to).max(origin(from)))
}
