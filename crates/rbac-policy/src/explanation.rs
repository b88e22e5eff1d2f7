//! Why an access is allowed or refused, in a form that pages, the API and the command line render.

use decision_pages::{Effect, Reason};
use serde::Serialize;
use vocabulary::{Action, Language, Role, Roles};

use crate::{
    citation::citation,
    fact::Facts,
    obligation::Obligation,
    policy::Policy,
    request::{self, ACTION, COLUMNS, ROLE},
    words,
};

/// One decision, explained. Facts are codes of the closed lists; no id and no personal data is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The action.
    pub action: Action,
    /// Whether it is allowed.
    pub is_allowed: bool,
    /// The role that decided; none when refused.
    pub role: Option<Role>,
    /// The roles that were asked for.
    pub roles: Vec<Role>,
    /// What was asked, column by column.
    pub facts: Vec<ExplainedFact>,
    /// The deciding lines. Empty when refused because nothing allows it.
    pub lines: Vec<ExplainedLine>,
    /// What the caller must see to.
    pub obligations: Vec<Obligation>,
    /// For a refusal: single facts that would make it allowed, if they were so. For people who maintain the policy and for one's own menu; never
    /// shown for a record that the caller cannot see.
    pub would_allow: Vec<ExplainedFact>,
    /// Digest of the policy, hexadecimal.
    pub policy_digest: String,
    /// Its epoch.
    pub epoch: i64,
}

/// A column and a value of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedFact {
    /// The column, as in the policy.
    pub column: String,
    /// The value's code.
    pub value: String,
}

/// A line of the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedLine {
    /// Its id.
    pub id: String,
    /// `allow` or `deny`.
    pub effect: String,
    /// The law it rests on, as legal texts write it.
    pub law: String,
}

impl Explanation {
    pub(crate) fn new(
        policy: &Policy,
        roles: Roles,
        action: Action,
        facts: &Facts,
        role: Option<Role>,
        reason: &Reason,
    ) -> Self {
        let pages = policy.pages();
        let asked = role.or_else(|| roles.iter().next()).unwrap_or(Role::Service);
        let lines = reason.lines.iter().filter_map(|id| pages.line(id)).map(|line| ExplainedLine {
            id: line.id().to_owned(),
            effect: match line.effect() {
                Effect::Allow => "allow".to_owned(),
                Effect::Deny => "deny".to_owned(),
            },
            law: citation(line.law()),
        });
        let asked = request::request(asked, action, facts);
        let named = pages.vocabulary().names(&asked);
        let told = (0..COLUMNS).zip(named).filter(|(column, _)| *column != ROLE && *column != ACTION);
        Self {
            action,
            is_allowed: role.is_some(),
            role,
            roles: roles.iter().collect(),
            facts: told.map(|(column, value)| fact(policy, column, value)).collect(),
            lines: lines.collect(),
            obligations: reason.obligations.iter().filter_map(|name| name.parse().ok()).collect(),
            would_allow: if role.is_some() { Vec::new() } else { would_allow(policy, roles, action, facts) },
            policy_digest: hexadecimal(policy.digest()),
            epoch: policy.epoch(),
        }
    }

    /// The explanation as sentences.
    pub fn sentences(&self, language: Language) -> Vec<String> {
        words::explain(self, language)
    }
}

/// Every single fact that, changed alone, lets some role through while no deny line meets any.
fn would_allow(policy: &Policy, roles: Roles, action: Action, facts: &Facts) -> Vec<ExplainedFact> {
    let pages = policy.pages();
    let requests: Vec<_> = roles.iter().map(|role| request::request(role, action, facts)).collect();
    let mut found = Vec::new();
    for (index, column) in
        pages.vocabulary().columns().iter().enumerate().filter(|(index, _)| *index != ROLE && *index != ACTION)
    {
        for (value, name) in (0..).zip(column.values()) {
            let decisions = requests.iter().map(|request| {
                let mut changed = *request;
                if let Some(slot) = changed.get_mut(index) {
                    *slot = value;
                }
                pages.decide(&changed)
            });
            let decisions: Vec<_> = decisions.collect();
            let is_denied =
                decisions.iter().any(|decision| !decision.is_allowed() && !decision.reason().lines.is_empty());
            if !is_denied && decisions.iter().any(decision_pages::Decision::is_allowed) {
                found.push(fact(policy, index, name));
            }
        }
    }
    found
}

fn fact(policy: &Policy, column: usize, value: &str) -> ExplainedFact {
    let column = policy.pages().vocabulary().columns().get(column).map_or("", decision_pages::Column::name);
    ExplainedFact { column: column.to_owned(), value: value.to_owned() }
}

fn hexadecimal(digest: [u8; 32]) -> String {
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    nibbles.filter_map(|nibble| char::from_digit(u32::from(nibble), 16)).collect()
}
