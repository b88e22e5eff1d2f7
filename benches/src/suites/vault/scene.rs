//! An authority with its vault, a case whose key is cached, and the bare ciphers beside it.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use audit_log::testing::MemoryLog;
use audit_log::{AppendMode, Recordable, Recorded};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use field_vault::{DataKey, DataKeyRow, KeySubject, Place, RecoveryKey, RootKey, Vault};
use rbac_policy::{Assignment, ClassFact, Conflict, Facts, Permit, Policy, Target};
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;
use uuid::Uuid;
use vocabulary::action::ReadCase;
use vocabulary::{
    AgeBand, AuthorityId, Caller, Language, Purpose, RequestId, Role, Roles, Sealed, SecrecyClass, Strength,
    SystemClock, SystemEntropy, UnitId, UserId,
};

const CASE: Uuid = Uuid::from_u128(0xca5e);

/// One authority's keys in memory, as in a running instance.
pub(super) struct Scene {
    pub(super) vault: Vault,
    pub(super) authority: AuthorityId,
    /// The key of the case.
    pub(super) key_row: DataKeyRow,
    pub(super) key: Arc<DataKey>,
    log: MemoryLog,
    runtime: Runtime,
}

/// Leave to read the case, in the log.
pub(super) struct Opened<'r> {
    pub(super) recorded: Recorded<Permit<'r, ReadCase>>,
}

impl Scene {
    pub(super) fn build() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let log = runtime.block_on(MemoryLog::start(AppendMode::Integrated));
        let authority = AuthorityId(Uuid::from_u128(0x0050_c1a1));
        let vault = Vault::new(Arc::new(SystemEntropy), Arc::new(SystemClock::new()));
        vault.add_root(authority, RootKey::generate()?, RecoveryKey::generate().recipient());
        vault.create_authority_key(authority, 1)?;
        let (key_row, key) = vault.create_data_key(authority, KeySubject::Case(CASE.into()), 1)?;
        Ok(Self { vault, authority, key_row, key, log, runtime })
    }

    /// The case is opened with so many paragraphs, by somebody who is assigned to it; the entry lies in a log in memory.
    pub(super) fn opened_case<'r>(&self, caller: &'r Caller, items: u128) -> Result<Opened<'r>> {
        let facts = Facts {
            assigned: Assignment::Assigned,
            class: ClassFact::Standard,
            age: AgeBand::Under18,
            conflict: Conflict::None,
            ..Facts::own_case(Purpose::CaseHandling, Target::record("case", CASE))
        };
        let items = (0..items).map(|number| (item(number), SecrecyClass::Standard));
        let policy = Policy::builtin().context("the policy")?;
        let permit: Permit<'_, ReadCase> =
            policy.decide_items(caller, facts, items).map_err(|_| anyhow!("the policy refuses an own case"))?;
        Ok(Opened { recorded: self.record(permit)? })
    }

    /// Makes the permit's entry durable in the log in memory.
    pub(super) fn record<R: Recordable>(&self, permit: R) -> Result<Recorded<R>> {
        let prepared = self.log.prepare(permit.draft());
        Ok(self.runtime.block_on(self.log.log.record(permit, prepared))?)
    }
}

impl Opened<'_> {
    pub(super) fn open<T: DeserializeOwned>(&self, scene: &Scene, place: &Place, sealed: &Sealed<T>) -> Result<T> {
        Ok(scene.vault.open(&scene.key, place, sealed, &self.recorded)?)
    }
}

/// Id of a paragraph.
pub(super) fn item(number: u128) -> Uuid {
    Uuid::from_u128(0x1000 + number)
}

/// A social worker.
pub(super) fn caller() -> Caller {
    Caller {
        user: UserId(Uuid::from_u128(1)),
        authority: AuthorityId(Uuid::from_u128(0x0050_c1a1)),
        unit: UnitId(Uuid::from_u128(2)),
        roles: Roles::default().with(Role::SocialWorker),
        strength: Strength::SteppedUp,
        request: RequestId(Uuid::from_u128(3)),
        language: Language::Swedish,
        reason: None,
        idempotency: None,
        sends: None,
    }
}

/// AES-256-GCM as the library gives it: no place, no padding, a counter for a nonce.
pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    pub(super) fn new() -> Result<Self> {
        let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).map_err(|_| anyhow!("32 bytes are a key"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    pub(super) fn seal(&self, plain: &[u8], nonce: u64) -> Result<Vec<u8>> {
        let mut sealed = Vec::new();
        self.seal_into(plain, nonce, &mut sealed)?;
        Ok(sealed)
    }

    /// Into a buffer that was used before: nothing is allocated.
    pub(super) fn seal_into(&self, plain: &[u8], nonce: u64, buffer: &mut Vec<u8>) -> Result<()> {
        buffer.clear();
        buffer.extend_from_slice(plain);
        self.0
            .seal_in_place_append_tag(counted(nonce), Aad::empty(), buffer)
            .map_err(|_| anyhow!("the cipher does not seal"))
    }

    /// In a buffer that was used before: nothing is allocated.
    pub(super) fn open<'b>(&self, sealed: &[u8], nonce: u64, buffer: &'b mut Vec<u8>) -> Result<&'b [u8]> {
        buffer.clear();
        buffer.extend_from_slice(sealed);
        let plain = self.0.open_in_place(counted(nonce), Aad::empty(), buffer);
        plain.map(|plain| &*plain).map_err(|_| anyhow!("the cipher does not open"))
    }
}

fn counted(number: u64) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    if let Some(end) = nonce.last_chunk_mut() {
        *end = number.to_be_bytes();
    }
    Nonce::assume_unique_for_key(nonce)
}

/// An age file to one recipient, and its identity.
pub(super) struct AgeFile(age::x25519::Identity);

impl AgeFile {
    pub(super) fn new() -> Self {
        Self(age::x25519::Identity::generate())
    }

    pub(super) fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        Ok(age::encrypt(&self.0.to_public(), plain)?)
    }

    pub(super) fn open(&self, file: &[u8]) -> Result<Vec<u8>> {
        Ok(age::decrypt(&self.0, file)?)
    }
}
