//! Proposing a joint action and amending its text: both are releases, and an amended text is to be accepted again.

use field_vault::{KeySubject, Vault};
use rbac_policy::measures::{MeasureStatus, Owner};
use serde::{Deserialize, Serialize};
use store::{Work, joint_action::JointActionRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    Caller, JointActionId, JointFileId, ReleaseId, SecrecyClass, UserId,
    action::{AmendAction as AmendAct, ProposeAction as ProposeAct},
};

use super::{ActionBody, ActionText, action_place, event, proposal};
use crate::{
    Answer, Check, Registry, RegistryError,
    courier::Outgoing,
    crossing::Crossing,
    joint_file::outward::Outward,
    measure::day,
    release::{BasisChoice, FollowField},
};

/// Proposes a joint action to the other side.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposeAction {
    /// Code of the catalogue of measures.
    #[serde(deserialize_with = "vocabulary::lower_snake")]
    pub kind: String,
    /// What is to be done.
    pub what: String,
    /// What it is to reach.
    #[serde(default)]
    pub goal: String,
    /// What the own side does.
    #[serde(default)]
    pub own_part: String,
    /// What the other side is asked to do.
    #[serde(default)]
    pub your_part: String,
    /// Who answers for the own part; the caller when left out.
    #[serde(default)]
    pub responsible_id: Option<UserId>,
    /// Last day.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// Follow-up.
    #[serde(default)]
    pub follow_up_on: Option<Date>,
    /// Later fields of the own side that may follow. The other side decides on its own.
    #[serde(default)]
    pub follow_fields: Vec<FollowField>,
    /// Until when they may follow.
    #[serde(default)]
    pub follow_until: Option<Date>,
    /// The unit or person there that it is meant for.
    #[serde(default)]
    pub attention: String,
    /// A wish on how to handle it; not binding.
    #[serde(default)]
    pub handling_note: String,
    /// Whether the texts speak of another identifiable person.
    #[serde(default)]
    pub names_others: bool,
    /// The legal basis with its answers.
    pub grounds: BasisChoice,
}

/// A new version of the text, with a decision of its own. What is left out stays as it was.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmendAction {
    /// What is to be done.
    #[serde(default)]
    pub what: Option<String>,
    /// What it is to reach.
    #[serde(default)]
    pub goal: Option<String>,
    /// What the own side does.
    #[serde(default)]
    pub own_part: Option<String>,
    /// What the other side is asked to do.
    #[serde(default)]
    pub your_part: Option<String>,
    /// Last day.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// Follow-up.
    #[serde(default)]
    pub follow_up_on: Option<Date>,
    /// Later fields that may follow.
    #[serde(default)]
    pub follow_fields: Option<Vec<FollowField>>,
    /// Until when they may follow.
    #[serde(default)]
    pub follow_until: Option<Date>,
    /// Whether the texts speak of another identifiable person.
    #[serde(default)]
    pub names_others: bool,
    /// The legal basis with its answers.
    pub grounds: BasisChoice,
}

/// A proposal that has left.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proposed {
    /// The own side's action.
    pub id: JointActionId,
    /// Version of the text.
    pub text_version: i64,
    /// The decision to release.
    pub release_id: ReleaseId,
}

const LONGEST_TEXT: usize = 2_000;
const LONGEST_FOLLOW_DAYS: i64 = 366;

impl Registry {
    /// Proposes a joint action: the row, the decision and the parcel are durable together.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] when a legal test is not met; `Conflict("closed")`, `Conflict("no-own-case")`; [`RegistryError::NotFound`] when the caller
    /// may not.
    pub async fn propose_action(
        &self,
        caller: &Caller,
        file: JointFileId,
        command: ProposeAction,
    ) -> Result<Answer<Proposed>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        let hand = self.joint_at_hand(&mut snapshot, caller, file).await?;
        let Some(hand) = hand else {
            snapshot.close().await?;
            return Err(self.missing::<ProposeAct>(caller, "joint_file", file.0).await);
        };
        let paper = self.paper_for(&mut snapshot, caller, hand.file.peer, command.grounds.consent_id).await?;
        snapshot.close().await?;
        let responsible = command.responsible_id.unwrap_or(caller.user);
        let now = self.clock.now();
        let body = ActionBody {
            text: Some(ActionText {
                kind: command.kind.clone(),
                what: command.what.trim().to_owned(),
                goal: command.goal.trim().to_owned(),
                own_part: command.own_part.trim().to_owned(),
                your_part: command.your_part.trim().to_owned(),
            }),
            follow_fields: distinct(&command.follow_fields),
            follow_until: command.follow_until,
            basis_code: command.grounds.basis.clone(),
            basis_version: 0,
            due_on: command.due_on,
            follow_up_on: command.follow_up_on,
        };
        let mut check = Check::new();
        check.require(
            responsible == caller.user || users.iter().any(|user| user.id == responsible && user.may_be_given_work()),
            "responsibleId",
            "no-such-colleague",
        );
        check.optional_text("attention", &command.attention, 200);
        check.optional_text("handlingNote", &command.handling_note, 500);
        self.check_body(&mut check, &body, now.day());
        check.done()?;

        let id = JointActionId(self.entropy.id());
        let facts = hand.facts_of("joint_action", id.0, None, SecrecyClass::Standard);
        let text = body.text.as_ref().map(|text| text.items(body.due_on)).unwrap_or_default();
        let outward = Outward {
            attention: &command.attention,
            handling_note: &command.handling_note,
            follow_fields: &body.follow_fields,
            follow_until: body.follow_until,
            names_others: command.names_others,
            ..Outward::of("proposal", text)
        };
        let cleared =
            Box::pin(self.clear::<ProposeAct>(caller, &hand, facts, &paper, &command.grounds, outward)).await?;
        let permit = self.allow::<ProposeAct>(&cleared.caller, cleared.facts.clone()).await?;
        let body = ActionBody { basis_version: cleared.copy.basis_version, ..body };
        let key = self.key_for(authority, KeySubject::JointFile(file)).await?;
        let row = JointActionRow {
            id,
            joint_file: file,
            action_ref: self.entropy.id(),
            is_own: true,
            received_item: None,
            release: Some(cleared.release),
            text_version: 1,
            own_status: MeasureStatus::Proposed.code().to_owned(),
            peer_answer: "pending".to_owned(),
            peer_status: None,
            responsible: Some(responsible),
            due_on: body.due_on.map(|day| day.to_string()),
            follow_up_on: body.follow_up_on.map(|day| day.to_string()),
            body: Some(self.seal(&key, action_place(id), &body)?),
            created_at: now,
            created_by: Some(caller.user),
            version: 1,
            responsible_name: None,
        };
        let mut step = event(self.entropy.id(), &row, "proposed", true, None, now);
        step.by = Some(caller.user);
        let work = Work::new(authority)
            .named("propose_action")
            .making("joint_action", id)
            .then(store::joint_action::insert(authority, &row))
            .then(store::joint_action::insert_event(authority, id, &step))
            .then_all(cleared.statements);
        let crossing = Crossing::Proposal(proposal(cleared.copy, row.action_ref, 1, &body)?);
        let outgoing =
            Outgoing { to: cleared.to, joint_ref: Some(hand.file.joint_ref), release: Some(cleared.release), crossing };
        let recipient = audit_log::Recipient { authority: cleared.to, label: "proposal".to_owned() };
        let permit = permit.with_basis(cleared.logged).with_recipient(recipient);
        let recorded = Box::pin(self.commit_and_send(permit, work, vec![outgoing])).await?;
        let view = Proposed { id, text_version: 1, release_id: cleared.release };
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// Amends the text of an own action: a new version under a new decision, to be accepted again.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; [`RegistryError::Refused`]; `Conflict("not-own-text")` for the other side's action; [`RegistryError::NotFound`] when the
    /// caller may not.
    pub async fn amend_action(
        &self,
        caller: &Caller,
        id: JointActionId,
        version: i64,
        command: AmendAction,
    ) -> Result<Answer<Proposed>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let at_hand = self.action_or_missing::<AmendAct>(caller, id).await?;
        let facts = at_hand.facts();
        let reading = self.allow::<vocabulary::action::ReadAction>(caller, facts.clone()).await?;
        let (mut row, hand) = (at_hand.action, at_hand.hand);
        if !row.is_own {
            return Err(RegistryError::Conflict("not-own-text"));
        }
        hand.own_case()?;
        if row.version != version {
            return Err(RegistryError::Stale);
        }
        let status: MeasureStatus = crate::case::code(&row.own_status)?;
        if self.measures.life_cycle().has_ended(status) {
            return Err(RegistryError::Conflict("wrong-state"));
        }
        let recorded = self.record(reading).await?;
        let sealed = row.body.as_ref().ok_or(RegistryError::Internal("an own action without its text"))?;
        let opener = self.opener(&recorded, authority, [Vault::kid_of(sealed)]).await?;
        let old: ActionBody = opener.open(action_place(id), sealed)?;
        let old_text = old.text.ok_or(RegistryError::Internal("an own action without its text"))?;
        let text = ActionText {
            kind: old_text.kind.clone(),
            what: command.what.as_deref().map_or_else(|| old_text.what.clone(), |text| text.trim().to_owned()),
            goal: command.goal.as_deref().map_or_else(|| old_text.goal.clone(), |text| text.trim().to_owned()),
            own_part: command
                .own_part
                .as_deref()
                .map_or_else(|| old_text.own_part.clone(), |text| text.trim().to_owned()),
            your_part: command
                .your_part
                .as_deref()
                .map_or_else(|| old_text.your_part.clone(), |text| text.trim().to_owned()),
        };
        let body = ActionBody {
            text: Some(text),
            follow_fields: command.follow_fields.as_deref().map_or(old.follow_fields, distinct),
            follow_until: command.follow_until.or(old.follow_until),
            basis_code: command.grounds.basis.clone(),
            basis_version: 0,
            due_on: command.due_on.or_else(|| row.due_on.as_deref().and_then(day)),
            follow_up_on: command.follow_up_on.or_else(|| row.follow_up_on.as_deref().and_then(day)),
        };
        let mut check = Check::new();
        self.check_body(&mut check, &body, now.day());
        check.done()?;

        let mut snapshot = self.store.snapshot(authority).await?;
        let paper = self.paper_for(&mut snapshot, caller, hand.file.peer, command.grounds.consent_id).await?;
        snapshot.close().await?;
        let text = body.text.as_ref().map(|text| text.items(body.due_on)).unwrap_or_default();
        let outward = Outward {
            follow_fields: &body.follow_fields,
            follow_until: body.follow_until,
            names_others: command.names_others,
            ..Outward::of("proposal", text)
        };
        let cleared = Box::pin(self.clear::<AmendAct>(caller, &hand, facts, &paper, &command.grounds, outward)).await?;
        let permit = self.allow::<AmendAct>(&cleared.caller, cleared.facts.clone()).await?;
        let body = ActionBody { basis_version: cleared.copy.basis_version, ..body };
        let key = self.key_for(authority, KeySubject::JointFile(row.joint_file)).await?;
        row.text_version += 1;
        row.release = Some(cleared.release);
        // Whatever was accepted before was another text.
        "pending".clone_into(&mut row.peer_answer);
        row.due_on = body.due_on.map(|day| day.to_string());
        row.follow_up_on = body.follow_up_on.map(|day| day.to_string());
        row.body = Some(self.seal(&key, action_place(id), &body)?);
        let mut step = event(self.entropy.id(), &row, "amended", true, None, now);
        step.by = Some(caller.user);
        let work = Work::new(authority)
            .named("amend_action")
            .then(store::joint_action::update(authority, &row))
            .then(store::joint_action::insert_event(authority, id, &step))
            .then_all(cleared.statements);
        let crossing = Crossing::Proposal(proposal(cleared.copy, row.action_ref, row.text_version, &body)?);
        let outgoing =
            Outgoing { to: cleared.to, joint_ref: Some(hand.file.joint_ref), release: Some(cleared.release), crossing };
        let recipient = audit_log::Recipient { authority: cleared.to, label: "proposal".to_owned() };
        let permit = permit.with_basis(cleared.logged).with_recipient(recipient);
        let recorded = Box::pin(self.commit_and_send(permit, work, vec![outgoing])).await?;
        let view = Proposed { id, text_version: row.text_version, release_id: cleared.release };
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// The form of an action: a kind that both sides can take part in, texts, dates, and what may follow.
    fn check_body(&self, check: &mut Check, body: &ActionBody, today: Date) {
        if let Some(text) = &body.text {
            let kind = self.measures.get(&text.kind);
            let is_joint = kind.is_some_and(|kind| {
                kind.owners.iter().any(|owner| matches!(owner, Owner::Joint | Owner::Social | Owner::Police))
            });
            check.require(is_joint, "kind", "not-in-the-catalogue");
            check.text("what", &text.what, LONGEST_TEXT);
            check.optional_text("goal", &text.goal, LONGEST_TEXT);
            check.optional_text("ownPart", &text.own_part, LONGEST_TEXT);
            check.optional_text("yourPart", &text.your_part, LONGEST_TEXT);
        }
        check.require(body.due_on.is_none_or(|day| day >= today), "dueOn", "in-the-past");
        check.require(body.follow_up_on.is_none_or(|day| day >= today), "followUpOn", "in-the-past");
        if body.follow_fields.is_empty() {
            check.require(body.follow_until.is_none(), "followUntil", "only-with-follow-fields");
        } else {
            check.require(body.follow_until.is_some(), "followUntil", "required");
            let fits = |until: Date| until >= today && (until - today).whole_days() <= LONGEST_FOLLOW_DAYS;
            check.require(body.follow_until.is_none_or(fits), "followUntil", "too-far-ahead");
        }
    }
}

fn distinct(fields: &[FollowField]) -> Vec<FollowField> {
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    fields.dedup();
    fields
}
