//! The policy in force against the whole of it in casbin's hands: once on every cell there is, and on a million drawn requests.
//!
//! The first leaves nothing to chance: casbin too tells values apart by the cells of the lines alone, so one request of each region answers for all of
//! them. The second draws from all requests and looks at no region. Casbin is never given less than all lines. `SAMLAD_SOAK` draws ten times as many.

#[cfg(test)]
mod differential {
    use decision_pages::{Pages, PolicyText};
    use rbac_policy::Policy;

    const TEXT: PolicyText<'static> = PolicyText {
        model: include_str!("../../../policy/model.conf"),
        policy: include_str!("../../../policy/policy.csv"),
        vocabulary: include_str!("../../../policy/vocabulary.toml"),
    };

    #[test]
    fn casbin_agrees_on_every_cell_of_every_page() {
        let policy = Policy::builtin().unwrap();
        let pages = policy.pages();
        let requests: u128 = pages.regions().map(|region| region.requests()).sum();
        assert_eq!(requests, pages.vocabulary().columns().iter().map(|column| column.values().len() as u128).product());
        let compared = pages.differential_over(&TEXT, pages.regions().map(|region| region.representative())).unwrap();
        assert_eq!(compared, pages.regions().count());
        println!("{compared} cells, {requests} requests");
    }

    #[test]
    fn casbin_agrees_on_a_million_drawn_requests() {
        let policy = Policy::builtin().unwrap();
        let pages: &Pages = policy.pages();
        let wanted = if std::env::var_os("SAMLAD_SOAK").is_some() { 10_000_000 } else { 1_000_000 };
        pages.differential(&TEXT, wanted, 0x00c0_ffee).unwrap();
    }
}
