//! The demo from its start to its first answer, and its memory after a thousand requests.
//!
//! The demo tells the whole past of its world through the product's own use cases before it is ready. Without `--data` it does so in memory; with it, on a
//! disk, where every unit of work waits for the disk once. What one such wait costs on this machine is measured in the same run: a bare `fdatasync` of four
//! kilobytes on the same disk. The ratio is then how many of them the start could have waited for.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::runtime::Runtime;

use super::http::{Demo, text};
use crate::kit::{Aim, Bench, Figure, Program, Request, Series, Unit, resident};

const SYNCS: u32 = 40;
const READS: usize = 1000;

pub(crate) fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let samlad = Program::build(bench, "samlad", &[])?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut sync = Series::new("a bare fdatasync");
    let (mut ready, mut answers, mut kept) = (Series::new("ready"), Series::new("answers"), Series::new("kept"));
    for round in 0..bench.long_rounds() {
        bench.say(&format!("start: round {}", round + 1));
        let (said, answered) = start(&runtime, &samlad, false)?;
        ready.push(nanoseconds(said));
        answers.push(nanoseconds(answered));
        let (said, _) = start(&runtime, &samlad, true)?;
        kept.push(nanoseconds(said));
        sync.push(nanoseconds(bare_fdatasync(samlad.folder()?.path())?));
    }
    bench.say("start: a thousand requests");
    let (mut at_first, mut later) = (Series::new("when ready"), Series::new("later"));
    let demo = Demo::start(&runtime, &samlad)?;
    at_first.push(resident(demo.running().id())?);
    let mut done = 0;
    while done < READS {
        done += runtime.block_on(demo.case().press(8, Duration::ZERO, Duration::from_millis(200)))?.all;
    }
    later.push(resident(demo.running().id())?);
    Ok(vec![
        Figure::beside("demo ready", Unit::Nanoseconds, &ready, &sync).aim(Aim::AtMost(2e9)),
        Figure::beside("demo's first answer", Unit::Nanoseconds, &answers, &sync).aim(Aim::AtMost(2e9)),
        Figure::beside("demo ready, kept on a disk", Unit::Nanoseconds, &kept, &sync).aim(Aim::AtMost(2e9)),
        Figure::beside("memory after 1 000 requests", Unit::Bytes, &later, &at_first).aim(Aim::AtMost(150e6)),
    ])
}

/// From the start of the process to the line that says it is ready, and to the first answer.
fn start(runtime: &Runtime, samlad: &Program, is_kept: bool) -> Result<(Duration, Duration)> {
    let mut demo = samlad.start(|folder| {
        let mut arguments = ["demo", "--listen", "127.0.0.1:0", "--json"].map(str::to_owned).to_vec();
        if is_kept {
            arguments.extend(["--data".to_owned(), folder.join("data").display().to_string()]);
        }
        arguments
    })?;
    let line = demo.json()?;
    let said = demo.since_start();
    runtime.block_on(Request::get(text(&line, "baseUrl")?, "/health/ready", "")?.answered())?;
    Ok((said, demo.since_start()))
}

/// One wait for the disk on which a kept demo lies.
fn bare_fdatasync(folder: &Path) -> Result<Duration> {
    let mut file = File::create(folder.join("synced"))?;
    let mut took = Vec::new();
    for _ in 0..SYNCS {
        file.write_all(&[7; 4096])?;
        let began = Instant::now();
        file.sync_data()?;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    Ok(took.get(took.len() / 2).copied().unwrap_or_default())
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}
