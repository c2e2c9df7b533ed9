//! Why a chart is not run: it needs something that the language leaves out, or it cannot be understood.

use std::fmt;

/// What the language leaves out on purpose, or the vectors' converter does not cover. Found from the chart alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// `<invoke>` and what belongs to it.
    Invoke,
    /// `<script>`.
    Script,
    /// `<foreach>`.
    Foreach,
    /// An expression that is refused or fails only while the chart runs.
    RunTimeError,
    /// `_event`, `_sessionid`, `_name`, `_ioprocessors`, `_x`.
    SystemVariable,
    /// Data that an event of the chart itself brings.
    EventData,
    /// `<donedata>`.
    DoneData,
    /// `<send>` to anybody but the chart itself.
    SendTarget,
    /// An event whose name is known only at run time.
    ComputedEvent,
    /// A delay or send id that is known only at run time.
    ComputedSend,
    /// `idlocation`.
    IdLocation,
    /// Objects, arrays and XML as data.
    DataLiteral,
    /// Data read from a file.
    DataSource,
    /// `binding="late"`.
    LateBinding,
    /// A correct expression with operators, functions or mixed types that the condition language does not have.
    Expression,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invoke => "invoke",
            Self::Script => "script",
            Self::Foreach => "foreach",
            Self::RunTimeError => "run-time expression error",
            Self::SystemVariable => "system variable",
            Self::EventData => "event data",
            Self::DoneData => "done data",
            Self::SendTarget => "send target",
            Self::ComputedEvent => "computed event name",
            Self::ComputedSend => "computed delay or send id",
            Self::IdLocation => "send id location",
            Self::DataLiteral => "data object literal",
            Self::DataSource => "data from a file",
            Self::LateBinding => "late binding",
            Self::Expression => "expression beyond the language",
        })
    }
}

/// Why a chart is not run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    /// It needs what the language does not have.
    #[error("{0}")]
    Skip(Reason),
    /// It contradicts itself, or the converter does: this counts as a failure.
    #[error("{0}")]
    Broken(String),
}

impl Stop {
    pub(crate) fn broken(message: impl Into<String>) -> Self {
        Self::Broken(message.into())
    }
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Skip(reason)
    }
}
