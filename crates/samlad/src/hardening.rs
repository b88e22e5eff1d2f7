//! What keeps plain text out of swap and core dumps, as far as the operating system lets an ordinary user ask for it.

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// No core dumps, and memory that is not written to swap. What is refused is only a warning: `samlad doctor` tells how to grant it.
pub fn protect_memory() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
    // Under a finite limit the lock would succeed and a later allocation fail: rather swap than die.
    if !may_lock_memory() {
        tracing::warn!("memory can be written to swap: set LimitMEMLOCK=infinity, or encrypt the swap");
        return;
    }
    // On fault: only pages that are really used stay in memory.
    if let Err(error) = mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT) {
        tracing::warn!(%error, "memory can be written to swap");
    }
}

/// Whether the operating system lets this process keep all of its memory out of swap.
#[must_use]
pub fn may_lock_memory() -> bool {
    getrlimit(Resource::Memlock).current.is_none()
}
