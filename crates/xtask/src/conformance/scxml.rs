//! Reading SCXML: the document as states, transitions and actions, names still as they were written. What the
//! language leaves out is refused here where the element alone tells; expressions are another file's work.

use super::stop::{Reason, Stop};
use roxmltree::Node;

/// A chart.
#[derive(Debug)]
pub(crate) struct Chart {
    /// All variables in document order, wherever they are declared.
    pub(crate) data: Vec<Datum>,
    /// The `<scxml>` element as the state around all others.
    pub(crate) root: State,
}

/// A variable with the expression of its first value.
#[derive(Debug)]
pub(crate) struct Datum {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
}

/// What a state is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `<state>` or `<scxml>`: atomic or compound.
    State,
    Parallel,
    Final,
    History {
        deep: bool,
    },
}

/// A state.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) id: Option<String>,
    pub(crate) kind: Kind,
    /// The `initial` attribute or element, or a history's transition.
    pub(crate) start: Option<Transition>,
    pub(crate) enter: Vec<Step>,
    pub(crate) leave: Vec<Step>,
    pub(crate) transitions: Vec<Transition>,
    pub(crate) children: Vec<State>,
}

impl State {
    /// Whether states lie inside; a history is none.
    pub(crate) fn is_composite(&self) -> bool {
        self.children
            .iter()
            .any(|child| !matches!(child.kind, Kind::History { .. }))
    }
}

/// A transition, or what stands for one in a start.
#[derive(Debug, Default)]
pub(crate) struct Transition {
    /// Event descriptors; none for an eventless transition.
    pub(crate) events: Vec<String>,
    pub(crate) condition: Option<String>,
    pub(crate) targets: Vec<String>,
    pub(crate) internal: bool,
    pub(crate) steps: Vec<Step>,
}

/// A text that is written out or the expression that gives it.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    Text(String),
    Expression(String),
}

/// Executable content.
#[derive(Debug)]
pub(crate) enum Step {
    Assign {
        location: String,
        value: String,
    },
    /// `<raise>`, or `<send>` to the internal queue.
    Raise(Given),
    Send {
        event: Given,
        delay: Option<Given>,
        id: Option<String>,
    },
    Cancel(Given),
    If {
        cases: Vec<(String, Vec<Step>)>,
        otherwise: Vec<Step>,
    },
    /// Does nothing, but its expression may be wrong.
    Log(String),
}

/// Reads a document.
pub(crate) fn read(text: &str) -> Result<Chart, Stop> {
    let document = roxmltree::Document::parse(text).map_err(|error| Stop::broken(error.to_string()))?;
    let root = document.root_element();
    if root.attribute("binding") == Some("late") {
        return Err(Reason::LateBinding.into());
    }
    let mut data = Vec::new();
    let root = state(root, &mut data)?;
    Ok(Chart { data, root })
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

fn owned(node: Node<'_, '_>, attribute: &str) -> Option<String> {
    node.attribute(attribute).map(str::to_owned)
}

fn words(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

fn needed(node: Node<'_, '_>, attribute: &str) -> Result<String, Stop> {
    let missing = || Stop::broken(format!("`{}` has no `{attribute}`", node.tag_name().name()));
    owned(node, attribute).ok_or_else(missing)
}

fn state(node: Node<'_, '_>, data: &mut Vec<Datum>) -> Result<State, Stop> {
    let kind = match node.tag_name().name() {
        "scxml" | "state" => Kind::State,
        "parallel" => Kind::Parallel,
        "final" => Kind::Final,
        "history" => Kind::History {
            deep: node.attribute("type") == Some("deep"),
        },
        other => return Err(Stop::broken(format!("`{other}` is no state"))),
    };
    let mut state = State {
        id: owned(node, "id"),
        kind,
        start: None,
        enter: Vec::new(),
        leave: Vec::new(),
        transitions: Vec::new(),
        children: Vec::new(),
    };
    if let Some(targets) = node.attribute("initial") {
        state.start = Some(Transition {
            targets: words(Some(targets)),
            ..Transition::default()
        });
    }
    for child in elements(node) {
        match child.tag_name().name() {
            "datamodel" => {
                for datum in elements(child) {
                    data.push(read_datum(datum)?);
                }
            }
            "onentry" => state.enter.extend(steps(child)?),
            "onexit" => state.leave.extend(steps(child)?),
            "transition" if matches!(kind, Kind::History { .. }) => state.start = Some(transition(child)?),
            "transition" => state.transitions.push(transition(child)?),
            "initial" => {
                let start = elements(child).find(|inner| inner.tag_name().name() == "transition");
                let start = start.ok_or_else(|| Stop::broken("`initial` has no transition"))?;
                state.start = Some(transition(start)?);
            }
            "state" | "parallel" | "final" | "history" => state.children.push(self::state(child, data)?),
            "invoke" => return Err(Reason::Invoke.into()),
            "script" => return Err(Reason::Script.into()),
            "donedata" => return Err(Reason::DoneData.into()),
            other => return Err(Stop::broken(format!("`{other}` does not belong in a state"))),
        }
    }
    Ok(state)
}

fn read_datum(node: Node<'_, '_>) -> Result<Datum, Stop> {
    if node.has_attribute("src") {
        return Err(Reason::DataSource.into());
    }
    if has_content(node) {
        return Err(Reason::DataLiteral.into());
    }
    Ok(Datum {
        name: needed(node, "id")?,
        value: owned(node, "expr"),
    })
}

fn has_content(node: Node<'_, '_>) -> bool {
    node.children().any(|child| {
        child.is_element()
            || child
                .text()
                .is_some_and(|text| !text.trim().is_empty() && child.is_text())
    })
}

fn transition(node: Node<'_, '_>) -> Result<Transition, Stop> {
    Ok(Transition {
        events: words(node.attribute("event")),
        condition: owned(node, "cond"),
        targets: words(node.attribute("target")),
        internal: node.attribute("type") == Some("internal"),
        steps: steps(node)?,
    })
}

fn steps(node: Node<'_, '_>) -> Result<Vec<Step>, Stop> {
    elements(node).map(step).collect()
}

fn step(node: Node<'_, '_>) -> Result<Step, Stop> {
    Ok(match node.tag_name().name() {
        "assign" => {
            if has_content(node) {
                return Err(Reason::DataLiteral.into());
            }
            Step::Assign {
                location: needed(node, "location")?,
                value: needed(node, "expr")?,
            }
        }
        "raise" => Step::Raise(Given::Text(needed(node, "event")?)),
        "send" => send(node)?,
        "cancel" => Step::Cancel(given(node, "sendid", "sendidexpr").ok_or_else(|| Stop::broken("`cancel` of what?"))?),
        "if" => branches(node)?,
        "log" => Step::Log(node.attribute("expr").unwrap_or_default().to_owned()),
        "script" => return Err(Reason::Script.into()),
        "foreach" => return Err(Reason::Foreach.into()),
        other => return Err(Stop::broken(format!("`{other}` is no executable content"))),
    })
}

fn given(node: Node<'_, '_>, literal: &str, computed: &str) -> Option<Given> {
    owned(node, literal)
        .map(Given::Text)
        .or_else(|| owned(node, computed).map(Given::Expression))
}

fn send(node: Node<'_, '_>) -> Result<Step, Stop> {
    const OWN_TYPE: &str = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor";
    if node.has_attribute("targetexpr") || node.has_attribute("typeexpr") {
        return Err(Reason::SendTarget.into());
    }
    if node
        .attribute("type")
        .is_some_and(|kind| kind != OWN_TYPE && kind != "scxml")
    {
        return Err(Reason::SendTarget.into());
    }
    let internal = match node.attribute("target") {
        None => false,
        Some("#_internal") => true,
        Some(_) => return Err(Reason::SendTarget.into()),
    };
    if node.has_attribute("idlocation") {
        return Err(Reason::IdLocation.into());
    }
    if node.has_attribute("namelist") || elements(node).next().is_some() {
        return Err(Reason::EventData.into());
    }
    let event = given(node, "event", "eventexpr").ok_or_else(|| Stop::broken("`send` names no event"))?;
    if internal {
        return Ok(Step::Raise(event));
    }
    Ok(Step::Send {
        event,
        delay: given(node, "delay", "delayexpr"),
        id: owned(node, "id"),
    })
}

/// `<if>`, in which `<elseif>` and `<else>` are marks between the actions.
fn branches(node: Node<'_, '_>) -> Result<Step, Stop> {
    let mut cases = vec![(needed(node, "cond")?, Vec::new())];
    let mut otherwise = None;
    for child in elements(node) {
        match child.tag_name().name() {
            "elseif" => cases.push((needed(child, "cond")?, Vec::new())),
            "else" => otherwise = Some(Vec::new()),
            _ => {
                let open = otherwise.as_mut().or_else(|| cases.last_mut().map(|(_, steps)| steps));
                if let Some(open) = open {
                    open.push(step(child)?);
                }
            }
        }
    }
    Ok(Step::If {
        cases,
        otherwise: otherwise.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_keep_document_order_and_starts() {
        let chart = read(
            "<scxml initial='b'><state id='a'><initial><transition target='a1'><raise event='e'/></transition></initial>\
             <history id='h' type='deep'><transition target='a1'/></history><state id='a1'/></state><final id='b'/></scxml>",
        )
        .unwrap();
        assert_eq!(chart.root.start.unwrap().targets, ["b"]);
        let [a, b] = chart.root.children.as_slice() else {
            unreachable!()
        };
        assert_eq!((a.id.as_deref(), b.kind), (Some("a"), Kind::Final));
        assert_eq!(a.start.as_ref().unwrap().steps.len(), 1);
        assert_eq!(
            a.children.iter().map(|c| c.kind).collect::<Vec<_>>(),
            [Kind::History { deep: true }, Kind::State]
        );
    }

    #[test]
    fn an_if_is_cut_at_its_marks() {
        let text = "<scxml><state><onentry><if cond='x'><raise event='a'/><elseif cond='y'/><else/>\
                    <raise event='b'/><raise event='c'/></if></onentry></state></scxml>";
        let chart = read(text).unwrap();
        let [Step::If { cases, otherwise }] = chart.root.children[0].enter.as_slice() else {
            unreachable!()
        };
        let lengths: Vec<(&str, usize)> = cases.iter().map(|(cond, steps)| (cond.as_str(), steps.len())).collect();
        assert_eq!((lengths, otherwise.len()), (vec![("x", 1), ("y", 0)], 2));
    }

    #[test]
    fn what_the_language_leaves_out_is_named() {
        let check = |inner: &str, reason: Reason| {
            let text = format!("<scxml><state>{inner}</state></scxml>");
            assert_eq!(read(&text).unwrap_err(), Stop::Skip(reason), "{inner}");
        };
        check("<invoke type='scxml'/>", Reason::Invoke);
        check("<onentry><script>x = 1</script></onentry>", Reason::Script);
        check("<onentry><foreach array='a' item='b'/></onentry>", Reason::Foreach);
        check(
            "<onentry><send event='e' target='#_parent'/></onentry>",
            Reason::SendTarget,
        );
        check(
            "<onentry><send event='e'><param name='p' expr='1'/></send></onentry>",
            Reason::EventData,
        );
        check(
            "<onentry><send event='e' idlocation='v'/></onentry>",
            Reason::IdLocation,
        );
        check(
            "<datamodel><data id='v' src='file:v.txt'/></datamodel>",
            Reason::DataSource,
        );
        check("<datamodel><data id='v'>[1, 2]</data></datamodel>", Reason::DataLiteral);
    }
}
