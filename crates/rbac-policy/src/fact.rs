//! What a decision is made on: everything about the caller's relation to the record, as values of closed lists.
//!
//! The conductor's fact resolver reads them in the same snapshot as the sealed record. Ids, dates and memberships are turned into these values there
//! and never reach the policy. Whatever could not be established is `unknown`, which gets the most protective treatment.

use uuid::Uuid;
use vocabulary::{AgeBand, CaseId, LogSubjectId, Protection, Purpose, SecrecyClass};

vocabulary::closed_list! {
    /// Whose record it is, seen from the caller's authority.
    pub enum Relation {
        /// The caller's authority made it or received it.
        Own = "own",
        /// Another authority's. Never readable: what crosses is a released copy, and the copy is own.
        Other = "other",
        /// There is no such record.
        None = "none",
        /// Not established.
        Unknown = "unknown",
    }
}

vocabulary::closed_list! {
    /// How the caller stands to the case or joint file that the record belongs to. The first five are the rows of a [`Scope`](crate::Scope).
    pub enum Assignment {
        /// Case officer, or named member.
        Assigned = "assigned",
        /// Stands in for a case officer for a limited time.
        Cover = "cover",
        /// Leads the unit that has the case.
        Lead = "lead",
        /// Member of the joint file's group on the own side.
        Group = "group",
        /// None of these, or the thing belongs to no case.
        None = "none",
        /// Not established.
        Unknown = "unknown",
    }
}

vocabulary::closed_list! {
    /// How protected the thing is: for an item its [`SecrecyClass`], for a record `standard` or, if the person has protected identity, `protected`.
    pub enum ClassFact {
        /// Ordinary secrecy of the owner.
        Standard = "standard",
        /// Health, addiction, psychiatric care.
        Health = "health",
        /// Speaks of another identifiable person.
        ThirdParty = "third_party",
        /// Covered by secrecy for a criminal investigation, without recorded clearance.
        Investigation = "investigation",
        /// The person has protected identity.
        Protected = "protected",
        /// Not classified.
        Unknown = "unknown",
    }
}

impl ClassFact {
    /// The class of a person's whole record.
    #[must_use]
    pub const fn of_person(protection: Protection) -> Self {
        match protection {
            Protection::None => Self::Standard,
            Protection::Marked | Protection::ProtectedRegistration | Protection::AssumedIdentity => Self::Protected,
        }
    }

    /// The class of an item for a release. An item under investigation stands as an ordinary one once the head of investigation's clearance is on
    /// record (OSL 18 kap. 1 §); without it no release of it is permitted.
    #[must_use]
    pub fn for_release(class: SecrecyClass, is_cleared: bool) -> Self {
        match class {
            SecrecyClass::Investigation if is_cleared => Self::Standard,
            other => other.into(),
        }
    }
}

impl From<SecrecyClass> for ClassFact {
    fn from(class: SecrecyClass) -> Self {
        match class {
            SecrecyClass::Standard => Self::Standard,
            SecrecyClass::Health => Self::Health,
            SecrecyClass::ThirdParty => Self::ThirdParty,
            SecrecyClass::Investigation => Self::Investigation,
            SecrecyClass::Unknown => Self::Unknown,
        }
    }
}

vocabulary::closed_list! {
    /// On what the action rests: the own task for everything inside the authority, a legal basis for everything that leaves it.
    pub enum BasisFact {
        /// The authority's own task.
        OwnTask = "own_task",
        /// OSL 10 kap. 18 a §.
        Osl10p18a = "osl_10_18a",
        /// OSL 10 kap. 18 b §.
        Osl10p18b = "osl_10_18b",
        /// OSL 10 kap. 18 c §.
        Osl10p18c = "osl_10_18c",
        /// OSL 10 kap. 15 a §.
        Osl10p15a = "osl_10_15a",
        /// OSL 10 kap. 19 §.
        Osl10p19 = "osl_10_19",
        /// OSL 10 kap. 20 §.
        Osl10p20 = "osl_10_20",
        /// OSL 10 kap. 21 §.
        Osl10p21 = "osl_10_21",
        /// OSL 10 kap. 22 §.
        Osl10p22 = "osl_10_22",
        /// OSL 10 kap. 23 §.
        Osl10p23 = "osl_10_23",
        /// OSL 12 kap. 2 §: consent.
        Osl12p2 = "osl_12_2",
        /// OSL 26 kap. 1 §: harm test passed.
        Osl26p1 = "osl_26_1",
        /// OSL 26 kap. 9 §.
        Osl26p9 = "osl_26_9",
        /// OSL 10 kap. 27 §, the general clause.
        Osl10p27 = "osl_10_27",
        /// OSL 10 kap. 28 §, a duty in statute.
        Osl10p28 = "osl_10_28",
        /// OSL 10 kap. 2 §, necessary for the own task.
        Osl10p2 = "osl_10_2",
        /// SoL 19 kap. 1 §, concern report.
        Sol19p1 = "sol_19_1",
        /// Polislagen 6 § andra stycket.
        Polislag6 = "polislag_6",
        /// LUL 6 §.
        Lul6 = "lul_6",
        /// LUL 11–12 §§.
        Lul11 = "lul_11",
        /// LVU 43 §.
        Lvu43 = "lvu_43",
        /// Lagen (2025:170) 4 §.
        L2025p170p4 = "l2025_170_4",
        /// Lagen (2025:170) 6 §.
        L2025p170p6 = "l2025_170_6",
        /// Lagen (2025:170) 7 §.
        L2025p170p7 = "l2025_170_7",
        /// There is none.
        None = "none",
        /// Not established.
        Unknown = "unknown",
    }
}

impl BasisFact {
    /// Consent is the basis OSL 12 kap. 2 §.
    pub const CONSENT: Self = Self::Osl12p2;

    /// The fact for a legal basis by its code in `legal-bases.toml`, in either case (`OSL_10_18A`). A basis that the policy has never heard of is
    /// `unknown` and carries nothing.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        let basis = Self::legal().find(|basis| basis.code().eq_ignore_ascii_case(code));
        basis.unwrap_or(Self::Unknown)
    }

    /// The legal bases: every value that is a rule on leaving the authority.
    pub fn legal() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|basis| !matches!(basis, Self::OwnTask | Self::None | Self::Unknown))
    }
}

vocabulary::closed_list! {
    /// Emergency access inside one's own authority (nödåtkomst).
    pub enum Glass {
        /// Not asked for.
        None = "none",
        /// Running.
        Active = "active",
        /// Has run out: counts as none.
        Expired = "expired",
    }
}

vocabulary::closed_list! {
    /// Conflict of interest (jäv) between the caller and the person.
    pub enum Conflict {
        /// None declared.
        None = "none",
        /// Declared, by anyone.
        Declared = "declared",
        /// Not established.
        Unknown = "unknown",
    }
}

/// The thing that the action is about, for the permit's reach and for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The noun, in `snake_case`, at most 32 bytes.
    pub kind: &'static str,
    /// The record; none for lists, and for things that are not records.
    pub id: Option<Uuid>,
    /// Row version of the record.
    pub version: Option<i64>,
    /// The case it belongs to.
    pub case: Option<CaseId>,
    /// About whom, by the log's own random names.
    pub subjects: Vec<LogSubjectId>,
}

impl Target {
    /// Something that is no record, or a list.
    #[must_use]
    pub const fn kind(kind: &'static str) -> Self {
        Self { kind, id: None, version: None, case: None, subjects: Vec::new() }
    }

    /// One record.
    #[must_use]
    pub fn record(kind: &'static str, id: impl Into<Uuid>) -> Self {
        Self { id: Some(id.into()), ..Self::kind(kind) }
    }

    /// With the row version.
    #[must_use]
    pub const fn at_version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// With its case.
    #[must_use]
    pub const fn in_case(mut self, case: CaseId) -> Self {
        self.case = Some(case);
        self
    }

    /// With one more subject.
    #[must_use]
    pub fn about(mut self, subject: LogSubjectId) -> Self {
        self.subjects.push(subject);
        self
    }
}

/// The facts of one decision. Start from a constructor and name what differs: `Facts { assigned, age, ..Facts::own_case(purpose, target) }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whose record.
    pub relation: Relation,
    /// How the caller stands to it.
    pub assigned: Assignment,
    /// How protected it is.
    pub class: ClassFact,
    /// On what **this** action rests: reading a received copy rests on the own task, whatever basis the sender had.
    pub basis: BasisFact,
    /// Why.
    pub purpose: Purpose,
    /// Whether the user stated the purpose (true) or the server derived it (false).
    pub purpose_stated: bool,
    /// The person's age band today, in Stockholm. A written statement of age (who says so, on what) may stand in for a birth date.
    pub age: AgeBand,
    /// Emergency access.
    pub glass: Glass,
    /// Conflict of interest.
    pub conflict: Conflict,
    /// The thing itself.
    pub target: Target,
}

impl Facts {
    /// Nothing is established: what a record that does not exist, or cannot be seen, is decided on. Never allowed.
    #[must_use]
    pub const fn missing(target: Target) -> Self {
        Self {
            relation: Relation::Unknown,
            assigned: Assignment::Unknown,
            class: ClassFact::Unknown,
            basis: BasisFact::Unknown,
            purpose: Purpose::Unknown,
            purpose_stated: false,
            age: AgeBand::Unknown,
            glass: Glass::None,
            conflict: Conflict::Unknown,
            target,
        }
    }

    /// A matter of one's own authority that concerns no individual: the home page, the log, users, figures, a list before its rows are known, a job.
    #[must_use]
    pub const fn own_desk(purpose: Purpose, target: Target) -> Self {
        Self {
            relation: Relation::Own,
            assigned: Assignment::None,
            class: ClassFact::Standard,
            basis: BasisFact::OwnTask,
            purpose,
            purpose_stated: false,
            age: AgeBand::Unknown,
            glass: Glass::None,
            conflict: Conflict::None,
            target,
        }
    }

    /// A record of one's own authority for its own task, about a person. What is not yet known of the person stays unknown: name `assigned`, `class`,
    /// `age` and `conflict`.
    #[must_use]
    pub fn own_case(purpose: Purpose, target: Target) -> Self {
        Self { relation: Relation::Own, basis: BasisFact::OwnTask, purpose, ..Self::missing(target) }
    }
}
