//! Counsel's word on a legal basis, recorded by the administrator or from the command line.

use case_registry::{
    RegistryError,
    confirmation::{ConfirmBasis, WithdrawConfirmation},
};
use time::macros::date;

use crate::scene::{SEVENTEEN, Scene, risk_of_crime};

fn version(scene: &Scene) -> u32 {
    let bases = &scene.world.registry.bases;
    bases.current("OSL_10_18A", scene.world.registry.clock.today()).unwrap().version
}

fn word(version: u32) -> ConfirmBasis {
    ConfirmBasis {
        version,
        confirmed_by: "Eva Jurist".to_owned(),
        confirmed_on: date!(2026 - 11 - 20),
        wording: "OSL 10 kap. 18 a §, SFS 2025:1".to_owned(),
    }
}

#[tokio::test]
async fn nothing_is_released_on_a_basis_whose_confirmation_was_taken_back_until_it_is_given_anew() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let administrator = scene.world.caller("administrator");
    let version = version(&scene);
    scene.release(scene.to_police(risk_of_crime())).await.unwrap();

    let back = WithdrawConfirmation { version, reason: "Lydelsen är ändrad.".to_owned() };
    registry.withdraw_confirmation(&administrator, "OSL_10_18A", back.clone()).await.unwrap();
    assert!(matches!(scene.release(scene.to_police(risk_of_crime())).await, Err(RegistryError::Refused(_))));
    let twice = registry.withdraw_confirmation(&administrator, "OSL_10_18A", back).await;
    assert!(matches!(twice, Err(RegistryError::Stale)));

    registry.confirm_basis(&administrator, "OSL_10_18A", word(version)).await.unwrap();
    scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    let shown = registry.legal_bases(&administrator).await.unwrap().view;
    let basis = shown.iter().find(|basis| basis.code == "OSL_10_18A").unwrap();
    assert_eq!(basis.confirmed_by.as_deref(), Some("Eva Jurist"));
    let again = registry.confirm_basis(&administrator, "OSL_10_18A", word(version)).await;
    assert!(matches!(again, Err(RegistryError::Conflict("exists-already"))));

    let log = scene.log("social-auditor").await;
    let lines: Vec<_> = log.iter().filter(|line| line.action == "legal_basis.confirm").collect();
    assert_eq!(lines.iter().filter(|line| line.outcome == "allow").count(), 2);
    assert_eq!(lines[0].basis.as_deref(), Some(format!("OSL_10_18A/{version}").as_str()));
}

#[tokio::test]
async fn a_confirmation_of_one_authority_confirms_nothing_for_the_other() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let version = version(&scene);
    let back = WithdrawConfirmation { version, reason: "Prov.".to_owned() };
    registry.withdraw_confirmation_by_service(scene.world.police, "OSL_10_18A", back).await.unwrap();
    scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    registry.confirm_basis_by_service(scene.world.police, "OSL_10_18A", word(version)).await.unwrap();
}

#[tokio::test]
async fn only_the_administrator_records_it_and_only_what_can_be_confirmed() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let version = version(&scene);
    for other in ["social-worker", "social-lead", "social-auditor", "records-officer", "police-coordinator"] {
        let other = scene.world.caller(other);
        assert!(matches!(registry.basis_to_confirm(&other, "OSL_10_18A").await, Err(RegistryError::NotFound)));
        let tried = registry.confirm_basis(&other, "OSL_10_18A", word(version)).await;
        assert!(matches!(tried, Err(RegistryError::NotFound)));
    }
    let administrator = scene.world.caller("administrator");
    let off = registry.confirm_basis(&administrator, "OSL_10_15A", word(1)).await;
    assert!(matches!(off, Err(RegistryError::Conflict("needs-no-confirmation"))));
    let nobody = registry.confirm_basis(&administrator, "OSL_99", word(1)).await;
    assert!(matches!(nobody, Err(RegistryError::NotFound)));
    let tomorrow = ConfirmBasis { confirmed_on: date!(2026 - 11 - 24), ..word(version) };
    assert!(matches!(
        registry.confirm_basis(&administrator, "OSL_10_18A", tomorrow).await,
        Err(RegistryError::Invalid(_))
    ));
}
