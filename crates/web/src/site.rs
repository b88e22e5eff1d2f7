//! What every handler can reach: sign-in, the rooms behind, clock, randomness, settings.

use std::sync::Arc;

use case_registry::Registry;
use futures_util::future::BoxFuture;
use http::Extensions;
use vocabulary::{Clock, Entropy};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::sign_in::SignIn;

/// How this instance appears to the outside.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Cookies are `Secure` and carry the `__Host-` prefix, and browsers are told to stay on TLS. Only a demo on the own machine does without.
    pub secure: bool,
    /// Shows the demo banner.
    pub demo: bool,
    /// Name of the municipality or authority group in the header, for example `Mellerud`.
    pub place: String,
    /// Where a person who cannot use the site can turn, for the accessibility statement.
    pub accessibility_contact: String,
}

/// Asks whether the rooms behind can serve.
type ReadyCheck = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// Cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

struct Parts {
    sign_in: Arc<dyn SignIn>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    settings: Settings,
    csrf_key: Zeroizing<[u8; 32]>,
    rooms: Extensions,
    ready: ReadyCheck,
}

impl Site {
    /// A site over its sign-in, clock and randomness, with no rooms behind it yet.
    #[must_use]
    #[expect(clippy::new_ret_no_self, reason = "reads as it is used: Site::new(..).room(..).build()")]
    pub fn new(
        sign_in: Arc<dyn SignIn>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        settings: Settings,
    ) -> SiteBuilder {
        SiteBuilder {
            sign_in,
            clock,
            entropy,
            settings,
            rooms: Extensions::new(),
            ready: Arc::new(|| Box::pin(async { true })),
        }
    }

    /// A room behind the edge, such as the registry.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when this instance was started without it.
    pub fn room<R: Send + Sync + 'static>(&self) -> Result<&R, Failure> {
        self.0.rooms.get::<R>().ok_or(Failure::Unavailable)
    }

    /// The registry as the instance was started with it. Requests take a handle of their own.
    fn registry(&self) -> Result<&Registry, Failure> {
        self.room()
    }

    /// The registry for a request that found the policy of this epoch in force.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when this instance was started without it, or does not hold that policy.
    pub async fn registry_at(&self, epoch: i64) -> Result<Registry, Failure> {
        Ok(self.registry()?.at(epoch).await?)
    }

    /// The registry for what is asked before anybody is recognised.
    ///
    /// # Errors
    /// As [`registry_at`](Self::registry_at).
    pub async fn registry_now(&self) -> Result<Registry, Failure> {
        Ok(self.registry()?.now().await?)
    }

    /// Sign-in.
    #[must_use]
    pub fn sign_in(&self) -> &dyn SignIn {
        self.0.sign_in.as_ref()
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// Randomness.
    #[must_use]
    pub fn entropy(&self) -> &dyn Entropy {
        self.0.entropy.as_ref()
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Whether the rooms behind can serve: the store answers, the policy is current, the log takes entries.
    pub async fn is_ready(&self) -> bool {
        (self.0.ready)().await
    }

    pub(crate) fn csrf_key(&self) -> &[u8; 32] {
        &self.0.csrf_key
    }
}

/// A site in the making.
pub struct SiteBuilder {
    sign_in: Arc<dyn SignIn>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    settings: Settings,
    rooms: Extensions,
    ready: ReadyCheck,
}

impl SiteBuilder {
    /// Adds a room that handlers reach with [`Site::room`].
    #[must_use]
    pub fn room<R: Clone + Send + Sync + 'static>(mut self, room: R) -> Self {
        self.rooms.insert(room);
        self
    }

    /// What `/health/ready` asks, for example `move || Box::pin(registry.clone().ready())`.
    #[must_use]
    pub fn ready_when(mut self, ready: impl Fn() -> BoxFuture<'static, bool> + Send + Sync + 'static) -> Self {
        self.ready = Arc::new(ready);
        self
    }

    /// The finished site. Its key for form tokens lives as long as the process: a form left open over a restart is asked for again, with its values kept.
    #[must_use]
    pub fn build(self) -> Site {
        let mut csrf_key = Zeroizing::new([0; 32]);
        self.entropy.fill(csrf_key.as_mut_slice());
        Site(Arc::new(Parts {
            sign_in: self.sign_in,
            clock: self.clock,
            entropy: self.entropy,
            settings: self.settings,
            csrf_key,
            rooms: self.rooms,
            ready: self.ready,
        }))
    }
}
