//! Joint files as both sides meet them: nominations, what each side sees, entries, positions, requests.

use crate::common::World;
use crate::joint::scene::{
    Joined, joined, nomination, opened, registered, section_18a, section_27, waiting, young_person,
};
use case_registry::{
    RegistryError,
    assessment::{Limb, PositionGround, TakePosition},
    concern_report::ConcernReport,
    info_request::{AnswerInformation, AskInformation, RefuseInformation, RequestState},
    joint_entry::{ClearEntry, Clearance, WithdrawEntry, WriteEntry},
    joint_file::{ChangeJointFile, ClosedReason, JointState, LinkToCase},
    release::ReleaseCommand,
};
use serde_json::json;
use time::{Date, macros::date};
use vocabulary::{Protection, Timestamp, purpose::CasePurpose};

const SEVENTEEN: Date = date!(2009 - 03 - 04);
const TWENTY: Date = date!(2005 - 11 - 25);

fn invalid(error: RegistryError) -> Vec<String> {
    match error {
        RegistryError::Invalid(fields) => {
            fields.into_iter().map(|field| format!("{}: {}", field.field, field.code)).collect()
        }
        other => panic!("expected field errors, got {other:?}"),
    }
}

fn position(limb: Limb, review_on: Date) -> TakePosition {
    TakePosition {
        limb,
        stands: true,
        grounds: vec![PositionGround::ConcernReports],
        reasons: "Tre orosanmälningar sedan augusti.".to_owned(),
        review_on,
        tell: None,
    }
}

fn police_information(text: &str) -> WriteEntry {
    serde_json::from_value(json!({
        "text": text, "containsNoSecretIntelligence": true,
        "police": { "availability": "JOINTLY_AVAILABLE", "ground": "SUSPECTED_ACTIVITY", "suspicion": "UNCLEAR",
            "credibility": "B_MOSTLY_RELIABLE", "accuracy": "3_SUPPORTED", "expiresOn": "2027-05-01" },
    }))
    .unwrap()
}

#[tokio::test]
async fn the_acknowledgement_of_a_nomination_is_the_same_for_a_known_and_an_unknown_person() {
    let world = World::new().await;
    let worker = world.caller("social-worker");
    // Known to the police: a person with a matter there. Unknown: nobody there has heard of them.
    let known = registered(&world, "police-coordinator", young_person("Noah", "Lindqvist", SEVENTEEN)).await;
    opened(&world, "police-coordinator", known, CasePurpose::PoliceMatter, "5000-K7-26").await;
    let mut answers = Vec::new();
    for (number, person) in [
        ("1", young_person("Noah", "Lindqvist", SEVENTEEN)),
        ("2", young_person("Mira", "Holm", date!(2008 - 06 - 01))),
    ] {
        let person = registered(&world, "social-worker", person).await;
        let case = opened(&world, "social-worker", person, CasePurpose::Sol12p1, number).await;
        let nominated = world.registry.nominate(&worker, nomination(&world, case)).await.unwrap().view;
        let file = world.registry.read_joint_file(&worker, nominated.joint_file_id).await.unwrap().view;
        let body = serde_json::to_value(&nominated).unwrap();
        let fields: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
        answers.push((
            fields,
            body["acknowledgement"].clone(),
            file.state,
            file.received.len(),
            file.positions.len(),
            file.erase_on,
        ));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].1, "received");
    // The police see both alike: nominations to take a position on, hanging on no matter of theirs.
    let list = world.registry.list_joint_files(&world.caller("police-coordinator"), 20, 0).await.unwrap().view;
    assert_eq!(list.joint_files.iter().filter(|file| file.is_to_take_position).count(), 2);
}

#[tokio::test]
async fn before_anything_is_released_to_it_an_authority_sees_only_what_it_wrote_or_received() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, SEVENTEEN).await;
    let worker = world.caller("social-worker");
    let coordinator = world.caller("police-coordinator");
    let entry = serde_json::from_value(json!({ "text": "Pappan vill inte att polisen vet något." })).unwrap();
    world.registry.write_entry(&worker, social, entry).await.unwrap();
    world.registry.write_entry(&coordinator, police, police_information("Sedd vid torget.")).await.unwrap();
    world.registry.take_position(&worker, social, position(Limb::B, date!(2027 - 05 - 01))).await.unwrap();

    let theirs = world.registry.read_joint_file(&coordinator, police).await.unwrap().view;
    let texts: Vec<_> = theirs.entries.iter().filter_map(|entry| entry.text.as_deref()).collect();
    assert_eq!(texts, ["Sedd vid torget."]);
    assert_eq!(theirs.received.len(), 1, "the nomination alone");
    assert_eq!(theirs.received[0].citation, "OSL 10 kap. 18 a §");
    assert!(theirs.received[0].sender.starts_with("SOC-"));
    assert!(theirs.positions.is_empty());
    let ours = world.registry.read_joint_file(&worker, social).await.unwrap().view;
    assert_eq!(ours.entries.len(), 1);
    assert!(ours.received.is_empty());
    assert_eq!(ours.positions.len(), 1);
}

#[tokio::test]
async fn the_police_see_neither_the_journal_nor_the_social_boards_case_number() {
    let world = World::new().await;
    let Joined { case, social, police, .. } = joined(&world, SEVENTEEN).await;
    let coordinator = world.caller("police-coordinator");
    let view =
        serde_json::to_string(&world.registry.read_joint_file(&coordinator, police).await.unwrap().view).unwrap();
    assert!(!view.contains("SN 2026-0417") && !view.contains(&case.to_string()));
    let list =
        serde_json::to_string(&world.registry.list_joint_files(&coordinator, 20, 0).await.unwrap().view).unwrap();
    assert!(!list.contains("SN 2026-0417") && !list.contains("Ödman"), "a list shows initials, never the name");
    // The social side's file and case do not exist for the police.
    assert!(matches!(world.registry.read_joint_file(&coordinator, social).await, Err(RegistryError::NotFound)));
    assert!(matches!(world.registry.read_case(&coordinator, case).await, Err(RegistryError::NotFound)));
}

#[tokio::test]
async fn with_protected_identity_the_recipient_lists_only_the_reference() {
    let world = World::new().await;
    let mut worker = world.caller("social-worker");
    worker.reason = vocabulary::StatedReason::new("Nominering till SIG");
    let person = registered(&world, "social-lead", young_person("Yasmin", "Dahl", SEVENTEEN)).await;
    let _ = person;
    let protected = case_registry::person::RegisterPerson {
        protection: Protection::Marked,
        ..young_person("Sara", "Ek", date!(2008 - 02 - 02))
    };
    let lead = {
        let mut lead = world.caller("social-lead");
        lead.reason = worker.reason.clone();
        lead
    };
    let person = world.registry.register_person(&lead, protected).await.unwrap().view.person_id.unwrap();
    let open = case_registry::case::OpenCase {
        person_id: person,
        purpose: CasePurpose::Sol12p1,
        external_number: "9".to_owned(),
        review_on: None,
    };
    let case = world.registry.open_case(&lead, open).await.unwrap().view;
    world.registry.nominate(&lead, nomination(&world, case)).await.unwrap();
    let list = world.registry.list_joint_files(&world.caller("police-coordinator"), 20, 0).await.unwrap().view;
    let file = &list.joint_files[0];
    assert_eq!((file.initials.as_deref(), file.age), (None, None));
    assert_eq!(file.protection, Protection::Marked);
    assert_eq!(file.reference.len(), 9);
    // So do the sender's list of decisions and the recipient's inbox.
    let sent = world.registry.list_releases(&lead, 20, 0).await.unwrap().view.releases.remove(0);
    assert_eq!((sent.initials, sent.reference.as_ref()), (None, Some(&file.reference)));
    let inbox = world.registry.list_received(&world.caller("police-coordinator"), None, 20, 0).await.unwrap().view;
    assert_eq!((&inbox.items[0].initials, inbox.items[0].reference.as_ref()), (&None, Some(&file.reference)));
}

#[tokio::test]
async fn a_nomination_that_leads_nowhere_is_erased_on_both_sides_after_three_months() {
    let world = World::new().await;
    let person = registered(&world, "social-worker", young_person("Leo", "Berg", SEVENTEEN)).await;
    let case = opened(&world, "social-worker", person, CasePurpose::Sol12p1, "3").await;
    let nominated =
        world.registry.nominate(&world.caller("social-worker"), nomination(&world, case)).await.unwrap().view;
    let police = waiting(&world).await;
    world.registry.decline_nomination(&world.caller("police-coordinator"), police).await.unwrap();
    let ours =
        world.registry.read_joint_file(&world.caller("social-worker"), nominated.joint_file_id).await.unwrap().view;
    assert_eq!(ours.state, JointState::Nominated, "declining tells nothing");
    assert_eq!(world.registry.erase_stale_nominations(world.police).await.unwrap(), 0);
    world.clock.set(Timestamp::parse("2027-02-23T08:00:00Z").unwrap());
    assert_eq!(world.registry.erase_stale_nominations(world.police).await.unwrap(), 1);
    assert_eq!(world.registry.erase_stale_nominations(world.social).await.unwrap(), 1);
    assert!(matches!(
        world.registry.read_joint_file(&world.caller("police-coordinator"), police).await,
        Err(RegistryError::NotFound)
    ));
    let read = world.registry.read_joint_file(&world.caller("social-worker"), nominated.joint_file_id).await;
    assert!(matches!(read, Err(RegistryError::NotFound)));
}

#[tokio::test]
async fn a_nomination_that_was_taken_up_stays() {
    let world = World::new().await;
    let Joined { police, .. } = joined(&world, SEVENTEEN).await;
    world.clock.set(Timestamp::parse("2027-02-23T08:00:00Z").unwrap());
    assert_eq!(world.registry.erase_stale_nominations(world.police).await.unwrap(), 0);
    let again = LinkToCase { case_id: opened_again(&world).await, members: Vec::new(), next_follow_up: None };
    let error = world.registry.link_to_case(&world.caller("police-coordinator"), police, again).await.unwrap_err();
    assert!(matches!(error, RegistryError::Conflict("exists-already")));
}

async fn opened_again(world: &World) -> vocabulary::CaseId {
    let person =
        registered(world, "police-coordinator", young_person("Omar", "Sjö", SEVENTEEN.replace_year(2008).unwrap()))
            .await;
    opened(world, "police-coordinator", person, CasePurpose::PoliceMatter, "5000-K9-26").await
}

#[tokio::test]
async fn a_case_that_the_coordinator_does_not_work_on_cannot_be_named() {
    let world = World::new().await;
    let person = registered(&world, "social-worker", young_person("Leo", "Berg", SEVENTEEN)).await;
    let case = opened(&world, "social-worker", person, CasePurpose::Sol12p1, "3").await;
    world.registry.nominate(&world.caller("social-worker"), nomination(&world, case)).await.unwrap();
    let police = waiting(&world).await;
    let command = LinkToCase { case_id: case, members: Vec::new(), next_follow_up: None };
    let error = world.registry.link_to_case(&world.caller("police-coordinator"), police, command).await.unwrap_err();
    assert_eq!(invalid(error), ["caseId: no-such-open-case"]);
    assert!(matches!(
        world.registry.read_joint_file(&world.caller("police-coordinator-2"), police).await,
        Err(RegistryError::NotFound)
    ));
}

#[tokio::test]
async fn a_nomination_stops_when_a_test_is_answered_the_wrong_way() {
    let world = World::new().await;
    let person = registered(&world, "social-worker", young_person("Leo", "Berg", SEVENTEEN)).await;
    let case = opened(&world, "social-worker", person, CasePurpose::Sol12p1, "3").await;
    let mut command = nomination(&world, case);
    command.grounds.answers.retain(|answer| answer.test_id != "suitable");
    let error = world.registry.nominate(&world.caller("social-worker"), command).await.unwrap_err();
    let RegistryError::Refused(refusal) = error else { panic!("expected a refusal, got {error:?}") };
    assert_eq!(refusal.failed[0].test, "suitable");
    assert!(refusal.entry.is_some());
    let list = world.registry.list_joint_files(&world.caller("police-coordinator"), 20, 0).await.unwrap().view;
    assert!(list.joint_files.is_empty());
}

#[tokio::test]
async fn limb_b_ends_at_21_and_whoever_was_told_is_told() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, TWENTY).await;
    let worker = world.caller("social-worker");
    let coordinator = world.caller("police-coordinator");
    let told = TakePosition { tell: Some(section_18a()), ..position(Limb::B, date!(2027 - 05 - 20)) };
    let taken = world.registry.take_position(&worker, social, told).await.unwrap().view;
    assert!(taken.release_id.is_some());
    world
        .registry
        .take_position(
            &coordinator,
            police,
            TakePosition { tell: Some(section_27()), ..position(Limb::A, date!(2027 - 05 - 20)) },
        )
        .await
        .unwrap();
    for (caller, file) in [(&worker, social), (&coordinator, police)] {
        let view = world.registry.read_joint_file(caller, file).await.unwrap().view;
        assert!(view.assessment_stands);
        assert_eq!(view.state, JointState::Assessed);
        let theirs = view.positions.iter().find(|position| !position.is_own).unwrap();
        assert!(theirs.reasons.is_none() && theirs.grounds.is_empty(), "grounds and reasons stay on the own side");
    }
    // The eve, and the 21st birthday, Stockholm time.
    world.clock.set(Timestamp::parse("2026-11-24T22:59:00Z").unwrap());
    assert_eq!(world.registry.run_position_lapses(world.social).await.unwrap(), 0);
    world.clock.set(Timestamp::parse("2026-11-24T23:00:00Z").unwrap());
    assert_eq!(world.registry.run_position_lapses(world.social).await.unwrap(), 1);
    for (caller, file) in [(&worker, social), (&coordinator, police)] {
        assert!(!world.registry.read_joint_file(caller, file).await.unwrap().view.assessment_stands);
    }
    let error =
        world.registry.take_position(&worker, social, position(Limb::B, date!(2027 - 05 - 20))).await.unwrap_err();
    assert_eq!(invalid(error), ["limb: turned-21"]);
    world.registry.take_position(&worker, social, position(Limb::A, date!(2027 - 05 - 20))).await.unwrap();
}

#[tokio::test]
async fn a_position_is_reviewed_within_six_months_and_needs_a_ground_on_limb_b() {
    let world = World::new().await;
    let Joined { social, .. } = joined(&world, SEVENTEEN).await;
    let worker = world.caller("social-worker");
    let error =
        world.registry.take_position(&worker, social, position(Limb::B, date!(2027 - 05 - 24))).await.unwrap_err();
    assert_eq!(invalid(error), ["reviewOn: more-than-six-months"]);
    let groundless = TakePosition { grounds: Vec::new(), ..position(Limb::B, date!(2027 - 05 - 23)) };
    assert_eq!(
        invalid(world.registry.take_position(&worker, social, groundless).await.unwrap_err()),
        ["grounds: required"]
    );
    world.registry.take_position(&worker, social, position(Limb::B, date!(2027 - 05 - 23))).await.unwrap();
    // Past its review it stands no longer, even before the job has run.
    world.clock.set(Timestamp::parse("2027-05-24T08:00:00Z").unwrap());
    let view = world.registry.read_joint_file(&worker, social).await.unwrap().view;
    assert!(!view.positions[0].stands);
    assert_eq!(world.registry.run_position_lapses(world.social).await.unwrap(), 1);
}

#[tokio::test]
async fn police_information_is_marked_and_what_is_for_named_persons_is_seen_by_them_alone() {
    let world = World::new().await;
    let Joined { police, .. } = joined(&world, SEVENTEEN).await;
    let coordinator = world.caller("police-coordinator");
    let mut unconfirmed = police_information("Sedd vid torget.");
    unconfirmed.contains_no_secret_intelligence = false;
    let error = world.registry.write_entry(&coordinator, police, unconfirmed).await.unwrap_err();
    assert_eq!(invalid(error), ["containsNoSecretIntelligence: must-be-confirmed"]);
    let unmarked: WriteEntry =
        serde_json::from_value(json!({ "text": "Sedd.", "containsNoSecretIntelligence": true })).unwrap();
    assert_eq!(
        invalid(world.registry.write_entry(&coordinator, police, unmarked).await.unwrap_err()),
        ["police: required"]
    );
    let named: WriteEntry = serde_json::from_value(json!({
        "text": "Bara för oss två.", "containsNoSecretIntelligence": true,
        "police": { "availability": "NAMED_PERSONS", "named": [coordinator.user], "suspicion": "NOT_SUSPECT", "credibility": "A_RELIABLE",
            "accuracy": "1_CONFIRMED", "expiresOn": "2026-12-01" },
    }))
    .unwrap();
    let entry = world.registry.write_entry(&coordinator, police, named).await.unwrap().view;
    let group = serde_json::from_value(json!({ "add": [world.caller("police-coordinator-2").user] })).unwrap();
    world.registry.change_joint_members(&coordinator, police, group).await.unwrap();
    let seen_by =
        async |who: &str| world.registry.read_joint_file(&world.caller(who), police).await.unwrap().view.entries.len();
    assert_eq!(seen_by("police-coordinator").await, 1);
    assert_eq!(seen_by("police-coordinator-2").await, 0);
    // Expired: the trace stands, the text does not.
    world.clock.set(Timestamp::parse("2026-12-02T08:00:00Z").unwrap());
    let view = world.registry.read_joint_file(&coordinator, police).await.unwrap().view;
    assert_eq!((view.entries[0].id, view.entries[0].text.as_deref()), (entry, None));
}

#[tokio::test]
async fn what_lies_under_an_investigation_leaves_only_with_clearance_and_an_embargo_takes_it_back() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, SEVENTEEN).await;
    let coordinator = world.caller("police-coordinator");
    let mut entry = police_information("Förhör planeras på fredag.");
    entry.class = vocabulary::SecrecyClass::Investigation;
    let id = world.registry.write_entry(&coordinator, police, entry).await.unwrap().view;
    let release = |version: i64| -> ReleaseCommand {
        serde_json::from_value(json!({
            "jointFileId": police, "recipientId": world.social, "attention": "Ungdomsenheten",
            "items": [{ "kind": "JOINT_ENTRY", "id": id, "version": version }], "grounds": section_27(),
        }))
        .unwrap()
    };
    let refused = world.registry.release(&coordinator, release(1)).await;
    assert!(matches!(refused, Err(RegistryError::Refused(_) | RegistryError::NotFound)), "{refused:?}");
    let clearance = ClearEntry { clearance: Clearance { by: "Fu-ledare 4711".to_owned(), on: date!(2026 - 11 - 23) } };
    world.registry.clear_entry(&coordinator, id, 1, clearance).await.unwrap();
    world.registry.release(&coordinator, release(2)).await.unwrap();
    let worker = world.caller("social-worker");
    let received = world.registry.read_joint_file(&worker, social).await.unwrap().view.received;
    assert_eq!(received[0].items[0].text, "Förhör planeras på fredag.");
    // The embargo: gone from the joint view at once, waiting for a decision of the receiver's.
    world
        .registry
        .withdraw_entry(&coordinator, id, 2, WithdrawEntry { reason: "Utredningen skyddas.".to_owned() })
        .await
        .unwrap();
    let view = world.registry.read_joint_file(&worker, social).await.unwrap().view;
    assert!(view.received.is_empty());
    assert_eq!((view.lapsed, view.lapsed_to_review), (1, 1));
    let own = world.registry.read_joint_file(&coordinator, police).await.unwrap().view;
    assert!(own.entries[0].text.is_none() && own.entries[0].withdrawn_at.is_some());
}

#[tokio::test]
async fn a_request_is_answered_or_refused_and_both_sides_know_where_it_stands() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, SEVENTEEN).await;
    let worker = world.caller("social-worker");
    let coordinator = world.caller("police-coordinator");
    let ask = |question: &str| -> AskInformation {
        serde_json::from_value(json!({ "question": question, "need": "Planera fredagens arbete.", "answerBy": "2026-11-27", "grounds": section_27() })).unwrap()
    };
    let first = world.registry.ask_information(&coordinator, police, ask("Är hen placerad?")).await.unwrap().view;
    let second = world.registry.ask_information(&coordinator, police, ask("Vad säger mamman?")).await.unwrap().view;
    let home = world.registry.coordinator_home(&worker).await.unwrap().view;
    assert_eq!(home.requests_to_answer, 2);
    let requests = world.registry.read_joint_file(&worker, social).await.unwrap().view.requests;
    let received = |question: &str| requests.iter().find(|request| request.question == question).unwrap();

    let answer: AnswerInformation = serde_json::from_value(json!({
        "extent": "PARTLY", "statements": [{ "text": "Nej, hen bor hemma." }], "grounds": section_18a(),
    }))
    .unwrap();
    let one = received("Är hen placerad?");
    let unreasoned = world.registry.answer_information(&worker, one.id, one.version, answer.clone()).await.unwrap_err();
    assert_eq!(invalid(unreasoned), ["heldBack: required"]);
    let answer = AnswerInformation { held_back: "Adressen rör också systern.".to_owned(), ..answer };
    world.registry.answer_information(&worker, one.id, one.version, answer.clone()).await.unwrap();
    let own = world.registry.read_information_request(&worker, one.id).await.unwrap().view;
    assert_eq!(own.reasons.as_deref(), Some("Adressen rör också systern."));
    let other = received("Vad säger mamman?");
    let refuse = RefuseInformation { reasons: "Hon har inte samtyckt.".to_owned(), say: String::new() };
    world.registry.refuse_information(&worker, other.id, other.version, refuse).await.unwrap();

    let partly = world.registry.read_information_request(&coordinator, first.id).await.unwrap().view;
    assert_eq!(partly.state, RequestState::Partly);
    let refused = world.registry.read_information_request(&coordinator, second.id).await.unwrap().view;
    assert_eq!((refused.state, refused.said.as_deref()), (RequestState::Refused, Some("Begäran besvaras inte.")));
    assert!(refused.reasons.is_none(), "reasons stay on the own side");
    let view = world.registry.read_joint_file(&coordinator, police).await.unwrap().view;
    assert!(view.received.iter().any(|item| item.kind == "answer" && item.items[0].text == "Nej, hen bor hemma."));
    // What was answered in part can be answered further, and the rest of it refused; then it is done.
    world.registry.answer_information(&worker, one.id, own.version, answer.clone()).await.unwrap();
    let rest = RefuseInformation { reasons: "Resten rör systern.".to_owned(), say: "Mer lämnas inte ut.".to_owned() };
    let done = world.registry.refuse_information(&worker, one.id, own.version + 1, rest).await.unwrap().view;
    assert_eq!(done.state, RequestState::PartlyRefused);
    let theirs = world.registry.read_information_request(&coordinator, first.id).await.unwrap().view;
    assert_eq!((theirs.state, theirs.said.as_deref()), (RequestState::PartlyRefused, Some("Mer lämnas inte ut.")));
    let error = world.registry.answer_information(&worker, one.id, own.version + 2, answer).await.unwrap_err();
    assert!(matches!(error, RegistryError::Conflict("wrong-state")), "{error:?}");
    let again = RefuseInformation { reasons: "Igen.".to_owned(), say: String::new() };
    let error = world.registry.refuse_information(&worker, other.id, other.version + 1, again).await.unwrap_err();
    assert!(matches!(error, RegistryError::Conflict("wrong-state")));
}

#[tokio::test]
async fn the_police_report_concern_and_the_social_boards_clocks_start() {
    let world = World::new().await;
    let Joined { police, social, .. } = joined(&world, SEVENTEEN).await;
    let report: ConcernReport = serde_json::from_value(json!({
        "jointFileId": police, "recipientId": world.social, "text": "Påträffad berusad kl. 02 vid stationen.", "immediateDanger": true,
        "grounds": { "basis": "SOL_19_1", "answers": [{ "testId": "known_or_suspected_to_fare_ill", "answer": "YES" }] },
    }))
    .unwrap();
    world.registry.report_concern(&world.caller("police-coordinator"), report.clone()).await.unwrap();
    let received = world.registry.read_joint_file(&world.caller("social-worker"), social).await.unwrap().view.received;
    assert_eq!(received[0].kind, "concern_report");
    let other = ConcernReport { grounds: section_27(), ..report };
    let error = world.registry.report_concern(&world.caller("police-coordinator"), other).await.unwrap_err();
    assert_eq!(invalid(error), ["grounds.basis: not-a-duty-to-report"]);
}

#[tokio::test]
async fn a_joint_file_moves_along_its_states_and_closes_with_a_reason() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, SEVENTEEN).await;
    let (worker, coordinator) = (world.caller("social-worker"), world.caller("police-coordinator"));
    let to = |state, reason| ChangeJointFile { state: Some(state), reason, next_follow_up: None };
    let error = world.registry.update_joint_file(&worker, social, 1, to(JointState::FollowUp, None)).await.unwrap_err();
    assert_eq!(invalid(error), ["state: not-a-next-state"]);
    // Nobody calls it assessed or under way before both sides have said yes, and the day on which it is erased stays.
    for state in [JointState::Assessed, JointState::Active] {
        let error = world.registry.update_joint_file(&worker, social, 1, to(state, None)).await.unwrap_err();
        assert_eq!(invalid(error), ["state: no-joint-assessment"]);
    }
    let told = |basis| TakePosition { tell: Some(basis), ..position(Limb::A, date!(2027 - 05 - 20)) };
    world.registry.take_position(&worker, social, told(section_18a())).await.unwrap();
    for (caller, file) in [(&worker, social), (&coordinator, police)] {
        let view = world.registry.read_joint_file(caller, file).await.unwrap().view;
        assert_eq!((view.state, view.next.contains(&JointState::Active)), (JointState::Nominated, false));
    }
    assert!(world.registry.read_joint_file(&worker, social).await.unwrap().view.erase_on.is_some());
    world.registry.take_position(&coordinator, police, told(section_27())).await.unwrap();
    for (caller, file) in [(&worker, social), (&coordinator, police)] {
        let view = world.registry.read_joint_file(caller, file).await.unwrap().view;
        assert_eq!((view.state, view.next.contains(&JointState::Active)), (JointState::Assessed, true));
        assert!(view.erase_on.is_none());
    }
    world.registry.update_joint_file(&worker, social, 1, to(JointState::Active, None)).await.unwrap();
    let error = world.registry.update_joint_file(&worker, social, 1, to(JointState::Paused, None)).await.unwrap_err();
    assert!(matches!(error, RegistryError::Stale));
    let error = world.registry.update_joint_file(&worker, social, 2, to(JointState::Closed, None)).await.unwrap_err();
    assert_eq!(invalid(error), ["reason: required"]);
    world
        .registry
        .update_joint_file(&worker, social, 2, to(JointState::Closed, Some(ClosedReason::GoalReached)))
        .await
        .unwrap();
    let entry = serde_json::from_value(json!({ "text": "Efteråt." })).unwrap();
    assert!(matches!(world.registry.write_entry(&worker, social, entry).await, Err(RegistryError::Conflict("closed"))));
}
