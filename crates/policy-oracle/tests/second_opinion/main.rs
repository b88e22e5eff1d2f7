//! The pages in force against Cedar: decision and deciding lines.

mod oracle;

#[cfg(test)]
mod second_opinion {
    use std::collections::BTreeSet;

    use decision_pages::{Pages, Region};
    use rbac_policy::Policy;

    use crate::oracle::{Opinion, Oracle};

    const LINES: &str = include_str!("../../../../policy/policy.csv");

    fn oracle(policy: &str, pages: &Pages) -> Oracle {
        let columns: Vec<&str> = pages.vocabulary().columns().iter().map(decision_pages::Column::name).collect();
        Oracle::of(policy, &columns).unwrap()
    }

    /// Where the two differ on a request.
    fn difference(pages: &Pages, cedar: &Oracle, request: &[u16]) -> Option<String> {
        let names = pages.vocabulary().names(request);
        let decision = pages.decide(request);
        let ours = Opinion { is_allowed: decision.is_allowed(), lines: decision.reason().lines.clone() };
        let theirs = cedar.ask(&names).unwrap();
        (ours != theirs).then(|| format!("{}: pages {ours:?}, cedar {theirs:?}", names.join(", ")))
    }

    /// The first and the last request of a region.
    fn corners(region: &Region<'_>, columns: usize) -> [Vec<u16>; 2] {
        let last = (0..columns).map(|column| region.values(column).last().copied().unwrap_or_default());
        [region.representative(), last.collect()]
    }

    /// `SplitMix64`: repeatable, for drawing requests only.
    struct Draw(u64);

    impl Draw {
        fn below(&mut self, size: usize) -> u16 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            u16::try_from((mixed ^ (mixed >> 31)) % size as u64).unwrap()
        }
    }

    #[test]
    fn cedar_agrees_on_both_corners_of_every_allowed_region_and_of_its_neighbours() {
        let policy = Policy::builtin().unwrap();
        let pages = policy.pages();
        let cedar = oracle(LINES, pages);
        let columns = pages.vocabulary().columns();
        let mut requests = BTreeSet::new();
        for region in pages.regions().filter(|region| region.decision().is_allowed()) {
            requests.extend(corners(&region, columns.len()));
        }
        let allowed = requests.len();
        let mut draw = Draw(1);
        for request in requests.clone() {
            // One neighbour each: another value in one column.
            let column = usize::from(draw.below(columns.len()));
            let mut neighbour = request;
            neighbour[column] = draw.below(columns[column].values().len());
            requests.insert(neighbour);
        }
        println!("{allowed} allowed, {} requests in all", requests.len());
        let differences: Vec<String> =
            requests.iter().filter_map(|request| difference(pages, &cedar, request)).collect();
        assert!(differences.is_empty(), "{} differences, such as {}", differences.len(), differences[0]);
    }

    #[test]
    fn cedar_agrees_on_requests_drawn_from_everywhere() {
        let policy = Policy::builtin().unwrap();
        let pages = policy.pages();
        let cedar = oracle(LINES, pages);
        let mut draw = Draw(2);
        for _ in 0..10_000 {
            let request: Vec<u16> =
                pages.vocabulary().columns().iter().map(|column| draw.below(column.values().len())).collect();
            assert_eq!(difference(pages, &cedar, &request), None);
        }
    }

    #[test]
    fn cedar_notices_a_policy_that_is_not_the_one_in_force() {
        let policy = Policy::builtin().unwrap();
        let pages = policy.pages();
        let cedar = oracle(&LINES.replacen("osl_10_18a, *, from_21|unknown", "osl_10_18a, *, from_21", 1), pages);
        let request = pages.vocabulary().request(&[
            "social_worker",
            "release.decide",
            "own",
            "assigned",
            "standard",
            "osl_10_18a",
            "release_decision",
            "unknown",
            "none",
            "none",
        ]);
        assert!(difference(pages, &cedar, &request.unwrap()).is_some());
    }
}
