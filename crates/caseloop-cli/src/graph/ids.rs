//! Identifiers for what is drawn: letters, digits and `_`, made from names, so that a small change of a workflow is a
//! small change of its picture.

use std::collections::BTreeSet;

/// The identifiers that were given out.
#[derive(Default)]
pub(crate) struct Ids {
    taken: BTreeSet<String>,
}

impl Ids {
    /// An identifier that was not given out before. The prefix keeps it apart from the keywords of every format.
    pub(crate) fn of(&mut self, prefix: &str, name: &str) -> String {
        let letters = name
            .chars()
            .map(|letter| if letter.is_alphanumeric() { letter } else { '_' });
        let wanted: String = prefix.chars().chain(letters).collect();
        let mut id = wanted.clone();
        let mut number = 1;
        while !self.taken.insert(id.clone()) {
            number += 1;
            id = format!("{wanted}_{number}");
        }
        id
    }
}
