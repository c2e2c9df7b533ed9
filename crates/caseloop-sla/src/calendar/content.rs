//! The content hash of a calendar: the same for two that say the same, however it was written.

use super::pattern::Pattern;
use super::span::Span;
use super::{Calendar, Source};
use sha2::{Digest, Sha256};

impl Calendar {
    /// SHA-256 over all that the calendar says: its zone, hours, holidays with their names, overrides, breaks and years,
    /// or those of its members. The order of what is written, its own name, and the time zone database make no difference.
    ///
    /// ```
    /// use caseloop_sla::Calendar;
    /// let office = Calendar::in_zone("Asia/Shanghai").weekly("mon-fri", ["09:00-18:00".parse()?]);
    /// let same = Calendar::in_zone("Asia/Shanghai").weekly("mon-fri", ["12:00-18:00".parse()?, "09:00-12:00".parse()?]);
    /// assert_eq!(office.build()?.content_hash(), same.build()?.content_hash());
    /// let holiday = office.clone().holiday("10-01".parse()?, Some("国庆节"));
    /// assert_ne!(office.build()?.content_hash(), holiday.build()?.content_hash());
    /// # Ok::<(), caseloop_sla::CalendarError>(())
    /// ```
    #[must_use]
    pub fn content_hash(&self) -> [u8; 32] {
        *self.0.content.get_or_init(|| {
            let mut content = Content(Sha256::new());
            content.text(self.0.zone.name());
            match &self.0.source {
                Source::Pattern(pattern) => content.pattern(pattern),
                Source::And(members) => content.members("and", members),
                Source::Or(members) => content.members("or", members),
                Source::Minus(members) => content.members("minus", members),
            }
            content.0.finalize().into()
        })
    }
}

/// What has been said so far; every text and list with its length, so that no two calendars say it alike.
struct Content(Sha256);

impl Content {
    fn members(&mut self, how: &str, members: &[Calendar]) {
        self.text(how);
        self.number(members.len());
        for member in members {
            self.0.update(member.content_hash());
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        self.text("hours");
        for week in [&pattern.weekly, &pattern.weekly_breaks] {
            for spans in week {
                self.spans(spans);
            }
        }
        self.number(pattern.overrides.len());
        for (day, spans) in &pattern.overrides {
            self.0.update(day.to_le_bytes());
            self.spans(spans);
        }
        self.number(pattern.dates.len());
        for (day, name) in &pattern.dates {
            self.0.update(day.to_le_bytes());
            self.name(name.as_deref());
        }
        self.number(pattern.rules.len());
        for (rule, name) in &pattern.rules {
            self.text(&rule.to_string());
            self.name(name.as_deref());
        }
        self.number(pattern.breaks.len());
        for (rule, spans) in &pattern.breaks {
            self.text(&rule.to_string());
            self.spans(spans);
        }
        self.0.update([u8::from(pattern.holiday_wins)]);
        for year in [pattern.years.first, pattern.years.last] {
            self.0.update(year.to_le_bytes());
        }
    }

    fn spans(&mut self, spans: &[Span]) {
        self.number(spans.len());
        for span in spans {
            self.0.update(span.from().to_le_bytes());
            self.0.update(span.to().to_le_bytes());
        }
    }

    fn name(&mut self, name: Option<&str>) {
        self.0.update([u8::from(name.is_some())]);
        self.text(name.unwrap_or_default());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.update(text.as_bytes());
    }

    fn number(&mut self, number: usize) {
        self.0.update((number as u64).to_le_bytes());
    }
}
