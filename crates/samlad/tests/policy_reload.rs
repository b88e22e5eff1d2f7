//! The operator places a policy and sends SIGHUP; two administrators put it in force; the program never stops.

#[cfg(test)]
mod policy_reload {
    use std::fs;
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

    fn link(text: &str) -> &str {
        text.split("/sign-in/").nth(1).unwrap().split([' ', '\n', '<']).next().unwrap()
    }

    fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
        text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).map_or("", |(found, _)| found)
    }

    /// A service that runs, and where it listens.
    struct Service {
        child: Child,
        address: String,
        client: reqwest::Client,
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
            let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
            Ok(Self { address: address.trim_end_matches('.').to_owned(), child, client })
        }

        async fn sign_in(&self, token: &str) -> String {
            let response = self.client.get(format!("{}/sign-in/{token}", self.address)).send().await.unwrap();
            let cookie = response.headers().get("set-cookie").expect("not signed in").to_str().unwrap();
            cookie.split(';').next().unwrap().to_owned()
        }

        async fn get(&self, cookie: &str, path: &str) -> (u16, String) {
            let response =
                self.client.get(format!("{}{path}", self.address)).header("cookie", cookie).send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        }

        /// Sends a form, with the token that stands on a page.
        async fn post(&self, cookie: &str, page: &str, path: &str, filled: &[(&str, &str)]) -> (u16, String) {
            let (_, form) = self.get(cookie, page).await;
            let mut fields = vec![("_csrf", between(&form, "name=\"_csrf\" value=\"", "\""))];
            for name in ["digest", "epoch"] {
                let value = between(&form, &format!("name=\"{name}\" value=\""), "\"");
                if !value.is_empty() {
                    fields.push((name, value));
                }
            }
            let unit =
                form.split("<option value=\"").filter_map(|rest| rest.split('"').next()).find(|it| it.len() == 36);
            fields.extend(unit.map(|unit| ("unitId", unit)));
            fields.extend(filled);
            let request = self.client.post(format!("{}{path}", self.address)).header("cookie", cookie);
            let response = request.header("origin", &self.address).form(&fields).send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        }

        /// A new user, signed in.
        async fn newcomer(&self, administrator: &str, name: &str, number: &str, role: &str) -> String {
            let filled = [("name", name), ("title", "Samordnare"), ("serviceNumber", number), ("roles", role)];
            let (status, page) = self.post(administrator, "/ui/users/new", "/ui/users/new", &filled).await;
            assert_eq!(status, 200, "{page}");
            self.sign_in(link(&page)).await
        }

        /// Asks until the page of the policy says something: a check takes its time.
        async fn policy_says(&self, cookie: &str, words: &str) -> String {
            let mut page = String::new();
            for _ in 0..5_000 {
                page = self.get(cookie, "/ui/policy").await.1;
                if page.contains(words) {
                    return page;
                }
            }
            panic!("the page never says {words}: {page}");
        }

        fn hang_up(&self) {
            let told = Command::new("kill").args(["-HUP", &self.child.id().to_string()]).status().unwrap();
            assert!(told.success());
        }
    }

    impl Drop for Service {
        fn drop(&mut self) {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }

    fn edit(path: &Path, from: &str, to: &str) {
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains(from), "{} has no {from}", path.display());
        fs::write(path, text.replace(from, to)).unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_signal_makes_a_candidate_and_two_administrators_put_it_in_force_without_a_restart() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("samlad");
        let path = folder.to_str().unwrap();
        let fixed = ["--name", "Socialnämnden i Mellerud", "--kind", "social_board", "--phone", "0530-180 00"];
        let who = ["--administrator", "Nils Ahlqvist", "--listen", "127.0.0.1:0"];
        let made = samlad(&[&["init", "--folder", path][..], &fixed, &who].concat()).unwrap();
        assert!(made.status.success(), "{}", printed(&made));
        let config = folder.join("samlad.toml");
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policy");
        fs::create_dir_all(folder.join("policy/tests")).unwrap();
        for file in ["model.conf", "policy.csv", "vocabulary.toml", "invariants.toml"] {
            fs::copy(own.join(file), folder.join("policy").join(file)).unwrap();
        }
        for table in fs::read_dir(own.join("tests")).unwrap().map(Result::unwrap) {
            if table.file_name().to_string_lossy().starts_with("access-") {
                fs::copy(table.path(), folder.join("policy/tests").join(table.file_name())).unwrap();
            }
        }
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, format!("{text}\n[policy]\nfolder = \"policy\"\n")).unwrap();

        let service = Service::start(&config).unwrap();
        let first = service.sign_in(link(&printed(&made))).await;
        let second = service.newcomer(&first, "Eva Ek", "ADM-002", "administrator").await;
        let coordinator = service.newcomer(&first, "Leila Karimi", "SOC-211", "prevention_coordinator").await;
        assert_eq!(service.get(&coordinator, "/ui/figures").await.0, 200);
        service.policy_says(&first, "inget väntar").await;

        let (with, without) = ("prevention_coordinator|social_lead", "social_lead");
        let rule = |roles: &str| format!("figures_without_individuals, {roles}, figures.read");
        let row = |roles: &str| format!("{roles},figures.read,own,none");
        edit(&folder.join("policy/policy.csv"), &rule(with), &rule(without));
        edit(&folder.join("policy/tests/access-offices.csv"), &row(with), &row(without));
        service.hang_up();
        let page = service.policy_says(&first, "nya regler väntar").await;
        assert!(page.contains("Brottsförebyggande samordnare"), "what would change is on the page");
        assert_eq!(service.get(&coordinator, "/ui/figures").await.0, 200, "a signal alone changes nothing");

        assert_eq!(service.post(&first, "/ui/policy", "/ui/policy/approve", &[]).await.0, 303);
        assert_eq!(
            service.post(&first, "/ui/policy", "/ui/policy/approve", &[]).await.0,
            409,
            "one person agrees once"
        );
        assert_eq!(service.get(&coordinator, "/ui/figures").await.0, 200);
        assert_eq!(service.post(&second, "/ui/policy", "/ui/policy/approve", &[]).await.0, 303);
        assert_eq!(
            service.get(&coordinator, "/ui/figures").await.0,
            404,
            "what was taken away is gone with the next request"
        );

        // A folder that is refused: told on the page and by the doctor, and nothing changes.
        edit(
            &folder.join("policy/policy.csv"),
            "figures_without_individuals, social_lead",
            "figures_without_individuals, sociallead",
        );
        service.hang_up();
        service.policy_says(&second, "underkänd").await;
        assert_eq!(service.get(&coordinator, "/ui/figures").await.0, 404);
        assert_eq!(service.get("", "/health/ready").await.0, 200);
        drop(service);
        let doctor = samlad(&["doctor", "--config", config.to_str().unwrap()]).unwrap();
        let said = printed(&doctor);
        assert_eq!(doctor.status.code(), Some(3), "{said}");
        assert!(said.contains("[policy] folder) is refused") && said.contains("in force (epoch 2)"), "{said}");

        // A start with a refused folder goes on with what is in force.
        let service = Service::start(&config).unwrap();
        assert_eq!(service.get("", "/health/ready").await.0, 200);
    }
}
