//! Marking a release as withdrawn. It never un-happens; the recipient is told.

use audit_log::Recipient;
use field_vault::{KeySubject, Place};
use rbac_policy::{Facts, Target};
use serde::{Deserialize, Serialize};
use store::Work;
use utoipa::ToSchema;
use vocabulary::{Caller, Purpose, ReleaseId, action::WithdrawRelease as WithdrawAct};

use super::lapsing::notice;
use crate::{Answer, Check, Registry, RegistryError, crossing::NoticeKind};

/// Marks a release as withdrawn.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = WithdrawRelease)]
pub struct WithdrawRelease {
    /// Why; it stays on the own side.
    pub reason: String,
}

/// The reason as it is sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct WithdrawalBody {
    pub(crate) reason: String,
    pub(crate) by: String,
}

pub(crate) fn withdrawal_place(id: ReleaseId) -> Place {
    Place::of("release_decision", "withdrawal_sealed", id.0)
}

impl Registry {
    /// Marks a release as withdrawn and tells the recipient, in one transaction.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; `Conflict("withdrawn-already")`; [`RegistryError::NotFound`].
    pub async fn withdraw_release(
        &self,
        caller: &Caller,
        id: ReleaseId,
        version: i64,
        command: WithdrawRelease,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut check = Check::new();
        check.text("reason", &command.reason, 1_000);
        check.done()?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::release::by_id(&mut snapshot, authority, id).await?;
        let hand = match row.as_ref().and_then(|row| row.case) {
            Some(case) => self.case_at_hand(&mut snapshot, caller, case).await?,
            None => None,
        };
        let user = store::directory::user_by_id(&mut snapshot, authority, caller.user).await?;
        snapshot.close().await?;
        let (Some(row), Some(hand)) = (row, hand) else {
            return Err(self.missing::<WithdrawAct>(caller, "release", id.0).await);
        };
        let target =
            Target { kind: "release", id: Some(id.0), version: Some(row.version), ..hand.facts.target.clone() };
        let facts = Facts { purpose: Purpose::ReleaseDecision, target, ..hand.facts };
        let permit = self.allow::<WithdrawAct>(caller, facts).await?;
        if row.withdrawn_at.is_some() {
            return Err(self.stopped(&permit, RegistryError::Conflict("withdrawn-already")).await);
        }
        let key = self.key_for(authority, KeySubject::Case(hand.case.id)).await?;
        let body = WithdrawalBody {
            reason: command.reason.trim().to_owned(),
            by: user.map(|user| user.name).unwrap_or_default(),
        };
        let now = self.clock.now();
        let sealed = self.seal(&key, withdrawal_place(id), &body)?;
        let work = Work::new(authority)
            .named("withdraw_release")
            .then(store::release::withdraw(authority, id, now, &sealed, version));
        let outgoing =
            self.to_those_who_take_parcels(authority, vec![notice(&row, NoticeKind::Withdrawn, now)]).await?;
        let permit = permit.with_recipient(Recipient { authority: row.recipient, label: "withdrawn".to_owned() });
        let recorded = self.commit_and_send(permit, work, outgoing).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}
