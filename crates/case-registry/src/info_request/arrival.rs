//! A request arrives, and what comes back on one's own.

use field_vault::KeySubject;
use parcel::Header;
use rbac_policy::Target;
use store::{Statement, Work, directory::AuthorityRow, info_request::InfoRequestRow};
use uuid::Uuid;
use vocabulary::{AuthorityId, Caller, InfoRequestId, ReceivedItemId};

use super::{AnswerBody, RequestBody, RequestState, answer_place, request_place};
use crate::{
    Registry, RegistryError,
    arrival::Applied,
    crossing::{InformationRequest, ReleasedCopy},
    joint_file::outward::text_item,
};

impl Registry {
    /// A request arrives. In a joint file it waits there for an answer; without one it lies in the inbox as a received item.
    pub(crate) async fn arrive_request(
        &self,
        caller: &Caller,
        _sender: &AuthorityRow,
        header: &Header,
        request: InformationRequest,
        work: Work,
    ) -> Result<Applied, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let file = self.file_of(&mut snapshot, caller, header).await?;
        snapshot.close().await?;
        let file = file.filter(|file| file.closed_at.is_none());
        let item = ReceivedItemId(self.entropy.id());
        let copy = as_copy(&request);
        let in_file = file.as_ref().map(|file| file.id);
        let received = self.received_row(authority, header, item, "request", in_file, request.answer_by, &copy).await?;
        let work = work.then(received);
        let Some(file) = file else {
            return Ok(Applied { work, target: Some(Target::record("received_item", item.0)) });
        };
        // The request that is tracked has the id of the document it came in, and is sealed under its key: they lapse and are erased together.
        let id = InfoRequestId(item.0);
        let body = RequestBody {
            question: request.question,
            need: request.need,
            channel: "system".to_owned(),
            sender: Some(request.sender),
            carried_until: request.decision.carried_until,
        };
        let key = self.key_for(authority, KeySubject::ReceivedItem(item)).await?;
        let row = InfoRequestRow {
            id,
            request_ref: request.request_ref,
            joint_file: Some(file.id),
            case: file.case,
            peer: header.from,
            is_own: false,
            state: RequestState::Waiting.code().to_owned(),
            asked_at: now,
            answer_by: request.answer_by.map(|day| day.to_string()),
            answered_at: None,
            body: self.seal(&key, request_place(id), &body)?,
            answer: None,
            version: 1,
        };
        let mut target = Target::record("info_request", id.0);
        if let Some(case) = file.case {
            target = target.in_case(case);
        }
        let work =
            work.then(store::joint_file::keep(authority, file.id)).then(store::info_request::insert(authority, &row));
        Ok(Applied { work, target: Some(target) })
    }

    /// A request of one's own was refused by the authority it went to: what it said is kept. Nothing when there is no such request.
    pub(crate) async fn refused_statement(
        &self,
        authority: AuthorityId,
        from: AuthorityId,
        request_ref: Uuid,
        said: &str,
    ) -> Result<Option<Statement>, RegistryError> {
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::info_request::by_ref(&mut snapshot, authority, request_ref, true).await?;
        snapshot.close().await?;
        let waits = |row: &InfoRequestRow| row.answered_at.is_none() || row.state == RequestState::Partly.code();
        let row = row.filter(|row| row.peer == from && waits(row));
        let Some((mut row, file)) = row.and_then(|row| row.joint_file.map(|file| (row, file))) else { return Ok(None) };
        let key = self.key_for(authority, KeySubject::JointFile(file)).await?;
        let body = AnswerBody { said: said.to_owned(), ..AnswerBody::default() };
        super::answer::refused(&row.state).code().clone_into(&mut row.state);
        row.answered_at = Some(self.clock.now());
        row.answer = Some(self.seal(&key, answer_place(row.id), &body)?);
        Ok(Some(store::info_request::update(authority, &row)))
    }
}

/// A request as a received copy.
fn as_copy(request: &InformationRequest) -> ReleasedCopy {
    ReleasedCopy {
        decision: request.decision.clone(),
        about: request.about.clone(),
        items: vec![
            text_item(0, "statement", "question", &request.question, None),
            text_item(1, "statement", "need", &request.need, request.answer_by),
        ],
        answers: None,
        answers_wholly: false,
        is_concern_report: false,
        immediate_danger: false,
    }
}
