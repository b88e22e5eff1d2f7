//! Generated files are what the program would write now. `UPDATE_GOLDEN=1 cargo test -p rbac-policy` writes them.

#[cfg(test)]
mod goldens {
    use std::{fs, path::PathBuf};

    use decision_pages::{Pages, Vocabulary};
    use rbac_policy::{Policy, vocabulary_toml};

    fn policy_file(name: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policy").join(name)
    }

    fn golden(name: &str, now: &str) {
        let path = policy_file(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, now).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        let differing = committed.lines().zip(now.lines()).find(|(committed, now)| committed != now);
        assert!(
            committed == now,
            "policy/{name} is not what the program writes; first difference: {differing:?}. Review with UPDATE_GOLDEN=1"
        );
    }

    #[test]
    fn the_vocabulary_is_the_programs_own_lists() {
        golden("vocabulary.toml", &vocabulary_toml());
    }

    #[test]
    fn the_model_is_the_only_one_that_the_vocabulary_can_have() {
        golden("model.conf", &Pages::golden_model(&Vocabulary::parse(&vocabulary_toml()).unwrap()));
    }

    #[test]
    fn the_matrix_shows_what_the_policy_allows() {
        golden("matrix.tsv", &Policy::builtin().unwrap().matrix().tsv());
    }
}
