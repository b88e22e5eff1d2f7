//! `samlad policy explain`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use rbac_policy::{
    Assignment, BasisFact, ClassFact, Conflict, Facts, Glass, Policy as Pages, Relation, Target,
    legal_bases::{LegalBases, LegalBasis},
};
use serde_json::json;
use vocabulary::{Action, AgeBand, Clock as _, Language, Purpose, Role, Roles, SystemClock};

use super::{fault, load};
use crate::cli::{Exit, say};

const EXAMPLES: &str = "\
Examples:
  samlad policy explain --role police_coordinator --action case.read
  samlad policy explain --role social_worker --action case.read --assigned assigned --class standard --conflict none --language en
  samlad policy explain --role social_worker --action release.decide --rel own --assigned assigned --class standard \\
      --basis osl_10_18a --purpose release_decision --age under_18 --json
  samlad policy explain --role social_worker --role auditor --action audit.read --purpose log_control --policy my-policy

Facts that are not given are unknown, and what is unknown is never allowed where it matters; the record is the own authority's and the basis the
own task unless said otherwise. The answer is the same with exit code 0 whether the access is allowed or not: scripts read `isAllowed`.";

/// Explains one decision.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Explain {
    /// The role; several for somebody who has several.
    #[arg(long, required = true)]
    role: Vec<Role>,
    /// The action's code, for example case.read.
    #[arg(long)]
    action: Action,
    /// Whose record: own, other, none, unknown.
    #[arg(long, default_value = "own")]
    rel: Relation,
    /// How the caller stands to the record: assigned, cover, lead, group, none, unknown.
    #[arg(long, default_value = "unknown")]
    assigned: Assignment,
    /// How protected the record is: standard, health, `third_party`, investigation, protected, unknown.
    #[arg(long, default_value = "unknown")]
    class: ClassFact,
    /// What the action rests on: `own_task`, a legal basis such as `osl_10_18a`, none, unknown.
    #[arg(long, default_value = "own_task", value_parser = basis)]
    basis: BasisFact,
    /// The purpose.
    #[arg(long, default_value = "case_handling")]
    purpose: Purpose,
    /// The person's age band: `under_18`, `from_18_to_20`, `from_21`, unknown.
    #[arg(long, default_value = "unknown")]
    age: AgeBand,
    /// Emergency access: none, active, expired.
    #[arg(long, default_value = "none")]
    glass: Glass,
    /// Conflict of interest: none, declared, unknown.
    #[arg(long, default_value = "none")]
    conflict: Conflict,
    /// A policy folder instead of the built-in policy.
    #[arg(long, value_name = "DIR")]
    policy: Option<PathBuf>,
    /// Language: sv or en.
    #[arg(long, default_value = "sv")]
    language: Language,
    /// One JSON object with the sentences in it.
    #[arg(long)]
    json: bool,
}

/// A basis in either spelling: `osl_10_18a` as in the policy, `OSL_10_18A` as in the table of legal bases.
fn basis(code: &str) -> Result<BasisFact, String> {
    code.to_ascii_lowercase().parse().map_err(|_| {
        let codes: Vec<&str> = BasisFact::ALL.iter().map(|basis| basis.code()).collect();
        format!("one of {}", codes.join(", "))
    })
}

impl Explain {
    pub(super) fn run(self) -> Result<Exit> {
        let policy = match load(self.policy.as_deref()) {
            Ok(policy) => policy,
            Err(error) => return fault::told(&error, self.json),
        };
        self.explain(&policy)
    }

    fn explain(&self, policy: &Pages) -> Result<Exit> {
        let facts = Facts {
            relation: self.rel,
            assigned: self.assigned,
            class: self.class,
            basis: self.basis,
            age: self.age,
            glass: self.glass,
            conflict: self.conflict,
            ..Facts::own_case(self.purpose, Target::kind("record"))
        };
        let roles = self.role.iter().fold(Roles::default(), |roles, role| roles.with(*role));
        let explanation = policy.explain_roles(roles, self.action, &facts);
        let catalogue = LegalBases::builtin()?;
        let basis = catalogue.current(&self.basis.code().to_ascii_uppercase(), SystemClock::new().today());
        let mut sentences = explanation.sentences(self.language);
        sentences.extend(basis.map(|basis| of_basis(basis, self.language)));
        if self.json {
            let mut answer = serde_json::to_value(&explanation)?;
            if let Some(members) = answer.as_object_mut() {
                members.insert("sentences".to_owned(), json!(sentences));
                let basis = basis.map(|basis| {
                    json!({
                        "code": basis.code, "version": basis.version, "citation": basis.citation,
                        "title": basis.title.text(self.language), "state": basis.state.code(),
                    })
                });
                members.insert("legalBasis".to_owned(), json!(basis));
            }
            say(&format!("{answer}\n"))?;
        } else {
            say(&format!("{}\n", sentences.join("\n")))?;
        }
        Ok(Exit::Done)
    }
}

fn of_basis(basis: &LegalBasis, language: Language) -> String {
    let (title, citation, tests) = (basis.title.text(language), &basis.citation, basis.tests.len());
    match language {
        Language::Swedish => format!("Stöd: {citation}, {title}. {tests} frågor prövas för varje uppgift."),
        Language::English => format!("Basis: {citation}, {title}. {tests} questions are tested for each item."),
    }
}
