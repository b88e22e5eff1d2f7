//! Registering a person, finding one, opening an identity.

mod change;
mod command;

use field_vault::{BirthDate, KeySubject};
use rbac_policy::{ClassFact, Facts, Target};
use serde::{Deserialize, Serialize};
use store::{Work, person::PersonRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    Caller, LogSubjectId, PersonId, Protection, Purpose, Timestamp,
    action::{ReadPerson, RegisterPerson as RegisterAct, SearchPersons},
    age::BirthCertainty,
    age_on,
};

use crate::{
    Answer, Registry, RegistryError,
    facts::{PersonAtHand, birth_place, identity_place},
};

pub use change::ChangePerson;
pub(crate) use command::canonical_number;
pub use command::number_fault;

vocabulary::closed_list! {
    /// How a person is identified.
    pub enum IdentityKind {
        /// Personnummer.
        PersonalNumber = "personal_number",
        /// Samordningsnummer.
        CoordinationNumber = "coordination_number",
        /// A local reserve number with its issuer.
        LocalNumber = "local_number",
        /// Unknown identity.
        Unknown = "unknown",
    }
}

vocabulary::closed_list! {
    /// How well an identity behind a samordningsnummer is known (lag (2022:1697) om samordningsnummer).
    pub enum IdentityLevel {
        /// Styrkt.
        Confirmed = "confirmed",
        /// Sannolik.
        Probable = "probable",
        /// Osäker.
        Uncertain = "uncertain",
    }
}

/// Registers a person in the caller's authority.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RegisterPerson)]
pub struct RegisterPerson {
    /// Given name; may be empty for an unknown identity.
    #[serde(default)]
    pub given_name: String,
    /// Family name; may be empty for an unknown identity.
    #[serde(default)]
    pub family_name: String,
    /// How the person is identified.
    pub identity_kind: IdentityKind,
    /// The number: `YYYYMMDD-NNNN`, `YYMMDD-NNNN`, or opaque text for a local number.
    #[serde(default)]
    pub identity_value: String,
    /// Who issued a local number.
    #[serde(default)]
    pub identity_issuer: String,
    /// How well the identity is known: with a samordningsnummer, and only with one.
    #[serde(default)]
    pub identity_level: Option<IdentityLevel>,
    /// Birth date, apart from the number (the date in a number can differ from it); required with a personnummer.
    #[serde(default)]
    pub birth_date: Option<Date>,
    /// Whether the birth date is an estimate.
    #[serde(default)]
    pub birth_estimated: bool,
    /// Protected personal data.
    #[serde(default = "no_protection")]
    pub protection: Protection,
}

const fn no_protection() -> Protection {
    Protection::None
}

/// What came of a registration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    /// The new person; none when the authority has the person already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// Whom to ask when the authority has the person already. Says nothing else about the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exists: Option<WhomToAsk>,
}

/// The person exists: whom to ask for access.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhomToAsk {
    /// The unit to contact; none: contact your manager (protected identity or a conflict of interest, and no reason is given).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The unit's telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The person's id, only where the caller may open the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
}

/// A search by name or by number, the only two that SoLPuF 15 § allows beside the case number.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SearchCommand {
    /// A name or part of one, a personal or coordination number, or a case number.
    pub term: String,
}

/// A person as shown to those who may see the identity.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    /// Random id.
    pub id: PersonId,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Initials.
    pub initials: String,
    /// How the person is identified.
    pub identity_kind: IdentityKind,
    /// The number as people write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_value: Option<String>,
    /// Who issued a local number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_issuer: Option<String>,
    /// How well the identity behind a samordningsnummer is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_level: Option<IdentityLevel>,
    /// What the person was called or numbered before, newest first. An older number finds the person all the same.
    pub former: Vec<FormerIdentity>,
    /// Birth date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Date>,
    /// Whether the birth date is an estimate.
    pub birth_estimated: bool,
    /// Age today in Stockholm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// Protected personal data.
    pub protection: Protection,
    /// Row version.
    pub version: i64,
}

/// A person with the cases that the caller may open.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonPage {
    /// The person.
    pub person: PersonView,
    /// Cases of this person that the caller works on.
    pub cases: Vec<vocabulary::CaseId>,
}

/// A name or number that was corrected or replaced.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormerIdentity {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// How the person was identified.
    pub identity_kind: IdentityKind,
    /// The number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_value: Option<String>,
    /// When it was replaced.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

/// The identity as it is sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    pub(crate) kind: IdentityKind,
    pub(crate) value: Option<String>,
    pub(crate) issuer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<IdentityLevel>,
    /// Newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) former: Vec<FormerIdentity>,
}

/// What the log's sealed mapping says of a subject: enough to find whose records were read after the person has been erased here.
#[derive(Serialize, Deserialize)]
pub(crate) struct SubjectMapping {
    pub(crate) person: PersonId,
    pub(crate) name: String,
    pub(crate) birth_year: Option<i32>,
}

impl Identity {
    /// The name as read, or a stand-in for an unknown person.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }

    pub(crate) fn initials(&self) -> String {
        [&self.given_name, &self.family_name]
            .iter()
            .filter_map(|name| name.chars().next())
            .flat_map(char::to_uppercase)
            .collect()
    }

    pub(crate) fn view(self, row: &PersonRow, birth: Option<&BirthDate>, today: Date) -> PersonView {
        PersonView {
            id: row.id,
            initials: self.initials(),
            identity_value: self
                .value
                .map(|value| if self.kind == IdentityKind::LocalNumber { value } else { dashed(&value) }),
            given_name: self.given_name,
            family_name: self.family_name,
            identity_kind: self.kind,
            identity_issuer: self.issuer,
            identity_level: self.level,
            former: self.former,
            birth_date: birth.map(|birth| birth.date),
            birth_estimated: birth.is_some_and(|birth| birth.certainty == BirthCertainty::Estimated),
            age: birth.map(|birth| age_on(birth.date, today)),
            protection: row.protection,
            version: row.version,
        }
    }
}

/// Twelve digits as people write them.
fn dashed(canonical: &str) -> String {
    match canonical.split_at_checked(8) {
        Some((date, last)) if canonical.len() == 12 => format!("{date}-{last}"),
        _ => canonical.to_owned(),
    }
}

/// Column name of the blind index over identity numbers: part of what is hashed.
pub(crate) const NUMBER_COLUMN: &str = "person.number";

const LONGEST_NAME: usize = 100;
const LONGEST_NUMBER: usize = 60;

impl Registry {
    /// Registers a person. If the authority has the person already, the answer says only whom to ask.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] with every field error; [`RegistryError::NotFound`] when the caller may not register persons.
    pub async fn register_person(
        &self,
        caller: &Caller,
        command: RegisterPerson,
    ) -> Result<Answer<Registered>, RegistryError> {
        let today = self.clock.today();
        let canonical = command::check(&command, today)?;
        let authority = caller.authority;
        let index = match &canonical {
            Some(number) => Some(self.vault.blind_index(authority, NUMBER_COLUMN, number)?),
            None => None,
        };
        let id = PersonId(self.entropy.id());
        let subject = LogSubjectId(self.entropy.id());
        let target = Target::record("person", id.0).about(subject);
        let facts =
            Facts { class: ClassFact::of_person(command.protection), ..Facts::own_desk(Purpose::CaseHandling, target) };
        let permit = self.allow::<RegisterAct>(caller, facts).await?;
        if let Some(index) = index
            && let Some(answer) = self.existing(caller, index).await?
        {
            return Ok(answer);
        }

        let key = self.key_for(authority, vocabulary_person(id)).await?;
        let birth = command.birth_date.map(|date| BirthDate {
            date,
            certainty: if command.birth_estimated { BirthCertainty::Estimated } else { BirthCertainty::Certain },
        });
        let identity = Identity {
            given_name: command.given_name.trim().to_owned(),
            family_name: command.family_name.trim().to_owned(),
            kind: command.identity_kind,
            value: command::written(command.identity_kind, &command.identity_value, canonical.as_deref()),
            issuer: Some(command.identity_issuer.trim().to_owned()).filter(|issuer| !issuer.is_empty()),
            level: command.identity_level,
            former: Vec::new(),
        };
        let mapping = SubjectMapping {
            person: id,
            name: identity.name(),
            birth_year: birth.as_ref().map(|birth| birth.date.year()),
        };
        let log_key = self.key_for(authority, KeySubject::Log { subject: Some(subject), year: 0 }).await?;
        let certain = birth.as_ref().filter(|birth| birth.certainty == BirthCertainty::Certain).map(|birth| birth.date);
        let row = PersonRow {
            id,
            subject,
            unit: caller.unit,
            identity: self.seal(&key, identity_place(id), &identity)?,
            birth: birth.as_ref().map(|birth| self.seal(&key, birth_place(id), birth)).transpose()?,
            birth_certainty: if command.birth_estimated { "estimated" } else { "certain" }.to_owned(),
            turns_18_month: certain.map(|born| month_of(vocabulary::age::birthday(born, 18))),
            turns_21_month: certain.map(|born| month_of(vocabulary::age::birthday(born, 21))),
            protection: command.protection,
            registered_at: self.clock.now(),
            registered_by: caller.user,
            version: 1,
        };
        let mapping = self.vault.seal_subject(&log_key, subject, &mapping)?;
        let mut work = Work::new(authority)
            .named("register_person")
            .making("person", id)
            .then(store::person::insert(authority, &row))
            .then(store::person::insert_subject(authority, subject, &mapping));
        if let Some(index) = index {
            work = work.then(store::person::insert_number(authority, id, index, command.identity_kind.code()));
        }
        let recorded = match self.commit(permit, work).await {
            // Two colleagues registered the person at the same moment: the second gets the same answer as a later one.
            Err(RegistryError::Conflict("exists-already")) => {
                let index = index.ok_or(RegistryError::Conflict("exists-already"))?;
                return self.existing(caller, index).await?.ok_or(RegistryError::Unavailable);
            }
            other => other?,
        };
        Ok(Answer { view: Registered { person_id: Some(id), exists: None }, entry: recorded.entry() })
    }

    /// If somebody has this number: whom to ask. That the caller learned of it is in the log, under the person.
    async fn existing(&self, caller: &Caller, index: [u8; 16]) -> Result<Option<Answer<Registered>>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let Some(row) = store::person::by_number(&mut snapshot, caller.authority, index).await? else {
            snapshot.close().await?;
            return Ok(None);
        };
        let units = store::directory::units(&mut snapshot, caller.authority).await?;
        let target = Target::record("person", row.id.0).about(row.subject);
        let facts = self.person_facts(&mut snapshot, caller, &row, Purpose::CaseHandling, target.clone()).await?;
        let conflict = facts.conflict != rbac_policy::Conflict::None;
        snapshot.close().await?;
        // The search itself is what is recorded; it opens nothing, so neither class nor conflict decide on it.
        let permit = self.allow::<SearchPersons>(caller, Facts::own_desk(Purpose::CaseHandling, target)).await?;
        let recorded = self.record(permit).await?;
        let quiet = conflict || row.protection != Protection::None;
        let unit = units.into_iter().find(|unit| unit.id == row.unit).filter(|_| !quiet);
        let exists = WhomToAsk {
            phone: unit.as_ref().map(|unit| unit.phone.clone()),
            unit: unit.map(|unit| unit.name),
            person_id: None,
        };
        Ok(Some(Answer { view: Registered { person_id: None, exists: Some(exists) }, entry: recorded.entry() }))
    }

    /// Opens a person's identity.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none or the caller may not.
    pub async fn open_person(&self, caller: &Caller, id: PersonId) -> Result<Answer<PersonPage>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let hand = self.person_at_hand(&mut snapshot, caller, id).await?;
        snapshot.close().await?;
        let Some(PersonAtHand { row, cases, facts }) = hand else {
            return Err(self.missing::<ReadPerson>(caller, "person", id.0).await);
        };
        let permit = self.allow::<ReadPerson>(caller, facts).await?;
        let recorded = self.record(permit).await?;
        let opener = self.opener(&recorded, caller.authority, [field_vault::Vault::kid_of(&row.identity)]).await?;
        let identity: Identity = opener.open(identity_place(id), &row.identity)?;
        let birth: Option<BirthDate> =
            row.birth.as_ref().map(|birth| opener.open(birth_place(id), birth)).transpose()?;
        let person = identity.view(&row, birth.as_ref(), self.clock.today());
        Ok(Answer { view: PersonPage { person, cases }, entry: recorded.entry() })
    }
}

const fn vocabulary_person(id: PersonId) -> KeySubject {
    KeySubject::Person(id)
}

/// A month as a number: coarse enough to stand in plain beside a sealed birth date.
pub(crate) fn month_of(day: Date) -> i64 {
    i64::from(day.year()) * 12 + i64::from(u8::from(day.month())) - 1
}
