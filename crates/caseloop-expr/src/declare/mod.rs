//! Declared data as it stands in YAML: fields of a case, an event, an effect or a table, and the words for their types.
//! Not: what conditions make of them.

pub mod codes;
mod name;

pub use name::{check_name, is_name, is_name_part, quoted};

use crate::{EnumType, Mask, Masking, RecordType, Type, Value};
use caseloop_syntax::{Applicability, Code, Diagnostic, Key, Node, Report, Span};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What declarations are read along with.
#[derive(Debug)]
pub struct Declaring<'a> {
    /// Where mistakes go.
    pub report: &'a mut Report,
    /// The constants of the type `role`.
    pub roles: &'a Arc<EnumType>,
    /// What bounds may be named by.
    pub params: &'a IndexMap<Arc<str>, (Type, Value)>,
    /// The names whose declaration could not be read, so that nobody complains of their uses as well.
    pub broken: BTreeSet<Arc<str>>,
}

/// A record of data with what its declaration says beyond the types.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// The fields with their types and slots.
    pub record: Arc<RecordType>,
    /// How each field is masked, by position of the field.
    pub masks: Vec<Masking>,
    /// What each field holds when nothing is given, by position of the field.
    pub defaults: Vec<Option<Value>>,
}

/// How a declared field is filled in where it is a parameter of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// By a value of its type.
    Value,
    /// By a bare word, or a path to a text.
    Word,
}

/// Words of the condition language, which no field may take.
const BUILT_IN: &[&str] = &[
    "case", "event", "param", "promise", "now", "has", "in_state", "time_in", "and", "or", "not", "in",
];

/// The types that stand for themselves.
const TYPES: &[&str] = &[
    "bool", "int", "count", "money", "decimal", "text", "person", "ref", "role", "time", "duration", "date", "template",
];

impl Declaring<'_> {
    fn give_up(&mut self, name: &str) {
        self.broken.insert(name.into());
    }

    fn error(&mut self, code: &'static Code, span: Span, message: impl Into<String>) {
        self.report.push(Diagnostic::error(code, span, message));
    }
}

/// One declared field.
struct Declared {
    ty: Type,
    optional: bool,
    default: Option<Value>,
    masking: Masking,
    fill: Fill,
}

/// Reads fields by name; `entries` are those of the mapping that are no other keys.
pub fn read<'n>(entries: impl Iterator<Item = (&'n Key, &'n Node)>, cx: &mut Declaring<'_>) -> (Data, Vec<Fill>) {
    let mut record = RecordType::default();
    let mut data = Data::default();
    let mut fills = Vec::new();
    for (key, node) in entries {
        if !check_name(&key.name, key.span, cx.report) {
            cx.give_up(&key.name);
            continue;
        }
        if BUILT_IN.contains(&&*key.name) {
            let message = format!("`{}` cannot be a field: conditions use the word themselves", key.name);
            cx.error(&codes::RESERVED_NAME, key.span, message);
            continue;
        }
        let Some(declared) = read_one(node, cx) else {
            cx.give_up(&key.name);
            continue;
        };
        let hidden = declared.masking == Masking::Alike(Mask::Hidden);
        let known = record.fields().len();
        record.push(&key.name, declared.ty, declared.optional, hidden, key.span);
        if record.fields().len() == known {
            // The same letters composed differently: YAML sees two keys, people see one.
            cx.error(
                &codes::DUPLICATE_NAME,
                key.span,
                format!("the field `{}` is declared twice", key.name),
            );
            continue;
        }
        data.masks.push(declared.masking);
        data.defaults.push(declared.default);
        fills.push(declared.fill);
    }
    data.record = Arc::new(record);
    (data, fills)
}

fn read_one(node: &Node, cx: &mut Declaring<'_>) -> Option<Declared> {
    let Some(_) = node.as_map() else {
        let (ty, fill) = named_type(node, cx)?;
        let masking = usual_masking(&ty);
        return Some(Declared {
            ty,
            optional: false,
            default: None,
            masking,
            fill,
        });
    };
    let mut fields = node.fields("a field", cx.report)?;
    let shape = ["type", "one_of", "set_of", "list_of", "record"].map(|key| fields.get(key));
    let mut given = shape.iter().flatten();
    let found = given.next().map(|(key, node)| (key.name.clone(), *node));
    if let (Some((first, _)), Some((second, _))) = (&found, given.next()) {
        let message = format!("a field is either `{first}` or `{}`, not both", second.name);
        cx.error(&codes::UNKNOWN_TYPE, second.span, message);
    }
    let max = fields.get("max").map(|(_, node)| node);
    let min = fields.get("min").map(|(_, node)| node);
    let scale = fields.get("scale").map(|(_, node)| node);
    let mut nested = None;
    let (mut ty, fill) = match found {
        Some((shape, node)) => match &*shape {
            "type" => named_type(node, cx)?,
            "one_of" => (Type::Enum(Arc::new(constants(node, cx)?)), Fill::Value),
            "set_of" => (Type::Set(Arc::new(constants(node, cx)?)), Fill::Value),
            "list_of" => {
                let item = read_one(node, cx)?;
                nested = Some(item.masking);
                (Type::List(Arc::new(item.ty)), Fill::Value)
            }
            _ => {
                node.fields("a set of members", cx.report)?;
                let (members, _) = read(entries(node), cx);
                nested = Some(Masking::Members(members.masks));
                (Type::Record(members.record), Fill::Value)
            }
        },
        None => {
            let finding = Diagnostic::error(&codes::UNKNOWN_TYPE, node.span, "the field has no type");
            cx.report.push(finding.help("say `type: text`, or `one_of: [a, b]`"));
            return None;
        }
    };
    narrow(&mut ty, min, max, scale, cx);
    let optional = fields
        .get("optional")
        .and_then(|(_, node)| node.flag("this", cx.report))
        .unwrap_or(false);
    let personal = fields.get("personal").and_then(|(_, node)| read_mask(node, &ty, cx));
    if let (Some(_), Some(Masking::Members(_)), Some((key, _))) = (&personal, &nested, fields.get("personal")) {
        let finding = Diagnostic::error(
            &codes::NESTED_PERSONAL,
            key.span,
            "`personal` is said of a whole record",
        );
        cx.report
            .push(finding.help("say it of each of its texts: one may be kept in part, another not at all"));
    }
    let masking = match (personal, nested) {
        (Some(mask), _) => Masking::Alike(mask),
        (None, Some(masking)) => masking,
        (None, None) => usual_masking(&ty),
    };
    let default = fields.get("default").and_then(|(_, node)| read_value(node, &ty, cx));
    let default = default.map(|value| masking.apply(&ty, value));
    fields.finish(cx.report);
    Some(Declared {
        ty,
        optional,
        default,
        masking,
        fill,
    })
}

fn named_type(node: &Node, cx: &mut Declaring<'_>) -> Option<(Type, Fill)> {
    let word = node.word("a type", cx.report)?;
    let ty = match word {
        "bool" => Type::Bool,
        "int" => Type::INT,
        "count" => Type::Count {
            max: i64::from(u32::MAX),
        },
        "money" | "decimal" => Type::Decimal { scale: 2 },
        "text" => Type::Text,
        "person" => Type::Person,
        "ref" => Type::Ref,
        "role" => Type::Enum(cx.roles.clone()),
        "time" => Type::Instant,
        "duration" => Type::Duration,
        "date" => Type::Date,
        "template" => return Some((Type::Text, Fill::Word)),
        _ => {
            let finding = Diagnostic::error(&codes::UNKNOWN_TYPE, node.span, format!("there is no type `{word}`"))
                .help(format!("types: {}", quoted(TYPES)));
            cx.report.push(match foreign_type(word) {
                Some(ours) => finding.fix(format!("write `{ours}`"), node.span, ours, Applicability::Unsafe),
                None => finding.suggest(word, TYPES.iter().copied()),
            });
            return None;
        }
    };
    Some((ty, Fill::Value))
}

/// What other languages call our types.
fn foreign_type(word: &str) -> Option<&'static str> {
    Some(match word {
        "string" | "str" | "String" => "text",
        "boolean" => "bool",
        "integer" | "number" | "long" => "int",
        "datetime" | "timestamp" | "instant" => "time",
        "float" | "double" => "decimal",
        _ => return None,
    })
}

/// The constants of a `one_of` or `set_of`, each once; none where there are none that can be used.
pub fn constants(node: &Node, cx: &mut Declaring<'_>) -> Option<EnumType> {
    let mut names: Vec<&str> = Vec::new();
    let mut known = BTreeSet::new();
    for item in node.list_or_one() {
        let Some(word) = item.word("a constant", cx.report) else {
            continue;
        };
        if !check_name(word, item.span, cx.report) {
            continue;
        }
        if !known.insert(word) {
            cx.error(
                &codes::DUPLICATE_NAME,
                item.span,
                format!("the constant `{word}` is listed twice"),
            );
            continue;
        }
        names.push(word);
    }
    if names.is_empty() {
        if node.list_or_one().is_empty() {
            let finding = Diagnostic::error(&codes::UNKNOWN_TYPE, node.span, "there are no constants to choose from");
            cx.report.push(finding.help("list them, as in `one_of: [low, high]`"));
        }
        return None;
    }
    Some(EnumType::new("", &names))
}

fn narrow(ty: &mut Type, min: Option<&Node>, max: Option<&Node>, scale: Option<&Node>, cx: &mut Declaring<'_>) {
    let bound = |node: Option<&Node>, cx: &mut Declaring<'_>| node.and_then(|node| number(node, cx));
    let (low, high) = (bound(min, cx), bound(max, cx));
    match ty {
        Type::Count { max: most } => {
            *most = high.unwrap_or(*most);
            if let Some(node) = min {
                cx.error(
                    &codes::UNKNOWN_TYPE,
                    node.span,
                    "a `count` begins at 0 and has no `min`",
                );
            }
            check_bounds(0, *most, max, cx);
        }
        Type::Int { min: least, max: most } => {
            *least = low.unwrap_or(*least);
            *most = high.unwrap_or(*most);
            check_bounds(*least, *most, max.or(min), cx);
        }
        _ => {
            for node in [min, max].into_iter().flatten() {
                cx.error(&codes::UNKNOWN_TYPE, node.span, "only `int` and `count` have bounds");
            }
        }
    }
    if let Some(node) = scale {
        match (ty, node.whole_number(0..=9, "a number", cx.report)) {
            (Type::Decimal { scale }, Some(digits)) => *scale = u8::try_from(digits).unwrap_or_default(),
            (_, Some(_)) => cx.error(&codes::UNKNOWN_TYPE, node.span, "only `decimal` has a scale"),
            _ => {}
        }
    }
}

/// A whole number, written out or named by a parameter.
pub fn number(node: &Node, cx: &mut Declaring<'_>) -> Option<i64> {
    let Some(name) = node.text().and_then(|text| text.strip_prefix("param.")) else {
        return node.whole_number(i64::MIN + 1..=i64::MAX, "a number", cx.report);
    };
    match cx.params.get(name) {
        Some((_, Value::Int(number))) => Some(*number),
        Some(_) => {
            let message = format!("the parameter `{name}` is no whole number");
            cx.error(&codes::MISFIT_DEFAULT, node.span, message);
            None
        }
        None if cx.broken.contains(name) => None,
        None => {
            let known: Vec<&str> = cx.params.keys().map(|name| &**name).collect();
            let message = format!("there is no parameter `{name}`");
            let mut finding = Diagnostic::error(&crate::codes::UNKNOWN_PARAMETER, node.span, message);
            finding = match known.as_slice() {
                [] => finding.help("no parameter is declared"),
                few if few.len() <= 12 => finding.help(format!("declared: {}", quoted(few))),
                _ => finding,
            };
            cx.report.push(finding.suggest(name, known));
            None
        }
    }
}

fn check_bounds(least: i64, most: i64, node: Option<&Node>, cx: &mut Declaring<'_>) {
    if let Some(node) = node.filter(|_| least > most) {
        let message = format!("no number lies between {least} and {most}");
        cx.error(&codes::EMPTY_BOUNDS, node.span, message);
    }
}

fn read_mask(node: &Node, ty: &Type, cx: &mut Declaring<'_>) -> Option<Mask> {
    let word = node.word("a mask", cx.report)?;
    let masks = ["none", "hidden", "last4", "family_name"];
    let mask = match word {
        "none" => Mask::None,
        "hidden" => Mask::Hidden,
        "last4" => Mask::Last4,
        "family_name" => Mask::FamilyName,
        _ => {
            let finding = Diagnostic::error(&codes::NESTED_PERSONAL, node.span, format!("there is no mask `{word}`"));
            cx.report.push(
                finding
                    .help(format!("declared: {}", quoted(&masks)))
                    .suggest(word, masks),
            );
            return None;
        }
    };
    if mask != Mask::None && !holds_text(ty) {
        let finding = Diagnostic::error(&codes::NESTED_PERSONAL, node.span, "only a text can be masked");
        cx.report
            .push(finding.help("a person or ref is the host's own key; a text is hidden unless it says otherwise"));
        return None;
    }
    Some(mask)
}

/// A text is hidden unless it says otherwise.
fn usual_masking(ty: &Type) -> Masking {
    Masking::Alike(if holds_text(ty) { Mask::Hidden } else { Mask::None })
}

/// Whether values of the type hold free text.
fn holds_text(ty: &Type) -> bool {
    match ty {
        Type::Text => true,
        Type::List(item) => holds_text(item),
        Type::Record(record) => record.fields().any(|field| holds_text(&field.ty)),
        _ => false,
    }
}

/// A value as it stands in YAML, read by its type; what does not fit is reported.
pub fn read_value(node: &Node, ty: &Type, cx: &mut Declaring<'_>) -> Option<Value> {
    let raw = raw_value(node, ty)?;
    match ty.read(&raw) {
        Ok(value) => Some(value),
        Err(bad) => {
            let mut finding = Diagnostic::error(&codes::MISFIT_DEFAULT, node.span, bad.to_string());
            let meant = match (ty, node.text()) {
                (Type::Bool, Some("yes" | "Yes" | "on" | "On" | "True" | "TRUE")) => Some("true"),
                (Type::Bool, Some("no" | "No" | "off" | "Off" | "False" | "FALSE")) => Some("false"),
                _ => None,
            };
            if let Some(meant) = meant {
                finding = finding.fix(format!("write `{meant}`"), node.span, meant, Applicability::Safe);
            }
            cx.report.push(finding);
            None
        }
    }
}

/// YAML has texts only; the type says which of them are numbers.
fn raw_value(node: &Node, ty: &Type) -> Option<Value> {
    if let Some(items) = node.as_list() {
        let item = if let Type::List(item) = ty { item } else { ty };
        return items
            .iter()
            .map(|node| raw_value(node, item))
            .collect::<Option<_>>()
            .map(Value::List);
    }
    let text = node.text()?;
    Some(match ty {
        Type::Bool if text == "true" => Value::Bool(true),
        Type::Bool if text == "false" => Value::Bool(false),
        Type::Int { .. } | Type::Count { .. } => text.parse().map_or_else(|_| Value::text(text), Value::Int),
        _ => Value::text(text),
    })
}

/// The entries of a mapping; none for anything else.
pub fn entries(node: &Node) -> impl Iterator<Item = (&Key, &Node)> {
    node.as_map().unwrap_or_default().iter().map(|(key, node)| (key, node))
}
