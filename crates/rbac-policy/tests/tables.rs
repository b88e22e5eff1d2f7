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
    fn the_mutation_score_is_a_hundred_percent() {
        let (policy, tables) = (Policy::builtin().unwrap(), tables());
        let (mut caught, mut survivors) = (0, Vec::new());
        for mutant in policy.pages().mutants() {
            let pages = mutant.compile().unwrap();
            let by_invariant = !policy.invariants().broken(&pages).is_empty();
            if by_invariant || !tables.faults_of_pages(&pages).unwrap().is_empty() {
                caught += 1;
            } else {
                survivors.push(mutant.to_string());
            }
        }
        let all = caught + survivors.len();
        println!("mutation score: {caught} of {all} mutants caught");
        assert_eq!(all, policy.pages().lines().len() * 2);
        assert!(survivors.is_empty(), "survived:\n{}", survivors.join("\n"));
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
