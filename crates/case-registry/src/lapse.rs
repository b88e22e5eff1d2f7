//! Lapse (upphörande): the job at the sender, and the recipient's decision on a lapsed copy.
//!
//! Three effects. (1) At the sender nothing more leaves under the basis, at once ([`crate::release`] tests it at each message, this job marks it).
//! (2) Received copies leave the joint view at once, for a look at one asks how long its basis carries it (`DecisionCopy::over`), and give their holder 30 days to keep them on an own ground or erase them. (3) Until then they open
//! only for that review. History is never rewritten.

use field_vault::{KeySubject, Place, Vault};
use rbac_policy::{ClassFact, Facts, Target, legal_bases::AgeRule};
use serde::{Deserialize, Serialize};
use store::{Statement, Work, consent::ConsentRow, person::PersonRow, received::ReceivedRow, release::ReleaseRow};
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    AgeBand, AuthorityId, Caller, InfoRequestId, PositionId, Purpose, ReceivedItemId, Timestamp,
    action::{DecideLapse as DecideAct, EraseReceived, Lapse},
};

use crate::{
    Answer, Check, Registry, RegistryError,
    consent::{ConsentBody, consent_place},
    info_request::{RequestBody, request_place},
    joint_file::{JointBody, joint_place},
    received::{REVIEW_DAYS, ReceivedState},
    release::{
        decision::ReleaseBody,
        examination::stated,
        lapsing::{Known, has_clock, lapse_reason},
        release_place,
    },
};

vocabulary::closed_list! {
    /// What becomes of a lapsed copy.
    pub enum LapseChoice {
        /// Kept on an own ground, for a time.
        Keep = "keep",
        /// Erased.
        Erase = "erase",
    }
}

/// Decides on a lapsed copy.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DecideLapse)]
pub struct DecideLapse {
    /// Keep or erase.
    pub choice: LapseChoice,
    /// The own law that the copy is kept on; required when it is kept.
    #[serde(default)]
    pub law: String,
    /// Why.
    pub reason: String,
    /// Until when it is kept; required when it is kept, at most five years ahead.
    #[serde(default)]
    pub until: Option<Date>,
}

/// What was decided on a lapsed copy; of an erased one it is the certificate.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LapseDecisionView {
    /// Kept or erased.
    pub choice: LapseChoice,
    /// The own law.
    pub law: String,
    /// Why.
    pub reason: String,
    /// When decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by: String,
    /// Until when it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_until: Option<String>,
}

/// The decision as it is sealed, under a key that outlives the copy.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LapseDecisionBody {
    choice: LapseChoice,
    law: String,
    reason: String,
}

impl LapseDecisionBody {
    pub(crate) fn view(
        self,
        decided_at: Option<Timestamp>,
        decided_by: String,
        kept_until: Option<String>,
    ) -> LapseDecisionView {
        LapseDecisionView {
            choice: self.choice,
            law: self.law,
            reason: self.reason,
            decided_at,
            decided_by,
            kept_until,
        }
    }
}

pub(crate) fn decision_place(id: ReceivedItemId) -> Place {
    Place::of("received_item", "decision_sealed", id.0)
}

/// What one run of the job came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LapseReport {
    /// Releases that lapsed here.
    pub releases: usize,
    /// Copies whose own ground ran out, to be decided on again.
    pub copies: usize,
}

/// A standing release as the job looks at it.
struct Looked {
    row: ReleaseRow,
    consent: Option<ConsentRow>,
    person: Option<PersonRow>,
}

const LONGEST_KEEPING_DAYS: i64 = 5 * 366;

impl Registry {
    /// Keeps a lapsed copy on an own ground, or erases it and destroys its key.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; `Conflict("not-lapsed")`; [`RegistryError::Invalid`]; [`RegistryError::NotFound`].
    pub async fn decide_lapse(
        &self,
        caller: &Caller,
        id: ReceivedItemId,
        version: i64,
        command: DecideLapse,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let today = now.day();
        let keeps = command.choice == LapseChoice::Keep;
        let mut check = Check::new();
        check.text("reason", &command.reason, 1_000);
        if keeps {
            check.text("law", &command.law, 200);
            check.require(command.until.is_some(), "until", "required");
        } else {
            check.optional_text("law", &command.law, 200);
            check.require(command.until.is_none(), "until", "only-when-kept");
        }
        if let Some(until) = command.until {
            check.require(until > today, "until", "not-after-today");
            check.require((until - today).whole_days() <= LONGEST_KEEPING_DAYS, "until", "too-far-ahead");
        }
        check.done()?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.received_at_hand(&mut snapshot, caller, id).await?;
        snapshot.close().await?;
        let Some(hand) = hand else { return Err(self.missing::<DecideAct>(caller, "received_item", id.0).await) };
        let facts = hand.under_review();
        // The reason of the decision is the reason that the log keeps, where no other was stated.
        let reasoned = Caller { reason: caller.reason.clone().or_else(|| stated(&command.reason)), ..caller.clone() };
        let subject = facts.target.case.map_or(KeySubject::Authority, KeySubject::Case);
        let key = self.key_for(authority, subject).await?;
        let body = LapseDecisionBody {
            choice: command.choice,
            law: command.law.trim().to_owned(),
            reason: command.reason.trim().to_owned(),
        };
        let body = self.seal(&key, decision_place(id), &body)?;
        let is_lapsed = hand.row.state == ReceivedState::Lapsed.code();
        let entry = if let Some(until) = command.until {
            let permit = self.allow::<DecideAct>(&reasoned, facts).await?;
            if !is_lapsed {
                return Err(self.stopped(&permit, RegistryError::Conflict("not-lapsed")).await);
            }
            let keep = store::received::keep(authority, id, now, caller.user, &until.to_string(), &body, version);
            self.commit(permit, Work::new(authority).named("keep_lapsed").then(keep)).await?.entry()
        } else {
            let permit = self.allow::<EraseReceived>(&reasoned, facts).await?;
            if !is_lapsed {
                return Err(self.stopped(&permit, RegistryError::Conflict("not-lapsed")).await);
            }
            let erase = store::received::erase(authority, id, now, caller.user, &body, version);
            let elsewhere = self.erase_elsewhere(authority, &hand.row).await?;
            let work = Work::new(authority).named("erase_lapsed").then_all(erase).then_all(elsewhere);
            let entry = self.commit(permit, work).await?.entry();
            self.destroy_key_of(authority, id).await?;
            entry
        };
        Ok(Answer { view: (), entry })
    }

    /// What else holds words of an erased document: a nomination's file, a request's row, a told position. They were sealed under the document's key, and
    /// are written anew without its words under the file's own.
    async fn erase_elsewhere(
        &self,
        authority: AuthorityId,
        row: &ReceivedRow,
    ) -> Result<Option<Statement>, RegistryError> {
        let Some(file) = row.joint_file else { return Ok(None) };
        let key = self.key_for(authority, KeySubject::JointFile(file)).await?;
        Ok(match row.kind.as_str() {
            "nomination" => {
                let body = self.seal(&key, joint_place(file), &JointBody::default())?;
                Some(store::joint_file::forget_nomination(authority, file, &body))
            }
            "request" => {
                let id = InfoRequestId(row.id.0);
                let body = self.seal(&key, request_place(id), &RequestBody::erased())?;
                Some(store::info_request::forget_question(authority, id, &body))
            }
            "position" => Some(store::assessment::forget_told(authority, PositionId(row.id.0), self.clock.now())),
            _ => None,
        })
    }

    /// Destroys the key of a received item: from here on no backup of the main database holds anything that can be opened.
    async fn destroy_key_of(&self, authority: AuthorityId, id: ReceivedItemId) -> Result<(), RegistryError> {
        let (kind, subject, year) = KeySubject::ReceivedItem(id).parts();
        for key in self.store.keys().of_subject(authority, kind, subject, year).await? {
            self.store.keys().destroy_data_key(authority, key.kid, self.clock.now()).await?;
            self.vault.evict(key.kid);
        }
        self.store.keys().settle().await?;
        Ok(())
    }

    /// Lets everything lapse whose basis no longer carries it: age (OSL 10 kap. 18 a § on the 21st birthday), consent, version of the basis, embargo. And
    /// takes copies out of use whose own ground has run out. In the service's name; to be run at least daily, soon after midnight in Stockholm.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; what was not done is done by the next run.
    pub async fn run_lapses(&self, authority: AuthorityId) -> Result<LapseReport, RegistryError> {
        let mut report = LapseReport { releases: self.lapse_all_embargoed(authority).await?, copies: 0 };
        let mut after = Uuid::nil();
        loop {
            let mut snapshot = self.store.snapshot(authority).await?;
            let rows = store::release::standing(&mut snapshot, authority, after).await?;
            snapshot.close().await?;
            let Some(last) = rows.last() else { break };
            after = last.id.0;
            for (row, reason) in self.lapsing(authority, rows).await? {
                report.releases += usize::from(self.lapse_release(authority, &row, reason).await?);
            }
        }
        report.copies = self.end_keepings(authority).await?;
        Ok(report)
    }

    /// Those of some standing releases that lapse today, with the reason.
    async fn lapsing(
        &self,
        authority: AuthorityId,
        rows: Vec<ReleaseRow>,
    ) -> Result<Vec<(ReleaseRow, &'static str)>, RegistryError> {
        let today = self.clock.today();
        let mut looked = Vec::with_capacity(rows.len());
        let mut snapshot = self.store.snapshot(authority).await?;
        for row in rows {
            let consent = match row.consent {
                Some(id) => store::consent::by_id(&mut snapshot, authority, id).await?,
                None => None,
            };
            let person = match store::release::person_of(&mut snapshot, authority, row.id).await? {
                Some(person) => store::person::by_id(&mut snapshot, authority, person).await?,
                None => None,
            };
            looked.push(Looked { row, consent, person });
        }
        snapshot.close().await?;
        let mut lapsing = Vec::new();
        let mut unsure = Vec::new();
        for one in looked {
            let basis = u32::try_from(one.row.basis_version)
                .ok()
                .and_then(|version| self.bases.get(&one.row.basis_code, version));
            if !has_clock(basis, &one.row) {
                let known = Known { born: None, stated: None, consent: None };
                if let Some(reason) = lapse_reason(&self.bases, &self.consents, &one.row, &known, today) {
                    lapsing.push((one.row, reason));
                }
                continue;
            }
            // The band is enough for the 21st birthday, and it is had without opening the birth date.
            let by_age = basis.is_some_and(|basis| matches!(basis.age, AgeRule::LapsesAt(21)));
            let band = match &one.person {
                Some(person) => self.age_band(authority, person).await?,
                None => AgeBand::Unknown,
            };
            match band {
                AgeBand::From21 if by_age => lapsing.push((one.row, "turned_21")),
                AgeBand::Under18 | AgeBand::From18To20
                    if by_age && basis.is_some_and(|basis| basis.in_force(today)) => {}
                _ => unsure.push(one),
            }
        }
        lapsing.extend(self.opened_lapsing(authority, unsure, today).await?);
        Ok(lapsing)
    }

    /// The same for releases where the decision, the consent and the birth date must be opened: one entry names everything that was looked at.
    async fn opened_lapsing(
        &self,
        authority: AuthorityId,
        looked: Vec<Looked>,
        today: Date,
    ) -> Result<Vec<(ReleaseRow, &'static str)>, RegistryError> {
        if looked.is_empty() {
            return Ok(Vec::new());
        }
        let caller = self.service_caller(authority).await?;
        let items = looked.iter().map(|one| (one.row.id.0, ClassFact::Standard));
        let facts = Facts::own_desk(Purpose::Service, Target::kind("release"));
        let permit = match self.policy.decide_items::<Lapse, _>(&caller, facts, items) {
            Ok(permit) => permit,
            Err(refusal) => return Err(self.refuse(refusal).await),
        };
        let recorded = self.record(permit).await?;
        let mut lapsing = Vec::new();
        for Looked { row, consent, person } in looked {
            let born = match &person {
                Some(person) => self.subject(&recorded, authority, person, row.id.0).await?.born(),
                None => None,
            };
            let kids = [Vault::kid_of(&row.body), consent.as_ref().and_then(|row| Vault::kid_of(&row.body))];
            let opener = self.opener(&recorded, authority, kids).await?;
            let body: ReleaseBody = opener.open(release_place(row.id), &row.body)?;
            let open = |consent: &ConsentRow| {
                opener.open::<ConsentBody, _>(consent_place(consent.id).under(row.id.0), &consent.body)
            };
            let consent_body = consent.as_ref().map(open).transpose()?;
            let known = Known {
                born,
                stated: body.age_statement.as_ref(),
                consent: consent.as_ref().zip(consent_body.as_ref()),
            };
            if let Some(reason) = lapse_reason(&self.bases, &self.consents, &row, &known, today) {
                lapsing.push((row, reason));
            }
        }
        Ok(lapsing)
    }

    /// Copies that were kept on an own ground whose time is over wait for a decision again.
    async fn end_keepings(&self, authority: AuthorityId) -> Result<usize, RegistryError> {
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let rows = store::received::kept_too_long(&mut snapshot, authority, &now.day().to_string()).await?;
        snapshot.close().await?;
        let caller = self.service_caller(authority).await?;
        let review_on = now.plus_days(REVIEW_DAYS).day().to_string();
        for row in &rows {
            let mut target = Target::record("received_item", row.id.0).at_version(row.version);
            target.case = row.case;
            let permit = self.allow::<Lapse>(&caller, Facts::own_desk(Purpose::Service, target)).await?;
            let work = Work::new(authority)
                .named("end_keeping")
                .then(store::received::end_keeping(authority, row, now, &review_on));
            match self.commit(permit, work).await {
                Ok(_) | Err(RegistryError::Stale) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(rows.len())
    }
}
