//! The answer *no*. It is recorded like a permit, and it tells the client nothing.

use audit_log::{EntryDraft, Outcome, Recordable};
use vocabulary::{Caller, LogSubjectId};
use zeroize::Zeroizing;

use crate::{fact::Facts, grant::Grant, obligation::Obligations};

/// Why it was refused. For the log and for "explain my access"; a client hears the same *not found* in every case but the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No line allows it.
    NotAllowed,
    /// A line denies it, whatever others allow.
    Denied,
    /// It would be allowed, but these obligations are not met: step up, or state a reason.
    Unmet(Obligations),
}

/// A refused access, ready to be recorded with outcome `deny`. No `Clone`: one refusal, one entry.
#[must_use = "a refusal is recorded like an access"]
pub struct Refusal<'req> {
    inner: Box<Inner<'req>>,
}

struct Inner<'req> {
    grant: Grant<'req>,
    why: Why,
}

impl<'req> Refusal<'req> {
    pub(crate) fn new(grant: Grant<'req>) -> Self {
        let why = if grant.grounds.lines.is_empty() { Why::NotAllowed } else { Why::Denied };
        Self { inner: Box::new(Inner { grant, why }) }
    }

    pub(crate) fn unmet(grant: Grant<'req>, unmet: Obligations) -> Self {
        Self { inner: Box::new(Inner { grant, why: Why::Unmet(unmet) }) }
    }

    /// Why.
    pub const fn why(&self) -> Why {
        self.inner.why
    }

    /// The caller that was refused.
    pub const fn caller(&self) -> &'req Caller {
        self.inner.grant.caller
    }

    /// The facts it was decided on.
    pub const fn facts(&self) -> &Facts {
        &self.inner.grant.facts
    }

    /// Ids of the deny lines; empty where simply nothing allows.
    pub fn lines(&self) -> &[String] {
        &self.inner.grant.grounds.lines
    }

    /// The law that the deny lines cite.
    pub fn law(&self) -> &[String] {
        &self.inner.grant.grounds.law
    }

    /// With a reason that the user gave.
    pub fn with_justification(mut self, reason: impl Into<String>) -> Self {
        self.inner.grant.justification = Some(Zeroizing::new(reason.into()));
        self
    }

    /// Names more subjects in the log entry.
    pub fn with_subjects(mut self, subjects: impl IntoIterator<Item = LogSubjectId>) -> Self {
        self.inner.grant.more_subjects.extend(subjects);
        self
    }
}

impl Recordable for Refusal<'_> {
    fn draft(&self) -> EntryDraft {
        self.inner.grant.draft(Outcome::Denied)
    }
}

impl core::fmt::Debug for Refusal<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Refusal({}, {:?}, {:?})", self.inner.grant.action, self.inner.why, self.lines())
    }
}
