//! The pages of joint work, in both languages: the coordinator's home, joint files part by part, positions, actions, requests, concern reports.

use askama::Template as _;
use case_registry::info_request::RequestState;
use case_registry::joint_action::{ReplyCode, ReviewStep};
use case_registry::joint_file::{JointFileList, JointState};
use serde_json::Value;
use vocabulary::{CaseId, JointFileId, Protection, Purpose, Role, Roles, UserId};

use super::joint_work::{
    brief, file, home, nomination, of_police, offers, own_action, police_coordinator, request, sig_coordinator, theirs,
};
use super::people::{self, ENTRY, TODAY, case_of, elias, form, id, in_both, my_cases};
use crate::form::{Choice, FormData};
use crate::i18n::Messages;
use crate::layouts::FormPage;
use crate::pages::basis_form::{self, Chosen, Consents};
use crate::pages::joint_file_tabs::{self, Part};
use crate::pages::{
    assessment_positions, concern_reports, home_police, info_requests, info_requests_answer, joint_actions,
    joint_actions_open, joint_actions_reply, joint_actions_review, joint_actions_tell, joint_entries,
    joint_entries_change, joint_file, joint_file_change, joint_files, nominations,
};
use crate::paging::Paging;
use crate::parts::Why;
use crate::soundness::assert_sound;

const PARTS: [Part; 7] =
    [Part::Overview, Part::Entries, Part::Received, Part::Assessment, Part::Actions, Part::Requests, Part::History];

fn why(msg: Messages) -> Why {
    Why::new(msg).rule(msg.rule_pol_works_on_own(), "2018:1693 3 kap. 2 §").purpose(Purpose::Coordination).entry(ENTRY)
}

fn chosen(query: &str) -> Chosen {
    let pairs: serde_json::Map<String, Value> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect();
    serde_json::from_value(Value::Object(pairs)).unwrap()
}

fn choice(basis: &str) -> Chosen {
    chosen(&format!("to={}&basis={basis}", id(2)))
}

#[test]
fn a_proposal_on_the_home_page_is_answered_in_two_clicks() {
    in_both(|msg, frame| {
        let html = home_police::page(of_police(frame(msg.home_title())), &police_coordinator(), &home(), TODAY, ENTRY)
            .render()
            .unwrap();
        assert_sound(&html, msg);
        let action = theirs();
        // Text, basis and sender stand on the card, so that nothing need be opened first.
        assert!(
            html.contains("Synlighet vid bensinstationen")
                && html.contains("OSL 10 kap. 18 a §")
                && html.contains("S-114")
        );
        for step in ["accept", "decline"] {
            assert!(html.contains(&format!("href=\"/ui/joint-actions/{}/{step}\"", action.id)), "{html}");
        }
        // The second click sends: accepting asks for nothing.
        let accept =
            joint_actions_reply::replying(form(msg), msg, ReplyCode::Accept, &people::colleagues(), UserId(id(7)));
        let responsible = id(7).to_string();
        let (_, command) = accept.decode::<Value>(&FormData::of([("responsibleId", responsible.as_str())])).unwrap();
        assert_eq!(command, serde_json::json!({ "answer": "accepted", "responsibleId": responsible }));
        assert!(html.contains("/ui/received-items") && html.contains(&msg.home_police_lapsed(2)));
    });
}

#[test]
fn with_protected_identity_a_list_shows_the_reference_alone() {
    in_both(|msg, frame| {
        let files =
            vec![brief(1, JointState::Active, Protection::Marked), brief(2, JointState::Nominated, Protection::None)];
        let list = JointFileList { joint_files: files, has_more: true };
        let html =
            joint_files::page(of_police(frame(msg.nav_joint_files())), &list, Paging::FIRST, TODAY).render().unwrap();
        assert_sound(&html, msg);
        assert_eq!(html.matches("LT").count(), 1, "{html}");
        assert!(html.contains(msg.joint_protected_initials()) && html.contains(&msg.days_late(3)));
    });
}

#[test]
fn every_part_of_a_joint_file_is_sound_on_both_sides() {
    in_both(|msg, frame| {
        for caller in
            [police_coordinator(), sig_coordinator(), super::sample::signed_in(vocabulary::RequestId(id(0))).caller]
        {
            for view in [file(), nomination()] {
                for part in PARTS {
                    let frame = if caller.has(Role::PoliceCoordinator) {
                        of_police(frame(msg.joint_file()))
                    } else {
                        frame(msg.joint_file())
                    };
                    let html = joint_file::page(frame, &caller, &view, part, TODAY, why(msg)).render().unwrap();
                    assert_sound(&html, msg);
                    assert!(html.contains("7F3A-09C2"));
                }
            }
        }
    });
}

#[test]
fn police_coordinator_sees_why_the_journal_is_not_there() {
    in_both(|msg, frame| {
        let page = |part| {
            let frame = of_police(frame(msg.joint_file()));
            joint_file::page(frame, &police_coordinator(), &file(), part, TODAY, why(msg)).render().unwrap()
        };
        let withheld = msg.joint_withheld(super::joint_work::SOCIAL);
        let overview = page(Part::Overview);
        assert!(overview.contains(msg.joint_their_journal()) && overview.contains(&withheld));
        assert!(page(Part::Assessment).contains(&withheld));
        let received = page(Part::Received);
        for shown in ["OSL 10 kap. 18 a §", "S-114, Barn och unga", "Vi önskar", msg.joint_received_open()] {
            assert!(received.contains(shown), "{shown}");
        }
    });
}

#[test]
fn nobody_works_in_a_nomination_that_hangs_on_no_own_case() {
    in_both(|msg, frame| {
        for part in PARTS {
            let frame = of_police(frame(msg.joint_file()));
            let html =
                joint_file::page(frame, &police_coordinator(), &nomination(), part, TODAY, why(msg)).render().unwrap();
            for path in ["actions/new", "entries/new", "positions/new", "requests/new"] {
                assert!(!html.contains(path), "{part:?} offers {path}");
            }
        }
    });
}

#[test]
fn sig_coordinator_takes_no_position_and_asks_for_nothing() {
    in_both(|msg, frame| {
        for part in PARTS {
            let html = joint_file::page(frame(msg.joint_file()), &sig_coordinator(), &file(), part, TODAY, why(msg))
                .render()
                .unwrap();
            assert!(!html.contains("positions/new") && !html.contains("requests/new"), "{part:?}");
        }
    });
}

#[test]
fn the_acknowledgement_of_a_nomination_is_the_same_whether_or_not_the_person_is_known() {
    in_both(|msg, frame| {
        let page = |view| nominations::acknowledged(frame(msg.nominated_title()), &view).render().unwrap();
        let html = page(file());
        assert_sound(&html, msg);
        // Nothing that the file holds but its reference and its recipient is on the page.
        assert_eq!(html, page(nomination()));
    });
}

#[test]
fn a_basis_is_chosen_before_its_questions_are_asked() {
    in_both(|msg, frame| {
        let offers = offers();
        let case = case_of(elias());
        let html = nominations::choose_page(frame(msg.nominate_title()), &case, &offers).render().unwrap();
        assert_sound(&html, msg);
        // A basis whose wording counsel has not confirmed is shown and cannot be chosen.
        assert!(html.contains(msg.basis_unconfirmed()) && !html.contains("basis=OSL_10_18A"));
        // One that never stands alone is offered together with each that it can stand with.
        assert!(
            html.contains("basis=POLISLAG_6&#38;with=OSL_10_27")
                || html.contains("basis=POLISLAG_6&amp;with=OSL_10_27"),
            "{html}"
        );
        assert!(basis_form::pick(&offers, &choice("POLISLAG_6")).is_none());
        assert!(basis_form::pick(&offers, &choice("OSL_10_18A")).is_none());
        assert!(basis_form::pick(&offers, &choice("RISK_SCORE")).is_none());
        let picked = basis_form::pick(&offers, &choice("OSL_10_27")).unwrap();
        let form = nominations::nominating(form(msg), msg, CaseId(id(10)), picked, Consents::NotAsked);
        assert_sound(
            &FormPage::new(frame(msg.nominate_title()), form).before(picked.about(msg, "/ui/x")).render().unwrap(),
            msg,
        );
    });
}

#[test]
fn the_answers_to_the_tests_become_the_grounds_of_the_command() {
    in_both(|msg, _| {
        let offers = offers();
        let picked =
            basis_form::pick(&offers, &chosen(&format!("to={}&basis=POLISLAG_6&with=OSL_10_27", id(2)))).unwrap();
        let filled = picked.fields(form(msg), msg, "grounds", Consents::NotAsked);
        let sent = FormData::of([
            ("grounds.answers[0].answer", "yes"),
            ("grounds.answers[0].reason", "Det har upprepats."),
            ("grounds.togetherWith[0].answers[0].answer", "yes"),
            ("grounds.togetherWith[0].answers[0].reason", "Intresset väger över."),
            ("grounds.togetherWith[0].answers[1].answer", "no"),
        ]);
        let (_, command) = filled.decode::<Value>(&sent).unwrap();
        assert_eq!(
            command,
            serde_json::json!({ "grounds": {
                "basis": "POLISLAG_6",
                "answers": [{ "testId": "test_0", "answer": "yes", "reason": "Det har upprepats." }],
                "togetherWith": [{ "basis": "OSL_10_27", "answers": [
                    { "testId": "test_0", "answer": "yes", "reason": "Intresset väger över." },
                    { "testId": "test_1", "answer": "no" },
                ] }],
            } })
        );
    });
}

#[test]
fn every_form_of_joint_work_is_sound() {
    in_both(|msg, frame| {
        let offers = offers();
        let colleagues = people::colleagues();
        let me = UserId(id(7));
        let consents = || Consents::Of(vec![Choice::new(id(5).to_string(), "hur skolgången går, till 2027-01-01")]);
        let on_consent = basis_form::pick(&offers, &choice("OSL_12_2")).unwrap();
        let balanced = basis_form::pick(&offers, &choice("OSL_10_27")).unwrap();
        let duty = basis_form::pick(&offers, &choice("SOL_19_1")).unwrap();
        let to_school = chosen(&format!("to={}&basis=OSL_10_27", id(3)));
        let to_school = basis_form::pick(&offers, &to_school).unwrap();
        let kinds = vec![Choice::new("police_presence", "Polisnärvaro").group("Polisens åtgärder")];
        let items = vec![Choice::new("joint_entry:1:1", "uppgift: …").hint("vanlig sekretess")];
        let blank = || form(msg);
        let file_id = JointFileId(id(60));
        let forms = vec![
            nominations::nominating(blank(), msg, CaseId(id(10)), on_consent, consents()),
            nominations::linking(blank(), msg, file_id, &my_cases().cases, &colleagues),
            joint_entries::writing(blank(), msg, false, &colleagues),
            joint_entries::writing(blank(), msg, true, &colleagues),
            joint_entries_change::clearing(blank(), msg),
            joint_file_change::changing(blank(), msg, &file()),
            joint_file_change::members(blank(), msg, &file(), &colleagues),
            assessment_positions::taking(blank(), msg, file_id, None, Consents::NotAsked),
            assessment_positions::taking(blank(), msg, file_id, Some(on_consent), Consents::Unseen),
            joint_actions::proposing(blank(), msg, kinds, &colleagues, me, balanced, Consents::NotAsked),
            joint_actions::amending(blank(), msg, &own_action(), on_consent, consents()),
            joint_actions_reply::replying(blank(), msg, ReplyCode::Accept, &colleagues, me),
            joint_actions_reply::replying(blank(), msg, ReplyCode::Decline, &colleagues, me),
            joint_actions_review::reviewing(blank(), msg, &own_action(), ReviewStep::Progress, &colleagues),
            joint_actions_review::reviewing(blank(), msg, &own_action(), ReviewStep::Complete, &colleagues),
            joint_actions_review::reviewing(blank(), msg, &own_action(), ReviewStep::Evaluate, &colleagues),
            joint_actions_tell::telling(blank(), msg, &theirs(), Some(balanced), Consents::NotAsked),
            joint_actions_tell::telling(blank(), msg, &own_action(), None, Consents::NotAsked),
            info_requests::asking(blank(), msg, balanced, Consents::NotAsked),
            info_requests::asking(blank(), msg, to_school, Consents::NotAsked),
            info_requests_answer::answering(blank(), msg, items, balanced, Consents::NotAsked),
            info_requests_answer::refusing(blank(), msg),
            info_requests_answer::recording(blank(), msg),
            concern_reports::reporting(blank(), msg, concern_reports::Source::File(file_id), duty),
            concern_reports::reporting(blank(), msg, concern_reports::Source::Case(CaseId(id(10))), duty),
        ];
        for form in forms {
            let page =
                FormPage::new(of_police(frame(msg.joint_file())), form).before(joint_file_tabs::about(msg, &file()));
            assert_sound(&page.render().unwrap(), msg);
        }
    });
}

#[test]
fn police_information_is_not_saved_without_its_marks() {
    in_both(|msg, _| {
        let form = joint_entries::writing(form(msg), msg, true, &people::colleagues());
        let sent = FormData::of([("text", "Sedd vid bensinstationen."), ("class", "standard")]);
        let Err(crate::form::Unsent::Again { form, .. }) = form.decode::<Value>(&sent) else {
            panic!("accepted without marks")
        };
        let summary = form.summary().render().unwrap();
        for field in ["availability", "suspicion", "credibility", "accuracy", "expiresOn"] {
            assert!(summary.contains(&format!("#f-police-{field}")), "{field}: {summary}");
        }
    });
}

#[test]
fn a_joint_action_shows_both_parts_and_what_each_side_was_told() {
    in_both(|msg, frame| {
        for action in [theirs(), own_action()] {
            let html = joint_actions_open::page(of_police(frame(msg.action())), &action, why(msg)).render().unwrap();
            assert_sound(&html, msg);
            // The reader's own part stands first under the same words, whoever wrote the text.
            let own = if action.is_own { "Boendestödet förlägger" } else { "Polisen är synlig" };
            let (before, after) = html.split_once(msg.action_own_part()).unwrap();
            assert!(!before.contains(own) && after.contains(own));
            assert!(!html.contains(msg.unknown_value()));
        }
        let own = joint_actions_open::page(of_police(frame(msg.action())), &own_action(), why(msg)).render().unwrap();
        assert!(own.contains("/amend") && !own.contains("/accept") && own.contains("Stannar hos oss."));
    });
}

#[test]
fn whoever_cannot_decide_a_release_is_not_asked_to_answer_a_request() {
    in_both(|msg, frame| {
        let asked = request(1, false, RequestState::Waiting);
        let page =
            |decides| info_requests::request_page(frame(msg.request()), &asked, decides, why(msg)).render().unwrap();
        assert_sound(&page(true), msg);
        assert!(page(true).contains("/answer") && page(true).contains("/refuse"));
        assert!(!page(false).contains("/answer\"") && !page(false).contains("/refuse\""));
        let answered = request(2, true, RequestState::Answered);
        assert_sound(
            &info_requests::request_page(frame(msg.request()), &answered, true, why(msg)).render().unwrap(),
            msg,
        );
    });
}

#[test]
fn no_page_of_joint_work_scores_a_person() {
    in_both(|msg, frame| {
        for part in PARTS {
            let html = joint_file::page(
                of_police(frame(msg.joint_file())),
                &police_coordinator(),
                &file(),
                part,
                TODAY,
                why(msg),
            )
            .render()
            .unwrap();
            let words = html.to_lowercase();
            for word in ["risk score", "riskpoäng", "risknivå", "risk level"] {
                assert!(!words.contains(word), "{part:?}: {word}");
            }
        }
    });
    assert!(joint_file_tabs::decides(Roles::default().with(Role::PoliceCoordinator)));
}
