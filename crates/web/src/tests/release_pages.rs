//! The pages of consents, releases, abstentions and received items, in both languages.

use askama::Template as _;
use case_registry::abstention::AbstentionView;
use case_registry::consent::{ConsentState, ConsentView};
use case_registry::error::FailedTestView;
use case_registry::home::AuthorityView;
use case_registry::lapse::LapseDecisionView;
use case_registry::received::{
    ConcernClock, ConcernOutcome, ConcernStepView, CorrectionView, ReceivedBrief, ReceivedState, ReceivedView,
};
use case_registry::release::{
    AnswerView, BasisChoice, Channel, DeliveryView, DraftView, IdentityView, ItemKind, ItemRef, OtherBasisView,
    PreviewedItem, ReleaseBrief, ReleasePreview, ReleaseState, ReleaseView, ReleasedItemView, SaveDraft, SecrecyView,
    SenderView, TestAnswer,
};
use serde_json::json;
use time::macros::date;
use vocabulary::{
    AbstentionId, AuthorityId, AuthorityKind, CaseId, ConsentId, JointFileId, ReceivedItemId, ReleaseDraftId,
    ReleaseId, Role, Roles, SecrecyClass, UserId,
};

use super::people::{ENTRY, at, case_of, elias, form, id, in_both, my_cases};
use super::sample::signed_in;
use crate::form::{Choice, FormData, Unsent};
use crate::i18n::Messages;
use crate::pages::basis_form::{Basis, Offer, Picked, Test};
use crate::pages::consents::words::Words;
use crate::pages::release_wizard::{
    self, Step, basis, blank, discard, instead, items, marked, preview, refusal, tests,
};
use crate::pages::{abstentions, consents, received_items, releases};
use crate::parts::{Filters, Section};
use crate::soundness::assert_sound;

const POLICE: &str = "Polismyndigheten, region Väst";

fn police() -> AuthorityView {
    AuthorityView {
        id: AuthorityId(id(100)),
        name: POLICE.to_owned(),
        kind: AuthorityKind::Police,
        phone: "114 14".to_owned(),
        takes_parcels: true,
    }
}

fn consent(state: ConsentState) -> ConsentView {
    let consenters = json!([
        {"role": "PERSON", "name": "", "answer": "GIVEN", "ground": "", "decidedBy": "", "written": true},
        {"role": "GUARDIAN", "name": "Eva Test", "answer": "REFUSED", "ground": "", "decidedBy": "", "written": false},
        {"role": "GUARDIAN", "name": "Per Test", "answer": "NOT_NEEDED", "ground": "sole_custody", "decidedBy": "Maria Ek", "written": false},
    ]);
    let revoked = state == ConsentState::Revoked;
    ConsentView {
        id: ConsentId(id(70 + state as u128)),
        recipient_id: police().id,
        recipient: POLICE.to_owned(),
        kinds_of_data: vec!["hur skolgången går".to_owned(), "fritid".to_owned()],
        purpose: "att samordna stödet".to_owned(),
        valid_from: "2026-09-01".to_owned(),
        valid_until: "2027-03-13".to_owned(),
        state,
        gaps: if state == ConsentState::NotStanding {
            vec!["refused-guardian".to_owned(), "not-informed".to_owned()]
        } else {
            Vec::new()
        },
        consenters: serde_json::from_value(consenters).unwrap(),
        informed: vec!["purpose".to_owned()],
        informed_how: "samtal på kontoret".to_owned(),
        language: "svenska".to_owned(),
        recorded_at: at("2026-09-01T08:00:00Z"),
        recorded_by: "Maria Ek".to_owned(),
        revoked_at: revoked.then(|| at("2026-11-02T08:00:00Z")),
        revocation: revoked.then(|| serde_json::from_value(json!({"by": "PERSON", "note": "per telefon"})).unwrap()),
        version: 2,
    }
}

#[test]
fn a_half_consent_says_who_refused_and_carries_no_release() {
    in_both(|msg, frame| {
        let mut case = case_of(elias());
        case.consents = ConsentState::ALL.iter().map(|state| consent(*state)).collect();
        let roles = Roles::default().with(Role::SocialWorker);
        let html = consents::page(frame(msg.consent_title()), roles, &case, &Words::sample()).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains(msg.consent_gap_refused_guardian()) && html.contains(msg.consent_gaps_heading()));
        // What is withdrawn is not withdrawn once more.
        assert_eq!(html.matches("/revoke\"").count(), ConsentState::ALL.len() - 1);
        case.consents.clear();
        let html = consents::page(frame(msg.consent_title()), roles, &case, &Words::sample()).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains(msg.consent_none()));
    });
}

#[test]
fn a_consent_has_one_row_for_each_who_is_asked() {
    in_both(|msg, frame| {
        let case = case_of(elias());
        let asked = consents::record::Asked::new(msg, "15–17 år".to_owned(), true, true);
        let recipients = vec![Choice::new(police().id.to_string(), POLICE)];
        let form = consents::record::form(form(msg), msg, case.id, recipients, &Words::sample(), &asked);
        let html = consents::record::page(frame(msg.consent_new()), &case, &asked, form.clone()).render().unwrap();
        assert_sound(&html, msg);
        for row in 0..3 {
            assert!(html.contains(&format!("name=\"consenters[{row}].answer\"")), "{html}");
        }
        let Err(Unsent::Again { form, .. }) = form.decode::<serde_json::Value>(&FormData::of([])) else {
            panic!("an empty consent was accepted")
        };
        assert_sound(&consents::record::page(frame("x"), &case, &asked, *form).render().unwrap(), msg);
    });
}

#[test]
fn withdrawing_a_consent_says_what_stops_before_it_stops() {
    in_both(|msg, frame| {
        let case = case_of(elias());
        let form = consents::revoke::form(form(msg), msg, case.id);
        let page =
            consents::revoke::page(frame(msg.consent_revoke_title()), &case, &consent(ConsentState::Standing), form);
        let html = page.render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains(msg.consent_revoke_at_once()) && html.contains("Elias Test"));
    });
}

fn brief(state: ReleaseState) -> ReleaseBrief {
    ReleaseBrief {
        id: ReleaseId(id(200)),
        kind: "release".to_owned(),
        recipient_id: police().id,
        recipient: POLICE.to_owned(),
        attention: "kommunpolisen i Mellerud".to_owned(),
        basis: "OSL_10_18A".to_owned(),
        citation: "OSL 10 kap. 18 a §".to_owned(),
        channel: Channel::Phone,
        decided_at: at("2026-11-20T10:00:00Z"),
        decided_by: "Maria Ek".to_owned(),
        item_count: 1,
        state,
        lapse_reason: (state == ReleaseState::Lapsed).then(|| "turned_21".to_owned()),
        delivered_at: None,
    }
}

fn item() -> PreviewedItem {
    PreviewedItem {
        position: 0,
        kind: "paragraph".to_owned(),
        title: "Hembesök".to_owned(),
        text: "Elias kom till mötet.\nHan vill börja på gymnasiet. <b>".to_owned(),
        dated: Some(date!(2026 - 11 - 02)),
        class: SecrecyClass::Standard,
    }
}

fn sender() -> SenderView {
    SenderView {
        service_number: "SN-014".to_owned(),
        unit: "Barn och unga".to_owned(),
        phone: "0530-180 00".to_owned(),
    }
}

fn about() -> IdentityView {
    IdentityView {
        given_name: "Elias".to_owned(),
        family_name: "Test".to_owned(),
        identity_kind: elias().identity_kind,
        identity_value: elias().identity_value,
        birth_date: elias().birth_date,
        is_protected: false,
    }
}

fn secrecy() -> SecrecyView {
    SecrecyView { citation: "OSL 35 kap. 1 §".to_owned(), note: "Hos Polismyndigheten gäller sekretess.".to_owned() }
}

fn answers() -> Vec<AnswerView> {
    let answer = |test: &str, code: &str, reason: Option<&str>, by_system: bool| AnswerView {
        test: test.to_owned(),
        question: "Är personen under 21 år i dag?".to_owned(),
        answer: code.parse().unwrap(),
        reason: reason.map(str::to_owned),
        by_system,
    };
    vec![
        answer("under_21", "yes", None, true),
        answer("risk", "yes", Some("Har stora summor pengar."), false),
        answer("crime", "no", None, false),
    ]
}

fn release(state: ReleaseState) -> ReleaseView {
    let withdrawn = state == ReleaseState::Withdrawn;
    let delivery = |kind: &str, delivered: bool| DeliveryView {
        kind: kind.to_owned(),
        created_at: at("2026-11-20T10:00:00Z"),
        attempts: i64::from(!delivered),
        delivered_at: delivered.then(|| at("2026-11-20T10:00:02Z")),
    };
    ReleaseView {
        brief: brief(state),
        version: 1,
        case_id: Some(CaseId(id(10))),
        joint_file_id: None,
        basis_version: 1,
        answers: answers(),
        together_with: vec![OtherBasisView { basis: "OSL_10_2".to_owned(), answers: answers() }],
        consent_id: None,
        born_no_earlier_than: Some(date!(2006 - 11 - 20)),
        age_stated_by: Some("SN-014".to_owned()),
        decided_by_title: "socialsekreterare".to_owned(),
        who_decides: "Handläggare med delegation.".to_owned(),
        delegation: "4.12".to_owned(),
        occurred_at: at("2026-11-19T13:30:00Z"),
        late_reason: "kvällsmöte".to_owned(),
        handling_note: "Ring först.".to_owned(),
        origin_asked: String::new(),
        asked: None,
        sender: sender(),
        about: Some(about()),
        items: vec![ReleasedItemView { copy: item(), item_id: id(51), item_version: 1 }],
        secrecy_at_recipient: Some(secrecy()),
        follow_fields: vec!["status".parse().unwrap()],
        follow_until: Some("2027-05-01".to_owned()),
        withdrawn_at: withdrawn.then(|| at("2026-11-21T10:00:00Z")),
        withdrawal_reason: withdrawn.then(|| "fel person".to_owned()),
        lapsed_at: (state == ReleaseState::Lapsed).then(|| at("2026-11-21T10:00:00Z")),
        deliveries: vec![delivery("release", true), delivery("notice", false)],
    }
}

#[test]
fn a_decision_is_read_and_printed_whole() {
    in_both(|msg, frame| {
        for state in ReleaseState::ALL {
            let release = release(*state);
            let html = releases::page(frame(msg.release_title()), &release, ENTRY).render().unwrap();
            assert_sound(&html, msg);
            assert_eq!(html.contains("/withdraw\""), *state != ReleaseState::Withdrawn);
            let receipt = releases::receipt_page(frame(msg.release_decision_title()), &release).render().unwrap();
            assert_sound(&receipt, msg);
            for text in [
                "Maria Ek",
                "OSL 10 kap. 18 a §",
                "Har stora summor pengar.",
                "Ring först.",
                "&#60;b&#62;",
                "OSL 35 kap. 1 §",
            ] {
                assert!(receipt.contains(text), "{text}\n{receipt}");
            }
            assert!(receipt.contains(msg.release_by_system()));
        }
        let list = ReleaseState::ALL.iter().map(|state| brief(*state)).collect::<Vec<_>>();
        let html = releases::list_page(frame(msg.nav_releases()), &list, None).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains(&msg.of("lapse-reason", "turned_21")));
        assert_sound(&releases::list_page(frame(msg.nav_releases()), &[], None).render().unwrap(), msg);
        let mut case = case_of(elias());
        case.releases = list;
        let roles = Roles::default().with(Role::SocialWorker);
        let html = releases::case_page(frame(msg.release_of_case()), roles, &case).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains(&format!("/ui/releases/new?case={}", case.id)));
        let form = releases::withdraw::form(form(msg), msg, ReleaseId(id(200)));
        let html = releases::withdraw::page(frame("x"), &release(ReleaseState::Standing), form).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains(POLICE));
    });
}

fn the_basis(code: &str, usable: bool, with: &[&str]) -> Basis {
    let test = |id: &str, reason: bool| Test {
        id: id.to_owned(),
        question: format!("Gäller {id}?"),
        reason,
        yes: "Ett exempel på ja.".to_owned(),
        no: "Ett exempel på nej.".to_owned(),
    };
    Basis {
        code: code.to_owned(),
        citation: format!("{code} §"),
        title: "Förebygga brott".to_owned(),
        summary: "Du får lämna en uppgift.".to_owned(),
        who_decides: "Handläggare med delegation.".to_owned(),
        tests: vec![test("risk", true), test("suitable", true), test("crime", false)],
        usable,
        asks_age: true,
        asks_consent: false,
        follow_up: true,
        at_once: false,
        asks_lead: code == "OSL_12_2",
        requires_one_of: with.iter().map(|code| (*code).to_owned()).collect(),
    }
}

fn offer() -> Offer {
    let bases = vec![
        the_basis("OSL_10_18A", true, &[]),
        the_basis("OSL_12_2", true, &[]),
        the_basis("POLISLAG_6", true, &["OSL_10_27", "OSL_10_18A"]),
        the_basis("OSL_10_21", false, &[]),
    ];
    Offer { recipient: police(), bases }
}

fn draft() -> SaveDraft {
    let given = |test: &str, code: &str, reason: &str| TestAnswer {
        test_id: test.to_owned(),
        answer: code.parse().unwrap(),
        reason: reason.to_owned(),
    };
    let item = ItemRef { kind: ItemKind::Paragraph, id: id(51), version: 1 };
    SaveDraft {
        recipient_id: Some(police().id),
        attention: "kommunpolisen".to_owned(),
        grounds: Some(BasisChoice {
            basis: "OSL_10_18A".to_owned(),
            answers: vec![
                given("risk", "yes", "Nytt umgänge."),
                given("suitable", "yes", "Ja."),
                given("crime", "no", ""),
            ],
            age_statement: None,
            together_with: Vec::new(),
            consent_id: None,
        }),
        ..blank(vec![item])
    }
}

fn the_preview(failed: Vec<FailedTestView>) -> ReleasePreview {
    ReleasePreview {
        recipient_id: police().id,
        recipient: POLICE.to_owned(),
        attention: "kommunpolisen".to_owned(),
        basis: "OSL_10_18A".to_owned(),
        citation: "OSL 10 kap. 18 a §".to_owned(),
        who_decides: "Handläggare med delegation.".to_owned(),
        handling_note: String::new(),
        channel: Channel::System,
        sender: sender(),
        about: Some(about()),
        items: vec![item()],
        secrecy_at_recipient: Some(secrecy()),
        can_be_decided: failed.is_empty(),
        failed,
    }
}

fn view(failed: Vec<FailedTestView>) -> DraftView {
    DraftView {
        id: ReleaseDraftId(id(300)),
        version: 4,
        case_id: Some(CaseId(id(10))),
        joint_file_id: None,
        author_id: UserId(id(7)),
        updated_at: at("2026-11-22T08:00:00Z"),
        draft: draft(),
        items: vec![item()],
        preview: Some(the_preview(failed)),
    }
}

/// The four pages of a release, as rendered.
fn wizard(msg: Messages, frame: &dyn Fn(&str) -> crate::frame::Frame) -> [String; 4] {
    let view = view(Vec::new());
    let (offer, aside) = (offer(), || instead(msg, &view));
    let mut case = case_of(elias());
    case.notes.truncate(1);
    let choices = marked::of_case(msg, &case);
    let chosen = vec![marked::value(view.draft.items[0])];
    let items = items::page(frame(msg.wizard_title()), items::form(form(msg), msg, choices, chosen, None), aside());
    let offered =
        basis::Offered { offer: offer.clone(), others: vec![(AuthorityId(id(101)), "Utbildningsnämnden".to_owned())] };
    let basis_form = basis::form(form(msg), msg, &view.draft, &offered);
    let basis = basis::page(frame(msg.wizard_basis_title()), view.id, &offered, basis_form, aside());
    let picked = Picked { recipient: &offer.recipient, basis: &offer.bases[0], with: None };
    let blank = picked.fields(form(msg), msg, "grounds", crate::pages::basis_form::Consents::NotAsked);
    let filled = tests::filled(blank, view.draft.grounds.as_ref().unwrap(), &picked);
    let tests = tests::page(frame(msg.wizard_tests_title()), picked.about(msg, "/ui/x"), filled, aside());
    let asked = preview::Asked { by_parcel: true, follow_up: true, passes_on: true };
    let decide = preview::form(form(msg), msg, &view.draft, asked);
    let preview = preview::page(frame(msg.wizard_preview_title()), view.preview.as_ref().unwrap(), decide, aside());
    [items.render().unwrap(), basis.render().unwrap(), tests.render().unwrap(), preview.render().unwrap()]
}

#[test]
fn one_item_is_released_in_four_pages() {
    in_both(|msg, frame| {
        let pages = wizard(msg, frame);
        for (number, html) in (1_usize..).zip(&pages) {
            assert_sound(html, msg);
            let place = if html.contains("<html lang=\"sv\"") {
                format!("Steg {number} av 4")
            } else {
                format!("Step {number} of 4")
            };
            assert!(html.contains(&place), "page {number}\n{html}");
            // Abstaining is as easy, from every page.
            assert!(html.contains("href=\"/ui/abstentions/new?draft="), "page {number}");
        }
        let addresses =
            [Step::Items, Step::Basis, Step::Tests, Step::Preview].map(|step| step.address(ReleaseDraftId(id(300))));
        assert!(addresses.iter().all(|address| {
            let path = address.replace(&id(300).to_string(), "{id}");
            release_wizard::ROUTES.iter().filter(|route| route.path == path).count() == 2
        }));
    });
}

#[test]
fn the_marked_paragraph_is_chosen_already_and_no_other() {
    in_both(|msg, frame| {
        let [items, ..] = wizard(msg, frame);
        assert_eq!(items.matches(" checked").count(), 1);
        assert!(items.contains(&format!("value=\"paragraph:{}:1\" checked", id(51))));
        assert!(items.contains(msg.wizard_third_party()));
    });
}

#[test]
fn written_reasons_are_asked_for_on_two_tests_and_a_ground_that_waits_cannot_be_chosen() {
    in_both(|msg, frame| {
        let [_, basis, tests, _] = wizard(msg, frame);
        assert_eq!(
            tests.matches("name=\"grounds.answers[").count() - tests.matches("].answer\"").count(),
            2,
            "{tests}"
        );
        assert!(tests.contains("Nytt umgänge.") && tests.contains("Ett exempel på nej."));
        assert!(basis.contains("value=\"OSL_10_18A\" checked") && basis.contains("value=\"POLISLAG_6+OSL_10_18A\""));
        assert!(!basis.contains("value=\"OSL_10_21\"") && !basis.contains("value=\"POLISLAG_6+OSL_10_27\""));
        assert!(basis.contains(msg.wizard_waiting()) && basis.contains("/ui/legal-bases/OSL_10_21"));
    });
}

#[test]
fn the_preview_shows_exactly_what_leaves_and_the_secrecy_that_will_hold() {
    in_both(|msg, frame| {
        let [.., preview] = wizard(msg, frame);
        for text in ["Hembesök", "Han vill börja på gymnasiet.", "SN-014", "OSL 35 kap. 1 §", "Elias Test"] {
            assert!(preview.contains(text), "{text}");
        }
        assert!(!preview.contains("Maria Ek, socialsekreterare") && !preview.contains("2026-0042"));
    });
}

#[test]
fn a_refusal_says_which_test_failed_and_what_to_do_next() {
    in_both(|msg, frame| {
        let failed = vec![FailedTestView {
            test: "under_21".to_owned(),
            what: "Personen har fyllt 21 år.".to_owned(),
            next: "Pröva samtycke.".to_owned(),
        }];
        let view = view(failed.clone());
        let html = refusal::page(frame(msg.refusal_title()), &view, &failed).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains("Personen har fyllt 21 år.") && html.contains("Pröva samtycke."));
        assert!(html.contains(&Step::Basis.address(view.id)) && html.contains("/ui/abstentions/new?draft="));
        assert_sound(&discard::page(frame(msg.wizard_discard()), form(msg)).render().unwrap(), msg);
    });
}

#[test]
fn abstaining_takes_one_page_and_leaves_a_decision() {
    in_both(|msg, frame| {
        let recipients = vec![Choice::new(police().id.to_string(), POLICE)];
        let choices = marked::of_case(msg, &case_of(elias()));
        let form = abstentions::form(form(msg), msg, recipients, None, choices, Vec::new());
        let html = abstentions::page(frame(msg.abstention_title()), form).render().unwrap();
        assert_sound(&html, msg);
        // The only recipient is chosen already: what is left to write is the reason.
        assert!(html.contains(&format!("value=\"{}\" checked", police().id)));
        let abstention = AbstentionView {
            id: AbstentionId(id(400)),
            recipient_id: police().id,
            recipient: POLICE.to_owned(),
            basis: Some("OSL_10_18A".to_owned()),
            reason: "Ingen särskild omständighet.".to_owned(),
            items: draft().items,
            reconsider_on: Some(date!(2027 - 01 - 10)),
            decided_at: at("2026-11-22T08:00:00Z"),
            decided_by: "Maria Ek".to_owned(),
        };
        let html = abstentions::receipt(frame(msg.abstention_decision()), &abstention, ENTRY).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains("Ingen särskild omständighet."));
    });
}

fn received(state: ReceivedState) -> ReceivedView {
    let lapsed = matches!(state, ReceivedState::Lapsed | ReceivedState::Kept | ReceivedState::Erased);
    let open = state != ReceivedState::Erased;
    let correction = |number: u128, acknowledged: bool, text: &str| CorrectionView {
        id: id(number),
        position: 0,
        arrived_at: at("2026-11-21T08:00:00Z"),
        text: text.to_owned(),
        acknowledged_at: acknowledged.then(|| at("2026-11-21T09:00:00Z")),
    };
    ReceivedView {
        brief: ReceivedBrief {
            id: ReceivedItemId(id(500 + state as u128)),
            kind: "concern_report".to_owned(),
            from_id: police().id,
            from: POLICE.to_owned(),
            basis: "SOL_19_1".to_owned(),
            channel: Channel::System,
            received_at: at("2026-11-20T08:00:00Z"),
            state,
            joint_file_id: (state != ReceivedState::Received).then(|| JointFileId(id(60))),
            case_id: (state == ReceivedState::Filed).then(|| CaseId(id(10))),
            attention: open.then(|| "mottagningen".to_owned()),
            initials: (state == ReceivedState::Received).then(|| "ET".to_owned()),
            age: (state == ReceivedState::Received).then_some(19),
            clock: matches!(state, ReceivedState::Received | ReceivedState::Filed).then_some(ConcernClock::Protection),
            immediate_danger: true,
            respond_on: Some("2026-12-04".to_owned()),
            lapse_reason: lapsed.then(|| "consent_revoked".to_owned()),
            lapsed_at: lapsed.then(|| at("2026-11-21T08:00:00Z")),
            review_on: (state == ReceivedState::Lapsed).then(|| "2026-11-19".to_owned()),
            kept_until: (state == ReceivedState::Kept).then(|| "2028-01-01".to_owned()),
            is_overdue: state == ReceivedState::Lapsed,
            to_acknowledge: i64::from(state == ReceivedState::Received),
            version: 3,
        },
        release_ref: id(600),
        basis_version: 1,
        citation: open.then(|| "SoL 19 kap. 1 §".to_owned()),
        decided_at: open.then(|| at("2026-11-20T07:00:00Z")),
        occurred_at: open.then(|| at("2026-11-20T07:00:00Z")),
        sender: open.then(sender),
        handling_note: open.then(|| "Ring innan uppgiften används.".to_owned()),
        about: open.then(about),
        items: if open { vec![item()] } else { Vec::new() },
        corrections: vec![correction(700, false, "Det var en tisdag."), correction(701, true, "")],
        steps: vec![ConcernStepView {
            step: ConcernClock::Protection,
            outcome: ConcernOutcome::NoProtectionNeeded,
            reason: "Hemma hos mamman.".to_owned(),
            decided_on: "2026-11-20".to_owned(),
            entered_at: at("2026-11-20T09:00:00Z"),
            entered_by: "Lars Falk".to_owned(),
        }],
        filed_at: (state == ReceivedState::Filed).then(|| at("2026-11-21T08:00:00Z")),
        filed_reason: (state == ReceivedState::Filed).then(|| "Behövs i utredningen.".to_owned()),
        lapse_decision: matches!(state, ReceivedState::Kept | ReceivedState::Erased).then(|| LapseDecisionView {
            choice: if state == ReceivedState::Kept { "keep" } else { "erase" }.parse().unwrap(),
            law: "2018:1693 3 kap. 2 §".to_owned(),
            reason: "Eget ärende.".to_owned(),
            decided_at: Some(at("2026-11-21T10:00:00Z")),
            decided_by: "Lars Falk".to_owned(),
            kept_until: (state == ReceivedState::Kept).then(|| "2028-01-01".to_owned()),
        }),
    }
}

#[test]
fn the_inbox_shows_clocks_and_a_lapsed_copy_leads_only_to_its_review() {
    in_both(|msg, frame| {
        let items: Vec<ReceivedBrief> = ReceivedState::ALL.iter().map(|state| received(*state).brief).collect();
        let filters = || {
            let states = Choice::codes(msg, "received-state", ReceivedState::ALL.iter().map(|state| state.code()));
            Filters::new(msg, "/ui/received-items").by("state", msg.inbox_state(), states, Some("lapsed"))
        };
        let html = received_items::list_page(frame(msg.nav_received()), &items, filters(), None).render().unwrap();
        assert_sound(&html, msg);
        let lapsed = &items[ReceivedState::Lapsed as usize];
        assert!(html.contains(&format!("href=\"/ui/received-items/{}/review\"", lapsed.id)));
        assert!(!html.contains(&format!("href=\"/ui/received-items/{}\"", lapsed.id)));
        assert!(html.contains(msg.inbox_overdue()) && html.contains("ET, "));
        assert_sound(&received_items::list_page(frame("x"), &[], filters(), None).render().unwrap(), msg);
    });
}

#[test]
fn a_received_item_says_on_what_basis_from_whom_and_how_it_should_be_handled() {
    in_both(|msg, frame| {
        let caller = signed_in(vocabulary::RequestId(id(0))).caller;
        let blank = |action: String| crate::form::Form::new(msg, action, "token");
        for state in ReceivedState::ALL {
            let item = received(*state);
            let html =
                received_items::open::page(frame(msg.inbox_item()), &caller, &item, ENTRY, &blank).render().unwrap();
            assert_sound(&html, msg);
            let shown = *state != ReceivedState::Erased;
            assert_eq!(html.contains("Ring innan uppgiften används."), shown);
            assert_eq!(html.contains("SoL 19 kap. 1 §"), shown);
            // One correction waits, the other was read.
            assert_eq!(html.matches(msg.inbox_acknowledge()).count(), 1);
            let filed = matches!(state, ReceivedState::Received | ReceivedState::Kept);
            assert_eq!(html.contains("/file?version=3"), filed);
        }
        let form = received_items::file::form(form(msg), msg, ReceivedItemId(id(500)), &my_cases().cases);
        assert_sound(&received_items::file::page(frame(msg.inbox_file()), form).render().unwrap(), msg);
    });
}

#[test]
fn a_lapsed_copy_is_kept_on_a_named_law_or_erased_after_asking_once_more() {
    in_both(|msg, frame| {
        let item = received(ReceivedState::Lapsed);
        let html = received_items::lapse::review_page(frame(msg.lapse_title()), &item, ENTRY).render().unwrap();
        assert_sound(&html, msg);
        assert!(
            html.contains("/keep\"")
                && html.contains("/erase\"")
                && html.contains(&msg.of("lapse-reason", "consent_revoked"))
        );
        let keep = received_items::lapse::keep_form(form(msg), msg, item.brief.id);
        let kept = FormData::of([("law", "2018:1693 3:2"), ("reason", "eget ärende"), ("until", "2028-01-01")]);
        let (_, command) = keep.clone().decode::<case_registry::lapse::DecideLapse>(&kept).unwrap();
        assert_eq!((command.choice.code(), command.until), ("keep", Some(date!(2028 - 01 - 01))));
        let Err(Unsent::Again { form: faulty, .. }) = keep.decode::<serde_json::Value>(&FormData::of([("law", "")]))
        else {
            panic!("kept without a law")
        };
        assert_sound(&received_items::lapse::keep_page(frame("x"), *faulty).render().unwrap(), msg);
        let erase = received_items::lapse::erase_form(form(msg), msg, item.brief.id);
        let html = received_items::lapse::erase_page(frame("x"), erase).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains(msg.lapse_erase_key()));
    });
}

#[test]
fn a_release_by_telephone_is_the_same_form_with_another_channel() {
    in_both(|msg, frame| {
        let asked = preview::Asked { by_parcel: false, follow_up: false, passes_on: false };
        let form = preview::form(form(msg), msg, &draft(), asked);
        let page = preview::page(frame("x"), &the_preview(Vec::new()), form, Section::plain());
        let html = page.render().unwrap();
        assert_sound(&html, msg);
        // Somebody who takes no parcels is not offered one.
        assert!(!html.contains("value=\"system\"") && html.contains("value=\"letter\" checked"));
        assert!(html.contains("name=\"occurredOn\"") && html.contains("name=\"occurredAt\""));
    });
}
