//! What arrives, what is corrected, and what becomes of a copy whose basis has ended.

use crate::joint::scene::section_27;
use crate::scene::{NEARLY_21, SEVENTEEN, STATION, Scene, everyone, failed, on_consent, risk_of_crime, somebody};
use case_registry::{
    RegistryError,
    case::OpenCase,
    courier::NotTakenIn,
    directory::{Founding, log_origin},
    joint_file::{LinkToCase, Nominate},
    lapse::{DecideLapse, LapseChoice},
    note::{Annotate, AnnotatedKind},
    received::{FileReceived, OpenReceived, ReceivedState},
    release::{ItemKind, ItemRef, ReleaseCommand, ReleaseState},
};
use field_vault::{RecoveryKey, RootKey};
use time::macros::date;
use vocabulary::{
    AuthorityId, AuthorityKind, CaseId, Clock as _, ConsentId, Entropy as _, JointFileId, SeededEntropy, StatedReason,
    Timestamp, purpose::CasePurpose,
};

const BIRTHDAY: &str = "2026-11-23T23:00:01Z";

/// The police register the same person for themselves and open a matter.
pub(crate) async fn police_matter(scene: &Scene, born: time::Date) -> CaseId {
    let (registry, police) = (&scene.world.registry, scene.world.caller("police-coordinator"));
    let person = registry.register_person(&police, somebody(born, 981)).await.unwrap().view.person_id.unwrap();
    let command = OpenCase {
        person_id: person,
        purpose: CasePurpose::PoliceMatter,
        external_number: "5000-K1".to_owned(),
        review_on: None,
    };
    registry.open_case(&police, command).await.unwrap().view
}

/// What the police tell the social board, on a basis of theirs.
fn from_the_police(scene: &Scene, matter: CaseId, basis: &str, answers: serde_json::Value) -> ReleaseCommand {
    serde_json::from_value(serde_json::json!({
        "caseId": matter,
        "statements": [{ "title": "Iakttagelse", "text": "Han sågs i natt klockan 01.40 på parkeringen." }],
        "recipientId": scene.world.social,
        "attention": "Mottagningen",
        "grounds": { "basis": basis, "answers": answers },
    }))
    .unwrap()
}

fn keep() -> DecideLapse {
    DecideLapse {
        choice: LapseChoice::Keep,
        law: "2018:1693 2 kap. 1 §".to_owned(),
        reason: "Behövs i ett pågående ärende.".to_owned(),
        until: Some(date!(2027 - 03 - 01)),
    }
}

fn erase() -> DecideLapse {
    DecideLapse {
        choice: LapseChoice::Erase,
        law: String::new(),
        reason: "Behövs inte längre.".to_owned(),
        until: None,
    }
}

#[tokio::test]
async fn the_21st_birthday_has_its_three_effects() {
    let scene = Scene::born(NEARLY_21).await;
    let (registry, worker, police) =
        (&scene.world.registry, scene.world.caller("social-worker"), scene.world.caller("police-coordinator"));
    let nominate: Nominate = serde_json::from_value(serde_json::json!({
        "caseId": scene.case, "to": scene.world.police, "reason": "Gemensam planering", "grounds": risk_of_crime(),
    }))
    .unwrap();
    registry.nominate(&worker, nominate).await.unwrap();
    let matter = police_matter(&scene, NEARLY_21).await;
    let file = registry.list_joint_files(&police, 20, 0).await.unwrap().view.joint_files[0].id;
    registry
        .link_to_case(&police, file, LinkToCase { case_id: matter, members: Vec::new(), next_follow_up: None })
        .await
        .unwrap();
    let release = scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    let shown = registry.read_joint_file(&police, file).await.unwrap().view.received;
    assert!(shown.iter().any(|item| item.items.iter().any(|part| part.text == STATION)));
    let copy = scene.inbox("police-coordinator").await.into_iter().find(|item| item.kind == "release").unwrap();
    // In a joint file that both sides have, the identity does not leave again.
    assert!(scene.opened("police-coordinator", copy.id).await.unwrap().about.is_none());

    // (1) At the sender nothing more leaves, at once, before any job has run.
    scene.world.clock.set(Timestamp::parse(BIRTHDAY).unwrap());
    assert_eq!(failed(&scene.release(scene.to_police(risk_of_crime())).await.unwrap_err()), ["under_21"]);
    // The nomination and the release lapse; a second run finds nothing.
    assert_eq!(registry.run_lapses(scene.world.social).await.unwrap().releases, 2);
    assert_eq!(registry.run_lapses(scene.world.social).await.unwrap().releases, 0);
    let read = registry.read_release(&worker, release).await.unwrap().view;
    assert_eq!((read.brief.state, read.brief.lapse_reason.as_deref()), (ReleaseState::Lapsed, Some("turned_21")));

    // (2) The copies leave the joint view, and a task of thirty days begins.
    let page = registry.read_joint_file(&police, file).await.unwrap().view;
    assert!(page.received.is_empty());
    let lapsed = scene.inbox("police-coordinator").await.into_iter().find(|item| item.id == copy.id).unwrap();
    assert_eq!((lapsed.state, lapsed.review_on.as_deref()), (ReceivedState::Lapsed, Some("2026-12-24")));
    assert!(lapsed.initials.is_none() && lapsed.attention.is_none());

    // (3) Until it is decided it opens only for that, with a reason.
    let error = scene.opened("police-coordinator", copy.id).await.unwrap_err();
    assert!(matches!(error, RegistryError::Conflict("lapsed")), "{error:?}");
    let review = OpenReceived { lapse_review: true };
    let error = registry.open_received(&police, copy.id, review).await.unwrap_err();
    assert!(matches!(error, RegistryError::ReasonRequired), "{error:?}");
    let mut reasoned = police.clone();
    reasoned.reason = StatedReason::new("Prövar om uppgiften behövs i ärendet.");
    let opened = registry.open_received(&reasoned, copy.id, review).await.unwrap().view;
    assert_eq!(opened.items[0].text, STATION);

    // Kept on an own ground it can be read again, and still is not in the joint view.
    registry.decide_lapse(&police, copy.id, opened.brief.version, keep()).await.unwrap();
    let kept = scene.opened("police-coordinator", copy.id).await.unwrap();
    let decision = kept.lapse_decision.unwrap();
    assert_eq!(
        (kept.brief.state, decision.law.as_str(), decision.decided_by.as_str()),
        (ReceivedState::Kept, "2018:1693 2 kap. 1 §", "Kollega police-coordinator")
    );
    assert!(registry.read_joint_file(&police, file).await.unwrap().view.received.is_empty());
    // When that time is over it waits again.
    scene.world.clock.set(Timestamp::parse("2027-03-02T08:00:00Z").unwrap());
    assert_eq!(registry.run_lapses(scene.world.police).await.unwrap().copies, 1);
    let again = scene.inbox("police-coordinator").await.into_iter().find(|item| item.id == copy.id).unwrap();
    assert_eq!((again.state, again.lapse_reason.as_deref()), (ReceivedState::Lapsed, Some("kept_until_passed")));
}

/// A joint file that both sides work in, on the consent of everyone; with a question and a position told on it.
async fn joined_on_consent(scene: &Scene) -> (JointFileId, JointFileId, ConsentId) {
    let (registry, worker, police) =
        (&scene.world.registry, scene.world.caller("social-worker"), scene.world.caller("police-coordinator"));
    let consent = scene.consent(everyone()).await;
    let nominate: Nominate = serde_json::from_value(serde_json::json!({
        "caseId": scene.case, "to": scene.world.police, "reason": "Han vill ha hjälp med kvällarna.", "goal": "Lugna fredagar.",
        "grounds": on_consent(consent),
    }))
    .unwrap();
    let ours = registry.nominate(&worker, nominate).await.unwrap().view.joint_file_id;
    let matter = police_matter(scene, SEVENTEEN).await;
    let theirs = registry.list_joint_files(&police, 20, 0).await.unwrap().view.joint_files[0].id;
    let link = LinkToCase { case_id: matter, members: Vec::new(), next_follow_up: None };
    registry.link_to_case(&police, theirs, link).await.unwrap();
    let ask = serde_json::from_value(serde_json::json!({
        "question": "Har någon sett honom vid ravinen?", "need": "För att planera kvällarna.", "grounds": on_consent(consent),
    }))
    .unwrap();
    registry.ask_information(&worker, ours, ask).await.unwrap();
    for (caller, file, tell) in [(&worker, ours, on_consent(consent)), (&police, theirs, section_27())] {
        let position = serde_json::from_value(serde_json::json!({
            "limb": "LIMB_A", "stands": true, "reasons": "Förekommer i två utredningar.", "reviewOn": "2027-05-01", "tell": tell,
        }))
        .unwrap();
        registry.take_position(caller, file, position).await.unwrap();
    }
    (ours, theirs, consent)
}

const WORDS: [&str; 4] = ["hjälp med kvällarna", "Lugna fredagar", "vid ravinen", "planera kvällarna"];

#[tokio::test]
async fn everything_that_rests_on_a_withdrawn_consent_leaves_the_view_at_once_and_erased_is_erased() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker, police) =
        (&scene.world.registry, scene.world.caller("social-worker"), scene.world.caller("police-coordinator"));
    let (ours, theirs, consent) = joined_on_consent(&scene).await;
    let before = registry.read_joint_file(&police, theirs).await.unwrap().view;
    assert!(before.assessment_stands);
    let page = serde_json::to_string(&before).unwrap();
    assert!(WORDS.iter().all(|words| page.contains(words)), "{page}");

    let withdrawn = serde_json::from_value(serde_json::json!({ "by": "PERSON", "note": "Vill inte längre." })).unwrap();
    registry.revoke_consent(&worker, consent, 1, withdrawn).await.unwrap();
    let after = registry.read_joint_file(&police, theirs).await.unwrap().view;
    let page = serde_json::to_string(&after).unwrap();
    assert!(!WORDS.iter().any(|words| page.contains(words)), "{page}");
    assert!(!after.assessment_stands && after.positions.iter().all(|position| position.is_own), "{page}");
    assert!(after.requests[0].is_lapsed);
    let request = registry.read_information_request(&police, after.requests[0].id).await.unwrap().view;
    assert!(request.question.is_empty() && request.need.is_empty() && request.is_lapsed);
    assert!(!registry.list_joint_files(&police, 20, 0).await.unwrap().view.joint_files[0].assessment_stands);
    // The own words of the side that wrote them stay with it.
    assert_eq!(registry.read_joint_file(&worker, ours).await.unwrap().view.goal, "Lugna fredagar.");

    // Until it is decided each opens for that alone; once erased, nothing anywhere can be opened.
    let lapsed: Vec<_> = scene
        .inbox("police-coordinator")
        .await
        .into_iter()
        .filter(|item| item.state == ReceivedState::Lapsed)
        .collect();
    let mut kinds: Vec<_> = lapsed.iter().map(|item| item.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["nomination", "position", "request"]);
    let mut reasoned = police.clone();
    reasoned.reason = StatedReason::new("Prövar om uppgiften behövs i ärendet.");
    for item in &lapsed {
        let error = scene.opened("police-coordinator", item.id).await.unwrap_err();
        assert!(matches!(error, RegistryError::Conflict("lapsed")), "{error:?}");
        registry.open_received(&reasoned, item.id, OpenReceived { lapse_review: true }).await.unwrap();
        registry.decide_lapse(&police, item.id, item.version, erase()).await.unwrap();
        let keys =
            scene.world.store.keys().of_subject(scene.world.police, "received_item", item.id.0, 0).await.unwrap();
        assert!(keys.is_empty(), "{}", item.kind);
    }
    let page = serde_json::to_string(&registry.read_joint_file(&police, theirs).await.unwrap().view).unwrap();
    assert!(!WORDS.iter().any(|words| page.contains(words)), "{page}");
    let request = registry.read_information_request(&police, after.requests[0].id).await.unwrap().view;
    assert!(request.question.is_empty());
}

#[tokio::test]
async fn a_look_after_midnight_finds_nothing_though_no_job_has_run_on_either_side() {
    let scene = Scene::born(NEARLY_21).await;
    let (registry, worker, police) =
        (&scene.world.registry, scene.world.caller("social-worker"), scene.world.caller("police-coordinator"));
    let nominate: Nominate = serde_json::from_value(serde_json::json!({
        "caseId": scene.case, "to": scene.world.police, "reason": "Han dras in i förvaring.", "grounds": risk_of_crime(),
    }))
    .unwrap();
    let ours = registry.nominate(&worker, nominate).await.unwrap().view.joint_file_id;
    let matter = police_matter(&scene, NEARLY_21).await;
    let theirs = registry.list_joint_files(&police, 20, 0).await.unwrap().view.joint_files[0].id;
    let link = LinkToCase { case_id: matter, members: Vec::new(), next_follow_up: None };
    registry.link_to_case(&police, theirs, link).await.unwrap();
    scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    let proposal = serde_json::from_value(serde_json::json!({
        "kind": "home_visit", "what": "Hembesök på fredag", "grounds": risk_of_crime(),
    }))
    .unwrap();
    registry.propose_action(&worker, ours, proposal).await.unwrap();
    let words = ["dras in i förvaring", STATION, "Hembesök på fredag"];
    let page = async || serde_json::to_string(&registry.read_joint_file(&police, theirs).await.unwrap().view).unwrap();
    scene.world.clock.set(Timestamp::parse("2026-11-23T22:59:59Z").unwrap());
    let eve = page().await;
    assert!(words.iter().all(|words| eve.contains(words)), "{eve}");
    let copy = scene.inbox("police-coordinator").await.into_iter().find(|item| item.kind == "release").unwrap();

    scene.world.clock.set(Timestamp::parse("2026-11-23T23:00:00Z").unwrap());
    let item = ItemRef { kind: ItemKind::ReceivedItem, id: copy.id.0, version: copy.version };
    let pass_on: ReleaseCommand = serde_json::from_value(serde_json::json!({
        "jointFileId": theirs, "items": [item], "recipientId": scene.world.social, "attention": "Mottagningen", "originAsked": "Ja.",
        "grounds": section_27(),
    }))
    .unwrap();
    let error = registry.release(&police, pass_on).await.unwrap_err();
    assert!(matches!(error, RegistryError::Conflict("lapsed")), "{error:?}");
    let error = scene.opened("police-coordinator", copy.id).await.unwrap_err();
    assert!(matches!(error, RegistryError::Conflict("lapsed")), "{error:?}");
    let birthday = page().await;
    assert!(!words.iter().any(|words| birthday.contains(words)), "{birthday}");
    // A proposal without its text waits for nobody; the review of its copy does.
    let home = registry.coordinator_home(&police).await.unwrap().view;
    assert!(home.to_answer.is_empty() && home.lapsed_to_review > 0);
    let listed = registry.list_joint_files(&police, 20, 0).await.unwrap().view;
    assert_eq!(listed.joint_files[0].to_answer, 0);
    let inbox = scene.inbox("police-coordinator").await;
    assert!(
        inbox
            .iter()
            .all(|item| item.state == ReceivedState::Lapsed && item.lapse_reason.as_deref() == Some("turned_21")),
        "{inbox:?}"
    );
    // What the sender says afterwards changes nothing any more.
    registry.run_lapses(scene.world.social).await.unwrap();
    assert!(scene.inbox("police-coordinator").await.iter().all(|item| item.state == ReceivedState::Lapsed));
}

#[tokio::test]
async fn an_erased_copy_is_gone_with_its_key_and_the_certificate_stays() {
    let scene = Scene::born(NEARLY_21).await;
    let (registry, police) = (&scene.world.registry, scene.world.caller("police-coordinator"));
    scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    scene.world.clock.set(Timestamp::parse(BIRTHDAY).unwrap());
    registry.run_lapses(scene.world.social).await.unwrap();
    let copy = scene.inbox("police-coordinator").await.remove(0);
    // Only a lapsed copy, only in its present version, only by those who may.
    let stale = registry.decide_lapse(&police, copy.id, copy.version + 7, erase()).await.unwrap_err();
    assert!(matches!(stale, RegistryError::Stale), "{stale:?}");
    let theirs =
        registry.decide_lapse(&scene.world.caller("social-worker"), copy.id, copy.version, erase()).await.unwrap_err();
    assert!(matches!(theirs, RegistryError::NotFound), "{theirs:?}");
    registry.decide_lapse(&police, copy.id, copy.version, erase()).await.unwrap();

    let gone = scene.opened("police-coordinator", copy.id).await.unwrap();
    assert!(gone.items.is_empty() && gone.about.is_none() && gone.brief.initials.is_none());
    assert_eq!(
        (gone.brief.state, gone.lapse_decision.unwrap().reason.as_str()),
        (ReceivedState::Erased, "Behövs inte längre.")
    );
    let keys = scene.world.store.keys().of_subject(scene.world.police, "received_item", copy.id.0, 0).await.unwrap();
    assert!(keys.is_empty());
    let twice = registry.decide_lapse(&police, copy.id, copy.version + 1, erase()).await.unwrap_err();
    assert!(matches!(twice, RegistryError::Conflict("not-lapsed")), "{twice:?}");
    let log = scene.log("police-auditor").await;
    assert!(
        log.iter()
            .any(|line| line.action == "received_item.erase" && line.category == "erase" && line.outcome == "allow")
    );
}

#[tokio::test]
async fn a_corrected_item_is_told_of_and_what_is_right_leaves_only_by_a_release() {
    let scene = Scene::born(NEARLY_21).await;
    let (registry, worker, police) =
        (&scene.world.registry, scene.world.caller("social-worker"), scene.world.caller("police-coordinator"));
    scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    let correct =
        |text: &str| Annotate { item_kind: AnnotatedKind::Paragraph, item_id: scene.station.id, text: text.to_owned() };
    let words = "Det var lillebror Adam i 7B som tog kiosken.";
    registry.annotate(&worker, scene.case, correct(words)).await.unwrap();

    // The notice names the item. Not a word of the correction has left.
    let copy = scene.inbox("police-coordinator").await.remove(0);
    assert_eq!(copy.to_acknowledge, 1);
    let opened = scene.opened("police-coordinator", copy.id).await.unwrap();
    assert_eq!(
        (opened.items[0].text.as_str(), opened.corrections[0].text.as_str(), opened.corrections[0].position),
        (STATION, "", 0)
    );
    assert!(!serde_json::to_string(&opened).unwrap().contains("Adam"));
    let told = scene.log("social-auditor").await.into_iter().find(|line| line.action == "lapse.apply").unwrap();
    assert_eq!((told.basis.as_deref(), told.resource_kind.as_str()), (Some("OSL_10_18A/1"), "release"));
    let hidden = registry.acknowledge_correction(&worker, opened.corrections[0].id).await.unwrap_err();
    assert!(matches!(hidden, RegistryError::NotFound), "{hidden:?}");
    let at_the_sender = async || {
        let id = registry.list_releases(&worker, 20, 0).await.unwrap().view.releases[0].id;
        registry.read_release(&worker, id).await.unwrap().view
    };
    let waits = at_the_sender().await.corrections;
    assert_eq!((waits.len(), waits[0].position, waits[0].acknowledged_at), (1, 0, None));
    registry.acknowledge_correction(&police, opened.corrections[0].id).await.unwrap();
    // The answer comes back without a word of content, and is in both logs.
    let read = at_the_sender().await;
    assert_eq!(read.corrections[0].acknowledged_at.map(Timestamp::day), Some(scene.world.clock.today()));
    let back = scene.log("social-auditor").await.into_iter().find(|line| line.action == "parcel.receive").unwrap();
    assert_eq!((back.outcome.as_str(), back.resource_kind.as_str()), ("allow", "release"));
    assert!(
        scene
            .log("police-auditor")
            .await
            .iter()
            .any(|line| line.action == "parcel.send" || line.action == "received_item.read")
    );
    assert_eq!(scene.inbox("police-coordinator").await[0].to_acknowledge, 0);
    let twice = registry.acknowledge_correction(&police, opened.corrections[0].id).await.unwrap_err();
    assert!(matches!(twice, RegistryError::Stale), "{twice:?}");

    // What was prepared before the correction does not leave with words that nobody has seen.
    let stale = scene.release(scene.to_police(risk_of_crime())).await.unwrap_err();
    assert!(matches!(stale, RegistryError::Stale), "{stale:?}");
    // What is right leaves by a decision of its own, and the question of other persons stops it like everything else.
    let item = ItemRef { version: scene.station.version + 1, ..scene.station };
    let mut names_somebody = risk_of_crime();
    names_somebody.answers.last_mut().unwrap().answer = rbac_policy::legal_bases::YesNo::Yes;
    let error = scene.release(scene.releasing(vec![item], names_somebody)).await.unwrap_err();
    assert_eq!(failed(&error), ["other_identifiable_person"]);
    let shown = registry.preview_release(&worker, &scene.releasing(vec![item], risk_of_crime())).await.unwrap().view;
    assert!(shown.items[0].text.contains(words), "the preview shows exactly what would leave");

    // After the birthday too the recipient learns that something was corrected.
    scene.world.clock.set(Timestamp::parse(BIRTHDAY).unwrap());
    registry.annotate(&worker, scene.case, correct("Det var på onsdagar.")).await.unwrap();
    let inbox = scene.inbox("police-coordinator").await;
    assert_eq!(inbox[0].to_acknowledge, 1);
}

#[tokio::test]
async fn passing_on_is_a_new_release_with_a_basis_of_its_own_after_asking_the_origin() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker, police) =
        (&scene.world.registry, scene.world.caller("social-worker"), scene.world.caller("police-coordinator"));
    let school = a_school(&scene).await;
    let matter = police_matter(&scene, SEVENTEEN).await;
    let answers = serde_json::json!([
        { "testId": "obvious_that_interest_outweighs", "answer": "YES", "reason": "Nämnden måste veta det för att kunna hjälpa." },
        { "testId": "contrary_to_statute", "answer": "NO" },
    ]);
    registry.release(&police, from_the_police(&scene, matter, "OSL_10_27", answers)).await.unwrap();
    let received = scene.inbox("social-worker").await.remove(0);
    let item = ItemRef { kind: ItemKind::ReceivedItem, id: received.id.0, version: received.version + 1 };
    let pass_on = |asked: &str| -> ReleaseCommand {
        serde_json::from_value(serde_json::json!({
            "caseId": scene.case, "items": [item], "recipientId": school, "attention": "Rektor", "originAsked": asked,
            "grounds": { "basis": "OSL_26_1", "answers": [
                { "testId": "clear_that_nobody_is_harmed", "answer": "YES", "reason": "Uppgiften är känd för skolan och samtalet är planerat med familjen." },
                { "testId": "other_identifiable_person", "answer": "NO" },
            ] },
        }))
        .unwrap()
    };
    // Before it is in the case's file it is not the case officer's to pass on.
    let error = registry.release(&worker, pass_on("Ja.")).await.unwrap_err();
    assert!(matches!(error, RegistryError::NotFound), "{error:?}");
    let file = FileReceived { case_id: scene.case, reason: "Behövs i utredningen.".to_owned(), same_person: true };
    registry.file_received(&worker, received.id, received.version, file).await.unwrap();
    let error = registry.release(&worker, pass_on(" ")).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Invalid(fields) if fields[0].field == "originAsked"), "{error:?}");
    let id =
        registry.release(&worker, pass_on("Polisen har inget att invända, samtal 23 november.")).await.unwrap().view;
    let read = registry.read_release(&worker, id).await.unwrap().view;
    assert_eq!((read.brief.basis.as_str(), read.items[0].copy.kind.as_str()), ("OSL_26_1", "received_item"));
    assert!(read.items[0].copy.text.contains("parkeringen") && read.items[0].copy.title.contains("10 kap. 27 §"));
}

/// An education board in the same instance.
pub(crate) async fn a_school(scene: &Scene) -> AuthorityId {
    let entropy = SeededEntropy::new(77);
    let id = AuthorityId(entropy.id());
    let unit = store::directory::UnitRow {
        id: entropy.id().into(),
        name: "Dahlstiernska gymnasiet".to_owned(),
        phone: "0530-182 00".to_owned(),
    };
    let founding = Founding {
        id,
        kind: AuthorityKind::EducationBoard,
        name: "Barn- och utbildningsnämnden".to_owned(),
        municipality_code: Some("1461".to_owned()),
        county_code: Some("14".to_owned()),
        reception_phone: "0530-180 00".to_owned(),
        units: vec![unit],
        users: Vec::new(),
        confirmations: Vec::new(),
        delegations: Vec::new(),
    };
    let origin = log_origin("test.example", id).unwrap();
    scene
        .world
        .registry
        .found_authority(founding, RootKey::generate().unwrap(), RecoveryKey::generate().recipient(), &origin)
        .await
        .unwrap();
    id
}

#[tokio::test]
async fn a_forged_or_replayed_parcel_changes_nothing() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    scene.release(scene.to_police(risk_of_crime())).await.unwrap();
    let mut snapshot = scene.world.store.snapshot(scene.world.social).await.unwrap();
    let rows = snapshot.fetch("SELECT sealed FROM parcel_out", Vec::new()).await.unwrap();
    let parcel = rows[0].bytes(0).unwrap();
    snapshot.close().await.unwrap();

    // The same parcel again: the same receipt, and no second document.
    let receipts = (registry.take_in(&parcel).await.unwrap(), registry.take_in(&parcel).await.unwrap());
    assert_eq!(receipts.0, receipts.1);
    assert_eq!(scene.inbox("police-coordinator").await.len(), 1);
    // One bit turned, anywhere: refused.
    for place in [parcel.len() / 3, parcel.len() / 2, parcel.len() - 1] {
        let mut forged = parcel.clone();
        forged[place] ^= 1;
        let error = registry.take_in(&forged).await.unwrap_err();
        assert!(
            matches!(error, NotTakenIn::Refused(_) | NotTakenIn::Replayed | NotTakenIn::TooEarly { .. }),
            "{error:?}"
        );
    }
    assert!(registry.take_in(b"not a parcel").await.is_err());
    assert_eq!(scene.inbox("police-coordinator").await.len(), 1);
}
