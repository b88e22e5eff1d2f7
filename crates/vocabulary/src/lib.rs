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
pub use caller::{Caller, Strength};
pub use clock::{Clock, FixedClock, SystemClock, Timestamp};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use id::*;
pub use language::Language;
pub use personal_number::{CoordinationNumber, IdentityNumber, NumberError, PersonalNumber};
pub use purpose::Purpose;
pub use role::{Role, Roles};
pub use sealed::{Sealed, WrappedKey};
pub use secrecy::{Protection, SecrecyClass};

/// Declares a closed list: an enum whose every value has a stable `snake_case` code, used in the database, the policy and the API.
#[macro_export]
macro_rules! closed_list {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        $vis enum $name { $($(#[$vmeta])* #[serde(rename = $code)] $variant),+ }

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
