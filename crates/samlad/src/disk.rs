//! How much room the disk of an embedded database has. A server's disk is the server's affair: PostgreSQL says when it is full.

use std::path::{Path, PathBuf};

use audit_log::{Gauge, Room};

/// Below so many percent no change is taken: the rest is the log's reserve. On a large disk, only below [`RESERVE_BYTES`] too.
pub const RESERVE_PERCENT: u64 = 5;
/// Some two million entries; five percent of a large disk would be many times that.
pub const RESERVE_BYTES: u64 = 4 << 30;
/// Below so many percent nothing can be recorded, so nothing is released: what is left is for the database's own housekeeping.
pub const NONE_PERCENT: u64 = 1;
/// The same on a large disk.
pub const NONE_BYTES: u64 = 512 << 20;

/// The disk that a folder lies on.
#[derive(Clone, Debug)]
pub struct Disk(PathBuf);

/// How much of a disk is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Free {
    /// Of all of it, in percent, rounded down.
    pub percent: u64,
    /// In bytes.
    pub bytes: u64,
}

impl Disk {
    /// The disk of a database's files; none when it has none here.
    #[must_use]
    pub fn of(database: &str) -> Option<Self> {
        database.strip_prefix("sqlite:").map(|path| Self(Path::new(path.trim_start_matches("//")).to_owned()))
    }

    /// What the service could still fill; none when the system does not say.
    #[must_use]
    pub fn free(&self) -> Option<Free> {
        // The file of a database that is yet to be made lies in a folder that is there.
        let place = self.0.ancestors().find(|place| place.exists()).unwrap_or_else(|| Path::new("."));
        let place = if place.as_os_str().is_empty() { Path::new(".") } else { place };
        let said = rustix::fs::statvfs(place).ok()?;
        (said.f_blocks > 0).then(|| Free {
            percent: said.f_bavail.saturating_mul(100) / said.f_blocks,
            bytes: said.f_bavail.saturating_mul(said.f_frsize),
        })
    }
}

impl Free {
    /// The room that this is.
    #[must_use]
    pub const fn room(self) -> Room {
        if self.percent < NONE_PERCENT && self.bytes < NONE_BYTES {
            Room::None
        } else if self.percent < RESERVE_PERCENT && self.bytes < RESERVE_BYTES {
            Room::Reserve
        } else {
            Room::Enough
        }
    }
}

impl Gauge for Disk {
    fn room(&self) -> Room {
        // A system that does not say is no reason to stop; the database itself still refuses when there is no room.
        self.free().map_or(Room::Enough, Free::room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stop_below_five_percent_and_everything_below_one() {
        const MIB: u64 = 1 << 20;
        for (percent, mebibytes, room) in [
            (100, 200, Room::Enough),
            (5, 200, Room::Enough),
            (4, 200, Room::Reserve),
            (1, 40, Room::Reserve),
            (0, 40, Room::None),
            // A large disk: a few percent of it are plenty.
            (4, 20_000, Room::Enough),
            (0, 2000, Room::Reserve),
        ] {
            let free = Free { percent, bytes: mebibytes * MIB };
            assert_eq!(free.room(), room, "{free:?}");
        }
    }

    #[test]
    fn the_disk_of_a_database_is_asked_before_its_file_is_there() {
        let home = tempfile::tempdir().unwrap();
        let disk = Disk::of(&format!("sqlite:{}", home.path().join("data/not yet").display())).unwrap();
        assert!(disk.free().is_some_and(|free| free.percent <= 100));
        assert!(Disk::of("postgres://samlad@db/samlad").is_none());
    }
}
