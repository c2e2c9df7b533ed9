//! Texts that authors are shown have a row in the catalogue of their Chinese. The scan knows a little of Rust: it looks at
//! the string literals of the calls that make findings, and at what is called `message`. Texts that are put together from
//! pieces elsewhere are found by the facade's tests, which translate real findings.

use super::Finding;
use std::collections::BTreeSet;

/// What begins a text for authors: a call whose literals are meant for them, or a statement.
const BEGINNINGS: &[&str] = &[
    "Diagnostic::error(",
    "Diagnostic::warning(",
    "Diagnostic::note(",
    ".help(",
    ".label(",
    ".also(",
    ".fix(",
    ".case(",
    "Code::new(",
    "let message =",
];

/// Crates that make findings.
const CRATES: [&str; 8] = ["syntax", "expr", "sla", "rules", "core", "lint", "scenario", "cli"];

/// Checks one file against the English templates that have Chinese.
pub(super) fn check(file: &str, text: &str, known: &BTreeSet<&str>) -> Vec<Finding> {
    let home = CRATES
        .iter()
        .find(|name| file.starts_with(&format!("crates/caseloop-{name}/src/")));
    let Some(home) = home else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    // A table of codes is a macro of its crate: every text in it is a summary.
    let texts = if file.ends_with("/codes.rs") {
        all(text)
    } else {
        shown(text)
    };
    for (line, literal) in texts {
        let templates = [template(&literal), literal.replace('{', "{{").replace('}', "}}")];
        if !is_prose(&literal) || templates.iter().any(|template| known.contains(template.as_str())) {
            continue;
        }
        let data = if *home == "cli" { "program" } else { home };
        let row = templates.into_iter().next().unwrap_or_default();
        findings.push(Finding::new(
            file,
            line,
            format!("no Chinese for `{row}`: add a row to crates/caseloop-syntax/src/lang/zh/{data}.tsv"),
        ));
    }
    findings
}

/// Whether a literal is a text and no word, name or code.
fn is_prose(literal: &str) -> bool {
    let word = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    literal.trim().contains(' ')
        && literal
            .split([' ', ',', ';', ':', '.'])
            .filter(|part| word(part))
            .count()
            > 1
}

/// The literal with `{}` for each hole, whatever its name and format.
fn template(literal: &str) -> String {
    let mut template = String::with_capacity(literal.len());
    let mut letters = literal.chars().peekable();
    while let Some(letter) = letters.next() {
        template.push(letter);
        if letter == '{' {
            match letters.next_if_eq(&'{') {
                Some(brace) => template.push(brace),
                None => {
                    letters.by_ref().find(|letter| *letter == '}');
                    template.push('}');
                }
            }
        }
    }
    template
}

/// The string literals of texts for authors, with their lines.
fn shown(text: &str) -> Vec<(usize, String)> {
    let mut scan = Scan { text, at: 0, line: 1 };
    let mut found = Vec::new();
    // How deep the brackets are, and where the texts that are open began.
    let (mut depth, mut open): (usize, Vec<Open>) = (0, Vec::new());
    while let Some(token) = scan.next() {
        match token {
            Token::Begins(name) => {
                depth += usize::from(name.ends_with('('));
                open.push(Open {
                    depth,
                    first_only: name == ".fix(",
                    rest_only: name == "Code::new(",
                    commas: 0,
                });
            }
            Token::Opens => depth += 1,
            Token::Closes => {
                depth = depth.saturating_sub(1);
                open.retain(|text| text.depth <= depth);
            }
            Token::Comma => open
                .iter_mut()
                .filter(|text| text.depth == depth)
                .for_each(|text| text.commas += 1),
            Token::Ends => open.retain(|text| text.depth < depth),
            Token::Literal(line, literal) => {
                let counts = |text: &Open| !(text.first_only && text.commas > 0 || text.rest_only && text.commas == 0);
                if open.last().is_some_and(counts) {
                    found.push((line, literal));
                }
            }
            // Tests stand last.
            Token::Tests => break,
        }
    }
    found
}

/// Every string literal, with its line.
fn all(text: &str) -> Vec<(usize, String)> {
    let mut scan = Scan { text, at: 0, line: 1 };
    let tokens = std::iter::from_fn(|| scan.next());
    let literals = tokens.filter_map(|token| match token {
        Token::Literal(line, literal) => Some((line, literal)),
        _ => None,
    });
    literals.collect()
}

struct Open {
    depth: usize,
    /// Only the first argument is a text.
    first_only: bool,
    /// The first argument is none.
    rest_only: bool,
    commas: usize,
}

enum Token {
    Begins(&'static str),
    Opens,
    Closes,
    Comma,
    Ends,
    Literal(usize, String),
    Tests,
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Scan<'_> {
    fn next(&mut self) -> Option<Token> {
        loop {
            let rest = self.text.get(self.at..)?;
            let letter = rest.chars().next()?;
            if rest.starts_with("//") {
                self.go(rest.find('\n').unwrap_or(rest.len()));
            } else if rest.starts_with("#[cfg(test)]") {
                return Some(Token::Tests);
            } else if letter == '\'' {
                // A character; a lifetime has no second quote so near.
                let inner = rest.get(1..).unwrap_or_default();
                let escape = usize::from(inner.starts_with('\\'));
                let length = inner
                    .char_indices()
                    .skip(1 + escape)
                    .find(|(_, letter)| *letter == '\'');
                let near = length.filter(|(at, _)| *at <= 4 || inner.starts_with("\\u"));
                self.go(1 + near.map_or(0, |(at, _)| at + 1));
            } else if let Some(hashes) = raw(rest) {
                let end = format!("\"{}", "#".repeat(hashes));
                let start = 2 + hashes;
                let length = rest.get(start..).and_then(|rest| rest.find(&end)).unwrap_or_default();
                let literal = rest.get(start..start + length).unwrap_or_default().to_owned();
                let line = self.line;
                self.go(start + length + end.len());
                return Some(Token::Literal(line, literal));
            } else if letter == '"' {
                let line = self.line;
                let literal = self.literal();
                return Some(Token::Literal(line, literal));
            } else if let Some(name) = BEGINNINGS.iter().find(|name| rest.starts_with(**name)) {
                self.go(name.len());
                return Some(Token::Begins(name));
            } else {
                self.go(letter.len_utf8());
                match letter {
                    '(' | '[' | '{' => return Some(Token::Opens),
                    ')' | ']' | '}' => return Some(Token::Closes),
                    ',' => return Some(Token::Comma),
                    ';' => return Some(Token::Ends),
                    _ => {}
                }
            }
        }
    }

    fn go(&mut self, bytes: usize) {
        let over = self.text.get(self.at..self.at + bytes).unwrap_or_default();
        self.line += over.matches('\n').count();
        self.at += bytes.max(1);
    }

    /// A literal in double quotes, its escapes read.
    fn literal(&mut self) -> String {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let mut literal = String::new();
        let mut letters = rest.char_indices();
        let mut length = rest.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    length = at + 1;
                    break;
                }
                '\\' => match letters.next() {
                    Some((_, '\n')) => {
                        let after = letters.as_str();
                        let skipped = after.len() - after.trim_start().len();
                        letters.by_ref().take(after[..skipped].chars().count()).for_each(drop);
                    }
                    Some((_, 'n')) => literal.push('\n'),
                    Some((_, 't')) => literal.push('\t'),
                    Some((_, 'u')) => {
                        let code: String = letters
                            .by_ref()
                            .take_while(|(_, letter)| *letter != '}')
                            .map(|(_, l)| l)
                            .collect();
                        let code = u32::from_str_radix(code.trim_start_matches('{'), 16);
                        literal.extend(code.ok().and_then(char::from_u32));
                    }
                    Some((_, other)) => literal.push(other),
                    None => break,
                },
                other => literal.push(other),
            }
        }
        self.go(1 + length);
        literal
    }
}

/// The number of hashes of a raw string that starts here.
fn raw(rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest.get(hashes..)?.starts_with('"').then_some(hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_texts(text: &str, expected: &[&str]) {
        let found: Vec<String> = shown(text).into_iter().map(|(_, literal)| literal).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn texts_of_findings_are_found_and_others_are_not() {
        check_texts(
            "Diagnostic::error(&CODE, span, format!(\"no `{x}`\")).help(\"write \\\"it\\\"\"); other(\"not this\");",
            &["no `{x}`", "write \"it\""],
        );
        check_texts(
            "let message = match x { 0 => \"none\", _ => \"some\" }; let y = \"not this\";",
            &["none", "some"],
        );
        check_texts(
            ".fix(format!(\"write `{x}`\"), span, \"not this\", Safe)",
            &["write `{x}`"],
        );
        check_texts("Code::new(\"not-this\", \"A summary.\")", &["A summary."]);
        check_texts(
            "// .help(\"not this\")\nlet c = '\"'; fn f<'a>(x: &'a str) {} .help(r#\"a \"raw\" one\"#)",
            &["a \"raw\" one"],
        );
        check_texts(".help(\"one \\\n    line\")", &["one line"]);
        check_texts("#[cfg(test)]\nmod tests { x.help(\"not this\") }", &[]);
    }

    #[test]
    fn a_text_without_chinese_is_told_with_its_line_and_row() {
        let known = BTreeSet::from(["there is no `{}`", "write `{{a}}`"]);
        let text =
            "//! x\nd.help(format!(\"there is no `{name:?}`\"))\nd.help(\"write `{a}`\")\nd.help(\"drop the `{x}`\")\n";
        let found = check("crates/caseloop-core/src/x.rs", text, &known);
        let told: Vec<String> = found.iter().map(Finding::to_string).collect();
        assert_eq!(
            told,
            [
                "crates/caseloop-core/src/x.rs:4: no Chinese for `drop the `{}``: add a row to crates/caseloop-syntax/src/lang/zh/core.tsv"
            ]
        );
        assert_eq!(check("benches/src/x.rs", text, &known), []);
    }
}
