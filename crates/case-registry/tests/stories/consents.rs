//! Consent: whole, half, withdrawn, outgrown.

use crate::joint::scene::section_27;
use crate::scene::{SEVENTEEN, Scene, everyone, failed, on_consent, risk_of_crime};
use case_registry::{
    RegistryError,
    consent::{ConsentState, RevokeConsent},
    joint_file::{JointState, Nominate},
    received::ReceivedState,
    release::ReleaseState,
};
use rbac_policy::consent_rules::Consenter;
use time::macros::date;
use vocabulary::{ConsentId, Timestamp};

fn withdrawn() -> RevokeConsent {
    RevokeConsent { by: Consenter::Person, note: "Ringde och sa att han inte vill längre.".to_owned() }
}

#[tokio::test]
async fn when_everyone_who_must_has_said_yes_a_release_can_rest_on_it() {
    let scene = Scene::born(SEVENTEEN).await;
    let consent = scene.consent(everyone()).await;
    let view = &scene.case().await.consents[0];
    assert_eq!((view.id, view.state, view.gaps.len()), (consent, ConsentState::Standing, 0));
    scene.release(scene.to_police(on_consent(consent))).await.unwrap();
    assert_eq!(scene.inbox("police-coordinator").await[0].basis, "OSL_12_2");
}

#[tokio::test]
async fn half_a_consent_is_kept_and_carries_nothing() {
    let scene = Scene::born(SEVENTEEN).await;
    let half = scene
        .consent(serde_json::json!([
            { "role": "PERSON", "answer": "GIVEN" },
            { "role": "GUARDIAN", "name": "Mamma", "answer": "GIVEN" },
            { "role": "GUARDIAN", "name": "Pappa", "answer": "REFUSED" },
        ]))
        .await;
    let view = &scene.case().await.consents[0];
    assert_eq!(
        (view.state, view.gaps.as_slice()),
        (ConsentState::NotStanding, ["refused-guardian".to_owned()].as_slice())
    );
    assert_eq!(failed(&scene.release(scene.to_police(on_consent(half))).await.unwrap_err()), ["consent_valid"]);
    assert!(scene.inbox("police-coordinator").await.is_empty());
}

#[tokio::test]
async fn whoever_was_not_told_that_no_costs_nothing_has_not_consented() {
    let scene = Scene::born(SEVENTEEN).await;
    let mut command = crate::scene::consent(scene.world.police, everyone());
    command.informed.retain(|told| told != "refusal_costs_nothing");
    let worker = scene.world.caller("social-worker");
    let consent = scene.world.registry.record_consent(&worker, scene.case, command).await.unwrap().view;
    assert_eq!(scene.case().await.consents[0].gaps, ["not-informed"]);
    assert_eq!(failed(&scene.release(scene.to_police(on_consent(consent))).await.unwrap_err()), ["consent_valid"]);
}

#[tokio::test]
async fn one_guardians_yes_does_not_stand_while_nothing_is_said_of_the_other() {
    let scene = Scene::born(SEVENTEEN).await;
    let silent = scene
        .consent(serde_json::json!([
            { "role": "PERSON", "answer": "GIVEN" },
            { "role": "GUARDIAN", "name": "Mamma", "answer": "GIVEN" },
        ]))
        .await;
    let view = &scene.case().await.consents[0];
    assert_eq!(
        (view.state, view.gaps.as_slice()),
        (ConsentState::NotStanding, ["missing-guardian".to_owned()].as_slice())
    );
    assert_eq!(failed(&scene.release(scene.to_police(on_consent(silent))).await.unwrap_err()), ["consent_valid"]);
    assert!(scene.inbox("police-coordinator").await.is_empty());
}

#[tokio::test]
async fn a_consent_that_nobody_gave_carries_nothing() {
    let scene = Scene::born(SEVENTEEN).await;
    let unknown = ConsentId(crate::scene::nobody());
    assert_eq!(failed(&scene.release(scene.to_police(on_consent(unknown))).await.unwrap_err()), ["consent_valid"]);
}

#[tokio::test]
async fn a_guardians_consent_ends_on_the_eighteenth_birthday() {
    let scene = Scene::born(date!(2008 - 12 - 01)).await;
    let consent = scene
        .consent(serde_json::json!([
            { "role": "PERSON", "answer": "NOT_NEEDED", "ground": "maturity", "decidedBy": "Kollega social-lead" },
            { "role": "GUARDIAN", "name": "Mamma", "answer": "GIVEN" },
            { "role": "GUARDIAN", "name": "Pappa", "answer": "NOT_NEEDED", "ground": "sole_custody", "decidedBy": "Kollega social-lead" },
        ]))
        .await;
    assert_eq!(scene.case().await.consents[0].valid_until, "2026-11-30");
    let release = scene.release(scene.to_police(on_consent(consent))).await.unwrap();

    scene.world.clock.set(Timestamp::parse("2026-11-30T23:30:00Z").unwrap());
    assert_eq!(scene.case().await.consents[0].state, ConsentState::Expired);
    assert_eq!(failed(&scene.release(scene.to_police(on_consent(consent))).await.unwrap_err()), ["consent_valid"]);
    // What was released on it lapses, and the police's copy leaves the joint view.
    assert_eq!(scene.world.registry.run_lapses(scene.world.social).await.unwrap().releases, 1);
    let read = scene.world.registry.read_release(&scene.world.caller("social-worker"), release).await.unwrap().view;
    assert_eq!((read.brief.state, read.brief.lapse_reason.as_deref()), (ReleaseState::Lapsed, Some("consent_expired")));
    assert_eq!(scene.inbox("police-coordinator").await[0].state, ReceivedState::Lapsed);
}

/// Each side takes a position and tells the other of it.
async fn both_say_yes(scene: &Scene, file: vocabulary::JointFileId) {
    let (registry, worker, police) =
        (&scene.world.registry, scene.world.caller("social-worker"), scene.world.caller("police-coordinator"));
    let matter = crate::lapses::police_matter(scene, SEVENTEEN).await;
    let theirs = registry.list_joint_files(&police, 20, 0).await.unwrap().view.joint_files[0].id;
    let link = serde_json::from_value(serde_json::json!({ "caseId": matter })).unwrap();
    registry.link_to_case(&police, theirs, link).await.unwrap();
    for (caller, file, tell) in [(&worker, file, risk_of_crime()), (&police, theirs, section_27())] {
        let position = serde_json::from_value(serde_json::json!({
            "limb": "LIMB_A", "stands": true, "reasons": "Förekommer i två utredningar.", "reviewOn": "2027-05-01", "tell": tell,
        }))
        .unwrap();
        registry.take_position(caller, file, position).await.unwrap();
    }
}

#[tokio::test]
async fn one_withdrawal_stops_everything_that_stands_on_it_and_pauses_the_joint_file() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let nominate: Nominate = serde_json::from_value(serde_json::json!({
        "caseId": scene.case, "to": scene.world.police, "reason": "Gemensam planering", "grounds": risk_of_crime(),
    }))
    .unwrap();
    let file = registry.nominate(&worker, nominate).await.unwrap().view.joint_file_id;
    both_say_yes(&scene, file).await;
    assert_eq!(registry.read_joint_file(&worker, file).await.unwrap().view.state, JointState::Assessed);
    let consent = scene.consent(everyone()).await;
    let on_it = scene.release(scene.to_police(on_consent(consent))).await.unwrap();
    let on_other_ground = scene.release(scene.to_police(risk_of_crime())).await.unwrap();

    registry.revoke_consent(&worker, consent, 1, withdrawn()).await.unwrap();
    let state = async |id| registry.read_release(&worker, id).await.unwrap().view;
    let stopped = state(on_it).await;
    assert_eq!(
        (stopped.brief.state, stopped.brief.lapse_reason.as_deref()),
        (ReleaseState::Lapsed, Some("consent_revoked"))
    );
    assert!(stopped.deliveries.iter().any(|parcel| parcel.kind == "notice" && parcel.delivered_at.is_some()));
    assert_eq!(state(on_other_ground).await.brief.state, ReleaseState::Standing);
    assert_eq!(registry.read_joint_file(&worker, file).await.unwrap().view.state, JointState::Paused);
    let inbox = scene.inbox("police-coordinator").await;
    let lapsed: Vec<_> =
        inbox.iter().filter(|item| item.state == ReceivedState::Lapsed).map(|item| item.basis.as_str()).collect();
    assert_eq!(lapsed, ["OSL_12_2"]);
    let view = &scene.case().await.consents[0];
    assert_eq!((view.state, view.revocation.as_ref().unwrap().by), (ConsentState::Revoked, Consenter::Person));

    assert_eq!(failed(&scene.release(scene.to_police(on_consent(consent))).await.unwrap_err()), ["consent_valid"]);
    let again = registry.revoke_consent(&worker, consent, 2, withdrawn()).await.unwrap_err();
    assert!(matches!(again, RegistryError::Conflict("revoked-already")), "{again:?}");
    let theirs =
        registry.revoke_consent(&scene.world.caller("police-coordinator"), consent, 2, withdrawn()).await.unwrap_err();
    assert!(matches!(theirs, RegistryError::NotFound));
}

#[tokio::test]
async fn a_guardian_who_need_not_be_asked_need_not_be_named() {
    let scene = Scene::born(SEVENTEEN).await;
    let worker = scene.world.caller("social-worker");
    let record = |second: serde_json::Value| {
        let consenters = serde_json::json!([
            { "role": "PERSON", "answer": "GIVEN" }, { "role": "GUARDIAN", "name": "Mamma", "answer": "GIVEN" }, second,
        ]);
        crate::scene::consent(scene.world.police, consenters)
    };
    let rules = scene.world.registry.consents.not_needed().iter();
    let ground = rules.map(|ground| ground.code.clone()).find(|code| code.contains("custody")).unwrap();
    let unnamed =
        serde_json::json!({ "role": "GUARDIAN", "answer": "NOT_NEEDED", "ground": ground, "decidedBy": "Enhetschef" });
    scene.world.registry.record_consent(&worker, scene.case, record(unnamed)).await.unwrap();
    let nameless = serde_json::json!({ "role": "GUARDIAN", "answer": "REFUSED" });
    let refused = scene.world.registry.record_consent(&worker, scene.case, record(nameless)).await;
    assert!(matches!(refused, Err(RegistryError::Invalid(_))), "whoever answered has a name");
}
