//! The wizard's draft: kept on the server, sealed, between its four pages: items, recipient and basis, tests, preview.

use field_vault::{KeySubject, Place, Vault};
use rbac_policy::{Facts, Target};
use serde::{Deserialize, Serialize};
use store::{Work, release_draft::DraftRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AuthorityId, Caller, CaseId, JointFileId, ReleaseDraftId, ReleaseId, Role, Timestamp, UserId,
    action::PrepareRelease,
};

use super::{
    BasisChoice, Channel, FollowField, ItemRef,
    command::{Beside, OutsideRequest, ReleaseCommand, Source, Statement, invalid},
    preview::{PreviewedItem, ReleasePreview, previewed},
};
use crate::{Answer, Check, Registry, RegistryError};

/// Begins a release from marked items.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartRelease {
    /// Out of this own case; exactly one of `caseId` and `jointFileId`.
    #[serde(default)]
    pub case_id: Option<CaseId>,
    /// Out of this own joint file.
    #[serde(default)]
    pub joint_file_id: Option<JointFileId>,
    /// The marked items.
    #[serde(default)]
    pub items: Vec<ItemRef>,
}

/// Everything that has been chosen so far; saving replaces it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveDraft {
    /// What is to be released.
    #[serde(default)]
    pub items: Vec<ItemRef>,
    /// What is written for it.
    #[serde(default)]
    pub statements: Vec<Statement>,
    /// To whom.
    #[serde(default)]
    pub recipient_id: Option<AuthorityId>,
    /// The unit or person there.
    #[serde(default)]
    pub attention: String,
    /// The legal basis with the answers given so far.
    #[serde(default)]
    pub grounds: Option<BasisChoice>,
    /// A wish on how to handle it.
    #[serde(default)]
    pub handling_note: String,
    /// How it is released.
    #[serde(default = "system")]
    pub channel: Channel,
    /// When it was said or given.
    #[serde(default)]
    pub occurred_at: Option<Timestamp>,
    /// Why it is recorded later than the same day.
    #[serde(default)]
    pub late_reason: String,
    /// What the authority of origin answered.
    #[serde(default)]
    pub origin_asked: String,
    /// A request that came outside the system.
    #[serde(default)]
    pub asked: Option<OutsideRequest>,
    /// Later fields that may follow.
    #[serde(default)]
    pub follow_fields: Vec<FollowField>,
    /// Until when.
    #[serde(default)]
    pub follow_until: Option<Date>,
}

const fn system() -> Channel {
    Channel::System
}

/// A draft as the wizard shows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftView {
    /// Random id.
    pub id: ReleaseDraftId,
    /// Row version.
    pub version: i64,
    /// Out of which case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<CaseId>,
    /// Out of which joint file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joint_file_id: Option<JointFileId>,
    /// Who began it.
    pub author_id: UserId,
    /// When last saved.
    pub updated_at: Timestamp,
    /// What has been chosen.
    pub draft: SaveDraft,
    /// The items as they would leave.
    pub items: Vec<PreviewedItem>,
    /// The whole of it, once recipient and basis are chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<ReleasePreview>,
}

/// A draft in a list: no content.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftBrief {
    /// Random id.
    pub id: ReleaseDraftId,
    /// Who began it.
    pub author_id: UserId,
    /// When last saved.
    pub updated_at: Timestamp,
}

fn draft_place(id: ReleaseDraftId) -> Place {
    Place::of("release_draft", "body_sealed", id.0)
}

/// A draft with the case or joint file that it is for.
struct DraftAtHand {
    row: DraftRow,
    source: Source,
    facts: Facts,
}

impl Registry {
    /// Begins a release.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when case, file or an item is not there for the caller.
    pub async fn start_release(
        &self,
        caller: &Caller,
        command: StartRelease,
    ) -> Result<Answer<ReleaseDraftId>, RegistryError> {
        let mut check = Check::new();
        check.require(command.case_id.is_some() != command.joint_file_id.is_some(), "caseId", "one-of-two");
        check.require(command.items.len() <= 50, "items", "too-many");
        check.done()?;
        let looked = Box::pin(self.look(caller, command.case_id, command.joint_file_id, &command.items, &[])).await?;
        let id = ReleaseDraftId(self.entropy.id());
        let draft = SaveDraft {
            items: command.items,
            statements: Vec::new(),
            recipient_id: None,
            attention: String::new(),
            grounds: None,
            handling_note: String::new(),
            channel: Channel::System,
            occurred_at: None,
            late_reason: String::new(),
            origin_asked: String::new(),
            asked: None,
            follow_fields: Vec::new(),
            follow_until: None,
        };
        let key = self.key_for(caller.authority, KeySubject::Case(looked.source.case)).await?;
        let now = self.clock.now();
        let row = DraftRow {
            id,
            case: Some(looked.source.case),
            joint_file: command.joint_file_id,
            author: caller.user,
            body: self.seal(&key, draft_place(id), &draft)?,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let permit = self.allow::<PrepareRelease>(caller, draft_facts(&looked.source, &row)).await?;
        let work = Work::new(caller.authority)
            .named("start_release")
            .making("release_draft", id)
            .then(store::release_draft::insert(caller.authority, &row));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: id, entry: recorded.entry() })
    }

    /// Reads a draft with its items as they would leave, and the whole preview once recipient and basis are chosen.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; [`RegistryError::Stale`] when an item has changed since it was marked.
    pub async fn read_draft(&self, caller: &Caller, id: ReleaseDraftId) -> Result<Answer<DraftView>, RegistryError> {
        let (hand, draft) = self.open_draft(caller, id).await?;
        let row = &hand.row;
        let case = row.case.filter(|_| row.joint_file.is_none());
        let (items, preview, entry) = if let Ok(command) = draft.command(case, row.joint_file) {
            let ready = Box::pin(self.look_at(caller, &command)).await?;
            (previewed(&ready.items), Some(self.previewed(caller, &command, &ready)), ready.entry)
        } else {
            let looked = self.look(caller, case, row.joint_file, &draft.items, &draft.statements).await?;
            (previewed(&looked.opened.items), None, looked.recorded.entry())
        };
        let view = DraftView {
            id,
            version: row.version,
            case_id: row.case,
            joint_file_id: row.joint_file,
            author_id: row.author,
            updated_at: row.updated_at,
            draft,
            items,
            preview,
        };
        Ok(Answer { view, entry })
    }

    /// Saves what has been chosen so far.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when the draft was saved meanwhile; [`RegistryError::Invalid`] for texts that cannot be kept.
    pub async fn save_draft(
        &self,
        caller: &Caller,
        id: ReleaseDraftId,
        version: i64,
        draft: SaveDraft,
    ) -> Result<Answer<()>, RegistryError> {
        let mut check = Check::new();
        check.require(draft.items.len() <= 50, "items", "too-many");
        check.require(draft.statements.len() <= 10, "statements", "too-many");
        for (field, text) in [
            ("attention", &draft.attention),
            ("handlingNote", &draft.handling_note),
            ("originAsked", &draft.origin_asked),
        ] {
            check.optional_text(field, text, 1_000);
        }
        check.optional_text("lateReason", &draft.late_reason, 500);
        for (position, statement) in draft.statements.iter().take(10).enumerate() {
            check.optional_text(&format!("statements[{position}].text"), &statement.text, crate::note::LONGEST_TEXT);
            check.optional_text(&format!("statements[{position}].title"), &statement.title, 200);
        }
        check.done()?;
        if let Some(grounds) = &draft.grounds {
            super::examination::check_choice(grounds, &self.bases, self.clock.today())?;
        }
        let DraftAtHand { mut row, source, facts } = self.draft_at_hand(caller, id).await?;
        let permit = self.allow::<PrepareRelease>(caller, facts).await?;
        let key = self.key_for(caller.authority, KeySubject::Case(source.case)).await?;
        row.body = self.seal(&key, draft_place(id), &draft)?;
        row.updated_at = self.clock.now();
        row.version = version;
        let work =
            Work::new(caller.authority).named("save_draft").then(store::release_draft::update(caller.authority, &row));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// Throws a draft away.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; [`RegistryError::NotFound`].
    pub async fn discard_draft(
        &self,
        caller: &Caller,
        id: ReleaseDraftId,
        version: i64,
    ) -> Result<Answer<()>, RegistryError> {
        let hand = self.draft_at_hand(caller, id).await?;
        let permit = self.allow::<PrepareRelease>(caller, hand.facts).await?;
        let delete = store::release_draft::delete(caller.authority, id, version);
        let recorded = self.commit(permit, Work::new(caller.authority).named("discard_draft").then(delete)).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// Decides on a draft: it becomes a release and ends. Where the basis wants the lead's approval, the lead opens the colleague's draft and decides.
    ///
    /// # Errors
    /// As for [`Registry::release`]; [`RegistryError::Invalid`] when recipient or basis are not chosen yet.
    pub async fn decide_release(
        &self,
        caller: &Caller,
        id: ReleaseDraftId,
        version: i64,
    ) -> Result<Answer<ReleaseId>, RegistryError> {
        let (hand, draft) = self.open_draft(caller, id).await?;
        if hand.row.version != version {
            return Err(RegistryError::Stale);
        }
        let case = hand.row.case.filter(|_| hand.row.joint_file.is_none());
        let command = draft.command(case, hand.row.joint_file)?;
        let ends = store::release_draft::delete(caller.authority, id, version);
        Box::pin(self.decide(caller, &command, Beside { ends: Some(ends), ..Beside::default() })).await
    }

    /// The drafts on a case: the caller's own, and for a lead those of the colleagues.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the caller may not release from the case.
    pub async fn list_drafts(&self, caller: &Caller, case: CaseId) -> Result<Answer<Vec<DraftBrief>>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let source = self.source(&mut snapshot, caller, Some(case), None).await?;
        let rows = store::release_draft::of_case(&mut snapshot, caller.authority, case).await?;
        snapshot.close().await?;
        let Some(source) = source else { return Err(self.missing::<PrepareRelease>(caller, "case", case.0).await) };
        let rows: Vec<DraftRow> = rows.into_iter().filter(|row| may_open(caller, row)).collect();
        let permit = self.allow::<PrepareRelease>(caller, source.facts).await?;
        let recorded = self.record(permit.with_listed(rows.iter().map(|row| row.id.0))).await?;
        let view = rows
            .iter()
            .map(|row| DraftBrief { id: row.id, author_id: row.author, updated_at: row.updated_at })
            .collect();
        Ok(Answer { view, entry: recorded.entry() })
    }

    async fn draft_at_hand(&self, caller: &Caller, id: ReleaseDraftId) -> Result<DraftAtHand, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let row =
            store::release_draft::by_id(&mut snapshot, caller.authority, id).await?.filter(|row| may_open(caller, row));
        let source = match &row {
            Some(row) => {
                self.source(&mut snapshot, caller, row.case.filter(|_| row.joint_file.is_none()), row.joint_file)
                    .await?
            }
            None => None,
        };
        snapshot.close().await?;
        match (row, source) {
            (Some(row), Some(source)) => {
                let facts = draft_facts(&source, &row);
                Ok(DraftAtHand { row, source, facts })
            }
            _ => Err(self.missing::<PrepareRelease>(caller, "release_draft", id.0).await),
        }
    }

    async fn open_draft(&self, caller: &Caller, id: ReleaseDraftId) -> Result<(DraftAtHand, SaveDraft), RegistryError> {
        let hand = self.draft_at_hand(caller, id).await?;
        let recorded = self.record(self.allow::<PrepareRelease>(caller, hand.facts.clone()).await?).await?;
        let opener = self.opener(&recorded, caller.authority, [Vault::kid_of(&hand.row.body)]).await?;
        let draft = opener.open(draft_place(id), &hand.row.body)?;
        Ok((hand, draft))
    }
}

impl SaveDraft {
    /// The whole command, once recipient and basis are chosen.
    fn command(
        &self,
        case_id: Option<CaseId>,
        joint_file_id: Option<JointFileId>,
    ) -> Result<ReleaseCommand, RegistryError> {
        let draft = self.clone();
        Ok(ReleaseCommand {
            case_id,
            joint_file_id,
            items: draft.items,
            statements: draft.statements,
            recipient_id: draft.recipient_id.ok_or_else(|| invalid("recipientId", "required"))?,
            attention: draft.attention,
            grounds: draft.grounds.ok_or_else(|| invalid("grounds.basis", "required"))?,
            handling_note: draft.handling_note,
            channel: draft.channel,
            occurred_at: draft.occurred_at,
            late_reason: draft.late_reason,
            origin_asked: draft.origin_asked,
            asked: draft.asked,
            follow_fields: draft.follow_fields,
            follow_until: draft.follow_until,
        })
    }
}

/// A draft belongs to its author; a lead may take it over to approve and decide.
fn may_open(caller: &Caller, row: &DraftRow) -> bool {
    row.author == caller.user || caller.has(Role::SocialLead)
}

fn draft_facts(source: &Source, row: &DraftRow) -> Facts {
    let target =
        Target { kind: "release_draft", id: Some(row.id.0), version: Some(row.version), ..source.facts.target.clone() };
    Facts { target, ..source.facts.clone() }
}
