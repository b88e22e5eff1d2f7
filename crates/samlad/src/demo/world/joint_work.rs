//! Work around joint files: nomination, entries, positions, actions.

use anyhow::{Context as _, Result};
use case_registry::assessment::{Limb, TakePosition};
use case_registry::joint_action::{ProposeAction, ReplyAction, ReviewAction};
use case_registry::joint_entry::{
    Accuracy, Availability, Clearance, Credibility, PoliceMarks, Suspicion, WithdrawEntry, WriteEntry,
};
use case_registry::joint_file::{ChangeJointFile, LinkToCase, Nominate};
use store::joint_action::JointActionRow;
use store::joint_file::JointFileRow;
use vocabulary::{JointActionId, JointFileId};

use super::World;
use super::actor::Actor;
use super::translation::{follow_fields, same};
use crate::demo::script::joint_work as told;
use crate::demo::script::label::{ActionLabel, JointFileLabel};
use crate::demo::script::reading::ReadJointFile;

impl World<'_> {
    pub(super) async fn nominate(&mut self, who: &Actor, it: &told::Nominate) -> Result<()> {
        let command = Nominate {
            case_id: self.made.get(who.side, &it.case)?,
            to: self.authority(it.to)?,
            reason: it.reason.clone(),
            goal: String::new(),
            attention: String::new(),
            names_others: false,
            grounds: self.grounds(who, &it.grounds)?,
        };
        let nominated = who.registry.nominate(&who.caller, command).await?.view;
        self.made.put(who.side, &it.joint_file, nominated.joint_file_id);
        Ok(())
    }

    pub(super) async fn accept_nomination(&mut self, who: &Actor, it: &told::AcceptNomination) -> Result<()> {
        let id = self.arrived_file(who, &it.joint_file).await?;
        let command = LinkToCase {
            case_id: self.made.get(who.side, &it.case)?,
            members: Vec::new(),
            next_follow_up: Some(it.next_follow_up),
        };
        who.registry.link_to_case(&who.caller, id, command).await?;
        self.made.put(who.side, &it.joint_file, id);
        Ok(())
    }

    /// The own side of a joint file, whoever made it.
    pub(super) async fn own_file(&self, who: &Actor, label: &JointFileLabel) -> Result<JointFileId> {
        match self.made.get(who.side, label) {
            Ok(id) => Ok(id),
            Err(_) => self.arrived_file(who, label).await,
        }
    }

    /// The own side of a joint file that the other side made.
    async fn arrived_file(&self, who: &Actor, label: &JointFileLabel) -> Result<JointFileId> {
        let (other, theirs): (_, JointFileId) = self.made.elsewhere(who.side, label)?;
        let (peer, mut snapshot) = self.snapshot_of(other).await?.context("the other side is not here")?;
        let row = store::joint_file::by_id(&mut snapshot, peer, theirs).await?.context("no such joint file")?;
        snapshot.close().await?;
        let mut snapshot = who.snapshot().await?;
        let own = store::joint_file::by_ref(&mut snapshot, who.caller.authority, row.joint_ref).await?;
        snapshot.close().await?;
        Ok(own.context("the nomination has not arrived")?.id)
    }

    async fn file(&self, who: &Actor, label: &JointFileLabel) -> Result<JointFileRow> {
        let mut snapshot = who.snapshot().await?;
        let row =
            store::joint_file::by_id(&mut snapshot, who.caller.authority, self.made.get(who.side, label)?).await?;
        snapshot.close().await?;
        row.context("no such joint file")
    }

    pub(super) async fn update_joint_file(&self, who: &Actor, it: &told::UpdateJointFile) -> Result<()> {
        let row = self.file(who, &it.joint_file).await?;
        let command = ChangeJointFile {
            state: Some(same(it.state.code())?),
            reason: it.reason.as_deref().map(same).transpose()?,
            next_follow_up: it.next_follow_up,
        };
        who.registry.update_joint_file(&who.caller, row.id, row.version, command).await?;
        Ok(())
    }

    pub(super) async fn read_joint_file(&self, who: &Actor, it: &ReadJointFile) -> Result<()> {
        // Somebody whose side has no such file tries the other side's.
        let id = match self.made.get(who.side, &it.joint_file) {
            Ok(id) => id,
            Err(_) => self.made.elsewhere(who.side, &it.joint_file)?.1,
        };
        who.registry.read_joint_file(&who.caller, id).await?;
        Ok(())
    }

    pub(super) async fn write_entry(&mut self, who: &Actor, it: &told::WriteEntry) -> Result<()> {
        let command = WriteEntry {
            text: it.text.clone(),
            class: it.class,
            police: it.police.as_ref().map(|marks| self.marks(marks)).transpose()?,
            contains_no_secret_intelligence: it.police.is_some(),
        };
        let id = who.registry.write_entry(&who.caller, self.made.get(who.side, &it.joint_file)?, command).await?.view;
        self.made.put(who.side, &it.entry, id);
        Ok(())
    }

    fn marks(&self, told: &told::PoliceMarks) -> Result<PoliceMarks> {
        let mut named = Vec::with_capacity(told.named.len());
        for key in &told.named {
            named.push(self.user(*key)?);
        }
        Ok(PoliceMarks {
            availability: match told.availability {
                told::Availability::FewNamed => Availability::NamedPersons,
                told::Availability::JointlyAvailable => Availability::JointlyAvailable,
            },
            ground: told.ground.as_deref().map(same).transpose()?,
            named,
            suspicion: match told.suspicion {
                told::Suspicion::ReasonablySuspected | told::Suspicion::Suspected => Suspicion::Suspect,
                told::Suspicion::NotSuspected => Suspicion::NotSuspect,
            },
            credibility: match told.credibility {
                told::Credibility::Reliable => Credibility::Reliable,
                told::Credibility::UsuallyReliable => Credibility::MostlyReliable,
                told::Credibility::NotReliable => Credibility::NotReliable,
                told::Credibility::Unknown => Credibility::CannotBeJudged,
            },
            accuracy: match told.accuracy {
                told::Accuracy::Confirmed => Accuracy::Confirmed,
                told::Accuracy::Probable => Accuracy::KnownToSource,
                told::Accuracy::Possible => Accuracy::Supported,
                told::Accuracy::Unknown => Accuracy::CannotBeJudged,
            },
            clearance: told.cleared.as_ref().map(|given| Clearance { by: given.by.clone(), on: given.on }),
            expires_on: told.expires_on,
        })
    }

    pub(super) async fn withdraw_entry(&self, who: &Actor, it: &told::WithdrawEntry) -> Result<()> {
        let id = self.made.get(who.side, &it.entry)?;
        let mut snapshot = who.snapshot().await?;
        let row = store::joint_entry::by_id(&mut snapshot, who.caller.authority, id).await?.context("no such entry")?;
        snapshot.close().await?;
        who.registry.withdraw_entry(&who.caller, id, row.version, WithdrawEntry { reason: it.reason.clone() }).await?;
        Ok(())
    }

    pub(super) async fn take_position(&self, who: &Actor, it: &told::TakePosition) -> Result<()> {
        let command = TakePosition {
            limb: match it.limb {
                told::Limb::A => Limb::A,
                told::Limb::B => Limb::B,
            },
            stands: it.stands,
            grounds: it.on.iter().map(|code| same(code)).collect::<Result<_>>()?,
            reasons: it.reasons.clone(),
            review_on: it.review_on,
            tell: it.tell.as_ref().map(|grounds| self.grounds(who, grounds)).transpose()?,
        };
        who.registry.take_position(&who.caller, self.made.get(who.side, &it.joint_file)?, command).await?;
        Ok(())
    }

    pub(super) async fn propose_action(&mut self, who: &Actor, it: &told::ProposeAction) -> Result<()> {
        let command = ProposeAction {
            kind: it.kind.clone(),
            what: it.what.clone(),
            goal: it.goal.clone(),
            own_part: it.own_part.clone(),
            your_part: it.your_part.clone(),
            responsible_id: Some(self.user(it.responsible)?),
            due_on: Some(it.due),
            follow_up_on: Some(it.follow_up),
            follow_fields: follow_fields(&it.follow_fields),
            follow_until: it.follow_until,
            attention: String::new(),
            handling_note: String::new(),
            names_others: false,
            grounds: self.grounds(who, &it.grounds)?,
        };
        let proposed =
            who.registry.propose_action(&who.caller, self.made.get(who.side, &it.joint_file)?, command).await?.view;
        self.made.put(who.side, &it.action, proposed.id);
        Ok(())
    }

    pub(super) async fn reply_action(&mut self, who: &Actor, it: &told::ReplyAction) -> Result<()> {
        let row = self.action(who, &it.action).await?;
        let command = ReplyAction {
            answer: same(it.reply.code())?,
            reason: it.reason.clone().unwrap_or_default(),
            responsible_id: it.responsible.map(|key| self.user(key)).transpose()?,
            due_on: it.due,
            follow_up_on: None,
            grounds: it.grounds.as_ref().map(|grounds| self.grounds(who, grounds)).transpose()?,
            follow_fields: follow_fields(&it.follow_fields),
            follow_until: it.follow_until,
        };
        who.registry.reply_action(&who.caller, row.id, row.version, command).await?;
        self.made.put(who.side, &it.action, row.id);
        Ok(())
    }

    pub(super) async fn review_action(&self, who: &Actor, it: &told::ReviewAction) -> Result<()> {
        let row = self.action(who, &it.action).await?;
        let command = ReviewAction {
            step: same(it.step.code())?,
            status: it.status.map(|status| same(status.code())).transpose()?,
            outcome: it.outcome.map(|outcome| same(outcome.code())).transpose()?,
            note: it.note.clone(),
            due_on: None,
            follow_up_on: None,
            responsible_id: None,
        };
        who.registry.review_action(&who.caller, row.id, row.version, command).await?;
        Ok(())
    }

    /// The own side of an action, whoever proposed it.
    async fn action(&self, who: &Actor, label: &ActionLabel) -> Result<JointActionRow> {
        let authority = who.caller.authority;
        if let Ok(id) = self.made.get(who.side, label) {
            let mut snapshot = who.snapshot().await?;
            let row = store::joint_action::by_id(&mut snapshot, authority, id).await?;
            snapshot.close().await?;
            return row.context("no such action");
        }
        let (other, theirs): (_, JointActionId) = self.made.elsewhere(who.side, label)?;
        let (peer, mut snapshot) = self.snapshot_of(other).await?.context("the other side is not here")?;
        let row = store::joint_action::by_id(&mut snapshot, peer, theirs).await?.context("no such action")?;
        snapshot.close().await?;
        let mut snapshot = who.snapshot().await?;
        let own = store::joint_action::by_ref(&mut snapshot, authority, row.action_ref).await?;
        snapshot.close().await?;
        own.context("the proposal has not arrived")
    }
}
