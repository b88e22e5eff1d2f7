//! Why an examination refused: which test, what was wrong, and what to do next, in both languages.

use super::basis::{LegalBasis, Test, Wording, YesNo};

vocabulary::closed_list! {
    /// What was wrong.
    pub enum Failure {
        /// The version is not in force on that day.
        NotInForce = "not_in_force",
        /// The basis is switched off.
        SwitchedOff = "switched_off",
        /// Counsel has not confirmed the version.
        AwaitsConfirmation = "awaits_confirmation",
        /// The basis does not cover this holder and recipient.
        WrongDirection = "wrong_direction",
        /// Nothing may follow a release under this basis.
        FollowUpNotAllowed = "follow_up_not_allowed",
        /// An answer was given to a question that this version does not ask.
        NotAsked = "not_asked",
        /// The question was not answered.
        Unanswered = "unanswered",
        /// The answer is the one that refuses.
        WrongAnswer = "wrong_answer",
        /// The answer needs written reasons.
        ReasonMissing = "reason_missing",
        /// Neither a certain birth date nor an explicit statement of age.
        AgeUnknown = "age_unknown",
    }
}

/// One thing that refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedTest {
    /// The test's id, or for what concerns the basis as a whole `in_force`, `state`, `direction`, `follow_up` or `asked`.
    pub test_id: String,
    /// What was wrong.
    pub failure: Failure,
    /// What was wrong, in words.
    pub explanation: Wording,
    /// What to do next.
    pub next: Wording,
}

impl FailedTest {
    /// A test of the row that did not pass.
    pub(super) fn of_test(test: &Test, failure: Failure) -> Self {
        let Wording { sv, en } = &test.question;
        let explanation = match failure {
            Failure::WrongAnswer => {
                let (given_sv, needed_sv, given_en, needed_en) = match test.required_answer {
                    YesNo::Yes => ("nej", "ja", "no", "yes"),
                    YesNo::No => ("ja", "nej", "yes", "no"),
                };
                both(
                    format!("Frågan \u{201d}{sv}\u{201d} fick svaret {given_sv}. Grunden kräver {needed_sv}."),
                    format!(
                        "The question \u{201c}{en}\u{201d} was answered {given_en}. The basis requires {needed_en}."
                    ),
                )
            }
            Failure::ReasonMissing => both(
                format!("Frågan \u{201d}{sv}\u{201d} behöver ett skrivet skäl."),
                format!("The question \u{201c}{en}\u{201d} needs written reasons."),
            ),
            Failure::AgeUnknown => both(
                "Födelsedatum är okänt eller uppskattat, och ingen har uppgett personens ålder.".to_owned(),
                "The birth date is unknown or estimated, and nobody has stated the person's age.".to_owned(),
            ),
            _ => both(
                format!("Frågan \u{201d}{sv}\u{201d} är inte besvarad."),
                format!("The question \u{201c}{en}\u{201d} has not been answered."),
            ),
        };
        let next = match failure {
            Failure::Unanswered => both("Svara på frågan.".to_owned(), "Answer the question.".to_owned()),
            Failure::ReasonMissing => {
                both("Skriv skälet med egna ord.".to_owned(), "Write the reason in your own words.".to_owned())
            }
            _ => test.if_fails.clone(),
        };
        Self { test_id: test.id.clone(), failure, explanation, next }
    }

    /// Something about the basis as a whole.
    pub(super) fn of_basis(basis: &LegalBasis, failure: Failure) -> Self {
        let citation = &basis.citation;
        let (test_id, explanation, next) = match failure {
            Failure::NotInForce => (
                "in_force",
                both(
                    format!("Den här versionen av {citation} gäller inte i dag."),
                    format!("This version of {citation} is not in force today."),
                ),
                both(
                    "Börja om med den version som gäller nu.".to_owned(),
                    "Start again with the version in force now.".to_owned(),
                ),
            ),
            Failure::SwitchedOff => (
                "state",
                both(
                    format!("{citation} är avstängd hos myndigheten."),
                    format!("{citation} is switched off at this authority."),
                ),
                both("Pröva en annan grund.".to_owned(), "Try another basis.".to_owned()),
            ),
            Failure::AwaitsConfirmation => (
                "state",
                both(
                    format!("Myndighetens jurist har ännu inte bekräftat lydelsen av {citation}."),
                    format!("The authority's counsel has not yet confirmed the wording of {citation}."),
                ),
                both(
                    "Be juristen bekräfta lydelsen, eller pröva en annan grund.".to_owned(),
                    "Ask counsel to confirm the wording, or try another basis.".to_owned(),
                ),
            ),
            Failure::WrongDirection => (
                "direction",
                both(
                    format!("{citation} gäller inte från den här myndigheten till den här mottagaren."),
                    format!("{citation} does not apply from this authority to this recipient."),
                ),
                both(
                    "Välj en grund som sidan erbjuder för mottagaren.".to_owned(),
                    "Choose a basis that the page offers for the recipient.".to_owned(),
                ),
            ),
            Failure::FollowUpNotAllowed => (
                "follow_up",
                both(format!("{citation} tillåter ingen uppföljning."), format!("{citation} allows no follow-up.")),
                both(
                    "Pröva varje ny uppgift som ett eget utlämnande.".to_owned(),
                    "Test each new item as a release of its own.".to_owned(),
                ),
            ),
            _ => (
                "asked",
                both(
                    format!("Det finns ett svar på en fråga som den här versionen av {citation} inte ställer."),
                    format!("There is an answer to a question that this version of {citation} does not ask."),
                ),
                both(
                    "Ladda om sidan och svara på frågorna igen.".to_owned(),
                    "Reload the page and answer the questions again.".to_owned(),
                ),
            ),
        };
        Self { test_id: test_id.to_owned(), failure, explanation, next }
    }
}

fn both(sv: String, en: String) -> Wording {
    Wording { sv, en }
}
