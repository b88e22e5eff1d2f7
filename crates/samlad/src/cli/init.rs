//! `samlad init`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use identity::LinkKind;
use vocabulary::{AuthorityId, Clock as _, Entropy as _, SystemClock, SystemEntropy};

use super::Exit;
use super::founding::{AuthorityArguments, make_keys};
use crate::config::{Config, NewAuthority, NewInstance};
use crate::instance::{Instance, Plan};
use crate::secret;

const EXAMPLES: &str = "\
Examples:
  samlad init --folder /etc/samlad --host samlad.mellerud.example --place Mellerud \\
      --name \"Socialnämnden i Mellerud\" --kind social_board --municipality-code 1461 \\
      --phone \"0530-180 00\" --administrator \"Nils Ahlqvist\"
  samlad init --folder /etc/samlad --add --name \"Barn- och utbildningsnämnden\" --kind education_board \\
      --phone \"0530-180 00\" --administrator \"Eva Ek\"

Writes FOLDER/samlad.toml and FOLDER/keys (mode 0600) and prints the administrator's one-time link once. Move keys/*.recovery offline and keep a copy
of keys/*.root elsewhere: without both, the records are lost. Nothing that exists is overwritten.";

/// Sets up an instance, or another authority in it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Init {
    /// Where configuration and keys go.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Adds an authority to the instance of the folder.
    #[arg(long)]
    add: bool,
    #[command(flatten)]
    authority: AuthorityArguments,
    /// Host name that the logs' origins begin with; it never changes.
    #[arg(long, default_value = "localhost")]
    host: String,
    /// Name of the municipality, for the page header.
    #[arg(long, default_value = "")]
    place: String,
    /// Where the service listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address that people use; `https://` and the host unless given.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Whom to turn to when the pages cannot be used.
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    contact: String,
    /// A file with the address of a PostgreSQL database (mode 0600), instead of SQLite in FOLDER/data.
    #[arg(long, value_name = "FILE")]
    database_address: Option<PathBuf>,
}

impl Init {
    pub(super) async fn run(&self) -> Result<Exit> {
        let path = self.folder.join("samlad.toml");
        match (path.exists(), self.add) {
            (true, false) => bail!("{} exists: use --add for another authority, or another folder", path.display()),
            (false, true) => bail!("{} does not exist: there is no instance to add to", path.display()),
            _ => {}
        }
        let entropy = SystemEntropy;
        let id = AuthorityId(entropy.id());
        let (founding, administrator) = self.authority.founding(id, &entropy)?;
        let slug = self.authority.slug();
        secret::private_folder(&self.folder).with_context(|| self.folder.display().to_string())?;
        let recovery = make_keys(&self.folder.join("keys"), &slug, &entropy).context("the keys could not be made")?;
        let new = NewAuthority { id, name: founding.name.as_str(), slug: &slug, recovery: &recovery };
        let text = if self.add {
            let before = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            format!("{}\n\n{}", before.trim_end(), new.text())
        } else {
            self.text(new)?
        };
        let config = Config::parse(&text, &path)?;
        if config.database.url.is_some() && !self.add {
            secret::private_folder(&self.folder.join("data"))?;
        }
        let mut plan = Plan::of(&config)?;
        let place = plan.rings.iter().position(|ring| ring.authority == id).context("the new authority has no keys")?;
        let ring = plan.rings.remove(place);
        let mut instance = Instance::open(plan).await?;
        instance.found(founding, ring).await.context("the authority could not be founded")?;
        let until = SystemClock::new().now().plus_days(3);
        let link = instance.registry.issue_link(&instance.identity, id, administrator, LinkKind::Enrol, until).await?;
        instance.close().await;
        write(&path, &text, self.add)?;
        println!("{} is set up. Configuration: {}", self.authority.name.trim(), path.display());
        println!(
            "Keys: {}/keys/{slug}.*  Move {slug}.recovery offline; keep a copy of {slug}.root elsewhere.",
            self.folder.display()
        );
        println!("The administrator's link, good once and for three days:");
        println!("  {}/sign-in/{}", config.instance.base_url, link.reveal());
        Ok(Exit::Done)
    }

    fn text(&self, authority: NewAuthority<'_>) -> Result<String> {
        let base_url = self.base_url.clone().unwrap_or_else(|| {
            if self.host == "localhost" { format!("http://{}", self.listen) } else { format!("https://{}", self.host) }
        });
        let database = match &self.database_address {
            None => "# Records and, beside them, keys. Back up both, apart from each other.\nurl = \"sqlite:data\""
                .to_owned(),
            Some(file) => {
                let file = std::path::absolute(file)?;
                format!(
                    "# PostgreSQL; the address stands in a file because it holds a password.\naddress = {{ file = {} }}",
                    toml::Value::from(file.display().to_string())
                )
            }
        };
        let new = NewInstance {
            host: &self.host,
            place: &self.place,
            listen: self.listen,
            base_url: &base_url,
            contact: &self.contact,
            database: &database,
            authority,
        };
        Ok(new.text())
    }
}

/// A new file, or a longer one in the place of the old: whole or not at all.
fn write(path: &Path, text: &str, is_longer: bool) -> Result<()> {
    let fail = || path.display().to_string();
    if !is_longer {
        return secret::private_file(path, text.as_bytes()).with_context(fail);
    }
    let beside = path.with_extension("toml.new");
    secret::private_file(&beside, text.as_bytes()).with_context(fail)?;
    std::fs::rename(&beside, path).with_context(fail)?;
    std::io::stdout().flush().ok();
    Ok(())
}
