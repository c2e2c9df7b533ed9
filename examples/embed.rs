//! A real call of the hotline, told step by step: scenario SC-01, an enquiry answered on the spot.
//! `cargo run --release --example embed`

use caseloop::{Engine, EntryVerdict, Event, MapSources, Values, compile};
use chrono::{DateTime, FixedOffset, Utc};

const CALL: &str = include_str!("../workflows/hotline/hotline-call.yaml");
const EVENTS: &str = include_str!("../workflows/hotline/sc-01.jsonl");

/// What the telephone system and the agent's screen report.
#[derive(serde::Deserialize)]
struct Report {
    at: DateTime<FixedOffset>,
    start: Option<Values>,
    event: Option<String>,
    by: Option<String>,
    #[serde(default)]
    data: Values,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::new([compile(&MapSources::from_iter([("call.yaml", CALL)]), "call.yaml")?]);
    let mut case = None;
    for line in EVENTS.lines() {
        let report: Report = serde_json::from_str(line)?;
        let now = report.at.with_timezone(&Utc);
        let name = report.event.unwrap_or_default();
        let outcome = match &case {
            None => engine.start(
                "hotline_call",
                "20231002",
                now,
                report.start.iter().flatten().map(|(k, v)| (&**k, v.clone())),
            )?,
            Some(case) => {
                let event = report
                    .data
                    .into_iter()
                    .fold(Event::new(&*name), |event, (field, value)| event.with(field, value));
                engine.send(case, now, &report.by.into_iter().fold(event, Event::by))?
            }
        };
        println!("{} {name:17} -> {}", report.at.time(), outcome.case.states().join(", "));
        for entry in &outcome.journal {
            if let EntryVerdict::Rejected { reason, .. } = &entry.verdict {
                println!("           refused: {reason}");
            }
            for effect in &entry.effects {
                println!("           {} {}", effect.effect, serde_json::to_string(&effect.with)?);
            }
        }
        case = Some(outcome.case);
    }
    println!("stored: {}", serde_json::to_string_pretty(&case)?);
    Ok(())
}
