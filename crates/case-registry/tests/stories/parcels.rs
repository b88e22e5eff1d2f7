//! A parcel is in the log before it is opened.

use case_registry::{access_log::SearchLogCommand, courier::NotTakenIn};
use parcel::{AuthorityPublic, Header};
use vocabulary::ParcelId;

use crate::common::World;
use crate::scene::nobody;

/// A parcel of the social board's, well sealed and signed, with something inside that is none.
fn nonsense(world: &World) -> Vec<u8> {
    let keys = |authority| world.registry.vault.authority(authority).unwrap();
    let header = Header {
        id: ParcelId(nobody()),
        from: world.social,
        to: world.police,
        joint_ref: None,
        number: 1,
        kind: "release".to_owned(),
        sent: world.registry.clock.now(),
    };
    let to = AuthorityPublic::of(&keys(world.police));
    parcel::seal(&header, &"no crossing", &keys(world.social), &to).unwrap()
}

#[tokio::test]
async fn a_parcel_that_arrives_is_recorded_and_only_then_opened() {
    let world = World::new().await;
    // What is inside is found to be no crossing only because the parcel was opened.
    let refused = world.registry.take_in(&nonsense(&world)).await;
    assert!(matches!(refused, Err(NotTakenIn::Refused(_))), "{refused:?}");
    let auditor = world.caller("police-auditor");
    let lines = world.registry.search_log(&auditor, SearchLogCommand::default()).await.unwrap().view.lines;
    assert!(lines.iter().any(|line| line.action == "parcel.receive"), "its arrival stands in the log");
}

#[tokio::test]
async fn a_parcel_stays_sealed_when_its_arrival_cannot_be_recorded() {
    let world = World::new().await;
    let parcel = nonsense(&world);
    world.registry.shut_down().await;
    // Had it been opened, the answer would be that it holds no crossing.
    let answer = world.registry.take_in(&parcel).await;
    assert!(matches!(answer, Err(NotTakenIn::Unavailable)), "{answer:?}");
}
