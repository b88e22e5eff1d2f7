//! The policy in force against the whole of it in casbin's hands: once on every cell there is, and on a million drawn requests.
//!
//! The first leaves nothing to chance: casbin too tells values apart by the cells of the lines alone, so one request of each region answers for all of
//! them. The second draws from all requests and looks at no region. `SAMLAD_SOAK` draws ten times as many.

#[cfg(test)]
mod differential {
    use std::num::NonZero;

    use decision_pages::{Mismatch, Pages, PolicyText};
    use rbac_policy::Policy;

    const TEXT: PolicyText<'static> = PolicyText {
        model: include_str!("../../../policy/model.conf"),
        policy: include_str!("../../../policy/policy.csv"),
        vocabulary: include_str!("../../../policy/vocabulary.toml"),
    };

    fn threads() -> usize {
        std::thread::available_parallelism().map_or(2, NonZero::get)
    }

    /// Runs a part of the work on each core; each has a casbin of its own.
    fn on_every_core(part: impl Fn(usize, usize) -> Result<usize, Mismatch> + Sync) -> usize {
        let (all, part) = (threads(), &part);
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..all).map(|number| scope.spawn(move || part(number, all))).collect();
            workers.into_iter().map(|worker| worker.join().unwrap().unwrap()).sum()
        })
    }

    #[test]
    fn casbin_agrees_on_every_cell_of_every_page() {
        let policy = Policy::builtin().unwrap();
        let pages = policy.pages();
        let cells = pages.regions().count();
        let compared = on_every_core(|number, all| {
            let mine = pages.regions().skip(number).step_by(all);
            pages.differential_over(&TEXT, mine.map(|region| region.representative()))
        });
        assert_eq!(compared, cells);
        let requests: u128 = pages.regions().map(|region| region.requests()).sum();
        println!("{cells} cells, {requests} requests");
        assert_eq!(requests, pages.vocabulary().columns().iter().map(|column| column.values().len() as u128).product());
    }

    #[test]
    fn casbin_agrees_on_a_million_drawn_requests() {
        let policy = Policy::builtin().unwrap();
        let pages: &Pages = policy.pages();
        let wanted = if std::env::var_os("SAMLAD_SOAK").is_some() { 10_000_000 } else { 1_000_000 };
        let compared = on_every_core(|number, all| {
            let mine = wanted / all + usize::from(number < wanted % all);
            pages.differential(&TEXT, mine, 0x00c0_ffee + number as u64).map(|()| mine)
        });
        assert_eq!(compared, wanted);
    }
}
