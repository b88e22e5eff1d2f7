//! Corrections of what was released: every recipient gets a notice, and must acknowledge it (GDPR art. 19, brottsdatalagen 2 kap. 9 §).

use audit_log::Recipient;
use rbac_policy::{BasisFact, Facts, Target};
use store::{Work, release::ReleaseRow};
use uuid::Uuid;
use vocabulary::{
    Caller, Purpose,
    action::{FollowUp, Lapse, ReadRelease},
};

use super::lapsing::notice;
use crate::{Registry, RegistryError, crossing::NoticeKind, facts::CaseAtHand};

impl Registry {
    /// Tells every recipient of an item that it was corrected. What is right goes along as long as the basis carries it; after a lapse only the fact that
    /// it was corrected, so that the recipient can ask.
    pub(crate) async fn send_correction_notices(
        &self,
        caller: &Caller,
        item: Uuid,
        text: &str,
    ) -> Result<(), RegistryError> {
        let authority = caller.authority;
        // The key of the request, if it has one, was used by the correction itself.
        let caller = &Caller { idempotency: None, ..caller.clone() };
        let mut snapshot = self.store.snapshot(authority).await?;
        let rows = store::release::of_item(&mut snapshot, authority, item).await?;
        let mut found = Vec::new();
        for row in rows {
            let Some(case) = row.case else { continue };
            let hand = self.case_at_hand(&mut snapshot, caller, case).await?;
            let items = store::release::items(&mut snapshot, authority, row.id).await?;
            let position = items.iter().find(|released| released.item == item).map(|released| released.position);
            if let (Some(hand), Some(position)) = (hand, position) {
                found.push((row, hand, position));
            }
        }
        snapshot.close().await?;
        for (row, hand, position) in found {
            if !row.stands() || !self.correct_in_full(caller, &row, hand, position, text).await? {
                self.correct_in_short(&row, authority, position).await?;
            }
        }
        Ok(())
    }

    /// Sends what is right, if the basis still carries it. False when it does not, or when the caller may not send it.
    async fn correct_in_full(
        &self,
        caller: &Caller,
        row: &ReleaseRow,
        hand: CaseAtHand,
        position: i64,
        text: &str,
    ) -> Result<bool, RegistryError> {
        let authority = caller.authority;
        let target =
            Target { kind: "release", id: Some(row.id.0), version: Some(row.version), ..hand.facts.target.clone() };
        let facts = Facts { target, ..hand.facts };
        let look = match self.allow::<ReadRelease>(caller, facts.clone()).await {
            Ok(permit) => permit,
            Err(RegistryError::NotFound | RegistryError::ReasonRequired) => return Ok(false),
            Err(error) => return Err(error),
        };
        let recorded = self.record(look).await?;
        let retest = self.retest_release(&recorded, authority, row, &hand.person, row.id.0).await?;
        if retest.lapsed.is_some() {
            return Ok(false);
        }
        let facts = Facts {
            basis: BasisFact::of_code(&row.basis_code),
            age: retest.age,
            purpose: Purpose::CaseHandling,
            ..facts
        };
        let permit = match self.allow::<FollowUp>(caller, facts).await {
            Ok(permit) => permit,
            Err(RegistryError::NotFound | RegistryError::ReasonRequired | RegistryError::StepUpRequired) => {
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        let out = notice(row, NoticeKind::Corrected { position, text: text.to_owned() }, self.clock.now());
        let outgoing = self.to_those_who_take_parcels(authority, vec![out]).await?;
        let permit = permit.with_recipient(Recipient { authority: row.recipient, label: "correction".to_owned() });
        self.commit_and_send(permit, Work::new(authority).named("correct_released"), outgoing).await.map(|_| true)
    }

    /// Tells only that it was corrected, in the service's name.
    async fn correct_in_short(
        &self,
        row: &ReleaseRow,
        authority: vocabulary::AuthorityId,
        position: i64,
    ) -> Result<(), RegistryError> {
        let service = self.service_caller(authority).await?;
        let mut target = Target::record("release", row.id.0).at_version(row.version);
        target.case = row.case;
        let permit = self.allow::<Lapse>(&service, Facts::own_desk(Purpose::Service, target)).await?;
        let out = notice(row, NoticeKind::Corrected { position, text: String::new() }, self.clock.now());
        let outgoing = self.to_those_who_take_parcels(authority, vec![out]).await?;
        self.commit_and_send(permit, Work::new(authority).named("correct_released"), outgoing).await.map(drop)
    }
}
