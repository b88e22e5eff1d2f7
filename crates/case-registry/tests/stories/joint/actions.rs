//! Joint actions: the proposer owns the text, each side its own part, and what follows is tested again.

use crate::common::World;
use crate::joint::scene::{Joined, joined, section_18a, section_27};
use case_registry::{
    RegistryError,
    access_log::SearchLogCommand,
    joint_action::{AmendAction, JointActionView, NotTold, ProposeAction, ReplyAction, ReviewAction, TellField},
};
use rbac_policy::measures::MeasureStatus;
use serde_json::json;
use time::{Date, macros::date};
use vocabulary::{Caller, JointActionId, JointFileId, Timestamp};

const SEVENTEEN: Date = date!(2009 - 03 - 04);
const TWENTY: Date = date!(2005 - 11 - 25);

fn home_visit(follow: &[&str]) -> ProposeAction {
    let until = if follow.is_empty() { json!(null) } else { json!("2027-03-01") };
    serde_json::from_value(json!({
        "kind": "home_visit", "what": "Gemensamt hembesök", "goal": "Föräldrarna med på tåget", "ownPart": "Vi bokar tid",
        "yourPart": "Kommunpolisen följer med", "dueOn": "2026-12-04", "followUpOn": "2026-12-11", "followFields": follow, "followUntil": until,
        "grounds": section_18a(),
    }))
    .unwrap()
}

fn accept() -> ReplyAction {
    serde_json::from_value(json!({ "answer": "ACCEPTED" })).unwrap()
}

/// The answer, and the codes of the own part, leave on a decision of the answerer's own.
fn accept_on_own_basis() -> ReplyAction {
    serde_json::from_value(json!({
        "answer": "ACCEPTED", "grounds": section_27(), "followFields": ["STATUS", "OUTCOME"], "followUntil": "2027-03-01",
    }))
    .unwrap()
}

fn decline() -> ReplyAction {
    serde_json::from_value(json!({ "answer": "DECLINED", "reason": "Vi har en spaning på adressen." })).unwrap()
}

async fn received_action(world: &World, file: JointFileId) -> JointActionView {
    world.registry.read_joint_file(&world.caller("police-coordinator"), file).await.unwrap().view.actions.remove(0)
}

async fn read(world: &World, who: &str, id: JointActionId) -> JointActionView {
    world.registry.read_action(&world.caller(who), id).await.unwrap().view
}

async fn outcomes(world: &World, auditor: &str, action: &str) -> Vec<String> {
    let page = world.registry.search_log(&world.caller(auditor), SearchLogCommand::default()).await.unwrap().view;
    let lines = page.lines.iter().filter(|line| line.action.as_str() == action);
    lines.map(|line| serde_json::to_value(line).unwrap()["outcome"].as_str().unwrap().to_lowercase()).collect()
}

#[tokio::test]
async fn a_proposal_is_accepted_in_one_step_and_the_answer_leaves_on_the_answerers_own_basis() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, SEVENTEEN).await;
    let worker = world.caller("social-worker");
    let coordinator = world.caller("police-coordinator");
    let proposed = world
        .registry
        .propose_action(&worker, social, home_visit(&["REPLY", "STATUS", "DUE_ON", "OUTCOME"]))
        .await
        .unwrap()
        .view;

    let home = world.registry.coordinator_home(&coordinator).await.unwrap().view;
    assert_eq!(home.to_answer.len(), 1);
    let card = &home.to_answer[0].action;
    let text = card.text.as_ref().unwrap();
    assert_eq!((text.what.as_str(), text.receiver_part.as_str()), ("Gemensamt hembesök", "Kommunpolisen följer med"));
    assert_eq!(card.basis.citation.as_deref(), Some("OSL 10 kap. 18 a §"));

    let replied =
        world.registry.reply_action(&coordinator, card.id, card.version, accept_on_own_basis()).await.unwrap().view;
    assert_eq!(replied.status, MeasureStatus::Accepted);
    assert!(replied.told.told, "{:?}", replied.told);
    let ours = read(&world, "social-worker", proposed.id).await;
    assert_eq!((ours.peer_answer.as_str(), ours.status), ("accepted", MeasureStatus::Accepted));

    // The other side's part: begun, then done. Codes follow, words do not.
    let theirs = received_action(&world, police).await;
    let step = |value| serde_json::from_value::<ReviewAction>(value).unwrap();
    let progress = step(json!({ "step": "PROGRESS", "status": "ONGOING" }));
    world.registry.review_action(&coordinator, theirs.id, theirs.version, progress).await.unwrap();
    let theirs = received_action(&world, police).await;
    let complete = step(json!({ "step": "COMPLETE", "outcome": "PARTLY", "note": "Pappan öppnade inte." }));
    let reviewed = world.registry.review_action(&coordinator, theirs.id, theirs.version, complete).await.unwrap().view;
    assert!(reviewed.told.iter().all(|told| told.told));
    let ours = world.registry.read_action(&worker, proposed.id).await.unwrap().view;
    assert_eq!(ours.peer_status, Some(MeasureStatus::Done));
    let told: Vec<_> = ours
        .history
        .iter()
        .filter(|event| !event.is_own)
        .map(|event| (event.kind.as_str(), event.value.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("reply", Some("accepted")),
            ("status", Some("ongoing")),
            ("status", Some("done")),
            ("outcome", Some("partly"))
        ]
    );
    assert!(!serde_json::to_string(&ours).unwrap().contains("Pappan"));
    let evaluate = step(json!({ "step": "EVALUATE", "outcome": "REACHED", "note": "Bättre än väntat." }));
    let theirs = received_action(&world, police).await;
    world.registry.review_action(&coordinator, theirs.id, theirs.version, evaluate).await.unwrap();
}

#[tokio::test]
async fn declining_keeps_the_reason_on_the_own_side() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, SEVENTEEN).await;
    let proposed = world
        .registry
        .propose_action(&world.caller("social-worker"), social, home_visit(&["REPLY"]))
        .await
        .unwrap()
        .view;
    let coordinator = world.caller("police-coordinator");
    let card = received_action(&world, police).await;
    let unreasoned: ReplyAction = serde_json::from_value(json!({ "answer": "DECLINED" })).unwrap();
    assert!(matches!(
        world.registry.reply_action(&coordinator, card.id, card.version, unreasoned).await,
        Err(RegistryError::Invalid(_))
    ));
    let mut released = decline();
    released.grounds = Some(section_27());
    world.registry.reply_action(&coordinator, card.id, card.version, released).await.unwrap();
    let ours = read(&world, "social-worker", proposed.id).await;
    assert_eq!(ours.peer_answer, "declined");
    assert!(!serde_json::to_string(&ours).unwrap().contains("spaning"));
    let theirs = read(&world, "police-coordinator", card.id).await;
    assert!(theirs.history.iter().any(|event| event.note.as_deref() == Some("Vi har en spaning på adressen.")));
    assert!(matches!(
        world.registry.reply_action(&coordinator, card.id, theirs.version, accept()).await,
        Err(RegistryError::Conflict("wrong-state"))
    ));
}

#[tokio::test]
async fn an_answer_stays_until_the_own_side_releases_it_whatever_the_proposer_lets_follow() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, SEVENTEEN).await;
    let proposed = world
        .registry
        .propose_action(&world.caller("social-worker"), social, home_visit(&["REPLY", "STATUS"]))
        .await
        .unwrap()
        .view;
    let coordinator = world.caller("police-coordinator");
    let card = received_action(&world, police).await;
    let replied = world.registry.reply_action(&coordinator, card.id, card.version, accept()).await.unwrap().view;
    assert_eq!((replied.told.told, replied.told.why), (false, Some(NotTold::NoOwnDecision)));
    assert_eq!(outcomes(&world, "police-auditor", "joint_action.follow_up").await, Vec::<String>::new());
    assert_eq!(read(&world, "social-worker", proposed.id).await.peer_answer, "pending");
    let tell: TellField = serde_json::from_value(
        json!({ "field": "REPLY", "grounds": section_27(), "followFields": ["STATUS"], "followUntil": "2027-01-31" }),
    )
    .unwrap();
    assert!(world.registry.tell_field(&coordinator, card.id, tell).await.unwrap().view.told);
    assert_eq!(read(&world, "social-worker", proposed.id).await.peer_answer, "accepted");
    // From here on the own decision carries what it lists.
    let now = received_action(&world, police).await;
    let progress: ReviewAction =
        serde_json::from_value(json!({ "step": "PROGRESS", "status": "ONGOING", "dueOn": "2026-12-20" })).unwrap();
    let told = world.registry.review_action(&coordinator, card.id, now.version, progress).await.unwrap().view.told;
    let told: Vec<_> = told.iter().map(|told| (told.field.code(), told.told)).collect();
    assert_eq!(told, [("status", true), ("due_on", false)]);
}

#[tokio::test]
async fn an_amended_text_must_be_accepted_again() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, SEVENTEEN).await;
    let worker = world.caller("social-worker");
    let coordinator = world.caller("police-coordinator");
    let proposed = world.registry.propose_action(&worker, social, home_visit(&["REPLY"])).await.unwrap().view;
    let card = received_action(&world, police).await;
    world.registry.reply_action(&coordinator, card.id, card.version, accept_on_own_basis()).await.unwrap();
    let ours = read(&world, "social-worker", proposed.id).await;
    let amend: AmendAction =
        serde_json::from_value(json!({ "what": "Två hembesök", "grounds": section_18a() })).unwrap();
    let amended = world.registry.amend_action(&worker, proposed.id, ours.version, amend.clone()).await.unwrap().view;
    assert_eq!(amended.text_version, 2);
    assert_eq!(read(&world, "social-worker", proposed.id).await.peer_answer, "pending");
    let again = received_action(&world, police).await;
    assert_eq!((again.id, again.text_version, again.needs_answer), (card.id, 2, true));
    assert_eq!(again.text.unwrap().what, "Två hembesök");
    // An answer to the page that showed the first text comes too late.
    assert!(matches!(
        world.registry.reply_action(&coordinator, card.id, card.version, accept()).await,
        Err(RegistryError::Stale)
    ));
    let error = world.registry.amend_action(&coordinator, card.id, again.version, amend).await.unwrap_err();
    assert!(matches!(error, RegistryError::Conflict("not-own-text") | RegistryError::NotFound), "{error:?}");
    world.registry.reply_action(&coordinator, card.id, again.version, accept_on_own_basis()).await.unwrap();
    assert_eq!(read(&world, "social-worker", proposed.id).await.peer_answer, "accepted");
}

#[tokio::test]
async fn a_field_under_18_a_is_refused_after_the_21st_birthday_and_the_refusal_is_logged() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, TWENTY).await;
    let worker = world.caller("social-worker");
    let proposed = world.registry.propose_action(&worker, social, home_visit(&["REPLY", "STATUS"])).await.unwrap().view;
    let coordinator = world.caller("police-coordinator");
    let card = received_action(&world, police).await;
    let replied =
        world.registry.reply_action(&coordinator, card.id, card.version, accept_on_own_basis()).await.unwrap();
    assert!(replied.view.told.told);
    assert_eq!(outcomes(&world, "social-auditor", "joint_action.follow_up").await, Vec::<String>::new());

    let progress =
        || serde_json::from_value::<ReviewAction>(json!({ "step": "PROGRESS", "status": "ONGOING" })).unwrap();
    world.clock.set(Timestamp::parse("2026-11-24T23:00:00Z").unwrap());
    let ours = read(&world, "social-worker", proposed.id).await;
    let reviewed = world.registry.review_action(&worker, proposed.id, ours.version, progress()).await.unwrap().view;
    assert_eq!(reviewed.status, MeasureStatus::Ongoing, "the own part goes on");
    assert_eq!((reviewed.told[0].told, reviewed.told[0].why), (false, Some(NotTold::Refused)));
    assert_eq!(reviewed.told[0].failed[0].test, "under_21");
    assert_eq!(outcomes(&world, "social-auditor", "joint_action.follow_up").await, ["deny"]);
    assert_eq!(read(&world, "police-coordinator", card.id).await.peer_status, None);

    // What the police decided rests on a basis of theirs, and that has no age: the code of their own part goes on.
    let theirs = received_action(&world, police).await;
    let reviewed =
        world.registry.review_action(&coordinator, theirs.id, theirs.version, progress()).await.unwrap().view;
    assert!(reviewed.told[0].told, "{:?}", reviewed.told);
    assert_eq!(outcomes(&world, "police-auditor", "joint_action.follow_up").await, ["allow"]);
}

#[tokio::test]
async fn the_social_board_never_answers_the_police_on_the_general_clause() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, SEVENTEEN).await;
    let (worker, coordinator) = (world.caller("social-worker"), world.caller("police-coordinator"));
    let mut proposal = home_visit(&["REPLY", "STATUS", "DUE_ON", "OUTCOME"]);
    proposal.grounds = section_27();
    let proposed = world.registry.propose_action(&coordinator, police, proposal).await.unwrap().view;
    let card = world.registry.read_joint_file(&worker, social).await.unwrap().view.actions.remove(0);

    // The general clause cannot be chosen from the social board's side.
    let mut wrong = accept();
    wrong.grounds = Some(section_27());
    let error = world.registry.reply_action(&worker, card.id, card.version, wrong).await.unwrap_err();
    assert!(matches!(error, RegistryError::Refused(_)), "{error:?}");
    // Accepting needs no basis, and tells nothing; neither does anything that is done afterwards.
    let replied = world.registry.reply_action(&worker, card.id, card.version, accept()).await.unwrap().view;
    assert_eq!((replied.told.told, replied.told.why), (false, Some(NotTold::NoOwnDecision)));
    let card = world.registry.read_joint_file(&worker, social).await.unwrap().view.actions.remove(0);
    let progress: ReviewAction = serde_json::from_value(json!({ "step": "PROGRESS", "status": "ONGOING" })).unwrap();
    let reviewed = world.registry.review_action(&worker, card.id, card.version, progress).await.unwrap().view;
    assert_eq!((reviewed.told[0].told, reviewed.told[0].why), (false, Some(NotTold::NoOwnDecision)));
    let theirs = read(&world, "police-coordinator", proposed.id).await;
    assert_eq!((theirs.peer_answer.as_str(), theirs.peer_status), ("pending", None));

    // Told on a basis of the board's own, whose direction is the board's.
    let tell: TellField = serde_json::from_value(json!({ "field": "REPLY", "grounds": section_18a() })).unwrap();
    assert!(world.registry.tell_field(&worker, card.id, tell).await.unwrap().view.told);
    assert_eq!(read(&world, "police-coordinator", proposed.id).await.peer_answer, "accepted");
    let log = world.registry.search_log(&world.caller("social-auditor"), SearchLogCommand::default()).await.unwrap();
    let disclosed = log.view.lines.iter().filter(|line| line.category == "disclose" && line.outcome == "allow");
    let on: Vec<&str> = disclosed.filter_map(|line| line.basis.as_deref()).collect();
    assert!(!on.is_empty() && on.iter().all(|basis| *basis == "OSL_10_18A/1"), "{on:?}");
}

#[tokio::test]
async fn a_text_whose_basis_has_lapsed_is_gone_and_cannot_be_answered() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, TWENTY).await;
    world.registry.propose_action(&world.caller("social-worker"), social, home_visit(&["REPLY"])).await.unwrap();
    world.clock.set(Timestamp::parse("2026-11-25T08:00:00Z").unwrap());
    world.registry.run_lapses(world.social).await.unwrap();
    let card = received_action(&world, police).await;
    assert!(card.text.is_none());
    let error = world
        .registry
        .reply_action(&world.caller("police-coordinator"), card.id, card.version, accept())
        .await
        .unwrap_err();
    assert!(matches!(error, RegistryError::Conflict("lapsed")));
    let home = world.registry.coordinator_home(&world.caller("police-coordinator")).await.unwrap().view;
    assert!(home.lapsed_to_review >= 1);
}

#[tokio::test]
async fn somebody_outside_the_file_finds_no_action() {
    let world = World::new().await;
    let Joined { social, police, .. } = joined(&world, SEVENTEEN).await;
    world.registry.propose_action(&world.caller("social-worker"), social, home_visit(&[])).await.unwrap();
    let id = received_action(&world, police).await.id;
    let outside: [(&str, Caller); 3] =
        ["police-coordinator-2", "social-worker-2", "social-worker"].map(|who| (who, world.caller(who)));
    for (who, caller) in outside {
        assert!(matches!(world.registry.read_action(&caller, id).await, Err(RegistryError::NotFound)), "{who}");
    }
    let due = world.registry.due_actions(&world.caller("police-coordinator-2")).await.unwrap().view;
    assert!(due.to_answer.is_empty() && due.due.is_empty());
}
