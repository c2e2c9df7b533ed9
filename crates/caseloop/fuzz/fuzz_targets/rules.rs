//! Any text as a file of rules beside any text as a sheet, asked about any text: no panic; what is read has an answer, the
//! same twice, and its explanation tells the rules that fired.
#![no_main]

use caseloop::layers::expr::{Heavy, Slot, Type};
use caseloop::layers::rules::{Rules, Scratch};
use caseloop::{CompileOptions, MapSources, compile_with};
use libfuzzer_sys::fuzz_target;

// The file, the sheet and the text, with a line of `====` between them.
fuzz_target!(|data: &str| {
    let mut parts = data.split("\n====\n");
    let mut next = || parts.next().unwrap_or_default();
    let (file, sheet, text) = (next(), next(), next());
    let sources = MapSources::from_iter([("rules.yaml", file), ("sheet.csv", sheet)]);
    let compiled = compile_with(&sources, "rules.yaml", &CompileOptions::default());
    for rules in compiled.rules() {
        ask(rules, text);
        ask(rules, file);
    }
});

fn ask(rules: &Rules, text: &str) {
    let record = rules.signature().inputs.record.clone();
    let mut inputs = record.row();
    for field in record.fields().filter(|field| !field.optional || field.ty == Type::Text) {
        match field.slot {
            Slot::Word(slot) => inputs.words[usize::from(slot)] = 0,
            Slot::Heavy(slot) => inputs.heavy[usize::from(slot)] = Heavy::Text(text.into()),
        }
    }
    let mut scratch = Scratch::default();
    let mut decide = || {
        let (mut outputs, mut fired) = (rules.signature().outputs.row(), Vec::new());
        let answer = rules.decide(&mut inputs.clone(), &mut outputs, &mut fired, &mut scratch);
        (rules.named(answer, &outputs, &fired), fired)
    };
    let (first, fired) = decide();
    assert_eq!((first, fired.clone()), decide());
    rules.signature().complete(&mut inputs);
    let told = rules.explain(&inputs).rules;
    for (position, rule) in told.iter().enumerate() {
        let fires = fired.contains(&(position as u32));
        assert_eq!(rule.fired, fires, "{}", rule.rule);
    }
}
