//! What the log and the reader are told.

use audit_log::{Outcome, Phase, Recipient, Recordable};
use rbac_policy::{BasisFact, Conflict, CurrentPolicy, Facts, citation};
use vocabulary::{
    Action, AuthorityId, Language, LogSubjectId, Purpose, Role,
    action::{DecideRelease, ReadCase},
};

use super::callers::{caller, crossing, id, own_case, policy};

#[test]
fn a_permit_drafts_the_whole_entry() {
    let caller = caller([Role::SocialWorker]);
    let recipient = Recipient { authority: AuthorityId(id(50)), label: "system".to_owned() };
    let permit = policy().decide::<DecideRelease>(&caller, crossing(BasisFact::Osl10p18a)).unwrap();
    let permit = permit.with_recipient(recipient.clone()).with_subjects([LogSubjectId(id(60))]).with_listed([id(70)]);
    assert!(!permit.covers(id(70)), "naming an id in the entry does not open it");
    let draft = permit.draft();
    assert_eq!(draft.outcome, Outcome::Allowed);
    assert_eq!(draft.phase, Phase::Decide);
    assert_eq!(draft.action, Action::DecideRelease);
    assert_eq!(draft.basis.as_deref(), Some("OSL_10_18A"));
    assert_eq!(draft.recipient, Some(recipient));
    assert_eq!(draft.who.role, Some(Role::SocialWorker));
    assert_eq!(draft.resource.id, Some(id(10)));
    assert_eq!(draft.resource.listed, [id(70)]);
    assert_eq!(draft.lines, ["soc_releases"]);
    assert_eq!(draft.policy_digest, policy().digest());
}

#[test]
fn the_own_task_is_no_legal_basis_in_the_log() {
    let caller = caller([Role::SocialWorker]);
    assert_eq!(policy().decide::<ReadCase>(&caller, own_case(Purpose::CaseHandling)).unwrap().draft().basis, None);
}

#[test]
fn a_refusal_is_recorded_with_what_was_asked_for() {
    let caller = caller([Role::SocialWorker]);
    let facts = Facts { conflict: Conflict::Declared, ..own_case(Purpose::CaseHandling) };
    let draft = policy().decide::<ReadCase>(&caller, facts).unwrap_err().draft();
    assert_eq!(draft.outcome, Outcome::Denied);
    assert_eq!(draft.who.role, None);
    assert_eq!(draft.resource.id, Some(id(10)));
    assert_eq!(draft.lines, ["conflict_of_interest_bars"]);
}

#[test]
fn an_explanation_names_line_law_and_obligation_in_both_languages() {
    let caller = caller([Role::SocialWorker]);
    let explained = policy().explain(&caller, Action::DecideRelease, &crossing(BasisFact::Osl10p18a));
    assert!(explained.is_allowed);
    let swedish = explained.sentences(Language::Swedish).join(" ");
    assert!(swedish.contains("”Besluta utlämnande” är tillåtet i rollen Socialsekreterare."));
    assert!(swedish.contains("OSL 8 kap. 1 §"));
    assert!(swedish.contains("inloggningen bekräftas på nytt"));
    assert!(
        explained
            .sentences(Language::English)
            .join(" ")
            .contains("“Decide a release” is allowed in the role Social worker.")
    );
}

#[test]
fn an_explained_refusal_says_which_single_fact_stands_in_the_way() {
    let caller = caller([Role::SocialWorker]);
    let facts = Facts { assigned: rbac_policy::Assignment::None, ..own_case(Purpose::CaseHandling) };
    let explained = policy().explain(&caller, Action::ReadCase, &facts);
    assert!(!explained.is_allowed && explained.lines.is_empty());
    let would: Vec<_> = explained.would_allow.iter().map(|fact| (fact.column.as_str(), fact.value.as_str())).collect();
    assert!(would.contains(&("assigned", "assigned")));
    assert!(would.contains(&("glass", "active")));
    assert!(
        explained
            .sentences(Language::Swedish)
            .iter()
            .any(|sentence| sentence == "Ingen rad i behörighetsreglerna tillåter det.")
    );
}

#[test]
fn every_citation_of_the_policy_reads_as_law() {
    for line in policy().pages().lines() {
        let read = citation(line.law());
        assert!(
            !read.contains("  ") && (read.contains('§') || read.contains("art.") || read.contains("2023:196")),
            "{read}"
        );
    }
}

#[test]
fn a_reload_never_goes_back_to_an_older_epoch() {
    let current = CurrentPolicy::new(policy().at_epoch(4));
    assert!(current.replace(policy().at_epoch(4)).is_err());
    assert_eq!(current.replace(policy().at_epoch(5)).map(|old| old.epoch()).ok(), Some(4));
    assert_eq!(current.get().epoch(), 5);
}
