//! The logs of both authorities, computed again from their leaves.

use case_registry::Registry;
use vocabulary::AuthorityId;

use crate::house::in_each_house;

/// Fails unless the log is what its checkpoint signs, its search rows included.
pub(crate) async fn assert_sound(authority: AuthorityId, registry: &Registry) {
    registry.log.sequenced().await.unwrap();
    registry.sign_checkpoint(authority).await.unwrap();
    let verifier = registry.signers[&authority].verifier();
    let found = registry.log.verify(authority, &verifier, &|_, _| {}).await.unwrap();
    assert!(found.size > 0 && found.signed_size > 0, "{found:?}");
}

#[test]
fn both_logs_are_sound_and_neither_is_the_others() {
    in_each_house(async |house| {
        let (social, police) = (house.social(), house.police());
        assert_sound(social.0, social.1).await;
        assert_sound(police.0, police.1).await;
        let verifier = police.1.signers[&police.0].verifier();
        assert!(social.1.log.verify(social.0, &verifier, &|_, _| {}).await.is_err());
    });
}

#[test]
fn each_auditor_sees_the_state_of_the_own_log_signed_under_its_own_origin() {
    in_each_house(async |house| {
        for (key, (authority, registry)) in [("social-auditor", house.social()), ("police-auditor", house.police())] {
            registry.sign_checkpoint(authority).await.unwrap();
            let state = house.api(key).get("/api/v1/audit/checkpoint").await.unwrap();
            assert_eq!(state.status, 200, "{}", state.text());
            let state = state.json().unwrap();
            let origin = house
                .instance
                .ready()
                .authorities
                .iter()
                .find(|known| known.id == authority)
                .unwrap()
                .log_origin
                .clone();
            assert_eq!(state["origin"], origin);
            assert!(state["checkpoint"].as_str().unwrap().starts_with(&format!("{origin}\n")));
            let page = house.send(house.form(key, "/ui/audit/verification", &[])).await;
            assert_eq!(page.status, 200);
        }
    });
}
