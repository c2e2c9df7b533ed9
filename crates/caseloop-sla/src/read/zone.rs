//! Time zones that do not exist, and those that were meant.

use super::Reader;
use super::codes::UNKNOWN_ZONE;
use super::word::Word;
use crate::calendar::set::zone;
use caseloop_syntax::{Applicability, Diagnostic, did_you_mean};
use chrono_tz::TZ_VARIANTS;
use std::collections::BTreeSet;

/// So many near zones are shown.
const NEAR: usize = 3;

/// Places that are looked for and have no zone of their own, or another name.
const CALLED: [(&str, &str); 14] = [
    ("beijing", "Asia/Shanghai"),
    ("peking", "Asia/Shanghai"),
    ("china", "Asia/Shanghai"),
    ("shenzhen", "Asia/Shanghai"),
    ("guangzhou", "Asia/Shanghai"),
    ("china standard time", "Asia/Shanghai"),
    ("北京", "Asia/Shanghai"),
    ("上海", "Asia/Shanghai"),
    ("cst", "Asia/Shanghai"),
    ("bjt", "Asia/Shanghai"),
    ("bangalore", "Asia/Kolkata"),
    ("mumbai", "Asia/Kolkata"),
    ("san_francisco", "America/Los_Angeles"),
    ("frankfurt", "Europe/Berlin"),
];

impl Reader<'_> {
    /// The name of a time zone.
    pub(super) fn zone(&mut self, word: Word<'_>) -> Option<String> {
        if zone(word.text).is_ok() {
            return Some(word.text.to_owned());
        }
        let place = word.part(0..word.text.len());
        let message = format!("there is no time zone `{}`", word.text);
        let mut finding = Diagnostic::error(&UNKNOWN_ZONE, place, message);
        // Beyond the cap nobody reads the help.
        let near = if self.report.is_full() {
            Vec::new()
        } else {
            near(word.text)
        };
        if let Some(first) = near.first() {
            finding = finding.fix(format!("did you mean `{first}`?"), place, *first, Applicability::Unsafe);
        }
        if let [_, others @ ..] = near.as_slice()
            && !others.is_empty()
        {
            let others: Vec<String> = others.iter().map(|zone| format!("`{zone}`")).collect();
            finding = finding.help(format!("near it is also {}", others.join(", ")));
        }
        if word.text.contains(['+', ':']) || word.text.bytes().any(|byte| byte.is_ascii_digit()) {
            finding = finding.help("an offset does not say when the clock changes: name the zone of a city");
        }
        if near.is_empty() {
            finding = finding.help("a zone is named as in the IANA database, by region and city: `Asia/Shanghai`, `Europe/Berlin`, or `UTC`");
        }
        self.error(finding);
        None
    }
}

/// The zones nearest to a name, the nearest first.
fn near(written: &str) -> Vec<&'static str> {
    let city = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
    let last = written.rsplit('/').next().unwrap_or(written).trim();
    let lower = last.to_lowercase().replace(' ', "_");
    let mut found: Vec<&'static str> = Vec::new();
    let called = CALLED
        .iter()
        .find(|(called, _)| *called == lower || *called == written.to_lowercase());
    found.extend(called.map(|(_, zone)| *zone));
    // The city under another region, or without one.
    let same = TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| city(name).to_lowercase() == lower);
    found.extend(same);
    if !found.is_empty() {
        let mut seen = BTreeSet::new();
        found.retain(|name| seen.insert(*name));
        found.truncate(NEAR);
        return found;
    }
    while found.len() < NEAR {
        let all = TZ_VARIANTS
            .iter()
            .map(|zone| zone.name())
            .filter(|name| !found.contains(name));
        let cities: Vec<&str> = all.clone().map(city).collect();
        let near = did_you_mean(&lower, cities);
        match all.clone().find(|name| Some(city(name)) == near) {
            Some(next) => found.push(next),
            None => break,
        }
    }
    if found.is_empty() {
        found.extend(did_you_mean(written, TZ_VARIANTS.iter().map(|zone| zone.name())));
    }
    found
}
