//! A model: what its inputs are, and its decisions. Not: how a table is asked.

use super::feel::{Known, Names};
use super::table::Table;
use super::{Lacks, Local, child_text};
use roxmltree::Node;
use std::collections::BTreeMap;

/// A value of a case, of whatever type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Val {
    Null,
    Bool(bool),
    /// As it is written, without zeros that say nothing.
    Number(String),
    Text(String),
    /// A date, time or duration as it is written.
    Other(String),
    List(Vec<Val>),
    Context(BTreeMap<String, Val>),
}

impl Val {
    /// What a node of a case holds.
    pub(super) fn read(node: Node<'_, '_>) -> Result<Self, Lacks> {
        let mut context = BTreeMap::new();
        for child in node.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "value" => return Ok(scalar(child)),
                "list" => {
                    let items = child.children().filter(|item| item.has_tag_name_local("item"));
                    return items.map(Self::read).collect::<Result<_, _>>().map(Self::List);
                }
                "component" => {
                    let name = child.attribute("name").unwrap_or_default();
                    context.insert(name.to_owned(), Self::read(child)?);
                }
                other => return Err(Lacks(format!("a case with {other}"))),
            }
        }
        Ok(match context.is_empty() {
            true => Self::Null,
            false => Self::Context(context),
        })
    }

    pub(super) fn number(text: &str) -> Self {
        let text = text.trim().trim_start_matches('+');
        let text = match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => text,
        };
        Self::Number(text.to_owned())
    }

    /// Whether two are equal; a list of one is that one, as FEEL has it.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Self::Context(a), Self::Context(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((a, x), (b, y))| a == b && x.same(y))
            }
            (Self::Other(a) | Self::Text(a), Self::Other(b) | Self::Text(b)) => a == b,
            (a, b) => a == b,
        }
    }
}

fn scalar(node: Node<'_, '_>) -> Val {
    let attribute = |name: &str| {
        node.attributes()
            .find(|found| found.name() == name)
            .map(|found| found.value())
    };
    let text = node.text().unwrap_or_default();
    let ty = attribute("type")
        .and_then(|ty| ty.split_once(':'))
        .map_or("", |(_, ty)| ty);
    match ty {
        _ if attribute("nil") == Some("true") => Val::Null,
        "boolean" => Val::Bool(text.trim() == "true"),
        "decimal" | "double" | "integer" | "int" | "long" | "float" => Val::number(text),
        "string" => Val::Text(text.to_owned()),
        "" if text.trim().parse::<i64>().is_ok() => Val::number(text),
        _ => Val::Other(text.trim().to_owned()),
    }
}

/// See the module.
pub(super) struct Model<'d> {
    decisions: BTreeMap<&'d str, Node<'d, 'd>>,
    inputs: BTreeMap<&'d str, &'d str>,
    items: BTreeMap<&'d str, Node<'d, 'd>>,
    ids: BTreeMap<&'d str, Node<'d, 'd>>,
}

impl<'d> Model<'d> {
    pub(super) fn of(root: Node<'d, 'd>) -> Self {
        let mut model = Self {
            decisions: BTreeMap::new(),
            inputs: BTreeMap::new(),
            items: BTreeMap::new(),
            ids: BTreeMap::new(),
        };
        for node in root.children().filter(Node::is_element) {
            let name = node.attribute("name").unwrap_or_default();
            if let Some(id) = node.attribute("id") {
                model.ids.insert(id, node);
            }
            match node.tag_name().name() {
                "decision" => drop(model.decisions.insert(name, node)),
                "inputData" => {
                    let ty = node.children().find(|child| child.has_tag_name_local("variable"));
                    let ty = ty
                        .and_then(|variable| variable.attribute("typeRef"))
                        .unwrap_or_default();
                    model.inputs.insert(name, ty);
                }
                "itemDefinition" => drop(model.items.insert(name, node)),
                _ => {}
            }
        }
        model
    }

    /// What a decision gives.
    pub(super) fn decide(&self, name: &str, given: &BTreeMap<String, Val>) -> Result<Val, Lacks> {
        self.decide_within(name, given, 8)
    }

    fn decide_within(&self, name: &str, given: &BTreeMap<String, Val>, deep: usize) -> Result<Val, Lacks> {
        let decision = self.decisions.get(name).filter(|_| deep > 0);
        let decision = decision.ok_or_else(|| Lacks("a decision of another kind".to_owned()))?;
        let logic = decision.children().find(|node| {
            let name = node.tag_name().name();
            node.is_element()
                && ![
                    "variable",
                    "informationRequirement",
                    "knowledgeRequirement",
                    "authorityRequirement",
                    "description",
                    "question",
                    "allowedAnswers",
                    "extensionElements",
                ]
                .contains(&name)
        });
        let logic = logic.ok_or_else(|| Lacks("a decision without logic".to_owned()))?;
        if !logic.has_tag_name_local("decisionTable") {
            return Err(Lacks(boxed(logic)));
        }
        let (mut names, mut types, mut given) = (Names::new(), BTreeMap::new(), given.clone());
        for required in decision
            .children()
            .filter(|node| node.has_tag_name_local("informationRequirement"))
        {
            for node in required.children().filter(Node::is_element) {
                let id = node.attribute("href").unwrap_or_default().trim_start_matches('#');
                let of = self
                    .ids
                    .get(id)
                    .ok_or_else(|| Lacks("models that import others".to_owned()))?;
                let name = of.attribute("name").unwrap_or_default();
                let ty = of.children().find(|child| child.has_tag_name_local("variable"));
                let ty = ty
                    .and_then(|variable| variable.attribute("typeRef"))
                    .unwrap_or_default();
                if of.has_tag_name_local("decision") && !given.contains_key(name) {
                    let value = self.decide_within(name, &given, deep - 1)?;
                    given.insert(name.to_owned(), value);
                }
                let ty = self.ty(ty, 8)?;
                names.insert(
                    name.to_owned(),
                    Known {
                        is_list: ty.contains("list_of"),
                        lacks: None,
                    },
                );
                self.members(&mut names);
                types.insert(name.to_owned(), ty);
            }
        }
        let variable = decision.children().find(|child| child.has_tag_name_local("variable"));
        let result = variable
            .and_then(|variable| variable.attribute("typeRef"))
            .unwrap_or_default();
        Table::of(self, logic, name, result, &names, types)?.ask(&given)
    }

    /// Members of structures are names too, since they may hold spaces.
    fn members(&self, names: &mut Names) {
        for component in self.items.values().flat_map(Node::descendants) {
            if component.has_tag_name_local("itemComponent") {
                let name = component.attribute("name").unwrap_or_default().to_owned();
                let lacks = self.item(component, 8).err().map(|Lacks(what)| what);
                names.entry(name).or_insert(Known { is_list: false, lacks });
            }
        }
    }

    /// A type in the words of a declaration.
    pub(super) fn ty(&self, name: &str, deep: usize) -> Result<String, Lacks> {
        let bare = name.rsplit_once(':').map_or(name, |(_, name)| name);
        Ok(match bare {
            "number" => "{type: decimal, scale: 6}".to_owned(),
            "string" => "{type: text}".to_owned(),
            "boolean" => "{type: bool}".to_owned(),
            "date" => "{type: date}".to_owned(),
            _ => match self.items.get(bare).filter(|_| deep > 0) {
                Some(item) => self.item(*item, deep - 1)?,
                None if bare.is_empty() => return Err(Lacks("values without a type".to_owned())),
                None => return Err(Lacks(format!("the type {bare}"))),
            },
        })
    }

    fn item(&self, item: Node<'_, '_>, deep: usize) -> Result<String, Lacks> {
        let mut members = Vec::new();
        for component in item
            .children()
            .filter(|child| child.has_tag_name_local("itemComponent"))
        {
            let name = super::feel::named(component.attribute("name").unwrap_or_default());
            // What has a type of another kind is left out, and missed only where something asks for it.
            members.extend(self.item(component, deep).ok().map(|ty| format!("{name}: {ty}")));
        }
        let one = match (members.is_empty(), child_text(item, "typeRef")) {
            (false, _) => format!("{{record: {{{}}}}}", members.join(", ")),
            (true, Some(ty)) if deep > 0 => self.ty(ty, deep - 1)?,
            _ => return Err(Lacks("a type of another kind".to_owned())),
        };
        Ok(match item.attribute("isCollection") {
            Some("true") => format!("{{list_of: {one}}}"),
            _ => one,
        })
    }

    /// The texts that an item definition allows, where it lists them.
    pub(super) fn allowed(&self, name: &str, component: &str) -> Option<&'d str> {
        let item = self.items.get(name)?;
        let of = match component.is_empty() {
            true => *item,
            false => item
                .children()
                .find(|child| child.attribute("name") == Some(component))?,
        };
        let values = of.children().find(|child| child.has_tag_name_local("allowedValues"))?;
        child_text(values, "text")
    }

    /// The type of a component of an item definition.
    pub(super) fn component(&self, name: &str, component: &str) -> Option<String> {
        let item = self.items.get(name)?;
        let of = item
            .children()
            .find(|child| child.attribute("name") == Some(component))?;
        self.item(of, 8).ok()
    }
}

/// What kind of boxed expression something is, with the functions that it calls.
fn boxed(logic: Node<'_, '_>) -> String {
    let kind = match logic.tag_name().name() {
        "literalExpression" => "a literal expression",
        "invocation" => "an invocation of a knowledge model",
        "context" => "a boxed context",
        "relation" | "list" => "a boxed list",
        "functionDefinition" => "a boxed function",
        other => return format!("a boxed {other}"),
    };
    kind.to_owned()
}
