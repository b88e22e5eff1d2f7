//! Why a parcel was refused. No variant carries anything that the parcel holds.

/// A refusal of a parcel or receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParcelError {
    /// The signature does not hold, or what is inside was sealed for another parcel.
    #[error("the parcel was altered or was not made by its sender")]
    Forged,
    /// Addressed to another authority, or sealed to a key that is not this one.
    #[error("the parcel is for another recipient")]
    WrongRecipient,
    /// Nobody known under this id sent it.
    #[error("the sender is not known here")]
    UnknownSender,
    /// Not the bytes of a parcel, or a content of another type than expected.
    #[error("not a parcel of the expected form")]
    Malformed,
    /// A parcel of a later format: this side must be upgraded first.
    #[error("a parcel of a format that is not known here")]
    UnknownVersion,
    /// Larger than [`crate::MAX_PARCEL`], or a payload larger than [`crate::MAX_PAYLOAD`].
    #[error("the parcel is too large")]
    TooLarge,
    /// The payload cannot be written as JSON, or the header's values are outside their limits.
    #[error("the parcel cannot be made of this")]
    Unsealable,
    /// The cryptographic library refused; never expected.
    #[error("sealing failed")]
    Cipher,
}
