//! The pages of social services, in both languages: homes, persons, cases, notes, measures.

use askama::Template as _;
use case_registry::access_log::{LogLineView, LogPage, LogStateView};
use case_registry::joint_file::CoordinatorHome;
use case_registry::note::AnnotatedKind;
use case_registry::person::{IdentityKind, PersonPage, WhomToAsk};
use case_registry::person_search::{FoundPerson, SearchResult};
use vocabulary::{AuthorityKind, Caller, CaseId, PersonId, Protection, Purpose, Role, Roles, UserId};

use super::people::{self, ENTRY, TODAY, case_of, closed_case, elias, form, id, in_both, my_cases, protected};
use crate::form::{Choice, FormData, Unsent};
use crate::i18n::Messages;
use crate::layouts::{ConfirmPage, FormPage};
use crate::pages::{
    access_requests, case, case_change, case_tabs, cases, home, home_auditor, home_social, home_waiting, measures,
    measures_change, measures_new, notes, notes_annotate, notes_lock, notes_write, notice, persons, persons_register,
};
use crate::paging::Paging;
use crate::parts::Why;
use crate::soundness::assert_sound;

fn why(msg: Messages) -> Why {
    Why::new(msg).rule(msg.rule_soc_works_on_own(), "SoLPuL 10 §").purpose(Purpose::CaseHandling).entry(ENTRY)
}

fn social_worker() -> Caller {
    super::sample::signed_in(vocabulary::RequestId(id(0))).caller
}

fn nothing_waits() -> CoordinatorHome {
    CoordinatorHome {
        joint_files: Vec::new(),
        nominations: Vec::new(),
        to_answer: Vec::new(),
        due: Vec::new(),
        overdue: 0,
        lapsed_to_review: 0,
        requests_to_answer: 2,
        has_more: false,
    }
}

#[test]
fn from_home_a_measure_is_one_click_away_on_every_case() {
    in_both(|msg, frame| {
        let waiting = home_waiting::section(msg, &nothing_waits(), &[]);
        let html = home_social::page(frame(msg.home_title()), waiting, &my_cases(), TODAY, ENTRY).render().unwrap();
        assert_sound(&html, msg);
        for case in my_cases().cases {
            assert!(html.contains(&format!("href=\"/ui/cases/{}/measures/new\"", case.id)), "{html}");
        }
        assert!(html.contains(&msg.days_late(3)) && html.contains(&msg.clock_kind_turns_21(msg.days_left(44))));
        let list = cases::list_page(frame(msg.nav_cases()), &my_cases(), Paging::FIRST, TODAY).render().unwrap();
        assert_sound(&list, msg);
    });
}

#[test]
fn the_auditors_home_begins_with_what_was_refused() {
    in_both(|msg, frame| {
        let line = LogLineView {
            id: ENTRY,
            at: people::at("2026-11-21T08:00:00Z"),
            user: "Maria Ek".to_owned(),
            user_id: UserId(id(7)),
            unit: "Barn och unga".to_owned(),
            action: "case.read".to_owned(),
            category: "consult".to_owned(),
            outcome: "deny".to_owned(),
            resource_kind: "case".to_owned(),
            case_id: None,
            subjects: Vec::new(),
            purpose: "case_handling".to_owned(),
            basis: None,
            index: Some(4),
        };
        let state = LogStateView {
            origin: "samlad.example/1".to_owned(),
            size: 12_345,
            root: "00".to_owned(),
            last_at: Some(people::at("2026-11-22T08:00:00Z")),
            signed_size: Some(12_000),
            signed_at: None,
            checkpoint: None,
            verified: None,
        };
        let refused = LogPage { lines: vec![line], has_more: true };
        let html = home_auditor::page(frame(msg.home_title()), &state, &refused, "2026-11-15", ENTRY).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains("outcome=DENY"));
        assert_sound(&home::plain(frame(msg.home_title())).render().unwrap(), msg);
    });
}

#[test]
fn the_notice_is_read_once_and_found_again() {
    in_both(|msg, frame| {
        let first = notice::page(frame(msg.notice_page_title()), form(msg), &people::me(false)).render().unwrap();
        assert_sound(&first, msg);
        assert!(first.contains("action=\"/ui/x\""));
        let again = notice::page(frame(msg.notice_page_title()), form(msg), &people::me(true)).render().unwrap();
        assert_sound(&again, msg);
        assert!(!again.contains("action=\"/ui/x\""));
    });
}

#[test]
fn a_person_is_registered_with_any_kind_of_identity() {
    in_both(|msg, frame| {
        for kind in IdentityKind::ALL {
            let page = persons_register::page(
                frame(msg.person_register()),
                persons_register::registering(form(msg), msg, *kind, TODAY),
                *kind,
            );
            assert_sound(&page.render().unwrap(), msg);
        }
        let unknown = persons_register::registering(form(msg), msg, IdentityKind::Unknown, TODAY);
        let (_, command) = unknown
            .decode::<serde_json::Value>(&FormData::of([("protection", "none")]))
            .unwrap_or_else(|_| panic!("refused"));
        assert_eq!(command["identityKind"], "unknown");
    });
}

#[test]
fn whoever_registers_somebody_known_learns_only_whom_to_ask() {
    in_both(|msg, frame| {
        let ask = |msg| access_requests::asking(form(msg), msg, IdentityKind::PersonalNumber, "20090304-9802", "");
        let unit = WhomToAsk {
            unit: Some("Ungdomsenheten".to_owned()),
            phone: Some("0530-180 00".to_owned()),
            person_id: None,
        };
        let html =
            persons_register::exists_page(frame(msg.person_exists_title()), Some(&unit), ask(msg)).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains("Ungdomsenheten") && html.contains("0530-180 00") && html.contains(msg.access_ask()));
        let nobody = WhomToAsk { unit: None, phone: None, person_id: None };
        let html =
            persons_register::exists_page(frame(msg.person_exists_title()), Some(&nobody), ask(msg)).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains(msg.person_exists_manager()) && !html.contains("/ui/access-requests"));
    });
}

#[test]
fn persons_are_found_and_shown_without_their_names_in_any_address() {
    in_both(|msg, frame| {
        let found = |protection, cases| FoundPerson {
            id: PersonId(id(1)),
            name: "Elias Test".to_owned(),
            age: Some(19),
            protection,
            cases,
        };
        let persons = vec![found(Protection::None, vec![CaseId(id(10))]), found(Protection::Marked, Vec::new())];
        let result = SearchResult { persons, has_more: true };
        let searched = persons::searching(form(msg), msg).with_value("term", "Elias");
        let html = persons::found_page(frame(msg.person_search()), searched, &result, why(msg)).render().unwrap();
        assert_sound(&html, msg);
        let links = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        assert!(links.into_iter().all(|link| !link.contains("Elias")));
        for person in [elias(), protected()] {
            let page =
                persons::page(frame(msg.person_title()), &PersonPage { person, cases: vec![CaseId(id(10))] }, why(msg));
            let html = page.render().unwrap();
            assert_sound(&html, msg);
            assert!(!html.split("</title>").next().unwrap().contains("Elias"), "a name in the window's title");
        }
    });
}

#[test]
fn a_case_is_opened_for_a_purpose_that_the_authority_may_have() {
    in_both(|msg, frame| {
        let social = cases::opening(form(msg), msg, Some(AuthorityKind::SocialBoard), PersonId(id(1)));
        let html = FormPage::new(frame(msg.case_open_title()), social).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains("solpuf_12_1") && !html.contains("police_matter"));
        let police = cases::opening(form(msg), msg, Some(AuthorityKind::Police), PersonId(id(1)));
        let html = FormPage::new(frame(msg.case_open_title()), police).render().unwrap();
        assert!(html.contains("police_matter") && !html.contains("solpuf"));
    });
}

#[test]
fn every_part_of_a_case_says_whose_it_is_and_what_is_due() {
    in_both(|msg, frame| {
        let caller = social_worker();
        for view in [case_of(elias()), case_of(protected()), closed_case()] {
            let overview = case::page(frame(msg.case_title()), &caller, &view, TODAY, why(msg)).render().unwrap();
            let list = measures::list_page(frame(msg.measure_list_title()), &caller, &view, why(msg)).render().unwrap();
            let journal = notes::page(frame(msg.note_list_title()), &caller, &view, why(msg)).render().unwrap();
            for html in [&overview, &list, &journal] {
                assert_sound(html, msg);
                assert!(html.contains("Elias Test") && !html.split("</title>").next().unwrap().contains("Elias"));
                assert_eq!(
                    html.contains(&msg.of("protection", "marked")),
                    view.person.protection == Protection::Marked
                );
            }
            assert_eq!(overview.contains("/measures/new"), view.closed_at.is_none());
        }
    });
}

#[test]
fn each_paragraph_can_be_released_by_its_id_alone() {
    in_both(|msg, frame| {
        let view = case_of(elias());
        let html = notes::page(frame(msg.note_list_title()), &social_worker(), &view, why(msg)).render().unwrap();
        for paragraph in view.notes.iter().flat_map(|note| &note.paragraphs) {
            assert!(
                html.contains(&format!("/ui/releases/new?case={}&#38;item=paragraph:{}", view.id, paragraph.id)),
                "{html}"
            );
        }
        assert!(html.contains(msg.paragraph_about_others()) && html.contains(&msg.of("secrecy-class", "health")));
        assert!(
            html.contains(&format!("/notes/{}/lock", view.notes[0].id))
                && !html.contains(&format!("/notes/{}/lock", view.notes[1].id))
        );
    });
}

#[test]
fn a_note_is_written_locked_and_corrected_on_pages_that_say_what_happens() {
    in_both(|msg, frame| {
        let view = case_of(elias());
        let write = FormPage::new(frame(msg.note_new()), notes_write::writing(form(msg), msg, TODAY))
            .before(case_tabs::about(msg, &view));
        assert_sound(&write.render().unwrap(), msg);
        let lock = ConfirmPage::new(
            frame(msg.note_lock_title()),
            notes_lock::consequences(msg, &view, &view.notes[0]),
            form(msg),
        );
        assert_sound(&lock.render().unwrap(), msg);
        let correct = FormPage::new(
            frame(msg.note_annotate()),
            notes_annotate::correcting(form(msg), msg, AnnotatedKind::Paragraph, id(51)),
        );
        assert_sound(&correct.render().unwrap(), msg);
    });
}

#[test]
fn a_measure_needs_four_fields_and_nothing_else() {
    in_both(|msg, frame| {
        let kinds = || {
            vec![
                Choice::new("contact_person", "Kontaktperson").group("Stöd"),
                Choice::new("drug_testing", "Drogtest").group("Stöd"),
            ]
        };
        let starts = || Choice::codes(msg, "measure-status", ["proposed", "ongoing", "done"]);
        let new = || measures_new::logging(form(msg), msg, kinds(), starts(), &people::colleagues(), UserId(id(7)));
        let html = FormPage::new(frame(msg.measure_new_title()), new())
            .before(case_tabs::about(msg, &case_of(protected())))
            .render()
            .unwrap();
        assert_sound(&html, msg);
        let (visible, folded) = html.split_once("<details class=\"more\"").unwrap();
        let names = |html: &str| html.matches(" name=\"").count() - html.matches(" name=\"_").count();
        let form_begins = visible.find("<form class=\"form\"").unwrap();
        assert_eq!(names(&visible[form_begins..]), 4, "type, what, who, follow-up");
        assert!(folded.contains("name=\"goal\""));
        assert!(visible.contains(&format!("value=\"{}\" selected", id(7))), "the reader is preselected: {visible}");

        // Sent with nothing filled in but what was preselected, exactly the three that the reader must answer are asked for; nothing folded is.
        let me = id(7).to_string();
        let sent = FormData::of([("responsibleId", me.as_str()), ("status", "ongoing")]);
        let Err(Unsent::Again { form: again, .. }) = new().decode::<serde_json::Value>(&sent) else {
            panic!("accepted")
        };
        let html = FormPage::new(frame("x"), *again).render().unwrap();
        assert_sound(&html, msg);
        for field in ["f-kind", "f-what", "f-followUpOn"] {
            assert!(html.contains(&format!("href=\"#{field}\"")), "{field}");
        }
        assert!(!html.contains("<details class=\"more\" open>"));
        let full = FormData::of([
            ("kind", "contact_person"),
            ("what", "Träffas"),
            ("responsibleId", me.as_str()),
            ("followUpOn", "2026-12-01"),
            ("status", "ongoing"),
        ]);
        assert!(new().decode::<case_registry::measure::LogMeasure>(&full).is_ok());
    });
}

#[test]
fn a_measure_offers_only_the_steps_of_its_life_cycle_and_says_what_they_ask_for() {
    in_both(|msg, frame| {
        let measure = people::contact_person();
        let steps = [
            measures_change::Step { to: "paused", asks: vec!["reason"] },
            measures_change::Step { to: "done", asks: vec!["outcome"] },
        ];
        let stepping = || measures_change::stepping(form(msg), msg, &measure, &steps);
        let html = measures::page(frame(msg.measure_title()), &measure, stepping(), why(msg)).render().unwrap();
        assert_sound(&html, msg);
        assert!(
            html.contains("value=\"paused\"")
                && html.contains("value=\"done\"")
                && !html.contains("value=\"declined\"")
        );
        assert!(html.contains(msg.ask_reason()) && html.contains(msg.ask_outcome()));
        assert!(html.contains(&format!("item=measure:{}", measure.id)));
        let dates_only = FormData::of([("followUpOn", "2026-12-01"), ("note", "")]);
        assert!(stepping().decode::<case_registry::measure::ChangeMeasure>(&dates_only).is_ok());
        let ended = measures::page(frame(msg.measure_title()), &people::drug_testing_done(), form(msg), why(msg))
            .render()
            .unwrap();
        assert_sound(&ended, msg);
        assert!(!ended.contains("<form class=\"form\""));
    });
}

#[test]
fn whoever_covers_neither_assigns_nor_closes() {
    in_both(|msg, frame| {
        let view = case_of(elias());
        let mut caller = social_worker();
        let shown =
            |caller: &Caller| case::page(frame(msg.case_title()), caller, &view, TODAY, why(msg)).render().unwrap();
        assert!(shown(&caller).contains("/change\""));
        caller.user = UserId(id(8));
        assert!(!shown(&caller).contains("/change\"") && !shown(&caller).contains("/close\""));
        caller.roles = Roles::default().with(Role::SocialLead);
        assert!(shown(&caller).contains("/close\""));
    });
}

#[test]
fn a_case_is_changed_in_part_and_closed_after_a_second_thought() {
    in_both(|msg, frame| {
        let view = case_of(elias());
        let mut lead = social_worker();
        lead.roles = lead.roles.with(Role::SocialLead);
        let change = || case_change::changing(form(msg), msg, &lead, &view, &people::colleagues(), TODAY);
        assert_sound(&FormPage::new(frame(msg.case_change()), change()).render().unwrap(), msg);
        let officer = case_change::changing(form(msg), msg, &social_worker(), &view, &people::colleagues(), TODAY);
        let html = FormPage::new(frame(msg.case_change()), officer).render().unwrap();
        assert!(html.contains("name=\"reviewOn\"") && !html.contains("name=\"assign\""), "whoever leads hands over");
        let sara = id(9).to_string();
        let assigned = change().decode::<case_registry::case::ChangeCase>(&FormData::of([("assign", sara.as_str())]));
        assert!(assigned.is_ok_and(|(_, command)| command.assign == Some(UserId(id(9))) && !command.close));
        let closing = case_change::closing(form(msg), msg, view.id);
        let html = ConfirmPage::new(frame(msg.case_close_title()), case_change::consequences(msg, &view), closing)
            .render()
            .unwrap();
        assert_sound(&html, msg);
        assert!(html.contains(&msg.case_close_open_measures(1)) && html.contains(msg.case_close_joint_file()));
    });
}
