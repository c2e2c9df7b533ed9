//! What is printed: Markdown tables, and the targets with what was measured of each.

use crate::rounds::{Live, Row};
use caseloop_benches::live_cases::Touch;

/// The median of some figures and the least and greatest of them.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The figure in the middle.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The greatest.
    pub greatest: f64,
}

impl Spread {
    /// Of some figures; `None` of none.
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let median = *figures.get(figures.len() / 2)?;
        let (least, greatest) = (*figures.first()?, *figures.last()?);
        Some(Self {
            median,
            least,
            greatest,
        })
    }

    /// Of the quotients of two rows of figures, round by round.
    pub fn ratio(of: &[f64], to: &[f64]) -> Option<Self> {
        Self::of(of.iter().zip(to).map(|(of, to)| of / to))
    }

    fn range(&self) -> String {
        format!("{}–{}", number(self.least), number(self.greatest))
    }

    fn show(&self) -> String {
        format!("{} ({})", number(self.median), self.range())
    }
}

/// A figure with as many digits as mean anything.
pub fn number(figure: f64) -> String {
    match figure {
        f if f < 10.0 => format!("{f:.2}"),
        f if f < 100.0 => format!("{f:.1}"),
        f => {
            let digits = format!("{f:.0}");
            let mut grouped = String::new();
            for (position, digit) in digits.chars().enumerate() {
                if position > 0 && (digits.len() - position) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            grouped
        }
    }
}

/// The row of that name.
pub fn row<'r>(rows: &'r [Row], name: &str) -> Option<&'r Row> {
    rows.iter().find(|row| row.name == name)
}

/// The engines, step by step.
pub fn steps(rows: &[Row], hand: &str, ours: &str) {
    let of = |name: &str| row(rows, name).map(|row| row.events.clone()).unwrap_or_default();
    let (hand, ours) = (of(hand), of(ours));
    println!(
        "| engine | version | what | ns/event, median | min–max | × match of the round | × caseloop of the round |"
    );
    println!("|---|---|---|--:|--:|--:|--:|");
    for row in rows {
        match (&row.engine, Spread::of(row.events.iter().copied())) {
            (Ok(_), Some(events)) => println!(
                "| {} | {} | {} | {} | {} | {} | {} |",
                row.name,
                row.version,
                row.kind,
                number(events.median),
                events.range(),
                Spread::ratio(&row.events, &hand).map_or("–".to_owned(), |ratio| ratio.show()),
                Spread::ratio(&row.events, &ours).map_or("–".to_owned(), |ratio| ratio.show()),
            ),
            (Err(reason), _) => println!("| {} | {} | not measured: {reason} | | | | |", row.name, row.version),
            (Ok(_), None) => println!("| {} | {} | not measured: no round | | | | |", row.name, row.version),
        }
    }
}

/// What loading a definition takes. `begin` is XState's load with its actor begun.
pub fn loads(rows: &[Row], ours: &str, begin: &[f64]) {
    let ours = row(rows, ours).map(|row| row.load.clone()).unwrap_or_default();
    println!("| engine | µs/load, median | min–max | × caseloop of the round |");
    println!("|---|--:|--:|--:|");
    let begun = ("XState, begun too", begin);
    let loads = rows.iter().map(|row| (row.name, row.load.as_slice())).chain([begun]);
    for (name, load) in loads {
        let Some(spread) = Spread::of(load.iter().map(|load| load / 1_000.0)) else {
            continue;
        };
        let ratio = Spread::ratio(load, &ours).map_or("–".to_owned(), |ratio| ratio.show());
        println!("| {name} | {} | {} | {ratio} |", number(spread.median), spread.range());
    }
}

/// How a way of working off a batch is called.
pub fn way(touch: Touch) -> String {
    match touch {
        Touch::Never => "caseloop, one by one".to_owned(),
        Touch::Ahead(by) => format!("caseloop, the case {by} ahead touched"),
        Touch::Group(by) => format!("caseloop, {by} cases touched, then stepped"),
    }
}

/// Many live cases.
pub fn live(measured: &[Live]) {
    println!("| live cases | way | ns/event, median | min–max | the match, same batches | × match of the batch |");
    println!("|--:|---|--:|--:|--:|--:|");
    for live in measured {
        for (touch, samples) in &live.ways {
            let ours = Spread::of(samples.iter().map(|(_, ours)| *ours));
            let theirs = Spread::of(samples.iter().map(|(theirs, _)| *theirs));
            let (Some(ours), Some(theirs), Some(ratio)) = (ours, theirs, live.ratio(*touch)) else {
                continue;
            };
            println!(
                "| {} | {} | {} | {} | {} | {} |",
                number(live.cases.into()),
                way(*touch),
                number(ours.median),
                ours.range(),
                theirs.show(),
                ratio.show(),
            );
        }
    }
}

impl Live {
    /// caseloop's time over the match's, batch by batch, worked off in that way.
    pub fn ratio(&self, touch: Touch) -> Option<Spread> {
        let (_, samples) = self.ways.iter().find(|(way, _)| *way == touch)?;
        Spread::of(samples.iter().map(|(theirs, ours)| ours / theirs))
    }
}

/// One target: what is wanted, what was measured, and whether that is enough.
pub fn target(what: &str, measured: Option<f64>, wanted: f64, at_most: bool) {
    let bound = format!("{} {}", if at_most { "at most" } else { "at least" }, number(wanted));
    match measured {
        None => println!("| {what} | {bound} | – | not measured |"),
        Some(measured) => {
            let met = if at_most {
                measured <= wanted
            } else {
                measured >= wanted
            };
            let verdict = if met { "met" } else { "**missed**" };
            println!("| {what} | {bound} | {} | {verdict} |", number(measured));
        }
    }
}
