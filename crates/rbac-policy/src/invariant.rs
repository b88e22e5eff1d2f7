//! What must hold of the policy whatever its lines say, proved over **all** requests.
//!
//! `invariants.toml` states each as a sentence in Swedish and English, the law it comes from, and one of six forms:
//!
//! * `never`: nothing inside `where` is allowed;
//! * `carries`: whatever is allowed inside `where` carries these `obligations`;
//! * `implies`: whatever is allowed inside `where` is allowed too with `also` in place of its own value (a more protected thing is never easier to
//!   reach than a less protected one);
//! * `adds_only`: what `column` allows at `to` and not at `from` lies `within` these values (break-glass only adds reads of one's own authority);
//! * `direction`: whatever is allowed inside `where` names a legal basis in use that lets this `holders` kind of authority release;
//! * `blind`: the reason of a refusal inside `where` does not depend on the `hidden` columns (a refusal says nothing of what it hides).
//!
//! The proof is set arithmetic on products of value sets, so it is exact; a fault comes with a counterexample.

mod planting;
mod proof;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use decision_pages::{LoadError, Pages};
use serde::Deserialize;

use self::proof::Proof;
use crate::{allowance::Allowances, legal_bases::LegalBases, policy_error::PolicyError};

pub(crate) const FILE: &str = "invariants.toml";
/// Largest text, in bytes.
pub(crate) const BYTES: usize = 256 * 1024;

type Sets = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InvariantsFile {
    invariant: Vec<Invariant>,
}

/// One invariant, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invariant {
    /// Stable name.
    pub id: String,
    /// The law it comes from.
    pub law: String,
    /// What holds, in Swedish.
    pub sv: String,
    /// What holds, in English.
    pub en: String,
    form: Form,
    #[serde(default, rename = "where")]
    inside: Sets,
    #[serde(default)]
    obligations: Vec<String>,
    #[serde(default)]
    also: BTreeMap<String, String>,
    column: Option<String>,
    from: Option<String>,
    to: Option<String>,
    #[serde(default)]
    within: Sets,
    /// Kind of authority by role; a role that is not named may hold for any.
    #[serde(default)]
    holders: BTreeMap<String, String>,
    #[serde(default)]
    hidden: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Never,
    Carries,
    Implies,
    AddsOnly,
    Direction,
    Blind,
}

/// All invariants, in file order, and the legal bases that `direction` looks at.
pub struct Invariants {
    list: Vec<Invariant>,
    bases: Arc<LegalBases>,
}

impl Invariants {
    /// Reads `invariants.toml`. Directions are those of the built-in legal bases; see [`with_bases`](Self::with_bases).
    ///
    /// # Errors
    /// Unknown keys, an id that stands twice, no invariant at all; built-in legal bases that cannot be read.
    pub fn parse(toml: &str) -> Result<Self, PolicyError> {
        let refuse = |refusal: LoadError| PolicyError::Invariants(Box::new(refusal));
        if toml.len() > BYTES {
            let what = format!("the file is {} bytes long", toml.len());
            return Err(refuse(LoadError::whole(FILE, what, format!("keep it at {BYTES} bytes or less"))));
        }
        let file: InvariantsFile = toml::from_str(toml).map_err(|error| {
            let at = error.span().map_or((1, 1), |span| LoadError::position(toml, span.start));
            let what = error.message().trim().replace('\n', ", ");
            refuse(LoadError::at(FILE, at, what, "see the forms at the top of the file"))
        })?;
        let mut ids = BTreeSet::new();
        if let Some(twice) = file.invariant.iter().find(|invariant| !ids.insert(invariant.id.as_str())) {
            let named = format!("id = \"{}\"", twice.id);
            let at = toml.rfind(&named).map_or((1, 1), |offset| LoadError::position(toml, offset));
            let what = format!("`{}` stands twice", twice.id);
            return Err(refuse(LoadError::at(FILE, at, what, "give every invariant an id of its own")));
        }
        if file.invariant.is_empty() {
            return Err(refuse(LoadError::whole(FILE, "there is none", "write at least one [[invariant]]")));
        }
        Ok(Self { list: file.invariant, bases: Arc::new(LegalBases::builtin()?) })
    }

    /// The same invariants over other legal bases.
    #[must_use]
    pub fn with_bases(mut self, bases: LegalBases) -> Self {
        self.bases = Arc::new(bases);
        self
    }

    /// The invariants.
    pub fn list(&self) -> &[Invariant] {
        &self.list
    }

    /// As at a start, for pages that were compiled without its checks (mutants): one sentence with a counterexample per broken invariant.
    pub fn broken(&self, pages: &Pages) -> Vec<String> {
        self.broken_by(&Allowances::of(pages))
    }

    /// One sentence with a counterexample per invariant that does not hold.
    pub(crate) fn broken_by(&self, allowances: &Allowances) -> Vec<String> {
        let faults = self.list.iter().filter_map(|invariant| {
            let fault = Proof { allowances, invariant, bases: &self.bases }.fault()?;
            Some(format!("{} ({}): {} But {fault}.", invariant.id, invariant.law, invariant.en))
        });
        faults.collect()
    }
}
