//! Believable people and cases for the tests of pages. Synthetic: birth numbers 980 to 999.

use case_registry::case::{CaseBrief, CaseList, CasePhase, CaseView, ClockView, MemberView};
use case_registry::home::{Colleague, MeView};
use case_registry::measure::{MeasureEventView, MeasureView};
use case_registry::note::{AnnotationView, NoteKind, NoteView, ParagraphView};
use case_registry::person::{IdentityKind, PersonView};
use http::{HeaderMap, Uri};
use time::macros::date;
use uuid::Uuid;
use vocabulary::purpose::CasePurpose;
use vocabulary::{
    AuthorityId, AuthorityKind, CaseId, EntryId, Language, MeasureId, NoteId, ParagraphId, PersonId, Protection,
    RequestId, Role, SecrecyClass, Timestamp, UserId,
};

use super::sample::{signed_in, site};
use crate::context::Context;
use crate::form::Form;
use crate::frame::Frame;
use crate::i18n::Messages;

/// The day of every test.
pub(super) const TODAY: time::Date = date!(2026 - 11 - 22);

/// What stands under a page.
pub(super) const ENTRY: EntryId = EntryId(Uuid::nil());

/// Shows a page in both languages.
pub(super) fn in_both(check: impl Fn(Messages, &dyn Fn(&str) -> Frame)) {
    for language in Language::ALL {
        let mut headers = HeaderMap::new();
        headers.insert("cookie", format!("samlad-language={}", language.code()).parse().unwrap());
        let uri: Uri = "/ui/cases".parse().unwrap();
        let context = Context::new(RequestId(Uuid::nil()), &uri, &headers, site().settings());
        context.admit(signed_in(context.request), "token".to_owned());
        check(context.msg, &|title| Frame::new(&site(), &context, title));
    }
}

/// An empty form.
pub(super) fn form(msg: Messages) -> Form {
    Form::new(msg, "/ui/x", "token")
}

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(super) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(super) fn elias() -> PersonView {
    PersonView {
        id: PersonId(id(1)),
        given_name: "Elias".to_owned(),
        family_name: "Test".to_owned(),
        initials: "ET".to_owned(),
        identity_kind: IdentityKind::PersonalNumber,
        identity_value: Some("20070314-9812".to_owned()),
        identity_issuer: None,
        identity_level: None,
        former: Vec::new(),
        birth_date: Some(date!(2007 - 03 - 14)),
        birth_estimated: false,
        age: Some(19),
        protection: Protection::None,
        version: 1,
    }
}

pub(super) fn protected() -> PersonView {
    PersonView {
        protection: Protection::Marked,
        birth_estimated: true,
        identity_value: None,
        identity_kind: IdentityKind::Unknown,
        ..elias()
    }
}

pub(super) fn contact_person() -> MeasureView {
    MeasureView {
        id: MeasureId(id(30)),
        case_id: CaseId(id(10)),
        kind: "contact_person".to_owned(),
        title_sv: "Kontaktperson".to_owned(),
        title_en: "Contact person".to_owned(),
        what: "Träffas varje vecka <b>".to_owned(),
        goal: "Tillbaka i skolan".to_owned(),
        status: "ongoing".parse().unwrap(),
        next: vec!["paused".parse().unwrap(), "done".parse().unwrap()],
        has_ended: false,
        responsible: "Maria Ek".to_owned(),
        responsible_id: UserId(id(7)),
        start_on: Some("2026-09-01".to_owned()),
        due_on: Some("2027-02-28".to_owned()),
        follow_up_on: "2026-11-20".to_owned(),
        is_overdue: true,
        outcome: None,
        decision_reference: "SN 2026-114".to_owned(),
        is_voluntary: true,
        class: SecrecyClass::Standard,
        logged_at: at("2026-09-01T08:00:00Z"),
        version: 3,
        annotations: vec![correction()],
        history: vec![MeasureEventView {
            at: at("2026-09-01T08:00:00Z"),
            author: "Maria Ek".to_owned(),
            status: "ongoing".parse().unwrap(),
            note: Some("Kom i gång".to_owned()),
        }],
    }
}

pub(super) fn drug_testing_done() -> MeasureView {
    MeasureView {
        id: MeasureId(id(31)),
        status: "done".parse().unwrap(),
        next: Vec::new(),
        has_ended: true,
        is_overdue: false,
        outcome: Some("partly".parse().unwrap()),
        class: SecrecyClass::Health,
        due_on: None,
        ..contact_person()
    }
}

pub(super) fn correction() -> AnnotationView {
    AnnotationView {
        written_at: at("2026-11-03T10:00:00Z"),
        author: "Maria Ek".to_owned(),
        text: "Det var en tisdag.".to_owned(),
    }
}

pub(super) fn note(locked: bool) -> NoteView {
    let paragraph = |number: u128, class: SecrecyClass, third_party: bool| ParagraphView {
        id: ParagraphId(id(50 + number)),
        text: "Elias kom till mötet.\nHan vill börja på gymnasiet.".to_owned(),
        class,
        third_party,
        version: 1,
        annotations: vec![correction()],
    };
    NoteView {
        id: NoteId(id(if locked { 41 } else { 40 })),
        kind: NoteKind::HomeVisit,
        occurred_on: "2026-11-02".to_owned(),
        written_at: at("2026-11-02T15:00:00Z"),
        author: "Maria Ek".to_owned(),
        locked_at: locked.then(|| at("2026-11-09T15:00:00Z")),
        version: 1,
        paragraphs: vec![paragraph(1, SecrecyClass::Standard, false), paragraph(2, SecrecyClass::Health, true)],
    }
}

pub(super) fn case_of(person: PersonView) -> CaseView {
    CaseView {
        id: CaseId(id(10)),
        version: 2,
        person,
        purpose: CasePurpose::Sol12p1,
        phase: CasePhase::Open,
        external_number: "2026-0042".to_owned(),
        opened_at: at("2026-08-15T08:00:00Z"),
        closed_at: None,
        review_on: Some("2027-01-15".to_owned()),
        members: vec![
            MemberView {
                user_id: UserId(id(7)),
                name: "Maria Ek".to_owned(),
                title: "socialsekreterare".to_owned(),
                kind: "assigned".to_owned(),
                until: None,
            },
            MemberView {
                user_id: UserId(id(8)),
                name: "Jon Dahl".to_owned(),
                title: "socialsekreterare".to_owned(),
                kind: "cover".to_owned(),
                until: Some(at("2026-12-01T00:00:00Z")),
            },
        ],
        clocks: vec![twenty_one()],
        measures: vec![contact_person(), drug_testing_done()],
        notes: vec![note(false), note(true)],
        consents: Vec::new(),
        releases: Vec::new(),
        joint_file_id: Some(vocabulary::JointFileId(id(60))),
        because: vec!["soc_works_on_own".to_owned()],
    }
}

pub(super) fn closed_case() -> CaseView {
    CaseView { phase: CasePhase::Closed, closed_at: Some(at("2026-11-20T12:00:00Z")), ..case_of(elias()) }
}

pub(super) fn twenty_one() -> ClockView {
    ClockView { kind: case_registry::case::ClockKind::Turns21, on: date!(2027 - 01 - 05), days: 44 }
}

pub(super) fn my_cases() -> CaseList {
    let brief = |number: u128, name: &str, protection: Protection, late: bool| CaseBrief {
        id: CaseId(id(10 + number)),
        name: name.to_owned(),
        age: (number != 3).then_some(19),
        protection,
        external_number: format!("2026-00{number}"),
        purpose: CasePurpose::Sol12p1,
        phase: CasePhase::Open,
        relation: (number != 2).then(|| "assigned".to_owned()),
        next_on: (number != 3).then(|| if late { "2026-11-19".to_owned() } else { "2026-12-19".to_owned() }),
        is_overdue: late,
        review_on: None,
        clocks: if number == 3 { Vec::new() } else { vec![twenty_one()] },
    };
    let cases = vec![
        brief(0, "Elias Test", Protection::None, true),
        brief(1, "SA", Protection::Marked, false),
        brief(2, "Noor Prov", Protection::None, false),
        brief(3, "", Protection::None, false),
    ];
    CaseList { cases, has_more: true }
}

pub(super) fn colleagues() -> Vec<Colleague> {
    [(7, "Maria Ek"), (8, "Jon Dahl"), (9, "Sara Lind")]
        .map(|(number, name)| Colleague {
            user_id: UserId(id(number)),
            name: name.to_owned(),
            title: "socialsekreterare".to_owned(),
        })
        .to_vec()
}

pub(super) fn me(seen: bool) -> MeView {
    MeView {
        user_id: UserId(id(7)),
        name: "Maria Ek".to_owned(),
        title: "socialsekreterare".to_owned(),
        service_number: "S-114".to_owned(),
        authority_id: AuthorityId(id(7)),
        authority: "Socialnämnden i Mellerud".to_owned(),
        authority_kind: AuthorityKind::SocialBoard,
        unit: "Barn och unga".to_owned(),
        roles: vec![Role::SocialWorker, Role::SocialLead],
        notice_seen_at: seen.then(|| at("2026-08-01T07:00:00Z")),
    }
}
