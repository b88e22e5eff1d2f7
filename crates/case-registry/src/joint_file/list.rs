//! The joint files of one's own: reference, initials and age from the own or the received identity, what is due. With protected identity only the reference.

use field_vault::{BirthDate, Vault};
use rbac_policy::{Facts, Target};
use serde::Serialize;
use store::joint_file::{ListQuery, ListedJointFile};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{Caller, JointFileId, Protection, Purpose, Role, Timestamp, action::ListJointFiles};

use super::{JointBody, JointState, age, joint_place, short_reference, shown};
use crate::{
    Answer, Registry, RegistryError,
    case::{ClockView, clocks, code},
    facts::{birth_place, identity_place},
    opening::Opener,
    person::{Identity, month_of},
};

/// A joint file in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own; none is a state")]
pub struct JointFileBrief {
    /// Random id, the own side's.
    pub id: JointFileId,
    /// The reference as people say it; the other side has the same.
    pub reference: String,
    /// Initials, from the own person or as received; none with protected identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initials: Option<String>,
    /// Age today; none with protected identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// Protected personal data.
    pub protection: Protection,
    /// The other authority.
    pub peer: String,
    /// Where it stands.
    pub state: JointState,
    /// Whether this authority nominated.
    pub is_nominator: bool,
    /// A nomination that waits for this authority to take a position.
    pub is_to_take_position: bool,
    /// `assigned`, `cover`, `lead`, `group`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub relation: String,
    /// Next follow-up, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_follow_up: Option<String>,
    /// Whether the follow-up has passed.
    pub is_overdue: bool,
    /// When a nomination that leads nowhere is erased, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erase_on: Option<String>,
    /// Own parts of joint actions that are not done.
    pub open_tasks: i64,
    /// Those of them that are overdue.
    pub overdue_tasks: i64,
    /// The other side's proposals that wait for an answer.
    pub to_answer: i64,
    /// The other side's requests that wait for an answer.
    pub asked: i64,
    /// Whether the joint assessment stands: both positions do.
    pub assessment_stands: bool,
    /// The clocks that the person's age sets.
    pub clocks: Vec<ClockView>,
    /// When opened.
    pub opened_at: Timestamp,
}

/// One page of joint files.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JointFileList {
    /// The joint files: open ones first, by next follow-up.
    pub joint_files: Vec<JointFileBrief>,
    /// Whether there are more.
    pub has_more: bool,
}

impl Registry {
    /// The joint files inside the caller's scope. The entry names every id.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a role that has no joint files.
    pub async fn list_joint_files(
        &self,
        caller: &Caller,
        limit: i64,
        offset: i64,
    ) -> Result<Answer<JointFileList>, RegistryError> {
        let facts = Facts::own_desk(Purpose::Coordination, Target::kind("joint_file"));
        let list = match self.policy.decide_list::<ListJointFiles>(caller, facts) {
            Ok(list) => list,
            Err(refusal) => return Err(self.refuse(refusal).await),
        };
        let limit = limit.clamp(1, 100);
        let now = self.clock.now();
        let today = now.day();
        let query = ListQuery {
            authority: caller.authority,
            user: caller.user,
            unit: caller.unit,
            leads: caller.has(Role::SocialLead),
            mask: list.scope().mask(),
            month: month_of(today),
            now,
            today: today.to_string(),
            limit: limit + 1,
            offset,
        };
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let mut rows = store::joint_file::list(&mut snapshot, &query).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let has_more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(100));
        let permit =
            list.over(rows.iter().map(|row| row.file.id.0)).with_subjects(rows.iter().filter_map(|row| row.subject));
        let recorded = self.record(permit).await?;
        let kids = rows.iter().flat_map(|row| {
            [
                Vault::kid_of(&row.file.body),
                row.identity.as_ref().and_then(Vault::kid_of),
                row.birth.as_ref().and_then(Vault::kid_of),
            ]
        });
        let opener = self.opener(&recorded, caller.authority, kids).await?;
        let mut joint_files = Vec::with_capacity(rows.len());
        for row in &rows {
            let peer = directory.get(&row.file.peer).map(|peer| peer.name.clone()).unwrap_or_default();
            joint_files.push(brief(&opener, row, peer, today)?);
        }
        Ok(Answer { view: JointFileList { joint_files, has_more }, entry: recorded.entry() })
    }
}

pub(super) fn brief(
    opener: &Opener<'_, '_, ListJointFiles>,
    row: &ListedJointFile,
    peer: String,
    today: Date,
) -> Result<JointFileBrief, RegistryError> {
    let file = &row.file;
    // With protected identity nothing but the reference is shown, so nothing else is opened (OSL 21 kap. 3 §).
    let (initials, age, clocks) = match (file.protection, file.person, &row.identity) {
        (Protection::None, Some(person), Some(identity)) => {
            let identity: Identity = opener.open(identity_place(person).under(file.id.0), identity)?;
            let birth: Option<BirthDate> =
                row.birth.as_ref().map(|birth| opener.open(birth_place(person).under(file.id.0), birth)).transpose()?;
            (Some(identity.initials()), age(birth.as_ref(), None, today), clocks(birth.as_ref(), today))
        }
        (Protection::None, None, _) if !row.nomination_lapsed => {
            let body: JointBody = opener.open(joint_place(file.id), &file.body)?;
            let body = body.on(today, true);
            let (initials, born) = body.received.as_ref().map_or((None, None), |copy| {
                let (initials, born) = shown(copy);
                (Some(initials), born)
            });
            (initials, age(None, born, today), Vec::new())
        }
        _ => (None, None, Vec::new()),
    };
    let state: JointState = code(&file.state)?;
    let today = today.to_string();
    Ok(JointFileBrief {
        id: file.id,
        reference: short_reference(file.joint_ref),
        initials,
        age,
        protection: file.protection,
        peer,
        state,
        is_nominator: file.is_nominator,
        // Once it hangs on an own case it is taken up, whether or not a position is taken yet.
        is_to_take_position: state == JointState::Nominated && !file.is_nominator && file.case.is_none(),
        relation: row.relation.clone(),
        is_overdue: file.closed_at.is_none() && file.next_follow_up.as_deref().is_some_and(|on| on < today.as_str()),
        next_follow_up: file.next_follow_up.clone(),
        erase_on: file.erase_on.clone(),
        open_tasks: row.open_tasks,
        overdue_tasks: row.overdue_tasks,
        to_answer: row.to_answer,
        asked: row.asked,
        assessment_stands: row.own_stands && row.peer_stands,
        clocks,
        opened_at: file.opened_at,
    })
}
