//! Nominating a person for coordination, and what becomes of a nomination at its recipient.
//!
//! The acknowledgement is the recipient's signed receipt of the parcel: automatic, and identical whether or not the person is known there, because nothing
//! is looked up when a nomination arrives.

use audit_log::Recipient;
use field_vault::KeySubject;
use parcel::Header;
use rbac_policy::{Facts, Target};
use serde::{Deserialize, Serialize};
use store::{
    Work,
    directory::{AuthorityRow, UnitRow, UserRow},
    joint_file::JointFileRow,
};
use time::{Date, Month};
use utoipa::ToSchema;
use vocabulary::{
    AuthorityId, Caller, CaseId, JointFileId, JointRef, Protection, Purpose, ReceivedItemId, ReleaseId, Role,
    SecrecyClass, UnitId, UserId,
    action::{EraseNomination, Nominate as NominateAct, PrepareRelease},
};

use super::{
    JointBody, JointState, class_of, joint_place,
    outward::{reasoned, statement, text_item},
    short_reference,
};
use crate::{
    Answer, Check, Registry, RegistryError,
    arrival::Applied,
    courier::Outgoing,
    crossing::{Crossing, ReleasedCopy},
    release::{
        BasisChoice, Channel,
        decision::{DecidedItem, Decision},
        examination::Matter,
    },
};

/// Nominates the person of an own open case for coordination with another authority.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Nominate {
    /// The own open case.
    pub case_id: CaseId,
    /// The other authority.
    pub to: AuthorityId,
    /// Why coordination is wanted; goes to the other side.
    pub reason: String,
    /// What it is to reach; goes to the other side.
    #[serde(default)]
    pub goal: String,
    /// The unit or person there that it is meant for.
    #[serde(default)]
    pub attention: String,
    /// Whether the texts speak of another identifiable person.
    #[serde(default)]
    pub names_others: bool,
    /// The legal basis with its answers: a nomination releases the identity.
    pub grounds: BasisChoice,
}

/// What came of a nomination. It says nothing about whether the person is known at the other authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Nominated {
    /// The own joint file.
    pub joint_file_id: JointFileId,
    /// The reference as people say it; the other side has the same.
    pub reference: String,
    /// The decision to release.
    pub release_id: ReleaseId,
    /// `received` once the other side's receipt is here, `waiting` until then.
    pub acknowledgement: &'static str,
}

impl Nominate {
    /// What it says, as the other side gets it.
    fn items(&self, id: JointFileId) -> Vec<DecidedItem> {
        let texts = [("reason", &self.reason), ("goal", &self.goal)];
        let texts = texts.into_iter().filter(|(_, text)| !text.trim().is_empty()).zip(0..);
        texts.map(|((title, text), at)| statement(id.0, text_item(at, "statement", title, text, None))).collect()
    }
}

/// After how many months a nomination that leads nowhere is erased.
const TERM_MONTHS: i32 = 3;
const LONGEST_TEXT: usize = 2_000;

impl Registry {
    /// Nominates a person: the own joint file opens, and the identity leaves as a sealed copy in the same transaction.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] when a legal test is not met; `Conflict("exists-already")` when the case has an open joint file with this authority;
    /// [`RegistryError::NotFound`] when the caller may not.
    pub async fn nominate(&self, caller: &Caller, command: Nominate) -> Result<Answer<Nominated>, RegistryError> {
        let authority = caller.authority;
        let mut check = Check::new();
        check.text("reason", &command.reason, LONGEST_TEXT);
        check.optional_text("goal", &command.goal, LONGEST_TEXT);
        check.optional_text("attention", &command.attention, 200);
        check.done()?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.case_at_hand(&mut snapshot, caller, command.case_id).await?;
        let Some(hand) = hand else {
            snapshot.close().await?;
            return Err(self.missing::<NominateAct>(caller, "case", command.case_id.0).await);
        };
        let paper = self.paper_for(&mut snapshot, caller, command.to, command.grounds.consent_id).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        snapshot.close().await?;

        let id = JointFileId(self.entropy.id());
        let target = Target::record("joint_file", id.0).in_case(hand.case.id).about(hand.person.subject);
        let facts = Facts { purpose: Purpose::Coordination, target, ..hand.facts.clone() };
        let opening = self
            .allow::<PrepareRelease>(caller, Facts { purpose: Purpose::ReleaseDecision, ..hand.facts.clone() })
            .await?;
        if hand.case.closed_at.is_some() {
            return Err(RegistryError::Conflict("closed"));
        }
        let recorded = self.record(opening).await?;
        let matter = Matter {
            caller,
            at: self.clock.now(),
            facts: &facts,
            person: &hand.person,
            under: hand.case.id.0,
            classes: &[SecrecyClass::Standard],
            on_request: false,
            contact_details_only: false,
            other_identifiable_person: command.names_others,
        };
        let examined =
            self.examine_choice::<PrepareRelease, NominateAct>(&recorded, &paper, &matter, &command.grounds).await?;
        let reasoned = reasoned(caller, &examined);
        let permit = self.allow::<NominateAct>(&reasoned, examined.facts(facts)).await?;

        let now = self.clock.now();
        let joint_ref = JointRef(self.entropy.id());
        let decision = Decision {
            id: ReleaseId(self.entropy.id()),
            kind: "nomination",
            case: Some(hand.case.id),
            joint_file: Some(id),
            attention: &command.attention,
            handling_note: "",
            channel: Channel::System,
            occurred_at: now,
            late_reason: "",
            origin_asked: "",
            asked: None,
            follow_fields: &[],
            follow_until: None,
            about: Some(examined.subject.copy()),
            items: command.items(id),
        };
        let case_key = self.key_for(authority, KeySubject::Case(hand.case.id)).await?;
        let (statements, copy) = self.release_rows(caller, &case_key, &paper, &examined, &decision)?;
        let body = JointBody {
            reason: command.reason.trim().to_owned(),
            goal: command.goal.trim().to_owned(),
            ..JointBody::default()
        };
        let mut row = self.nominated_row(authority, id, joint_ref, (command.to, hand.case.unit), &body).await?;
        row.case = Some(hand.case.id);
        row.person = Some(hand.person.id);
        row.protection = hand.person.protection;
        row.is_nominator = true;
        row.opened_by = Some(caller.user);
        let group = coordinators(&users, row.unit);
        let work = Work::new(authority)
            .named("nominate")
            .making("joint_file", id)
            .then(store::joint_file::none_open_with(authority, hand.case.id, command.to))
            .then(store::joint_file::insert(authority, &row))
            .then_all(group.into_iter().map(|user| store::joint_file::insert_member(authority, id, user, "group", now)))
            .then_all(statements);
        let crossing = Crossing::Nomination(ReleasedCopy {
            decision: copy,
            items: decision.items.iter().map(|item| item.copy.clone()).collect(),
            about: decision.about,
            answers: None,
            answers_wholly: false,
            is_concern_report: false,
            immediate_danger: false,
        });
        let release_id = decision.id;
        let permit = permit
            .with_basis(examined.logged())
            .with_recipient(Recipient { authority: command.to, label: "nomination".to_owned() });
        let outgoing = Outgoing { to: command.to, joint_ref: Some(joint_ref), release: Some(release_id), crossing };
        let recorded = Box::pin(self.commit_and_send(permit, work, vec![outgoing])).await?;
        let acknowledgement = self.acknowledgement(authority, release_id).await?;
        let view = Nominated { joint_file_id: id, reference: short_reference(joint_ref), release_id, acknowledgement };
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// A new joint file between the own unit and a peer, as it stands on either side.
    async fn nominated_row(
        &self,
        authority: AuthorityId,
        id: JointFileId,
        joint_ref: JointRef,
        (peer, unit): (AuthorityId, UnitId),
        body: &JointBody,
    ) -> Result<JointFileRow, RegistryError> {
        let now = self.clock.now();
        let key = self.key_for(authority, KeySubject::JointFile(id)).await?;
        Ok(JointFileRow {
            id,
            joint_ref,
            case: None,
            person: None,
            peer,
            unit,
            state: JointState::Nominated.code().to_owned(),
            protection: Protection::None,
            is_nominator: false,
            opened_at: now,
            opened_by: None,
            next_follow_up: None,
            erase_on: Some(months_after(now.day(), TERM_MONTHS).to_string()),
            closed_at: None,
            closed_reason: None,
            body: self.seal(&key, joint_place(id), body)?,
            version: 1,
        })
    }

    async fn acknowledgement(&self, authority: AuthorityId, release: ReleaseId) -> Result<&'static str, RegistryError> {
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::release::by_id(&mut snapshot, authority, release).await?;
        snapshot.close().await?;
        Ok(if row.is_some_and(|row| row.delivered_at.is_some()) { "received" } else { "waiting" })
    }

    /// A nomination arrives: an own joint file without a case, for the unit's coordinators to take a position on. Nothing is looked up, so that nothing
    /// about it, its time included, tells whether the person is known here.
    pub(crate) async fn arrive_nomination(
        &self,
        caller: &Caller,
        sender: &AuthorityRow,
        header: &Header,
        copy: ReleasedCopy,
        work: Work,
    ) -> Result<Applied, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        let units = store::directory::units(&mut snapshot, authority).await?;
        snapshot.close().await?;

        let id = JointFileId(self.entropy.id());
        let item = ReceivedItemId(self.entropy.id());
        let unit = reception(&units, &users, &copy.decision.attention).unwrap_or(caller.unit);
        let text = |title: &str| {
            copy.items.iter().find(|item| item.title == title).map(|item| item.text.clone()).unwrap_or_default()
        };
        let is_protected = copy.about.as_ref().is_some_and(|about| about.is_protected);
        let body = JointBody {
            reason: text("reason"),
            goal: text("goal"),
            received: copy.about.clone(),
            sender: Some(copy.decision.sender.clone()),
            nomination: Some(item),
            carried_until: copy.decision.carried_until.clone(),
        };
        let joint_ref = header.joint_ref.ok_or(RegistryError::Internal("a nomination without its reference"))?;
        let mut row = self.nominated_row(authority, id, joint_ref, (sender.id, unit), &body).await?;
        // Sealed under the key of the document it came in: when that is erased nothing of it can be opened here either.
        let key = self.key_for(authority, KeySubject::ReceivedItem(item)).await?;
        row.body = self.seal(&key, joint_place(id), &body)?;
        row.protection = if is_protected { Protection::Marked } else { Protection::None };
        let group = coordinators(&users, unit);
        let received = self.received_row(authority, header, item, "nomination", Some(id), None, &copy).await?;
        let work = work
            .then(store::joint_file::insert(authority, &row))
            .then_all(group.into_iter().map(|user| store::joint_file::insert_member(authority, id, user, "group", now)))
            .then(received);
        Ok(Applied { work, target: Some(Target::record("joint_file", id.0)) })
    }

    /// Erases nominations whose short term has ended without leading anywhere. Gives how many.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; what was not erased is erased by the next run.
    pub async fn erase_stale_nominations(&self, authority: AuthorityId) -> Result<usize, RegistryError> {
        let caller = self.service_caller(authority).await?;
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let stale = store::joint_file::stale(&mut snapshot, authority, &now.day().to_string()).await?;
        snapshot.close().await?;
        let mut erased = 0;
        for row in stale {
            let mut target = Target::record("joint_file", row.id.0).at_version(row.version);
            if let Some(case) = row.case {
                target = target.in_case(case);
            }
            let facts = Facts { class: class_of(row.protection), ..Facts::own_desk(Purpose::Service, target) };
            let permit = self.allow::<EraseNomination>(&caller, facts).await?;
            let work = Work::new(authority).named("erase_nomination").then_all(store::joint_file::erase(
                authority,
                row.id,
                row.version,
                now,
            ));
            match self.commit(permit, work).await {
                Ok(_) => erased += 1,
                // Somebody took it up at the last moment.
                Err(RegistryError::Stale) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(erased)
    }
}

/// The coordinators of a unit: the group that a nomination comes to.
fn coordinators(users: &[UserRow], unit: UnitId) -> Vec<UserId> {
    users.iter().filter(|user| user.unit == unit && coordinates(user)).map(|user| user.id).collect()
}

fn coordinates(user: &UserRow) -> bool {
    user.is_active && (user.roles.has(Role::SigCoordinator) || user.roles.has(Role::PoliceCoordinator))
}

/// Which unit takes a nomination: the one it is meant for, or else the first that has a coordinator, or else a lead.
fn reception(units: &[UnitRow], users: &[UserRow], attention: &str) -> Option<UnitId> {
    let attention = attention.trim().to_lowercase();
    let with = |has: fn(&UserRow) -> bool| {
        units.iter().filter(move |unit| users.iter().any(|user| user.unit == unit.id && has(user)))
    };
    let leads = |user: &UserRow| user.is_active && user.roles.has(Role::SocialLead);
    let meant = with(coordinates).find(|unit| !attention.is_empty() && attention.contains(&unit.name.to_lowercase()));
    meant.or_else(|| with(coordinates).next()).or_else(|| with(leads).next()).map(|unit| unit.id)
}

/// The same day some months later, or the last day of that month.
pub(crate) fn months_after(day: Date, months: i32) -> Date {
    let month = day.year() * 12 + i32::from(u8::from(day.month())) - 1 + months;
    let year = month.div_euclid(12);
    let name = u8::try_from(month.rem_euclid(12) + 1)
        .ok()
        .and_then(|number| Month::try_from(number).ok())
        .unwrap_or(Month::January);
    let last = time::util::days_in_month(name, year);
    Date::from_calendar_date(year, name, day.day().min(last)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn three_months_after_the_last_of_november_is_the_last_of_february() {
        assert_eq!(months_after(date!(2026 - 11 - 30), 3), date!(2027 - 02 - 28));
        assert_eq!(months_after(date!(2026 - 11 - 23), 6), date!(2027 - 05 - 23));
    }
}
