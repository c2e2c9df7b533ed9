//! The tree that a file is read into: values with their places. Reading typed values from it is `fields` and
//! `readers`; making it is `parse`.

use crate::Span;
use crate::files::offset;
use crate::part::{Alignment, Form};
use std::ops::Range;
use std::sync::Arc;

/// A value and where it stands. Cloning is cheap: what is inside is shared.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where the value stands. For an alias (`*name`) the place of the alias; for a value that is absent
    /// (`key:`) the key.
    pub span: Span,
    /// The value itself.
    pub value: NodeValue,
    pub(crate) definition: Option<Span>,
    pub(crate) flow: bool,
    pub(crate) damaged: bool,
}

/// What a value is. Scalars are texts: what a text means is decided by whoever knows the expected type, so `no`,
/// `10:00`, `1_000` and `null` are texts like any other.
#[derive(Clone, Debug)]
pub enum NodeValue {
    /// Nothing was written, as after `key:`.
    Null,
    /// A text, quoted or not.
    Scalar(Arc<Scalar>),
    /// A list, in file order.
    List(Arc<[Node]>),
    /// A mapping, in file order; no key stands in it twice.
    Map(Arc<[(Key, Node)]>),
}

/// How a text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In `'…'` or `"…"`.
    Quoted,
    /// As a block after `|` or `>`.
    Block,
}

/// A text as decoded, with the way back to the source.
#[derive(Debug)]
pub struct Scalar {
    /// The decoded text: escapes resolved, lines folded.
    pub text: Arc<str>,
    /// How it was written.
    pub style: Style,
    pub(crate) alignment: Alignment,
}

/// A key of a mapping. Keys are texts.
#[derive(Clone, Debug)]
pub struct Key {
    /// The decoded text.
    pub name: Arc<str>,
    /// Where the key stands, quotes included.
    pub span: Span,
}

impl Key {
    /// A key that stands in no file, made from what is written at `span`.
    #[must_use]
    pub fn made(span: Span, name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            span,
        }
    }
}

impl Node {
    pub(crate) fn new(span: Span, value: NodeValue) -> Self {
        Self {
            span,
            value,
            definition: None,
            flow: false,
            damaged: false,
        }
    }

    /// A text that stands in no file, made from what is written at `span`; findings within it show the whole of that.
    #[must_use]
    pub fn made_text(span: Span, text: impl Into<Arc<str>>) -> Self {
        let scalar = Scalar {
            text: text.into(),
            style: Style::Plain,
            alignment: Alignment::new(Arc::from(""), 0..0, Form::Plain),
        };
        Self::new(span, NodeValue::Scalar(Arc::new(scalar)))
    }

    /// A list that stands in no file, made from what is written at `span`.
    #[must_use]
    pub fn made_list(span: Span, items: impl Into<Arc<[Self]>>) -> Self {
        Self::new(span, NodeValue::List(items.into()))
    }

    /// A mapping that stands in no file, made from what is written at `span`. No key may stand in it twice.
    #[must_use]
    pub fn made_map(span: Span, entries: impl Into<Arc<[(Key, Self)]>>) -> Self {
        Self::new(span, NodeValue::Map(entries.into()))
    }

    /// The same value with other entries; the value itself where it is no mapping.
    #[must_use]
    pub fn with_entries(&self, entries: impl Into<Arc<[(Key, Self)]>>) -> Self {
        let mut node = self.clone();
        if self.as_map().is_some() {
            node.value = NodeValue::Map(entries.into());
        }
        node
    }

    /// The value of a key of a mapping.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Self> {
        let entries = self.as_map()?;
        entries.iter().find(|(key, _)| &*key.name == name).map(|(_, node)| node)
    }

    /// The decoded text of a scalar; `None` for everything else.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The items of a list; `None` for everything else.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.value {
            NodeValue::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping; `None` for everything else.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(Key, Self)]> {
        match &self.value {
            NodeValue::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, NodeValue::Null)
    }

    /// Whether this is a list or mapping written in `[…]` or `{…}`.
    #[must_use]
    pub fn is_flow(&self) -> bool {
        self.flow
    }

    /// Whether an error in this very value has been reported already, so that another one would be noise.
    /// The readers of this crate then return `None` and say nothing.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// For an alias (`*name`): where the value that it stands for was written.
    #[must_use]
    pub fn definition(&self) -> Option<Span> {
        self.definition
    }

    /// What the value is, for messages: "a list", "a mapping", "a word", "a text" (a quoted, long or multi-line
    /// scalar), "nothing".
    #[must_use]
    pub fn what(&self) -> &'static str {
        match &self.value {
            NodeValue::Null => "nothing",
            NodeValue::List(_) => "a list",
            NodeValue::Map(_) => "a mapping",
            NodeValue::Scalar(scalar) if scalar.style == Style::Plain && !scalar.text.contains(' ') => "a word",
            NodeValue::Scalar(_) => "a text",
        }
    }

    /// Where the bytes `range` of the decoded text stand in the source: the exact letters, through quotes, escapes,
    /// folded lines and block indentation. An empty range gives an empty span.
    ///
    /// For an alias the span lies where the text was written, at the anchor. The whole value is returned where the
    /// range does not fit the text, and where the value is no scalar.
    ///
    /// ```
    /// use caseloop_syntax::{FileId, Limits, Report, parse};
    /// let text = "if: \"caf\\u00e9 == tier\"";
    /// let root = parse(FileId(0), text, &Limits::default(), &mut Report::default()).unwrap();
    /// let (_, condition) = &root.as_map().unwrap()[0];
    /// let place = condition.part(9..13);
    /// assert_eq!(&condition.text().unwrap()[9..13], "tier");
    /// assert_eq!(&text[place.start as usize..place.end as usize], "tier");
    /// ```
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Span {
        let NodeValue::Scalar(scalar) = &self.value else {
            return self.span;
        };
        let file = self.definition.unwrap_or(self.span).file;
        match scalar.alignment.locate(&scalar.text, range) {
            Some(found) => Span::new(file, offset(found.start), offset(found.end)),
            None => self.span,
        }
    }
}
