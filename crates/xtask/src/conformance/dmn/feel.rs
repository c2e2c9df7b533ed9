//! Expressions and unary tests of FEEL as those of caseloop, where it has them.

use super::Lacks;
use std::collections::BTreeMap;

/// What names stand for: the name in caseloop, and whether it is a list.
pub(super) type Names = BTreeMap<String, Known>;

/// One name of FEEL.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) is_list: bool,
    /// The type of a member, where there is none such.
    pub(super) lacks: Option<String>,
}

/// The name in caseloop of a name of FEEL, which may hold anything.
pub(super) fn named(name: &str) -> String {
    let letters = name
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { '_' });
    format!("v_{}", letters.collect::<String>())
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Text(String),
    Number(String),
    Name(String),
    Sign(&'static str),
}

const SIGNS: [&str; 23] = [
    "**", "..", "<=", ">=", "!=", "<", ">", "=", "(", ")", "[", "]", "{", "}", "+", "-", "*", "/", ",", ".", "?", ":",
    "@",
];

fn tokens(text: &str, names: &Names) -> Result<Vec<Token>, Lacks> {
    let (mut rest, mut found) = (text.trim_start(), Vec::new());
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' {
            let end = text_end(rest).ok_or_else(|| Lacks("a text without its end".to_owned()))?;
            let inner = rest.get(1..end - 1).unwrap_or_default();
            found.push(Token::Text(inner.to_owned()));
            end
        } else if first.is_ascii_digit() {
            let end = number_end(rest);
            found.push(Token::Number(rest.get(..end).unwrap_or_default().to_owned()));
            end
        } else if let Some(name) = longest(rest, names) {
            found.push(Token::Name(name.clone()));
            name.len()
        } else if first.is_alphabetic() || first == '_' {
            let end = rest
                .find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
                .unwrap_or(rest.len());
            found.push(Token::Name(rest.get(..end).unwrap_or_default().to_owned()));
            end
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            found.push(Token::Sign(sign));
            sign.len()
        } else {
            return Err(Lacks(format!("the sign {first}")));
        };
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(found)
}

fn text_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return Some(at + 1),
            '\\' if !escaped => escaped = true,
            _ => escaped = false,
        }
    }
    None
}

fn number_end(text: &str) -> usize {
    let digits = |text: &str| text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let whole = digits(text);
    let after = text.get(whole..).unwrap_or_default();
    match after.strip_prefix('.').map(digits) {
        Some(more) if more > 0 => whole + 1 + more,
        _ => whole,
    }
}

/// The longest known name that the text begins with, since a name of FEEL may hold spaces and signs.
fn longest<'n>(text: &str, names: &'n Names) -> Option<&'n String> {
    let grows = |name: &str| {
        let next = text.get(name.len()..).and_then(|rest| rest.chars().next());
        next.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    };
    let found = names
        .keys()
        .filter(|name| text.starts_with(name.as_str()) && !grows(name));
    found.max_by_key(|name| name.len())
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    names: &'t Names,
}

/// A cell of a table.
pub(super) fn cell(text: &str, names: &Names) -> Result<String, Lacks> {
    let text = text.trim();
    if text.is_empty() || text == "-" {
        return Ok("-".to_owned());
    }
    let tokens = tokens(text, names)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        names,
    };
    let negated = parser.tokens.first() == Some(&Token::Name("not".to_owned()))
        && parser.tokens.get(1) == Some(&Token::Sign("("));
    if negated {
        parser.at = 2;
    }
    let mut tests = vec![parser.test()?];
    while parser.take(",") {
        tests.push(parser.test()?);
    }
    if negated && !parser.take(")") {
        return Err(Lacks("not within a test".to_owned()));
    }
    parser.end()?;
    let not = if negated { "not " } else { "" };
    Ok(format!("{not}{}", tests.join(", ")))
}

/// An expression.
pub(super) fn expression(text: &str, names: &Names) -> Result<String, Lacks> {
    let tokens = tokens(text.trim(), names)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        names,
    };
    let found = parser.sum()?;
    parser.end()?;
    Ok(found)
}

impl Parser<'_> {
    fn take(&mut self, sign: &'static str) -> bool {
        let found = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn end(&self) -> Result<(), Lacks> {
        match self.tokens.get(self.at) {
            None => Ok(()),
            Some(Token::Name(name)) => Err(Lacks(format!("the word {name}"))),
            Some(Token::Sign("**")) => Err(Lacks("powers".to_owned())),
            Some(Token::Sign("/")) => Err(Lacks("division".to_owned())),
            Some(Token::Sign("[")) => Err(Lacks("filters".to_owned())),
            Some(other) => Err(Lacks(format!("an expression that goes on with {other:?}"))),
        }
    }

    fn test(&mut self) -> Result<String, Lacks> {
        for (sign, ours) in [
            ("<=", "<="),
            (">=", ">="),
            ("<", "<"),
            (">", ">"),
            ("!=", "!="),
            ("=", ""),
        ] {
            if self.take(sign) {
                let value = self.sum()?;
                return Ok(format!("{ours} {value}").trim().to_owned());
            }
        }
        let start = self.at;
        for (open, excluded) in [("[", false), ("(", true), ("]", true)] {
            if !self.take(open) {
                continue;
            }
            let low = self.sum()?;
            if !self.take("..") {
                self.at = start;
                break;
            }
            let high = self.sum()?;
            if excluded {
                return Err(Lacks("ranges without their beginning".to_owned()));
            }
            if self.take("]") {
                return Ok(format!("{low}..{high}"));
            }
            return match self.take(")") || self.take("[") {
                true => Ok(format!("{low}..<{high}")),
                false => Err(Lacks("a range without its end".to_owned())),
            };
        }
        let list = match self.tokens.get(self.at) {
            Some(Token::Name(name)) => self.names.get(name).is_some_and(|known| known.is_list),
            _ => false,
        };
        if self.tokens.get(self.at) == Some(&Token::Name("null".to_owned())) {
            self.at += 1;
            return Ok("absent".to_owned());
        }
        let value = self.sum()?;
        Ok(if list { format!("in {value}") } else { value })
    }

    fn sum(&mut self) -> Result<String, Lacks> {
        let mut left = self.product()?;
        loop {
            if self.take("+") {
                left = format!("{left} + {}", self.product()?);
            } else if self.take("-") {
                left = format!("{left} - {}", self.product()?);
            } else {
                return Ok(left);
            }
        }
    }

    fn product(&mut self) -> Result<String, Lacks> {
        let mut left = self.value()?;
        while self.take("*") {
            left = format!("{left} * {}", self.value()?);
        }
        Ok(left)
    }

    fn value(&mut self) -> Result<String, Lacks> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        match token {
            Some(Token::Text(text)) if text.contains("\\u") || text.contains("\\U") => {
                Err(Lacks("escapes by number".to_owned()))
            }
            Some(Token::Text(text)) => Ok(format!("\"{text}\"")),
            Some(Token::Number(number)) => Ok(number),
            Some(Token::Sign("-")) => Ok(format!("-{}", self.value()?)),
            Some(Token::Sign("(")) => {
                let inner = self.sum()?;
                match self.take(")") {
                    true => Ok(format!("({inner})")),
                    false => Err(Lacks("a list of values in brackets".to_owned())),
                }
            }
            Some(Token::Sign("@")) => Err(Lacks("literals written with @".to_owned())),
            Some(Token::Sign("[")) => Err(Lacks("lists of values".to_owned())),
            Some(Token::Sign("{")) => Err(Lacks("contexts".to_owned())),
            Some(Token::Sign("?")) => Err(Lacks("the input written ?".to_owned())),
            Some(Token::Sign(sign)) => Err(Lacks(format!("the sign {sign} there"))),
            Some(Token::Name(name)) => self.name(&name),
            None => Err(Lacks("an empty expression".to_owned())),
        }
    }

    fn name(&mut self, name: &str) -> Result<String, Lacks> {
        if self.names.contains_key(name) {
            let mut path = named(name);
            while self.take(".") {
                let Some(Token::Name(member)) = self.tokens.get(self.at) else {
                    return Err(Lacks("a path that ends".to_owned()));
                };
                if let Some(what) = self.names.get(member).and_then(|known| known.lacks.clone()) {
                    return Err(Lacks(what));
                }
                path = format!("{path}.{}", named(member));
                self.at += 1;
            }
            return Ok(path);
        }
        match (name, self.tokens.get(self.at..self.at + 3)) {
            ("true" | "false", _) => Ok(name.to_owned()),
            ("null", _) => Err(Lacks("null in an expression".to_owned())),
            ("if" | "for" | "some" | "every" | "function", _) => Err(Lacks(format!("the word {name}"))),
            ("date", Some([Token::Sign("("), Token::Text(date), Token::Sign(")")])) => {
                self.at += 3;
                Ok(date.clone())
            }
            (_, Some([Token::Sign("("), ..])) => Err(Lacks(format!("the function {name}"))),
            _ => Err(Lacks(format!("the name {name}, which nothing declares"))),
        }
    }
}
