//! Unlocked data keys in memory: bounded in number and time, and unwrapped once however many ask at the same moment.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vocabulary::{AuthorityId, KeyId, Timestamp};

use crate::VaultError;

/// How many unlocked keys are kept, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheLimits {
    /// At most this many keys.
    pub keys: usize,
    /// At most this many seconds after a key was unlocked, however often it is used.
    pub seconds: i64,
}

impl Default for CacheLimits {
    fn default() -> Self {
        Self { keys: 4096, seconds: 600 }
    }
}

type Name = (AuthorityId, KeyId);

pub(crate) struct Cache<K> {
    slots: Mutex<HashMap<Name, Arc<Slot<K>>>>,
    turn: AtomicU64,
    limits: CacheLimits,
}

struct Slot<K> {
    /// Held while the key is being unwrapped: whoever else wants it waits here and finds it.
    key: Mutex<Option<Arc<K>>>,
    until: AtomicI64,
    used: AtomicU64,
}

impl<K> Cache<K> {
    pub(crate) fn new(limits: CacheLimits) -> Self {
        Self { slots: Mutex::default(), turn: AtomicU64::new(0), limits }
    }

    /// The key, unwrapped at most once at a time. A failure is not remembered.
    pub(crate) fn get(
        &self,
        name: Name,
        now: Timestamp,
        unwrap: impl FnOnce() -> Result<K, VaultError>,
    ) -> Result<Arc<K>, VaultError> {
        let slot = self.slot(name, now);
        let mut held = locked(&slot.key);
        if let Some(key) = held.as_ref().filter(|_| slot.until.load(Ordering::Relaxed) > now.micros()) {
            return Ok(Arc::clone(key));
        }
        match unwrap() {
            Ok(key) => {
                let key = Arc::new(key);
                slot.until.store(self.until(now), Ordering::Relaxed);
                *held = Some(Arc::clone(&key));
                Ok(key)
            }
            Err(error) => {
                *held = None;
                drop(held);
                self.drop_slot(name, &slot);
                Err(error)
            }
        }
    }

    /// The key if it lies here.
    pub(crate) fn peek(&self, name: Name, now: Timestamp) -> Option<Arc<K>> {
        let slot = locked(&self.slots).get(&name).map(Arc::clone)?;
        slot.used.store(self.turn.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        let held = locked(&slot.key);
        held.as_ref().filter(|_| slot.until.load(Ordering::Relaxed) > now.micros()).map(Arc::clone)
    }

    /// Forgets a key of whichever authority.
    pub(crate) fn evict(&self, kid: KeyId) {
        locked(&self.slots).retain(|(_, name), _| *name != kid);
    }

    /// Forgets what is older than the time limit.
    pub(crate) fn sweep(&self, now: Timestamp) {
        locked(&self.slots).retain(|_, slot| slot.until.load(Ordering::Relaxed) > now.micros());
    }

    pub(crate) fn clear(&self) {
        locked(&self.slots).clear();
    }

    pub(crate) fn len(&self) -> usize {
        locked(&self.slots).len()
    }

    fn slot(&self, name: Name, now: Timestamp) -> Arc<Slot<K>> {
        let mut slots = locked(&self.slots);
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        if let Some(slot) = slots.get(&name) {
            slot.used.store(turn, Ordering::Relaxed);
            return Arc::clone(slot);
        }
        if slots.len() >= self.limits.keys.max(1) {
            slots.retain(|_, slot| slot.until.load(Ordering::Relaxed) > now.micros());
        }
        while slots.len() >= self.limits.keys.max(1) {
            let Some(oldest) =
                slots.iter().min_by_key(|(_, slot)| slot.used.load(Ordering::Relaxed)).map(|(name, _)| *name)
            else {
                break;
            };
            slots.remove(&oldest);
        }
        // A slot being filled counts as fresh, so that a sweep does not take it away from those who wait.
        let slot = Arc::new(Slot {
            key: Mutex::new(None),
            until: AtomicI64::new(self.until(now)),
            used: AtomicU64::new(turn),
        });
        slots.insert(name, Arc::clone(&slot));
        slot
    }

    fn drop_slot(&self, name: Name, slot: &Arc<Slot<K>>) {
        let mut slots = locked(&self.slots);
        if slots.get(&name).is_some_and(|now| Arc::ptr_eq(now, slot)) {
            slots.remove(&name);
        }
    }

    const fn until(&self, now: Timestamp) -> i64 {
        now.plus_seconds(self.limits.seconds).micros()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What lies behind the lock is whole after any panic: every change is one assignment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::AtomicUsize;
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp::from_micros(1_000_000_000);

    fn name(n: u128) -> Name {
        (AuthorityId(Uuid::from_u128(1)), KeyId(Uuid::from_u128(n)))
    }

    fn cache(keys: usize) -> Cache<u128> {
        Cache::new(CacheLimits { keys, seconds: 60 })
    }

    #[test]
    fn the_cache_never_holds_more_than_its_bound_and_drops_the_least_recently_used() {
        let cache = cache(3);
        for n in 1..=3 {
            cache.get(name(n), NOW, || Ok(n)).unwrap();
        }
        assert_eq!(cache.peek(name(1), NOW).as_deref(), Some(&1));
        cache.get(name(4), NOW, || Ok(4)).unwrap();
        assert_eq!(cache.len(), 3);
        assert!(cache.peek(name(2), NOW).is_none(), "2 was used longest ago");
        assert!(cache.peek(name(1), NOW).is_some());
    }

    #[test]
    fn a_key_expires_however_often_it_is_used() {
        let cache = cache(3);
        cache.get(name(1), NOW, || Ok(1)).unwrap();
        assert!(cache.peek(name(1), NOW.plus_seconds(59)).is_some());
        assert!(cache.peek(name(1), NOW.plus_seconds(60)).is_none());
        let again = cache.get(name(1), NOW.plus_seconds(60), || Ok(2)).unwrap();
        assert_eq!(*again, 2, "unwrapped anew");
        cache.sweep(NOW.plus_seconds(200));
        assert_eq!(cache.len(), 0);
    }

    #[test]
    fn many_who_ask_at_once_cause_one_unwrapping() {
        let cache = cache(8);
        let unwrapped = AtomicUsize::new(0);
        let barrier = Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    barrier.wait();
                    let key = cache
                        .get(name(1), NOW, || {
                            unwrapped.fetch_add(1, Ordering::SeqCst);
                            Ok(7)
                        })
                        .unwrap();
                    assert_eq!(*key, 7);
                });
            }
        });
        assert_eq!(unwrapped.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_failure_is_not_remembered() {
        let cache = cache(2);
        assert_eq!(cache.get(name(1), NOW, || Err(VaultError::WrongRoot)).unwrap_err(), VaultError::WrongRoot);
        assert_eq!(cache.len(), 0);
        assert!(cache.get(name(1), NOW, || Ok(1)).is_ok());
    }

    #[test]
    fn an_evicted_key_is_gone() {
        let cache = cache(2);
        cache.get(name(1), NOW, || Ok(1)).unwrap();
        cache.evict(name(1).1);
        assert!(cache.peek(name(1), NOW).is_none());
    }
}
