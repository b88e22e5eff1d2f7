//! The conductor's own state: the rooms that it brings together, and what it was told at start.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use audit_log::{AccessLog, LogSigner};
use field_vault::{KeySubject, Vault};
use rbac_policy::{Policy, consent_rules::ConsentRules, legal_bases::LegalBases, measures::Measures};
use store::Store;
use vocabulary::{AuthorityId, Clock, Entropy, KeyId};

use crate::{courier::Transport, decided::Decided, policy_book::PolicyBook};

/// Every use case of Samlad, under one policy. Cheap to clone; all clones share one state.
///
/// A request takes a handle of its own ([`at`](Self::at), [`now`](Self::now)) and decides everything with that handle's policy. A handle that is kept over a
/// change of the policy is refused by its store: it fails, it never decides by what was in force before.
#[derive(Clone)]
pub struct Registry {
    inner: Arc<Inner>,
    /// The policy that this handle decides with.
    pub policy: Policy,
    /// The database. It gives this handle a snapshot only while that policy is in force.
    pub store: Store,
    pub(crate) decided: Decided,
}

struct Inner {
    rooms: Rooms,
    book: PolicyBook,
    newest: Mutex<HashMap<(AuthorityId, KeySubject), KeyId>>,
    sending: tokio::sync::Mutex<()>,
}

/// How many subjects' newest keys are remembered; beyond it the memory starts anew.
const REMEMBERED: usize = 20_000;

/// What a registry is made of.
pub struct Rooms {
    /// The database.
    pub store: Store,
    /// The access log over it.
    pub log: AccessLog<Store>,
    /// The keys.
    pub vault: Arc<Vault>,
    /// The compiled policy that the program or its folder brings; which one is in force stands in the database.
    pub policy: Policy,
    /// The legal bases.
    pub bases: LegalBases,
    /// The catalogue of measures.
    pub measures: Measures,
    /// Who must consent.
    pub consents: ConsentRules,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The signing keys of the logs that this instance signs. They never lie in the database.
    pub signers: HashMap<AuthorityId, LogSigner>,
    /// How parcels reach authorities that live in another instance.
    pub transport: Arc<dyn Transport>,
}

impl Registry {
    /// Brings the rooms together.
    #[must_use]
    pub fn new(rooms: Rooms) -> Self {
        let policy = rooms.policy.clone();
        let store = rooms.store.under_policy(policy.epoch());
        let book = PolicyBook::beginning_with(policy.clone());
        let (newest, sending) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { inner: Arc::new(Inner { rooms, book, newest, sending }), policy, store, decided: Decided::default() }
    }

    /// Whether the database answers and this instance holds the policy in force: for `/health/ready`.
    pub async fn is_ready(&self) -> bool {
        self.now().await.is_ok()
    }

    /// Where the decisions made through this handle are collected.
    #[must_use]
    pub fn decided(&self) -> Decided {
        self.decided.clone()
    }

    /// The policies that this instance holds.
    pub(crate) fn book(&self) -> &PolicyBook {
        &self.inner.book
    }

    /// A handle that decides with this policy and with no other.
    pub(crate) fn under(&self, policy: Policy) -> Self {
        let store = self.inner.rooms.store.under_policy(policy.epoch());
        Self { inner: Arc::clone(&self.inner), policy, store, decided: Decided::default() }
    }

    /// Held while a parcel gets its number and is committed: one sender at a time per process.
    pub(crate) fn sending_turn(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.sending
    }

    /// Which key is the newest of a subject, if it was used lately.
    pub(crate) fn remembered_key(&self, authority: AuthorityId, subject: KeySubject) -> Option<KeyId> {
        self.inner.newest.lock().unwrap_or_else(PoisonError::into_inner).get(&(authority, subject)).copied()
    }

    /// Remembers which key is the newest of a subject.
    pub(crate) fn remember_key(&self, authority: AuthorityId, subject: KeySubject, kid: KeyId) {
        let mut newest = self.inner.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.len() >= REMEMBERED {
            newest.clear();
        }
        newest.insert((authority, subject), kid);
    }

    /// Lets everything that was begun end, then closes the log.
    pub async fn shut_down(&self) {
        self.inner.rooms.log.clone().shutdown().await;
    }
}

impl core::ops::Deref for Registry {
    type Target = Rooms;

    fn deref(&self) -> &Rooms {
        &self.inner.rooms
    }
}
