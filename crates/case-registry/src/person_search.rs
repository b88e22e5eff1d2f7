//! Finding a person: by name, by identity number or by the number of a case, and by nothing else (SoLPuF 15 §; 2018:1693 3 kap. 5 §).

use field_vault::{BirthDate, Vault};
use rbac_policy::{Assignment, Facts, Target};
use serde::Serialize;
use store::person::PersonRow;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use utoipa::ToSchema;
use vocabulary::{Caller, CaseId, IdentityNumber, PersonId, Protection, Purpose, action::SearchPersons};

use crate::{
    Answer, Check, Registry, RegistryError,
    case::CASE_NUMBER_COLUMN,
    facts::{assignment, birth_place, identity_place},
    person::{Identity, NUMBER_COLUMN, SearchCommand},
};

/// A person found among those whom the caller works with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundPerson {
    /// Random id.
    pub id: PersonId,
    /// Name; only initials with protected identity.
    pub name: String,
    /// Age today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// Protected personal data.
    pub protection: Protection,
    /// The cases that the caller works on.
    pub cases: Vec<CaseId>,
}

/// What a search found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchResult {
    /// At most twenty persons.
    pub persons: Vec<FoundPerson>,
    /// Whether there are more: write more of the name.
    pub has_more: bool,
}

/// What the term turned out to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Name,
    Number,
    Case(CaseId),
}

const MOST: usize = 20;
const SHORTEST_NAME: usize = 2;

impl Registry {
    /// Whether the form for a search is for the caller.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for roles that do not search.
    pub async fn may_search_persons(&self, caller: &Caller) -> Result<(), RegistryError> {
        let facts = Facts::own_desk(Purpose::CaseHandling, Target::kind("person"));
        match self.policy.decide_list::<SearchPersons>(caller, facts) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(self.refuse(refusal).await),
        }
    }

    /// Finds persons by name, identity number or case number among those whom the caller works with. Somebody hidden is not found and not counted.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a term that is too short; [`RegistryError::NotFound`] for roles that do not search.
    pub async fn search_persons(
        &self,
        caller: &Caller,
        command: SearchCommand,
    ) -> Result<Answer<SearchResult>, RegistryError> {
        let authority = caller.authority;
        let today = self.clock.today();
        let term = command.term.trim();
        let mut check = Check::new();
        check.text("term", term, 100);
        check.require(term.chars().count() >= SHORTEST_NAME, "term", "too-short");
        check.done()?;
        let number = IdentityNumber::parse(term, today).ok();

        let facts = Facts::own_desk(Purpose::CaseHandling, Target::kind("person"));
        let list = match self.policy.decide_list::<SearchPersons>(caller, facts) {
            Ok(list) => list,
            Err(refusal) => return Err(self.refuse(refusal).await),
        };
        let scope = list.scope();
        let mut snapshot = self.store.snapshot(authority).await?;
        let (rows, by): (Vec<PersonRow>, By) = if let Some(number) = &number {
            let index = self.vault.blind_index(authority, NUMBER_COLUMN, number.canonical())?;
            (store::person::by_number(&mut snapshot, authority, index).await?.into_iter().collect(), By::Number)
        } else {
            let index = self.vault.blind_index(authority, CASE_NUMBER_COLUMN, term)?;
            match store::case::by_number(&mut snapshot, authority, index).await? {
                Some(case) => {
                    let person = store::person::by_id(&mut snapshot, authority, case.person).await?;
                    (person.into_iter().collect(), By::Case(case.id))
                }
                None => (store::person::all(&mut snapshot, authority).await?, By::Name),
            }
        };
        let mut visible: Vec<(PersonRow, Vec<CaseId>)> = Vec::new();
        for row in rows {
            if store::person::has_conflict(&mut snapshot, authority, caller.user, row.id).await? {
                continue;
            }
            let mut best = Assignment::None;
            let mut cases = Vec::new();
            for case in store::case::of_person(&mut snapshot, authority, row.id).await? {
                let membership =
                    store::case::membership(&mut snapshot, authority, case.id, caller.user, self.clock.now()).await?;
                let this = assignment(membership.as_deref(), caller, case.unit);
                if this != Assignment::None {
                    cases.push(case.id);
                    best = best.min(this);
                }
            }
            if row.registered_by == caller.user && cases.is_empty() {
                // Whoever has just registered a person opens the case next, and must find the way back to it.
                best = best.min(Assignment::Assigned);
            }
            if let By::Case(case) = by
                && !cases.contains(&case)
            {
                // Whose case it is, is told to those who work on it.
                continue;
            }
            let class = rbac_policy::ClassFact::of_person(row.protection);
            let age = self.age_band(authority, &row).await?;
            if scope.shows(best, class, age) {
                visible.push((row, cases));
            }
        }
        snapshot.close().await?;

        // Names are sealed and compared in memory, so the entry names every person whose name was opened for it: more than are shown, never fewer.
        let compared = list
            .over(visible.iter().map(|(row, _)| row.id.0))
            .with_subjects(visible.iter().map(|(row, _)| row.subject));
        let length = u32::try_from(term.chars().count()).unwrap_or(u32::MAX);
        let compared = compared
            .with_term(audit_log::SearchTerm { digest: self.vault.term_digest(authority, &folded(term))?, length });
        let recorded = self.record(compared).await?;
        let kids = visible.iter().flat_map(|(row, _)| [Vault::kid_of(&row.identity)]);
        let opener = self.opener(&recorded, authority, kids).await?;
        let wanted = folded(term);
        let mut persons = Vec::new();
        let mut has_more = false;
        for (row, cases) in visible {
            let identity: Identity = opener.open(identity_place(row.id), &row.identity)?;
            if by == By::Name && !folded(&identity.name()).contains(&wanted) {
                continue;
            }
            if persons.len() == MOST {
                has_more = true;
                break;
            }
            let birth: Option<BirthDate> =
                row.birth.as_ref().map(|birth| opener.open(birth_place(row.id), birth)).transpose()?;
            persons.push(FoundPerson {
                id: row.id,
                name: if row.protection == Protection::None { identity.name() } else { identity.initials() },
                age: birth.map(|birth| vocabulary::age_on(birth.date, today)),
                protection: row.protection,
                cases,
            });
        }
        Ok(Answer { view: SearchResult { persons, has_more }, entry: recorded.entry() })
    }
}

/// Lower case without marks, so that `Åsa`, `asa` and `ÅSA` are one.
fn folded(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn names_are_compared_without_marks_and_case() {
        assert_eq!(folded("Åsa Öberg-Müller"), "asa oberg-muller");
    }
}
