//! What the caller must see to when it acts on a permit.

use serde::{Serialize, Serializer};
use vocabulary::Strength;

vocabulary::closed_list! {
    /// One obligation. Some the permit can check itself ([`Obligations::unmet`]); the others are orders to the view and to jobs.
    pub enum Obligation {
        /// Health paragraphs are left out, and the view says so. The items themselves are refused one by one.
        RedactHealth = "redact_health",
        /// Show only that it exists and which unit to contact; no name, no content. In lists such rows have a scope of their own.
        ExistenceOnly = "existence_only",
        /// Show a warning first: the person has protected identity. Never address or unit.
        ShowWarning = "show_warning",
        /// A written reason goes into the log.
        LogReason = "log_reason",
        /// The sign-in was repeated within the last minutes.
        StepUp = "step_up",
        /// The case officer and the manager are told.
        NotifyOwner = "notify_owner",
        /// Somebody else reviews it within 24 hours.
        Review24h = "review_24h",
    }
}

// The set below has a bit for each.
const _: () = assert!(Obligation::ALL.len() <= 16);

/// A set of obligations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Obligations(u16);

impl Obligations {
    /// No obligation.
    pub const NONE: Self = Self(0);

    /// The set with one more.
    #[must_use]
    pub const fn with(self, obligation: Obligation) -> Self {
        Self(self.0 | (1 << obligation as u16))
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the set has this one.
    #[must_use]
    pub const fn has(self, obligation: Obligation) -> bool {
        self.0 & (1 << obligation as u16) != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of the vocabulary.
    pub fn iter(self) -> impl Iterator<Item = Obligation> {
        Obligation::ALL.iter().copied().filter(move |obligation| self.has(*obligation))
    }

    /// Those of the set that are not met yet by a caller of this strength, with or without a written reason.
    #[must_use]
    pub fn unmet(self, strength: Strength, has_reason: bool) -> Self {
        let unmet = |obligation: &Obligation| match obligation {
            Obligation::StepUp => !is_stepped_up(strength),
            Obligation::LogReason => !has_reason,
            _ => false,
        };
        self.iter().filter(unmet).collect()
    }
}

/// A demo sign-in has nothing to step up to, and exists only in the demo; the service signs in anew for every job.
const fn is_stepped_up(strength: Strength) -> bool {
    matches!(strength, Strength::SteppedUp | Strength::Service | Strength::Demo)
}

impl FromIterator<Obligation> for Obligations {
    fn from_iter<I: IntoIterator<Item = Obligation>>(obligations: I) -> Self {
        obligations.into_iter().fold(Self::NONE, Self::with)
    }
}

impl Serialize for Obligations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_waits_for_a_step_up_and_a_protected_record_for_a_reason() {
        let set = Obligations::NONE.with(Obligation::StepUp).with(Obligation::LogReason).with(Obligation::ShowWarning);
        assert_eq!(
            set.unmet(Strength::Strong, false).iter().collect::<Vec<_>>(),
            [Obligation::LogReason, Obligation::StepUp]
        );
        assert_eq!(set.unmet(Strength::SteppedUp, false).iter().collect::<Vec<_>>(), [Obligation::LogReason]);
        assert!(set.unmet(Strength::Demo, true).is_empty());
    }
}
