//! A writer of the log is killed in the middle of its work, again and again: what it had acknowledged is there, and the log is whole. The same with a ledger
//! that acknowledges before it commits shows that the check would notice. `SAMLAD_SOAK=1` makes a hundred rounds of it.

#![cfg(test)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use audit_log::testing::service;
use audit_log::{AccessLog, Ledger as _, LogSettings, LogSigner};
use store::testing::Scratch;
use store::{Store, StoreOptions};
use vocabulary::{AuthorityId, Entropy as _, EntryId, SystemClock, SystemEntropy};

/// A database to test on.
enum Backend {
    Sqlite,
    Postgres(String),
}

/// SQLite always, PostgreSQL where there is one; `SAMLAD_TEST_DATABASE` narrows it.
fn backends() -> Vec<Backend> {
    let only = std::env::var("SAMLAD_TEST_DATABASE").ok();
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    let server = store::testing::postgres_or_skipped().filter(|_| wanted("postgres"));
    wanted("sqlite").then_some(Backend::Sqlite).into_iter().chain(server.map(Backend::Postgres)).collect()
}

/// How many acknowledgements a round waits for before it kills.
const ACKNOWLEDGED: usize = 60;
/// So long after the last of them, in steps by round: the blow falls at another place each time.
const STEP: Duration = Duration::from_micros(700);
const PATIENCE: Duration = Duration::from_mins(2);

fn rounds() -> u32 {
    if std::env::var_os("SAMLAD_SOAK").is_some() { 100 } else { 5 }
}

/// A writer, and what it has acknowledged.
struct Writer {
    process: Child,
    acknowledged: mpsc::Receiver<EntryId>,
}

impl Writer {
    fn start(url: &str, authority: AuthorityId, mode: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_log-writer-under-test"))
            .args([url, &authority.to_string(), mode])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (said, acknowledged) = mpsc::channel();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            // A line that was cut by the blow was never heard by anybody.
            let ids = lines.map_while(Result::ok).filter_map(|line| line.parse().ok());
            for id in ids.map(EntryId) {
                if said.send(id).is_err() {
                    return;
                }
            }
        });
        Self { process, acknowledged }
    }

    /// Kills it in the middle of its work. What it had acknowledged until then.
    fn killed(mut self, round: u32) -> Vec<EntryId> {
        let mut entries = Vec::new();
        while entries.len() < ACKNOWLEDGED {
            entries.push(self.acknowledged.recv_timeout(PATIENCE).expect("the writer writes"));
        }
        std::thread::sleep(STEP * (round % 16));
        // SIGKILL: nothing of it runs any more.
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        entries.extend(self.acknowledged.iter());
        entries
    }
}

/// How many acknowledged entries were lost in all rounds, of how many.
async fn lost(backend: &Backend, mode: &str) -> (usize, usize) {
    let folder = tempfile::tempdir().unwrap();
    let scratch = match backend {
        Backend::Sqlite => None,
        Backend::Postgres(superuser) => Some(Scratch::migrated(superuser).await.unwrap()),
    };
    let url = scratch.as_ref().map_or_else(|| format!("sqlite:{}", folder.path().display()), |it| it.url().to_owned());
    Store::open(&url, StoreOptions::default()).await.unwrap().close().await;
    let authority = AuthorityId(SystemEntropy.id());
    let key = LogSigner::new("samlad.test/log/killed", &[7; 32]).unwrap();
    let (mut lost, mut acknowledged) = (0, 0);
    for round in 0..rounds() {
        let entries = Writer::start(&url, authority, mode).killed(round);
        let store = Store::open(&url, StoreOptions { migrate: false, ..StoreOptions::default() }).await.unwrap();
        for entry in &entries {
            lost += usize::from(store.holds(authority, *entry).await.unwrap().is_none());
        }
        acknowledged += entries.len();
        // Whatever was lost was never in the tree; the log that is there is whole, with or without it.
        let settings = LogSettings { deadline: Duration::from_mins(1), ..LogSettings::new(service()) };
        let log =
            AccessLog::start(Arc::new(store.clone()), Arc::new(SystemClock::new()), Arc::new(SystemEntropy), settings)
                .await
                .unwrap();
        log.sequenced().await.unwrap();
        // What a dead instance left in the outbox is moved by whoever leads now.
        while !waiting(&store, authority).await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        log.sign_checkpoint(authority, &key).await.unwrap();
        log.verify(authority, &key.verifier(), &|_, _| {}).await.unwrap();
        log.shutdown().await;
        store.close().await;
    }
    (lost, acknowledged)
}

/// Whether nothing waits outside the tree.
async fn waiting(store: &Store, authority: AuthorityId) -> bool {
    let mut tx = store.begin().await.unwrap();
    store.take_unsequenced(&mut tx, authority, 1).await.unwrap().is_empty()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_writer_loses_nothing_that_it_acknowledged_and_the_check_would_notice() {
    for backend in backends() {
        let name = if matches!(backend, Backend::Sqlite) { "SQLite" } else { "PostgreSQL" };
        let (lost_sound, of) = lost(&backend, "sound").await;
        eprintln!("{name}: {lost_sound} of {of} acknowledged entries lost in {} kills", rounds());
        assert_eq!(lost_sound, 0, "{name}: {lost_sound} of {of} acknowledged entries are gone");
        let (lost_early, of) = lost(&backend, "early").await;
        eprintln!("{name}, acknowledging before the commit: {lost_early} of {of} lost");
        assert!(lost_early > 0, "{name}: the negative control lost nothing of {of}: this check cannot fail");
    }
}
