//! Where a sealed field lies. The place is part of the seal: a field that was moved does not open.

use uuid::Uuid;
use vocabulary::KeyId;

use crate::framing::framed;

/// Name of this use of the cipher inside the AAD, with the format's version.
const FIELD_DOMAIN: &[u8] = b"samlad/field/1";

/// The place of one sealed field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// Id of the row.
    pub row: Uuid,
    /// The id that a permit must cover for this field to be opened; often the row itself. Not part of the seal.
    pub item: Uuid,
    /// For decisive fields the row's version: then an older value that is put back does not open.
    pub version: Option<i64>,
}

impl Place {
    /// A field whose own row is the item that a permit names.
    #[must_use]
    pub const fn of(table: &'static str, column: &'static str, row: Uuid) -> Self {
        Self { table, column, row, item: row, version: None }
    }

    /// The same place, opened by a permit over another id (a note's row under its case, for example).
    #[must_use]
    pub const fn under(self, item: Uuid) -> Self {
        Self { item, ..self }
    }

    /// The same place in a decisive field at a version.
    #[must_use]
    pub const fn at_version(self, version: i64) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The bytes that the cipher authenticates beside the content.
    pub(crate) fn aad(&self, kid: KeyId) -> Vec<u8> {
        let version = self.version.map(i64::to_be_bytes);
        let parts: [&[u8]; 6] = [
            FIELD_DOMAIN,
            self.table.as_bytes(),
            self.column.as_bytes(),
            self.row.as_bytes(),
            kid.0.as_bytes(),
            version.as_ref().map_or(&[], |bytes| bytes.as_slice()),
        ];
        framed(if version.is_some() { &parts } else { parts.split_last().map_or(&[], |(_, before)| before) })
    }
}

/// How far a content is padded before it is sealed, so that a length tells little. Content is never compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Names, numbers, dates: steps of 32 bytes.
    Short,
    /// Everything else: steps of 256 bytes.
    Long,
}

impl Padding {
    /// Columns that hold one short value. A column that is not listed gets the longer steps.
    const SHORT: &[&str] = &[
        "alias",
        "birth",
        "birth_date",
        "born",
        "display_name",
        "email",
        "external_number",
        "family_name",
        "full_name",
        "given_name",
        "identity",
        "initials",
        "issuer",
        "name",
        "number",
        "personal_number",
        "phone",
        "reference",
        "title",
    ];

    /// The padding of a place, by its column. Opening does not depend on it: the list may change at any time.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        let column = place.column.strip_suffix("_sealed").unwrap_or(place.column);
        if Self::SHORT.contains(&column) { Self::Short } else { Self::Long }
    }

    /// The padded length of a content of `length` bytes: the next whole number of steps, at least one.
    #[must_use]
    pub const fn padded(self, length: usize) -> usize {
        let step = match self {
            Self::Short => 32,
            Self::Long => 256,
        };
        if length == 0 { step } else { length.next_multiple_of(step) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_version_is_another_place_than_any_version() {
        let place = Place::of("release", "basis", Uuid::from_u128(1));
        let kid = KeyId(Uuid::from_u128(2));
        assert_ne!(place.aad(kid), place.at_version(0).aad(kid));
        assert_ne!(place.at_version(1).aad(kid), place.at_version(2).aad(kid));
        assert_eq!(place.aad(kid), place.under(Uuid::from_u128(9)).aad(kid));
    }

    #[test]
    fn a_column_that_nobody_thought_of_gets_the_longer_steps() {
        assert_eq!(Padding::of(&Place::of("person", "name", Uuid::nil())), Padding::Short);
        assert_eq!(Padding::of(&Place::of("person", "birth_sealed", Uuid::nil())), Padding::Short);
        assert_eq!(Padding::of(&Place::of("note", "text", Uuid::nil())), Padding::Long);
        assert_eq!(Padding::of(&Place::of("new", "unheard_of", Uuid::nil())).padded(1), 256);
        assert_eq!(Padding::Short.padded(32), 32);
        assert_eq!(Padding::Short.padded(33), 64);
    }
}
