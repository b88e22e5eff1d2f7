//! "Why may I, why may I not?" for a record that the caller may know of. For any other record the answer is the one that a missing record gives.

use rbac_policy::{BasisFact, Facts, Relation, Target, words};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{Action, Caller, CaseId, JointFileId, Purpose, ReceivedItemId, Role, action::ExplainAccess};

use crate::{Answer, Check, Registry, RegistryError, policy_book::hexadecimal};

/// What can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExplainedKind {
    /// A case.
    Case,
    /// A joint file, the own side's.
    JointFile,
    /// Something received.
    ReceivedItem,
}

/// A question about one's own access.
#[derive(Clone, Debug)]
pub struct AskAccess {
    /// What kind of record.
    pub kind: ExplainedKind,
    /// Its id.
    pub id: Uuid,
    /// What one would do; reading it, unless given.
    pub action: Option<Action>,
    /// For what purpose; the one that the record gives, unless given.
    pub purpose: Option<Purpose>,
    /// The code of a legal basis, for what would leave the authority.
    pub basis: Option<String>,
}

/// One decision, explained.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessExplanationView {
    /// What kind of record.
    pub kind: ExplainedKind,
    /// Its id.
    pub id: Uuid,
    /// What was asked about.
    pub action: Action,
    /// Whether the caller may.
    pub is_allowed: bool,
    /// The role that it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The rules that decided; none when simply nothing allows it.
    pub rules: Vec<ExplainedRuleView>,
    /// What the caller must see to, in words.
    pub obligations: Vec<String>,
    /// What was decided on: column and value, in words. No id, no date, no name.
    pub facts: Vec<ExplainedFactView>,
    /// For a refusal: single facts that would make it allowed if they were so, in words.
    pub would_allow: Vec<ExplainedFactView>,
    /// The policy's digest.
    pub policy_digest: String,
    /// Its epoch.
    pub policy_epoch: i64,
}

/// A rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedRuleView {
    /// Its id in the policy.
    pub id: String,
    /// `allow` or `deny`.
    pub effect: String,
    /// The law that it rests on.
    pub law: String,
}

/// A fact in words.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedFactView {
    /// The column.
    pub column: String,
    /// The value.
    pub value: String,
}

impl ExplainedKind {
    const fn noun(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::JointFile => "joint_file",
            Self::ReceivedItem => "received_item",
        }
    }

    /// Whoever may not do this may not know of the record.
    const fn reading(self) -> Action {
        match self {
            Self::Case => Action::ReadCase,
            Self::JointFile => Action::ReadJointFile,
            Self::ReceivedItem => Action::ReadReceived,
        }
    }
}

impl Registry {
    /// Why the caller may or may not do something with a record of the own authority.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a record that is not there, or that the caller may not know of: the two are not told apart.
    /// [`RegistryError::Invalid`] for a basis that does not exist.
    pub async fn explain_access(
        &self,
        caller: &Caller,
        asked: AskAccess,
    ) -> Result<Answer<AccessExplanationView>, RegistryError> {
        let noun = asked.kind.noun();
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let facts = match asked.kind {
            ExplainedKind::Case => {
                self.case_at_hand(&mut snapshot, caller, CaseId(asked.id)).await?.map(|hand| hand.facts)
            }
            ExplainedKind::JointFile => {
                self.joint_at_hand(&mut snapshot, caller, JointFileId(asked.id)).await?.map(|hand| hand.facts)
            }
            ExplainedKind::ReceivedItem => {
                self.received_at_hand(&mut snapshot, caller, ReceivedItemId(asked.id)).await?.map(|hand| hand.facts)
            }
        };
        snapshot.close().await?;
        let knows = |facts: &Facts| self.policy.allows(caller.roles, asked.kind.reading(), facts);
        let Some(facts) = facts.filter(knows) else {
            return Err(self.missing::<ExplainAccess>(caller, noun, asked.id).await);
        };
        let target = Target { kind: noun, ..facts.target.clone() };
        let own = Facts { relation: Relation::Own, ..Facts::own_desk(facts.purpose, target) };
        let permit = self.allow::<ExplainAccess>(caller, own).await?;
        let mut check = Check::new();
        let basis = asked.basis.as_deref().map(BasisFact::of_code);
        check.require(basis != Some(BasisFact::Unknown), "basis", "not-a-basis");
        check.done()?;
        let facts =
            Facts { purpose: asked.purpose.unwrap_or(facts.purpose), basis: basis.unwrap_or(facts.basis), ..facts };
        let action = asked.action.unwrap_or_else(|| asked.kind.reading());
        let told = self.policy.explain(caller, action, &facts);
        let recorded = self.record(permit).await?;
        let language = caller.language;
        let in_words = |facts: &[rbac_policy::ExplainedFact]| -> Vec<ExplainedFactView> {
            let word = |fact: &rbac_policy::ExplainedFact| ExplainedFactView {
                column: words::heading(&fact.column, language).to_owned(),
                value: words::value(&fact.column, &fact.value, language),
            };
            facts.iter().map(word).collect()
        };
        let view = AccessExplanationView {
            kind: asked.kind,
            id: asked.id,
            action,
            is_allowed: told.is_allowed,
            role: told.role,
            rules: told
                .lines
                .iter()
                .map(|line| ExplainedRuleView {
                    id: line.id.clone(),
                    effect: line.effect.clone(),
                    law: line.law.clone(),
                })
                .collect(),
            obligations: told.obligations.iter().map(|duty| words::obligation(*duty, language).to_owned()).collect(),
            facts: in_words(&told.facts),
            would_allow: in_words(&told.would_allow),
            policy_digest: hexadecimal(self.policy.digest()),
            policy_epoch: self.policy.epoch(),
        };
        Ok(Answer { view, entry: recorded.entry() })
    }
}
