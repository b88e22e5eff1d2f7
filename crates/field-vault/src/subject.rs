//! What a data key belongs to: the unit of erasure.

use uuid::Uuid;
use vocabulary::{CaseId, JointFileId, LogSubjectId, PersonId, ReceivedItemId};

use crate::VaultError;

/// The unit of erasure that a data key stands for. Destroying the key erases everything sealed under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeySubject {
    /// A person's identity.
    Person(PersonId),
    /// A case: notes, measures, consents, releases.
    Case(CaseId),
    /// A joint file: own entries, joint actions.
    JointFile(JointFileId),
    /// One received item: it lapses and is erased on its own.
    ReceivedItem(ReceivedItemId),
    /// Small things of the authority itself (names of users and units, drafts).
    Authority,
    /// Openings of log entries. They have keys of their own with the log's own term, so that erasing a case does not blind the log.
    Log {
        /// The person whom the entries are about; none: entries about nobody known, and the fallback when the subject's key cannot be had.
        subject: Option<LogSubjectId>,
        /// The log year.
        year: i32,
    },
}

impl KeySubject {
    /// Kind code, id and year as they stand in a key row: never NULL, so that one unique key covers them. No id is the nil UUID, no year is 0.
    #[must_use]
    pub fn parts(&self) -> (&'static str, Uuid, i32) {
        match *self {
            Self::Person(id) => ("person", id.0, 0),
            Self::Case(id) => ("case", id.0, 0),
            Self::JointFile(id) => ("joint_file", id.0, 0),
            Self::ReceivedItem(id) => ("received_item", id.0, 0),
            Self::Authority => ("authority", Uuid::nil(), 0),
            Self::Log { subject, year } => ("log", subject.map_or(Uuid::nil(), |id| id.0), year),
        }
    }

    /// The subject that a key row names; the inverse of [`Self::parts`].
    ///
    /// # Errors
    /// [`VaultError::Malformed`] for parts that no subject has.
    pub fn from_parts(kind: &str, id: Uuid, year: i32) -> Result<Self, VaultError> {
        let subject = match kind {
            "person" => Self::Person(id.into()),
            "case" => Self::Case(id.into()),
            "joint_file" => Self::JointFile(id.into()),
            "received_item" => Self::ReceivedItem(id.into()),
            "authority" => Self::Authority,
            "log" => Self::Log { subject: (!id.is_nil()).then(|| id.into()), year },
            _ => return Err(VaultError::Malformed),
        };
        if subject.parts() == (subject.parts().0, id, year) { Ok(subject) } else { Err(VaultError::Malformed) }
    }

    /// Whether keys of this subject seal log openings.
    #[must_use]
    pub const fn is_log(&self) -> bool {
        matches!(self, Self::Log { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_survives_its_row() {
        let id = Uuid::from_u128(7);
        for subject in [
            KeySubject::Person(id.into()),
            KeySubject::Case(id.into()),
            KeySubject::JointFile(id.into()),
            KeySubject::ReceivedItem(id.into()),
            KeySubject::Authority,
            KeySubject::Log { subject: None, year: 2026 },
            KeySubject::Log { subject: Some(id.into()), year: 2026 },
        ] {
            let (kind, id, year) = subject.parts();
            assert_eq!(KeySubject::from_parts(kind, id, year), Ok(subject));
        }
    }

    #[test]
    fn parts_that_no_subject_has_are_refused() {
        assert_eq!(KeySubject::from_parts("cases", Uuid::nil(), 0), Err(VaultError::Malformed));
        assert_eq!(KeySubject::from_parts("authority", Uuid::from_u128(1), 0), Err(VaultError::Malformed));
        assert_eq!(KeySubject::from_parts("case", Uuid::from_u128(1), 2026), Err(VaultError::Malformed));
    }
}
