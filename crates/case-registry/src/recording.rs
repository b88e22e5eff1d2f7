//! From a decision to a durable entry: the only way from here to the vault.

use std::{pin::Pin, sync::Arc};

use audit_log::{
    CommitError, EntryDraft, LogError, Opening, OpeningSealer, Outcome, Prepared, Recordable, Recorded,
    SealOpeningError, SealedOpening,
};
use field_vault::{DataKey, KeySubject, Vault};
use rbac_policy::{Facts, Obligation, Permit, Refusal, Why};
use store::Work;
use uuid::Uuid;
use vocabulary::{Act, AuthorityId, Caller, EntryId, SecrecyClass};

use crate::{Registry, RegistryError, decided::Decision};

/// Seals openings under one log key, looked up before the entry is prepared.
struct LogSealer<'a> {
    vault: &'a Vault,
    key: Arc<DataKey>,
}

impl OpeningSealer for LogSealer<'_> {
    fn seal(
        &self,
        entry: EntryId,
        _: AuthorityId,
        _: i32,
        opening: &Opening,
    ) -> Result<SealedOpening, SealOpeningError> {
        self.vault.seal_opening(&self.key, entry, opening).map_err(|_| SealOpeningError)
    }
}

/// The same access with another end: permitted by the policy, then stopped by a legal test or by the record's state.
struct Ended(EntryDraft, Outcome);

impl Recordable for Ended {
    fn draft(&self) -> EntryDraft {
        let mut draft = self.0.clone();
        draft.outcome = self.1;
        draft
    }
}

impl Registry {
    /// Asks the policy. A refusal is made durable and then looks like a record that does not exist.
    pub(crate) async fn allow<'r, A: Act>(
        &self,
        caller: &'r Caller,
        facts: Facts,
    ) -> Result<Permit<'r, A>, RegistryError> {
        match self.policy.decide::<A>(caller, facts).and_then(|permit| with_reason(permit).fulfilled()) {
            Ok(permit) => Ok(permit),
            Err(refusal) => Err(self.refuse(refusal).await),
        }
    }

    /// Asks the policy whether a form is for the caller at all, before it is shown empty. It opens nothing and carries nothing out, so that only a refusal
    /// makes an entry; what the form does is asked for again when it is sent.
    pub(crate) async fn let_in<A: Act>(&self, caller: &Caller, facts: Facts) -> Result<(), RegistryError> {
        match self.policy.decide::<A>(caller, facts) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(self.refuse(refusal).await),
        }
    }

    /// Asks the policy for a record and for each of its items. What is not permitted is absent from the permit.
    pub(crate) fn allow_items<'a, 'r: 'a, A: Act>(
        &'a self,
        caller: &'r Caller,
        facts: Facts,
        items: impl IntoIterator<Item = (Uuid, SecrecyClass)>,
    ) -> Pin<Box<dyn Future<Output = Result<Permit<'r, A>, RegistryError>> + Send + 'a>> {
        // Not an `async fn`: the items are decided at once and do not live on in the future.
        let decided = self.policy.decide_items::<A, _>(caller, facts, items).and_then(Permit::fulfilled);
        Box::pin(async move {
            match decided {
                Ok(permit) => Ok(permit),
                Err(refusal) => Err(self.refuse(refusal).await),
            }
        })
    }

    /// Records a refusal. What the caller hears is the same as for a record that does not exist, unless the caller may have it and only a reason or a
    /// repeated sign-in is wanting.
    pub(crate) async fn refuse(&self, refusal: Refusal<'_>) -> RegistryError {
        let answer = match refusal.why() {
            Why::Unmet(unmet) if unmet.has(Obligation::StepUp) => RegistryError::StepUpRequired,
            Why::Unmet(_) => RegistryError::ReasonRequired,
            Why::NotAllowed | Why::Denied => RegistryError::NotFound,
        };
        let prepared = match self.prepare(refusal.draft()).await {
            Ok(prepared) => prepared,
            Err(error) => return error,
        };
        match self.log.record(refusal, prepared).await {
            Ok(_) => answer,
            Err(error) => unavailable(&error),
        }
    }

    /// Makes a read durable. Only what comes back opens the vault.
    pub(crate) async fn record<'r, A: Act>(
        &self,
        permit: Permit<'r, A>,
    ) -> Result<Recorded<Permit<'r, A>>, RegistryError> {
        let prepared = self.prepare(permit.draft()).await?;
        let decision = Decision::of(&permit);
        let recorded = self.log.record(permit, prepared).await.map_err(|error| unavailable(&error))?;
        self.decided.note(decision, recorded.entry());
        Ok(recorded)
    }

    /// Makes a change durable: the rows and the entry in one transaction. A unit that is refused leaves an entry that says so.
    pub(crate) async fn commit<'r, A: Act>(
        &self,
        permit: Permit<'r, A>,
        work: Work,
    ) -> Result<Recorded<Permit<'r, A>>, RegistryError> {
        let draft = permit.draft();
        let prepared = self.prepare(draft.clone()).await?;
        let caller = permit.caller();
        // The key stands beside what it made. Further units of the same request, such as notices, make nothing under it.
        let work = match (&caller.idempotency, work.makes()) {
            (Some(key), Some((kind, id))) => {
                work.then(store::idempotency::insert(caller.authority, caller.user, key, kind, id, self.clock.now()))
            }
            _ => work,
        };
        // What was being written is sent with this: the draft of it ends in the same transaction.
        let work = match caller.sends {
            Some(draft) => work.then(store::form_draft::end(caller.authority, caller.user, draft)),
            None => work,
        };
        let decision = Decision::of(&permit);
        match self.log.record_with(permit, vec![prepared], work).await {
            Ok(recorded) => {
                self.decided.note(decision, recorded.entry());
                Ok(recorded)
            }
            Err(CommitError::Log(error)) => Err(unavailable(&error)),
            Err(CommitError::Refused(refusal)) => {
                self.record_end(draft, Outcome::Error).await?;
                Err(refused_work(refusal))
            }
        }
    }

    /// Records a permit that nothing came of: a legal test was not met ([`Outcome::Denied`]) or the record's state did not allow it ([`Outcome::Error`]).
    pub(crate) async fn record_end(&self, draft: EntryDraft, outcome: Outcome) -> Result<EntryId, RegistryError> {
        let ended = Ended(draft, outcome);
        let prepared = self.prepare(ended.draft()).await?;
        let recorded = self.log.record(ended, prepared).await.map_err(|error| unavailable(&error))?;
        Ok(recorded.entry())
    }

    /// Records that a permitted action was stopped by the state of the record, and gives the error; or the log's own, if it cannot be recorded.
    pub(crate) async fn stopped<A: Act>(&self, permit: &Permit<'_, A>, error: RegistryError) -> RegistryError {
        self.record_end(permit.draft(), Outcome::Error).await.map_or_else(|log| log, |_| error)
    }

    /// Commitments and the sealed opening of an entry, ready for the appender.
    pub(crate) async fn prepare(&self, draft: EntryDraft) -> Result<Prepared, RegistryError> {
        let now = self.clock.now();
        // One subject: under the key of that subject and year, so that a person's traces can end with their own term. Refusals and lists: under the
        // authority's key of the year, so that recording never depends on one person's key.
        let subject = match draft.subjects.as_slice() {
            [one] if draft.outcome == Outcome::Allowed => Some(*one),
            _ => None,
        };
        let year = now.stockholm().year();
        let key = self.key_for(draft.authority, KeySubject::Log { subject, year }).await?;
        let id = EntryId(self.entropy.ordered_id(now));
        let sealer = LogSealer { vault: &self.vault, key };
        draft.prepare(id, now, self.entropy.as_ref(), &sealer).map_err(|error| {
            tracing::error!(%error, "an entry could not be prepared");
            RegistryError::Unavailable
        })
    }
}

/// The reason that the caller stated for this request goes with the permit into the log.
fn with_reason<A: Act>(permit: Permit<'_, A>) -> Permit<'_, A> {
    match &permit.caller().reason {
        Some(reason) => permit.with_justification(reason.text()),
        None => permit,
    }
}

fn unavailable(error: &LogError) -> RegistryError {
    tracing::error!(%error, "the access log could not be written");
    RegistryError::Unavailable
}

const fn refused_work(refusal: store::Refusal) -> RegistryError {
    match refusal {
        store::Refusal::Stale => RegistryError::Stale,
        store::Refusal::Missing => RegistryError::NotFound,
        store::Refusal::Duplicate => RegistryError::Conflict("exists-already"),
        store::Refusal::Closed => RegistryError::Conflict("closed"),
        store::Refusal::Conflict => RegistryError::Conflict("wrong-state"),
        store::Refusal::Used => RegistryError::Conflict("used-already"),
        store::Refusal::Expired => RegistryError::Conflict("expired"),
        store::Refusal::Limit => RegistryError::Conflict("limit-reached"),
        store::Refusal::Unacceptable => RegistryError::Internal("the database does not accept the rows"),
    }
}
