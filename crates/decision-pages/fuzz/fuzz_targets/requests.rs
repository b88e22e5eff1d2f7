//! Any text as an AuthZEN request to the example folder: an answer or a reason, and never an allow that `decide` would not give.
#![no_main]

use std::sync::LazyLock;

use decision_pages::{Pages, PolicyText};
use libfuzzer_sys::fuzz_target;

static PAGES: LazyLock<Pages> = LazyLock::new(|| {
    let text = PolicyText {
        model: include_str!("../../examples/lending-library/model.conf"),
        policy: include_str!("../../examples/lending-library/policy.csv"),
        vocabulary: include_str!("../../examples/lending-library/vocabulary.toml"),
    };
    Pages::compile(&text).expect("the example is sound")
});

fuzz_target!(|text: &str| {
    match PAGES.evaluate(text) {
        Ok(evaluation) => assert_eq!(evaluation.decision.is_allowed(), PAGES.decide(&evaluation.request).is_allowed()),
        Err(error) => assert_eq!(error.json()["decision"], false),
    }
});
