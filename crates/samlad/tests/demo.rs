//! The demo as whoever tries it meets it.

use anyhow::Result;
use samlad::demo::{Demo, Options};
use serde_json::Value;

fn client() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?)
}

async fn get(url: &str, token: Option<&str>) -> Result<(u16, String)> {
    let request = client()?.get(url);
    let response = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let response = response.send().await?;
    Ok((response.status().as_u16(), response.text().await?))
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_in_the_demo_gets_in_by_link_and_by_token() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let ready = demo.ready().clone();
    assert_eq!(get(&format!("{}/health/ready", ready.base_url), None).await.unwrap().0, 200);
    assert_eq!((ready.authorities.len(), ready.personas.len()), (2, 11));
    for persona in &ready.personas {
        let (status, body) = get(&format!("{}/api/v1/me", persona.base_url), Some(&persona.token)).await.unwrap();
        assert_eq!(status, 200, "{}: {body}", persona.key);
        let me: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(me["name"], persona.name.as_str());
        // The link opens again and again.
        for _ in 0..2 {
            let client = client().unwrap();
            let response = client.get(&persona.sign_in_url).send().await.unwrap();
            assert!(response.status().is_redirection(), "{}", persona.key);
            assert!(response.headers().contains_key("set-cookie"), "{}", persona.key);
        }
    }
    demo.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_tell_the_same_story_over_http() {
    let demo = Demo::start(Options { two_instances: true, ..Options::default() }).await.unwrap();
    let ready = demo.ready().clone();
    let (social, police) = (ready.persona("social-worker").unwrap(), ready.persona("police-coordinator").unwrap());
    assert_ne!(social.base_url, police.base_url);
    assert_eq!(get(&format!("{}/api/v1/me", police.base_url), Some(&police.token)).await.unwrap().0, 200);
    // A token of one instance means nothing to the other.
    assert_eq!(get(&format!("{}/api/v1/me", police.base_url), Some(&social.token)).await.unwrap().0, 401);
    let (status, files) = get(&format!("{}/api/v1/joint-files", police.base_url), Some(&police.token)).await.unwrap();
    assert_eq!(status, 200, "{files}");
    demo.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_demo_is_continued() {
    let home = tempfile::tempdir().unwrap();
    let options = || Options { data: Some(home.path().join("kept")), ..Options::default() };
    let first = Demo::start(options()).await.unwrap();
    let authority = first.ready().authorities[0].id;
    first.stop().await.unwrap();
    let second = Demo::start(options()).await.unwrap();
    assert_eq!(second.ready().authorities[0].id, authority);
    let worker = second.ready().persona("social-worker").unwrap().clone();
    let (status, cases) = get(&format!("{}/api/v1/cases", worker.base_url), Some(&worker.token)).await.unwrap();
    assert_eq!(status, 200, "{cases}");
    assert!(cases.contains("Elias"), "{cases}");
    second.stop().await.unwrap();
}
