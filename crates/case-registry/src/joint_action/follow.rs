//! A later field of an action goes to the other side: only what a releasing decision lists, only until its day, and only after a test of its own.
//!
//! Carried by a decision of the side that sends it, and by nothing else: what the proposer decided says on what ground the *proposer* may disclose, never on
//! what ground the answer may (ADR 0012). Each message is a disclosure in the log, and so is each one that was stopped.

use audit_log::{Recipient, Recorded};
use field_vault::{BirthDate, Vault};
use rbac_policy::{
    Assignment, BasisFact, ClassFact, Conflict, Facts, Permit,
    consent_rules::ConsentRules,
    legal_bases::{AgeStatement, Confirmations, Examination, LegalBasis, Situation, retest},
};
use serde::Serialize;
use store::{Work, consent::ConsentRow, joint_action::JointActionRow, release::ReleaseRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AgeBand, AuthorityKind, Caller, JointActionId, KeyId, Opens, Purpose, action::FollowUp as FollowAct,
    age::BirthCertainty,
};

use super::event;
use crate::{
    LegalRefusal, Registry, RegistryError,
    consent::{ConsentBody, consent_place},
    courier::Outgoing,
    crossing::{Crossing, FollowUp},
    error::FailedTestView,
    facts::birth_place,
    joint_file::JointAtHand,
    measure::day,
    opening::Opener,
    release::{FollowField, decision::ReleaseBody, examination::consent_holds, release_place},
};

vocabulary::closed_list! {
    /// Why a field stayed on the own side.
    pub enum NotTold {
        /// The own side has no decision of its own yet: somebody chooses a basis before anything of this goes.
        NoOwnDecision = "no_own_decision",
        /// The own decision does not let this field follow.
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
    pub(super) const fn not(field: FollowField, why: NotTold) -> Self {
        Self { field, told: false, why: Some(why), failed: Vec::new() }
    }
}

/// What a message needs of the store, read in one snapshot.
struct Occasion {
    row: JointActionRow,
    hand: JointAtHand,
    /// The own side's decision that carries it.
    own: ReleaseRow,
    consent: Option<ConsentRow>,
    own_kind: AuthorityKind,
    peer_kind: AuthorityKind,
    confirmations: Confirmations,
}

/// The terms of the own side's decision, on which a message rests.
struct Terms {
    follow_fields: Vec<FollowField>,
    follow_until: Option<Date>,
    stands: bool,
}

impl Terms {
    /// Why the decision does not let the field follow, before any legal test.
    fn stop(&self, field: FollowField, today: Date) -> Option<NotTold> {
        if !self.follow_fields.contains(&field) {
            Some(NotTold::NotAgreed)
        } else if self.follow_until.is_none_or(|until| until < today) {
            Some(NotTold::TimeOver)
        } else if self.stands {
            None
        } else {
            Some(NotTold::Lapsed)
        }
    }
}

/// What is known of the person on the day of the message.
struct Known {
    birth: Option<BirthDate>,
    stated: Option<AgeStatement>,
    consent_valid: bool,
}

impl Known {
    fn born(&self) -> Option<Date> {
        self.birth.as_ref().filter(|birth| birth.certainty == BirthCertainty::Certain).map(|birth| birth.date)
    }

    fn age(&self, today: Date) -> AgeBand {
        AgeBand::on(self.born().or(self.stated.as_ref().map(|stated| stated.born_no_earlier_than)), today)
    }
}

impl Occasion {
    fn kids(&self) -> [Option<KeyId>; 3] {
        let birth = self.hand.person.as_ref().and_then(|person| person.birth.as_ref());
        [
            birth.and_then(Vault::kid_of),
            Vault::kid_of(&self.own.body),
            self.consent.as_ref().and_then(|consent| Vault::kid_of(&consent.body)),
        ]
    }

    fn terms(&self) -> Terms {
        Terms {
            follow_fields: self.own.follow_fields.split(',').filter_map(|field| field.parse().ok()).collect(),
            follow_until: self.own.follow_until.as_deref().and_then(day),
            stands: self.own.stands(),
        }
    }

    /// Birth date, statement of age and consent, opened under a permit that covers the action.
    fn known<A: Opens>(
        &self,
        opener: &Opener<'_, '_, A>,
        rules: &ConsentRules,
        today: Date,
    ) -> Result<Known, RegistryError> {
        let under = self.row.id.0;
        let person = self.hand.person.as_ref();
        let birth = person.and_then(|person| person.birth.as_ref().map(|birth| (person.id, birth)));
        let birth = birth.map(|(person, birth)| opener.open(birth_place(person).under(under), birth)).transpose()?;
        let body: ReleaseBody = opener.open(release_place(self.own.id).under(under), &self.own.body)?;
        let stated = body
            .age_statement
            .map(|age| AgeStatement { born_no_earlier_than: age.born_no_earlier_than, stated_by: age.stated_by });
        let mut known = Known { birth, stated, consent_valid: false };
        if let Some(row) = &self.consent {
            let body: ConsentBody = opener.open(consent_place(row.id).under(under), &row.body)?;
            known.consent_valid = consent_holds(rules, row, &body, known.born(), today);
        }
        Ok(known)
    }

    /// The test of today, in the direction in which the message goes.
    fn retest(&self, basis: &LegalBasis, known: &Known, today: Date) -> Examination {
        let situation = Situation {
            from: self.own_kind,
            to: self.peer_kind,
            today,
            born: known.birth.as_ref().map(|birth| birth.date),
            birth_certainty: known.birth.as_ref().map_or(BirthCertainty::Estimated, |birth| birth.certainty),
            age_statement: known.stated.as_ref(),
            on_request: false,
            secrecy_sections: &[],
            contact_details_only: false,
            together_with: &[],
            confirmed: self.confirmations.cover(basis),
            consent_valid: known.consent_valid,
            other_identifiable_person: false,
            answers: &[],
        };
        retest(basis, &situation)
    }

    /// The facts of the message, sent in the service's name.
    fn facts(&self, basis: &str, age: AgeBand) -> Facts {
        let row = &self.row;
        let target = rbac_policy::Target {
            kind: "joint_action",
            id: Some(row.id.0),
            version: Some(row.version),
            ..self.hand.facts.target.clone()
        };
        Facts {
            assigned: Assignment::None,
            class: self.hand.facts.class,
            basis: BasisFact::of_code(basis),
            age,
            conflict: Conflict::None,
            ..Facts::own_case(Purpose::Service, target)
        }
    }
}

impl Registry {
    /// What a message needs; none where the own side has no decision that could carry one.
    async fn occasion(&self, caller: &Caller, id: JointActionId) -> Result<Option<Occasion>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::joint_action::by_id(&mut snapshot, authority, id).await?;
        let row = row.ok_or(RegistryError::Internal("an action vanished"))?;
        let hand = self.joint_at_hand(&mut snapshot, caller, row.joint_file).await?;
        let hand = hand.ok_or(RegistryError::Internal("an action without its file"))?;
        let own = match row.release {
            Some(release) => store::release::by_id(&mut snapshot, authority, release).await?,
            None => None,
        };
        let Some(own) = own else {
            snapshot.close().await?;
            return Ok(None);
        };
        let consent = match own.consent {
            Some(consent) => store::consent::by_id(&mut snapshot, authority, consent).await?,
            None => None,
        };
        let directory = self.directory(&mut snapshot).await?;
        let confirmations = self.confirmations(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let kind =
            |id| directory.get(&id).map(|row| row.kind).ok_or(RegistryError::Internal("nobody in the directory"));
        let (own_kind, peer_kind) = (kind(authority)?, kind(hand.file.peer)?);
        Ok(Some(Occasion { row, hand, own, consent, own_kind, peer_kind, confirmations }))
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
        let today = self.clock.today();
        let Some(occasion) = self.occasion(caller, id).await? else {
            return Ok(Told::not(field, NotTold::NoOwnDecision));
        };
        if occasion.hand.facts.class == ClassFact::Protected {
            return Ok(Told::not(field, NotTold::Protected));
        }
        if let Some(why) = occasion.terms().stop(field, today) {
            return Ok(Told::not(field, why));
        }
        let opener = self.opener(recorded, caller.authority, occasion.kids()).await?;
        let known = occasion.known(&opener, &self.consents, today)?;
        let code = occasion.own.basis_code.clone();
        let version = u32::try_from(occasion.own.basis_version).unwrap_or(0);
        let Some(basis) = self.bases.get(&code, version) else {
            return Ok(Told::not(field, NotTold::Refused));
        };
        let examination = occasion.retest(basis, &known, today);
        let service = self.service_caller(caller.authority).await?;
        let facts = occasion.facts(&code, known.age(today));
        let logged = format!("{code}/{version}");
        if !examination.is_met() {
            let failed = examination.failed().iter().map(|test| FailedTestView {
                test: test.test_id.clone(),
                what: test.explanation.text(caller.language).to_owned(),
                next: test.next.text(caller.language).to_owned(),
            });
            let refusal = LegalRefusal { basis: code, failed: failed.collect(), entry: None };
            return match self.deny::<FollowAct>(&service, facts, occasion.hand.file.peer, &logged, refusal).await {
                RegistryError::Refused(refusal) => {
                    Ok(Told { field, told: false, why: Some(NotTold::Refused), failed: refusal.failed })
                }
                error => Err(error),
            };
        }
        let permit = match self.allow::<FollowAct>(&service, facts).await {
            Ok(permit) => permit.on_behalf_of(caller.user).with_basis(logged),
            // The policy stopped what the tests let through; the refusal is in the log.
            Err(RegistryError::NotFound) => return Ok(Told::not(field, NotTold::Refused)),
            Err(error) => return Err(error),
        };
        self.send_field(caller, permit, occasion, field, value).await?;
        Ok(Told { field, told: true, why: None, failed: Vec::new() })
    }

    async fn send_field(
        &self,
        caller: &Caller,
        permit: Permit<'_, FollowAct>,
        occasion: Occasion,
        field: FollowField,
        value: &str,
    ) -> Result<(), RegistryError> {
        let now = self.clock.now();
        let Occasion { row, hand, own, .. } = occasion;
        let mut step = event(self.entropy.id(), &row, "told", true, Some(field.code()), now);
        step.by = Some(caller.user);
        let work = Work::new(caller.authority).named("follow_up").then(store::joint_action::insert_event(
            caller.authority,
            row.id,
            &step,
        ));
        let crossing = Crossing::FollowUp(message(&row, field, value, now));
        let to = hand.file.peer;
        let outgoing = Outgoing { to, joint_ref: Some(hand.file.joint_ref), release: Some(own.id), crossing };
        let permit = permit.with_recipient(Recipient { authority: to, label: "follow_up".to_owned() });
        // Delivery is a long way: its future lies on the heap.
        let _sent = Box::pin(self.commit_and_send(permit, work, vec![outgoing])).await?;
        Ok(())
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
