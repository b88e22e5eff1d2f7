//! Why the vault refused. No variant carries plain text, key bytes or the text of a lower error that might.

/// A refusal of the vault. Named for what went wrong, so that an operator knows what to do and a test can tell attacks apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// This process holds no root identity for the authority.
    #[error("no root identity for this authority in this process")]
    NoRoot,
    /// The authority's key has not been unlocked.
    #[error("the authority key is not unlocked")]
    Locked,
    /// The root (or recovery) identity does not open this key file.
    #[error("the identity does not open this key file")]
    WrongRoot,
    /// The key row's MAC does not hold under any authority key that is unlocked here: it was planted, swapped or edited.
    #[error("the key row was not made by this authority")]
    ForgedKeyRow,
    /// The key inside the file is not the key that the row names (the kid is a commitment to the key).
    #[error("the key is not the one that its row names")]
    KeyCommitment,
    /// The key file opens, but what is inside is not a key of the expected form.
    #[error("the key file is damaged or of an unknown form")]
    DamagedKeyFile,
    /// The key was destroyed: what it sealed is erased.
    #[error("the key was destroyed")]
    Erased,
    /// The field was sealed under another key than the one handed in.
    #[error("the field was sealed under another key")]
    OtherKey,
    /// The key is of a kind that may not be used here (a log key for a field, a field key for a log opening).
    #[error("a key of this kind may not be used here")]
    WrongKind,
    /// The key belongs to another authority than the one that the permit was given in.
    #[error("the key belongs to another authority")]
    OtherAuthority,
    /// Too short, or of an unknown version.
    #[error("not a sealed field")]
    Malformed,
    /// The seal does not hold: altered, truncated, extended, moved to another row or column, or an older version put back.
    #[error("the seal does not hold")]
    NotAuthentic,
    /// The seal holds, but the content is not of the expected type.
    #[error("the content is not of the expected type")]
    UnexpectedContent,
    /// The content cannot be written as JSON.
    #[error("the content cannot be sealed")]
    Unsealable,
    /// The content is larger than [`crate::MAX_PLAIN`].
    #[error("the content is too large")]
    TooLarge,
    /// The permit does not cover this item.
    #[error("the permit does not cover this item")]
    NotCovered,
    /// The cryptographic library refused; never expected.
    #[error("the cipher failed")]
    Cipher,
}
