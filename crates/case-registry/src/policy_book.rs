//! The policies that this instance holds, and how it comes to hold the one in force.
//!
//! Which policy decides is a row of the database. Every request compares its epoch in the snapshots that it reads anyway; an instance that does not hold
//! that policy yet takes its texts from the database, checks them like any other and only then answers. One that cannot is not ready.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use rbac_policy::{CandidatePolicy, CurrentPolicy, Policy, PolicyTexts};
use store::policy::{PolicyDigest, PolicyRow};

use crate::{Registry, RegistryError};

/// What is held in memory.
pub(crate) struct PolicyBook {
    current: CurrentPolicy,
    /// Policies that were checked and may come into force next.
    checked: Mutex<Vec<Policy>>,
    /// Where a reload reads from.
    folder: OnceLock<PathBuf>,
    /// One request at a time catches up; the others wait for it.
    catching_up: tokio::sync::Mutex<()>,
}

/// How many checked policies are remembered.
const REMEMBERED: usize = 4;

impl PolicyBook {
    pub(crate) fn beginning_with(policy: Policy) -> Self {
        Self {
            checked: Mutex::new(vec![policy.clone()]),
            current: CurrentPolicy::new(policy),
            folder: OnceLock::new(),
            catching_up: tokio::sync::Mutex::default(),
        }
    }

    /// Where a reload reads from, if this instance was given a folder.
    pub(crate) fn folder(&self) -> Option<&PathBuf> {
        self.folder.get()
    }

    /// Says where a reload reads from; the first word stands.
    pub(crate) fn read_from(&self, folder: PathBuf) {
        // A second start of the same rooms would name the same folder.
        let _ = self.folder.set(folder);
    }

    /// Keeps a policy that passed its checks.
    pub(crate) fn remember(&self, policy: &Policy) {
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        if checked.iter().all(|known| known.digest() != policy.digest()) {
            if checked.len() >= REMEMBERED {
                checked.remove(0);
            }
            checked.push(policy.clone());
        }
    }

    fn checked(&self, digest: PolicyDigest) -> Option<Policy> {
        let checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        checked.iter().find(|policy| policy.digest() == digest).cloned()
    }
}

impl Registry {
    /// A handle for a request that found this epoch when it was recognised.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] when this instance does not hold the policy in force.
    pub async fn at(&self, epoch: i64) -> Result<Self, RegistryError> {
        let current = self.book().current.get();
        if current.epoch() == epoch { Ok(self.under(current)) } else { self.now().await }
    }

    /// A handle under the policy that is in force now, whatever this one decides with.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] when the database does not answer, or holds a policy that this program cannot use.
    pub async fn now(&self) -> Result<Self, RegistryError> {
        let _turn = self.book().catching_up.lock().await;
        let Some(row) = self.policy_row().await? else { return Ok(self.under(self.book().current.get())) };
        let current = self.book().current.get();
        if (current.epoch(), current.digest()) == (row.epoch, row.digest) {
            return Ok(self.under(current));
        }
        let policy = self.policy_of(row.digest).await?.at_epoch(row.epoch);
        if self.book().current.replace(policy.clone()).is_err() {
            tracing::error!(
                held = current.epoch(),
                found = row.epoch,
                "the database holds an older access policy than this instance: it was restored; start the instance anew"
            );
            return Err(RegistryError::Unavailable);
        }
        tracing::info!(epoch = row.epoch, digest = hexadecimal(row.digest), "another access policy is in force");
        Ok(self.under(policy))
    }

    /// The row that says which policy is in force; none before the first start.
    pub(crate) async fn policy_row(&self) -> Result<Option<PolicyRow>, RegistryError> {
        let mut snapshot = self.store.system().await?;
        let row = store::policy::state(&mut snapshot).await?;
        snapshot.close().await?;
        Ok(row)
    }

    /// A policy by its digest: held already, or from its texts, which are checked like any other.
    pub(crate) async fn policy_of(&self, digest: PolicyDigest) -> Result<Policy, RegistryError> {
        if let Some(policy) = self.book().checked(digest) {
            return Ok(policy);
        }
        let mut snapshot = self.store.system().await?;
        let texts = store::policy::text(&mut snapshot, digest).await?;
        snapshot.close().await?;
        let lacking = |why: String| {
            tracing::error!(
                digest = hexadecimal(digest),
                why,
                "this instance does not hold the access policy in force"
            );
            RegistryError::Unavailable
        };
        let texts = texts.ok_or_else(|| lacking("its texts are not in the database".to_owned()))?;
        let texts = PolicyTexts {
            model: texts.model,
            policy: texts.policy,
            vocabulary: texts.vocabulary,
            invariants: texts.invariants,
        };
        let built = apart(move || CandidatePolicy::of_texts(texts)).await?;
        let candidate = built.map_err(|error| lacking(error.to_string()))?;
        if candidate.digest() != digest {
            return Err(lacking("its texts in the database are not those that were taken in".to_owned()));
        }
        self.book().remember(candidate.policy());
        Ok(candidate.policy().clone())
    }
}

/// Work that would hold up other requests, on a thread of its own.
pub(crate) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, RegistryError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| RegistryError::Internal("a policy check ended by a panic"))
}

/// As it is shown and typed.
pub(crate) fn hexadecimal(digest: PolicyDigest) -> String {
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    nibbles.filter_map(|nibble| char::from_digit(u32::from(nibble), 16)).collect()
}

/// Reads what [`hexadecimal`] wrote.
pub(crate) fn digest_of(text: &str) -> Option<PolicyDigest> {
    let mut digest = [0; 32];
    let nibbles: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|n| u8::try_from(n).ok())).collect::<Option<_>>()?;
    if nibbles.len() != 64 {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(nibbles.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = (high << 4) | low;
    }
    Some(digest)
}
