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

/// A disk as a test wants it.
struct Disk(std::sync::Mutex<Room>);

impl Gauge for Disk {
    fn room(&self) -> Room {
        *self.0.lock().unwrap()
    }
}

#[tokio::test]
async fn on_a_nearly_full_disk_changes_stop_and_reading_goes_on_until_the_reserve_is_gone() {
    for mode in MODES {
        let disk = Arc::new(Disk(std::sync::Mutex::new(Room::Enough)));
        let settings = LogSettings { gauge: Arc::clone(&disk) as _, ..LogSettings::new(service()) };
        let world = MemoryLog::over(Arc::new(MemoryLedger::new(mode)), settings).await;
        let change = |record: u128, key: &'static str| {
            let prepared = vec![world.prepare(reading(record))];
            let log = world.log.clone();
            async move { log.record_with(reading(record), prepared, work(key)).await.map(|_| ()) }
        };
        let knock = || {
            let prepared = world.prepare(draft(board(), Action::SignIn));
            world.log.record_anonymous(AnonymousKey([1; 16]), prepared)
        };
        change(1, "measure 1").await.unwrap();
        *disk.0.lock().unwrap() = Room::Reserve;
        assert_eq!(change(2, "measure 2").await, Err(CommitError::Log(LogError::NoRoom)));
        read_case(&world, 3).await.unwrap();
        knock().await.unwrap();
        *disk.0.lock().unwrap() = Room::None;
        assert_eq!(change(4, "measure 4").await, Err(CommitError::Log(LogError::NoRoom)));
        assert_eq!(read_case(&world, 5).await, Err(LogError::NoRoom), "what cannot be recorded is not released");
        *disk.0.lock().unwrap() = Room::Enough;
        change(6, "measure 6").await.unwrap();
        assert!(world.ledger.has_key("measure 6") && !world.ledger.has_key("measure 2"));
        verified(&world).await;
    }
}

#[tokio::test]
async fn an_anonymous_flood_from_ten_thousand_addresses_keeps_nobody_waiting_and_stays_small() {
    let world = Arc::new(MemoryLog::start(AppendMode::Integrated).await);
    read_case(&world, 0).await.unwrap();
    let flood: Vec<_> = (0..10_000_u32)
        .map(|address| {
            let (log, prepared) = (world.log.clone(), world.prepare(draft(board(), Action::SignIn)));
            let mut key = [0; 16];
            key[..4].copy_from_slice(&address.to_be_bytes());
            tokio::spawn(async move { log.record_anonymous(AnonymousKey(key), prepared).await })
        })
        .collect();
    let readers: Vec<_> = (0..64_u128)
        .map(|record| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { read_case(&world, record).await })
        })
        .collect();
    for reader in readers {
        reader.await.unwrap().expect("nobody who has signed in is turned away");
    }
    for attempt in flood {
        // Whoever has not signed in may be; nothing is released to them either way.
        assert!(matches!(attempt.await.unwrap(), Ok(()) | Err(LogError::Unavailable)));
    }
    let readings = actions(&world).iter().filter(|(_, action)| *action == Action::ReadCase).count();
    let attempts = actions(&world).iter().filter(|(_, action)| *action == Action::SignIn).count();
    assert_eq!(readings, 65);
    // One for each of as many addresses as are told apart in a minute, and those that were under way together.
    assert!(attempts <= 1024 + 128, "{attempts} entries of a flood");
    verified(&world).await;
}
