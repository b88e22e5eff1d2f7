//! Parcels out and in. One code path, whether the other authority lives in this instance or in another one.

use std::{
    collections::{HashMap, hash_map::Entry},
    future::Future,
    pin::Pin,
};

use parcel::{AuthorityPublic, Header, Order, ParcelError};
use rbac_policy::{Facts, Permit, Target};
use store::{Snapshot, Statement, Work, directory::AuthorityRow};
use vocabulary::{
    Act, AuthorityId, Caller, JointRef, Language, ParcelId, Purpose, ReleaseId, RequestId, Role, Strength,
    action::{ReceiveParcel, SendParcel},
};

use crate::{Registry, RegistryError, crossing::Crossing};

/// How parcels reach authorities in another instance.
pub trait Transport: Send + Sync {
    /// Hands over one parcel; gives the recipient's signed receipt.
    fn deliver<'a>(
        &'a self,
        endpoint: &'a str,
        parcel: Vec<u8>,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, NotDelivered>> + Send + 'a>>;
}

/// The other side could not be reached or did not take the parcel; it stays in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the other instance did not take the parcel")]
pub struct NotDelivered;

/// For instances in which every authority is local.
pub struct NoTransport;

impl Transport for NoTransport {
    fn deliver<'a>(
        &'a self,
        _: &'a str,
        _: Vec<u8>,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, NotDelivered>> + Send + 'a>> {
        Box::pin(async { Err(NotDelivered) })
    }
}

/// Why a parcel was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NotTakenIn {
    /// Forged, damaged, for somebody else, from a stranger.
    #[error("the parcel was refused: {0}")]
    Refused(#[from] ParcelError),
    /// Parcels before this one are missing; the sender sends them first.
    #[error("parcel number {expected} is expected first")]
    TooEarly {
        /// The number that is expected.
        expected: i64,
    },
    /// A parcel with this number was taken in, and it was another one.
    #[error("another parcel with this number was taken in before")]
    Replayed,
    /// Nothing was stored; try again.
    #[error("the parcel could not be stored now")]
    Unavailable,
}

/// A crossing that is to leave together with the rows of a unit of work.
pub(crate) struct Outgoing {
    pub(crate) to: AuthorityId,
    pub(crate) joint_ref: Option<JointRef>,
    pub(crate) release: Option<ReleaseId>,
    pub(crate) crossing: Crossing,
}

/// How often a unit is sealed again because another parcel took its number.
const NUMBER_ATTEMPTS: usize = 16;

impl Registry {
    /// Commits rows and parcels in one transaction, then lets the courier run. The parcel is part of the decision: either both are durable or neither.
    pub(crate) async fn commit_and_send<'r, A: Act>(
        &self,
        permit: Permit<'r, A>,
        work: Work,
        outgoing: Vec<Outgoing>,
    ) -> Result<audit_log::Recorded<Permit<'r, A>>, RegistryError> {
        let from = work.authority;
        // One sender at a time per process: numbers then collide only between instances, and the unique key catches that.
        let turn = self.sending_turn().lock().await;
        let statements = self.parcels(from, &outgoing).await?;
        let recorded = self.commit(permit, work.then_all(statements)).await?;
        drop(turn);
        self.deliver(from).await;
        Ok(recorded)
    }

    async fn parcels(&self, from: AuthorityId, outgoing: &[Outgoing]) -> Result<Vec<Statement>, RegistryError> {
        let mut snapshot = self.store.snapshot(from).await?;
        let directory = self.directory(&mut snapshot).await?;
        let mut next: HashMap<AuthorityId, i64> = HashMap::new();
        for out in outgoing {
            if let Entry::Vacant(slot) = next.entry(out.to) {
                slot.insert(store::parcel::last_out(&mut snapshot, from, out.to).await? + 1);
            }
        }
        snapshot.close().await?;
        let keys = self.vault.authority(from)?;
        let now = self.clock.now();
        let mut statements = Vec::with_capacity(outgoing.len());
        for out in outgoing {
            let number = next.get_mut(&out.to).ok_or(RegistryError::Internal("a parcel without its row"))?;
            let to =
                directory.get(&out.to).and_then(public).ok_or(RegistryError::Conflict("recipient-takes-no-parcels"))?;
            let id = ParcelId(self.entropy.id());
            let kind = out.crossing.kind();
            let header = Header {
                id,
                from,
                to: out.to,
                joint_ref: out.joint_ref,
                number: *number,
                kind: kind.to_owned(),
                sent: now,
            };
            let sealed = parcel::seal(&header, &out.crossing, &keys, &to).map_err(|error| {
                tracing::error!(%error, kind, "a parcel could not be sealed");
                RegistryError::Internal("a parcel could not be sealed")
            })?;
            statements.push(store::parcel::insert_out(
                from,
                id,
                out.to,
                out.joint_ref,
                *number,
                kind,
                out.release,
                sealed,
                now,
            ));
            *number += 1;
        }
        Ok(statements)
    }

    /// Tries to deliver everything that waits, in order per recipient. What fails stays and is tried again by the job.
    pub async fn deliver(&self, from: AuthorityId) {
        for _ in 0..NUMBER_ATTEMPTS {
            match self.deliver_batch(from).await {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "parcels wait");
                    return;
                }
            }
        }
    }

    async fn deliver_batch(&self, from: AuthorityId) -> Result<usize, RegistryError> {
        let mut snapshot = self.store.snapshot(from).await?;
        let waiting = store::parcel::waiting(&mut snapshot, from).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let mut delivered = 0;
        let mut stopped: Vec<AuthorityId> = Vec::new();
        for parcel in waiting {
            if stopped.contains(&parcel.to) {
                continue;
            }
            let Some(recipient) = directory.get(&parcel.to) else { continue };
            let receipt = if recipient.is_local {
                Box::pin(self.take_in(&parcel.sealed))
                    .await
                    .map_err(|error| tracing::warn!(%error, "a parcel was not taken in"))
                    .ok()
            } else {
                match &recipient.endpoint {
                    Some(endpoint) => self.transport.deliver(endpoint, parcel.sealed).await.ok(),
                    None => None,
                }
            };
            let peer = |id| directory.get(&id).and_then(public);
            let is_received = receipt.is_some_and(|receipt| {
                parcel::check_receipt(&receipt, from, peer).is_ok_and(|receipt| receipt.parcel == parcel.id)
            });
            let caller = self.service_caller(from).await?;
            let target = Target::record("parcel", parcel.id.0);
            let permit = self.allow::<SendParcel>(&caller, Facts::own_desk(Purpose::Service, target)).await?;
            let recipient_ref = audit_log::Recipient { authority: parcel.to, label: parcel.kind.clone() };
            let statement = if is_received {
                delivered += 1;
                store::parcel::delivered(from, parcel.id, self.clock.now())
            } else {
                stopped.push(parcel.to);
                store::parcel::attempted(from, parcel.id)
            };
            drop(
                self.commit(permit.with_recipient(recipient_ref), Work::new(from).named("deliver").then(statement))
                    .await?,
            );
        }
        Ok(delivered)
    }

    /// Takes in one parcel: checks seal, sender, recipient and number, and applies it under the recipient's own keys. Gives the signed receipt.
    ///
    /// # Errors
    /// [`NotTakenIn`] says what the sender may do about it.
    pub async fn take_in(&self, bytes: &[u8]) -> Result<Vec<u8>, NotTakenIn> {
        let header = parcel::peek(bytes)?;
        let to = header.to;
        let keys = self.vault.authority(to).map_err(|_| ParcelError::WrongRecipient)?;
        let unavailable = |error: RegistryError| {
            tracing::error!(%error, "a parcel could not be taken in");
            NotTakenIn::Unavailable
        };
        let mut snapshot = self.store.snapshot(to).await.map_err(|_| NotTakenIn::Unavailable)?;
        let directory = self.directory(&mut snapshot).await.map_err(unavailable)?;
        let last = store::parcel::last_in(&mut snapshot, to, header.from).await.map_err(|_| NotTakenIn::Unavailable)?;
        let before = store::parcel::taken_in(&mut snapshot, to, header.from, header.number)
            .await
            .map_err(|_| NotTakenIn::Unavailable)?;
        snapshot.close().await.map_err(|_| NotTakenIn::Unavailable)?;
        let verified = parcel::verify(bytes, to, |id| directory.get(&id).and_then(public))?;
        match parcel::order(last, header.number) {
            Order::Next => {}
            Order::Gap { expected } => return Err(NotTakenIn::TooEarly { expected }),
            // The answer to an earlier delivery was lost: the same parcel gets the same receipt, another one with its number is refused.
            Order::Replay => {
                return match before {
                    Some((digest, at)) if digest == verified.digest() => {
                        Ok(parcel::acknowledge(&header, digest, &keys, at)?)
                    }
                    _ => Err(NotTakenIn::Replayed),
                };
            }
        }
        let now = self.clock.now();
        let caller = self.service_caller(to).await.map_err(unavailable)?;
        // That it came is durable before it is opened; what it became has an entry of its own, with the rows.
        let arrival = Facts::own_desk(Purpose::Service, Target::record("parcel", header.id.0));
        let permit = self.allow::<ReceiveParcel>(&caller, arrival).await.map_err(unavailable)?;
        drop(self.record(permit).await.map_err(unavailable)?);
        let crossing: Crossing = verified.open(&keys)?.payload()?;
        let sender = directory.get(&header.from).ok_or(ParcelError::UnknownSender)?;
        let taken =
            store::parcel::insert_in(to, header.from, header.number, header.id, &header.kind, verified.digest(), now);
        let work = Work::new(to).named("take_in").then(taken);
        let applied = self.apply(&caller, sender, &header, crossing, work).await.map_err(unavailable)?;
        let target = applied.target.unwrap_or_else(|| Target::record("parcel", header.id.0));
        let permit = self
            .allow::<ReceiveParcel>(&caller, Facts::own_desk(Purpose::Service, target))
            .await
            .map_err(unavailable)?;
        drop(self.commit(permit, applied.work).await.map_err(unavailable)?);
        Ok(parcel::acknowledge(&header, verified.digest(), &keys, now)?)
    }

    /// The directory by id.
    pub(crate) async fn directory(
        &self,
        snapshot: &mut Snapshot,
    ) -> Result<HashMap<AuthorityId, AuthorityRow>, RegistryError> {
        Ok(store::directory::authorities(snapshot).await?.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The authority's own service user: jobs and parcels act in its name, with a role of its own.
    pub(crate) async fn service_caller(&self, authority: AuthorityId) -> Result<Caller, RegistryError> {
        let mut snapshot = self.store.snapshot(authority).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let user = users.into_iter().find(|user| user.is_active && user.roles.has(Role::Service));
        let user = user.ok_or(RegistryError::Internal("the authority has no service user"))?;
        Ok(Caller {
            user: user.id,
            authority,
            unit: user.unit,
            roles: user.roles,
            strength: Strength::Service,
            request: RequestId(self.entropy.id()),
            language: Language::Swedish,
            reason: None,
            idempotency: None,
            sends: None,
        })
    }
}

/// What an authority's parcels are sealed and checked with, if it takes any.
fn public(row: &AuthorityRow) -> Option<AuthorityPublic> {
    let verifying = row.parcel_verifying.as_deref()?.try_into().ok()?;
    Some(AuthorityPublic { authority: row.id, recipient: row.parcel_recipient.clone()?, verifying })
}
