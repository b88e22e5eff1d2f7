//! The examination of one intended release: the basis as chosen and answered, held against what the records say.

use audit_log::{Outcome, Recipient, Recordable as _, Recorded};
use field_vault::{BirthDate, Vault};
use rbac_policy::{
    BasisFact, Facts, Permit,
    consent_rules::ConsentRules,
    legal_bases::{
        AgeStatement, Answer as TestGiven, AnsweredTest, Approval, Confirmation, Confirmations, Duty, Examination,
        FailedTest, LegalBases, LegalBasis, Situation, YesNo, examine,
    },
};
use serde::{Deserialize, Serialize};
use store::{Snapshot, consent::ConsentRow, delegation::DelegationRow, directory::AuthorityRow, person::PersonRow};
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    Act, AgeBand, AuthorityId, AuthorityKind, Caller, Category, ConsentId, Opens, Role, SecrecyClass, StatedReason,
    Timestamp, UserId, age::BirthCertainty,
};

use crate::{
    Check, FieldError, LegalRefusal, Registry, RegistryError,
    consent::{ConsentBody, consent_place},
    crossing::{Carried, IdentityCopy, SenderCard},
    delegation::{Delegated, delegated, wants_delegation},
    error::FailedTestView,
    facts::{birth_place, identity_place},
    measure::day,
    note::LONGEST_TEXT,
    person::Identity,
};

/// The legal basis of something that leaves, with the answers to its tests. Every releasing command has one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BasisChoice {
    /// Code of the basis, for example `OSL_10_18A`; the version in force today is used.
    pub basis: String,
    /// Answers to its tests. Those that the system answers by itself need none.
    #[serde(default)]
    pub answers: Vec<TestAnswer>,
    /// An explicit statement of age, where the birth date is unknown or estimated.
    #[serde(default)]
    pub age_statement: Option<AgeStatementChoice>,
    /// Another basis that is met for the same items, where the basis never stands alone.
    #[serde(default)]
    pub together_with: Vec<OtherBasis>,
    /// The consent, where consent is the basis.
    #[serde(default)]
    pub consent_id: Option<ConsentId>,
}

/// The answer to one test.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestAnswer {
    /// The test's id.
    pub test_id: String,
    /// Yes or no.
    pub answer: YesNo,
    /// Written reasons, where the test asks for them.
    #[serde(default)]
    pub reason: String,
}

/// Somebody's statement of age today.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgeStatementChoice {
    /// Whole years.
    pub years: u8,
    /// Who states it; the caller when left out.
    #[serde(default)]
    pub stated_by: Option<String>,
}

/// A second basis with its answers.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OtherBasis {
    /// Code of the basis.
    pub basis: String,
    /// Answers to its tests.
    #[serde(default)]
    pub answers: Vec<TestAnswer>,
}

/// What an examination and a decision need of the store, read in the snapshot of the facts.
pub(crate) struct Paper {
    /// Kind of the holder.
    pub(crate) from: AuthorityKind,
    /// The recipient.
    pub(crate) to: AuthorityRow,
    /// What counsel of the holder has confirmed.
    pub(crate) confirmations: Confirmations,
    /// The consent that was chosen, if it exists.
    pub(crate) consent: Option<ConsentRow>,
    /// The delegation list of the holder.
    pub(crate) delegations: Vec<DelegationRow>,
    /// The sender as the other side sees it. Never a name.
    pub(crate) sender: SenderCard,
}

/// What the examination looks at, beside what the paper says.
pub(crate) struct Matter<'a> {
    /// Who decides.
    pub(crate) caller: &'a Caller,
    /// When it is given: now, or for a release by mouth, telephone or letter when that was. Age, consent and basis are those of that day.
    pub(crate) at: Timestamp,
    /// The facts of the decision, for the entry of a refusal.
    pub(crate) facts: &'a Facts,
    /// About whom.
    pub(crate) person: &'a PersonRow,
    /// The id that the recorded permit covers and under which identity, birth date and consent are opened: the case or the joint file.
    pub(crate) under: Uuid,
    /// Classes of the items; an item under investigation that was cleared stands as an ordinary one.
    pub(crate) classes: &'a [SecrecyClass],
    /// The recipient has asked.
    pub(crate) on_request: bool,
    /// Nothing but contact details.
    pub(crate) contact_details_only: bool,
    /// Somebody else can be identified in an item.
    pub(crate) other_identifiable_person: bool,
}

/// About whom, opened.
pub(crate) struct Subject {
    pub(crate) identity: Identity,
    pub(crate) birth: Option<BirthDate>,
    pub(crate) is_protected: bool,
}

impl Subject {
    /// The registered birth date; an estimate is none.
    pub(crate) fn born(&self) -> Option<Date> {
        self.birth.as_ref().filter(|birth| birth.certainty == BirthCertainty::Certain).map(|birth| birth.date)
    }

    /// The identity as it is released.
    pub(crate) fn copy(&self) -> IdentityCopy {
        IdentityCopy {
            given_name: self.identity.given_name.clone(),
            family_name: self.identity.family_name.clone(),
            kind: self.identity.kind,
            value: self.identity.value.clone(),
            birth_date: self.birth.as_ref().map(|birth| birth.date),
            is_protected: self.is_protected,
        }
    }
}

/// A release that passed every test.
pub(crate) struct Examined {
    pub(crate) basis: String,
    pub(crate) version: u32,
    pub(crate) citation: String,
    pub(crate) who_decides: String,
    /// The point of the delegation list on which it is decided; empty where none is needed.
    pub(crate) delegation: String,
    pub(crate) follow_up_allowed: bool,
    /// The law obliges the holder to report at once: a concern report.
    pub(crate) at_once: bool,
    pub(crate) answered: Vec<AnsweredTest>,
    pub(crate) together_with: Vec<(String, u32, Vec<AnsweredTest>)>,
    pub(crate) consent: Option<ConsentId>,
    pub(crate) age_statement: Option<AgeStatement>,
    pub(crate) age: AgeBand,
    /// How long the basis carries it by itself.
    pub(crate) carried: Option<Carried>,
    pub(crate) subject: Subject,
}

impl Examined {
    /// The facts on which the policy decides that this may leave.
    pub(crate) fn facts(&self, facts: Facts) -> Facts {
        Facts { basis: BasisFact::of_code(&self.basis), age: self.age, ..facts }
    }

    /// Code and version, as the log names them.
    pub(crate) fn logged(&self) -> String {
        format!("{}/{}", self.basis, self.version)
    }

    /// All written reasons together: what the log keeps as the justification when the caller stated no other.
    pub(crate) fn reasons(&self) -> Option<StatedReason> {
        let reasons: Vec<&str> = self
            .answered
            .iter()
            .filter_map(|test| test.reason.as_deref())
            .filter(|reason| !reason.trim().is_empty())
            .collect();
        stated(&reasons.join(" "))
    }
}

/// A text as a stated reason: line breaks become spaces, and it ends where a reason ends.
pub(crate) fn stated(text: &str) -> Option<StatedReason> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(StatedReason::LONGEST).collect();
    StatedReason::new(&line)
}

/// What came of holding a choice against the records, before anything is refused: for the preview too.
pub(crate) struct Held {
    pub(crate) examination: Examination,
    pub(crate) failed: Vec<FailedTestView>,
    pub(crate) examined: Examined,
}

impl Registry {
    /// Reads what an examination needs. None when the recipient is not in the directory, or is the caller's own authority.
    pub(crate) async fn paper(
        &self,
        snapshot: &mut Snapshot,
        caller: &Caller,
        to: AuthorityId,
        consent: Option<ConsentId>,
    ) -> Result<Option<Paper>, RegistryError> {
        let authority = caller.authority;
        let mut directory = self.directory(snapshot).await?;
        let own = directory
            .get(&authority)
            .ok_or(RegistryError::Internal("the caller's authority is not in the directory"))?;
        let (from, reception) = (own.kind, own.reception_phone.clone());
        let Some(to) = directory.remove(&to).filter(|row| row.id != authority) else { return Ok(None) };
        let consent = match consent {
            Some(id) => store::consent::by_id(snapshot, authority, id).await?,
            None => None,
        };
        let confirmations = self.confirmations(snapshot, authority).await?;
        let sender = self.sender_card(snapshot, caller.authority, caller.user, &reception).await?;
        let delegations = store::delegation::list(snapshot, authority).await?;
        Ok(Some(Paper { from, to, confirmations, consent, delegations, sender }))
    }

    /// What counsel of an authority has confirmed.
    pub(crate) async fn confirmations(
        &self,
        snapshot: &mut Snapshot,
        authority: AuthorityId,
    ) -> Result<Confirmations, RegistryError> {
        let rows = store::directory::confirmations(snapshot, authority).await?;
        let given = rows.into_iter().filter_map(|row| {
            Some(Confirmation {
                code: row.basis_code,
                version: u32::try_from(row.basis_version).ok()?,
                by: row.confirmed_by,
                on: day(&row.confirmed_on)?,
                wording_read: row.wording,
            })
        });
        Ok(given.collect())
    }

    /// Who to call: service number, unit and telephone. Threats against staff are the reason that no name stands here.
    pub(crate) async fn sender_card(
        &self,
        snapshot: &mut Snapshot,
        authority: AuthorityId,
        user: UserId,
        reception: &str,
    ) -> Result<SenderCard, RegistryError> {
        let user = store::directory::user_by_id(snapshot, authority, user).await?;
        let units = store::directory::units(snapshot, authority).await?;
        let unit = user.as_ref().and_then(|user| units.into_iter().find(|unit| unit.id == user.unit));
        Ok(SenderCard {
            service_number: user.map(|user| user.service_number).unwrap_or_default(),
            phone: unit.as_ref().map_or_else(|| reception.to_owned(), |unit| unit.phone.clone()),
            unit: unit.map(|unit| unit.name).unwrap_or_default(),
        })
    }

    /// Opens identity and birth date under a recorded permit that covers `under`.
    pub(crate) async fn subject<A: Opens>(
        &self,
        recorded: &Recorded<Permit<'_, A>>,
        authority: AuthorityId,
        person: &PersonRow,
        under: Uuid,
    ) -> Result<Subject, RegistryError> {
        let kids = [Vault::kid_of(&person.identity), person.birth.as_ref().and_then(Vault::kid_of)];
        let opener = self.opener(recorded, authority, kids).await?;
        Ok(Subject {
            identity: opener.open(identity_place(person.id).under(under), &person.identity)?,
            birth: person
                .birth
                .as_ref()
                .map(|birth| opener.open(birth_place(person.id).under(under), birth))
                .transpose()?,
            is_protected: person.protection != vocabulary::Protection::None,
        })
    }

    /// Holds a choice against the records without refusing: what a preview shows.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a basis that does not exist, and what opening can fail with.
    #[expect(clippy::too_many_lines, reason = "one fact of the situation after another")]
    pub(crate) async fn hold<A: Opens>(
        &self,
        recorded: &Recorded<Permit<'_, A>>,
        paper: &Paper,
        matter: &Matter<'_>,
        choice: &BasisChoice,
    ) -> Result<Held, RegistryError> {
        let today = matter.at.day();
        check_choice(choice, &self.bases, today)?;
        let authority = matter.caller.authority;
        let subject = self.subject(recorded, authority, matter.person, matter.under).await?;
        let mut consent_ends = None;
        let consent_valid = match &paper.consent {
            Some(row) => {
                let opener = self.opener(recorded, authority, [Vault::kid_of(&row.body)]).await?;
                let body: ConsentBody = opener.open(consent_place(row.id).under(matter.under), &row.body)?;
                consent_ends = day(&row.valid_until).into_iter().chain(body.stands_until).min();
                matter.facts.target.case.is_none_or(|case| case == row.case)
                    && row.recipient == paper.to.id
                    && row.revoked_at.is_none_or(|revoked| revoked > matter.at)
                    && consent_covers(&self.consents, row, &body, subject.born(), today)
            }
            None => false,
        };
        let statement = choice.age_statement.as_ref().map(|stated| {
            let by = stated.stated_by.as_deref().unwrap_or(&paper.sender.service_number);
            AgeStatement::of_age(stated.years, today, by)
        });
        let sections = sections(&self.bases, paper.from, matter.classes);
        let sections: Vec<&str> = sections.iter().map(String::as_str).collect();
        let basis = current(&self.bases, &choice.basis, today)?;
        let others = choice
            .together_with
            .iter()
            .map(|other| Ok((current(&self.bases, &other.basis, today)?, answers(&other.answers))));
        let others: Vec<(&LegalBasis, Vec<TestGiven>)> = others.collect::<Result<_, RegistryError>>()?;
        let given = answers(&choice.answers);
        let situation = |basis: &LegalBasis, together: &[&str], answers: &[TestGiven]| {
            let situation = Situation {
                from: paper.from,
                to: paper.to.kind,
                today,
                born: subject.birth.as_ref().map(|birth| birth.date),
                birth_certainty: subject.birth.as_ref().map_or(BirthCertainty::Estimated, |birth| birth.certainty),
                age_statement: statement.as_ref(),
                on_request: matter.on_request,
                secrecy_sections: &sections,
                contact_details_only: matter.contact_details_only,
                together_with: together,
                confirmed: paper.confirmations.cover(basis),
                consent_valid,
                other_identifiable_person: matter.other_identifiable_person,
                answers,
            };
            examine(basis, &situation)
        };
        let mut failed: Vec<FailedTest> = Vec::new();
        let mut together_with = Vec::new();
        for (other, given) in &others {
            let examination = situation(other, &[], given);
            failed.extend(examination.failed().iter().cloned());
            if examination.is_met() {
                together_with.push((other.code.clone(), other.version, examination.answered));
            }
        }
        let met: Vec<&str> = together_with.iter().map(|(code, ..)| code.as_str()).collect();
        let examination = situation(basis, &met, &given);
        failed.extend(examination.failed().iter().cloned());
        let language = matter.caller.language;
        let mut failed: Vec<FailedTestView> = failed
            .iter()
            .map(|test| FailedTestView {
                test: test.test_id.clone(),
                what: test.explanation.text(language).to_owned(),
                next: test.next.text(language).to_owned(),
            })
            .collect();
        if basis.approval(paper.from, paper.to.kind) == Some(Approval::Lead) && !matter.caller.has(Role::SocialLead) {
            failed.push(wants_lead(basis, language));
        }
        let delegation = match delegated(basis, paper.from, &paper.delegations, matter.caller, self.clock.today()) {
            Delegated::NotNeeded => String::new(),
            Delegated::On(point) => point,
            Delegated::Missing => {
                failed.push(wants_delegation(basis, language));
                String::new()
            }
        };
        let age = match (subject.born(), &statement) {
            (Some(born), _) => AgeBand::on(Some(born), today),
            (None, Some(stated)) if !stated.stated_by.trim().is_empty() => {
                AgeBand::on(Some(stated.born_no_earlier_than), today)
            }
            (None, _) => AgeBand::Unknown,
        };
        let earliest_birth = subject.born().or(statement.as_ref().map(|stated| stated.born_no_earlier_than));
        let ends = [
            (basis.valid_to, "basis_ended"),
            (earliest_birth.and_then(|born| basis.lapses_on(born)).and_then(Date::previous_day), "turned_21"),
            (consent_ends.filter(|_| consent_valid), "consent_expired"),
        ];
        let carried = ends.into_iter().filter_map(|(day, then)| Some(Carried { day: day?, then: then.to_owned() }));
        let carried = carried.min_by_key(|carried| carried.day);
        let examined = Examined {
            basis: basis.code.clone(),
            version: basis.version,
            citation: basis.citation.clone(),
            who_decides: basis.who_decides.text(language).to_owned(),
            delegation,
            follow_up_allowed: basis.follow_up_allowed,
            at_once: basis.duty == Duty::AtOnce,
            answered: examination.answered.clone(),
            together_with,
            consent: paper.consent.as_ref().filter(|_| consent_valid).map(|row| row.id),
            age_statement: statement.filter(|_| subject.born().is_none()),
            age,
            carried,
            subject,
        };
        Ok(Held { examination, failed, examined })
    }

    /// Examines a choice. `A` is the recorded access under which identity, birth date and consent are opened; `D` is the act that is to follow, in whose
    /// name a refusal is recorded.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with every failed test in the caller's language, after the refusal was recorded; [`RegistryError::Invalid`].
    pub(crate) async fn examine_choice<A: Opens, D: Act>(
        &self,
        recorded: &Recorded<Permit<'_, A>>,
        paper: &Paper,
        matter: &Matter<'_>,
        choice: &BasisChoice,
    ) -> Result<Examined, RegistryError> {
        let held = self.hold(recorded, paper, matter, choice).await?;
        let facts = held.examined.facts(matter.facts.clone());
        let mut failed = held.failed;
        if failed.is_empty() && held.examination.is_met() {
            if !self.is_for_another_act::<D>(matter.caller, &facts) {
                return Ok(held.examined);
            }
            failed.push(another_act(matter.caller.language));
        }
        let refusal = LegalRefusal { basis: choice.basis.clone(), failed, entry: None };
        Err(self.deny::<D>(matter.caller, facts, paper.to.id, &held.examined.logged(), refusal).await)
    }

    /// Whether the caller may do this on another legal basis, and not on the chosen one: a duty that is done at once carries no joint work.
    fn is_for_another_act<D: Act>(&self, caller: &Caller, facts: &Facts) -> bool {
        let allows = |facts: &Facts| self.policy.allows(caller.roles, D::ACTION, facts);
        !allows(facts) && BasisFact::legal().any(|basis| allows(&Facts { basis, ..facts.clone() }))
    }

    /// Records that a legal test stopped a release, in the name of the act that was asked for.
    pub(crate) async fn deny<D: Act>(
        &self,
        caller: &Caller,
        facts: Facts,
        to: AuthorityId,
        logged: &str,
        refusal: LegalRefusal,
    ) -> RegistryError {
        self.deny_toward::<D>(caller, facts, Some((to, logged)), refusal).await
    }

    /// The same, where recipient and basis may not have been chosen yet.
    pub(crate) async fn deny_toward<D: Act>(
        &self,
        caller: &Caller,
        facts: Facts,
        toward: Option<(AuthorityId, &str)>,
        mut refusal: LegalRefusal,
    ) -> RegistryError {
        let mut draft = match self.policy.decide::<D>(caller, facts) {
            Ok(permit) => permit.draft(),
            Err(denied) => denied.draft(),
        };
        if let Some((authority, logged)) = toward.filter(|_| D::ACTION.category() == Category::Disclose) {
            draft.basis = Some(logged.to_owned());
            draft.recipient = Some(Recipient { authority, label: "refused".to_owned() });
        }
        match self.record_end(draft, Outcome::Denied).await {
            Ok(entry) => {
                refusal.entry = Some(entry);
                RegistryError::Refused(Box::new(refusal))
            }
            Err(error) => error,
        }
    }
}

/// Whether a stored consent holds on a day: not withdrawn, within its time, informed, and standing by the rules as the person's age is that day.
pub(crate) fn consent_holds(
    rules: &ConsentRules,
    row: &ConsentRow,
    body: &ConsentBody,
    born: Option<Date>,
    today: Date,
) -> bool {
    row.revoked_at.is_none() && consent_covers(rules, row, body, born, today)
}

/// The same but for a withdrawal: within its time, informed, and standing by the rules.
fn consent_covers(rules: &ConsentRules, row: &ConsentRow, body: &ConsentBody, born: Option<Date>, on: Date) -> bool {
    let day = on.to_string();
    row.valid_from <= day && day <= row.valid_until && body.gaps(rules, born, on).is_empty()
}

/// The version of a basis that is in force.
pub(crate) fn current<'a>(bases: &'a LegalBases, code: &str, today: Date) -> Result<&'a LegalBasis, RegistryError> {
    let unknown = || {
        RegistryError::Invalid(vec![FieldError { field: "grounds.basis".to_owned(), code: "not-a-basis", limit: None }])
    };
    bases.current(code, today).ok_or_else(unknown)
}

/// The sections that protect items of these classes at the holder; one that has none stands as unreadable and so counts as excluded.
pub(crate) fn sections(bases: &LegalBases, from: AuthorityKind, classes: &[SecrecyClass]) -> Vec<String> {
    let section = |class: &SecrecyClass| {
        bases.secrecy_at_holder(from, *class).map_or_else(|| "unclassified".to_owned(), |section| section.to_string())
    };
    classes.iter().map(section).collect()
}

fn answers(given: &[TestAnswer]) -> Vec<TestGiven> {
    let reason = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    given
        .iter()
        .map(|one| TestGiven { test_id: one.test_id.clone(), answer: one.answer.is_yes(), reason: reason(&one.reason) })
        .collect()
}

const MOST_ANSWERS: usize = 40;

/// The form of a choice: known basis, readable answers.
pub(crate) fn check_choice(choice: &BasisChoice, bases: &LegalBases, today: Date) -> Result<(), RegistryError> {
    let mut check = Check::new();
    check.require(bases.current(&choice.basis, today).is_some(), "grounds.basis", "not-a-basis");
    check.require(
        choice.answers.len() <= MOST_ANSWERS && choice.together_with.len() <= 3,
        "grounds.answers",
        "too-many",
    );
    for (position, answer) in choice.answers.iter().take(MOST_ANSWERS).enumerate() {
        check.optional_text(&format!("grounds.answers[{position}].reason"), &answer.reason, LONGEST_TEXT);
    }
    for (position, other) in choice.together_with.iter().take(3).enumerate() {
        check.require(
            bases.current(&other.basis, today).is_some(),
            format!("grounds.togetherWith[{position}].basis"),
            "not-a-basis",
        );
        check.require(
            other.answers.len() <= MOST_ANSWERS,
            format!("grounds.togetherWith[{position}].answers"),
            "too-many",
        );
        for answer in other.answers.iter().take(MOST_ANSWERS) {
            check.optional_text(&format!("grounds.togetherWith[{position}].answers"), &answer.reason, LONGEST_TEXT);
        }
    }
    if let Some(stated) = &choice.age_statement {
        check.require(stated.years < 120, "grounds.ageStatement.years", "too-long-ago");
        check.optional_text("grounds.ageStatement.statedBy", stated.stated_by.as_deref().unwrap_or_default(), 200);
    }
    check.done()
}

fn wants_lead(basis: &LegalBasis, language: vocabulary::Language) -> FailedTestView {
    let (what, next) = match language {
        vocabulary::Language::Swedish => (
            format!("Utlämnande enligt {} kräver att ansvarig chef godkänner det.", basis.citation),
            "Be förste socialsekreterare eller enhetschef att öppna utkastet och besluta.",
        ),
        vocabulary::Language::English => (
            format!("A release under {} needs the approval of the lead.", basis.citation),
            "Ask the lead social worker or head of unit to open the draft and decide.",
        ),
    };
    FailedTestView { test: "approval".to_owned(), what, next: next.to_owned() }
}

fn another_act(language: vocabulary::Language) -> FailedTestView {
    let (what, next) = match language {
        vocabulary::Language::Swedish => (
            "Stödet bär inte det här steget: det gäller en uppgift som lämnas för sig.",
            "Lämna ut uppgiften för sig med detta stöd, eller välj ett stöd som bär gemensamt arbete.",
        ),
        vocabulary::Language::English => (
            "The basis does not carry this step: it is for an item that is released by itself.",
            "Release the item by itself on this basis, or choose a basis that carries joint work.",
        ),
    };
    FailedTestView { test: "basis-for-this-step".to_owned(), what: what.to_owned(), next: next.to_owned() }
}
