//! A case, read over HTTP by those who may: recognised, decided, recorded, decrypted; beside the same route of the same product with the log write left out.
//!
//! Both are the product's own demo on the embedded database on a disk, started by its own command: `samlad`, and `samlad-unlogged`, which is the same program
//! but for one `if` in the appender (ADR 6). They run side by side, and while one has its turn the other rests. Afterwards the auditor's own view says whether
//! the comparison was one: the log of the one has grown by every read, the log of the other by none.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::kit::{Aim, Bench, Figure, Program, Request, Running, Series, Turn, Unit};

const CLIENTS: [(usize, &str); 2] = [(1, "1 client"), (64, "64 clients")];
const WARM_UP: Duration = Duration::from_millis(300);
const LENGTH: Duration = Duration::from_secs(2);

/// A demo that answers.
pub(super) struct Demo {
    running: Running,
    case: Request,
    log: Request,
}

/// What one variant came to, round by round.
struct Track {
    rate: Series,
    half: Series,
    slowest: Series,
}

pub(crate) fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let programs = [Program::build(bench, "samlad", &[])?, Program::build(bench, "samlad-unlogged", &["unlogged"])?];
    // One thread for the clients: they wait most of the time, and leave the rest of the machine to the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    bench.say("http: two demos start");
    let [logged, unlogged] = programs;
    let demos = [Demo::start(&runtime, &logged)?, Demo::start(&runtime, &unlogged)?];
    let before = sizes(&runtime, &demos)?;
    let mut reads = [0_u64; 2];
    let mut figures = Vec::new();
    for (clients, name) in CLIENTS {
        bench.say(&format!("http: {name}"));
        let mut tracks = [Track::new("with the log"), Track::new("without the log write")];
        for round in 0..bench.long_rounds() {
            for step in 0..2 {
                let place = usize::try_from((round + step) % 2)?;
                let (Some(demo), Some(track), Some(read)) =
                    (demos.get(place), tracks.get_mut(place), reads.get_mut(place))
                else {
                    bail!("there are two variants")
                };
                let turn = runtime.block_on(demo.case.press(clients, WARM_UP, LENGTH))?;
                *read += u64::try_from(turn.all)?;
                track.add(&turn);
            }
        }
        figures.extend(figures_of(name, &tracks));
    }
    let after = sizes(&runtime, &demos)?;
    let grown =
        [0, 1].map(|place: usize| after.get(place).zip(before.get(place)).map_or(0, |(after, before)| after - before));
    ensure!(grown[0] >= reads[0], "{} reads left {} entries: this is not the product", reads[0], grown[0]);
    ensure!(grown[1] * 100 < reads[1], "{} unlogged reads left {} entries", reads[1], grown[1]);
    Ok(figures)
}

fn figures_of(name: &str, tracks: &[Track; 2]) -> [Figure; 3] {
    let [logged, unlogged] = tracks;
    let rate = Figure::beside(format!("case reads, {name}"), Unit::PerSecond, &logged.rate, &unlogged.rate);
    [
        rate.aim(Aim::RatioAtLeast(0.5)),
        Figure::beside(format!("half within, {name}"), Unit::Nanoseconds, &logged.half, &unlogged.half),
        Figure::beside(format!("99 of 100 within, {name}"), Unit::Nanoseconds, &logged.slowest, &unlogged.slowest),
    ]
}

impl Track {
    fn new(name: &str) -> Self {
        Self { rate: Series::new(name), half: Series::new(name), slowest: Series::new(name) }
    }

    fn add(&mut self, turn: &Turn) {
        self.rate.push(turn.rate);
        self.half.push(turn.within(0.5));
        self.slowest.push(turn.within(0.99));
    }
}

impl Demo {
    /// Starts a demo that is kept in its folder, and finds the largest case that its social worker may read.
    pub(super) fn start(runtime: &Runtime, program: &Program) -> Result<Self> {
        let mut running = program.start(|folder| {
            let data = folder.join("data").display().to_string();
            ["demo", "--listen", "127.0.0.1:0", "--json", "--data", &data].map(str::to_owned).to_vec()
        })?;
        let ready = running.json()?;
        let base = text(&ready, "baseUrl")?.to_owned();
        let case = runtime.block_on(largest_case(&base, token(&ready, "social-worker")?))?;
        let log = Request::get(&base, "/api/v1/audit/checkpoint", token(&ready, "social-auditor")?)?;
        Ok(Self { running, case, log })
    }

    /// Reading the case.
    pub(super) const fn case(&self) -> &Request {
        &self.case
    }

    /// Its process.
    pub(super) const fn running(&self) -> &Running {
        &self.running
    }

    async fn log_size(&self) -> Result<u64> {
        self.log.json().await?.get("size").and_then(Value::as_u64).context("the log has no size")
    }
}

fn sizes(runtime: &Runtime, demos: &[Demo; 2]) -> Result<[u64; 2]> {
    let [logged, unlogged] = demos;
    runtime.block_on(async { Ok([logged.log_size().await?, unlogged.log_size().await?]) })
}

async fn largest_case(base: &str, token: &str) -> Result<Request> {
    let list = Request::get(base, "/api/v1/cases?limit=50", token)?.json().await?;
    let mut largest = None;
    for case in list.get("cases").and_then(Value::as_array).context("no list of cases")? {
        let request = Request::get(base, &format!("/api/v1/cases/{}", text(case, "id")?), token)?;
        let size = request.json().await?.to_string().len();
        if largest.as_ref().is_none_or(|(known, _)| size > *known) {
            largest = Some((size, request));
        }
    }
    Ok(largest.context("the social worker has no case")?.1)
}

/// The bearer token of a persona.
fn token<'r>(ready: &'r Value, persona: &str) -> Result<&'r str> {
    let personas = ready.get("personas").and_then(Value::as_array).context("no personas")?;
    let found = personas.iter().find(|other| other.get("key").and_then(Value::as_str) == Some(persona));
    text(found.with_context(|| format!("{persona} is not in the demo"))?, "token")
}

pub(super) fn text<'v>(value: &'v Value, field: &str) -> Result<&'v str> {
    value.get(field).and_then(Value::as_str).with_context(|| format!("{field} is missing"))
}
