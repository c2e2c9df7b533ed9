//! `caseloop check` in its formats and languages, and the schema that it publishes.

use crate::Folder;
use crate::folder::CALL;
use serde_json::Value;

const BROKEN: &str =
    "workflow: 热线\nstart: ringign\nstates:\n  ringing: {title: 振铃, wehn: {}}\n  done: {final: true}\n";

#[test]
fn sarif_is_one_log_of_all_files() {
    let folder = Folder::with_call().with("流程/a b.yaml", BROKEN).with("c.yaml", BROKEN);
    let done = folder.run("check . --format sarif").expect(1);
    let log: Value = serde_json::from_str(&done.out).unwrap();
    let run = &log["runs"][0];
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    let results = run["results"].as_array().unwrap();
    let told: Vec<(&str, &str)> = results
        .iter()
        .map(|result| {
            let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            (result["ruleId"].as_str().unwrap(), uri.as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("unknown-state", "c.yaml"),
            ("unknown-key", "c.yaml"),
            ("unknown-state", "%E6%B5%81%E7%A8%8B/a%20b.yaml"),
            ("unknown-key", "%E6%B5%81%E7%A8%8B/a%20b.yaml"),
        ]
    );
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    // After two Chinese characters columns count characters, and bytes count bytes.
    let region = &results[1]["locations"][0]["physicalLocation"]["region"];
    let text: Vec<char> = BROKEN.chars().collect();
    let (offset, length) = (
        region["charOffset"].as_u64().unwrap(),
        region["charLength"].as_u64().unwrap(),
    );
    let marked: String = text[offset as usize..(offset + length) as usize].iter().collect();
    assert_eq!(marked, "wehn");
    assert_eq!(
        BROKEN.find("wehn"),
        Some(region["byteOffset"].as_u64().unwrap() as usize)
    );
    assert_eq!((&region["startLine"], &region["startColumn"]), (&4.into(), &24.into()));
    let prints = results.iter().map(|result| result["partialFingerprints"].to_string());
    let prints: std::collections::BTreeSet<String> = prints.collect();
    assert_eq!(prints.len(), 4);
    assert_eq!(folder.run("check call.yaml --format sarif").expect(0).err, "");
}

/// What stands elsewhere in a file does not make another finding of it.
#[test]
fn fingerprints_outlive_edits_elsewhere_and_the_language() {
    let prints = |folder: &Folder, arguments: &str| -> Vec<Value> {
        let done = folder
            .run(&format!("check x.yaml --format sarif {arguments}"))
            .expect(1);
        let log: Value = serde_json::from_str(&done.out).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().iter();
        results.map(|result| result["partialFingerprints"].clone()).collect()
    };
    let folder = Folder::new().with("x.yaml", BROKEN);
    let before = prints(&folder, "");
    assert_eq!(before.len(), 2);
    assert_eq!(prints(&folder, "--lang zh"), before);
    let folder = folder.with("x.yaml", format!("# one line more\n\n{BROKEN}"));
    assert_eq!(prints(&folder, ""), before);
}

#[test]
fn github_gets_a_command_for_each_finding() {
    let folder = Folder::new().with("a,b.yaml", BROKEN).with("kpis.yaml", "kpis: {}\n");
    insta::assert_snapshot!("github", folder.run("check . --format github").expect(1).shown());
}

#[test]
fn everything_is_said_in_chinese() {
    let folder = Folder::with_call()
        .with("热线.yaml", BROKEN)
        .with("kpis.yaml", "kpis: {}\n")
        .with("empty/x.txt", "");
    let done = folder.run("check . --lang zh").expect(1);
    insta::assert_snapshot!("chinese", done.shown());
    let unread = folder
        .run("check nothing.yaml empty call.yaml --set rings=5 --lang zh")
        .expect(2);
    insta::assert_snapshot!("chinese_unread", unread.shown());
    // Other commands tell what is wrong with a workflow in Chinese too.
    let run = folder.run("expand 热线.yaml --lang zh").expect(1);
    assert!(run.err.contains("没有状态 `ringign`"), "{}", run.err);
    assert!(run.err.contains("错误：热线.yaml：流程无法运行"), "{}", run.err);
    let json: Value =
        serde_json::from_str(&folder.run("check 热线.yaml --lang zh --format json").expect(1).out).unwrap();
    assert_eq!(json["findings"][0]["message"], "没有状态 `ringign`");
}

/// A label stands below its place where letters are two columns wide.
#[test]
fn underlines_lie_below_wide_letters() {
    let folder = Folder::new().with("a.yaml", "workflow: 热线电话\n热线电话: 一\n");
    let out = folder.run("check a.yaml --lang zh").expect(1).out;
    let lines: Vec<&str> = out.lines().collect();
    let at = lines.iter().position(|line| line.contains("热线电话: 一")).unwrap();
    // `2 | ` and eight columns of four letters.
    assert_eq!(lines[at + 1], "  | ^^^^^^^^", "{out}");
}

#[test]
fn the_schema_of_findings_is_printed() {
    let folder = Folder::new().with("call.yaml", CALL);
    let schema: Value = serde_json::from_str(&folder.run("schema findings").expect(0).out).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let found: Value = serde_json::from_str(&folder.run("check call.yaml --format json").expect(0).out).unwrap();
    let known = schema["properties"].as_object().unwrap();
    for key in found.as_object().unwrap().keys() {
        assert!(known.contains_key(key), "{key}");
    }
}
