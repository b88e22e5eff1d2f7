//! The file of legal bases: every way of writing it wrong is refused, and the message says where.

use rbac_policy::legal_bases::{BUILTIN, LegalBases};
use time::macros::date;

/// The built-in text with one place changed.
fn changed(from: &str, to: &str) -> Result<LegalBases, String> {
    let text = BUILTIN;
    assert!(text.contains(from), "nothing to change: {from}");
    LegalBases::parse(&text.replacen(from, to, 1)).map_err(|error| error.to_string())
}

#[test]
fn the_loader_refuses_what_is_incomplete_or_contradicts_itself() {
    let mistakes = [
        ("schema = 1", "schema = 2", "schema 1"),
        ("schema = 1", "schema = 1\nscheme = 1", "unknown field"),
        ("follow_up_allowed = true", "follow_up_alowed = true", "unknown field"),
        ("state = \"confirm\"", "state = \"Confirm\"", "closed list"),
        ("from = [\"social_board\"]", "from = [\"social_bord\"]", "closed list"),
        ("to = [\"police\", \"security_service\"] }]", "to = [\"police\", \"police\"] }]", "listed twice"),
        ("to = [\"police\", \"security_service\"] }]", "to = [\"police\", \"private_school\"] }]", "reservation"),
        ("valid_from = 2025-04-01", "valid_from = 2025-02-30", "cannot be read"),
        ("valid_from = 2025-04-01", "valid_from = 2025-04-01T00:00:00", "without time"),
        ("valid_from = 2025-04-01", "valid_from = 2025-04-01\nvalid_to = 2025-03-31", "before the first"),
        ("version = 1", "version = 2", "counted 1, 2, 3"),
        ("kind = \"lapses_at\", years = 21", "kind = \"lapses_at\"", "age rule"),
        ("kind = \"lapses_at\", years = 21", "kind = \"any\"", "computed age"),
        ("question.en = \"Is the person under 21 today?\"\n", "", "missing field `en`"),
        ("question.en = \"Is the person under 21 today?\"", "question.en = \" \"", "missing in one language"),
        (
            "question.en = \"Is the person under 21 today?\"",
            "question.en = \"Är personen under 21 år i dag?\"",
            "same in both",
        ),
        (
            "question.en = \"Is the person under 21 today?\"",
            "question.en = \"The person is under 21 today.\"",
            "question mark",
        ),
        (
            "example_no.sv = \"Personen fyller 21 år i dag. Grunden gäller inte längre, inte heller för uppföljning.\"\n",
            "",
            "missing field `sv`",
        ),
        ("id = \"helps_prevent\"", "id = \"under_21\"", "same id"),
        ("id = \"helps_prevent\"", "id = \"helps prevent\"", "lower case"),
        ("requires_one_of = [\"OSL_10_27\"", "requires_one_of = [\"OSL_10_72\"", "does not exist"),
        (
            "requires_one_of = [\"OSL_10_27\", \"OSL_10_2\", \"OSL_10_28\"]",
            "requires_one_of = []",
            "computed another_basis",
        ),
        ("on_request_only = true", "on_request_only = false", "computed on_request"),
        ("contact_details_only = true", "contact_details_only = false", "computed contact_details_only"),
        ("excludes_sections = [\"18:1-2\"]", "excludes_sections = []", "computed excluded_secrecy"),
        ("excludes_sections = [\"18:1-2\"]", "excludes_sections = [\"18.1\"]", "chapter:section"),
        ("computed = \"age\"", "computed = \"age\"\nreason_required = true", "no reasons"),
        ("[secrecy_at_recipient.health]", "[secrecy_at_recipient.helth]", "closed list"),
        ("social_board = { standard = \"26:1\", ", "social_board = { ", "every class"),
    ];
    for (from, to, told) in mistakes {
        let error = changed(from, to).expect_err(to);
        assert!(error.contains(told), "{to}: {error}");
    }
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
    for (valid_from, sound) in
        [("valid_from = 2027-01-01", true), ("valid_from = 2027-01-02", false), ("valid_from = 2026-12-31", false)]
    {
        let parsed = LegalBases::parse(&format!("{ended}\n{}", second(valid_from)));
        assert_eq!(parsed.is_ok(), sound, "{valid_from}");
        if let Ok(bases) = parsed {
            let version = |date| bases.current("OSL_10_19", date).map(|basis| basis.version);
            assert_eq!((version(date!(2026 - 12 - 31)), version(date!(2027 - 01 - 01))), (Some(1), Some(2)));
        }
    }
    // The same version twice, and a first version that never ended.
    assert!(LegalBases::parse(&format!("{ended}\n{}", &text[start..end])).is_err());
    assert!(LegalBases::parse(&format!("{text}\n{}", second("valid_from = 2027-01-01"))).is_err());
}
