//! Any bytes as a workflow file: no panic, no hang, findings that can be drawn, spans that lie in the file.
#![no_main]

use caseloop::layers::core::read::Options;
use caseloop::layers::syntax::{Kind, render::Human};
use caseloop::{MapSources, compile_with};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let sources = MapSources::from_iter([("a.yaml", bytes)]);
    let compiled = compile_with(&sources, "a.yaml", &Options::default());
    for finding in compiled.diagnostics() {
        let span = finding.primary.span;
        let text = compiled.files().text(span.file);
        assert!(
            text.get(span.start as usize..span.end as usize).is_some(),
            "{finding:?}"
        );
    }
    let other = compiled.kind().is_some_and(|kind| kind != Kind::Workflow);
    assert!(compiled.workflow().is_some() || !compiled.diagnostics().is_empty() || other);
    let _ = (compiled.human(Human::default()), compiled.json());
});
