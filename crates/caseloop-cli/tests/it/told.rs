//! Every finding that can be had from the files of this repository, and from those files with mistakes put into them: its
//! JSON and its SARIF fit their schemas, and it is told in Chinese to its last word.

use caseloop::layers::syntax::lang::{translate, untranslated};
use caseloop::layers::syntax::render::{Human, JSON_SCHEMA, github, human, json, sarif};
use caseloop::layers::syntax::{Diagnostic, Files};
use caseloop::{CompileOptions, Language, MapSources, compile_with, proof};
use jsonschema::Validator;
use serde_json::{Value, json as value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const SARIF_SCHEMA: &str = include_str!("schemas/sarif-2.1.0.json");

/// Every YAML file of the crates' tests, of the shipped workflows and of the benchmarks, and the sheets beside them.
#[expect(
    clippy::disallowed_methods,
    reason = "the repository's own files are read from the disk"
)]
fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut waiting: Vec<PathBuf> = ["crates", "workflows", "benches/workloads"]
        .map(|below| root.join(below))
        .into();
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            // Of clean files there is nothing to tell.
            if !["target", "fuzz", "clean"].contains(&name) {
                waiting.extend(
                    path.read_dir()
                        .expect("a folder")
                        .map(|entry| entry.expect("an entry").path()),
                );
            }
        } else if name.ends_with(".yaml") || name.ends_with(".csv") {
            let below = path.strip_prefix(&root).expect("below the root");
            let text = std::fs::read_to_string(&path).expect("a text");
            found.push((below.to_str().expect("a name").to_owned(), text));
        }
    }
    found.sort();
    found
}

/// The files as a load finds them.
fn sources() -> MapSources {
    MapSources::from_iter(files())
}

/// What is said of a file, its proofs included.
fn findings(sources: &MapSources, path: &str) -> (Vec<Diagnostic>, Files) {
    let mut compiled = compile_with(sources, path, &CompileOptions::default());
    let bounds = proof::Bounds {
        situations: 500,
        ..proof::Bounds::default()
    };
    compiled.prove(&bounds);
    (compiled.diagnostics().to_vec(), compiled.files().clone())
}

/// The text with a mistake of the kind `which` at each of some places.
fn spoilt(text: &str, which: usize, offset: usize) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let places: Vec<usize> = (offset..lines.len()).step_by(7).collect();
    for at in places.into_iter().rev() {
        let line = lines[at].clone();
        match which {
            0 => lines[at] = line.replacen(": ", "：", 1),
            1 => lines[at] = line.replacen("  ", "\t", 1),
            2 => lines.insert(at, line),
            3 => lines[at] = line.replacen(": ", ":", 1),
            4 => lines[at] = line.replacen(['{', '['], "", 1),
            5 => lines[at] = line.replacen(": ", ": 7 ", 1),
            6 => lines[at] = line.replacen(": ", ": !x ", 1),
            7 => lines[at] = line.replacen(": ", ": [a, b] ", 1),
            8 => lines[at] = line.replacen(": ", "x: ", 1),
            9 => lines[at] = line.split(": ").next().unwrap_or_default().to_owned() + ":",
            10 => lines[at] = line.split(": ").next().unwrap_or_default().to_owned() + ": {a: 1, b: [x]}",
            11 => lines[at] = line.split(": ").next().unwrap_or_default().to_owned() + ": [a, {b: c}]",
            12 => lines[at] = line.split(": ").next().unwrap_or_default().to_owned() + ": 12",
            13 => lines[at] = line.split(": ").next().unwrap_or_default().to_owned() + ": some words",
            14 => lines[at] = line.split(": ").next().unwrap_or_default().to_owned() + ": 3 working hours",
            15 => lines[at] = line.replace("==", ">").replace(" and ", " + "),
            16 => lines[at] = line.replace("if: ", "if: not nothing < "),
            17 => lines[at] = line.replace("go: ", "go: no_"),
            18 => lines[at] = String::new(),
            19 => {
                lines[at] = line
                    .replace("int", "text")
                    .replace("bool", "instant")
                    .replace("one_of", "some_of")
            }
            20 => lines[at] = line.replace(" h", " working days").replace("24x7", "never"),
            _ => lines[at] = line.chars().rev().collect(),
        }
    }
    lines.join("\n") + "\n"
}

/// How many kinds of mistakes there are, and how many of them are put into each file.
const KINDS: usize = 22;
const EACH: usize = 2;

/// Calls `see` with what is said of every file as it is, and with mistakes put into it.
fn each(see: &mut dyn FnMut(&str, &[Diagnostic], &Files)) {
    let sources = sources();
    for (path, text) in files().iter().filter(|(path, _)| path.ends_with(".yaml")) {
        let (found, opened) = findings(&sources, path);
        see(path, &found, &opened);
        // Large files are like the small ones, and take long; planted faults are enough.
        if text.len() > 8_000 || path.contains("/faulty/") {
            continue;
        }
        let first = path.bytes().map(usize::from).sum::<usize>();
        for which in (first..first + EACH).map(|which| which % KINDS) {
            let mut sources = sources.clone();
            sources.insert(path.clone(), spoilt(text, which, first % 7));
            let compiled = compile_with(&sources, path, &CompileOptions::default());
            see(&format!("{path} ({which})"), compiled.diagnostics(), compiled.files());
        }
    }
}

fn validator(schema: &str) -> Validator {
    let schema: Value = serde_json::from_str(schema).expect("a schema is JSON");
    validator_of(&schema)
}

fn validator_of(schema: &Value) -> Validator {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(schema).expect("a schema")
}

/// The schema with what the errata of the standard add: a region says where it begins.
fn sarif_validator() -> Validator {
    let mut schema: Value = serde_json::from_str(SARIF_SCHEMA).expect("a schema is JSON");
    schema["definitions"]["region"]["anyOf"] = value!([
        {"required": ["startLine"]},
        {"required": ["charOffset"]},
        {"required": ["byteOffset"]},
    ]);
    validator_of(&schema)
}

#[track_caller]
fn fits(validator: &Validator, instance: &Value, name: &str) {
    let errors: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0], "{name}");
}

#[test]
fn every_finding_fits_its_schemas_and_is_told_in_chinese() {
    let (json_schema, sarif_schema) = (validator(JSON_SCHEMA), sarif_validator());
    let mut codes = BTreeSet::new();
    let mut missing: BTreeSet<(String, String)> = BTreeSet::new();
    each(&mut |name, found, files| {
        let chinese: Vec<Diagnostic> = found
            .iter()
            .map(|finding| translate(finding, Language::Chinese))
            .collect();
        codes.extend(found.iter().map(|finding| finding.code.name));
        for (told, language) in [(found, Language::English), (&chinese, Language::Chinese)] {
            fits(&json_schema, &json(told, files), name);
            fits(&sarif_schema, &sarif([(told, files)], language), name);
            assert_eq!(github(told, files).lines().count(), told.len(), "{name}");
            let drawn = Human {
                language,
                ..Human::default()
            };
            assert_eq!(human(told, files, drawn).is_empty(), told.is_empty(), "{name}");
        }
        for finding in found {
            let parts = untranslated(finding, Language::Chinese).into_iter();
            missing.extend(parts.map(|part| (part, format!("{name}: {}", finding.message))));
        }
    });
    let lines: Vec<String> = missing.iter().map(|(part, of)| format!("{part}    <- {of}")).collect();
    assert!(
        missing.is_empty(),
        "{} untranslated:\n{}",
        missing.len(),
        lines.join("\n")
    );
    // The files and their mistakes show most of what can be said.
    assert!(codes.len() > 120, "{} codes", codes.len());
}

/// A schema that lets everything through would prove nothing.
#[test]
fn the_schemas_refuse_what_does_not_fit() {
    let (json_schema, sarif_schema) = (validator(JSON_SCHEMA), sarif_validator());
    let sources = MapSources::from_iter([("a.yaml", "workflow: a\nworkflow: b\n")]);
    let (found, files) = findings(&sources, "a.yaml");
    let good = json(&found, &files);
    let log = sarif([(found.as_slice(), &files)], Language::English);
    fits(&json_schema, &good, "json");
    fits(&sarif_schema, &log, "sarif");
    for (pointer, wrong) in [
        ("/version", value!(2)),
        ("/findings/0/code", value!("Not A Code")),
        ("/findings/0/severity", value!("fatal")),
        ("/findings/0/place/start/line", value!(0)),
        ("/findings/0/fix", value!("none")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect("a key") = wrong;
        assert!(!json_schema.is_valid(&bad), "{pointer}");
    }
    for (pointer, wrong) in [
        ("/version", value!("2.0.0")),
        ("/runs/0/results/0/level", value!("fatal")),
        ("/runs/0/results/0/locations/0/physicalLocation/region", value!({})),
        (
            "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri",
            value!("流程 a.yaml"),
        ),
        ("/runs/0/columnKind", value!("bytes")),
    ] {
        let mut bad = log.clone();
        *bad.pointer_mut(pointer).expect("a key") = wrong;
        assert!(!sarif_schema.is_valid(&bad), "{pointer}");
    }
}
