//! What holds for every shipped file: it is read without a finding.

use caseloop::layers::syntax::render::Human;
use caseloop::{CompileOptions, DirectorySources, compile_with};
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let inner = folders.iter().flat_map(|folder| self::files(folder));
    files.into_iter().chain(inner).collect()
}

#[test]
fn shipped_files_are_read_without_findings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows");
    let mut seen = 0;
    for path in files(&root) {
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        if path.parent().is_some_and(|folder| folder.ends_with("scenarios")) {
            // Those are run by the crate that reads them.
            continue;
        }
        let path = path.strip_prefix(&root).unwrap().to_str().unwrap();
        let compiled = compile_with(&DirectorySources::new(&root), path, &CompileOptions::default());
        assert!(
            compiled.diagnostics().is_empty(),
            "{path}\n{}",
            compiled.human(Human::default())
        );
        seen += 1;
    }
    assert!(seen >= 7, "{seen}");
}
