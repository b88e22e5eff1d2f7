//! Drafts of what somebody is writing in a form: sealed, the writer's own, a few per form.

use vocabulary::{AuthorityId, CaseId, FormDraftId, Sealed, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO form_draft (authority_id, form_draft_id, user_id, form_digest, case_id, saved_at, body_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE = "UPDATE form_draft SET case_id = $4, saved_at = $5, body_sealed = $6 WHERE authority_id = $1 AND form_draft_id = $2 AND user_id = $3";
    KEEP_NEWEST = "DELETE FROM form_draft WHERE authority_id = $1 AND user_id = $2 AND form_digest = $3 AND form_draft_id NOT IN (SELECT d.form_draft_id FROM form_draft d WHERE d.authority_id = $1 AND d.user_id = $2 AND d.form_digest = $3 ORDER BY d.saved_at DESC, d.form_draft_id LIMIT $4)";
    END = "DELETE FROM form_draft WHERE authority_id = $1 AND form_draft_id = $2 AND user_id = $3";
    END_ALL = "DELETE FROM form_draft WHERE authority_id = $1 AND user_id = $2";
    ERASE_OLD = "DELETE FROM form_draft WHERE authority_id = $1 AND form_draft_id = $2 AND saved_at < $3";
    BY_ID = "SELECT form_draft_id, form_digest, case_id, saved_at, body_sealed FROM form_draft WHERE authority_id = $1 AND form_draft_id = $2 AND user_id = $3";
    OF_USER = "SELECT form_draft_id, form_digest, saved_at FROM form_draft WHERE authority_id = $1 AND user_id = $2 ORDER BY saved_at DESC, form_draft_id LIMIT 200";
    OLD = "SELECT form_draft_id FROM form_draft WHERE authority_id = $1 AND saved_at < $2 ORDER BY saved_at, form_draft_id LIMIT 100";
}

/// A draft's row.
pub struct FormDraftRow {
    /// Random id.
    pub id: FormDraftId,
    /// Digest of the form's address.
    pub form: [u8; 32],
    /// The case that it is about.
    pub case: Option<CaseId>,
    /// When last saved.
    pub saved_at: Timestamp,
    /// What stands in the form, sealed.
    pub body: Sealed<()>,
}

/// That there is a draft, and when it was saved. Nothing of what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptDraft {
    /// Random id.
    pub id: FormDraftId,
    /// Digest of the form's address.
    pub form: [u8; 32],
    /// When last saved.
    pub saved_at: Timestamp,
}

/// A new draft.
pub fn insert(authority: AuthorityId, user: UserId, row: &FormDraftRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![authority, row.id, user, row.form.to_vec(), row.case, row.saved_at, &row.body],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Saves a draft of the user once more.
pub fn update(authority: AuthorityId, user: UserId, row: &FormDraftRow) -> Statement {
    Statement {
        sql: UPDATE,
        args: args![authority, row.id, user, row.case, row.saved_at, &row.body],
        expect: Expect::One(Refusal::Missing),
    }
}

/// Lets go of all but the newest drafts of one form.
pub fn keep_newest(authority: AuthorityId, user: UserId, form: [u8; 32], most: i64) -> Statement {
    Statement::new(KEEP_NEWEST, args![authority, user, form.to_vec(), most])
}

/// Ends a draft of the user: sent or thrown away. One that is gone already is no fault.
pub fn end(authority: AuthorityId, user: UserId, id: FormDraftId) -> Statement {
    Statement::new(END, args![authority, id, user])
}

/// Ends every draft of a user whose mandate ends.
pub fn end_all(authority: AuthorityId, user: UserId) -> Statement {
    Statement::new(END_ALL, args![authority, user])
}

/// Erases a draft, unless it was saved again meanwhile.
pub fn erase_old(authority: AuthorityId, id: FormDraftId, before: Timestamp) -> Statement {
    Statement::new(ERASE_OLD, args![authority, id, before])
}

/// A user's own draft by id.
pub async fn by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    user: UserId,
    id: FormDraftId,
) -> Result<Option<FormDraftRow>, StoreError> {
    let row = snapshot.fetch_optional(BY_ID, args![authority, id, user]).await?;
    row.map(|row| {
        Ok(FormDraftRow {
            id: row.id(0)?,
            form: row.array(1)?,
            case: row.opt_id(2)?,
            saved_at: row.at(3)?,
            body: row.sealed(4)?,
        })
    })
    .transpose()
}

/// Which drafts a user has, last saved first.
pub async fn of_user(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    user: UserId,
) -> Result<Vec<KeptDraft>, StoreError> {
    let kept = |row: &Row| Ok(KeptDraft { id: row.id(0)?, form: row.array(1)?, saved_at: row.at(2)? });
    snapshot.fetch(OF_USER, args![authority, user]).await?.iter().map(kept).collect()
}

/// Drafts of anybody that were last saved before an instant, oldest first, at most a hundred.
pub async fn old(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    before: Timestamp,
) -> Result<Vec<FormDraftId>, StoreError> {
    snapshot.fetch(OLD, args![authority, before]).await?.iter().map(|row| row.id(0)).collect()
}
