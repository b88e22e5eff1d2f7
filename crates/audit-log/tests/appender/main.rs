//! What the appender promises, told against a ledger that can be told to fail.

#![cfg(test)]

mod commits;
mod instances;
mod lanes;
mod units;

use std::sync::Arc;
use std::time::Duration;

use audit_log::signed::{Forgetful, SignedMemory as _};
use audit_log::testing::{
    GlassSealer, MemoryLedger, MemoryLog, MemoryRefusal, MemoryWork, Mishap, authority, draft, monday_noon, service,
};

use audit_log::tile::TileId;
use audit_log::{
    AccessLog, AnonymousKey, AppendMode, CommitError, EntryDraft, Gauge, LogError, LogSettings, LogSigner, Opening,
    Outcome, Room, Verification, leaf,
};
use uuid::Uuid;
use vocabulary::{Action, AuthorityId, EntryId, FixedClock, LogSubjectId, SeededEntropy};

const MODES: [AppendMode; 2] = [AppendMode::Integrated, AppendMode::Outbox];

fn board() -> AuthorityId {
    authority(1)
}

fn reading(record: u128) -> EntryDraft {
    let mut draft = draft(board(), Action::ReadCase);
    draft.resource.id = Some(Uuid::from_u128(record));
    draft
}

fn signer() -> LogSigner {
    LogSigner::new("samlad.test/audit/board", &[3; 32]).unwrap()
}

fn work(key: &str) -> MemoryWork {
    MemoryWork(vec![key.to_owned()])
}

async fn read_case(world: &MemoryLog, record: u128) -> Result<EntryId, LogError> {
    let prepared = world.prepare(reading(record));
    world.log.record(reading(record), prepared).await.map(|recorded| recorded.entry())
}

async fn verified(world: &MemoryLog) -> Verification {
    world.log.sequenced().await.unwrap();
    world.log.sign_checkpoint(board(), &signer()).await.unwrap();
    world.log.verify(board(), &signer().verifier(), &|_, _| {}).await.unwrap()
}

fn actions(world: &MemoryLog) -> Vec<(i64, Action)> {
    world.ledger.entries(board()).iter().map(|row| (row.sequence, row.action)).collect()
}

fn zeroize_text(text: &str) -> zeroize::Zeroizing<String> {
    zeroize::Zeroizing::new(text.to_owned())
}
