//! Adding a received item to the personal file of an own case (tillförd ärendet), with a reason.

use field_vault::{KeySubject, Place};
use rbac_policy::{Facts, Target};
use serde::{Deserialize, Serialize};
use store::Work;
use utoipa::ToSchema;
use vocabulary::{
    Action, AuthorityId, Caller, CaseId, IdentityNumber, PersonId, Purpose, ReceivedItemId,
    action::FileReceived as FileAct,
};

use super::{OpenReceived, ReceivedState};
use crate::{
    Answer, Check, Registry, RegistryError,
    person::{IdentityKind, NUMBER_COLUMN},
    release::{examination::stated, preview::IdentityView},
};

/// Adds a received item to an own case.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = FileReceived)]
pub struct FileReceived {
    /// The own open case.
    pub case_id: CaseId,
    /// Why it is needed there.
    pub reason: String,
    /// Says that the item and the case are about the same person; required where their numbers do not show it.
    #[serde(default)]
    pub same_person: bool,
}

/// The reason as it is sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct FiledBody {
    pub(crate) reason: String,
}

pub(crate) fn filed_place(id: ReceivedItemId) -> Place {
    Place::of("received_item", "filed_sealed", id.0)
}

impl Registry {
    /// Adds a received item to the personal file of an own case.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; `Conflict("filed-already")`, `Conflict("lapsed")`, `Conflict("closed")`, `Conflict("other-case")` when its joint file
    /// hangs on another case, `Conflict("other-person")` when the item is about somebody else; [`RegistryError::Invalid`] when nobody has said that it is
    /// about the same person; [`RegistryError::NotFound`].
    pub async fn file_received(
        &self,
        caller: &Caller,
        id: ReceivedItemId,
        version: i64,
        command: FileReceived,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut check = Check::new();
        check.text("reason", &command.reason, 1_000);
        check.done()?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.received_at_hand(&mut snapshot, caller, id).await?;
        let case = self.case_at_hand(&mut snapshot, caller, command.case_id).await?;
        snapshot.close().await?;
        // Two records: the item must be the caller's to see, the case the caller's to write in.
        let hand = hand.filter(|hand| self.policy.allows(caller.roles, Action::ReadReceived, &hand.facts));
        let (Some(hand), Some(case)) = (hand, case) else {
            return Err(self.missing::<FileAct>(caller, "received_item", id.0).await);
        };
        let target = Target {
            kind: "received_item",
            id: Some(id.0),
            version: Some(hand.row.version),
            ..case.facts.target.clone()
        };
        let permit =
            self.allow::<FileAct>(caller, Facts { purpose: Purpose::CaseHandling, target, ..case.facts }).await?;
        if case.case.closed_at.is_some() {
            return Err(self.stopped(&permit, RegistryError::Conflict("closed")).await);
        }
        if hand.row.filed_at.is_some() {
            return Err(self.stopped(&permit, RegistryError::Conflict("filed-already")).await);
        }
        if hand.row.state != ReceivedState::Received.code() && hand.row.state != ReceivedState::Kept.code() {
            return Err(self.stopped(&permit, RegistryError::Conflict("lapsed")).await);
        }
        if hand.facts.target.case.is_some_and(|other| other != command.case_id) {
            return Err(self.stopped(&permit, RegistryError::Conflict("other-case")).await);
        }
        // Nothing goes into a personal file whose basis ended today: opening it asks, and takes it out of use.
        let reader = Caller { reason: caller.reason.clone().or_else(|| stated(&command.reason)), ..caller.clone() };
        let opened = self.open_received(&reader, id, OpenReceived::default()).await?.view;
        if let Some(about) = &opened.about {
            match self.same_person(authority, about, case.person.id).await? {
                Some(true) => {}
                Some(false) => return Err(self.stopped(&permit, RegistryError::Conflict("other-person")).await),
                None => {
                    let mut check = Check::new();
                    check.require(command.same_person, "samePerson", "required");
                    check.done()?;
                }
            }
        }
        let key = self.key_for(authority, KeySubject::ReceivedItem(id)).await?;
        let body = self.seal(&key, filed_place(id), &FiledBody { reason: command.reason.trim().to_owned() })?;
        let file = store::received::file(authority, id, command.case_id, self.clock.now(), caller.user, &body, version);
        let recorded = self.commit(permit, Work::new(authority).named("file_received").then(file)).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// Whether a received identity is a person's of the own authority, as far as its number tells; none where it does not.
    async fn same_person(
        &self,
        authority: AuthorityId,
        about: &IdentityView,
        person: PersonId,
    ) -> Result<Option<bool>, RegistryError> {
        let Some(number) =
            about.identity_value.as_deref().and_then(|value| IdentityNumber::parse(value, self.clock.today()).ok())
        else {
            return Ok(None);
        };
        let index = self.vault.blind_index(authority, NUMBER_COLUMN, number.canonical())?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let known = store::person::by_number(&mut snapshot, authority, index).await?;
        let kind = match number {
            IdentityNumber::Personal(_) => IdentityKind::PersonalNumber,
            IdentityNumber::Coordination(_) => IdentityKind::CoordinationNumber,
        };
        let has_another = store::person::has_number(&mut snapshot, authority, person, kind.code()).await?;
        snapshot.close().await?;
        Ok(match known {
            Some(known) => Some(known.id == person),
            // A person with another number of the same kind is somebody else; one without may be the same.
            None if has_another => Some(false),
            None => None,
        })
    }
}
