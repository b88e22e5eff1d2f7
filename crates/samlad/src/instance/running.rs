//! An instance that serves.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use web::site::Settings;

use super::Instance;
use super::jobs::{self, Rhythm};
use crate::transport;

/// How an instance serves.
pub struct Serving {
    /// How the site appears.
    pub settings: Settings,
    /// Between two signatures of a log that has grown.
    pub sign_every: Duration,
}

/// An instance with its server and jobs.
pub struct Running {
    /// The rooms.
    pub instance: Instance,
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<std::io::Result<()>>,
    jobs: JoinSet<()>,
    sign_every: Duration,
}

impl Running {
    /// Serves on a listener. The jobs begin with [`Self::start_jobs`].
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn start(instance: Instance, listener: TcpListener, serving: Serving) -> Result<Self> {
        let address = listener.local_addr().context("the listener has no address")?;
        let (stop, stopped) = watch::channel(false);
        let site =
            web::router::router(instance.site(serving.settings)).merge(transport::intake(instance.registry.clone()));
        let mut stopping = stopped;
        let until = async move {
            // A sender that is gone has stopped as well.
            let _ = stopping.wait_for(|stop| *stop).await;
        };
        let server = tokio::spawn(web::server::serve_router(listener, site, until));
        Ok(Self { instance, address, stop, server, jobs: JoinSet::new(), sign_every: serving.sign_every })
    }

    /// Lets the jobs begin: signatures, parcels that wait, legal clocks, sweeps.
    pub fn start_jobs(&mut self) {
        let rhythm = Rhythm { sign: self.sign_every, ..Rhythm::default() };
        self.jobs = jobs::start(&self.instance, rhythm, &self.stop.subscribe());
    }

    /// Waits until the server ends by itself, which it only does when it cannot go on.
    ///
    /// # Errors
    /// Why it ended.
    pub async fn ended(&mut self) -> Result<()> {
        (&mut self.server).await.context("the server panicked")?.context("the server cannot go on")?;
        anyhow::bail!("the server ended")
    }

    /// Takes no new request, lets running ones and jobs end, writes what waits, closes the database.
    ///
    /// # Errors
    /// When the server had failed. The rest is closed all the same.
    pub async fn stop(mut self) -> Result<()> {
        self.stop.send_replace(true);
        let served = if self.server.is_finished() { Ok(Ok(())) } else { (&mut self.server).await };
        while let Some(ended) = self.jobs.join_next().await {
            if ended.is_err() {
                tracing::error!("a job ended by a panic");
            }
        }
        self.instance.close().await;
        served.context("the server panicked")?.context("the server failed")
    }
}
