//! A real call of the hotline, told step by step: scenario SC-01, an enquiry answered on the spot.
//! `cargo run --release --example embed`

use caseloop::{Engine, EntryVerdict, Event, MapSources, Value, compile};
use chrono::{DateTime, Utc};

const CALL: &str = include_str!("../workflows/hotline/hotline-call.yaml");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let workflow = compile(
        &MapSources::from_iter([("hotline-call.yaml", CALL)]),
        "hotline-call.yaml",
    )?;
    let engine = Engine::new([workflow]);
    let at = |time: &str| format!("2023-10-01T{time}+08:00").parse::<DateTime<Utc>>();

    let mut outcome = engine.start(
        "hotline_call",
        "20231002",
        at("14:20:00")?,
        [("record_no", Value::text("20231002"))],
    )?;
    let call = [
        (
            "14:20:09",
            Event::new("answered")
                .by("agent")
                .with("ring", 2)
                .with("handler", "赵敏"),
        ),
        (
            "14:20:30",
            Event::new("judged")
                .by("agent")
                .with("kind", "enquiry")
                .with("about_account", false),
        ),
        (
            "14:21:10",
            Event::new("recorded")
                .by("agent")
                .with("name", "王小明")
                .with("contact", "13912341002")
                .with("contact_ref", "crm:8841")
                .with("problem", "积分规则和有效期"),
        ),
        ("14:21:20", Event::new("answer").by("agent").with("result", "too early")),
        ("14:21:25", Event::new("read_back").by("agent").with("confirmed", true)),
        (
            "14:22:40",
            Event::new("answer").by("agent").with("result", "积分1年有效"),
        ),
        ("14:22:55", Event::new("rated").with("score", 4)),
        ("14:23:05", Event::new("call_ended")),
    ];
    println!("14:20:00  the call begins -> {}", outcome.case.states().join(", "));
    for (time, event) in &call {
        outcome = engine.send(&outcome.case, at(time)?, event)?;
        println!("{time}  {} -> {}", event.name(), outcome.case.states().join(", "));
        for entry in &outcome.journal {
            if let EntryVerdict::Rejected { reason, .. } = &entry.verdict {
                println!("          refused: {reason}");
            }
        }
        for effect in &outcome.effects {
            println!(
                "          {} {} {}",
                effect.id,
                effect.effect,
                serde_json::to_string(&effect.with)?
            );
        }
    }
    println!("stored: {}", serde_json::to_string_pretty(&outcome.case)?);
    Ok(())
}
