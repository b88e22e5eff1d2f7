//! The names by which the script's events refer to what earlier events made. One type per noun, like the ids they will become.

use serde::Deserialize;

/// A name in the script.
pub trait Label {
    /// The noun that it names.
    const NOUN: &'static str;

    /// The label as written.
    fn text(&self) -> &str;
}

macro_rules! labels {
    ($($(#[$meta:meta])* $name:ident = $noun:literal),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The label as written in the script.
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl Label for $name {
            const NOUN: &'static str = $noun;

            fn text(&self) -> &str { &self.0 }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { f.write_str(&self.0) }
        }
    )+};
}

labels! {
    /// A young person. Each authority has its own record of the person: look up by (authority, label).
    PersonLabel = "person",
    /// A case or a police matter of one authority.
    CaseLabel = "case",
    /// A note.
    NoteLabel = "note",
    /// A paragraph of a note.
    ParagraphLabel = "paragraph",
    /// A measure.
    MeasureLabel = "measure",
    /// A consent.
    ConsentLabel = "consent",
    /// A release. At the recipient the same label means what arrived by it.
    ReleaseLabel = "release",
    /// A joint file. Each side has its own file: look up by (authority, label).
    JointFileLabel = "joint file",
    /// An own entry in a joint file.
    EntryLabel = "entry",
    /// A joint action. Each side has its own row: look up by (authority, label).
    ActionLabel = "action",
    /// A request for information. Each side has its own row: look up by (authority, label).
    RequestLabel = "request",
}
