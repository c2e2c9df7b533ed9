//! Any bytes as a file of calendars: no panic, no hang, and what can be built answers by the laws of arithmetic.
#![no_main]

use caseloop::layers::core::read::Options;
use caseloop::{MapSources, compile_with};
use libfuzzer_sys::fuzz_target;

// After the text and a byte of 0 come instants, in minutes since 1970, as 4 bytes each.
fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (text, rest) = bytes.split_at(end);
    let sources = MapSources::from_iter([("a.yaml", text)]);
    let compiled = compile_with(&sources, "a.yaml", &Options::default());
    let minutes = rest.get(1..).unwrap_or_default().chunks_exact(4);
    let instants: Vec<i64> = minutes
        .map(|four| i64::from(i32::from_le_bytes([four[0], four[1], four[2], four[3]])) * 60_000)
        .chain([1_761_000_000_000])
        .take(8)
        .collect();
    for (_, calendar) in compiled.calendars().iter().take(4) {
        for from in &instants {
            for until in &instants {
                let (Ok(there), Ok(back)) = (calendar.elapsed(*from, *until), calendar.elapsed(*until, *from)) else {
                    continue;
                };
                assert_eq!(there, -back);
                if let (Ok(due), Ok(breach)) = (calendar.due_at(*from, there), calendar.breach_at(*from, there)) {
                    // Backwards the nearest is the latest.
                    let between = match until >= from {
                        true => due <= *until && *until <= breach,
                        false => there == 0 || breach <= *until && *until <= due,
                    };
                    assert!(between, "{from} {until}: {due} {breach}");
                    assert_eq!(calendar.elapsed(*from, due), Ok(there));
                }
                if let Ok(told) = calendar.explain_between(*from, *until) {
                    assert_eq!(told.parts.iter().map(|part| part.counted).sum::<i64>(), there);
                }
            }
            let open = calendar.is_open(*from);
            if let (Ok(open), Ok(next)) = (open, calendar.elapsed(*from, from + 1)) {
                assert_eq!(open, next == 1);
            }
        }
    }
});
