//! Any text as the `policy.csv` of the example folder: refused with a place and an advice, or compiled into pages that casbin agrees with.
#![no_main]

use std::sync::LazyLock;

use decision_pages::{Pages, PolicyText, Vocabulary};
use libfuzzer_sys::fuzz_target;

const VOCABULARY: &str = include_str!("../../examples/lending-library/vocabulary.toml");

static MODEL: LazyLock<String> =
    LazyLock::new(|| Pages::golden_model(&Vocabulary::parse(VOCABULARY).expect("the example is sound")));

fuzz_target!(|policy: &str| {
    let text = PolicyText { model: &MODEL, policy, vocabulary: VOCABULARY };
    match Pages::compile(&text) {
        Ok(pages) => pages.differential(&text, 50, 1).expect("pages and casbin agree"),
        Err(refusals) => {
            assert!(!refusals.is_empty());
            for refusal in refusals {
                assert!(refusal.line >= 1 && refusal.column >= 1 && !refusal.what.is_empty() && !refusal.instead.is_empty());
            }
        }
    }
});
