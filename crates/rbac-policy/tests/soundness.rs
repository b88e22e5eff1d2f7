//! The policy folder as a whole: casbin's own opinion, the law's other data, and what a start refuses.

#[cfg(test)]
mod soundness {
    use std::{fs, path::PathBuf};

    use decision_pages::PolicyText;
    use rbac_policy::{BasisFact, Invariants, Policy, PolicyError};

    const MODEL: &str = include_str!("../../../policy/model.conf");
    const LINES: &str = include_str!("../../../policy/policy.csv");
    const VOCABULARY: &str = include_str!("../../../policy/vocabulary.toml");
    const INVARIANTS: &str = include_str!("../../../policy/invariants.toml");

    fn folder() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policy")
    }

    fn with(policy: &str, invariants: &str) -> Result<Policy, PolicyError> {
        Policy::of_texts(&PolicyText { model: MODEL, policy, vocabulary: VOCABULARY }, invariants)
    }

    /// The policy with one more line.
    fn plus(line: &str) -> String {
        format!("{LINES}{line}\n")
    }

    #[test]
    fn the_pages_agree_with_casbin_on_twenty_thousand_drawn_requests() {
        let text = PolicyText { model: MODEL, policy: LINES, vocabulary: VOCABULARY };
        Policy::builtin().unwrap().pages().differential(&text, 20_000, 0x00c0_ffee).unwrap();
    }

    #[test]
    fn a_folder_loads_to_the_same_policy_as_the_program() {
        let (loaded, builtin) = (Policy::load(&folder()).unwrap(), Policy::builtin().unwrap());
        assert_eq!(loaded.digest(), builtin.digest());
        assert!(builtin.diff(&loaded).is_empty());
    }

    #[test]
    fn every_legal_basis_of_the_catalogue_is_a_fact_and_the_other_way_round() {
        let catalogue = fs::read_to_string(folder().join("legal-bases.toml")).unwrap();
        let mut catalogued: Vec<String> = catalogue
            .lines()
            .filter_map(|line| line.strip_prefix("code = \"")?.strip_suffix('"'))
            .map(str::to_ascii_lowercase)
            .collect();
        let mut facts: Vec<String> = BasisFact::legal().map(|basis| basis.code().to_owned()).collect();
        catalogued.sort();
        catalogued.dedup();
        facts.sort();
        assert_eq!(catalogued, facts);
    }

    #[test]
    fn a_line_that_reaches_into_another_authority_is_refused_with_a_counterexample() {
        let line = "p, police_pull, police_coordinator, case.read, other, assigned, standard, own_task, coordination, *, *, *, -, OSL 8:1, allow";
        let Err(PolicyError::Broken(sentences)) = with(&plus(line), INVARIANTS) else { panic!("not refused") };
        let told =
            sentences.iter().find(|sentence| sentence.starts_with("nobody_reaches_into_another_authority")).unwrap();
        assert!(told.contains("police_coordinator is allowed case.read with rel other, assigned assigned"), "{told}");
        assert!(told.contains("by police_pull"), "{told}");
    }

    #[test]
    fn each_form_of_invariant_finds_its_fault() {
        for (id, line) in [
            (
                "risk_of_crime_ends_on_the_21st_birthday",
                // Without its deny line, as a careless edit would leave it.
                "",
            ),
            (
                "higher_class_is_never_easier",
                "p, odd, prevention_coordinator, user.read, own, assigned, health, own_task, statistics, *, *, *, -, GDPR 5, allow",
            ),
            (
                "protected_identity_is_opened_with_warning_and_reason",
                "p, odd, sig_coordinator, person.read, own, cover, protected, own_task, coordination, *, *, *, show_warning, GDPR 5, allow",
            ),
            (
                "emergency_access_adds_reads_only",
                "p, odd, social_worker, measure.update, own, none, standard, own_task, case_handling, *, active, *, -, GDPR 5, allow",
            ),
            (
                "expired_emergency_access_is_none",
                "p, odd, social_worker, case.read, own, lead, standard, own_task, case_handling, *, expired, *, -, GDPR 5, allow",
            ),
            (
                "emergency_access_takes_nothing_away",
                "p, odd, social_worker, case.read, own, lead, standard, own_task, case_handling, *, none|expired, *, -, GDPR 5, allow",
            ),
        ] {
            let policy = if line.is_empty() {
                LINES.split_inclusive('\n').filter(|line| !line.starts_with("p, risk_of_crime_ends_at_21")).collect()
            } else {
                plus(line)
            };
            let Err(PolicyError::Broken(sentences)) = with(&policy, INVARIANTS) else { panic!("{id}: not refused") };
            assert!(sentences.iter().any(|sentence| sentence.starts_with(id)), "{id}: {sentences:?}");
        }
    }

    #[test]
    fn a_misspelt_invariant_refuses_the_policy_instead_of_holding_vacuously() {
        for (good, misspelt) in [
            ("conflict = [\"declared\", \"unknown\"]", "conflict = [\"declred\"]"),
            ("where = { conflict", "where = { conflicts"),
            ("obligations = [\"step_up\"]", ""),
            ("also = { age = \"under_18\" }", ""),
            ("from = \"none\"", ""),
        ] {
            let invariants = INVARIANTS.replacen(good, misspelt, 1);
            assert!(matches!(with(LINES, &invariants), Err(PolicyError::Broken(_))), "{misspelt}");
        }
        assert!(matches!(Invariants::parse(""), Err(PolicyError::Invariants(_))));
        assert!(matches!(
            with(LINES, &INVARIANTS.replacen("form = \"never\"", "form = \"nevr\"", 1)),
            Err(PolicyError::Invariants(_))
        ));
    }

    #[test]
    fn a_vocabulary_that_is_not_the_programs_is_refused() {
        let swapped = VOCABULARY.replace("  \"own\",\n  \"other\",\n", "  \"other\",\n  \"own\",\n");
        assert_ne!(swapped, VOCABULARY);
        let text = PolicyText { model: MODEL, policy: LINES, vocabulary: &swapped };
        assert!(matches!(Policy::of_texts(&text, INVARIANTS), Err(PolicyError::Vocabulary { .. })));
    }

    #[test]
    fn an_authoring_mistake_that_casbin_would_swallow_is_refused() {
        let typo = LINES.replacen("FL 16-18, deny", "FL 16-18, Deny", 1);
        assert!(matches!(with(&typo, INVARIANTS), Err(PolicyError::Refused(_))));
        assert!(matches!(with("", INVARIANTS), Err(PolicyError::Refused(_))));
    }

    #[test]
    fn a_comparison_shows_newly_allowed_first_and_nothing_else() {
        let line = "p, records_read_figures, records_officer, figures.read, own, none, standard, own_task, statistics, *, *, *, -, GDPR 5, allow";
        let invariants = "[[invariant]]\nid = \"x\"\nlaw = \"x\"\nsv = \"x\"\nen = \"x\"\nform = \"never\"\nwhere = { action = [\"request.unknown\"] }\n";
        let (old, new) = (Policy::builtin().unwrap(), with(&plus(line), invariants).unwrap());
        let diff = old.diff(&new);
        assert_eq!(diff.newly_allowed.len(), 1);
        assert_eq!(diff.newly_allowed[0].lines, ["records_read_figures"]);
        assert!(diff.newly_denied.is_empty() && diff.other_obligations.is_empty());
        assert_eq!(new.diff(&old).newly_denied.len(), 1);
    }

    #[test]
    fn the_matrix_reads_in_both_languages_and_escapes_what_it_shows() {
        let matrix = Policy::builtin().unwrap().matrix();
        let swedish = matrix.html(vocabulary::Language::Swedish);
        assert!(swedish.contains("<th scope=\"row\">Socialsekreterare</th><td>Läsa ärende</td>"));
        assert!(swedish.contains("OSL 26 kap. 1 §"));
        assert!(!swedish.contains("<script"));
        assert_eq!(swedish.matches("<tr>").count(), matrix.rows.len() + 1);
        let english = matrix.csv(vocabulary::Language::English);
        assert!(english.starts_with("\"Role\",\"Action\",\"Whose record\""));
        assert_eq!(english.lines().count(), matrix.rows.len() + 1);
    }

    #[test]
    fn a_decision_asks_no_casbin() {
        // Not a benchmark: only that no casbin is on the hot path, which takes tens of microseconds.
        let policy = Policy::builtin().unwrap();
        let request = policy.pages().vocabulary().request(&[
            "social_worker",
            "case.read",
            "own",
            "assigned",
            "standard",
            "own_task",
            "case_handling",
            "under_18",
            "none",
            "none",
        ]);
        let request = request.unwrap();
        let start = std::time::Instant::now();
        for _ in 0..10_000 {
            assert!(policy.pages().decide(std::hint::black_box(&request)).is_allowed());
        }
        assert!(start.elapsed().as_micros() < 10_000 * 10, "{:?} for 10 000", start.elapsed());
    }
}
