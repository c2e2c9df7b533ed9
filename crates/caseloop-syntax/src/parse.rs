//! From YAML text to the tree: the one file that knows the YAML library's events. What YAML allows and the language
//! does not is refused here, with the place; explaining broken syntax is `slips`' work, values' meaning the caller's.

use crate::codes::{
    COMPLEX_KEY, CUT_BY_COMMENT, DUPLICATE_KEY, EMPTY_DOCUMENT, MERGE_KEY, RECURSIVE_ALIAS, SECOND_DOCUMENT,
    TEXT_TOO_LONG, TOO_MANY_VALUES, UNKNOWN_ALIAS,
};
use crate::files::offset;
use crate::node::{Key, Node, NodeValue, Scalar, Style};
use crate::part::{Alignment, Form};
use crate::slips::PROSE;
use crate::split::{Split, is_unfinished};
use crate::{Applicability, Diagnostic, FileId, Limits, Report, Span, decode, slips, wide};
use granit_parser::{Event, Parser, ScalarStyle, StrInput, StructureStyle};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// So many anchor names, none longer, are kept for "did you mean".
const KEPT_NAMES: usize = 64;
const LONGEST_NAME: usize = 40;

/// Reads one file. `None` where nothing can be made of it; what is wrong is in `report` either way, and a tree is
/// returned beside errors that leave the rest readable.
///
/// Broken syntax is reported alone, once: what would follow from it is noise. `text` may begin with a byte order mark
/// and have any line ends but a lone carriage return.
///
/// ```
/// use caseloop_syntax::{FileId, Limits, Report, parse};
/// let mut report = Report::default();
/// let root = parse(FileId(0), "workflow: a\nversion: 1\n", &Limits::default(), &mut report);
/// let root = root.expect("a mapping");
/// assert_eq!(root.as_map().map(|entries| entries.len()), Some(2));
/// assert_eq!(report.errors(), 0);
/// ```
pub fn parse(file: FileId, text: impl Into<Arc<str>>, limits: &Limits, report: &mut Report) -> Option<Node> {
    let read = tree(file, &text.into(), limits, report)?;
    Some(read.node)
}

/// A tree with its size as if aliases were written out.
#[derive(Clone)]
pub(crate) struct Built {
    pub(crate) node: Node,
    pub(crate) weight: usize,
    /// Lists and mappings inside one another, this one counted; 0 for a scalar.
    height: usize,
}

pub(crate) fn tree(file: FileId, source: &Arc<str>, limits: &Limits, report: &mut Report) -> Option<Built> {
    if source.len() > limits.bytes {
        report.push(decode::too_large(Span::new(file, 0, 0), source.len(), limits.bytes));
        return None;
    }
    if let Some(finding) = decode::control_character(file, source) {
        report.push(finding);
        return None;
    }
    let mut options = granit_parser::options! {
        strict_indentation: true,
        disallow_directives: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        flow_nesting_limit: limits.depth,
        block_nesting_limit: limits.depth,
    };
    options.set_emit_comments(false);
    let builder = Builder {
        parser: Parser::new_from_str_with_options(source, options),
        source,
        file,
        limits,
        report,
        anchors: BTreeMap::new(),
        open: Vec::new(),
        names: Vec::new(),
        spent: 0,
    };
    builder.document().ok().flatten()
}

/// An error that ends the reading was reported.
struct Stop;

/// What a value's surroundings say about it.
#[derive(Clone, Copy)]
struct Place {
    /// Lists and mappings around the value.
    depth: usize,
    /// Whether the value stands in `{…}` or `[…]`, where a comma ends it.
    flow: bool,
    /// Whether texts here are prose.
    prose: bool,
    /// The key that the value belongs to.
    key: Option<Span>,
}

struct Builder<'t> {
    parser: Parser<'t, StrInput<'t>>,
    source: &'t Arc<str>,
    file: FileId,
    limits: &'t Limits,
    report: &'t mut Report,
    /// Finished values by the number of their anchor.
    anchors: BTreeMap<usize, Built>,
    /// Anchors of the lists and mappings that are being read.
    open: Vec<usize>,
    names: Vec<String>,
    spent: usize,
}

type Item<'t> = (Event<'t>, Meta);

/// Where an event stands, and where its tag does.
struct Meta {
    range: Range<usize>,
    tag: Option<Range<usize>>,
}

impl<'t> Builder<'t> {
    fn document(mut self) -> Result<Option<Built>, Stop> {
        let mut root = None;
        let mut documents = 0;
        while let Some((event, meta)) = self.next()? {
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        self.second_document(&meta);
                        break;
                    }
                }
                _ => {
                    let place = Place {
                        depth: 0,
                        flow: false,
                        prose: false,
                        key: None,
                    };
                    root = Some(self.node(event, &meta, place)?);
                }
            }
        }
        let empty = root
            .as_ref()
            .is_none_or(|root| root.node.is_null() && !root.node.damaged);
        if empty {
            let finding = Diagnostic::error(&EMPTY_DOCUMENT, self.span(0..0), "the file is empty")
                .help("its first key says what it is, such as `workflow: my_process`");
            self.report.push(finding);
            return Ok(None);
        }
        Ok(root)
    }

    fn second_document(&mut self, meta: &Meta) {
        let line = self.rest(meta.range.start).lines().next().unwrap_or_default();
        let span = self.span(meta.range.start..meta.range.start + line.trim_end().len());
        let finding = Diagnostic::error(
            &SECOND_DOCUMENT,
            span,
            "a second document starts here, a file holds one",
        )
        .help("move what follows into a file of its own and list it in `uses`");
        self.report.push(finding);
    }

    fn next(&mut self) -> Result<Option<Item<'t>>, Stop> {
        loop {
            match self.parser.next() {
                None => return Ok(None),
                Some(Ok((Event::Anchor(_, name), _))) => {
                    if self.names.len() < KEPT_NAMES && name.len() <= LONGEST_NAME {
                        self.names.push(name.into_owned());
                    }
                }
                Some(Ok((event, span))) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    let tag = span.tag_span().and_then(|tag| tag.byte_range());
                    return Ok(Some((event, Meta { range, tag })));
                }
                Some(Err(error)) => {
                    let at = error.marker().byte_offset().unwrap_or_default();
                    let finding = slips::explain(self.file, self.source, at, error.kind(), self.limits.depth);
                    self.report.push(finding);
                    return Err(Stop);
                }
            }
        }
    }

    fn node(&mut self, event: Event<'t>, meta: &Meta, place: Place) -> Result<Built, Stop> {
        self.spend(1, meta)?;
        let tagged = meta.tag.clone();
        let (mut built, anchor) = match event {
            Event::Scalar(text, style, anchor, _) => (self.scalar(&text, style, meta, place), anchor),
            Event::SequenceStart(style, anchor, _) => (self.list(style, anchor, meta, place)?, anchor),
            Event::MappingStart(style, anchor, _) => (self.map(style, anchor, meta, place)?, anchor),
            Event::Alias(anchor) => return self.alias(anchor, meta, place),
            Event::UnresolvedAlias(name) => return Ok(self.unknown_alias(&name, meta)),
            _ => (leaf(Node::new(self.span(meta.range.clone()), NodeValue::Null)), 0),
        };
        if let Some(tag) = tagged {
            let is_scalar = built.height == 0;
            let value = is_scalar.then_some(built.node.span);
            let (finding, damaged) = slips::tag(self.file, self.source, tag, value);
            self.report.push(finding);
            if is_scalar {
                self.report.silence(damaged);
                built.node.damaged = true;
                built.node.span = damaged;
            }
        }
        if anchor != 0 {
            self.anchors.insert(anchor, built.clone());
        }
        Ok(built)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, meta: &Meta, place: Place) -> Built {
        let range = meta.range.clone();
        if style == ScalarStyle::Plain && range.is_empty() {
            let span = place.key.unwrap_or_else(|| self.absent(&range, place.flow));
            return leaf(Node::new(span, NodeValue::Null));
        }
        let (form, content, shown) = match style {
            ScalarStyle::Plain => (Form::Plain, range.clone(), range),
            ScalarStyle::SingleQuoted => (Form::Single, inside(&range), range),
            ScalarStyle::DoubleQuoted => (Form::Double, inside(&range), range),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let written = self.source.get(range.clone()).unwrap_or_default();
                let end = range.start + written.trim_end_matches([' ', '\t', '\r', '\n']).len();
                (Form::Block, range.clone(), range.start..end)
            }
        };
        let nowhere = place.key.filter(|_| shown.is_empty());
        let mut node = Node::new(nowhere.unwrap_or_else(|| self.span(shown.clone())), NodeValue::Null);
        if text.len() > self.limits.scalar_bytes {
            let (size, limit) = (text.len(), self.limits.scalar_bytes);
            let message = format!("the text has {size} bytes, the limit is {limit}");
            let finding = Diagnostic::error(&TEXT_TOO_LONG, node.span.at_start(), message);
            self.report
                .push(finding.help("keep long wording in templates outside the file"));
            return self.damage(node);
        }
        node.value = NodeValue::Scalar(Arc::new(Scalar {
            text: Arc::from(text),
            style: match form {
                Form::Plain => Style::Plain,
                Form::Single | Form::Double => Style::Quoted,
                Form::Block => Style::Block,
            },
            alignment: Alignment::new(Arc::clone(self.source), content, form),
        }));
        if form == Form::Plain && !place.prose {
            let slip = wide::check(self.file, self.source, shown.clone(), !place.flow)
                .or_else(|| self.cut_by_comment(text, &shown));
            if let Some(finding) = slip {
                self.report.push(finding);
                return self.damage(node);
            }
        }
        leaf(node)
    }

    fn damage(&mut self, mut node: Node) -> Built {
        self.report.silence(node.span);
        node.damaged = true;
        leaf(node)
    }

    /// A text that stops in the middle of a condition because ` #` follows.
    fn cut_by_comment(&self, text: &str, shown: &Range<usize>) -> Option<Diagnostic> {
        let rest = self.rest(shown.end);
        let comment = rest.trim_start_matches([' ', '\t']);
        if !comment.starts_with('#') || !is_unfinished(text) {
            return None;
        }
        let start = shown.end + (rest.len() - comment.len());
        let hash = self.span(start..start + 1);
        let finding = Diagnostic::error(
            &CUT_BY_COMMENT,
            hash,
            format!("` #` starts a comment, so the value ends in `{}`", tail(text)),
        )
        .also(self.span(shown.clone()), "this is all that is read")
        .help("put the whole value into quotes if the `#` belongs to it");
        Some(finding)
    }

    fn list(&mut self, style: StructureStyle, anchor: usize, meta: &Meta, place: Place) -> Result<Built, Stop> {
        let flow = style == StructureStyle::Flow;
        self.enter(anchor, meta, place)?;
        let inner = Place {
            depth: place.depth + 1,
            flow,
            prose: place.prose,
            key: None,
        };
        let mut items: Vec<Node> = Vec::new();
        let mut size = Size::default();
        let mut split = Split::default();
        let mut end = meta.range.clone();
        while let Some((event, meta)) = self.next()? {
            if matches!(event, Event::SequenceEnd) {
                end = meta.range;
                break;
            }
            let item = self.node(event, &meta, inner)?;
            size.add(&item);
            let plain = plain_text(&item.node).filter(|_| flow && !place.prose);
            if let Some(text) = plain
                && split.takes(text, item.node.span)
            {
                continue;
            }
            split.finish(self.report);
            if let Some(text) = plain {
                split.watch(text, item.node.span);
            }
            items.push(item.node);
        }
        split.finish(self.report);
        let last = items.last().map(|item| item.span);
        let span = self.extent(&meta.range, &end, flow, last);
        Ok(self.leave(span, flow, size, NodeValue::List(items.into()), false))
    }

    fn map(&mut self, style: StructureStyle, anchor: usize, meta: &Meta, place: Place) -> Result<Built, Stop> {
        let flow = style == StructureStyle::Flow;
        self.enter(anchor, meta, place)?;
        let mut entries: Vec<(Key, Node)> = Vec::new();
        let mut seen: BTreeMap<Arc<str>, Span> = BTreeMap::new();
        let mut size = Size::default();
        let mut split = Split::default();
        let mut damaged = false;
        let mut last = None;
        let mut end = meta.range.clone();
        while let Some((event, meta)) = self.next()? {
            if matches!(event, Event::MappingEnd) {
                end = meta.range;
                break;
            }
            let (key, key_span, key_damaged) = self.key(event, &meta, place)?;
            damaged |= key_damaged;
            let Some((event, meta)) = self.next()? else { break };
            let prose = place.prose || key.as_ref().is_some_and(|key| PROSE.contains(&&*key.name));
            let inner = Place {
                depth: place.depth + 1,
                flow,
                prose,
                key: Some(key_span),
            };
            let value = self.node(event, &meta, inner)?;
            size.add(&value);
            last = Some(value.node.span.to(key_span));
            let Some(key) = key else { continue };
            if value.node.is_null() && split.takes(&key.name, key.span) {
                continue;
            }
            split.finish(self.report);
            if let Some(text) = plain_text(&value.node).filter(|_| flow && !prose) {
                split.watch(text, value.node.span);
            }
            if let Some(first) = seen.get(&key.name) {
                self.duplicate(&key, *first);
                continue;
            }
            seen.insert(Arc::clone(&key.name), key.span);
            entries.push((key, value.node));
        }
        split.finish(self.report);
        let span = self.extent(&meta.range, &end, flow, last);
        Ok(self.leave(span, flow, size, NodeValue::Map(entries.into()), damaged))
    }

    /// A key, or `None` where it was refused; its place; and whether the mapping may now lack entries.
    fn key(&mut self, event: Event<'t>, meta: &Meta, place: Place) -> Result<(Option<Key>, Span, bool), Stop> {
        let span = self.span(meta.range.clone());
        let found = match event {
            Event::Scalar(..) if meta.range.is_empty() && meta.tag.is_none() => Some("a value without a key"),
            Event::Scalar(..) => None,
            Event::SequenceStart(..) => Some("a list as a key"),
            Event::MappingStart(..) => Some("a mapping as a key"),
            _ => Some("an alias as a key"),
        };
        let inner = Place {
            depth: place.depth + 1,
            flow: true,
            prose: place.prose,
            key: Some(span),
        };
        let spent = self.spent;
        let node = self.node(event, meta, inner)?.node;
        if found.is_none() {
            // Keys are not counted: the size of the file bounds them.
            self.spent = spent;
        }
        if let Some(found) = found {
            let finding = Diagnostic::error(&COMPLEX_KEY, node.span, format!("{found}, where a word is expected"))
                .help("a key is one word or text, followed by a colon and a space");
            self.report.push(finding);
            return Ok((None, node.span, true));
        }
        let NodeValue::Scalar(scalar) = &node.value else {
            return Ok((None, node.span, true));
        };
        if &*scalar.text == "<<" && scalar.style == Style::Plain {
            let finding = Diagnostic::error(&MERGE_KEY, node.span, "the merge key `<<` is not part of the language")
                .help("write the keys out, or name the whole value once with `&name` and repeat it with `*name`");
            self.report.push(finding);
            return Ok((None, node.span, true));
        }
        let key = Key {
            name: Arc::clone(&scalar.text),
            span: node.span,
        };
        Ok((Some(key), node.span, node.damaged))
    }

    fn duplicate(&mut self, key: &Key, first: Span) {
        let finding = Diagnostic::error(
            &DUPLICATE_KEY,
            key.span,
            format!("the key `{}` stands here twice", key.name),
        )
        .label("second time")
        .also(first, "first defined here")
        .help("remove one of the two, or join them into one");
        self.report.push(finding);
    }

    fn alias(&mut self, anchor: usize, meta: &Meta, place: Place) -> Result<Built, Stop> {
        let span = self.span(meta.range.clone());
        if self.open.contains(&anchor) {
            let finding = Diagnostic::error(
                &RECURSIVE_ALIAS,
                span,
                "the alias stands inside the value that it repeats",
            );
            self.report
                .push(finding.help("write the inner value out, or name a smaller part of it"));
            return Ok(self.damage(Node::new(span, NodeValue::Null)));
        }
        let Some(mut built) = self.anchors.get(&anchor).cloned() else {
            return Ok(self.unknown_alias("", meta));
        };
        if place.depth + built.height > self.limits.depth {
            self.report
                .push(slips::too_deep(span, self.limits.depth).help("counted as if the alias were written out"));
            return Err(Stop);
        }
        // The alias itself was counted as one.
        self.spend(built.weight - 1, meta)?;
        built.node.definition.get_or_insert(built.node.span);
        built.node.span = span;
        if built.node.damaged {
            self.report.silence(span);
        }
        Ok(built)
    }

    fn unknown_alias(&mut self, name: &str, meta: &Meta) -> Built {
        let span = self.span(meta.range.clone());
        // Comparing names takes time, and nobody sees what a full report is told.
        let names = self.names.iter().map(String::as_str).filter(|_| !self.report.is_full());
        let near = crate::did_you_mean(name, names);
        let mut finding = Diagnostic::error(&UNKNOWN_ALIAS, span, format!("no value before this is named `&{name}`"));
        finding = finding
            .help("a value that starts with `*` repeats one that was named with `&`; a condition starts with a word");
        if let Some(near) = near {
            let title = format!("did you mean `*{near}`?");
            finding = finding.fix(title, span, format!("*{near}"), Applicability::Unsafe);
        }
        self.report.push(finding);
        self.damage(Node::new(span, NodeValue::Null))
    }

    fn enter(&mut self, anchor: usize, meta: &Meta, place: Place) -> Result<(), Stop> {
        if place.depth >= self.limits.depth {
            let span = self.span(meta.range.clone());
            self.report.push(slips::too_deep(span, self.limits.depth));
            return Err(Stop);
        }
        // Zero stands for no anchor, so that every `enter` has its `leave`.
        self.open.push(anchor);
        Ok(())
    }

    fn leave(&mut self, span: Span, flow: bool, size: Size, value: NodeValue, damaged: bool) -> Built {
        self.open.pop();
        let mut node = Node::new(span, value);
        node.flow = flow;
        node.damaged = damaged;
        Built {
            node,
            weight: size.weight.saturating_add(1),
            height: size.height + 1,
        }
    }

    fn spend(&mut self, values: usize, meta: &Meta) -> Result<(), Stop> {
        self.spent = self.spent.saturating_add(values);
        if self.spent <= self.limits.nodes {
            return Ok(());
        }
        let span = self.span(meta.range.clone());
        let message = format!("more than {} values are read with this one", self.limits.nodes);
        let finding = Diagnostic::error(&TOO_MANY_VALUES, span, message)
            .help("every alias (`*name`) counts as much as the value that it repeats");
        self.report.push(finding);
        Err(Stop)
    }

    /// From the start of a list or mapping to its bracket, or to its last entry where it has none.
    fn extent(&self, start: &Range<usize>, end: &Range<usize>, flow: bool, last: Option<Span>) -> Span {
        let last = last.map_or(start.end, |last| last.end as usize);
        let bracket = flow && !end.is_empty();
        self.span(start.start..if bracket { end.end } else { last })
    }

    /// The place of a list item that is absent: its dash, where that can be told.
    fn absent(&self, range: &Range<usize>, flow: bool) -> Span {
        if flow {
            return self.span(range.clone());
        }
        let before = self.source.get(..range.start).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let indentation = before.get(line..).unwrap_or_default();
        let dash = line + (indentation.len() - indentation.trim_start().len());
        match self.rest(dash).starts_with('-') {
            true => self.span(dash..dash + 1),
            false => self.span(range.clone()),
        }
    }

    fn rest(&self, at: usize) -> &'t str {
        self.source.get(at..).unwrap_or_default()
    }

    fn span(&self, range: Range<usize>) -> Span {
        let start = self.source.floor_char_boundary(range.start);
        let end = self.source.ceil_char_boundary(range.end);
        Span::new(self.file, offset(start), offset(end))
    }
}

#[derive(Default)]
struct Size {
    weight: usize,
    height: usize,
}

impl Size {
    fn add(&mut self, child: &Built) {
        self.weight = self.weight.saturating_add(child.weight);
        self.height = self.height.max(child.height);
    }
}

fn leaf(node: Node) -> Built {
    Built {
        node,
        weight: 1,
        height: 0,
    }
}

fn inside(quoted: &Range<usize>) -> Range<usize> {
    quoted.start + 1..quoted.end.saturating_sub(1).max(quoted.start + 1)
}

fn plain_text(node: &Node) -> Option<&str> {
    match &node.value {
        NodeValue::Scalar(scalar) if scalar.style == Style::Plain && node.definition.is_none() => Some(&scalar.text),
        _ => None,
    }
}

fn tail(text: &str) -> &str {
    text.rsplit(' ').next().unwrap_or(text)
}
