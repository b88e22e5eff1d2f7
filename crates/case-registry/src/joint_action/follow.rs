//! A later field of an action goes to the other side: only what a releasing decision lists, only until its day, and only after a test of its own.
//!
//! Carried by the own side's decision where it has one; otherwise by the proposer's, which lets the same fields come back. Each message is a disclosure in
//! the log, and so is each one that was stopped.

use audit_log::{Recipient, Recorded};
use field_vault::{BirthDate, Vault};
use rbac_policy::{
    Assignment, BasisFact, ClassFact, Conflict, Facts, Permit,
    legal_bases::{AgeStatement, Situation, retest},
};
use serde::{Deserialize, Serialize};
use store::{Work, joint_action::JointActionRow, release::ReleaseRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AgeBand, Caller, JointActionId, Opens, Purpose,
    action::{FollowUp as FollowAct, ReviewAction as ReviewAct},
    age::BirthCertainty,
};

use super::{ActionAtHand, ActionBody, ReplyCode, action_place, event};
use crate::{
    Answer, LegalRefusal, Registry, RegistryError,
    consent::{ConsentBody, consent_place},
    courier::Outgoing,
    crossing::{Crossing, FollowUp},
    error::FailedTestView,
    facts::birth_place,
    joint_file::outward::{Outward, text_item},
    measure::day,
    release::{BasisChoice, Channel, FollowField, decision::ReleaseBody, examination::consent_holds, release_place},
};

/// Tells the present value of a field.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TellField {
    /// Which field.
    pub field: FollowField,
    /// A decision of one's own, where none lets the field follow.
    #[serde(default)]
    pub grounds: Option<BasisChoice>,
    /// With a decision of one's own: further fields that may follow.
    #[serde(default)]
    pub follow_fields: Vec<FollowField>,
    /// Until when.
    #[serde(default)]
    pub follow_until: Option<Date>,
}

vocabulary::closed_list! {
    /// Why a field stayed on the own side.
    pub enum NotTold {
        /// No decision lets this field follow.
        NotAgreed = "not_agreed",
        /// The time for following is over.
        TimeOver = "time_over",
        /// The decision that carried it was withdrawn or has lapsed.
        Lapsed = "lapsed",
        /// A legal test stopped it: the person's age, a consent, the version of the basis.
        Refused = "refused",
        /// With protected identity nothing follows by itself: somebody decides each time.
        Protected = "protected",
        /// There is no value yet.
        NoValue = "no_value",
    }
}

/// Whether a field went to the other side.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// The field.
    pub field: FollowField,
    /// Whether it was sent.
    pub told: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<NotTold>,
    /// The tests that stopped it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedTestView>,
}

impl Told {
    const fn not(field: FollowField, why: NotTold) -> Self {
        Self { field, told: false, why: Some(why), failed: Vec::new() }
    }
}

/// The decision that a message rests on.
struct Carrier {
    basis_code: String,
    basis_version: i64,
    follow_fields: Vec<FollowField>,
    follow_until: Option<Date>,
    /// The own side's decision; none: the proposer's.
    own: Option<ReleaseRow>,
    stands: bool,
}

impl Registry {
    /// Tells the present value of a field to the other side: as a decision that stands lets it follow, or on a decision of one's own.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] when a test of the own decision is not met; [`RegistryError::NotFound`] when the caller may not.
    pub async fn tell_field(
        &self,
        caller: &Caller,
        id: JointActionId,
        command: TellField,
    ) -> Result<Answer<Told>, RegistryError> {
        let at_hand = self.action_or_missing::<FollowAct>(caller, id).await?;
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let events = store::joint_action::events(&mut snapshot, authority, id).await?;
        snapshot.close().await?;
        let row = &at_hand.action;
        let outcome = || {
            events
                .iter()
                .rev()
                .find(|event| event.is_own && event.kind == FollowField::Outcome.code())
                .and_then(|event| event.value.clone())
        };
        let value = match command.field {
            FollowField::Reply if row.is_own || row.own_status == "proposed" => None,
            FollowField::Reply => Some(
                if row.own_status == "declined" { ReplyCode::Decline } else { ReplyCode::Accept }.code().to_owned(),
            ),
            FollowField::Status => Some(row.own_status.clone()),
            FollowField::DueOn => row.due_on.clone(),
            FollowField::Outcome => outcome(),
        };
        let Some(grounds) = command.grounds else {
            let permit = self.allow::<ReviewAct>(caller, at_hand.facts()).await?;
            let recorded = self.record(permit).await?;
            let entry = recorded.entry();
            let view = match value {
                None => Told::not(command.field, NotTold::NoValue),
                Some(value) => self.follow(caller, &recorded, id, command.field, &value).await?,
            };
            return Ok(Answer { view, entry });
        };
        let value = value.ok_or(RegistryError::Conflict("no-value"))?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let paper = self.paper_for(&mut snapshot, caller, at_hand.hand.file.peer, grounds.consent_id).await?;
        snapshot.close().await?;
        let outward = Outward {
            kind: "follow_up",
            attention: "",
            handling_note: "",
            channel: Channel::System,
            follow_fields: &command.follow_fields,
            follow_until: command.follow_until,
            with_identity: false,
            on_request: false,
            names_others: false,
            items: vec![text_item(0, "statement", command.field.code(), &value, None)],
        };
        let facts = at_hand.facts();
        let cleared = self.clear::<FollowAct>(caller, &at_hand.hand, facts, &paper, &grounds, outward).await?;
        let permit = self.allow::<FollowAct>(&cleared.caller, cleared.facts.clone()).await?;
        let ActionAtHand { mut action, hand, .. } = at_hand;
        let crossing = Crossing::FollowUp(message(&action, command.field, &value, self.clock.now()));
        if !action.is_own {
            action.release = Some(cleared.release);
        }
        let mut step = event(self.entropy.id(), &action, "told", true, Some(command.field.code()), self.clock.now());
        step.by = Some(caller.user);
        let work = Work::new(authority)
            .named("tell_field")
            .then(store::joint_action::update(authority, &action))
            .then(store::joint_action::insert_event(authority, id, &step))
            .then_all(cleared.statements);
        let outgoing =
            Outgoing { to: cleared.to, joint_ref: Some(hand.file.joint_ref), release: Some(cleared.release), crossing };
        let recipient = Recipient { authority: cleared.to, label: "follow_up".to_owned() };
        let recorded = self
            .commit_and_send(permit.with_basis(cleared.logged).with_recipient(recipient), work, vec![outgoing])
            .await?;
        let view = Told { field: command.field, told: true, why: None, failed: Vec::new() };
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// Lets a field follow, if a decision lists it, its day has not come, and the test of today passes. The person's birth date and the terms are opened
    /// under the access that changed the field.
    pub(crate) async fn follow<A: Opens>(
        &self,
        caller: &Caller,
        recorded: &Recorded<Permit<'_, A>>,
        id: JointActionId,
        field: FollowField,
        value: &str,
    ) -> Result<Told, RegistryError> {
        let authority = caller.authority;
        let today = self.clock.today();
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::joint_action::by_id(&mut snapshot, authority, id)
            .await?
            .ok_or(RegistryError::Internal("an action vanished"))?;
        let hand = self
            .joint_at_hand(&mut snapshot, caller, row.joint_file)
            .await?
            .ok_or(RegistryError::Internal("an action without its file"))?;
        let own = match row.release {
            Some(release) => store::release::by_id(&mut snapshot, authority, release).await?,
            None => None,
        };
        let consent = match own.as_ref().and_then(|own| own.consent) {
            Some(consent) => store::consent::by_id(&mut snapshot, authority, consent).await?,
            None => None,
        };
        let received = match row.received_item {
            Some(item) => store::received::by_id(&mut snapshot, authority, item).await?,
            None => None,
        };
        let directory = self.directory(&mut snapshot).await?;
        let confirmations = self.confirmations(&mut snapshot, authority).await?;
        snapshot.close().await?;
        if hand.facts.class == ClassFact::Protected {
            return Ok(Told::not(field, NotTold::Protected));
        }
        let person = hand.person.as_ref();
        let kids = [
            row.body.as_ref().and_then(Vault::kid_of),
            person.and_then(|person| person.birth.as_ref()).and_then(Vault::kid_of),
            own.as_ref().and_then(|own| Vault::kid_of(&own.body)),
            consent.as_ref().and_then(|consent| Vault::kid_of(&consent.body)),
        ];
        let opener = self.opener(recorded, authority, kids).await?;
        let carrier = match own {
            Some(own) => Carrier {
                basis_code: own.basis_code.clone(),
                basis_version: own.basis_version,
                follow_fields: own.follow_fields.split(',').filter_map(|field| field.parse().ok()).collect(),
                follow_until: own.follow_until.as_deref().and_then(day),
                stands: own.stands(),
                own: Some(own),
            },
            None => {
                let sealed = row.body.as_ref().ok_or(RegistryError::Internal("an action without its terms"))?;
                let terms: ActionBody = opener.open(action_place(id), sealed)?;
                Carrier {
                    basis_code: terms.basis_code,
                    basis_version: terms.basis_version,
                    follow_fields: terms.follow_fields,
                    follow_until: terms.follow_until,
                    stands: received.is_some_and(|item| matches!(item.state.as_str(), "received" | "filed")),
                    own: None,
                }
            }
        };
        if !carrier.follow_fields.contains(&field) {
            return Ok(Told::not(field, NotTold::NotAgreed));
        }
        if carrier.follow_until.is_none_or(|until| until < today) {
            return Ok(Told::not(field, NotTold::TimeOver));
        }
        if !carrier.stands {
            return Ok(Told::not(field, NotTold::Lapsed));
        }

        let birth: Option<BirthDate> = match person {
            Some(person) => {
                person.birth.as_ref().map(|birth| opener.open(birth_place(person.id).under(id.0), birth)).transpose()?
            }
            None => None,
        };
        let born = birth.as_ref().filter(|birth| birth.certainty == BirthCertainty::Certain).map(|birth| birth.date);
        let stated = match &carrier.own {
            Some(own) => {
                let body: ReleaseBody = opener.open(release_place(own.id).under(id.0), &own.body)?;
                body.age_statement.map(|age| AgeStatement {
                    born_no_earlier_than: age.born_no_earlier_than,
                    stated_by: age.stated_by,
                })
            }
            None => None,
        };
        let consent_valid = match &consent {
            Some(row) => {
                let body: ConsentBody = opener.open(consent_place(row.id).under(id.0), &row.body)?;
                consent_holds(&self.consents, row, &body, born, today)
            }
            // The other side holds the consent: as long as its copy stands here, nobody has told that the consent ended.
            None => carrier.own.is_none(),
        };
        let kind = |id| {
            directory
                .get(&id)
                .map(|row| row.kind)
                .ok_or(RegistryError::Internal("an authority that is not in the directory"))
        };
        let (own_kind, peer_kind) = (kind(authority)?, kind(hand.file.peer)?);
        let version = u32::try_from(carrier.basis_version).unwrap_or(0);
        let Some(basis) = self.bases.get(&carrier.basis_code, version) else {
            return Ok(Told::not(field, NotTold::Refused));
        };
        let is_own = carrier.own.is_some();
        let examination = retest(
            basis,
            &Situation {
                // The decision's own direction: what comes back on the proposer's decision was agreed to in it.
                from: if is_own { own_kind } else { peer_kind },
                to: if is_own { peer_kind } else { own_kind },
                today,
                born: birth.as_ref().map(|birth| birth.date),
                birth_certainty: birth.as_ref().map_or(BirthCertainty::Estimated, |birth| birth.certainty),
                age_statement: stated.as_ref(),
                on_request: false,
                secrecy_sections: &[],
                contact_details_only: false,
                together_with: &[],
                // The other side's counsel has confirmed what the other side decided on.
                confirmed: !is_own || confirmations.cover(basis),
                consent_valid,
                other_identifiable_person: false,
                answers: &[],
            },
        );
        let age = match (born, &stated) {
            (Some(born), _) => AgeBand::on(Some(born), today),
            (None, Some(stated)) => AgeBand::on(Some(stated.born_no_earlier_than), today),
            (None, None) => AgeBand::Unknown,
        };
        let service = self.service_caller(authority).await?;
        let target = rbac_policy::Target {
            kind: "joint_action",
            id: Some(id.0),
            version: Some(row.version),
            ..hand.facts.target.clone()
        };
        let facts = Facts {
            assigned: Assignment::None,
            class: hand.facts.class,
            basis: BasisFact::of_code(&carrier.basis_code),
            age,
            conflict: Conflict::None,
            ..Facts::own_case(Purpose::Service, target)
        };
        let logged = format!("{}/{version}", carrier.basis_code);
        let peer = hand.file.peer;
        if !examination.is_met() {
            let language = caller.language;
            let failed = examination.failed().iter().map(|test| FailedTestView {
                test: test.test_id.clone(),
                what: test.explanation.text(language).to_owned(),
                next: test.next.text(language).to_owned(),
            });
            let refusal = LegalRefusal { basis: carrier.basis_code, failed: failed.collect(), entry: None };
            return match self.deny::<FollowAct>(&service, facts, peer, &logged, refusal).await {
                RegistryError::Refused(refusal) => {
                    Ok(Told { field, told: false, why: Some(NotTold::Refused), failed: refusal.failed })
                }
                error => Err(error),
            };
        }
        let permit = match self.allow::<FollowAct>(&service, facts).await {
            Ok(permit) => permit,
            // The policy stopped what the tests let through; the refusal is in the log.
            Err(RegistryError::NotFound) => return Ok(Told::not(field, NotTold::Refused)),
            Err(error) => return Err(error),
        };
        let permit = permit
            .on_behalf_of(caller.user)
            .with_basis(logged)
            .with_recipient(Recipient { authority: peer, label: "follow_up".to_owned() });
        let mut step = event(self.entropy.id(), &row, "told", true, Some(field.code()), self.clock.now());
        step.by = Some(caller.user);
        let work =
            Work::new(authority).named("follow_up").then(store::joint_action::insert_event(authority, id, &step));
        let crossing = Crossing::FollowUp(message(&row, field, value, self.clock.now()));
        let outgoing = Outgoing {
            to: peer,
            joint_ref: Some(hand.file.joint_ref),
            release: carrier.own.map(|own| own.id),
            crossing,
        };
        let _sent = self.commit_and_send(permit, work, vec![outgoing]).await?;
        Ok(Told { field, told: true, why: None, failed: Vec::new() })
    }
}

pub(super) fn message(row: &JointActionRow, field: FollowField, value: &str, at: vocabulary::Timestamp) -> FollowUp {
    FollowUp {
        action_ref: row.action_ref,
        text_version: row.text_version,
        field: field.code().to_owned(),
        value: value.to_owned(),
        at,
    }
}
