//! The personal file (personakt) stays in the authority's own system. What is decided here is printed for it, with the name and the case number that it
//! is filed under, and the day on which that was done is noted.

use field_vault::Vault;
use rbac_policy::{Facts, Target};
use serde::Serialize;
use store::{Snapshot, Work, personal_file::EnteredRow};
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    AbstentionId, AuthorityId, Caller, CaseId, KeyId, MeasureId, Opens, ReleaseId, Timestamp, action::EnterInFile,
};

use crate::{
    Answer, Registry, RegistryError,
    case::{CaseBody, case_place},
    facts::{CaseAtHand, identity_place},
    opening::Opener,
    person::{Identity, IdentityKind},
};

vocabulary::closed_list! {
    /// What is entered in a personal file.
    pub enum FileRecord {
        /// A decision to release.
        Release = "release",
        /// A decision to abstain.
        Abstention = "abstention",
        /// A measure whose life has ended.
        Measure = "measure",
    }
}

/// That a record stands in the personal file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InFile {
    /// When it was noted.
    pub entered_at: Timestamp,
    /// Who noted it.
    pub entered_by: String,
}

/// Whom a record concerns, as the personal file needs it. Stays on the own side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConcernsView {
    /// Name.
    pub name: String,
    /// How the person is identified.
    pub identity_kind: IdentityKind,
    /// The number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_value: Option<String>,
    /// The case's number in the authority's own system.
    pub case_number: String,
}

impl From<EnteredRow> for InFile {
    fn from(row: EnteredRow) -> Self {
        Self { entered_at: row.at, entered_by: row.by }
    }
}

/// The keys that naming somebody needs.
pub(crate) fn kids(hand: &CaseAtHand) -> [Option<KeyId>; 2] {
    [Vault::kid_of(&hand.case.body), Vault::kid_of(&hand.person.identity)]
}

/// Whom a record of a case concerns; the permit is over the record.
pub(crate) fn concerns<A: Opens>(
    opener: &Opener<'_, '_, A>,
    hand: &CaseAtHand,
    record: Uuid,
) -> Result<ConcernsView, RegistryError> {
    let identity: Identity = opener.open(identity_place(hand.person.id).under(record), &hand.person.identity)?;
    let body: CaseBody = opener.open(case_place(hand.case.id).under(record), &hand.case.body)?;
    Ok(ConcernsView {
        name: identity.name(),
        identity_kind: identity.kind,
        identity_value: identity.shown_value(),
        case_number: body.external_number,
    })
}

impl Registry {
    /// Whether a record has been entered.
    pub(crate) async fn in_file(
        &self,
        snapshot: &mut Snapshot,
        authority: AuthorityId,
        kind: FileRecord,
        id: Uuid,
    ) -> Result<Option<InFile>, RegistryError> {
        Ok(store::personal_file::of_record(snapshot, authority, kind.code(), id).await?.map(InFile::from))
    }

    /// Notes that a decision or a finished measure stands in the personal file. Once: the first date is kept.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; `Conflict("not-ended")` for a measure that goes on; `Conflict("exists-already")` when it was noted before.
    pub async fn enter_in_file(
        &self,
        caller: &Caller,
        kind: FileRecord,
        id: Uuid,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let (case, has_ended) = self.filed_case(&mut snapshot, authority, kind, id).await?;
        let hand = match case {
            Some(case) => self.case_at_hand(&mut snapshot, caller, case).await?,
            None => None,
        };
        let before = self.in_file(&mut snapshot, authority, kind, id).await?;
        snapshot.close().await?;
        let Some(hand) = hand else { return Err(self.missing::<EnterInFile>(caller, kind.code(), id).await) };
        let target = Target { kind: kind.code(), id: Some(id), version: None, ..hand.facts.target.clone() };
        let permit = self.allow::<EnterInFile>(caller, Facts { target, ..hand.facts }).await?;
        if !has_ended {
            return Err(self.stopped(&permit, RegistryError::Conflict("not-ended")).await);
        }
        if before.is_some() {
            return Err(self.stopped(&permit, RegistryError::Conflict("exists-already")).await);
        }
        let now = self.clock.now();
        let work = Work::new(authority).named("enter_in_file").then(store::personal_file::insert(
            authority,
            kind.code(),
            id,
            hand.case.id,
            now,
            caller.user,
        ));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// The case of a record, and whether there is nothing more to come of it.
    async fn filed_case(
        &self,
        snapshot: &mut Snapshot,
        authority: AuthorityId,
        kind: FileRecord,
        id: Uuid,
    ) -> Result<(Option<CaseId>, bool), RegistryError> {
        Ok(match kind {
            FileRecord::Release => {
                let row = store::release::by_id(snapshot, authority, ReleaseId(id)).await?;
                (row.and_then(|row| row.case), true)
            }
            FileRecord::Abstention => {
                let row = store::abstention::by_id(snapshot, authority, AbstentionId(id)).await?;
                (row.and_then(|row| row.case), true)
            }
            FileRecord::Measure => {
                let row = store::measure::by_id(snapshot, authority, MeasureId(id)).await?;
                let has_ended = row.as_ref().is_none_or(|row| row.ended_at.is_some());
                (row.map(|row| row.case), has_ended)
            }
        })
    }
}
