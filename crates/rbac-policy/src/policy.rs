//! The policy in force: compiled pages, and the decisions that make permits.

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, OnceLock},
};

use decision_pages::{Decision, Pages, PolicyFolder, PolicyText};
use uuid::Uuid;
use vocabulary::{Act, Action, Caller, Role, Roles};

use crate::{
    allowance::Allowances,
    fact::{Assignment, ClassFact, Facts},
    grant::{Grant, Grounds},
    invariant::{self, Invariants},
    legal_bases::{self, LegalBases},
    list_permit::ListPermit,
    obligation::{Obligation, Obligations},
    permit::Permit,
    policy_error::PolicyError,
    refusal::Refusal,
    request,
    scope::Scope,
};

/// Vectors that every start holds against casbin itself.
const VECTORS_AT_START: usize = 2_000;
/// Any number: the vectors are the same at every start, the tests draw others.
const SEED: u64 = 0x5a4d_4c41_4400_0001;

/// The texts compiled into the program.
const BUILTIN: PolicyText<'static> = PolicyText {
    model: include_str!("../../../policy/model.conf"),
    policy: include_str!("../../../policy/policy.csv"),
    vocabulary: include_str!("../../../policy/vocabulary.toml"),
};
const BUILTIN_INVARIANTS: &str = include_str!("../../../policy/invariants.toml");

/// A checked policy. Immutable and cheap to clone; [`CurrentPolicy`](crate::CurrentPolicy) swaps one for another.
#[derive(Clone)]
pub struct Policy {
    book: Arc<Book>,
    epoch: i64,
}

struct Book {
    pages: Pages,
    allowances: Allowances,
    invariants: Invariants,
}

/// What several roles together come to.
struct Verdict<'p> {
    /// The allowing role; none on a denial.
    role: Option<Role>,
    decision: Decision<'p>,
}

impl Policy {
    /// The policy compiled into the program: loaded, held against its invariants and against casbin once per process.
    ///
    /// # Errors
    /// Any fault in it; the tests of this crate make sure that there is none.
    pub fn builtin() -> Result<Self, PolicyError> {
        static LOADED: OnceLock<Policy> = OnceLock::new();
        if let Some(policy) = LOADED.get() {
            return Ok(policy.clone());
        }
        let policy = Self::of_texts(&BUILTIN, BUILTIN_INVARIANTS)?;
        Ok(LOADED.get_or_init(|| policy).clone())
    }

    /// The policy of a folder with `model.conf`, `policy.csv`, `vocabulary.toml`, `invariants.toml` and `legal-bases.toml`. Each file is read with
    /// the loader's caution: no links, bounded size, not half written.
    ///
    /// # Errors
    /// Refused by the loader, another vocabulary than the program's, a broken invariant, or a difference to casbin.
    pub fn load(folder: &Path) -> Result<Self, PolicyError> {
        let texts = PolicyFolder::read(folder).map_err(PolicyError::Refused)?;
        let beside = |file, bytes| PolicyFolder::read_beside(folder, file, bytes);
        let invariants = beside(invariant::FILE, invariant::BYTES)
            .and_then(|text| PolicyFolder::check_end(invariant::FILE, &text).map(|()| text));
        let bases = beside(legal_bases::FILE, legal_bases::BYTES);
        let (invariants, bases) = match (invariants, bases) {
            (Ok(invariants), Ok(bases)) => (invariants, bases),
            (invariants, bases) => {
                return Err(PolicyError::Refused(invariants.err().into_iter().chain(bases.err()).collect()));
            }
        };
        let invariants = Invariants::parse(&invariants)?.with_bases(LegalBases::parse(&bases)?);
        Self::of(&texts.text(), invariants)
    }

    /// As [`load`](Self::load), from texts in memory and with the legal bases of the program.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn of_texts(text: &PolicyText<'_>, invariants: &str) -> Result<Self, PolicyError> {
        Self::of(text, Invariants::parse(invariants)?)
    }

    fn of(text: &PolicyText<'_>, invariants: Invariants) -> Result<Self, PolicyError> {
        let pages = Pages::compile(text).map_err(PolicyError::Refused)?;
        request::check(pages.vocabulary())?;
        Self::checked(pages, text, invariants)
    }

    /// The last two gates: every invariant over every request, then casbin's own reading of the text against the pages.
    fn checked(pages: Pages, text: &PolicyText<'_>, invariants: Invariants) -> Result<Self, PolicyError> {
        let policy = Self::of_pages(pages, invariants);
        let broken = policy.book.invariants.broken_by(&policy.book.allowances);
        if !broken.is_empty() {
            return Err(PolicyError::Broken(broken));
        }
        policy.book.pages.differential(text, VECTORS_AT_START, SEED)?;
        Ok(policy)
    }

    pub(crate) fn of_pages(pages: Pages, invariants: Invariants) -> Self {
        let allowances = Allowances::of(&pages);
        Self { book: Arc::new(Book { pages, allowances, invariants }), epoch: 0 }
    }

    /// The same policy under the epoch that the database gives it.
    #[must_use]
    pub fn at_epoch(mut self, epoch: i64) -> Self {
        self.epoch = epoch;
        self
    }

    /// SHA-256 over model, policy and vocabulary; in every log entry.
    pub fn digest(&self) -> [u8; 32] {
        self.book.pages.digest()
    }

    /// The epoch; 0 until one was given.
    pub const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// The compiled pages.
    pub fn pages(&self) -> &Pages {
        &self.book.pages
    }

    /// The invariants it was held against.
    pub fn invariants(&self) -> &Invariants {
        &self.book.invariants
    }

    pub(crate) fn allowances(&self) -> &Allowances {
        &self.book.allowances
    }

    /// Decides one action on one record. The permit covers exactly the target.
    ///
    /// # Errors
    /// A refusal, to be recorded.
    pub fn decide<'req, A: Act>(&self, caller: &'req Caller, facts: Facts) -> Result<Permit<'req, A>, Refusal<'req>> {
        let grant = self.grant(caller, A::ACTION, facts)?;
        Ok(Permit::over(grant, Vec::new()))
    }

    /// Decides the record by the facts, then each item by its own class. The permit covers the record and the items that were permitted; the others
    /// are absent and not counted. An item of a person with protected identity never loses that: the record's own decision carries its obligations.
    ///
    /// # Errors
    /// A refusal of the record itself.
    pub fn decide_items<'req, A: Act, C: Into<ClassFact>>(
        &self,
        caller: &'req Caller,
        facts: Facts,
        items: impl IntoIterator<Item = (Uuid, C)>,
    ) -> Result<Permit<'req, A>, Refusal<'req>> {
        let mut grant = self.grant(caller, A::ACTION, facts)?;
        let mut of_item = grant.facts.clone();
        let mut seen = HashSet::new();
        let mut permitted = Vec::new();
        for (item, class) in items {
            of_item.class = class.into();
            let verdict = self.verdict(caller.roles, A::ACTION, &of_item);
            if verdict.role.is_none() {
                continue;
            }
            permitted.push(item);
            if seen.insert(verdict.decision.reason_id()) {
                grant.grounds.join(Grounds::of(verdict.decision.reason()));
            }
        }
        Ok(Permit::over(grant, permitted))
    }

    /// Decides a list of cases, files, items or persons: the facts without the row's own, then every cell of the [`Scope`]. Assignment, class and age in
    /// `facts` are not looked at. A row without relation to the caller shows at most that it exists, so cells of [`Assignment::None`] count only with
    /// [`Obligation::ExistenceOnly`]. Lists of things that are nobody's case (the log, users, figures) are decided with [`decide`](Self::decide).
    ///
    /// # Errors
    /// A refusal when no cell at all is allowed.
    pub fn decide_list<'req, A: Act>(
        &self,
        caller: &'req Caller,
        facts: Facts,
    ) -> Result<ListPermit<'req, A>, Refusal<'req>> {
        let mut cells: Vec<(u8, Obligations)> = Vec::new();
        let mut grounds = Grounds::default();
        let mut seen = HashSet::new();
        let mut roles: Vec<(Role, usize)> = Vec::new();
        let mut row = facts.clone();
        for (cell, assigned, class, age) in Scope::cells() {
            (row.assigned, row.class, row.age) = (assigned, class, age);
            let verdict = self.verdict(caller.roles, A::ACTION, &row);
            let Some(role) = verdict.role else { continue };
            let reason = Grounds::of(verdict.decision.reason());
            if assigned == Assignment::None && !reason.obligations.has(Obligation::ExistenceOnly) {
                continue;
            }
            cells.push((cell, reason.obligations));
            if seen.insert(verdict.decision.reason_id()) {
                grounds.join(reason);
            }
            match roles.iter_mut().find(|(known, _)| *known == role) {
                Some((_, count)) => *count += 1,
                None => roles.push((role, 1)),
            }
        }
        // The first of those with the most cells: `max_by_key` alone would take the last.
        let role = roles.iter().rev().max_by_key(|(_, count)| *count).map(|(role, _)| *role);
        if role.is_none() {
            grounds = Grounds::of(self.verdict(caller.roles, A::ACTION, &facts).decision.reason());
        }
        let grant = Grant::new(caller, A::ACTION, facts, role, grounds, self.digest());
        if role.is_none() { Err(Refusal::new(grant)) } else { Ok(ListPermit::new(grant, cells)) }
    }

    /// Whether these roles may do this, on these facts; without a permit, for menus (what a role may not do is absent) and explanations.
    pub fn allows(&self, roles: Roles, action: Action, facts: &Facts) -> bool {
        self.verdict(roles, action, facts).role.is_some()
    }

    fn grant<'req>(&self, caller: &'req Caller, action: Action, facts: Facts) -> Result<Grant<'req>, Refusal<'req>> {
        let verdict = self.verdict(caller.roles, action, &facts);
        let grounds = Grounds::of(verdict.decision.reason());
        let grant = Grant::new(caller, action, facts, verdict.role, grounds, self.digest());
        if grant.role.is_some() { Ok(grant) } else { Err(Refusal::new(grant)) }
    }

    /// Any role allows and no deny line meets any role. Of several roles that allow, the one with the fewest obligations decides.
    fn verdict(&self, roles: Roles, action: Action, facts: &Facts) -> Verdict<'_> {
        let pages = &self.book.pages;
        let mut allowing: Option<(Role, Decision<'_>)> = None;
        for role in roles.iter() {
            let decision = pages.decide(&request::request(role, action, facts));
            let reason = decision.reason();
            if !decision.is_allowed() {
                if !reason.lines.is_empty() {
                    return Verdict { role: None, decision };
                }
                continue;
            }
            if allowing.is_none_or(|(_, best)| reason.obligations.len() < best.reason().obligations.len()) {
                allowing = Some((role, decision));
            }
        }
        match allowing {
            Some((role, decision)) => Verdict { role: Some(role), decision },
            // A request outside the vocabulary: denied, no line.
            None => Verdict { role: None, decision: pages.decide(&[]) },
        }
    }

    /// The explanation of one decision: `samlad policy explain`, and "why do I see this?".
    pub fn explain(&self, caller: &Caller, action: Action, facts: &Facts) -> crate::Explanation {
        self.explain_roles(caller.roles, action, facts)
    }

    /// As [`explain`](Self::explain), for a set of roles.
    pub fn explain_roles(&self, roles: Roles, action: Action, facts: &Facts) -> crate::Explanation {
        let verdict = self.verdict(roles, action, facts);
        crate::Explanation::new(self, roles, action, facts, verdict.role, verdict.decision.reason())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The policy with one right less, on one page.
    fn planted() -> String {
        let lines = "p, figures_without_individuals, prevention_coordinator|social_lead";
        let planted = BUILTIN.policy.replacen(lines, "p, figures_without_individuals, prevention_coordinator", 1);
        assert_ne!(planted, BUILTIN.policy);
        planted
    }

    #[test]
    fn pages_that_casbin_would_not_have_decided_are_not_used() {
        let planted = planted();
        let text = PolicyText { policy: &planted, ..BUILTIN };
        let pages = |text| Pages::compile(text).unwrap();
        let invariants = || Invariants::parse(BUILTIN_INVARIANTS).unwrap();
        assert!(Policy::checked(pages(&BUILTIN), &BUILTIN, invariants()).is_ok());
        // Pages of one text and casbin's reading of another: what a defect of the compiler would look like from outside.
        let refused = Policy::checked(pages(&BUILTIN), &text, invariants());
        let Err(PolicyError::Differential(mismatch)) = refused else { panic!("{:?}", refused.err()) };
        let told = mismatch.to_string();
        assert!(told.starts_with("(social_lead, figures.read, own, none, "), "{told}");
        assert!(
            told.ends_with("the pages say allow by [figures_without_individuals], casbin says deny by []"),
            "{told}"
        );
    }
}
