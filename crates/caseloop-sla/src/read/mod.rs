//! From the documents of a load to calendars, or to everything that is wrong with them, each with its place.
//!
//! A calendar is read key by key into the [description](crate::CalendarDescription) that JSON and the builder's calls give
//! too, and from there on built as those are: what is written, however it comes, means one thing.

mod calendar;
pub mod codes;
mod day;
mod list;
mod set;
mod span;
mod word;
mod zone;

use crate::calendar::Calendars;
use caseloop_syntax::{Diagnostic, Document, Key, Kind, Node, Report};

/// Reads the calendars and lists of holidays of all documents that have a `calendars` section; names are shared by all of
/// them. What is wrong is in `report`.
///
/// A calendar with a mistake is left out of the result, and so are those that are put together from it:
/// [`Calendars::is_broken`] tells their names, so that nobody complains that they do not exist.
///
/// ```
/// use caseloop_sla::read::read;
/// use caseloop_syntax::{Files, Limits, MapSources, Report, load};
/// let text = "
/// calendars:
///   office: {zone: Asia/Shangai, weekly: {mon-fri: [\"09:00-18:00\"]}}
///   always: {zone: UTC, weekly: 24x7}
/// ";
/// let (mut files, mut report) = (Files::default(), Report::default());
/// let sources = MapSources::from_iter([("days.yaml", text)]);
/// let loaded = load(&sources, "days.yaml", &Limits::default(), &mut files, &mut report).unwrap();
/// let calendars = read(&loaded.documents, &mut report);
/// assert!(calendars.get("always").is_some());
/// assert!(calendars.get("office").is_none() && calendars.is_broken("office"));
/// let finding = &report.diagnostics()[0];
/// assert_eq!(finding.message, "there is no time zone `Asia/Shangai`");
/// assert_eq!(finding.fix.as_ref().unwrap().title, "did you mean `Asia/Shanghai`?");
/// ```
pub fn read(documents: &[Document], report: &mut Report) -> Calendars {
    let mut reader = Reader { report, sound: true };
    let (mut calendars, mut lists) = (Vec::new(), Vec::new());
    for document in documents {
        let Some(section) = document.root.entry("calendars") else {
            continue;
        };
        if document.kind == Kind::Calendars
            && let Some(mut fields) = document.root.fields("a file of calendars", reader.report)
        {
            for key in ["calendars", "lists", "uses", "title"] {
                fields.get(key);
            }
            fields.finish(reader.report);
        }
        reader.section(section, "a section of calendars", &mut calendars);
        if let Some(section) = document.root.entry("lists") {
            reader.section(section, "a section of lists of holidays", &mut lists);
        }
    }
    set::build(calendars, lists, &mut reader)
}

/// See the module.
struct Reader<'r> {
    report: &'r mut Report,
    /// Whether all that was read since this was last set had nothing wrong with it.
    sound: bool,
}

impl Reader<'_> {
    fn error(&mut self, finding: Diagnostic) {
        self.sound = false;
        self.report.push(finding);
    }

    /// What was read, remembering where there was nothing.
    fn kept<T>(&mut self, read: Option<T>) -> Option<T> {
        self.sound &= read.is_some();
        read
    }

    /// The entries of a section.
    fn section<'n>(&mut self, node: &'n Node, what: &'static str, entries: &mut Vec<(&'n Key, &'n Node)>) {
        if node.fields(what, self.report).is_some() {
            entries.extend(node.as_map().unwrap_or_default().iter().map(|(key, node)| (key, node)));
        }
    }
}
