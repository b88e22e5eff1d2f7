//! An instance that `samlad init` has set up, with a log of two years: some three hundred entries of 2012 and as many of this month.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use audit_log::signed::{Forgetful, SignedDirectory, SignedMemory};
use audit_log::testing::{GlassSealer, draft, service};
use audit_log::{AccessLog, LogSettings, LogSigner};
use samlad::config::Config;
use store::testing::{look, tamper};
use store::{Store, StoreOptions};
use tempfile::TempDir;
use uuid::Uuid;
use vocabulary::{
    Action, AuthorityId, Clock as _, Entropy as _, EntryId, LogSubjectId, SystemClock, SystemEntropy, Timestamp,
};

/// The whole instance in one folder. Copied, it is the same instance somewhere else.
pub(crate) struct Place {
    folder: PathBuf,
    _home: TempDir,
}

impl Place {
    /// Sets an instance up and lets it write.
    pub(crate) async fn set_up() -> Self {
        let home = tempfile::tempdir().unwrap();
        let place = Self { folder: home.path().join("samlad"), _home: home };
        let folder = place.folder.to_str().unwrap().to_owned();
        let made = samlad(&[
            "init",
            "--folder",
            &folder,
            "--kind",
            "social_board",
            "--phone",
            "031-390 06 10",
            "--administrator",
            "Nils Ahlqvist",
            "--name",
            "Nämnden",
        ]);
        assert!(made.status.success(), "{}", said(&made));
        place.forget_the_founding().await;
        place.write(&history(Timestamp::parse("2012-03-01T08:00:00Z").unwrap(), 300, 0), true).await;
        place
    }

    /// The month that this log ends with.
    pub(crate) fn this_month() -> Vec<(Timestamp, u128)> {
        history(SystemClock::new().now().plus_days(-20), 320, 1000)
    }

    /// The same instance as it stands now, in another folder.
    pub(crate) fn copied(&self) -> Self {
        let home = tempfile::tempdir().unwrap();
        let place = Self { folder: home.path().join("samlad"), _home: home };
        copy(&self.folder, &place.folder);
        place
    }

    /// The log begins when the tests say, not when the instance was founded: the founding's own entries go, the append-only rules stay.
    async fn forget_the_founding(&self) {
        let store = self.store().await;
        let rules = look(
            &store,
            "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name LIKE 'log\\_%' ESCAPE '\\'",
        )
        .await
        .unwrap();
        self.without_rules(&store).await;
        tamper(&store, "DELETE FROM log_entry; DELETE FROM log_tile; DELETE FROM log_checkpoint; DELETE FROM log_head")
            .await
            .unwrap();
        for rule in rules {
            tamper(&store, rule.leak()).await.unwrap();
        }
        store.close().await;
        fs::remove_dir_all(self.checkpoints()).unwrap();
        fs::create_dir_all(self.checkpoints()).unwrap();
    }

    async fn without_rules(&self, store: &Store) {
        let names = look(
            store,
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name LIKE 'log\\_%' ESCAPE '\\'",
        )
        .await
        .unwrap();
        for name in names {
            tamper(store, format!("DROP TRIGGER {name}").leak()).await.unwrap();
        }
    }

    /// Lets the service write history, and sign it. Only a service that remembers what it signed leaves that outside the database.
    pub(crate) async fn write(&self, history: &[(Timestamp, u128)], remembers: bool) {
        let (store, authority) = (self.store().await, self.authority());
        let signed: Arc<dyn SignedMemory> =
            if remembers { Arc::new(SignedDirectory::new(self.checkpoints())) } else { Arc::new(Forgetful::default()) };
        let settings = LogSettings { signed, ..LogSettings::new(service()) };
        let log =
            AccessLog::start(Arc::new(store.clone()), Arc::new(SystemClock::new()), Arc::new(SystemEntropy), settings)
                .await
                .unwrap();
        let entries = history.iter().map(|(at, record)| {
            let mut what = draft(authority, Action::ReadCase);
            what.resource.id = Some(Uuid::from_u128(*record));
            what.subjects = vec![LogSubjectId(Uuid::from_u128(0x5_0000 + record))];
            let id = EntryId(SystemEntropy.ordered_id(*at));
            (*at, what.prepare(id, *at, &SystemEntropy, &GlassSealer).unwrap())
        });
        log.import(entries.collect(), None).await.unwrap();
        log.sign_checkpoint(authority, &self.signer()).await.unwrap();
        log.shutdown().await;
        store.close().await;
    }

    /// Changes the database as its owner can, rules or no rules.
    pub(crate) async fn falsify(&self, sql: &str) {
        let store = self.store().await;
        self.without_rules(&store).await;
        let sql: &'static str = sql.to_owned().leak();
        tamper(&store, sql).await.unwrap();
        store.close().await;
    }

    pub(crate) async fn store(&self) -> Store {
        let options = StoreOptions { migrate: false, ..StoreOptions::default() };
        Store::open(&format!("sqlite:{}", self.folder.join("data").display()), options).await.unwrap()
    }

    pub(crate) fn config(&self) -> String {
        self.folder.join("samlad.toml").to_str().unwrap().to_owned()
    }

    fn read_config(&self) -> Config {
        Config::read(&self.folder.join("samlad.toml")).unwrap()
    }

    pub(crate) fn checkpoints(&self) -> PathBuf {
        self.read_config().log.checkpoints
    }

    /// The memory of what was signed, as a file.
    pub(crate) fn remembered(&self) -> PathBuf {
        self.checkpoints().join(format!("{}.checkpoint", self.authority()))
    }

    pub(crate) fn authority(&self) -> AuthorityId {
        self.read_config().authority[0].id
    }

    pub(crate) fn signer(&self) -> LogSigner {
        let config = self.read_config();
        let authority = &config.authority[0];
        let origin = case_registry::directory::log_origin(&config.instance.host, authority.id).unwrap();
        case_registry::directory::log_signer(&origin, &authority.log_seed.seed().unwrap()).unwrap()
    }

    /// `samlad audit verify`.
    pub(crate) fn verify(&self, more: &[&str]) -> Output {
        samlad(&[&["audit", "verify", "--json", "--config", &self.config()][..], more].concat())
    }

    /// `samlad audit export`.
    pub(crate) fn export(&self, to: &Path, more: &[&str]) -> Output {
        let (config, authority) = (self.config(), self.authority().to_string());
        let fixed = ["audit", "export", "--config", &config, "--authority", &authority, "--out", to.to_str().unwrap()];
        samlad(&[&fixed[..], more].concat())
    }
}

/// An entry every ten minutes.
fn history(from: Timestamp, entries: i64, first_record: u128) -> Vec<(Timestamp, u128)> {
    (0..entries).map(|at| (from.plus_seconds(at * 600), first_record + u128::try_from(at).unwrap())).collect()
}

pub(crate) fn samlad(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_samlad-under-test")).args(arguments).env("RUST_LOG", "off").output().unwrap()
}

/// `audit-verify DIR`, with the right key.
pub(crate) fn audit_verify(directory: &Path, place: &Place, more: &[&str]) -> Output {
    let key = place.signer().verifier().to_string();
    Command::new(env!("CARGO_BIN_EXE_audit-verify-under-test"))
        .arg(directory)
        .args(["--json", "--key", &key])
        .args(more)
        .output()
        .unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            // With its mode: keys are readable by their owner only.
            fs::copy(entry.path(), target).map(drop).unwrap();
        }
    }
}
