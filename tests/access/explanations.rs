//! Why one may, why one may not: told of what one may know of, and of nothing else.

use uuid::Uuid;
use vocabulary::{Entropy as _, SystemEntropy};

use crate::house::in_each_house;
use crate::log_book::{of_request, request_of};
use crate::people::Someone;
use crate::records::Records;

#[test]
fn one_learns_why_one_may_read_ones_own_case_and_nothing_of_a_case_that_is_hidden() {
    in_each_house(async |house| {
        let who = Someone::of(house, "social-worker").await;
        let (own, hidden) = Records::of(house.social()).await.samples(&who, "cases");
        let own = own.expect("the social worker has cases").0.id;
        let hidden = hidden.expect("the demo has cases that the social worker does not").id;
        let (others, any) = Records::of(house.police()).await.samples(&who, "cases");
        let others = others.map(|(record, _)| record).or(any).expect("the police have cases").id;
        let client = house.api("social-worker");
        let ask = async |id: Uuid, more: &str| {
            client.get(&format!("/api/v1/access-explanations?kind=CASE&id={id}{more}")).await.unwrap()
        };

        let reply = ask(own, "").await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let why = reply.json().unwrap();
        assert_eq!((&why["isAllowed"], &why["action"]), (&true.into(), &"CASE_READ".into()));
        assert_eq!(why["rules"][0]["id"], "soc_works_on_own");
        assert!(why["rules"][0]["law"].as_str().unwrap().contains("OSL 26 kap. 1 §"), "{why}");
        assert_eq!(why["policyEpoch"], 1);
        let lines = of_request(house.social(), request_of(&reply)).await;
        assert!(
            matches!(lines.as_slice(), [line] if line.action == "access.explain" && line.outcome == "allow"),
            "{lines:?}"
        );

        // Why not: no rule of social services carries the general clause, and what would be needed is said.
        let not = ask(own, "&action=release.decide&basis=OSL_10_27&purpose=RELEASE_DECISION").await.json().unwrap();
        assert_eq!((&not["isAllowed"], &not["rules"]), (&false.into(), &serde_json::json!([])));
        assert!(!not["wouldAllow"].as_array().unwrap().is_empty(), "{not}");

        // Hidden, another authority's, nobody's: one answer, and a refusal in the log.
        let missing = ask(SystemEntropy.id(), "").await;
        for id in [hidden, others] {
            let reply = ask(id, "").await;
            assert_eq!((reply.status, &reply.body), (404, &missing.body));
            let lines = of_request(house.social(), request_of(&reply)).await;
            assert!(
                matches!(lines.as_slice(), [line] if line.action == "access.explain" && line.outcome == "deny"),
                "{lines:?}"
            );
        }
        for wrong in ["&action=case.steal", "&basis=OSL_99", "&more=1"] {
            assert!([400, 422].contains(&ask(own, wrong).await.status), "{wrong}");
        }
    });
}
