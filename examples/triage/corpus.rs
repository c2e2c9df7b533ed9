//! Banking77 and CLINC150, where somebody has them in a folder. They are not part of the project.

use super::{Failure, Set, Ticket};
use serde_json::Value as Json;
use std::path::Path;

/// The sets below a folder: `banking77/train.csv` and `test.csv`, `clinc150/data_full.json`, or either by itself.
#[expect(clippy::disallowed_methods, reason = "an example reads the files that it is given")]
pub(crate) fn sets(folder: &Path) -> Result<Vec<Set>, Failure> {
    let mut sets = Vec::new();
    for place in [folder.to_owned(), folder.join("banking77"), folder.join("clinc150")] {
        let (train, test) = (place.join("train.csv"), place.join("test.csv"));
        if train.exists() && test.exists() {
            sets.push(Set {
                name: "Banking77",
                train: table(&std::fs::read_to_string(train)?)?,
                test: table(&std::fs::read_to_string(test)?)?,
            });
        }
        let whole = place.join("data_full.json");
        if whole.exists() {
            sets.push(clinc(&std::fs::read_to_string(whole)?)?);
        }
    }
    match sets.is_empty() {
        true => Err(format!(
            "{}: there is neither train.csv with test.csv nor data_full.json",
            folder.display()
        )
        .into()),
        false => Ok(sets),
    }
}

fn table(text: &str) -> Result<Vec<Ticket>, Failure> {
    let mut tickets = Vec::new();
    for row in csv::Reader::from_reader(text.as_bytes()).into_records() {
        let row = row?;
        if let (Some(text), Some(class)) = (row.get(0), row.get(1)) {
            tickets.push(Ticket {
                text: text.to_owned(),
                class: class.to_owned(),
            });
        }
    }
    Ok(tickets)
}

/// What lies outside of all intents is a class of its own.
fn clinc(text: &str) -> Result<Set, Failure> {
    let whole: Json = serde_json::from_str(text)?;
    let part = |names: [&str; 2]| {
        let items = names.into_iter().filter_map(|name| whole.get(name)?.as_array());
        let pairs = items.flatten().filter_map(|pair| {
            let pair = pair.as_array()?;
            Some(Ticket {
                text: pair.first()?.as_str()?.to_owned(),
                class: pair.get(1)?.as_str()?.to_owned(),
            })
        });
        pairs.collect::<Vec<_>>()
    };
    Ok(Set {
        name: "CLINC150",
        train: part(["train", "oos_train"]),
        test: part(["test", "oos_test"]),
    })
}
