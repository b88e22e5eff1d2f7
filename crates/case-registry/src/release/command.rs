//! Deciding to release: the one command of the API, and what the wizard's last page calls.

use audit_log::{Recipient, Recorded};
use rbac_policy::{Facts, Permit, Target};
use serde::{Deserialize, Serialize};
use store::{Snapshot, Work, joint_file::JointFileRow, person::PersonRow};
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    Action, AgeBand, AuthorityId, Caller, CaseId, EntryId, JointFileId, Purpose, ReleaseId, SecrecyClass, Timestamp,
    action::{DecideRelease, PrepareRelease},
};

use super::{
    BasisChoice, Channel, FollowField, ItemKind, ItemRef,
    decision::{DecidedItem, Decision},
    examination::{Held, Matter, Paper, check_choice},
    items::OpenedItems,
};
use crate::{
    Answer, Check, LegalRefusal, Registry, RegistryError,
    courier::Outgoing,
    crossing::{Crossing, ReleasedCopy},
    error::FailedTestView,
};

/// Decides to release items to one authority on one legal basis.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ReleaseCommand)]
pub struct ReleaseCommand {
    /// Out of this own case; exactly one of `caseId` and `jointFileId`.
    #[serde(default)]
    pub case_id: Option<CaseId>,
    /// Out of this own joint file.
    #[serde(default)]
    pub joint_file_id: Option<JointFileId>,
    /// What is released, each at the version that was read.
    #[serde(default)]
    pub items: Vec<ItemRef>,
    /// What is written for this release alone, for example a concern report.
    #[serde(default)]
    pub statements: Vec<Statement>,
    /// The one recipient.
    pub recipient_id: AuthorityId,
    /// The unit or person there that it is meant for.
    pub attention: String,
    /// The legal basis with its answered tests.
    pub grounds: BasisChoice,
    /// A wish on how to handle it; it does not bind an authority.
    #[serde(default)]
    pub handling_note: String,
    /// How it is released.
    #[serde(default = "system")]
    pub channel: Channel,
    /// When it was said or given, for another channel than the system: at most seven days ago.
    #[serde(default)]
    pub occurred_at: Option<Timestamp>,
    /// Why it is recorded later than the same day.
    #[serde(default)]
    pub late_reason: String,
    /// What the authority of origin answered, when a received item is passed on.
    #[serde(default)]
    pub origin_asked: String,
    /// A request of the recipient's that came by telephone, letter or in a meeting, registered with the decision that answers it.
    #[serde(default)]
    pub asked: Option<OutsideRequest>,
    /// Later fields of a joint action that may follow.
    #[serde(default)]
    pub follow_fields: Vec<FollowField>,
    /// Until when they may.
    #[serde(default)]
    pub follow_until: Option<Date>,
}

const fn system() -> Channel {
    Channel::System
}

/// A request that came outside the system, as whoever received it registers it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutsideRequest {
    /// How it came; not by the system, where requests are registered by themselves.
    pub channel: Channel,
    /// The day on which it came.
    pub on: Date,
    /// Who at the recipient asked: name or service number, and unit.
    pub by: String,
    /// What was asked for, and what for.
    pub what: String,
}

/// A text written for one release.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    /// A heading.
    #[serde(default)]
    pub title: String,
    /// The text, at most 10 000 characters.
    pub text: String,
    /// Secrecy class.
    #[serde(default = "crate::note::standard")]
    pub class: SecrecyClass,
    /// Whether another identifiable person stands in it.
    #[serde(default)]
    pub third_party: bool,
    /// Whether it is nothing but contact details.
    #[serde(default)]
    pub contact_details: bool,
}

/// What goes with a decision and is no part of the command.
#[derive(Default)]
pub(crate) struct Beside {
    /// What ends with it, such as the wizard's draft.
    pub(crate) ends: Option<store::Statement>,
    /// A concern report whose child can need protection at once.
    pub(crate) immediate_danger: bool,
}

/// Out of what something is released: the caller's relation to it decides.
pub(crate) struct Source {
    pub(crate) case: CaseId,
    pub(crate) file: Option<JointFileRow>,
    pub(crate) person: PersonRow,
    pub(crate) facts: Facts,
    pub(crate) is_closed: bool,
}

/// A release that was looked at in full: what would leave, and what the examination says of it.
pub(crate) struct Ready {
    pub(crate) source: Source,
    pub(crate) paper: Paper,
    pub(crate) held: Held,
    pub(crate) items: Vec<DecidedItem>,
    /// The entry of the look at it.
    pub(crate) entry: EntryId,
}

/// What would leave, opened under a recorded look at it.
pub(crate) struct Looked<'r> {
    pub(crate) source: Source,
    pub(crate) opened: OpenedItems,
    pub(crate) recorded: Recorded<Permit<'r, PrepareRelease>>,
    /// The id that the look covers.
    pub(crate) under: Uuid,
}

impl Ready {
    /// The joint file that both sides have, if the recipient is its other party.
    pub(crate) fn shared_file(&self) -> Option<&JointFileRow> {
        self.source.file.as_ref().filter(|file| file.peer == self.paper.to.id && file.closed_at.is_none())
    }
}

impl ReleaseCommand {
    /// When it is given: through the system at the decision, otherwise when it was said or handed over.
    pub(crate) fn given_at(&self, now: Timestamp) -> Timestamp {
        if self.channel == Channel::System { now } else { self.occurred_at.map_or(now, |at| at.min(now)) }
    }
}

const MOST_ITEMS: usize = 50;
const MOST_STATEMENTS: usize = 10;
/// How late a release by mouth, telephone or letter may be recorded.
const LATEST_DAYS: i64 = 7;
/// How long fields may follow.
const LONGEST_FOLLOWING: i64 = 366;

impl Registry {
    /// The case or joint file that something is released from, with the facts for the decision. None when it is not there; a joint file without an own
    /// open case gives none either, for there is nothing to release from it.
    pub(crate) async fn source(
        &self,
        snapshot: &mut Snapshot,
        caller: &Caller,
        case: Option<CaseId>,
        file: Option<JointFileId>,
    ) -> Result<Option<Source>, RegistryError> {
        if let Some(file) = file {
            let Some(hand) = self.joint_at_hand(snapshot, caller, file).await? else { return Ok(None) };
            let is_closed = hand.is_closed();
            let (Some(case), Some(person)) = (hand.file.case, hand.person) else { return Ok(None) };
            let facts = Facts { purpose: Purpose::ReleaseDecision, ..hand.facts };
            return Ok(Some(Source { case, file: Some(hand.file), person, facts, is_closed }));
        }
        let Some(case) = case else { return Ok(None) };
        let Some(hand) = self.case_at_hand(snapshot, caller, case).await? else { return Ok(None) };
        let file = match store::joint_file::of_case(snapshot, caller.authority, case).await? {
            Some(id) => store::joint_file::by_id(snapshot, caller.authority, id).await?,
            None => None,
        };
        let facts = Facts { purpose: Purpose::ReleaseDecision, ..hand.facts };
        Ok(Some(Source { case, file, person: hand.person, facts, is_closed: hand.case.closed_at.is_some() }))
    }

    /// Finds and opens what would leave, under an entry of its own.
    pub(crate) async fn look<'r>(
        &self,
        caller: &'r Caller,
        case: Option<CaseId>,
        file: Option<JointFileId>,
        refs: &[ItemRef],
        statements: &[Statement],
    ) -> Result<Looked<'r>, RegistryError> {
        let named = file.map_or_else(|| ("case", case.map(|id| id.0)), |id| ("joint_file", Some(id.0)));
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let source = self.source(&mut snapshot, caller, case, file).await?;
        let found = match &source {
            Some(source) => {
                Some(self.find_items(&mut snapshot, caller, source.case, source.file.as_ref(), refs).await?)
            }
            None => None,
        };
        snapshot.close().await?;
        let (Some(source), Some(found)) = (source, found) else {
            return Err(self.missing::<PrepareRelease>(caller, named.0, named.1.unwrap_or_default()).await);
        };
        let found = match found {
            Ok(found) => found,
            Err(item) => return Err(self.missing::<PrepareRelease>(caller, item.kind.code(), item.id).await),
        };
        let pairs = || refs.iter().zip(&found.items);
        let listed: Vec<_> = pairs().map(|(reference, item)| (reference.id, item.class())).collect();
        let permit = self.allow_items::<PrepareRelease>(caller, source.facts.clone(), listed).await?;
        if let Some((reference, item)) = pairs().find(|(reference, _)| !permit.covers(reference.id)) {
            // What lies under an investigation is not hidden from whoever may read it: the answer says what is wanting (OSL 18 kap. 1 §).
            let facts = Facts { class: item.class().into(), purpose: Purpose::CaseHandling, ..source.facts.clone() };
            if item.class() == SecrecyClass::Investigation && self.policy.allows(caller.roles, Action::ReadCase, &facts)
            {
                let refusal = LegalRefusal { basis: String::new(), failed: vec![wants_clearance(caller)], entry: None };
                return Err(self.deny_toward::<PrepareRelease>(caller, facts, None, refusal).await);
            }
            return Err(self.missing::<PrepareRelease>(caller, reference.kind.code(), reference.id).await);
        }
        if source.is_closed {
            return Err(self.stopped(&permit, RegistryError::Conflict("closed")).await);
        }
        if pairs().any(|(reference, item)| reference.version != item.version()) {
            return Err(self.stopped(&permit, RegistryError::Stale).await);
        }
        let recorded = self.record(permit).await?;
        let keys = self.opener(&recorded, caller.authority, found.kids()).await?;
        let opened = found.open(&keys, refs, statements, &self.measures, self.clock.today())?;
        let under = named.1.unwrap_or(source.case.0);
        Ok(Looked { source, opened, recorded, under })
    }

    /// Looks at an intended release in full: what would leave, and what the examination says of it.
    pub(crate) async fn look_at(&self, caller: &Caller, command: &ReleaseCommand) -> Result<Ready, RegistryError> {
        let at = command.given_at(self.clock.now());
        check_choice(&command.grounds, &self.bases, at.day())?;
        let looked =
            self.look(caller, command.case_id, command.joint_file_id, &command.items, &command.statements).await?;
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let paper = self.paper(&mut snapshot, caller, command.recipient_id, command.grounds.consent_id).await?;
        snapshot.close().await?;
        let paper = paper.ok_or_else(|| invalid("recipientId", "no-such-recipient"))?;
        let Looked { source, opened, recorded, under } = looked;
        let matter = Matter {
            caller,
            at,
            facts: &source.facts,
            person: &source.person,
            under,
            classes: &opened.classes,
            on_request: command.asked.is_some(),
            contact_details_only: command.items.is_empty()
                && command.statements.iter().all(|statement| statement.contact_details),
            other_identifiable_person: opened.other_identifiable_person,
        };
        let mut held = self.hold(&recorded, &paper, &matter, &command.grounds).await?;
        let mut items = opened.items;
        for item in items.iter_mut().filter(|item| item.kind == "statement") {
            item.id = self.entropy.id();
        }
        // The policy is asked before the decision too, so that a preview never promises what the decision would be refused.
        if held.failed.is_empty() {
            let facts = held.examined.facts(source.facts.clone());
            let may = |facts: &Facts| self.policy.allows(caller.roles, Action::DecideRelease, facts);
            let may_item = |item: &DecidedItem| may(&Facts { class: item.copy.class.into(), ..facts.clone() });
            if !may(&facts) || !items.iter().all(may_item) {
                held.failed.push(may_not_decide(caller, &held.examined.citation, held.examined.age));
            }
        }
        Ok(Ready { source, paper, held, items, entry: recorded.entry() })
    }

    /// Releases: the decision is durable and the sealed copy on its way before this returns.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] names every test that failed; [`RegistryError::Stale`] when an item has another version than the one that was read;
    /// [`RegistryError::StepUpRequired`]; [`RegistryError::NotFound`] when an item is not there for the caller; `Conflict("recipient-takes-no-parcels")`.
    pub async fn release(&self, caller: &Caller, command: ReleaseCommand) -> Result<Answer<ReleaseId>, RegistryError> {
        // A release holds much at once: its future lies on the heap.
        Box::pin(self.decide(caller, &command, Beside::default())).await
    }

    /// The decision itself.
    pub(crate) async fn decide(
        &self,
        caller: &Caller,
        command: &ReleaseCommand,
        beside: Beside,
    ) -> Result<Answer<ReleaseId>, RegistryError> {
        self.check_release(command)?;
        let ready = self.look_at(caller, command).await?;
        let id = ReleaseId(self.entropy.id());
        let facts = ready.held.examined.facts(decision_facts(&ready.source, id));
        if !ready.held.failed.is_empty() {
            let logged = ready.held.examined.logged();
            let refusal = LegalRefusal { basis: command.grounds.basis.clone(), failed: ready.held.failed, entry: None };
            return Err(self.deny::<DecideRelease>(caller, facts, ready.paper.to.id, &logged, refusal).await);
        }
        if !command.follow_fields.is_empty() && !ready.held.examined.follow_up_allowed {
            return Err(invalid("followFields", "not-under-this-basis"));
        }
        let takes_parcels = ready.paper.to.parcel_recipient.is_some();
        if command.channel == Channel::System && !takes_parcels {
            return Err(RegistryError::Conflict("recipient-takes-no-parcels"));
        }
        // The written reasons on the tests are the reason for the log where it wants one and the caller stated no other.
        let reasoned =
            Caller { reason: caller.reason.clone().or_else(|| ready.held.examined.reasons()), ..caller.clone() };
        let classes: Vec<_> = ready.items.iter().map(|item| (item.id, item.copy.class)).collect();
        let expected = classes.len();
        let permit = self.allow_items::<DecideRelease>(&reasoned, facts, classes).await?;
        if permit.items().len() != expected {
            return Err(self.missing::<DecideRelease>(caller, "release", id.0).await);
        }
        let recipient = Recipient { authority: ready.paper.to.id, label: command.channel.code().to_owned() };
        let permit = permit.with_recipient(recipient).with_basis(ready.held.examined.logged());
        let key = self.key_for(caller.authority, field_vault::KeySubject::Case(ready.source.case)).await?;
        let (joint_file, joint_ref) =
            ready.shared_file().map_or((None, None), |file| (Some(file.id), Some(file.joint_ref)));
        let kind = if ready.held.examined.at_once { "concern_report" } else { "release" };
        let Ready { source, paper, held, items, .. } = ready;
        let decision = Decision {
            id,
            kind,
            case: Some(source.case),
            joint_file,
            attention: &command.attention,
            handling_note: &command.handling_note,
            channel: command.channel,
            occurred_at: command.occurred_at.unwrap_or_else(|| self.clock.now()),
            late_reason: &command.late_reason,
            origin_asked: &command.origin_asked,
            asked: command.asked.as_ref(),
            follow_fields: &command.follow_fields,
            follow_until: command.follow_until,
            about: joint_ref.is_none().then(|| held.examined.subject.copy()),
            items,
        };
        let (rows, copy) = self.release_rows(caller, &key, &paper, &held.examined, &decision)?;
        let work =
            Work::new(caller.authority).named("release").making("release", id).then_all(rows).then_all(beside.ends);
        let released = ReleasedCopy {
            decision: copy,
            about: decision.about,
            items: decision.items.into_iter().map(|item| item.copy).collect(),
            answers: None,
            answers_wholly: false,
            is_concern_report: held.examined.at_once,
            immediate_danger: beside.immediate_danger,
        };
        let outgoing =
            Outgoing { to: paper.to.id, joint_ref, release: Some(id), crossing: Crossing::Release(released) };
        let outgoing = if takes_parcels { vec![outgoing] } else { Vec::new() };
        let recorded = self.commit_and_send(permit, work, outgoing).await?;
        Ok(Answer { view: id, entry: recorded.entry() })
    }

    /// The form of the command, every field error at once.
    fn check_release(&self, command: &ReleaseCommand) -> Result<(), RegistryError> {
        let now = self.clock.now();
        let today = now.day();
        let mut check = Check::new();
        check.require(command.case_id.is_some() != command.joint_file_id.is_some(), "caseId", "one-of-two");
        check.require(!command.items.is_empty() || !command.statements.is_empty(), "items", "required");
        check.require(command.items.len() <= MOST_ITEMS, "items", "too-many");
        let twice = command
            .items
            .iter()
            .enumerate()
            .any(|(n, item)| command.items.iter().take(n).any(|other| other.id == item.id));
        check.require(!twice, "items", "item-stands-twice");
        check.require(command.statements.len() <= MOST_STATEMENTS, "statements", "too-many");
        for (position, statement) in command.statements.iter().take(MOST_STATEMENTS).enumerate() {
            check.text(&format!("statements[{position}].text"), &statement.text, crate::note::LONGEST_TEXT);
            check.optional_text(&format!("statements[{position}].title"), &statement.title, 200);
            let releasable = !matches!(statement.class, SecrecyClass::Investigation | SecrecyClass::Unknown);
            check.require(releasable, format!("statements[{position}].class"), "not-releasable");
        }
        check.text("attention", &command.attention, 200);
        check.optional_text("handlingNote", &command.handling_note, 1_000);
        check.optional_text("lateReason", &command.late_reason, 500);
        let passes_on = command.items.iter().any(|item| item.kind == ItemKind::ReceivedItem);
        if passes_on {
            check.text("originAsked", &command.origin_asked, 1_000);
        } else {
            check.optional_text("originAsked", &command.origin_asked, 1_000);
        }
        if let Some(asked) = &command.asked {
            check.require(asked.channel != Channel::System, "asked.channel", "only-outside-the-system");
            check.require(asked.on <= today, "asked.on", "in-the-future");
            check.text("asked.by", &asked.by, 200);
            check.text("asked.what", &asked.what, 2_000);
        }
        match (command.channel, command.occurred_at) {
            (Channel::System, None) => {}
            (Channel::System, Some(_)) => check.fail("occurredAt", "only-for-other-channels"),
            (_, None) => check.fail("occurredAt", "required"),
            (_, Some(at)) => {
                check.require(at <= now, "occurredAt", "in-the-future");
                check.require(at.plus_days(LATEST_DAYS) >= now, "occurredAt", "too-long-ago");
                // Recorded the same day, or with the reason why not.
                check.require(at.day() >= today || !command.late_reason.trim().is_empty(), "lateReason", "required");
            }
        }
        check.require(command.follow_fields.is_empty() || command.follow_until.is_some(), "followUntil", "required");
        if let Some(until) = command.follow_until {
            check.require(until >= today, "followUntil", "in-the-past");
            check.require((until - today).whole_days() <= LONGEST_FOLLOWING, "followUntil", "too-far-ahead");
        }
        check.done()
    }
}

/// The facts of the decision: the release itself is what the entry names.
pub(crate) fn decision_facts(source: &Source, id: ReleaseId) -> Facts {
    let target = Target {
        kind: "release",
        id: Some(id.0),
        version: None,
        case: Some(source.case),
        ..source.facts.target.clone()
    };
    Facts { target, ..source.facts.clone() }
}

pub(crate) fn invalid(field: &str, code: &'static str) -> RegistryError {
    RegistryError::Invalid(vec![crate::FieldError { field: field.to_owned(), code, limit: None }])
}

/// Who decides is the policy's to say: a test like the others, told before the decision.
fn may_not_decide(caller: &Caller, citation: &str, age: AgeBand) -> FailedTestView {
    let is_age = age == AgeBand::Unknown;
    let (what, next) = match caller.language {
        vocabulary::Language::Swedish => (
            format!("Du kan inte besluta om det här utlämnandet enligt {citation}."),
            if is_age {
                "Ange hur gammal personen är och vem som uppger det. Räcker inte det är beslutet någon annans."
            } else {
                "Lämna beslutet till den som får fatta det, till exempel förste socialsekreterare, eller pröva ett annat lagstöd."
            },
        ),
        vocabulary::Language::English => (
            format!("You cannot decide this release under {citation}."),
            if is_age {
                "State how old the person is and who says so. If that is not enough, the decision is somebody else's."
            } else {
                "Leave the decision to somebody who may take it, for example the lead social worker, or try another basis."
            },
        ),
    };
    FailedTestView { test: "decider".to_owned(), what, next: next.to_owned() }
}

fn wants_clearance(caller: &Caller) -> FailedTestView {
    let (what, next) = match caller.language {
        vocabulary::Language::Swedish => (
            "Uppgiften omfattas av förundersökningssekretess (OSL 18 kap. 1 §) och förundersökningsledaren har inte godkänt att den lämnas ut.",
            "Be förundersökningsledaren ta ställning och registrera godkännandet på uppgiften.",
        ),
        vocabulary::Language::English => (
            "The item is under secrecy for a criminal investigation (OSL 18:1) and the head of the investigation has not cleared it.",
            "Ask the head of the investigation, and record the clearance on the item.",
        ),
    };
    FailedTestView { test: "clearance".to_owned(), what: what.to_owned(), next: next.to_owned() }
}
