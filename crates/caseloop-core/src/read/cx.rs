//! What reading goes along with: the report, the limits, and the names known so far.

use super::codes;
use super::promises::Promised;
use crate::WorkflowLimits;
use crate::definition::{Choice, EffectDef, EventDef, RulesDef, Title};
use caseloop_expr::declare::{Data, Declaring, Fill, check_name, is_name, is_name_part, quoted};
use caseloop_expr::{Condition, EnumType, Formula, Length, Locate, RecordType, Scope, Type, Value};
use caseloop_syntax::{Diagnostic, Fields, Node, Report, Span};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// A parameter with its value at this load.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) ty: Type,
    pub(super) value: Value,
    /// What a duration was written as: working time has no value of its own.
    pub(super) length: Option<Length>,
    /// What a load may put in its place.
    pub(super) allowed: Allowed,
}

/// What a load may give a parameter, beside the constants of a choice.
#[derive(Clone, Debug, Default)]
pub(super) enum Allowed {
    /// Anything of its type.
    #[default]
    Any,
    /// From the first to the second, both included.
    Between(Box<(Parameter, Parameter)>),
}

impl Parameter {
    /// A number that orders the values of one type and unit; `None` where they have no order.
    pub(super) fn rank(&self) -> Option<i64> {
        match (&self.value, self.length) {
            (_, Some(Length::WorkingDays(count) | Length::Months(count) | Length::Years(count))) => {
                Some(i64::from(count))
            }
            (_, Some(Length::Elapsed(ms) | Length::WorkingTime(ms))) => Some(ms),
            (Value::Int(number), None) => Some(*number),
            (Value::Decimal { units, .. }, None) => Some(*units),
            _ => None,
        }
    }

    /// What a length counts: lengths of two units have no order.
    pub(super) fn unit(&self) -> Option<std::mem::Discriminant<Length>> {
        self.length.as_ref().map(std::mem::discriminant)
    }

    /// As a load would give it.
    pub(super) fn shown(&self) -> String {
        match (&self.value, self.length) {
            (_, Some(length)) => length.to_string(),
            (Value::Constant(name) | Value::Text(name), None) => name.to_string(),
            (value, None) => {
                let json = serde_json::to_string(value).unwrap_or_default();
                json.trim_matches('"').to_owned()
            }
        }
    }
}

/// See the module.
pub(super) struct Cx<'r> {
    pub(super) report: &'r mut Report,
    pub(super) limits: &'r WorkflowLimits,
    pub(super) parameters: IndexMap<Arc<str>, Parameter>,
    pub(super) roles: Arc<EnumType>,
    pub(super) case: Data,
    pub(super) events: Vec<EventDef>,
    pub(super) effects: Vec<EffectDef>,
    pub(super) fills: Vec<Vec<Fill>>,
    /// The levels, mildest first, with their columns.
    pub(super) levels: Option<(Arc<EnumType>, Span)>,
    pub(super) promises: Vec<Promised>,
    /// The rules of the load.
    pub(super) rules: Vec<RulesDef>,
    /// The calendars that the files declare.
    pub(super) calendars: Vec<Arc<str>>,
    /// The one that counts where nothing else is said.
    pub(super) calendar: Option<Arc<Choice>>,
    /// The columns of the levels that hold lengths of working time, which are no values.
    pub(super) working_columns: IndexMap<Arc<str>, Vec<Length>>,
    /// The rungs of ladders that no promise names: read for their mistakes only.
    pub(super) unhung: Vec<Node>,
    /// Lengths that nothing can last, where they stand, by the column of the levels.
    pub(super) too_short: BTreeMap<Arc<str>, Vec<(Span, i64)>>,
    /// Whether the fields of the case could not be read at all.
    pub(super) blind: bool,
    /// What conditions see, with the event of the moment.
    pub(super) judging: Scope,
    /// The same with hidden fields open, for moving one as it is.
    pub(super) moving: Scope,
    /// Names whose declaration was reported: what is said of them later would follow from that mistake.
    broken: BTreeSet<Arc<str>>,
}

/// The scope of everything that answers to no declared event.
pub(super) const NO_EVENT: usize = 0;

/// Whether an expression may see the words of hidden fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// It judges: hidden fields are closed to it.
    Judging,
    /// It moves one field as it is.
    Moving,
}

impl<'r> Cx<'r> {
    pub(super) fn new(report: &'r mut Report, limits: &'r WorkflowLimits) -> Self {
        Self {
            report,
            limits,
            parameters: IndexMap::new(),
            roles: Arc::new(EnumType::new("role", &[])),
            case: Data::default(),
            events: Vec::new(),
            effects: Vec::new(),
            fills: Vec::new(),
            levels: None,
            promises: Vec::new(),
            rules: Vec::new(),
            calendars: Vec::new(),
            calendar: None,
            working_columns: IndexMap::new(),
            unhung: Vec::new(),
            too_short: BTreeMap::new(),
            blind: false,
            judging: Scope::default(),
            moving: Scope::default(),
            broken: BTreeSet::new(),
        }
    }

    /// Reads what is declared, by a reader of another crate that goes along with the same things.
    pub(super) fn declaring<T>(&mut self, read: impl FnOnce(&mut Declaring<'_>) -> T) -> T {
        let mut declaring = Declaring {
            report: self.report,
            roles: &self.roles,
            params: &self.judging.params,
            broken: std::mem::take(&mut self.broken),
        };
        let read = read(&mut declaring);
        self.broken = declaring.broken;
        read
    }

    /// Remembers that a declaration could not be read, so that uses of the name are not reported as well.
    pub(super) fn give_up(&mut self, name: &str) {
        self.broken.insert(name.into());
    }

    pub(super) fn is_given_up(&self, text: &str) -> bool {
        !self.broken.is_empty()
            && (self.broken.contains(text)
                || text
                    .split(|c: char| !is_name_part(c))
                    .any(|word| self.broken.contains(word)))
    }

    pub(super) fn error(&mut self, code: &'static caseloop_syntax::Code, span: Span, message: impl Into<String>) {
        self.report.push(Diagnostic::error(code, span, message));
    }

    /// A scalar that is a proper name.
    pub(super) fn name(&mut self, node: &Node, of: &'static str) -> Option<Arc<str>> {
        let word = node.word(of, self.report)?;
        let name: Arc<str> = word.into();
        self.check_name(&name, node.span).then_some(name)
    }

    /// Whether `name` is an identifier that means nothing else.
    pub(super) fn check_name(&mut self, name: &str, span: Span) -> bool {
        check_name(name, span, self.report)
    }

    /// The `title` or `label` of something.
    pub(super) fn title(&mut self, fields: &mut Fields<'_>) -> Title {
        let node = fields
            .get("title")
            .or_else(|| fields.get("label"))
            .map(|(_, node)| node);
        let Some(node) = node else { return Title::default() };
        let texts = match node.as_map() {
            Some(entries) => entries
                .iter()
                .filter_map(|(key, node)| Some((key.name.clone(), node.word("a title", self.report)?.into())))
                .collect(),
            None => node
                .word("a title", self.report)
                .map(|text| ("".into(), text.into()))
                .into_iter()
                .collect(),
        };
        Title { texts }
    }

    /// Reports a word that is none of those declared.
    pub(super) fn unknown<'a>(
        &mut self,
        code: &'static caseloop_syntax::Code,
        span: Span,
        kind: &str,
        word: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) {
        let of_the_case = std::ptr::eq(code, &codes::UNKNOWN_FIELD) || kind == "role or field";
        if self.is_given_up(word) || self.blind && of_the_case {
            return;
        }
        let mut finding = Diagnostic::error(code, span, format!("there is no {kind} `{word}`"));
        let all: Vec<&str> = known.clone().collect();
        finding = match all.as_slice() {
            [] => finding.help(format!("no {kind} is declared")),
            few if few.len() <= 12 => finding.help(format!("declared: {}", quoted(few))),
            _ => finding,
        };
        self.report.push(finding.suggest(word, known));
    }

    /// Reads a condition in the scope of an event, or of none.
    pub(super) fn condition(&mut self, node: &Node, scope: usize) -> Option<Condition> {
        let text = self.expression(node)?;
        self.face(scope);
        let limits = &self.limits.expressions;
        caseloop_expr::condition(text, node, &self.judging, limits, self.report)
    }

    /// Reads the condition that begins at a byte of a scalar.
    pub(super) fn condition_at(&mut self, text: &str, node: &Node, at: usize, scope: usize) -> Option<Condition> {
        if self.blind || self.is_given_up(text) {
            return None;
        }
        self.face(scope);
        let limits = &self.limits.expressions;
        caseloop_expr::condition(text, &From(node, at), &self.judging, limits, self.report)
    }

    /// Reads the time that begins at a byte of a scalar, in the light of the condition that guards it.
    pub(super) fn time_at(&mut self, text: &str, node: &Node, at: usize, given: Option<&Condition>) -> Option<Formula> {
        if self.blind || self.is_given_up(text) {
            return None;
        }
        self.face(NO_EVENT);
        let limits = &self.limits.expressions;
        let (place, expected) = (From(node, at), Some(&Type::Instant));
        caseloop_expr::formula_under(text, &place, &self.judging, expected, given, limits, self.report)
    }

    /// Makes an event the one that expressions see: by its position and 1, or 0 for none.
    fn face(&mut self, scope: usize) {
        let event = scope.checked_sub(1).and_then(|position| self.events.get(position));
        let record = event.map(|event| event.data.record.clone());
        self.moving.event = record.as_ref().map(without_hidden);
        self.judging.event = record;
    }

    /// Reports a value that may be absent where one must be there, with what to do about it.
    pub(super) fn must_be_there(&mut self, value: &Formula, node: &Node, help: &str) {
        if value.optional() {
            let message = format!("`{}` is optional and may be absent here", value.text());
            let finding = Diagnostic::error(&codes::UNGUARDED_OPTIONAL, node.span, message);
            self.report.push(finding.help(help));
        }
    }

    /// Reads a value of an expected type, in the light of the condition that guards it.
    pub(super) fn formula(
        &mut self,
        node: &Node,
        scope: usize,
        expected: Option<&Type>,
        given: Option<&Condition>,
        sight: Sight,
    ) -> Option<Formula> {
        let text = self.expression(node)?;
        self.face(scope);
        let limits = &self.limits.expressions;
        let scope = match sight {
            Sight::Judging => &self.judging,
            Sight::Moving => &self.moving,
        };
        caseloop_expr::formula_under(text, node, scope, expected, given, limits, self.report)
    }

    fn expression<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        if node.is_damaged() {
            return None;
        }
        let text = node.text();
        if text.is_none() {
            let message = format!("expected a condition or value, found {}", node.what());
            let mut finding = Diagnostic::error(&codes::MALFORMED_CONDITION, node.span, message);
            if node.as_list().is_some() || node.as_map().is_some() {
                finding = finding
                    .help("it must start with a word: write `tier in [vip]`, or put the whole of it in single quotes");
            }
            self.report.push(finding);
        }
        text.filter(|text| !self.blind && !self.is_given_up(text))
    }

    /// Reads a path that nobody wrote, of an expected type.
    pub(super) fn path_formula(
        &mut self,
        path: &str,
        at: Span,
        scope: usize,
        expected: &Type,
        given: Option<&Condition>,
    ) -> Option<Formula> {
        if self.blind || self.is_given_up(path) {
            return None;
        }
        self.face(scope);
        let limits = &self.limits.expressions;
        caseloop_expr::formula_under(
            path,
            &Whole(at),
            &self.moving,
            Some(expected),
            given,
            limits,
            self.report,
        )
    }

    /// A formula that is always the same text.
    pub(super) fn constant_text(&mut self, word: &str, node: &Node) -> Option<Formula> {
        let quoted = format!("\"{word}\"");
        let limits = &self.limits.expressions;
        let place = Whole(node.span);
        caseloop_expr::formula(&quoted, &place, &self.judging, Some(&Type::Text), limits, self.report)
    }
}

/// Places a part of an expression that begins at a byte of the scalar that holds it.
struct From<'n>(&'n Node, usize);

impl Locate for From<'_> {
    fn locate(&self, part: Range<usize>) -> Span {
        self.0.part(part.start + self.1..part.end + self.1)
    }
}

/// Places everything at one span.
struct Whole(Span);

impl Locate for Whole {
    fn locate(&self, _: Range<usize>) -> Span {
        self.0
    }
}

/// The same slots with no field hidden, for moving a text that no condition may look at.
pub(super) fn without_hidden(record: &Arc<RecordType>) -> Arc<RecordType> {
    let mut open = RecordType::default();
    for field in record.fields() {
        open.push(&field.name, field.ty.clone(), field.optional, false, field.span);
    }
    Arc::new(open)
}

/// Whether an expression is one path and nothing else, such as `event.summary`.
pub(super) fn is_path(text: &str) -> bool {
    text.split('.').all(is_name)
}

/// How the words of a path may be looked at.
pub(super) fn sight_of(text: &str) -> Sight {
    if is_path(text) { Sight::Moving } else { Sight::Judging }
}
