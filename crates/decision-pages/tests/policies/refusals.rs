//! Every mistake that casbin would swallow, refused; and what bare casbin would have answered.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::support::{POLICY, VOCABULARY, bare, bare_enforcer, compile, model, refusal};
use casbin::{CoreApi, EnforceContext};
use decision_pages::{Pages, PolicyText, Vocabulary, limits};
use serde::Serialize;

/// A social worker in a conflict of interest reads a note of the case they are assigned to. Must be denied.
const CONFLICTED: [&str; 5] = ["social_worker", "read_note", "assigned", "own_case", "yes"];

/// The policy with its deny line, the last, rewritten.
fn with_deny_line(line: &str) -> String {
    let kept = POLICY.rsplit_once("p, no_conflict").unwrap().0;
    format!("{kept}{line}\n")
}

#[test]
fn the_policy_itself_loads_and_denies_the_conflicted_social_worker() {
    let pages = compile(POLICY).unwrap();
    let request = pages.vocabulary().request(&CONFLICTED).unwrap();
    assert!(!pages.decide(&request).is_allowed());
    assert!(!bare(&model(), POLICY, &CONFLICTED));
}

#[test]
fn an_effect_in_capitals_would_have_let_the_conflicted_social_worker_in() {
    let policy = POLICY.replace("deny", "Deny");
    assert!(bare(&model(), &policy, &CONFLICTED));
    assert_eq!(
        refusal(&policy),
        "policy.csv:6:55: effect `Deny`; casbin would let the line count for nothing: did you mean `deny`?"
    );
}

#[test]
fn a_misspelt_effect_would_have_let_the_conflicted_social_worker_in() {
    let policy = POLICY.replace("deny", "dney");
    assert!(bare(&model(), &policy, &CONFLICTED));
    assert!(refusal(&policy).ends_with("did you mean `deny`?"));
}

#[test]
fn a_comment_after_the_deny_line_would_have_let_the_conflicted_social_worker_in() {
    let policy = POLICY.replace("deny", "deny # always");
    assert!(bare(&model(), &policy, &CONFLICTED));
    assert!(refusal(&policy).contains("a comment after the line"));
}

#[test]
fn an_unknown_line_type_would_have_dropped_the_deny_line() {
    let policy = with_deny_line("q, no_conflict, *, *, *, *, yes|unknown, -, FL 16-18, deny");
    assert!(bare(&model(), &policy, &CONFLICTED));
    assert!(refusal(&policy).starts_with("policy.csv:6:1: unknown line type `q`"));
}

#[test]
fn a_line_of_a_second_set_would_have_been_dropped_too() {
    let policy = with_deny_line("p2, no_conflict, *, *, *, *, yes|unknown, -, FL 16-18, deny");
    assert!(bare(&model(), &policy, &CONFLICTED));
    assert!(refusal(&policy).starts_with("policy.csv:6:1: unknown line type `p2`"));
}

#[test]
fn a_byte_order_mark_would_have_dropped_the_first_line() {
    let deny_first = "p, no_conflict, *, *, *, *, yes|unknown, -, FL 16-18, deny\n";
    let policy = format!("\u{feff}{deny_first}{}", with_deny_line("").trim_end().to_owned() + "\n");
    assert!(bare(&model(), &policy, &CONFLICTED));
    assert!(refusal(&policy).contains("byte order mark"));
    let marked = format!("\u{feff}{}", model());
    let text = PolicyText { model: &marked, policy: POLICY, vocabulary: VOCABULARY };
    assert_eq!(Pages::compile(&text).unwrap_err()[0].file, "model.conf");
}

#[test]
fn denies_of_a_numbered_set_count_as_allows_in_casbin() {
    let numbered = "[request_definition]\nr = role\nr2 = role\n[policy_definition]\np = role, eft\np2 = role, eft\n\
        [policy_effect]\ne = some(where (p.eft == allow)) && !some(where (p.eft == deny))\ne2 = some(where (p.eft == allow)) && !some(where (p.eft == deny))\n\
        [matchers]\nm = r.role == p.role\nm2 = r2.role == p2.role\n";
    let enforcer = bare_enforcer(numbered, "p2, administrator, deny\n");
    let request = vec!["administrator".to_owned()];
    let allowed = enforcer.enforce_with_context(EnforceContext::new("2"), request);
    assert!(allowed.unwrap(), "the only line denies");
    let text = model().replace("\n[policy_definition]", "r2 = role\n\n[policy_definition]");
    assert!(model_refusal(&text).starts_with("model.conf:3:1: `r2 = role` is a numbered set"));
    let text = format!("{}m2 = has(r.role, p.role)\n", model());
    assert!(model_refusal(&text).contains("counts the denies of such a set as allows"));
}

fn model_refusal(model: &str) -> String {
    let refusals = Pages::compile(&PolicyText { model, policy: POLICY, vocabulary: VOCABULARY }).unwrap_err();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    refusals[0].to_string()
}

#[test]
fn enforcement_switched_off_allows_everything_in_casbin_and_cannot_be_switched_off_here() {
    let mut enforcer = bare_enforcer(&model(), POLICY);
    enforcer.enable_enforce(false);
    assert!(enforcer.enforce(CONFLICTED.map(str::to_owned).to_vec()).unwrap());
    // Pages have no such switch: there is nothing to call.
}

#[test]
fn an_empty_policy_would_match_empty_attributes() {
    assert!(bare(&model(), "", &["", "", "", "", ""]));
    assert!(refusal("").contains("the policy has no lines"));
    assert!(refusal("# only a comment\n").contains("the policy has no lines"));
}

#[test]
fn missing_fields_compare_equal_in_casbin() {
    #[derive(Serialize, Hash)]
    struct Unit {
        name: &'static str,
    }
    let owners = "[request_definition]\nr = sub, obj\n[policy_definition]\np = any, eft\n[policy_effect]\n\
        e = some(where (p.eft == allow)) && !some(where (p.eft == deny))\n[matchers]\nm = r.sub.owner == r.obj.owner\n";
    let enforcer = bare_enforcer(owners, "p, any, allow\n");
    assert!(enforcer.enforce((Unit { name: "IFO" }, Unit { name: "police" })).unwrap());
    let text = model().replace("m = has(r.role, p.role)", "m = r.role.owner == r.rel.owner");
    assert!(model_refusal(&text).contains("missing fields compare equal"));
}

#[test]
fn an_effect_without_allow_lets_everyone_in() {
    let text = model().replace("some(where (p.eft == allow)) && ", "");
    assert!(bare(&text, POLICY, &["administrator", "read_note", "none", "none", "no"]));
    assert!(model_refusal(&text).contains("allows by default"));
}

#[test]
fn an_effect_that_casbin_does_not_know_panics_at_first_use() {
    let text = model().replace("&& !some", "&&  !some");
    let enforcer = bare_enforcer(&text, POLICY);
    let request = CONFLICTED.map(str::to_owned).to_vec();
    assert!(catch_unwind(AssertUnwindSafe(|| enforcer.enforce(request))).is_err());
    assert!(model_refusal(&text).contains("panics at first use"));
}

#[test]
fn a_bad_pattern_panics_at_first_use() {
    let text = model().replace("has(r.role, p.role)", "regexMatch(r.role, p.role)");
    let enforcer = bare_enforcer(&text, &POLICY.replace("social_worker, read", "(, read"));
    let request = CONFLICTED.map(str::to_owned).to_vec();
    assert!(catch_unwind(AssertUnwindSafe(|| enforcer.enforce(request))).is_err());
    assert!(model_refusal(&text).contains("bad patterns panic"));
}

#[test]
fn a_user_named_like_a_role_has_the_role_in_casbin() {
    let roles = "[request_definition]\nr = sub\n[policy_definition]\np = sub, eft\n[role_definition]\ng = _, _\n[policy_effect]\n\
        e = some(where (p.eft == allow)) && !some(where (p.eft == deny))\n[matchers]\nm = g(r.sub, p.sub)\n";
    assert!(bare(roles, "p, auditor, allow\n", &["auditor"]));
    let text = model().replace("[policy_effect]", "[role_definition]\ng = _, _\n\n[policy_effect]");
    assert!(model_refusal(&text).contains("g(x, x) holds for every x"));
    let policy = format!("{POLICY}g, erik, auditor\n");
    assert!(refusal(&policy).contains("unknown line type `g`"));
}

#[test]
fn a_wrong_number_of_columns_fails_only_when_casbin_is_asked() {
    let policy = POLICY.replace("yes|unknown, -, FL 16-18", "yes|unknown, FL 16-18");
    let enforcer = bare_enforcer(&model(), &policy);
    assert!(enforcer.enforce(CONFLICTED.map(str::to_owned).to_vec()).is_err());
    assert_eq!(
        refusal(&policy),
        "policy.csv:6:1: 9 cells where 10 belong: write p, id, role, action, rel, basis, conflict, obl, law, eft"
    );
}

#[test]
fn a_misspelt_role_would_be_a_dead_line() {
    let policy = POLICY.replace("own_note, social_worker", "own_note, social_wroker");
    assert!(!bare(&model(), &policy, &["social_worker", "read_note", "assigned", "own_case", "no"]));
    assert_eq!(refusal(&policy), "policy.csv:2:14: unknown role `social_wroker`: did you mean `social_worker`?");
}

#[test]
fn a_misspelt_value_in_a_deny_line_would_have_let_the_conflicted_social_worker_in() {
    let policy = POLICY.replace("yes|unknown", "yess|unknown");
    assert!(bare(&model(), &policy, &CONFLICTED));
    assert_eq!(refusal(&policy), "policy.csv:6:29: unknown conflict `yess`: did you mean `yes`?");
}

#[test]
fn blanks_inside_a_set_would_have_let_the_conflicted_social_worker_in() {
    let policy = POLICY.replace("yes|unknown", "unknown | yes");
    assert!(bare(&model(), &policy, &CONFLICTED));
    assert!(compile(&policy).is_err());
}

#[test]
fn an_empty_cell_is_refused() {
    let policy = POLICY.replace("*, *, *, *, yes", "*, *, , *, yes");
    assert!(bare(&model(), &policy, &CONFLICTED));
    assert!(refusal(&policy).contains("rel is empty"));
}

#[test]
fn a_value_twice_in_a_cell_is_refused() {
    // Casbin takes it, and the reader wonders which other value was meant.
    assert!(!bare(&model(), &POLICY.replace("yes|unknown", "yes|yes"), &CONFLICTED));
    assert!(refusal(&POLICY.replace("yes|unknown", "yes|yes")).contains("conflict `yes` stands twice"));
}

#[test]
fn the_same_line_twice_is_refused_where_casbin_keeps_one() {
    let twice = format!("{POLICY}p, log_review, auditor, read_log, *, review, *, -, SoLPuL 10, allow\n");
    assert_eq!(
        bare_enforcer(&model(), &twice).get_model().get_policy("p", "p").len(),
        5,
        "six lines, one of them twice"
    );
    assert!(refusal(&twice).starts_with("policy.csv:7:1: id `log_review` stands on line 5 already"));
    let renamed = twice.replacen("p, log_review", "p, other", 1);
    assert!(refusal(&renamed).starts_with("policy.csv:7:1: line `log_review` says the same as `other`, line 5"));
}

#[test]
fn two_rules_under_one_id_would_both_count_in_casbin_and_nobody_could_say_which_decided() {
    let policy = format!("{POLICY}p, log_review, auditor, read_note, none, review, *, -, SoLPuL 10, allow\n");
    assert!(bare(&model(), &policy, &["auditor", "read_note", "none", "review", "no"]));
    assert!(refusal(&policy).starts_with("policy.csv:7:1: id `log_review` stands on line 5 already"));
}

#[test]
fn an_allow_line_must_name_its_grounds() {
    let everywhere = POLICY.replace("assigned, own_case, *", "assigned, *, *");
    assert!(
        bare(&model(), &everywhere, &["social_worker", "read_note", "assigned", "none", "no"]),
        "on no basis at all"
    );
    assert!(
        refusal(&POLICY.replace("assigned, own_case, *", "assigned, *, *")).contains("an allow line without basis")
    );
    assert!(refusal(&POLICY.replace("assigned, own_case, *", "assigned, , *")).contains("basis is empty"));
}

#[test]
fn a_line_without_a_legal_reference_or_id_is_refused() {
    let lawless = POLICY.replace("SoLPuL 10, allow", ", allow");
    assert!(bare(&model(), &lawless, &["auditor", "read_log", "none", "review", "no"]));
    assert!(refusal(&POLICY.replace("FL 16-18", "")).contains("no legal reference"));
    assert!(refusal(&POLICY.replace("FL 16-18", "-")).contains("no legal reference"));
    assert!(refusal(&POLICY.replace("p, no_conflict", "p, ")).contains("id ``"));
}

#[test]
fn obligations_are_declared_and_stand_on_allow_lines() {
    let policy = POLICY.replace("redact_health", "redact_helath");
    // Casbin allows, and nobody ever sees to an obligation of that name.
    assert!(bare(&model(), &policy, &["police_coordinator", "read_received_item", "recipient", "osl_10_18a", "no"]));
    assert!(refusal(&policy).contains("unknown obligation `redact_helath`: did you mean `redact_health`?"));
    let policy = POLICY.replace("yes|unknown, -,", "yes|unknown, notify_owner,");
    assert!(refusal(&policy).contains("obligations on a deny line"));
    let policy = POLICY.replace("redact_health", "redact_health|redact_health");
    assert!(refusal(&policy).contains("stands twice"));
}

#[test]
fn letters_outside_ascii_nul_bytes_tabs_and_carriage_returns_are_refused() {
    assert!(refusal(&POLICY.replace("OSL 10:18a", "OSL 10 kap. 18 a §")).contains("outside ASCII"));
    // A Cyrillic letter that looks like Latin e, and a NUL byte: in the deny line either lets the conflicted social worker in.
    for likeness in ["y\u{435}s|unknown", "ye\0s|unknown"] {
        let policy = POLICY.replace("yes|unknown", likeness);
        assert!(bare(&model(), &policy, &CONFLICTED), "{likeness}");
        assert!(compile(&policy).is_err());
    }
    // A Cyrillic letter that looks like Latin a.
    assert!(
        refusal(&POLICY.replace("p, log_review, auditor", "p, log_review, \u{430}uditor"))
            .starts_with("policy.csv:5:16:")
    );
    assert!(refusal(&POLICY.replace("FL", "F\0L")).contains("NUL"));
    assert!(refusal(&POLICY.replace('\n', "\r\n")).contains("carriage return"));
    assert!(refusal(&POLICY.replace("p, own", "p,\town")).contains("a tab"));
    assert!(refusal(&POLICY.replace("FL 16-18", "\"FL 16-18\"")).contains("quotation mark"));
    let quoted = POLICY.replace("yes|unknown", "\"yes|unknown");
    // An open quotation mark swallows the rest of the line, and casbin notices only when it is asked.
    assert!(bare_enforcer(&model(), &quoted).enforce(CONFLICTED.map(str::to_owned).to_vec()).is_err());
    assert!(refusal(&quoted).contains("quotation mark"));
}

#[test]
fn a_half_written_policy_is_refused() {
    let half = &POLICY[..POLICY.len() - 3];
    assert!(bare(&model(), half, &CONFLICTED), "an effect cut in two counts for nothing");
    assert!(refusal(half).contains("half written"));
}

#[test]
fn large_policies_are_refused_before_they_cost_anything() {
    assert!(refusal(&"# x\n".repeat(limits::POLICY_LINES + 1)).contains("more than 20000 lines"));
    assert!(refusal(&"#".repeat(limits::POLICY_BYTES + 1)).contains("bytes long"));
    let long = format!("{POLICY}p, {}\n", "x".repeat(limits::LINE_BYTES));
    assert!(refusal(&long).contains("the line is"));
}

#[test]
fn every_refusal_of_a_file_is_reported_in_order() {
    let policy = POLICY.replace("deny", "Deny").replace("auditor", "auditr");
    let refusals = compile(&policy).unwrap_err();
    assert_eq!(refusals.iter().map(|refusal| refusal.line).collect::<Vec<_>>(), [5, 6]);
}

#[test]
fn lines_that_never_decide_are_named_with_those_that_take_their_place() {
    // Casbin loads all of these without a word; each answer stays what it was.
    let shadowed = format!("{POLICY}p, again, social_worker, read_note, assigned, own_case, no, -, SoLPuL 10, allow\n");
    assert_eq!(
        refusal(&shadowed),
        "policy.csv:7:1: line `again` never decides: it is shadowed, all it allows is allowed by `own_note` too: \
         delete it, or narrow the lines that take its place"
    );
    assert!(bare(&model(), &shadowed, &["social_worker", "read_note", "assigned", "own_case", "no"]));
    let unreachable = format!("{POLICY}p, hopeless, auditor, read_note, none, review, yes, -, SoLPuL 10, allow\n");
    assert!(refusal(&unreachable).contains("it is unreachable, all it allows is denied by `no_conflict`"));
    assert!(!bare(&model(), &unreachable, &["auditor", "read_note", "none", "review", "yes"]));
    let idle = format!("{POLICY}p, pointless, administrator, read_note, *, *, *, -, OSL 26:1, deny\n");
    assert!(refusal(&idle).contains("no line allows anything that it denies"));
    let doubled = format!("{POLICY}p, twice, social_worker, *, *, *, yes, -, FL 16-18, deny\n");
    assert!(refusal(&doubled).contains("it is shadowed, all it denies is denied by `no_conflict` too"));
}

#[test]
fn a_line_that_only_adds_an_obligation_decides() {
    let policy =
        format!("{POLICY}p, tell, social_worker, read_note, assigned, own_case, no, notify_owner, SoLPuL 10, allow\n");
    let pages = compile(&policy).unwrap();
    let request = pages.vocabulary().request(&["social_worker", "read_note", "assigned", "own_case", "no"]).unwrap();
    assert_eq!(pages.decide(&request).reason().obligations, ["notify_owner"]);
}

fn vocabulary_refusal(from: &str, to: &str) -> String {
    let changed = VOCABULARY.replace(from, to);
    assert_ne!(changed, VOCABULARY);
    Vocabulary::parse(&changed).unwrap_err().to_string()
}

#[test]
fn a_vocabulary_with_mistakes_is_refused_where_they_stand() {
    assert_eq!(
        vocabulary_refusal("grounds = [\"basis\"]", "grounds = [\"bases\"]"),
        "vocabulary.toml:5:12: `bases` is no column: did you mean `basis`?"
    );
    assert!(vocabulary_refusal("\"no\", \"yes\"", "\"no\", \"no\"").contains("`no` stands twice"));
    assert!(vocabulary_refusal("rel = [\"assigned\"", "rle = [\"assigned\"").contains("`rle` is no column"));
    assert!(vocabulary_refusal("conflict = [\"no\", \"yes\", \"unknown\"]", "conflict = []").contains("has 0 values"));
    assert!(
        vocabulary_refusal("\"rel\", \"basis\", \"conflict\"", "\"rel\", \"basis\", \"conflict\", \"eft\"")
            .contains("column name `eft`")
    );
    assert!(vocabulary_refusal("\"read_log\"", "\"read|log\"").contains("name `read|log`"));
    assert!(vocabulary_refusal("\"read_log\"", "\"*\"").contains("name `*`"));
    assert!(vocabulary_refusal("[obligations]", "[obligation]").contains("unknown field"));
    assert!(vocabulary_refusal("names", "name").contains("unknown field"));
    assert!(vocabulary_refusal("[values]", "[values").starts_with("vocabulary.toml:7:"));
}

#[test]
fn a_deeply_nested_or_endless_vocabulary_is_refused() {
    let nested = format!("columns = {}\n", "[".repeat(100_000));
    assert!(Vocabulary::parse(&nested).is_err());
    let nested = format!("columns{} = 1\n", ".a".repeat(60_000));
    assert!(Vocabulary::parse(&nested).is_err());
    let large = "#".repeat(limits::VOCABULARY_BYTES);
    assert!(Vocabulary::parse(&format!("{large}\n")).unwrap_err().what.contains("bytes long"));
}

#[test]
fn page_by_cannot_name_more_pages_than_fit() {
    let list = |size: usize| (0..size).map(|value| format!("\"v{value}\"")).collect::<Vec<_>>().join(", ");
    let vocabulary = format!(
        "[columns]\norder = [\"a\", \"b\"]\npage_by = [\"a\", \"b\"]\n[values]\na = [{}]\nb = [{}]\n",
        list(400),
        list(400)
    );
    assert!(Vocabulary::parse(&vocabulary).unwrap_err().what.contains("160000 pages"));
}

#[test]
fn a_place_in_requests_is_a_pointer_of_a_column() {
    let with = |table: &str| Vocabulary::parse(&format!("{VOCABULARY}{table}")).unwrap_err().to_string();
    assert!(with("[authzen]\nrol = \"/subject/id\"\n").contains("`rol` is no column: did you mean `role`?"));
    for place in ["subject.id", "/principal/id", "/subject", "/subject/", "/subjects/id", ""] {
        assert!(with(&format!("[authzen]\nrole = \"{place}\"\n")).contains("no place in a request"), "{place}");
    }
    let sound = format!("{VOCABULARY}[authzen]\nrole = \"/subject/properties/job\"\n");
    let vocabulary = Vocabulary::parse(&sound).unwrap();
    assert_eq!(vocabulary.columns()[0].place(), Some("/subject/properties/job"));
    assert_eq!(vocabulary.columns()[1].place(), None);
}
