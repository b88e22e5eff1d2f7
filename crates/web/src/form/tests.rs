//! Forms become commands, and errors find their way back to their fields.

use serde_json::{Value, json};
use vocabulary::Language;

use super::*;

const MSG: Messages = Messages::new(Language::Swedish);

fn form() -> Form {
    Form::new(MSG, "/ui/x", "token")
        .fixed("caseId", "c1")
        .field(Field::text("title", "Rubrik"))
        .field(Field::new("count", "Antal", FieldKind::Number).optional())
        .field(Field::date("dueOn", "Dag").optional())
        .field(Field::checkboxes("kinds", "Slag", vec![Choice::new("a", "A"), Choice::new("b", "B")]).optional())
        .field(Field::mark("urgent", "Brådskar"))
        .field(Field::yes_no("tests[0].answer", "Fråga").reason("tests[0].reason", "Skäl", false))
        .field(Field::version(4))
        .field(Field::paragraphs("paragraphs", "Text", ParagraphEditor::new(MSG)).optional())
}

fn decoded(pairs: &[(&str, &str)]) -> Value {
    form()
        .decode::<Value>(&FormData::of(pairs.iter().copied()))
        .map_or_else(|unsent| panic!("{unsent:?}"), |(_, command)| command)
}

#[test]
fn a_form_becomes_the_command_of_its_use_case() {
    let command = decoded(&[
        ("title", "  Kontaktperson "),
        ("count", "3"),
        ("dueOn", "2026-11-22"),
        ("kinds", "a"),
        ("kinds", "b"),
        ("urgent", "yes"),
        ("tests[0].answer", "no"),
        ("tests[0].reason", "rad 1\r\nrad 2"),
        ("version", "4"),
        ("paragraphs[0].text", ""),
        ("paragraphs[0].class", "standard"),
        ("paragraphs[1].text", "ett"),
        ("paragraphs[1].class", "health"),
        ("paragraphs[1].thirdParty", "yes"),
        ("injected", "value"),
    ]);
    assert_eq!(
        command,
        json!({
            "caseId": "c1", "title": "Kontaktperson", "count": 3, "dueOn": "2026-11-22", "kinds": ["a", "b"], "urgent": true, "version": 4,
            "tests": [{"answer": false, "reason": "rad 1\nrad 2"}],
            "paragraphs": [{"text": "ett", "class": "health", "thirdParty": true}],
        })
    );
}

#[test]
fn what_is_left_empty_is_left_out() {
    let command = decoded(&[("title", "x"), ("tests[0].answer", "yes"), ("version", "4")]);
    assert_eq!(
        command,
        json!({"caseId": "c1", "title": "x", "kinds": [], "urgent": false, "version": 4, "tests": [{"answer": true}], "paragraphs": []})
    );
}

#[test]
fn all_errors_come_at_once() {
    let data = FormData::of([
        ("title", " "),
        ("count", "tre"),
        ("dueOn", "22/11"),
        ("kinds", "z"),
        ("tests[0].answer", "perhaps"),
        ("version", "4"),
    ]);
    let Err(Unsent::Again { form, status }) = form().decode::<Value>(&data) else { panic!("accepted") };
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong: Vec<_> = form.all().filter(|field| field.error.is_some()).map(|field| field.name.as_str()).collect();
    assert_eq!(wrong, ["title", "count", "dueOn", "kinds", "tests[0].answer"]);
}

#[test]
fn a_field_sent_twice_counts_as_empty() {
    let data = FormData::of([("title", "a"), ("title", "b"), ("tests[0].answer", "yes"), ("version", "4")]);
    assert!(form().decode::<Value>(&data).is_err());
}

#[test]
fn more_paragraphs_can_be_asked_for_without_losing_what_was_typed() {
    let data = FormData::of([
        ("title", ""),
        ("paragraphs[0].text", "ett"),
        ("paragraphs[0].class", "health"),
        ("_more", "yes"),
    ]);
    let Err(Unsent::Again { form, status }) = form().decode::<Value>(&data) else { panic!("sent") };
    assert_eq!(status, StatusCode::OK);
    let html = form.render().unwrap();
    assert!(html.contains("ett</textarea>") && html.contains("paragraphs[3].text"), "{html}");
    assert!(!form.faulty());
}

#[test]
fn an_error_in_something_unseen_is_told_at_the_top() {
    let (form, _) =
        form().decode::<Value>(&FormData::of([("title", "x"), ("tests[0].answer", "yes"), ("version", "4")])).unwrap();
    let error = FieldError { field: "version".to_owned(), code: "required", limit: None };
    let Unsent::Again { form, .. } = form.refused(RegistryError::Invalid(vec![error])) else { panic!("lost") };
    assert!(form.faulty() && form.alerts.len() == 1);
}

#[test]
fn after_a_break_in_service_the_text_is_still_there() {
    let (form, _) = form()
        .decode::<Value>(&FormData::of([("title", "långt skrivet"), ("tests[0].answer", "yes"), ("version", "4")]))
        .unwrap();
    let Unsent::Again { form, status } = form.refused(RegistryError::Unavailable) else { panic!("lost") };
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(form.render().unwrap().contains("långt skrivet"));
}

#[test]
fn a_record_that_is_gone_is_not_a_form_error() {
    let Unsent::Failed(Failure::NotFound) = form().refused(RegistryError::NotFound) else { panic!("shown again") };
}

#[test]
fn the_answer_to_a_test_is_a_code_and_keeps_its_reason() {
    let form = || {
        Form::new(MSG, "/ui/x", "token").fixed(format!("grounds.answers[{}].testId", 0), "suitable").field(
            Field::answer("grounds.answers[0].answer", "Är det lämpligt?")
                .reason("grounds.answers[0].reason", "Skäl", true)
                .examples(["Ja: …".to_owned()]),
        )
    };
    let sent =
        FormData::of([("grounds.answers[0].answer", "yes"), ("grounds.answers[0].reason", "Boendestödet pågår.")]);
    let (_, command) = form().decode::<Value>(&sent).unwrap();
    assert_eq!(
        command,
        json!({"grounds": {"answers": [{"testId": "suitable", "answer": "yes", "reason": "Boendestödet pågår."}]}})
    );
    assert!(form().decode::<Value>(&FormData::of([("grounds.answers[0].answer", "yes")])).is_err());
}

#[test]
fn the_summary_says_which_question_lacks_what() {
    let (helps, suitable) = ("Kan uppgiften antas bidra till att förebygga brott?", "Är det lämpligt?");
    let question = |at: usize, question: &str| {
        Field::answer(format!("a[{at}].answer"), question).reason(format!("a[{at}].reason"), "Skäl", true)
    };
    let form = Form::new(MSG, "/ui/x", "token")
        .field(question(0, helps))
        .field(question(1, suitable))
        .field(Field::yes_no("long", format!("Gäller det {}?", "mycket och länge ".repeat(20))));
    let Err(Unsent::Again { form, .. }) = form.decode::<Value>(&FormData::of([("a[1].answer", "yes")])) else {
        panic!("accepted")
    };
    let (answer, reason) = (MSG.field_error_yes_or_no(), MSG.field_error_reason_needed());
    let told = form.summary().fields;
    assert_eq!(
        told[..3],
        [
            ("f-a-0-answer-0".to_owned(), format!("{helps}: {answer}")),
            ("f-a-0-reason".to_owned(), format!("{helps}: {reason}")),
            ("f-a-1-reason".to_owned(), format!("{suitable}: {reason}")),
        ]
    );
    assert!(told[3].1.starts_with("Gäller det mycket") && told[3].1.ends_with(&format!("…: {answer}")), "{told:?}");
    let html = form.render().unwrap();
    for (id, _) in &told {
        assert!(html.contains(&format!(r#"id="{id}""#)), "{id}");
    }
}

#[test]
fn what_is_needed_under_a_condition_is_not_called_optional() {
    let html = Form::new(MSG, "/ui/x", "token").field(Field::text("a", "A").when_needed()).render().unwrap();
    assert!(!html.contains(MSG.form_optional()) && !html.contains("aria-required"), "{html}");
    let html = Form::new(MSG, "/ui/x", "token").field(Field::text("a", "A").optional()).render().unwrap();
    assert!(html.contains(MSG.form_optional()), "{html}");
}

fn texts() -> Form {
    Form::new(MSG, "/ui/x?a=1&b=2", "t").field(Field::textarea("text", "Text")).field(Field::hidden("_version", "3"))
}

#[test]
fn a_form_keeps_drafts_when_somebody_writes_freely_in_it() {
    let keeps = |form: Form| form.render().unwrap().contains("data-draft=");
    assert!(keeps(texts()));
    assert!(keeps(Form::new(MSG, "/ui/x", "t").more(Field::textarea("goal", "Mål").optional())));
    assert!(keeps(Form::new(MSG, "/ui/x", "t").field(Field::yes_no("a", "Fråga").reason("b", "Skäl", true))));
    assert!(keeps(Form::new(MSG, "/ui/x", "t").field(Field::paragraphs("p", "Text", ParagraphEditor::new(MSG)))));
    assert!(!keeps(Form::new(MSG, "/ui/x", "t").field(Field::text("title", "Rubrik"))));
    // The reason for opening one record is said for that alone.
    assert!(!keeps(texts().undrafted()));
    assert!(!keeps(Form::new(MSG, "/ui/x", "t").field(Field::textarea("_reason", "Skäl"))));
}

#[test]
fn a_draft_that_is_taken_up_stands_in_the_form_and_nothing_is_carried_out() {
    let entry = vocabulary::EntryId(uuid::Uuid::from_u128(5));
    let data = FormData::of([("text", "halvfärdigt"), ("_version", "3"), ("_draft", "d-1")]);
    let Err(Unsent::Again { form, status }) =
        texts().decode::<serde_json::Value>(&data.resumed(Resumed::TakenUp(entry)))
    else {
        panic!("carried out")
    };
    assert_eq!((status, form.entry()), (StatusCode::OK, Some(entry)));
    let html = form.render().unwrap();
    assert!(html.contains("halvfärdigt") && html.contains(r#"name="_draft" value="d-1""#), "{html}");
    assert!(!form.faulty());
}

#[test]
fn a_form_without_its_draft_is_as_it_was() {
    let before = texts().with_value("text", "förvalt");
    let Err(Unsent::Again { form, .. }) =
        before.clone().decode::<serde_json::Value>(&FormData::default().resumed(Resumed::Fresh(None)))
    else {
        panic!("carried out")
    };
    assert_eq!(form.render().unwrap(), before.render().unwrap());
}

#[test]
fn an_offer_carries_what_the_page_needs_to_be_shown_again() {
    let kept = case_registry::form_draft::KeptDraft {
        id: vocabulary::FormDraftId(uuid::Uuid::from_u128(7)),
        form: [0; 32],
        saved_at: vocabulary::Timestamp::parse("2026-11-27T13:32:00Z").unwrap(),
    };
    let html = texts().offering(vec![kept]).render().unwrap();
    let (offer, form) = html.split_once("</form>").unwrap();
    assert!(offer.contains("27 november 2026 kl. 14.32"), "{offer}");
    assert!(
        offer.contains(r#"name="_version" value="3""#)
            && offer.contains("_draft-use")
            && offer.contains("_draft-discard")
    );
    // What somebody has begun to write is sent by the form's own button alone, also with the Enter key.
    assert!(!form.contains("_draft-use"));
}
