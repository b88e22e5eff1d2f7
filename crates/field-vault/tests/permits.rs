//! The door as the house uses it: a real policy decides, a real log records, and only then the vault opens, and only what the permit covers.

#![expect(clippy::unwrap_used, reason = "a story that cannot be told fails the test")]

use std::sync::Arc;

use audit_log::testing::MemoryLog;
use audit_log::{
    AppendMode, EntryDraft, Opening, OpeningSealer, Recordable, Recorded, SealOpeningError, SealedOpening,
};
use field_vault::{DataKey, KeySubject, Place, RecoveryKey, RootKey, Vault, VaultError};
use rbac_policy::{Assignment, ClassFact, Conflict, Facts, Permit, Policy, Target};
use uuid::Uuid;
use vocabulary::action::{ReadCase, ReadLogEntry};
use vocabulary::{
    Act, AgeBand, AuthorityId, Caller, EntryId, Language, LogSubjectId, Purpose, RequestId, Role, Roles, SecrecyClass,
    Strength, UnitId, UserId,
};

const SOCIAL: AuthorityId = AuthorityId(Uuid::from_u128(0x0050_c1a1));
const POLICE: AuthorityId = AuthorityId(Uuid::from_u128(0x1ce));
const CASE: Uuid = Uuid::from_u128(0xca5e);
const NOTE: Uuid = Uuid::from_u128(0x11);
const HEALTH_NOTE: Uuid = Uuid::from_u128(0x12);
const OTHER_NOTE: Uuid = Uuid::from_u128(0x13);
const SUBJECT: LogSubjectId = LogSubjectId(Uuid::from_u128(0x5b));
const TEXT: &str = "Kontaktperson utsedd; uppföljning i januari.";

struct House {
    vault: Vault,
    policy: Policy,
    memory: MemoryLog,
}

impl House {
    async fn new() -> Self {
        let memory = MemoryLog::start(AppendMode::Integrated).await;
        let vault = Vault::new(Arc::clone(&memory.entropy) as _, Arc::clone(&memory.clock) as _);
        let recovery = RecoveryKey::generate().recipient();
        for authority in [SOCIAL, POLICE] {
            vault.add_root(authority, RootKey::generate().unwrap(), recovery.clone());
            vault.create_authority_key(authority, 1).unwrap();
        }
        Self { vault, policy: Policy::builtin().unwrap(), memory }
    }

    fn key(&self, authority: AuthorityId, subject: KeySubject) -> Arc<DataKey> {
        self.vault.create_data_key(authority, subject, 1).unwrap().1
    }

    async fn record<'r, A: Act>(&self, permit: Permit<'r, A>) -> Recorded<Permit<'r, A>> {
        let prepared = self.memory.prepare(permit.draft());
        self.memory.log.record(permit, prepared).await.unwrap()
    }

    /// A social worker who is assigned to the case opens it with the notes of these classes.
    async fn opened_case<'r>(
        &self,
        caller: &'r Caller,
        notes: &[(Uuid, SecrecyClass)],
    ) -> Recorded<Permit<'r, ReadCase>> {
        let facts = Facts {
            assigned: Assignment::Assigned,
            class: ClassFact::Standard,
            age: AgeBand::Under18,
            conflict: Conflict::None,
            ..Facts::own_case(Purpose::CaseHandling, Target::record("case", CASE))
        };
        self.record(self.policy.decide_items(caller, facts, notes.iter().copied()).unwrap()).await
    }

    async fn read_entry<'r>(&self, auditor: &'r Caller, target: Target) -> Recorded<Permit<'r, ReadLogEntry>> {
        self.record(self.policy.decide(auditor, Facts::own_desk(Purpose::LogControl, target)).unwrap()).await
    }
}

fn caller(authority: AuthorityId, role: Role) -> Caller {
    Caller {
        user: UserId(Uuid::from_u128(1)),
        authority,
        unit: UnitId(Uuid::from_u128(2)),
        roles: Roles::default().with(role),
        strength: Strength::SteppedUp,
        request: RequestId(Uuid::from_u128(3)),
        language: Language::Swedish,
        reason: None,
        idempotency: None,
        sends: None,
    }
}

fn note(row: Uuid) -> Place {
    Place::of("paragraph", "text_sealed", row)
}

#[tokio::test]
async fn a_social_worker_reads_a_note_and_the_log_knows_it() {
    let house = House::new().await;
    let key = house.key(SOCIAL, KeySubject::Case(CASE.into()));
    let sealed = house.vault.seal(&key, &note(NOTE), &TEXT.to_owned()).unwrap();
    let worker = caller(SOCIAL, Role::SocialWorker);
    let recorded = house.opened_case(&worker, &[(NOTE, SecrecyClass::Standard)]).await;
    assert_eq!(house.vault.open(&key, &note(NOTE), &sealed, &recorded).unwrap(), TEXT);
    assert!(house.memory.ledger.entries(SOCIAL).iter().any(|entry| entry.id == recorded.entry()));
}

#[tokio::test]
async fn a_permit_over_one_note_does_not_open_another() {
    let house = House::new().await;
    let key = house.key(SOCIAL, KeySubject::Case(CASE.into()));
    let worker = caller(SOCIAL, Role::SocialWorker);
    let recorded = house.opened_case(&worker, &[(NOTE, SecrecyClass::Standard)]).await;
    for missing in [OTHER_NOTE, HEALTH_NOTE] {
        let sealed = house.vault.seal(&key, &note(missing), &TEXT.to_owned()).unwrap();
        assert_eq!(house.vault.open(&key, &note(missing), &sealed, &recorded), Err(VaultError::NotCovered));
    }
    // The case itself is covered, and so is a row of it that is placed under the case.
    let under = Place::of("measure_event", "note_sealed", OTHER_NOTE).under(CASE);
    let sealed = house.vault.seal(&key, &under, &TEXT.to_owned()).unwrap();
    assert_eq!(house.vault.open(&key, &under, &sealed, &recorded).unwrap(), TEXT);
}

#[tokio::test]
async fn an_item_that_the_policy_left_out_of_the_permit_stays_sealed() {
    let house = House::new().await;
    let key = house.key(SOCIAL, KeySubject::Case(CASE.into()));
    let lead = caller(SOCIAL, Role::SocialLead);
    let facts = Facts {
        assigned: Assignment::Lead,
        class: ClassFact::Standard,
        age: AgeBand::Under18,
        conflict: Conflict::None,
        ..Facts::own_case(Purpose::CaseHandling, Target::record("case", CASE))
    };
    let items = [(NOTE, SecrecyClass::Standard), (HEALTH_NOTE, SecrecyClass::Health)];
    let permit: Permit<'_, ReadCase> = house.policy.decide_items(&lead, facts, items).unwrap();
    let recorded = house.record(permit).await;
    let sealed = house.vault.seal(&key, &note(HEALTH_NOTE), &TEXT.to_owned()).unwrap();
    assert_eq!(house.vault.open(&key, &note(HEALTH_NOTE), &sealed, &recorded), Err(VaultError::NotCovered));
    let sealed = house.vault.seal(&key, &note(NOTE), &TEXT.to_owned()).unwrap();
    assert!(house.vault.open(&key, &note(NOTE), &sealed, &recorded).is_ok());
}

#[tokio::test]
async fn a_permit_given_at_one_authority_opens_nothing_of_another() {
    let house = House::new().await;
    let theirs = house.key(POLICE, KeySubject::Case(CASE.into()));
    let sealed = house.vault.seal(&theirs, &note(NOTE), &TEXT.to_owned()).unwrap();
    let worker = caller(SOCIAL, Role::SocialWorker);
    let recorded = house.opened_case(&worker, &[(NOTE, SecrecyClass::Standard)]).await;
    assert_eq!(house.vault.open(&theirs, &note(NOTE), &sealed, &recorded), Err(VaultError::OtherAuthority));

    // Nor does the own key open what the other authority sealed.
    let ours = house.key(SOCIAL, KeySubject::Case(CASE.into()));
    assert_eq!(house.vault.open(&ours, &note(NOTE), &sealed, &recorded), Err(VaultError::OtherKey));
}

struct Sealer<'a>(&'a Vault, Arc<DataKey>);

impl OpeningSealer for Sealer<'_> {
    fn seal(
        &self,
        entry: EntryId,
        _: AuthorityId,
        _: i32,
        opening: &Opening,
    ) -> Result<SealedOpening, SealOpeningError> {
        self.0.seal_opening(&self.1, entry, opening).map_err(|_| SealOpeningError)
    }
}

#[tokio::test]
async fn an_auditor_opens_the_entry_that_was_asked_for_and_no_other() {
    let house = House::new().await;
    let log_key = house.key(SOCIAL, KeySubject::Log { subject: None, year: 2026 });
    let entry = EntryId(Uuid::from_u128(0xe1));
    let auditor = caller(SOCIAL, Role::Auditor);
    let read = house.read_entry(&auditor, Target::record("log_entry", entry)).await;

    let draft = EntryDraft { subjects: vec![SUBJECT], ..audit_log::testing::draft(SOCIAL, ReadCase::ACTION) };
    let draft = EntryDraft { recipient: None, ..draft };
    let log_sealer = Sealer(&house.vault, Arc::clone(&log_key));
    draft.prepare(entry, audit_log::testing::monday_noon(), &*house.memory.entropy, &log_sealer).unwrap();

    let opening = Opening {
        seed: [7; 32],
        subjects: vec![SUBJECT],
        listed: vec![],
        justification: None,
        before: None,
        after: None,
    };
    let sealed = house.vault.seal_opening(&log_key, entry, &opening).unwrap();
    assert!(house.vault.open_opening(&log_key, entry, &sealed, &read).unwrap() == opening);

    let other = EntryId(Uuid::from_u128(0xe2));
    let refused =
        |key: &DataKey, entry, sealed: &SealedOpening| house.vault.open_opening(key, entry, sealed, &read).err();
    let sealed_other = house.vault.seal_opening(&log_key, other, &opening).unwrap();
    assert_eq!(refused(&log_key, other, &sealed_other), Some(VaultError::NotCovered));
    assert_eq!(refused(&log_key, entry, &sealed_other), Some(VaultError::NotAuthentic), "moved to another entry");
    let police_key = house.key(POLICE, KeySubject::Log { subject: None, year: 2026 });
    assert_eq!(refused(&police_key, entry, &sealed), Some(VaultError::OtherAuthority));
    let case_key = house.key(SOCIAL, KeySubject::Case(CASE.into()));
    assert_eq!(refused(&case_key, entry, &sealed), Some(VaultError::WrongKind));
    assert_eq!(house.vault.seal_opening(&case_key, entry, &opening).err(), Some(VaultError::WrongKind));
}

#[tokio::test]
async fn an_auditor_reveals_one_person_at_a_time() {
    let house = House::new().await;
    let subject_key = |subject| house.key(SOCIAL, KeySubject::Log { subject: Some(subject), year: 0 });
    let key = subject_key(SUBJECT);
    let sealed = house.vault.seal_subject(&key, SUBJECT, &"Kim Testsson, 2008".to_owned()).unwrap();
    let auditor = caller(SOCIAL, Role::Auditor);
    let reveal = house.read_entry(&auditor, Target::record("log_subject", SUBJECT)).await;
    assert_eq!(house.vault.open_subject(&key, SUBJECT, &sealed, &reveal).unwrap(), "Kim Testsson, 2008");

    let other = LogSubjectId(Uuid::from_u128(0x5c));
    let other_key = subject_key(other);
    let sealed_other = house.vault.seal_subject(&other_key, other, &"Robin Testsson, 2009".to_owned()).unwrap();
    assert_eq!(house.vault.open_subject(&other_key, other, &sealed_other, &reveal), Err(VaultError::NotCovered));
    assert_eq!(house.vault.seal_subject(&key, other, &"x").err(), Some(VaultError::WrongKind));
}
