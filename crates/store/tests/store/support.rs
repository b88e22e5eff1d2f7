//! One body of a test, run on both databases.

use store::testing::{Scratch, postgres_or_skipped, tamper};
use store::{Backend, Store, StoreOptions};
use uuid::Uuid;
use vocabulary::{AuthorityId, Entropy as _, SeededEntropy};

/// A store of one test's own. The folder and the scratch database go with it.
pub(crate) struct Place {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) folder: Option<tempfile::TempDir>,
    /// Dropped last.
    _scratch: Option<Scratch>,
}

pub(crate) async fn sqlite() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().display());
    let store = Store::open(&url, StoreOptions::default()).await.unwrap();
    Place { store, url, folder: Some(folder), _scratch: None }
}

pub(crate) async fn postgres() -> Option<Place> {
    let scratch = Scratch::migrated(&postgres_or_skipped()?).await.unwrap();
    let url = scratch.url().to_owned();
    let store = Store::open(&url, StoreOptions::default()).await.unwrap();
    Some(Place { store, url, folder: None, _scratch: Some(scratch) })
}

/// The databases that this run can use.
pub(crate) async fn both() -> Vec<Place> {
    let mut places = vec![sqlite().await];
    places.extend(postgres().await);
    places
}

impl Place {
    /// A table of the tests' own with every kind of column, under the same rules as business tables.
    pub(crate) async fn with_sample(self) -> Self {
        let ddl = match self.store.backend() {
            Backend::Sqlite => {
                "CREATE TABLE sample (authority_id BLOB NOT NULL, id BLOB NOT NULL, words TEXT, number INTEGER, bytes BLOB, flag INTEGER NOT NULL,
                 other BLOB, version INTEGER NOT NULL CHECK (version > 0), parent BLOB, PRIMARY KEY (authority_id, id), UNIQUE (authority_id, words),
                 FOREIGN KEY (authority_id, parent) REFERENCES sample (authority_id, id)) STRICT"
            }
            Backend::Postgres => {
                "CREATE TABLE sample (authority_id uuid NOT NULL, id uuid NOT NULL, words text, number bigint, bytes bytea, flag boolean NOT NULL,
                 other uuid, version bigint NOT NULL CHECK (version > 0), parent uuid, PRIMARY KEY (authority_id, id), UNIQUE (authority_id, words),
                 FOREIGN KEY (authority_id, parent) REFERENCES sample (authority_id, id));
                 SELECT samlad_tenant('sample')"
            }
        };
        tamper(&self.store, ddl).await.unwrap();
        self
    }

    /// The same databases through another door, as a second process or a restart would open them.
    pub(crate) async fn reopened(&self) -> Store {
        Store::open(&self.url, StoreOptions::default()).await.unwrap()
    }
}

pub(crate) const INSERT: &str = "INSERT INTO sample (authority_id, id, words, number, bytes, flag, other, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)";
pub(crate) const READ: &str =
    "SELECT words, number, bytes, flag, other, version FROM sample WHERE authority_id = $1 AND id = $2";
pub(crate) const COUNT: &str = "SELECT COUNT(*) FROM sample WHERE authority_id = $1";
pub(crate) const BUMP: &str =
    "UPDATE sample SET number = $3, version = version + 1 WHERE authority_id = $1 AND id = $2 AND version = $4";

/// Two authorities and a supply of ids.
pub(crate) struct People {
    pub(crate) social: AuthorityId,
    pub(crate) police: AuthorityId,
    entropy: SeededEntropy,
}

pub(crate) fn people() -> People {
    let entropy = SeededEntropy::new(7);
    People { social: entropy.id().into(), police: entropy.id().into(), entropy }
}

impl People {
    pub(crate) fn id(&self) -> Uuid {
        self.entropy.id()
    }
}
