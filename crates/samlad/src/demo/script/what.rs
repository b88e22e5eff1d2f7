//! What an event does: one variant per use case.

use serde::Deserialize;

use super::case_work::{
    AnnotateNote, Assign, CloseCase, DeclareConflict, LockNote, LogMeasure, OpenCase, OpenPoliceMatter, RecordConsent,
    RegisterPerson, RevokeConsent, UpdateMeasure, WriteNote,
};
use super::crossing::{
    Abstain, AnswerInformation, AskInformation, AssessConcern, ConcernReport, DecideLapsed, FileReceived, Release,
    Withdraw,
};
use super::joint_work::{
    AcceptNomination, Nominate, ProposeAction, ReplyAction, ReviewAction, TakePosition, UpdateJointFile, WithdrawEntry,
    WriteEntry,
};
use super::reading::{
    ListCases, ListJointFiles, ReadCase, ReadFigures, ReadJointFile, ReadLog, ReadReceived, RunClocks, Search,
    VerifyLog,
};

/// One use case with its payload. The script writes the variant as `do = "write_note"`.
#[derive(Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum What {
    /// The authority registers its own record of a person.
    RegisterPerson(RegisterPerson),
    /// A social board opens a case; whoever opens it is assigned to it.
    OpenCase(OpenCase),
    /// The police open a matter; whoever opens it is assigned to it.
    OpenPoliceMatter(OpenPoliceMatter),
    /// A case is closed.
    CloseCase(CloseCase),
    /// Somebody is assigned, covers, or joins the group of a file.
    Assign(Assign),
    /// A conflict of interest is declared.
    DeclareConflict(DeclareConflict),
    /// A note is written.
    WriteNote(WriteNote),
    /// A paragraph or measure is corrected by annotation.
    AnnotateNote(AnnotateNote),
    /// A note is locked.
    LockNote(LockNote),
    /// A measure is logged.
    LogMeasure(LogMeasure),
    /// A measure moves along its life cycle.
    UpdateMeasure(UpdateMeasure),
    /// A consent is recorded.
    RecordConsent(RecordConsent),
    /// A consent is withdrawn by one who gave it.
    RevokeConsent(RevokeConsent),
    /// Items are released.
    Release(Release),
    /// A decision not to release.
    Abstain(Abstain),
    /// A release is marked as withdrawn.
    Withdraw(Withdraw),
    /// A report that leaves without a joint file: concern report (`SOL_19_1`) or notice about a young suspect (`LUL_6`).
    ConcernReport(ConcernReport),
    /// A request for information.
    AskInformation(AskInformation),
    /// Its answer.
    AnswerInformation(AnswerInformation),
    /// A received item is added to an own case (tillförs ärendet).
    FileReceived(FileReceived),
    /// A step in the assessment of a received concern report.
    AssessConcern(AssessConcern),
    /// A lapsed copy is kept on an own ground or erased.
    DecideLapsed(DecideLapsed),
    /// A person is nominated; makes the nominator's own joint file.
    Nominate(Nominate),
    /// The other side links an own case; makes its own joint file.
    AcceptNomination(AcceptNomination),
    /// An own joint file changes state.
    UpdateJointFile(UpdateJointFile),
    /// An own entry is written in a joint file.
    WriteEntry(WriteEntry),
    /// An own entry is withdrawn (embargo).
    WithdrawEntry(WithdrawEntry),
    /// An assessment position is taken.
    TakePosition(TakePosition),
    /// A joint action is proposed: its text is released.
    ProposeAction(ProposeAction),
    /// A received joint action is accepted or declined.
    ReplyAction(ReplyAction),
    /// Progress, completion or evaluation of the own part of an action.
    ReviewAction(ReviewAction),
    /// A case is read.
    ReadCase(ReadCase),
    /// A joint file is read.
    ReadJointFile(ReadJointFile),
    /// A received item is opened.
    ReadReceived(ReadReceived),
    /// A person is searched for.
    Search(Search),
    /// Own cases are listed.
    ListCases(ListCases),
    /// Own joint files are listed.
    ListJointFiles(ListJointFiles),
    /// An auditor searches the access log.
    ReadLog(ReadLog),
    /// An auditor verifies the access log.
    VerifyLog(VerifyLog),
    /// Figures without individuals are read.
    ReadFigures(ReadFigures),
    /// The service's own nightly job: birthdays, expired consents and positions take effect at every local authority.
    RunClocks(RunClocks),
}

impl What {
    /// The name of the use case, as in the script.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RegisterPerson(_) => "register_person",
            Self::OpenCase(_) => "open_case",
            Self::OpenPoliceMatter(_) => "open_police_matter",
            Self::CloseCase(_) => "close_case",
            Self::Assign(_) => "assign",
            Self::DeclareConflict(_) => "declare_conflict",
            Self::WriteNote(_) => "write_note",
            Self::AnnotateNote(_) => "annotate_note",
            Self::LockNote(_) => "lock_note",
            Self::LogMeasure(_) => "log_measure",
            Self::UpdateMeasure(_) => "update_measure",
            Self::RecordConsent(_) => "record_consent",
            Self::RevokeConsent(_) => "revoke_consent",
            Self::Release(_) => "release",
            Self::Abstain(_) => "abstain",
            Self::Withdraw(_) => "withdraw",
            Self::ConcernReport(_) => "concern_report",
            Self::AskInformation(_) => "ask_information",
            Self::AnswerInformation(_) => "answer_information",
            Self::FileReceived(_) => "file_received",
            Self::AssessConcern(_) => "assess_concern",
            Self::DecideLapsed(_) => "decide_lapsed",
            Self::Nominate(_) => "nominate",
            Self::AcceptNomination(_) => "accept_nomination",
            Self::UpdateJointFile(_) => "update_joint_file",
            Self::WriteEntry(_) => "write_entry",
            Self::WithdrawEntry(_) => "withdraw_entry",
            Self::TakePosition(_) => "take_position",
            Self::ProposeAction(_) => "propose_action",
            Self::ReplyAction(_) => "reply_action",
            Self::ReviewAction(_) => "review_action",
            Self::ReadCase(_) => "read_case",
            Self::ReadJointFile(_) => "read_joint_file",
            Self::ReadReceived(_) => "read_received",
            Self::Search(_) => "search",
            Self::ListCases(_) => "list_cases",
            Self::ListJointFiles(_) => "list_joint_files",
            Self::ReadLog(_) => "read_log",
            Self::VerifyLog(_) => "verify_log",
            Self::ReadFigures(_) => "read_figures",
            Self::RunClocks(_) => "run_clocks",
        }
    }
}
