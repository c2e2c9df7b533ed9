//! `classifier:`: the texts that it reads, the constants that it gives, and its rules.

use super::codes;
use super::reader::Reader;
use crate::classifier::{Classifier, Listens, Matcher, Negation, Output, Phrase, Rule, folded, for_folded, required};
use crate::{RuleName, Signature};
use caseloop_expr::declare::Data;
use caseloop_expr::{ABSENT, Condition, Slot, Type};
use caseloop_syntax::{Diagnostic, Document, Fields, Node, Span};
use regex::RegexBuilder;
use std::sync::Arc;

/// So large one compiled pattern may be, in bytes.
const PATTERN: usize = 1 << 20;
/// So large all compiled patterns of a classifier may be, as a sum of the lengths that they are written in, in bytes.
const PATTERNS: usize = 256 << 10;

/// Reads one classifier; `None` where anything is wrong with it.
pub(super) fn read(document: &Document, hash: Arc<str>, reader: &mut Reader<'_, '_>) -> Option<Classifier> {
    let mut fields = document.root.fields("a classifier", reader.declaring.report)?;
    let (name, span) = reader.begin("classifier", &mut fields)?;
    reader.read_inputs(&mut fields);
    let gives = fields.require("gives", reader.declaring.report);
    let at_least = fields.get("at_least").map(|(_, node)| node);
    let negation = fields.get("negation").map(|(_, node)| node);
    let rules = fields.require("rules", reader.declaring.report);
    fields.finish(reader.declaring.report);
    let errors = reader.declaring.report.errors();
    let gives = read_gives(gives?, reader)?;
    let at_least = at_least.map_or(Some(1), |node| reader.number(node));
    let negation = negation.map_or_else(|| Some(Negation::default()), |node| read_negation(node, reader));
    let mut read = Rules::of(&gives, span, reader)?;
    for node in rules?.list("the rules of a classifier", reader.declaring.report)? {
        read.rule(node, None, reader);
    }
    if read.names.is_empty() && reader.declaring.report.errors() == errors {
        super::reader::missing(reader.declaring.report, document, "rules");
    }
    if reader.declaring.report.errors() > errors {
        return None;
    }
    let outputs = outputs(&gives);
    let Some(matcher) = Matcher::of(read.listens, negation?) else {
        let finding = Diagnostic::error(
            &codes::CLASSIFIER_TOO_LARGE,
            span,
            "the classifier listens for too much",
        );
        reader.push(finding.help("split it into several"));
        return None;
    };
    Some(Classifier {
        signature: Signature {
            name,
            inputs: reader.inputs.clone(),
            outputs: gives.record.clone(),
            rules: read.names,
            hash,
            span,
        },
        texts: read.texts.into_iter().map(|(_, slot)| slot).collect(),
        rules: read.rules,
        matcher,
        outputs,
        at_least: at_least?,
    })
}

/// `gives`: constants, or sets of them; one that is always given says by `default` what it is where nothing is heard.
fn read_gives(node: &Node, reader: &mut Reader<'_, '_>) -> Option<Data> {
    let errors = reader.declaring.report.errors();
    let data = reader.declared(node, "a set of outputs");
    if data.record.fields().len() == 0 && reader.declaring.report.errors() == errors {
        let finding = Diagnostic::error(&codes::MALFORMED_OUTPUT, node.span, "a classifier gives nothing");
        reader.push(
            finding.help("declare what it gives, as in `gives: {kind: {one_of: [complaint, other], default: other}}`"),
        );
    }
    for (field, default) in data.record.fields().zip(&data.defaults) {
        let finding = match &field.ty {
            Type::Set(_) => continue,
            Type::Enum(_) if field.optional || default.is_some() => continue,
            Type::Enum(_) => {
                let message = format!("nothing says what `{}` is where nothing is heard", field.name);
                let finding = Diagnostic::error(&codes::MISSING_OUTPUT, field.span, message);
                finding.help("declare it with a `default` or `optional: true`")
            }
            other => {
                let message = format!("a classifier gives constants, and `{}` is {other}", field.name);
                Diagnostic::error(&codes::MALFORMED_OUTPUT, field.span, message)
            }
        };
        reader.push(finding);
    }
    (reader.declaring.report.errors() == errors).then_some(data)
}

fn outputs(gives: &Data) -> Vec<Output> {
    let (mut outputs, mut from) = (Vec::new(), 0);
    for (field, default) in gives.record.fields().zip(&gives.defaults) {
        let (constants, set) = match &field.ty {
            Type::Set(found) => (found.constants.len(), true),
            Type::Enum(found) => (found.constants.len(), false),
            _ => (0, false),
        };
        let default = match default {
            Some(value) => field.ty.word(value),
            None if set && !field.optional => 0,
            None => ABSENT,
        };
        outputs.push(Output {
            from,
            constants,
            set,
            default,
        });
        from += constants;
    }
    outputs
}

fn read_negation(node: &Node, reader: &mut Reader<'_, '_>) -> Option<Negation> {
    let mut fields = node.fields("what turns a meaning", reader.declaring.report)?;
    let words = fields.require("words", reader.declaring.report);
    let within = fields.get("within").map(|(_, node)| node);
    fields.finish(reader.declaring.report);
    Some(Negation {
        words: read_phrases(words?, reader)?,
        within: within.map_or(Some(0), |node| read_within(node, reader))?,
    })
}

fn read_within(node: &Node, reader: &mut Reader<'_, '_>) -> Option<usize> {
    let words = node.whole_number(0..=200, "a number of words", reader.declaring.report)?;
    usize::try_from(words).ok()
}

fn read_phrases(node: &Node, reader: &mut Reader<'_, '_>) -> Option<Vec<Phrase>> {
    let mut phrases = Vec::new();
    for node in node.list_or_one() {
        let written = node.word("a word", reader.declaring.report)?;
        let (text, open) = match written.strip_suffix('*') {
            Some(text) => (text, true),
            None => (written, false),
        };
        let text = folded(text);
        if text.is_empty() || text.contains('*') {
            let message = format!("`{written}` is nothing that one could hear");
            let finding = Diagnostic::error(&codes::MALFORMED_WORDS, node.span, message);
            reader.push(finding.help("a `*` stands at the end of a word only, as in `refund*`"));
            return None;
        }
        phrases.push(Phrase { text, open });
    }
    phrases.sort_unstable();
    phrases.dedup();
    Some(phrases)
}

/// The rules that were read so far.
struct Rules<'g> {
    gives: &'g Data,
    /// The names and slots of the texts.
    texts: Vec<(Arc<str>, u16)>,
    names: Vec<RuleName>,
    rules: Vec<Rule>,
    listens: Vec<Listens>,
    /// The lengths of the patterns together.
    patterns: usize,
}

impl<'g> Rules<'g> {
    fn of(gives: &'g Data, span: Span, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let inputs = reader.inputs.record.clone();
        let texts = inputs.fields().filter(|field| field.ty == Type::Text);
        let texts: Vec<(Arc<str>, u16)> = texts
            .filter_map(|field| match field.slot {
                Slot::Heavy(slot) => Some((field.name.clone(), slot)),
                Slot::Word(_) => None,
            })
            .collect();
        if texts.is_empty() {
            let finding = Diagnostic::error(&codes::UNKNOWN_TEXT, span, "the classifier reads no text");
            reader.push(finding.help("declare one, as in `case: {text: {type: text, optional: true}}`"));
            return None;
        }
        Some(Self {
            gives,
            texts,
            names: Vec::new(),
            rules: Vec::new(),
            listens: Vec::new(),
            patterns: 0,
        })
    }

    /// A rule, or a set of rules that count while a condition holds.
    fn rule(&mut self, node: &Node, around: Option<&Condition>, reader: &mut Reader<'_, '_>) {
        let Some(mut fields) = node.fields("a rule", reader.declaring.report) else {
            return;
        };
        if around.is_none()
            && let Some((_, members)) = fields.get("rules")
        {
            let when = fields.require("if", reader.declaring.report);
            let when = when.and_then(|node| reader.condition(node));
            fields.finish(reader.declaring.report);
            let members = members.list("rules", reader.declaring.report).unwrap_or_default();
            for member in members {
                self.rule(member, when.as_ref(), reader);
            }
            return;
        }
        let name = reader.rule(self.names.len(), node, &mut fields);
        let own = fields.get("if").map(|(_, node)| node);
        let own = own.and_then(|node| reader.condition(node));
        let both: Vec<&Condition> = around.into_iter().chain(own.as_ref()).collect();
        let when = (!both.is_empty()).then(|| Condition::all(both));
        let text = fields.get("in").map(|(_, node)| node);
        let text = text.and_then(|node| self.text(node, reader));
        let negated_counts = self.negated(&mut fields, reader);
        let points = fields.get("points").map(|(_, node)| reader.number(node));
        let listens = self.listens(node, &mut fields, reader);
        // Every other key is an output.
        let gives = self.given(node, &mut fields, reader);
        self.names.push(name);
        if let (Some(listens), Some(gives), Some(points)) = (listens, gives, points.unwrap_or(Some(1))) {
            self.listens.push(listens);
            self.rules.push(Rule {
                when,
                text,
                negated_counts,
                points,
                gives,
            });
        }
    }

    fn text(&self, node: &Node, reader: &mut Reader<'_, '_>) -> Option<usize> {
        let word = node.word("a text", reader.declaring.report)?;
        let found = self.texts.iter().position(|(name, _)| **name == *word);
        if found.is_none() {
            let message = format!("the classifier reads no text `{word}`");
            let finding = Diagnostic::error(&codes::UNKNOWN_TEXT, node.span, message);
            reader.push(finding.suggest(word, self.texts.iter().map(|(name, _)| &**name)));
        }
        found
    }

    fn negated(&self, fields: &mut Fields<'_>, reader: &mut Reader<'_, '_>) -> bool {
        let Some((_, node)) = fields.get("negated") else {
            return false;
        };
        let word = node.word("what negation does", reader.declaring.report);
        if let Some(word) = word.filter(|word| *word != "counts") {
            let message = format!("`negated` is `counts` or left out, not `{word}`");
            reader.push(Diagnostic::error(&codes::MALFORMED_WORDS, node.span, message));
        }
        true
    }

    /// `words`, `near` or `pattern`.
    fn listens(&mut self, node: &Node, fields: &mut Fields<'_>, reader: &mut Reader<'_, '_>) -> Option<Listens> {
        let ways = ["words", "near", "pattern"].map(|key| fields.get(key));
        let mut said = ways.into_iter().flatten();
        let (Some((key, way)), None) = (said.next(), said.next()) else {
            let message = "a rule listens for exactly one thing";
            let finding = Diagnostic::error(&codes::MALFORMED_WORDS, node.span, message);
            reader
                .push(finding.help("say `words: [a, b]`, `near: {words: [[a, b], [c]], within: 5}` or `pattern: '…'`"));
            return None;
        };
        match &*key.name {
            "words" => read_phrases(way, reader).map(Listens::Phrases),
            "near" => read_near(way, reader),
            _ => self.pattern(way, reader),
        }
    }

    fn pattern(&mut self, node: &Node, reader: &mut Reader<'_, '_>) -> Option<Listens> {
        let written = node.word("a pattern", reader.declaring.report)?;
        self.patterns = self.patterns.saturating_add(written.len());
        if self.patterns > PATTERNS {
            let message = format!("the patterns of this classifier have more than {PATTERNS} bytes together");
            reader.push(Diagnostic::error(&codes::CLASSIFIER_TOO_LARGE, node.span, message));
            return None;
        }
        let ready = match for_folded(written) {
            Ok(ready) => ready,
            Err((what, place)) => {
                reader.push(Diagnostic::error(&codes::MALFORMED_PATTERN, node.part(place), what));
                return None;
            }
        };
        let tree = regex_syntax::parse(&ready);
        let regex = RegexBuilder::new(&ready).size_limit(PATTERN).build();
        match (tree, regex) {
            (Ok(tree), Ok(regex)) if !regex.is_match("") => Some(Listens::Pattern {
                required: required(&tree),
                regex,
            }),
            (Ok(_), Ok(_)) => {
                let message = "the pattern matches where nothing stands";
                let finding = Diagnostic::error(&codes::MALFORMED_PATTERN, node.span, message);
                reader.push(finding.help("ask for one letter at least, as in `a+` for `a*`"));
                None
            }
            (_, Err(regex::Error::CompiledTooBig(limit))) => {
                let message = format!("the pattern needs more than the {limit} bytes allowed");
                let finding = Diagnostic::error(&codes::CLASSIFIER_TOO_LARGE, node.span, message);
                reader.push(finding.help("repeat less, or say `near: {words: …, within: …}`"));
                None
            }
            _ => {
                let message = "the pattern cannot be read";
                reader.push(Diagnostic::error(&codes::MALFORMED_PATTERN, node.span, message));
                None
            }
        }
    }

    /// For which constants the rule gives its points.
    fn given(&self, node: &Node, fields: &mut Fields<'_>, reader: &mut Reader<'_, '_>) -> Option<Vec<(usize, usize)>> {
        let mut given = Vec::new();
        let mut sound = true;
        let rest: Vec<_> = fields.rest().collect();
        for (key, value) in rest {
            let Some((index, field)) = self.gives.record.get(&key.name) else {
                let message = format!("`{}` is no output of the classifier", key.name);
                let finding = Diagnostic::error(&codes::UNKNOWN_OUTPUT, key.span, message);
                let keys = [
                    "name", "row", "words", "near", "pattern", "if", "in", "negated", "points",
                ];
                let outputs = self.gives.record.fields().map(|field| &*field.name);
                reader.push(finding.suggest(&key.name, outputs.chain(keys)));
                sound = false;
                continue;
            };
            let (Type::Enum(constants) | Type::Set(constants)) = &field.ty else {
                continue;
            };
            for item in value.list_or_one() {
                let Some(word) = item.word("a constant", reader.declaring.report) else {
                    sound = false;
                    continue;
                };
                match constants.index(word) {
                    Some(constant) => given.push((usize::from(index.0), constant)),
                    None => {
                        let message = format!("`{word}` is no constant of `{}`", field.name);
                        let finding = Diagnostic::error(&codes::UNCOUNTED_CONSTANT, item.span, message);
                        reader.push(finding.suggest(word, constants.constants.iter().map(|name| &**name)));
                        sound = false;
                    }
                }
            }
        }
        if given.is_empty() && sound {
            let finding = Diagnostic::error(
                &codes::MISSING_OUTPUT,
                node.span,
                "the rule gives its points to nothing",
            );
            let first = self.gives.record.fields().next().map(|field| field.name.clone());
            let first = first.unwrap_or_default();
            reader.push(finding.help(format!("name a constant, as in `{first}: …`")));
            return None;
        }
        sound.then_some(given)
    }
}

fn read_near(node: &Node, reader: &mut Reader<'_, '_>) -> Option<Listens> {
    let mut fields = node.fields("words near each other", reader.declaring.report)?;
    let words = fields.require("words", reader.declaring.report);
    let within = fields.require("within", reader.declaring.report);
    let in_order = fields.get("in_order").map(|(_, node)| node);
    fields.finish(reader.declaring.report);
    let in_order = in_order.and_then(|node| node.flag("whether the order counts", reader.declaring.report));
    let (words, within) = (words?, read_within(within?, reader)?);
    let groups = words.list("groups of words", reader.declaring.report)?;
    if !(2..=4).contains(&groups.len()) {
        let message = format!("`near` takes 2 to 4 groups of words, not {}", groups.len());
        let finding = Diagnostic::error(&codes::MALFORMED_WORDS, words.span, message);
        reader.push(finding.help("as in `words: [[promised, said], [never, not]]`"));
        return None;
    }
    let groups: Option<Vec<Vec<Phrase>>> = groups.iter().map(|group| read_phrases(group, reader)).collect();
    Some(Listens::Near {
        groups: groups?,
        within,
        in_order: in_order.unwrap_or(false),
    })
}
