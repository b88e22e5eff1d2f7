//! Random policies and random texts: pages and casbin agree on every request, and nothing panics.

use decision_pages::{LoadError, Monolith, Pages, PolicyText, Vocabulary};
use proptest::prelude::*;

const COLUMNS: [&str; 4] = ["a", "b", "c", "d"];
const VALUES: [&str; 4] = ["w", "x", "y", "z"];

fn vocabulary(sizes: &[usize], paged: usize) -> String {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let values = COLUMNS
        .iter()
        .zip(sizes)
        .map(|(column, size)| format!("{column} = [{}]\n", quoted(&VALUES[..*size])))
        .collect::<Vec<String>>()
        .concat();
    format!(
        "[columns]\norder = [{}]\npage_by = [{}]\n[values]\n{values}[obligations]\nnames = [\"tell\", \"ask\"]\n",
        quoted(&COLUMNS),
        quoted(&COLUMNS[..paged])
    )
}

/// A cell as a set of values, by bit; nothing and everything are `*`.
fn cell(bits: u8, size: usize) -> String {
    let members: Vec<&str> =
        VALUES[..size].iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, value)| *value).collect();
    if members.is_empty() { "*".to_owned() } else { members.join("|") }
}

fn line(number: usize, sizes: &[usize], cells: &[u8], allow: bool, obligation: u8) -> String {
    let cells: Vec<String> = cells.iter().zip(sizes).map(|(bits, size)| cell(*bits, *size)).collect();
    let obligation = if allow { ["-", "tell", "ask", "tell|ask"][usize::from(obligation)] } else { "-" };
    format!(
        "p, l{number}, {}, {obligation}, law {number}, {}\n",
        cells.join(", "),
        if allow { "allow" } else { "deny" }
    )
}

/// Drops the lines that the loader refuses, until it accepts the rest.
fn loadable(model: &str, policy: &str, vocabulary: &str) -> Option<(String, Pages)> {
    let mut lines: Vec<String> = policy.lines().map(|line| format!("{line}\n")).collect();
    while !lines.is_empty() {
        let policy = lines.concat();
        match Pages::compile(&PolicyText { model, policy: &policy, vocabulary }) {
            Ok(pages) => return Some((policy, pages)),
            Err(refusals) => {
                let last = refusals.iter().map(|LoadError { line, .. }| *line).max().unwrap();
                lines.remove(last - 1);
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_and_casbin_agree_on_every_request(
        sizes in prop::collection::vec(1_usize..=4, 4),
        paged in 0_usize..=3,
        rules in prop::collection::vec((prop::collection::vec(0_u8..16, 4), prop::bool::weighted(0.7), 0_u8..4), 1..10),
    ) {
        let vocabulary = vocabulary(&sizes, paged);
        let model = Pages::golden_model(&Vocabulary::parse(&vocabulary).unwrap());
        let policy: String = rules.iter().enumerate().map(|(number, (cells, allow, obligation))| line(number, &sizes, cells, *allow, *obligation)).collect();
        if let Some((policy, pages)) = loadable(&model, &policy, &vocabulary) {
            let text = PolicyText { model: &model, policy: &policy, vocabulary: &vocabulary };
            pages.differential(&text, 50, 3).unwrap();
            let mut casbin = Monolith::load(&text).unwrap();
            let mut requests = 0;
            for region in pages.regions() {
                requests += region.requests();
            }
            prop_assert_eq!(requests, sizes.iter().product::<usize>() as u128);
            for number in 0..sizes.iter().product::<usize>() {
                let mut rest = number;
                let request: Vec<u16> = sizes.iter().map(|size| { let value = rest % size; rest /= size; u16::try_from(value).unwrap() }).collect();
                let verdict = casbin.decide(&pages.vocabulary().names(&request)).unwrap();
                let decision = pages.decide(&request);
                prop_assert_eq!(decision.is_allowed(), verdict.allowed);
                prop_assert_eq!(&decision.reason().lines, &verdict.lines);
            }
        }
    }

    #[test]
    fn no_text_makes_the_loader_panic(model in ".{0,200}", policy in ".{0,400}", vocabulary in ".{0,200}") {
        let text = PolicyText { model: &model, policy: &policy, vocabulary: &vocabulary };
        prop_assert!(Pages::compile(&text).is_err());
        let text = PolicyText { model: &crate::support::model(), policy: &policy, vocabulary: crate::support::VOCABULARY };
        prop_assert!(Pages::compile(&text).is_err());
    }

    #[test]
    fn a_policy_with_one_character_changed_still_agrees_with_casbin_or_is_refused(at in 0_usize..400, character in "[ -~\n]") {
        let mut policy = crate::support::POLICY.to_owned();
        let at = at % policy.len();
        policy.replace_range(at..=at, &character);
        let text = PolicyText { model: &crate::support::model(), policy: &policy, vocabulary: crate::support::VOCABULARY };
        if let Ok(pages) = Pages::compile(&text) {
            pages.differential(&text, 100, 5).unwrap();
        }
    }
}
