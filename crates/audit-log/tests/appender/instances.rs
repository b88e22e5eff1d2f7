//! Restarts, several processes, and databases that are not what they were.

use super::*;

#[tokio::test]
async fn the_first_entry_after_a_restart_names_the_last_one_before() {
    for mode in MODES {
        let world = MemoryLog::start(mode).await;
        read_case(&world, 1).await.unwrap();
        world.log.sequenced().await.unwrap();
        let last = world.ledger.head_of(board()).unwrap().last.unwrap();
        world.log.clone().shutdown().await;
        let entropy = Arc::new(SeededEntropy::new(2));
        let clock = Arc::new(FixedClock::at(monday_noon().plus_seconds(3600)));
        let log = AccessLog::start(
            Arc::clone(&world.ledger),
            Arc::clone(&clock) as _,
            Arc::clone(&entropy) as _,
            LogSettings::new(service()),
        )
        .await
        .unwrap();
        let again = MemoryLog { log, ledger: Arc::clone(&world.ledger), clock, entropy };
        read_case(&again, 2).await.unwrap();
        let previous: Vec<_> =
            world.ledger.entries(board()).iter().filter_map(|row| leaf::read(&row.leaf).unwrap().previous).collect();
        assert_eq!(
            previous.iter().map(|previous| (previous.instance, previous.sequence)).collect::<Vec<_>>(),
            [(last.instance, last.sequence)]
        );
        assert_eq!(verified(&again).await.instances, 2, "{mode:?}");
    }
}

#[tokio::test]
async fn two_processes_on_one_database_keep_one_tree() {
    for mode in MODES {
        let world = MemoryLog::start(mode).await;
        let other = MemoryLog {
            log: AccessLog::start(
                Arc::clone(&world.ledger),
                Arc::clone(&world.clock) as _,
                Arc::new(SeededEntropy::new(9)),
                LogSettings::new(service()),
            )
            .await
            .unwrap(),
            ledger: Arc::clone(&world.ledger),
            clock: Arc::clone(&world.clock),
            entropy: Arc::new(SeededEntropy::new(10)),
        };
        for record in 0..20 {
            let (a, b) = tokio::join!(read_case(&world, record), read_case(&other, record));
            a.unwrap();
            b.unwrap();
        }
        other.log.sequenced().await.unwrap();
        let report = verified(&world).await;
        assert_eq!((report.size, report.instances), (42, 2), "{mode:?}");
    }
}

#[tokio::test]
async fn a_leader_of_an_older_epoch_moves_nothing() {
    let world = MemoryLog::start(AppendMode::Outbox).await;
    read_case(&world, 1).await.unwrap();
    world.log.sequenced().await.unwrap();
    world.ledger.lead_by(None);
    read_case(&world, 2).await.unwrap();
    world.ledger.lead_by(Some(7));
    world.log.sequenced().await.unwrap();
    assert_eq!(world.ledger.head_of(board()).unwrap().fence, 7);
    let size = world.ledger.head_of(board()).unwrap().size;
    world.ledger.lead_by(Some(6));
    read_case(&world, 3).await.unwrap();
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.ledger.head_of(board()).unwrap().size, size);
    world.ledger.lead_by(Some(8));
    assert_eq!(verified(&world).await.size, size + 1);
}

#[tokio::test]
async fn a_database_from_an_old_backup_does_not_start() {
    let signed = Arc::new(Forgetful::default());
    let settings = || LogSettings { signed: Arc::clone(&signed) as _, ..LogSettings::new(service()) };
    let world = MemoryLog::over(Arc::new(MemoryLedger::new(AppendMode::Integrated)), settings()).await;
    for record in 0..5 {
        read_case(&world, record).await.unwrap();
    }
    world.log.sign_checkpoint(board(), &signer()).await.unwrap();
    world.log.clone().shutdown().await;
    assert_eq!(signed.all().unwrap().len(), 1);
    let start = |ledger: Arc<MemoryLedger>| {
        AccessLog::start(ledger, Arc::new(FixedClock::at(monday_noon())), Arc::new(SeededEntropy::new(4)), settings())
    };
    start(Arc::clone(&world.ledger)).await.unwrap().shutdown().await;
    let empty = start(Arc::new(MemoryLedger::new(AppendMode::Integrated))).await;
    assert_eq!(empty.map(|_| ()).unwrap_err(), LogError::NotAContinuation(board()));
    // A database that went another way after the backup, and is just as long.
    let forked = MemoryLog::start(AppendMode::Integrated).await;
    for record in 10..15 {
        read_case(&forked, record).await.unwrap();
    }
    assert_eq!(start(Arc::clone(&forked.ledger)).await.map(|_| ()).unwrap_err(), LogError::NotAContinuation(board()));
}

#[tokio::test]
async fn a_changed_tile_stops_the_start_and_a_rewritten_log_is_not_signed() {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    for record in 0..5 {
        read_case(&world, record).await.unwrap();
    }
    world.log.sign_checkpoint(board(), &signer()).await.unwrap();
    world.ledger.tamper_tile(board(), TileId { level: 0, index: 0 }, |bytes| bytes[40] ^= 1);
    assert_eq!(
        world.log.sign_checkpoint(board(), &signer()).await.map(|_| ()),
        Err(LogError::NotAContinuation(board()))
    );
    let again = AccessLog::start(
        Arc::clone(&world.ledger),
        Arc::new(FixedClock::at(monday_noon())),
        Arc::new(SeededEntropy::new(4)),
        LogSettings::new(service()),
    )
    .await;
    assert_eq!(again.map(|_| ()).unwrap_err(), LogError::Corrupt(board()));
}
