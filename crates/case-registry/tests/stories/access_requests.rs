//! Asking for access to somebody whom the authority has already.

use case_registry::{
    RegistryError,
    access_request::{AskAccess, DeclineAccess, GrantAccess},
    conflict::DeclareConflict,
    person::IdentityKind,
};
use time::macros::date;
use vocabulary::Protection;

use crate::common::{World, number};
use crate::scene::{SEVENTEEN, Scene, somebody};

fn ask(reason: &str) -> AskAccess {
    AskAccess {
        identity_kind: IdentityKind::PersonalNumber,
        identity_value: number(&SEVENTEEN.to_string(), 981),
        identity_issuer: String::new(),
        reason: reason.to_owned(),
    }
}

#[tokio::test]
async fn a_colleague_asks_the_lead_gives_the_case_and_the_asker_reads_it() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let (asker, lead) = (scene.world.caller("social-worker-2"), scene.world.caller("social-lead"));
    let told = registry.register_person(&asker, somebody(SEVENTEEN, 981)).await.unwrap().view.exists.unwrap();
    assert!(told.unit.is_some() && told.person_id.is_none());
    assert!(matches!(registry.read_case(&asker, scene.case).await, Err(RegistryError::NotFound)));

    let id = registry.ask_access(&asker, ask("Syskonet är mitt ärende.")).await.unwrap().view;
    let again = registry.ask_access(&asker, ask("Igen.")).await;
    assert!(matches!(again, Err(RegistryError::Conflict("exists-already"))), "one request at a time");

    let waiting = registry.list_access_requests(&lead).await.unwrap().view;
    assert_eq!(waiting.len(), 1);
    let request = &waiting[0];
    assert_eq!((request.id, request.reason.as_str()), (id, "Syskonet är mitt ärende."));
    assert_eq!((request.asked_by_id, request.person.as_str()), (asker.user, "Noel Granlund"));
    assert_eq!(request.cases.iter().map(|case| case.id).collect::<Vec<_>>(), [scene.case]);

    let grant = GrantAccess { case_id: scene.case, cover_until: Some(date!(2026 - 12 - 20)) };
    registry.grant_access(&lead, id, request.version, grant.clone()).await.unwrap();
    registry.read_case(&asker, scene.case).await.unwrap();
    assert!(registry.list_access_requests(&lead).await.unwrap().view.is_empty());
    let twice = registry.grant_access(&lead, id, request.version, grant).await;
    assert!(matches!(twice, Err(RegistryError::Stale)), "answered once");

    let log = scene.log("social-auditor").await;
    for action in ["access_request.ask", "access_request.read", "case.update"] {
        assert!(log.iter().any(|line| line.action == action && line.outcome == "allow"), "{action}");
    }
}

#[tokio::test]
async fn a_request_that_is_declined_gives_nothing_and_tells_nothing() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let (asker, lead) = (scene.world.caller("social-worker-2"), scene.world.caller("social-lead"));
    let id = registry.ask_access(&asker, ask("Nyfiken.")).await.unwrap().view;
    let decline = |reason: &str| DeclineAccess { reason: reason.to_owned() };
    assert!(matches!(registry.decline_access(&lead, id, 1, decline(" ")).await, Err(RegistryError::Invalid(_))));
    registry.decline_access(&lead, id, 1, decline("Inget behov i ärendet.")).await.unwrap();
    assert!(matches!(registry.read_case(&asker, scene.case).await, Err(RegistryError::NotFound)));
    assert!(matches!(registry.read_access_request(&asker, id).await, Err(RegistryError::NotFound)));
    assert!(matches!(registry.read_access_request(&lead, id).await, Err(RegistryError::Conflict("closed"))));
    // Having been told no, one may ask again for another reason.
    registry.ask_access(&asker, ask("Jag har fått ärendet om syskonet.")).await.unwrap();
}

#[tokio::test]
async fn nobody_can_be_asked_about_who_is_protected_in_conflict_or_not_there_and_the_answers_are_alike() {
    let mut protected = somebody(SEVENTEEN, 981);
    protected.protection = Protection::Marked;
    let world = World::new().await;
    let registry = &world.registry;
    registry.register_person(&world.caller("social-worker"), protected).await.unwrap();
    let asker = world.caller("social-worker-2");
    let told = registry.register_person(&asker, somebody(SEVENTEEN, 981)).await.unwrap().view.exists.unwrap();
    assert!(told.unit.is_none(), "contact your manager");
    assert!(matches!(registry.ask_access(&asker, ask("Varför inte?")).await, Err(RegistryError::NotFound)));

    let open = Scene::born(SEVENTEEN).await;
    let registry = &open.world.registry;
    let asker = open.world.caller("social-worker-2");
    let nobody = AskAccess { identity_value: number("2009-03-05", 982), ..ask("Finns hon?") };
    assert!(matches!(registry.ask_access(&asker, nobody).await, Err(RegistryError::NotFound)));
    let conflict =
        DeclareConflict { user_id: asker.user, reason: "Granne".to_owned(), review_on: date!(2027 - 01 - 15) };
    registry.declare_conflict(&open.world.caller("social-lead"), open.person, conflict).await.unwrap();
    assert!(matches!(registry.ask_access(&asker, ask("Min granne.")).await, Err(RegistryError::NotFound)));
}

#[tokio::test]
async fn only_whoever_assigns_the_case_sees_who_asks() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let id = registry.ask_access(&scene.world.caller("social-worker-2"), ask("Syskon.")).await.unwrap().view;
    for other in ["social-worker", "social-worker-2", "sig-coordinator", "social-auditor", "administrator"] {
        let other = scene.world.caller(other);
        assert!(matches!(registry.list_access_requests(&other).await, Err(RegistryError::NotFound)));
        let grant = GrantAccess { case_id: scene.case, cover_until: None };
        assert!(matches!(registry.grant_access(&other, id, 1, grant).await, Err(RegistryError::NotFound)));
    }
    // Another authority's coordinator assigns cases too, but none of these.
    let police = scene.world.caller("police-coordinator");
    assert!(registry.list_access_requests(&police).await.unwrap().view.is_empty());
    assert!(matches!(registry.read_access_request(&police, id).await, Err(RegistryError::NotFound)));
}
