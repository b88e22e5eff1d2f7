//! What the appender's tasks have in common: the port, the clock, and the numbers of every log.

use core::future::Future;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use vocabulary::{Action, AuthorityId, Clock, Entropy, EntryId, Purpose, RequestId, Timestamp};

use super::folds::Folds;
use super::numbers::Numbers;
use super::room::Said;
use super::settings::LogSettings;
use crate::prepared::ServiceNote;
use crate::{EntryDraft, Ledger, LedgerError, Outcome, Phase, Prepared, Resource};

pub(super) struct Shared<L: Ledger> {
    pub(super) ledger: Arc<L>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) settings: LogSettings,
    numbers: Mutex<HashMap<AuthorityId, Numbers>>,
    pub(super) folds: Mutex<Folds>,
    /// Held while an instance introduces itself to a log, so that it does so once.
    pub(super) starting: tokio::sync::Mutex<()>,
    /// What was last said about the disk.
    pub(super) said: Said,
    /// Wakes the sequencer.
    pub(super) committed: Notify,
}

impl<L: Ledger> Shared<L> {
    pub(super) fn new(ledger: Arc<L>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, settings: LogSettings) -> Self {
        Self {
            ledger,
            clock,
            entropy,
            settings,
            numbers: Mutex::default(),
            folds: Mutex::default(),
            starting: tokio::sync::Mutex::new(()),
            said: Said::default(),
            committed: Notify::new(),
        }
    }

    /// Works on the numbers of one log; none when this instance has not introduced itself there.
    pub(super) fn with<T>(&self, log: AuthorityId, work: impl FnOnce(&mut Numbers) -> T) -> Option<T> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&log).map(work)
    }

    pub(super) fn introduced(&self, log: AuthorityId, numbers: Numbers) {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).insert(log, numbers);
    }

    /// The logs that this instance has written to.
    pub(super) fn own_logs(&self) -> Vec<(AuthorityId, Timestamp)> {
        self.numbers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|(log, numbers)| (*log, numbers.log_last()))
            .collect()
    }

    /// A statement must answer within the deadline.
    pub(super) async fn within<T>(
        &self,
        statement: impl Future<Output = Result<T, LedgerError>>,
    ) -> Result<T, LedgerError> {
        timed(self.settings.deadline, statement)
            .await
            .unwrap_or(Err(LedgerError::Failed("no answer within the deadline")))
    }

    /// A commit that does not answer in time may have happened.
    pub(super) async fn commit(&self, tx: L::Tx) -> Result<(), LedgerError> {
        timed(self.settings.deadline, self.ledger.commit(tx)).await.unwrap_or(Err(LedgerError::Lost))
    }

    /// An entry that the service writes in its own name.
    pub(super) fn own_entry(&self, log: AuthorityId, action: Action, note: ServiceNote) -> Prepared {
        let draft = EntryDraft {
            authority: log,
            who: self.settings.service.clone(),
            action,
            resource: Resource { kind: "log", id: Some(log.0), version: None, listed: Vec::new() },
            case: None,
            subjects: Vec::new(),
            purpose: Purpose::Service,
            purpose_stated: false,
            basis: None,
            justification: None,
            term: None,
            outcome: Outcome::Allowed,
            lines: Vec::new(),
            policy_digest: [0; 32],
            request: RequestId(self.entropy.id()),
            recipient: None,
            change: None,
            phase: Phase::Decide,
        };
        Prepared::of_service(self.new_id(), draft, note)
    }

    pub(super) fn new_id(&self) -> EntryId {
        EntryId(self.entropy.ordered_id(self.clock.now()))
    }
}

async fn timed<T>(deadline: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(deadline, work).await.ok()
}
