//! Drafts that wait for the lead: prepared by somebody who may not decide on the chosen basis. The lead opens the draft and decides, or sends it back.

use rbac_policy::{Facts, Target, legal_bases::Approval};
use serde::Serialize;
use utoipa::ToSchema;
use vocabulary::{Caller, Purpose, ReleaseDraftId, Role, Timestamp, action::ListReleases};

use super::SaveDraft;
use crate::{
    Answer, Registry, RegistryError,
    delegation::{Delegated, delegated},
    joint_file::short_reference,
};

/// A colleague's draft that waits for the lead.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AwaitingDraft {
    /// The draft.
    pub id: ReleaseDraftId,
    /// Who prepared it.
    pub author: String,
    /// When last saved.
    pub updated_at: Timestamp,
    /// The reference of the joint file, as people say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// More than this a lead finds under the cases.
const MOST: i64 = 20;

impl Registry {
    /// Whether a draft is as far as its author can take it: the tests are answered, and the decision is the lead's.
    pub(crate) async fn awaits_lead(&self, caller: &Caller, draft: &SaveDraft) -> Result<bool, RegistryError> {
        let (Some(grounds), Some(to)) = (&draft.grounds, draft.recipient_id) else { return Ok(false) };
        if grounds.answers.is_empty() || caller.has(Role::SocialLead) {
            return Ok(false);
        }
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let own = self.authority_kind(&mut snapshot, caller.authority).await?;
        let directory = self.directory(&mut snapshot).await?;
        let list = store::delegation::list(&mut snapshot, caller.authority).await?;
        snapshot.close().await?;
        let today = self.clock.today();
        let (Some(basis), Some(to)) = (self.bases.current(&grounds.basis, today), directory.get(&to)) else {
            return Ok(false);
        };
        let is_the_leads = basis.approval(own, to.kind) == Some(Approval::Lead);
        let undelegated = matches!(delegated(basis, own, &list, caller, today), Delegated::Missing);
        Ok(is_the_leads || (undelegated && basis.lead_decides))
    }

    /// The drafts of colleagues that wait for the caller as their lead, the oldest first.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a role that has no releases.
    pub async fn drafts_awaiting(&self, caller: &Caller) -> Result<Answer<Vec<AwaitingDraft>>, RegistryError> {
        let facts = Facts::own_desk(Purpose::CaseHandling, Target::kind("release"));
        let list = match self.policy.decide_list::<ListReleases>(caller, facts) {
            Ok(list) => list,
            Err(refusal) => return Err(self.refuse(refusal).await),
        };
        let query = self.release_query(caller, list.scope().mask(), MOST, 0);
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let rows = store::release_draft::awaiting(&mut snapshot, &query).await?;
        snapshot.close().await?;
        let permit = list.over(rows.iter().map(|row| row.id.0)).with_subjects(rows.iter().map(|row| row.subject));
        let recorded = self.record(permit).await?;
        let view = rows
            .into_iter()
            .map(|row| AwaitingDraft {
                id: row.id,
                author: row.author,
                updated_at: row.updated_at,
                reference: row.joint_ref.map(short_reference),
            })
            .collect();
        Ok(Answer { view, entry: recorded.entry() })
    }
}
