//! Where a file lies for a load: the root that it and what it uses stay below, the path from there, and how it is
//! shown.
//!
//! The root of a single file is the current directory if the file lies below it, otherwise the file's own folder; of a
//! file found in a folder that was asked for, that folder.

use caseloop::DirectorySources;
use caseloop::layers::syntax::Files;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// A file that is to be loaded.
#[derive(Debug)]
pub(crate) struct Place {
    /// The files below the root.
    pub(crate) sources: DirectorySources,
    /// The path from the root, with `/`.
    pub(crate) path: String,
    /// What stands before the path where a person reads it: empty, or a folder with `/` at its end.
    before: String,
    /// The file itself.
    file: PathBuf,
}

impl Place {
    /// The place of a single file.
    ///
    /// # Errors
    /// What keeps the file from being read, for its reader.
    pub(crate) fn of(file: &Path) -> Result<Self, String> {
        let full = file.canonicalize().map_err(|error| why(file, &error))?;
        readable(&full).map_err(|problem| format!("{}: {problem}", file.display()))?;
        let here = Path::new(".")
            .canonicalize()
            .map_err(|error| why(Path::new("."), &error))?;
        if let Ok(below) = full.strip_prefix(&here) {
            return Self::new(here, below, String::new());
        }
        let (Some(folder), Some(name)) = (full.parent(), full.file_name()) else {
            return Err(format!("{}: this is no file", file.display()));
        };
        // A link is shown as what it leads to, for that is where `uses` starts.
        let shown = if file.file_name() == Some(name) {
            file.parent().unwrap_or(folder)
        } else {
            folder
        };
        Self::new(folder.to_owned(), Path::new(name), before(shown))
    }

    /// The place of a file `below` a folder that was asked for.
    ///
    /// # Errors
    /// What keeps the file from being read, for its reader.
    pub(crate) fn in_folder(folder: &Path, below: &Path) -> Result<Self, String> {
        let file = folder.join(below);
        let full = file.canonicalize().map_err(|error| why(&file, &error))?;
        readable(&full).map_err(|problem| format!("{}: {problem}", file.display()))?;
        Self::new(folder.to_owned(), below, before(folder))
    }

    fn new(root: PathBuf, below: &Path, before: String) -> Result<Self, String> {
        let mut path = String::new();
        for part in below.components() {
            let Component::Normal(part) = part else { continue };
            let name = part
                .to_str()
                .ok_or_else(|| format!("{}: the name is not UTF-8", below.display()))?;
            if name
                .chars()
                .any(|letter| letter.is_control() || matches!(letter, ':' | '\\'))
            {
                return Err(format!(
                    "{before}{}: no name with `:`, `\\` or a control character is read",
                    below.display()
                ));
            }
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(name);
        }
        Ok(Self {
            file: root.join(below),
            sources: DirectorySources::new(&root),
            path,
            before,
        })
    }

    /// The file on the disk, wherever a link leads to.
    pub(crate) fn on_disk(&self) -> std::io::Result<PathBuf> {
        self.file.canonicalize()
    }

    /// The file itself.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// The same file, loaded from as far up as a single file is.
    pub(crate) fn alone(&self) -> Result<Self, String> {
        Self::of(&self.file)
    }

    /// The path as a person reads it.
    pub(crate) fn shown(&self) -> String {
        format!("{}{}", self.before, self.path)
    }

    /// The files of a load of this place, each with the path that a person reads.
    pub(crate) fn show(&self, files: &Files) -> Files {
        if self.before.is_empty() {
            return files.clone();
        }
        let mut shown = Files::default();
        for (_, file) in files.iter() {
            shown.add(format!("{}{}", self.before, file.path()), file.text());
        }
        shown
    }
}

/// What a person reads before the paths below a folder.
fn before(folder: &Path) -> String {
    match folder.to_string_lossy().trim_end_matches('/') {
        "" if folder.has_root() => "/".to_owned(),
        "" | "." => String::new(),
        name => format!("{}/", name.strip_prefix("./").unwrap_or(name)),
    }
}

fn readable(full: &Path) -> Result<(), String> {
    let kind = full.metadata().map_err(|error| error.to_string())?;
    if !kind.is_file() {
        return Err("this is no file".to_owned());
    }
    File::open(full).map(|_| ()).map_err(|error| error.to_string())
}

/// Why something at a path cannot be read.
pub(crate) fn why(path: &Path, error: &std::io::Error) -> String {
    let reason = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "there is no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "this may not be read".to_owned(),
        _ => error.to_string(),
    };
    format!("{}: {reason}", path.display())
}
