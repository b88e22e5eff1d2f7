//! The demo's keys: in memory, or beside the data of a demo that is kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use audit_log::LogSigner;
use case_registry::directory::{log_origin, log_signer};
use field_vault::{RecoveryKey, RecoveryRecipient, RootKey};
use serde::{Deserialize, Serialize};
use vocabulary::{AuthorityId, Entropy, Timestamp};
use zeroize::Zeroizing;

use super::people::AuthorityKey;
use crate::instance::Ring;
use crate::secret::{self, SecretRef};

/// Host name of the demo's logs. `.example` is kept free for such uses (RFC 2606).
const HOST: &str = "samlad.mellerud.example";

/// What a kept demo must know when it is started again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// The start of its world.
    pub(super) start: Timestamp,
    /// Whether each authority has an instance of its own.
    pub(super) two_instances: bool,
    /// The authorities that live here.
    pub(super) authority: BTreeMap<String, KeptAuthority>,
}

/// An authority of a kept demo.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptAuthority {
    pub(super) id: AuthorityId,
    pub(super) recovery: String,
}

impl Kept {
    fn path(folder: &Path) -> PathBuf {
        folder.join("demo.toml")
    }

    /// What the folder holds, if a demo was kept there.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>> {
        let path = Self::path(folder);
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        toml::from_str(&text).map(Some).with_context(|| path.display().to_string())
    }

    /// Written when the world is whole: a folder without it holds half a world.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let path = Self::path(folder);
        secret::private_file(&path, toml::to_string(self)?.as_bytes()).with_context(|| path.display().to_string())
    }
}

/// An authority's keys with its signer.
pub(super) struct Keys {
    pub(super) ring: Ring,
    pub(super) signer: LogSigner,
    pub(super) recovery: String,
}

/// New keys; in files of mode 0600 where the demo is kept.
pub(super) fn make(key: AuthorityKey, id: AuthorityId, folder: Option<&Path>, entropy: &dyn Entropy) -> Result<Keys> {
    let root = RootKey::generate()?;
    // The recovery identity's secret part ends here: a demo has no offline place for it.
    let recovery = RecoveryKey::generate().recipient();
    let seed = match folder {
        None => {
            let mut seed = Zeroizing::new([0; 32]);
            entropy.fill(seed.as_mut_slice());
            seed
        }
        Some(folder) => {
            let (root_file, seed_file) = files(folder, key);
            if root_file.exists() {
                bail!("{} holds keys without a whole world: give an empty folder", folder.display());
            }
            secret::private_folder(&folder.join("keys"))?;
            root.to_file(&root_file)?;
            secret::write_seed(&seed_file, entropy)?;
            SecretRef::File(seed_file).seed()?
        }
    };
    let signer = log_signer(&log_origin(HOST, id)?, &seed)?;
    let text = recovery.to_string();
    Ok(Keys { ring: Ring { authority: id, root, recovery }, signer, recovery: text })
}

/// The keys of a kept demo.
pub(super) fn load(key: AuthorityKey, kept: &KeptAuthority, folder: &Path) -> Result<Keys> {
    let (root_file, seed_file) = files(folder, key);
    let root = RootKey::from_file(&root_file)?;
    let recovery = RecoveryRecipient::parse(&kept.recovery)?;
    let seed = SecretRef::File(seed_file).seed()?;
    let signer = log_signer(&log_origin(HOST, kept.id)?, &seed)?;
    Ok(Keys { ring: Ring { authority: kept.id, root, recovery }, signer, recovery: kept.recovery.clone() })
}

fn files(folder: &Path, key: AuthorityKey) -> (PathBuf, PathBuf) {
    let keys = folder.join("keys");
    (keys.join(format!("{key}.root")), keys.join(format!("{key}.log-seed")))
}
