//! What is decided here goes to the personal file on paper, with a name, a number and the day on which it was entered there.

use crate::scene::{SEVENTEEN, Scene, risk_of_crime};
use case_registry::{RegistryError, personal_file::FileRecord};
use vocabulary::Clock as _;

#[tokio::test]
async fn a_decision_names_person_and_case_and_is_entered_once() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let id = scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    let read = registry.read_release(&worker, id).await.unwrap().view;
    assert_eq!((read.concerns.name.as_str(), read.concerns.case_number.as_str()), ("Noel Granlund", "2026-0417"));
    assert!(read.concerns.identity_value.is_some() && read.in_file.is_none());

    registry.enter_in_file(&worker, FileRecord::Release, id.0).await.unwrap();
    let read = registry.read_release(&worker, id).await.unwrap().view.in_file.unwrap();
    assert_eq!(read.entered_by, "Kollega social-worker");
    assert_eq!(read.entered_at.day(), scene.world.clock.today());
    let twice = registry.enter_in_file(&worker, FileRecord::Release, id.0).await.unwrap_err();
    assert!(matches!(twice, RegistryError::Conflict("exists-already")), "{twice:?}");
    let log = scene.log("social-auditor").await;
    assert!(log.iter().any(|line| line.action == "personal_file.enter" && line.outcome == "allow"));
    // Neither a colleague without the case nor the other authority.
    for who in ["social-worker-2", "police-coordinator", "social-auditor"] {
        let error = registry.enter_in_file(&scene.world.caller(who), FileRecord::Release, id.0).await.unwrap_err();
        assert!(matches!(error, RegistryError::NotFound), "{who}: {error:?}");
    }
}

#[tokio::test]
async fn a_measure_is_entered_when_it_has_ended() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let measure = serde_json::from_value(serde_json::json!({
        "kind": "contact_person", "what": "Träffas varje vecka.", "followUpOn": "2026-12-10",
    }))
    .unwrap();
    let id = registry.log_measure(&worker, scene.case, measure).await.unwrap().view;
    let early = registry.enter_in_file(&worker, FileRecord::Measure, id.0).await.unwrap_err();
    assert!(matches!(early, RegistryError::Conflict("not-ended")), "{early:?}");
    let done = serde_json::from_value(serde_json::json!({ "status": "DONE", "outcome": "REACHED" })).unwrap();
    registry.change_measure(&worker, id, 1, done).await.unwrap();
    registry.enter_in_file(&worker, FileRecord::Measure, id.0).await.unwrap();
    let read = registry.read_measure(&worker, id).await.unwrap().view;
    assert!(read.in_file.is_some() && read.concerns.unwrap().case_number == "2026-0417");
}

#[tokio::test]
async fn an_abstention_is_entered_like_a_decision_to_release() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let abstain = serde_json::from_value(serde_json::json!({
        "caseId": scene.case, "items": [scene.station], "recipientId": scene.world.police, "reason": "Ingen särskild omständighet.",
    }))
    .unwrap();
    let id = registry.abstain(&worker, abstain).await.unwrap().view;
    registry.enter_in_file(&worker, FileRecord::Abstention, id.0).await.unwrap();
    let read = registry.read_abstention(&worker, id).await.unwrap().view;
    assert!(read.in_file.is_some() && read.concerns.unwrap().name == "Noel Granlund");
}
