//! Reading the expressions of ECMAScript charts, as far as they mean something in the condition language. The rest is
//! told apart: what is wrong in any language, and what is right but beyond ours.

use super::stop::Reason;

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Js {
    Int(i64),
    Bool(bool),
    Text(String),
    Undefined,
    /// A variable.
    Name(String),
    /// A member of a variable.
    Member(String),
    /// `typeof x`.
    TypeOf(String),
    /// `In('x')`.
    In(String),
    Not(Box<Js>),
    Negative(Box<Js>),
    Binary(Operator, Box<Js>, Box<Js>),
    /// `Math.pow(x, 3)`.
    Power(Box<Js>, u8),
}

/// A sign between two expressions. `===` is `==` here, since no two types are ever compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
}

/// From the loosest to the tightest.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("||", Operator::Or)],
    &[("&&", Operator::And)],
    &[
        ("===", Operator::Equal),
        ("!==", Operator::NotEqual),
        ("==", Operator::Equal),
        ("!=", Operator::NotEqual),
    ],
    &[
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply)],
];

/// Longest first.
const SIGNS: &[&str] = &[
    "===", "!==", "&&", "||", "==", "!=", "<=", ">=", "++", "--", "<", ">", "!", "+", "-", "*", "(", ")", "{", "}",
    "[", "]", ",", ".", ":", ";", "|", "&", "?", "/", "%", "=",
];

/// Words that cannot stand in an expression.
const STATEMENTS: &[&str] = &[
    "return", "break", "continue", "if", "else", "for", "while", "var", "throw",
];

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Int(i64),
    Text(String),
    Word(String),
    Sign(&'static str),
}

/// Reads an expression, or says why it has no counterpart.
pub(crate) fn parse(text: &str) -> Result<Js, Reason> {
    let tokens = tokens(text)?;
    balanced(&tokens)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let tree = parser.level(LEVELS)?;
    match parser.look() {
        None => Ok(tree),
        Some(_) => Err(parser.beyond()),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Reason> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = if first.is_ascii_digit() {
            let (digits, after) = split(rest, |c| c.is_ascii_digit());
            (Token::Int(digits.parse().map_err(|_| Reason::Expression)?), after)
        } else if first.is_alphabetic() || matches!(first, '_' | '$') {
            let (word, after) = split(rest, |c| c.is_alphanumeric() || matches!(c, '_' | '$'));
            (Token::Word(word.to_owned()), after)
        } else if let Some(inner) = rest.strip_prefix(['\'', '"']) {
            let (text, after) = inner.split_once(first).ok_or(Reason::RunTimeError)?;
            if text.contains('\\') {
                return Err(Reason::Expression);
            }
            (Token::Text(text.to_owned()), after)
        } else {
            let sign = SIGNS
                .iter()
                .find(|sign| rest.starts_with(**sign))
                .ok_or(Reason::RunTimeError)?;
            (Token::Sign(sign), rest.strip_prefix(sign).unwrap_or_default())
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Brackets that do not pair are wrong in any language.
fn balanced(tokens: &[Token]) -> Result<(), Reason> {
    let mut open = Vec::new();
    for token in tokens {
        match token {
            Token::Sign("(") => open.push(")"),
            Token::Sign("[") => open.push("]"),
            Token::Sign("{") => open.push("}"),
            Token::Sign(sign @ (")" | "]" | "}")) if open.pop() != Some(*sign) => return Err(Reason::RunTimeError),
            _ => {}
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(Reason::RunTimeError)
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Parser<'_> {
    fn look(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.look(), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(found);
        found
    }

    fn level(&mut self, levels: &[&[(&str, Operator)]]) -> Result<Js, Reason> {
        let Some((signs, tighter)) = levels.split_first() else {
            return self.signed();
        };
        let mut left = self.level(tighter)?;
        while let Some((_, operator)) = signs.iter().find(|(sign, _)| self.take(sign)) {
            let right = self.level(tighter)?;
            left = Js::Binary(*operator, left.into(), right.into());
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Js, Reason> {
        if self.take("!") {
            return Ok(Js::Not(self.signed()?.into()));
        }
        if self.take("-") {
            return Ok(Js::Negative(self.signed()?.into()));
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Js, Reason> {
        if self.take("(") {
            let inner = self.level(LEVELS)?;
            return if self.take(")") { Ok(inner) } else { Err(self.beyond()) };
        }
        let token = self.look().cloned();
        let word = match token {
            Some(Token::Int(value)) => {
                self.at += 1;
                return Ok(Js::Int(value));
            }
            Some(Token::Text(text)) => {
                self.at += 1;
                return Ok(Js::Text(text));
            }
            Some(Token::Word(word)) => word,
            _ => return Err(self.beyond()),
        };
        match word.as_str() {
            "true" | "false" => self.at += 1,
            "typeof" => {
                self.at += 1;
                return match self.primary()? {
                    Js::Name(name) => Ok(Js::TypeOf(name)),
                    _ => Err(Reason::Expression),
                };
            }
            "In" => {
                self.at += 1;
                return match self.arguments()?.as_slice() {
                    [Js::Text(state)] => Ok(Js::In(state.clone())),
                    _ => Err(Reason::Expression),
                };
            }
            "Math" if self.tokens.get(self.at + 2) == Some(&Token::Word("pow".to_owned())) => {
                self.at += 3;
                return match self.arguments()?.as_slice() {
                    [base, Js::Int(power)] => {
                        let power = u8::try_from(*power).ok().filter(|power| (1..=8).contains(power));
                        Ok(Js::Power(base.clone().into(), power.ok_or(Reason::Expression)?))
                    }
                    _ => Err(Reason::Expression),
                };
            }
            "_event" if self.member_follows("data") => return Err(Reason::EventData),
            system if system.starts_with('_') => return Err(Reason::SystemVariable),
            statement if STATEMENTS.contains(&statement) => return Err(Reason::RunTimeError),
            "function" | "new" | "null" | "this" => return Err(Reason::Expression),
            _ => self.at += 1,
        }
        Ok(match word.as_str() {
            "true" => Js::Bool(true),
            "false" => Js::Bool(false),
            "undefined" => Js::Undefined,
            _ => {
                let mut member = false;
                while self.take(".") {
                    if !matches!(self.look(), Some(Token::Word(_))) {
                        return Err(self.beyond());
                    }
                    self.at += 1;
                    member = true;
                }
                if member { Js::Member(word) } else { Js::Name(word) }
            }
        })
    }

    fn member_follows(&self, name: &str) -> bool {
        self.tokens.get(self.at + 1) == Some(&Token::Sign("."))
            && self.tokens.get(self.at + 2) == Some(&Token::Word(name.to_owned()))
    }

    fn arguments(&mut self) -> Result<Vec<Js>, Reason> {
        let mut arguments = Vec::new();
        if !self.take("(") {
            return Err(self.beyond());
        }
        while !self.take(")") {
            arguments.push(self.level(LEVELS)?);
            if !self.take(",") && self.look() != Some(&Token::Sign(")")) {
                return Err(self.beyond());
            }
        }
        Ok(arguments)
    }

    /// What to call it where no expression of ours goes on.
    fn beyond(&self) -> Reason {
        let system = self
            .tokens
            .iter()
            .any(|token| matches!(token, Token::Word(word) if word.starts_with('_')));
        match self.look() {
            None => Reason::RunTimeError,
            Some(_) if system => Reason::SystemVariable,
            Some(Token::Sign("{" | "[")) => Reason::DataLiteral,
            Some(Token::Sign("." | "(" | "++" | "--" | "|" | "&" | "?" | "/" | "%" | "=")) => Reason::Expression,
            Some(Token::Word(word)) if word == "instanceof" || word == "in" => Reason::Expression,
            Some(_) => Reason::RunTimeError,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tighter_signs_bind_first() {
        let one = || Box::new(Js::Int(1));
        let product = Js::Binary(Operator::Multiply, one(), one());
        let sum = Js::Binary(Operator::Add, one(), product.into());
        let less = Js::Binary(Operator::Less, sum.into(), Js::Name("x".into()).into());
        let both = Js::Binary(Operator::And, less.into(), Js::Not(Js::In("s".into()).into()).into());
        assert_eq!(parse("1 + 1 * 1 < x && !In('s')"), Ok(both));
    }

    #[test]
    fn names_and_calls_are_read() {
        assert_eq!(parse("typeof Var1 !== 'undefined'").map(|_| ()), Ok(()));
        assert_eq!(parse("Math.pow(i,3)"), Ok(Js::Power(Js::Name("i".into()).into(), 3)));
        assert_eq!(parse("-1"), Ok(Js::Negative(Js::Int(1).into())));
        assert_eq!(parse("(undefined)"), Ok(Js::Undefined));
        assert_eq!(parse("foo.bar.baz "), Ok(Js::Member("foo".into())));
    }

    #[test]
    fn what_has_no_counterpart_is_told_apart() {
        let check = |text: &str, reason: Reason| assert_eq!(parse(text), Err(reason), "{text}");
        for wrong in ["return", "{p1: 'v1'", "1 +", "", "'open", "1 2", "#"] {
            check(wrong, Reason::RunTimeError);
        }
        for literal in ["{p1: 'v1'}", "[1, 2]"] {
            check(literal, Reason::DataLiteral);
        }
        for system in [
            "_event.name",
            "_sessionid",
            "'name' in _event",
            "_ioprocessors['scxml'].location",
            "_name",
        ] {
            check(system, Reason::SystemVariable);
        }
        for data in ["_event.data", "_event.data.foo === 1"] {
            check(data, Reason::EventData);
        }
        for beyond in [
            "++x==2",
            "x instanceof Array",
            "a.b(1)",
            "f(2)",
            "a | b",
            "function(x) {return x;}",
            "1.5",
        ] {
            check(beyond, Reason::Expression);
        }
    }
}
