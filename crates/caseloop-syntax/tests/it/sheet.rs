//! Tables whose rules stand in a sheet: the cells with their places, and what cannot be read.

use caseloop_syntax::{Files, Limits, MapSources, Node, Report, harmless, load, render};
use proptest::prelude::*;

const TABLE: &str = "table: t\ncsv: data/t.csv\n";

/// The rows of a sheet, each cell with the letters at its place; or what is wrong.
fn rows(sheet: &[u8]) -> Result<Vec<Vec<(String, String)>>, String> {
    let sources = MapSources::from_iter([("a/t.yaml", TABLE.as_bytes()), ("a/data/t.csv", sheet)]);
    let (mut files, mut report) = (Files::default(), Report::default());
    let limits = Limits {
        nodes: 1000,
        ..Limits::default()
    };
    let loaded = load(&sources, "a/t.yaml", &limits, &mut files, &mut report);
    let findings = report.into_sorted();
    for finding in &findings {
        assert_eq!(
            caseloop_syntax::lang::untranslated(finding, caseloop_syntax::Language::Chinese),
            [""; 0]
        );
    }
    if !findings.is_empty() {
        return Err(render::human(&findings, &files, render::Human::default()));
    }
    let loaded = loaded.expect("a document");
    let rows = loaded.documents[0].root.entry("csv").expect("the sheet");
    let cell = |cell: &Node| {
        let text = cell.text().expect("a cell");
        let place = cell.part(0..text.len());
        let source = files.get(place.file).expect("the sheet").text();
        (
            text.to_owned(),
            source[place.start as usize..place.end as usize].to_owned(),
        )
    };
    let rows = rows.as_list().expect("rows").iter();
    Ok(rows
        .map(|row| row.as_list().expect("cells").iter().map(cell).collect())
        .collect())
}

fn texts(sheet: &str) -> Vec<Vec<String>> {
    let rows = rows(sheet.as_bytes()).expect("a sheet");
    rows.into_iter()
        .map(|row| row.into_iter().map(|(text, _)| text).collect())
        .collect()
}

#[test]
fn cells_know_their_places() {
    let sheet = "\u{feff}类型,amount\r\n\r\n\"a, b\",'=5\n\"say \"\"x\"\"\",''=\n,last";
    let found = rows(sheet.as_bytes()).expect("a sheet");
    let pair = |text: &str, place: &str| (text.to_owned(), place.to_owned());
    assert_eq!(
        found,
        [
            vec![pair("类型", "类型"), pair("amount", "amount")],
            vec![pair("a, b", "a, b"), pair("=5", "=5")],
            // A cell whose quotes are doubled is shown whole.
            vec![pair("say \"x\"", "\"say \"\"x\"\"\""), pair("'=", "'=")],
            vec![pair("", ""), pair("last", "last")],
        ]
    );
}

#[test]
fn semicolons_and_tabs_part_cells_too() {
    assert_eq!(texts("a;b\n1,5;2"), [["a", "b"], ["1,5", "2"]]);
    assert_eq!(texts("a\tb\n1,5\t2;3"), [["a", "b"], ["1,5", "2;3"]]);
}

#[test]
fn what_is_no_sheet_is_told_where_it_is() {
    let gbk = rows(b"name,\xc0\xe0").unwrap_err();
    assert!(
        gbk.contains("it may be GBK") && gbk.contains("a/data/t.csv:1:6"),
        "{gbk}"
    );
    let many = rows("a,b\n".repeat(600).as_bytes()).unwrap_err();
    assert!(
        many.contains("too-many-values") && many.contains("the sheet has more than"),
        "{many}"
    );
    let control = rows(b"a,b\x07\n").unwrap_err();
    assert!(control.contains("control-character"), "{control}");
    let sources = MapSources::from_iter([("t.yaml", "table: t\ncsv: tt.csv\n")]);
    let (mut files, mut report) = (Files::default(), Report::default());
    assert!(load(&sources, "t.yaml", &Limits::default(), &mut files, &mut report).is_none());
    let shown = render::human(report.diagnostics(), &files, render::Human::default());
    assert!(
        shown.contains("there is no file `tt.csv`") && shown.contains("t.yaml:2:6"),
        "{shown}"
    );
}

proptest! {
    /// Whatever stands in a cell comes back, and what a spreadsheet would run is never written.
    #[test]
    fn harmless_cells_read_back(cells in prop::collection::vec("['=+@\\-a, \"；退5]{0,6}", 1..5)) {
        let written: Vec<String> = cells.iter().map(|cell| harmless(cell)).collect();
        prop_assert!(written.iter().all(|cell| !cell.starts_with(['=', '+', '@'])));
        let quoted: Vec<String> = written.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        prop_assert_eq!(texts(&format!("h,h\n{}", quoted.join(",")))[1].clone(), cells);
    }

    /// No bytes make the reader fail otherwise than by a finding.
    #[test]
    fn any_bytes_are_read_or_refused(sheet in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = rows(&sheet);
    }
}
