//! A client that costs little: requests prepared once, answers read to their end and looked at no further than they must be.
//!
//! Client and server share the machine. What the client spends is spent in both variants of a comparison and so pulls their ratio towards one; the less it
//! is, the more a figure says about the server.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A `GET` that was written out once.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    address: SocketAddr,
    bytes: Vec<u8>,
}

/// What many clients together came to in one turn.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Answers a second.
    pub(crate) rate: f64,
    /// How many answers came in all, those of the warm-up included.
    pub(crate) all: usize,
    /// How long each counted answer took, in order.
    took: Vec<Duration>,
}

impl Turn {
    /// The time within which this share of the answers came, in nanoseconds.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place among some thousand answers"
    )]
    pub(crate) fn within(&self, share: f64) -> f64 {
        let place = ((self.took.len() as f64 * share) as usize).min(self.took.len().saturating_sub(1));
        self.took.get(place).map_or(f64::NAN, |took| took.as_secs_f64() * 1e9)
    }
}

impl Request {
    /// To a server (`http://127.0.0.1:8080`), with a bearer token.
    ///
    /// # Errors
    /// When the address is none.
    pub(crate) fn get(base: &str, path: &str, token: &str) -> Result<Self> {
        let host = base.strip_prefix("http://").context("the demo answers over plain HTTP")?;
        let bytes = format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\naccept: application/json\r\n\r\n"
        );
        Ok(Self { address: host.parse()?, bytes: bytes.into_bytes() })
    }

    /// Sends it once, for no more than that it is answered.
    ///
    /// # Errors
    /// When the answer is not a whole 200.
    pub(crate) async fn answered(&self) -> Result<()> {
        Connection::open(self).await?.ask(self).await
    }

    /// Sends it once; the answer as JSON.
    ///
    /// # Errors
    /// When the answer is not a whole 200.
    pub(crate) async fn json(&self) -> Result<Value> {
        let mut connection = Connection::open(self).await?;
        connection.ask(self).await?;
        Ok(serde_json::from_slice(connection.body())?)
    }

    /// Sends it from so many clients at once, each over a connection of its own, each as soon as it has its last answer; `warm_up` is not counted.
    ///
    /// # Errors
    /// When an answer is not a whole 200.
    pub(crate) async fn press(&self, clients: usize, warm_up: Duration, length: Duration) -> Result<Turn> {
        let mut connections = Vec::with_capacity(clients);
        for _ in 0..clients {
            connections.push(Connection::open(self).await?);
        }
        let begins = Instant::now() + warm_up;
        let tasks: Vec<_> = connections
            .into_iter()
            .map(|mut connection| {
                let request = self.clone();
                tokio::spawn(async move { connection.keep_asking(&request, begins, begins + length).await })
            })
            .collect();
        let (mut took, mut all) = (Vec::new(), 0);
        for task in tasks {
            let (of_one, asked) = task.await??;
            took.extend(of_one);
            all += asked;
        }
        took.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "a count of answers")]
        let rate = took.len() as f64 / length.as_secs_f64();
        Ok(Turn { rate, all, took })
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    head: usize,
}

impl Connection {
    async fn open(request: &Request) -> Result<Self> {
        let stream = TcpStream::connect(request.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024), head: 0 })
    }

    async fn keep_asking(
        &mut self,
        request: &Request,
        begins: Instant,
        ends: Instant,
    ) -> Result<(Vec<Duration>, usize)> {
        let mut took = Vec::new();
        let mut all = 0;
        loop {
            let asked = Instant::now();
            self.ask(request).await?;
            let answered = Instant::now();
            all += 1;
            if answered >= ends {
                return Ok((took, all));
            }
            if answered >= begins {
                took.push(answered - asked);
            }
        }
    }

    async fn ask(&mut self, request: &Request) -> Result<()> {
        self.stream.write_all(&request.bytes).await?;
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await?;
            ensure!(read > 0, "the server hung up");
            if let Some((head, body)) = measure(&self.buffer)? {
                self.head = head;
                if self.buffer.len() >= head + body {
                    return Ok(());
                }
            }
        }
    }

    fn body(&self) -> &[u8] {
        self.buffer.get(self.head..).unwrap_or_default()
    }
}

/// Lengths of head and body, once the head is there; it must be a 200.
fn measure(answer: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(answer.get(..end).unwrap_or_default()).context("a head that is no text")?;
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        bail!("the server answered {status}");
    }
    let length =
        lines.filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.context("an answer without a length")?.1.trim().parse()?;
    Ok(Some((end + 4, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_measured_when_its_head_is_there() {
        assert_eq!(measure(b"HTTP/1.1 200 OK\r\ncontent-le").unwrap(), None);
        assert_eq!(measure(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap(), Some((38, 2)));
    }

    #[test]
    fn what_is_not_the_answer_is_not_counted_as_one() {
        assert!(measure(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n").is_err());
        assert!(measure(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[test]
    fn shares_of_the_answers_are_read_off_in_order() {
        let took = (1..=100).map(Duration::from_micros).collect();
        let turn = Turn { rate: 0.0, all: 100, took };
        assert!((turn.within(0.5) - 51_000.0).abs() < 1.0);
        assert!((turn.within(0.99) - 100_000.0).abs() < 1.0);
    }
}
