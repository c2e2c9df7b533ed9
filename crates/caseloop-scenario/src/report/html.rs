//! A page of results and coverage: one file, nothing loaded from elsewhere, readable on light and on dark screens.

use super::{Report, Result};
use crate::{Coverage, Part, Share, Status};

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--ground:#fff;--good:#1a7f37;--bad:#cf222e;--bar:#d8dee4}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4ae;--line:#30363d;--ground:#0d1117;--good:#3fb950;--bad:#ff7b72;--bar:#30363d}}
body{margin:2rem auto;max-width:70rem;padding:0 1rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}
th{color:var(--soft);font-weight:600}td.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.good{color:var(--good)}.bad{color:var(--bad)}.soft{color:var(--soft)}
.bar{background:var(--bar);border-radius:.3rem;height:.6rem;min-width:6rem;overflow:hidden}.bar i{background:var(--good);display:block;height:100%}
pre{white-space:pre-wrap;margin:.2rem 0}code,pre{font-family:ui-monospace,monospace;font-size:.9em}
";

/// The page. Whatever an author wrote stands in it as text.
#[must_use]
pub fn page(report: &Report) -> String {
    let failed = report
        .results
        .iter()
        .filter(|result| !result.failures.is_empty())
        .count();
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>Scenarios</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{} scenarios, {failed} failed</h1>\n",
        report.results.len()
    );
    for coverage in &report.coverage {
        page += &workflow(coverage);
    }
    page += "<h2>Scenarios</h2>\n<table>\n<tr><th>Scenario</th><th>Workflow</th><th>Result</th></tr>\n";
    for result in &report.results {
        page += &row(result);
    }
    page += "</table>\n</body>\n</html>\n";
    page
}

fn workflow(coverage: &Coverage) -> String {
    let total = coverage.total();
    let mut text = format!(
        "<h2>{}: {} %</h2>\n<table>\n<tr><th></th><th></th><th>Covered</th><th>Not covered</th></tr>\n",
        escaped(&coverage.workflow),
        total.percent()
    );
    for part in Part::ALL {
        let share = coverage.share(part);
        if share.all > 0 {
            let missing = coverage.missing().filter(|goal| goal.part == part);
            let missing: Vec<String> = missing
                .map(|goal| format!("<code>{}</code>", escaped(&goal.name)))
                .collect();
            text += &format!(
                "<tr><th>{}</th><td>{}</td><td class=\"number\">{} of {}</td><td>{}</td></tr>\n",
                part.name(),
                bar(share),
                share.covered,
                share.all,
                missing.join(", ")
            );
        }
    }
    text += "</table>\n";
    text
}

fn bar(share: Share) -> String {
    let percent = share.percent();
    format!("<div class=\"bar\" title=\"{percent} %\"><i style=\"width:{percent}%\"></i></div>")
}

fn row(result: &Result) -> String {
    let unreviewed = match result.status {
        Status::Reviewed => "",
        Status::Unreviewed => " <span class=\"soft\">(unreviewed)</span>",
    };
    let outcome = match result.failures.as_slice() {
        [] => "<span class=\"good\">passes</span>".to_owned(),
        failures => {
            let all: Vec<String> = failures.iter().map(|failure| escaped(failure)).collect();
            format!("<span class=\"bad\">fails</span><pre>{}</pre>", all.join("\n"))
        }
    };
    format!(
        "<tr><td>{}{unreviewed}<br><code class=\"soft\">{}</code></td><td>{}</td><td>{outcome}</td></tr>\n",
        escaped(&result.name),
        escaped(&result.file),
        escaped(&result.workflow)
    )
}

/// A text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter if letter.is_control() && letter != '\n' => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}
