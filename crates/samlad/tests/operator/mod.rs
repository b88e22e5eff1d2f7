//! An instance in the hands of its operator: the real program set up, served, and used by people in a browser's way.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context as _, Result};

/// Runs the program to its end.
pub(crate) fn samlad(arguments: &[&str]) -> Result<Output> {
    Ok(Command::new(env!("CARGO_BIN_EXE_samlad")).args(arguments).env("RUST_LOG", "warn").output()?)
}

/// Sets up an instance with one authority, on a free port.
pub(crate) fn init(folder: &Path) -> Result<Output> {
    let folder = folder.to_str().context("a path that is text")?;
    let board = ["--name", "Socialnämnden i Mellerud", "--kind", "social_board", "--phone", "0530-180 00"];
    let who = ["--administrator", "Nils Ahlqvist", "--listen", "127.0.0.1:0"];
    samlad(&[&["init", "--folder", folder][..], &board, &who].concat())
}

/// All that was printed.
pub(crate) fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The token of the first sign-in link in a text or a page.
pub(crate) fn link(text: &str) -> &str {
    between(text, "/sign-in/", "").split([' ', '\n', '<']).next().unwrap_or_default()
}

/// What stands between two texts, the first time; up to the end when the second is empty.
pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let rest = text.split_once(before).map_or("", |(_, rest)| rest);
    if after.is_empty() { rest } else { rest.split_once(after).map_or("", |(found, _)| found) }
}

/// A service that runs, and where it listens. It ends with its story.
pub(crate) struct Service {
    pub(crate) child: Child,
    address: String,
    client: reqwest::Client,
}

impl Service {
    pub(crate) fn start(config: &Path) -> Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_samlad"))
            .args(["serve", "--config"])
            .arg(config)
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line.split_whitespace().find(|word| word.starts_with("http://")).context("no address")?;
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { address: address.to_owned(), child, client })
    }

    /// Signs in by a link: the session's cookie; none when the link is not good.
    pub(crate) async fn sign_in(&self, token: &str) -> Option<String> {
        let response = self.client.get(format!("{}/sign-in/{token}", self.address)).send().await.unwrap();
        let cookie = response.headers().get("set-cookie")?.to_str().unwrap();
        cookie.split(';').next().map(str::to_owned)
    }

    /// A page, with its status.
    pub(crate) async fn get(&self, cookie: &str, path: &str) -> (u16, String) {
        let response =
            self.client.get(format!("{}{path}", self.address)).header("cookie", cookie).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Sends a form with what stands hidden on its page and what is filled in; where a unit is asked for, the first.
    pub(crate) async fn post(&self, cookie: &str, page: &str, path: &str, filled: &[(&str, &str)]) -> (u16, String) {
        let (_, form) = self.get(cookie, page).await;
        let mut fields = Vec::new();
        for name in ["_csrf", "digest", "epoch"] {
            let value = between(&form, &format!("name=\"{name}\" value=\""), "\"");
            if !value.is_empty() {
                fields.push((name, value));
            }
        }
        let unit = form.split("<option value=\"").filter_map(|rest| rest.split('"').next()).find(|it| it.len() == 36);
        fields.extend(unit.map(|unit| ("unitId", unit)));
        fields.extend(filled);
        let request = self.client.post(format!("{}{path}", self.address)).header("cookie", cookie);
        let response = request.header("origin", &self.address).form(&fields).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
