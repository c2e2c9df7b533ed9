//! `gives`, `then` and `otherwise`: what a table gives, and what each rule gives for it.

use super::super::codes;
use super::super::reader::Reader;
use crate::table::{Given, HitPolicy, has_order, range};
use caseloop_expr::{Field, Heavy, RecordType, Type, Value, bounds};
use caseloop_syntax::{Diagnostic, Node, Span};
use std::sync::Arc;

/// The outputs of a table.
pub(super) struct Outputs {
    pub(super) record: Arc<RecordType>,
    /// What stands for an output that a rule does not give.
    defaults: Vec<Option<Value>>,
    hit: HitPolicy,
}

impl Outputs {
    /// `gives`, checked against the hit policy.
    pub(super) fn read(node: &Node, hit: HitPolicy, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let errors = reader.declaring.report.errors();
        let data = reader.declared(node, "a set of outputs");
        let outputs = Self {
            record: data.record,
            defaults: data.defaults,
            hit,
        };
        if outputs.record.fields().len() == 0 && reader.declaring.report.errors() == errors {
            let finding = Diagnostic::error(&codes::MALFORMED_OUTPUT, node.span, "a table gives nothing");
            reader.push(finding.help("declare what it gives, as in `gives: {grade: {one_of: [low, high]}}`"));
        }
        outputs.check_hit(node.span, reader);
        (reader.declaring.report.errors() == errors).then_some(outputs)
    }

    fn check_hit(&self, span: Span, reader: &mut Reader<'_, '_>) {
        let word = HitPolicy::ALL
            .iter()
            .find_map(|(word, policy)| (*policy == self.hit).then_some(*word));
        let word = word.unwrap_or_default();
        for field in self.record.fields() {
            let Some(wanted) = unfit(&field.ty, self.hit) else {
                continue;
            };
            let message = format!("`{word}` gives {wanted}, and `{}` is {}", field.name, field.ty);
            reader.push(Diagnostic::error(&codes::MALFORMED_OUTPUT, field.span, message));
        }
        if self.hit.orders() && !self.record.fields().any(has_order) {
            let message = format!("`{word}` goes by the order of constants, and no output has any");
            let finding = Diagnostic::error(&codes::MALFORMED_OUTPUT, span, message);
            reader.push(finding.help("declare an output as `{one_of: [first, second]}`, what comes first first"));
        }
        if self.hit == HitPolicy::Count && self.record.fields().len() > 1 {
            let message = "`count` gives one number, and there are several outputs";
            reader.push(Diagnostic::error(&codes::MALFORMED_OUTPUT, span, message));
        }
    }

    /// `then`: a value for every output.
    pub(super) fn given(&self, node: &Node, reader: &mut Reader<'_, '_>) -> Option<Vec<Given>> {
        if self.hit == HitPolicy::Count {
            let finding = Diagnostic::error(
                &codes::MALFORMED_OUTPUT,
                node.span,
                "rules that are counted give nothing",
            );
            reader.push(finding.help("leave `then` out"));
            return None;
        }
        self.values(node, |field| item(&field.ty, self.hit), reader)
    }

    /// What a rule gives that says nothing of it.
    pub(super) fn none_given(&self, span: Span, reader: &mut Reader<'_, '_>) -> Option<Vec<Given>> {
        if self.hit == HitPolicy::Count {
            return Some(Vec::new());
        }
        let given = self.record.fields().enumerate();
        given
            .map(|(position, field)| self.left_out(position, field, span, reader))
            .collect()
    }

    /// `otherwise`: a value for every output, each of its whole type.
    pub(super) fn otherwise(&self, node: &Node, reader: &mut Reader<'_, '_>) -> Option<Vec<Given>> {
        self.values(node, |field| field.ty.clone(), reader)
    }

    /// What the defaults of the outputs say of a case that no rule holds for.
    pub(super) fn defaults(&self) -> Option<Vec<Given>> {
        let known = self.defaults.iter().any(Option::is_some);
        let given = self.record.fields().zip(&self.defaults);
        let given = given.map(|(field, default)| match default {
            Some(value) => Some(constant(&field.ty, value.clone(), None)),
            None => field.optional.then_some(Given::Nothing),
        });
        given.collect::<Option<Vec<Given>>>().filter(|_| known)
    }

    fn values(&self, node: &Node, ty: impl Fn(&Field) -> Type, reader: &mut Reader<'_, '_>) -> Option<Vec<Given>> {
        let mut fields = node.fields("values by output", reader.declaring.report)?;
        let mut found: Vec<Option<Given>> = vec![None; self.record.fields().len()];
        let mut sound = true;
        for (key, node) in fields.rest() {
            let Some((index, field)) = self.record.get(&key.name) else {
                let message = format!("`{}` is no output of the table", key.name);
                let finding = Diagnostic::error(&codes::UNKNOWN_OUTPUT, key.span, message);
                let known = self.record.fields().map(|field| &*field.name);
                reader.push(finding.suggest(&key.name, known));
                sound = false;
                continue;
            };
            let given = value(node, field, &ty(field), reader);
            sound &= given.is_some();
            if let Some(place) = found.get_mut(usize::from(index.0)) {
                *place = given;
            }
        }
        if !sound {
            return None;
        }
        let given = self.record.fields().enumerate().zip(found);
        given
            .map(|((position, field), given)| given.or_else(|| self.left_out(position, field, node.span, reader)))
            .collect()
    }

    fn left_out(&self, position: usize, field: &Field, span: Span, reader: &mut Reader<'_, '_>) -> Option<Given> {
        if let Some(default) = self.defaults.get(position).cloned().flatten()
            && !self.hit.lists()
        {
            return Some(constant(&field.ty, default, None));
        }
        if field.optional || self.hit.lists() {
            return Some(Given::Nothing);
        }
        let message = format!("nothing is said of `{}`", field.name);
        let finding = Diagnostic::error(&codes::MISSING_OUTPUT, span, message).also(field.span, "declared here");
        reader.push(finding.help("give it a value, or declare it with a `default` or `optional: true`"));
        None
    }
}

/// What a hit policy gives, where an output of this type cannot take it.
fn unfit(ty: &Type, hit: HitPolicy) -> Option<&'static str> {
    let number = matches!(ty, Type::Int { .. } | Type::Count { .. });
    match hit {
        hit if hit.lists() => (!matches!(ty, Type::List(_) | Type::Set(_))).then_some("a list or a set"),
        HitPolicy::Count => (!number).then_some("a whole number"),
        HitPolicy::Sum => {
            let summed = number || matches!(ty, Type::Decimal { .. } | Type::Duration);
            (!summed).then_some("a number or a duration")
        }
        HitPolicy::Min | HitPolicy::Max => {
            (!ty.is_word() || matches!(ty, Type::Bool | Type::Set(_))).then_some("what has an order")
        }
        _ => None,
    }
}

/// What one rule gives for an output of this type.
fn item(ty: &Type, hit: HitPolicy) -> Type {
    match ty {
        Type::List(item) if hit.lists() => (**item).clone(),
        Type::Set(constants) if hit.lists() => Type::Enum(constants.clone()),
        other => other.clone(),
    }
}

fn value(node: &Node, field: &Field, ty: &Type, reader: &mut Reader<'_, '_>) -> Option<Given> {
    if node.is_null() {
        let message = format!("nothing is said of `{}`", field.name);
        reader.push(Diagnostic::error(&codes::MISSING_OUTPUT, node.span, message));
        return None;
    }
    let formula = reader.formula(node, Some(ty))?;
    if formula.optional() && !field.optional {
        let message = format!(
            "`{}` may be absent, and `{}` is always given",
            formula.text(),
            field.name
        );
        let finding = Diagnostic::error(&codes::MISSING_OUTPUT, node.span, message);
        reader.push(finding.help(format!("declare `{}` with `optional: true`", field.name)));
        return None;
    }
    let ((least, most), (low, high)) = (bounds(&formula, None), range(ty));
    if matches!(ty, Type::Int { .. } | Type::Count { .. }) && (least < low || most > high) {
        let (found, bound, ends) = match most > high {
            true => (most, high, "ends"),
            false => (least, low, "begins"),
        };
        let message = format!("`{}` may become {found}, and it {ends} at {bound}", field.name);
        let finding = Diagnostic::error(&codes::OUTPUT_OUT_OF_RANGE, node.span, message);
        reader.push(finding.also(field.span, "declared here"));
        return None;
    }
    Some(match formula.constant() {
        Some(value) => constant(ty, value, Some(formula.text().into())),
        None => Given::Computed(formula),
    })
}

fn constant(ty: &Type, value: Value, text: Option<Arc<str>>) -> Given {
    let value = ty.read(&value).unwrap_or(value);
    Given::Constant {
        text,
        word: ty.word(&value),
        heavy: Heavy::of(ty, value.clone()),
        value,
    }
}
