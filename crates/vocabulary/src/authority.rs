//! What kind of authority someone belongs to. Each municipal board is an authority of its own (OSL 8 kap. 2 §).

crate::closed_list! {
    /// The kinds of authority that the legal bases speak of.
    pub enum AuthorityKind {
        /// Socialnämnd.
        SocialBoard = "social_board",
        /// Polismyndigheten.
        Police = "police",
        /// Utbildningsnämnd, barn- och utbildningsnämnd.
        EducationBoard = "education_board",
        /// Säkerhetspolisen.
        SecurityService = "security_service",
        /// Åklagarmyndigheten.
        Prosecutor = "prosecutor",
        /// A region's health care.
        Health = "health",
        /// Another authority named in statute.
        OtherAuthority = "other_authority",
        /// A private school: not an authority.
        PrivateSchool = "private_school",
    }
}
