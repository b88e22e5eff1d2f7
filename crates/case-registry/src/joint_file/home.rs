//! The coordinator's home: joint files, what to take a position on, what to answer, what is overdue. One entry names all of it.

use field_vault::Vault;
use rbac_policy::{Facts, Target};
use serde::Serialize;
use utoipa::ToSchema;
use vocabulary::{Caller, Purpose, action::ListJointFiles};

use super::{JointFileBrief, list::brief};
use crate::{
    Answer, Registry, RegistryError,
    joint_action::{ActionCard, due_kids},
};

/// What waits for a coordinator.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoordinatorHome {
    /// Joint files that are worked on, by next follow-up.
    pub joint_files: Vec<JointFileBrief>,
    /// Nominations of the other side's to take a position on.
    pub nominations: Vec<JointFileBrief>,
    /// The other side's proposals that wait for an answer.
    pub to_answer: Vec<ActionCard>,
    /// Own parts whose last day or follow-up comes within a week or has passed.
    pub due: Vec<ActionCard>,
    /// Of those, how many are overdue.
    pub overdue: i64,
    /// Lapsed copies that wait for a decision.
    pub lapsed_to_review: i64,
    /// The other side's requests that wait for an answer.
    pub requests_to_answer: i64,
    /// Whether there are more joint files than are shown here.
    pub has_more: bool,
}

impl Registry {
    /// The home page of a coordinator or case officer who has joint files.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a role that has no joint files.
    pub async fn coordinator_home(&self, caller: &Caller) -> Result<Answer<CoordinatorHome>, RegistryError> {
        let facts = Facts::own_desk(Purpose::Coordination, Target::kind("joint_file"));
        let list = match self.policy.decide_list::<ListJointFiles>(caller, facts) {
            Ok(list) => list,
            Err(refusal) => return Err(self.refuse(refusal).await),
        };
        let due_query = self.due_query(caller, &list);
        let today = self.clock.today();
        let file_query = store::joint_file::ListQuery { today: today.to_string(), limit: 101, ..due_query.clone() };
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let mut files = store::joint_file::list(&mut snapshot, &file_query).await?;
        let due = store::joint_action::due(&mut snapshot, &due_query).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let has_more = files.len() > 100;
        files.truncate(100);
        files.retain(|row| row.file.closed_at.is_none());
        let ids = files.iter().map(|row| row.file.id.0).chain(due.iter().map(|row| row.action.id.0));
        let permit = list.over(ids).with_subjects(files.iter().filter_map(|row| row.subject));
        let recorded = self.record(permit).await?;
        let kids = files.iter().flat_map(|row| {
            [
                Vault::kid_of(&row.file.body),
                row.identity.as_ref().and_then(Vault::kid_of),
                row.birth.as_ref().and_then(Vault::kid_of),
            ]
        });
        let opener = self.opener(&recorded, caller.authority, kids.chain(due_kids(&due))).await?;
        let cards = self.due_cards(&opener, &due)?;
        let mut home = CoordinatorHome {
            joint_files: Vec::new(),
            nominations: Vec::new(),
            overdue: i64::try_from(cards.due.iter().filter(|card| card.action.is_overdue).count()).unwrap_or(i64::MAX),
            to_answer: cards.to_answer,
            due: cards.due,
            lapsed_to_review: files.iter().map(|row| row.to_review).sum(),
            requests_to_answer: files.iter().map(|row| row.asked).sum(),
            has_more,
        };
        for row in &files {
            let peer = directory.get(&row.file.peer).map(|peer| peer.name.clone()).unwrap_or_default();
            let brief = brief(&opener, row, peer, today)?;
            if brief.is_to_take_position { home.nominations.push(brief) } else { home.joint_files.push(brief) }
        }
        Ok(Answer { view: home, entry: recorded.entry() })
    }
}
