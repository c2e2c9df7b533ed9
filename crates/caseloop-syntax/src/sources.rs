//! Where the text of a load comes from. In memory only: directories belong to the host.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// There is no such file.
    #[error("there is no such file")]
    NotFound,
    /// The file is there, but reading it failed; the text says why.
    #[error("{0}")]
    Unreadable(String),
    /// The file is longer than the source is willing to read.
    #[error("the file is too large")]
    TooLarge,
}

/// A tree of files.
///
/// Paths are relative to the root of the tree, have `/` between their parts, and hold no `.`, no `..`, no empty part,
/// no `:`, no `\` and no control character, so an implementation over a directory need not look for an escape by
/// name (links are still its own care).
pub trait Sources {
    /// The bytes of the file at `path`.
    ///
    /// # Errors
    /// [`SourceError::NotFound`] where there is no such file; the other variants where it cannot be read. A source
    /// that could hold files of any size answers [`SourceError::TooLarge`] rather than reading one beyond
    /// [`Limits::bytes`](crate::Limits::bytes).
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, SourceError>;
}

/// Files in memory, for tests, editors and servers.
///
/// ```
/// use caseloop_syntax::{MapSources, SourceError, Sources};
/// let sources = MapSources::from_iter([("a.yaml", "workflow: a")]);
/// assert_eq!(sources.read("a.yaml").unwrap().as_ref(), b"workflow: a");
/// assert_eq!(sources.read("b.yaml"), Err(SourceError::NotFound));
/// ```
#[derive(Clone, Debug, Default)]
pub struct MapSources(BTreeMap<String, Vec<u8>>);

impl MapSources {
    /// Adds a file, in the place of one with the same path.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), bytes.into());
    }
}

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for MapSources {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path.into(), bytes.into()));
        Self(files.collect())
    }
}

impl Sources for MapSources {
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, SourceError> {
        let bytes = self.0.get(path).ok_or(SourceError::NotFound)?;
        Ok(Cow::Borrowed(bytes))
    }
}

/// Files compiled into the program, each a path and its text (`include_str!`).
///
/// ```
/// use caseloop_syntax::{EmbeddedSources, Sources};
/// const SHIPPED: EmbeddedSources = EmbeddedSources(&[("a.yaml", "workflow: a")]);
/// assert!(SHIPPED.read("a.yaml").is_ok());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedSources(pub &'static [(&'static str, &'static str)]);

impl Sources for EmbeddedSources {
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, SourceError> {
        let file = self.0.iter().find(|(known, _)| *known == path);
        let (_, text) = file.ok_or(SourceError::NotFound)?;
        Ok(Cow::Borrowed(text.as_bytes()))
    }
}
