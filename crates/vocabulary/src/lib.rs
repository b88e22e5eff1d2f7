//! The nouns that every room of Samlad shares: identifiers, roles, actions, the caller, sealed bytes, the clock.
//!
//! What it is: plain data and closed lists, one noun per file. What it is not: there is no I/O, no policy and no cryptography here;
//! a [`Sealed`] value cannot be opened in this crate and a [`Caller`] proves nothing by itself.
//! Every other crate uses it; it uses none of ours.

pub mod action;
pub mod age;
pub mod authority;
pub mod caller;
pub mod clock;
pub mod entropy;
pub mod id;
pub mod language;
pub mod personal_number;
pub mod purpose;
pub mod role;
pub mod sealed;
pub mod secrecy;

pub use action::{Act, Action, Category, Opens};
pub use age::{AgeBand, age_on};
pub use authority::AuthorityKind;
pub use caller::{Caller, Idempotency, StatedReason, Strength};
pub use clock::{Clock, FixedClock, SystemClock, Timestamp};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use id::*;
pub use language::Language;
pub use personal_number::{CoordinationNumber, IdentityNumber, NumberError, PersonalNumber};
pub use purpose::Purpose;
pub use role::{Role, Roles};
pub use sealed::{Sealed, WrappedKey};
pub use secrecy::{Protection, SecrecyClass};

/// A code as the API writes it: `UPPER_SNAKE` (the national REST profile); the point of an action's code is written as `_` too.
#[derive(Clone, Copy)]
pub struct UpperCode(pub &'static str);

const fn upper(c: char) -> char {
    if c == '.' { '_' } else { c.to_ascii_uppercase() }
}

impl UpperCode {
    /// Whether the text is exactly this code.
    #[must_use]
    pub fn equals(self, text: &str) -> bool {
        self.0.len() == text.len() && self.0.chars().map(upper).eq(text.chars().map(|c| if c == '.' { '_' } else { c }))
    }
}

impl core::fmt::Display for UpperCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.chars().try_for_each(|c| core::fmt::Write::write_char(f, upper(c)))
    }
}

/// Writes a code that is kept as text as the API writes codes: `UPPER_SNAKE`. For the codes of catalogues, which are data, and for what the log says.
///
/// # Errors
/// What the serializer fails with.
pub fn upper_snake<S: serde::Serializer>(code: &impl AsRef<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&code.as_ref().to_ascii_uppercase().replace(['.', '-'], "_"))
}

/// Reads the code of a catalogue in either case, as it is kept: `snake_case`.
///
/// # Errors
/// When it is no text.
pub fn lower_snake<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = <String as serde::Deserialize>::deserialize(deserializer)?;
    Ok(text.to_ascii_lowercase())
}

/// The same where there may be none.
///
/// # Errors
/// What the serializer fails with.
pub fn upper_snake_if_any<S: serde::Serializer>(
    code: &Option<impl AsRef<str>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match code {
        Some(code) => upper_snake(code, serializer),
        None => serializer.serialize_none(),
    }
}

/// Describes a closed list for OpenAPI where the feature `schema` is on.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! closed_list_schema {
    ($name:ident { $($code:literal),+ }) => {
        impl $crate::utoipa::PartialSchema for $name {
            fn schema() -> $crate::utoipa::openapi::RefOr<$crate::utoipa::openapi::schema::Schema> {
                $crate::utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type($crate::utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($code.to_ascii_uppercase().replace('.', "_")),+]))
                    .into()
            }
        }
        impl $crate::utoipa::ToSchema for $name {
            fn name() -> ::std::borrow::Cow<'static, str> { ::std::borrow::Cow::Borrowed(stringify!($name)) }
        }
    };
}

/// Describes a closed list for OpenAPI where the feature `schema` is on.
#[cfg(not(feature = "schema"))]
#[doc(hidden)]
#[macro_export]
macro_rules! closed_list_schema {
    ($name:ident { $($code:literal),+ }) => {};
}

#[cfg(feature = "schema")]
pub use utoipa;

/// Declares a closed list: an enum whose every value has a stable `snake_case` code, used in the database and the policy;
/// JSON writes it as `UPPER_SNAKE` and reads either.
#[macro_export]
macro_rules! closed_list {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The stable code of this value.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code { $($code => Ok($name::$variant),)+ _ => Err($crate::UnknownCode { list: stringify!($name) }) }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&$crate::UpperCode(self.code()))
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::ALL.iter().copied().find(|value| *text == *value.code() || $crate::UpperCode(value.code()).equals(&text))
                    .ok_or_else(|| ::serde::de::Error::custom(concat!("not a value of the closed list ", stringify!($name))))
            }
        }

        $crate::closed_list_schema!($name { $($code),+ });

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { f.write_str(self.code()) }
        }
    };
}

/// A code that is not in a closed list. The code itself is not repeated: it may be anything a client sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a value of the closed list {list}")]
pub struct UnknownCode {
    /// Name of the list.
    pub list: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_snake_case_at_rest_and_upper_snake_in_json() {
        assert_eq!(AuthorityKind::SocialBoard.code(), "social_board");
        assert_eq!(serde_json::to_string(&AuthorityKind::SocialBoard).unwrap(), "\"SOCIAL_BOARD\"");
        assert_eq!(serde_json::from_str::<AuthorityKind>("\"SOCIAL_BOARD\"").unwrap(), AuthorityKind::SocialBoard);
        assert!(serde_json::from_str::<AuthorityKind>("\"Social_Board\"").is_err());
    }
}
