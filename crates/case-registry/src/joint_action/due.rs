//! What waits for somebody: proposals to answer, own parts whose day has come.

use rbac_policy::{Facts, ListPermit, Target};
use serde::Serialize;
use store::joint_action::DueAction;
use store::joint_file::ListQuery;
use time::Duration;
use utoipa::ToSchema;
use vocabulary::{Caller, KeyId, Opens, Purpose, Role, action::ListJointFiles};

use super::{
    JointActionView,
    read::{kids, view},
};
use crate::{Answer, Registry, RegistryError, joint_file::short_reference, opening::Opener, person::month_of};

/// An action that waits, with the reference of its file.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionCard {
    /// The joint file's reference as people say it.
    pub reference: String,
    /// The action.
    pub action: JointActionView,
}

/// What waits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DueActions {
    /// The other side's proposals that wait for an answer.
    pub to_answer: Vec<ActionCard>,
    /// Own parts whose last day or follow-up comes within a week or has passed.
    pub due: Vec<ActionCard>,
}

/// How far ahead something counts as due.
const AHEAD: Duration = Duration::days(7);

impl Registry {
    /// What waits in the joint files inside the caller's scope. The entry names every action.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a role that has no joint files.
    pub async fn due_actions(&self, caller: &Caller) -> Result<Answer<DueActions>, RegistryError> {
        let facts = Facts::own_desk(Purpose::Coordination, Target::kind("joint_action"));
        let list = match self.policy.decide_list::<ListJointFiles>(caller, facts) {
            Ok(list) => list,
            Err(refusal) => return Err(self.refuse(refusal).await),
        };
        let query = self.due_query(caller, &list);
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let rows = store::joint_action::due(&mut snapshot, &query).await?;
        snapshot.close().await?;
        let permit = list.over(rows.iter().map(|row| row.action.id.0));
        let recorded = self.record(permit).await?;
        let opener = self.opener(&recorded, caller.authority, due_kids(&rows)).await?;
        let view = self.due_cards(&opener, &rows)?;
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// What is due within a week in the files of a scope.
    pub(crate) fn due_query(&self, caller: &Caller, list: &ListPermit<'_, ListJointFiles>) -> ListQuery {
        let now = self.clock.now();
        ListQuery {
            authority: caller.authority,
            user: caller.user,
            unit: caller.unit,
            leads: caller.has(Role::SocialLead),
            mask: list.scope().mask(),
            month: month_of(now.day()),
            now,
            today: now.day().saturating_add(AHEAD).to_string(),
            limit: 100,
            offset: 0,
        }
    }

    /// The cards of what is due, sorted by whether they wait for an answer.
    pub(crate) fn due_cards<A: Opens>(
        &self,
        opener: &Opener<'_, '_, A>,
        rows: &[DueAction],
    ) -> Result<DueActions, RegistryError> {
        let today = self.clock.today();
        let mut cards = DueActions { to_answer: Vec::new(), due: Vec::new() };
        for row in rows {
            let action = view(opener, &row.action, row.received.as_ref(), &self.measures, today)?;
            // A proposal whose text has left with its basis waits for nobody here: what there is to do is the review of the copy.
            if action.needs_answer && action.text.is_none() {
                continue;
            }
            let card = ActionCard { reference: short_reference(row.joint_ref), action };
            if card.action.needs_answer { cards.to_answer.push(card) } else { cards.due.push(card) }
        }
        Ok(cards)
    }
}

/// The keys that cards need.
pub(crate) fn due_kids(rows: &[DueAction]) -> impl Iterator<Item = Option<KeyId>> {
    rows.iter().flat_map(|row| kids(&row.action, row.received.as_ref()))
}
