//! A folder of workflow files: the one place of the library that reads from a disk.

use caseloop_syntax::{Limits, SourceError, Sources};
use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The files below a folder. Paths in `uses` have `/` on every platform and cannot leave the folder, links included.
#[derive(Clone, Debug)]
pub struct DirectorySources {
    root: PathBuf,
}

impl DirectorySources {
    /// The files below `root`. Nothing is read before it is asked for.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Sources for DirectorySources {
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, SourceError> {
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => SourceError::NotFound,
            _ => SourceError::Unreadable(error.to_string()),
        };
        let root = self.root.canonicalize().map_err(unreadable)?;
        let full = path
            .split('/')
            .fold(root.clone(), |full, part| full.join(part))
            .canonicalize()
            .map_err(unreadable)?;
        if !full.starts_with(&root) {
            return Err(SourceError::Unreadable(
                "it is a link that leads out of the folder".to_owned(),
            ));
        }
        // Opening a pipe would wait for whoever writes into it.
        if !full.is_file() {
            return Err(SourceError::Unreadable("it is no file".to_owned()));
        }
        let file = std::fs::File::open(&full).map_err(unreadable)?;
        let most = Limits::default().bytes as u64;
        let mut bytes = Vec::new();
        file.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > most {
            return Err(SourceError::TooLarge);
        }
        Ok(Cow::Owned(bytes))
    }
}
