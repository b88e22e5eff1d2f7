//! Opening a case, reading one, and who works on it.

mod change;
mod clock;
mod list;

use std::collections::HashMap;

use field_vault::{BirthDate, KeySubject, Place, Vault};
use rbac_policy::{Facts, Target};
use serde::{Deserialize, Serialize};
use store::{Work, case::CaseRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AuthorityKind, Caller, CaseId, PersonId, Purpose, SecrecyClass, Timestamp, UserId,
    action::{OpenCase as OpenAct, ReadCase},
    purpose::CasePurpose,
};

use crate::{
    Answer, Check, Registry, RegistryError,
    consent::ConsentView,
    facts::{birth_place, identity_place},
    measure::MeasureView,
    note::NoteView,
    person::{Identity, PersonView},
    release::ReleaseBrief,
};

pub use change::ChangeCase;
pub(crate) use clock::clocks;
pub use clock::{ClockKind, ClockView};
pub use list::{CaseBrief, CaseList};

vocabulary::closed_list! {
    /// Where a case stands.
    pub enum CasePhase {
        /// Being handled.
        Open = "open",
        /// Closed: read only.
        Closed = "closed",
    }
}

/// Opens a case about a registered person.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = OpenCase)]
pub struct OpenCase {
    /// The person.
    pub person_id: PersonId,
    /// The purpose: for a social board one of SoLPuF 12 §; crime prevention is not among them.
    pub purpose: CasePurpose,
    /// The case's number in the authority's own case-management system.
    pub external_number: String,
    /// When the case is to be reviewed.
    #[serde(default)]
    pub review_on: Option<Date>,
}

/// Somebody who works on a case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    /// The user.
    pub user_id: UserId,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// `assigned`, `cover`, `group`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: String,
    /// The end of a cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A case with what the caller may see of it. What is not permitted is absent and not counted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseView {
    /// Random id.
    pub id: CaseId,
    /// Row version, for `If-Match`.
    pub version: i64,
    /// The person.
    pub person: PersonView,
    /// Purpose.
    pub purpose: CasePurpose,
    /// Where it stands.
    pub phase: CasePhase,
    /// The case's number in the authority's own system.
    pub external_number: String,
    /// When opened.
    pub opened_at: Timestamp,
    /// When closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// The next review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_on: Option<String>,
    /// Who works on it.
    pub members: Vec<MemberView>,
    /// The clocks that the person's age and filed concern reports set.
    pub clocks: Vec<ClockView>,
    /// Measures, open ones first.
    pub measures: Vec<MeasureView>,
    /// Notes, newest first.
    pub notes: Vec<NoteView>,
    /// Consents.
    pub consents: Vec<ConsentView>,
    /// What has been released from this case.
    pub releases: Vec<ReleaseBrief>,
    /// The authority's own joint file on this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joint_file_id: Option<vocabulary::JointFileId>,
    /// Why the caller sees this: ids of the policy lines.
    pub because: Vec<String>,
}

/// What of a case is sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct CaseBody {
    pub(crate) external_number: String,
}

/// Column name of the blind index over external case numbers.
pub(crate) const CASE_NUMBER_COLUMN: &str = "case_file.number";

pub(crate) fn case_place(id: CaseId) -> Place {
    Place::of("case_file", "body_sealed", id.0)
}

impl Registry {
    /// Whether the form that opens a case is for the caller.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a role that opens none.
    pub async fn may_open_case(&self, caller: &Caller) -> Result<(), RegistryError> {
        self.let_in::<OpenAct>(caller, Facts::own_desk(Purpose::CaseHandling, Target::kind("case"))).await
    }

    /// Opens a case. The caller becomes its officer.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`] when the person is not there or the caller may not; `Conflict("exists-already")` for a second
    /// case with the same external number.
    pub async fn open_case(&self, caller: &Caller, command: OpenCase) -> Result<Answer<CaseId>, RegistryError> {
        let today = self.clock.today();
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let person = store::person::by_id(&mut snapshot, caller.authority, command.person_id).await?;
        let Some(person) = person else {
            snapshot.close().await?;
            return Err(self.missing::<OpenAct>(caller, "person", command.person_id.0).await);
        };
        let kind = self.authority_kind(&mut snapshot, caller.authority).await?;
        let id = CaseId(self.entropy.id());
        let target = Target::record("case", id.0).in_case(id).about(person.subject);
        let facts = self.person_facts(&mut snapshot, caller, &person, Purpose::CaseHandling, target).await?;
        snapshot.close().await?;

        let mut check = Check::new();
        check.text("externalNumber", &command.external_number, 60);
        check.require(purpose_fits(command.purpose, kind), "purpose", "not-a-purpose-of-this-authority");
        if let Some(day) = command.review_on {
            check.require(day >= today, "reviewOn", "in-the-past");
        }
        // The fields are judged after the policy: a fault in one must not tell a hidden person from a missing one.
        let permit = self.allow::<OpenAct>(caller, facts).await?;
        check.done()?;
        let key = self.key_for(caller.authority, KeySubject::Case(id)).await?;
        let number = command.external_number.trim().to_owned();
        let index = self.vault.blind_index(caller.authority, CASE_NUMBER_COLUMN, &number)?;
        let now = self.clock.now();
        let row = CaseRow {
            id,
            person: person.id,
            unit: caller.unit,
            purpose: command.purpose.code().to_owned(),
            phase: CasePhase::Open.code().to_owned(),
            body: self.seal(&key, case_place(id), &CaseBody { external_number: number })?,
            opened_at: now,
            opened_by: caller.user,
            review_on: command.review_on.map(|day| day.to_string()),
            closed_at: None,
            version: 1,
        };
        let work = Work::new(caller.authority)
            .named("open_case")
            .making("case", id)
            .then(store::case::insert(caller.authority, &row, Some(index)))
            .then(store::case::insert_member(caller.authority, id, caller.user, "assigned", now, None, caller.user));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: id, entry: recorded.entry() })
    }

    /// Reads a case: one entry that names every paragraph and measure that was shown.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none or the caller may not.
    pub async fn read_case(&self, caller: &Caller, id: CaseId) -> Result<Answer<CaseView>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let Some(hand) = self.case_at_hand(&mut snapshot, caller, id).await? else {
            snapshot.close().await?;
            return Err(self.missing::<ReadCase>(caller, "case", id.0).await);
        };
        let now = self.clock.now();
        let members = store::case::members(&mut snapshot, authority, id, now).await?;
        let notes = store::note::of_case(&mut snapshot, authority, id).await?;
        let paragraphs = store::note::paragraphs_of_case(&mut snapshot, authority, id).await?;
        let annotations = store::note::annotations_of_case(&mut snapshot, authority, id).await?;
        let measures = store::measure::of_case(&mut snapshot, authority, id).await?;
        let consents = store::consent::of_case(&mut snapshot, authority, id).await?;
        let releases = store::release::of_case(&mut snapshot, authority, id).await?;
        let authorities = store::directory::authorities(&mut snapshot).await?;
        let joint_file_id = store::joint_file::of_case(&mut snapshot, authority, id).await?;
        let filed = store::received::of_case(&mut snapshot, authority, id).await?;
        snapshot.close().await?;

        let items = paragraphs
            .iter()
            .map(|row| (row.id.0, if row.third_party { SecrecyClass::ThirdParty } else { row.class }))
            .chain(measures.iter().map(|row| (row.id.0, row.class)))
            .chain(consents.iter().map(|row| (row.id.0, SecrecyClass::Standard)))
            .chain(releases.iter().map(|row| (row.id.0, SecrecyClass::Standard)));
        let permit = self.allow_items::<ReadCase>(caller, hand.facts, items).await?;
        let because = permit.lines().to_vec();
        let recorded = self.record(permit).await?;
        let kids = [Vault::kid_of(&hand.case.body), Vault::kid_of(&hand.person.identity)]
            .into_iter()
            .chain(paragraphs.iter().map(|row| Vault::kid_of(&row.text)))
            .chain(measures.iter().map(|row| Vault::kid_of(&row.body)))
            .chain(measures.iter().filter_map(|row| row.outcome.as_ref()).map(Vault::kid_of))
            .chain(annotations.iter().map(|row| Vault::kid_of(&row.text)))
            .chain(consents.iter().map(|row| Vault::kid_of(&row.body)))
            .chain(consents.iter().filter_map(|row| row.revocation.as_ref()).map(Vault::kid_of))
            .chain(releases.iter().map(|row| Vault::kid_of(&row.body)));
        let opener = self.opener(&recorded, authority, kids).await?;

        let today = now.day();
        let identity: Identity = opener.open(identity_place(hand.person.id).under(id.0), &hand.person.identity)?;
        let birth: Option<BirthDate> = hand
            .person
            .birth
            .as_ref()
            .map(|birth| opener.open(birth_place(hand.person.id).under(id.0), birth))
            .transpose()?;
        let body: CaseBody = opener.open(case_place(id), &hand.case.body)?;
        let corrections = crate::note::corrections(&opener, &annotations)?;
        let names: HashMap<_, _> = authorities.iter().map(|row| (row.id, row.name.as_str())).collect();
        let reports = clock::of_reports(&filed, today)?;
        let view = CaseView {
            id,
            version: hand.case.version,
            clocks: clocks(birth.as_ref(), today).into_iter().chain(reports).collect(),
            person: identity.view(&hand.person, birth.as_ref(), today),
            purpose: code(&hand.case.purpose)?,
            phase: code(&hand.case.phase)?,
            external_number: body.external_number,
            opened_at: hand.case.opened_at,
            closed_at: hand.case.closed_at,
            review_on: hand.case.review_on,
            members: members
                .into_iter()
                .map(|row| MemberView {
                    user_id: row.user,
                    name: row.name,
                    title: row.title,
                    kind: row.kind,
                    until: row.until_at,
                })
                .collect(),
            measures: crate::measure::views(&opener, &measures, &corrections, &self.measures, today)?,
            notes: crate::note::views(&opener, &notes, &paragraphs, &corrections)?,
            consents: crate::consent::views(&opener, &consents, &names, today)?,
            releases: crate::release::briefs(&opener, &releases, &names)?,
            joint_file_id,
            because,
        };
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// What kind of authority this is.
    pub(crate) async fn authority_kind(
        &self,
        snapshot: &mut store::Snapshot,
        id: vocabulary::AuthorityId,
    ) -> Result<AuthorityKind, RegistryError> {
        let authorities = store::directory::authorities(snapshot).await?;
        authorities
            .into_iter()
            .find(|row| row.id == id)
            .map(|row| row.kind)
            .ok_or(RegistryError::Internal("the caller's authority is not in the directory"))
    }
}

/// Which purposes an authority of a kind may open cases for (SoLPuF 12 §; 2018:1693 2 kap. 1 §).
const fn purpose_fits(purpose: CasePurpose, kind: AuthorityKind) -> bool {
    match purpose {
        CasePurpose::Sol12p1 | CasePurpose::Sol12p3 | CasePurpose::Sol12p9 | CasePurpose::Sol12p11 => {
            matches!(kind, AuthorityKind::SocialBoard)
        }
        CasePurpose::PoliceMatter => matches!(kind, AuthorityKind::Police),
        CasePurpose::SchoolMatter => matches!(kind, AuthorityKind::EducationBoard),
    }
}

/// A stored code as a value of its closed list.
pub(crate) fn code<T: core::str::FromStr>(stored: &str) -> Result<T, RegistryError> {
    stored.parse().map_err(|_| RegistryError::Internal("a stored code is not in its list"))
}
