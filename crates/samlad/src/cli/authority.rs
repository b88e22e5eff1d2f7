//! `samlad authority card | introduce | replace`: two instances come to know each other, and learn of new keys and addresses. Cards hold public keys only; people compare their fingerprints by telephone.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use case_registry::RegistryError;
use clap::{Args, Subcommand};
use parcel::AuthorityPublic;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::directory::AuthorityRow;
use vocabulary::{AuthorityId, AuthorityKind};

use super::{Exit, counsel};
use crate::config::Config;
use crate::instance::{Instance, Plan};
use crate::transport;

/// Authorities of this instance and of others.
#[derive(Subcommand)]
pub(super) enum Authority {
    /// Prints the cards of the own authorities: what another instance must know to exchange parcels with them.
    Card(Card),
    /// Makes an authority of another instance known here.
    Introduce(Introduce),
    /// Replaces the address and the keys of an authority of another instance.
    Replace(Replace),
    /// Records that an authority's counsel has confirmed the wording of a legal basis.
    Confirm(counsel::Confirm),
    /// Takes a confirmation back.
    WithdrawConfirmation(counsel::Withdraw),
}

const CARD: &str = "\
Example:
  samlad authority card --config /etc/samlad/samlad.toml > socialnamnden.card.toml";

/// Prints cards.
#[derive(Args)]
#[command(after_help = CARD)]
pub(super) struct Card {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// Only this authority's card.
    #[arg(long, value_name = "ID")]
    authority: Option<AuthorityId>,
}

const INTRODUCE: &str = "\
Example:
  samlad authority introduce --config /etc/samlad/samlad.toml --card polisen.card.toml --fingerprint 4f1c-90ab-77d2-e013

Ask the other authority for the fingerprint by telephone: whoever can swap the card could read what is sent.";

/// Takes in a card.
#[derive(Args)]
#[command(after_help = INTRODUCE)]
pub(super) struct Introduce {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// The other authority's card.
    #[arg(long, value_name = "FILE")]
    card: PathBuf,
    /// The fingerprint as heard from the other authority.
    #[arg(long)]
    fingerprint: String,
}

const REPLACE: &str = "\
Example:
  samlad authority replace --config /etc/samlad/samlad.toml --card polisen-ny.card.toml --fingerprint 9a20-11cf-6b3e-58d4

Ask the other authority for the new card's fingerprint by telephone, on a number that you know from before. Parcels that wait here were sealed to the
earlier key: the other side opens them as long as it keeps that key. Every authority of this instance has an entry about it in its log.";

/// Takes in a new card of an authority that is known.
#[derive(Args)]
#[command(after_help = REPLACE)]
pub(super) struct Replace {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "samlad.toml")]
    config: PathBuf,
    /// The other authority's new card.
    #[arg(long, value_name = "FILE")]
    card: PathBuf,
    /// The new card's fingerprint as heard from the other authority.
    #[arg(long)]
    fingerprint: String,
}

/// What one instance tells another of an authority. All of it is public.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cards {
    authority: Vec<PublicCard>,
}

/// One authority.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicCard {
    id: AuthorityId,
    name: String,
    kind: AuthorityKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    municipality_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    county_code: Option<String>,
    reception_phone: String,
    log_origin: String,
    endpoint: String,
    /// age recipient.
    recipient: String,
    /// Ed25519 key in Base64.
    verifying: String,
}

impl Authority {
    pub(super) async fn run(self) -> Result<Exit> {
        match self {
            Self::Card(it) => it.run().await,
            Self::Introduce(it) => it.run().await,
            Self::Replace(it) => it.run().await,
            Self::Confirm(it) => it.run().await,
            Self::WithdrawConfirmation(it) => it.run().await,
        }
    }
}

impl Card {
    async fn run(self) -> Result<Exit> {
        let config = Config::read(&self.config)?;
        let instance = Instance::open(Plan::of(&config)?).await?;
        let cards = self.cards(&config, &instance).await;
        instance.close().await;
        let cards = cards?;
        for card in &cards.authority {
            eprintln!("{}: fingerprint {}", card.name, card.fingerprint());
        }
        print!("{}", toml::to_string(&cards)?);
        Ok(Exit::Done)
    }

    async fn cards(&self, config: &Config, instance: &Instance) -> Result<Cards> {
        let mut snapshot = instance.registry.store.system().await?;
        let rows = store::directory::authorities(&mut snapshot).await?;
        snapshot.close().await?;
        let mut cards = Cards { authority: Vec::new() };
        for row in rows.into_iter().filter(|row| row.is_local && self.authority.is_none_or(|only| only == row.id)) {
            let public = AuthorityPublic::of(&*instance.registry.vault.authority(row.id)?);
            cards.authority.push(PublicCard {
                id: row.id,
                name: row.name,
                kind: row.kind,
                municipality_code: row.municipality_code,
                county_code: row.county_code,
                reception_phone: row.reception_phone,
                log_origin: row.log_origin,
                endpoint: format!("{}{}", config.instance.base_url, transport::PATH),
                recipient: public.recipient,
                verifying: STANDARD.encode(public.verifying),
            });
        }
        Ok(cards)
    }
}

impl Introduce {
    async fn run(self) -> Result<Exit> {
        let card = PublicCard::read(&self.card, &self.fingerprint)?;
        let row = card.row()?;
        let config = Config::read(&self.config)?;
        let instance = Instance::open(Plan::of(&config)?).await?;
        let outcome = match instance.locals().first() {
            Some(to) => instance.registry.introduce(*to, row).await.context("the authority could not be introduced"),
            None => Err(anyhow::anyhow!("no authority lives here")),
        };
        instance.close().await;
        outcome?;
        println!("{} is known here.", card.name);
        Ok(Exit::Done)
    }
}

impl Replace {
    async fn run(self) -> Result<Exit> {
        let card = PublicCard::read(&self.card, &self.fingerprint)?;
        let row = card.row()?;
        let config = Config::read(&self.config)?;
        let instance = Instance::open(Plan::of(&config)?).await?;
        let outcome = instance.registry.replace_peer(instance.locals(), &row).await;
        instance.close().await;
        outcome.map_err(|error| match error {
            RegistryError::NotFound => {
                anyhow::anyhow!("{} is not known here: use `samlad authority introduce`", card.name)
            }
            RegistryError::Conflict("lives-here") => anyhow::anyhow!("{} lives in this instance", card.name),
            RegistryError::Conflict("another-authority") => {
                anyhow::anyhow!(
                    "the card is of an authority of another kind or with another log than the one known here"
                )
            }
            other => other.into(),
        })?;
        println!("{} is reached at its new address, under its new keys.", card.name);
        Ok(Exit::Done)
    }
}

impl PublicCard {
    /// The one card of a file, if its fingerprint is the one that was heard.
    fn read(file: &Path, fingerprint: &str) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let cards: Cards = toml::from_str(&text).with_context(|| file.display().to_string())?;
        let Ok([card]) = <[Self; 1]>::try_from(cards.authority) else {
            bail!("one card at a time: ask for `samlad authority card --authority ID`")
        };
        ensure!(
            fingerprint.trim().eq_ignore_ascii_case(&card.fingerprint()),
            "the card's fingerprint is another: it was changed on its way, or heard wrongly"
        );
        Ok(card)
    }

    /// Sixteen hexadecimal digits over what decides who can read and sign: enough to compare by telephone.
    fn fingerprint(&self) -> String {
        let told = format!("samlad/card/1\n{}\n{}\n{}\n{}\n", self.id, self.recipient, self.verifying, self.endpoint);
        let digest = Sha256::digest(told.as_bytes());
        let digits: Vec<String> = digest
            .chunks(2)
            .take(4)
            .map(|pair| pair.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat())
            .collect();
        digits.join("-")
    }

    fn row(&self) -> Result<AuthorityRow> {
        let verifying = STANDARD
            .decode(&self.verifying)
            .ok()
            .filter(|key| key.len() == 32)
            .context("the card's signing key is none")?;
        field_vault::RecoveryRecipient::parse(&self.recipient).context("the card's age recipient is none")?;
        ensure!(
            self.endpoint.starts_with("https://") || self.endpoint.starts_with("http://127.0.0.1"),
            "the card's endpoint is not https"
        );
        Ok(AuthorityRow {
            id: self.id,
            kind: self.kind,
            name: self.name.clone(),
            municipality_code: self.municipality_code.clone(),
            county_code: self.county_code.clone(),
            log_origin: self.log_origin.clone(),
            is_local: false,
            endpoint: Some(self.endpoint.clone()),
            parcel_recipient: Some(self.recipient.clone()),
            parcel_verifying: Some(verifying),
            reception_phone: self.reception_phone.clone(),
        })
    }
}
