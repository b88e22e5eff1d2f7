//! What the command line does with a log: hand it out to whoever verifies it, and delete what has come to the end of its term. Both are accesses and
//! stand in the log before anything happens.

use audit_log::export::{ExportError, Sink, export, part_of};
use audit_log::verify::{Part, Places, in_place};
use audit_log::{
    Ledger, LedgerError, LogVerifier, Recipient, SignedCheckpoint, Trust, Verification, VerifyError, Withhold,
};
use rbac_policy::{Facts, Target};
use store::StoreError;
use time::Date;
use vocabulary::action::{ExportLog, PruneLog};
use vocabulary::{AuthorityId, Purpose, Timestamp};

use crate::{Registry, RegistryError};

/// Why a log could not be exported or pruned.
#[derive(Debug, thiserror::Error)]
pub enum LogKeepingError {
    /// It was not permitted, or could not be recorded.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The log is not whole: nothing is cut from it or pruned.
    #[error("the log is not whole ({name}): {0}", name = .0.name())]
    NotWhole(#[from] VerifyError),
    /// It could not be exported.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// No entry was made in the period.
    #[error("the log has no entry of that period")]
    Nothing,
    /// The database.
    #[error("the database does not do it: {0}")]
    Store(#[from] StoreError),
    /// The database, as the log sees it.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// The days of an export, both included; open where none is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// The first day, in Stockholm.
    pub from: Option<Date>,
    /// The last day, in Stockholm.
    pub until: Option<Date>,
}

/// What pruning would delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrunePlan {
    /// Entries below this place are gone already.
    pub pruned: u64,
    /// Entries below this place would be deleted.
    pub below: u64,
    /// Entries of the log in all.
    pub size: u64,
}

impl PrunePlan {
    /// How many entries that are.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.below.saturating_sub(self.pruned)
    }
}

type Progress<'p> = &'p (dyn Fn(u64, u64) + Sync);

impl Registry {
    /// Exports an authority's log, all of it or a period, with every opening withheld. The export is in the log itself, and in the export.
    ///
    /// # Errors
    /// See [`LogKeepingError`]; nothing is written before the entry is durable.
    pub async fn export_log<S: Sink>(
        &self,
        authority: AuthorityId,
        period: Period,
        sink: &mut S,
        progress: Progress<'_>,
    ) -> Result<(SignedCheckpoint, Part), LogKeepingError> {
        let verifier = self.log_verifier(authority)?;
        let caller = self.service_caller(authority).await?;
        let facts = Facts::own_desk(Purpose::Service, Target::record("log", authority));
        let permit = self.allow::<ExportLog>(&caller, facts).await?;
        let to = Recipient { authority, label: "command_line".to_owned() };
        drop(self.record(permit.with_recipient(to)).await?);
        self.bring_up_to_date(authority).await?;
        let ledger = &self.store;
        let part = if period.from.is_none() && period.until.is_none() {
            None
        } else {
            // Where counting can go on is known only to who has seen all of it.
            let (found, places) = self.verified(authority, &verifier, progress).await?;
            let from = period.from.map_or(Timestamp::from_micros(i64::MIN), Timestamp::start_of);
            let until =
                period.until.and_then(Date::next_day).map_or(Timestamp::from_micros(i64::MAX), Timestamp::start_of);
            let part = part_of(ledger, authority, &places, found.signed_size, from, until).await?;
            Some(part.ok_or(LogKeepingError::Nothing)?)
        };
        let signed = export(ledger, authority, &verifier, part, &Withhold, sink, progress).await?;
        let whole = Part::remaining(ledger.pruned(authority).await?, signed.checkpoint.size);
        Ok((signed, part.unwrap_or(whole)))
    }

    /// What would be deleted of a log whose entries before a day have come to the end of their term. The log is verified first.
    ///
    /// # Errors
    /// [`LogKeepingError::NotWhole`]: what is broken is not pruned, or nobody could say later what it was.
    pub async fn plan_to_prune_log(
        &self,
        authority: AuthorityId,
        before: Date,
        progress: Progress<'_>,
    ) -> Result<PrunePlan, LogKeepingError> {
        let verifier = self.log_verifier(authority)?;
        self.bring_up_to_date(authority).await?;
        let (found, places) = self.verified(authority, &verifier, progress).await?;
        let rest = self.store.span(authority, Timestamp::start_of(before), Timestamp::from_micros(i64::MAX)).await?;
        let first_to_stay = rest.map_or(found.signed_size, |(first, _)| first.min(found.signed_size));
        let below = places.at_or_below(first_to_stay).max(found.pruned);
        Ok(PrunePlan { pruned: found.pruned, below, size: found.size })
    }

    /// Deletes what a plan says, after an entry that says so. `address` is that of somebody who may act as the role `samlad_retention` (PostgreSQL).
    ///
    /// # Errors
    /// See [`LogKeepingError`]; an interrupted run is finished by the next one.
    pub async fn prune_log(
        &self,
        authority: AuthorityId,
        plan: PrunePlan,
        address: Option<&str>,
        progress: Progress<'_>,
    ) -> Result<u64, LogKeepingError> {
        let caller = self.service_caller(authority).await?;
        let below = i64::try_from(plan.below).map_err(|_| RegistryError::Internal("a log that is too long"))?;
        let target = Target::record("log", authority).at_version(below);
        let permit = self.allow::<PruneLog>(&caller, Facts::own_desk(Purpose::Service, target)).await?;
        drop(self.record(permit).await?);
        self.bring_up_to_date(authority).await?;
        Ok(self.store.prune_log(authority, plan.below, address, progress).await?)
    }

    /// All that is acknowledged is in the tree, and the tree is signed.
    async fn bring_up_to_date(&self, authority: AuthorityId) -> Result<(), RegistryError> {
        self.log.sequenced().await.map_err(|error| {
            tracing::error!(%error, "the log could not be brought up to date");
            RegistryError::Unavailable
        })?;
        self.sign_checkpoint(authority).await
    }

    async fn verified(
        &self,
        authority: AuthorityId,
        verifier: &LogVerifier,
        progress: Progress<'_>,
    ) -> Result<(Verification, Places), VerifyError> {
        in_place(&self.store, authority, Trust::in_key(verifier.clone()), &Withhold, progress).await
    }
}
