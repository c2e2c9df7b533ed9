//! `caseloop replay`: a journal run again, entry by entry, each compared with what it was.

use crate::arguments::Replay;
use crate::console::{Console, Ending, Failure, counted, shown};
use crate::lines::Lines;
use crate::opened::{input, open};
use crate::place::why;
use caseloop::{Chronicle, Entry};
use serde_json::error::Category;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) fn run(arguments: &Replay, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let Some(opened) = open(&arguments.workflow, &arguments.set.values, console)? else {
        return Ok(Ending::Findings);
    };
    let (journal, name) = input(&arguments.journal)?;
    let mut lines = Lines::new(journal);
    // A case that differs is `None` from then on: whatever follows in it follows from that.
    let mut cases: BTreeMap<Arc<str>, Option<Chronicle>> = BTreeMap::new();
    let (mut replayed, mut differing, mut skipped) = (0, 0, 0);
    loop {
        let line = lines
            .next()
            .map_err(|error| Failure::Unread(why(&arguments.journal, &error)))?;
        let Some((number, line)) = line else { break };
        if line.read().is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        let entry = match line.read().and_then(entry) {
            Ok(entry) => entry,
            Err(problem) => {
                skipped += 1;
                console.error_at(&name, number, &format!("{problem}; the line is skipped"));
                continue;
            }
        };
        let before = match cases.remove(&entry.case) {
            Some(None) => {
                cases.insert(entry.case, None);
                continue;
            }
            Some(before) => before,
            None => None,
        };
        let after = match opened.engine.replay_entry(&opened.workflow, before, &entry) {
            Ok(after) => {
                replayed += 1;
                Some(after)
            }
            Err(divergence) => {
                differing += 1;
                writeln!(console.out(), "{}", shown(&divergence.to_string()))?;
                writeln!(console.out(), "    was  {}", shown(&divergence.was.to_string()))?;
                writeln!(console.out(), "    now  {}", shown(&divergence.now.to_string()))?;
                None
            }
        };
        cases.insert(entry.case.clone(), after);
    }
    let entries = counted(replayed, "entry", "entries");
    let all = counted(cases.len() as u64, "case", "cases");
    let close = match differing {
        0 if skipped == 0 => "all equal".to_owned(),
        0 => format!("all equal, {} skipped", counted(skipped, "line", "lines")),
        _ => counted(differing, "case differs", "cases differ"),
    };
    writeln!(console.out(), "{entries} of {all} replayed, {close}")?;
    Ok(if differing + skipped == 0 {
        Ending::Clean
    } else {
        Ending::Findings
    })
}

/// Reads a line of a journal. What the JSON reader says of values is not repeated: the file may be none of ours.
fn entry(line: &str) -> Result<Entry, String> {
    serde_json::from_str(line).map_err(|error| match error.classify() {
        Category::Data => {
            let message = error.to_string();
            let missing = message
                .strip_prefix("missing field `")
                .and_then(|rest| rest.split_once('`'));
            let missing = missing
                .map(|(key, _)| format!(": it has no `{key}`"))
                .unwrap_or_default();
            format!("the line is no journal entry{missing}")
        }
        _ => crate::refusal::malformed_json(&error),
    })
}
