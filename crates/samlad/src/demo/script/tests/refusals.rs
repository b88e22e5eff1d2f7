//! What the loader refuses, each shown on the built-in world with one more page.

use vocabulary::Timestamp;

use super::START;
use crate::demo::script::{PAGES, Script};

const MINIMAL: &str = "[[event]]\nat = \"-3w 10:00\"\nwho = \"social-worker\"\ndo = \"read_case\"\ncase = \"nobody\"\n";

fn refusal(story: &str) -> String {
    let pages: Vec<(&'static str, &str)> = PAGES.iter().copied().chain([("story.toml", story)]).collect();
    Script::load(&pages, Timestamp::parse(START).unwrap()).err().map(|refusal| refusal.to_string()).unwrap_or_default()
}

#[test]
fn the_loader_refuses_what_cannot_be_played() {
    assert!(refusal(MINIMAL).contains("the case nobody is used before it is made"));
    assert!(refusal(&MINIMAL.replace("nobody", "elias_case")).is_empty());
    assert!(refusal(&MINIMAL.replace("nobody", "elias_case").replace("-3w", "-120w")).contains("before it is made"));
    assert!(
        refusal(&MINIMAL.replace("nobody", "elias_matter")).contains("the case elias_matter is another authority's")
    );
    assert!(refusal(&format!("{MINIMAL}note = \"x\"\n")).contains("unknown field"));
    assert!(refusal(&MINIMAL.replace("read_case", "share_case")).contains("unknown variant"));
    assert!(refusal(&MINIMAL.replace("social-worker", "somebody")).contains("PersonaKey"));
    assert!(refusal(&MINIMAL.replace("social-worker", "service")).contains("runs the clocks"));
    assert!(refusal(&MINIMAL.replace("-3w 10:00", "2026-11-01T10:00:00Z")).contains("relative to the start"));
    assert!(refusal(&MINIMAL.replace("-3w 10:00", "-3w")).contains("story.toml, event 2026"));
    assert!(refusal(&MINIMAL.replace("nobody", "elias_case").replace("-3w", "+1d")).contains("after the start"));
    assert!(
        refusal(
            "[[event]]\nat = \"-3w 10:00\"\nwho = \"social-worker\"\ndo = \"register_person\"\nperson = \"elias\"\n"
        )
        .contains("made twice")
    );
    assert!(refusal("[[story]]\n").contains("unknown field"));
    assert!(refusal("[[person]]\nkey = \"x\"\ngiven_name = \"X\"\nfamily_name = \"Y\"\nborn.age = { years = 15, months = 0, days = 1 }\nbirth_number = 123\n").contains("980-999"));
}
