//! Releasing to the police, or not: as the social worker meets it, and what arrives.

use crate::scene::{
    NEARLY_21, SEVENTEEN, SISTER, STATION, Scene, everyone, failed, necessary, nobody, on_consent, risk_of_crime,
    somebody,
};
use case_registry::{
    RegistryError,
    abstention::Abstain,
    person::RegisterPerson,
    received::{OpenReceived, ReceivedState},
    release::{Channel, ItemKind, ItemRef, ReleaseCommand, ReleaseState, SaveDraft, StartRelease, WithdrawRelease},
};
use time::macros::date;
use vocabulary::{ReleaseId, Strength, Timestamp};

#[tokio::test]
async fn what_a_social_worker_releases_arrives_as_the_polices_own_document() {
    let scene = Scene::born(SEVENTEEN).await;
    let id = scene.release(scene.to_police(risk_of_crime())).await.unwrap();

    let inbox = scene.inbox("police-coordinator").await;
    assert_eq!(inbox.len(), 1);
    assert_eq!(
        (inbox[0].state, inbox[0].basis.as_str(), inbox[0].initials.as_deref()),
        (ReceivedState::Received, "OSL_10_18A", Some("NG"))
    );
    let copy = scene.opened("police-coordinator", inbox[0].id).await.unwrap();
    assert_eq!(copy.items.iter().map(|item| item.text.as_str()).collect::<Vec<_>>(), [STATION]);
    // The heading crossed as a code and is read in the reader's language; so does what the inbox says of whom it is about.
    assert_eq!(copy.items[0].title, "Meeting or conversation");
    let mut in_swedish = scene.world.caller("police-coordinator");
    in_swedish.language = vocabulary::Language::Swedish;
    let read =
        scene.world.registry.open_received(&in_swedish, inbox[0].id, OpenReceived::default()).await.unwrap().view;
    assert_eq!(read.items[0].title, "Möte eller samtal");
    assert_eq!(copy.handling_note.as_deref(), Some("Ring före kontakt med familjen."));
    assert_eq!(copy.about.as_ref().unwrap().family_name, "Granlund");
    let sender = copy.sender.as_ref().unwrap();
    assert_eq!((sender.service_number.as_str(), sender.unit.as_str()), ("SOC-000", "Enhet 0"));
    // Neither the colleague's name nor the board's own case number has crossed.
    let crossed = serde_json::to_string(&copy).unwrap();
    assert!(!crossed.contains("Kollega") && !crossed.contains("2026-0417") && !crossed.contains(SISTER));

    let read = scene.world.registry.read_release(&scene.world.caller("social-worker"), id).await.unwrap().view;
    assert_eq!(read.brief.decided_by, "Kollega social-worker");
    assert!(read.deliveries.iter().any(|parcel| parcel.kind == "release" && parcel.delivered_at.is_some()));
    assert!(read.answers.iter().any(|answer| answer.test == "under_21" && answer.by_system));
    assert_eq!(read.secrecy_at_recipient.unwrap().citation, "OSL 35 kap. 1 §");
    assert_eq!(scene.case().await.releases.len(), 1);
    let listed = scene.world.registry.list_releases(&scene.world.caller("social-worker"), 20, 0).await.unwrap().view;
    assert_eq!((listed.releases[0].initials.as_deref(), &listed.releases[0].reference), (Some("NG"), &None));

    // Disclosure in the one log, collection in the other.
    let ours = scene.log("social-auditor").await;
    assert!(ours.iter().any(|line| line.action == "release.decide" && line.outcome == "allow"));
    let theirs = scene.log("police-auditor").await;
    assert!(theirs.iter().any(|line| line.action == "parcel.receive" && line.outcome == "allow"));
}

#[tokio::test]
async fn a_released_measure_reads_in_words() {
    let scene = Scene::born(SEVENTEEN).await;
    let worker = scene.world.caller("social-worker");
    let measure = serde_json::from_value(serde_json::json!({
        "kind": "home_visit", "what": "Hembesök varje fredag.", "followUpOn": "2026-12-10", "status": "ONGOING", "startOn": "2026-07-28",
        "dueOn": "2027-01-26",
    }))
    .unwrap();
    let id = scene.world.registry.log_measure(&worker, scene.case, measure).await.unwrap().view;
    let item = ItemRef { kind: ItemKind::Measure, id: id.0, version: 1 };
    scene.release(scene.releasing(vec![item], risk_of_crime())).await.unwrap();
    let copy = scene.inbox("police-coordinator").await[0].id;
    let read = scene.opened("police-coordinator", copy).await.unwrap();
    assert_eq!(read.items[0].title, "Home visit");
    assert!(read.items[0].text.contains("Tid: 28 juli 2026 till 26 januari 2027"), "{}", read.items[0].text);
    assert!(read.items[0].text.ends_with("\nUppföljning: 10 december 2026"), "{}", read.items[0].text);
}

#[tokio::test]
async fn the_risk_of_crime_carries_a_release_until_the_eve_of_the_21st_birthday_and_not_on_it() {
    let scene = Scene::born(NEARLY_21).await;
    // One second before midnight in Stockholm.
    scene.world.clock.set(Timestamp::parse("2026-11-23T22:59:59Z").unwrap());
    scene.release(scene.to_police(risk_of_crime())).await.unwrap();

    scene.world.clock.set(Timestamp::parse("2026-11-23T23:00:00Z").unwrap());
    let error = scene.release(scene.to_police(risk_of_crime())).await.unwrap_err();
    assert_eq!(failed(&error), ["under_21"]);
    let RegistryError::Refused(refusal) = error else { unreachable!() };
    assert!(refusal.failed[0].next.contains("12:2"), "{}", refusal.failed[0].next);
    let entry = refusal.entry.unwrap();
    let line = scene.log("social-auditor").await.into_iter().find(|line| line.id == entry).unwrap();
    assert_eq!((line.action.as_str(), line.outcome.as_str()), ("release.decide", "deny"));
    assert_eq!(scene.inbox("police-coordinator").await.len(), 1);
}

#[tokio::test]
async fn a_refusal_names_every_test_that_failed() {
    let scene = Scene::born(SEVENTEEN).await;
    let mut grounds = risk_of_crime();
    grounds.answers[0].reason = " ".to_owned();
    grounds.answers.remove(1);
    grounds.answers[2].answer = rbac_policy::legal_bases::YesNo::Yes;
    let error = scene.release(scene.to_police(grounds)).await.unwrap_err();
    assert_eq!(failed(&error), ["risk_of_criminal_activity", "helps_prevent", "committed_crime"]);
    assert!(scene.inbox("police-coordinator").await.is_empty());
}

#[tokio::test]
async fn a_paragraph_about_the_sister_does_not_leave_under_the_risk_of_crime() {
    let scene = Scene::born(SEVENTEEN).await;
    let error = scene.release(scene.releasing(vec![scene.station, scene.sister], risk_of_crime())).await.unwrap_err();
    assert_eq!(failed(&error), ["other_identifiable_person"]);
}

#[tokio::test]
async fn an_estimated_birth_date_asks_who_states_the_age() {
    let scene =
        Scene::of(case_registry::person::RegisterPerson { birth_estimated: true, ..somebody(SEVENTEEN, 982) }).await;
    let error = scene.release(scene.to_police(risk_of_crime())).await.unwrap_err();
    assert_eq!(failed(&error), ["under_21"]);
    let mut grounds = risk_of_crime();
    grounds.age_statement = Some(serde_json::from_str(r#"{"years": 18, "statedBy": "Migrationsverket"}"#).unwrap());
    let id = scene.release(scene.to_police(grounds)).await.unwrap();
    let read = scene.world.registry.read_release(&scene.world.caller("social-worker"), id).await.unwrap().view;
    assert_eq!(read.age_stated_by.as_deref(), Some("Migrationsverket"));
}

#[tokio::test]
async fn an_item_that_changed_since_it_was_read_does_not_leave() {
    let scene = Scene::born(SEVENTEEN).await;
    let old = ItemRef { version: scene.station.version + 1, ..scene.station };
    let error = scene.release(scene.releasing(vec![old], risk_of_crime())).await.unwrap_err();
    assert!(matches!(error, RegistryError::Stale), "{error:?}");
}

#[tokio::test]
async fn ids_of_others_look_missing() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let id = scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    let received = scene.inbox("police-coordinator").await[0].id;
    let hidden = |error: RegistryError| assert!(matches!(error, RegistryError::NotFound), "{error:?}");
    // The police do not see the board's decision, the board not the police's document, an unassigned colleague neither case nor decision.
    hidden(registry.read_release(&scene.world.caller("police-coordinator"), id).await.unwrap_err());
    hidden(scene.opened("social-worker", received).await.unwrap_err());
    hidden(registry.read_release(&scene.world.caller("social-worker-2"), id).await.unwrap_err());
    hidden(
        registry.release(&scene.world.caller("social-worker-2"), scene.to_police(risk_of_crime())).await.unwrap_err(),
    );
    hidden(registry.read_release(&scene.world.caller("social-worker"), ReleaseId(nobody())).await.unwrap_err());
    let strange = ItemRef { kind: ItemKind::Paragraph, id: nobody(), version: 1 };
    hidden(scene.release(scene.releasing(vec![strange], risk_of_crime())).await.unwrap_err());
    hidden(registry.list_received(&scene.world.caller("social-auditor"), None, 20, 0).await.unwrap_err());
}

#[tokio::test]
async fn a_release_waits_for_a_repeated_sign_in() {
    let scene = Scene::born(SEVENTEEN).await;
    let mut caller = scene.world.caller("social-worker");
    caller.strength = Strength::Strong;
    let error = scene.world.registry.release(&caller, scene.to_police(risk_of_crime())).await.unwrap_err();
    assert!(matches!(error, RegistryError::StepUpRequired), "{error:?}");
    assert!(scene.inbox("police-coordinator").await.is_empty());
}

#[tokio::test]
async fn what_was_said_on_the_telephone_is_recorded_the_same_way_the_same_day() {
    let scene = Scene::born(SEVENTEEN).await;
    let mut command = scene.to_police(risk_of_crime());
    command.channel = Channel::Phone;
    let codes = |error: RegistryError| match error {
        RegistryError::Invalid(fields) => {
            fields.into_iter().map(|field| format!("{}:{}", field.field, field.code)).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(codes(scene.release(command.clone()).await.unwrap_err()), ["occurredAt:required"]);
    command.occurred_at = Some(Timestamp::parse("2026-11-20T13:40:00Z").unwrap());
    assert_eq!(codes(scene.release(command.clone()).await.unwrap_err()), ["lateReason:required"]);
    command.occurred_at = Some(Timestamp::parse("2026-11-10T13:40:00Z").unwrap());
    command.late_reason = "Sjuk.".to_owned();
    assert_eq!(codes(scene.release(command.clone()).await.unwrap_err()), ["occurredAt:too-long-ago"]);
    command.occurred_at = Some(Timestamp::parse("2026-11-23T08:20:00Z").unwrap());
    command.late_reason = String::new();
    let id = scene.release(command).await.unwrap();
    let read = scene.world.registry.read_release(&scene.world.caller("social-worker"), id).await.unwrap().view;
    assert_eq!(
        (read.brief.channel, read.occurred_at.rfc3339().as_str()),
        (Channel::Phone, "2026-11-23T08:20:00.000000Z")
    );
    assert_eq!(scene.inbox("police-coordinator").await[0].channel, Channel::Phone);
}

#[tokio::test]
async fn what_was_said_before_the_21st_birthday_is_recorded_after_it_and_lapses_at_once() {
    let scene = Scene::born(NEARLY_21).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    // The morning of the birthday: the call was yesterday, and it was lawful then.
    scene.world.clock.set(Timestamp::parse("2026-11-24T07:00:00Z").unwrap());
    let mut command = scene.to_police(risk_of_crime());
    command.channel = Channel::Phone;
    command.late_reason = "Samtalet var sent i går kväll.".to_owned();
    command.occurred_at = Some(Timestamp::parse("2026-11-23T23:30:00Z").unwrap());
    assert_eq!(failed(&scene.release(command.clone()).await.unwrap_err()), ["under_21"], "after midnight it was not");
    command.occurred_at = Some(Timestamp::parse("2026-11-23T22:30:00Z").unwrap());
    let id = scene.release(command).await.unwrap();
    assert_eq!(registry.run_lapses(scene.world.social).await.unwrap().releases, 1);
    let read = registry.read_release(&worker, id).await.unwrap().view;
    assert_eq!((read.brief.state, read.brief.lapse_reason.as_deref()), (ReleaseState::Lapsed, Some("turned_21")));
}

#[tokio::test]
async fn what_was_said_on_a_consent_is_recorded_after_the_consent_was_withdrawn() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let consent = scene.consent(everyone()).await;
    scene.world.clock.set(Timestamp::parse("2026-11-23T12:00:00Z").unwrap());
    let withdrawn = serde_json::from_value(serde_json::json!({ "by": "PERSON", "note": "Sagt i telefon." })).unwrap();
    registry.revoke_consent(&worker, consent, 1, withdrawn).await.unwrap();
    scene.world.clock.set(Timestamp::parse("2026-11-23T13:00:00Z").unwrap());
    let mut command = scene.to_police(on_consent(consent));
    assert_eq!(failed(&scene.release(command.clone()).await.unwrap_err()), ["consent_valid"]);
    command.channel = Channel::Meeting;
    command.occurred_at = Some(Timestamp::parse("2026-11-23T12:30:00Z").unwrap());
    assert_eq!(failed(&scene.release(command.clone()).await.unwrap_err()), ["consent_valid"], "said afterwards");
    command.occurred_at = Some(Timestamp::parse("2026-11-23T11:30:00Z").unwrap());
    scene.release(command).await.unwrap();
    assert_eq!(registry.run_lapses(scene.world.social).await.unwrap().releases, 1);
}

#[tokio::test]
async fn a_preview_promises_nothing_that_the_decision_would_be_refused() {
    let scene = Scene::of(RegisterPerson {
        birth_date: None,
        identity_kind: case_registry::person::IdentityKind::Unknown,
        identity_value: String::new(),
        ..somebody(SEVENTEEN, 983)
    })
    .await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let school = crate::lapses::a_school(&scene).await;
    let bases = rbac_policy::legal_bases::LegalBases::builtin().unwrap();
    let assistance = bases.current("LVU_43", date!(2026 - 11 - 23)).unwrap();
    let answers: Vec<_> = assistance
        .tests
        .iter()
        .map(|test| serde_json::json!({ "testId": test.id, "answer": test.required_answer, "reason": "Hämtning behövs." }))
        .collect();
    let assistance = serde_json::from_value(serde_json::json!({ "basis": "LVU_43", "answers": answers })).unwrap();
    let to_school = ReleaseCommand {
        recipient_id: school,
        channel: Channel::Letter,
        occurred_at: Some(Timestamp::parse("2026-11-23T07:00:00Z").unwrap()),
        ..scene.to_police(necessary())
    };
    for command in [scene.to_police(assistance), to_school] {
        let preview = registry.preview_release(&worker, &command).await.unwrap().view;
        let shown: Vec<_> = preview.failed.iter().map(|test| test.test.as_str()).collect();
        assert_eq!((preview.can_be_decided, shown.as_slice()), (false, ["decider"].as_slice()));
        assert_eq!(failed(&scene.release(command).await.unwrap_err()), ["decider"]);
    }
}

#[tokio::test]
async fn abstaining_is_as_easy_and_is_kept() {
    let scene = Scene::born(SEVENTEEN).await;
    let worker = scene.world.caller("social-worker");
    let command = Abstain {
        case_id: Some(scene.case),
        joint_file_id: None,
        items: vec![scene.station],
        recipient_id: scene.world.police,
        basis: Some("OSL_10_18A".to_owned()),
        reason: "Han har precis börjat berätta.".to_owned(),
        reconsider_on: Some(date!(2026 - 12 - 20)),
        draft_id: None,
    };
    let id = scene.world.registry.abstain(&worker, command).await.unwrap().view;
    let kept = scene.world.registry.list_abstentions(&worker, scene.case).await.unwrap().view;
    assert_eq!(
        (kept[0].id, kept[0].reason.as_str(), kept[0].items.as_slice()),
        (id, "Han har precis börjat berätta.", [scene.station].as_slice())
    );
    assert_eq!(
        scene.world.registry.read_abstention(&worker, id).await.unwrap().view.recipient,
        "Polismyndigheten, region Väst"
    );
    let other = scene.world.registry.read_abstention(&scene.world.caller("police-coordinator"), id).await.unwrap_err();
    assert!(matches!(other, RegistryError::NotFound));
    assert!(scene.inbox("police-coordinator").await.is_empty());
}

#[tokio::test]
async fn the_wizard_keeps_what_was_chosen_shows_exactly_what_leaves_and_ends_with_the_decision() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let start = StartRelease { case_id: Some(scene.case), joint_file_id: None, items: vec![scene.station] };
    let draft = registry.start_release(&worker, start).await.unwrap().view;
    let page = registry.read_draft(&worker, draft).await.unwrap().view;
    assert_eq!((page.items[0].text.as_str(), page.preview.is_none(), page.version), (STATION, true, 1));

    let mut grounds = risk_of_crime();
    grounds.answers.truncate(2);
    let mut chosen: SaveDraft = serde_json::from_value(serde_json::json!({
        "items": [scene.station], "recipientId": scene.world.police, "attention": "Områdespolisgruppen", "grounds": grounds,
    }))
    .unwrap();
    registry.save_draft(&worker, draft, 1, chosen.clone()).await.unwrap();
    let preview = registry.read_draft(&worker, draft).await.unwrap().view.preview.unwrap();
    assert!(!preview.can_be_decided);
    assert_eq!(
        preview.failed.iter().map(|test| test.test.as_str()).collect::<Vec<_>>(),
        ["suitable", "committed_crime", "other_identifiable_person"]
    );
    assert_eq!(preview.secrecy_at_recipient.unwrap().citation, "OSL 35 kap. 1 §");
    assert_eq!(
        failed(&registry.decide_release(&worker, draft, 2).await.unwrap_err()),
        ["suitable", "committed_crime", "other_identifiable_person"]
    );

    chosen.grounds = Some(risk_of_crime());
    assert!(matches!(registry.save_draft(&worker, draft, 1, chosen.clone()).await.unwrap_err(), RegistryError::Stale));
    registry.save_draft(&worker, draft, 2, chosen).await.unwrap();
    // A colleague does not find the draft.
    assert!(matches!(
        registry.read_draft(&scene.world.caller("social-worker-2"), draft).await.err().unwrap(),
        RegistryError::NotFound
    ));
    let preview = registry.read_draft(&worker, draft).await.unwrap().view.preview.unwrap();
    assert!(preview.can_be_decided);
    registry.decide_release(&worker, draft, 3).await.unwrap();
    let copy = scene.opened("police-coordinator", scene.inbox("police-coordinator").await[0].id).await.unwrap();
    assert_eq!(serde_json::to_value(&copy.items).unwrap(), serde_json::to_value(&preview.items).unwrap());
    assert!(matches!(registry.read_draft(&worker, draft).await.err().unwrap(), RegistryError::NotFound));
}

#[tokio::test]
async fn what_is_necessary_for_the_own_task_leaves_only_when_the_lead_decides() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let (worker, lead) = (scene.world.caller("social-worker"), scene.world.caller("social-lead"));
    let start = StartRelease { case_id: Some(scene.case), joint_file_id: None, items: vec![scene.station] };
    let draft = registry.start_release(&worker, start).await.unwrap().view;
    let chosen: SaveDraft = serde_json::from_value(serde_json::json!({
        "items": [scene.station], "recipientId": scene.world.police, "attention": "Vakthavande befäl", "grounds": necessary(),
    }))
    .unwrap();
    registry.save_draft(&worker, draft, 1, chosen).await.unwrap();
    assert_eq!(failed(&registry.decide_release(&worker, draft, 2).await.unwrap_err()), ["approval"]);
    // It stands on the home of the unit's lead, and of nobody else.
    let awaiting = async |who: &str| registry.drafts_awaiting(&scene.world.caller(who)).await.unwrap().view;
    let waits = awaiting("social-lead").await;
    assert_eq!((waits.len(), waits[0].id, waits[0].author.as_str()), (1, draft, "Kollega social-worker"));
    assert!(awaiting("social-worker").await.is_empty() && awaiting("social-worker-2").await.is_empty());
    // The lead finds the colleague's draft and decides.
    assert_eq!(registry.list_drafts(&lead, scene.case).await.unwrap().view.len(), 1);
    let id = registry.decide_release(&lead, draft, 2).await.unwrap().view;
    let read = registry.read_release(&worker, id).await.unwrap().view;
    assert_eq!((read.brief.decided_by.as_str(), read.brief.basis.as_str()), ("Kollega social-lead", "OSL_10_2"));
}

#[tokio::test]
async fn a_withdrawn_release_is_marked_and_the_recipient_is_told() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let id = scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    let why = || WithdrawRelease { reason: "Mötet ställdes in.".to_owned() };
    registry.withdraw_release(&worker, id, 1, why()).await.unwrap();
    let read = registry.read_release(&worker, id).await.unwrap().view;
    assert_eq!(
        (read.brief.state, read.withdrawal_reason.as_deref()),
        (ReleaseState::Withdrawn, Some("Mötet ställdes in."))
    );
    assert!(read.deliveries.iter().any(|parcel| parcel.kind == "notice" && parcel.delivered_at.is_some()));
    let inbox = scene.inbox("police-coordinator").await;
    assert_eq!((inbox[0].state, inbox[0].lapse_reason.as_deref()), (ReceivedState::Lapsed, Some("withdrawn")));
    let again = registry.withdraw_release(&worker, id, 2, why()).await.unwrap_err();
    assert!(matches!(again, RegistryError::Conflict("withdrawn-already")), "{again:?}");
}

#[tokio::test]
async fn only_what_may_be_seen_is_listed_and_the_list_is_logged() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    let of =
        async |who: &str| registry.list_releases(&scene.world.caller(who), 20, 0).await.unwrap().view.releases.len();
    assert_eq!((of("social-worker").await, of("social-lead").await, of("social-worker-2").await), (1, 1, 0));
    let list = registry.offered_bases(&scene.world.caller("social-worker"), scene.world.police).await.unwrap().view;
    let codes: Vec<&str> = list.bases.iter().map(|basis| basis.code.as_str()).collect();
    assert!(
        codes.contains(&"OSL_10_18A") && !codes.contains(&"OSL_10_15A") && !codes.contains(&"OSL_10_27"),
        "{codes:?}"
    );
    assert_eq!(codes.last(), Some(&"OSL_10_2"));
}

#[tokio::test]
async fn who_decides_is_read_from_the_delegation_list_of_the_day() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let (worker, lead, administrator) =
        (scene.world.caller("social-worker"), scene.world.caller("social-lead"), scene.world.caller("administrator"));
    let id = scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    let read = registry.read_release(&worker, id).await.unwrap().view;
    assert_eq!(read.delegation, "4.12", "the decision says on which point of the list it was taken");

    // Nobody but an administrator sees or changes the list.
    assert!(matches!(registry.delegate(&worker, by_name(&worker)).await.unwrap_err(), RegistryError::NotFound));
    let list = registry.list_delegations(&administrator).await.unwrap().view;
    let line = list.iter().find(|line| line.basis == "OSL_10_18A").unwrap();
    registry.end_delegation(&administrator, line.id).await.unwrap();
    scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    // From the day after nobody decides on it: the preview says so, and so does the decision. The lead decides without a line.
    scene.world.clock.set(Timestamp::parse("2026-11-24T08:00:00Z").unwrap());
    let preview = registry.preview_release(&worker, &scene.to_police(risk_of_crime())).await.unwrap().view;
    assert_eq!((preview.can_be_decided, preview.failed[0].test.as_str()), (false, "delegation"));
    assert_eq!(failed(&scene.release(scene.to_police(risk_of_crime())).await.unwrap_err()), ["delegation"]);
    let nominate = serde_json::from_value(serde_json::json!({
        "caseId": scene.case, "to": scene.world.police, "reason": "Gemensam planering", "grounds": risk_of_crime(),
    }))
    .unwrap();
    assert_eq!(failed(&registry.nominate(&worker, nominate).await.unwrap_err()), ["delegation"]);
    registry.release(&lead, scene.to_police(risk_of_crime())).await.unwrap();
    // A line for one colleague is hers alone.
    registry.delegate(&administrator, by_name(&worker)).await.unwrap();
    let id = scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    assert_eq!(registry.read_release(&worker, id).await.unwrap().view.delegation, "4.12 b");
}

fn by_name(worker: &vocabulary::Caller) -> case_registry::delegation::Delegate {
    serde_json::from_value(serde_json::json!({ "basis": "OSL_10_18A", "userId": worker.user, "point": "4.12 b" }))
        .unwrap()
}

#[tokio::test]
async fn a_request_by_telephone_is_registered_with_the_decision_that_answers_it() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let law = rbac_policy::legal_bases::LegalBases::builtin().unwrap();
    let answers: Vec<_> = law
        .current("L2025_170_4", date!(2026 - 11 - 23))
        .unwrap()
        .asked()
        .map(|test| serde_json::json!({ "testId": test.id, "answer": test.required_answer, "reason": "Delgivning." }))
        .collect();
    let mut command: ReleaseCommand = serde_json::from_value(serde_json::json!({
        "caseId": scene.case, "recipientId": scene.world.police, "attention": "Områdespolisgruppen",
        "statements": [{ "title": "Kontaktuppgift", "text": "070-174 06 05", "contactDetails": true }],
        "grounds": { "basis": "L2025_170_4", "answers": answers },
    }))
    .unwrap();
    assert_eq!(failed(&scene.release(command.clone()).await.unwrap_err()), ["on_request"]);
    command.asked = Some(
        serde_json::from_value(serde_json::json!({
            "channel": "PHONE", "on": "2026-11-23", "by": "POL-2201, områdespolisen", "what": "Telefonnummer, för delgivning.",
        }))
        .unwrap(),
    );
    let id = scene.release(command).await.unwrap();
    let kept = registry.read_release(&worker, id).await.unwrap().view.asked.unwrap();
    assert_eq!((kept.channel, kept.by.as_str()), (Channel::Phone, "POL-2201, områdespolisen"));
}
