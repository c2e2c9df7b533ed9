//! A compiled workflow with the calendars by which its promises are measured.

use crate::promises::Promises;
use caseloop_core::Workflow as Chart;
use caseloop_rules::Rules;
use caseloop_sla::Calendar;
use std::ops::Deref;
use std::sync::Arc;

/// A checked workflow, ready to run. Cheap to clone, immutable, shared between threads.
///
/// Its chart, data and promises are read through [`caseloop_core::Workflow`], to which it derefs.
#[derive(Clone, Debug)]
pub struct Workflow {
    chart: Arc<Chart>,
    pub(crate) promises: Arc<Promises>,
    calendars: Arc<[Calendar]>,
    /// The rules that the chart names, in its order.
    pub(crate) rules: Arc<[Rules]>,
}

impl Workflow {
    /// `calendars` and `rules` are those that the chart names, in its order.
    pub(crate) fn new(chart: Chart, calendars: Vec<Calendar>, rules: Vec<Rules>) -> Self {
        Self {
            promises: Arc::new(Promises::of(chart.definition(), &calendars)),
            chart: Arc::new(chart),
            calendars: calendars.into(),
            rules: rules.into(),
        }
    }

    /// The calendars that its files declare, by name.
    pub fn calendars(&self) -> impl Iterator<Item = (&str, &Calendar)> {
        let names = self.chart.definition().calendars.iter();
        names.map(|name| &**name).zip(self.calendars.iter())
    }
}

/// A workflow that was built without files, and so without calendars and rules.
impl From<Chart> for Workflow {
    fn from(chart: Chart) -> Self {
        Self::new(chart, Vec::new(), Vec::new())
    }
}

impl Deref for Workflow {
    type Target = Chart;

    fn deref(&self) -> &Chart {
        &self.chart
    }
}
