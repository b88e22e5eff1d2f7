//! The commented file that `samlad init` writes.

use std::net::SocketAddr;

use vocabulary::AuthorityId;

/// What a new file is written from.
pub struct NewInstance<'a> {
    /// Host name for the logs' origins.
    pub host: &'a str,
    /// Municipality.
    pub place: &'a str,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address that people use.
    pub base_url: &'a str,
    /// Contact of the accessibility statement.
    pub contact: &'a str,
    /// Lines of `[database]`.
    pub database: &'a str,
    /// The first authority.
    pub authority: NewAuthority<'a>,
}

/// An authority of a new file.
pub struct NewAuthority<'a> {
    /// Its id.
    pub id: AuthorityId,
    /// Its name.
    pub name: &'a str,
    /// Name of its key files, without ending.
    pub slug: &'a str,
    /// Public part of its recovery identity.
    pub recovery: &'a str,
}

impl NewInstance<'_> {
    /// The file.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { host, place, listen, base_url, contact, database, authority } = self;
        format!(
            "# Samlad: configuration of one instance. Unknown keys are refused. Secrets stand here only as references:\n\
             #   {{ file = \"keys/x.root\" }}       a file with mode 0600, counted from this file's folder\n\
             #   {{ credential = \"x.root\" }}      handed over by systemd (LoadCredential=)\n\
             #   {{ command = [\"pass\", \"x\"] }}    printed by a program; for root identities\n\
             \n\
             [instance]\n\
             # Begins the origin of every log here; it stands in every signed checkpoint and never changes.\n\
             host = {host}\n\
             # In the page header.\n\
             place = {place}\n\
             # TLS ends in front of this program, at a reverse proxy on the same machine.\n\
             listen = \"{listen}\"\n\
             # The address that people and other instances use.\n\
             base_url = {base_url}\n\
             accessibility_contact = {contact}\n\
             \n\
             [database]\n\
             {database}\n\
             # Connections for reading (SQLite) or in all (PostgreSQL).\n\
             connections = 8\n\
             \n\
             [log]\n\
             # The last signed checkpoints. Put this on another medium than the database, where the database's owner cannot write:\n\
             # a database restored from a backup, or rewritten, is then noticed at start.\n\
             checkpoints = \"checkpoints\"\n\
             # Seconds between two signatures of a log that has grown.\n\
             sign_every_seconds = 5\n\
             \n\
             [sessions]\n\
             idle_minutes = 30\n\
             absolute_hours = 10\n\
             # Minutes after a sign-in during which it counts as just confirmed; releases and changes of users ask for that.\n\
             fresh_minutes = 15\n\
             \n\
             # An access policy of your own instead of the program's: read at the first start, on SIGHUP (systemctl reload) and when an administrator\n\
             # asks. What it changes takes effect when administrators of every authority here, at least two people, have agreed.\n\
             # [policy]\n\
             # folder = \"policy\"\n\
             \n\
             [drafts]\n\
             # What somebody is writing in a form is kept, sealed, until it is sent or thrown away; or for so many days.\n\
             kept_days = 14\n\
             \n{authority}",
            host = quoted(host),
            place = quoted(place),
            base_url = quoted(base_url),
            contact = quoted(contact),
            authority = authority.text(),
        )
    }
}

impl NewAuthority<'_> {
    /// Its part of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { id, name, slug, recovery } = self;
        format!(
            "[[authority]]\n\
             id = \"{id}\"\n\
             name = {name}\n\
             # Opens everything of this authority. Keep a copy elsewhere; without root and recovery identity the records are lost.\n\
             root = {{ file = \"keys/{slug}.root\" }}\n\
             # Public part of keys/{slug}.recovery, which belongs offline: move it away from this machine.\n\
             recovery = \"{recovery}\"\n\
             # Signs this authority's log.\n\
             log_seed = {{ file = \"keys/{slug}.log-seed\" }}\n",
            name = quoted(name),
        )
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Config;
    use super::*;

    #[test]
    fn what_init_writes_is_what_serve_reads() {
        let new = NewInstance {
            host: "samlad.mellerud.example",
            place: "Mellerud \"kommun\"",
            listen: "127.0.0.1:8080".parse().unwrap(),
            base_url: "https://samlad.mellerud.example",
            contact: "it@mellerud.example",
            database: "url = \"sqlite:data\"",
            authority: NewAuthority {
                id: AuthorityId(uuid::Uuid::from_u128(7)),
                name: "Socialnämnden",
                slug: "socialnamnden",
                recovery: "age1x",
            },
        };
        let config = Config::parse(&new.text(), Path::new("/srv/samlad.toml")).unwrap();
        assert_eq!(config.instance.place, "Mellerud \"kommun\"");
        assert_eq!(config.authority[0].id, AuthorityId(uuid::Uuid::from_u128(7)));
    }
}
