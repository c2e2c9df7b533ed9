//! How much an author may ask of the reader. Every loop over author input ends at one of these numbers.

/// The limits of one load. Reaching one is a placed error with its own code, never a hang and never a panic.
///
/// ```
/// use caseloop_syntax::Limits;
/// let small = Limits { files: 8, ..Limits::default() };
/// assert_eq!(small.depth, 64);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file, inclusive: 4 MiB.
    pub bytes: usize,
    /// Bytes of all files of one load together, inclusive: 16 MiB.
    pub total_bytes: usize,
    /// Lists and mappings inside one another, the outermost counted, aliases counted as if written out: 64.
    pub depth: usize,
    /// Values and lists of one load, keys not counted, aliases counted as if written out: 250,000.
    pub nodes: usize,
    /// Bytes of one text after decoding, inclusive: 64 KiB.
    pub scalar_bytes: usize,
    /// Files that one load asks for, the first counted and those that are missing too: 256.
    pub files: usize,
    /// Findings that are kept; more are counted only. For [`Report::with_cap`](crate::Report::with_cap): 100.
    pub diagnostics: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 4 << 20,
            total_bytes: 16 << 20,
            depth: 64,
            nodes: 250_000,
            scalar_bytes: 64 << 10,
            files: 256,
            diagnostics: 100,
        }
    }
}
