//! Consent (samtycke, OSL 10 kap. 1 § och 12 kap. 2 §): who was asked, what they answered, and what a withdrawal stops at once.

mod body;

use std::collections::HashMap;

use field_vault::{KeySubject, Place};
use rbac_policy::{Target, consent_rules::Consenter};
use serde::{Deserialize, Serialize};
use store::{Work, consent::ConsentRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AuthorityId, Caller, CaseId, ConsentId, Opens, Timestamp,
    action::{ReadPerson, RecordConsent as RecordAct, RevokeConsent as RevokeAct},
};

use crate::{Answer, Check, Registry, RegistryError, measure::day, opening::Opener, release::lapsing::lapse_of};

pub(crate) use body::ConsentBody;

vocabulary::closed_list! {
    /// What one consenter answered.
    pub enum ConsentStance {
        /// Yes.
        Given = "given",
        /// No.
        Refused = "refused",
        /// Told and asked, without a decision of their own.
        Heard = "heard",
        /// Not asked, on a ground.
        NotNeeded = "not_needed",
    }
}

vocabulary::closed_list! {
    /// Where a consent stands today.
    pub enum ConsentState {
        /// Everyone who must consent has.
        Standing = "standing",
        /// Somebody refused, or an answer or a piece of information is missing: it carries no release.
        NotStanding = "not_standing",
        /// Withdrawn.
        Revoked = "revoked",
        /// Its time is over, or a guardian's consent ended at 18.
        Expired = "expired",
        /// Its time has not begun.
        NotYet = "not_yet",
    }
}

/// Records a consent as it was given, refused or left open.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RecordConsent)]
pub struct RecordConsent {
    /// For releases to this authority.
    pub recipient_id: AuthorityId,
    /// Which kinds of data, in plain words.
    pub kinds_of_data: Vec<String>,
    /// To what end.
    pub purpose: String,
    /// First day; today when left out.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// Last day; at most a year ahead.
    pub valid_until: Date,
    /// What they were told: codes of `[[information]]` in `policy/consent.toml`.
    pub informed: Vec<String>,
    /// How they were told, for example in a conversation or with an interpreter.
    pub informed_how: String,
    /// In which language.
    pub language: String,
    /// Everyone who was asked, or need not be.
    pub consenters: Vec<RecordConsenter>,
}

/// One consenter's answer.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordConsenter {
    /// The person, or a guardian.
    pub role: Consenter,
    /// Name of a guardian.
    #[serde(default)]
    pub name: String,
    /// What they answered.
    pub answer: ConsentStance,
    /// Code of `[[not_needed]]` in `policy/consent.toml`, where it is not needed.
    #[serde(default)]
    pub ground: String,
    /// Who decided that it is not needed.
    #[serde(default)]
    pub decided_by: String,
    /// Whether it was given in writing.
    #[serde(default)]
    pub written: bool,
}

/// Records that somebody withdrew a consent. One consenter is enough.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RevokeConsent)]
pub struct RevokeConsent {
    /// Who withdrew it.
    pub by: Consenter,
    /// How it was said.
    pub note: String,
}

/// A consent as shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentView {
    /// Random id.
    pub id: ConsentId,
    /// For releases to whom.
    pub recipient_id: AuthorityId,
    /// The recipient's name.
    pub recipient: String,
    /// Which kinds of data.
    pub kinds_of_data: Vec<String>,
    /// To what end.
    pub purpose: String,
    /// First day.
    pub valid_from: String,
    /// Last day.
    pub valid_until: String,
    /// Where it stands today.
    pub state: ConsentState,
    /// Why it does not stand: codes such as `refused-guardian`, `missing-person`, `not-informed`.
    pub gaps: Vec<String>,
    /// Everyone's answer.
    pub consenters: Vec<ConsenterView>,
    /// What they were told.
    pub informed: Vec<String>,
    /// How they were told.
    pub informed_how: String,
    /// In which language.
    pub language: String,
    /// When recorded.
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by: String,
    /// When withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// By whom it was withdrawn, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<RevocationView>,
    /// Row version.
    pub version: i64,
}

/// One consenter's answer as shown.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsenterView {
    /// The person, or a guardian.
    pub role: Consenter,
    /// Name of a guardian.
    pub name: String,
    /// What they answered.
    pub answer: ConsentStance,
    /// Code of the ground for leaving them out.
    pub ground: String,
    /// Who decided so.
    pub decided_by: String,
    /// In writing.
    pub written: bool,
}

/// A withdrawal.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevocationView {
    /// Who withdrew.
    pub by: Consenter,
    /// How it was said.
    pub note: String,
}

/// The place of a consent's content: the consent is the item that a permit names.
pub(crate) fn consent_place(id: ConsentId) -> Place {
    Place::of("consent", "body_sealed", id.0)
}

fn revocation_place(id: ConsentId) -> Place {
    Place::of("consent", "revocation_sealed", id.0)
}

const LONGEST_DAYS: i64 = 366;
const LONGEST_LINE: usize = 500;
const MOST_CONSENTERS: usize = 10;

impl Registry {
    /// Records a consent. One that does not amount to a consent is kept too, and carries no release.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`] when the caller may not; `Conflict("closed")` in a closed case.
    pub async fn record_consent(
        &self,
        caller: &Caller,
        case: CaseId,
        command: RecordConsent,
    ) -> Result<Answer<ConsentId>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let today = now.day();
        let mut snapshot = self.store.snapshot(authority).await?;
        let Some(hand) = self.case_at_hand(&mut snapshot, caller, case).await? else {
            snapshot.close().await?;
            return Err(self.missing::<RecordAct>(caller, "case", case.0).await);
        };
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let valid_from = command.valid_from.unwrap_or(today);
        let recipient = directory.contains_key(&command.recipient_id) && command.recipient_id != authority;
        self.check_consent(&command, recipient, valid_from, today)?;

        let id = ConsentId(self.entropy.id());
        let target = Target { kind: "consent", id: Some(id.0), version: None, ..hand.facts.target.clone() };
        let permit = self.allow::<RecordAct>(caller, rbac_policy::Facts { target, ..hand.facts.clone() }).await?;
        if hand.case.closed_at.is_some() {
            return Err(self.stopped(&permit, RegistryError::Conflict("closed")).await);
        }
        // Who must consent follows age: the birth date is looked up, and that is an access of its own.
        let target = Target { kind: "person", id: Some(hand.person.id.0), version: None, ..hand.facts.target.clone() };
        let recorded = self
            .record(self.allow::<ReadPerson>(caller, rbac_policy::Facts { target, ..hand.facts.clone() }).await?)
            .await?;
        let born = self.subject(&recorded, authority, &hand.person, hand.person.id.0).await?.born();

        let mut body = ConsentBody {
            kinds_of_data: command.kinds_of_data.iter().map(|kind| kind.trim().to_owned()).collect(),
            purpose: command.purpose.trim().to_owned(),
            informed: command.informed,
            informed_how: command.informed_how.trim().to_owned(),
            language: command.language.trim().to_owned(),
            consenters: command
                .consenters
                .into_iter()
                .map(|given| ConsenterView {
                    role: given.role,
                    name: given.name.trim().to_owned(),
                    answer: given.answer,
                    ground: given.ground,
                    decided_by: given.decided_by.trim().to_owned(),
                    written: given.written,
                })
                .collect(),
            gaps: Vec::new(),
            stands_until: None,
        };
        body.gaps = body.gaps(&self.consents, born, today);
        body.stands_until = body.stands_until(&self.consents, born, today, command.valid_until);
        let state = if body.gaps.is_empty() { ConsentState::Standing } else { ConsentState::NotStanding };
        let key = self.key_for(authority, KeySubject::Case(case)).await?;
        let row = ConsentRow {
            id,
            case,
            recipient: command.recipient_id,
            state: state.code().to_owned(),
            valid_from: valid_from.to_string(),
            valid_until: command.valid_until.to_string(),
            body: self.seal(&key, consent_place(id), &body)?,
            recorded_at: now,
            recorded_by: caller.user,
            revoked_at: None,
            revocation: None,
            version: 1,
            author: String::new(),
        };
        let work = Work::new(authority)
            .named("record_consent")
            .making("consent", id)
            .then(store::consent::insert(authority, &row));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: id, entry: recorded.entry() })
    }

    fn check_consent(
        &self,
        command: &RecordConsent,
        recipient: bool,
        valid_from: Date,
        today: Date,
    ) -> Result<(), RegistryError> {
        let mut check = Check::new();
        check.require(recipient, "recipientId", "no-such-recipient");
        check.require(!command.kinds_of_data.is_empty(), "kindsOfData", "required");
        check.require(command.kinds_of_data.len() <= 20, "kindsOfData", "too-many");
        for (position, kind) in command.kinds_of_data.iter().take(20).enumerate() {
            check.text(&format!("kindsOfData[{position}]"), kind, LONGEST_LINE);
        }
        check.text("purpose", &command.purpose, LONGEST_LINE);
        check.text("informedHow", &command.informed_how, LONGEST_LINE);
        check.text("language", &command.language, 60);
        check.require(valid_from <= today, "validFrom", "in-the-future");
        check.require(command.valid_until >= today, "validUntil", "in-the-past");
        check.require((command.valid_until - today).whole_days() <= LONGEST_DAYS, "validUntil", "too-far-ahead");
        let known = |code: &String| self.consents.information().iter().any(|told| told.code == *code);
        check.require(
            command.informed.iter().all(known) && command.informed.len() <= 50,
            "informed",
            "not-in-the-list",
        );
        check.require(!command.consenters.is_empty(), "consenters", "required");
        check.require(command.consenters.len() <= MOST_CONSENTERS, "consenters", "too-many");
        let persons = command.consenters.iter().filter(|given| given.role == Consenter::Person).count();
        check.require(persons <= 1, "consenters", "person-stands-twice");
        for (position, given) in command.consenters.iter().take(MOST_CONSENTERS).enumerate() {
            let field = |name: &str| format!("consenters[{position}].{name}");
            // A guardian who need not be asked may be unknown; whoever is asked has a name.
            if given.role == Consenter::Guardian && given.answer != ConsentStance::NotNeeded {
                check.text(&field("name"), &given.name, 100);
            } else {
                check.optional_text(&field("name"), &given.name, 100);
            }
            if given.answer == ConsentStance::NotNeeded {
                let ground = self
                    .consents
                    .not_needed()
                    .iter()
                    .any(|ground| ground.code == given.ground && ground.applies_to.contains(&given.role));
                check.require(ground, field("ground"), "not-in-the-list");
                check.text(&field("decidedBy"), &given.decided_by, 100);
            } else {
                check.require(given.ground.is_empty(), field("ground"), "only-when-not-needed");
                check.optional_text(&field("decidedBy"), &given.decided_by, 100);
            }
        }
        check.done()
    }

    /// Records a withdrawal. In the same transaction everything that stands on the consent stops, each recipient is told, and the joint file pauses. One
    /// consenter's withdrawal is enough; another basis, if any, is a new release with tests of its own.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when the consent, or what stands on it, has changed; `Conflict("revoked-already")`.
    pub async fn revoke_consent(
        &self,
        caller: &Caller,
        id: ConsentId,
        version: i64,
        command: RevokeConsent,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::consent::by_id(&mut snapshot, authority, id).await?;
        let hand = match &row {
            Some(row) => self.case_at_hand(&mut snapshot, caller, row.case).await?,
            None => None,
        };
        let standing = store::release::standing_on_consent(&mut snapshot, authority, id).await?;
        snapshot.close().await?;
        let (Some(row), Some(hand)) = (row, hand) else {
            return Err(self.missing::<RevokeAct>(caller, "consent", id.0).await);
        };
        let mut check = Check::new();
        check.text("note", &command.note, LONGEST_LINE);
        check.done()?;
        let target =
            Target { kind: "consent", id: Some(id.0), version: Some(row.version), ..hand.facts.target.clone() };
        let permit = self.allow::<RevokeAct>(caller, rbac_policy::Facts { target, ..hand.facts }).await?;
        if row.revoked_at.is_some() {
            return Err(self.stopped(&permit, RegistryError::Conflict("revoked-already")).await);
        }
        let key = self.key_for(authority, KeySubject::Case(row.case)).await?;
        let revocation = RevocationView { by: command.by, note: command.note.trim().to_owned() };
        let now = self.clock.now();
        let mut work = Work::new(authority).named("revoke_consent").then(store::consent::revoke(
            authority,
            id,
            now,
            &self.seal(&key, revocation_place(id), &revocation)?,
            version,
        ));
        let mut outgoing = Vec::new();
        for release in &standing {
            let (statement, notice) = lapse_of(authority, release, "consent_revoked", now);
            work = work.then(statement);
            outgoing.push(notice);
        }
        let work = work.then(store::consent::nothing_stands_on(authority, id)).then(store::consent::pause_joint_files(
            authority,
            row.case,
            row.recipient,
        ));
        let outgoing = self.to_those_who_take_parcels(authority, outgoing).await?;
        let permit = permit.with_listed(standing.iter().map(|release| release.id.0));
        let recorded = self.commit_and_send(permit, work, outgoing).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}

/// The consents that the permit covers, as they stand today.
pub(crate) fn views<A: Opens>(
    opener: &Opener<'_, '_, A>,
    rows: &[ConsentRow],
    names: &HashMap<AuthorityId, &str>,
    today: Date,
) -> Result<Vec<ConsentView>, RegistryError> {
    let covered = rows.iter().filter(|row| opener.covers(row.id));
    covered
        .map(|row| {
            let body: ConsentBody = opener.open(consent_place(row.id), &row.body)?;
            let revocation =
                row.revocation.as_ref().map(|sealed| opener.open(revocation_place(row.id), sealed)).transpose()?;
            Ok(ConsentView {
                id: row.id,
                recipient_id: row.recipient,
                recipient: names.get(&row.recipient).copied().unwrap_or_default().to_owned(),
                state: state(row, &body, today),
                gaps: body.gaps,
                kinds_of_data: body.kinds_of_data,
                purpose: body.purpose,
                valid_from: row.valid_from.clone(),
                valid_until: body.stands_until.map_or_else(|| row.valid_until.clone(), |until| until.to_string()),
                consenters: body.consenters,
                informed: body.informed,
                informed_how: body.informed_how,
                language: body.language,
                recorded_at: row.recorded_at,
                recorded_by: row.author.clone(),
                revoked_at: row.revoked_at,
                revocation,
                version: row.version,
            })
        })
        .collect()
}

fn state(row: &ConsentRow, body: &ConsentBody, today: Date) -> ConsentState {
    let until = body.stands_until.or_else(|| day(&row.valid_until));
    if row.revoked_at.is_some() {
        ConsentState::Revoked
    } else if !body.gaps.is_empty() {
        ConsentState::NotStanding
    } else if until.is_none_or(|until| today > until) {
        ConsentState::Expired
    } else if day(&row.valid_from).is_none_or(|from| today < from) {
        ConsentState::NotYet
    } else {
        ConsentState::Standing
    }
}
