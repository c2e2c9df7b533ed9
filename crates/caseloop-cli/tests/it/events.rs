//! Lines of an events file: what is read, and what is said of a line that is not.

use crate::{Done, Folder};

const START: &str = r#"{"at": "2023-10-01T14:20:00+08:00", "start": {}}"#;
const ANSWERED: &str =
    r#"{"at": "2023-10-01T14:20:09+08:00", "event": "answered", "by": "agent", "data": {"contact": "13912341002"}}"#;

/// A line between two good ones: it is named with this message, and nothing else is lost.
#[track_caller]
fn refused(line: &str, message: &str) -> Done {
    let done = Folder::with_call().events(&[START, line, ANSWERED]).expect(1);
    let expected = format!("<stdin>:2: error: {message}; the line is skipped\nerror: 1 line was skipped\n");
    assert_eq!(done.err, expected, "{line:.200}");
    let configurations: Vec<String> = done
        .entries()
        .iter()
        .map(|entry| entry["configuration"].to_string())
        .collect();
    assert_eq!(configurations, [r#"["ringing"]"#, r#"["talking"]"#], "{line:.200}");
    done
}

#[test]
fn lines_that_cannot_be_read_are_named_and_skipped() {
    for (line, message) in [
        ("{", "the line is no JSON: EOF while parsing an object at column 1"),
        ("at: 2023", "the line is no JSON: expected value at column 1"),
        (
            r#"{"at": "2023-10-01T14:20:01Z"} {}"#,
            "the line is no JSON: trailing characters at column 32",
        ),
        ("[1]", "found a list where an object was expected"),
        ("null", "found nothing where an object was expected"),
        ("{}", "the key `at` is missing"),
        (r#"{"at": null, "tick": true}"#, "the key `at` is missing"),
        (
            r#"{"at": 1696141200, "tick": true}"#,
            "`at` is a whole number, where a text was expected",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01", "tick": true}"#,
            "`at` is no RFC 3339 time with an offset, such as 2023-10-01T14:20:00+08:00",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "occurred": "13912341002", "tick": true}"#,
            "`occurred` is no RFC 3339 time with an offset, such as 2023-10-01T14:20:00+08:00",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "occurred": "2023-10-01T14:20:02+08:00", "tick": true}"#,
            "`occurred` is later than `at`",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "occurred": "2023-10-01T14:20:01+08:00", "tick": true}"#,
            "`occurred` goes with `event` only",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00"}"#,
            "one of `start`, `event` and `tick` is missing",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "event": "answered", "tick": true}"#,
            "only one of `start`, `event` and `tick` may stand in a line",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "tick": false}"#,
            "`tick` can only be true",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "start": []}"#,
            "`start` is a list, where an object was expected",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "start": {}}"#,
            "the case `1` has begun already",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "event": 7}"#,
            "`event` is a whole number, where a text was expected",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "event": "closed", "data": "x"}"#,
            "`data` is a text, where an object was expected",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "tick": true, "by": "agent"}"#,
            "`by` goes with `event` only",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "evnet": "closed", "tick": true}"#,
            "a line has no key `evnet`; did you mean `event`?",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "at": "2023-10-01T14:20:01+08:00", "tick": true}"#,
            "the key `at` stands here twice",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "event": "rated", "data": {"score": 1, "score": 2}}"#,
            "`data` has the key `score` twice",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "case": "", "tick": true}"#,
            "`case` is not a text of 1 to 200 characters",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "case": 1, "tick": true}"#,
            "`case` is a whole number, where a text was expected",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "case": "2", "tick": true}"#,
            "the case `2` has not begun",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "case": "2", "event": "closed"}"#,
            "the case `2` has not begun",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "event": "answerd"}"#,
            "the workflow knows no event `answerd`; did you mean `answered`?",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "event": "closed", "by": "agnet"}"#,
            "`by` is none of the roles `agent`, `supervisor`",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "event": "rated", "data": {"scroe": 1}}"#,
            "`rated` has no field `scroe`; did you mean `score`?",
        ),
        (
            r#"{"at": "2023-10-01T14:20:01+08:00", "event": "answered"}"#,
            "`answered` lacks the field `contact`",
        ),
        (
            r#"{"at": "2023-10-01T14:19:59.999+08:00", "tick": true}"#,
            "time runs backwards: the case `1` is at 2023-10-01T14:20:00+08:00 already",
        ),
        (
            r#"{"at": "2023-10-01T06:19:59Z", "tick": true}"#,
            "time runs backwards: the case `1` is at 2023-10-01T06:20:00+00:00 already",
        ),
    ] {
        refused(line, message);
    }
}

#[test]
fn errors_say_what_was_expected_and_repeat_no_value() {
    let event = |rest: &str| format!("{{\"at\": \"2023-10-01T14:20:01+08:00\", {rest}}}");
    for (rest, message) in [
        (
            r#""event": "answered", "data": {"contact": 13912341002}"#,
            "the field `contact` of `answered` is not a text",
        ),
        (
            r#""event": "rated", "data": {"score": 13912341002}"#,
            "the field `score` of `rated` is not a whole number from 1 to 5",
        ),
        (
            r#""event": "rated", "data": {"score": "13912341002"}"#,
            "the field `score` of `rated` is not a whole number from 1 to 5",
        ),
        (
            r#""event": "rated", "data": {"score": 1, "kind": "13912341002"}"#,
            "the field `kind` of `rated` is not one of `enquiry`, `complaint`",
        ),
        (
            r#""case": "2", "start": {"score": "13912341002"}"#,
            "the field `score` of `case` is not a whole number from 1 to 5",
        ),
        (
            r#""event": "rated", "data": {"score": 1391234100213912341002}"#,
            "a number at column 99 has more digits than the 18 that are kept",
        ),
        (
            r#""event": "rated", "data": "13912341002"#,
            "the line is no JSON: EOF while parsing a string at column 82",
        ),
        (
            r#""data": {"contact": "13912341002"}, "event": {}"#,
            "`event` is a record, where a text was expected",
        ),
    ] {
        let done = Folder::with_call().events(&[START, &event(rest)]).expect(1);
        assert!(
            !done.err.contains("13912341002") && !done.out.contains("13912341002"),
            "{done:#?}"
        );
        let column = |text: &str| text.split(" at column ").next().unwrap_or_default().to_owned();
        let first = done.err.lines().next().unwrap_or_default();
        assert!(
            first.starts_with(&column(&format!("<stdin>:2: error: {message}"))),
            "{first}"
        );
    }
}

#[test]
fn lines_of_any_length_and_encoding_are_survived() {
    let long = format!("{{\"at\": \"{}\"}}", "x".repeat(3 << 20));
    refused(&long, "the line is longer than 1048576 bytes");
    let deep = format!("{{\"at\": {}", "[".repeat(100_000));
    refused(&deep, "the line is no JSON: recursion limit exceeded at column 134");
    let named = format!(
        "{{\"at\": \"2023-10-01T14:20:01+08:00\", \"event\": \"{}\"}}",
        "x".repeat(1 << 19)
    );
    let done = Folder::with_call().events(&[START, &named]).expect(1);
    assert!(done.err.len() < 2_000, "{}", done.err.len());

    let lines = [START.as_bytes(), b"{\"at\": \"\xff\"}", ANSWERED.as_bytes()].join(&b"\r\n"[..]);
    let done = Folder::with_call()
        .run_on("run call.yaml --events - --format jsonl", &lines)
        .expect(1);
    assert!(
        done.err
            .starts_with("<stdin>:2: error: the line is not UTF-8 from byte 9 on"),
        "{}",
        done.err
    );
    assert_eq!(done.entries().len(), 2);
}

#[test]
fn errors_cannot_move_a_terminals_cursor() {
    let line = r#"{"at": "2023-10-01T14:20:01+08:00", "event": "\u001b[2J\u202ex\nerror: y"}"#;
    let done = Folder::with_call().events(&[START, line]).expect(1);
    assert!(done.err.contains(r"`\u{1b}[2J\u{202e}x\nerror: y`"), "{}", done.err);
}

#[test]
fn empty_lines_and_other_line_ends_are_passed_over() {
    let text = format!("\u{feff}\n\n{START}\r\n   \n{ANSWERED}");
    let done = Folder::with_call()
        .run_on("run call.yaml --events - --format jsonl", text.as_bytes())
        .expect(0);
    assert_eq!((done.entries().len(), &*done.err), (2, ""));
    let done = Folder::with_call().events(&[]).expect(0);
    assert_eq!((done.out, done.err), (String::new(), String::new()));
}

#[test]
fn seconds_may_be_left_out_and_null_is_nothing() {
    let lines = [
        r#"{"at": "2023-10-01T14:20+08:00", "start": {}, "event": null, "id": null, "case": null}"#,
        r#"{"at": "2023-10-01T14:20+08:00", "occurred": "2023-10-01T14:19+08:00", "event": "answered", "data": {"contact": "13912341002"}}"#,
    ];
    let done = Folder::with_call().events(&lines).expect(0);
    assert_eq!(done.entries()[1]["case"], "1");
    assert_eq!(done.entries()[1]["at"], "2023-10-01T06:20:00Z");
}
