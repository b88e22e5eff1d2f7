//! One running product per database, shared by the stories of this program.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::LazyLock;

use case_registry::Registry;
use reqwest::{Method, RequestBuilder};
use testkit::{Backend, Builder, Client, Reply, TestInstance, backends};
use tokio::runtime::{self, Runtime};
use vocabulary::{AuthorityId, AuthorityKind};

use crate::tracks::Tracks;

/// Everyone in the demo, by the keys of `samlad demo --json`.
pub(crate) const PERSONAS: [&str; 11] = [
    "social-worker",
    "social-worker-2",
    "social-lead",
    "sig-coordinator",
    "police-coordinator",
    "police-coordinator-2",
    "social-auditor",
    "police-auditor",
    "administrator",
    "police-administrator",
    "prevention-coordinator",
];

/// A product with everyone signed in.
pub(crate) struct House {
    pub(crate) instance: TestInstance,
    pub(crate) backend: Backend,
    /// Databases (where they are files), keys and signed checkpoints.
    pub(crate) folder: PathBuf,
    /// Everything that the product has traced.
    pub(crate) tracks: Tracks,
    browser: reqwest::Client,
    sessions: HashMap<&'static str, Session>,
    runtime: Runtime,
}

/// A persona in a browser.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) cookie: String,
    /// What every form of the session carries.
    pub(crate) form_token: String,
}

static HOUSES: LazyLock<Vec<House>> = LazyLock::new(|| {
    let tracks = Tracks::follow();
    let home = home();
    backends().into_iter().map(|backend| House::build(backend, &home, tracks.clone())).collect()
});

/// The telling of the whole demo world is one future; without optimisation it does not fit on the stack of a test's thread.
const STACK: usize = 32 << 20;

/// Tells a story on each database.
pub(crate) fn in_each_house<F: Future<Output = ()>>(story: impl Fn(&'static House) -> F + Sync) {
    with_room(|| {
        for house in HOUSES.iter() {
            eprintln!("on {}", house.backend);
            house.runtime.block_on(story(house));
        }
    });
}

/// Tells a story on each database, with a product of its own.
pub(crate) fn on_each_database<F: Future<Output = ()>>(story: impl Fn(Backend) -> F + Sync) {
    with_room(|| {
        for backend in backends() {
            eprintln!("on {backend}");
            runtime().block_on(story(backend));
        }
    });
}

fn with_room(tell: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, tell).unwrap();
        if let Err(panic) = thread.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

/// How often something is repeated: a few times, or many where the run is a long one.
pub(crate) fn rounds(few: usize, many: usize) -> usize {
    if std::env::var_os("SAMLAD_SOAK").is_some() { many } else { few }
}

impl House {
    fn build(backend: Backend, home: &Path, tracks: Tracks) -> Self {
        let runtime = runtime();
        let folder = home.join(backend.to_string());
        let (instance, browser, sessions) = runtime.block_on(async {
            let instance = Builder::on(backend.clone()).kept_in(folder.clone()).start().await.unwrap();
            let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
            let mut sessions = HashMap::new();
            for key in PERSONAS {
                sessions.insert(key, sign_in(&instance, &browser, key).await);
            }
            (instance, browser, sessions)
        });
        Self { instance, backend, folder, tracks, browser, sessions, runtime }
    }

    /// A persona with a bearer token.
    pub(crate) fn api(&self, key: &str) -> Client {
        self.instance.as_persona(key)
    }

    /// A request of a persona's browser.
    pub(crate) fn browse(&self, key: &str, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.instance.persona(key).base_url);
        self.browser.request(method, url).header("cookie", &self.session(key).cookie)
    }

    /// A form of a persona's browser, with the token that every form carries.
    pub(crate) fn form(&self, key: &str, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let token = ("_csrf", self.session(key).form_token.as_str());
        let fields: Vec<(&str, &str)> = std::iter::once(token).chain(fields.iter().copied()).collect();
        self.browse(key, Method::POST, path).form(&fields)
    }

    pub(crate) fn session(&self, key: &str) -> &Session {
        &self.sessions[key]
    }

    /// A session that a story may end.
    pub(crate) async fn another_session(&self, key: &str) -> Session {
        sign_in(&self.instance, &self.browser, key).await
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Reply {
        self.instance.as_stranger().send(request).await.unwrap()
    }

    pub(crate) fn social(&self) -> (AuthorityId, &Registry) {
        self.instance.registry(AuthorityKind::SocialBoard).unwrap()
    }

    pub(crate) fn police(&self) -> (AuthorityId, &Registry) {
        self.instance.registry(AuthorityKind::Police).unwrap()
    }

    /// The rooms of a persona's authority.
    pub(crate) fn rooms_of(&self, key: &str) -> (AuthorityId, &Registry) {
        let (social, police) = (self.social(), self.police());
        if self.instance.persona(key).authority_id == social.0 { social } else { police }
    }
}

async fn sign_in(instance: &TestInstance, browser: &reqwest::Client, key: &str) -> Session {
    let cookie = instance.cookie(key).await.unwrap();
    let home = format!("{}/ui", instance.persona(key).base_url);
    let page = browser.get(home).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
    let form_token = hidden_field(&page, "_csrf").unwrap_or_else(|| panic!("the home of {key} has no form: {page}"));
    Session { cookie, form_token }
}

/// The value of a hidden field of a page.
pub(crate) fn hidden_field(page: &str, name: &str) -> Option<String> {
    let field = page
        .split("<input")
        .find(|rest| rest.split('>').next().is_some_and(|tag| tag.contains(&format!("name=\"{name}\""))))?;
    let value = field.split("value=\"").nth(1)?;
    Some(value.split('"').next()?.to_owned())
}

fn runtime() -> Runtime {
    runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

/// A folder of this process, in memory where the system offers that. What killed runs left behind goes first: a house that is shared by all stories is
/// nobody's to take down.
fn home() -> PathBuf {
    const PREFIX: &str = "samlad-stories-";
    let memory = Path::new("/dev/shm");
    let base = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    for left in fs::read_dir(&base).unwrap().flatten() {
        let name = left.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(PREFIX).and_then(|pid| pid.parse().ok()).and_then(rustix::process::Pid::from_raw);
        if owner.is_some_and(|owner| rustix::process::test_kill_process(owner).is_err()) {
            fs::remove_dir_all(left.path()).ok();
        }
    }
    let home = base.join(format!("{PREFIX}{}", process::id()));
    fs::create_dir_all(&home).unwrap();
    home
}
