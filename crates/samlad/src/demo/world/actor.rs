//! A persona at work: signed in that day, with the rooms of the own authority.

use anyhow::{Context as _, Result};
use case_registry::Registry;
use store::Snapshot;
use vocabulary::{AuthorityId, Caller, Clock as _, Language, RequestId, StatedReason, Strength, UserId};

use super::World;
use crate::demo::people::{AuthorityKey, PersonaKey};
use crate::demo::script::What;

/// Who performs an event.
pub(super) struct Actor {
    pub(super) side: AuthorityKey,
    pub(super) caller: Caller,
    pub(super) registry: Registry,
}

impl Actor {
    /// The person states why: what the log then says.
    pub(super) fn states_reason(&mut self, what: &What) {
        let reason = match what {
            What::ReadReceived(_) | What::DecideLapsed(_) => "Ska ta ställning till om kopian får behållas.",
            What::Release(_)
            | What::ConcernReport(_)
            | What::AnswerInformation(_)
            | What::ProposeAction(_)
            | What::Nominate(_) => "Prövning av om uppgiften kan lämnas ut i det egna ärendet.",
            _ => "Handläggning i det egna ärendet.",
        };
        self.caller.reason = StatedReason::new(reason);
    }

    /// Rows of the own authority: versions and references that a page would have shown.
    pub(super) async fn snapshot(&self) -> Result<Snapshot> {
        Ok(self.registry.store.snapshot(self.caller.authority).await?)
    }
}

impl World<'_> {
    /// A persona, signed in by the link on the first event of the day.
    pub(super) async fn actor(&mut self, who: PersonaKey) -> Result<Actor> {
        let mandate = self.mandates.get(&who).context("a persona without a mandate")?;
        let side = self.sides.get(&mandate.side).context("a persona of an authority that is not here")?;
        let registry = side.registry.clone();
        let request = RequestId(registry.entropy.id());
        let today = self.clock.today();
        let caller = if self.signed_in.get(&who) == Some(&today) {
            side.identity.caller_for(side.id, mandate.user, Strength::Demo, Language::Swedish, request).await?
        } else {
            let is_first = self.signed_in.insert(who, today).is_none();
            let started =
                registry.start_session(&side.identity, &mandate.link, false, Language::Swedish, request).await?;
            if is_first {
                // Everyone is told at the first sign-in that accesses are logged and reviewed.
                registry.see_notice(&started.view.caller).await?;
            }
            started.view.caller
        };
        Ok(Actor { side: mandate.side, caller, registry })
    }

    /// The user behind a persona.
    pub(super) fn user(&self, who: PersonaKey) -> Result<UserId> {
        self.mandates.get(&who).map(|mandate| mandate.user).context("a persona without a mandate")
    }

    /// An authority of the directory.
    pub(super) fn authority(&self, key: AuthorityKey) -> Result<AuthorityId> {
        self.authorities.get(&key).copied().context("an authority that is not in the directory")
    }

    /// Rows of another side, where something has arrived. None when that side is not here.
    pub(super) async fn snapshot_of(&self, key: AuthorityKey) -> Result<Option<(AuthorityId, Snapshot)>> {
        match self.sides.get(&key) {
            Some(side) => Ok(Some((side.id, side.registry.store.snapshot(side.id).await?))),
            None => Ok(None),
        }
    }
}
