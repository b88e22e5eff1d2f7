//! Full queues and anonymous floods.

use super::*;

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_an_anonymous_flood_fills_only_its_own() {
    let settings = LogSettings { queue: 2, anonymous_queue: 1, ..LogSettings::new(service()) };
    let world = MemoryLog::over(Arc::new(MemoryLedger::new(AppendMode::Integrated)), settings).await;
    read_case(&world, 0).await.unwrap();
    let hold = world.ledger.hold().await;
    let spawn = |record: u128| {
        let (log, prepared) = (world.log.clone(), world.prepare(reading(record)));
        tokio::spawn(async move { log.record(reading(record), prepared).await.map(|_| ()) })
    };
    let in_progress = spawn(1);
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    for address in 0..8_u8 {
        let (log, prepared) = (world.log.clone(), world.prepare(draft(board(), Action::SignIn)));
        tokio::spawn(async move { log.record_anonymous(AnonymousKey([address; 16]), prepared).await });
    }
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    let waiting = [spawn(2), spawn(3)];
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert_eq!(spawn(4).await.unwrap(), Err(LogError::Unavailable));
    drop(hold);
    in_progress.await.unwrap().unwrap();
    for waiting in waiting {
        waiting.await.unwrap().unwrap();
    }
    verified(&world).await;
}

#[tokio::test]
async fn a_thousand_attempts_from_one_address_are_two_entries() {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    let mut attempt = draft(board(), Action::SignIn);
    attempt.outcome = Outcome::Denied;
    for _ in 0..1000 {
        let prepared = world.prepare(attempt.clone());
        world.log.record_anonymous(AnonymousKey([9; 16]), prepared).await.unwrap();
    }
    let other = world.prepare(attempt.clone());
    world.log.record_anonymous(AnonymousKey([8; 16]), other).await.unwrap();
    world.clock.set(monday_noon().plus_seconds(61));
    read_case(&world, 1).await.unwrap();
    let rows = world.ledger.entries(board());
    let folds: Vec<u64> =
        rows.iter().filter_map(|row| leaf::read(&row.leaf).unwrap().fold).map(|fold| fold.count).collect();
    assert_eq!((rows.len(), folds), (5, vec![999]), "start, two first attempts, one count, the reading");
    verified(&world).await;
}

#[tokio::test]
async fn counts_are_written_when_the_service_stops_and_kept_when_the_log_fails() {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    for _ in 0..3 {
        let prepared = world.prepare(draft(board(), Action::SignIn));
        world.log.record_anonymous(AnonymousKey([9; 16]), prepared).await.unwrap();
    }
    world.clock.set(monday_noon().plus_seconds(61));
    world.ledger.expect_mishaps([Mishap::Fail]);
    assert_eq!(read_case(&world, 1).await, Err(LogError::Unavailable));
    world.log.clone().shutdown().await;
    let counts: Vec<u64> = world
        .ledger
        .entries(board())
        .iter()
        .filter_map(|row| leaf::read(&row.leaf).unwrap().fold)
        .map(|fold| fold.count)
        .collect();
    assert_eq!(counts, [2]);
    assert_eq!(
        read_case(&world, 2).await,
        Err(LogError::Unavailable),
        "after the end nothing is recorded, so nothing is released"
    );
}
