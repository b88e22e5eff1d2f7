//! The first day of an instance as those who set it up meet it: the real program, the first administrator's link, the first colleague.

#[cfg(test)]
mod first_day {
    use std::io::{BufRead as _, BufReader};
    use std::path::Path;
    use std::process::{Child, Command, Output, Stdio};

    use anyhow::{Context as _, Result};

    fn samlad(arguments: &[&str]) -> Result<Output> {
        Ok(Command::new(env!("CARGO_BIN_EXE_samlad")).args(arguments).env("RUST_LOG", "warn").output()?)
    }

    fn printed(output: &Output) -> String {
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    }

    /// The token of the link in what was printed.
    fn link(text: &str) -> &str {
        text.split("/sign-in/").nth(1).unwrap().split_whitespace().next().unwrap()
    }

    /// What stands between two texts, the first time.
    fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
        text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).map_or("", |(found, _)| found)
    }

    /// A service that runs and where it listens.
    struct Service {
        child: Child,
        address: String,
    }

    impl Service {
        fn start(config: &Path) -> Result<Self> {
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
            Ok(Self { address: address.trim_end_matches('.').to_owned(), child })
        }

        /// Signs in by a link: the session's cookie.
        async fn sign_in(&self, token: &str) -> Result<String> {
            let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
            let response = client.get(format!("{}/sign-in/{token}", self.address)).send().await?;
            let cookie = response.headers().get("set-cookie").context("not signed in")?.to_str()?;
            Ok(cookie.split(';').next().unwrap_or_default().to_owned())
        }

        async fn page(&self, cookie: &str, path: &str) -> Result<String> {
            let client = reqwest::Client::new();
            Ok(client.get(format!("{}{path}", self.address)).header("cookie", cookie).send().await?.text().await?)
        }

        /// Opens a form and sends it with what is filled in.
        async fn fill_in(&self, cookie: &str, path: &str, filled: &[(&str, &str)]) -> Result<(u16, String)> {
            let form = self.page(cookie, path).await?;
            let csrf = between(&form, "name=\"_csrf\" value=\"", "\"").to_owned();
            let mut fields = vec![("_csrf", csrf.as_str())];
            let unit = form
                .split("<option value=\"")
                .filter_map(|rest| rest.split('"').next())
                .find(|value| value.len() == 36)
                .unwrap_or_default()
                .to_owned();
            if form.contains("unitId") {
                fields.push(("unitId", unit.as_str()));
            }
            fields.extend(filled);
            let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
            let request = client
                .post(format!("{}{path}", self.address))
                .header("cookie", cookie)
                .header("origin", &self.address)
                .form(&fields);
            let response = request.send().await?;
            Ok((response.status().as_u16(), response.text().await?))
        }
    }

    impl Drop for Service {
        fn drop(&mut self) {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_first_administrator_lets_the_first_colleague_in_and_a_lost_link_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("samlad");
        let made = samlad(&[
            "init",
            "--folder",
            folder.to_str().unwrap(),
            "--name",
            "Socialnämnden i Mellerud",
            "--kind",
            "social_board",
            "--phone",
            "0530-180 00",
            "--administrator",
            "Nils Ahlqvist",
            "--listen",
            "127.0.0.1:0",
        ])
        .unwrap();
        assert!(made.status.success(), "{}", printed(&made));
        let config = folder.join("samlad.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        let authority = between(text.split("[[authority]]").nth(1).unwrap(), "id = \"", "\"").to_owned();

        let service = Service::start(&config).unwrap();
        let administrator = service.sign_in(link(&printed(&made))).await.unwrap();
        let colleague = [
            ("name", "Maria Lindholm"),
            ("title", "Socialsekreterare"),
            ("serviceNumber", "SOC-001"),
            ("roles", "social_worker"),
        ];
        // A sign-in that has just happened is confirmation enough.
        let (status, created) = service.fill_in(&administrator, "/ui/users/new", &colleague).await.unwrap();
        assert_eq!(status, 200, "{created}");
        let first = link(&created).split('<').next().unwrap().to_owned();

        // The first link is lost; the administrator makes another, and the lost one is good for nobody.
        let users = service.page(&administrator, "/ui/users").await.unwrap();
        let mut second = String::new();
        for path in
            users.split("href=\"").filter_map(|rest| rest.split('"').next()).filter(|path| path.ends_with("/link"))
        {
            let asked = service.page(&administrator, path).await.unwrap();
            if asked.contains("Maria Lindholm") {
                let (status, page) = service.fill_in(&administrator, path, &[]).await.unwrap();
                assert_eq!(status, 200, "{page}");
                second = link(&page).split('<').next().unwrap().to_owned();
            }
        }
        assert!(!second.is_empty(), "{users}");
        assert!(service.sign_in(&first).await.is_err(), "a link that was replaced is over");
        let colleague = service.sign_in(&second).await.unwrap();
        assert!(service.sign_in(&second).await.is_err(), "a link is good once");
        let home = service.page(&colleague, "/ui").await.unwrap();
        assert!(home.contains("Maria Lindholm"), "{home}");
        drop(service);

        // The operator lets in whoever nobody else can.
        let link_for = |number: &str| {
            samlad(&[
                "user",
                "link",
                "--config",
                config.to_str().unwrap(),
                "--authority",
                &authority,
                "--service-number",
                number,
            ])
            .unwrap()
        };
        let renewed = link_for("ADM-001");
        assert!(renewed.status.success(), "{}", printed(&renewed));
        assert_eq!(link_for("SYS-001").status.code(), Some(1), "nobody signs in as the service");
        let service = Service::start(&config).unwrap();
        assert!(service.sign_in(link(&printed(&renewed))).await.is_ok());
    }
}
