//! Assessment positions (ställningstaganden). Each authority takes its own, with its own reasons; the joint assessment stands only while both do.
//!
//! There is no score. Limb A: the person occurs in criminal investigations, at any age. Limb B: under 21, an overall assessment on named grounds.

mod lapse;

use std::collections::HashMap;

use audit_log::Recipient;
use field_vault::{KeySubject, Place};
use parcel::Header;
use rbac_policy::{Facts, Target};
use serde::{Deserialize, Serialize};
use store::{Work, assessment::PositionRow, directory::AuthorityRow, joint_file::JointFileRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AgeBand, AuthorityId, Caller, JointFileId, Opens, PositionId, ReceivedItemId, ReleaseId, SecrecyClass, Timestamp,
    action::{FollowUp as FollowAct, TakePosition as TakeAct},
};

use crate::{
    Answer, Check, Registry, RegistryError,
    arrival::Applied,
    case::code,
    courier::Outgoing,
    crossing::{Crossing, PositionNotice, ReleasedCopy},
    joint_file::{
        JointAtHand, months_after,
        outward::{Cleared, Outward, text_item},
    },
    opening::Opener,
    release::BasisChoice,
};

vocabulary::closed_list! {
    /// The two limbs of the definition of crime-active.
    pub enum Limb {
        /// Occurs in criminal investigations, any age.
        A = "limb_a",
        /// Under 21, overall assessment.
        B = "limb_b",
    }
}

vocabulary::closed_list! {
    /// Grounds of limb B.
    pub enum PositionGround {
        /// Intelligence.
        Intelligence = "intelligence",
        /// A recent record.
        RecentRecord = "recent_record",
        /// Concern reports.
        ConcernReports = "concern_reports",
        /// Something similar.
        Similar = "similar",
    }
}

/// Takes the own authority's position.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakePosition {
    /// Which limb.
    pub limb: Limb,
    /// Yes or no.
    pub stands: bool,
    /// Grounds; at least one for a yes on limb B. They stay on the own side.
    #[serde(default)]
    pub grounds: Vec<PositionGround>,
    /// Reasons; they stay on the own side.
    pub reasons: String,
    /// When it is reviewed: at most six months ahead.
    pub review_on: Date,
    /// The basis on which limb, answer and review date are told to the other side; without it nothing is told.
    #[serde(default)]
    pub tell: Option<BasisChoice>,
}

/// A position that was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Taken {
    /// The position.
    pub id: PositionId,
    /// The decision on which the other side was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_id: Option<ReleaseId>,
}

/// A position: the own one with grounds and reasons, the other side's as told.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PositionView {
    /// Random id.
    pub id: PositionId,
    /// Whether it is the own authority's.
    pub is_own: bool,
    /// Whose.
    pub holder: String,
    /// Which limb.
    pub limb: Limb,
    /// Yes or no.
    pub answer: bool,
    /// Whether it stands today: a yes that is neither ended nor past its review.
    pub stands: bool,
    /// When taken.
    pub taken_at: Timestamp,
    /// By whom, on the own side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Review date, ISO date.
    pub review_on: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The own grounds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<PositionGround>,
    /// The own reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<String>,
}

/// What of an own position is sealed.
#[derive(Serialize, Deserialize)]
struct PositionBody {
    grounds: Vec<PositionGround>,
    reasons: String,
}

const LONGEST_MONTHS: i32 = 6;
const LONGEST_REASONS: usize = 4_000;

fn position_place(id: PositionId) -> Place {
    Place::of("assessment_position", "body_sealed", id.0)
}

impl Registry {
    /// Takes a position. It replaces the own one that stood before; the other side learns of it only on a basis.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]: a review more than six months ahead, a yes on limb B at 21 or without a ground; [`RegistryError::Refused`] when a test of
    /// the basis is not met, and then no position is taken; [`RegistryError::NotFound`] when the caller may not.
    pub async fn take_position(
        &self,
        caller: &Caller,
        file: JointFileId,
        command: TakePosition,
    ) -> Result<Answer<Taken>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let hand = self.joint_or_missing::<TakeAct>(caller, file).await?;
        let id = PositionId(self.entropy.id());
        let facts = hand.facts_of("assessment_position", id.0, None, SecrecyClass::Standard);
        let permit = self.allow::<TakeAct>(caller, facts.clone()).await?;
        hand.own_case()?;
        check(&command, facts.age, now.day())?;

        let cleared = match &command.tell {
            None => None,
            Some(grounds) => Some(self.clear_position(caller, &hand, facts, &command, grounds).await?),
        };
        // The permit to tell comes before anything is stored, so that a position never stands half told.
        let teller = cleared.as_ref().map(|cleared| cleared.caller.clone());
        let telling = match (&cleared, &teller) {
            (Some(cleared), Some(teller)) => Some(self.allow::<FollowAct>(teller, cleared.facts.clone()).await?),
            _ => None,
        };
        let key = self.key_for(authority, KeySubject::JointFile(file)).await?;
        let body = PositionBody { grounds: command.grounds.clone(), reasons: command.reasons.trim().to_owned() };
        let row = PositionRow {
            id,
            joint_file: file,
            holder: authority,
            limb: command.limb.code().to_owned(),
            stands: command.stands,
            taken_at: now,
            taken_by: Some(caller.user),
            review_on: command.review_on.to_string(),
            ended_at: None,
            body: Some(self.seal(&key, position_place(id), &body)?),
            version: 1,
            author: None,
        };
        let work = Work::new(authority)
            .named("take_position")
            .making("assessment_position", id)
            .then(store::assessment::end_of_holder(authority, file, authority, now))
            .then(store::assessment::insert(authority, &row))
            .then_all(command.stands.then(|| {
                // Both have said yes. A yes alone, or a no, moves nothing: a nomination that leads nowhere keeps the day on which it is erased.
                store::joint_file::assessed_with(authority, file, hand.file.peer, &now.day().to_string())
            }));
        // Whoever was told of the position before must not go on relying on it, told of the new one or not.
        let ended = if cleared.is_none() { self.ended_before(authority, &hand.file).await? } else { Vec::new() };
        let recorded = self.commit_and_send(permit, work, ended).await?;
        let entry = recorded.entry();
        let release_id = match (cleared, telling) {
            (Some(Cleared { release, statements, logged, to, copy, .. }), Some(permit)) => {
                let notice = PositionNotice {
                    limb: command.limb.code().to_owned(),
                    stands: command.stands,
                    taken_at: now,
                    review_on: command.review_on,
                    ended_at: None,
                    decision: Some(copy),
                };
                let recipient = Recipient { authority: to, label: "position".to_owned() };
                let work = Work::new(authority).named("tell_position").then_all(statements);
                let outgoing = Outgoing {
                    to,
                    joint_ref: Some(hand.file.joint_ref),
                    release: Some(release),
                    crossing: Crossing::Position(notice),
                };
                let _told = self
                    .commit_and_send(permit.with_basis(logged).with_recipient(recipient), work, vec![outgoing])
                    .await?;
                Some(release)
            }
            _ => None,
        };
        Ok(Answer { view: Taken { id, release_id }, entry })
    }

    /// Examines whether limb, answer and review date may be told.
    async fn clear_position(
        &self,
        caller: &Caller,
        hand: &JointAtHand,
        facts: Facts,
        command: &TakePosition,
        grounds: &BasisChoice,
    ) -> Result<Cleared, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let paper = self.paper_for(&mut snapshot, caller, hand.file.peer, grounds.consent_id).await?;
        snapshot.close().await?;
        let answer = if command.stands { "yes" } else { "no" };
        let told = text_item(0, "statement", command.limb.code(), answer, Some(command.review_on));
        self.clear::<FollowAct>(caller, hand, facts, &paper, grounds, Outward::of("position", vec![told])).await
    }

    /// The messages that the own position which stood until now has ended.
    async fn ended_before(&self, authority: AuthorityId, file: &JointFileRow) -> Result<Vec<Outgoing>, RegistryError> {
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let before = store::assessment::of_file(&mut snapshot, authority, file.id).await?;
        let releases = store::release::of_joint_file(&mut snapshot, authority, file.id).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let Some(peer) = directory.get(&file.peer) else { return Ok(Vec::new()) };
        let running = before.iter().filter(|row| row.holder == authority && row.ended_at.is_none());
        Ok(running.filter_map(|row| lapse::ended_notice(file, row, &releases, peer, now)).collect())
    }

    /// The other side took a position, or its position ended: limb, answer and review date, nothing else.
    pub(crate) async fn arrive_position(
        &self,
        caller: &Caller,
        _sender: &AuthorityRow,
        header: &Header,
        notice: PositionNotice,
        work: Work,
    ) -> Result<Applied, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let file = self.file_of(&mut snapshot, caller, header).await?;
        snapshot.close().await?;
        let (Some(file), Ok(limb)) = (file, notice.limb.parse::<Limb>()) else {
            return Ok(Applied { work, target: None });
        };
        let mut work = work.then(store::assessment::end_of_holder(
            authority,
            file.id,
            header.from,
            notice.ended_at.unwrap_or(now),
        ));
        if let (None, Some(decision)) = (notice.ended_at, notice.decision) {
            // What was told is a received document like everything else. The position has its id: they lapse and are erased together.
            let item = ReceivedItemId(self.entropy.id());
            let answer = if notice.stands { "yes" } else { "no" };
            let copy = ReleasedCopy {
                decision,
                about: None,
                items: vec![text_item(0, "statement", limb.code(), answer, Some(notice.review_on))],
                answers: None,
                answers_wholly: false,
                is_concern_report: false,
                immediate_danger: false,
            };
            work = work.then(self.received_row(authority, header, item, "position", Some(file.id), None, &copy).await?);
            let row = PositionRow {
                id: PositionId(item.0),
                joint_file: file.id,
                holder: header.from,
                limb: limb.code().to_owned(),
                stands: notice.stands,
                taken_at: notice.taken_at,
                taken_by: None,
                review_on: notice.review_on.to_string(),
                ended_at: None,
                body: None,
                version: 1,
                author: None,
            };
            work = work.then(store::assessment::insert(authority, &row)).then_all(
                notice
                    .stands
                    .then(|| store::joint_file::assessed_with(authority, file.id, authority, &now.day().to_string())),
            );
        }
        let mut target = Target::record("joint_file", file.id.0);
        if let Some(case) = file.case {
            target = target.in_case(case);
        }
        Ok(Applied { work, target: Some(target) })
    }
}

fn check(command: &TakePosition, age: AgeBand, today: Date) -> Result<(), RegistryError> {
    let mut check = Check::new();
    check.text("reasons", &command.reasons, LONGEST_REASONS);
    check.require(command.review_on > today, "reviewOn", "in-the-past");
    check.require(command.review_on <= months_after(today, LONGEST_MONTHS), "reviewOn", "more-than-six-months");
    if command.limb == Limb::B && command.stands {
        check.require(!command.grounds.is_empty(), "grounds", "required");
        match age {
            AgeBand::Under18 | AgeBand::From18To20 => {}
            AgeBand::From21 => check.fail("limb", "turned-21"),
            AgeBand::Unknown => check.fail("limb", "age-unknown"),
        }
    }
    check.done()
}

/// Whether one position stands on a day.
fn stands(row: &PositionRow, today: &str) -> bool {
    row.stands && row.ended_at.is_none() && today <= row.review_on.as_str()
}

/// Whether the joint assessment stands: an own and the other side's position do.
pub(crate) fn joint_stands(rows: &[PositionRow], own: AuthorityId, today: Date) -> bool {
    let today = today.to_string();
    let standing = |is_own: bool| rows.iter().any(|row| (row.holder == own) == is_own && stands(row, &today));
    standing(true) && standing(false)
}

/// The positions that the permit covers.
pub(crate) fn views<A: Opens>(
    opener: &Opener<'_, '_, A>,
    rows: &[PositionRow],
    own: AuthorityId,
    names: &HashMap<AuthorityId, &str>,
    today: Date,
) -> Result<Vec<PositionView>, RegistryError> {
    let today = today.to_string();
    let covered = rows.iter().filter(|row| opener.covers(row.id));
    covered
        .map(|row| {
            let body: Option<PositionBody> =
                row.body.as_ref().map(|body| opener.open(position_place(row.id), body)).transpose()?;
            let (grounds, reasons) = body.map_or((Vec::new(), None), |body| (body.grounds, Some(body.reasons)));
            Ok(PositionView {
                id: row.id,
                is_own: row.holder == own,
                holder: names.get(&row.holder).copied().unwrap_or_default().to_owned(),
                limb: code(&row.limb)?,
                answer: row.stands,
                stands: stands(row, &today),
                taken_at: row.taken_at,
                author: row.author.clone(),
                review_on: row.review_on.clone(),
                ended_at: row.ended_at,
                grounds,
                reasons,
            })
        })
        .collect()
}
