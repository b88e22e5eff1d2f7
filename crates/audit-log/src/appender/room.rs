//! Room on the disk: what changes something stops first, so that the log can go on recording what is read.

use std::sync::atomic::{AtomicU8, Ordering};

/// How much room there is for what is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Room {
    /// Enough.
    #[default]
    Enough,
    /// Only the log's reserve is left: nothing new is written but the log itself.
    Reserve,
    /// None: nothing is recorded, so nothing is released.
    None,
}

/// Says how much room there is. It is asked for each request, so it must be quick.
pub trait Gauge: Send + Sync {
    /// The room at this moment.
    fn room(&self) -> Room;
}

/// Never full: for a database whose disk is somewhere else.
#[derive(Clone, Copy, Debug, Default)]
pub struct Elsewhere;

impl Gauge for Elsewhere {
    fn room(&self) -> Room {
        Room::Enough
    }
}

/// What was last said about the room, so that each change is said once.
#[derive(Default)]
pub(super) struct Said(AtomicU8);

impl Said {
    /// Alarms when the room has become another.
    pub(super) fn alarm(&self, room: Room) {
        let code = match room {
            Room::Enough => 0,
            Room::Reserve => 1,
            Room::None => 2,
        };
        if self.0.swap(code, Ordering::Relaxed) == code {
            return;
        }
        match room {
            Room::Enough => tracing::info!("the disk has room again: changes are taken"),
            Room::Reserve => tracing::error!(
                "the disk is nearly full: no change is taken any more; reading goes on from the log's reserve"
            ),
            Room::None => tracing::error!("the disk is full: nothing can be recorded, so nothing is released"),
        }
    }
}
