//! Why a case of the Common Expression Language is not claimed: the construct or type in it that the condition language
//! leaves out. Found from the case alone.

use super::cel::{Case, value};

/// The first of the reasons, from the most telling, that a case shows.
pub(super) fn leftover(case: &Case) -> &'static str {
    if !case.container.is_empty() || case.bindings.keys().any(|name| name.contains('.')) {
        return "namespaces";
    }
    let tokens = tokens(&case.expr);
    let by_token = TOKENS.iter().find(|(_, found)| tokens.iter().any(found));
    let values = case.bindings.values().chain(&case.value);
    let by_value = values.filter(|json| value(json).is_none()).find_map(|json| {
        let kind = json.as_object()?.keys().next()?;
        VALUES.iter().find(|(word, _)| word == kind).map(|(_, reason)| *reason)
    });
    let by_token = by_token.map(|(reason, _)| *reason);
    by_token.or(by_value).unwrap_or_else(|| by_meaning(&tokens))
}

/// What is refused for what it would mean, and not for any one word of it.
fn by_meaning(tokens: &[Token]) -> &'static str {
    let has = |sign: char| tokens.contains(&Token::Sign(sign));
    let positions = tokens.windows(6).any(|six| {
        let [_, open, Token::Name(_), comma, Token::Name(_), second] = six else {
            return false;
        };
        *open == Token::Sign('(') && [comma, second].iter().all(|sign| **sign == Token::Sign(','))
    });
    let truth = tokens.iter().any(|token| named(token, &["true", "false"]));
    if takes_by_position(tokens) {
        "positions in lists"
    } else if positions {
        "positions in macros"
    } else if has('+') {
        "putting texts and lists together"
    } else if truth && (has('<') || has('>')) {
        "the order of false and true"
    } else if tokens == [Token::Sign('-'), Token::Number(i64::MIN.unsigned_abs().to_string())] {
        "the least whole number"
    } else {
        "dynamic types"
    }
}

/// What types of values are called where they are left out.
const VALUES: [(&str, &str); 7] = [
    ("double", "floating-point numbers"),
    ("uint", "unsigned numbers"),
    ("bytes", "bytes"),
    ("map", "maps"),
    ("null", "null"),
    ("type", "types as values"),
    ("list", "lists of several types"),
];

/// A piece of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    /// Digits, with what is written onto them.
    Number(String),
    /// A text, with the letters before its quotes.
    Text(String),
    Sign(char),
}

/// A reason, and the pieces that show it.
type Shown = (&'static str, fn(&Token) -> bool);

const TOKENS: &[Shown] = &[
    ("optional values", |token| {
        named(
            token,
            &["optional", "optMap", "optFlatMap", "orValue", "hasValue", "or"],
        )
    }),
    ("messages", |token| {
        named(token, &["google", "TestAllTypes", "NestedTestAllTypes", "proto", "cel"])
    }),
    ("network addresses", |token| {
        named(token, &["ip", "cidr", "isIP", "isCIDR", "net", "family", "containsIP"])
    }),
    ("functions of mathematics", |token| named(token, &["math"])),
    ("functions that make texts", |token| {
        let functions = [
            "charAt",
            "indexOf",
            "lastIndexOf",
            "join",
            "lowerAscii",
            "upperAscii",
            "replace",
            "split",
            "substring",
            "trim",
            "reverse",
            "format",
            "quote",
            "strings",
            "base64",
        ];
        named(token, &functions)
    }),
    ("floating-point numbers", |token| {
        named(token, &["double"]) || matches!(token, Token::Number(digits) if is_float(digits))
    }),
    ("unsigned numbers", |token| {
        named(token, &["uint"]) || matches!(token, Token::Number(digits) if digits.ends_with(['u', 'U']))
    }),
    ("bytes", |token| {
        named(token, &["bytes"]) || matches!(token, Token::Text(prefix) if prefix.contains(['b', 'B']))
    }),
    (
        "hexadecimal numbers",
        |token| matches!(token, Token::Number(digits) if digits.starts_with("0x")),
    ),
    ("dynamic types", |token| named(token, &["dyn"])),
    ("types as values", |token| named(token, &["type"])),
    ("null", |token| named(token, &["null"])),
    (
        "parts of a time",
        |token| matches!(token, Token::Name(name) if name.starts_with("get")),
    ),
    ("conversions", |token| {
        named(token, &["int", "string", "bool", "timestamp", "duration"])
    }),
    ("macros that build maps", |token| {
        named(
            token,
            &["transformMap", "transformMapEntry", "transformList", "existsOne"],
        )
    }),
    ("maps", |token| *token == Token::Sign('{')),
    ("a condition between two values", |token| *token == Token::Sign('?')),
    ("division", |token| matches!(token, Token::Sign('/' | '%'))),
];

/// `list[0]`, and not the list after `in` or a sign.
fn takes_by_position(tokens: &[Token]) -> bool {
    tokens.windows(2).any(|pair| {
        let [before, Token::Sign('[')] = pair else { return false };
        !named(before, &["in"]) && (matches!(before, Token::Sign(')' | ']')) || !matches!(before, Token::Sign(_)))
    })
}

fn named(token: &Token, names: &[&str]) -> bool {
    matches!(token, Token::Name(name) if names.contains(&name.as_str()))
}

fn is_float(digits: &str) -> bool {
    !digits.starts_with("0x") && digits.contains(['.', 'e', 'E'])
}

/// The pieces of an expression, as far as telling them apart needs.
fn tokens(text: &str) -> Vec<Token> {
    let letters: Vec<char> = text.chars().collect();
    let at = |position: usize| letters.get(position).copied();
    let word = |from: usize, fits: fn(char) -> bool| {
        let rest = letters.iter().skip(from);
        rest.take_while(|letter| fits(**letter)).collect::<String>()
    };
    let mut tokens = Vec::new();
    let mut here = 0;
    while let Some(letter) = at(here) {
        if letter.is_alphabetic() || letter == '_' {
            let name = word(here, |letter| letter.is_alphanumeric() || letter == '_');
            here += name.chars().count();
            match at(here) {
                Some('"' | '\'') if name.len() <= 2 => {
                    let raw = name.contains(['r', 'R']);
                    here = after_text(&letters, here, raw);
                    tokens.push(Token::Text(name));
                }
                _ => tokens.push(Token::Name(name)),
            }
        } else if letter.is_ascii_digit() || letter == '.' && at(here + 1).is_some_and(|next| next.is_ascii_digit()) {
            let mut digits = word(here, |letter| letter.is_ascii_alphanumeric() || letter == '.');
            here += digits.chars().count();
            // `1e-5` goes on behind its sign.
            if is_float(&digits) && digits.ends_with(['e', 'E']) && matches!(at(here), Some('+' | '-')) {
                let rest = word(here + 1, |letter| letter.is_ascii_digit());
                here += 1 + rest.len();
                digits += &rest;
            }
            tokens.push(Token::Number(digits));
        } else if matches!(letter, '"' | '\'') {
            here = after_text(&letters, here, false);
            tokens.push(Token::Text(String::new()));
        } else if letter == '/' && at(here + 1) == Some('/') {
            here += word(here, |letter| letter != '\n').chars().count();
        } else {
            if !letter.is_whitespace() {
                tokens.push(Token::Sign(letter));
            }
            here += 1;
        }
    }
    tokens
}

/// The position behind a text that opens here, with one quote or three.
fn after_text(letters: &[char], open: usize, raw: bool) -> usize {
    let quote = letters.get(open).copied();
    let triple = (open..open + 3).all(|position| letters.get(position).copied() == quote);
    let width = if triple { 3 } else { 1 };
    let mut here = open + width;
    while here < letters.len() {
        let closes = (here..here + width).all(|position| letters.get(position).copied() == quote);
        if closes {
            return here + width;
        }
        here += if letters.get(here) == Some(&'\\') && !raw { 2 } else { 1 };
    }
    letters.len()
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};

    #[test]
    fn pieces_are_told_apart() {
        let name = |text: &str| Token::Name(text.to_owned());
        let number = |text: &str| Token::Number(text.to_owned());
        let found = tokens("x.f(1.5e-3, b'a\\'b', r\"\\\") // no");
        let text = |text: &str| Token::Text(text.to_owned());
        let signs = |sign| Token::Sign(sign);
        assert_eq!(
            found,
            [
                name("x"),
                signs('.'),
                name("f"),
                signs('('),
                number("1.5e3"),
                signs(','),
                text("b"),
                signs(','),
                text("r"),
                signs(')'),
            ]
        );
    }
}
