//! `samlad demo`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use vocabulary::Timestamp;

use super::{Exit, signals};
use crate::demo;
use crate::instance::Instance;

const EXAMPLES: &str = "\
Examples:
  samlad demo
  samlad demo --listen 127.0.0.1:0 --json
  samlad demo --data ./demo --now 2026-11-23T08:00:00Z
  samlad demo --database postgres://postgres@localhost/empty
  samlad demo --two-instances

Everyone in it is invented. Without --data nothing is kept: databases and keys end with the program.";

/// Starts the whole product with a fictitious world.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Demo {
    /// Where to listen; with --two-instances the second one takes the next port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Keeps databases and keys in this folder, and continues what it holds.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// An empty PostgreSQL database instead of embedded ones; with --two-instances given twice.
    #[arg(long, value_name = "URL")]
    database: Vec<String>,
    /// The instant at which the demo's clock starts, with offset.
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    now: Option<Timestamp>,
    /// Runs each authority as an instance of its own; parcels go over HTTP.
    #[arg(long)]
    two_instances: bool,
    /// An access policy to read on SIGHUP and when an administrator asks; it waits until administrators of both authorities agree.
    #[arg(long, value_name = "DIR")]
    policy: Option<PathBuf>,
    /// When ready, prints one line of JSON on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|_| "expected a date and time with offset, such as 2026-11-23T08:00:00Z".to_owned())
}

impl Demo {
    pub(super) async fn run(self) -> Result<Exit> {
        let stop = signals::asked_to_stop()?;
        let mut reload = signals::asked_to_reload()?;
        let data = self.data.clone();
        let options = demo::Options {
            listen: self.listen,
            data: self.data,
            databases: self.database,
            now: self.now,
            two_instances: self.two_instances,
            policy: self.policy,
        };
        // A signal that comes while the world is told is heard when it is: what was begun ends in order, and nothing is left behind.
        let demo = demo::Demo::start(options).await?;
        let ready = demo.ready();
        let said = if self.json { ready.line()? + "\n" } else { ready.text(data.as_deref()) };
        let mut output = std::io::stdout();
        output.write_all(said.as_bytes()).and_then(|()| output.flush()).context("standard output is closed")?;
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                Some(()) = reload.recv() => {
                    for running in demo.instances() {
                        Instance::reload_policy(running.instance.registry.clone()).await;
                    }
                }
            }
        }
        demo.stop().await?;
        Ok(Exit::Done)
    }
}
