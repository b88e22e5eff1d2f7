//! Reading decisions to release: the whole decision on the own side, with what became of it.

use std::collections::HashMap;

use field_vault::Vault;
use rbac_policy::{Facts, Target, legal_bases::YesNo};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    AuthorityId, Caller, CaseId, ConsentId, JointFileId, Purpose, ReleaseId, Role, Timestamp,
    action::{ListReleases, ReadRelease},
};

use super::{
    FollowField, OutsideRequest, ReleaseBrief,
    decision::{KeptAnswer, ReleaseBody},
    preview::{IdentityView, PreviewedItem, SecrecyView, SenderView},
    release_place,
    withdrawal::{WithdrawalBody, withdrawal_place},
};
use crate::{
    Answer, Registry, RegistryError,
    facts::identity_place,
    person::{Identity, month_of},
    personal_file::{self, ConcernsView, FileRecord, InFile},
};

/// A decision to release, whole: the authority's own record of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseView {
    /// What a list shows.
    #[serde(flatten)]
    pub brief: ReleaseBrief,
    /// Row version, for `If-Match`.
    pub version: i64,
    /// Out of which case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<CaseId>,
    /// In which joint file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joint_file_id: Option<JointFileId>,
    /// Version of the basis.
    pub basis_version: i64,
    /// Every answered test.
    pub answers: Vec<AnswerView>,
    /// Other bases that were met for the same items.
    pub together_with: Vec<OtherBasisView>,
    /// The consent that carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_id: Option<ConsentId>,
    /// The earliest day on which the person can have been born, where it was stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub born_no_earlier_than: Option<Date>,
    /// Who stated the age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_stated_by: Option<String>,
    /// Title of the decision-maker.
    pub decided_by_title: String,
    /// Who may decide under the basis, in words.
    pub who_decides: String,
    /// The point of the delegation list on which it was decided; empty where none was needed.
    pub delegation: String,
    /// The request outside the system that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<OutsideRequest>,
    /// When it was said or given.
    pub occurred_at: Timestamp,
    /// Why it was recorded later than the same day.
    pub late_reason: String,
    /// A wish on how to handle it.
    pub handling_note: String,
    /// What the authority of origin answered.
    pub origin_asked: String,
    /// The sender as the recipient sees it.
    pub sender: SenderView,
    /// The identity that left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<IdentityView>,
    /// What left, with where it came from.
    pub items: Vec<ReleasedItemView>,
    /// What protects it at the recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrecy_at_recipient: Option<SecrecyView>,
    /// Later fields that may follow.
    pub follow_fields: Vec<FollowField>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_until: Option<String>,
    /// When marked as withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Timestamp>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal_reason: Option<String>,
    /// When it lapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lapsed_at: Option<Timestamp>,
    /// What became of the copy and of each notice.
    pub deliveries: Vec<DeliveryView>,
    /// Notices that something in it was corrected, and whether the recipient has answered that it was read.
    pub corrections: Vec<CorrectedView>,
    /// Whom it concerns, for the own personal file.
    pub concerns: ConcernsView,
    /// That it stands in the personal file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_file: Option<InFile>,
}

/// A notice of a correction, and its answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CorrectedView {
    /// Which item of the release.
    pub position: i64,
    /// When the recipient was told.
    pub told_at: Timestamp,
    /// When the recipient acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
}

/// An answered test.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnswerView {
    /// The test's id.
    pub test: String,
    /// The question, as that version asked it, in the caller's language.
    pub question: String,
    /// The answer.
    pub answer: YesNo,
    /// Written reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Answered by the system.
    pub by_system: bool,
}

/// Another basis that was met.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OtherBasisView {
    /// Code of the basis.
    pub basis: String,
    /// Its answered tests.
    pub answers: Vec<AnswerView>,
}

/// One released item.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleasedItemView {
    /// Exactly what the recipient got.
    #[serde(flatten)]
    pub copy: PreviewedItem,
    /// The own item that it came from.
    pub item_id: Uuid,
    /// Its version then.
    pub item_version: i64,
}

/// One parcel of a release.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryView {
    /// `release` for the copy, `notice` for what followed.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: String,
    /// When made.
    pub created_at: Timestamp,
    /// How often delivery was tried.
    pub attempts: i64,
    /// When the recipient's receipt came; none: it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
}

/// One page of releases.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseList {
    /// The releases, newest first.
    pub releases: Vec<ReleaseBrief>,
    /// Whether there are more.
    pub has_more: bool,
}

impl Registry {
    /// Reads a decision of the own authority.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none or the caller may not.
    pub async fn read_release(&self, caller: &Caller, id: ReleaseId) -> Result<Answer<ReleaseView>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::release::by_id(&mut snapshot, authority, id).await?;
        let hand = match row.as_ref().and_then(|row| row.case) {
            Some(case) => self.case_at_hand(&mut snapshot, caller, case).await?,
            None => None,
        };
        let items = store::release::items(&mut snapshot, authority, id).await?;
        let deliveries = store::parcel::of_release(&mut snapshot, authority, id).await?;
        let corrections = store::release_correction::of_release(&mut snapshot, authority, id).await?;
        let in_file = self.in_file(&mut snapshot, authority, FileRecord::Release, id.0).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let (Some(row), Some(hand)) = (row, hand) else {
            return Err(self.missing::<ReadRelease>(caller, "release", id.0).await);
        };
        let target =
            Target { kind: "release", id: Some(id.0), version: Some(row.version), ..hand.facts.target.clone() };
        let permit = self.allow::<ReadRelease>(caller, Facts { target, ..hand.facts.clone() }).await?;
        let recorded = self.record(permit).await?;
        let kids = [Vault::kid_of(&row.body), row.withdrawal.as_ref().and_then(Vault::kid_of)];
        let kids = kids.into_iter().chain(personal_file::kids(&hand));
        let opener = self.opener(&recorded, authority, kids).await?;
        let body: ReleaseBody = opener.open(release_place(id), &row.body)?;
        let withdrawal: Option<WithdrawalBody> =
            row.withdrawal.as_ref().map(|sealed| opener.open(withdrawal_place(id), sealed)).transpose()?;
        let names: HashMap<AuthorityId, &str> = directory.values().map(|row| (row.id, row.name.as_str())).collect();
        let mut briefs = super::briefs(&opener, core::slice::from_ref(&row), &names)?;
        let brief = briefs.pop().ok_or(RegistryError::Internal("a permitted release was not covered"))?;
        let secrecy = directory.get(&row.recipient).and_then(|to| self.bases.secrecy_at_recipient(to.kind));
        let view = ReleaseView {
            brief,
            version: row.version,
            case_id: row.case,
            joint_file_id: row.joint_file,
            basis_version: row.basis_version,
            answers: self.answers(caller, &row.basis_code, row.basis_version, &body.answered),
            together_with: body
                .together_with
                .iter()
                .map(|other| OtherBasisView {
                    basis: other.basis.clone(),
                    answers: self.answers(caller, &other.basis, i64::from(other.version), &other.answered),
                })
                .collect(),
            consent_id: row.consent,
            born_no_earlier_than: body.age_statement.as_ref().map(|stated| stated.born_no_earlier_than),
            age_stated_by: body.age_statement.map(|stated| stated.stated_by),
            decided_by_title: row.decided_by_title,
            who_decides: body.who_decides,
            delegation: body.delegation,
            asked: body.asked,
            occurred_at: body.occurred_at,
            late_reason: body.late_reason,
            handling_note: body.handling_note,
            origin_asked: body.origin_asked,
            sender: SenderView::from(&body.sender),
            about: body.about.as_ref().map(IdentityView::from),
            items: body
                .items
                .iter()
                .zip(&items)
                .map(|(copy, item)| ReleasedItemView {
                    copy: self.reader(caller).item(copy),
                    item_id: item.item,
                    item_version: item.version,
                })
                .collect(),
            secrecy_at_recipient: secrecy.map(|secrecy| SecrecyView {
                citation: secrecy.citation.clone(),
                note: secrecy.note.text(caller.language).to_owned(),
            }),
            follow_fields: row.follow_fields.split(',').filter_map(|code| code.parse().ok()).collect(),
            follow_until: row.follow_until,
            withdrawn_at: row.withdrawn_at,
            withdrawal_reason: withdrawal.map(|body| body.reason),
            lapsed_at: row.lapsed_at,
            deliveries: deliveries
                .into_iter()
                .map(|row| DeliveryView {
                    kind: row.kind,
                    created_at: row.created_at,
                    attempts: row.attempts,
                    delivered_at: row.delivered_at,
                })
                .collect(),
            corrections: corrections
                .into_iter()
                .map(|row| CorrectedView {
                    position: row.position,
                    told_at: row.told_at,
                    acknowledged_at: row.acknowledged_at,
                })
                .collect(),
            concerns: personal_file::concerns(&opener, &hand, id.0)?,
            in_file,
        };
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// What the store lists inside the caller's scope: releases, and the drafts that become them.
    pub(crate) fn release_query(
        &self,
        caller: &Caller,
        mask: i64,
        limit: i64,
        offset: i64,
    ) -> store::release::ListQuery {
        let now = self.clock.now();
        store::release::ListQuery {
            authority: caller.authority,
            user: caller.user,
            unit: caller.unit,
            leads: caller.has(Role::SocialLead),
            mask,
            month: month_of(now.day()),
            now,
            limit,
            offset,
        }
    }

    /// The releases inside the caller's scope, newest first.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a role that has none.
    pub async fn list_releases(
        &self,
        caller: &Caller,
        limit: i64,
        offset: i64,
    ) -> Result<Answer<ReleaseList>, RegistryError> {
        let facts = Facts::own_desk(Purpose::CaseHandling, Target::kind("release"));
        let list = match self.policy.decide_list::<ListReleases>(caller, facts) {
            Ok(list) => list,
            Err(refusal) => return Err(self.refuse(refusal).await),
        };
        let limit = limit.clamp(1, 100);
        let query = self.release_query(caller, list.scope().mask(), limit + 1, offset);
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let mut rows = store::release::list(&mut snapshot, &query).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let has_more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(100));
        let permit =
            list.over(rows.iter().map(|row| row.release.id.0)).with_subjects(rows.iter().map(|row| row.subject));
        let recorded = self.record(permit).await?;
        let kids = rows
            .iter()
            .flat_map(|row| [Vault::kid_of(&row.release.body), row.identity.as_ref().and_then(Vault::kid_of)]);
        let opener = self.opener(&recorded, caller.authority, kids).await?;
        let names: HashMap<AuthorityId, &str> = directory.values().map(|row| (row.id, row.name.as_str())).collect();
        let mut releases = Vec::with_capacity(rows.len());
        for row in &rows {
            for mut brief in super::briefs(&opener, core::slice::from_ref(&row.release), &names)? {
                if let Some(identity) = &row.identity {
                    let identity: Identity =
                        opener.open(identity_place(row.person).under(row.release.id.0), identity)?;
                    brief.initials = Some(identity.initials());
                }
                releases.push(brief);
            }
        }
        Ok(Answer { view: ReleaseList { releases, has_more }, entry: recorded.entry() })
    }

    /// The answers with the questions of the version that was decided under.
    fn answers(&self, caller: &Caller, basis: &str, version: i64, answered: &[KeptAnswer]) -> Vec<AnswerView> {
        let basis = u32::try_from(version).ok().and_then(|version| self.bases.get(basis, version));
        let question = |test: &str| {
            let test = basis.and_then(|basis| basis.test(test));
            test.map(|test| test.question.text(caller.language).to_owned()).unwrap_or_default()
        };
        answered
            .iter()
            .map(|kept| AnswerView {
                test: kept.test.clone(),
                question: question(&kept.test),
                answer: if kept.answer { YesNo::Yes } else { YesNo::No },
                reason: kept.reason.clone(),
                by_system: kept.by_system,
            })
            .collect()
    }
}
