//! The codes of this crate's findings, in one table. What triggers each is in the file that reports it.

use crate::Code;

macro_rules! codes {
    ($($ident:ident = $name:literal, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $ident: Code = Code::new($name, $summary);
        )*

        /// Every code of this crate.
        pub static ALL: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    NOT_UTF8 = "not-utf8", "The file is not encoded as UTF-8.";
    CONTROL_CHARACTER = "control-character", "The file holds a control character that no text needs.";
    FILE_TOO_LARGE = "file-too-large", "A file, or all files of a load together, are longer than the limit.";
    TEXT_TOO_LONG = "text-too-long", "A single text is longer than the limit.";
    NESTING_TOO_DEEP = "nesting-too-deep", "Lists and mappings stand inside one another deeper than the limit.";
    TOO_MANY_VALUES = "too-many-values", "The load holds more values than the limit, aliases counted as if written out.";
    EMPTY_DOCUMENT = "empty-document", "The file holds nothing but white space and comments.";
    SECOND_DOCUMENT = "second-document", "The file holds a second YAML document after `---` or `...`.";
    YAML_SYNTAX = "yaml-syntax", "The file cannot be read as YAML at this place.";
    TAB_INDENTATION = "tab-indentation", "A line is indented by a tab; indentation is made of spaces.";
    UNCLOSED = "unclosed", "A bracket, brace or quote is opened and not closed, or closed by another.";
    SPECIAL_START = "special-start", "A value starts with a character that means something else to YAML.";
    STRAY_COLON = "stray-colon", "A colon and a space stand inside a value, where YAML reads a key.";
    MISSING_COLON = "missing-colon", "A line among `key: value` lines has no colon followed by a space.";
    SPLIT_BY_COMMA = "split-by-comma", "A comma or bracket inside `{…}` or `[…]` cuts an unquoted value in two.";
    CUT_BY_COMMENT = "cut-by-comment", "A ` #` inside a value makes a comment of the rest.";
    FULL_WIDTH_PUNCTUATION = "full-width-punctuation", "Full-width punctuation stands where the ASCII form is meant.";
    YAML_TAG = "yaml-tag", "A value carries a YAML tag (`!name`), which the language does not have.";
    YAML_DIRECTIVE = "yaml-directive", "The file starts with a YAML directive (`%…`), which the language does not have.";
    MERGE_KEY = "merge-key", "A mapping has the merge key `<<` of YAML 1.1, which the language does not have.";
    COMPLEX_KEY = "complex-key", "A key is not a plain text.";
    DUPLICATE_KEY = "duplicate-key", "A mapping has the same key twice.";
    UNKNOWN_ALIAS = "unknown-alias", "An alias (`*name`) has no anchor (`&name`) before it.";
    RECURSIVE_ALIAS = "recursive-alias", "An alias stands inside the value that it stands for.";
    UNKNOWN_KIND = "unknown-kind", "The first key of a file does not say what kind of document it is.";
    MISPLACED_KIND = "misplaced-kind", "The key that says what kind of document the file is does not come first.";
    FILE_NOT_FOUND = "file-not-found", "A file that is asked for or used does not exist.";
    FILE_UNREADABLE = "file-unreadable", "A file that is asked for or used cannot be read.";
    TOO_MANY_FILES = "too-many-files", "A load opens more files than the limit.";
    USE_CYCLE = "use-cycle", "Files use one another in a circle.";
    USE_OUTSIDE_ROOT = "use-outside-root", "A used path leads out of the directory of the load.";
    MALFORMED_PATH = "malformed-path", "A used path is not a relative path with `/` between its parts.";
    EXPECTED_MAPPING = "expected-mapping", "Something else stands where a mapping is expected.";
    EXPECTED_LIST = "expected-list", "Something else stands where a list is expected.";
    EXPECTED_WORD = "expected-word", "A list, a mapping or nothing stands where a word or text is expected.";
    EXPECTED_NUMBER = "expected-number", "Something else stands where a whole number is expected.";
    OUT_OF_RANGE = "out-of-range", "A whole number lies outside the range that is allowed here.";
    EXPECTED_FLAG = "expected-flag", "Something else stands where `true` or `false` is expected.";
    MISSING_KEY = "missing-key", "A mapping lacks a key that it must have.";
    UNKNOWN_KEY = "unknown-key", "A mapping has a key that means nothing there.";
}
