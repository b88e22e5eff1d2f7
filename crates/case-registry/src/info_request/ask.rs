//! Asking another authority: the question leaves on a legal basis, with the need that it rests on.

use audit_log::Recipient;
use field_vault::KeySubject;
use serde::{Deserialize, Serialize};
use store::{Work, info_request::InfoRequestRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AuthorityId, Caller, InfoRequestId, JointFileId, ReleaseId, SecrecyClass, action::AskInformation as AskAct,
};

use super::{RequestBody, RequestState, request_place};
use crate::{
    Answer, Check, Registry, RegistryError,
    courier::Outgoing,
    crossing::{Crossing, InformationRequest},
    joint_file::outward::{Outward, text_item},
    release::{BasisChoice, Channel},
};

/// Asks another authority for information in a joint file.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AskInformation {
    /// Whom; the other party of the joint file when left out.
    #[serde(default)]
    pub to: Option<AuthorityId>,
    /// The question.
    pub question: String,
    /// What it is needed for.
    pub need: String,
    /// When an answer is wished for.
    #[serde(default)]
    pub answer_by: Option<Date>,
    /// How it is asked; an authority that takes no parcels is asked by letter, telephone or in a meeting.
    #[serde(default = "system")]
    pub channel: Channel,
    /// The unit or person there.
    #[serde(default)]
    pub attention: String,
    /// Whether the texts speak of another identifiable person.
    #[serde(default)]
    pub names_others: bool,
    /// The legal basis for what the question itself reveals.
    pub grounds: BasisChoice,
}

const fn system() -> Channel {
    Channel::System
}

/// A request that has left.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The own side's request.
    pub id: InfoRequestId,
    /// The decision to release the question.
    pub release_id: ReleaseId,
}

const LONGEST_TEXT: usize = 2_000;

impl Registry {
    /// Asks for information.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] when a legal test is not met; `Conflict("recipient-takes-no-parcels")` for the channel `SYSTEM` to such an authority;
    /// [`RegistryError::NotFound`] when the caller may not.
    pub async fn ask_information(
        &self,
        caller: &Caller,
        file: JointFileId,
        command: AskInformation,
    ) -> Result<Answer<Asked>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let mut check = Check::new();
        check.text("question", &command.question, LONGEST_TEXT);
        check.text("need", &command.need, LONGEST_TEXT);
        check.optional_text("attention", &command.attention, 200);
        check.planned("answerBy", command.answer_by, now.day());
        check.done()?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.joint_at_hand(&mut snapshot, caller, file).await?;
        let Some(hand) = hand else {
            snapshot.close().await?;
            return Err(self.missing::<AskAct>(caller, "joint_file", file.0).await);
        };
        let to = command.to.unwrap_or(hand.file.peer);
        let paper = self.paper_for(&mut snapshot, caller, to, command.grounds.consent_id).await?;
        snapshot.close().await?;
        let id = InfoRequestId(self.entropy.id());
        let facts = hand.facts_of("info_request", id.0, None, SecrecyClass::Standard);
        let is_peer = to == hand.file.peer;
        let items = vec![text_item(0, "question", &command.question, None), text_item(1, "need", &command.need, None)];
        let outward = Outward {
            attention: &command.attention,
            channel: command.channel,
            // The other party of the file knows whom it is about; anybody else must be told.
            with_identity: !is_peer,
            names_others: command.names_others,
            ..Outward::of("request", items)
        };
        let cleared = Box::pin(self.clear::<AskAct>(caller, &hand, facts, &paper, &command.grounds, outward)).await?;
        let permit = self.allow::<AskAct>(&cleared.caller, cleared.facts.clone()).await?;
        if command.channel == Channel::System && !cleared.takes_parcels {
            return Err(RegistryError::Conflict("recipient-takes-no-parcels"));
        }
        let body = RequestBody {
            question: command.question.trim().to_owned(),
            need: command.need.trim().to_owned(),
            channel: command.channel.code().to_owned(),
            sender: None,
            carried_until: None,
        };
        let key = self.key_for(authority, KeySubject::JointFile(file)).await?;
        let row = InfoRequestRow {
            id,
            request_ref: self.entropy.id(),
            joint_file: Some(file),
            case: hand.file.case,
            peer: to,
            is_own: true,
            state: RequestState::Waiting.code().to_owned(),
            asked_at: now,
            answer_by: command.answer_by.map(|day| day.to_string()),
            answered_at: None,
            body: self.seal(&key, request_place(id), &body)?,
            answer: None,
            version: 1,
        };
        let mut outgoing = Vec::new();
        if command.channel == Channel::System {
            let crossing = Crossing::Request(InformationRequest {
                request_ref: row.request_ref,
                sender: cleared.copy.sender.clone(),
                question: body.question,
                need: body.need,
                about: cleared.about.clone(),
                answer_by: command.answer_by,
                decision: cleared.copy.clone(),
            });
            let joint_ref = is_peer.then_some(hand.file.joint_ref);
            outgoing.push(Outgoing { to, joint_ref, release: Some(cleared.release), crossing });
        }
        let work = Work::new(authority)
            .named("ask_information")
            .making("info_request", id)
            .then(store::info_request::insert(authority, &row))
            .then_all(cleared.statements);
        let recipient = Recipient { authority: to, label: "request".to_owned() };
        let recorded =
            self.commit_and_send(permit.with_basis(cleared.logged).with_recipient(recipient), work, outgoing).await?;
        Ok(Answer { view: Asked { id, release_id: cleared.release }, entry: recorded.entry() })
    }
}
