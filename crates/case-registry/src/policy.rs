//! The access policy as administrators and auditors see it: what is in force, how the last check ended, what waits and what it would change, the matrix.

use rbac_policy::{Facts, MatrixRow, Policy, Target, citation, words};
use serde::Serialize;
use store::policy::{ApprovalRow, PolicyRow};
use utoipa::ToSchema;
use vocabulary::{Action, AuthorityId, Caller, Language, Purpose, Role, Timestamp, action::ReadPolicy};

use crate::{Answer, Registry, RegistryError, policy_book::hexadecimal};

/// An approval counts for this long.
pub const APPROVAL_DAYS: i64 = 7;
/// So many administrators agree, whatever the number of authorities.
pub const EYES: usize = 2;

/// The access policy of the installation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyView {
    /// SHA-256 of the texts, hexadecimal; in every log entry.
    pub digest: String,
    /// Grows by one with every change; 0 before an installation's first start.
    pub epoch: i64,
    /// Since when it is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Version of the program that put it in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Whether it is the one that this program brings.
    pub is_builtin: bool,
    /// Number of rules.
    pub rules: usize,
    /// Whether this instance has a folder to read a new one from.
    pub has_folder: bool,
    /// How the last check of a folder ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_check: Option<PolicyCheckView>,
    /// What waits for the administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate: Option<PolicyCandidateView>,
}

/// How a check of a folder ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyCheckView {
    /// When.
    pub at: Timestamp,
    /// Whether the folder passed.
    pub is_sound: bool,
    /// The digest of what passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What was wrong, one fault a line: file, line, what to write instead.
    pub faults: Vec<String>,
}

/// A policy that passed every check and waits.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyCandidateView {
    /// Its digest.
    pub digest: String,
    /// Since when it waits.
    pub at: Timestamp,
    /// Approvals by administrators of the caller's own authority.
    pub approvals: Vec<PolicyApprovalView>,
    /// Whether the caller's own authority has agreed.
    pub own_has_agreed: bool,
    /// Names of the other authorities of this installation, and whether each has agreed.
    pub others: Vec<PolicyAgreementView>,
    /// How many more administrators are needed, whoever they are.
    pub more_needed: usize,
    /// Whether the caller may still agree.
    pub may_approve: bool,
    /// Denied now, allowed by it. Read this first.
    pub newly_allowed: Vec<PolicyRowView>,
    /// Allowed now, denied by it.
    pub newly_denied: Vec<PolicyRowView>,
    /// Allowed now and by it, with other obligations.
    pub other_obligations: Vec<PolicyRowView>,
}

/// An approval.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyApprovalView {
    /// Who.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// Whether an authority has agreed. By whom is its own affair.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyAgreementView {
    /// The authority.
    pub authority: String,
    /// Whether one of its administrators has agreed.
    pub has_agreed: bool,
}

/// What a role may do under which conditions: a row of the matrix, in the reader's language.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyRowView {
    /// The role.
    pub role: Role,
    /// The action.
    pub action: Action,
    /// The role in words.
    pub role_text: String,
    /// The action in words.
    pub action_text: String,
    /// The conditions that are not "any", in words: column and values.
    pub conditions: Vec<PolicyConditionView>,
    /// The obligations in words.
    pub obligations: Vec<String>,
    /// The law.
    pub law: Vec<String>,
    /// Ids of the rules.
    pub rules: Vec<String>,
}

/// One condition.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyConditionView {
    /// The column in words.
    pub column: String,
    /// Its values in words, joined by commas.
    pub values: String,
}

/// The matrix, or the part of it that was asked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyMatrixView {
    /// Digest of the policy.
    pub digest: String,
    /// Its epoch.
    pub epoch: i64,
    /// Everything that is allowed. What has no row is denied.
    pub rows: Vec<PolicyRowView>,
    /// How many rows there are without the filter.
    pub total: usize,
}

/// The approvals of every authority of the installation for what waits.
pub(crate) struct Agreement {
    /// Authority, its name, its approvals that count.
    pub(crate) by: Vec<(AuthorityId, String, Vec<ApprovalRow>)>,
}

impl Agreement {
    /// Every authority agrees, and at least two people do.
    pub(crate) fn is_reached(&self) -> bool {
        self.by.iter().all(|(_, _, approvals)| !approvals.is_empty()) && self.count() >= EYES
    }

    fn count(&self) -> usize {
        self.by.iter().map(|(_, _, approvals)| approvals.len()).sum()
    }

    /// At least so many administrators are still to agree.
    fn more_needed(&self) -> usize {
        let silent = self.by.iter().filter(|(_, _, approvals)| approvals.is_empty()).count();
        silent.max(EYES.saturating_sub(self.count()))
    }
}

impl Registry {
    /// The policy in force, how the last check ended, and what waits.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for roles that have no business with it.
    pub async fn read_policy(&self, caller: &Caller) -> Result<Answer<PolicyView>, RegistryError> {
        let permit =
            self.allow::<ReadPolicy>(caller, Facts::own_desk(purpose_of(caller), Target::kind("policy"))).await?;
        let row = self.policy_row().await?;
        let agreement = match row.as_ref().and_then(|row| Some((row, row.candidate?))) {
            Some((row, candidate)) => Some(self.agreement(candidate.digest, row.epoch).await?),
            None => None,
        };
        let recorded = self.record(permit).await?;
        let view = self.policy_view(caller, row.as_ref(), agreement.as_ref()).await?;
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// The matrix of the policy in force, for a role, for an action, or whole.
    ///
    /// # Errors
    /// As [`read_policy`](Self::read_policy).
    pub async fn policy_matrix(
        &self,
        caller: &Caller,
        role: Option<Role>,
        action: Option<Action>,
    ) -> Result<Answer<PolicyMatrixView>, RegistryError> {
        let permit =
            self.allow::<ReadPolicy>(caller, Facts::own_desk(purpose_of(caller), Target::kind("policy"))).await?;
        let recorded = self.record(permit).await?;
        let matrix = self.policy.matrix();
        let total = matrix.rows.len();
        let is_asked = |row: &&MatrixRow| {
            role.is_none_or(|role| row.role == role) && action.is_none_or(|action| row.action == action)
        };
        let rows =
            matrix.rows.iter().filter(is_asked).map(|row| row_view(&self.policy, row, caller.language)).collect();
        let view =
            PolicyMatrixView { digest: hexadecimal(self.policy.digest()), epoch: self.policy.epoch(), rows, total };
        Ok(Answer { view, entry: recorded.entry() })
    }

    pub(crate) async fn policy_view(
        &self,
        caller: &Caller,
        row: Option<&PolicyRow>,
        agreement: Option<&Agreement>,
    ) -> Result<PolicyView, RegistryError> {
        let candidate = match (row.and_then(|row| row.candidate), agreement) {
            (Some(candidate), Some(agreement)) => {
                // Another instance may have taken it in, and a newer program: then it is shown without what it changes.
                let policy = self.policy_of(candidate.digest).await.ok();
                let diff = policy.as_ref().map(|policy| (policy, self.policy.diff(policy))).unzip();
                let (policy, diff) = (diff.0.unwrap_or(&self.policy), diff.1.unwrap_or_default());
                let rows = |rows: &[MatrixRow], of: &Policy| {
                    rows.iter().map(|row| row_view(of, row, caller.language)).collect::<Vec<_>>()
                };
                let own =
                    agreement.by.iter().find(|(id, ..)| *id == caller.authority).map(|(_, _, own)| own.as_slice());
                let own = own.unwrap_or_default();
                Some(PolicyCandidateView {
                    digest: hexadecimal(candidate.digest),
                    at: candidate.at,
                    approvals: own
                        .iter()
                        .map(|approval| PolicyApprovalView { name: approval.name.clone(), at: approval.at })
                        .collect(),
                    own_has_agreed: !own.is_empty(),
                    others: agreement
                        .by
                        .iter()
                        .filter(|(id, ..)| *id != caller.authority)
                        .map(|(_, name, approvals)| PolicyAgreementView {
                            authority: name.clone(),
                            has_agreed: !approvals.is_empty(),
                        })
                        .collect(),
                    more_needed: agreement.more_needed(),
                    may_approve: caller.has(Role::Administrator)
                        && own.iter().all(|approval| approval.user != caller.user),
                    newly_allowed: rows(&diff.newly_allowed, policy),
                    newly_denied: rows(&diff.newly_denied, &self.policy),
                    other_obligations: rows(&diff.other_obligations, policy),
                })
            }
            _ => None,
        };
        let builtin = Policy::builtin().map_err(|_| RegistryError::Internal("the program's own policy is unsound"))?;
        Ok(PolicyView {
            digest: hexadecimal(self.policy.digest()),
            epoch: self.policy.epoch(),
            since: row.map(|row| row.since),
            program: row.map(|row| row.program.clone()),
            is_builtin: builtin.digest() == self.policy.digest(),
            rules: self.policy.pages().lines().len(),
            has_folder: self.book().folder().is_some(),
            last_check: row.and_then(|row| row.checked.as_ref()).map(|checked| PolicyCheckView {
                at: checked.at,
                is_sound: checked.what.is_none(),
                digest: checked.digest.map(hexadecimal),
                faults: checked.what.iter().flat_map(|what| what.lines()).map(str::to_owned).collect(),
            }),
            candidate,
        })
    }

    /// Who agrees to a candidate, authority by authority. Each one's approvals are read in its own name.
    pub(crate) async fn agreement(&self, digest: [u8; 32], epoch: i64) -> Result<Agreement, RegistryError> {
        let from = self.clock.now().plus_days(-APPROVAL_DAYS);
        let mut by = Vec::new();
        for (id, name) in self.local_authorities().await? {
            let mut snapshot = self.store.snapshot(id).await?;
            let approvals = store::policy::approvals(&mut snapshot, id, digest, epoch, from).await?;
            snapshot.close().await?;
            let counting = approvals.into_iter().filter(|approval| approval.roles.has(Role::Administrator)).collect();
            by.push((id, name, counting));
        }
        Ok(Agreement { by })
    }

    /// The authorities whose records live in this database.
    pub(crate) async fn local_authorities(&self) -> Result<Vec<(AuthorityId, String)>, RegistryError> {
        let mut snapshot = self.store.system().await?;
        let rows = store::directory::authorities(&mut snapshot).await?;
        snapshot.close().await?;
        Ok(rows.into_iter().filter(|row| row.is_local).map(|row| (row.id, row.name)).collect())
    }
}

/// Auditors look at the policy to judge the log by it.
fn purpose_of(caller: &Caller) -> Purpose {
    if caller.has(Role::Auditor) && !caller.has(Role::Administrator) {
        Purpose::LogControl
    } else {
        Purpose::Administration
    }
}

fn row_view(policy: &Policy, row: &MatrixRow, language: Language) -> PolicyRowView {
    let columns = policy.pages().vocabulary().columns().iter().map(decision_pages::Column::name);
    let columns = columns.filter(|name| !matches!(*name, "role" | "action"));
    let conditions = columns.zip(&row.cells).filter(|(_, cell)| *cell != "*").map(|(column, cell)| {
        let values: Vec<String> = cell.split('|').map(|code| words::value(column, code, language)).collect();
        PolicyConditionView { column: words::heading(column, language).to_owned(), values: values.join(", ") }
    });
    PolicyRowView {
        role: row.role,
        action: row.action,
        role_text: words::role(row.role, language).to_owned(),
        action_text: words::action(row.action, language).to_owned(),
        conditions: conditions.collect(),
        obligations: row
            .obligations
            .iter()
            .filter_map(|code| code.parse().ok())
            .map(|obligation| words::obligation(obligation, language).to_owned())
            .collect(),
        law: row.law.iter().map(|law| citation(law)).collect(),
        rules: row.lines.clone(),
    }
}
