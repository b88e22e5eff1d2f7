//! The operator places a policy and sends SIGHUP; two administrators put it in force; the program never stops.

#[cfg(test)]
mod operator;

#[cfg(test)]
mod policy_reload {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use crate::operator::{Service, init, link, printed, samlad};

    /// A new user, signed in.
    async fn newcomer(service: &Service, administrator: &str, name: &str, number: &str, role: &str) -> String {
        let filled = [("name", name), ("title", "Samordnare"), ("serviceNumber", number), ("roles", role)];
        let (status, page) = service.post(administrator, "/ui/users/new", "/ui/users/new", &filled).await;
        assert_eq!(status, 200, "{page}");
        service.sign_in(link(&page)).await.unwrap()
    }

    /// Asks until the page of the policy says something: a check takes its time.
    async fn policy_says(service: &Service, cookie: &str, words: &str) -> String {
        let mut page = String::new();
        for _ in 0..5_000 {
            page = service.get(cookie, "/ui/policy").await.1;
            if page.contains(words) {
                return page;
            }
        }
        panic!("the page never says {words}: {page}");
    }

    fn hang_up(service: &Service) {
        let told = Command::new("kill").args(["-HUP", &service.child.id().to_string()]).status().unwrap();
        assert!(told.success());
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
        let made = init(&folder).unwrap();
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
        let first = service.sign_in(link(&printed(&made))).await.unwrap();
        let second = newcomer(&service, &first, "Eva Ek", "ADM-002", "administrator").await;
        let coordinator = newcomer(&service, &first, "Leila Karimi", "SOC-211", "prevention_coordinator").await;
        assert_eq!(service.get(&coordinator, "/ui/figures").await.0, 200);
        policy_says(&service, &first, "inget väntar").await;

        let (with, without) = ("prevention_coordinator|social_lead", "social_lead");
        let rule = |roles: &str| format!("figures_without_individuals, {roles}, figures.read");
        let row = |roles: &str| format!("{roles},figures.read,own,none");
        edit(&folder.join("policy/policy.csv"), &rule(with), &rule(without));
        edit(&folder.join("policy/tests/access-offices.csv"), &row(with), &row(without));
        hang_up(&service);
        let page = policy_says(&service, &first, "nya regler väntar").await;
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
        hang_up(&service);
        policy_says(&service, &second, "underkänd").await;
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
