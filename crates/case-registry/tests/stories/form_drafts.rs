//! What somebody is writing is kept, for its writer alone, until it is sent.

use case_registry::{
    RegistryError,
    conflict::DeclareConflict,
    form_draft::{About, FormAt, MOST_PER_FORM, Written},
};
use vocabulary::{Caller, FormDraftId};

use crate::scene::{SEVENTEEN, Scene, nobody};

const TEXT: &str = "Mötet på onsdag: mamma vill att vi ringer skolan.";

fn written(text: &str) -> Written {
    Written(vec![("kind".to_owned(), "meeting".to_owned()), ("paragraphs[0].text".to_owned(), text.to_owned())])
}

fn note_of(scene: &Scene) -> FormAt {
    FormAt { digest: [7; 32], about: About::Case(scene.case) }
}

async fn saved(scene: &Scene, who: &Caller, form: FormAt, text: &str) -> FormDraftId {
    scene.world.registry.save_form_draft(who, form, None, &written(text)).await.unwrap().view.id
}

#[tokio::test]
async fn a_note_that_was_being_written_is_there_the_next_morning_and_gone_when_it_is_sent() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let worker = scene.world.caller("social-worker");
    let form = note_of(&scene);
    let first = saved(&scene, &worker, form, "Mötet på").await;
    let again = registry.save_form_draft(&worker, form, Some(first), &written(TEXT)).await.unwrap().view;
    assert_eq!(again.id, first, "the same draft is continued");
    assert_eq!(registry.form_drafts_of(&worker).await.unwrap(), [again]);
    assert_eq!(registry.take_up_form_draft(&worker, form, first).await.unwrap().view, written(TEXT));
    // Another form of the same case has none.
    let other = FormAt { digest: [8; 32], ..form };
    assert!(matches!(registry.take_up_form_draft(&worker, other, first).await, Err(RegistryError::NotFound)));

    let sending = Caller { sends: Some(first), ..worker.clone() };
    let command = serde_json::from_value(serde_json::json!({
        "kind": "MEETING", "occurredOn": "2026-11-20", "paragraphs": [{ "text": TEXT }],
    }));
    registry.write_note(&sending, scene.case, command.unwrap()).await.unwrap();
    assert!(registry.form_drafts_of(&worker).await.unwrap().is_empty());

    // Each saving and the taking up stand in the log, under the case; the text does not.
    let log = scene.log("social-auditor").await;
    let of =
        |action: &str| log.iter().filter(|line| line.action == action && line.case_id == Some(scene.case.0)).count();
    assert_eq!((of("form_draft.save"), of("form_draft.read")), (2, 1));
}

#[tokio::test]
async fn a_form_that_was_refused_keeps_its_draft() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let worker = scene.world.caller("social-worker");
    let draft = saved(&scene, &worker, note_of(&scene), TEXT).await;
    let sending = Caller { sends: Some(draft), ..worker.clone() };
    let nothing = serde_json::json!({ "kind": "MEETING", "occurredOn": "2026-11-20", "paragraphs": [] });
    let refused = registry.write_note(&sending, scene.case, serde_json::from_value(nothing).unwrap()).await;
    assert!(matches!(refused, Err(RegistryError::Invalid(_))));
    assert_eq!(registry.form_drafts_of(&worker).await.unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_else_has_it_not_even_the_lead_or_who_knows_its_id() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let worker = scene.world.caller("social-worker");
    let form = note_of(&scene);
    let draft = saved(&scene, &worker, form, TEXT).await;
    for other in
        ["social-lead", "social-worker-2", "sig-coordinator", "social-auditor", "administrator", "police-coordinator"]
    {
        let other = scene.world.caller(other);
        assert!(registry.form_drafts_of(&other).await.unwrap().is_empty());
        assert!(matches!(registry.take_up_form_draft(&other, form, draft).await, Err(RegistryError::NotFound)));
        assert!(matches!(registry.discard_form_draft(&other, form, draft).await, Err(RegistryError::NotFound)));
        // Sending a form with somebody else's draft in it ends nothing of theirs.
        let sending = Caller { sends: Some(draft), ..other };
        let _ = registry.see_notice(&sending).await;
    }
    assert_eq!(registry.take_up_form_draft(&worker, form, draft).await.unwrap().view, written(TEXT));
}

#[tokio::test]
async fn whoever_loses_the_case_or_is_in_conflict_loses_the_draft_with_it() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let worker = scene.world.caller("social-worker");
    let form = note_of(&scene);
    let draft = saved(&scene, &worker, form, TEXT).await;
    let conflict = DeclareConflict {
        user_id: worker.user,
        reason: "Granne".to_owned(),
        review_on: time::macros::date!(2027 - 01 - 15),
    };
    registry.declare_conflict(&scene.world.caller("social-lead"), scene.person, conflict).await.unwrap();
    assert!(matches!(registry.take_up_form_draft(&worker, form, draft).await, Err(RegistryError::NotFound)));
    assert!(matches!(
        registry.save_form_draft(&worker, form, Some(draft), &written("mer")).await,
        Err(RegistryError::NotFound)
    ));
}

#[tokio::test]
async fn a_draft_about_a_case_that_is_not_there_is_not_kept() {
    let scene = Scene::born(SEVENTEEN).await;
    let worker = scene.world.caller("social-worker-2");
    let registry = &scene.world.registry;
    for about in [About::Case(scene.case), About::Case(nobody().into()), About::Measure(nobody().into())] {
        let form = FormAt { digest: [7; 32], about };
        let kept = registry.save_form_draft(&worker, form, None, &written(TEXT)).await;
        assert!(matches!(kept, Err(RegistryError::NotFound)), "{about:?}");
    }
    // At the own desk everyone keeps what they write.
    let desk = FormAt { digest: [7; 32], about: About::Desk };
    for who in ["social-auditor", "administrator", "records-officer", "social-worker-2"] {
        registry.save_form_draft(&scene.world.caller(who), desk, None, &written("tre ord")).await.unwrap();
    }
}

#[tokio::test]
async fn a_few_drafts_of_a_form_lie_side_by_side_and_old_ones_are_erased() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let worker = scene.world.caller("social-worker");
    let form = note_of(&scene);
    let mut drafts = Vec::new();
    for number in 0..=MOST_PER_FORM {
        scene.world.clock.set(registry.clock.now().plus_seconds(60));
        drafts.push(saved(&scene, &worker, form, &format!("utkast {number}")).await);
    }
    let kept: Vec<_> = registry.form_drafts_of(&worker).await.unwrap().iter().map(|draft| draft.id).collect();
    drafts.reverse();
    assert_eq!(kept, drafts[..usize::try_from(MOST_PER_FORM).unwrap()], "the newest first, the oldest let go");

    let before = registry.clock.now().plus_days(-14);
    assert_eq!(registry.sweep_form_drafts(scene.world.social, before).await.unwrap(), 0);
    scene.world.clock.set(registry.clock.now().plus_days(15));
    let before = registry.clock.now().plus_days(-14);
    let young = saved(&scene, &worker, FormAt { digest: [9; 32], ..form }, "nytt").await;
    assert_eq!(registry.sweep_form_drafts(scene.world.social, before).await.unwrap(), 3);
    assert_eq!(registry.form_drafts_of(&worker).await.unwrap()[0].id, young);
    assert_eq!(registry.form_drafts_of(&worker).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_drafts_of_a_colleague_who_leaves_go_with_the_mandate() {
    let scene = Scene::born(SEVENTEEN).await;
    let registry = &scene.world.registry;
    let worker = scene.world.caller("social-worker");
    saved(&scene, &worker, note_of(&scene), TEXT).await;
    registry.end_mandate(&scene.world.caller("administrator"), worker.user, 1).await.unwrap();
    assert!(registry.form_drafts_of(&worker).await.unwrap().is_empty());
}
