//! Received items (mottagna handlingar): the recipient's own documents from arrival, sealed under a key of their own. Outside the personal file until added
//! to it with a reason.

mod arrival;
mod concern;
mod correction;
mod filing;

use field_vault::{Place, Vault};
use rbac_policy::{Assignment, BasisFact, ClassFact, Conflict, Facts, Relation, Target};
use serde::{Deserialize, Serialize};
use store::{
    Snapshot,
    received::{ListQuery, ReceivedRow},
};
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    AgeBand, AuthorityId, Caller, CaseId, JointFileId, Purpose, ReceivedItemId, Role, Roles, Timestamp,
    action::{ListReceived, ReadReceived},
};

use crate::{
    Answer, Registry, RegistryError,
    case::code,
    crossing::ReleasedCopy,
    lapse::{LapseDecisionBody, LapseDecisionView, decision_place},
    measure::day,
    person::month_of,
    release::{
        Channel,
        preview::{IdentityView, PreviewedItem, SenderView},
    },
};

pub(crate) use arrival::REVIEW_DAYS;
pub use concern::{AssessConcern, ConcernClock, ConcernOutcome, ConcernStepView};
pub use correction::CorrectionView;
pub use filing::FileReceived;

vocabulary::closed_list! {
    /// Where a received item stands.
    pub enum ReceivedState {
        /// In the inbox, not in any personal file.
        Received = "received",
        /// Added to the personal file.
        Filed = "filed",
        /// The sender's basis ended: out of the joint view, waiting for a decision.
        Lapsed = "lapsed",
        /// Kept on an own ground after a lapse.
        Kept = "kept",
        /// Erased after a lapse.
        Erased = "erased",
    }
}

/// How a received item is opened.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OpenReceived {
    /// To take a decision on a lapsed copy: a purpose of its own, with a stated reason. A lapsed copy opens in no other way.
    pub lapse_review: bool,
}

/// A received item in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedBrief {
    /// Random id.
    pub id: ReceivedItemId,
    /// What it is: `release`, `concern_report`, `answer`, `nomination`, `proposal`, `request`, `position`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: String,
    /// Who sent it.
    pub from_id: AuthorityId,
    /// The sender's name.
    pub from: String,
    /// Code of the sender's legal basis.
    pub basis: String,
    /// How it was released.
    pub channel: Channel,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Where it stands.
    pub state: ReceivedState,
    /// The own joint file it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joint_file_id: Option<JointFileId>,
    /// The own case it was added to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<CaseId>,
    /// The unit or person that it is meant for; none while lapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attention: Option<String>,
    /// Initials of whom it is about; none with protected identity, while lapsed, or where the joint file says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initials: Option<String>,
    /// Age today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// A concern report: the statutory clock that runs, to the day in `respondOn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<ConcernClock>,
    /// A concern report whose sender says that the child can need protection at once.
    pub immediate_danger: bool,
    /// By when an answer, or the next step of a concern report's assessment, is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respond_on: Option<String>,
    /// Why the sender's basis ended.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "vocabulary::upper_snake_if_any")]
    pub lapse_reason: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lapsed_at: Option<Timestamp>,
    /// By when the own side decides on the lapsed copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_on: Option<String>,
    /// Until when it is kept on an own ground.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_until: Option<String>,
    /// Whether the day for an answer or a decision has passed.
    pub is_overdue: bool,
    /// Corrections that nobody has acknowledged yet.
    pub to_acknowledge: i64,
    /// Row version, for `If-Match`.
    pub version: i64,
}

/// One page of received items.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedList {
    /// Reports whose clock runs first, then lapsed copies that wait for a decision, then what is in no case, newest first.
    pub items: Vec<ReceivedBrief>,
    /// Whether there are more.
    pub has_more: bool,
}

/// A received item, opened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedView {
    /// What a list shows.
    #[serde(flatten)]
    pub brief: ReceivedBrief,
    /// The sender's reference of the release, to name when asking.
    pub release_ref: Uuid,
    /// Version of the sender's basis.
    pub basis_version: i64,
    /// Its citation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// When the sender decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// When it was said or given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// Whom to call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<SenderView>,
    /// The sender's wish on handling; not binding on an authority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handling_note: Option<String>,
    /// Whom it is about; none where the joint file says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<IdentityView>,
    /// What was released; empty once erased.
    pub items: Vec<PreviewedItem>,
    /// What the sender corrected.
    pub corrections: Vec<CorrectionView>,
    /// A concern report: the steps of its assessment so far.
    pub steps: Vec<ConcernStepView>,
    /// When added to the personal file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filed_at: Option<Timestamp>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filed_reason: Option<String>,
    /// What was decided after a lapse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lapse_decision: Option<LapseDecisionView>,
}

/// A received item with the facts about it.
pub(crate) struct ReceivedAtHand {
    pub(crate) row: ReceivedRow,
    pub(crate) facts: Facts,
}

impl ReceivedAtHand {
    /// The facts of a review of a lapsed copy: it has no basis any more, and the purpose is the review alone.
    pub(crate) fn under_review(&self) -> Facts {
        Facts { basis: BasisFact::None, purpose: Purpose::LapseReview, ..self.facts.clone() }
    }
}

/// The place of a copy: the received item is what a permit names.
pub(crate) fn received_place(id: ReceivedItemId) -> Place {
    Place::of("received_item", "body_sealed", id.0)
}

/// Who takes documents in: an item that belongs to no own case or joint file yet is theirs to look at and to file, in the unit that it is addressed to.
pub(crate) const fn takes_in(roles: Roles) -> bool {
    roles.has(Role::SocialWorker) || roles.has(Role::SocialLead) || roles.has(Role::PoliceCoordinator)
}

impl Registry {
    /// A received item of the caller's authority; none when there is no such item.
    pub(crate) async fn received_at_hand(
        &self,
        snapshot: &mut Snapshot,
        caller: &Caller,
        id: ReceivedItemId,
    ) -> Result<Option<ReceivedAtHand>, RegistryError> {
        let Some(row) = store::received::by_id(snapshot, caller.authority, id).await? else { return Ok(None) };
        let target = Target::record("received_item", id.0).at_version(row.version);
        let of_file = match row.joint_file {
            Some(file) => self.joint_at_hand(snapshot, caller, file).await?,
            None => None,
        };
        let of_case = match row.case {
            Some(case) => self.case_at_hand(snapshot, caller, case).await?,
            None => None,
        };
        let assigned = of_file.as_ref().map_or(Assignment::None, |hand| hand.facts.assigned);
        let purpose = if of_file.is_some() { Purpose::Coordination } else { Purpose::CaseHandling };
        let facts = match (of_case, of_file) {
            (Some(case), _) => Facts { assigned: assigned.min(case.facts.assigned), ..case.facts },
            (None, Some(file)) => file.facts,
            (None, None) => {
                let is_mine = takes_in(caller.roles) && row.unit.is_none_or(|unit| unit == caller.unit);
                Facts {
                    assigned: if is_mine { Assignment::Assigned } else { Assignment::None },
                    ..unattached(target.clone())
                }
            }
        };
        let target = Target { case: facts.target.case, subjects: facts.target.subjects.clone(), ..target };
        Ok(Some(ReceivedAtHand { row, facts: Facts { purpose, target, ..facts } }))
    }

    /// The inbox inside the caller's scope: reports whose clock runs first, then lapsed copies that wait for a decision, then what is in no case, newest first.
    /// A lapsed copy is listed, never opened here.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a role that has none.
    pub async fn list_received(
        &self,
        caller: &Caller,
        state: Option<ReceivedState>,
        limit: i64,
        offset: i64,
    ) -> Result<Answer<ReceivedList>, RegistryError> {
        let facts = Facts::own_desk(Purpose::Coordination, Target::kind("received_item"));
        let list = match self.policy.decide_list::<ListReceived>(caller, facts) {
            Ok(list) => list,
            Err(refusal) => return Err(self.refuse(refusal).await),
        };
        let limit = limit.clamp(1, 100);
        let now = self.clock.now();
        let query = ListQuery {
            authority: caller.authority,
            user: caller.user,
            unit: caller.unit,
            leads: caller.has(Role::SocialLead),
            mask: list.scope().mask(),
            month: month_of(now.day()),
            now,
            reception: takes_in(caller.roles),
            state: state.map(ReceivedState::code),
            limit: limit + 1,
            offset,
        };
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let mut rows = store::received::list(&mut snapshot, &query).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let has_more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(100));
        let permit =
            list.over(rows.iter().map(|row| row.item.id.0)).with_subjects(rows.iter().filter_map(|row| row.subject));
        let recorded = self.record(permit).await?;
        let open = |row: &ReceivedRow| row.state != ReceivedState::Lapsed.code();
        let kids =
            rows.iter().filter(|row| open(&row.item)).filter_map(|row| row.item.body.as_ref()).map(Vault::kid_of);
        let opener = self.opener(&recorded, caller.authority, kids).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows.iter().map(|row| &row.item) {
            let body = row.body.as_ref().filter(|_| open(row));
            let body: Option<ReleasedCopy> =
                body.map(|sealed| opener.open(received_place(row.id), sealed)).transpose()?;
            let over = body.as_ref().and_then(|body| body.decision.over(now.day())).filter(|_| row.can_lapse());
            let over = over.map(str::to_owned);
            let from = directory.get(&row.from).map(|row| row.name.clone()).unwrap_or_default();
            let mut brief = brief(row, from, body.as_ref().filter(|_| over.is_none()), now.day())?;
            if let Some(reason) = over {
                self.lapse_copies(caller.authority, row.from, row.release_ref, &reason).await?;
                brief.state = ReceivedState::Lapsed;
                brief.version += 1;
                brief.review_on = Some(now.plus_days(REVIEW_DAYS).day().to_string());
                brief.lapse_reason = Some(reason);
                brief.lapsed_at = Some(now);
            }
            items.push(brief);
        }
        Ok(Answer { view: ReceivedList { items, has_more }, entry: recorded.entry() })
    }

    /// Opens a received item. A lapsed one opens only to take a decision on it, with a stated reason.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; `Conflict("lapsed")` when a lapsed copy is opened otherwise; [`RegistryError::ReasonRequired`].
    pub async fn open_received(
        &self,
        caller: &Caller,
        id: ReceivedItemId,
        how: OpenReceived,
    ) -> Result<Answer<ReceivedView>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.received_at_hand(&mut snapshot, caller, id).await?;
        let corrections = store::received::corrections(&mut snapshot, authority, id).await?;
        let steps = store::concern_step::of_item(&mut snapshot, authority, id).await?;
        let directory = self.directory(&mut snapshot).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let Some(hand) = hand else { return Err(self.missing::<ReadReceived>(caller, "received_item", id.0).await) };
        let is_lapsed = hand.row.state == ReceivedState::Lapsed.code();
        let facts = if is_lapsed && how.lapse_review { hand.under_review() } else { hand.facts.clone() };
        let permit = self.allow::<ReadReceived>(caller, facts).await?;
        if is_lapsed && !how.lapse_review {
            return Err(self.stopped(&permit, RegistryError::Conflict("lapsed")).await);
        }
        let row = &hand.row;
        let recorded = self.record(permit).await?;
        let kids = [&row.body, &row.filed, &row.decision]
            .into_iter()
            .flatten()
            .map(Vault::kid_of)
            .chain(corrections.iter().map(|row| Vault::kid_of(&row.text)))
            .chain(steps.iter().map(|row| Vault::kid_of(&row.body)));
        let opener = self.opener(&recorded, authority, kids).await?;
        let body: Option<ReleasedCopy> =
            row.body.as_ref().map(|sealed| opener.open(received_place(id), sealed)).transpose()?;
        // Tested at the look itself, not by the job: a copy that its basis carries no longer is taken out of use before anybody has read it.
        let over = body.as_ref().and_then(|body| body.decision.over(self.clock.today())).filter(|_| row.can_lapse());
        if let Some(reason) = over {
            self.lapse_copies(authority, row.from, row.release_ref, reason).await?;
            return Err(RegistryError::Conflict("lapsed"));
        }
        let filed: Option<filing::FiledBody> =
            row.filed.as_ref().map(|sealed| opener.open(filing::filed_place(id), sealed)).transpose()?;
        let decision: Option<LapseDecisionBody> =
            row.decision.as_ref().map(|sealed| opener.open(decision_place(id), sealed)).transpose()?;
        let name = |user: Option<vocabulary::UserId>| {
            users.iter().find(|row| Some(row.id) == user).map(|row| row.name.clone()).unwrap_or_default()
        };
        let from = directory.get(&row.from).map(|row| row.name.clone()).unwrap_or_default();
        let view = ReceivedView {
            brief: brief(row, from, body.as_ref(), self.clock.today())?,
            release_ref: row.release_ref.0,
            basis_version: row.basis_version,
            citation: body.as_ref().map(|body| body.decision.citation.clone()),
            decided_at: body.as_ref().map(|body| body.decision.decided_at),
            occurred_at: body.as_ref().map(|body| body.decision.occurred_at),
            sender: body.as_ref().map(|body| SenderView::from(&body.decision.sender)),
            handling_note: body.as_ref().map(|body| body.decision.handling_note.clone()),
            about: body.as_ref().and_then(|body| body.about.as_ref()).map(IdentityView::from),
            items: body.iter().flat_map(|body| &body.items).map(PreviewedItem::from).collect(),
            corrections: correction::views(&opener, &corrections)?,
            steps: concern::views(&opener, &steps, name)?,
            filed_at: row.filed_at,
            filed_reason: filed.map(|filed| filed.reason),
            lapse_decision: decision
                .map(|body| body.view(row.decided_at, name(row.decided_by), row.kept_until.clone())),
        };
        Ok(Answer { view, entry: recorded.entry() })
    }
}

/// Nobody here is known to be meant yet, so no conflict of interest can have been declared.
fn unattached(target: Target) -> Facts {
    Facts {
        relation: Relation::Own,
        assigned: Assignment::None,
        class: ClassFact::Standard,
        age: AgeBand::Unknown,
        conflict: Conflict::None,
        ..Facts::own_case(Purpose::CaseHandling, target)
    }
}

/// A row with what of it may be shown in a list.
pub(crate) fn brief(
    row: &ReceivedRow,
    from: String,
    body: Option<&ReleasedCopy>,
    today: Date,
) -> Result<ReceivedBrief, RegistryError> {
    let about = body.and_then(|body| body.about.as_ref()).filter(|about| !about.is_protected);
    let (initials, born) = about.map_or((None, None), |about| {
        let (initials, born) = crate::joint_file::shown(about);
        (Some(initials), born)
    });
    let state: ReceivedState = code(&row.state)?;
    let passed = |on: &Option<String>| on.as_deref().and_then(day).is_some_and(|on| on < today);
    let is_overdue = match state {
        ReceivedState::Received => passed(&row.respond_on),
        ReceivedState::Lapsed => passed(&row.review_on),
        // A report's clock runs on when it is in the personal file.
        ReceivedState::Filed => row.clock.is_some() && passed(&row.respond_on),
        ReceivedState::Kept | ReceivedState::Erased => false,
    };
    Ok(ReceivedBrief {
        id: row.id,
        kind: row.kind.clone(),
        from_id: row.from,
        from,
        basis: row.basis_code.clone(),
        channel: code(&row.channel)?,
        received_at: row.received_at,
        state,
        joint_file_id: row.joint_file,
        case_id: row.case,
        attention: body.map(|body| body.decision.attention.clone()),
        initials,
        age: born.map(|born| vocabulary::age_on(born, today)),
        clock: row.clock.as_deref().map(code).transpose()?,
        immediate_danger: body.is_some_and(|body| body.immediate_danger),
        respond_on: row.respond_on.clone(),
        lapse_reason: row.lapse_reason.clone(),
        lapsed_at: row.lapsed_at,
        review_on: row.review_on.clone(),
        kept_until: row.kept_until.clone(),
        is_overdue,
        to_acknowledge: row.to_acknowledge,
        version: row.version,
    })
}
