//! What the police release of their own entries: cleared, withdrawn, and the measure that a social worker lets them know of.

use crate::scene::{SEVENTEEN, Scene, failed, risk_of_crime, somebody};
use case_registry::{
    RegistryError,
    case::OpenCase,
    joint_entry::{ClearEntry, WithdrawEntry, WriteEntry},
    joint_file::{LinkToCase, Nominate},
    measure::LogMeasure,
    received::ReceivedState,
    release::{ItemKind, ItemRef, ReleaseCommand, ReleaseState},
};
use vocabulary::{JointEntryId, JointFileId, purpose::CasePurpose};

/// A joint file on both sides; the police's own side of it.
async fn coordinated(scene: &Scene) -> JointFileId {
    let (registry, police) = (&scene.world.registry, scene.world.caller("police-coordinator"));
    let nominate: Nominate = serde_json::from_value(serde_json::json!({
        "caseId": scene.case, "to": scene.world.police, "reason": "Gemensam planering", "grounds": risk_of_crime(),
    }))
    .unwrap();
    registry.nominate(&scene.world.caller("social-worker"), nominate).await.unwrap();
    let person = registry.register_person(&police, somebody(SEVENTEEN, 981)).await.unwrap().view.person_id.unwrap();
    let command = OpenCase {
        person_id: person,
        purpose: CasePurpose::PoliceMatter,
        external_number: "5000-K1".to_owned(),
        review_on: None,
    };
    let matter = registry.open_case(&police, command).await.unwrap().view;
    let file = registry.list_joint_files(&police, 20, 0).await.unwrap().view.joint_files[0].id;
    let link = LinkToCase { case_id: matter, members: Vec::new(), next_follow_up: None };
    registry.link_to_case(&police, file, link).await.unwrap();
    file
}

async fn under_investigation(scene: &Scene, file: JointFileId) -> JointEntryId {
    let command: WriteEntry = serde_json::from_value(serde_json::json!({
        "text": "Han är misstänkt för att ha hämtat paket i parken.",
        "class": "INVESTIGATION",
        "containsNoSecretIntelligence": true,
        "police": {
            "availability": "JOINTLY_AVAILABLE", "ground": "CRIMINAL_MATTER", "suspicion": "SUSPECT",
            "credibility": "A_RELIABLE", "accuracy": accuracy(), "expiresOn": "2027-05-01",
        },
    }))
    .unwrap();
    scene.world.registry.write_entry(&scene.world.caller("police-coordinator"), file, command).await.unwrap().view
}

fn accuracy() -> case_registry::joint_entry::Accuracy {
    case_registry::joint_entry::Accuracy::ALL[0]
}

fn to_social(scene: &Scene, file: JointFileId, entry: JointEntryId, version: i64) -> ReleaseCommand {
    serde_json::from_value(serde_json::json!({
        "jointFileId": file,
        "items": [ItemRef { kind: ItemKind::JointEntry, id: entry.0, version }],
        "recipientId": scene.world.social,
        "attention": "Barn- och ungdomsenheten",
        "grounds": { "basis": "OSL_10_27", "answers": [
            { "testId": "obvious_that_interest_outweighs", "answer": "YES", "reason": "Nämnden måste känna till det för att skydda honom." },
            { "testId": "contrary_to_statute", "answer": "NO" },
        ] },
    }))
    .unwrap()
}

#[tokio::test]
async fn what_lies_under_an_investigation_waits_for_its_heads_clearance_and_an_embargo_calls_it_back() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, police) = (&scene.world.registry, scene.world.caller("police-coordinator"));
    let file = coordinated(&scene).await;
    let entry = under_investigation(&scene, file).await;
    let error = registry.release(&police, to_social(&scene, file, entry, 1)).await.unwrap_err();
    assert_eq!(failed(&error), ["clearance"]);
    assert!(
        scene.log("police-auditor").await.iter().any(|line| line.action == "release.prepare" && line.outcome == "deny")
    );

    let clearance: ClearEntry = serde_json::from_value(
        serde_json::json!({ "clearance": { "by": "Åklagare, kammaren i Trollhättan", "on": "2026-11-23" } }),
    )
    .unwrap();
    registry.clear_entry(&police, entry, 1, clearance).await.unwrap();
    let id = registry.release(&police, to_social(&scene, file, entry, 2)).await.unwrap().view;
    let copy = scene.inbox("social-worker").await.into_iter().find(|item| item.basis == "OSL_10_27").unwrap();
    assert_eq!(copy.state, ReceivedState::Received);
    assert!(scene.opened("social-worker", copy.id).await.unwrap().items[0].text.contains("parken"));

    // Embargo: the entry is withdrawn, and what was released of it lapses at once.
    registry
        .withdraw_entry(&police, entry, 2, WithdrawEntry { reason: "Spaningen kan skadas.".to_owned() })
        .await
        .unwrap();
    let read = registry.read_release(&police, id).await.unwrap().view;
    assert_eq!((read.brief.state, read.brief.lapse_reason.as_deref()), (ReleaseState::Lapsed, Some("embargo")));
    let copy = scene.inbox("social-worker").await.into_iter().find(|item| item.basis == "OSL_10_27").unwrap();
    assert_eq!((copy.state, copy.lapse_reason.as_deref()), (ReceivedState::Lapsed, Some("embargo")));
    let again = registry.release(&police, to_social(&scene, file, entry, 3)).await.unwrap_err();
    assert!(matches!(again, RegistryError::NotFound), "{again:?}");
}

#[tokio::test]
async fn a_released_measure_says_what_and_when_and_neither_who_nor_the_boards_own_numbers() {
    let scene = Scene::born(SEVENTEEN).await;
    let worker = scene.world.caller("social-worker");
    let command: LogMeasure = serde_json::from_value(serde_json::json!({
        "kind": "mentor", "what": "Boxning två kvällar i veckan", "goal": "Nya vänner",
        "followUpOn": "2026-12-15", "decisionReference": "SN 2026-77",
    }))
    .unwrap();
    let id = scene.world.registry.log_measure(&worker, scene.case, command).await.unwrap().view;
    let item = ItemRef { kind: ItemKind::Measure, id: id.0, version: 1 };
    scene.release(scene.releasing(vec![item], risk_of_crime())).await.unwrap();
    let copy = scene.opened("police-coordinator", scene.inbox("police-coordinator").await[0].id).await.unwrap();
    let text = &copy.items[0].text;
    assert_eq!(text, "Boxning två kvällar i veckan\nMål: Nya vänner\nStatus: pågår\nUppföljning: 15 december 2026");
    assert!(!serde_json::to_string(&copy).unwrap().contains("SN 2026-77"));
}
