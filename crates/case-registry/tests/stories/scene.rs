//! A case with a note and a measure, and the grounds that stories release on.

use case_registry::{
    RegistryError,
    access_log::{LogLineView, SearchLogCommand},
    case::{CaseView, OpenCase},
    consent::RecordConsent,
    note::{WriteNote, WriteParagraph},
    person::{IdentityKind, RegisterPerson},
    received::{OpenReceived, ReceivedBrief, ReceivedView},
    release::{BasisChoice, ItemKind, ItemRef, ReleaseCommand},
};
use time::{Date, macros::date};
use uuid::Uuid;
use vocabulary::{
    AuthorityId, CaseId, ConsentId, PersonId, Protection, ReceivedItemId, ReleaseId, SecrecyClass, purpose::CasePurpose,
};

use crate::common::{World, number};

/// What is told: which paragraph of the note it becomes.
pub(crate) const STATION: &str = "Han träffar rekryteraren vid stationen på fredagar.";
pub(crate) const SISTER: &str = "Hans syster Elin har sett dem tillsammans.";

/// A young person born on a day, with an open case at the social board: one note of two paragraphs, the second about somebody else.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) person: PersonId,
    pub(crate) case: CaseId,
    pub(crate) station: ItemRef,
    pub(crate) sister: ItemRef,
}

pub(crate) fn somebody(born: Date, serial: u16) -> RegisterPerson {
    RegisterPerson {
        given_name: "Noel".to_owned(),
        family_name: "Granlund".to_owned(),
        identity_kind: IdentityKind::PersonalNumber,
        identity_value: number(&born.to_string(), serial),
        identity_issuer: String::new(),
        identity_level: None,
        birth_date: Some(born),
        birth_estimated: false,
        protection: Protection::None,
    }
}

/// Seventeen years old.
pub(crate) const SEVENTEEN: Date = date!(2009 - 03 - 04);
/// Turns 21 the day after the stories begin.
pub(crate) const NEARLY_21: Date = date!(2005 - 11 - 24);

impl Scene {
    pub(crate) async fn of(person: RegisterPerson) -> Self {
        let world = World::new().await;
        let worker = world.caller("social-worker");
        let person = world.registry.register_person(&worker, person).await.unwrap().view.person_id.unwrap();
        let command = OpenCase {
            person_id: person,
            purpose: CasePurpose::Sol12p1,
            external_number: "2026-0417".to_owned(),
            review_on: None,
        };
        let case = world.registry.open_case(&worker, command).await.unwrap().view;
        let paragraph = |text: &str, third_party| WriteParagraph {
            text: text.to_owned(),
            class: SecrecyClass::Standard,
            third_party,
        };
        let note = WriteNote {
            kind: case_registry::note::NoteKind::Meeting,
            occurred_on: date!(2026 - 11 - 20),
            paragraphs: vec![paragraph(STATION, false), paragraph(SISTER, true)],
        };
        world.registry.write_note(&worker, case, note).await.unwrap();
        let read = world.registry.read_case(&worker, case).await.unwrap().view;
        let item = |text: &str| {
            let found = read.notes[0].paragraphs.iter().find(|paragraph| paragraph.text == text).unwrap();
            ItemRef { kind: ItemKind::Paragraph, id: found.id.0, version: found.version }
        };
        let (station, sister) = (item(STATION), item(SISTER));
        Self { world, person, case, station, sister }
    }

    pub(crate) async fn born(day: Date) -> Self {
        Self::of(somebody(day, 981)).await
    }

    /// One paragraph to the police.
    pub(crate) fn to_police(&self, grounds: BasisChoice) -> ReleaseCommand {
        self.releasing(vec![self.station], grounds)
    }

    pub(crate) fn releasing(&self, items: Vec<ItemRef>, grounds: BasisChoice) -> ReleaseCommand {
        serde_json::from_value(serde_json::json!({
            "caseId": self.case,
            "items": items,
            "recipientId": self.world.police,
            "attention": "Områdespolisgruppen",
            "grounds": grounds,
            "handlingNote": "Ring före kontakt med familjen.",
        }))
        .unwrap()
    }

    pub(crate) async fn release(&self, command: ReleaseCommand) -> Result<ReleaseId, RegistryError> {
        self.world.registry.release(&self.world.caller("social-worker"), command).await.map(|answer| answer.view)
    }

    pub(crate) async fn case(&self) -> CaseView {
        self.world.registry.read_case(&self.world.caller("social-worker"), self.case).await.unwrap().view
    }

    pub(crate) async fn inbox(&self, who: &str) -> Vec<ReceivedBrief> {
        self.world.registry.list_received(&self.world.caller(who), None, 20, 0).await.unwrap().view.items
    }

    pub(crate) async fn opened(&self, who: &str, id: ReceivedItemId) -> Result<ReceivedView, RegistryError> {
        self.world
            .registry
            .open_received(&self.world.caller(who), id, OpenReceived::default())
            .await
            .map(|answer| answer.view)
    }

    pub(crate) async fn consent(&self, consenters: serde_json::Value) -> ConsentId {
        self.world
            .registry
            .record_consent(&self.world.caller("social-worker"), self.case, consent(self.world.police, consenters))
            .await
            .unwrap()
            .view
    }

    /// The newest lines of an authority's log.
    pub(crate) async fn log(&self, auditor: &str) -> Vec<LogLineView> {
        self.world
            .registry
            .search_log(&self.world.caller(auditor), SearchLogCommand::default())
            .await
            .unwrap()
            .view
            .lines
    }
}

/// Risk of criminal activity (OSL 10 kap. 18 a §), every test answered as the basis requires.
pub(crate) fn risk_of_crime() -> BasisChoice {
    serde_json::from_value(serde_json::json!({
        "basis": "OSL_10_18A",
        "answers": [
            { "testId": "risk_of_criminal_activity", "answer": "YES", "reason": "Rekryteraren har erbjudit honom pengar." },
            { "testId": "helps_prevent", "answer": "YES" },
            { "testId": "suitable", "answer": "YES", "reason": "Familjen vet att vi samverkar." },
            { "testId": "committed_crime", "answer": "NO" },
            { "testId": "other_identifiable_person", "answer": "NO" },
        ],
    }))
    .unwrap()
}

/// Consent, with the question whether it covers this answered yes.
pub(crate) fn on_consent(id: ConsentId) -> BasisChoice {
    serde_json::from_value(serde_json::json!({
        "basis": "OSL_12_2",
        "answers": [
            { "testId": "covered_by_consent", "answer": "YES" },
            { "testId": "other_identifiable_person", "answer": "NO" },
        ],
        "consentId": id,
    }))
    .unwrap()
}

/// Necessary for the own task (OSL 10 kap. 2 §).
pub(crate) fn necessary() -> BasisChoice {
    serde_json::from_value(serde_json::json!({
        "basis": "OSL_10_2",
        "answers": [
            { "testId": "necessary_for_own_task", "answer": "YES", "reason": "Hembesöket kan inte göras tryggt utan polisen." },
            { "testId": "only_for_efficiency", "answer": "NO" },
        ],
    }))
    .unwrap()
}

/// Everyone was told everything; who answered what is the story's.
pub(crate) fn consent(recipient: AuthorityId, consenters: serde_json::Value) -> RecordConsent {
    serde_json::from_value(serde_json::json!({
        "recipientId": recipient,
        "kindsOfData": ["var han brukar vara om kvällarna"],
        "purpose": "Gemensam planering",
        "validUntil": "2027-05-01",
        "informed": ["authorities", "kinds_of_data", "purpose", "until_when", "refusal_costs_nothing", "revocable"],
        "informedHow": "I samtal, med skriftlig information",
        "language": "svenska",
        "consenters": consenters,
    }))
    .unwrap()
}

/// The young person and both guardians say yes.
pub(crate) fn everyone() -> serde_json::Value {
    serde_json::json!([
        { "role": "PERSON", "answer": "GIVEN", "written": true },
        { "role": "GUARDIAN", "name": "Mamma", "answer": "GIVEN", "written": true },
        { "role": "GUARDIAN", "name": "Pappa", "answer": "GIVEN" },
    ])
}

/// Which tests stopped it.
pub(crate) fn failed(error: &RegistryError) -> Vec<&str> {
    match error {
        RegistryError::Refused(refusal) => refusal.failed.iter().map(|test| test.test.as_str()).collect(),
        other => panic!("not a refusal: {other:?}"),
    }
}

/// An id that nobody has.
pub(crate) fn nobody() -> Uuid {
    Uuid::from_u128(0xdead_beef)
}
