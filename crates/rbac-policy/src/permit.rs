//! The answer *yes*: a value that only [`Policy`](crate::Policy) makes, that cannot be copied, and that the log consumes.

use core::marker::PhantomData;

use audit_log::{Change, EntryDraft, Outcome, Recipient, Recordable, SearchTerm};
use uuid::Uuid;
use vocabulary::{Act, Caller, LogSubjectId, Role, UserId};
use zeroize::Zeroizing;

use crate::{fact::Facts, grant::Grant, obligation::Obligations, refusal::Refusal};

/// Leave to do `A`, once, on one record and the items of it that were permitted.
///
/// There is no constructor and no `Clone`. It opens nothing by itself: the log takes it and gives a `Recorded<Permit<A>>`, and that opens the vault.
#[must_use = "a permit that is not recorded permits nothing"]
pub struct Permit<'req, A: Act> {
    grant: Grant<'req>,
    /// Ids that the permit covers, sorted.
    covered: Vec<Uuid>,
    act: PhantomData<fn() -> A>,
}

impl<'req, A: Act> Permit<'req, A> {
    /// Over the target and these ids, which the entry names in this order.
    pub(crate) fn over(mut grant: Grant<'req>, ids: Vec<Uuid>) -> Self {
        let mut covered = ids.clone();
        covered.extend(grant.facts.target.id);
        covered.sort_unstable();
        covered.dedup();
        grant.listed = ids;
        Self { grant, covered, act: PhantomData }
    }

    /// Whether this record or item is covered: the target itself, or an item that was permitted.
    pub fn covers(&self, id: Uuid) -> bool {
        self.covered.binary_search(&id).is_ok()
    }

    /// The items or rows that were permitted, in the order in which they were asked for. Does not repeat the target.
    pub fn items(&self) -> &[Uuid] {
        &self.grant.listed
    }

    /// The caller that it was given to.
    pub const fn caller(&self) -> &'req Caller {
        self.grant.caller
    }

    /// The facts it was decided on.
    pub const fn facts(&self) -> &Facts {
        &self.grant.facts
    }

    /// The role that decided; of several that allow, the one with the fewest obligations.
    pub const fn role(&self) -> Option<Role> {
        self.grant.role
    }

    /// What the caller must see to, over the record and all permitted items.
    pub const fn obligations(&self) -> Obligations {
        self.grant.grounds.obligations
    }

    /// Ids of the policy lines that allowed.
    pub fn lines(&self) -> &[String] {
        &self.grant.grounds.lines
    }

    /// The law that the lines cite, as written in the policy (see [`citation`](crate::citation)).
    pub fn law(&self) -> &[String] {
        &self.grant.grounds.law
    }

    /// Obligations that the permit can check itself and that are not met: step-up and a written reason.
    pub fn unmet(&self) -> Obligations {
        let has_reason = self.grant.justification.as_ref().is_some_and(|reason| !reason.trim().is_empty());
        self.obligations().unmet(self.grant.caller.strength, has_reason)
    }

    /// The permit, if nothing is [`unmet`](Self::unmet).
    ///
    /// # Errors
    /// A refusal that names what is unmet, ready to be recorded.
    pub fn fulfilled(self) -> Result<Self, Refusal<'req>> {
        let unmet = self.unmet();
        if unmet.is_empty() { Ok(self) } else { Err(Refusal::unmet(self.grant, unmet)) }
    }

    /// With a written reason other than the one that the caller stated for the request. Only a commitment to it enters the log's leaf.
    pub fn with_justification(mut self, reason: impl Into<String>) -> Self {
        self.grant.justification = Some(Zeroizing::new(reason.into()));
        self
    }

    /// With code and version of the legal basis, where the code alone (which the permit derives from the facts) does not say enough.
    pub fn with_basis(mut self, code: impl Into<String>) -> Self {
        self.grant.basis = Some(code.into());
        self
    }

    /// With the recipient; required for every disclosure (LED art. 25).
    pub fn with_recipient(mut self, recipient: Recipient) -> Self {
        self.grant.recipient = Some(recipient);
        self
    }

    /// With digests of the content before and after.
    pub const fn with_change(mut self, change: Change) -> Self {
        self.grant.change = Some(change);
        self
    }

    /// With what was searched for.
    pub const fn with_term(mut self, term: SearchTerm) -> Self {
        self.grant.term = Some(term);
        self
    }

    /// Names more ids in the log entry. It does not widen what the permit covers.
    pub fn with_listed(mut self, ids: impl IntoIterator<Item = Uuid>) -> Self {
        self.grant.listed.extend(ids);
        self
    }

    /// Names more subjects in the log entry.
    pub fn with_subjects(mut self, subjects: impl IntoIterator<Item = LogSubjectId>) -> Self {
        self.grant.more_subjects.extend(subjects);
        self
    }

    /// For whom, when a service acts for a user.
    pub const fn on_behalf_of(mut self, user: UserId) -> Self {
        self.grant.on_behalf_of = Some(user);
        self
    }
}

impl<A: Act> Recordable for Permit<'_, A> {
    fn draft(&self) -> EntryDraft {
        self.grant.draft(Outcome::Allowed)
    }
}

impl<A: Act> core::fmt::Debug for Permit<'_, A> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Permit({}, {} items, {:?})", self.grant.action, self.grant.listed.len(), self.lines())
    }
}
