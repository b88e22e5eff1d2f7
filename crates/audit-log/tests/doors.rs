//! Doors that must stay shut: code that would release something without a log entry does not compile.

use std::fs;
use std::path::Path;

#[test]
fn nothing_but_the_appender_makes_a_recorded() {
    trybuild::TestCases::new().compile_fail("tests/doors/*.rs");
}

/// The compiler's words change; what may not change is which rule stops which code.
#[test]
fn each_door_is_shut_by_the_rule_that_should_shut_it() {
    let doors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doors");
    for (door, code, type_name) in [
        ("make_a_recorded", "E0451", "Recorded"),
        ("mint_a_recorded", "E0624", "Recorded"),
        ("copy_a_recorded", "E0599", "Recorded"),
        ("take_the_permit_back", "E0616", "Recorded"),
        ("print_an_opening", "E0277", "Opening"),
    ] {
        let said = fs::read_to_string(doors.join(format!("{door}.stderr"))).unwrap();
        assert!(said.contains(&format!("error[{code}]")) && said.contains(type_name), "{door}: {said}");
    }
}
