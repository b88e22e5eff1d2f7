//! A policy that wants to be in force: its texts, and the checks that it must pass as a whole.

use std::path::Path;

use decision_pages::{PolicyFolder, PolicyText};

use crate::{
    decision_table::DecisionTables,
    invariant::{self, Invariants},
    policy::Policy,
    policy_error::PolicyError,
};

/// The texts of a policy; what its digest stands for, and the invariants it brings along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTexts {
    /// `model.conf`.
    pub model: String,
    /// `policy.csv`.
    pub policy: String,
    /// `vocabulary.toml`.
    pub vocabulary: String,
    /// `invariants.toml`.
    pub invariants: String,
}

/// A policy that passed every check, with its texts. It is in force nowhere yet.
#[derive(Clone)]
pub struct CandidatePolicy {
    policy: Policy,
    texts: PolicyTexts,
}

impl CandidatePolicy {
    /// The policy compiled into the program.
    ///
    /// # Errors
    /// As [`Policy::builtin`].
    pub fn builtin() -> Result<Self, PolicyError> {
        let texts = PolicyTexts {
            model: include_str!("../../../policy/model.conf").to_owned(),
            policy: include_str!("../../../policy/policy.csv").to_owned(),
            vocabulary: include_str!("../../../policy/vocabulary.toml").to_owned(),
            invariants: include_str!("../../../policy/invariants.toml").to_owned(),
        };
        Ok(Self { policy: Policy::builtin()?, texts })
    }

    /// A folder with `model.conf`, `policy.csv`, `vocabulary.toml`, `invariants.toml` and decision tables in `tests/`: built, linted, held against its own
    /// invariants **and the program's**, against casbin, and against its decision tables. A folder may promise more than the program does, never less.
    ///
    /// # Errors
    /// The first kind of fault, with every fault of that kind.
    pub fn read(folder: &Path) -> Result<Self, PolicyError> {
        let read = PolicyFolder::read(folder).map_err(PolicyError::Refused)?;
        let invariants = PolicyFolder::read_beside(folder, invariant::FILE, invariant::BYTES)
            .and_then(|text| PolicyFolder::check_end(invariant::FILE, &text).map(|()| text))
            .map_err(|error| PolicyError::Refused(vec![error]))?;
        let texts = PolicyTexts { model: read.model, policy: read.policy, vocabulary: read.vocabulary, invariants };
        let candidate = Self::of_texts(texts)?;
        let tables = DecisionTables::read(&folder.join("tests"))?;
        if tables.is_empty() {
            let what =
                "there is no decision table (access-*.csv): nothing says a second time what is allowed".to_owned();
            return Err(PolicyError::File { file: "tests".to_owned(), what });
        }
        let faults = tables.faults(&candidate.policy)?;
        if faults.is_empty() { Ok(candidate) } else { Err(PolicyError::Broken(faults)) }
    }

    /// As [`read`](Self::read), from texts that passed their decision tables when they were taken in.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn of_texts(texts: PolicyTexts) -> Result<Self, PolicyError> {
        let text = PolicyText { model: &texts.model, policy: &texts.policy, vocabulary: &texts.vocabulary };
        let policy = Policy::of_texts(&text, &texts.invariants)?;
        let broken = program_invariants()?.broken(policy.pages());
        if broken.is_empty() { Ok(Self { policy, texts }) } else { Err(PolicyError::Broken(broken)) }
    }

    /// The policy, without an epoch.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Its texts.
    pub const fn texts(&self) -> &PolicyTexts {
        &self.texts
    }

    /// Its digest.
    pub fn digest(&self) -> [u8; 32] {
        self.policy.digest()
    }
}

/// What the program promises, whatever a folder says.
fn program_invariants() -> Result<Invariants, PolicyError> {
    Invariants::parse(include_str!("../../../policy/invariants.toml"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A copy of the program's folder, changed.
    fn folder(change: impl Fn(&str, String) -> String) -> tempfile::TempDir {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policy");
        let copy = tempfile::tempdir().unwrap();
        fs::create_dir(copy.path().join("tests")).unwrap();
        for file in ["model.conf", "policy.csv", "vocabulary.toml", "invariants.toml"] {
            fs::write(copy.path().join(file), change(file, fs::read_to_string(own.join(file)).unwrap())).unwrap();
        }
        for table in fs::read_dir(own.join("tests")).unwrap().map(Result::unwrap) {
            let name = table.file_name().to_string_lossy().into_owned();
            if name.starts_with("access-") {
                let text = change(&name, fs::read_to_string(table.path()).unwrap());
                fs::write(copy.path().join("tests").join(name), text).unwrap();
            }
        }
        copy
    }

    #[test]
    fn the_programs_own_folder_is_a_candidate() {
        let own = folder(|_, text| text);
        assert_eq!(CandidatePolicy::read(own.path()).unwrap().digest(), CandidatePolicy::builtin().unwrap().digest());
    }

    #[test]
    fn a_folder_that_promises_less_than_the_program_is_refused_by_the_programs_promises() {
        const REACH: &str = "p, police_pull, police_coordinator, case.read, other, assigned, standard, own_task, coordination, *, *, *, -, OSL 8:1, allow\n";
        const HARMLESS: &str = "[[invariant]]\nid = \"nothing\"\nlaw = \"GDPR 5\"\nsv = \"Inget.\"\nen = \"Nothing.\"\nform = \"never\"\nwhere = { purpose = [\"unknown\"] }\n\n# end\n";
        let lax = folder(|file, text| match file {
            "policy.csv" => text.replace("# end\n", &format!("{REACH}# end\n")),
            "invariants.toml" => HARMLESS.to_owned(),
            _ => text,
        });
        let Err(PolicyError::Broken(sentences)) = CandidatePolicy::read(lax.path()) else { panic!("not refused") };
        assert!(sentences[0].starts_with("nobody_reaches_into_another_authority"), "{sentences:?}");
    }

    #[test]
    fn a_change_that_its_decision_tables_do_not_say_again_is_refused() {
        let changed = folder(|file, text| {
            if file == "policy.csv" {
                text.lines().filter(|line| !line.contains("records_find_existence")).collect::<Vec<_>>().join("\n")
                    + "\n"
            } else {
                text
            }
        });
        let Err(PolicyError::Broken(faults)) = CandidatePolicy::read(changed.path()) else { panic!("not refused") };
        assert!(faults[0].contains("denied, though the row allows it"), "{faults:?}");
        let untold = folder(|file, text| if file.starts_with("access-") { String::new() } else { text });
        assert!(matches!(CandidatePolicy::read(untold.path()), Err(PolicyError::File { .. })));
    }
}
