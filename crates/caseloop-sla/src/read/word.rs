//! A text of the author's, be it a key or a value, and where its pieces stand.

use caseloop_syntax::{Key, Node, Span};
use std::ops::Range;

/// A key or a value.
#[derive(Clone, Copy)]
pub(super) struct Word<'n> {
    pub(super) text: &'n str,
    /// The whole of it.
    pub(super) span: Span,
    /// The value; a key has none.
    node: Option<&'n Node>,
}

impl<'n> Word<'n> {
    pub(super) fn key(key: &'n Key) -> Self {
        Self {
            text: &key.name,
            span: key.span,
            node: None,
        }
    }

    pub(super) fn value(node: &'n Node, text: &'n str) -> Self {
        Self {
            text,
            span: node.span,
            node: Some(node),
        }
    }

    /// Where a piece of the text stands; the whole where that cannot be told.
    pub(super) fn part(&self, piece: Range<usize>) -> Span {
        if let Some(node) = self.node {
            return node.part(piece);
        }
        // A key without escapes is as long as its text, with quotes or without.
        let (length, written) = (self.text.len(), (self.span.end - self.span.start) as usize);
        let quote = match written.checked_sub(length) {
            Some(0) => 0,
            Some(2) => 1,
            _ => return self.span,
        };
        let at = |offset: usize| {
            self.span
                .start
                .saturating_add(u32::try_from(offset + quote).unwrap_or(u32::MAX))
        };
        match self.text.get(piece.clone()) {
            Some(_) => Span::new(self.span.file, at(piece.start), at(piece.end)),
            None => self.span,
        }
    }

    /// Where a piece of the text, a slice of it, stands.
    pub(super) fn place(&self, piece: &str) -> Span {
        let start = (piece.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize);
        match start {
            Some(start) if start <= self.text.len() => self.part(start..start + piece.len()),
            _ => self.span,
        }
    }
}
