//! Reading one value as what is expected of it: a word, a whole number, a flag, a list. Each reader reports what it
//! finds instead. Dates, durations and conditions are read elsewhere.

use crate::codes::{EXPECTED_FLAG, EXPECTED_LIST, EXPECTED_NUMBER, EXPECTED_WORD, OUT_OF_RANGE};
use crate::{Applicability, Code, Diagnostic, Node, Report};
use std::ops::RangeInclusive;

impl Node {
    /// The text of a scalar that is not empty. `what` names it with its article: "a role", "a condition".
    ///
    /// A list, a mapping, nothing, or an empty text is reported as `expected-word`; a damaged value was reported
    /// before and gives `None` without another word.
    ///
    /// ```
    /// use caseloop_syntax::{FileId, Limits, Report, parse};
    /// let mut report = Report::default();
    /// let root = parse(FileId(0), "[customer, [a]]", &Limits::default(), &mut report).unwrap();
    /// let items = root.as_list().unwrap();
    /// assert_eq!(items[0].word("a role", &mut report), Some("customer"));
    /// assert_eq!(items[1].word("a role", &mut report), None);
    /// assert_eq!(report.diagnostics()[0].message, "a list, where a role is expected");
    /// ```
    pub fn word(&self, what: &str, report: &mut Report) -> Option<&str> {
        let text = self.text().filter(|text| !text.is_empty());
        if text.is_none() {
            self.unexpected(&EXPECTED_WORD, what, report);
        }
        text.filter(|_| !self.damaged)
    }

    /// The items of a list; a value that is no list is a list of one, nothing is a list of none.
    ///
    /// ```
    /// use caseloop_syntax::{FileId, Limits, Report, parse};
    /// let root = parse(FileId(0), "one", &Limits::default(), &mut Report::default()).unwrap();
    /// assert_eq!(root.list_or_one().len(), 1);
    /// ```
    #[must_use]
    pub fn list_or_one(&self) -> &[Self] {
        match self.as_list() {
            Some(items) => items,
            None if self.is_null() => &[],
            None => std::slice::from_ref(self),
        }
    }

    /// The items of a list; anything else is reported as `expected-list`.
    pub fn list(&self, what: &str, report: &mut Report) -> Option<&[Self]> {
        let items = self.as_list();
        if items.is_none() {
            self.unexpected(&EXPECTED_LIST, what, report);
        }
        items
    }

    /// A whole number in decimal digits, with `-` before it where it is negative, within `range`. Quoted digits are
    /// digits too.
    ///
    /// Reported as `expected-number` or `out-of-range`.
    ///
    /// ```
    /// use caseloop_syntax::{FileId, Limits, Report, parse};
    /// let mut report = Report::default();
    /// let root = parse(FileId(0), "12", &Limits::default(), &mut report).unwrap();
    /// assert_eq!(root.whole_number(0..=100, "a count", &mut report), Some(12));
    /// assert_eq!(root.whole_number(0..=5, "a count", &mut report), None);
    /// assert_eq!(report.diagnostics()[0].message, "`12` is not a count from 0 to 5");
    /// ```
    pub fn whole_number(&self, range: RangeInclusive<i64>, what: &str, report: &mut Report) -> Option<i64> {
        let Some(text) = self.text().filter(|_| !self.damaged) else {
            self.unexpected(&EXPECTED_NUMBER, what, report);
            return None;
        };
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let finding = Diagnostic::error(&EXPECTED_NUMBER, self.span, format!("`{text}` is not {what}"));
            let plain: String = digits.chars().filter(|letter| !matches!(letter, '_' | ',')).collect();
            let grouped =
                digits.starts_with(|c: char| c.is_ascii_digit()) && plain.bytes().all(|byte| byte.is_ascii_digit());
            report.push(match grouped {
                true => finding.help(format!("write the digits without separators: `{plain}`")),
                false => finding.help("write a whole number in digits"),
            });
            return None;
        }
        let number = text.parse::<i64>().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!("`{text}` is not {what} from {} to {}", range.start(), range.end());
            report.push(Diagnostic::error(&OUT_OF_RANGE, self.span, message));
        }
        number
    }

    /// `true` or `false`, and nothing else: `yes`, `on` and their kin are words, which is reported as
    /// `expected-flag` with the fix. `what` names what is told, as in "`reenter` is `true` or `false`, not `yes`".
    ///
    /// ```
    /// use caseloop_syntax::{FileId, Limits, Report, parse};
    /// let mut report = Report::default();
    /// let root = parse(FileId(0), "[true, yes]", &Limits::default(), &mut report).unwrap();
    /// let items = root.as_list().unwrap();
    /// assert_eq!(items[0].flag("`reenter`", &mut report), Some(true));
    /// assert_eq!(items[1].flag("`reenter`", &mut report), None);
    /// assert_eq!(report.diagnostics()[0].fix.as_ref().unwrap().edits[0].text, "true");
    /// ```
    pub fn flag(&self, what: &str, report: &mut Report) -> Option<bool> {
        if self.damaged {
            return None;
        }
        let text = self.text();
        let meant = match text {
            Some("true") => return Some(true),
            Some("false") => return Some(false),
            Some("yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" | "True" | "TRUE" | "1") => Some("true"),
            Some("no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" | "False" | "FALSE" | "0") => Some("false"),
            _ => None,
        };
        let found = text.map_or_else(|| self.what().to_owned(), |text| format!("`{text}`"));
        let finding = Diagnostic::error(
            &EXPECTED_FLAG,
            self.span,
            format!("{what} is `true` or `false`, not {found}"),
        );
        report.push(match meant {
            Some(meant) => finding.fix(format!("write `{meant}`"), self.span, meant, Applicability::Safe),
            None => finding,
        });
        None
    }

    /// Reports what stands here instead of `what`, unless this value was reported before.
    fn unexpected(&self, code: &'static Code, what: &str, report: &mut Report) {
        if self.damaged {
            return;
        }
        let found = match self.text() {
            Some("") => "an empty text",
            _ => self.what(),
        };
        let finding = Diagnostic::error(code, self.span, format!("{found}, where {what} is expected"));
        report.push(match self.definition {
            Some(definition) => finding.also(definition, "the value that the alias repeats"),
            None => finding,
        });
    }
}
