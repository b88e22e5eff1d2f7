//! The one door that needs no session: parcels of other authorities. Whatever is not theirs stays outside.

use case_registry::Registry;
use parcel::{AuthorityPublic, Header};
use reqwest::Method;
use store::{args, testing};
use testkit::Reply;
use vocabulary::{AuthorityId, Entropy as _, ParcelId, SystemEntropy};

use crate::house::{House, in_each_house};

const DOOR: &str = samlad::transport::PATH;

async fn post(house: &House, bytes: Vec<u8>) -> Reply {
    let stranger = house.instance.as_stranger();
    stranger.send(stranger.request(Method::POST, DOOR).body(bytes)).await.unwrap()
}

/// What the police have taken in so far from the school, and how much of it: nobody sends for the school here but these stories.
async fn from(house: &House, sender: AuthorityId) -> i64 {
    let (police, registry) = house.police();
    let mut snapshot = registry.store.snapshot(police).await.unwrap();
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM parcel_in WHERE authority_id = $1 AND from_authority = $2";
    let count = snapshot.fetch(sql, args![police, sender]).await.unwrap()[0].int(0).unwrap();
    snapshot.close().await.unwrap();
    count
}

/// A parcel that one side has sent to the other in the story of the demo.
async fn sent((authority, registry): (AuthorityId, &Registry)) -> Vec<u8> {
    let mut snapshot = registry.store.snapshot(authority).await.unwrap();
    let sql =
        "SELECT sealed FROM parcel_out WHERE authority_id = $1 AND delivered_at IS NOT NULL ORDER BY number LIMIT 1";
    let rows = snapshot.fetch(sql, args![authority]).await.unwrap();
    snapshot.close().await.unwrap();
    rows.first().expect("the demo world has sent parcels").bytes(0).unwrap()
}

#[test]
fn a_replayed_parcel_is_acknowledged_again_and_taken_in_once() {
    in_each_house(async |house| {
        let parcel = sent(house.social()).await;
        let of_parcel = "SELECT CAST(COUNT(*) AS TEXT) FROM received_item";
        let first = post(house, parcel.clone()).await;
        let before = testing::look(&house.police().1.store, of_parcel).await.unwrap();
        let again = post(house, parcel).await;
        assert_eq!((first.status, again.status), (200, 200));
        assert_eq!(first.body.is_empty(), again.body.is_empty());
        let after = testing::look(&house.police().1.store, of_parcel).await.unwrap();
        // Other stories release things meanwhile; a replay that was taken in would come on top of each try.
        assert!(after[0].parse::<i64>().unwrap() - before[0].parse::<i64>().unwrap() < 5);
        let (police, registry) = house.police();
        let mut snapshot = registry.store.snapshot(police).await.unwrap();
        let twice = "SELECT parcel_id FROM received_item WHERE authority_id = $1 AND kind = 'release' GROUP BY parcel_id, release_ref HAVING COUNT(*) > 1";
        assert!(snapshot.fetch(twice, args![police]).await.unwrap().is_empty());
        snapshot.close().await.unwrap();
    });
}

#[test]
fn a_parcel_that_was_touched_forged_or_meant_for_somebody_else_stays_outside() {
    in_each_house(async |house| {
        let genuine = sent(house.social()).await;
        for place in [0, genuine.len() / 3, genuine.len() - 1] {
            let mut touched = genuine.clone();
            touched[place] ^= 0x01;
            let reply = post(house, touched).await;
            assert_eq!((reply.status, reply.body.len()), (403, 0), "at {place}");
        }
        for nothing in [Vec::new(), b"{}".to_vec(), vec![0; 4096], genuine[..genuine.len() / 2].to_vec()] {
            assert_eq!(post(house, nothing).await.status, 403);
        }
        assert_eq!(post(house, vec![b'x'; samlad::transport::LARGEST_PARCEL + 1]).await.status, 413);

        // The social board's own keys under the school's name, to the police.
        let ((social, social_rooms), (police, police_rooms)) = (house.social(), house.police());
        let school = school(house).await;
        let keys = social_rooms.vault.authority(social).unwrap();
        let to = AuthorityPublic::of(&police_rooms.vault.authority(police).unwrap());
        let header = Header {
            id: ParcelId(SystemEntropy.id()),
            from: school,
            to: police,
            joint_ref: None,
            number: 1,
            kind: "release".to_owned(),
            sent: social_rooms.clock.now(),
        };
        if let Ok(forged) = parcel::seal(&header, &serde_json::json!({ "text": "Påhittat." }), &keys, &to) {
            let reply = post(house, forged).await;
            assert_eq!((reply.status, reply.body.len()), (403, 0));
        }
        // Under its own name, but with a number far ahead: not yet.
        let early = Header { from: social, number: 1 << 40, id: ParcelId(SystemEntropy.id()), ..header };
        let early = parcel::seal(&early, &serde_json::json!({}), &keys, &to).unwrap();
        assert_eq!(post(house, early).await.status, 409);
        assert_eq!(from(house, school).await, 0);
        crate::backends::logs::assert_sound(police, police_rooms).await;
    });
}

async fn school(house: &House) -> AuthorityId {
    let mut snapshot = house.police().1.store.system().await.unwrap();
    let authorities = store::directory::authorities(&mut snapshot).await.unwrap();
    snapshot.close().await.unwrap();
    authorities.iter().find(|row| !row.is_local).expect("the school is in the directory").id
}
