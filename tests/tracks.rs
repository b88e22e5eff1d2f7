//! What the product writes about itself, caught for reading.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

/// All messages of this process, from the first on.
#[derive(Clone, Default)]
pub(crate) struct Tracks(Arc<Mutex<Vec<u8>>>);

impl Tracks {
    /// Begins to catch. Once in a process.
    pub(crate) fn follow() -> Self {
        let tracks = Self::default();
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(tracks.clone())
            .init();
        tracks
    }

    /// Everything so far.
    pub(crate) fn so_far(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl<'a> MakeWriter<'a> for Tracks {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl io::Write for Tracks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
