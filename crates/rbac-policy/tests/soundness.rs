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
    fn a_folder_loads_to_the_same_policy_as_the_program() {
        let (loaded, builtin) = (Policy::load(&folder()).unwrap(), Policy::builtin().unwrap());
        assert_eq!(loaded.digest(), builtin.digest());
        assert!(builtin.diff(&loaded).is_empty());
    }

    /// A copy of the policy folder with one file changed.
    fn folder_with(file: &str, change: impl FnOnce(&std::path::Path)) -> Vec<String> {
        let copy = tempfile::tempdir().unwrap();
        for name in ["model.conf", "policy.csv", "vocabulary.toml", "invariants.toml", "legal-bases.toml"] {
            fs::copy(folder().join(name), copy.path().join(name)).unwrap();
        }
        change(&copy.path().join(file));
        match Policy::load(copy.path()) {
            Err(PolicyError::Refused(refusals)) => refusals.iter().map(ToString::to_string).collect(),
            Err(other) => vec![other.to_string()],
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn a_folder_somebody_tampered_with_is_refused_file_by_file() {
        for file in ["model.conf", "policy.csv", "vocabulary.toml", "invariants.toml", "legal-bases.toml"] {
            let refused = |change: &dyn Fn(&std::path::Path)| {
                let told = folder_with(file, change).join("\n");
                assert!(told.contains(file), "{file}: {told}");
                told
            };
            assert!(refused(&|path| fs::remove_file(path).unwrap()).contains("cannot be read"));
            let linked = refused(&|path| {
                fs::remove_file(path).unwrap();
                std::os::unix::fs::symlink(folder().join(file), path).unwrap();
            });
            assert!(linked.contains("no regular file"));
            let gigabyte = |path: &std::path::Path| fs::File::create(path).unwrap().set_len(1 << 30).unwrap();
            let memory = allocation_counter::measure(|| assert!(refused(&gigabyte).contains("is too large")));
            assert!(memory.bytes_max < 8 << 20, "{file}: {} bytes", memory.bytes_max);
            assert!(refused(&|path| fs::write(path, [0xff, 0xfe]).unwrap()).contains("not plain text"));
            refused(&|path| fs::write(path, "\0").unwrap());
            refused(&|path| fs::write(path, "").unwrap());
        }
        assert!(folder_with("policy.csv", |_| ()).is_empty());
    }

    #[test]
    fn half_written_invariants_would_prove_less_and_are_refused() {
        let half = folder_with("invariants.toml", |path| {
            let (kept, _) =
                INVARIANTS.split_at(INVARIANTS.find("[[invariant]]\nid = \"unknown_basis_carries_nothing\"").unwrap());
            fs::write(path, kept).unwrap();
        });
        assert!(half[0].contains("the last line is not `# end`"), "{half:?}");
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
    fn for_every_invariant_there_is_a_policy_that_breaks_it_and_is_refused_with_a_counterexample() {
        let text = PolicyText { model: MODEL, policy: LINES, vocabulary: VOCABULARY };
        let invariants = Invariants::parse(INVARIANTS).unwrap();
        let breaking = invariants.breaking(&text).unwrap();
        assert_eq!(breaking.len(), invariants.list().len());
        for (invariant, policy) in breaking {
            let policy = policy.unwrap_or_else(|| panic!("{}: nothing breaks it", invariant.id));
            match with(&policy, INVARIANTS) {
                Err(PolicyError::Broken(sentences)) => {
                    let told = sentences.iter().find(|sentence| sentence.starts_with(&format!("{} (", invariant.id)));
                    let told = told.unwrap_or_else(|| panic!("{}: {sentences:?}", invariant.id));
                    assert!(
                        told.contains(&invariant.en) && told.contains(" But ") && told.contains(" with rel "),
                        "{told}"
                    );
                }
                other => panic!("{}: {:?}", invariant.id, other.err()),
            }
        }
    }

    #[test]
    fn a_release_on_a_basis_that_only_the_other_side_has_is_told_as_a_sentence() {
        let policy = LINES.replacen(
            "osl_12_2|osl_10_27|osl_10_28|osl_10_2|sol_19_1|polislag_6|lul_6, case_handling",
            "osl_10_18b|osl_12_2|osl_10_27|osl_10_28|osl_10_2|sol_19_1|polislag_6|lul_6, case_handling",
            1,
        );
        let Err(PolicyError::Broken(sentences)) = with(&policy, INVARIANTS) else { panic!("not refused") };
        let told =
            sentences.iter().find(|told| told.starts_with("what_leaves_has_a_basis_in_the_right_direction")).unwrap();
        assert!(told.contains("police_coordinator is allowed release.decide with rel own"), "{told}");
        assert!(
            told.ends_with("(by pol_releases), and no version of OSL_10_18B in use lets police release."),
            "{told}"
        );
    }

    #[test]
    fn a_refusal_that_tells_the_age_of_a_stranger_is_told_as_a_sentence() {
        let policy = LINES.replacen(
            "p, risk_of_crime_ends_at_21, *, *, own, assigned|cover|lead|group,",
            "p, risk_of_crime_ends_at_21, *, *, *, *,",
            1,
        );
        assert_ne!(policy, LINES);
        // What the wider line now denies as well, no narrower one may deny beside it.
        let policy: String = policy
            .split_inclusive('\n')
            .filter(|line| !line.starts_with("p, service_releases_no_risk_from_21,"))
            .collect();
        let Err(PolicyError::Broken(sentences)) = with(&policy, INVARIANTS) else { panic!("not refused") };
        let told = sentences
            .iter()
            .find(|told| told.starts_with("a_refusal_says_nothing_of_what_it_hides"))
            .unwrap_or_else(|| panic!("{sentences:?}"));
        assert!(
            told.contains(" is refused ") && told.contains("by risk_of_crime_ends_at_21, and with class"),
            "{told}"
        );
    }

    #[test]
    fn a_misspelt_invariant_refuses_the_policy_instead_of_holding_vacuously() {
        for (good, misspelt) in [
            ("conflict = [\"declared\", \"unknown\"]", "conflict = [\"declred\"]"),
            ("where = { conflict", "where = { conflicts"),
            ("obligations = [\"step_up\"]", ""),
            ("also = { age = \"under_18\" }", ""),
            ("from = \"none\"", ""),
            ("hidden = [\"class\", \"age\"]", ""),
            ("hidden = [\"class\", \"age\"]", "hidden = [\"clas\"]"),
            ("social_worker = \"social_board\"", "social_worker = \"social_bord\""),
        ] {
            let invariants = INVARIANTS.replacen(good, misspelt, 1);
            assert!(matches!(with(LINES, &invariants), Err(PolicyError::Broken(_))), "{misspelt}");
        }
        assert!(matches!(Invariants::parse(""), Err(PolicyError::Invariants(_))));
        let told = |from: &str, to: &str| match Invariants::parse(&INVARIANTS.replacen(from, to, 1)) {
            Err(PolicyError::Invariants(refusal)) => refusal.to_string(),
            _ => panic!("{to}: not refused"),
        };
        assert!(told("form = \"never\"", "form = \"nevr\"").starts_with("invariants.toml:"));
        assert!(told("form = \"never\"", "form = \"nevr\"").contains("unknown variant `nevr`"));
        assert!(told("law =", "lag =").contains("unknown field `lag`"));
        let twice =
            told("id = \"nobody_reaches_into_another_authority\"", "id = \"conflict_of_interest_bars_everything\"");
        assert!(twice.contains("`conflict_of_interest_bars_everything` stands twice: give every invariant"), "{twice}");
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
    fn a_decision_allocates_nothing() {
        let policy = Policy::builtin().unwrap();
        let requests: Vec<Vec<u16>> = policy.pages().cells().map(|(request, _)| request).collect();
        let mut seen = (0, 0);
        let counted = allocation_counter::measure(|| {
            for request in &requests {
                let decision = policy.pages().decide(std::hint::black_box(request));
                seen.0 += usize::from(decision.is_allowed());
                seen.1 += decision.reason().lines.len();
            }
        });
        assert!(seen.0 > 600 && seen.1 > seen.0, "{seen:?} of {}", requests.len());
        assert_eq!((counted.count_total, counted.bytes_total), (0, 0));
        let current = rbac_policy::CurrentPolicy::new(policy);
        // The first reading of a thread sets up its place to read from, once.
        drop(current.get());
        let behind_the_pointer = allocation_counter::measure(|| {
            for request in &requests {
                seen.0 += usize::from(current.get().pages().decide(std::hint::black_box(request)).is_allowed());
            }
        });
        assert_eq!(behind_the_pointer.count_total, 0);
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
