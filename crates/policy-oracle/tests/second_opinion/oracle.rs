//! Cedar, asked.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, Policy, PolicyId, PolicySet, Request, RestrictedExpression,
};

use policy_oracle::Rule;

/// What Cedar says of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opinion {
    /// Whether it is allowed.
    pub(crate) is_allowed: bool,
    /// The deciding policies, in the order of the file: the matching deny lines, else the matching allow lines.
    pub(crate) lines: Vec<String>,
}

/// A policy in Cedar's hands.
pub(crate) struct Oracle {
    columns: Vec<String>,
    order: Vec<String>,
    policies: PolicySet,
    authorizer: Authorizer,
    nobody: EntityUid,
}

impl Oracle {
    /// Reads a policy with these columns.
    ///
    /// # Errors
    /// A line that is not understood, or that Cedar refuses.
    pub(crate) fn of(policy: &str, columns: &[&str]) -> Result<Self, String> {
        let rules = Rule::read_all(policy, columns).map_err(cedar)?;
        let mut policies = PolicySet::new();
        for rule in &rules {
            let parsed = Policy::parse(Some(PolicyId::new(&rule.id)), rule.cedar()).map_err(cedar)?;
            policies.add(parsed).map_err(cedar)?;
        }
        Ok(Self {
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            order: rules.into_iter().map(|rule| rule.id).collect(),
            policies,
            authorizer: Authorizer::new(),
            nobody: r#"Samlad::"nobody""#.parse().map_err(cedar)?,
        })
    }

    /// Cedar's opinion on values given by name, in column order.
    ///
    /// # Errors
    /// What Cedar refuses, and any error while it evaluated a policy: a policy that failed did not take part.
    pub(crate) fn ask(&self, values: &[&str]) -> Result<Opinion, String> {
        let pairs = self.columns.iter().zip(values);
        let context = Context::from_pairs(
            pairs.map(|(column, value)| (column.clone(), RestrictedExpression::new_string((*value).to_owned()))),
        );
        let anyone = || self.nobody.clone();
        let request = Request::new(anyone(), anyone(), anyone(), context.map_err(cedar)?, None).map_err(cedar)?;
        let response = self.authorizer.is_authorized(&request, &self.policies, &Entities::empty());
        if let Some(error) = response.diagnostics().errors().next() {
            return Err(cedar(error));
        }
        let deciding: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
        Ok(Opinion {
            is_allowed: response.decision() == Decision::Allow,
            lines: self.order.iter().filter(|line| deciding.contains(line)).cloned().collect(),
        })
    }
}

/// What was refused, and by whom it was read.
fn cedar(error: impl std::fmt::Display) -> String {
    format!("cedar: {error}")
}
