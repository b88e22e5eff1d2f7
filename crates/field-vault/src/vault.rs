//! The vault: roots, unlocked authority keys and cached data keys of one process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::Serialize;
use time::Date;
use vocabulary::{AgeBand, AuthorityId, Clock, Entropy, KeyId, Sealed};

use crate::cache::{Cache, CacheLimits};
use crate::codec;
use crate::{
    AuthorityKeyRow, AuthorityKeys, BirthDate, DataKey, DataKeyRow, KeySubject, Padding, Place, RecoveryRecipient,
    RootKey, VaultError,
};

/// Seals and opens fields. Holds the roots that it was given, the authority keys that were unlocked, and for a while the data keys in use.
///
/// It does no I/O: key rows are handed in and handed out, `store` keeps them. All methods take `&self`; share it in an `Arc`.
pub struct Vault {
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
    rings: RwLock<HashMap<AuthorityId, Ring>>,
    keys: Cache<DataKey>,
}

/// What the process holds for one authority.
struct Ring {
    root: Arc<RootKey>,
    recovery: RecoveryRecipient,
    generations: BTreeMap<i64, Arc<AuthorityKeys>>,
}

impl Vault {
    /// A vault without any root, with the default cache limits.
    #[must_use]
    pub fn new(entropy: Arc<dyn Entropy>, clock: Arc<dyn Clock>) -> Self {
        Self::with_cache(entropy, clock, CacheLimits::default())
    }

    /// A vault that keeps unlocked data keys within these limits.
    #[must_use]
    pub fn with_cache(entropy: Arc<dyn Entropy>, clock: Arc<dyn Clock>, limits: CacheLimits) -> Self {
        Self { entropy, clock, rings: RwLock::default(), keys: Cache::new(limits) }
    }

    /// Takes an authority's root identity and the public part of its recovery identity. A process may hold several authorities' roots; SECURITY.md says
    /// what that means.
    pub fn add_root(&self, authority: AuthorityId, root: RootKey, recovery: RecoveryRecipient) {
        let mut rings = self.rings_mut();
        let generations = rings.remove(&authority).map(|ring| ring.generations).unwrap_or_default();
        rings.insert(authority, Ring { root: Arc::new(root), recovery, generations });
    }

    /// Forgets an authority's root, keys and cached data keys.
    pub fn remove_root(&self, authority: AuthorityId) {
        self.rings_mut().remove(&authority);
        self.keys.clear();
    }

    /// Makes an authority key of a generation and unlocks it. The row must be stored before anything is sealed under it.
    ///
    /// # Errors
    /// [`VaultError::NoRoot`].
    pub fn create_authority_key(&self, authority: AuthorityId, generation: i64) -> Result<AuthorityKeyRow, VaultError> {
        let (root, recovery) = self.root(authority)?;
        let (row, keys) =
            AuthorityKeys::create(authority, generation, &root, &recovery, &*self.entropy, self.clock.now())?;
        self.hold(keys)?;
        Ok(row)
    }

    /// Unlocks an authority key. Several generations can be unlocked at once: the newest makes new things, older ones still open.
    ///
    /// # Errors
    /// [`VaultError::NoRoot`], [`VaultError::WrongRoot`], [`VaultError::ForgedKeyRow`], [`VaultError::DamagedKeyFile`], [`VaultError::Erased`].
    pub fn unlock_authority(&self, row: &AuthorityKeyRow) -> Result<(), VaultError> {
        let (root, _) = self.root(row.authority)?;
        self.hold(row.open(&root)?)
    }

    /// The newest unlocked keys of an authority.
    ///
    /// # Errors
    /// [`VaultError::NoRoot`], [`VaultError::Locked`].
    pub fn authority(&self, authority: AuthorityId) -> Result<Arc<AuthorityKeys>, VaultError> {
        self.generations(authority)?.into_iter().next().ok_or(VaultError::Locked)
    }

    /// All unlocked generations of an authority, newest first: a blind index may have been made, or a parcel sealed, under an older one.
    ///
    /// # Errors
    /// [`VaultError::NoRoot`].
    pub fn generations(&self, authority: AuthorityId) -> Result<Vec<Arc<AuthorityKeys>>, VaultError> {
        let rings = self.rings();
        let ring = rings.get(&authority).ok_or(VaultError::NoRoot)?;
        Ok(ring.generations.values().rev().map(Arc::clone).collect())
    }

    /// Makes a data key. The row must be committed to the key store before anything sealed under the key is (see `vault.md`: a key without rows is swept,
    /// rows without a key are lost).
    ///
    /// # Errors
    /// [`VaultError::NoRoot`], [`VaultError::Locked`].
    pub fn create_data_key(
        &self,
        authority: AuthorityId,
        subject: KeySubject,
        generation: i64,
    ) -> Result<(DataKeyRow, Arc<DataKey>), VaultError> {
        let keys = self.authority(authority)?;
        let (_, recovery) = self.root(authority)?;
        let now = self.clock.now();
        let (row, key) = DataKey::create(&keys, &recovery, subject, generation, &*self.entropy, now)?;
        let key = self.keys.get((authority, row.kid), now, || Ok(key))?;
        Ok((row, key))
    }

    /// Unlocks a data key: about 60 us, then cached. The row's MAC is checked before the key is used, and the kid against the key.
    ///
    /// # Errors
    /// [`VaultError::Erased`], [`VaultError::ForgedKeyRow`], [`VaultError::KeyCommitment`], [`VaultError::WrongRoot`], [`VaultError::DamagedKeyFile`],
    /// [`VaultError::NoRoot`], [`VaultError::Locked`].
    pub fn unlock(&self, row: &DataKeyRow) -> Result<Arc<DataKey>, VaultError> {
        if row.is_erased() {
            self.keys.evict(row.kid);
            return Err(VaultError::Erased);
        }
        let key = self.keys.get((row.authority, row.kid), self.clock.now(), || row.open(&*self.maker(row)?))?;
        // A cached key answers for its own row only: a row whose subject or generation was edited does not get it.
        if key.subject() == row.subject && key.generation() == row.generation {
            Ok(key)
        } else {
            Err(VaultError::ForgedKeyRow)
        }
    }

    /// A data key that is unlocked already.
    #[must_use]
    pub fn cached(&self, authority: AuthorityId, kid: KeyId) -> Option<Arc<DataKey>> {
        self.keys.peek((authority, kid), self.clock.now())
    }

    /// Forgets a data key, on erasure or when another instance says so.
    pub fn evict(&self, kid: KeyId) {
        self.keys.evict(kid);
    }

    /// Forgets the keys whose time is over; called now and then, so that a key does not lie in memory until the next request comes.
    pub fn sweep(&self) {
        self.keys.sweep(self.clock.now());
    }

    /// How many unlocked data keys lie in memory.
    #[must_use]
    pub fn cached_keys(&self) -> usize {
        self.keys.len()
    }

    /// Whether a data key row should be rewrapped: it was made under an older generation of the authority key.
    ///
    /// # Errors
    /// As [`Self::unlock`].
    pub fn is_outdated(&self, row: &DataKeyRow) -> Result<bool, VaultError> {
        Ok(self.maker(row)?.generation() < self.authority(row.authority)?.generation())
    }

    /// The same data key under the newest authority key. No field changes; the old row stays readable until the new one is stored.
    ///
    /// # Errors
    /// As [`Self::unlock`].
    pub fn rewrap(&self, row: &DataKeyRow) -> Result<DataKeyRow, VaultError> {
        let (_, recovery) = self.root(row.authority)?;
        row.rewrap(&*self.maker(row)?, &*self.authority(row.authority)?, &recovery)
    }

    /// Seals a content for its place.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`], [`VaultError::Unsealable`], [`VaultError::WrongKind`] for a log key.
    pub fn seal<T: Serialize>(&self, key: &DataKey, place: &Place, plain: &T) -> Result<Sealed<T>, VaultError> {
        if key.subject().is_log() {
            return Err(VaultError::WrongKind);
        }
        codec::seal(key, self.nonce(), &place.aad(key.kid()), plain, Padding::of(place)).map(Sealed::from_stored)
    }

    /// The name of the key that sealed a field; none when the bytes are no sealed field.
    #[must_use]
    pub fn kid_of<T>(sealed: &Sealed<T>) -> Option<KeyId> {
        codec::kid_of(sealed.as_stored())
    }

    /// The age band of a person on a day in Stockholm: a fact that a decision needs before there is a permit. It gives the band, never the date.
    ///
    /// # Errors
    /// As opening a field.
    pub fn age_band(
        &self,
        key: &DataKey,
        place: &Place,
        sealed: &Sealed<BirthDate>,
        day: Date,
    ) -> Result<AgeBand, VaultError> {
        let born: BirthDate = Self::open_place(key, place, sealed)?;
        Ok(born.band_on(day))
    }

    /// The blind index of a canonical value under the authority's newest key; see [`AuthorityKeys::blind_index`].
    ///
    /// # Errors
    /// [`VaultError::NoRoot`], [`VaultError::Locked`].
    pub fn blind_index(
        &self,
        authority: AuthorityId,
        column: &'static str,
        value: &str,
    ) -> Result<[u8; 16], VaultError> {
        Ok(self.authority(authority)?.blind_index(column, value))
    }

    /// The keyed digest of a search term for the log; see [`AuthorityKeys::term_digest`].
    ///
    /// # Errors
    /// [`VaultError::NoRoot`], [`VaultError::Locked`].
    pub fn term_digest(&self, authority: AuthorityId, term: &str) -> Result<[u8; 16], VaultError> {
        Ok(self.authority(authority)?.term_digest(term))
    }

    /// Opens a field without asking for a permit: for the two places in this crate that give out less than the content.
    pub(crate) fn open_place<T: serde::de::DeserializeOwned>(
        key: &DataKey,
        place: &Place,
        sealed: &Sealed<T>,
    ) -> Result<T, VaultError> {
        if key.subject().is_log() {
            return Err(VaultError::WrongKind);
        }
        codec::open(key, &place.aad(key.kid()), sealed.as_stored())
    }

    pub(crate) fn nonce(&self) -> [u8; 12] {
        let mut nonce = [0; 12];
        self.entropy.fill(&mut nonce);
        nonce
    }

    /// The unlocked authority key that made a data key row: its MAC holds under exactly one generation.
    fn maker(&self, row: &DataKeyRow) -> Result<Arc<AuthorityKeys>, VaultError> {
        let generations = self.generations(row.authority)?;
        if generations.is_empty() {
            return Err(VaultError::Locked);
        }
        generations.into_iter().find(|keys| row.made_by(keys)).ok_or(VaultError::ForgedKeyRow)
    }

    fn root(&self, authority: AuthorityId) -> Result<(Arc<RootKey>, RecoveryRecipient), VaultError> {
        let rings = self.rings();
        let ring = rings.get(&authority).ok_or(VaultError::NoRoot)?;
        Ok((Arc::clone(&ring.root), ring.recovery.clone()))
    }

    fn hold(&self, keys: AuthorityKeys) -> Result<(), VaultError> {
        let mut rings = self.rings_mut();
        let ring = rings.get_mut(&keys.authority()).ok_or(VaultError::NoRoot)?;
        ring.generations.insert(keys.generation(), Arc::new(keys));
        Ok(())
    }

    fn rings(&self) -> RwLockReadGuard<'_, HashMap<AuthorityId, Ring>> {
        self.rings.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn rings_mut(&self) -> RwLockWriteGuard<'_, HashMap<AuthorityId, Ring>> {
        self.rings.write().unwrap_or_else(PoisonError::into_inner)
    }
}
