//! Business rows and entries stand or fall together.

use super::*;

#[tokio::test]
async fn a_refused_unit_rolls_back_alone() {
    for mode in MODES {
        let world = MemoryLog::start(mode).await;
        let unit = |record: u128, key: &'static str| {
            let prepared = vec![world.prepare(reading(record))];
            let log = world.log.clone();
            async move { log.record_with(reading(record), prepared, work(key)).await.map(|_| ()) }
        };
        unit(1, "measure 1").await.unwrap();
        let (stale, fresh) = tokio::join!(unit(2, "measure 1"), unit(3, "measure 3"));
        assert_eq!(stale, Err(CommitError::Refused(MemoryRefusal)), "{mode:?}");
        assert_eq!(fresh, Ok(()));
        assert!(world.ledger.has_key("measure 3"));
        assert!(!world.ledger.entries(board()).iter().any(|row| row.resource == Some(Uuid::from_u128(2))));
        assert_eq!(verified(&world).await.void_numbers, 0);
    }
}

#[tokio::test]
async fn a_unit_that_breaks_its_transaction_takes_no_neighbour_with_it() {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    let poison = world.log.record_with(reading(1), vec![world.prepare(reading(1))], work("poison"));
    let sound = world.log.record_with(reading(2), vec![world.prepare(reading(2))], work("sound"));
    let (poison, sound) = tokio::join!(poison, sound);
    assert_eq!(poison.map(|_| ()), Err(CommitError::Log(LogError::Unavailable)));
    drop(sound.unwrap());
    assert_eq!(verified(&world).await.size, 2);
}

#[tokio::test]
async fn the_same_entry_again_is_the_same_entry_and_another_under_its_id_is_an_error() {
    for mode in MODES {
        let world = MemoryLog::start(mode).await;
        let prepared = world.prepare(reading(1));
        let first = world.log.record(reading(1), prepared.clone()).await.unwrap().entry();
        assert_eq!(world.log.record(reading(1), prepared.clone()).await.unwrap().entry(), first);
        let other = reading(2).prepare(prepared.id(), monday_noon(), &SeededEntropy::new(5), &GlassSealer).unwrap();
        assert_eq!(world.log.record(reading(2), other).await.map(|_| ()), Err(LogError::Duplicate(first)));
        // Two at once, and a unit whose first answer never reached the caller.
        let twin = world.prepare(reading(3));
        let (a, b) =
            tokio::join!(world.log.record(reading(3), twin.clone()), world.log.record(reading(3), twin.clone()));
        assert_eq!((a.unwrap().entry(), b.unwrap().entry()), (twin.id(), twin.id()));
        let unit = vec![world.prepare(reading(4))];
        world.log.record_with(reading(4), unit.clone(), work("measure 4")).await.map(drop).unwrap();
        world.log.record_with(reading(4), unit, work("measure 4")).await.map(drop).unwrap();
        let readings = actions(&world).iter().filter(|(_, action)| *action == Action::ReadCase).count();
        assert_eq!(readings, 3, "{mode:?}");
        verified(&world).await;
    }
}

#[tokio::test]
async fn an_entry_about_something_else_records_nothing() {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    let about_another = world.prepare(reading(2));
    assert_eq!(world.log.record(reading(1), about_another).await.map(|_| ()), Err(LogError::Mismatch));
    let mut refused = reading(1);
    refused.outcome = Outcome::Denied;
    let as_refused = world.prepare(refused);
    assert_eq!(world.log.record(reading(1), as_refused).await.map(|_| ()), Err(LogError::Mismatch));
    assert_eq!(
        world.log.record_with(reading(1), Vec::new(), work("x")).await.map(|_| ()),
        Err(CommitError::Log(LogError::Mismatch))
    );
    assert!(world.ledger.entries(board()).is_empty());
}

#[tokio::test]
async fn history_is_told_in_order_or_not_at_all() {
    for mode in MODES {
        let world = MemoryLog::start(mode).await;
        let at = |days: i64| monday_noon().plus_days(days);
        world.log.record_as_of(reading(1), vec![world.prepare(reading(1))], None, at(-30)).await.map(drop).unwrap();
        world
            .log
            .record_as_of(reading(2), vec![world.prepare(reading(2))], Some(work("measure")), at(-20))
            .await
            .map(drop)
            .unwrap();
        let history = (0..300).map(|minute| (at(-19).plus_seconds(minute * 60), world.prepare(reading(3)))).collect();
        world.log.import(history, None).await.unwrap();
        let late = world.log.record_as_of(reading(4), vec![world.prepare(reading(4))], None, at(-25)).await.map(|_| ());
        assert!(matches!(late, Err(CommitError::Log(LogError::BeforeLast { .. }))), "{mode:?}: {late:?}");
        read_case(&world, 5).await.unwrap();
        let first = &world.ledger.entries(board())[0];
        assert_eq!((first.action, first.at), (Action::StartInstance, at(-30)));
        assert_eq!(verified(&world).await.size, 304);
    }
}

#[tokio::test]
async fn a_release_stands_in_the_senders_and_the_recipients_log_or_in_neither() {
    for mode in MODES {
        let world = MemoryLog::start(mode).await;
        let release = draft(board(), Action::DecideRelease);
        let receipt = draft(authority(2), Action::ReceiveParcel);
        let both = || vec![world.prepare(release.clone()), world.prepare(receipt.clone())];
        world.ledger.expect_mishaps([Mishap::None, Mishap::None, Mishap::Fail]);
        assert!(world.log.record_with(release.clone(), both(), work("parcel")).await.is_err());
        let count = |log| world.ledger.entries(log).len();
        assert_eq!((count(board()), count(authority(2))), (1, 1), "only the introductions");
        world.log.record_with(release.clone(), both(), work("parcel")).await.map(drop).unwrap();
        assert_eq!(
            (count(board()), count(authority(2))),
            (3, 3),
            "{mode:?}: and then the void numbers and the entries"
        );
        verified(&world).await;
    }
}

#[tokio::test]
async fn personal_data_is_in_the_opening_and_only_there() {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    let mut listing = draft(board(), Action::ListCases);
    listing.resource.listed = (0..100).map(Uuid::from_u128).collect();
    listing.subjects = (0..100).map(|subject| LogSubjectId(Uuid::from_u128(0xfeed_0000 + subject))).collect();
    listing.justification = Some(zeroize_text("Kim Exempelsson sågs vid skolan"));
    let prepared = world.prepare(listing.clone());
    world.log.record(listing.clone(), prepared).await.map(drop).unwrap();
    let row = world.ledger.entries(board()).pop().unwrap();
    let text = String::from_utf8(row.leaf.clone()).unwrap();
    assert!(text.len() < 1200, "{} bytes for a hundred ids", text.len());
    assert!(!text.contains("Kim") && !text.contains("feed"));
    let opening: Opening = serde_json::from_slice(&row.opening.unwrap().bytes).unwrap();
    assert_eq!(
        (opening.listed.len(), opening.justification.as_deref()),
        (100, Some("Kim Exempelsson sågs vid skolan"))
    );
    assert_eq!(leaf::read(&row.leaf).unwrap().commitments, audit_log::commitment::Commitments::of(&opening));
    let report = verified(&world).await;
    assert_eq!((report.withheld, report.erased), (1, 0));
    world.ledger.tamper(board(), |rows| rows.values_mut().for_each(|row| row.opening = None));
    assert_eq!(verified(&world).await.erased, 1, "an erased opening is counted; it is no error");
}
