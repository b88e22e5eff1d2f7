//! The list of cases, cut by what the policy lets the caller see.

use field_vault::{BirthDate, Vault};
use rbac_policy::{Facts, Target};
use serde::Serialize;
use store::case::ListQuery;
use utoipa::ToSchema;
use vocabulary::{Caller, CaseId, Protection, Purpose, Role, action::ListCases, purpose::CasePurpose};

use super::{CaseBody, CasePhase, ClockView, case_place, clocks, code};
use crate::{
    Answer, Registry, RegistryError,
    facts::{birth_place, identity_place},
    person::{Identity, month_of},
};

/// A case in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseBrief {
    /// Random id.
    pub id: CaseId,
    /// The person's name; with protected identity only the initials.
    pub name: String,
    /// Age today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// Protected personal data.
    pub protection: Protection,
    /// The case's number in the authority's own system.
    pub external_number: String,
    /// Purpose.
    pub purpose: CasePurpose,
    /// Where it stands.
    pub phase: CasePhase,
    /// `assigned`, `cover`, or nothing for a lead.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "vocabulary::upper_snake_if_any")]
    pub relation: Option<String>,
    /// The next follow-up of an open measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_on: Option<String>,
    /// Whether that follow-up is overdue.
    pub is_overdue: bool,
    /// The next review of the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_on: Option<String>,
    /// The clocks that the person's age sets.
    pub clocks: Vec<ClockView>,
}

/// Cases of one page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseList {
    /// The cases.
    pub cases: Vec<CaseBrief>,
    /// Whether there are more.
    pub has_more: bool,
}

impl Registry {
    /// The cases inside the caller's scope: own ones first by what is due. The entry names every id.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a role that has no cases.
    pub async fn list_cases(
        &self,
        caller: &Caller,
        limit: i64,
        offset: i64,
    ) -> Result<Answer<CaseList>, RegistryError> {
        let facts = Facts::own_desk(Purpose::CaseHandling, Target::kind("case"));
        let list = match self.policy.decide_list::<ListCases>(caller, facts) {
            Ok(list) => list,
            Err(refusal) => return Err(self.refuse(refusal).await),
        };
        let limit = limit.clamp(1, 100);
        let now = self.clock.now();
        let today = now.day();
        let query = ListQuery {
            authority: caller.authority,
            user: caller.user,
            unit: caller.unit,
            leads: caller.has(Role::SocialLead),
            mask: list.scope().mask(),
            month: month_of(today),
            now,
            limit: limit + 1,
            offset,
        };
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let mut rows = store::case::list(&mut snapshot, &query).await?;
        snapshot.close().await?;
        let has_more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(100));
        let permit = list.over(rows.iter().map(|row| row.case.id.0)).with_subjects(rows.iter().map(|row| row.subject));
        let recorded = self.record(permit).await?;
        let kids = rows.iter().flat_map(|row| [Vault::kid_of(&row.case.body), Vault::kid_of(&row.identity)]);
        let opener = self.opener(&recorded, caller.authority, kids).await?;
        let mut cases = Vec::with_capacity(rows.len());
        for row in &rows {
            let body: CaseBody = opener.open(case_place(row.case.id), &row.case.body)?;
            let identity: Identity =
                opener.open(identity_place(row.case.person).under(row.case.id.0), &row.identity)?;
            let birth: Option<BirthDate> = row
                .birth
                .as_ref()
                .map(|birth| opener.open(birth_place(row.case.person).under(row.case.id.0), birth))
                .transpose()?;
            cases.push(CaseBrief {
                id: row.case.id,
                name: if row.protection == Protection::None { identity.name() } else { identity.initials() },
                age: birth.as_ref().map(|birth| vocabulary::age_on(birth.date, today)),
                protection: row.protection,
                external_number: body.external_number,
                purpose: code(&row.case.purpose)?,
                phase: code(&row.case.phase)?,
                relation: row.member_kind.clone(),
                is_overdue: row.next_on.as_deref().is_some_and(|on| on < today.to_string().as_str()),
                next_on: row.next_on.clone(),
                review_on: row.case.review_on.clone(),
                clocks: clocks(birth.as_ref(), today),
            });
        }
        Ok(Answer { view: CaseList { cases, has_more }, entry: recorded.entry() })
    }
}
