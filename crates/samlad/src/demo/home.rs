//! Where a demo's databases and keys lie: in a folder that ends with it, or in one that is kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use audit_log::signed::{Forgetful, SignedDirectory, SignedMemory};
use case_registry::courier::NoTransport;
use identity::SessionLimits;
use tempfile::TempDir;
use vocabulary::Clock;

use super::Options;
use super::keys::Kept;
use crate::instance::Plan;
use crate::secret;
use crate::transport::HttpTransport;

/// Demo sessions outlive a working day: a workshop may last two.
const SESSIONS: SessionLimits =
    SessionLimits { idle_seconds: 12 * 3600, absolute_seconds: 30 * 86_400, fresh_seconds: 15 * 60 };

/// Where databases and keys lie.
pub(super) struct Home {
    pub(super) folder: PathBuf,
    is_kept: bool,
    pub(super) scratch: Option<TempDir>,
}

impl Home {
    pub(super) fn open(options: &Options) -> Result<Self> {
        if let Some(folder) = &options.data {
            secret::private_folder(folder).with_context(|| folder.display().to_string())?;
            return Ok(Self { folder: folder.clone(), is_kept: true, scratch: None });
        }
        let scratch = scratch().context("no temporary folder")?;
        Ok(Self { folder: scratch.path().to_owned(), is_kept: false, scratch: Some(scratch) })
    }

    pub(super) fn kept(&self) -> Result<Option<Kept>> {
        if self.is_kept { Kept::read(&self.folder) } else { Ok(None) }
    }

    /// Where keys go; none: they stay in memory.
    pub(super) fn keys(&self) -> Option<&Path> {
        self.is_kept.then_some(self.folder.as_path())
    }

    pub(super) fn plan(&self, options: &Options, place: usize, clock: &Arc<dyn Clock>) -> Result<Plan> {
        let name = format!("instance-{}", place + 1);
        let database = match options.databases.get(place) {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", self.folder.join(&name).display()),
        };
        let mut plan = Plan::new(database);
        plan.clock = Arc::clone(clock);
        plan.sessions = SESSIONS;
        plan.is_demo = true;
        plan.policy_folder.clone_from(&options.policy);
        plan.transport = if options.two_instances { Arc::new(HttpTransport::new()?) } else { Arc::new(NoTransport) };
        plan.signed = if self.is_kept {
            let folder = self.folder.join(format!("checkpoints-{}", place + 1));
            secret::private_folder(&folder)?;
            Arc::new(SignedDirectory::new(folder)) as Arc<dyn SignedMemory>
        } else {
            Arc::new(Forgetful::default())
        };
        Ok(plan)
    }
}

/// In memory where the system offers that and nobody has chosen another place: what is not to be kept then never touches a disk.
fn scratch() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("samlad-demo-");
    let memory = Path::new("/dev/shm");
    if std::env::var_os("TMPDIR").is_none()
        && memory.is_dir()
        && let Ok(folder) = builder.tempdir_in(memory)
    {
        return Ok(folder);
    }
    builder.tempdir()
}
