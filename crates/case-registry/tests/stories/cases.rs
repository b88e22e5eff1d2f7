//! Persons, cases, notes and measures, as their users meet them.

use crate::common::{World, number};
use case_registry::{
    RegistryError,
    access_log::SearchLogCommand,
    case::{ChangeCase, ClockKind, OpenCase},
    measure::{ChangeMeasure, LogMeasure},
    note::{Annotate, AnnotatedKind, WriteNote, WriteParagraph},
    person::{ChangePerson, IdentityKind, IdentityLevel, RegisterPerson, SearchCommand},
};
use rbac_policy::measures::{MeasureOutcome, MeasureStatus};
use time::macros::date;
use vocabulary::{CaseId, PersonId, Protection, SecrecyClass, StatedReason, purpose::CasePurpose};

fn linnea() -> RegisterPerson {
    RegisterPerson {
        given_name: "Linnéa".to_owned(),
        family_name: "Åkerström".to_owned(),
        identity_kind: IdentityKind::PersonalNumber,
        identity_value: number("2009-03-04", 980),
        identity_issuer: String::new(),
        identity_level: None,
        birth_date: Some(date!(2009 - 03 - 04)),
        birth_estimated: false,
        protection: Protection::None,
    }
}

async fn registered(world: &World, who: &str, person: RegisterPerson) -> PersonId {
    world.registry.register_person(&world.caller(who), person).await.unwrap().view.person_id.unwrap()
}

async fn opened(world: &World, who: &str, person: PersonId, number: &str) -> CaseId {
    let command = OpenCase {
        person_id: person,
        purpose: CasePurpose::Sol12p1,
        external_number: number.to_owned(),
        review_on: None,
    };
    world.registry.open_case(&world.caller(who), command).await.unwrap().view
}

fn contact_person() -> LogMeasure {
    serde_json::from_value(serde_json::json!({ "kind": "contact_person", "what": "Kontaktperson två gånger i veckan", "followUpOn": "2026-12-15" })).unwrap()
}

fn note(text: &str, class: SecrecyClass) -> WriteNote {
    WriteNote {
        kind: case_registry::note::NoteKind::Meeting,
        occurred_on: date!(2026 - 11 - 20),
        paragraphs: vec![
            WriteParagraph { text: text.to_owned(), class, third_party: false },
            WriteParagraph {
                text: "Mötet varade en timme.".to_owned(),
                class: SecrecyClass::Standard,
                third_party: false,
            },
        ],
    }
}

#[tokio::test]
async fn a_social_worker_logs_a_measure_and_the_auditor_sees_that_not_what() {
    let world = World::new().await;
    let worker = world.caller("social-worker");
    let person = registered(&world, "social-worker", linnea()).await;
    let case = opened(&world, "social-worker", person, "2026-0417").await;
    let measure = world.registry.log_measure(&worker, case, contact_person()).await.unwrap();

    let read = world.registry.read_case(&worker, case).await.unwrap().view;
    assert_eq!(read.person.family_name, "Åkerström");
    assert_eq!(read.external_number, "2026-0417");
    assert_eq!(read.measures.len(), 1);
    assert_eq!(read.measures[0].what, "Kontaktperson två gånger i veckan");
    assert_eq!(
        read.clocks.iter().map(|clock| clock.kind).collect::<Vec<_>>(),
        [ClockKind::Turns18, ClockKind::Turns21]
    );

    let list = world.registry.list_cases(&worker, 20, 0).await.unwrap().view;
    assert_eq!(list.cases.len(), 1);
    assert_eq!(list.cases[0].next_on.as_deref(), Some("2026-12-15"));

    let auditor = world.caller("social-auditor");
    let command = SearchLogCommand { person_number: Some(number("2009-03-04", 980)), ..SearchLogCommand::default() };
    let page = world.registry.search_log(&auditor, command).await.unwrap().view;
    let actions: Vec<&str> = page.lines.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(actions, ["case.list", "case.read", "measure.log", "case.open", "person.register"]);
    let entry = world.registry.open_log_entry(&auditor, measure.entry).await.unwrap().view;
    assert_eq!(entry.opening, "opened");
    for secret in ["Linnéa", "Åkerström", "Kontaktperson", "200903"] {
        assert!(!entry.leaf.contains(secret), "{secret} stands in the leaf");
    }
    let state = world.registry.log_state(&auditor, true).await.unwrap().view;
    assert!(state.verified.as_ref().is_some_and(|found| found.is_sound), "{state:?}");
}

#[tokio::test]
async fn a_colleague_without_assignment_meets_the_same_nothing_as_for_a_case_that_is_not_there() {
    let world = World::new().await;
    let person = registered(&world, "social-worker", linnea()).await;
    let case = opened(&world, "social-worker", person, "2026-0417").await;
    for who in ["social-worker-2", "police-coordinator", "administrator", "prevention-coordinator", "social-auditor"] {
        let caller = world.caller(who);
        assert!(matches!(world.registry.read_case(&caller, case).await, Err(RegistryError::NotFound)), "{who}");
    }
    assert!(matches!(
        world.registry.log_measure(&world.caller("social-worker-2"), case, contact_person()).await,
        Err(RegistryError::NotFound)
    ));
    let nothing = CaseId(uuid::Uuid::from_u128(1));
    assert!(matches!(
        world.registry.read_case(&world.caller("social-worker"), nothing).await,
        Err(RegistryError::NotFound)
    ));
    let refusals =
        SearchLogCommand { outcome: Some(audit_log::Outcome::Denied), limit: Some(90), ..SearchLogCommand::default() };
    let page = world.registry.search_log(&world.caller("social-auditor"), refusals).await.unwrap().view;
    assert_eq!(page.lines.len(), 6, "four colleagues, one of them twice, and the case that is not there");
}

#[tokio::test]
async fn a_person_whom_the_authority_has_already_is_answered_with_a_unit_and_nothing_else() {
    let world = World::new().await;
    registered(&world, "social-worker", linnea()).await;
    let again = world.registry.register_person(&world.caller("social-worker-2"), linnea()).await.unwrap().view;
    let exists = again.exists.unwrap();
    assert!(again.person_id.is_none());
    assert_eq!(exists.unit.as_deref(), Some("Enhet 0"));
    // The police register the same person as their own: the two authorities' numbers never meet.
    registered(&world, "police-coordinator", linnea()).await;
}

#[tokio::test]
async fn with_protected_identity_the_answer_is_only_to_contact_the_manager() {
    let world = World::new().await;
    registered(&world, "social-worker", RegisterPerson { protection: Protection::Marked, ..linnea() }).await;
    let again = world.registry.register_person(&world.caller("social-worker-2"), linnea()).await.unwrap().view;
    assert!(again.exists.unwrap().unit.is_none());
}

#[tokio::test]
async fn a_protected_person_is_opened_only_with_a_stated_reason() {
    let world = World::new().await;
    let person = registered(&world, "social-lead", RegisterPerson { protection: Protection::Marked, ..linnea() }).await;
    let mut worker = world.caller("social-lead");
    let command = OpenCase {
        person_id: person,
        purpose: CasePurpose::Sol12p1,
        external_number: "2026-0417".to_owned(),
        review_on: None,
    };
    assert!(matches!(world.registry.open_case(&worker, command.clone()).await, Err(RegistryError::ReasonRequired)));
    worker.reason = StatedReason::new("Ärendet öppnas efter förhandsbedömning");
    let case = world.registry.open_case(&worker, command).await.unwrap().view;
    worker.reason = None;
    assert!(matches!(world.registry.read_case(&worker, case).await, Err(RegistryError::ReasonRequired)));
    worker.reason = StatedReason::new("Planerat besök i dag");
    let answer = world.registry.read_case(&worker, case).await.unwrap();
    let entry = world.registry.open_log_entry(&world.caller("social-auditor"), answer.entry).await.unwrap().view;
    assert_eq!(entry.justification.as_deref(), Some("Planerat besök i dag"));
}

#[tokio::test]
async fn wrong_numbers_and_impossible_dates_are_named_field_by_field_and_nothing_is_stored() {
    let world = World::new().await;
    let worker = world.caller("social-worker");
    let wrong = RegisterPerson {
        identity_value: "20090304-9801".to_owned(),
        birth_date: Some(date!(2027 - 01 - 01)),
        given_name: "a\u{7}".to_owned(),
        ..linnea()
    };
    let Err(RegistryError::Invalid(errors)) = world.registry.register_person(&worker, wrong).await else {
        panic!("accepted")
    };
    let named: Vec<(&str, &str)> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
    assert_eq!(
        named,
        [("givenName", "control-characters"), ("birthDate", "in-the-future"), ("identityValue", "check-digit")]
    );
    let found =
        world.registry.search_persons(&worker, SearchCommand { term: "Åkerström".to_owned() }).await.unwrap().view;
    assert!(found.persons.is_empty());
}

#[tokio::test]
async fn a_measure_moves_along_its_life_cycle_and_never_past_it() {
    let world = World::new().await;
    let worker = world.caller("social-worker");
    let person = registered(&world, "social-worker", linnea()).await;
    let case = opened(&world, "social-worker", person, "2026-0417").await;
    let id = world.registry.log_measure(&worker, case, contact_person()).await.unwrap().view;
    let step = |status, outcome| ChangeMeasure {
        status: Some(status),
        follow_up_on: None,
        due_on: None,
        outcome,
        note: String::new(),
    };
    let Err(RegistryError::Invalid(errors)) =
        world.registry.change_measure(&worker, id, 1, step(MeasureStatus::Done, None)).await
    else {
        panic!("accepted")
    };
    assert_eq!((errors[0].field.as_str(), errors[0].code), ("outcome", "required"));
    assert!(matches!(
        world.registry.change_measure(&worker, id, 7, step(MeasureStatus::Done, Some(MeasureOutcome::Reached))).await,
        Err(RegistryError::Stale)
    ));
    world
        .registry
        .change_measure(&worker, id, 1, step(MeasureStatus::Done, Some(MeasureOutcome::Reached)))
        .await
        .unwrap();
    let read = world.registry.read_measure(&worker, id).await.unwrap().view;
    assert_eq!((read.status, read.outcome, read.version), (MeasureStatus::Done, Some(MeasureOutcome::Reached), 2));
    assert_eq!(read.history.len(), 2);
    assert!(matches!(
        world.registry.change_measure(&worker, id, 2, step(MeasureStatus::Ongoing, None)).await,
        Err(RegistryError::Invalid(_))
    ));
}

#[tokio::test]
async fn health_paragraphs_are_for_the_officer_and_absent_for_the_lead() {
    let world = World::new().await;
    let worker = world.caller("social-worker");
    let person = registered(&world, "social-worker", linnea()).await;
    let case = opened(&world, "social-worker", person, "2026-0417").await;
    let id = world
        .registry
        .write_note(&worker, case, note("Läkaren har bedömt sömnen.", SecrecyClass::Health))
        .await
        .unwrap()
        .view;
    let own = world.registry.read_case(&worker, case).await.unwrap().view;
    assert_eq!(own.notes[0].paragraphs.len(), 2);
    let lead = world.registry.read_case(&world.caller("social-lead"), case).await.unwrap().view;
    assert_eq!(lead.notes[0].paragraphs.len(), 1, "what is not permitted is absent, not counted");
    assert!(!serde_json::to_string(&lead).unwrap().contains("Läkaren"));

    let paragraph = own.notes[0].paragraphs[0].id;
    let correction = Annotate {
        item_kind: AnnotatedKind::Paragraph,
        item_id: paragraph.0,
        text: "Skolsköterskan, inte läkaren.".to_owned(),
    };
    world.registry.annotate(&worker, case, correction).await.unwrap();
    world.registry.lock_note(&worker, id, 1).await.unwrap();
    assert!(matches!(world.registry.lock_note(&worker, id, 1).await, Err(RegistryError::Stale)));
    let corrected = world.registry.read_case(&worker, case).await.unwrap().view;
    let first = &corrected.notes[0].paragraphs[0];
    assert_eq!(
        (first.text.as_str(), first.annotations[0].text.as_str()),
        ("Läkaren har bedömt sömnen.", "Skolsköterskan, inte läkaren.")
    );
    assert!(corrected.notes[0].locked_at.is_some());
}

#[tokio::test]
async fn cover_is_lent_for_a_time_and_ends_by_itself() {
    let world = World::new().await;
    let person = registered(&world, "social-worker", linnea()).await;
    let case = opened(&world, "social-worker", person, "2026-0417").await;
    let stand_in = world.caller("social-worker-2");
    let lend = ChangeCase {
        assign: None,
        cover: Some(stand_in.user),
        cover_until: Some(date!(2026 - 11 - 25)),
        release_officer: None,
        review_on: None,
        close: false,
    };
    world.registry.change_case(&world.caller("social-lead"), case, 1, lend).await.unwrap();
    assert!(world.registry.read_case(&stand_in, case).await.is_ok());
    assert_eq!(world.registry.list_cases(&stand_in, 20, 0).await.unwrap().view.cases.len(), 1);
    world.clock.set(vocabulary::Timestamp::parse("2026-11-25T23:30:00Z").unwrap());
    assert!(matches!(world.registry.read_case(&stand_in, case).await, Err(RegistryError::NotFound)));
    assert_eq!(world.registry.list_cases(&stand_in, 20, 0).await.unwrap().view.cases.len(), 0);
}

#[tokio::test]
async fn a_closed_case_is_read_and_no_longer_written_in() {
    let world = World::new().await;
    let worker = world.caller("social-worker");
    let person = registered(&world, "social-worker", linnea()).await;
    let case = opened(&world, "social-worker", person, "2026-0417").await;
    let close = ChangeCase {
        assign: None,
        cover: None,
        cover_until: None,
        release_officer: None,
        review_on: None,
        close: true,
    };
    world.registry.change_case(&worker, case, 1, close).await.unwrap();
    assert!(world.registry.read_case(&worker, case).await.is_ok());
    assert!(matches!(
        world.registry.log_measure(&worker, case, contact_person()).await,
        Err(RegistryError::Conflict("closed"))
    ));
    // Somebody without permission does not even learn that it is closed.
    assert!(matches!(
        world.registry.log_measure(&world.caller("social-worker-2"), case, contact_person()).await,
        Err(RegistryError::NotFound)
    ));
}

#[tokio::test]
async fn somebody_who_was_registered_and_has_no_case_yet_is_found_by_whoever_registered_them() {
    let world = World::new().await;
    registered(&world, "social-worker", linnea()).await;
    let found = async |who: &str| {
        let command = SearchCommand { term: "akerstrom".to_owned() };
        world.registry.search_persons(&world.caller(who), command).await.unwrap().view.persons.len()
    };
    assert_eq!((found("social-worker").await, found("social-worker-2").await), (1, 0));
}

#[tokio::test]
async fn a_search_finds_only_whom_the_caller_works_with() {
    let world = World::new().await;
    let person = registered(&world, "social-worker", linnea()).await;
    opened(&world, "social-worker", person, "2026-0417").await;
    let search = |who: &str, term: &str| {
        let (caller, term) = (world.caller(who), term.to_owned());
        let registry = world.registry.clone();
        async move { registry.search_persons(&caller, SearchCommand { term }).await.map(|answer| answer.view.persons.len()) }
    };
    assert_eq!(search("social-worker", "akerstrom").await.unwrap(), 1);
    assert_eq!(search("social-worker", &number("2009-03-04", 980)).await.unwrap(), 1);
    assert_eq!(search("social-worker-2", "akerstrom").await.unwrap(), 0);
    assert_eq!(search("social-worker", "2026-0417").await.unwrap(), 1, "by the number of the case");
    assert_eq!(search("social-worker-2", "2026-0417").await.unwrap(), 0);
    assert_eq!(search("social-worker", "2026-041").await.unwrap(), 0, "a case's number is whole or nothing");
    assert!(matches!(search("administrator", "akerstrom").await, Err(RegistryError::NotFound)));
}

#[tokio::test]
async fn care_under_lvu_3_begins_before_20_is_over_at_21_and_is_reexamined() {
    let world = World::new().await;
    let worker = world.caller("social-worker");
    let fields = |error: RegistryError| match error {
        RegistryError::Invalid(fields) => {
            fields.into_iter().map(|field| format!("{}:{}", field.field, field.code)).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let care = |more: serde_json::Value| -> LogMeasure {
        let mut command = serde_json::json!({
            "kind": "lvu_placement", "what": "Vård på ungdomshem", "followUpOn": "2027-01-15", "status": "DECIDED",
        });
        command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(command).unwrap()
    };
    let case_of = async |born: time::Date, serial: u16| {
        let person = crate::scene::somebody(born, serial);
        let person = world.registry.register_person(&worker, person).await.unwrap().view.person_id.unwrap();
        let command = case_registry::case::OpenCase {
            person_id: person,
            purpose: vocabulary::purpose::CasePurpose::Sol12p1,
            external_number: format!("2026-{serial}"),
            review_on: None,
        };
        world.registry.open_case(&worker, command).await.unwrap().view
    };
    let day = |text: &str| serde_json::json!({ "dueOn": text });
    // Twenty today, by a day: too late to decide, not too late to have begun last month.
    let twenty = case_of(time::macros::date!(2006 - 11 - 22), 981).await;
    let error = world.registry.log_measure(&worker, twenty, care(day("2027-06-01"))).await.unwrap_err();
    assert_eq!(fields(error), ["kind:too-old-at-decision"]);
    let begun = serde_json::json!({ "status": "ONGOING", "startOn": "2026-10-20" });
    let id = world.registry.log_measure(&worker, twenty, care(begun)).await.unwrap().view;
    // Not planned beyond the 21st birthday, and looked at again within six months.
    let later = serde_json::from_value(serde_json::json!({ "dueOn": "2027-11-23" })).unwrap();
    let error = world.registry.change_measure(&worker, id, 1, later).await.unwrap_err();
    assert_eq!(fields(error), ["dueOn:past-the-age"]);
    let seldom = serde_json::from_value(serde_json::json!({ "followUpOn": "2027-05-24" })).unwrap();
    let error = world.registry.change_measure(&worker, id, 1, seldom).await.unwrap_err();
    assert_eq!(fields(error), ["followUpOn:more-than-six-months"]);
    let nineteen = case_of(time::macros::date!(2006 - 11 - 24), 982).await;
    world.registry.log_measure(&worker, nineteen, care(day("2027-11-24"))).await.unwrap();
    // At 21 none is under way.
    let grown = case_of(time::macros::date!(2005 - 11 - 23), 983).await;
    let error =
        world.registry.log_measure(&worker, grown, care(serde_json::json!({ "status": "ONGOING" }))).await.unwrap_err();
    assert_eq!(fields(error), ["kind:too-old-at-decision", "status:past-the-age"]);
}

#[tokio::test]
async fn a_person_who_gets_a_number_keeps_the_old_one_as_an_alias() {
    let world = World::new().await;
    let worker = world.caller("social-worker");
    // A samordningsnummer comes with how well the identity is known, and with nothing else does it.
    let coordination = |level| RegisterPerson {
        identity_kind: IdentityKind::CoordinationNumber,
        identity_value: number("2009-03-64", 980),
        identity_level: level,
        ..linnea()
    };
    let unsaid = world.registry.register_person(&worker, coordination(None)).await.unwrap_err();
    assert!(matches!(&unsaid, RegistryError::Invalid(fields) if fields[0].field == "identityLevel"), "{unsaid:?}");
    let said = RegisterPerson { identity_level: Some(IdentityLevel::Confirmed), ..linnea() };
    let too_much = world.registry.register_person(&worker, said).await.unwrap_err();
    assert!(matches!(&too_much, RegistryError::Invalid(fields) if fields[0].field == "identityLevel"), "{too_much:?}");

    let person = registered(&world, "social-worker", coordination(Some(IdentityLevel::Probable))).await;
    opened(&world, "social-worker", person, "2026-0417").await;
    let before = world.registry.open_person(&worker, person).await.unwrap().view.person;
    assert_eq!(before.identity_level, Some(IdentityLevel::Probable));
    let numbered = |serial, reason: &str| -> ChangePerson {
        serde_json::from_value(serde_json::json!({
            "identityKind": "PERSONAL_NUMBER", "identityValue": number("2009-03-04", serial), "reason": reason,
        }))
        .unwrap()
    };
    let change = |version, change| world.registry.change_person(&worker, person, version, change);
    let wrong = ChangePerson { identity_value: "20090304-9801".to_owned(), ..numbered(981, "Folkbokförd.") };
    let wrong = change(before.version, wrong).await.unwrap_err();
    assert!(matches!(&wrong, RegistryError::Invalid(fields) if fields[0].code == "check-digit"), "{wrong:?}");
    change(before.version, numbered(981, "Folkbokförd i dag.")).await.unwrap();
    let after = world.registry.open_person(&worker, person).await.unwrap().view.person;
    assert_eq!((after.identity_kind, after.identity_level), (IdentityKind::PersonalNumber, None));
    let [former] = after.former.as_slice() else { panic!("{:?}", after.former) };
    assert_eq!(
        (former.identity_kind, former.reason.as_str()),
        (IdentityKind::CoordinationNumber, "Folkbokförd i dag.")
    );

    // Either number finds the person, and neither is free for anybody else.
    for term in [number("2009-03-64", 980), number("2009-03-04", 981)] {
        let found = world.registry.search_persons(&worker, SearchCommand { term: term.clone() }).await.unwrap().view;
        assert_eq!(found.persons.iter().map(|found| found.id).collect::<Vec<_>>(), [person], "{term}");
    }
    let again =
        world.registry.register_person(&worker, coordination(Some(IdentityLevel::Probable))).await.unwrap().view;
    assert!(again.person_id.is_none() && again.exists.is_some());
    let other = RegisterPerson { identity_value: number("2009-03-04", 985), ..linnea() };
    let other = registered(&world, "social-worker", other).await;
    let taken = world.registry.change_person(&worker, other, 1, numbered(981, "Fel person.")).await.unwrap_err();
    assert!(matches!(taken, RegistryError::Conflict("exists-already")), "{taken:?}");
    let stale = change(before.version, numbered(986, "En gång till.")).await.unwrap_err();
    assert!(matches!(stale, RegistryError::Stale), "{stale:?}");
    let colleague = world.caller("social-worker-2");
    let hidden = world.registry.change_person(&colleague, person, after.version, numbered(987, "Nyfiken.")).await;
    assert!(matches!(hidden.unwrap_err(), RegistryError::NotFound));
}
