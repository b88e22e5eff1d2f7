//! Random policies and random texts: pages and casbin agree on every request, and nothing panics.

use crate::support::{POLICY, VOCABULARY, model};
use decision_pages::{LoadError, Monolith, Pages, PolicyText, Vocabulary};
use proptest::prelude::*;
use proptest::sample::Index;

/// Rounds of a property; `SAMLAD_SOAK` (`cargo xtask soak`) runs fifty times as many.
fn rounds(cases: u32) -> ProptestConfig {
    let times = if std::env::var_os("SAMLAD_SOAK").is_some() { 50 } else { 1 };
    ProptestConfig { cases: cases * times, failure_persistence: None, ..ProptestConfig::default() }
}

/// What happens to a text on its way: bytes come, go and change, pieces are doubled, the end is missing.
#[derive(Debug, Clone)]
enum Mishap {
    Write(Index, Vec<u8>),
    Overwrite(Index, u8),
    Drop(Index, usize),
    Double(Index, usize),
    Cut(Index),
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let words = prop::sample::select(vec![
        "deny", "Deny", "*", "|", ",", "\n", "p, ", "p2, ", "#", "\"", "\u{feff}", "\0", "[", "]", "= ", "unknown",
        "allow\n",
    ]);
    prop_oneof![
        (any::<Index>(), prop::collection::vec(any::<u8>(), 1..6)).prop_map(|(at, bytes)| Mishap::Write(at, bytes)),
        (any::<Index>(), words).prop_map(|(at, word)| Mishap::Write(at, word.as_bytes().to_vec())),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mishap::Overwrite(at, byte)),
        (any::<Index>(), 1_usize..60).prop_map(|(at, length)| Mishap::Drop(at, length)),
        (any::<Index>(), 1_usize..120).prop_map(|(at, length)| Mishap::Double(at, length)),
        any::<Index>().prop_map(Mishap::Cut),
    ]
}

fn mangled(text: &str, mishaps: &[Mishap]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for mishap in mishaps.iter().filter(|_| !text.is_empty()) {
        let at = |index: &Index, bytes: &[u8]| index.index(bytes.len().max(1)).min(bytes.len());
        match mishap {
            Mishap::Write(index, more) => {
                let at = at(index, &bytes);
                bytes.splice(at..at, more.iter().copied());
            }
            Mishap::Overwrite(index, byte) => {
                let at = at(index, &bytes);
                if let Some(slot) = bytes.get_mut(at) {
                    *slot = *byte;
                }
            }
            Mishap::Drop(index, length) => {
                let at = at(index, &bytes);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Mishap::Double(index, length) => {
                let at = at(index, &bytes);
                let piece = bytes[at..(at + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            Mishap::Cut(index) => bytes.truncate(at(index, &bytes)),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Refused with a place and an advice, or loaded as casbin reads it.
fn refused_or_agreed(text: &PolicyText<'_>) {
    match Pages::compile(text) {
        Ok(pages) => pages.differential(text, 100, 5).unwrap(),
        Err(refusals) => {
            assert!(!refusals.is_empty());
            for refusal in refusals {
                assert!(refusal.line >= 1 && refusal.column >= 1, "{refusal:?}");
                assert!(!refusal.what.is_empty() && !refusal.instead.is_empty(), "{refusal:?}");
                assert!(refusal.to_string().len() < 4_000, "a message a person can read");
            }
        }
    }
}

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
    #![proptest_config(rounds(96))]

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

    #[test]
    fn a_policy_that_was_mangled_on_its_way_agrees_with_casbin_or_is_refused(mishaps in prop::collection::vec(mishap(), 1..6)) {
        let policy = mangled(POLICY, &mishaps);
        refused_or_agreed(&PolicyText { model: &model(), policy: &policy, vocabulary: VOCABULARY });
    }

    #[test]
    fn a_vocabulary_or_model_that_was_mangled_on_its_way_agrees_with_casbin_or_is_refused(
        mishaps in prop::collection::vec(mishap(), 1..4),
        is_model in any::<bool>(),
    ) {
        let (model, vocabulary) = if is_model { (mangled(&model(), &mishaps), VOCABULARY.to_owned()) } else { (model(), mangled(VOCABULARY, &mishaps)) };
        refused_or_agreed(&PolicyText { model: &model, policy: POLICY, vocabulary: &vocabulary });
    }

    #[test]
    fn no_request_makes_the_evaluation_panic_or_allow_what_decide_would_not(
        text in "\\PC{0,200}",
        mishaps in prop::collection::vec(mishap(), 1..4),
    ) {
        let pages = crate::support::compile(POLICY).unwrap();
        let sound = r#"{"subject": {"properties": {"role": "auditor"}}, "action": {"name": "read_log"}, "resource": {"properties": {"rel": "none"}}, "context": {"basis": "review", "conflict": "no"}}"#;
        prop_assert!(pages.evaluate(sound).unwrap().decision.is_allowed());
        for request in [text, mangled(sound, &mishaps)] {
            match pages.evaluate(&request) {
                Ok(answer) => prop_assert_eq!(answer.decision, pages.decide(&answer.request)),
                Err(error) => prop_assert_eq!(&error.json()["decision"], false),
            }
        }
    }
}
