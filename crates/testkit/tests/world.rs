//! The world is the same on every database, whoever looks at it.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use testkit::{Backend, Builder, TestInstance, backends};
use vocabulary::AuthorityKind;

/// Everything that a story rests on: both sides see their own, and nobody the other's.
async fn both_sides_see_their_own(instance: &TestInstance) -> Result<()> {
    let social = instance.as_persona("social-worker");
    let police = instance.as_persona("police-coordinator");
    let cases = social.get("/api/v1/cases").await?;
    ensure!(cases.status == 200 && cases.log_entry().is_some(), "{}", cases.text());
    let case = cases.json()?.pointer("/cases/0/id").and_then(Value::as_str).context("a case")?.to_owned();
    ensure!(social.get(&format!("/api/v1/cases/{case}")).await?.status == 200, "the own case opens");

    let hidden = police.get(&format!("/api/v1/cases/{case}")).await?;
    let missing = police.get(&format!("/api/v1/cases/{}", uuid::Uuid::nil())).await?;
    ensure!((hidden.status, missing.status) == (404, 404), "hidden and missing are alike");
    ensure!(hidden.body.len() == missing.body.len(), "hidden and missing are alike in size");
    ensure!(instance.as_stranger().get("/api/v1/cases").await?.status == 401, "nobody gets in without a token");

    let files = police.get("/api/v1/joint-files").await?;
    ensure!(
        files.json()?.pointer("/jointFiles").and_then(Value::as_array).is_some_and(|files| files.len() >= 3),
        "{}",
        files.text()
    );
    let received = police.get("/api/v1/received-items").await?;
    ensure!(received.text().contains("LAPSED"), "a lapsed copy waits for the police: {}", received.text());
    Ok(())
}

async fn the_logs_are_sound(instance: &TestInstance) -> Result<()> {
    for kind in [AuthorityKind::SocialBoard, AuthorityKind::Police] {
        let (authority, registry) = instance.registry(kind)?;
        let verifier = registry.signers.get(&authority).context("a log key")?.verifier();
        registry.log.sequenced().await?;
        registry.sign_checkpoint(authority).await?;
        let found = registry.log.verify(authority, &verifier, &|_, _| {}).await?;
        ensure!(found.size > 150 && found.instances == 1, "{kind}: {} entries", found.size);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_instance_tells_the_world_on_every_database() {
    for backend in backends() {
        let instance = TestInstance::start(backend).await.unwrap();
        both_sides_see_their_own(&instance).await.unwrap();
        the_logs_are_sound(&instance).await.unwrap();
        assert!(instance.cookie("police-auditor").await.unwrap().starts_with("samlad-session="));
        instance.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_tell_the_same_world_on_every_database() {
    for backend in backends() {
        let is_postgres = matches!(backend, Backend::Postgres(_));
        let instance = Builder::on(backend).two_instances().start().await.unwrap();
        both_sides_see_their_own(&instance).await.unwrap();
        the_logs_are_sound(&instance).await.unwrap();
        let (social, police) = (instance.persona("social-worker"), instance.persona("police-coordinator"));
        assert_ne!(social.base_url, police.base_url, "postgres: {is_postgres}");
        instance.stop().await.unwrap();
    }
}
