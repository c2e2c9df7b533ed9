//! The YAML files below a folder, in the order of their paths.
//!
//! Names that start with a dot are passed over, and links to folders are not followed, so that no walk goes in a circle.
//! Links to files are read where they lead to a file below the folder.

use crate::place::why;
use std::path::{Path, PathBuf};

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The files, as paths below the folder.
    pub(crate) files: Vec<PathBuf>,
    /// What could not be read, for its reader.
    pub(crate) problems: Vec<String>,
}

/// Every `*.yaml` and `*.yml` below `folder`.
pub(crate) fn walk(folder: &Path) -> Walk {
    let mut found = Walk::default();
    let mut waiting = vec![PathBuf::new()];
    while let Some(below) = waiting.pop() {
        let full = folder.join(&below);
        let entries = match full.read_dir().and_then(Iterator::collect::<std::io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) => {
                found.problems.push(why(&full, &error));
                continue;
            }
        };
        for entry in entries {
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = below.join(&name);
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => waiting.push(path),
                Ok(kind) if is_yaml(&path) && !(kind.is_symlink() && entry.path().is_dir()) => found.files.push(path),
                Ok(_) => {}
                Err(error) => found.problems.push(why(&entry.path(), &error)),
            }
        }
    }
    found.files.sort();
    found.problems.sort();
    found
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == "yaml" || ending == "yml")
}
