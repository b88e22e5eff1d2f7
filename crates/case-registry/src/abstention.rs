//! Abstaining (att avstå): as easy as releasing, and kept like it.

use field_vault::{KeySubject, Place, Vault};
use rbac_policy::{Facts, Target};
use serde::{Deserialize, Serialize};
use store::{Work, abstention::AbstentionRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AbstentionId, AuthorityId, Caller, CaseId, JointFileId, Purpose, ReleaseDraftId, SecrecyClass, Timestamp,
    action::{Abstain as AbstainAct, ReadAbstention},
};

use crate::{
    Answer, Check, Registry, RegistryError,
    personal_file::{self, ConcernsView, FileRecord, InFile},
    release::ItemRef,
};

/// Decides not to release.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Abstain)]
pub struct Abstain {
    /// In this own case; exactly one of `caseId` and `jointFileId`.
    #[serde(default)]
    pub case_id: Option<CaseId>,
    /// In this own joint file.
    #[serde(default)]
    pub joint_file_id: Option<JointFileId>,
    /// The items that were considered.
    #[serde(default)]
    pub items: Vec<ItemRef>,
    /// Toward whom.
    pub recipient_id: AuthorityId,
    /// The basis that was tried, if any.
    #[serde(default)]
    pub basis: Option<String>,
    /// Why not.
    pub reason: String,
    /// When to think again.
    #[serde(default)]
    pub reconsider_on: Option<Date>,
    /// The wizard's draft that ends with it.
    #[serde(default)]
    pub draft_id: Option<ReleaseDraftId>,
}

/// An abstention as shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AbstentionView {
    /// Random id.
    pub id: AbstentionId,
    /// Toward whom.
    pub recipient_id: AuthorityId,
    /// The recipient's name.
    pub recipient: String,
    /// The basis that was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Why not.
    pub reason: String,
    /// The items that were considered.
    pub items: Vec<ItemRef>,
    /// When to think again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconsider_on: Option<Date>,
    /// When decided.
    pub decided_at: Timestamp,
    /// By whom.
    pub decided_by: String,
    /// Whom it concerns, for the own personal file; only when it is read by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concerns: Option<ConcernsView>,
    /// That it stands in the personal file; only when it is read by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_file: Option<InFile>,
}

#[derive(Serialize, Deserialize)]
struct AbstentionBody {
    reason: String,
    items: Vec<ItemRef>,
    reconsider_on: Option<Date>,
}

fn abstention_place(id: AbstentionId) -> Place {
    Place::of("abstention", "body_sealed", id.0)
}

impl Registry {
    /// Records the decision not to release.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`] when the caller may not.
    pub async fn abstain(&self, caller: &Caller, command: Abstain) -> Result<Answer<AbstentionId>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let source = self.source(&mut snapshot, caller, command.case_id, command.joint_file_id).await?;
        let found = match &source {
            Some(source) => {
                self.find_items(&mut snapshot, caller, source.case, source.file.as_ref(), &command.items).await?.err()
            }
            None => None,
        };
        let directory = self.directory(&mut snapshot).await?;
        let draft = match command.draft_id {
            Some(id) => {
                store::release_draft::by_id(&mut snapshot, authority, id).await?.filter(|row| row.author == caller.user)
            }
            None => None,
        };
        snapshot.close().await?;
        let mut check = Check::new();
        check.require(command.case_id.is_some() != command.joint_file_id.is_some(), "caseId", "one-of-two");
        check.text("reason", &command.reason, crate::note::LONGEST_TEXT);
        check.require(command.items.len() <= 50, "items", "too-many");
        check.require(
            directory.contains_key(&command.recipient_id) && command.recipient_id != authority,
            "recipientId",
            "no-such-recipient",
        );
        let basis_exists = |code: &String| self.bases.all().any(|basis| basis.code == *code);
        check.require(command.basis.as_ref().is_none_or(basis_exists), "basis", "not-a-basis");
        check.planned("reconsiderOn", command.reconsider_on, now.day());
        check.done()?;
        let named = command.case_id.map(|id| id.0).or(command.joint_file_id.map(|id| id.0)).unwrap_or_default();
        let Some(source) = source.filter(|_| found.is_none()) else {
            return Err(self
                .missing::<AbstainAct>(
                    caller,
                    found.map_or("case", |item| item.kind.code()),
                    found.map_or(named, |item| item.id),
                )
                .await);
        };
        let id = AbstentionId(self.entropy.id());
        let target = Target {
            kind: "abstention",
            id: Some(id.0),
            version: None,
            case: Some(source.case),
            ..source.facts.target.clone()
        };
        let permit = self.allow::<AbstainAct>(caller, Facts { target, ..source.facts }).await?;
        let key = self.key_for(authority, KeySubject::Case(source.case)).await?;
        let body = AbstentionBody {
            reason: command.reason.trim().to_owned(),
            items: command.items,
            reconsider_on: command.reconsider_on,
        };
        let row = AbstentionRow {
            id,
            case: Some(source.case),
            joint_file: command.joint_file_id,
            recipient: command.recipient_id,
            basis_code: command.basis,
            decided_at: now,
            decided_by: caller.user,
            body: self.seal(&key, abstention_place(id), &body)?,
            decided_by_name: String::new(),
        };
        let ends = draft.map(|row| store::release_draft::delete(authority, row.id, row.version));
        let work = Work::new(authority)
            .named("abstain")
            .making("abstention", id)
            .then(store::abstention::insert(authority, &row))
            .then_all(ends);
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: id, entry: recorded.entry() })
    }

    /// Reads an abstention.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none or the caller may not.
    pub async fn read_abstention(
        &self,
        caller: &Caller,
        id: AbstentionId,
    ) -> Result<Answer<AbstentionView>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let row = store::abstention::by_id(&mut snapshot, caller.authority, id).await?;
        snapshot.close().await?;
        let Some((row, case)) = row.and_then(|row| row.case.map(|case| (row, case))) else {
            return Err(self.missing::<ReadAbstention>(caller, "abstention", id.0).await);
        };
        let answer = self.abstentions_in(caller, case, vec![row], Some(id)).await?;
        let entry = answer.entry;
        let view =
            answer.view.into_iter().next().ok_or(RegistryError::Internal("a permitted abstention was not covered"))?;
        Ok(Answer { view, entry })
    }

    /// The abstentions in a case, newest first.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the caller may not.
    pub async fn list_abstentions(
        &self,
        caller: &Caller,
        case: CaseId,
    ) -> Result<Answer<Vec<AbstentionView>>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let rows = store::abstention::of_case(&mut snapshot, caller.authority, case).await?;
        snapshot.close().await?;
        self.abstentions_in(caller, case, rows, None).await
    }

    async fn abstentions_in(
        &self,
        caller: &Caller,
        case: CaseId,
        rows: Vec<AbstentionRow>,
        one: Option<AbstentionId>,
    ) -> Result<Answer<Vec<AbstentionView>>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let hand = self.case_at_hand(&mut snapshot, caller, case).await?;
        let directory = self.directory(&mut snapshot).await?;
        let in_file = match one {
            Some(id) => self.in_file(&mut snapshot, caller.authority, FileRecord::Abstention, id.0).await?,
            None => None,
        };
        snapshot.close().await?;
        let Some(hand) = hand else {
            return Err(self.missing::<ReadAbstention>(caller, "abstention", one.map_or(case.0, |id| id.0)).await);
        };
        let target = match one {
            Some(id) => Target { kind: "abstention", id: Some(id.0), version: None, ..hand.facts.target.clone() },
            None => hand.facts.target.clone(),
        };
        let facts = Facts { purpose: Purpose::CaseHandling, target, ..hand.facts.clone() };
        let items = rows.iter().map(|row| (row.id.0, SecrecyClass::Standard));
        let permit = self.allow_items::<ReadAbstention>(caller, facts, items).await?;
        let recorded = self.record(permit).await?;
        let named = if one.is_some() { personal_file::kids(&hand) } else { [None, None] };
        let kids = rows.iter().map(|row| Vault::kid_of(&row.body)).chain(named);
        let opener = self.opener(&recorded, caller.authority, kids).await?;
        let mut view = Vec::with_capacity(rows.len());
        for row in rows.into_iter().filter(|row| opener.covers(row.id)) {
            let body: AbstentionBody = opener.open(abstention_place(row.id), &row.body)?;
            let concerns = one.map(|id| personal_file::concerns(&opener, &hand, id.0)).transpose()?;
            view.push(AbstentionView {
                concerns,
                in_file: in_file.clone(),
                id: row.id,
                recipient_id: row.recipient,
                recipient: directory.get(&row.recipient).map(|to| to.name.clone()).unwrap_or_default(),
                basis: row.basis_code,
                reason: body.reason,
                items: body.items,
                reconsider_on: body.reconsider_on,
                decided_at: row.decided_at,
                decided_by: row.decided_by_name,
            });
        }
        Ok(Answer { view, entry: recorded.entry() })
    }
}
