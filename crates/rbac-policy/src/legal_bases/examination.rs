//! The examination of one release against one basis: a pure function of data.

use vocabulary::age::age_on;

use super::basis::{AgeRule, Computed, LegalBasis, State, Test};
use super::refusal::{FailedTest, Failure};
use super::section::Section;
use super::situation::Situation;

/// One test with its answer, as it is kept with the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredTest {
    /// The test's id.
    pub test_id: String,
    /// Yes or no.
    pub answer: bool,
    /// Written reasons, where given.
    pub reason: Option<String>,
    /// Answered by the system.
    pub by_system: bool,
}

/// What the examination came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExaminationOutcome {
    /// Every test passed.
    Met,
    /// At least one did not; all that did not are named, in the order of the page.
    Refused(Vec<FailedTest>),
}

/// An examination, complete enough to be kept with the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// The basis.
    pub code: String,
    /// Its version.
    pub version: u32,
    /// What it came to.
    pub outcome: ExaminationOutcome,
    /// All answers, the system's and the case officer's.
    pub answered: Vec<AnsweredTest>,
}

impl Examination {
    /// Every test passed.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.outcome == ExaminationOutcome::Met
    }

    /// What refused; empty when the basis is met.
    #[must_use]
    pub fn failed(&self) -> &[FailedTest] {
        match &self.outcome {
            ExaminationOutcome::Met => &[],
            ExaminationOutcome::Refused(failed) => failed,
        }
    }
}

/// Examines one release. One wrong, missing or unreasoned answer refuses.
#[must_use]
pub fn examine(basis: &LegalBasis, situation: &Situation<'_>) -> Examination {
    let mut sitting = Sitting::open(basis, situation);
    // An answer to a question that is not asked comes from a page of another version: nothing about it can be trusted.
    if situation.answers.iter().any(|answer| basis.test(&answer.test_id).is_none()) {
        sitting.failed.push(FailedTest::of_basis(basis, Failure::NotAsked));
    }
    for test in &basis.tests {
        sitting.put(test);
    }
    sitting.close()
}

/// Examines one message that follows an earlier release: the basis is still in force and usable, allows follow-up, and what may
/// have changed by itself (age, consent) still holds. Answers given at the release are not asked again.
#[must_use]
pub fn retest(basis: &LegalBasis, situation: &Situation<'_>) -> Examination {
    let mut sitting = Sitting::open(basis, situation);
    if !basis.follow_up_allowed {
        sitting.failed.push(FailedTest::of_basis(basis, Failure::FollowUpNotAllowed));
    }
    for test in basis.tests.iter().filter(|test| matches!(test.computed, Some(Computed::Age | Computed::ConsentValid)))
    {
        sitting.put(test);
    }
    sitting.close()
}

/// What the system knows about a test.
enum Known {
    /// The answer to the question.
    Answer(bool),
    /// The case officer is to answer.
    AskCaseOfficer,
    /// Nobody can answer before an age has been stated.
    AgeMissing,
}

struct Sitting<'a> {
    basis: &'a LegalBasis,
    situation: &'a Situation<'a>,
    failed: Vec<FailedTest>,
    answered: Vec<AnsweredTest>,
}

impl<'a> Sitting<'a> {
    fn open(basis: &'a LegalBasis, situation: &'a Situation<'a>) -> Self {
        let mut failed = Vec::new();
        if !basis.in_force(situation.today) {
            failed.push(FailedTest::of_basis(basis, Failure::NotInForce));
        }
        match basis.state {
            State::Off => failed.push(FailedTest::of_basis(basis, Failure::SwitchedOff)),
            State::Confirm if !situation.confirmed => {
                failed.push(FailedTest::of_basis(basis, Failure::AwaitsConfirmation));
            }
            State::Confirm | State::On => {}
        }
        if basis.direction(situation.from, situation.to).is_none() {
            failed.push(FailedTest::of_basis(basis, Failure::WrongDirection));
        }
        Self { basis, situation, failed, answered: Vec::new() }
    }

    fn put(&mut self, test: &Test) {
        if let Err(failure) = self.settle(test) {
            self.failed.push(FailedTest::of_test(test, failure));
        }
    }

    fn settle(&mut self, test: &Test) -> Result<(), Failure> {
        let required = test.required_answer.is_yes();
        let known = test.computed.map_or(Known::AskCaseOfficer, |computed| self.find_out(computed));
        let by_person: Vec<_> = self.situation.answers.iter().filter(|answer| answer.test_id == test.id).collect();
        if let Known::Answer(answer) = known {
            self.answered.push(AnsweredTest { test_id: test.id.clone(), answer, reason: None, by_system: true });
        }
        self.answered.extend(by_person.iter().map(|answer| AnsweredTest {
            test_id: test.id.clone(),
            answer: answer.answer,
            reason: answer.reason.clone(),
            by_system: false,
        }));
        // A person's answer can only stop: it counts beside the system's, never instead of it.
        if by_person.iter().any(|answer| answer.answer != required) {
            return Err(Failure::WrongAnswer);
        }
        match known {
            Known::Answer(answer) if answer != required => Err(Failure::WrongAnswer),
            Known::AgeMissing => Err(Failure::AgeUnknown),
            Known::AskCaseOfficer if by_person.is_empty() => Err(Failure::Unanswered),
            Known::AskCaseOfficer if test.reason_required => {
                let reasoned = by_person
                    .iter()
                    .any(|answer| answer.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty()));
                if reasoned { Ok(()) } else { Err(Failure::ReasonMissing) }
            }
            Known::Answer(_) | Known::AskCaseOfficer => Ok(()),
        }
    }

    fn find_out(&self, computed: Computed) -> Known {
        let Situation {
            on_request, contact_details_only, consent_valid, other_identifiable_person, together_with, ..
        } = *self.situation;
        Known::Answer(match computed {
            Computed::Age => return self.find_out_age(),
            Computed::OtherIdentifiablePerson if !other_identifiable_person => return Known::AskCaseOfficer,
            Computed::OtherIdentifiablePerson => true,
            Computed::OnRequest => on_request,
            Computed::ContactDetailsOnly => contact_details_only,
            Computed::ConsentValid => consent_valid,
            Computed::AnotherBasis => {
                together_with.iter().any(|other| self.basis.requires_one_of.iter().any(|code| code == other))
            }
            Computed::ExcludedSecrecy => self.excluded_secrecy(),
        })
    }

    fn find_out_age(&self) -> Known {
        let Some(limit) = self.basis.age.computed_limit() else { return Known::AgeMissing };
        if let Some(born) = self.situation.certain_birth_date() {
            return Known::Answer(age_on(born, self.situation.today) < limit);
        }
        if let Some(greatest) =
            self.situation.age_statement.and_then(|statement| statement.greatest_age(self.situation.today))
        {
            return Known::Answer(greatest < limit);
        }
        match self.basis.age {
            // OSL 10 kap. 18 a §: an uncertain age needs an explicit statement, and by whom.
            AgeRule::LapsesAt(_) => Known::AgeMissing,
            // A duty toward a child, or an acute intervention, must not wait for a birth date.
            _ => Known::AskCaseOfficer,
        }
    }

    /// Unclassified and unreadable sections count as excluded.
    fn excluded_secrecy(&self) -> bool {
        let excluded = |text: &str| {
            text.parse::<Section>()
                .map_or(true, |section| self.basis.excludes_sections.iter().any(|range| range.contains(section)))
        };
        let sections = self.situation.secrecy_sections;
        sections.is_empty() || sections.iter().any(|section| excluded(section))
    }

    fn close(self) -> Examination {
        let outcome =
            if self.failed.is_empty() { ExaminationOutcome::Met } else { ExaminationOutcome::Refused(self.failed) };
        Examination { code: self.basis.code.clone(), version: self.basis.version, outcome, answered: self.answered }
    }
}
