//! A running product for one test.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use case_registry::Registry;
use samlad::demo::ready::{Ready, ReadyPersona};
use samlad::demo::{Demo, Options};
use store::testing::Scratch;
use vocabulary::{AuthorityId, AuthorityKind, Timestamp};

use crate::{Backend, Client};

/// The demo world, running in the test's own process.
pub struct TestInstance {
    demo: Demo,
    options: Options,
    http: reqwest::Client,
    // After the demo, so that the databases are dropped when nobody uses them any more.
    _scratch: Vec<Scratch>,
}

/// How a test wants its product.
#[derive(Clone, Debug)]
pub struct Builder {
    backend: Backend,
    options: Options,
}

impl Builder {
    /// On a database, with the clock at a fixed working day.
    #[must_use]
    pub fn on(backend: Backend) -> Self {
        // A Monday morning in Stockholm: age clocks and working days are then the same in every run.
        let now = Timestamp::from_micros(1_795_417_200_000_000);
        Self { backend, options: Options { now: Some(now), ..Options::default() } }
    }

    /// With the clock starting at this instant.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.options.now = Some(now);
        self
    }

    /// Each authority as an instance of its own.
    #[must_use]
    pub fn two_instances(mut self) -> Self {
        self.options.two_instances = true;
        self
    }

    /// Keeps databases and keys in a folder, for tests that start it again or look into its files.
    #[must_use]
    pub fn kept_in(mut self, folder: PathBuf) -> Self {
        self.options.data = Some(folder);
        self
    }

    /// With a folder from which the access policy is read.
    #[must_use]
    pub fn policy_from(mut self, folder: PathBuf) -> Self {
        self.options.policy = Some(folder);
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// When the demo does not start.
    pub async fn start(mut self) -> Result<TestInstance> {
        let mut scratch = Vec::new();
        for _ in 0..if self.options.two_instances { 2 } else { 1 } {
            scratch.extend(self.backend.scratch().await?);
        }
        self.options.databases = scratch.iter().map(|scratch| scratch.url().to_owned()).collect();
        TestInstance::of(self.options, scratch).await
    }
}

impl TestInstance {
    /// One instance with both authorities.
    ///
    /// # Errors
    /// When the demo does not start.
    pub async fn start(backend: Backend) -> Result<Self> {
        Builder::on(backend).start().await
    }

    async fn of(options: Options, scratch: Vec<Scratch>) -> Result<Self> {
        let demo = Demo::start(options.clone()).await?;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { demo, options, http, _scratch: scratch })
    }

    /// A second instance over the same databases, with the keys of the same folder: for a world that is [kept](Builder::kept_in) and lies on a server.
    /// It is to be stopped before this one.
    ///
    /// # Errors
    /// When the demo does not start.
    pub async fn beside(&self) -> Result<Self> {
        anyhow::ensure!(
            self.options.data.is_some() && !self.options.databases.is_empty(),
            "the world is not kept on a server"
        );
        Self::of(self.options.clone(), Vec::new()).await
    }

    /// What the demo says when it is ready.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        self.demo.ready()
    }

    /// A client with a persona's token, at the persona's own instance.
    ///
    /// # Panics
    /// For a key that is no persona: a mistake in the test.
    #[must_use]
    pub fn as_persona(&self, key: &str) -> Client {
        let persona = self.persona(key);
        Client::new(self.http.clone(), persona.base_url.clone(), Some(persona.token.clone()))
    }

    /// A client without any token, at the first instance.
    #[must_use]
    pub fn as_stranger(&self) -> Client {
        Client::new(self.http.clone(), self.ready().base_url.clone(), None)
    }

    /// A persona.
    ///
    /// # Panics
    /// For a key that is no persona.
    #[must_use]
    #[expect(clippy::panic, reason = "a mistake in the test ends the test")]
    pub fn persona(&self, key: &str) -> &ReadyPersona {
        self.ready().persona(key).unwrap_or_else(|| panic!("{key} is no persona"))
    }

    /// The session cookie of a persona, as a browser gets it by the sign-in link: `name=value`.
    ///
    /// # Errors
    /// When the link does not open.
    pub async fn cookie(&self, key: &str) -> Result<String> {
        let response = self.http.get(&self.persona(key).sign_in_url).send().await?;
        let cookies = response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let session =
            cookies.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.contains("samlad-session="));
        session.map(str::to_owned).context("the link set no session cookie")
    }

    /// The rooms in which an authority lives, for tests that look behind the scenes.
    ///
    /// # Errors
    /// When no authority of that kind lives here.
    pub fn registry(&self, kind: AuthorityKind) -> Result<(AuthorityId, &Registry)> {
        let found = self
            .ready()
            .authorities
            .iter()
            .find(|authority| authority.kind == kind)
            .context("no authority of that kind")?;
        let home = self.demo.instances().iter().find(|running| running.instance.locals().contains(&found.id));
        Ok((found.id, &home.context("the authority lives elsewhere")?.instance.registry))
    }

    /// Ends it.
    ///
    /// # Errors
    /// When a server had failed.
    pub async fn stop(self) -> Result<()> {
        self.demo.stop().await
    }
}
