//! The names by which the script's events refer to what earlier events made. One type per noun, like the ids they will become.

use serde::Deserialize;

macro_rules! labels {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The label as written in the script.
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { f.write_str(&self.0) }
        }
    )+};
}

labels! {
    /// A young person. Each authority has its own record of the person: look up by (authority, label).
    PersonLabel,
    /// A case or a police matter of one authority.
    CaseLabel,
    /// A note.
    NoteLabel,
    /// A paragraph of a note.
    ParagraphLabel,
    /// A measure.
    MeasureLabel,
    /// A consent.
    ConsentLabel,
    /// A release. At the recipient the same label means what arrived by it.
    ReleaseLabel,
    /// A joint file. Each side has its own file: look up by (authority, label).
    JointFileLabel,
    /// An own entry in a joint file.
    EntryLabel,
    /// A joint action. Each side has its own row: look up by (authority, label).
    ActionLabel,
    /// A request for information. Each side has its own row: look up by (authority, label).
    RequestLabel,
}
