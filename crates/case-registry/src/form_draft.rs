//! Drafts of what somebody is writing in a form, kept until it is sent.
//!
//! A draft is its writer's own and nobody else's. It is sealed under the key of the case that it is about, and under the authority's where it is about
//! none. Saving it, taking it up again and throwing it away are accesses like any other, permitted by the writer's relation to the record: whoever
//! loses the case loses the draft with it. It ends in the transaction that carries out what was sent ([`vocabulary::Caller::sends`]), when it is thrown
//! away, with the mandate of its writer, and after a term.

use field_vault::{KeySubject, Place, Vault};
use rbac_policy::{Facts, Target};
use serde::{Deserialize, Serialize};
pub use store::form_draft::KeptDraft;
use store::{Work, form_draft::FormDraftRow};
use vocabulary::{
    Act, AuthorityId, Caller, CaseId, FormDraftId, InfoRequestId, JointActionId, JointFileId, MeasureId, PersonId,
    Purpose, ReceivedItemId, ReleaseDraftId, ReleaseId, Timestamp,
    action::{DiscardFormDraft, ReadFormDraft, SaveFormDraft},
};

use crate::{Answer, Registry, RegistryError};

/// What a form is about: the record on which the writer's right to a draft rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// No record: the writer's own desk.
    Desk,
    /// A case.
    Case(CaseId),
    /// A joint file.
    JointFile(JointFileId),
    /// A measure.
    Measure(MeasureId),
    /// A received item.
    ReceivedItem(ReceivedItemId),
    /// A joint action.
    JointAction(JointActionId),
    /// A request for information.
    InfoRequest(InfoRequestId),
    /// A release.
    Release(ReleaseId),
    /// A release that is being prepared.
    ReleaseDraft(ReleaseDraftId),
    /// A person.
    Person(PersonId),
}

/// One form at one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormAt {
    /// Digest of its address.
    pub digest: [u8; 32],
    /// What it is about.
    pub about: About,
}

/// What stood in a form: names of fields with their values, in order.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Written(pub Vec<(String, String)>);

impl core::fmt::Debug for Written {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[sealed]")
    }
}

/// How many drafts of one form are kept: the one being written and those that were left lying.
pub const MOST_PER_FORM: i64 = 3;
/// How many days a draft is kept after it was last saved, unless the instance says otherwise.
pub const KEPT_DAYS: i64 = 14;

fn place(id: FormDraftId) -> Place {
    Place::of("form_draft", "body_sealed", id.0)
}

/// The facts of a draft: those of the record that it is about, with the draft as what the entry names.
fn facts_of(about: &Facts, id: FormDraftId) -> Facts {
    let target = Target { kind: "form_draft", id: Some(id.0), version: None, ..about.target.clone() };
    Facts { target, ..about.clone() }
}

impl Registry {
    /// Keeps what stands in a form: as the draft that is being continued, or as a new one. Gives the draft's id and when it was saved.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the record is not there for the caller; [`RegistryError::ReasonRequired`] with protected identity.
    pub async fn save_form_draft(
        &self,
        caller: &Caller,
        form: FormAt,
        continued: Option<FormDraftId>,
        written: &Written,
    ) -> Result<Answer<KeptDraft>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let about = self.facts_about(&mut snapshot, caller, form.about).await?;
        let before = match continued {
            Some(id) => store::form_draft::by_id(&mut snapshot, caller.authority, caller.user, id).await?,
            None => None,
        };
        snapshot.close().await?;
        let before = before.filter(|row| row.form == form.digest);
        let id = before.as_ref().map_or_else(|| FormDraftId(self.entropy.id()), |row| row.id);
        let Some(about) = about else { return Err(self.missing::<SaveFormDraft>(caller, "form_draft", id.0).await) };
        let permit = self.allow::<SaveFormDraft>(caller, facts_of(&about, id)).await?;
        let case = about.target.case;
        let key = self.key_for(caller.authority, case.map_or(KeySubject::Authority, KeySubject::Case)).await?;
        let saved_at = self.clock.now();
        let body = self.seal(&key, place(id), written)?;
        let row = FormDraftRow { id, form: form.digest, case, saved_at, body };
        let work = Work::new(caller.authority).named("save_form_draft");
        let work = if before.is_some() {
            work.then(store::form_draft::update(caller.authority, caller.user, &row))
        } else {
            work.then(store::form_draft::insert(caller.authority, caller.user, &row))
                .then(store::form_draft::keep_newest(caller.authority, caller.user, form.digest, MOST_PER_FORM))
        };
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: KeptDraft { id, form: form.digest, saved_at }, entry: recorded.entry() })
    }

    /// Takes a draft up again.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none of this form, or the record is no longer there for the caller.
    pub async fn take_up_form_draft(
        &self,
        caller: &Caller,
        form: FormAt,
        id: FormDraftId,
    ) -> Result<Answer<Written>, RegistryError> {
        let (row, facts) = self.form_draft_at_hand::<ReadFormDraft>(caller, form, id).await?;
        let permit = self.allow::<ReadFormDraft>(caller, facts).await?;
        let recorded = self.record(permit).await?;
        let opener = self.opener(&recorded, caller.authority, [Vault::kid_of(&row.body)]).await?;
        let view = opener.open(place(id), &row.body)?;
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// Throws a draft away.
    ///
    /// # Errors
    /// As for [`Registry::take_up_form_draft`].
    pub async fn discard_form_draft(
        &self,
        caller: &Caller,
        form: FormAt,
        id: FormDraftId,
    ) -> Result<Answer<()>, RegistryError> {
        let (_, facts) = self.form_draft_at_hand::<DiscardFormDraft>(caller, form, id).await?;
        let permit = self.allow::<DiscardFormDraft>(caller, facts).await?;
        let end = store::form_draft::end(caller.authority, caller.user, id);
        let recorded = self.commit(permit, Work::new(caller.authority).named("discard_form_draft").then(end)).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// Which drafts the caller has lying: of which forms, and when they were saved. It opens nothing and tells nobody but their writer; the saving of
    /// each has an entry of its own, so that this look makes none.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub async fn form_drafts_of(&self, caller: &Caller) -> Result<Vec<KeptDraft>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let kept = store::form_draft::of_user(&mut snapshot, caller.authority, caller.user).await?;
        snapshot.close().await?;
        Ok(kept)
    }

    /// Erases drafts that nobody has saved since an instant. In the service's name; gives how many.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; what was not erased is erased by the next run.
    pub async fn sweep_form_drafts(&self, authority: AuthorityId, before: Timestamp) -> Result<usize, RegistryError> {
        let mut erased = 0;
        loop {
            let mut snapshot = self.store.snapshot(authority).await?;
            let old = store::form_draft::old(&mut snapshot, authority, before).await?;
            snapshot.close().await?;
            if old.is_empty() {
                return Ok(erased);
            }
            let caller = self.service_caller(authority).await?;
            let facts = Facts::own_desk(Purpose::Service, Target::kind("form_draft"));
            let permit = self.allow::<DiscardFormDraft>(&caller, facts).await?;
            let permit = permit.with_listed(old.iter().map(|id| id.0));
            let erase = old.iter().map(|id| store::form_draft::erase_old(authority, *id, before));
            drop(self.commit(permit, Work::new(authority).named("sweep_form_drafts").then_all(erase)).await?);
            erased += old.len();
        }
    }

    /// The caller's own draft of a form with the facts about it, or the answer for one that is not there.
    async fn form_draft_at_hand<A: Act>(
        &self,
        caller: &Caller,
        form: FormAt,
        id: FormDraftId,
    ) -> Result<(FormDraftRow, Facts), RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let row = store::form_draft::by_id(&mut snapshot, caller.authority, caller.user, id).await?;
        let about = self.facts_about(&mut snapshot, caller, form.about).await?;
        snapshot.close().await?;
        match (row.filter(|row| row.form == form.digest), about) {
            (Some(row), Some(about)) => Ok((row, facts_of(&about, id))),
            _ => Err(self.missing::<A>(caller, "form_draft", id.0).await),
        }
    }

    /// The facts of the record that a form is about; none when there is no such record.
    async fn facts_about(
        &self,
        snapshot: &mut store::Snapshot,
        caller: &Caller,
        about: About,
    ) -> Result<Option<Facts>, RegistryError> {
        let authority = caller.authority;
        // What is not a case or a joint file itself hangs on one.
        let (case, file) = match about {
            About::Desk => {
                return Ok(Some(Facts::own_desk(Purpose::Administration, Target::kind("form_draft"))));
            }
            About::ReceivedItem(id) => {
                return Ok(self.received_at_hand(snapshot, caller, id).await?.map(|hand| hand.facts));
            }
            About::Person(id) => {
                return Ok(self.person_at_hand(snapshot, caller, id).await?.map(|hand| hand.facts));
            }
            About::Case(id) => (Some(id), None),
            About::JointFile(id) => (None, Some(id)),
            About::Measure(id) => (store::measure::by_id(snapshot, authority, id).await?.map(|row| row.case), None),
            About::JointAction(id) => {
                (None, store::joint_action::by_id(snapshot, authority, id).await?.map(|row| row.joint_file))
            }
            About::InfoRequest(id) => store::info_request::by_id(snapshot, authority, id)
                .await?
                .map_or((None, None), |row| (row.case, row.joint_file)),
            About::Release(id) => store::release::by_id(snapshot, authority, id)
                .await?
                .map_or((None, None), |row| (row.case, row.joint_file)),
            About::ReleaseDraft(id) => store::release_draft::by_id(snapshot, authority, id)
                .await?
                .map_or((None, None), |row| (row.case, row.joint_file)),
        };
        if let Some(file) = file {
            return Ok(self.joint_at_hand(snapshot, caller, file).await?.map(|hand| hand.facts));
        }
        match case {
            Some(case) => Ok(self.case_at_hand(snapshot, caller, case).await?.map(|hand| hand.facts)),
            None => Ok(None),
        }
    }
}
