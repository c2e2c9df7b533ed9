//! Every YAML block of the guide and of the READMEs compiles without findings, and its guarantees hold.

use caseloop::layers::syntax::Kind;
use caseloop::layers::syntax::render::Human;
use caseloop::proof::Bounds;
use caseloop::{CompileOptions, MapSources, compile_with};

const PAGES: [(&str, &str); 15] = [
    ("README.md", include_str!("../../../../README.md")),
    ("first_workflow.md", include_str!("../../src/guide/first_workflow.md")),
    ("whole_workflow.md", include_str!("../../src/guide/whole_workflow.md")),
    ("structure.md", include_str!("../../src/guide/structure.md")),
    ("data.md", include_str!("../../src/guide/data.md")),
    ("conditions.md", include_str!("../../src/guide/conditions.md")),
    ("time.md", include_str!("../../src/guide/time.md")),
    ("calendars.md", include_str!("../../src/guide/calendars.md")),
    ("promises.md", include_str!("../../src/guide/promises.md")),
    ("revisit.md", include_str!("../../src/guide/revisit.md")),
    ("rules.md", include_str!("../../src/guide/rules.md")),
    ("effects.md", include_str!("../../src/guide/effects.md")),
    ("guarantees.md", include_str!("../../src/guide/guarantees.md")),
    ("lints.md", include_str!("../../src/guide/lints.md")),
    ("hosting.md", include_str!("../../src/guide/hosting.md")),
];

#[test]
fn every_yaml_block_compiles() {
    let mut blocks = 0;
    for (page, text) in PAGES {
        let all = yaml_blocks(text);
        for block in &all {
            blocks += 1;
            // A block that begins with the name of a file may be used by those of its page.
            let named = all
                .iter()
                .filter_map(|block| Some((block.lines().next()?.strip_prefix("# ")?, block.as_str())));
            let sources = MapSources::from_iter(named.chain([("block.yaml", block.as_str())]));
            let mut compiled = compile_with(&sources, "block.yaml", &CompileOptions::default());
            // What is not proved is a finding.
            compiled.prove(&Bounds::default());
            let beside = matches!(compiled.kind(), Some(Kind::Calendars | Kind::Lints)) || !compiled.rules().is_empty();
            let whole = compiled.workflow().is_some() || beside;
            if !whole || !compiled.diagnostics().is_empty() {
                let told = compiled.human(Human::default());
                panic!("{page}: a block does not compile\n{told}\n{block}");
            }
        }
    }
    assert!(blocks >= 8, "only {blocks} blocks were found");
}

fn yaml_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match &mut open {
            Some(block) if line.trim() == "```" => {
                blocks.push(std::mem::take(block));
                open = None;
            }
            Some(block) => {
                block.push_str(line);
                block.push('\n');
            }
            None if line.trim() == "```yaml" => open = Some(String::new()),
            None => {}
        }
    }
    blocks
}
