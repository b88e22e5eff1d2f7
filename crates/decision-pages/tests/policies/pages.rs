//! Compiled pages: decisions, reasons, regions, mutants, digest.

use crate::support::{POLICY, VOCABULARY, compile, model};
use decision_pages::{Change, Effect, Mismatch, Pages, PolicyText, Vocabulary};

fn decide<'p>(pages: &'p Pages, request: [&str; 5]) -> decision_pages::Decision<'p> {
    pages.decide(&pages.vocabulary().request(&request).unwrap())
}

/// Every request that the vocabulary can form.
fn all_requests(pages: &Pages) -> Vec<Vec<u16>> {
    pages.vocabulary().columns().iter().fold(vec![vec![]], |requests, column| {
        let extend = |request: Vec<u16>| {
            (0..).take(column.values().len()).map(move |value| [request.clone(), vec![value]].concat())
        };
        requests.into_iter().flat_map(extend).collect()
    })
}

#[test]
fn the_police_coordinator_reads_a_received_item_and_learns_why() {
    let pages = compile(POLICY).unwrap();
    let decision = decide(&pages, ["police_coordinator", "read_received_item", "recipient", "osl_10_18a", "no"]);
    assert!(decision.is_allowed());
    let reason = decision.reason();
    assert_eq!(reason.lines, ["received", "own_item"]);
    assert_eq!(reason.obligations, ["redact_health", "notify_owner"]);
    assert_eq!(reason.law, ["OSL 10:18a", "2018:1693 3:2"]);
}

#[test]
fn the_police_coordinator_never_reads_a_note_and_no_line_says_so() {
    let pages = compile(POLICY).unwrap();
    let decision = decide(&pages, ["police_coordinator", "read_note", "recipient", "osl_10_18a", "no"]);
    assert!(!decision.is_allowed());
    assert!(decision.reason().lines.is_empty());
    assert_eq!(decision.reason_id().0, 0);
}

#[test]
fn a_conflict_of_interest_denies_and_cites_its_line() {
    let pages = compile(POLICY).unwrap();
    let decision = decide(&pages, ["social_worker", "read_note", "assigned", "own_case", "unknown"]);
    assert!(!decision.is_allowed());
    assert_eq!(decision.reason().lines, ["no_conflict"]);
    assert_eq!(decision.reason().law, ["FL 16-18"]);
    assert!(decision.reason().obligations.is_empty());
}

#[test]
fn requests_outside_the_vocabulary_are_denied() {
    let pages = compile(POLICY).unwrap();
    let allowed = pages.vocabulary().request(&["auditor", "read_log", "none", "review", "no"]).unwrap();
    assert!(pages.decide(&allowed).is_allowed());
    assert!(!pages.decide(&allowed[..4]).is_allowed());
    assert!(!pages.decide(&[allowed.clone(), vec![0]].concat()).is_allowed());
    assert!(!pages.decide(&[]).is_allowed());
    for column in 0..allowed.len() {
        let mut outside = allowed.clone();
        outside[column] = u16::MAX;
        assert!(!pages.decide(&outside).is_allowed());
        outside[column] = u16::try_from(pages.vocabulary().columns()[column].values().len()).unwrap();
        assert!(!pages.decide(&outside).is_allowed());
    }
    assert_eq!(pages.vocabulary().request(&["auditor", "read_log", "none", "review"]), None);
    assert_eq!(pages.vocabulary().request(&["auditor", "read_log", "none", "review", "maybe"]), None);
}

#[test]
fn every_request_is_decided_as_its_matching_lines_say() {
    let pages = compile(POLICY).unwrap();
    for request in all_requests(&pages) {
        let matching = |effect| pages.lines().iter().filter(move |line| line.effect() == effect);
        let ids = |effect| {
            matching(effect).filter(|line| line.matches(&request)).map(|line| line.id().to_owned()).collect::<Vec<_>>()
        };
        let (allows, denies) = (ids(Effect::Allow), ids(Effect::Deny));
        let decision = pages.decide(&request);
        assert_eq!(decision.is_allowed(), denies.is_empty() && !allows.is_empty());
        assert_eq!(decision.reason().lines, if denies.is_empty() { allows } else { denies });
    }
}

#[test]
fn regions_hold_every_request_exactly_once_and_decide_it_alike() {
    let pages = compile(POLICY).unwrap();
    let mut held: Vec<(Vec<u16>, bool)> = Vec::new();
    for region in pages.regions() {
        let members = (0..5).fold(vec![vec![]], |requests: Vec<Vec<u16>>, column| {
            let values = region.values(column);
            requests
                .iter()
                .flat_map(|request| values.iter().map(|value| [request.clone(), vec![*value]].concat()))
                .collect()
        });
        assert_eq!(members.len() as u128, region.requests());
        assert_eq!(members[0], region.representative());
        for member in members {
            assert_eq!(pages.decide(&member), region.decision());
            held.push((member, region.decision().is_allowed()));
        }
    }
    held.sort();
    let all = all_requests(&pages);
    assert_eq!(held.iter().map(|(request, _)| request).collect::<Vec<_>>(), all.iter().collect::<Vec<_>>());
    assert_eq!(pages.cells().count(), pages.regions().count());
    for (request, decision) in pages.cells() {
        assert_eq!(pages.decide(&request), decision);
    }
}

#[test]
fn a_region_shows_all_values_where_the_page_does_not_distinguish_them() {
    let pages = compile(POLICY).unwrap();
    let rel = pages.vocabulary().column("rel").unwrap();
    let log = pages
        .regions()
        .find(|region| region.decision().is_allowed() && region.decision().reason().lines == ["log_review"])
        .unwrap();
    assert!(!log.distinguishes(rel));
    assert_eq!(log.values(rel), [0, 1, 2, 3]);
}

#[test]
fn the_differential_run_agrees_and_notices_another_policy() {
    let pages = compile(POLICY).unwrap();
    let model = model();
    let text = |policy| PolicyText { model: &model, policy, vocabulary: VOCABULARY };
    pages.differential(&text(POLICY), 2_000, 1).unwrap();
    let without_deny = POLICY.rsplit_once("p, no_conflict").unwrap().0;
    let Err(Mismatch::Request { pages: ours, casbin, .. }) = pages.differential(&text(without_deny), 2_000, 1) else {
        panic!("the missing deny line must be noticed");
    };
    assert!(!ours.allowed && casbin.allowed || casbin.lines.is_empty());
    let other_id = POLICY.replace("log_review", "log_reviews");
    assert!(pages.differential(&text(&other_id), 2_000, 1).is_err());
}

#[test]
fn every_mutant_decides_some_request_differently() {
    let pages = compile(POLICY).unwrap();
    let requests = all_requests(&pages);
    let mutants: Vec<_> = pages.mutants().collect();
    assert_eq!(mutants.len(), 2 * pages.lines().len());
    for mutant in mutants {
        let changed = mutant.compile().unwrap();
        let outcome = |pages: &Pages, request: &[u16]| {
            let decision = pages.decide(request);
            (decision.is_allowed(), decision.reason().obligations.clone())
        };
        assert!(requests.iter().any(|request| outcome(&pages, request) != outcome(&changed, request)), "{mutant}");
        let lines = if mutant.change == Change::Deleted { 4 } else { 5 };
        assert_eq!(changed.lines().len(), lines, "{mutant}");
    }
}

#[test]
fn the_digest_covers_every_text_and_where_one_ends() {
    let digest = |policy: &str| compile(policy).unwrap().digest();
    assert_eq!(digest(POLICY), digest(POLICY));
    assert_ne!(digest(POLICY), digest(&format!("{POLICY}# a remark\n")));
    let commented = format!("# a remark\n{VOCABULARY}");
    let text = PolicyText { model: &model(), policy: POLICY, vocabulary: &commented };
    assert_ne!(Pages::compile(&text).unwrap().digest(), digest(POLICY));
}

#[test]
fn pages_are_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&compile(POLICY).unwrap());
}

#[test]
fn a_vocabulary_without_page_by_makes_a_single_page() {
    let vocabulary = VOCABULARY.replace("page_by = [\"role\", \"action\"]\n", "");
    let model = model();
    let text = PolicyText { model: &model, policy: POLICY, vocabulary: &vocabulary };
    let (single, paged) = (Pages::compile(&text).unwrap(), compile(POLICY).unwrap());
    for request in all_requests(&paged) {
        assert_eq!(single.decide(&request), paged.decide(&request));
    }
}

/// Ten columns of eight values, no `page_by`, and the lines given as lists of sets by bit.
fn wide(lines: &[Vec<u8>]) -> (String, String, String) {
    let columns: Vec<String> = ('a'..='j').map(String::from).collect();
    let values: Vec<String> = (0..8).map(|value| format!("v{value}")).collect();
    let list = |names: &[String]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let lists: Vec<String> = columns.iter().map(|column| format!("{column} = [{}]\n", list(&values))).collect();
    let vocabulary = format!("[columns]\norder = [{}]\n[values]\n{}", list(&columns), lists.concat());
    let cell = |bits: &u8| {
        let members: Vec<&str> = (0..8).filter(|bit| bits & (1 << bit) != 0).map(|bit| values[bit].as_str()).collect();
        if members.is_empty() { "*".to_owned() } else { members.join("|") }
    };
    let line = |(number, cells): (usize, &Vec<u8>)| {
        format!("p, l{number}, {}, -, law, allow\n", cells.iter().map(cell).collect::<Vec<_>>().join(", "))
    };
    let policy = lines.iter().enumerate().map(line).collect::<Vec<_>>().concat();
    let model = Pages::golden_model(&Vocabulary::parse(&vocabulary).unwrap());
    (model, policy, vocabulary)
}

#[test]
fn a_page_that_distinguishes_much_is_looked_up_in_stages() {
    let line = |number: usize| (0..10).map(|at| 1 << ((number * 7 + at * 3) % 8)).collect();
    let lines: Vec<Vec<u8>> = (0..8).map(line).collect();
    let (model, policy, vocabulary) = wide(&lines);
    let text = PolicyText { model: &model, policy: &policy, vocabulary: &vocabulary };
    let pages = Pages::compile(&text).unwrap();
    pages.differential(&text, 1_000, 11).unwrap();
    assert_eq!(pages.regions().map(|region| region.requests()).sum::<u128>(), 8_u128.pow(10));
    let allowed = pages.regions().filter(|region| region.decision().is_allowed()).map(|region| region.requests());
    assert_eq!(allowed.sum::<u128>(), 8, "one request for each line");
    assert!(pages.cells().all(|(request, decision)| pages.decide(&request) == decision));
}

#[test]
fn a_hostile_policy_is_refused_for_its_cost() {
    let scattered = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[1];
    let lines: Vec<Vec<u8>> = (0..60).map(|line| (0..10).map(|at| scattered(line * 10 + at)).collect()).collect();
    let (model, policy, vocabulary) = wide(&lines);
    let text = PolicyText { model: &model, policy: &policy, vocabulary: &vocabulary };
    let refusals = Pages::compile(&text).unwrap_err();
    assert!(refusals[0].what.contains("cells") || refusals[0].what.contains("too long"), "{}", refusals[0]);
}
