//! Every layout and every part, rendered in both languages with believable contents.

use askama::Template as _;
use case_registry::error::FailedTestView;
use case_registry::{FieldError, LegalRefusal};
use http::{HeaderMap, Uri};
use time::macros::date;
use vocabulary::{EntryId, Language, Purpose, RequestId, SecrecyClass, Timestamp};

use super::sample::{signed_in, site};
use crate::context::Context;
use crate::failure::Failure;
use crate::form::{Choice, Field, Form, FormData, ParagraphEditor, Unsent};
use crate::frame::Frame;
use crate::i18n::Messages;
use crate::layouts::{ConfirmPage, DetailPage, ErrorPage, FormPage, HomePage, InterruptionPage, ListPage, ReceiptPage};
use crate::pages::accessibility::AccessibilityPage;
use crate::paging::Paging;
use crate::parts::timeline::Event;
use crate::parts::{
    Action, BarChart, Block, Card, ClockChart, Filters, Inline, Pager, Section, Steps, SummaryList, Table, Tabs,
    Timeline, Tone, Why,
};
use crate::soundness::assert_sound;

fn context(language: Language, path: &str) -> Context {
    let mut headers = HeaderMap::new();
    headers.insert("cookie", format!("samlad-language={}; samlad-notice=saved", language.code()).parse().unwrap());
    let uri: Uri = path.parse().unwrap();
    let context = Context::new(RequestId(uuid::Uuid::nil()), &uri, &headers, site().settings());
    context.admit(signed_in(context.request), "token".to_owned());
    context
}

fn in_both(check: impl Fn(Messages, &dyn Fn(&str) -> Frame)) {
    for language in Language::ALL {
        let context = context(*language, "/ui/cases?page=2");
        check(context.msg, &|title| Frame::new(&site(), &context, title));
    }
}

fn sections(msg: Messages) -> Vec<Section> {
    let at = Timestamp::parse("2026-11-22T22:15:00Z").unwrap();
    let summary = SummaryList::new()
        .row(msg.month(date!(2026 - 11 - 01)), Inline::day(msg, date!(2026 - 11 - 22)))
        .row("Adress", Inline::Withheld("hos socialtjänsten; ej utlämnad".to_owned()))
        .change("/ui/cases/1/change", "Ändra adress")
        .maybe("Ingen", None::<String>);
    let table = Table::new("Åtgärder", "Inga åtgärder.").column("Åtgärd").column("Status").numbers("Antal").row([
        Inline::link("/ui/measures/1", "Kontaktperson <i>"),
        Inline::tag(Tone::Good, msg.of("measure-status", "ongoing")),
        "3".into(),
    ]);
    let timeline = Timeline::new()
        .event(Event::new(Inline::instant(msg, at), "Beslut").by("Maria Ek").detail(Inline::Lines("a\nb".to_owned())));
    let bars = BarChart::new(msg, "hours", "Åtkomster per timme", "Timme", "Antal").by_hour([3; 24]);
    let people = BarChart::new(msg, "people", "Personer", "Grupp", "Antal").of_people().bar("a", 4).bar("b", 12);
    let clocks = ClockChart::new(msg, "clocks", "Tider", date!(2026 - 11 - 22))
        .day("fyller 21 år", date!(2027 - 02 - 28), Tone::Soon)
        .period("samtycke", date!(2026 - 01 - 01), date!(2026 - 12 - 31), Tone::Good);
    let why = Why::new(msg)
        .rule("Du är tilldelad ärendet", "SoLPuL 10 §")
        .purpose(Purpose::CaseHandling)
        .entry(EntryId(uuid::Uuid::nil()));
    let card = Card::new(Inline::link("/ui/joint-actions/1", "Gemensam åtgärd"))
        .tag(Tone::Late, msg.days_late(3))
        .line("text")
        .action(Action::primary("/ui/a", "Acceptera"))
        .action(Action::other("/ui/b", "Avböj"));
    vec![
        Section::new("about", "Om").block(summary).block(table).block(Table::new("Tom", "Inget här.")).block(timeline),
        Section::new("figures", "Figurer").block(bars).block(people).block(clocks).block(vec![card]),
        Section::plain()
            .block("text")
            .block(Block::Quote("stycke".to_owned()))
            .block(Block::Points(vec!["en".to_owned()]))
            .block(vec![Action::primary("/ui/x", "Gör")])
            .block(why),
        Section::new("notices", "Noter").block(Block::Notice("Obs".to_owned(), "text".to_owned())),
    ]
}

fn every_field(msg: Messages) -> Form {
    let choices = || vec![Choice::new("a", "A").group("Grupp"), Choice::new("b", "B").hint("hjälp")];
    Form::new(msg, "/ui/x", "token")
        .field(Field::text("title", "Rubrik").hint("kort").longest(100))
        .field(Field::textarea("text", "Text").rows(8).value("<script>"))
        .field(Field::date("dueOn", "Uppföljning"))
        .field(Field::select("kind", "Typ", choices()))
        .field(Field::radios("level", "Nivå", choices()).value("a"))
        .field(Field::checkboxes("kinds", "Slag", choices()).chosen(["b".to_owned()]))
        .field(Field::mark("urgent", "Brådskar"))
        .field(Field::yes_no("tests[0].answer", "Gäller det?").hint("exempel").reason("tests[0].reason", "Skäl", true))
        .field(Field::version(3))
        .field(Field::paragraphs(
            "paragraphs",
            "Anteckning",
            ParagraphEditor::new(msg).with("ett", SecrecyClass::Health, true),
        ))
        .more(Field::text("decision", "Beslut").optional())
        .cancel("/ui")
}

#[test]
fn the_kinds_of_page_are_sound_in_both_languages() {
    in_both(|msg, frame| {
        let actions = || vec![Action::primary("/ui/x", "Gör")];
        let home = HomePage { frame: frame(msg.home_title()), actions: actions(), sections: sections(msg) };
        assert_sound(&home.render().unwrap(), msg);
        let filters = Filters::new(msg, "/ui/cases").by(
            "status",
            "Status",
            Choice::codes(msg, "case-phase", ["open", "closed"]),
            Some("open"),
        );
        assert_eq!(filters.kept(), "status=open");
        let pager = Pager::new(msg, Paging { limit: 20, offset: 20 }, true, "/ui/cases", &filters.kept());
        let table = Table::new("Ärenden", "Inga.").quiet().column("Namn").row([Inline::link("/ui/cases/1", "A")]);
        let list = ListPage {
            frame: frame("Lista"),
            lead: Some("Bara dina.".to_owned()),
            actions: actions(),
            filters: Some(filters),
            table,
            pager: Some(pager),
        };
        let list = list.render().unwrap();
        assert!(list.contains("/ui/cases?status=open&#38;page=3"), "{list}");
        assert_sound(&list, msg);
        let tabs = Tabs::new("Delar").tab("/ui/a", "Översikt", true).tab("/ui/b", "Åtgärder", false);
        let detail = DetailPage {
            frame: frame("Ärende"),
            heading: Some("Elias T".into()),
            tags: vec![(Tone::Soon, "snart".to_owned())],
            tabs: Some(tabs),
            actions: actions(),
            sections: sections(msg),
        };
        assert_sound(&detail.render().unwrap(), msg);
        let form = FormPage::new(frame("Formulär"), every_field(msg))
            .lead("Fyll i.")
            .step(Steps::new(msg, &["Uppgifter", "Prövning"], 2))
            .before(Section::new("preview", "Granska"));
        assert_sound(&form.render().unwrap(), msg);
        let confirm = ConfirmPage::new(
            frame("Stäng"),
            ["En sak.".to_owned(), "En till.".to_owned()],
            Form::new(msg, "/ui/x", "token"),
        );
        assert_sound(&confirm.render().unwrap(), msg);
        let receipt = ReceiptPage {
            frame: frame("Beslut"),
            outcome: "Utlämnat".to_owned(),
            reference: "U-1".to_owned(),
            sections: vec![],
            actions: actions(),
        };
        assert_sound(&receipt.render().unwrap(), msg);
        let interruption = InterruptionPage {
            frame: frame("Skyddad identitet"),
            paragraphs: vec!["Tänk efter.".to_owned()],
            form: every_field(msg),
            back: "/ui".to_owned(),
        };
        assert_sound(&interruption.render().unwrap(), msg);
        let accessibility = AccessibilityPage { frame: frame(msg.accessibility_title()), contact: "x".to_owned() };
        assert_sound(&accessibility.render().unwrap(), msg);
    });
}

#[test]
fn what_is_typed_never_becomes_markup_and_small_figures_stay_hidden() {
    in_both(|msg, frame| {
        let page = FormPage::new(frame("x"), every_field(msg))
            .before(Section::plain().block(BarChart::new(msg, "p", "t", "l", "c").of_people().bar("a", 4)));
        let html = page.render().unwrap();
        assert!(html.contains("&#60;script&#62;") && !html.contains("<script>"));
        assert!(!html.contains(">4<") && html.contains(&msg.fewer_than(5)));
    });
}

#[test]
fn a_failed_form_is_sound_and_points_to_every_fault() {
    in_both(|msg, frame| {
        let data = FormData::of([
            ("kind", "zzz"),
            ("paragraphs[0].text", "ett"),
            ("paragraphs[0].class", "health"),
            ("tests[0].answer", "maybe"),
        ]);
        let Err(Unsent::Again { form, .. }) = every_field(msg).decode::<serde_json::Value>(&data) else {
            panic!("accepted")
        };
        let error = case_registry::RegistryError::Invalid(vec![
            FieldError { field: "paragraphs[0].text".to_owned(), code: "too-long", limit: Some(5) },
            FieldError { field: "version".to_owned(), code: "not-a-number", limit: None },
        ]);
        let Unsent::Again { form, .. } = form.refused(error) else { panic!("lost") };
        let html = FormPage::new(frame("x"), *form).render().unwrap();
        assert_sound(&html, msg);
        for id in [
            "f-title",
            "f-text",
            "f-dueOn",
            "f-kind",
            "f-level-0",
            "f-kinds-0",
            "f-tests-0-reason",
            "f-paragraphs-0-text",
        ] {
            assert!(html.contains(&format!("href=\"#{id}\"")), "{id}\n{html}");
        }
    });
}

#[test]
fn every_failure_has_a_page_that_says_what_to_do() {
    let failed = vec![FailedTestView {
        test: "age".to_owned(),
        what: "Personen har fyllt 21 år.".to_owned(),
        next: "Välj ett annat lagstöd.".to_owned(),
    }];
    let failures = [
        Failure::NotFound,
        Failure::SignInNeeded,
        Failure::ForeignForm,
        Failure::Invalid(vec![FieldError { field: "a".to_owned(), code: "required", limit: None }]),
        Failure::Malformed,
        Failure::TooLarge,
        Failure::HeaderTooLarge,
        Failure::WrongMediaType,
        Failure::MethodNotAllowed,
        Failure::TooSlow,
        Failure::Stale,
        Failure::IfMatchNeeded,
        Failure::Conflict("closed"),
        Failure::KeyReused,
        Failure::Refused(Box::new(LegalRefusal { basis: "OSL_10_18A".to_owned(), failed, entry: None })),
        Failure::StepUpNeeded,
        Failure::ReasonNeeded,
        Failure::Throttled { retry_after: 30 },
        Failure::Unavailable,
        Failure::Internal,
    ];
    let codes: Vec<_> = failures.iter().map(Failure::code).collect();
    assert_eq!(codes, Failure::CODES);
    for language in Language::ALL {
        let context = context(*language, "/ui/cases");
        for failure in &failures {
            let html = ErrorPage::new(&site(), &context, failure).render().unwrap();
            assert_sound(&html, context.msg);
        }
    }
}

#[test]
fn every_template_of_a_whole_page_is_rendered_here_or_in_its_own_file() {
    let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/layouts");
    let mut names: Vec<_> =
        std::fs::read_dir(templates).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "confirm.html",
            "detail.html",
            "error.html",
            "form.html",
            "home.html",
            "interruption.html",
            "list.html",
            "receipt.html"
        ]
    );
}
