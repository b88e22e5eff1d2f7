//! A young person known to both authorities, each in its own records, and a joint file that joins them.

use case_registry::{
    case::OpenCase,
    joint_file::{LinkToCase, Nominate},
    person::{IdentityKind, RegisterPerson},
    release::BasisChoice,
};
use serde_json::json;
use time::Date;
use vocabulary::{Caller, CaseId, JointFileId, PersonId, Protection, StatedReason, purpose::CasePurpose};

use crate::common::{World, number};

/// OSL 10 kap. 18 a § with every test passed.
pub(crate) fn section_18a() -> BasisChoice {
    basis(json!({ "basis": "OSL_10_18A", "answers": [
        { "testId": "risk_of_criminal_activity", "answer": "YES", "reason": "Har värvats som målvakt." },
        { "testId": "helps_prevent", "answer": "YES" },
        { "testId": "suitable", "answer": "YES", "reason": "Insatserna pågår." },
        { "testId": "committed_crime", "answer": "NO" },
        { "testId": "other_identifiable_person", "answer": "NO" },
    ]}))
}

/// OSL 10 kap. 27 § with every test passed.
pub(crate) fn section_27() -> BasisChoice {
    basis(json!({ "basis": "OSL_10_27", "answers": [
        { "testId": "obvious_that_interest_outweighs", "answer": "YES", "reason": "Stödet behöver planeras nu." },
        { "testId": "contrary_to_statute", "answer": "NO" },
    ]}))
}

pub(crate) fn basis(value: serde_json::Value) -> BasisChoice {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn young_person(given: &str, family: &str, born: Date) -> RegisterPerson {
    RegisterPerson {
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        identity_kind: IdentityKind::PersonalNumber,
        identity_value: number(&born.to_string(), 980),
        identity_issuer: String::new(),
        identity_level: None,
        birth_date: Some(born),
        birth_estimated: false,
        protection: Protection::None,
    }
}

pub(crate) async fn registered(world: &World, who: &str, person: RegisterPerson) -> PersonId {
    world.registry.register_person(&world.caller(who), person).await.unwrap().view.person_id.unwrap()
}

pub(crate) async fn opened(world: &World, who: &str, person: PersonId, purpose: CasePurpose, number: &str) -> CaseId {
    let command = OpenCase { person_id: person, purpose, external_number: number.to_owned(), review_on: None };
    // With protected identity a reason is asked for; it harms nowhere else.
    let caller = Caller { reason: StatedReason::new("Ärendet öppnas"), ..world.caller(who) };
    world.registry.open_case(&caller, command).await.unwrap().view
}

pub(crate) fn nomination(world: &World, case: CaseId) -> Nominate {
    Nominate {
        case_id: case,
        to: world.police,
        reason: "Vi ser att hen dras in i ett äldre gäng.".to_owned(),
        goal: "Bryta umgänget före jul.".to_owned(),
        attention: String::new(),
        names_others: false,
        grounds: section_18a(),
    }
}

/// A joint file on both sides, each on its own open case.
pub(crate) struct Joined {
    pub(crate) case: CaseId,
    pub(crate) social: JointFileId,
    pub(crate) police: JointFileId,
}

/// The social worker nominates Elias; the police take it up on a matter of their own.
pub(crate) async fn joined(world: &World, born: Date) -> Joined {
    let person = registered(world, "social-worker", young_person("Elias", "Ödman", born)).await;
    let case = opened(world, "social-worker", person, CasePurpose::Sol12p1, "SN 2026-0417").await;
    let nominated =
        world.registry.nominate(&world.caller("social-worker"), nomination(world, case)).await.unwrap().view;
    let police = waiting(world).await;
    let own = registered(world, "police-coordinator", young_person("Elias", "Ödman", born)).await;
    let matter = opened(world, "police-coordinator", own, CasePurpose::PoliceMatter, "5000-K1-26").await;
    let command = LinkToCase { case_id: matter, members: Vec::new(), next_follow_up: None };
    world.registry.link_to_case(&world.caller("police-coordinator"), police, command).await.unwrap();
    Joined { case, social: nominated.joint_file_id, police }
}

/// The same about somebody whom the police know to have protected identity.
pub(crate) async fn joined_protected(world: &World, born: Date) -> Joined {
    let person = registered(world, "social-worker", young_person("Elias", "Ödman", born)).await;
    let case = opened(world, "social-worker", person, CasePurpose::Sol12p1, "SN 2026-0417").await;
    let nominated =
        world.registry.nominate(&world.caller("social-worker"), nomination(world, case)).await.unwrap().view;
    let police = waiting(world).await;
    let protected = RegisterPerson { protection: Protection::Marked, ..young_person("Elias", "Ödman", born) };
    let coordinator = Caller { reason: StatedReason::new("Ny nominering"), ..world.caller("police-coordinator") };
    let own = registered(world, "police-coordinator", protected).await;
    let matter = opened(world, "police-coordinator", own, CasePurpose::PoliceMatter, "5000-K1-26").await;
    let command = LinkToCase { case_id: matter, members: Vec::new(), next_follow_up: None };
    world.registry.link_to_case(&coordinator, police, command).await.unwrap();
    Joined { case, social: nominated.joint_file_id, police }
}

/// The one nomination that waits for the police coordinator.
pub(crate) async fn waiting(world: &World) -> JointFileId {
    let list = world.registry.list_joint_files(&world.caller("police-coordinator"), 20, 0).await.unwrap().view;
    list.joint_files.iter().find(|file| file.is_to_take_position).expect("a nomination waits").id
}
