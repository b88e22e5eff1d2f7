//! The group around a joint file: the SIG coordinator of the social side, and an authority that is asked by letter.

use crate::common::World;
use crate::joint::scene::{
    Joined, joined, joined_protected, opened, registered, section_18a, section_27, young_person,
};
use case_registry::{
    RegistryError,
    info_request::{AskInformation, RecordAnswer, RequestState},
    joint_file::{LinkToCase, Nominate},
};
use serde_json::json;
use store::directory::AuthorityRow;
use time::macros::date;
use vocabulary::{AuthorityId, AuthorityKind, Caller, Entropy as _, StatedReason, SystemEntropy, purpose::CasePurpose};

#[tokio::test]
async fn the_sig_coordinator_sees_the_file_and_the_plan_but_not_the_journal() {
    let world = World::new().await;
    let Joined { case, social, .. } = joined(&world, date!(2009 - 03 - 04)).await;
    let worker = world.caller("social-worker");
    let sig = world.caller("sig-coordinator");
    let health = json!({ "text": "Utredning hos BUP.", "class": "HEALTH" });
    world.registry.write_entry(&worker, social, serde_json::from_value(health).unwrap()).await.unwrap();
    let plain = json!({ "text": "Nästa möte med gruppen på torsdag." });
    world.registry.write_entry(&worker, social, serde_json::from_value(plain).unwrap()).await.unwrap();
    assert!(matches!(world.registry.read_joint_file(&sig, social).await, Err(RegistryError::NotFound)));
    let group = serde_json::from_value(json!({ "add": [sig.user] })).unwrap();
    world.registry.change_joint_members(&worker, social, group).await.unwrap();

    let list = world.registry.list_joint_files(&sig, 20, 0).await.unwrap().view;
    assert_eq!((list.joint_files.len(), list.joint_files[0].relation.as_str()), (1, "group"));
    let file = world.registry.read_joint_file(&sig, social).await.unwrap().view;
    let texts: Vec<_> = file.entries.iter().filter_map(|entry| entry.text.as_deref()).collect();
    assert_eq!(texts, ["Nästa möte med gruppen på torsdag."], "what is about health is for the officers");
    assert!(matches!(world.registry.read_case(&sig, case).await, Err(RegistryError::NotFound)));
}

#[tokio::test]
async fn the_sig_coordinator_opens_the_person_of_the_groups_file_and_nobody_elses() {
    let world = World::new().await;
    let Joined { case, social, .. } = joined(&world, date!(2009 - 03 - 04)).await;
    let (worker, sig) = (world.caller("social-worker"), world.caller("sig-coordinator"));
    let person = world.registry.read_case(&worker, case).await.unwrap().view.person.id;
    assert!(matches!(world.registry.open_person(&sig, person).await, Err(RegistryError::NotFound)));
    let group = serde_json::from_value(json!({ "add": [sig.user] })).unwrap();
    world.registry.change_joint_members(&worker, social, group).await.unwrap();
    let page = world.registry.open_person(&sig, person).await.unwrap().view;
    assert_eq!(page.person.family_name, "Ödman");
    assert!(page.cases.is_empty(), "the group works on the file, not on the case");
    let other = registered(&world, "social-worker", young_person("Vera", "Sten", date!(2008 - 02 - 06))).await;
    assert!(matches!(world.registry.open_person(&sig, other).await, Err(RegistryError::NotFound)));
}

#[tokio::test]
async fn a_colleague_in_the_polices_group_knows_a_protected_person_by_the_files_reference_alone() {
    let world = World::new().await;
    let coordinator = world.caller("police-coordinator");
    let colleague = world.caller("police-coordinator-2");
    let Joined { police, .. } = joined_protected(&world, date!(2009 - 03 - 04)).await;
    let reasoned = |caller: &Caller| Caller { reason: StatedReason::new("Möte i gruppen i dag"), ..caller.clone() };
    let group = serde_json::from_value(json!({ "add": [colleague.user] })).unwrap();
    world.registry.change_joint_members(&reasoned(&coordinator), police, group).await.unwrap();

    let listed = world.registry.list_joint_files(&colleague, 20, 0).await.unwrap().view.joint_files;
    assert_eq!((listed.len(), listed[0].initials.as_deref()), (1, None));
    assert!(matches!(world.registry.read_joint_file(&colleague, police).await, Err(RegistryError::ReasonRequired)));
    let file = world.registry.read_joint_file(&reasoned(&colleague), police).await.unwrap().view;
    assert!(file.shows_warning && !file.reference.is_empty());
    assert_eq!((file.name, file.initials, file.age), (None, None, None));
    // The officer of the matter knows whom it is about.
    let own = world.registry.read_joint_file(&reasoned(&coordinator), police).await.unwrap().view;
    assert!(own.name.is_some());
}

#[tokio::test]
async fn the_police_nominate_and_the_social_side_hands_it_to_an_officer() {
    let world = World::new().await;
    let coordinator = world.caller("police-coordinator");
    let person = registered(&world, "police-coordinator", young_person("Omar", "Vik", date!(2008 - 01 - 05))).await;
    let matter = opened(&world, "police-coordinator", person, CasePurpose::PoliceMatter, "5000-K4-26").await;
    let nominate = Nominate {
        case_id: matter,
        to: world.social,
        reason: "Rör sig med äldre som vi känner.".to_owned(),
        goal: String::new(),
        attention: String::new(),
        names_others: false,
        grounds: section_27(),
    };
    world.registry.nominate(&coordinator, nominate).await.unwrap();
    let sig = world.caller("sig-coordinator");
    let worker = world.caller("social-worker");
    let file = world.registry.coordinator_home(&sig).await.unwrap().view.nominations.remove(0).id;
    assert!(world.registry.coordinator_home(&worker).await.unwrap().view.nominations.is_empty());
    let hand_over = serde_json::from_value(json!({ "add": [worker.user] })).unwrap();
    world.registry.change_joint_members(&sig, file, hand_over).await.unwrap();
    assert_eq!(world.registry.coordinator_home(&worker).await.unwrap().view.nominations.len(), 1);
    // Nothing is promised or assessed before the file hangs on an own open case.
    let entry = json!({ "text": "Vi tar upp det på torsdag." });
    let early = world.registry.write_entry(&worker, file, serde_json::from_value(entry).unwrap()).await;
    assert!(matches!(early, Err(RegistryError::Conflict("no-own-case"))));
    let own = registered(&world, "social-worker", young_person("Omar", "Vik", date!(2008 - 01 - 05))).await;
    let case_id = opened(&world, "social-worker", own, CasePurpose::Sol12p1, "SN 2026-0502").await;
    world
        .registry
        .link_to_case(&worker, file, LinkToCase { case_id, members: Vec::new(), next_follow_up: None })
        .await
        .unwrap();
    assert_eq!(world.registry.read_case(&worker, case_id).await.unwrap().view.joint_file_id, Some(file));
}

#[tokio::test]
async fn a_school_is_asked_by_letter_and_its_refusal_is_recorded_by_hand() {
    let world = World::new().await;
    let Joined { police, .. } = joined(&world, date!(2009 - 03 - 04)).await;
    let coordinator = world.caller("police-coordinator");
    let school = AuthorityId(SystemEntropy.id());
    let row = AuthorityRow {
        id: school,
        kind: AuthorityKind::EducationBoard,
        name: "Utbildningsnämnden i Mellerud".to_owned(),
        municipality_code: Some("1461".to_owned()),
        county_code: Some("14".to_owned()),
        log_origin: "school.example/log".to_owned(),
        is_local: false,
        endpoint: None,
        parcel_recipient: None,
        parcel_verifying: None,
        reception_phone: "0530-181 00".to_owned(),
    };
    world.registry.introduce(world.police, row).await.unwrap();
    let ask = |channel: &str, basis: serde_json::Value| -> AskInformation {
        serde_json::from_value(json!({
            "to": school, "question": "Har hen varit i skolan i veckan?", "need": "Planera stödet.", "channel": channel, "grounds": basis,
        }))
        .unwrap()
    };
    // OSL 10 kap. 27 § does not carry a question from the police to a school; what is necessary for the own task does.
    let wrong = serde_json::to_value(section_18a()).unwrap();
    assert!(matches!(
        world.registry.ask_information(&coordinator, police, ask("LETTER", wrong)).await,
        Err(RegistryError::Refused(_))
    ));
    let bases = rbac_policy::legal_bases::LegalBases::builtin().unwrap();
    let necessity = bases.current("OSL_10_2", date!(2026 - 11 - 23)).unwrap();
    let answers: Vec<_> = necessity
        .tests
        .iter()
        .filter(|test| test.computed.is_none())
        .map(|test| json!({ "testId": test.id, "answer": test.required_answer, "reason": "Stödet kan inte planeras annars." }))
        .collect();
    let grounds = json!({ "basis": "OSL_10_2", "answers": answers });
    let by_parcel = world.registry.ask_information(&coordinator, police, ask("SYSTEM", grounds.clone())).await;
    assert!(matches!(by_parcel, Err(RegistryError::Conflict("recipient-takes-no-parcels"))), "{by_parcel:?}");
    let asked = world.registry.ask_information(&coordinator, police, ask("LETTER", grounds)).await.unwrap().view;
    let record = RecordAnswer {
        state: RequestState::Refused,
        text: "Elevhälsans uppgifter lämnas inte ut.".to_owned(),
        answered_at: None,
    };
    world.registry.record_answer(&coordinator, asked.id, 1, record).await.unwrap();
    let request = world.registry.read_information_request(&coordinator, asked.id).await.unwrap().view;
    assert_eq!((request.state, request.channel.as_str()), (RequestState::Refused, "letter"));
    assert_eq!(request.said.as_deref(), Some("Elevhälsans uppgifter lämnas inte ut."));
}
