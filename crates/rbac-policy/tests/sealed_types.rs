//! What must not compile: a permit made, copied or widened outside this crate.

#[test]
fn permits_cannot_be_forged() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/compile_fail/*.rs");
}
