//! `samlad serve`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use tokio::net::TcpListener;
use web::site::Settings;

use super::{Exit, signals};
use crate::config::Config;
use crate::hardening;
use crate::instance::{Instance, Plan, Running, Serving};

const EXAMPLES: &str = "\
Examples:
  samlad serve --config /etc/samlad/samlad.toml
  samlad serve --config samlad.toml --log-format json

Listens on the address of the configuration, without TLS: put a reverse proxy in front. Stops on SIGINT and SIGTERM after the requests that run.
SIGHUP reads and checks the access policy's folder ([policy] folder); a sound one waits until the administrators agree.";

/// Serves an instance.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Serve {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
}

impl Serve {
    pub(super) async fn run(self) -> Result<Exit> {
        let stop = signals::asked_to_stop()?;
        let mut reload = signals::asked_to_reload()?;
        hardening::protect_memory();
        let config = Config::read(&self.config)?;
        let mut instance = Instance::open(Plan::of(&config)?).await?;
        instance.settle_policy().await?;
        let listener = TcpListener::bind(config.instance.listen)
            .await
            .with_context(|| format!("cannot listen on {}", config.instance.listen))?;
        let settings = Settings {
            secure: config.is_secure(),
            demo: false,
            place: config.instance.place.clone(),
            accessibility_contact: config.instance.accessibility_contact.clone(),
        };
        let sign_every = Duration::from_secs(config.log.sign_every_seconds.into());
        let mut running = Running::start(instance, listener, Serving { settings, sign_every })?;
        running.start_jobs();
        super::say(&format!("Samlad listens on http://{}\n", running.address))?;
        tracing::info!(address = %running.address, authorities = config.authority.len(), "serving");
        tokio::pin!(stop);
        let ended = loop {
            tokio::select! {
                () = &mut stop => break Ok(()),
                ended = running.ended() => break ended,
                // Beside the requests: a check takes its time.
                Some(()) = reload.recv() => drop(tokio::spawn(Instance::reload_policy(running.instance.registry.clone()))),
            }
        };
        tracing::info!("stopping");
        running.stop().await.and(ended)?;
        Ok(Exit::Done)
    }
}
