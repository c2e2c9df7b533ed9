//! Lints whose findings are made elsewhere: where rules are analysed, guarantees are proved, calendars are read, and where it
//! is settled what becomes of findings.

use crate::proof::{BROKEN_GUARANTEE, NOT_DECIDED};
use crate::{Lint, Look};
use caseloop_rules::analysis::codes as rules;
use caseloop_sla::read::codes as calendars;
use caseloop_syntax::Code;

/// A name of a lint that there is not.
pub static UNKNOWN_LINT: Code = Code::new(
    "unknown-lint",
    "A level or an `# allow` names a lint that does not exist.",
);

/// A comment that allows something and does not say why.
pub static ALLOW_WITHOUT_REASON: Code = Code::new("allow-without-reason", "An `# allow` comment gives no reason.");

/// A comment that allows what is not found.
pub static UNUSED_ALLOW: Code = Code::new(
    "unused-allow",
    "An `# allow` comment allows something that is not found there.",
);

macro_rules! lints {
    ($($ident:ident = $code:expr, $name:literal;)*) => {
        $(pub(crate) const $ident: Lint = Lint::new(&$code, pages!($name), Look::Elsewhere);)*
    };
}

lints! {
    GAP = rules::GAP, "gap";
    OVERLAP = rules::OVERLAP, "overlap";
    CONTRADICTION = rules::CONTRADICTION, "contradiction";
    MASKED_RULE = rules::MASKED_RULE, "masked-rule";
    NEVER_HOLDS = rules::NEVER_HOLDS, "never-holds";
    DUPLICATE_RULE = rules::DUPLICATE_RULE, "duplicate-rule";
    NOT_PROVED = rules::NOT_PROVED, "not-proved";
    NEVER_HEARD = rules::NEVER_HEARD, "never-heard";
    HEARD_TWICE = rules::HEARD_TWICE, "heard-twice";
    SAME_PATTERN = rules::SAME_PATTERN, "same-pattern";
    OUTSIDE_YEARS = calendars::OUTSIDE_YEARS, "outside-years";
    BROKEN = BROKEN_GUARANTEE, "broken-guarantee";
    UNDECIDED = NOT_DECIDED, "not-decided";
    UNKNOWN = UNKNOWN_LINT, "unknown-lint";
    NO_REASON = ALLOW_WITHOUT_REASON, "allow-without-reason";
    UNUSED = UNUSED_ALLOW, "unused-allow";
}
