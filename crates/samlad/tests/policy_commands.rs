//! `samlad policy ..` as jurists, engineers and scripts meet it.

#[cfg(test)]
mod policy_commands {
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output, Stdio};

    use serde_json::{Value, json};
    use tempfile::TempDir;

    fn policy(arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_samlad"))
            .arg("policy")
            .args(arguments)
            .env("RUST_LOG", "warn")
            .output()
            .unwrap()
    }

    fn out(output: &Output) -> String {
        String::from_utf8(output.stdout.clone()).unwrap()
    }

    fn json_of(output: &Output) -> Value {
        serde_json::from_str(&out(output)).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    /// A copy of the product's policy folder with one text changed in one file.
    fn copy(file: &str, from: &str, to: &str) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        std::fs::create_dir(copy.path().join("tests")).unwrap();
        for folder in ["", "tests"] {
            for entry in std::fs::read_dir(root().join("policy").join(folder)).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_file() {
                    std::fs::copy(entry.path(), copy.path().join(folder).join(entry.file_name())).unwrap();
                }
            }
        }
        let path = copy.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "nothing to change: {from}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        copy
    }

    fn name(folder: &TempDir) -> &str {
        folder.path().to_str().unwrap()
    }

    /// The figures line with social leads taken out of it.
    const LESS: (&str, &str) =
        ("prevention_coordinator|social_lead, figures.read", "prevention_coordinator, figures.read");

    #[test]
    fn a_sound_folder_is_said_to_be_sound_with_what_it_holds() {
        let same = copy("policy.csv", "# Who may do what.", "# Who may do what.");
        for arguments in [&["check", "--json"][..], &["check", name(&same), "--json"]] {
            let checked = policy(arguments);
            assert_eq!(checked.status.code(), Some(0), "{checked:?}");
            let report = json_of(&checked);
            assert_eq!(report["isSound"], true);
            assert!(report["lines"].as_u64().unwrap() > 80 && report["invariants"].as_u64().unwrap() > 45);
            assert_eq!(report["legalBases"], 23);
            assert_eq!(report["digest"].as_str().unwrap().len(), 64);
        }
        assert!(out(&policy(&["check", name(&same)])).starts_with("The policy is sound: loader, 23 legal bases,"));
    }

    #[test]
    fn each_kind_of_fault_is_told_with_its_place_and_ends_with_three() {
        for (file, from, to, told) in [
            (
                "policy.csv",
                "FL 16-18, deny",
                "FL 16-18, Deny",
                "effect `Deny`; casbin would let the line count for nothing",
            ),
            ("policy.csv", "# end\n", "", "the last line is not `# end`"),
            ("legal-bases.toml", "OSL 10 kap. 18 a §\"", "OSL 10 kap. 18 b §\"", "does not name 10 kap. 18 a §"),
            ("invariants.toml", "form = \"never\"", "form = \"nevr\"", "unknown variant"),
            ("consent.toml", "below = 12", "below = 16", "order of age"),
            ("tests/access-cases.csv", "role,action", "role,actoin", "the first row names the columns"),
        ] {
            let broken = copy(file, from, to);
            let checked = policy(&["check", name(&broken)]);
            assert_eq!(checked.status.code(), Some(3), "{checked:?}");
            assert!(out(&checked).contains(told), "{}", out(&checked));
            let report = json_of(&policy(&["check", name(&broken), "--json"]));
            assert_eq!(report["isSound"], false);
            if file == "policy.csv" || file.starts_with("legal") || file.starts_with("invariants") {
                let refusal = &report["refusals"][0];
                assert_eq!(refusal["file"], file);
                assert!(refusal["line"].as_u64().unwrap() > 1 && !refusal["instead"].as_str().unwrap().is_empty());
            }
        }
        let broken = copy(
            "policy.csv",
            "# end\n",
            "p, odd, auditor, case.read, own, assigned, standard, own_task, case_handling, *, *, *, -, none, allow\n# end\n",
        );
        let report = json_of(&policy(&["check", name(&broken), "--json"]));
        assert!(
            report["broken"][0].as_str().unwrap().contains("But auditor is allowed case.read with rel own"),
            "{report}"
        );
        assert_eq!(policy(&["check", "/nowhere/at/all"]).status.code(), Some(3));
    }

    #[test]
    fn a_lawyer_gets_one_page_that_stands_alone_in_either_language() {
        for (language, heading) in [("sv", "Behörigheter i Samlad"), ("en", "Access rights in Samlad")] {
            let page = out(&policy(&["matrix", "--format", "html", "--language", language]));
            assert!(
                page.starts_with("<!doctype html>") && page.contains(heading) && page.contains("<label for=\"words\">")
            );
            assert!(!page.contains("http://") && !page.contains("https://"));
        }
        let spreadsheet = out(&policy(&["matrix", "--format", "csv", "--language", "en"]));
        assert!(spreadsheet.starts_with("\"Role\",\"Action\""));
        let broken = copy("policy.csv", "# end\n", "");
        let refused = policy(&["matrix", name(&broken)]);
        assert_eq!((refused.status.code(), out(&refused).as_str()), (Some(3), ""));
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_failure() {
        let (library, requests) = (library(), library().join("requests.jsonl"));
        let evaluated = ["evaluate", "--policy", library.to_str().unwrap(), requests.to_str().unwrap()];
        for arguments in [
            &["matrix"][..],
            &["matrix", "--format", "html"],
            &["check", "--json"],
            &["test"],
            &["diff", "builtin", "builtin"],
            &["explain", "--role", "auditor", "--action", "case.read"],
            &evaluated,
        ] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let mut command = Command::new(env!("CARGO_BIN_EXE_samlad"));
            let ended = command.arg("policy").args(arguments).env("RUST_LOG", "warn").stdout(writer).output().unwrap();
            let told = String::from_utf8_lossy(&ended.stderr).into_owned();
            assert!(ended.status.success() && !told.contains("panicked"), "{arguments:?}: {told}");
        }
    }

    #[test]
    fn a_single_case_is_explained_on_every_fact() {
        let release = |age: &str| {
            let arguments = [
                "explain",
                "--role",
                "social_worker",
                "--action",
                "release.decide",
                "--rel",
                "own",
                "--assigned",
                "assigned",
                "--class",
                "standard",
                "--basis",
                "OSL_10_18A",
                "--purpose",
                "release_decision",
                "--glass",
                "none",
                "--conflict",
                "none",
                "--language",
                "en",
                "--json",
                "--age",
                age,
            ];
            json_of(&policy(&arguments))
        };
        let young = release("from_18_to_20");
        assert_eq!((&young["isAllowed"], &young["lines"][0]["id"]), (&json!(true), &json!("soc_releases")));
        assert_eq!(young["obligations"], json!(["STEP_UP"]));
        assert_eq!(young["legalBasis"]["citation"], "OSL 10 kap. 18 a §");
        let old = release("from_21");
        assert_eq!((&old["isAllowed"], &old["lines"][0]["law"]), (&json!(false), &json!("OSL 10 kap. 18 a §")));
        assert!(
            old["sentences"]
                .as_array()
                .unwrap()
                .iter()
                .any(|told| told == "It would be allowed if age were: under 18.")
        );
        let misspelt = policy(&["explain", "--role", "social_wroker", "--action", "case.read"]);
        assert_eq!(misspelt.status.code(), Some(2));
    }

    #[test]
    fn a_comparison_says_first_what_is_newly_allowed() {
        let less = copy("policy.csv", LESS.0, LESS.1);
        let wider = policy(&["diff", name(&less), "builtin", "--json", "--fail-if-wider"]);
        assert_eq!(wider.status.code(), Some(3));
        let told = json_of(&wider);
        assert_eq!(told["newlyAllowed"].as_array().unwrap().len(), 1);
        assert_eq!(told["newlyAllowed"][0]["role"], "social_lead");
        assert_eq!(told["newlyDenied"], json!([]));
        let narrower = policy(&["diff", "builtin", name(&less), "--fail-if-wider"]);
        assert_eq!(narrower.status.code(), Some(0));
        assert!(out(&narrower).starts_with("newly denied: 1 rows, "), "{}", out(&narrower));
        assert!(out(&policy(&["diff", "builtin", "builtin"])).starts_with("Every request is decided alike"));
    }

    #[test]
    fn logged_accesses_are_put_to_the_new_policy_and_the_reading_is_logged_too() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("samlad");
        let made = Command::new(env!("CARGO_BIN_EXE_samlad"))
            .args(["init", "--folder", folder.to_str().unwrap(), "--kind", "social_board", "--phone", "031-390 06 10"])
            .args(["--administrator", "Nils Ahlqvist", "--name", "Nämnden"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let config = folder.join("samlad.toml");
        let config = config.to_str().unwrap();
        let without_service = copy("policy.csv", "|log.void|audit.verify|", "|log.void|");
        let compare = || {
            json_of(&policy(&["diff", "builtin", name(&without_service), "--data", config, "--days", "1", "--json"]))
        };
        let first = compare()["logged"][0].clone();
        assert_eq!(first["authority"], "Nämnden");
        assert_eq!(
            first["decisions"].as_u64().unwrap() - first["same"].as_u64().unwrap(),
            first["nowDenied"].as_u64().unwrap()
        );
        // The first reading is an access of its own, and the second finds it: by a right that the new policy takes away.
        let second = compare()["logged"][0].clone();
        assert_eq!(second["nowDenied"].as_u64().unwrap(), first["nowDenied"].as_u64().unwrap() + 1);
        assert!(
            second["changes"].as_array().unwrap().iter().any(|changed| changed["action"] == "audit.verify"),
            "{second}"
        );
        let told = out(&policy(&["diff", "builtin", name(&without_service), "--data", config]));
        assert!(told.contains("depend on facts that the log does not keep"), "{told}");
        let verified =
            Command::new(env!("CARGO_BIN_EXE_samlad")).args(["audit", "verify", "--config", config]).output().unwrap();
        assert!(verified.status.success(), "{verified:?}");
    }

    #[test]
    fn a_policy_is_held_against_its_tables() {
        let built_in = policy(&["test"]);
        assert_eq!(built_in.status.code(), Some(0), "{built_in:?}");
        let less = copy("policy.csv", LESS.0, LESS.1);
        let differing = policy(&["test", name(&less), "--json"]);
        assert_eq!(differing.status.code(), Some(3));
        let told = json_of(&differing);
        assert_eq!(told["differences"].as_array().unwrap().len(), 1);
        assert!(
            told["differences"][0]
                .as_str()
                .unwrap()
                .contains("denied, though the row allows it: social_lead, figures.read")
        );
    }

    #[test]
    fn an_untested_line_survives_its_mutation_and_is_named() {
        // A small policy: the score is measured in full elsewhere, line by line, for the product's own.
        let few = copy("tests/access-offices.csv", "role,action", "role,action");
        let text = std::fs::read_to_string(few.path().join("policy.csv")).unwrap();
        let kept: String = text
            .split_inclusive('\n')
            .filter(|line| {
                line.starts_with('#') || line.contains("conflict_of_interest") || line.contains("figures_without")
            })
            .collect();
        std::fs::write(few.path().join("policy.csv"), kept).unwrap();
        std::fs::write(few.path().join("invariants.toml"), "[[invariant]]\nid = \"conflict\"\nlaw = \"FL 16\"\nsv = \"x\"\nen = \"y\"\nform = \"never\"\nwhere = { conflict = [\"declared\"] }\n# end\n").unwrap();
        for entry in std::fs::read_dir(few.path().join("tests")).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        let scored = policy(&["mutate", name(&few), "--json"]);
        assert_eq!(scored.status.code(), Some(3), "{scored:?}");
        let told = json_of(&scored);
        assert_eq!((&told["mutants"], &told["isSound"]), (&json!(4), &json!(false)));
        assert!(
            told["survivors"]
                .as_array()
                .unwrap()
                .iter()
                .any(|survivor| survivor == "line `figures_without_individuals` deleted"),
            "{told}"
        );
    }

    fn library() -> PathBuf {
        root().join("crates/decision-pages/examples/lending-library")
    }

    fn evaluate(folder: &Path, requests: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_samlad"))
            .args(["policy", "evaluate", "--policy"])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses the folder reads nothing.
        let _ = child.stdin.take().unwrap().write_all(requests);
        child.wait_with_output().unwrap()
    }

    #[test]
    fn a_folder_of_another_domain_is_checked_and_answers_its_own_test_set() {
        let checked = policy(&["check", library().to_str().unwrap(), "--json"]);
        assert_eq!(checked.status.code(), Some(0), "{checked:?}");
        assert_eq!(json_of(&checked)["columns"], json!(["member", "action", "item", "account", "season"]));
        let requests = std::fs::read(library().join("requests.jsonl")).unwrap();
        let answered = evaluate(&library(), &requests);
        assert_eq!(answered.status.code(), Some(0), "{answered:?}");
        let answers: Vec<Value> = out(&answered).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers.len(), 13);
        assert!(answers.iter().all(|answer| answer["decision"] == answer["context"]["expected"]));
        assert_eq!(answers[1]["context"]["obligations"], json!(["deposit", "show_instructions"]));
        let from_file = policy(&[
            "evaluate",
            "--policy",
            library().to_str().unwrap(),
            library().join("requests.jsonl").to_str().unwrap(),
        ]);
        assert_eq!(out(&from_file), out(&answered));
    }

    #[test]
    fn a_bad_line_is_answered_with_an_error_and_the_next_one_is_answered_all_the_same() {
        let good = r#"{"subject":{"type":"member","id":"1","properties":{"membership":"librarian"}},"action":{"name":"see_history"},"resource":{"type":"book","id":"2"},"context":{"account":"not_needed","season":"summer"}}"#;
        let long = format!("{{\"subject\": \"{}\"}}", "x".repeat(100_000));
        let wrong = good.replace("librarian", "libarian");
        let unexpected = format!("{{\"request\": {good}, \"expected\": false}}");
        let requests = [good, "", "nonsense", &long, &wrong, "\u{0}", &unexpected, good].join("\n");
        let answered = evaluate(&library(), &[requests.as_bytes(), b"\n\xff\xfe\n"].concat());
        assert_eq!(answered.status.code(), Some(3));
        let answers: Vec<Value> = out(&answered).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let decisions: Vec<bool> = answers.iter().map(|answer| answer["decision"].as_bool().unwrap()).collect();
        assert_eq!(decisions, [true, false, false, false, false, true, true, false]);
        let lines: Vec<u64> = answers.iter().filter_map(|answer| answer["context"]["error"]["line"].as_u64()).collect();
        assert_eq!(lines, [3, 4, 5, 6, 9], "the empty second line counts and has no answer");
        assert!(answers[3]["context"]["error"]["message"].as_str().unwrap().ends_with("did you mean `librarian`?"));
        let told = String::from_utf8_lossy(&answered.stderr).into_owned();
        assert!(told.contains("3 allowed, 0 denied, 5 not understood, 1 not as expected"), "{told}");
        let refused = evaluate(Path::new("/nowhere/at/all"), good.as_bytes());
        assert_eq!((refused.status.code(), out(&refused).as_str()), (Some(3), ""));
    }

    #[test]
    fn the_products_own_policy_answers_in_the_same_words() {
        let request = json!({
            "subject": { "type": "user", "id": "1", "properties": { "role": "auditor" } },
            "action": { "name": "audit.read" },
            "resource": { "type": "log", "id": "1", "properties": { "rel": "own", "class": "standard" } },
            "context": { "assigned": "none", "basis": "own_task", "purpose": "log_control", "glass": "none", "conflict": "none" },
        });
        let answered = evaluate(&root().join("policy"), request.to_string().as_bytes());
        assert_eq!(answered.status.code(), Some(0), "{answered:?}");
        let answer = json_of(&answered);
        assert_eq!(
            (&answer["decision"], &answer["context"]["lines"]),
            (&json!(true), &json!(["auditor_inspects_log"]))
        );
    }
}
