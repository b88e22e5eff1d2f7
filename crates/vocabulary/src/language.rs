//! The two languages of the interface.

crate::closed_list! {
    /// Swedish first, English complete.
    pub enum Language {
        /// Svenska.
        Swedish = "sv",
        /// English.
        English = "en",
    }
}
