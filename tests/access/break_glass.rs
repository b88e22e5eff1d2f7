//! Break-glass (nödåtkomst): every route, every persona, every relation, before it, during it and after it.
//!
//! The policy knows it and proves it; there is no use case yet that starts one, so no request over HTTP can be in it. What each route would do is asked of
//! the policy here, with the actions of the routes themselves.

use std::collections::BTreeMap;

use rbac_policy::{Assignment, BasisFact, ClassFact, Conflict, Facts, Glass, Policy, Relation, Target};
use vocabulary::{Action, AgeBand, Purpose};
use web::route::Method;
use web::routes;

use crate::house::{PERSONAS, in_each_house};
use crate::people::Someone;

/// A way to stand to a record: whose it is, the relation to the case, the class.
type Standing = (Relation, Assignment, ClassFact);

/// Where an emergency lets a persona do something that it may not do otherwise. Fails where it takes something away, or goes on after its end.
fn opened(policy: &Policy, who: &Someone, action: Action) -> Vec<Standing> {
    let own = Facts::own_case(Purpose::CaseHandling, Target::kind("record"));
    let mut facts = Facts { conflict: Conflict::None, ..own };
    let mut found = Vec::new();
    for standing in standings() {
        (facts.relation, facts.assigned, facts.class) = standing;
        let mut may = |glass| {
            facts.glass = glass;
            Purpose::ALL.iter().any(|purpose| {
                facts.purpose = *purpose;
                BasisFact::ALL.iter().any(|basis| {
                    facts.basis = *basis;
                    AgeBand::ALL.iter().any(|age| {
                        facts.age = *age;
                        policy.allows(who.roles, action, &facts)
                    })
                })
            })
        };
        let (before, during, after) = (may(Glass::None), may(Glass::Active), may(Glass::Expired));
        assert_eq!(before, after, "{} {action} {standing:?}: what has run out opens nothing", who.key);
        assert!(during || !before, "{} {action} {standing:?}: an emergency takes nothing away", who.key);
        if during && !before {
            found.push(standing);
        }
    }
    found
}

/// Every relation to the own authority's records; to others' there is only none.
fn standings() -> impl Iterator<Item = Standing> {
    let own = Assignment::ALL.iter().map(|assigned| (Relation::Own, *assigned));
    let others = Relation::ALL
        .iter()
        .map(|relation| (*relation, Assignment::None))
        .filter(|(relation, _)| *relation != Relation::Own);
    own.chain(others)
        .flat_map(|(relation, assigned)| ClassFact::ALL.iter().map(move |class| (relation, assigned, *class)))
}

#[test]
fn an_emergency_opens_no_route_wider_than_reading_what_is_ones_own_authoritys_and_ends_with_it() {
    in_each_house(async |house| {
        let policy = &house.social().1.policy;
        let mut known: BTreeMap<(u16, Action), Vec<Standing>> = BTreeMap::new();
        let mut reads = Vec::new();
        for key in PERSONAS {
            let who = Someone::of(house, key).await;
            for route in routes::all() {
                let Some(action) = route.action else { continue };
                let standings = known.entry((who.roles.bits(), action)).or_insert_with(|| opened(policy, &who, action));
                for (relation, assigned, class) in standings {
                    let told = format!("{key} {} {} as {assigned}, {class}", route.method.as_str(), route.path);
                    assert!(action.code().split_once('.').is_some_and(|(_, verb)| verb == "read"), "{told}");
                    assert_eq!((*relation, *assigned), (Relation::Own, Assignment::None), "{told}");
                    assert!(!matches!(class, ClassFact::Investigation | ClassFact::Unknown), "{told}");
                    if route.method == Method::Get {
                        reads.push((key, route.path));
                    }
                }
            }
        }
        for key in ["social-worker", "social-lead", "police-coordinator"] {
            assert!(reads.contains(&(key, "/api/v1/cases/{id}")), "{key}: {reads:?}");
        }
        let others = ["auditor", "administrator", "prevention-coordinator", "sig-coordinator"];
        assert!(!reads.iter().any(|(key, _)| others.iter().any(|other| key.ends_with(other))), "{reads:?}");
    });
}
