//! Corrections by the sender: read, acknowledged, and passed on to whoever got the item from us.

use field_vault::Place;
use serde::Serialize;
use store::{Work, received::CorrectionRow};
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{Caller, Opens, ReceivedItemId, Timestamp, action::ReadReceived};

use super::ReceivedState;
use crate::{
    Answer, Registry, RegistryError,
    courier::Outgoing,
    crossing::{Crossing, Notice, NoticeKind},
    opening::Opener,
};

/// What the sender corrected.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CorrectionView {
    /// Random id.
    pub id: Uuid,
    /// Which item of the release.
    pub position: i64,
    /// When it arrived.
    pub arrived_at: Timestamp,
    /// What the sender said of it; empty for a notice alone: what is right comes as a release of its own, or is asked for.
    pub text: String,
    /// When somebody acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
}

/// The place of a correction: opened by a permit over the received item.
pub(crate) fn correction_place(id: Uuid, item: ReceivedItemId) -> Place {
    Place::of("received_correction", "text_sealed", id).under(item.0)
}

/// The corrections of an item that the permit covers.
pub(crate) fn views<A: Opens>(
    opener: &Opener<'_, '_, A>,
    rows: &[CorrectionRow],
) -> Result<Vec<CorrectionView>, RegistryError> {
    let covered = rows.iter().filter(|row| opener.covers(row.item));
    covered
        .map(|row| {
            Ok(CorrectionView {
                id: row.id,
                position: row.position,
                arrived_at: row.arrived_at,
                text: opener.open(correction_place(row.id, row.item), &row.text)?,
                acknowledged_at: row.acknowledged_at,
            })
        })
        .collect()
}

impl Registry {
    /// Acknowledges a correction; the sender is told that it was read. Whoever got the item from the own authority is told in turn.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; [`RegistryError::Stale`] when it was acknowledged meanwhile; `Conflict("lapsed")` for a lapsed copy.
    pub async fn acknowledge_correction(&self, caller: &Caller, id: Uuid) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::received::correction_by_id(&mut snapshot, authority, id).await?;
        let hand = match &row {
            Some(row) => self.received_at_hand(&mut snapshot, caller, row.item).await?,
            None => None,
        };
        snapshot.close().await?;
        let (Some(row), Some(hand)) = (row, hand) else {
            return Err(self.missing::<ReadReceived>(caller, "received_correction", id).await);
        };
        let permit = self.allow::<ReadReceived>(caller, hand.facts).await?;
        if hand.row.state == ReceivedState::Lapsed.code() {
            return Err(self.stopped(&permit, RegistryError::Conflict("lapsed")).await);
        }
        let now = self.clock.now();
        let acknowledge = store::received::acknowledge(authority, id, now, caller.user);
        let work = Work::new(authority).named("acknowledge_correction").then(acknowledge);
        // The sender learns that it was read, in the same transaction. Who read it stays here, and nothing of the content goes with it.
        let answer = Notice {
            release_ref: hand.row.release_ref,
            at: now,
            what: NoticeKind::Acknowledged { position: row.position },
        };
        let answer = Outgoing {
            to: hand.row.from,
            joint_ref: hand.row.joint_ref,
            release: None,
            crossing: Crossing::Notice(answer),
        };
        let outgoing = self.to_those_who_take_parcels(authority, vec![answer]).await?;
        // That a parcel left for the sender is an entry of the courier's.
        let recorded = self.commit_and_send(permit, work, outgoing).await?;
        self.send_correction_notices(caller, row.item.0).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}
