//! The condition language of caseloop.
