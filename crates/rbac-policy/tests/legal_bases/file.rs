//! The file of legal bases: every way of writing it wrong is refused, and the message says where.

use decision_pages::LoadError;
use rbac_policy::legal_bases::{BUILTIN, LegalBases};
use time::macros::date;

/// The faults of the built-in text with one place changed, and that text.
fn changed(from: &str, to: &str) -> (String, Vec<LoadError>) {
    assert!(BUILTIN.contains(from), "nothing to change: {from}");
    let text = BUILTIN.replacen(from, to, 1);
    let faults = LegalBases::parse(&text).expect_err(to).0;
    (text, faults)
}

/// One fault with these words, on a line that holds this text.
fn refused(from: &str, to: &str, told: &str, line: &str) {
    let (text, faults) = changed(from, to);
    let fault = faults.iter().find(|fault| fault.to_string().contains(told));
    let fault = fault.unwrap_or_else(|| panic!("{to}: {faults:?}"));
    assert_eq!(fault.file, "legal-bases.toml");
    assert!(!fault.instead.is_empty());
    let found = text.lines().nth(fault.line - 1).unwrap_or_default();
    assert!(found.contains(line), "{fault}\n  is at {found:?}, not at {line:?}");
    assert!(fault.column >= 1 && fault.column <= found.len() + 1);
}

#[test]
fn what_is_not_of_the_schema_is_refused_where_it_stands() {
    refused("schema = 1", "schema = 2", "this program reads schema 1", "schema = 2");
    refused("schema = 1", "schema = 1\nscheme = 1", "unknown field", "scheme = 1");
    refused("follow_up_allowed = true", "follow_up_alowed = true", "unknown field", "follow_up_alowed");
    refused("state = \"confirm\"", "state = \"Confirm\"", "closed list", "Confirm");
    refused("[secrecy_at_recipient.health]", "[secrecy_at_recipient.helth]", "closed list", "");
    refused(
        "social_board = { standard = \"26:1\", ",
        "social_board = { ",
        "class standard has no section",
        "social_board = {",
    );
    refused("schema = 1", "schema = [[[[", "", "");
    assert!(LegalBases::parse(&format!("a = {}\n", "[".repeat(50_000))).is_err(), "endless nesting");
    assert!(LegalBases::parse(&" ".repeat(2 << 20)).unwrap_err().to_string().contains("bytes or less"));
}

#[test]
fn a_row_of_an_unknown_code_or_with_anothers_citation_is_refused() {
    refused("code = \"OSL_10_18A\"", "code = \"OSL_10_18AA\"", "did you mean `OSL_10_18A`?", "OSL_10_18AA");
    refused("code = \"OSL_10_18A\"", "code = \"OSL_10_18AA\"", "OSL_10_18A has no row", "");
    refused("OSL 10 kap. 18 a §\"", "OSL 10 kap. 18 b §\"", "does not name 10 kap. 18 a §", "citation = ");
    refused("\"OSL 10 kap. 18 a §\"", "\"paragrafen om unga\"", "names no section", "citation = ");
    refused("\"OSL 10 kap. 18 a §\"", "\" OSL 10 kap. 18 a §\"", "blanks", "citation = ");
    refused("citation = \"OSL 26 kap. 1 §\"", "citation = \" \"", "the citation is empty", "citation = \" \"");
}

#[test]
fn a_direction_that_is_empty_doubled_or_wrong_is_refused() {
    let to = "to = [\"police\", \"security_service\"] }]";
    refused("from = [\"social_board\"]", "from = [\"social_bord\"]", "closed list", "social_bord");
    refused(to, "to = [\"police\", \"police\"] }]", "listed twice", "\"police\", \"police\"");
    refused(to, "to = [\"police\", \"private_school\"] }]", "reservation", "private_school");
    refused(to, "to = [] }]", "without holder or recipient", "to = []");
    refused(
        "directions = [{ from = [\"social_board\"], to = [\"police\", \"security_service\"] }]",
        "directions = []",
        "has no direction",
        "directions = []",
    );
}

#[test]
fn a_date_that_is_no_day_of_the_law_is_refused() {
    let from = "valid_from = 2025-04-01";
    refused(from, "valid_from = 2025-02-30", "", "valid_from = 2025-02-30");
    refused(from, "valid_from = 2025-04-01T00:00:00", "without time", "T00:00:00");
    refused(from, "valid_from = \"2025-04-01\"", "", "valid_from = \"2025-04-01\"");
    refused(from, "valid_from = 0205-04-01", "no day on which this law began", "0205-04-01");
    refused(from, "valid_from = 2025-04-01\nvalid_to = 9999-12-31", "no day on which this law began", "9999-12-31");
    refused(from, "valid_from = 2025-04-01\nvalid_to = 2025-03-31", "comes before the first", "valid_to = 2025-03-31");
}

#[test]
fn an_age_rule_has_exactly_one_computed_test() {
    refused("kind = \"lapses_at\", years = 21", "kind = \"lapses_at\"", "age rule", "lapses_at");
    refused("kind = \"lapses_at\", years = 21", "kind = \"any\"", "computed age", "computed = \"age\"");
    refused("computed = \"age\"\n", "", "a limit that no test asks about", "age = { kind = \"lapses_at\"");
    refused("on_request_only = true", "on_request_only = false", "computed on_request", "computed = ");
    refused(
        "contact_details_only = true",
        "contact_details_only = false",
        "computed contact_details_only",
        "computed = ",
    );
    refused("excludes_sections = [\"18:1-2\"]", "excludes_sections = []", "computed excluded_secrecy", "computed = ");
    refused(
        "requires_one_of = [\"OSL_10_27\", \"OSL_10_2\", \"OSL_10_28\"]",
        "requires_one_of = []",
        "computed another_basis",
        "computed = ",
    );
}

#[test]
fn sections_that_cannot_be_lifted_are_written_once_and_as_sections() {
    refused("excludes_sections = [\"18:1-2\"]", "excludes_sections = [\"18.1\"]", "chapter:section", "18.1");
    refused(
        "excludes_sections = [\"18:1-2\"]",
        "excludes_sections = [\"18:1-2\", \"18:2\"]",
        "18:2 is within 18:1-2",
        "18:1-2",
    );
}

#[test]
fn a_companion_exists_is_in_use_and_stands_alone() {
    let from = "requires_one_of = [\"OSL_10_27\", \"OSL_10_2\", \"OSL_10_28\"]";
    refused(
        from,
        "requires_one_of = [\"OSL_10_72\"]",
        "a basis that does not exist, or itself: did you mean `OSL_10_22`?",
        "OSL_10_72",
    );
    refused(from, "requires_one_of = [\"POLISLAG_6\"]", "or itself", "POLISLAG_6");
    refused(from, "requires_one_of = [\"OSL_10_15A\"]", "is off and can never be met", "OSL_10_15A");
}

#[test]
fn a_test_asks_a_question_in_both_languages_with_an_example_of_yes_and_of_no() {
    let english = "question.en = \"Is the person under 21 today?\"";
    refused(&format!("{english}\n"), "", "missing field `en`", "");
    refused(english, "question.en = \" \"", "missing in one language", "question.en = \" \"");
    refused(english, "question.en = \"Är personen under 21 år i dag?\"", "same in both", "question.");
    refused(english, "question.en = \"The person is under 21 today.\"", "question mark", "question.");
    refused(
        english,
        "question.en = \"Is the person\u{202e} under 21 today?\"",
        "invisible character U+202E",
        "question.en",
    );
    refused(
        english,
        "question.en = \"Is the person\\u0000 under 21 today?\"",
        "invisible character U+0000",
        "question.en",
    );
    refused("id = \"helps_prevent\"", "id = \"under_21\"", "same id", "id = \"under_21\"");
    refused("id = \"helps_prevent\"", "id = \"helps prevent\"", "lower case", "helps prevent");
    refused("computed = \"age\"", "computed = \"age\"\nreason_required = true", "no reasons", "reason_required");
    refused(
        "example_no.sv = \"Personen fyller 21 år i dag. Grunden gäller inte längre, inte heller för uppföljning.\"\n",
        "",
        "missing field `sv`",
        "",
    );
}

#[test]
fn every_fault_is_reported_in_the_order_of_the_file() {
    let text = BUILTIN
        .replacen("OSL 10 kap. 18 a §\"", "OSL 10 kap. 18 b §\"", 1)
        .replacen("id = \"helps_prevent\"", "id = \"Helps\"", 1)
        .replacen("code = \"LVU_43\"", "code = \"LVU_44\"", 1);
    let faults = LegalBases::parse(&text).unwrap_err().0;
    assert!(faults.len() >= 4, "{faults:?}");
    assert!(faults.is_sorted_by_key(|fault| fault.line));
}

#[test]
fn versions_of_a_basis_follow_each_other_day_by_day() {
    let text = BUILTIN;
    let start = text.find("[[basis]]\ncode = \"OSL_10_19\"").unwrap();
    let end = start + text[start..].find("[[basis]]\ncode = \"OSL_10_20\"").unwrap();
    let second = |valid_from: &str| {
        text[start..end].replace("version = 1", "version = 2").replace("valid_from = 2009-06-30", valid_from)
    };
    let ended = text.replacen(
        "[[basis]]\ncode = \"OSL_10_19\"\nversion = 1",
        "[[basis]]\nvalid_to = 2026-12-31\ncode = \"OSL_10_19\"\nversion = 1",
        1,
    );
    for (valid_from, told) in [
        ("valid_from = 2027-01-01", ""),
        ("valid_from = 2027-01-02", "a gap: version 1 of OSL_10_19 ends on 2026-12-31"),
        ("valid_from = 2026-12-31", "an overlap: version 1 of OSL_10_19 holds to 2026-12-31"),
    ] {
        let parsed = LegalBases::parse(&format!("{ended}\n{}", second(valid_from)));
        assert_eq!(parsed.is_ok(), told.is_empty(), "{valid_from}");
        if let Err(faults) = &parsed {
            assert!(faults.to_string().contains(told), "{faults}");
        }
        if let Ok(bases) = parsed {
            let version = |date| bases.current("OSL_10_19", date).map(|basis| basis.version);
            assert_eq!((version(date!(2026 - 12 - 31)), version(date!(2027 - 01 - 01))), (Some(1), Some(2)));
        }
    }
    // The same version twice, and a first version that never ended.
    let told = |text: &str| LegalBases::parse(text).unwrap_err().to_string();
    assert!(told(&format!("{ended}\n{}", &text[start..end])).contains("version 1 of OSL_10_19 stands twice"));
    let endless = told(&format!("{text}\n{}", second("valid_from = 2027-01-01")));
    assert!(endless.contains("holds until further notice, version 2 begins on 2027-01-01"), "{endless}");
    assert!(told(&text.replacen("version = 1", "version = 2", 1)).contains("versions are counted 1, 2, 3"));
}
