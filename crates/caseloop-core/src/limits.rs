//! The bounds of one step. Reaching one is a named error or verdict, never a hang.

/// What one call of the kernel may cost at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Overdue macrosteps that one call settles before it reports `behind`, which it does between two instants; at least
    /// 1. Default 1,000.
    pub catch_up: u32,
    /// Macrosteps that fall due at one instant. Default 10,000.
    pub at_once: u32,
    /// Microsteps of one macrostep. Default 1,000.
    pub microsteps: u32,
    /// Internal events waiting at one time. Default 1,000.
    pub queue: u32,
    /// Delayed events waiting in one case. Default 1,000.
    pub delayed: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            catch_up: 1_000,
            at_once: 10_000,
            microsteps: 1_000,
            queue: 1_000,
            delayed: 1_000,
        }
    }
}

/// What a workflow file may cost to read.
#[derive(Clone, Debug, Default)]
pub struct WorkflowLimits {
    /// The reader's.
    pub syntax: caseloop_syntax::Limits,
    /// Those of each condition and value.
    pub expressions: caseloop_expr::Limits,
}
