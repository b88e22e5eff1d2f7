//! Test world: two authorities in one vault, with repeatable randomness and a clock that stands still. Test code only.

use std::sync::Arc;

use time::macros::date;
use uuid::Uuid;
use vocabulary::{AuthorityId, FixedClock, SeededEntropy, Timestamp};

use crate::{
    AuthorityKeyRow, BirthDate, CacheLimits, DataKey, DataKeyRow, KeySubject, Place, RecoveryKey, RootKey, Vault,
    VaultError,
};

pub(crate) const SOCIAL: AuthorityId = AuthorityId(Uuid::from_u128(0x0050_c1a1));
pub(crate) const POLICE: AuthorityId = AuthorityId(Uuid::from_u128(0x1ce));

pub(crate) struct World {
    pub(crate) vault: Vault,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) recovery: RecoveryKey,
    pub(crate) social_row: AuthorityKeyRow,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(FixedClock::at(start()));
        let entropy = Arc::new(SeededEntropy::new(1));
        let limits = CacheLimits { keys: 8, seconds: 60 };
        let vault = Vault::with_cache(entropy, Arc::clone(&clock) as _, limits);
        let recovery = RecoveryKey::generate();
        for authority in [SOCIAL, POLICE] {
            vault.add_root(authority, RootKey::generate().unwrap(), recovery.recipient());
        }
        let social_row = vault.create_authority_key(SOCIAL, 1).unwrap();
        vault.create_authority_key(POLICE, 1).unwrap();
        Self { vault, clock, recovery, social_row }
    }

    /// A key for a new case of the social board.
    pub(crate) fn case_key(&self, case: u128) -> (DataKeyRow, Arc<DataKey>) {
        let subject = KeySubject::Case(Uuid::from_u128(case).into());
        self.vault.create_data_key(SOCIAL, subject, 1).unwrap()
    }

    /// What a field holds, past the permit that the public door asks for.
    pub(crate) fn read(key: &DataKey, place: &Place, stored: &[u8]) -> Result<String, VaultError> {
        Vault::open_place(key, place, &vocabulary::Sealed::from_stored(stored.to_vec()))
    }

    pub(crate) fn write(&self, key: &DataKey, place: &Place, text: &str) -> Vec<u8> {
        self.vault.seal(key, place, &text.to_owned()).unwrap().as_stored().to_vec()
    }
}

pub(crate) fn start() -> Timestamp {
    Timestamp::from_micros(1_795_000_000_000_000)
}

pub(crate) fn note(row: u128) -> Place {
    Place::of("note", "text", Uuid::from_u128(row))
}

pub(crate) fn born() -> BirthDate {
    BirthDate::certain(date!(2008 - 03 - 14))
}
