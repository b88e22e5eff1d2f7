//! For tests: a ledger in memory that can be told to fail, and a sealer that does not seal. There is no way round the appender here either: a
//! [`Recorded`](crate::Recorded) still comes only from a commit.

mod instance_numbers;
mod memory_ledger;

use std::sync::Arc;

use uuid::Uuid;
pub use vocabulary::Action;
use vocabulary::{
    AuthorityId, Category, Clock, Entropy, EntryId, FixedClock, KeyId, Purpose, RequestId, SeededEntropy, Strength,
    Timestamp, UnitId, UserId,
};

pub use instance_numbers::{InstanceNumbers, TakenNumbers};
pub use memory_ledger::{Hold, MemoryLedger, MemoryRefusal, MemoryTx, MemoryWork, Mishap};

use crate::{
    AccessLog, AppendMode, EntryDraft, LogSettings, Opening, OpeningSealer, Outcome, Phase, Recipient, Recordable,
    Resource, SealOpeningError, SealedOpening, Who,
};

/// "Seals" an opening as its JSON under key zero, so that a test can look.
pub struct GlassSealer;

impl OpeningSealer for GlassSealer {
    fn seal(&self, _: EntryId, _: AuthorityId, _: i32, opening: &Opening) -> Result<SealedOpening, SealOpeningError> {
        let bytes = serde_json::to_vec(opening).map_err(|_| SealOpeningError)?;
        Ok(SealedOpening { key: KeyId(Uuid::nil()), bytes })
    }
}

/// Noon on a Monday in November 2026, in Stockholm.
#[must_use]
pub fn monday_noon() -> Timestamp {
    Timestamp::from_micros(1_795_431_600_000_000)
}

/// The service as a caller.
#[must_use]
pub fn service() -> Who {
    Who {
        user: UserId(Uuid::from_u128(0x5e)),
        unit: UnitId(Uuid::from_u128(0x5f)),
        role: Some(vocabulary::Role::Service),
        strength: Strength::Service,
        on_behalf_of: None,
    }
}

/// An authority by number.
#[must_use]
pub fn authority(number: u128) -> AuthorityId {
    AuthorityId(Uuid::from_u128(0xa000 + number))
}

/// A draft with plausible content: a permitted action of user 1 on record 1.
#[must_use]
pub fn draft(authority: AuthorityId, action: Action) -> EntryDraft {
    let recipient = Recipient { authority: self::authority(99), label: "kommunpolis".to_owned() };
    EntryDraft {
        authority,
        who: Who {
            user: UserId(Uuid::from_u128(1)),
            unit: UnitId(Uuid::from_u128(2)),
            role: Some(vocabulary::Role::SocialWorker),
            strength: Strength::Strong,
            on_behalf_of: None,
        },
        action,
        resource: Resource { kind: "case", id: Some(Uuid::from_u128(1)), version: Some(1), listed: Vec::new() },
        case: None,
        subjects: Vec::new(),
        purpose: Purpose::CaseHandling,
        purpose_stated: false,
        basis: None,
        justification: None,
        term: None,
        outcome: Outcome::Allowed,
        lines: vec!["sw-read-case".to_owned()],
        policy_digest: [7; 32],
        request: RequestId(Uuid::from_u128(3)),
        recipient: (action.category() == Category::Disclose).then_some(recipient),
        change: None,
        phase: Phase::Decide,
    }
}

/// A draft is its own record, for tests that have no permit at hand.
impl Recordable for EntryDraft {
    fn draft(&self) -> EntryDraft {
        self.clone()
    }
}

/// A log over memory with a clock that stands at [`monday_noon`] and repeatable ids. Call it inside a tokio runtime.
pub struct MemoryLog {
    /// The log.
    pub log: AccessLog<MemoryLedger>,
    /// Its ledger.
    pub ledger: Arc<MemoryLedger>,
    /// Its clock.
    pub clock: Arc<FixedClock>,
    /// Its randomness.
    pub entropy: Arc<SeededEntropy>,
}

impl MemoryLog {
    /// Starts one.
    ///
    /// # Panics
    /// When the log does not start, which an empty memory gives no reason for.
    pub async fn start(mode: AppendMode) -> Self {
        Self::over(Arc::new(MemoryLedger::new(mode)), LogSettings::new(service())).await
    }

    /// Starts one over a ledger that may hold something already.
    ///
    /// # Panics
    /// When what the ledger holds does not fit together.
    #[expect(clippy::expect_used, reason = "for tests")]
    pub async fn over(ledger: Arc<MemoryLedger>, settings: LogSettings) -> Self {
        let clock = Arc::new(FixedClock::at(monday_noon()));
        let entropy = Arc::new(SeededEntropy::new(1));
        let log = AccessLog::start(Arc::clone(&ledger), Arc::clone(&clock) as _, Arc::clone(&entropy) as _, settings)
            .await
            .expect("the log starts");
        Self { log, ledger, clock, entropy }
    }

    /// Prepares a draft under a new id.
    ///
    /// # Panics
    /// When the draft breaks a rule of the format.
    #[expect(clippy::expect_used, reason = "for tests")]
    pub fn prepare(&self, draft: EntryDraft) -> crate::Prepared {
        let now = self.clock.now();
        draft
            .prepare(EntryId(self.entropy.ordered_id(now)), now, &*self.entropy, &GlassSealer)
            .expect("a draft within the rules")
    }
}
