//! How much room the disk of an embedded database has. A server's disk is the server's affair: PostgreSQL says when it is full.

use std::path::{Path, PathBuf};

use audit_log::{Gauge, Room};

/// Below so many percent no change is taken: the rest is the log's reserve.
pub const RESERVE_PERCENT: u64 = 5;
/// Below so many percent nothing can be recorded, so nothing is released: what is left is for the database's own housekeeping.
pub const NONE_PERCENT: u64 = 1;

/// The disk that a folder lies on.
#[derive(Clone, Debug)]
pub struct Disk(PathBuf);

impl Disk {
    /// The disk of a database's files; none when it has none here.
    #[must_use]
    pub fn of(database: &str) -> Option<Self> {
        database.strip_prefix("sqlite:").map(|path| Self(Path::new(path.trim_start_matches("//")).to_owned()))
    }

    /// What the service could still fill, in percent; none when the system does not say.
    #[must_use]
    pub fn free_percent(&self) -> Option<u64> {
        // The file of a database that is yet to be made lies in a folder that is there.
        let place = self.0.ancestors().find(|place| place.exists()).unwrap_or_else(|| Path::new("."));
        let place = if place.as_os_str().is_empty() { Path::new(".") } else { place };
        let said = rustix::fs::statvfs(place).ok()?;
        (said.f_blocks > 0).then(|| said.f_bavail.saturating_mul(100) / said.f_blocks)
    }

    fn room_at(free_percent: u64) -> Room {
        match free_percent {
            0..NONE_PERCENT => Room::None,
            NONE_PERCENT..RESERVE_PERCENT => Room::Reserve,
            _ => Room::Enough,
        }
    }
}

impl Gauge for Disk {
    fn room(&self) -> Room {
        // A system that does not say is no reason to stop; the database itself still refuses when there is no room.
        self.free_percent().map_or(Room::Enough, Self::room_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stop_below_five_percent_and_everything_below_one() {
        for (free, room) in
            [(100, Room::Enough), (5, Room::Enough), (4, Room::Reserve), (1, Room::Reserve), (0, Room::None)]
        {
            assert_eq!(Disk::room_at(free), room, "{free} %");
        }
    }

    #[test]
    fn the_disk_of_a_database_is_asked_before_its_file_is_there() {
        let home = tempfile::tempdir().unwrap();
        let disk = Disk::of(&format!("sqlite:{}", home.path().join("data/not yet").display())).unwrap();
        assert!(disk.free_percent().is_some_and(|free| free <= 100));
        assert!(Disk::of("postgres://samlad@db/samlad").is_none());
    }
}
