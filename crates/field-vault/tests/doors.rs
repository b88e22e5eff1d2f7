//! What does not compile: every way around the one door to plain text.

use std::path::Path;

/// Each case with the error that must stop it and the type that the error must name, so that a case never passes by failing for another reason.
const CASES: &[(&str, &str, &str)] = &[
    ("open_with_a_permit_that_is_not_recorded", "E0308", "Recorded<"),
    ("open_with_a_recorded_search_of_the_log", "E0277", "SearchLog: Opens"),
    ("open_with_a_recorded_list", "E0308", "ListPermit<"),
    ("open_a_log_entry_with_leave_to_read_a_case", "E0308", "ReadLogEntry"),
    ("print_what_is_sealed", "E0277", "Sealed<String>"),
    ("send_what_is_sealed_to_a_client", "E0277", "Sealed<std::string::String>: serde::Serialize"),
    ("copy_a_key", "E0277", "DataKey: Clone"),
    ("print_the_keys_of_an_authority", "E0277", "AuthorityKeys"),
];

#[test]
fn nothing_opens_without_a_recorded_permit_that_opens() {
    // The cases run when this is dropped, at the end of the statement.
    trybuild::TestCases::new().compile_fail("tests/doors/*.rs");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doors");
    for (case, code, named) in CASES {
        let expected = std::fs::read_to_string(folder.join(case).with_extension("stderr")).unwrap_or_default();
        assert!(expected.starts_with(&format!("error[{code}]")), "{case} must fail with {code}");
        assert!(expected.contains(named), "{case} must name {named}");
    }
    let files = std::fs::read_dir(&folder)
        .unwrap()
        .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "rs"));
    assert_eq!(files.count(), CASES.len(), "every file is a case");
}
