//! The legal bases as pages and API show them: which may carry a release to a recipient, with their questions, worked examples and state.

use rbac_policy::{
    Facts, Target,
    legal_bases::{AgeRule, Approval, Confirmations, Duty, LegalBasis, State, YesNo},
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{AuthorityId, AuthorityKind, Caller, Language, Purpose, action::ReadLegalBases};

use crate::{Answer, Registry, RegistryError, release::SecrecyView};

/// The bases for one recipient, in the order in which they are offered.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BasisList {
    /// The recipient.
    pub recipient_id: AuthorityId,
    /// The recipient's kind.
    pub recipient_kind: AuthorityKind,
    /// The bases.
    pub bases: Vec<BasisView>,
    /// What protects an item once the recipient has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrecy_at_recipient: Option<SecrecyView>,
}

/// A legal basis in one version, in the caller's language.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that the page shows; none is a state")]
pub struct BasisView {
    /// Code.
    pub code: String,
    /// Version.
    pub version: u32,
    /// Statute and section.
    pub citation: String,
    /// A short name.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Whether it may be used at all.
    pub state: State,
    /// Whether it can be used today: on, or confirmed by the authority's counsel.
    pub usable: bool,
    /// Who confirmed the wording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_on: Option<Date>,
    /// First day of the version.
    pub valid_from: Date,
    /// Last day of the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Whose approval it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Whether it is offered after all others.
    pub offered_last: bool,
    /// Who decides, in words.
    pub who_decides: String,
    /// Whether the law obliges the holder.
    pub duty: Duty,
    /// Ends on this birthday, for follow-ups too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lapses_at_age: Option<u8>,
    /// Usable only when the recipient has asked.
    pub on_request_only: bool,
    /// Whether later fields may follow a release.
    pub follow_up_allowed: bool,
    /// Never alone: one of these must be met for the same items.
    pub requires_one_of: Vec<String>,
    /// The questions.
    pub tests: Vec<TestView>,
}

/// One question.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestView {
    /// Code, unique in the basis.
    pub id: String,
    /// The question.
    pub question: String,
    /// The only answer that lets the release go on.
    pub required_answer: YesNo,
    /// Whether it asks for written reasons.
    pub reason_required: bool,
    /// Whether the system answers it by itself.
    pub by_system: bool,
    /// A case where the answer is yes.
    pub example_yes: String,
    /// A case where the answer is no.
    pub example_no: String,
    /// What to do when the answer is the other one.
    pub if_fails: String,
}

impl Registry {
    /// The bases that can carry a release from the caller's authority to a recipient, usable ones first.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the recipient is not in the directory.
    pub async fn offered_bases(&self, caller: &Caller, to: AuthorityId) -> Result<Answer<BasisList>, RegistryError> {
        let permit = self
            .allow::<ReadLegalBases>(caller, Facts::own_desk(Purpose::ReleaseDecision, Target::kind("legal_basis")))
            .await?;
        let today = self.clock.today();
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let directory = self.directory(&mut snapshot).await?;
        let confirmations = self.confirmations(&mut snapshot, caller.authority).await?;
        snapshot.close().await?;
        let recorded = self.record(permit).await?;
        let own = directory
            .get(&caller.authority)
            .ok_or(RegistryError::Internal("the caller's authority is not in the directory"))?;
        let to = directory.get(&to).filter(|row| row.id != caller.authority).ok_or(RegistryError::NotFound)?;
        let offered = self.bases.offered(own.kind, to.kind, today, &confirmations);
        let view = BasisList {
            recipient_id: to.id,
            recipient_kind: to.kind,
            bases: offered
                .into_iter()
                .map(|basis| view(basis, Some((own.kind, to.kind)), &confirmations, caller.language))
                .collect(),
            secrecy_at_recipient: self.bases.secrecy_at_recipient(to.kind).map(|secrecy| SecrecyView {
                citation: secrecy.citation.clone(),
                note: secrecy.note.text(caller.language).to_owned(),
            }),
        };
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// Every basis in force today, switched-off ones included: what the law lets one do, and what this authority's counsel has confirmed.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub async fn legal_bases(&self, caller: &Caller) -> Result<Answer<Vec<BasisView>>, RegistryError> {
        let permit = self
            .allow::<ReadLegalBases>(caller, Facts::own_desk(Purpose::ReleaseDecision, Target::kind("legal_basis")))
            .await?;
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let confirmations = self.confirmations(&mut snapshot, caller.authority).await?;
        snapshot.close().await?;
        let recorded = self.record(permit).await?;
        let view =
            self.bases.at(self.clock.today()).map(|basis| view(basis, None, &confirmations, caller.language)).collect();
        Ok(Answer { view, entry: recorded.entry() })
    }
}

fn view(
    basis: &LegalBasis,
    between: Option<(AuthorityKind, AuthorityKind)>,
    confirmations: &Confirmations,
    language: Language,
) -> BasisView {
    let confirmation = confirmations.find(basis);
    BasisView {
        code: basis.code.clone(),
        version: basis.version,
        citation: basis.citation.clone(),
        title: basis.title.text(language).to_owned(),
        summary: basis.summary.text(language).to_owned(),
        state: basis.state,
        usable: confirmations.cover(basis),
        confirmed_by: confirmation.map(|given| given.by.clone()),
        confirmed_on: confirmation.map(|given| given.on),
        valid_from: basis.valid_from,
        valid_to: basis.valid_to,
        approval: between.and_then(|(from, to)| basis.approval(from, to)),
        offered_last: between.is_some_and(|(from, to)| basis.offered_last(from, to)),
        who_decides: basis.who_decides.text(language).to_owned(),
        duty: basis.duty,
        lapses_at_age: match basis.age {
            AgeRule::LapsesAt(years) => Some(years),
            _ => None,
        },
        on_request_only: basis.on_request_only,
        follow_up_allowed: basis.follow_up_allowed,
        requires_one_of: basis.requires_one_of.clone(),
        tests: basis
            .tests
            .iter()
            .map(|test| TestView {
                id: test.id.clone(),
                question: test.question.text(language).to_owned(),
                required_answer: test.required_answer,
                reason_required: test.reason_required,
                by_system: !test.is_asked(),
                example_yes: test.example_yes.text(language).to_owned(),
                example_no: test.example_no.text(language).to_owned(),
                if_fails: test.if_fails.text(language).to_owned(),
            })
            .collect(),
    }
}
