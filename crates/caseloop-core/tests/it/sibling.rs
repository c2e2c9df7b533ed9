//! Rules as another crate would read them beside a workflow: their faces only, since nothing here asks them.

use caseloop_core::WorkflowLimits;
use caseloop_core::definition::RulesDef;
use caseloop_core::read::{CalendarNames, Siblings};
use caseloop_expr::declare::{Data, Declaring};
use caseloop_expr::{EnumType, RecordType, Type};
use caseloop_syntax::{Document, Kind, Report, Span};
use std::sync::Arc;

/// A load with a classifier, `kind_of`, a table, `grade_of`, two scores, `points_of`, which asks what is left of a promise,
/// and `text_points`, which does not, and an assignment, `who_of`.
pub(crate) struct Sibling;

impl Siblings for Sibling {
    fn calendars(&mut self, _: &[Document], _: &mut Report) -> CalendarNames {
        CalendarNames::default()
    }

    fn rules(&mut self, _: &[Document], _: &WorkflowLimits, declaring: &mut Declaring<'_>) -> Vec<RulesDef> {
        let kind = Type::Enum(Arc::new(EnumType::new("kind", &["enquiry", "complaint"])));
        let role = Type::Enum(declaring.roles.clone());
        let mut candidate = RecordType::default();
        candidate.push("who", Type::Ref, false, false, Span::default());
        let candidates = Type::List(Arc::new(Type::Record(Arc::new(candidate))));
        vec![
            rules("kind_of", Kind::Classifier, &[("words", Type::Text)], &[("kind", kind)]),
            rules(
                "grade_of",
                Kind::Table,
                &[("amount", Type::Count { max: 10 })],
                &[("grade", Type::Count { max: 4 })],
            ),
            rules(
                "points_of",
                Kind::Score,
                &[("amount", Type::Count { max: 10 })],
                &[("points", Type::INT)],
            ),
            rules(
                "text_points",
                Kind::Score,
                &[("late", Type::Bool), ("words", Type::Text)],
                &[("points", Type::INT)],
            ),
            rules(
                "who_of",
                Kind::Assign,
                &[("candidates", candidates), ("or", role)],
                &[("assignee", Type::Ref)],
            ),
        ]
    }
}

fn rules(name: &str, kind: Kind, inputs: &[(&str, Type)], outputs: &[(&str, Type)]) -> RulesDef {
    let inputs = record(inputs, false);
    RulesDef {
        name: name.into(),
        kind,
        inputs: Data {
            defaults: vec![None; inputs.fields().count()],
            record: Arc::new(inputs),
            ..Data::default()
        },
        outputs: Arc::new(record(outputs, true)),
        reads_left: name == "points_of",
        rules: Vec::new(),
        hash: "".into(),
        span: Span::default(),
    }
}

fn record(fields: &[(&str, Type)], optional: bool) -> RecordType {
    let mut record = RecordType::default();
    for (name, ty) in fields {
        record.push(name, ty.clone(), optional, false, Span::default());
    }
    record
}
