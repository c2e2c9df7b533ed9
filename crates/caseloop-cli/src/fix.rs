//! `caseloop lint --fix`: carries out what findings propose where nothing else could be meant. What to propose is decided where
//! things are found.

use crate::place::{Place, why};
use caseloop::layers::core::read::Options;
use caseloop::layers::syntax::{Applicability, Edit, FileId, Severity};
use caseloop::{Compiled, LintOptions, SourceError, Sources, check_with, lint_with};
use std::borrow::Cow;
use std::path::Path;

/// So often what is found after a change is looked at for more.
const ROUNDS: usize = 10;

/// Changes one file where its findings say how, and tells how many fixes that were. A file that compiled compiles afterwards.
///
/// # Errors
/// What keeps the file from being written, for its reader.
pub(crate) fn fix(place: &Place, options: &Options, lints: &LintOptions) -> Result<u64, String> {
    let before = lint_with(&place.sources, &place.path, options, lints);
    let original = before.files().text(FileId(0)).to_owned();
    let mut text = original.clone();
    let mut fixed = 0;
    let mut compiled = before;
    for _ in 0..ROUNDS {
        let mut carried_out = 0;
        let fixes = proposed(&compiled);
        let least = mistakes(&compiled);
        // All that do not touch each other at once; where that spoils something, one by one.
        let all: Vec<&Edit> = apart(fixes.iter().map(Vec::as_slice));
        let changed = Changed::new(place, edited(&text, &all));
        if !all.is_empty() && !changed.is_worse(options, least) {
            carried_out = fixes
                .iter()
                .filter(|fix| fix.iter().all(|edit| all.contains(&edit)))
                .count();
            text = changed.text;
        } else {
            for fix in &fixes {
                let edits: Vec<&Edit> = fix.iter().collect();
                let changed = Changed::new(place, edited(&text, &edits));
                if !changed.is_worse(options, least) {
                    (carried_out, text) = (1, changed.text);
                    break;
                }
            }
        }
        if carried_out == 0 {
            break;
        }
        fixed += carried_out as u64;
        compiled = lint_with(&Changed::new(place, text.clone()), &place.path, options, lints);
    }
    if text != original {
        write(place, &text)?;
    }
    Ok(fixed)
}

/// The edits of each fix that nobody has to look at, in the file that was asked for.
fn proposed(compiled: &Compiled) -> Vec<Vec<Edit>> {
    let fixes = compiled.diagnostics().iter().filter_map(|finding| finding.fix.as_ref());
    let safe = fixes.filter(|fix| fix.applicability == Applicability::Safe);
    let own = safe.filter(|fix| !fix.edits.is_empty() && fix.edits.iter().all(|edit| edit.span.file == FileId(0)));
    own.map(|fix| fix.edits.clone()).collect()
}

/// The edits of the fixes that touch no earlier one.
fn apart<'f>(fixes: impl Iterator<Item = &'f [Edit]>) -> Vec<&'f Edit> {
    let mut chosen: Vec<&Edit> = Vec::new();
    for fix in fixes {
        let touches = |edit: &Edit| {
            chosen
                .iter()
                .any(|other| edit.span.start <= other.span.end && other.span.start <= edit.span.end)
        };
        if !fix.iter().any(touches) {
            chosen.extend(fix);
        }
    }
    chosen
}

fn edited(text: &str, edits: &[&Edit]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.span);
    let (mut changed, mut at) = (String::new(), 0);
    for edit in edits {
        changed += text.get(at..edit.span.start as usize).unwrap_or_default();
        changed += &edit.text;
        at = edit.span.end as usize;
    }
    changed + text.get(at..).unwrap_or_default()
}

fn mistakes(compiled: &Compiled) -> usize {
    let errors = compiled.diagnostics().iter();
    // What a level made an error keeps nothing from running.
    let errors = errors
        .filter(|finding| finding.severity == Severity::Error && caseloop::Lint::find(finding.code.name).is_none());
    errors.count() + compiled.left_out()
}

/// The files of a place, one of them changed.
struct Changed<'p> {
    place: &'p Place,
    text: String,
}

impl<'p> Changed<'p> {
    fn new(place: &'p Place, text: String) -> Self {
        Self { place, text }
    }

    /// Whether more is wrong than before.
    fn is_worse(&self, options: &Options, least: usize) -> bool {
        mistakes(&check_with(self, &self.place.path, options)) > least
    }
}

impl Sources for Changed<'_> {
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, SourceError> {
        match path == self.place.path {
            true => Ok(Cow::Borrowed(self.text.as_bytes())),
            false => self.place.sources.read(path),
        }
    }
}

/// Puts the new text in the place of the old one in one step, so that nothing is lost where that fails.
fn write(place: &Place, text: &str) -> Result<(), String> {
    let put = |file: &Path| {
        let beside = file.with_extension("yaml.fixed");
        std::fs::write(&beside, text)?;
        let moved = std::fs::metadata(file)
            .and_then(|kind| std::fs::set_permissions(&beside, kind.permissions()))
            .and_then(|()| std::fs::rename(&beside, file));
        if moved.is_err() {
            // What could not be moved is of no use to anybody.
            let _ = std::fs::remove_file(&beside);
        }
        moved
    };
    let shown = place.shown();
    place
        .on_disk()
        .and_then(|file| put(&file))
        .map_err(|error| why(Path::new(&shown), &error))
}
