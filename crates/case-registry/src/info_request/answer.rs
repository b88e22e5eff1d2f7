//! Answering a request: wholly or partly by a release, or with a reasoned refusal. An answer that came by letter or telephone is recorded by hand.

use audit_log::Recipient;
use field_vault::KeySubject;
use serde::{Deserialize, Serialize};
use store::Work;
use utoipa::ToSchema;
use vocabulary::{
    Caller, InfoRequestId, ReleaseId, Timestamp,
    action::{Abstain, AnswerInformation as AnswerAct, WriteEntry},
};

use super::{AnswerBody, RequestAtHand, RequestState, answer_place};
use crate::{
    Answer, Check, LegalRefusal, Registry, RegistryError,
    courier::Outgoing,
    crossing::{Crossing, Notice, NoticeKind, ReleasedCopy},
    release::{
        BasisChoice, Channel, ItemRef, Statement,
        decision::Decision,
        examination::{Matter, check_choice},
    },
};

vocabulary::closed_list! {
    /// How much of a request is answered.
    pub enum AnswerExtent {
        /// All of it.
        Wholly = "wholly",
        /// A part of it.
        Partly = "partly",
    }
}

/// Answers a request by releasing items.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerInformation {
    /// How much of it is answered.
    pub extent: AnswerExtent,
    /// What is released, each at the version that was read.
    #[serde(default)]
    pub items: Vec<ItemRef>,
    /// What is written for this answer alone.
    #[serde(default)]
    pub statements: Vec<Statement>,
    /// Why the rest is held back, where it is answered in part; stays on the own side.
    #[serde(default)]
    pub held_back: String,
    /// A wish on how to handle it; not binding.
    #[serde(default)]
    pub handling_note: String,
    /// The legal basis with its answers.
    pub grounds: BasisChoice,
}

/// Refuses a request, with reasons.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefuseInformation {
    /// Why; stays on the own side.
    pub reasons: String,
    /// What the other side is told; left out, it hears only that the request is not answered. It must say nothing of the person.
    #[serde(default)]
    pub say: String,
}

/// Records by hand what an authority answered that takes no parcels.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordAnswer {
    /// What came of it.
    pub state: RequestState,
    /// What it said.
    pub text: String,
    /// When it answered; now when left out.
    #[serde(default)]
    pub answered_at: Option<Timestamp>,
}

/// An answer that stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    /// Where the request stands now.
    pub state: RequestState,
    /// The decision to release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_id: Option<ReleaseId>,
}

/// What a refusal says when nothing else is said: the same words whether or not there was anything to release.
const PLAIN_REFUSAL: &str = "Begäran besvaras inte.";
const LONGEST_TEXT: usize = 2_000;

impl Registry {
    /// Answers a request by a release of its own kind.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] when a legal test is not met; [`RegistryError::Stale`]; `Conflict("wrong-state")` when it was answered;
    /// [`RegistryError::NotFound`] when the caller may not.
    #[expect(
        clippy::too_many_lines,
        reason = "one answer from its facts to its parcel, in the order in which the law asks"
    )]
    pub async fn answer_information(
        &self,
        caller: &Caller,
        id: InfoRequestId,
        version: i64,
        command: AnswerInformation,
    ) -> Result<Answer<Answered>, RegistryError> {
        let authority = caller.authority;
        let mut check = Check::new();
        check.require(!command.items.is_empty() || !command.statements.is_empty(), "items", "required");
        check.require(command.items.len() + command.statements.len() <= 50, "items", "too-many");
        for (position, statement) in command.statements.iter().enumerate() {
            check.text(&format!("statements[{position}].text"), &statement.text, crate::note::LONGEST_TEXT);
            check.optional_text(&format!("statements[{position}].title"), &statement.title, 200);
        }
        check.optional_text("handlingNote", &command.handling_note, 1_000);
        if command.extent == AnswerExtent::Partly {
            check.text("heldBack", &command.held_back, LONGEST_TEXT);
        } else {
            check.require(command.held_back.trim().is_empty(), "heldBack", "only-when-answered-in-part");
        }
        check.done()?;
        check_choice(&command.grounds, &self.bases, self.clock.today())?;
        let RequestAtHand { mut row, file, hand, .. } = self.request_or_missing::<AnswerAct>(caller, id).await?;
        let facts = hand.facts_of("info_request", id.0, Some(row.version), vocabulary::SecrecyClass::Standard);
        let looked = self.look(caller, None, Some(file), &command.items, &command.statements).await?;
        may_answer(&row, version)?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let paper = self.paper_for(&mut snapshot, caller, row.peer, command.grounds.consent_id).await?;
        snapshot.close().await?;
        let matter = Matter {
            caller,
            at: self.clock.now(),
            facts: &facts,
            person: &looked.source.person,
            under: looked.under,
            classes: &looked.opened.classes,
            on_request: true,
            contact_details_only: command.items.is_empty()
                && command.statements.iter().all(|statement| statement.contact_details),
            other_identifiable_person: looked.opened.other_identifiable_person,
        };
        let held = self.hold(&looked.recorded, &paper, &matter, &command.grounds).await?;
        let facts = held.examined.facts(facts);
        if !held.failed.is_empty() {
            let logged = held.examined.logged();
            let refusal = LegalRefusal { basis: command.grounds.basis.clone(), failed: held.failed, entry: None };
            return Err(self.deny::<AnswerAct>(caller, facts, paper.to.id, &logged, refusal).await);
        }
        let reasoned = crate::joint_file::outward::reasoned(caller, &held.examined);
        let mut items = looked.opened.items;
        for item in items.iter_mut().filter(|item| item.kind == "statement") {
            item.id = self.entropy.id();
        }
        let classes: Vec<_> = items.iter().map(|item| (item.id, item.copy.class)).collect();
        let expected = classes.len();
        let permit = self.allow_items::<AnswerAct>(&reasoned, facts, classes).await?;
        if permit.items().len() != expected {
            return Err(self.missing::<AnswerAct>(caller, "info_request", id.0).await);
        }
        let decision = Decision {
            id: ReleaseId(self.entropy.id()),
            kind: "answer",
            case: Some(looked.source.case),
            joint_file: Some(file),
            attention: "",
            handling_note: &command.handling_note,
            channel: Channel::System,
            occurred_at: self.clock.now(),
            late_reason: "",
            origin_asked: "",
            asked: None,
            follow_fields: &[],
            follow_until: None,
            about: None,
            items,
        };
        let case_key = self.key_for(authority, KeySubject::Case(looked.source.case)).await?;
        let (statements, copy) = self.release_rows(caller, &case_key, &paper, &held.examined, &decision)?;
        let key = self.key_for(authority, KeySubject::JointFile(file)).await?;
        let state = if command.extent == AnswerExtent::Wholly { RequestState::Answered } else { RequestState::Partly };
        state.code().clone_into(&mut row.state);
        row.answered_at = Some(self.clock.now());
        row.answer = Some(self.seal(
            &key,
            answer_place(id),
            &AnswerBody {
                release: Some(decision.id),
                reasons: command.held_back.trim().to_owned(),
                ..AnswerBody::default()
            },
        )?);
        let crossing = Crossing::Release(ReleasedCopy {
            decision: copy,
            about: None,
            items: decision.items.iter().map(|item| item.copy.clone()).collect(),
            answers: Some(row.request_ref),
            answers_wholly: command.extent == AnswerExtent::Wholly,
            is_concern_report: false,
            immediate_danger: false,
        });
        let work = Work::new(authority)
            .named("answer_information")
            .then(store::info_request::update(authority, &row))
            .then_all(statements);
        let outgoing =
            Outgoing { to: row.peer, joint_ref: Some(hand.file.joint_ref), release: Some(decision.id), crossing };
        let recipient = Recipient { authority: row.peer, label: "answer".to_owned() };
        let permit = permit.with_basis(held.examined.logged()).with_recipient(recipient);
        let recorded = self.commit_and_send(permit, work, vec![outgoing]).await?;
        Ok(Answer { view: Answered { state, release_id: Some(decision.id) }, entry: recorded.entry() })
    }

    /// Refuses a request: a decision to abstain, whose reasons stay on the own side. The other side hears that it was refused, and what `say` adds.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; `Conflict("wrong-state")` when it was answered; [`RegistryError::NotFound`] when the caller may not.
    pub async fn refuse_information(
        &self,
        caller: &Caller,
        id: InfoRequestId,
        version: i64,
        command: RefuseInformation,
    ) -> Result<Answer<Answered>, RegistryError> {
        let authority = caller.authority;
        let mut check = Check::new();
        check.text("reasons", &command.reasons, LONGEST_TEXT);
        check.optional_text("say", &command.say, 500);
        check.done()?;
        let at_hand = self.request_or_missing::<Abstain>(caller, id).await?;
        let permit = self.allow::<Abstain>(caller, at_hand.facts()).await?;
        let RequestAtHand { mut row, file, hand, .. } = at_hand;
        may_answer(&row, version)?;
        let now = self.clock.now();
        let said = Some(command.say.trim()).filter(|say| !say.is_empty()).unwrap_or(PLAIN_REFUSAL).to_owned();
        let key = self.key_for(authority, KeySubject::JointFile(file)).await?;
        let body = AnswerBody { said: said.clone(), reasons: command.reasons.trim().to_owned(), release: None };
        let state = refused(&row.state);
        state.code().clone_into(&mut row.state);
        row.answered_at = Some(now);
        row.answer = Some(self.seal(&key, answer_place(id), &body)?);
        let what = NoticeKind::RequestRefused { request_ref: row.request_ref, reason: said };
        let crossing = Crossing::Notice(Notice { release_ref: ReleaseId(row.request_ref), at: now, what });
        let outgoing = Outgoing { to: row.peer, joint_ref: Some(hand.file.joint_ref), release: None, crossing };
        let work = Work::new(authority).named("refuse_information").then(store::info_request::update(authority, &row));
        let recorded = self.commit_and_send(permit, work, vec![outgoing]).await?;
        Ok(Answer { view: Answered { state, release_id: None }, entry: recorded.entry() })
    }

    /// Records an answer that came by letter or telephone to a request of one's own.
    ///
    /// # Errors
    /// `Conflict("wrong-state")` for a request that goes through the system, or that was answered; [`RegistryError::NotFound`] when the caller may not.
    pub async fn record_answer(
        &self,
        caller: &Caller,
        id: InfoRequestId,
        version: i64,
        command: RecordAnswer,
    ) -> Result<Answer<Answered>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let answered_at = command.answered_at.unwrap_or(now);
        let mut check = Check::new();
        check.text("text", &command.text, LONGEST_TEXT);
        let is_answer = !matches!(command.state, RequestState::Waiting | RequestState::PartlyRefused);
        check.require(is_answer, "state", "not-an-answer");
        check.require(answered_at <= now, "answeredAt", "in-the-future");
        check.done()?;
        let at_hand = self.request_or_missing::<WriteEntry>(caller, id).await?;
        let permit = self.allow::<WriteEntry>(caller, at_hand.facts()).await?;
        let RequestAtHand { mut row, file, hand, .. } = at_hand;
        // What goes through the system is answered through the system.
        if !row.is_own || row.answered_at.is_some() || row.peer == hand.file.peer {
            return Err(RegistryError::Conflict("wrong-state"));
        }
        if row.version != version {
            return Err(RegistryError::Stale);
        }
        let key = self.key_for(authority, KeySubject::JointFile(file)).await?;
        let body = AnswerBody { said: command.text.trim().to_owned(), ..AnswerBody::default() };
        command.state.code().clone_into(&mut row.state);
        row.answered_at = Some(answered_at);
        row.answer = Some(self.seal(&key, answer_place(id), &body)?);
        let work = Work::new(authority).named("record_answer").then(store::info_request::update(authority, &row));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: Answered { state: command.state, release_id: None }, entry: recorded.entry() })
    }
}

/// Where a request stands once it, or what was left of it, is refused.
pub(super) fn refused(state: &str) -> RequestState {
    if state == RequestState::Partly.code() { RequestState::PartlyRefused } else { RequestState::Refused }
}

/// Whether a received request waits for an answer; one that was answered in part waits for the rest.
fn may_answer(row: &store::info_request::InfoRequestRow, version: i64) -> Result<(), RegistryError> {
    let waits = row.answered_at.is_none() || row.state == RequestState::Partly.code();
    if row.is_own || !waits {
        return Err(RegistryError::Conflict("wrong-state"));
    }
    if row.version == version { Ok(()) } else { Err(RegistryError::Stale) }
}
