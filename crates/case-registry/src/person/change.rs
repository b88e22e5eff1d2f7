//! Correcting a person's identity: a name, a birth date, protection, a number that came later. What was there before stays with the identity, and an older
//! number goes on finding the person: an alias, never a new key.

use field_vault::{BirthDate, KeySubject, Vault};
use rbac_policy::Facts;
use serde::Deserialize;
use store::{Work, person::PersonRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{Caller, PersonId, Protection, action::UpdatePerson, age::BirthCertainty};

use super::{
    FormerIdentity, Identity, IdentityKind, IdentityLevel, LONGEST_NAME, NUMBER_COLUMN, SubjectMapping,
    canonical_number, command, month_of,
};
use crate::{
    Answer, Check, Registry, RegistryError,
    facts::{PersonAtHand, birth_place, identity_place},
    release::examination::stated,
};

/// As many former identities as are kept in sight.
const MOST_FORMER: usize = 20;

/// Corrects a person's identity; what is left out stays.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ChangePerson)]
pub struct ChangePerson {
    /// Given name.
    #[serde(default)]
    pub given_name: Option<String>,
    /// Family name.
    #[serde(default)]
    pub family_name: Option<String>,
    /// A number that the person has got or that was wrong before: its kind.
    #[serde(default)]
    pub identity_kind: Option<IdentityKind>,
    /// The number itself.
    #[serde(default)]
    pub identity_value: String,
    /// Who issued a local number.
    #[serde(default)]
    pub identity_issuer: String,
    /// How well the identity is known: with a samordningsnummer, and only with one.
    #[serde(default)]
    pub identity_level: Option<IdentityLevel>,
    /// Birth date.
    #[serde(default)]
    pub birth_date: Option<Date>,
    /// Whether the birth date is an estimate.
    #[serde(default)]
    pub birth_estimated: Option<bool>,
    /// Protected personal data.
    #[serde(default)]
    pub protection: Option<Protection>,
    /// Why, at most 500 characters.
    pub reason: String,
}

impl ChangePerson {
    /// Every field error at once; the canonical number when there is a new one.
    fn check(&self, today: Date) -> Result<Option<zeroize::Zeroizing<String>>, RegistryError> {
        let mut check = Check::new();
        for (field, name) in [("givenName", &self.given_name), ("familyName", &self.family_name)] {
            if let Some(name) = name {
                check.optional_text(field, name, LONGEST_NAME);
            }
        }
        if let Some(born) = self.birth_date {
            check.require(born <= today, "birthDate", "in-the-future");
            check.require(born.year() > 1900, "birthDate", "too-long-ago");
        }
        let canonical = match self.identity_kind {
            Some(IdentityKind::Unknown) => {
                check.fail("identityKind", "not-in-list");
                None
            }
            Some(kind) => {
                command::level(&mut check, kind, self.identity_level);
                canonical_number(&mut check, kind, &self.identity_value, &self.identity_issuer, today)
            }
            None => {
                check.require(self.identity_value.trim().is_empty(), "identityKind", "required");
                None
            }
        };
        check.text("reason", &self.reason, 500);
        check.done()?;
        Ok(canonical)
    }

    /// The identity after the change; what it replaces goes before everything that was replaced earlier.
    fn applied_to(&self, before: Identity, canonical: Option<&String>, now: vocabulary::Timestamp) -> Identity {
        let trimmed = |name: &Option<String>, before: &str| {
            name.as_deref().map_or_else(|| before.to_owned(), |name| name.trim().to_owned())
        };
        let after = Identity {
            given_name: trimmed(&self.given_name, &before.given_name),
            family_name: trimmed(&self.family_name, &before.family_name),
            kind: self.identity_kind.unwrap_or(before.kind),
            value: match self.identity_kind {
                Some(kind) => command::written(kind, &self.identity_value, canonical),
                None => before.value.clone(),
            },
            issuer: match self.identity_kind {
                Some(_) => Some(self.identity_issuer.trim().to_owned()).filter(|issuer| !issuer.is_empty()),
                None => before.issuer.clone(),
            },
            level: if self.identity_kind.is_some() { self.identity_level } else { before.level },
            former: Vec::new(),
        };
        let same = after.name() == before.name() && after.value == before.value;
        let replaced = (!same).then(|| FormerIdentity {
            given_name: before.given_name.clone(),
            family_name: before.family_name.clone(),
            identity_kind: before.kind,
            identity_value: before.value.clone(),
            until: now,
            reason: self.reason.trim().to_owned(),
        });
        let former = replaced.into_iter().chain(before.former).take(MOST_FORMER).collect();
        Identity { former, ..after }
    }
}

impl Registry {
    /// Corrects a person's identity.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] with every field error; `Conflict("exists-already")` when somebody else in the authority has the number;
    /// [`RegistryError::Stale`]; [`RegistryError::NotFound`]; [`RegistryError::ReasonRequired`] with protected identity.
    pub async fn change_person(
        &self,
        caller: &Caller,
        id: PersonId,
        version: i64,
        change: ChangePerson,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.person_at_hand(&mut snapshot, caller, id).await?;
        snapshot.close().await?;
        let Some(PersonAtHand { row, facts, .. }) = hand else {
            return Err(self.missing::<UpdatePerson>(caller, "person", id.0).await);
        };
        let reasoned = Caller { reason: caller.reason.clone().or_else(|| stated(&change.reason)), ..caller.clone() };
        let permit = self.allow::<UpdatePerson>(&reasoned, Facts { ..facts.clone() }).await?;
        let canonical = change.check(self.clock.today())?;
        let index = match &canonical {
            Some(number) => Some(self.vault.blind_index(authority, NUMBER_COLUMN, number)?),
            None => None,
        };
        let mut snapshot = self.store.snapshot(authority).await?;
        let known = match index {
            Some(index) => store::person::by_number(&mut snapshot, authority, index).await?,
            None => None,
        };
        snapshot.close().await?;
        if known.as_ref().is_some_and(|known| known.id != id) {
            return Err(self.stopped(&permit, RegistryError::Conflict("exists-already")).await);
        }

        // The look at what there is, and the change, are two entries: nothing is opened before the first is durable.
        let looked = self.record(self.allow::<UpdatePerson>(&reasoned, facts).await?).await?;
        let kids = [Some(&row.identity), row.birth.as_ref()].into_iter().flatten().map(Vault::kid_of);
        let opener = self.opener(&looked, authority, kids).await?;
        let before: Identity = opener.open(identity_place(id), &row.identity)?;
        let born: Option<BirthDate> =
            row.birth.as_ref().map(|birth| opener.open(birth_place(id), birth)).transpose()?;

        let identity = change.applied_to(before, canonical.as_deref(), self.clock.now());
        let estimated = change
            .birth_estimated
            .unwrap_or_else(|| born.as_ref().is_some_and(|born| born.certainty == BirthCertainty::Estimated));
        let certainty = if estimated { BirthCertainty::Estimated } else { BirthCertainty::Certain };
        let birth = change.birth_date.or_else(|| born.map(|born| born.date)).map(|date| BirthDate { date, certainty });
        let certain = birth.as_ref().filter(|_| !estimated).map(|birth| birth.date);
        let mapping = SubjectMapping {
            person: id,
            name: identity.name(),
            birth_year: birth.as_ref().map(|birth| birth.date.year()),
        };
        let key = self.key_for(authority, KeySubject::Person(id)).await?;
        let log_key = self.key_for(authority, KeySubject::Log { subject: Some(row.subject), year: 0 }).await?;
        let mapping = self.vault.seal_subject(&log_key, row.subject, &mapping)?;
        let changed = PersonRow {
            identity: self.seal(&key, identity_place(id), &identity)?,
            birth: birth.as_ref().map(|birth| self.seal(&key, birth_place(id), birth)).transpose()?,
            birth_certainty: if estimated { "estimated" } else { "certain" }.to_owned(),
            turns_18_month: certain.map(|born| month_of(vocabulary::age::birthday(born, 18))),
            turns_21_month: certain.map(|born| month_of(vocabulary::age::birthday(born, 21))),
            protection: change.protection.unwrap_or(row.protection),
            version,
            ..row
        };
        let mut work = Work::new(authority)
            .named("change_person")
            .then(store::person::update(authority, &changed))
            .then(store::person::update_subject(authority, changed.subject, &mapping));
        if let (Some(index), None, Some(kind)) = (index, known, change.identity_kind) {
            work = work.then(store::person::insert_number(authority, id, index, kind.code()));
        }
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}
