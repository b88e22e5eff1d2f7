//! Concern reports (orosanmälningar) and notices of suspected young people: a duty, at once, with no balancing (SoL 19 kap. 1 §, LUL 6 §). A release like
//! any other, with the one question more that the recipient's day depends on: whether the child needs protection now.

use rbac_policy::legal_bases::Duty;
use serde::Deserialize;
use utoipa::ToSchema;
use vocabulary::{AuthorityId, Caller, CaseId, JointFileId, ReleaseId, SecrecyClass};

use crate::{
    Answer, Check, Registry, RegistryError,
    release::{BasisChoice, Channel, ReleaseCommand, Statement, command::Beside},
};

/// Reports concern for a child to the social board.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConcernReport {
    /// About the person of this own joint file; exactly one of `jointFileId` and `caseId`.
    #[serde(default)]
    pub joint_file_id: Option<JointFileId>,
    /// About the person of this own matter: whoever is not known yet is registered first.
    #[serde(default)]
    pub case_id: Option<CaseId>,
    /// The social board.
    pub recipient_id: AuthorityId,
    /// The unit there, for example its reception.
    #[serde(default)]
    pub attention: String,
    /// What gives concern.
    pub text: String,
    /// Whether the child can need protection at once: the recipient assesses that the same day.
    pub immediate_danger: bool,
    /// Whether the text speaks of another identifiable person.
    #[serde(default)]
    pub names_others: bool,
    /// `SOL_19_1` or `LUL_6`, with its answers.
    pub grounds: BasisChoice,
}

const DANGER: &str = "Orosanmälan: omedelbart skyddsbehov";
const CONCERN: &str = "Orosanmälan";
const RECEPTION: &str = "Mottagningen";

impl Registry {
    /// Reports concern.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a basis that is no duty to report at once; otherwise as [`Registry::release`].
    pub async fn report_concern(
        &self,
        caller: &Caller,
        command: ConcernReport,
    ) -> Result<Answer<ReleaseId>, RegistryError> {
        let basis = self.bases.current(&command.grounds.basis, self.clock.today());
        let mut check = Check::new();
        check.require(basis.is_some_and(|basis| basis.duty == Duty::AtOnce), "grounds.basis", "not-a-duty-to-report");
        check.require(command.joint_file_id.is_some() != command.case_id.is_some(), "caseId", "one-of-two");
        check.text("text", &command.text, crate::note::LONGEST_TEXT);
        check.optional_text("attention", &command.attention, 200);
        check.done()?;
        let attention = Some(command.attention.trim()).filter(|attention| !attention.is_empty()).unwrap_or(RECEPTION);
        let statement = Statement {
            title: if command.immediate_danger { DANGER } else { CONCERN }.to_owned(),
            text: command.text,
            class: SecrecyClass::Standard,
            third_party: command.names_others,
            contact_details: false,
        };
        let release = ReleaseCommand {
            case_id: command.case_id,
            joint_file_id: command.joint_file_id,
            items: Vec::new(),
            statements: vec![statement],
            recipient_id: command.recipient_id,
            attention: attention.to_owned(),
            grounds: command.grounds,
            handling_note: String::new(),
            channel: Channel::System,
            occurred_at: None,
            late_reason: String::new(),
            origin_asked: String::new(),
            asked: None,
            follow_fields: Vec::new(),
            follow_until: None,
        };
        let beside = Beside { immediate_danger: command.immediate_danger, ..Beside::default() };
        // A release holds much at once: its future lies on the heap.
        Box::pin(self.decide(caller, &release, beside)).await
    }
}
