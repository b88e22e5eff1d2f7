//! The end of the log's term: whole bundles go, by the one who may, after an entry that says so; every proof still holds.

use std::sync::Arc;

use audit_log::export::{DirectorySink, export};
use audit_log::proof::{ProofPlan, check_inclusion};
use audit_log::testing::{GlassSealer, draft, monday_noon, service};
use audit_log::tile::TileSet;
use audit_log::verify::{directory, in_place};
use audit_log::{AccessLog, Hash, Ledger as _, LogSettings, LogSigner, Trust, Withhold, tree};
use store::testing::{look, tamper};
use store::{Backend, Store, StoreError};
use vocabulary::{
    Action, AuthorityId, Clock, Entropy as _, EntryId, FixedClock, LogSubjectId, SystemEntropy, Timestamp,
};

use crate::support::{both, people, postgres};

fn signer() -> LogSigner {
    LogSigner::new("samlad.test/log/one", &[7; 32]).unwrap()
}

async fn start(store: &Store) -> AccessLog<Store> {
    let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(monday_noon()));
    let settings = LogSettings { deadline: std::time::Duration::from_mins(1), ..LogSettings::new(service()) };
    AccessLog::start(Arc::new(store.clone()), clock, Arc::new(SystemEntropy), settings).await.unwrap()
}

fn prepared(social: AuthorityId, action: Action, at: Timestamp, below: Option<i64>) -> audit_log::Prepared {
    let mut what = draft(social, action);
    what.subjects = vec![LogSubjectId(SystemEntropy.id())];
    if let Some(below) = below {
        what.resource.version = Some(below);
        what.subjects.clear();
    }
    what.prepare(EntryId(SystemEntropy.ordered_id(at)), at, &SystemEntropy, &GlassSealer).unwrap()
}

/// A log of 700 entries, one an hour, up to this Monday at noon.
async fn written(log: &AccessLog<Store>, social: AuthorityId) {
    let history = (0..699).map(|hour| {
        let at = monday_noon().plus_seconds(3600 * (hour - 700));
        (at, prepared(social, Action::ReadCase, at, None))
    });
    log.import(history.collect(), None).await.unwrap();
    signed(log, social).await;
}

async fn signed(log: &AccessLog<Store>, social: AuthorityId) {
    log.sequenced().await.unwrap();
    log.sign_checkpoint(social, &signer()).await.unwrap();
}

async fn inclusion(store: &Store, social: AuthorityId, index: u64, size: u64) -> Vec<Hash> {
    let plan = ProofPlan::inclusion(index, size).unwrap();
    let tiles: TileSet = store.tiles(social, &plan.tiles()).await.unwrap().into_iter().collect();
    plan.hashes(&tiles).unwrap()
}

async fn declared(log: &AccessLog<Store>, social: AuthorityId, below: i64) {
    let mut what = draft(social, Action::PruneLog);
    what.resource.version = Some(below);
    let prepared = prepared(social, Action::PruneLog, monday_noon(), Some(below));
    drop(log.record(what, prepared).await.unwrap());
    signed(log, social).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_pruned_is_logged_first_and_every_proof_still_holds() {
    for place in both().await {
        let social = people().social;
        let store = &place.store;
        let log = start(store).await;
        written(&log, social).await;
        let trust = || Trust::in_key(signer().verifier());
        let (before, places) = in_place(store, social, trust(), &Withhold, &|_, _| {}).await.unwrap();
        assert_eq!((before.size, before.pruned, places.at_or_below(700)), (700, 0, 512));
        let early = store.checkpoint(social).await.unwrap().unwrap();
        let leaf = tree::leaf_hash(&store.leaves(social, 300, 1).await.unwrap()[0].leaf);
        let proof = inclusion(store, social, 300, 700).await;

        let undeclared = store.prune_log(social, 512, None, &|_, _| {}).await;
        assert!(undeclared.is_err(), "no entry says so: {undeclared:?}");
        declared(&log, social, 512).await;
        assert!(store.prune_log(social, 256, None, &|_, _| {}).await.is_err(), "another place than the entry names");
        assert_eq!(store.leaves(social, 0, 1000).await.unwrap().len(), 701);
        assert_eq!(store.prune_log(social, 512, None, &|_, _| {}).await, Ok(512));
        assert_eq!(store.prune_log(social, 512, None, &|_, _| {}).await, Ok(0), "a second run finds nothing left");

        let rest = store.leaves(social, 0, 1000).await.unwrap();
        assert_eq!((rest.len(), rest[0].index), (189, 512));
        // With their openings and index rows.
        let beside = match store.backend() {
            Backend::Sqlite => {
                "SELECT (SELECT count(*) FROM log_opening) || ' ' || (SELECT count(*) FROM log_entry_subject)"
            }
            Backend::Postgres => {
                "SELECT (SELECT count(*) FROM log_opening)::text || ' ' || (SELECT count(*) FROM log_entry_subject)::text"
            }
        };
        assert_eq!(look(store, beside).await.unwrap(), ["188 188"]);
        assert_eq!(inclusion(store, social, 300, 700).await, proof, "a deleted entry is still provable by its hash");
        check_inclusion(leaf, 300, 700, &proof, before.root).unwrap();

        // A verifier goes on from where retention has left off, and knows what it knew.
        let known = trust().knowing(&early).unwrap();
        let (after, _) = in_place(store, social, known, &Withhold, &|_, _| {}).await.unwrap();
        assert_eq!((after.size, after.first, after.end, after.pruned), (701, 512, 701, 512));
        let home = tempfile::tempdir().unwrap();
        let mut sink = DirectorySink::new(home.path());
        export(store, social, &signer().verifier(), None, &Withhold, &mut sink, &|_, _| {}).await.unwrap();
        let exported = directory::verify(home.path(), trust(), &|_, _| {}).unwrap();
        assert_eq!((exported.first, exported.pruned, exported.root), (512, 512, after.root));

        // The service goes on, and starts again.
        let what = draft(social, Action::ReadCase);
        drop(log.record(what.clone(), prepared_like(&what)).await.unwrap());
        log.shutdown().await;
        let again = start(store).await;
        drop(again.record(what.clone(), prepared_like(&what)).await.unwrap());
        signed(&again, social).await;
        in_place(store, social, trust(), &Withhold, &|_, _| {}).await.unwrap();
        again.shutdown().await;
    }
}

fn prepared_like(what: &audit_log::EntryDraft) -> audit_log::Prepared {
    let id = EntryId(SystemEntropy.ordered_id(monday_noon()));
    what.clone().prepare(id, monday_noon(), &SystemEntropy, &GlassSealer).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_after_the_pruned_ones_cannot_be_taken_out_unseen() {
    let place = crate::support::sqlite().await;
    let social = people().social;
    let log = start(&place.store).await;
    written(&log, social).await;
    declared(&log, social, 256).await;
    place.store.prune_log(social, 256, None, &|_, _| {}).await.unwrap();
    tamper(&place.store, "DROP TRIGGER log_entry_outlives_its_case; DELETE FROM log_entry WHERE leaf_index < 300")
        .await
        .unwrap();
    let trust = Trust::in_key(signer().verifier());
    let found = in_place(&place.store, social, trust, &Withhold, &|_, _| {}).await.map(|(found, _)| found.size);
    assert_eq!(found, Err(audit_log::VerifyError::Deleted { index: 256 }));
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_but_retention_moves_the_place_or_deletes() {
    const DENIED: &[&str] = &[
        "SET ROLE samlad_app; UPDATE log_head SET pruned = 256",
        "SET ROLE samlad_app; DELETE FROM log_entry",
        "SET ROLE samlad_app; DELETE FROM log_opening",
        "SET ROLE samlad_app; DELETE FROM log_tile",
        "SET ROLE samlad_sequencer; UPDATE log_head SET pruned = 256",
        "SET ROLE samlad_sequencer; DELETE FROM log_entry",
        "SET ROLE samlad_sequencer; DELETE FROM log_tile",
        "SET ROLE samlad_auditor; UPDATE log_head SET pruned = 256",
        "SET ROLE samlad_auditor; DELETE FROM log_entry",
        "SET ROLE samlad_retention; UPDATE log_head SET size = 1",
        "SET ROLE samlad_retention; UPDATE log_head SET root = ''",
        "SET ROLE samlad_retention; DELETE FROM log_tile",
        "SET ROLE samlad_retention; DELETE FROM log_head",
        "SET ROLE samlad_retention; DELETE FROM log_checkpoint",
        "SET ROLE samlad_retention; INSERT INTO log_entry (authority_id) VALUES (gen_random_uuid())",
    ];
    let Some(place) = postgres().await else { return };
    for sql in DENIED {
        let outcome = tamper(&place.store, sql).await;
        assert!(matches!(outcome, Err(StoreError::Denied(_))), "{sql}: {outcome:?}");
    }
}
