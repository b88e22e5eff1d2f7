//! Who may release to whom, and what the release page offers.

use std::fmt::Write as _;

use rbac_policy::legal_bases::{Approval, Confirmation, Confirmations};
use vocabulary::AuthorityKind;

use crate::story::{TODAY, bases, current};

#[test]
fn the_matrix_of_holders_and_recipients_is_the_reviewed_one() {
    let mut matrix = String::new();
    for from in AuthorityKind::ALL {
        for to in AuthorityKind::ALL {
            let offered: Vec<_> = bases()
                .offered(*from, *to, TODAY, &Confirmations::default())
                .into_iter()
                .map(|basis| basis.code.as_str())
                .collect();
            writeln!(matrix, "{from} -> {to}: {}", offered.join(" ")).unwrap();
        }
    }
    insta::assert_snapshot!(matrix);
}

#[test]
fn the_general_clause_is_never_offered_from_the_social_board_to_the_police() {
    let offered = bases().offered(AuthorityKind::SocialBoard, AuthorityKind::Police, TODAY, &Confirmations::default());
    assert!(offered.iter().all(|basis| basis.code != "OSL_10_27"));
    let clause = current("OSL_10_27");
    assert!(clause.directions.iter().all(|direction| !direction.from.contains(&AuthorityKind::SocialBoard)));
}

#[test]
fn necessity_for_the_own_task_is_offered_last_to_the_police_and_needs_the_lead() {
    let (social, police) = (AuthorityKind::SocialBoard, AuthorityKind::Police);
    let offered = bases().offered(social, police, TODAY, &Confirmations::default());
    assert_eq!(offered.last().unwrap().code, "OSL_10_2");
    let basis = current("OSL_10_2");
    assert_eq!(basis.approval(social, police), Some(Approval::Lead));
    assert_eq!(basis.approval(police, social), None);
}

#[test]
fn a_basis_that_awaits_counsel_is_shown_after_the_usable_ones_and_a_switched_off_one_not_at_all() {
    let (social, police) = (AuthorityKind::SocialBoard, AuthorityKind::Police);
    let place = |confirmations: &Confirmations, code: &str| {
        bases().offered(social, police, TODAY, confirmations).iter().position(|basis| basis.code == code)
    };
    let nobody = Confirmations::default();
    assert!(place(&nobody, "OSL_10_18A").unwrap() > place(&nobody, "L2025_170_4").unwrap());
    let counsel = confirmed("OSL_10_18A", 1, "Fiktiv Stadsjurist");
    assert_eq!(place(&counsel, "OSL_10_18A"), Some(0));
    assert_eq!(place(&counsel, "OSL_10_15A"), None);
}

#[test]
fn a_confirmation_counts_for_its_own_version_and_only_with_a_name() {
    let basis = current("OSL_10_18A");
    assert!(confirmed("OSL_10_18A", 1, "Fiktiv Stadsjurist").cover(basis));
    assert!(!confirmed("OSL_10_18A", 2, "Fiktiv Stadsjurist").cover(basis));
    assert!(!confirmed("OSL_10_18A", 1, "  ").cover(basis));
    assert!(!confirmed("OSL_10_15A", 1, "Fiktiv Stadsjurist").cover(current("OSL_10_15A")));
}

fn confirmed(code: &str, version: u32, by: &str) -> Confirmations {
    let (code, by, wording_read) = (code.to_owned(), by.to_owned(), "Påhittad lydelse".to_owned());
    [Confirmation { code, version, by, on: TODAY, wording_read }].into_iter().collect()
}
