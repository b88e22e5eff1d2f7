//! Every action that can be permitted, refused and logged. Typed actions are authorised, never URL paths.
//!
//! A value of [`Action`] is what the policy and the log speak of. A marker type per action (for example [`ReadCase`]) is what a permit is typed with, so
//! that a permit to list cannot open a record, and a permit that only an auditor gets cannot open a case.

crate::closed_list! {
    /// The six kinds of processing that LED art. 25 wants logged, and three of our own.
    pub enum Category {
        /// Insamling.
        Collect = "collect",
        /// Ändring.
        Alter = "alter",
        /// Läsning.
        Consult = "consult",
        /// Utlämnande, including transfer.
        Disclose = "disclose",
        /// Sammanförande.
        Combine = "combine",
        /// Radering.
        Erase = "erase",
        /// Sign-in and sign-out.
        Login = "login",
        /// Change or use of the policy.
        Policy = "policy",
        /// Administration and the service's own life.
        Admin = "admin",
    }
}

/// A marker type for one action.
pub trait Act: Send + Sync + 'static {
    /// The action.
    const ACTION: Action;
}

/// Marker for actions whose permit may open sealed business content. Log control and administration are not among them.
pub trait Opens: Act {}

macro_rules! actions {
    (@opens $name:ident opens) => { impl Opens for $name {} };
    (@opens $name:ident) => {};
    (@is opens) => { true };
    (@is) => { false };
    ($($(#[$meta:meta])* $name:ident = $code:literal, $category:ident $(, $opens:ident)?;)+) => {
        crate::closed_list! {
            /// What is done. The code (`noun.verb`) stands in the policy, the log and `audit/events.toml`.
            pub enum Action { $($(#[$meta])* $name = $code),+ }
        }

        impl Action {
            /// The kind of processing, for the log.
            #[must_use]
            pub const fn category(self) -> Category {
                match self { $(Action::$name => Category::$category),+ }
            }

            /// Whether its permit may open sealed business content: its type is [`Opens`].
            #[must_use]
            pub const fn opens(self) -> bool {
                match self { $(Action::$name => actions!(@is $($opens)?)),+ }
            }
        }

        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
            impl Act for $name { const ACTION: Action = Action::$name; }
            actions!(@opens $name $($opens)?);
        )+
    };
}

actions! {
    /// Register a person.
    RegisterPerson = "person.register", Collect, opens;
    /// Search for a person by name or number.
    SearchPersons = "person.search", Consult, opens;
    /// Open a person's identity.
    ReadPerson = "person.read", Consult, opens;
    /// Add an alias or correct an identity.
    UpdatePerson = "person.update", Alter, opens;

    /// Ask the unit that has a person for access.
    AskAccess = "access_request.ask", Collect;
    /// Read what colleagues ask for.
    ReadAccessRequest = "access_request.read", Consult, opens;
    /// Decline a colleague's wish for access. Granting it is assigning or lending the case.
    DeclineAccess = "access_request.decline", Alter;

    /// Open (start) a case.
    OpenCase = "case.open", Collect;
    /// List one's cases.
    ListCases = "case.list", Consult, opens;
    /// Read a case with its notes, measures and consents.
    ReadCase = "case.read", Consult, opens;
    /// Assign, cover or close a case.
    UpdateCase = "case.update", Alter;

    /// Write a case note.
    WriteNote = "note.write", Collect;
    /// Correct a note or a measure by annotation.
    AnnotateNote = "note.annotate", Alter, opens;
    /// Lock a note.
    LockNote = "note.lock", Alter;

    /// Log a measure.
    LogMeasure = "measure.log", Collect;
    /// Move a measure along its life cycle.
    UpdateMeasure = "measure.update", Alter, opens;
    /// Read a measure.
    ReadMeasure = "measure.read", Consult, opens;

    /// Record a consent.
    RecordConsent = "consent.record", Collect;
    /// Revoke a consent.
    RevokeConsent = "consent.revoke", Alter, opens;

    /// Prepare a release: choose items and see the preview.
    PrepareRelease = "release.prepare", Consult, opens;
    /// Decide a release: the copy leaves.
    DecideRelease = "release.decide", Disclose, opens;
    /// Read a release that one's authority made.
    ReadRelease = "release.read", Consult, opens;
    /// List releases.
    ListReleases = "release.list", Consult, opens;
    /// Mark a release as withdrawn.
    WithdrawRelease = "release.withdraw", Disclose, opens;
    /// Record a decision to abstain.
    Abstain = "abstention.record", Alter;
    /// Read abstentions.
    ReadAbstention = "abstention.read", Consult, opens;

    /// Take in a parcel from another authority.
    ReceiveParcel = "parcel.receive", Collect, opens;
    /// Hand a sealed parcel to the transport.
    SendParcel = "parcel.send", Disclose;
    /// List received items.
    ListReceived = "received_item.list", Consult, opens;
    /// Open a received item.
    ReadReceived = "received_item.read", Consult, opens;
    /// Add a received item to the personal file, with a reason.
    FileReceived = "received_item.file", Alter;
    /// Record a step in the assessment of a received concern report.
    AssessConcern = "received_item.assess", Alter;
    /// Decide what happens to a lapsed copy.
    DecideLapse = "received_item.decide_lapse", Alter;
    /// Erase a lapsed copy.
    EraseReceived = "received_item.erase", Erase;

    /// Nominate a person for coordination.
    Nominate = "joint_file.nominate", Disclose, opens;
    /// List joint files.
    ListJointFiles = "joint_file.list", Consult, opens;
    /// Read a joint file: own entries and received items.
    ReadJointFile = "joint_file.read", Consult, opens;
    /// Change the state of a joint file.
    UpdateJointFile = "joint_file.update", Alter;
    /// Erase a nomination that led nowhere.
    EraseNomination = "joint_file.erase", Erase;
    /// Write an own entry in a joint file.
    WriteEntry = "joint_entry.write", Collect;
    /// Withdraw an own entry (embargo).
    WithdrawEntry = "joint_entry.withdraw", Alter;
    /// Take an assessment position.
    TakePosition = "assessment.take", Collect, opens;

    /// Propose a joint action: its text is released to the other side.
    ProposeAction = "joint_action.propose", Disclose, opens;
    /// Amend the text of an own joint action.
    AmendAction = "joint_action.amend", Disclose, opens;
    /// Read a joint action.
    ReadAction = "joint_action.read", Consult, opens;
    /// Accept or decline a joint action.
    ReplyAction = "joint_action.reply", Disclose, opens;
    /// Report progress, complete or evaluate one's own part.
    ReviewAction = "joint_action.review", Alter, opens;
    /// Send a follow-up field to the other side.
    FollowUp = "joint_action.follow_up", Disclose, opens;

    /// Ask another authority for information.
    AskInformation = "info_request.ask", Disclose, opens;
    /// Answer a request for information.
    AnswerInformation = "info_request.answer", Disclose, opens;
    /// Read requests for information.
    ReadInformation = "info_request.read", Consult, opens;

    /// Search the access log.
    SearchLog = "audit.search", Consult;
    /// Open one entry of the access log.
    ReadLogEntry = "audit.read", Consult;
    /// Verify the log.
    VerifyLog = "audit.verify", Consult;
    /// Export the log.
    ExportLog = "audit.export", Disclose;

    /// See figures without individuals.
    ReadFigures = "figures.read", Consult;
    /// See the legal bases.
    ReadLegalBases = "legal_basis.read", Consult;
    /// Record that the authority's counsel has confirmed the wording of a legal basis, or take that back.
    ConfirmBasis = "legal_basis.confirm", Policy;
    /// Ask why an access is allowed or refused.
    ExplainAccess = "access.explain", Consult;
    /// Read one's own home page, mandate and tasks.
    ReadHome = "home.read", Consult, opens;
    /// Keep a draft of what is being written in a form.
    SaveFormDraft = "form_draft.save", Alter;
    /// Take up one's own draft again.
    ReadFormDraft = "form_draft.read", Consult, opens;
    /// Throw a draft away, or erase it after its term.
    DiscardFormDraft = "form_draft.discard", Erase;
    /// List users, units and mandates.
    ReadUsers = "user.read", Consult;
    /// Create users and grant roles.
    UpdateUsers = "user.update", Admin;
    /// See the access policy: what is in force, what waits, the matrix.
    ReadPolicy = "policy.read", Policy;
    /// Read and check a policy folder; a sound one waits as a candidate.
    LoadPolicy = "policy.load", Policy;
    /// Agree to a candidate, or turn it down.
    ApprovePolicy = "policy.approve", Policy;
    /// Another policy is put in force.
    ChangePolicy = "policy.change", Policy;
    /// Sign in.
    SignIn = "session.start", Login;
    /// Sign out.
    SignOut = "session.end", Login;
    /// A lapse took effect.
    Lapse = "lapse.apply", Alter, opens;
    /// Set up an authority: its keys and first users, its peers, sign-in links made by the service.
    SetUpAuthority = "authority.set_up", Admin;
    /// The service started; the entry names the instance before it.
    StartInstance = "service.start", Admin;
    /// Numbers that were taken and rolled back.
    VoidNumbers = "log.void", Admin;
    /// Entries of the log whose term has ended are deleted; their hashes stay.
    PruneLog = "log.prune", Erase;
    /// A request that named nothing known.
    UnknownRequest = "request.unknown", Consult;
}
