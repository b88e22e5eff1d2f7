//! A concern report at the social board: its clocks, its assessment, the file that it belongs in.

use crate::lapses::police_matter;
use crate::scene::{SEVENTEEN, Scene, somebody};
use case_registry::{
    RegistryError,
    case::{ClockKind, OpenCase},
    concern_report::ConcernReport,
    person::IdentityKind,
    received::{AssessConcern, ConcernClock, ConcernOutcome, FileReceived, OpenReceived, ReceivedBrief, ReceivedState},
    release::WithdrawRelease,
};
use time::{Date, macros::date};
use vocabulary::{CaseId, ReleaseId, Timestamp, purpose::CasePurpose};

/// The police report concern for the person of their matter.
async fn reported(scene: &Scene, matter: CaseId, immediate_danger: bool) -> ReleaseId {
    let command: ConcernReport = serde_json::from_value(serde_json::json!({
        "caseId": matter,
        "recipientId": scene.world.social,
        "text": "Han sågs i natt klockan 01.40 på parkeringen, kall och utan jacka.",
        "immediateDanger": immediate_danger,
        "grounds": { "basis": "SOL_19_1", "answers": [{ "testId": "known_or_suspected_to_fare_ill", "answer": "YES" }] },
    }))
    .unwrap();
    scene.world.registry.report_concern(&scene.world.caller("police-coordinator"), command).await.unwrap().view
}

async fn the_report(scene: &Scene) -> ReceivedBrief {
    scene.inbox("social-worker").await.into_iter().find(|item| item.kind == "concern_report").unwrap()
}

fn into(case: CaseId) -> FileReceived {
    FileReceived {
        case_id: case, reason: "Ligger till grund för förhandsbedömningen.".to_owned(), same_person: false
    }
}

fn comes_to(outcome: ConcernOutcome, decided_on: Date) -> AssessConcern {
    AssessConcern { outcome, decided_on, reason: "Han är hemma och tas om hand.".to_owned() }
}

#[tokio::test]
async fn a_concern_report_runs_by_the_clocks_of_the_law_until_each_step_is_recorded() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let matter = police_matter(&scene, SEVENTEEN).await;
    reported(&scene, matter, true).await;

    // The same day: the need of immediate protection.
    let report = the_report(&scene).await;
    assert_eq!(
        (report.clock, report.respond_on.as_deref(), report.immediate_danger, report.is_overdue),
        (Some(ConcernClock::Protection), Some("2026-11-23"), true, false)
    );
    // Filing stops no clock, and the case shows it.
    registry.file_received(&worker, report.id, report.version, into(scene.case)).await.unwrap();
    let clocks = scene.case().await.clocks;
    let clock = clocks.iter().find(|clock| clock.kind == ClockKind::ConcernProtection).unwrap();
    assert_eq!((clock.on, clock.days), (date!(2026 - 11 - 23), 0));

    // One step after the other, each on a day that can be, each once.
    let version = the_report(&scene).await.version;
    let assess = |version, command| registry.assess_concern(&worker, report.id, version, command);
    let early = assess(version, comes_to(ConcernOutcome::InquiryOpened, date!(2026 - 11 - 23))).await.unwrap_err();
    assert!(matches!(early, RegistryError::Conflict("wrong-state")), "{early:?}");
    for day in [date!(2026 - 11 - 22), date!(2026 - 11 - 24)] {
        let impossible = assess(version, comes_to(ConcernOutcome::NoProtectionNeeded, day)).await.unwrap_err();
        assert!(
            matches!(&impossible, RegistryError::Invalid(fields) if fields[0].field == "decidedOn"),
            "{impossible:?}"
        );
    }
    assess(version, comes_to(ConcernOutcome::NoProtectionNeeded, date!(2026 - 11 - 23))).await.unwrap();
    let after = the_report(&scene).await;
    assert_eq!((after.clock, after.respond_on.as_deref()), (Some(ConcernClock::Preliminary), Some("2026-12-07")));
    let stale = assess(version, comes_to(ConcernOutcome::NoInquiry, date!(2026 - 11 - 23))).await.unwrap_err();
    assert!(matches!(stale, RegistryError::Stale), "{stale:?}");

    // A day too late is said to be late.
    scene.world.clock.set(Timestamp::parse("2026-12-08T08:00:00Z").unwrap());
    let late = the_report(&scene).await;
    assert!(late.is_overdue && late.state == ReceivedState::Filed);
    assess(late.version, comes_to(ConcernOutcome::InquiryOpened, date!(2026 - 12 - 07))).await.unwrap();
    let inquiry = the_report(&scene).await;
    assert_eq!((inquiry.clock, inquiry.respond_on.as_deref()), (Some(ConcernClock::Inquiry), Some("2027-04-07")));
    assess(inquiry.version, comes_to(ConcernOutcome::InquiryFinished, date!(2026 - 12 - 08))).await.unwrap();
    let opened = scene.opened("social-worker", report.id).await.unwrap();
    assert_eq!(opened.brief.clock, None);
    let steps: Vec<_> = opened.steps.iter().map(|step| step.outcome).collect();
    assert_eq!(
        steps,
        [ConcernOutcome::NoProtectionNeeded, ConcernOutcome::InquiryOpened, ConcernOutcome::InquiryFinished]
    );
    assert!(scene.case().await.clocks.iter().all(|clock| clock.kind != ClockKind::ConcernInquiry));

    // It is the board's matter: no colleague outside the case, and not the sender.
    for who in ["social-worker-2", "police-coordinator", "social-auditor"] {
        let command = comes_to(ConcernOutcome::InquiryFinished, date!(2026 - 12 - 08));
        let hidden = registry
            .assess_concern(&scene.world.caller(who), report.id, opened.brief.version, command)
            .await
            .unwrap_err();
        assert!(matches!(hidden, RegistryError::NotFound), "{who}: {hidden:?}");
    }
    let lines = scene.log("social-auditor").await;
    assert_eq!(
        lines.iter().filter(|line| line.action == "received_item.assess" && line.outcome == "allow").count(),
        3,
        "three steps"
    );
}

#[tokio::test]
async fn a_report_made_under_a_duty_stays_with_the_board_when_its_sender_takes_it_back() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, police) = (&scene.world.registry, scene.world.caller("police-coordinator"));
    let matter = police_matter(&scene, SEVENTEEN).await;
    let release = reported(&scene, matter, false).await;
    let report = the_report(&scene).await;
    let version = registry.read_release(&police, release).await.unwrap().view.version;
    let withdraw = WithdrawRelease { reason: "Uppgiften omfattas av förundersökningssekretess.".to_owned() };
    registry.withdraw_release(&police, release, version, withdraw).await.unwrap();

    let after = the_report(&scene).await;
    assert_eq!((after.state, after.clock), (ReceivedState::Received, Some(ConcernClock::Protection)));
    let opened = scene.opened("social-worker", report.id).await.unwrap();
    assert!(!opened.items.is_empty(), "it opens as before");
    assert_eq!(opened.brief.lapse_reason.as_deref(), Some("withdrawn"), "and says that its sender took it back");
}

#[tokio::test]
async fn a_report_is_filed_with_a_reason_in_a_case_about_the_same_person() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let matter = police_matter(&scene, SEVENTEEN).await;
    reported(&scene, matter, false).await;
    let report = the_report(&scene).await;
    assert_eq!((report.kind.as_str(), report.state), ("concern_report", ReceivedState::Received));

    // Another child's case: the numbers tell, whatever is said.
    let other = case_about(&scene, somebody(date!(2012 - 05 - 06), 982), "2026-0418").await;
    for same_person in [false, true] {
        let wrong = FileReceived { same_person, ..into(other) };
        let refused = registry.file_received(&worker, report.id, report.version, wrong).await.unwrap_err();
        assert!(matches!(refused, RegistryError::Conflict("other-person")), "{refused:?}");
    }
    let not_mine = registry
        .file_received(&scene.world.caller("social-worker-2"), report.id, 1, into(scene.case))
        .await
        .unwrap_err();
    assert!(matches!(not_mine, RegistryError::NotFound), "{not_mine:?}");
    registry.file_received(&worker, report.id, report.version, into(scene.case)).await.unwrap();
    let filed = scene.opened("social-worker", report.id).await.unwrap();
    assert_eq!(
        (filed.brief.state, filed.filed_reason.as_deref()),
        (ReceivedState::Filed, Some("Ligger till grund för förhandsbedömningen."))
    );
    assert_eq!(filed.brief.case_id, Some(scene.case));
    // From now on it belongs to the case: a colleague who is not on it does not find it any more.
    assert!(scene.inbox("social-worker-2").await.is_empty());
    let elsewhere = registry
        .open_received(&scene.world.caller("social-worker-2"), report.id, OpenReceived::default())
        .await
        .unwrap_err();
    assert!(matches!(elsewhere, RegistryError::NotFound), "{elsewhere:?}");
    let twice = registry.file_received(&worker, report.id, 2, into(scene.case)).await.unwrap_err();
    assert!(matches!(twice, RegistryError::Conflict("filed-already")), "{twice:?}");
}

#[tokio::test]
async fn where_no_number_tells_whoever_files_says_that_it_is_the_same_person() {
    let scene = Scene::born(SEVENTEEN).await;
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let police = scene.world.caller("police-coordinator");
    // The police know a number that the board has not registered.
    let stranger = registry.register_person(&police, somebody(SEVENTEEN, 984)).await.unwrap().view.person_id.unwrap();
    let matter = OpenCase {
        person_id: stranger,
        purpose: CasePurpose::PoliceMatter,
        external_number: "5000-K2".to_owned(),
        review_on: None,
    };
    let matter = registry.open_case(&police, matter).await.unwrap().view;
    reported(&scene, matter, false).await;
    let report = the_report(&scene).await;

    let mut unknown = somebody(SEVENTEEN, 983);
    (unknown.identity_kind, unknown.identity_value) = (IdentityKind::Unknown, String::new());
    let unknown = case_about(&scene, unknown, "2026-0419").await;
    let unsaid = registry.file_received(&worker, report.id, report.version, into(unknown)).await.unwrap_err();
    assert!(matches!(&unsaid, RegistryError::Invalid(fields) if fields[0].field == "samePerson"), "{unsaid:?}");
    let said = FileReceived { same_person: true, ..into(unknown) };
    registry.file_received(&worker, report.id, report.version, said).await.unwrap();
}

async fn case_about(scene: &Scene, person: case_registry::person::RegisterPerson, number: &str) -> CaseId {
    let (registry, worker) = (&scene.world.registry, scene.world.caller("social-worker"));
    let person = registry.register_person(&worker, person).await.unwrap().view.person_id.unwrap();
    let command = OpenCase {
        person_id: person,
        purpose: CasePurpose::Sol12p1,
        external_number: number.to_owned(),
        review_on: None,
    };
    registry.open_case(&worker, command).await.unwrap().view
}
