//! What runs beside the requests: signatures, parcels that wait, legal clocks, sessions that are over, drafts left lying, keys that lie idle.

use std::collections::HashMap;
use std::time::Duration;

use audit_log::Ledger as _;
use case_registry::Registry;
use tokio::sync::watch;
use tokio::task::JoinSet;
use vocabulary::AuthorityId;

use super::Instance;

/// How often each job runs.
#[derive(Clone, Copy)]
pub(super) struct Rhythm {
    /// Between two signatures of a log that has grown.
    pub(super) sign: Duration,
    /// Between two attempts at parcels that wait.
    pub(super) deliver: Duration,
    /// Between two looks at the legal clocks. They turn at midnight in Stockholm; decisions never wait for this job, it only brings the lists up to date.
    pub(super) clocks: Duration,
    /// Between two sweeps of sessions, old drafts and idle keys.
    pub(super) sweep: Duration,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            sign: Duration::from_secs(5),
            deliver: Duration::from_secs(10),
            clocks: Duration::from_mins(10),
            sweep: Duration::from_mins(1),
        }
    }
}

/// Starts the jobs. They end when `stop` becomes true, after what they are doing.
pub(super) fn start(instance: &Instance, rhythm: Rhythm, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    let locals = instance.locals().to_vec();
    let idle_seconds = instance.idle_seconds;
    let draft_days = instance.draft_days;

    let (registry, mut stopped) = (instance.registry.clone(), stop.clone());
    jobs.spawn(async move {
        let mut signed = HashMap::new();
        while pause(rhythm.sign, &mut stopped).await {
            let Some(registry) = under_policy_in_force(&registry).await else { continue };
            sign_what_grew(&registry, &mut signed).await;
        }
    });

    let (registry, mut stopped, senders) = (instance.registry.clone(), stop.clone(), locals.clone());
    jobs.spawn(async move {
        while pause(rhythm.deliver, &mut stopped).await {
            let Some(registry) = under_policy_in_force(&registry).await else { continue };
            for authority in &senders {
                registry.deliver(*authority).await;
            }
        }
    });

    let (registry, mut stopped, wards) = (instance.registry.clone(), stop.clone(), locals.clone());
    jobs.spawn(async move {
        while pause(rhythm.clocks, &mut stopped).await {
            let Some(registry) = under_policy_in_force(&registry).await else { continue };
            for authority in &wards {
                run_clocks(&registry, *authority).await;
            }
        }
    });

    let (registry, mut stopped) = (instance.registry.clone(), stop.clone());
    jobs.spawn(async move {
        while pause(rhythm.sweep, &mut stopped).await {
            let Some(registry) = under_policy_in_force(&registry).await else { continue };
            registry.vault.sweep();
            let idle_before = registry.clock.now().plus_seconds(-idle_seconds);
            for authority in &locals {
                if let Err(error) = registry.sweep_sessions(*authority, idle_before).await {
                    tracing::warn!(%error, %authority, "sessions could not be swept");
                }
                let left_before = registry.clock.now().plus_days(-draft_days);
                if let Err(error) = registry.sweep_form_drafts(*authority, left_before).await {
                    tracing::warn!(%error, %authority, "old drafts could not be erased");
                }
            }
        }
    });
    jobs
}

/// A handle for one round of a job. None: this instance does not hold the policy in force, which was said already, and its jobs rest like its requests.
async fn under_policy_in_force(registry: &Registry) -> Option<Registry> {
    registry.now().await.ok()
}

/// Birthdays, expired consents, positions past their review, nominations that led nowhere: what the law ends by itself takes effect.
pub(crate) async fn run_clocks(registry: &Registry, authority: AuthorityId) {
    let report = |job: &'static str, outcome: Result<(), case_registry::RegistryError>| {
        if let Err(error) = outcome {
            tracing::error!(%error, %authority, job, "a job failed");
        }
    };
    report("lapses", registry.run_lapses(authority).await.map(drop));
    report("positions", registry.run_position_lapses(authority).await.map(drop));
    report("nominations", registry.erase_stale_nominations(authority).await.map(drop));
}

/// Signs every log that has grown since `signed` was last told.
pub(super) async fn sign_what_grew(registry: &Registry, signed: &mut HashMap<AuthorityId, u64>) {
    let heads = match registry.log.ledger().heads().await {
        Ok(heads) => heads,
        Err(error) => {
            tracing::error!(%error, "the logs cannot be read");
            return;
        }
    };
    for (authority, head) in heads {
        if signed.get(&authority) != Some(&head.size) && registry.sign_checkpoint(authority).await.is_ok() {
            signed.insert(authority, head.size);
        }
    }
}

/// Waits; false when the instance stops.
async fn pause(length: Duration, stop: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(length) => true,
        // A sender that is gone has stopped as well.
        _ = stop.wait_for(|stop| *stop) => false,
    }
}
