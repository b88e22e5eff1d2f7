//! Any three texts: refused with a place and an advice, or compiled into pages that casbin agrees with.
#![no_main]

use decision_pages::{Pages, PolicyText, Vocabulary};
use libfuzzer_sys::fuzz_target;

#[derive(arbitrary::Arbitrary, Debug)]
struct Texts<'t> {
    vocabulary: &'t str,
    policy: &'t str,
    /// The golden model if none: most of what is interesting lies behind it.
    model: Option<&'t str>,
}

fuzz_target!(|texts: Texts<'_>| {
    let golden = Vocabulary::parse(texts.vocabulary).map(|vocabulary| Pages::golden_model(&vocabulary)).unwrap_or_default();
    let model = texts.model.unwrap_or(&golden);
    let text = PolicyText { model, policy: texts.policy, vocabulary: texts.vocabulary };
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
