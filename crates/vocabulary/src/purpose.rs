//! Why somebody looks. Derived on the server from the task or the case; stated by the user only where nothing can be derived.

crate::closed_list! {
    /// The closed list of purposes.
    pub enum Purpose {
        /// Handling an own case (SoLPuF 12 § 1, 3, 9 or 11; polisens brottsdatalag 2 kap. 1 §).
        CaseHandling = "case_handling",
        /// Coordination in a joint file on an own case.
        Coordination = "coordination",
        /// Deciding whether to release (OSL 10 kap.).
        ReleaseDecision = "release_decision",
        /// Taking a decision on a lapsed copy.
        LapseReview = "lapse_review",
        /// Control of the log (SoLPuL 10 §, brottsdatalagen): the log is used for nothing else.
        LogControl = "log_control",
        /// Users, units, grants, settings.
        Administration = "administration",
        /// Figures without individuals.
        Statistics = "statistics",
        /// A job of the service itself.
        Service = "service",
        /// None could be established: gets the most protective treatment.
        Unknown = "unknown",
    }
}

crate::closed_list! {
    /// The purpose of a case of a social board (SoLPuF 12 §), or the police matter's.
    pub enum CasePurpose {
        /// SoLPuF 12 § 1: handling of matters on assistance and other support.
        Sol12p1 = "solpuf_12_1",
        /// SoLPuF 12 § 3: matters under LVU.
        Sol12p3 = "solpuf_12_3",
        /// SoLPuF 12 § 9.
        Sol12p9 = "solpuf_12_9",
        /// SoLPuF 12 § 11.
        Sol12p11 = "solpuf_12_11",
        /// A police matter: preventing, averting or detecting crime (2018:1693 2 kap. 1 §).
        PoliceMatter = "police_matter",
        /// School: pupil health and support.
        SchoolMatter = "school_matter",
    }
}
