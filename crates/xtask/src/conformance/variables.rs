//! The variables of a chart: their types, their first values, and those that never change.

use super::expressions::{Kind, Names, Variable};
use super::javascript::{self, Js};
use super::scxml::{Chart, State, Step};
use super::stop::{Reason, Stop};
use std::collections::{BTreeMap, BTreeSet};

/// Every declared variable with its type: that of its first value, or of the first value that is ever assigned to
/// it. One that nothing gives a value counts as a number; it is never read as one.
pub(crate) fn infer(chart: &Chart) -> Result<BTreeMap<String, Variable>, Stop> {
    let first = first_values(chart)?;
    let mut known = Names::default();
    let field = |name: &str| {
        let position = chart
            .data
            .iter()
            .position(|datum| datum.name == name)
            .unwrap_or_default();
        format!("v{position}")
    };
    for (name, value) in &first {
        if let Some(kind) = known.kind(value) {
            known.variables.insert(
                name.clone(),
                Variable {
                    field: field(name),
                    kind,
                    optional: false,
                },
            );
        }
    }
    let mut assigned = Vec::new();
    each_block(&chart.root, &mut |steps| {
        assignments(steps, &mut |to, value| assigned.push((to, value)))
    });
    loop {
        let before = known.variables.len();
        for (to, value) in &assigned {
            let declared = chart.data.iter().any(|datum| datum.name == *to);
            if let Some(kind) = known
                .kind(&javascript::parse(value)?)
                .filter(|_| declared && !known.variables.contains_key(*to))
            {
                known.variables.insert(
                    (*to).to_owned(),
                    Variable {
                        field: field(to),
                        kind,
                        optional: true,
                    },
                );
            }
        }
        if known.variables.len() == before {
            break;
        }
    }
    for datum in &chart.data {
        let unknown = Variable {
            field: field(&datum.name),
            kind: Kind::Int,
            optional: true,
        };
        known.variables.entry(datum.name.clone()).or_insert(unknown);
    }
    Ok(known.variables)
}

/// The first values of the variables that have one, which must not depend on anything.
pub(crate) fn first_values(chart: &Chart) -> Result<BTreeMap<String, Js>, Stop> {
    let mut first = BTreeMap::new();
    for datum in &chart.data {
        let Some(value) = &datum.value else { continue };
        let value = javascript::parse(value)?;
        let value = constant(&value, &first).ok_or(Reason::Expression)?;
        first.insert(datum.name.clone(), value);
    }
    Ok(first)
}

/// The values of the variables to which nothing is ever assigned.
pub(crate) fn constants(chart: &Chart) -> Result<BTreeMap<String, Js>, Stop> {
    let mut changed = BTreeSet::new();
    each_block(&chart.root, &mut |steps| {
        assigned(steps, &mut |name| {
            changed.insert(name.to_owned());
        });
    });
    let mut first = first_values(chart)?;
    first.retain(|name, _| !changed.contains(name));
    Ok(first)
}

/// The value of an expression that is a literal, or a variable whose value is known.
pub(crate) fn constant(js: &Js, known: &BTreeMap<String, Js>) -> Option<Js> {
    match js {
        Js::Int(_) | Js::Bool(_) | Js::Text(_) => Some(js.clone()),
        Js::Negative(inner) => match constant(inner, known)? {
            Js::Int(value) => Some(Js::Int(value.saturating_neg())),
            _ => None,
        },
        Js::Name(name) => known.get(name).cloned(),
        _ => None,
    }
}

/// The names of all variables that are assigned to, at whatever depth.
pub(crate) fn assigned<'c>(steps: impl IntoIterator<Item = &'c Step>, visit: &mut dyn FnMut(&'c str)) {
    assignments(steps, &mut |to, _| visit(to));
}

fn assignments<'c>(steps: impl IntoIterator<Item = &'c Step>, visit: &mut dyn FnMut(&'c str, &'c str)) {
    for step in steps {
        match step {
            Step::Assign { location, value } => visit(location.trim(), value),
            Step::If { cases, otherwise } => {
                for (_, steps) in cases {
                    assignments(steps, visit);
                }
                assignments(otherwise, visit);
            }
            _ => {}
        }
    }
}

fn each_block<'c>(state: &'c State, visit: &mut dyn FnMut(&'c [Step])) {
    visit(&state.enter);
    visit(&state.leave);
    for transition in state.start.iter().chain(&state.transitions) {
        visit(&transition.steps);
    }
    for child in &state.children {
        each_block(child, visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::scxml::read;

    #[test]
    fn types_come_from_first_values_and_then_from_assignments() {
        let chart = read(
            "<scxml><datamodel><data id='n' expr='1'/><data id='t' expr=\"'x'\"/><data id='late'/><data id='copy'/>\
             <data id='never'/></datamodel><state id='a'><onentry><assign location='copy' expr='late'/>\
             <if cond='true'><assign location='late' expr='n == 1'/></if></onentry></state></scxml>",
        )
        .unwrap();
        let variables = infer(&chart).unwrap();
        let of = |name: &str| {
            (
                variables[name].kind,
                variables[name].optional,
                variables[name].field.as_str(),
            )
        };
        assert_eq!(of("n"), (Kind::Int, false, "v0"));
        assert_eq!(of("t"), (Kind::Text, false, "v1"));
        assert_eq!(of("late"), (Kind::Bool, true, "v2"));
        assert_eq!(of("copy"), (Kind::Bool, true, "v3"));
        assert_eq!(of("never"), (Kind::Int, true, "v4"));
        assert_eq!(constants(&chart).unwrap().into_keys().collect::<Vec<_>>(), ["n", "t"]);
    }
}
