//! The policy against its second telling, and the measure of how well the two hold each other: every line deleted, every effect turned round.

#[cfg(test)]
mod tables {
    use std::path::PathBuf;

    use rbac_policy::{DecisionTables, Policy};

    fn tables() -> DecisionTables {
        DecisionTables::read(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policy/tests")).unwrap()
    }

    #[test]
    fn the_policy_allows_what_the_tables_say_and_nothing_else() {
        let faults = tables().faults(&Policy::builtin().unwrap()).unwrap();
        assert!(faults.is_empty(), "{} differences:\n{}", faults.len(), faults.join("\n"));
    }

    #[test]
    fn the_program_holds_every_table_of_the_folder() {
        assert_eq!(DecisionTables::builtin().unwrap().len(), tables().len());
    }

    #[test]
    fn the_mutation_score_is_a_hundred_percent() {
        let policy = Policy::builtin().unwrap();
        let score = policy.mutation_score(&tables()).unwrap();
        println!("{score:?}");
        assert_eq!(score.mutants, policy.pages().lines().len() * 2);
        assert!(score.is_whole() && score.percent() == 100, "survived:\n{}", score.survivors.join("\n"));
    }

    #[test]
    fn a_rule_that_nobody_would_miss_survives_its_mutation() {
        // Figures for two roles, one invariant on conflicts, and no table at all.
        let lines = include_str!("../../../policy/policy.csv").split_inclusive('\n');
        let policy: String = lines
            .filter(|line| line.contains("p, conflict_of_interest") || line.contains("p, figures_without"))
            .collect();
        let text = decision_pages::PolicyText {
            model: include_str!("../../../policy/model.conf"),
            policy: &policy,
            vocabulary: include_str!("../../../policy/vocabulary.toml"),
        };
        let invariants = "[[invariant]]\nid = \"x\"\nlaw = \"x\"\nsv = \"x\"\nen = \"y\"\nform = \"never\"\nwhere = { conflict = [\"declared\"] }\n";
        let score = Policy::of_texts(&text, invariants).unwrap().mutation_score(&DecisionTables::default()).unwrap();
        assert_eq!((score.mutants, score.by_invariants, score.percent()), (4, 2, 50));
        assert_eq!(
            score.survivors,
            ["line `figures_without_individuals` deleted", "effect of line `figures_without_individuals` turned round"]
        );
    }

    #[test]
    fn every_deny_line_is_held_by_an_invariant_alone() {
        let policy = Policy::builtin().unwrap();
        let of_denies = policy.pages().mutants().filter(|mutant| {
            policy.pages().line(mutant.line).is_some_and(|line| line.effect() == decision_pages::Effect::Deny)
        });
        for mutant in of_denies {
            assert!(
                !policy.invariants().broken(&mutant.compile().unwrap()).is_empty(),
                "no invariant notices: {mutant}"
            );
        }
    }
}
