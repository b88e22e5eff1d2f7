//! The pages of those who see no individuals: users, figures, legal bases.

use askama::Template as _;
use case_registry::directory::{UnitView, UserList, UserView};
use case_registry::figures::{Figure, FigureTable};
use case_registry::legal_basis::{BasisView, TestView};
use case_registry::policy::{
    PolicyAgreementView, PolicyApprovalView, PolicyCandidateView, PolicyCheckView, PolicyConditionView,
    PolicyMatrixView, PolicyRowView, PolicyView,
};
use time::macros::date;
use vocabulary::{Action, AuthorityKind, Role, Timestamp, UnitId, UserId};

use super::people::{form, id, in_both};
use crate::layouts::{ConfirmPage, FormPage};
use crate::pages::{figures, legal_bases, policy, policy_matrix, users, users_change};
use crate::soundness::assert_sound;

fn user(number: u128, is_active: bool) -> UserView {
    UserView {
        id: UserId(id(number)),
        name: "Jon Dahl".to_owned(),
        title: "socialsekreterare".to_owned(),
        service_number: format!("S-{number}"),
        unit: "Barn och unga".to_owned(),
        unit_id: UnitId(id(5)),
        roles: vec![Role::SocialWorker, Role::SocialLead],
        is_active,
        version: 1,
    }
}

#[test]
fn the_administrator_sees_users_and_ends_a_mandate_after_a_second_thought() {
    in_both(|msg, frame| {
        let units = vec![UnitView { id: UnitId(id(5)), name: "Barn och unga".to_owned() }];
        let list = UserList { users: vec![user(1, true), user(2, false)], units };
        let html = users::page(frame(msg.nav_users()), &list, true).render().unwrap();
        assert_sound(&html, msg);
        assert!(
            html.contains(&format!("/ui/users/{}/end", id(1))) && !html.contains(&format!("/ui/users/{}/end", id(2)))
        );
        assert!(
            !users::page(frame(msg.nav_users()), &list, false).render().unwrap().contains("/end\""),
            "a lead only reads"
        );
        let new = FormPage::new(
            frame(msg.user_new()),
            users_change::creating(form(msg), msg, Some(AuthorityKind::SocialBoard), &list.units),
        )
        .render()
        .unwrap();
        assert_sound(&new, msg);
        assert!(!new.contains("value=\"service\""), "nobody is made the service itself");
        assert!(new.contains("value=\"sig_coordinator\"") && !new.contains("value=\"police_coordinator\""));
        let police = users_change::creating(form(msg), msg, Some(AuthorityKind::Police), &list.units).render().unwrap();
        assert!(police.contains("value=\"police_coordinator\"") && !police.contains("value=\"social_worker\""));
        let end =
            ConfirmPage::new(frame(msg.user_end_title()), users_change::consequences(msg, &list.users[0]), form(msg));
        assert_sound(&end.render().unwrap(), msg);
        let created =
            users_change::link_page(frame(msg.user_created_title()), "http://localhost/sign-in/abc").render().unwrap();
        assert_sound(&created, msg);
        assert!(created.contains("http://localhost/sign-in/abc") && created.contains(msg.user_link_once()));
    });
}

#[test]
fn figures_tell_no_small_count() {
    in_both(|msg, frame| {
        let row = |code: &str, count: Option<i64>| Figure { code: code.to_owned(), count };
        let tables = [
            FigureTable { kind: "cases", rows: vec![row("open", Some(12)), row("closed", None)], total: None },
            FigureTable { kind: "measures", rows: vec![row("ongoing", None)], total: None },
            FigureTable { kind: "joint-actions", rows: Vec::new(), total: Some(0) },
        ];
        let html = figures::page(frame(msg.nav_figures()), &tables).render().unwrap();
        assert_sound(&html, msg);
        assert_eq!(html.matches(msg.figures_hidden()).count(), 2);
        assert_eq!(html.matches(msg.figures_total_untold()).count(), 2);
    });
}

#[test]
fn every_legal_basis_shows_its_questions_examples_and_state() {
    in_both(|msg, frame| {
        let test = TestView {
            id: "age".to_owned(),
            question: "Har personen inte fyllt 21 år?".to_owned(),
            required_answer: "yes".parse().unwrap(),
            reason_required: true,
            by_system: true,
            example_yes: "19 år".to_owned(),
            example_no: "22 år".to_owned(),
            if_fails: "Välj ett annat lagstöd.".to_owned(),
        };
        let in_state = |state: &str, usable: bool| BasisView {
            code: "OSL_10_18A".to_owned(),
            version: 2,
            citation: "OSL 10 kap. 18 a §".to_owned(),
            title: "Förebygga brott av unga".to_owned(),
            summary: "Uppgift om en ung person.".to_owned(),
            state: state.parse().unwrap(),
            usable,
            confirmed_by: usable.then(|| "Kommunjuristen".to_owned()),
            confirmed_on: usable.then_some(date!(2026 - 01 - 10)),
            valid_from: date!(2025 - 04 - 01),
            valid_to: None,
            approval: None,
            offered_last: false,
            who_decides: "Enhetschef".to_owned(),
            duty: "none".parse().unwrap(),
            lapses_at_age: Some(21),
            on_request_only: false,
            follow_up_allowed: true,
            requires_one_of: Vec::new(),
            tests: vec![test.clone()],
        };
        let bases = [in_state("confirm", true), in_state("confirm", false), in_state("off", false)];
        let list = legal_bases::list_page(frame(msg.nav_legal_bases()), &bases).render().unwrap();
        assert_sound(&list, msg);
        for words in [msg.legal_usable(), msg.legal_unconfirmed(), msg.legal_off()] {
            assert!(list.contains(words), "{words}");
        }
        for basis in &bases {
            let html = legal_bases::page(frame(&basis.citation), basis, false).render().unwrap();
            assert_sound(&html, msg);
            assert!(html.contains(&msg.legal_example_no("22 år")));
        }
    });
}

const DIGEST: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn matrix_row() -> PolicyRowView {
    PolicyRowView {
        role: Role::PreventionCoordinator,
        action: Action::ReadFigures,
        role_text: "Brottsförebyggande samordnare".to_owned(),
        action_text: "Se siffror".to_owned(),
        conditions: vec![PolicyConditionView { column: "Ändamål".to_owned(), values: "statistik".to_owned() }],
        obligations: vec!["uppgifter om hälsa utelämnas".to_owned()],
        law: vec!["lag (2023:196)".to_owned()],
        rules: vec!["figures_without_individuals".to_owned()],
    }
}

fn policy_view(may_approve: bool) -> PolicyView {
    let at = Timestamp::from_micros(1_795_417_200_000_000);
    PolicyView {
        digest: DIGEST.to_owned(),
        epoch: 3,
        since: Some(at),
        program: Some("0.1.0".to_owned()),
        is_builtin: false,
        rules: 100,
        has_folder: true,
        last_check: Some(PolicyCheckView {
            at,
            is_sound: false,
            digest: None,
            faults: vec!["policy.csv:12: column 3: an unknown role".to_owned()],
        }),
        candidate: Some(PolicyCandidateView {
            digest: DIGEST.to_owned(),
            at,
            approvals: vec![PolicyApprovalView { name: "Nils Ahlqvist".to_owned(), at }],
            own_has_agreed: true,
            others: vec![PolicyAgreementView { authority: "Polismyndigheten".to_owned(), has_agreed: false }],
            more_needed: 1,
            may_approve,
            newly_allowed: vec![matrix_row()],
            newly_denied: Vec::new(),
            other_obligations: Vec::new(),
        }),
    }
}

#[test]
fn the_administrator_reads_what_a_new_policy_allows_before_agreeing_and_the_auditor_only_reads() {
    in_both(|msg, frame| {
        let buttons = || {
            Some(policy::Buttons {
                check: form(msg).button(msg.policy_check_button()),
                approve: form(msg).button(msg.policy_approve_button()),
                reject: form(msg).button(msg.policy_reject_button()),
            })
        };
        let html = policy::page(frame(msg.nav_policy()), &policy_view(true), buttons()).render().unwrap();
        assert_sound(&html, msg);
        let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} is not on the page"));
        assert!(place(msg.policy_newly_allowed()) < place(msg.policy_newly_denied()));
        for text in [
            "00112233 44556677",
            "Polismyndigheten",
            "policy.csv:12",
            "figures_without_individuals",
            msg.policy_approve_button(),
            msg.policy_check_kept(),
        ] {
            place(text);
        }
        let agreed = policy::page(frame(msg.nav_policy()), &policy_view(false), buttons()).render().unwrap();
        assert!(!agreed.contains(msg.policy_approve_button()) && agreed.contains(msg.policy_you_have_agreed()));
        let read = policy::page(frame(msg.nav_policy()), &policy_view(false), None).render().unwrap();
        assert_sound(&read, msg);
        assert!(!read.contains(msg.policy_reject_button()) && !read.contains(msg.policy_check_button()));
        let calm = PolicyView { candidate: None, last_check: None, has_folder: false, ..policy_view(true) };
        assert_sound(&policy::page(frame(msg.nav_policy()), &calm, buttons()).render().unwrap(), msg);
    });
}

#[test]
fn the_matrix_is_read_by_role_and_action_without_any_script() {
    in_both(|msg, frame| {
        let view = PolicyMatrixView { digest: DIGEST.to_owned(), epoch: 3, rows: vec![matrix_row()], total: 600 };
        let role = Some(Role::PreventionCoordinator);
        let html = policy_matrix::page(frame(msg.policy_matrix_title()), &view, role, None).render().unwrap();
        assert_sound(&html, msg);
        assert!(html.contains("method=\"get\"") && html.contains("2023:196"));
    });
}
