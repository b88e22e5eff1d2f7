//! Corrections of what was released: every recipient gets a notice, and must acknowledge it (GDPR art. 19, brottsdatalagen 2 kap. 9 §).
//!
//! The notice says that an item was corrected, and which; never what is right. The answer says that it was read, and nothing else. What is right leaves as everything leaves: somebody decides a new release of
//! the item, whose version the correction raised, with the tests, the preview and the question of other persons that every release has.

use rbac_policy::{Facts, Target};
use store::{Work, release::ReleaseRow};
use uuid::Uuid;
use vocabulary::{Caller, Purpose, action::Lapse};

use super::lapsing::notice;
use crate::{Registry, RegistryError, crossing::NoticeKind};

impl Registry {
    /// Tells every recipient of an item that it was corrected, standing release or not: whoever relies on a copy must know. In the service's name, on
    /// behalf of whoever corrected it.
    pub(crate) async fn send_correction_notices(&self, caller: &Caller, item: Uuid) -> Result<(), RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let rows = store::release::of_item(&mut snapshot, authority, item).await?;
        let mut found = Vec::new();
        for row in rows {
            let items = store::release::items(&mut snapshot, authority, row.id).await?;
            if let Some(released) = items.iter().find(|released| released.item == item) {
                found.push((row, released.position));
            }
        }
        snapshot.close().await?;
        for (row, position) in found {
            self.tell_of_correction(caller, &row, position).await?;
        }
        Ok(())
    }

    async fn tell_of_correction(&self, caller: &Caller, row: &ReleaseRow, position: i64) -> Result<(), RegistryError> {
        let authority = caller.authority;
        let service = self.service_caller(authority).await?;
        let mut target = Target::record("release", row.id.0).at_version(row.version);
        target.case = row.case;
        let permit = self.allow::<Lapse>(&service, Facts::own_desk(Purpose::Service, target)).await?;
        // It discloses nothing of the item; that a parcel left for the recipient is an entry of the courier's.
        let permit = permit.on_behalf_of(caller.user).with_basis(format!("{}/{}", row.basis_code, row.basis_version));
        let now = self.clock.now();
        let out = notice(row, NoticeKind::Corrected { position }, now);
        let outgoing = self.to_those_who_take_parcels(authority, vec![out]).await?;
        // Only who takes parcels is told this way and answers this way.
        let told = outgoing
            .first()
            .map(|_| store::release_correction::insert(authority, self.entropy.id(), row.id, position, now));
        let work = Work::new(authority).named("correct_released").then_all(told);
        self.commit_and_send(permit, work, outgoing).await.map(drop)
    }
}
