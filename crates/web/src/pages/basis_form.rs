//! The legal basis of something that leaves: first which recipient and which basis, then the tests of that basis as questions.
//!
//! Shared by every form whose command holds a `BasisChoice` in its field `grounds`. The choice stands in the address as an id and codes; answers are only
//! ever in a form.

use case_registry::RegistryError;
use case_registry::consent::ConsentState;
use case_registry::home::AuthorityView;
use case_registry::legal_basis::BasisView;
use serde::Deserialize;
use vocabulary::{AuthorityId, CaseId};

use crate::failure::Failure;
use crate::form::{Choice, Field, FieldKind, Form};
use crate::i18n::Messages;
use crate::parts::{Inline, Section, SummaryList, Table, Tone};
use crate::visit::Visit;

/// A basis as a page shows it, in the reader's language.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that the page shows")]
pub(crate) struct Basis {
    /// Its code, `OSL_10_18A`.
    pub(crate) code: String,
    /// Its citation.
    pub(crate) citation: String,
    /// Its name.
    pub(crate) title: String,
    /// When it can be used.
    pub(crate) summary: String,
    /// Who may decide under it.
    pub(crate) who_decides: String,
    /// It can be used today. One whose wording counsel has not confirmed is shown all the same.
    pub(crate) usable: bool,
    /// The questions that a person answers.
    pub(crate) tests: Vec<Test>,
    /// Age matters, so that an unknown one must be stated.
    pub(crate) asks_age: bool,
    /// It rests on a consent.
    pub(crate) asks_consent: bool,
    /// Later fields may follow.
    pub(crate) follow_up: bool,
    /// The law obliges the holder to report at once.
    pub(crate) at_once: bool,
    /// The lead decides.
    pub(crate) asks_lead: bool,
    /// It never stands alone: one of these is met too.
    pub(crate) requires_one_of: Vec<String>,
}

/// One question of a basis.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    /// Its id.
    pub(crate) id: String,
    /// The question.
    pub(crate) question: String,
    /// Whether the answer needs a written reason.
    pub(crate) reason: bool,
    /// A worked example of yes.
    pub(crate) yes: String,
    /// A worked example of no.
    pub(crate) no: String,
}

/// What can be released to one recipient, and on what.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// The recipient.
    pub(crate) recipient: AuthorityView,
    /// The bases, in the order in which they are tried.
    pub(crate) bases: Vec<Basis>,
}

/// What the address says of the choice.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    to: String,
    basis: String,
    with: String,
}

impl Chosen {
    /// Whether the address names a basis at all.
    pub(crate) fn is_made(&self) -> bool {
        !self.basis.is_empty()
    }
}

/// A choice that can be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Picked<'o> {
    /// The recipient.
    pub(crate) recipient: &'o AuthorityView,
    /// The basis.
    pub(crate) basis: &'o Basis,
    /// The one that must be met beside it.
    pub(crate) with: Option<&'o Basis>,
}

/// The consents that a form can offer.
#[derive(Clone, Debug)]
pub(crate) enum Consents {
    /// The basis does not rest on one.
    NotAsked,
    /// Those of the case that stand for this recipient.
    Of(Vec<Choice>),
    /// The reader does not see the case, and is told the consent's number by whoever does.
    Unseen,
}

/// The bases on which the reader's authority can release to another today, usable ones first. Those that are used only on request are left out unless
/// there is one.
pub(crate) async fn bases(visit: &Visit, to: AuthorityId, on_request: bool) -> Result<Vec<Basis>, Failure> {
    let registry = visit.registry()?;
    let offered = registry.offered_bases(&visit.caller, to).await?.view.bases;
    let shown = offered.into_iter().filter(|basis| on_request || !basis.on_request_only).map(|basis| {
        let version = registry.bases.get(&basis.code, basis.version);
        let by_system = |what: &str| {
            let mut tests = version.iter().flat_map(|version| &version.tests);
            tests.any(|test| test.computed.is_some_and(|computed| computed.code() == what))
        };
        Basis { asks_age: by_system("age"), asks_consent: by_system("consent_valid"), ..Basis::from(basis) }
    });
    Ok(shown.collect())
}

impl From<BasisView> for Basis {
    fn from(basis: BasisView) -> Self {
        let asked = basis.tests.into_iter().filter(|test| !test.by_system).map(|test| Test {
            id: test.id,
            question: test.question,
            reason: test.reason_required,
            yes: test.example_yes,
            no: test.example_no,
        });
        Self {
            tests: asked.collect(),
            code: basis.code,
            citation: basis.citation,
            title: basis.title,
            summary: basis.summary,
            who_decides: basis.who_decides,
            usable: basis.usable,
            asks_age: false,
            asks_consent: false,
            follow_up: basis.follow_up_allowed,
            at_once: basis.duty.code() == "at_once",
            asks_lead: basis.approval.is_some(),
            requires_one_of: basis.requires_one_of,
        }
    }
}

/// What can be released to whom: every other authority that the condition keeps and for which there is a basis.
pub(crate) async fn offers(
    visit: &Visit,
    on_request: bool,
    keep: impl Fn(&AuthorityView) -> bool,
) -> Result<Vec<Offer>, Failure> {
    let around = visit.registry()?.surroundings(&visit.caller).await?.view;
    let mut offers = Vec::new();
    for recipient in around.authorities.into_iter().filter(|authority| keep(authority)) {
        let bases = bases(visit, recipient.id, on_request).await?;
        if !bases.is_empty() {
            offers.push(Offer { recipient, bases });
        }
    }
    Ok(offers)
}

/// What the address chose, if it can be chosen. With one recipient only, the address need not name it.
pub(crate) fn pick<'o>(offers: &'o [Offer], chosen: &Chosen) -> Option<Picked<'o>> {
    let offer = match (chosen.to.parse::<AuthorityId>(), offers) {
        (Ok(to), _) => offers.iter().find(|offer| offer.recipient.id == to)?,
        (Err(_), [only]) => only,
        (Err(_), _) => return None,
    };
    let find = |code: &str| offer.bases.iter().find(|basis| basis.code == code && basis.usable);
    let basis = find(&chosen.basis)?;
    let with = if basis.requires_one_of.is_empty() {
        None
    } else {
        Some(find(&chosen.with).filter(|other| basis.requires_one_of.contains(&other.code))?)
    };
    Some(Picked { recipient: &offer.recipient, basis, with })
}

impl Picked<'_> {
    /// The same page with this choice in its address.
    pub(crate) fn address(&self, path: &str) -> String {
        let with = self.with.map(|other| format!("&with={}", other.code)).unwrap_or_default();
        let and = if path.contains('?') { '&' } else { '?' };
        format!("{path}{and}to={}&basis={}{with}", self.recipient.id, self.basis.code)
    }

    /// Above the form: to whom, on what, and who may decide.
    pub(crate) fn about(&self, msg: Messages, path: &str) -> Section {
        let with = self.with.map(|other| format!(" + {}", other.citation)).unwrap_or_default();
        let summary = SummaryList::new()
            .row(msg.basis_recipient(), self.recipient.name.clone())
            .row(msg.basis_chosen(), format!("{}{with}: {}", self.basis.citation, self.basis.title))
            .change(path, msg.basis_change())
            .row(msg.basis_who_decides(), self.basis.who_decides.clone());
        Section::plain().block(summary)
    }

    /// The consents that can be chosen between, out of an own case.
    pub(crate) async fn consents(&self, visit: &Visit, case: Option<CaseId>) -> Result<Consents, Failure> {
        if !self.basis.asks_consent && !self.with.is_some_and(|other| other.asks_consent) {
            return Ok(Consents::NotAsked);
        }
        let Some(case) = case else { return Ok(Consents::Unseen) };
        match visit.registry()?.read_case(&visit.caller, case).await {
            Ok(answer) => {
                let of_recipient =
                    answer.view.consents.into_iter().filter(|consent| consent.recipient_id == self.recipient.id);
                let standing = of_recipient.filter(|consent| consent.state == ConsentState::Standing);
                let choice = |consent: case_registry::consent::ConsentView| {
                    let until = Inline::day_text(visit.msg, &consent.valid_until);
                    let until = if let Inline::Time { text, .. } = until { text } else { consent.valid_until };
                    Choice::new(
                        consent.id.to_string(),
                        visit.msg.basis_consent_choice(consent.kinds_of_data.join(", "), until),
                    )
                };
                Ok(Consents::Of(standing.map(choice).collect()))
            }
            Err(RegistryError::NotFound) => Ok(Consents::Unseen),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Adds the tests to a form; `under` is the command's field that holds the choice, `grounds` nearly always.
    pub(crate) fn fields(&self, form: Form, msg: Messages, under: &str, consents: Consents) -> Form {
        let mut form = form.fixed(format!("{under}.basis"), self.basis.code.clone());
        match consents {
            Consents::NotAsked => {}
            Consents::Of(choices) => {
                form = form.field(
                    Field::radios(format!("{under}.consentId"), msg.basis_consent(), choices)
                        .hint(msg.basis_consent_hint()),
                );
            }
            Consents::Unseen => {
                form = form.field(
                    Field::text(format!("{under}.consentId"), msg.basis_consent())
                        .hint(msg.basis_consent_unseen())
                        .longest(36),
                );
            }
        }
        form = questions(form, msg, under, &self.basis.tests);
        if let Some(other) = self.with {
            form = form.fixed(format!("{under}.togetherWith[0].basis"), other.code.clone());
            form = questions(form, msg, &format!("{under}.togetherWith[0]"), &other.tests);
        }
        if self.basis.asks_age || self.with.is_some_and(|other| other.asks_age) {
            form = form
                .more(
                    Field::new(format!("{under}.ageStatement.years"), msg.basis_age(), FieldKind::Number)
                        .hint(msg.basis_age_hint())
                        .optional(),
                )
                .more(
                    Field::text(format!("{under}.ageStatement.statedBy"), msg.basis_age_by())
                        .hint(msg.basis_age_by_hint())
                        .optional()
                        .longest(200),
                );
        }
        form
    }
}

/// The questions of a basis: yes or no, the reason where one is needed, and the worked examples.
pub(crate) fn questions(form: Form, msg: Messages, under: &str, tests: &[Test]) -> Form {
    tests.iter().enumerate().fold(form, |form, (at, test)| {
        let stem = format!("{under}.answers[{at}]");
        let examples = [msg.basis_example_yes(&test.yes), msg.basis_example_no(&test.no)];
        let field = Field::answer(format!("{stem}.answer"), &test.question).examples(examples);
        let field = if test.reason { field.reason(format!("{stem}.reason"), msg.basis_reason(), true) } else { field };
        form.fixed(format!("{stem}.testId"), test.id.clone()).field(field)
    })
}

/// The page of the first step: every recipient with what can be released to it, each basis a link to the next step.
pub(crate) fn choose(msg: Messages, offers: &[Offer], path: &str) -> Vec<Section> {
    if offers.is_empty() {
        return vec![Section::plain().block(msg.basis_none())];
    }
    let one = |(at, offer): (usize, &Offer)| {
        let empty = Table::new(msg.basis_table(&offer.recipient.name), msg.basis_none());
        let table = empty.quiet().column(msg.basis_name()).column(msg.basis_citation()).column(msg.basis_when());
        let rows = offer.bases.iter().flat_map(|basis| rows(msg, offer, basis, path));
        Section::new(format!("recipient-{at}"), msg.basis_table(&offer.recipient.name))
            .block(rows.fold(table, Table::row))
    };
    offers.iter().enumerate().map(one).collect()
}

fn rows(msg: Messages, offer: &Offer, basis: &Basis, path: &str) -> Vec<Vec<Inline>> {
    let row = |with: Option<&Basis>| {
        let picked = Picked { recipient: &offer.recipient, basis, with };
        let title = with.map_or_else(|| basis.title.clone(), |other| msg.basis_with(&basis.title, &other.title));
        let citation =
            with.map_or_else(|| basis.citation.clone(), |other| format!("{} + {}", basis.citation, other.citation));
        let mut when = vec![Inline::Text(basis.summary.clone())];
        if basis.asks_lead {
            when.push(Inline::tag(Tone::Plain, msg.basis_by_lead()));
        }
        let usable = basis.usable && with.is_none_or(|other| other.usable);
        if !usable {
            when.push(Inline::tag(Tone::Late, msg.basis_unconfirmed()));
        }
        let title = if usable { Inline::link(picked.address(path), title) } else { title.into() };
        vec![title, citation.into(), Inline::Many(when)]
    };
    if basis.requires_one_of.is_empty() {
        return vec![row(None)];
    }
    offer
        .bases
        .iter()
        .filter(|other| basis.requires_one_of.contains(&other.code))
        .map(|other| row(Some(other)))
        .collect()
}
