//! Requests for information: asked with a stated need, tracked on both sides, answered wholly, partly or with a reasoned refusal.
//!
//! The question itself reveals something, so asking is a release. An authority that takes no parcels is asked by letter or telephone, and its answer is
//! recorded by hand.

mod answer;
mod arrival;
mod ask;

use std::collections::{HashMap, HashSet};

use field_vault::{Place, Vault};
use serde::{Deserialize, Serialize};
use store::info_request::InfoRequestRow;
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    Act, AuthorityId, Caller, InfoRequestId, JointFileId, Opens, ReceivedItemId, ReleaseId, SecrecyClass, Timestamp,
    action::ReadInformation,
};

pub use answer::{AnswerExtent, AnswerInformation, Answered, RecordAnswer, RefuseInformation};
pub use ask::{AskInformation, Asked};

use crate::{
    Answer, Registry, RegistryError,
    case::code,
    crossing::{Carried, SenderCard},
    joint_file::JointAtHand,
    opening::Opener,
};

vocabulary::closed_list! {
    /// Where a request stands, the same words on both sides.
    pub enum RequestState {
        /// Waits for an answer.
        Waiting = "waiting",
        /// Answered in part.
        Partly = "partly",
        /// Answered in part, and the rest refused.
        PartlyRefused = "partly_refused",
        /// Answered in full.
        Answered = "answered",
        /// Refused.
        Refused = "refused",
    }
}

/// A request for information, asked or received.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InfoRequestView {
    /// Random id, the own side's.
    pub id: InfoRequestId,
    /// The joint file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joint_file_id: Option<JointFileId>,
    /// Whether the own side asked.
    pub is_own: bool,
    /// The other authority.
    pub peer_id: AuthorityId,
    /// Its name.
    pub peer: String,
    /// The question; empty once its basis has ended.
    pub question: String,
    /// What it is needed for; empty once the basis has ended.
    pub need: String,
    /// The other side's basis for the question has ended: what it said is read only as a lapsed received item.
    pub is_lapsed: bool,
    /// Who asked, at the other side: number, unit, telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// `system`, `phone`, `letter`, `meeting`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub channel: String,
    /// Where it stands.
    pub state: RequestState,
    /// When asked or received.
    pub asked_at: Timestamp,
    /// When an answer is wished for, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<String>,
    /// Whether that day has passed without an answer.
    pub is_overdue: bool,
    /// When answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// What was said in words: with a refusal what the other side was told, or what was recorded by hand. What was released is a received item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// The own reasons; they stay on the own side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<String>,
    /// The decision by which it was answered, on the own side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_id: Option<ReleaseId>,
    /// Row version, for `If-Match`.
    pub version: i64,
}

/// What of a request is sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RequestBody {
    pub(crate) question: String,
    pub(crate) need: String,
    pub(crate) channel: String,
    pub(crate) sender: Option<SenderCard>,
    /// A received question: how long its basis carries it.
    #[serde(default)]
    pub(crate) carried_until: Option<Carried>,
}

impl RequestBody {
    /// What stays of a question that was erased.
    pub(crate) fn erased() -> Self {
        Self {
            question: String::new(),
            need: String::new(),
            channel: "system".to_owned(),
            sender: None,
            carried_until: None,
        }
    }
}

/// The answer as far as it is known on the own side.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct AnswerBody {
    pub(crate) said: String,
    pub(crate) reasons: String,
    pub(crate) release: Option<ReleaseId>,
}

pub(crate) fn request_place(id: InfoRequestId) -> Place {
    Place::of("info_request", "body_sealed", id.0)
}

pub(crate) fn answer_place(id: InfoRequestId) -> Place {
    Place::of("info_request", "answer_sealed", id.0)
}

/// A request with its joint file.
pub(crate) struct RequestAtHand {
    pub(crate) row: InfoRequestRow,
    pub(crate) file: JointFileId,
    pub(crate) hand: JointAtHand,
    /// A received question whose copy has lapsed.
    pub(crate) copy_is_gone: bool,
}

impl RequestAtHand {
    pub(crate) fn facts(&self) -> rbac_policy::Facts {
        self.hand.facts_of("info_request", self.row.id.0, Some(self.row.version), SecrecyClass::Standard)
    }
}

impl Registry {
    /// Reads a request.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none or the caller may not.
    pub async fn read_information_request(
        &self,
        caller: &Caller,
        id: InfoRequestId,
    ) -> Result<Answer<InfoRequestView>, RegistryError> {
        let at_hand = self.request_or_missing::<ReadInformation>(caller, id).await?;
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let permit = self.allow::<ReadInformation>(caller, at_hand.facts()).await?;
        let recorded = self.record(permit).await?;
        let row = &at_hand.row;
        let opener = self
            .opener(
                &recorded,
                caller.authority,
                [Vault::kid_of(&row.body), row.answer.as_ref().and_then(Vault::kid_of)],
            )
            .await?;
        let names = directory.iter().map(|(id, row)| (*id, row.name.as_str())).collect();
        let lapsed: HashSet<Uuid> = at_hand.copy_is_gone.then_some(row.id.0).into_iter().collect();
        let mut views = views(&opener, core::slice::from_ref(row), &names, &lapsed, self.clock.today())?;
        let view = views.pop().ok_or(RegistryError::Internal("a permitted request was not covered"))?;
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// The request with its joint file, or the answer for one that is not there.
    pub(crate) async fn request_or_missing<A: Act>(
        &self,
        caller: &Caller,
        id: InfoRequestId,
    ) -> Result<RequestAtHand, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let row = store::info_request::by_id(&mut snapshot, caller.authority, id).await?;
        let mut found = None;
        if let Some((row, file)) = row.and_then(|row| row.joint_file.map(|file| (row, file))) {
            let hand = self.joint_at_hand(&mut snapshot, caller, file).await?;
            let copy = if row.is_own {
                None
            } else {
                store::received::by_id(&mut snapshot, caller.authority, ReceivedItemId(row.id.0)).await?
            };
            let copy_is_gone = copy.is_some_and(|copy| !copy.stands());
            found = hand.map(|hand| RequestAtHand { row, file, hand, copy_is_gone });
        }
        snapshot.close().await?;
        match found {
            Some(found) => Ok(found),
            None => Err(self.missing::<A>(caller, "info_request", id.0).await),
        }
    }
}

/// The requests that the permit covers.
pub(crate) fn views<A: Opens>(
    opener: &Opener<'_, '_, A>,
    rows: &[InfoRequestRow],
    names: &HashMap<AuthorityId, &str>,
    lapsed: &HashSet<Uuid>,
    today: Date,
) -> Result<Vec<InfoRequestView>, RegistryError> {
    let on = today;
    let today = today.to_string();
    let covered = rows.iter().filter(|row| opener.covers(row.id) && row.state != "erased");
    covered
        .map(|row| {
            let body: RequestBody = opener.open(request_place(row.id), &row.body)?;
            let is_over = body.carried_until.as_ref().is_some_and(|carried| carried.day < on);
            let is_lapsed = !row.is_own && (is_over || lapsed.contains(&row.id.0));
            let body = if is_lapsed { RequestBody::erased() } else { body };
            let answer: Option<AnswerBody> =
                row.answer.as_ref().map(|answer| opener.open(answer_place(row.id), answer)).transpose()?;
            let answer = answer.unwrap_or_default();
            let state: RequestState = code(&row.state)?;
            let some = |text: String| Some(text).filter(|text| !text.is_empty());
            Ok(InfoRequestView {
                id: row.id,
                joint_file_id: row.joint_file,
                is_own: row.is_own,
                peer_id: row.peer,
                peer: names.get(&row.peer).copied().unwrap_or_default().to_owned(),
                question: body.question,
                need: body.need,
                is_lapsed,
                sender: body
                    .sender
                    .map(|sender| format!("{}, {}, {}", sender.service_number, sender.unit, sender.phone)),
                channel: body.channel,
                state,
                asked_at: row.asked_at,
                is_overdue: state == RequestState::Waiting
                    && row.answer_by.as_deref().is_some_and(|on| on < today.as_str()),
                answer_by: row.answer_by.clone(),
                answered_at: row.answered_at,
                said: some(answer.said),
                reasons: some(answer.reasons),
                release_id: answer.release,
                version: row.version,
            })
        })
        .collect()
}
