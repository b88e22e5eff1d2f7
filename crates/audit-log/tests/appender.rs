//! What the appender promises, told against a ledger that can be told to fail.

#![cfg(test)]

use std::sync::Arc;
use std::time::Duration;

use audit_log::signed::{Forgetful, SignedMemory as _};
use audit_log::testing::{
    GlassSealer, MemoryLedger, MemoryLog, MemoryRefusal, MemoryWork, Mishap, authority, draft, monday_noon, service,
};
use audit_log::tile::TileId;
use audit_log::{
    AccessLog, AnonymousKey, AppendMode, CommitError, EntryDraft, LogError, LogSettings, LogSigner, Opening, Outcome,
    Prepared, Recordable as _, Verification, leaf,
};
use uuid::Uuid;
use vocabulary::{Action, AuthorityId, Clock as _, Entropy as _, EntryId, FixedClock, LogSubjectId, SeededEntropy};

const MODES: [AppendMode; 2] = [AppendMode::Integrated, AppendMode::Outbox];

fn board() -> AuthorityId {
    authority(1)
}

fn reading(record: u128) -> EntryDraft {
    let mut draft = draft(board(), Action::ReadCase);
    draft.resource.id = Some(Uuid::from_u128(record));
    draft
}

fn signer() -> LogSigner {
    LogSigner::new("samlad.test/audit/board", &[3; 32]).unwrap()
}

fn work(key: &str) -> MemoryWork {
    MemoryWork(vec![key.to_owned()])
}

async fn read_case(world: &MemoryLog, record: u128) -> Result<EntryId, LogError> {
    let prepared = world.prepare(reading(record));
    world.log.record(reading(record), prepared).await.map(|recorded| recorded.entry())
}

async fn verified(world: &MemoryLog) -> Verification {
    world.log.sequenced().await.map(drop).unwrap();
    world.log.sign_checkpoint(board(), &signer()).await.unwrap();
    world.log.verify(board(), &signer().verifier(), &|_, _| {}).await.unwrap()
}

fn actions(world: &MemoryLog) -> Vec<(i64, Action)> {
    world.ledger.entries(board()).iter().map(|row| (row.sequence, row.action)).collect()
}

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

fn zeroize_text(text: &str) -> zeroize::Zeroizing<String> {
    zeroize::Zeroizing::new(text.to_owned())
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

#[test]
fn the_draft_of_a_draft_is_itself() {
    let prepared: Prepared = reading(1)
        .draft()
        .prepare(
            EntryId(SeededEntropy::new(1).ordered_id(FixedClock::at(monday_noon()).now())),
            monday_noon(),
            &SeededEntropy::new(1),
            &GlassSealer,
        )
        .unwrap();
    assert_eq!(prepared.action(), Action::ReadCase);
}
