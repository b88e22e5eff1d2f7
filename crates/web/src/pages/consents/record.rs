//! Recording a consent: the form has one row per consenter, as the person's age asks for.

use case_registry::case::CaseView;
use case_registry::consent::{ConsentStance, RecordConsent};
use case_registry::{FieldError, RegistryError};
use serde::Deserialize;
use serde_json::{Value, json};
use vocabulary::CaseId;

use super::words::Words;
use crate::at::At;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::pages::{case_tabs, reason};
use crate::visit::{Posted, Shown, Visit};

/// One consenter that is asked for.
pub(crate) struct Row {
    role: &'static str,
    who: String,
}

/// Who is asked, and what the rules say of it.
pub(crate) struct Asked {
    pub(crate) lead: String,
    pub(crate) rows: Vec<Row>,
}

/// What the browser sends: every row, the empty ones too.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Typed {
    recipient_id: String,
    kinds_of_data: String,
    purpose: String,
    #[serde(default)]
    valid_from: Option<String>,
    valid_until: String,
    informed: Vec<String>,
    informed_how: String,
    language: String,
    consenters: Vec<TypedRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TypedRow {
    #[serde(default)]
    answer: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    ground: String,
    #[serde(default)]
    decided_by: String,
    written: bool,
}

impl Typed {
    /// The command, and for each of its rows the row of the form that it comes from.
    fn command(self, rows: &[Row]) -> Result<(RecordConsent, Vec<usize>), RegistryError> {
        let mut places = Vec::new();
        let mut consenters = Vec::new();
        for (place, (typed, row)) in self.consenters.into_iter().zip(rows).enumerate() {
            let Some(answer) = typed.answer else {
                if typed.name.is_empty() {
                    continue;
                }
                return Err(invalid(format!("consenters[{place}].answer"), "required"));
            };
            places.push(place);
            consenters.push(json!({
                "role": row.role, "name": typed.name, "answer": answer, "ground": typed.ground,
                "decidedBy": typed.decided_by, "written": typed.written,
            }));
        }
        let kinds: Vec<&str> = self.kinds_of_data.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let mut command = json!({
            "recipientId": self.recipient_id, "kindsOfData": kinds, "purpose": self.purpose, "validUntil": self.valid_until,
            "informed": self.informed, "informedHow": self.informed_how, "language": self.language, "consenters": consenters,
        });
        if let (Some(from), Value::Object(fields)) = (self.valid_from, &mut command) {
            fields.insert("validFrom".to_owned(), Value::String(from));
        }
        match crate::command::decode(command.to_string().as_bytes()) {
            Ok(command) => Ok((command, places)),
            Err(Failure::Invalid(errors)) => Err(RegistryError::Invalid(at_rows(errors, &places))),
            Err(_) => Err(RegistryError::Internal("a consent could not be put together from its form")),
        }
    }
}

fn invalid(field: impl Into<String>, code: &'static str) -> RegistryError {
    RegistryError::Invalid(vec![FieldError { field: field.into(), code, limit: None }])
}

/// Errors name rows of the command; the form has rows that were left empty between them.
fn at_rows(mut errors: Vec<FieldError>, places: &[usize]) -> Vec<FieldError> {
    for error in &mut errors {
        let moved =
            error.field.strip_prefix("consenters[").and_then(|rest| rest.split_once(']')).and_then(|(number, rest)| {
                let place = places.get(number.parse::<usize>().ok()?)?;
                Some(format!("consenters[{place}]{rest}"))
            });
        if let Some(moved) = moved {
            error.field = moved;
        } else if error.field == "consenters" {
            "consenters[0].answer".clone_into(&mut error.field);
        }
    }
    errors
}

/// Who must answer, as the age is today.
fn asked(visit: &Visit, case: &CaseView) -> Result<Asked, Failure> {
    let msg = visit.msg;
    let registry = visit.registry()?;
    let born = case.person.birth_date.filter(|_| !case.person.birth_estimated);
    let band = registry.consents.band(born, registry.clock.today()).ok_or(Failure::Internal)?;
    let mut lead = band.title.text(msg.language()).to_owned();
    if born.is_none() {
        lead = format!("{lead}. {}", msg.consent_row_unknown_age());
    }
    Ok(Asked::new(msg, lead, band.person.code() != "not_asked", band.guardians.code() != "not_asked"))
}

impl Asked {
    pub(crate) fn new(msg: Messages, lead: String, person: bool, guardians: bool) -> Self {
        let mut rows = Vec::new();
        if person {
            rows.push(Row { role: "person", who: msg.consent_row_person().to_owned() });
        }
        if guardians {
            rows.extend([1, 2].map(|number| Row { role: "guardian", who: msg.consent_row_guardian(number) }));
        }
        Self { lead, rows }
    }
}

/// The form.
pub(crate) fn form(
    blank: Form,
    msg: Messages,
    case: CaseId,
    recipients: Vec<Choice>,
    words: &Words,
    asked: &Asked,
) -> Form {
    let mut form = blank
        .field(Field::radios("recipientId", msg.consent_recipient(), recipients))
        .field(Field::textarea("kindsOfData", msg.consent_kinds()).hint(msg.consent_kinds_hint()).rows(3))
        .field(Field::text("purpose", msg.consent_purpose()).longest(500))
        .field(Field::date("validUntil", msg.consent_until()).hint(msg.consent_until_hint()))
        .field(
            Field::checkboxes("informed", msg.consent_informed(), words.information())
                .hint(msg.consent_informed_hint()),
        )
        .field(
            Field::text("informedHow", msg.consent_informed_how()).hint(msg.consent_informed_how_hint()).longest(500),
        )
        .field(Field::text("language", msg.consent_language()).value(msg.consent_language_usual()).longest(60));
    for (place, row) in asked.rows.iter().enumerate() {
        let name = |field: &str| format!("consenters[{place}].{field}");
        if row.role == "guardian" {
            form = form.field(Field::text(name("name"), msg.consent_row_name(&row.who)).longest(100).when_needed());
        }
        let answers = Choice::codes(msg, "consent-stance", ConsentStance::ALL.iter().map(|stance| stance.code()));
        form = form
            .field(
                Field::select(name("answer"), msg.consent_row_answer(&row.who), answers)
                    .hint(msg.consent_row_answer_hint())
                    .when_needed(),
            )
            .field(Field::mark(name("written"), msg.consent_row_written(&row.who)))
            .more(
                Field::select(name("ground"), msg.consent_row_ground(&row.who), words.grounds_for(row.role))
                    .when_needed(),
            )
            .more(Field::text(name("decidedBy"), msg.consent_row_decided_by(&row.who)).longest(100).when_needed());
    }
    form.more(Field::date("validFrom", msg.consent_from()).optional())
        .button(msg.consent_new_save())
        .cancel(format!("/ui/cases/{case}/consents"))
}

/// The page around the form.
pub(crate) fn page(frame: Frame, case: &CaseView, asked: &Asked, form: Form) -> FormPage {
    let msg = frame.msg;
    FormPage::new(frame, form).lead(msg.consent_new_lead()).lead(asked.lead.clone()).before(case_tabs::about(msg, case))
}

/// What the form needs to know.
async fn prepared(visit: &Visit, case: &CaseView) -> Result<(Form, Asked), Failure> {
    let registry = visit.registry()?;
    let asked = asked(visit, case)?;
    let others = registry.surroundings(&visit.caller).await?.view.authorities;
    let recipients = others.into_iter().map(|other| Choice::new(other.id.to_string(), other.name)).collect();
    let words = Words::of(registry, visit.msg);
    Ok((form(visit.form(address(case.id)), visit.msg, case.id, recipients, &words, &asked), asked))
}

fn address(case: CaseId) -> String {
    format!("/ui/cases/{case}/consents/new")
}

/// The empty form.
pub(super) async fn empty(visit: Visit, At(case): At<CaseId>) -> Shown {
    show(&visit, case, false).await
}

async fn show(visit: &Visit, id: CaseId, tried: bool) -> Shown {
    let read = visit.registry()?.read_case(&visit.caller, id).await;
    let prepared = match &read {
        Ok(answer) => Some(prepared(visit, &answer.view).await?),
        Err(_) => None,
    };
    reason::or_ask(visit, &address(id), &format!("/ui/cases/{id}/consents"), tried, read, |answer| {
        let (form, asked) = prepared.ok_or(Failure::Internal)?;
        let form = reason::carried(visit, form);
        visit.page(&page(visit.frame(visit.msg.consent_new()), &answer.view, &asked, form), answer.entry)
    })
}

/// Records what was typed.
pub(super) async fn record(visit: Visit, At(id): At<CaseId>, Posted(data): Posted) -> Shown {
    if reason::only_opens(&data) {
        return show(&visit, id, true).await;
    }
    let (registry, caller) = (visit.registry()?, &visit.caller);
    let case = registry.read_case(caller, id).await?.view;
    let (form, asked) = prepared(&visit, &case).await?;
    let act = async |typed: Typed| {
        let (command, places) = typed.command(&asked.rows)?;
        registry.record_consent(caller, id, command).await.map_err(|error| match error {
            RegistryError::Invalid(errors) => RegistryError::Invalid(at_rows(errors, &places)),
            other => other,
        })
    };
    match visit.submit(form, &data, act).await {
        Ok(answer) => visit.done(&format!("/ui/cases/{id}/consents"), "consent-recorded", answer.entry),
        Err(unsent) => visit.again(unsent, |form| {
            let form = reason::carried(&visit, form);
            page(visit.frame(visit.msg.consent_new()), &case, &asked, form)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(answers: [Option<&str>; 3]) -> Typed {
        let row = |answer: Option<&str>| TypedRow {
            answer: answer.map(str::to_owned),
            name: answer.map(|_| "Eva Prov".to_owned()).unwrap_or_default(),
            ground: String::new(),
            decided_by: String::new(),
            written: true,
        };
        Typed {
            recipient_id: "00000000-0000-4000-8000-000000000001".to_owned(),
            kinds_of_data: "skolgång\n\n fritid ".to_owned(),
            purpose: "att samordna stödet".to_owned(),
            valid_from: None,
            valid_until: "2027-05-01".to_owned(),
            informed: vec!["purpose".to_owned()],
            informed_how: "samtal".to_owned(),
            language: "svenska".to_owned(),
            consenters: answers.map(row).into_iter().collect(),
        }
    }

    #[test]
    fn a_row_that_nobody_answered_is_left_out_and_faults_still_find_their_row() {
        let asked = Asked::new(Messages::new(vocabulary::Language::Swedish), String::new(), true, true);
        let (command, places) = typed([Some("given"), None, Some("refused")]).command(&asked.rows).unwrap();
        assert_eq!(command.consenters.len(), 2);
        assert_eq!(command.kinds_of_data, ["skolgång", "fritid"]);
        let error = FieldError { field: "consenters[1].name".to_owned(), code: "required", limit: None };
        assert_eq!(at_rows(vec![error], &places)[0].field, "consenters[2].name");
    }

    #[test]
    fn a_named_guardian_without_an_answer_is_asked_about() {
        let asked = Asked::new(Messages::new(vocabulary::Language::Swedish), String::new(), false, true);
        let mut typed = typed([None, None, None]);
        typed.consenters[1].name = "Eva Prov".to_owned();
        let Err(RegistryError::Invalid(errors)) = typed.command(&asked.rows) else { panic!("accepted") };
        assert_eq!(errors[0].field, "consenters[1].answer");
    }
}
