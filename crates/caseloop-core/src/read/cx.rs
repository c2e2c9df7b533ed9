//! What reading goes along with: the report, the limits, and the names known so far.

use super::codes;
use crate::WorkflowLimits;
use crate::definition::{Data, EffectDef, EventDef, Title};
use caseloop_expr::{Condition, EnumType, Formula, Length, Locate, RecordType, Scope, Type, Value};
use caseloop_syntax::{Diagnostic, Fields, Node, Report, Span};
use indexmap::IndexMap;
use std::ops::Range;
use std::sync::Arc;

/// A parameter with its value at this load.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) ty: Type,
    pub(super) value: Value,
    /// What a duration was written as: working time has no value of its own.
    pub(super) length: Option<Length>,
}

/// How an effect's parameter is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// By a value of its type.
    Value,
    /// By a bare word, or a path to a text.
    Word,
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
    /// What conditions see: without an event, then with each event in turn.
    pub(super) scopes: Vec<Scope>,
}

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
            scopes: Vec::new(),
        }
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
        let mut letters = name.chars();
        let begins = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
        if !begins || !letters.all(|c| c.is_alphanumeric() || c == '_') {
            let finding = Diagnostic::error(&codes::MALFORMED_NAME, span, format!("`{name}` is no name"))
                .help("a name is made of letters of any script, digits and `_`, and does not begin with a digit");
            self.report.push(finding);
            return false;
        }
        let lower = name.to_lowercase();
        if ["on", "off", "yes", "no", "y", "n", "true", "false", "null"].contains(&lower.as_str()) {
            self.report.push(
                Diagnostic::error(&codes::RESERVED_NAME, span, format!("`{name}` cannot be a name"))
                    .help("other YAML tools read it as true, false or nothing; choose a longer word"),
            );
            return false;
        }
        true
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
        let mut finding = Diagnostic::error(code, span, format!("there is no {kind} `{word}`"));
        let all: Vec<&str> = known.clone().collect();
        finding = match all.as_slice() {
            [] => finding.help(format!("no {kind} is declared")),
            few if few.len() <= 12 => finding.help(format!("declared: {}", few.join(", "))),
            _ => finding,
        };
        self.report.push(finding.suggest(word, known));
    }

    /// Reads a condition in the scope of an event, or of none.
    pub(super) fn condition(&mut self, node: &Node, scope: usize) -> Option<Condition> {
        let text = self.expression(node)?;
        let scope = self.scopes.get(scope)?;
        caseloop_expr::condition(text, &Within(node), scope, &self.limits.expressions, self.report)
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
        let scope = self.scopes.get(scope)?;
        let limits = &self.limits.expressions;
        match sight {
            Sight::Judging => {
                caseloop_expr::formula_under(text, &Within(node), scope, expected, given, limits, self.report)
            }
            Sight::Moving => {
                let open = Scope {
                    case: without_hidden(&scope.case),
                    event: scope.event.as_ref().map(without_hidden),
                    ..scope.clone()
                };
                caseloop_expr::formula_under(text, &Within(node), &open, expected, given, limits, self.report)
            }
        }
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
        text
    }

    /// A formula that is always the same text.
    pub(super) fn constant_text(&mut self, word: &str, node: &Node) -> Option<Formula> {
        let quoted = format!("\"{word}\"");
        let scope = self.scopes.first()?;
        let limits = &self.limits.expressions;
        caseloop_expr::formula(
            &quoted,
            &Whole(node.span),
            scope,
            Some(&Type::Text),
            limits,
            self.report,
        )
    }
}

/// Places a part of an expression in the scalar that holds it.
struct Within<'n>(&'n Node);

impl Locate for Within<'_> {
    fn locate(&self, part: Range<usize>) -> Span {
        self.0.part(part)
    }
}

/// Places everything at one span.
struct Whole(Span);

impl Locate for Whole {
    fn locate(&self, _: Range<usize>) -> Span {
        self.0
    }
}

/// The same slots with no field hidden: for moving a text that no condition may look at.
fn without_hidden(record: &Arc<RecordType>) -> Arc<RecordType> {
    let mut open = RecordType::default();
    for field in record.fields() {
        open.push(&field.name, field.ty.clone(), field.optional, false, field.span);
    }
    Arc::new(open)
}
