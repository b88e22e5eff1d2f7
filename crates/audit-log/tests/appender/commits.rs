//! One commit for many, an answer for each.

use super::*;

#[tokio::test]
async fn sixty_four_officers_at_once_are_answered_by_a_few_commits() {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    read_case(&world, 0).await.unwrap();
    let before = world.ledger.commits();
    let hold = world.ledger.hold().await;
    let officers: Vec<_> = (1..=64)
        .map(|record| {
            let (log, prepared) = (world.log.clone(), world.prepare(reading(record)));
            tokio::spawn(async move { log.record(reading(record), prepared).await.map(|recorded| recorded.entry()) })
        })
        .collect();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    drop(hold);
    let mut ids = std::collections::BTreeSet::new();
    for officer in officers {
        ids.insert(officer.await.unwrap().unwrap());
    }
    assert_eq!(ids.len(), 64);
    assert!(world.ledger.commits() - before <= 2, "one commit in progress, one for all who waited");
    assert_eq!(verified(&world).await.size, 66);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_writers_with_units_of_work_leave_a_whole_log() {
    for mode in MODES {
        let world = Arc::new(MemoryLog::start(mode).await);
        let writers: Vec<_> = (0..64_u128)
            .map(|writer| {
                let world = Arc::clone(&world);
                tokio::spawn(async move {
                    for turn in 0..8 {
                        let record = writer * 8 + turn;
                        if turn % 2 == 0 {
                            read_case(&world, record).await.unwrap();
                        } else {
                            let prepared = vec![world.prepare(reading(record))];
                            world
                                .log
                                .record_with(reading(record), prepared, work(&format!("row {record}")))
                                .await
                                .map(drop)
                                .unwrap();
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let report = verified(&world).await;
        assert_eq!((report.size, report.open_numbers, report.void_numbers), (64 * 8 + 1, 0, 0), "{mode:?}");
    }
}

#[tokio::test]
async fn a_failed_commit_answers_every_waiter_and_leaves_the_tree_where_it_was() {
    for mode in MODES {
        let world = MemoryLog::start(mode).await;
        read_case(&world, 1).await.unwrap();
        world.log.sequenced().await.unwrap();
        let head = world.ledger.head_of(board());
        world.ledger.expect_mishaps([Mishap::Fail]);
        let (first, second) = tokio::join!(read_case(&world, 2), read_case(&world, 3));
        assert_eq!((first, second), (Err(LogError::Unavailable), Err(LogError::Unavailable)), "{mode:?}");
        assert_eq!(world.ledger.head_of(board()), head);
        read_case(&world, 4).await.unwrap();
        assert_eq!(
            actions(&world),
            [(1, Action::StartInstance), (2, Action::ReadCase), (5, Action::VoidNumbers), (6, Action::ReadCase)]
        );
        let void = world.ledger.entries(board()).into_iter().find(|row| row.action == Action::VoidNumbers).unwrap();
        assert_eq!(leaf::read(&void.leaf).unwrap().void, [(3, 4)]);
        assert_eq!(verified(&world).await.void_numbers, 2);
    }
}

#[tokio::test]
async fn an_access_is_logged_although_its_request_was_dropped() {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    read_case(&world, 1).await.unwrap();
    let hold = world.ledger.hold().await;
    let (log, prepared) = (world.log.clone(), world.prepare(reading(2)));
    let id = prepared.id();
    let request = tokio::spawn(async move { log.record(reading(2), prepared).await.map(|_| ()) });
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    drop(hold);
    world.log.clone().shutdown().await;
    assert!(world.ledger.entries(board()).iter().any(|row| row.id == id));
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_up() {
    for mode in MODES {
        let world = MemoryLog::start(mode).await;
        read_case(&world, 1).await.unwrap();
        world.log.sequenced().await.unwrap();
        world.ledger.expect_mishaps([Mishap::LoseAnswer]);
        read_case(&world, 2).await.unwrap();
        world.log.sequenced().await.unwrap();
        world.ledger.expect_mishaps([Mishap::LoseCommit]);
        assert_eq!(read_case(&world, 3).await, Err(LogError::Unavailable));
        read_case(&world, 4).await.unwrap();
        let report = verified(&world).await;
        assert_eq!((report.size, report.void_numbers), (5, 1), "{mode:?}");
    }
}

#[tokio::test]
async fn contention_is_no_reason_to_refuse_anybody() {
    for mode in MODES {
        let world = MemoryLog::start(mode).await;
        world.ledger.expect_mishaps([Mishap::Busy]);
        read_case(&world, 1).await.unwrap();
        world.log.sequenced().await.unwrap();
        world.ledger.expect_mishaps([Mishap::Busy, Mishap::Busy]);
        read_case(&world, 2).await.unwrap();
        verified(&world).await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_is_refused_and_the_entry_is_written_all_the_same() {
    let world = MemoryLog::start(AppendMode::Integrated).await;
    read_case(&world, 1).await.unwrap();
    let hold = world.ledger.hold().await;
    let patient = LogSettings::new(service()).deadline + Duration::from_millis(1);
    let waiting = world.log.record(reading(2), world.prepare(reading(2)));
    let answer = tokio::time::timeout(patient, waiting).await.unwrap().map(|_| ());
    assert_eq!(answer, Err(LogError::Unavailable));
    drop(hold);
    read_case(&world, 3).await.unwrap();
    verified(&world).await;
}
