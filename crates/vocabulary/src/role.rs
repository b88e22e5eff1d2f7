//! Roles that a mandate can carry. Granted here, never taken from a login token.

use serde::{Deserialize, Serialize};

use crate::AuthorityKind;

crate::closed_list! {
    /// A role inside one authority.
    pub enum Role {
        /// Socialsekreterare.
        SocialWorker = "social_worker",
        /// Förste socialsekreterare or enhetschef with delegation.
        SocialLead = "social_lead",
        /// Coordinator of the social-services-led group (SIG), social side.
        SigCoordinator = "sig_coordinator",
        /// Kommunpolis, SIG or SSPF coordinator at the police.
        PoliceCoordinator = "police_coordinator",
        /// Loggranskare or data protection officer.
        Auditor = "auditor",
        /// Registrator.
        RecordsOfficer = "records_officer",
        /// System administrator: sees no content.
        Administrator = "administrator",
        /// Brottsförebyggande samordnare: aggregates only.
        PreventionCoordinator = "prevention_coordinator",
        /// A job or a command-line call that acts in its own name.
        Service = "service",
    }
}

impl Role {
    /// Whether an authority of a kind has this role: what somebody does with individuals hangs on whose records they are, the offices are everybody's.
    #[must_use]
    pub const fn fits(self, kind: AuthorityKind) -> bool {
        match self {
            Self::SocialWorker | Self::SocialLead | Self::SigCoordinator => matches!(kind, AuthorityKind::SocialBoard),
            Self::PoliceCoordinator => matches!(kind, AuthorityKind::Police),
            // The municipality's own co-ordinator of crime prevention.
            Self::PreventionCoordinator => !matches!(kind, AuthorityKind::Police),
            Self::Auditor | Self::RecordsOfficer | Self::Administrator => true,
            Self::Service => false,
        }
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Role>", into = "Vec<Role>")]
pub struct Roles(u16);

impl Roles {
    /// The set with this role added.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | (1 << role as u16))
    }

    /// Whether the set has this role.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u16) != 0
    }

    /// The roles in declaration order.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.has(*role))
    }

    /// Whether work on an individual may be given to whoever has these roles: log control, administration and statistics never touch individuals.
    #[must_use]
    pub const fn work_with_individuals(self) -> bool {
        self.has(Role::SocialWorker)
            || self.has(Role::SocialLead)
            || self.has(Role::SigCoordinator)
            || self.has(Role::PoliceCoordinator)
    }

    /// Whether there is no role.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set as stored: one bit per role in declaration order.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set from its stored bits; bits without a role are refused.
    #[must_use]
    pub fn from_bits(bits: u16) -> Option<Self> {
        (u32::from(bits) >> Role::ALL.len() == 0).then_some(Self(bits))
    }
}

impl From<Vec<Role>> for Roles {
    fn from(roles: Vec<Role>) -> Self {
        roles.into_iter().collect()
    }
}

impl From<Roles> for Vec<Role> {
    fn from(roles: Roles) -> Self {
        roles.iter().collect()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::default(), Self::with)
    }
}
