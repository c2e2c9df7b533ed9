//! `caseloop lint` and `caseloop explain`: levels, reasons, fixes.

use crate::Folder;
use crate::folder::CALL;

const REFUND: &str = "\
workflow: refund
version: 1
# Who takes part.
roles: [agent, auditor, supervisor]
events:
  decided: {sent_by: agent}   # the only one that matters
  # The shop's own word for it.
  withdrawn: {}
  paid: {}
start: open
states:
  open:
    waits_for: agent
    when:
      decided:
        - {name: all, go: closed}   # whoever it is
        - {name: rest, stay: true}
      paid: {stay: true}
  closed: {final: true}   # supervisor
";

#[test]
fn findings_of_lints_are_warnings_and_check_says_nothing_of_them() {
    let folder = Folder::new().with("refund.yaml", REFUND);
    assert_eq!(folder.run("check .").expect(0).out, "1 file checked, no errors\n");
    let done = folder.run("lint .").expect(1);
    let codes = ["unused-role", "unhandled-event", "unreachable-branch"];
    for code in codes {
        assert!(done.out.contains(&format!("warning[{code}]")), "{}", done.out);
    }
    assert!(
        done.out.ends_with("1 file checked, no errors, 4 warnings\n"),
        "{}",
        done.out
    );
}

#[test]
fn guarantees_are_told_with_the_margin_of_their_warnings() {
    let desk = "\
workflow: desk
version: 1
roles: [agent]
events: {solved: {}}
promises:
  answer: {within: 8 working hours, calendar: office, from: start, until: solved, warn: {at: 75 %}}
start: open
states:
  open: {waits_for: agent, when: {solved: {go: closed}}}
  closed: {final: true}
guarantees:
  warned in time: {always_warned: answer}
  it ends: {time_alone_ends_in: closed}
calendars: {office: {zone: Asia/Shanghai, weekly: {mon-fri: [\"09:00-18:00\"]}}}
";
    let folder = Folder::new().with("desk.yaml", desk);
    let done = folder.run("lint desk.yaml --guarantees").expect(1);
    let told = "desk.yaml\n  warned in time: proved\n    `answer` warns 2 working hours before its deadline\n  it ends: does not hold\n";
    assert!(done.out.contains(told), "{}", done.out);
    let done = folder.run("lint desk.yaml --guarantees --lang zh").expect(1);
    let told = "desk.yaml\n  warned in time: 已证明\n    `answer` 在截止前 2 个工作小时 预警\n  it ends: 不成立\n";
    assert!(done.out.contains(told), "{}", done.out);
    let done = folder.run("lint desk.yaml --format json").expect(1);
    let told: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(told["guarantees"][0]["margins"][0]["ahead"], "2 working hours");
    assert_eq!(told["guarantees"][1]["verdict"], "broken");
}

#[test]
fn the_later_level_counts_and_says_who_set_it() {
    let folder = Folder::new().with("refund.yaml", REFUND);
    let done = folder.run("lint . --allow all --deny unhandled-event").expect(1);
    assert!(done.out.contains("error[unhandled-event]"), "{}", done.out);
    assert!(
        done.out.contains("= help: deny: set by `--deny unhandled-event`"),
        "{}",
        done.out
    );
    assert!(done.out.ends_with("1 file checked, 1 error\n"), "{}", done.out);
    assert_eq!(
        folder.run("lint . --deny unhandled-event --allow all").expect(0).out,
        "1 file checked, no errors\n"
    );
    let done = folder.run("lint . --deny unhandled-evnet").expect(2);
    assert!(done.err.contains("did you mean `unhandled-event`?"), "{}", done.err);
}

#[test]
fn files_set_levels_and_callers_outweigh_them() {
    let own = format!("{REFUND}uses: shared/lints.yaml\nlints: {{unused-role: allow}}\n");
    let folder = Folder::new().with("refund.yaml", own).with(
        "shared/lints.yaml",
        "lints:\n  all: allow\n  unused-role: deny\n  unhandled-event: deny\n",
    );
    let done = folder.run("lint refund.yaml").expect(1);
    assert!(
        done.out.contains("= help: deny: set at shared/lints.yaml:4"),
        "{}",
        done.out
    );
    assert!(done.out.ends_with("1 file checked, 1 error\n"), "{}", done.out);
    folder.run("lint . --allow unhandled-event").expect(0);
    let folder = folder.with(
        "shared/lints.yaml",
        "lints: {unhandeld-event: deny, dead-end: forbid}\n",
    );
    let done = folder.run("lint shared/lints.yaml").expect(1);
    assert!(done.out.contains("there is no level `forbid`"), "{}", done.out);
    assert!(done.out.contains("did you mean `unhandled-event`?"), "{}", done.out);
}

#[test]
fn what_is_allowed_for_a_reason_is_counted() {
    let allowed = REFUND
        .replace(
            "  # The shop's own word for it.\n",
            "  # The shop's own word for it.\n  # allow unhandled-event: the shop sends it with every order\n",
        )
        .replace("# Who takes part.", "# allow unused-role: 二者明年开始")
        .replace(
            "- {name: rest, stay: true}",
            "- {name: rest, stay: true}   # allow unreachable-branch：留着以后用",
        );
    let done = Folder::new()
        .with("refund.yaml", allowed)
        .run("lint . --deny all")
        .expect(0);
    assert_eq!(done.out, "1 file checked, no errors, 4 suppressed\n");
}

#[test]
fn a_hash_in_a_text_is_no_comment() {
    let text = "\
workflow: refund
version: 1
title: >
  Refund
  # allow unhandled-event: this is part of the title
events:
  withdrawn: {title: '# allow unhandled-event: so is this'}
  decided: {}
start: open
states:
  open: {when: {decided: {go: closed}}}
  closed: {final: true}
";
    let done = Folder::new()
        .with(
            "refund.yaml",
            text.replace(" {title: '# allow unhandled-event: so is this'}", " {}"),
        )
        .run("lint .")
        .expect(1);
    assert!(
        done.out.ends_with("1 file checked, no errors, 1 warning\n"),
        "{}",
        done.out
    );
}

#[test]
fn fixes_leave_comments_and_everything_else_alone() {
    let folder = Folder::new().with("refund.yaml", REFUND);
    let done = folder.run("lint . --fix").expect(0);
    assert_eq!(done.out, "1 file checked, no errors, 4 fixed\n");
    let fixed = std::fs::read_to_string(folder.path().join("refund.yaml")).unwrap();
    let expected = REFUND
        .replace("agent, auditor, supervisor", "agent")
        .replace("  withdrawn: {}\n", "")
        .replace("        - {name: rest, stay: true}\n", "");
    assert_eq!(fixed, expected);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_fix_that_would_break_the_file_is_not_carried_out() {
    // A guarantee names the branch that is never taken.
    let named = format!("{REFUND}guarantees:\n  all: {{entering: closed, only_by: [open.all, open.rest]}}\n");
    let folder = Folder::new().with("refund.yaml", &named);
    let done = folder.run("lint . --fix --no-proofs").expect(1);
    assert!(done.out.contains("warning[unreachable-branch]"), "{}", done.out);
    assert!(
        done.out.ends_with("1 file checked, no errors, 1 warning, 3 fixed\n"),
        "{}",
        done.out
    );
    folder.run("check .").expect(0);
}

#[test]
fn proofs_are_left_out_where_nobody_wants_them() {
    let text = CALL.to_owned() + "guarantees:\n  ends: {can_reach: missed}\n";
    let folder = Folder::new().with("call.yaml", &text);
    // A case that is answered does not come there.
    let done = folder.run("lint . --allow all --warn broken-guarantee").expect(1);
    assert!(done.out.contains("warning[broken-guarantee]"), "{}", done.out);
    let done = folder.run("lint . --allow all --no-proofs").expect(0);
    assert_eq!(done.out, "1 file checked, no errors\n");
}

#[test]
fn every_code_is_explained() {
    let folder = Folder::new();
    let done = folder.run("explain dead-end").expect(0);
    assert!(done.out.starts_with("# dead-end\n\n"), "{}", done.out);
    assert!(done.out.contains("\n## Wrong\n\n```yaml\n"), "{}", done.out);
    assert_eq!(
        folder.run("explain unknown-key").expect(0).out,
        "# unknown-key\n\nA mapping has a key that means nothing there.\n"
    );
    assert_eq!(
        folder.run("explain dead-ends").expect(2).err,
        "error: no finding has the code `dead-ends`; did you mean `dead-end`?\n"
    );
}

#[test]
fn every_code_is_explained_in_chinese() {
    let folder = Folder::new();
    let done = folder.run("explain --lang zh dead-end").expect(0);
    assert!(done.out.starts_with("# dead-end\n\n状态没有出路"), "{}", done.out);
    assert!(done.out.contains("\n## 错误示例\n\n```yaml\n"), "{}", done.out);
    // Codes without a page, of different crates, this program's own among them.
    for (code, summary) in [
        ("unknown-key", "映射中有此处无意义的键。"),
        ("unknown-state", "分支或起点写了不存在的状态。"),
        ("not-read", "本版本不读取这类文件，因此没有检查其内容。"),
    ] {
        let done = folder.run(&format!("explain {code} --lang zh")).expect(0);
        assert_eq!(done.out, format!("# {code}\n\n{summary}\n"));
    }
    assert_eq!(
        folder.run("explain dead-ends --lang zh").expect(2).err,
        "错误：没有代码为 `dead-ends` 的问题；是不是想写 `dead-end`？\n"
    );
}
