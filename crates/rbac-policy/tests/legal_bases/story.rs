//! One intended release, told by what is special about it.

use std::sync::LazyLock;

use rbac_policy::legal_bases::{
    AgeStatement, Answer, Computed, Examination, LegalBases, LegalBasis, Situation, examine,
};
use time::Date;
use time::macros::date;
use vocabulary::AuthorityKind;
use vocabulary::age::BirthCertainty;

/// The day on which most stories happen.
pub(crate) const TODAY: Date = date!(2026 - 11 - 22);
pub(crate) fn bases() -> &'static LegalBases {
    static BUILTIN: LazyLock<LegalBases> =
        LazyLock::new(|| LegalBases::builtin().expect("the built-in table is valid"));
    &BUILTIN
}

pub(crate) fn current(code: &str) -> &'static LegalBasis {
    bases().current(code, TODAY).unwrap_or_else(|| panic!("{code} is in force"))
}

/// One intended release.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the facts of a situation, one by one")]
pub(crate) struct Story {
    pub(crate) from: AuthorityKind,
    pub(crate) to: AuthorityKind,
    pub(crate) today: Date,
    pub(crate) born: Option<Date>,
    pub(crate) certainty: BirthCertainty,
    pub(crate) stated: Option<AgeStatement>,
    pub(crate) on_request: bool,
    pub(crate) sections: Vec<String>,
    pub(crate) contact_only: bool,
    pub(crate) together_with: Vec<String>,
    pub(crate) confirmed: bool,
    pub(crate) consent: bool,
    pub(crate) third_person: bool,
    pub(crate) answers: Vec<Answer>,
}

impl Story {
    /// The story in which every test of the basis passes.
    pub(crate) fn that_meets(basis: &LegalBasis) -> Self {
        let direction = &basis.directions[0];
        let wants_age = basis.tests.iter().any(|test| test.computed == Some(Computed::Age));
        Self {
            from: direction.from[0],
            to: direction.to[0],
            today: TODAY,
            born: wants_age.then_some(date!(2010 - 05 - 17)),
            certainty: BirthCertainty::Certain,
            stated: None,
            on_request: true,
            sections: vec!["35:1".to_owned()],
            contact_only: true,
            together_with: basis.requires_one_of.clone(),
            confirmed: true,
            consent: true,
            third_person: false,
            answers: right_answers(basis),
        }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn told_to<T>(&self, judge: impl FnOnce(&Situation<'_>) -> T) -> T {
        let sections: Vec<&str> = self.sections.iter().map(String::as_str).collect();
        let together_with: Vec<&str> = self.together_with.iter().map(String::as_str).collect();
        judge(&Situation {
            from: self.from,
            to: self.to,
            today: self.today,
            born: self.born,
            birth_certainty: self.certainty,
            age_statement: self.stated.as_ref(),
            on_request: self.on_request,
            secrecy_sections: &sections,
            contact_details_only: self.contact_only,
            together_with: &together_with,
            confirmed: self.confirmed,
            consent_valid: self.consent,
            other_identifiable_person: self.third_person,
            answers: &self.answers,
        })
    }

    pub(crate) fn examined(&self, basis: &LegalBasis) -> Examination {
        self.told_to(|situation| examine(basis, situation))
    }
}

pub(crate) fn right_answers(basis: &LegalBasis) -> Vec<Answer> {
    basis.asked().map(|test| answer(&test.id, test.required_answer.is_yes())).collect()
}

pub(crate) fn answer(test: &str, yes: bool) -> Answer {
    Answer { test_id: test.to_owned(), answer: yes, reason: Some("Skrivet med egna ord.".to_owned()) }
}

pub(crate) fn refusals(examination: &Examination) -> String {
    let failed: Vec<&str> = examination.failed().iter().map(|failed| failed.test_id.as_str()).collect();
    if examination.is_met() { "met".to_owned() } else { failed.join("+") }
}
