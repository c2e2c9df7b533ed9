//! What `caseloop lint --guarantees` tells: what came of each guarantee, and how long before its deadline a promise warns.

use crate::console::Console;
use caseloop::proof::{Proofs, Verdict};
use serde_json::{Value, json};

/// What came of the guarantees of one workflow.
#[derive(Debug)]
pub(crate) struct Told {
    /// Its file, as a person reads it.
    pub(crate) file: String,
    pub(crate) proofs: Proofs,
}

impl Told {
    /// As people read it.
    pub(crate) fn text(&self, console: &Console<'_>) -> String {
        let mut text = format!("{}\n", self.file);
        for proof in &self.proofs.guarantees {
            let verdict = console.word(match &proof.verdict {
                Verdict::Proved => "proved",
                Verdict::Broken(_) => "does not hold",
                Verdict::NotDecided(_) => "could not be decided",
            });
            text.push_str(&format!("  {}: {verdict}\n", proof.name));
            for margin in &proof.margins {
                let line = format!("`{}` warns {} before its deadline", margin.promise, margin.ahead);
                text.push_str(&format!("    {}\n", console.word(&line)));
            }
        }
        text
    }

    /// As programs read it.
    pub(crate) fn json(&self) -> Vec<Value> {
        let all = self.proofs.guarantees.iter().map(|proof| {
            let margins = proof.margins.iter().map(|margin| {
                let ahead = margin.ahead.to_string();
                json!({"promise": &*margin.promise, "ahead": ahead})
            });
            json!({
                "file": self.file,
                "name": &*proof.name,
                "verdict": match &proof.verdict {
                    Verdict::Proved => "proved",
                    Verdict::Broken(_) => "broken",
                    Verdict::NotDecided(_) => "not_decided",
                },
                "margins": margins.collect::<Vec<_>>(),
            })
        });
        all.collect()
    }
}
