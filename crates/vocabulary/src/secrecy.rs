//! How protected an item and a person are.

crate::closed_list! {
    /// The secrecy class of one item (a paragraph, a measure, an entry). `Unknown` gets the most protective treatment.
    pub enum SecrecyClass {
        /// Ordinary secrecy of the owner (OSL 26:1 for a social board, 35:1 for the police).
        Standard = "standard",
        /// Health, addiction, psychiatric care.
        Health = "health",
        /// Speaks of another identifiable person.
        ThirdParty = "third_party",
        /// Covered by secrecy for a criminal investigation (OSL 18:1): released only with the head of investigation's clearance.
        Investigation = "investigation",
        /// Not classified.
        Unknown = "unknown",
    }
}

crate::closed_list! {
    /// Protected personal data (skyddade personuppgifter).
    pub enum Protection {
        /// No protection.
        None = "none",
        /// Sekretessmarkering: a warning; re-test each time.
        Marked = "marked",
        /// Skyddad folkbokföring.
        ProtectedRegistration = "protected_registration",
        /// Fingerade personuppgifter.
        AssumedIdentity = "assumed_identity",
    }
}
