//! Scenario SC-01 on the shipped workflow, an enquiry that is answered on the spot, and a whole day of calls.

use crate::Folder;

const WORKFLOW: &str = include_str!("../../../../workflows/hotline/hotline-call.yaml");
const EVENTS: &str = include_str!("../../../../workflows/hotline/sc-01.jsonl");
const DAY: &str = include_str!("../../../../workflows/hotline/day.jsonl");

fn hotline() -> Folder {
    Folder::new()
        .with("hotline-call.yaml", WORKFLOW)
        .with("sc-01.jsonl", EVENTS)
}

#[test]
fn the_call_goes_through_the_states_of_the_scenario() {
    let done = hotline()
        .run("run hotline-call.yaml --events sc-01.jsonl --format jsonl")
        .expect(0);
    let entries = done.entries();
    let told: Vec<(&str, &str)> = entries
        .iter()
        .map(|entry| {
            (
                entry["at"].as_str().unwrap(),
                entry["configuration"][0].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("2023-10-01T06:20:00Z", "ringing"),
            ("2023-10-01T06:20:09Z", "judging"),
            ("2023-10-01T06:20:30Z", "recording"),
            ("2023-10-01T06:21:10Z", "reading_back"),
            ("2023-10-01T06:21:20Z", "reading_back"),
            ("2023-10-01T06:21:25Z", "answering"),
            ("2023-10-01T06:22:40Z", "rating"),
            ("2023-10-01T06:22:55Z", "saying_goodbye"),
            ("2023-10-01T06:23:05Z", "resolved"),
        ]
    );
    // Picked up at the second ring of three.
    assert_eq!(
        (&entries[1]["set"]["rings"], &entries[1]["set"]["rings_met"]),
        (&2.into(), &true.into())
    );
    // No answer before the record is read back.
    assert_eq!(
        entries[4]["verdict"]["rejected"]["reason"],
        "the_record_is_not_confirmed"
    );
    // No work order, the record is archived as resolved, and no timer is left.
    let effects = entries
        .iter()
        .flat_map(|entry| entry["effects"].as_array().cloned().unwrap_or_default());
    assert!(effects.clone().all(|effect| effect["effect"] != "work_order"));
    assert_eq!(effects.last().unwrap()["with"]["state"], "resolved");
    assert_eq!(entries[8].get("next_due"), None);
}

#[test]
fn who_called_appears_nowhere() {
    let folder = hotline();
    for arguments in ["", " --format jsonl", " --snapshot cases.jsonl"] {
        let done = folder
            .run(&format!("run hotline-call.yaml --events sc-01.jsonl{arguments}"))
            .expect(0);
        for text in [&done.out, &done.err] {
            assert!(
                !text.contains("王小明") && !text.contains("13912341002") && !text.contains("赵敏"),
                "{text}"
            );
        }
    }
    let stored = folder.read("cases.jsonl");
    assert!(
        !stored.contains("王小明") && !stored.contains("13912341002") && !stored.contains("赵敏"),
        "{stored}"
    );
    assert!(stored.contains("王*") && stored.contains("***1002"), "{stored}");
}

#[test]
fn the_timeline_of_the_call() {
    insta::assert_snapshot!(
        "sc_01",
        hotline()
            .run("run hotline-call.yaml --events sc-01.jsonl")
            .expect(0)
            .shown()
    );
}

#[test]
fn the_call_replays() {
    let folder = hotline();
    let journal = folder
        .run("run hotline-call.yaml --events sc-01.jsonl --format jsonl")
        .expect(0)
        .out;
    let done = folder
        .run_on("replay hotline-call.yaml -", journal.as_bytes())
        .expect(0);
    assert_eq!(done.out, "9 entries of 1 case replayed, all equal\n");
}

#[test]
fn a_day_of_calls_runs_and_replays() {
    let folder = hotline().with("day.jsonl", DAY);
    let done = folder
        .run("run hotline-call.yaml --events day.jsonl --format jsonl")
        .expect(0);
    // What came twice is passed over; nothing else is skipped.
    assert_eq!(done.err.lines().count(), 7, "{}", done.err);
    assert!(done.err.lines().all(|line| line.contains(": note: ")), "{}", done.err);
    let replayed = folder
        .run_on("replay hotline-call.yaml -", done.out.as_bytes())
        .expect(0);
    assert!(
        replayed.out.ends_with(" of 200 cases replayed, all equal\n"),
        "{}",
        replayed.out
    );

    let told = folder.run("run hotline-call.yaml --events day.jsonl").expect(0).out;
    let standing = told
        .lines()
        .filter(|line| line.starts_with("20251118"))
        .collect::<Vec<_>>();
    assert_eq!(standing.len(), 200);
    assert!(standing.iter().all(|line| line.ends_with("  ended")), "{standing:#?}");
}
