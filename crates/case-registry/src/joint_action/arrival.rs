//! What the other side sent about a joint action: its text, an amended text, a field that followed.

use field_vault::KeySubject;
use parcel::Header;
use rbac_policy::{Target, measures::MeasureStatus};
use store::{Work, directory::AuthorityRow, joint_action::JointActionRow};
use vocabulary::{Caller, JointActionId, ReceivedItemId};

use super::{ActionBody, ReplyCode, action_place, copy_of, event, is_known};
use crate::{
    Registry, RegistryError,
    arrival::Applied,
    crossing::{FollowUp, ProposedAction},
    release::FollowField,
};

impl Registry {
    /// A proposal arrives, or a new text of one: a received item, and a row of the own side's for the own part.
    pub(crate) async fn arrive_proposal(
        &self,
        caller: &Caller,
        _sender: &AuthorityRow,
        header: &Header,
        proposal: ProposedAction,
        work: Work,
    ) -> Result<Applied, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let file = self.file_of(&mut snapshot, caller, header).await?;
        let known = store::joint_action::by_ref(&mut snapshot, authority, proposal.action_ref).await?;
        snapshot.close().await?;
        let item = ReceivedItemId(self.entropy.id());
        let copy = copy_of(&proposal);
        let received = self
            .received_row(authority, header, item, "proposal", file.as_ref().map(|file| file.id), None, &copy)
            .await?;
        let work = work.then(received);
        // The own file was erased, or closed: the copy stays in the inbox, and no part of one's own begins.
        let Some(file) = file.filter(|file| file.closed_at.is_none()) else {
            return Ok(Applied { work, target: Some(Target::record("received_item", item.0)) });
        };
        let body = ActionBody {
            text: None,
            follow_fields: proposal.follow_fields.iter().filter_map(|field| field.parse().ok()).collect(),
            follow_until: proposal.follow_until,
            basis_code: proposal.decision.basis_code.clone(),
            basis_version: proposal.decision.basis_version,
            due_on: proposal.due_on,
            follow_up_on: proposal.follow_up_on,
        };
        let key = self.key_for(authority, KeySubject::JointFile(file.id)).await?;
        let work = work.then(store::joint_file::keep(authority, file.id));
        let (id, work) = match known {
            None => {
                let id = JointActionId(self.entropy.id());
                let row = JointActionRow {
                    id,
                    joint_file: file.id,
                    action_ref: proposal.action_ref,
                    is_own: false,
                    received_item: Some(item),
                    release: None,
                    text_version: proposal.text_version,
                    own_status: MeasureStatus::Proposed.code().to_owned(),
                    peer_answer: "proposed".to_owned(),
                    peer_status: None,
                    responsible: None,
                    due_on: proposal.due_on.map(|day| day.to_string()),
                    follow_up_on: proposal.follow_up_on.map(|day| day.to_string()),
                    body: Some(self.seal(&key, action_place(id), &body)?),
                    created_at: now,
                    created_by: None,
                    version: 1,
                    responsible_name: None,
                };
                let step = event(self.entropy.id(), &row, "proposed", false, None, now);
                let work = work
                    .then(store::joint_action::insert(authority, &row))
                    .then(store::joint_action::insert_event(authority, id, &step));
                (id, work)
            }
            // A new text of the other side's own action: to be accepted again, whatever was answered before.
            Some(mut row) if !row.is_own && row.joint_file == file.id && proposal.text_version > row.text_version => {
                let id = row.id;
                row.received_item = Some(item);
                row.release = None;
                row.text_version = proposal.text_version;
                MeasureStatus::Proposed.code().clone_into(&mut row.own_status);
                row.due_on = proposal.due_on.map(|day| day.to_string());
                row.follow_up_on = proposal.follow_up_on.map(|day| day.to_string());
                row.body = Some(self.seal(&key, action_place(id), &body)?);
                let step = event(self.entropy.id(), &row, "amended", false, None, now);
                let work = work
                    .then(store::joint_action::update(authority, &row))
                    .then(store::joint_action::insert_event(authority, id, &step));
                (id, work)
            }
            // An older text, or a reference that is not theirs to use: kept as received, without effect.
            Some(_) => return Ok(Applied { work, target: Some(Target::record("received_item", item.0)) }),
        };
        let mut target = Target::record("joint_action", id.0);
        if let Some(case) = file.case {
            target = target.in_case(case);
        }
        Ok(Applied { work, target: Some(target) })
    }

    /// A field followed. What is unknown, or about an older text, changes nothing.
    pub(crate) async fn arrive_follow_up(
        &self,
        caller: &Caller,
        _sender: &AuthorityRow,
        header: &Header,
        told: FollowUp,
        work: Work,
    ) -> Result<Applied, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let file = self.file_of(&mut snapshot, caller, header).await?;
        let row = store::joint_action::by_ref(&mut snapshot, authority, told.action_ref).await?;
        snapshot.close().await?;
        let field: Option<FollowField> = told.field.parse().ok().filter(|field| is_known(*field, &told.value));
        let (Some(file), Some(mut row), Some(field)) = (file, row, field) else {
            return Ok(Applied { work, target: None });
        };
        if row.joint_file != file.id {
            return Ok(Applied { work, target: None });
        }
        let is_current = told.text_version == row.text_version;
        let mut step = event(self.entropy.id(), &row, field.code(), false, Some(&told.value), self.clock.now());
        step.text_version = told.text_version;
        match field {
            FollowField::Reply if row.is_own && is_current => {
                row.peer_answer.clone_from(&told.value);
                let accepted = told.value == ReplyCode::Accept.code();
                if accepted && row.own_status == MeasureStatus::Proposed.code() {
                    MeasureStatus::Accepted.code().clone_into(&mut row.own_status);
                }
            }
            FollowField::Status => row.peer_status = Some(told.value.clone()),
            FollowField::Reply | FollowField::DueOn | FollowField::Outcome => {}
        }
        let work = work
            .then(store::joint_file::keep(authority, file.id))
            .then(store::joint_action::update(authority, &row))
            .then(store::joint_action::insert_event(authority, row.id, &step));
        let mut target = Target::record("joint_action", row.id.0);
        if let Some(case) = file.case {
            target = target.in_case(case);
        }
        Ok(Applied { work, target: Some(target) })
    }
}
