//! The first day of an instance as those who set it up meet it: the real program, the first administrator's link, the first colleague.

#[cfg(test)]
mod operator;

#[cfg(test)]
mod first_day {
    use crate::operator::{Service, between, init, link, printed, samlad};

    #[tokio::test(flavor = "multi_thread")]
    async fn the_first_administrator_lets_the_first_colleague_in_and_a_lost_link_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("samlad");
        let made = init(&folder).unwrap();
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
        let (status, created) = service.post(&administrator, "/ui/users/new", "/ui/users/new", &colleague).await;
        assert_eq!(status, 200, "{created}");
        let first = link(&created).to_owned();

        // The first link is lost; the administrator makes another, and the lost one is good for nobody.
        let (_, users) = service.get(&administrator, "/ui/users").await;
        let mut second = String::new();
        for path in
            users.split("href=\"").filter_map(|rest| rest.split('"').next()).filter(|path| path.ends_with("/link"))
        {
            let (_, asked) = service.get(&administrator, path).await;
            if asked.contains("Maria Lindholm") {
                let (status, page) = service.post(&administrator, path, path, &[]).await;
                assert_eq!(status, 200, "{page}");
                second = link(&page).to_owned();
            }
        }
        assert!(!second.is_empty(), "{users}");
        assert!(service.sign_in(&first).await.is_none(), "a link that was replaced is over");
        let colleague = service.sign_in(&second).await.unwrap();
        assert!(service.sign_in(&second).await.is_none(), "a link is good once");
        // Whoever signs in for the first time is told first that accesses are logged.
        assert_eq!(service.get(&colleague, "/ui").await.0, 303);
        let (_, notice) = service.get(&colleague, "/ui/notice").await;
        assert!(notice.contains("Maria Lindholm"), "{notice}");
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
        assert!(service.sign_in(link(&printed(&renewed))).await.is_some());
    }
}
