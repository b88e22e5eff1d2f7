//! Rules of the entry format that a draft can break.

/// The rule that a draft breaks. Values are not repeated: they may be personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// A code is empty, too long or has a space, a quotation mark, a backslash or anything outside printable ASCII.
    #[error("{0} is not a code")]
    NotACode(&'static str),
    /// A number is negative or not below 2^53.
    #[error("{0} is outside the numbers that JSON carries exactly")]
    Number(&'static str),
    /// An allowed disclosure without recipient. LED art. 25 (1): disclosure shows the recipient.
    #[error("a disclosure needs its recipient")]
    MissingRecipient,
    /// A recipient on something that is not a disclosure.
    #[error("only a disclosure has a recipient")]
    UnexpectedRecipient,
    /// The leaf would exceed 4 KiB.
    #[error("the entry would exceed 4096 bytes")]
    TooLarge,
}
