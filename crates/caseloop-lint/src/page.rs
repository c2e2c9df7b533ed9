//! The pages of a lint, one in each language: `docs/CODE.md` and `docs/zh/CODE.md`.

use caseloop_syntax::Language;

/// What is said of one lint in each language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pages {
    pub(crate) english: &'static str,
    pub(crate) chinese: &'static str,
}

impl Pages {
    pub(crate) const fn text(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }
}

/// The pages of a code. A lint without one of them does not build.
macro_rules! pages {
    ($code:literal) => {
        // From the crate's folder, since the files that say this do not all lie equally deep.
        $crate::page::Pages {
            english: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/", $code, ".md")),
            chinese: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/zh/", $code, ".md")),
        }
    };
}
