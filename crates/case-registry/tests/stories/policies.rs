//! The access policy and who may touch it.

use case_registry::{RegistryError, policy_change::JudgePolicy};
use vocabulary::Strength;

use crate::scene::{SEVENTEEN, Scene};

#[tokio::test]
async fn whoever_loads_a_policy_or_agrees_to_one_has_just_confirmed_the_sign_in() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let digest =
        registry.policy.digest().iter().fold(String::new(), |text, byte| text + format!("{byte:02x}").as_str());
    let judged = || JudgePolicy { digest: digest.clone(), epoch: registry.policy.epoch() };
    let mut administrator = scene.world.caller("administrator");
    administrator.strength = Strength::Strong;
    let asked_again = |error: RegistryError| assert!(matches!(error, RegistryError::StepUpRequired), "{error:?}");
    asked_again(registry.load_policy(&administrator).await.unwrap_err());
    asked_again(registry.approve_policy(&administrator, judged()).await.unwrap_err());
    asked_again(registry.reject_policy(&administrator, judged()).await.unwrap_err());
    // Nobody else is told that there is anything to confirm.
    for who in ["social-worker", "social-auditor"] {
        let hidden = registry.load_policy(&scene.world.caller(who)).await.unwrap_err();
        assert!(matches!(hidden, RegistryError::NotFound), "{who}: {hidden:?}");
    }
    let log = scene.log("social-auditor").await;
    let refused = |action: &str| log.iter().filter(|line| line.action == action && line.outcome == "deny").count();
    assert_eq!((refused("policy.load"), refused("policy.approve")), (3, 2));
}
