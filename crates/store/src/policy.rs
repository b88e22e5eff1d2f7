//! Which access policy is in force, the texts of those that were taken in, and who agrees to a change. Nothing here is anybody's record: state and texts
//! belong to the installation, an approval to the authority whose administrator gave it.

use vocabulary::{AuthorityId, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    pub(crate) EPOCH = "SELECT CAST(COALESCE(MAX(epoch), 0) AS BIGINT) FROM policy_state";
    STATE = "SELECT epoch, digest, program, since, candidate, candidate_at, checked_at, checked_digest, checked_what FROM policy_state WHERE one = 1";
    TEXT = "SELECT model, policy, vocabulary, invariants FROM policy_text WHERE digest = $1";
    KEEP_TEXT = "INSERT INTO policy_text (digest, model, policy, vocabulary, invariants, kept_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    BEGIN = "INSERT INTO policy_state (one, epoch, digest, program, since) VALUES (1, 1, $1, $2, $3)";
    CHANGE = "UPDATE policy_state SET epoch = epoch + 1, digest = $2, program = $3, since = $4, candidate = NULL, candidate_at = NULL WHERE one = 1 AND epoch = $1";
    CHANGE_TO_CANDIDATE = "UPDATE policy_state SET epoch = epoch + 1, digest = $2, program = $3, since = $4, candidate = NULL, candidate_at = NULL WHERE one = 1 AND epoch = $1 AND candidate = $2";
    SET_CANDIDATE = "UPDATE policy_state SET candidate = $2, candidate_at = $3 WHERE one = 1 AND epoch = $1";
    DROP_CANDIDATE = "UPDATE policy_state SET candidate = NULL, candidate_at = NULL WHERE one = 1 AND epoch = $1 AND candidate = $2";
    CHECKED = "UPDATE policy_state SET checked_at = $1, checked_digest = $2, checked_what = $3 WHERE one = 1";
    WAITS = "SELECT 1 FROM policy_state WHERE one = 1 AND epoch = $1 AND candidate = $2";
    APPROVE = "INSERT INTO policy_approval (authority_id, digest, epoch, user_id, approved_at) VALUES ($1, $2, $3, $4, $5)";
    APPROVALS = "SELECT a.user_id, u.name, a.approved_at, u.roles FROM policy_approval a JOIN app_user u ON u.authority_id = a.authority_id AND u.user_id = a.user_id \
        WHERE a.authority_id = $1 AND a.digest = $2 AND a.epoch = $3 AND a.approved_at >= $4 AND u.is_active = $5 ORDER BY a.approved_at LIMIT 100";
}

/// SHA-256 of a policy's texts.
pub type PolicyDigest = [u8; 32];

/// The one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRow {
    /// Grows by one with every change.
    pub epoch: i64,
    /// The policy in force.
    pub digest: PolicyDigest,
    /// Version of the program that put it in force.
    pub program: String,
    /// Since when.
    pub since: Timestamp,
    /// A policy that passed every check and waits for the administrators.
    pub candidate: Option<Candidate>,
    /// The last check of a folder.
    pub checked: Option<Checked>,
}

/// A policy that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its digest.
    pub digest: PolicyDigest,
    /// Since when it waits.
    pub at: Timestamp,
}

/// How a check of a folder ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// When.
    pub at: Timestamp,
    /// The policy that was sound; none when the folder was refused.
    pub digest: Option<PolicyDigest>,
    /// What was wrong. Names files, lines and rules, never a person.
    pub what: Option<String>,
}

/// The texts of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTexts {
    /// `model.conf`.
    pub model: String,
    /// `policy.csv`.
    pub policy: String,
    /// `vocabulary.toml`.
    pub vocabulary: String,
    /// `invariants.toml`.
    pub invariants: String,
}

/// An approval that still counts.
#[derive(Clone, Debug)]
pub struct ApprovalRow {
    /// Who.
    pub user: UserId,
    /// Their name; shown within their own authority only.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// The roles that they have now.
    pub roles: vocabulary::Roles,
}

fn digest(row: &Row, column: usize) -> Result<Option<PolicyDigest>, StoreError> {
    let bytes = row.opt_bytes(column)?;
    bytes
        .map(|bytes| PolicyDigest::try_from(bytes).map_err(|_| StoreError::Shape { column, wanted: "a digest" }))
        .transpose()
}

/// The epoch in force; 0 before the first.
pub async fn epoch(snapshot: &mut Snapshot) -> Result<i64, StoreError> {
    snapshot.fetch_optional(EPOCH, args![]).await?.map_or(Ok(0), |row| row.int(0))
}

/// What is in force, what waits, and how the last check ended; none before the first start.
pub async fn state(snapshot: &mut Snapshot) -> Result<Option<PolicyRow>, StoreError> {
    let Some(row) = snapshot.fetch_optional(STATE, args![]).await? else { return Ok(None) };
    let candidate = match (digest(&row, 4)?, row.opt_at(5)?) {
        (Some(digest), Some(at)) => Some(Candidate { digest, at }),
        _ => None,
    };
    let checked = row.opt_at(6)?;
    Ok(Some(PolicyRow {
        epoch: row.int(0)?,
        digest: digest(&row, 1)?.ok_or(StoreError::Shape { column: 1, wanted: "a digest" })?,
        program: row.text(2)?,
        since: row.at(3)?,
        candidate,
        checked: match checked {
            Some(at) => Some(Checked { at, digest: digest(&row, 7)?, what: row.opt_text(8)? }),
            None => None,
        },
    }))
}

/// The texts of a policy that was taken in.
pub async fn text(snapshot: &mut Snapshot, digest: PolicyDigest) -> Result<Option<PolicyTexts>, StoreError> {
    let Some(row) = snapshot.fetch_optional(TEXT, args![digest.to_vec()]).await? else { return Ok(None) };
    Ok(Some(PolicyTexts {
        model: row.text(0)?,
        policy: row.text(1)?,
        vocabulary: row.text(2)?,
        invariants: row.text(3)?,
    }))
}

/// Approvals of one authority's administrators for a candidate at an epoch, not older than `from`, by users whose mandate is in force.
pub async fn approvals(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    digest: PolicyDigest,
    epoch: i64,
    from: Timestamp,
) -> Result<Vec<ApprovalRow>, StoreError> {
    let rows = snapshot.fetch(APPROVALS, args![authority, digest.to_vec(), epoch, from, true]).await?;
    rows.iter()
        .map(|row| {
            let roles = u16::try_from(row.int(3)?).ok().and_then(vocabulary::Roles::from_bits);
            Ok(ApprovalRow {
                user: row.id(0)?,
                name: row.text(1)?,
                at: row.at(2)?,
                roles: roles.ok_or(StoreError::Shape { column: 3, wanted: "known roles" })?,
            })
        })
        .collect()
}

/// Keeps the texts of a policy; those that are there already stay.
pub fn keep_text(digest: PolicyDigest, texts: &PolicyTexts, at: Timestamp) -> Statement {
    Statement::new(
        KEEP_TEXT,
        args![
            digest.to_vec(),
            texts.model.as_str(),
            texts.policy.as_str(),
            texts.vocabulary.as_str(),
            texts.invariants.as_str(),
            at
        ],
    )
}

/// The first policy of an installation: epoch 1.
pub fn begin(digest: PolicyDigest, program: &str, at: Timestamp) -> Statement {
    Statement { sql: BEGIN, args: args![digest.to_vec(), program, at], expect: Expect::One(Refusal::Duplicate) }
}

/// Another policy in the place of the one of an epoch, whatever waits.
pub fn change(epoch: i64, digest: PolicyDigest, program: &str, at: Timestamp) -> Statement {
    Statement { sql: CHANGE, args: args![epoch, digest.to_vec(), program, at], expect: Expect::One(Refusal::Stale) }
}

/// The waiting candidate in the place of the policy of an epoch; refused when something else waits meanwhile.
pub fn change_to_candidate(epoch: i64, digest: PolicyDigest, program: &str, at: Timestamp) -> Statement {
    Statement {
        sql: CHANGE_TO_CANDIDATE,
        args: args![epoch, digest.to_vec(), program, at],
        expect: Expect::One(Refusal::Stale),
    }
}

/// A candidate waits beside the policy of an epoch, in the place of any other.
pub fn set_candidate(epoch: i64, digest: PolicyDigest, at: Timestamp) -> Statement {
    Statement { sql: SET_CANDIDATE, args: args![epoch, digest.to_vec(), at], expect: Expect::One(Refusal::Stale) }
}

/// A candidate waits no longer.
pub fn drop_candidate(epoch: i64, digest: PolicyDigest) -> Statement {
    Statement { sql: DROP_CANDIDATE, args: args![epoch, digest.to_vec()], expect: Expect::One(Refusal::Stale) }
}

/// How a check of a folder ended.
pub fn checked(outcome: &Checked) -> Statement {
    Statement::new(CHECKED, args![outcome.at, outcome.digest.map(|digest| digest.to_vec()), outcome.what.as_deref()])
}

/// Refuses the unit unless this candidate still waits at this epoch.
pub fn waits(epoch: i64, digest: PolicyDigest) -> Statement {
    Statement::new(WAITS, args![epoch, digest.to_vec()]).exists(Refusal::Stale)
}

/// An administrator agrees.
pub fn approve(authority: AuthorityId, digest: PolicyDigest, epoch: i64, user: UserId, at: Timestamp) -> Statement {
    Statement {
        sql: APPROVE,
        args: args![authority, digest.to_vec(), epoch, user, at],
        expect: Expect::One(Refusal::Duplicate),
    }
}
