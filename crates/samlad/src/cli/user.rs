//! `samlad user link`: the operator's way to let somebody in who cannot get a link from an administrator, such as the only administrator.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use case_registry::Registry;
use clap::{Args, Subcommand};
use identity::LinkKind;
use vocabulary::{AuthorityId, Clock as _, Role, SystemClock, UserId};

use super::Exit;
use crate::config::Config;
use crate::instance::{Instance, Plan};

/// Users.
#[derive(Subcommand)]
pub(super) enum User {
    /// Makes a new one-time sign-in link for a user; links that were not used stop working.
    Link(Link),
}

const LINK: &str = "\
Example:
  samlad user link --config /etc/samlad/samlad.toml --authority 6f0c2f5e-3f6f-4f0e-9d43-0c9a0d1c2b3a --service-number ADM-001

The link is printed once and is good once, for three days. That it was made stands in the authority's access log. Administrators make links for
others in their pages; this command is for the administrator who cannot get in.";

/// Makes a link.
#[derive(Args)]
#[command(after_help = LINK)]
pub(super) struct Link {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// The user's authority.
    #[arg(long, value_name = "ID")]
    authority: AuthorityId,
    /// The user's service number.
    #[arg(long, value_name = "NUMBER")]
    service_number: String,
}

impl User {
    pub(super) async fn run(self) -> Result<Exit> {
        match self {
            Self::Link(it) => it.run().await,
        }
    }
}

impl Link {
    async fn run(self) -> Result<Exit> {
        let config = Config::read(&self.config)?;
        let instance = Instance::open(Plan::of(&config)?).await?;
        let made = self.make(&instance).await;
        instance.close().await;
        println!("The link, good once and for three days:\n  {}/sign-in/{}", config.instance.base_url, made?);
        Ok(Exit::Done)
    }

    async fn make(&self, instance: &Instance) -> Result<String> {
        let user = self.user(&instance.registry).await?;
        let until = SystemClock::new().now().plus_days(3);
        let link = instance
            .registry
            .issue_link(&instance.identity, self.authority, user, LinkKind::Enrol, until)
            .await
            .context("the link could not be made")?;
        Ok(link.reveal().to_owned())
    }

    async fn user(&self, registry: &Registry) -> Result<UserId> {
        let mut snapshot = registry.store.snapshot(self.authority).await?;
        let users = store::directory::users(&mut snapshot, self.authority).await?;
        snapshot.close().await?;
        users
            .into_iter()
            .find(|user| {
                user.is_active && !user.roles.has(Role::Service) && user.service_number == self.service_number.trim()
            })
            .map(|user| user.id)
            .with_context(|| format!("no user with a mandate has the service number {}", self.service_number.trim()))
    }
}
