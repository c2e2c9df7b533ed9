//! The limits on author input: how large, deep and costly one expression may be. Reaching one is a named error.

/// How long a list may be unless a limit says otherwise: 1000 items.
pub const MAX_LIST: usize = 1000;

/// Limits of one expression. Reaching one is an error of its own code, never a hang or an overflow.
///
/// ```
/// let limits = caseloop_expr::Limits { nodes: 200, ..Default::default() };
/// assert_eq!((limits.bytes, limits.depth), (4096, 64));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest text of an expression, in bytes: 4096.
    pub bytes: usize,
    /// The deepest nesting: 64. A chain of `and` or of `or` is one level, a chain of `+` one level for each sign.
    pub depth: usize,
    /// The most parts (names, literals, operators, calls): 1024.
    pub nodes: usize,
    /// The largest compiled pattern of `matches`, in bytes: 262144.
    pub pattern_bytes: usize,
    /// The longest list that a field may hold, in items: [`MAX_LIST`].
    pub list: usize,
    /// The most steps that one evaluation may take, counted beforehand with every list at its longest: 5000000.
    pub fuel: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 4096,
            depth: 64,
            nodes: 1024,
            pattern_bytes: 1 << 18,
            list: MAX_LIST,
            fuel: 5_000_000,
        }
    }
}
