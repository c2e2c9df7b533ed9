//! `caseloop calendar import`: what becomes of events, and what is said of those that are not understood.

use crate::Folder;
use crate::folder::Done;

/// A calendar of events, each a list of properties.
fn ics(events: &[&[&str]]) -> String {
    let events = events
        .iter()
        .map(|lines| format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", lines.join("\r\n")));
    let events: String = events.collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Holidays\r\n{events}END:VCALENDAR\r\n")
}

fn import(text: impl AsRef<[u8]>) -> Done {
    Folder::new()
        .with("days.ics", text)
        .run("calendar import days.ics --name cn")
}

/// What is printed, which is a file of calendars that has nothing wrong with it.
#[track_caller]
fn printed(text: impl AsRef<[u8]>, code: i32) -> String {
    let done = import(text).expect(code);
    let (calendar, list) = match done.out.starts_with("lists:") {
        true => (
            "calendars:\n  it: {zone: UTC, weekly: {mon-fri: [\"09:00-17:00\"]}, lists: [cn]}\n",
            &*done.out,
        ),
        false => ("", &*done.out),
    };
    let whole = match calendar {
        "" => format!("{list}    zone: UTC\n    weekly: 24x7\n"),
        calendar => format!("{calendar}{list}"),
    };
    let checked = Folder::new().with("days.yaml", &whole).run("check days.yaml");
    assert_eq!(checked.out, "1 file checked, no errors\n", "{whole}");
    done.out
}

#[test]
fn whole_days_become_holidays_by_name() {
    let text = ics(&[
        &[
            "SUMMARY:国庆节",
            "DTSTART;VALUE=DATE:20251001",
            "DTEND;VALUE=DATE:20251009",
        ],
        &["SUMMARY:元旦", "DTSTART;VALUE=DATE:20260101"],
        &["SUMMARY:元旦", "DTSTART;VALUE=DATE:20260102"],
        &[
            "SUMMARY:国庆节 补班",
            "DTSTART;VALUE=DATE:20251011",
            "DTEND;VALUE=DATE:20251012",
        ],
        &[
            "SUMMARY:Worked",
            "DTSTART;VALUE=DATE:20260104",
            "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY",
        ],
        &[
            "SUMMARY:Long\\, and",
            "  folded",
            "DTSTART:20260501T000000",
            "DURATION:P5D",
        ],
        &[
            "SUMMARY:Twice",
            "DTSTART;VALUE=DATE:20260701",
            "RDATE;VALUE=DATE:20260703",
        ],
        &[
            "SUMMARY:Bounded",
            "DTSTART;VALUE=DATE:20250801",
            "RRULE:FREQ=YEARLY;COUNT=3",
            "EXDATE;VALUE=DATE:20270801",
        ],
        &[
            "SUMMARY:Christmas",
            "DTSTART;VALUE=DATE:20001225",
            "DTEND;VALUE=DATE:20001227",
            "RRULE:FREQ=YEARLY",
        ],
        &[
            "SUMMARY:Thanksgiving",
            "DTSTART;VALUE=DATE:20201126",
            "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        ],
        &["SUMMARY:Late", "DTSTART;VALUE=DATE:20260309", "RRULE:FREQ=YEARLY"],
    ]);
    insta::assert_snapshot!("imported", printed(&text, 0));
    assert_eq!(printed(&text, 0), printed(&text, 0));
}

#[test]
fn days_of_every_year_alone_are_holidays_of_a_calendar() {
    let text = ics(&[
        &["SUMMARY:New Year", "DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=YEARLY"],
        &[
            "SUMMARY:Memorial Day",
            "DTSTART;VALUE=DATE:20200525",
            "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO",
        ],
    ]);
    insta::assert_snapshot!("imported_rules", printed(&text, 0));
}

#[test]
fn what_is_not_understood_is_told_with_its_line() {
    let text = ics(&[
        &["SUMMARY:Fine", "DTSTART;VALUE=DATE:20260101"],
        &["SUMMARY:Meeting", "DTSTART:20260102T090000Z", "DTEND:20260102T100000Z"],
        &["SUMMARY:Monthly", "DTSTART;VALUE=DATE:20260103", "RRULE:FREQ=MONTHLY"],
        &[
            "SUMMARY:Second",
            "DTSTART;VALUE=DATE:20260104",
            "RRULE:FREQ=YEARLY;INTERVAL=2",
        ],
        &[
            "SUMMARY:Elsewhere",
            "DTSTART;VALUE=DATE:20260105",
            "RRULE:FREQ=YEARLY;BYMONTH=3",
        ],
        &["SUMMARY:Off", "DTSTART;VALUE=DATE:20260106", "STATUS:CANCELLED"],
        &[
            "SUMMARY:Moved",
            "DTSTART;VALUE=DATE:20260107",
            "RECURRENCE-ID;VALUE=DATE:20260108",
        ],
        &[
            "SUMMARY:Backwards",
            "DTSTART;VALUE=DATE:20260107",
            "DTEND;VALUE=DATE:20260101",
        ],
        &["SUMMARY:Nowhere", "DTSTART;VALUE=DATE:20260231"],
        &[
            "SUMMARY:Endless",
            "DTSTART;VALUE=DATE:20260101",
            "DTEND;VALUE=DATE:20290101",
        ],
        &["SUMMARY:Far", "DTSTART;VALUE=DATE:25000101"],
        &["SUMMARY:Later", "DTSTART;VALUE=DATE:20300101", "RRULE:FREQ=YEARLY"],
        &["UID:only-an-id"],
        &[
            "SUMMARY:Weekly班 班",
            "DTSTART;VALUE=DATE:20260108",
            "RRULE:FREQ=YEARLY",
        ],
        &["SUMMARY broken", "DTSTART;VALUE=DATE:20260109"],
    ]);
    let text = text.replace(
        "END:VCALENDAR",
        "BEGIN:VTODO\r\nSUMMARY:x\r\nEND:VTODO\r\nEND:VCALENDAR",
    );
    let done = import(&text).expect(1);
    insta::assert_snapshot!("left_out", done.shown());
}

#[test]
fn files_that_are_no_calendars_are_named() {
    let check = |text: &[u8], expected: &str| {
        let done = import(text).expect(2);
        assert!(
            done.err.starts_with("error: days.ics: ") && done.err.contains(expected),
            "{}",
            done.err
        );
        assert_eq!(done.out, "");
    };
    let nested = "BEGIN:VEVENT\n".repeat(100_000);
    let many = format!(
        "BEGIN:VCALENDAR\n{}END:VCALENDAR\n",
        "BEGIN:VEVENT\nEND:VEVENT\n".repeat(60_000)
    );
    let broken = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", "x\n".repeat(500));
    check(b"", "this is no iCalendar file");
    check(b"hello\n", "line 1 stands outside");
    check(b"BEGIN:VCALENDAR\nVERSION:2.0\n", "`VCALENDAR` of line 1 does not end");
    check(
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
        "line 3 ends `VCALENDAR`, where `VEVENT` of line 2 is open",
    );
    check(
        b"BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VEVENT\n",
        "line 3 ends `VEVENT`, which did not begin",
    );
    check(b"BEGIN:VCALENDAR\nSUMMARY:\xff\nEND:VCALENDAR\n", "line 2 is not UTF-8");
    check(
        b"BEGIN:VCARD\nEND:VCARD\n",
        "line 1 begins `VCARD` outside of a calendar",
    );
    check(format!("BEGIN:VCALENDAR\n{nested}").as_bytes(), "more than 16 deep");
    check(many.as_bytes(), "more than 50000 components");
    check(broken.as_bytes(), "more than 100 lines");
    check(&vec![b'x'; (4 << 20) + 1], "longer than 4194304 bytes");
    check(b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "there is no whole-day event");
    let long = format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nSUMMARY:{}\nEND:VEVENT\nEND:VCALENDAR\n",
        "x\r\n ".repeat(900_000)
    );
    let done = import(long).expect(0);
    assert!(done.out.len() < 1000);
    let odd = ics(&[&[
        "SUMMARY:a\\nb: [c] # \"d\" \\\\ \u{7f}\u{202e}",
        "DTSTART;VALUE=DATE:20260101",
    ]]);
    assert!(printed(odd, 0).contains("a b: [c] # \\\"d\\\" \\\\"));
    let named = Folder::new().with("days.ics", ics(&[&["DTSTART;VALUE=DATE:20260101"]]));
    let done = named
        .run_words(&["calendar", "import", "days.ics", "--name", "no: such"], b"")
        .expect(0);
    assert!(done.out.starts_with("lists:\n  \"no: such\":\n"), "{}", done.out);
    assert_eq!(
        named
            .run_words(&["calendar", "import", "days.ics", "--name", ""], b"")
            .code,
        2
    );
}
