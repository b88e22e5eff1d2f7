//! One identifier type per noun, so that a case id cannot stand where a person id is meant.
//!
//! All ids are random (version 4) or time-ordered (version 7, log entries only) and tell nothing about what they name.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, format = Uuid))]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Self { id.0 } }
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { self.0.fmt(f) }
        }
        impl core::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::parse_str(text).map(Self) }
        }
    )+};
}

ids! {
    /// An authority: a legal person that holds secrets; the tenant boundary.
    AuthorityId,
    /// A unit inside an authority.
    UnitId,
    /// A user; one mandate is one user row at one authority.
    UserId,
    /// A signed-in session.
    SessionId,
    /// A person in one authority's records.
    PersonId,
    /// The random name under which the log knows a person; never derived from a personal number.
    LogSubjectId,
    /// A case (ärende) of one authority.
    CaseId,
    /// A case note.
    NoteId,
    /// A paragraph of a note: the smallest item that can be released.
    ParagraphId,
    /// A measure (insats, åtgärd).
    MeasureId,
    /// A consent.
    ConsentId,
    /// A release (utlämnande).
    ReleaseId,
    /// An abstention (beslut att avstå).
    AbstentionId,
    /// A draft of a release, owned by its author.
    ReleaseDraftId,
    /// A draft of what somebody is writing in a form, owned by its writer.
    FormDraftId,
    /// A colleague's wish to work with a person whom the authority has already.
    AccessRequestId,
    /// A parcel between authorities.
    ParcelId,
    /// A received item (mottagen handling).
    ReceivedItemId,
    /// A joint file (samverkansakt) of one authority.
    JointFileId,
    /// The random reference that joins two authorities' joint files; the only thing they have in common.
    JointRef,
    /// A joint action (gemensam åtgärd), owned by its proposer.
    JointActionId,
    /// An own entry in a joint file.
    JointEntryId,
    /// An assessment position (ställningstagande).
    PositionId,
    /// A request for information.
    InfoRequestId,
    /// One entry of the access log (UUID version 7).
    EntryId,
    /// One request to the service, for tracing without personal data.
    RequestId,
    /// A data key.
    KeyId,
}
