//! Reading a mapping key by key, remembering which keys were asked for. Values are read by `readers`.

use crate::codes::{EXPECTED_MAPPING, MISSING_KEY, UNKNOWN_KEY};
use crate::{Diagnostic, Key, Node, Report, Span};

/// So many keys are listed in a help line; a longer list helps nobody.
const LISTED: usize = 20;

/// The entries of a mapping that is being read.
///
/// ```
/// use caseloop_syntax::{FileId, Limits, Report, parse};
/// let mut report = Report::default();
/// let root = parse(FileId(0), "go: closed\nwehn: x\n", &Limits::default(), &mut report).unwrap();
/// let mut fields = root.fields("a state", &mut report).unwrap();
/// assert!(fields.require("go", &mut report).is_some());
/// assert!(fields.get("when").is_none());
/// fields.finish(&mut report);
/// assert_eq!(report.diagnostics()[0].message, "a state has no key `wehn`");
/// ```
#[derive(Debug)]
pub struct Fields<'n> {
    node: &'n Node,
    what: &'static str,
    owner: Option<Span>,
    entries: &'n [(Key, Node)],
    asked: Vec<&'static str>,
}

impl Node {
    /// The mapping here, to be read key by key. `what` names it with its article: "a state".
    ///
    /// Anything but a mapping is reported as `expected-mapping`.
    pub fn fields<'n>(&'n self, what: &'static str, report: &mut Report) -> Option<Fields<'n>> {
        if let Some(entries) = self.as_map() {
            return Some(Fields {
                node: self,
                what,
                owner: None,
                entries,
                asked: Vec::new(),
            });
        }
        if !self.damaged {
            let found = self.what();
            let message = format!("{found}, where {what} is expected, which is a mapping");
            report.push(
                Diagnostic::error(&EXPECTED_MAPPING, self.span, message)
                    .help("write `key: value` lines, indented below"),
            );
        }
        None
    }
}

impl<'n> Fields<'n> {
    /// Reports missing keys at `owner`, the key that this mapping belongs to, rather than at its own first key.
    #[must_use]
    pub fn owned_by(mut self, owner: Span) -> Self {
        self.owner = Some(owner);
        self
    }

    /// The mapping itself.
    #[must_use]
    pub fn node(&self) -> &'n Node {
        self.node
    }

    /// The entry called `name`, if there is one. A key without a value (`name:`) is there, with nothing in it.
    pub fn get(&mut self, name: &'static str) -> Option<(&'n Key, &'n Node)> {
        if !self.asked.contains(&name) {
            self.asked.push(name);
        }
        let (key, value) = self.entries.iter().find(|(key, _)| &*key.name == name)?;
        Some((key, value))
    }

    /// The value called `name`; its absence is reported as `missing-key`.
    pub fn require(&mut self, name: &'static str, report: &mut Report) -> Option<&'n Node> {
        let found = self.get(name).map(|(_, value)| value);
        if found.is_none() && !self.node.damaged {
            let first = self.entries.first().map(|(key, _)| key.span);
            let span = self.owner.or(first).unwrap_or(self.node.span);
            report.push(Diagnostic::error(
                &MISSING_KEY,
                span,
                format!("{} needs the key `{name}`", self.what),
            ));
        }
        found
    }

    /// The entries whose keys were not asked for until now, in file order, for mappings that are open.
    pub fn rest(&mut self) -> impl Iterator<Item = (&'n Key, &'n Node)> + use<'n> {
        let asked = self.asked.clone();
        let entries = self.entries.iter().filter(move |(key, _)| !asked.contains(&&*key.name));
        entries.map(|(key, value)| (key, value))
    }

    /// Reports every key that was never asked for as `unknown-key`, with the nearest of those that were.
    pub fn finish(mut self, report: &mut Report) {
        let known = std::mem::take(&mut self.asked);
        for (key, value) in self.entries.iter().filter(|(key, _)| !known.contains(&&*key.name)) {
            report.push(self.unknown(key, value, &known));
        }
    }

    fn unknown(&self, key: &Key, value: &Node, known: &[&'static str]) -> Diagnostic {
        let message = format!("{} has no key `{}`", self.what, key.name);
        let mut finding = Diagnostic::error(&UNKNOWN_KEY, key.span, message).suggest(&key.name, known.iter().copied());
        if self.node.flow && value.is_null() && finding.fix.is_none() {
            finding = finding.help(
                "inside `{…}` a comma ends a value: put a value that holds one into quotes, or on a line of its own",
            );
        }
        if known.is_empty() || known.len() > LISTED {
            return finding;
        }
        let listed: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        finding.help(format!("{} may have {}", self.what, listed.join(", ")))
    }
}
