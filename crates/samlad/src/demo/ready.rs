//! What the demo says when it is ready: the contract of `samlad demo --json`, and the same for people.

use core::fmt::Write as _;

use serde::Serialize;
use vocabulary::{AuthorityId, AuthorityKind, Role};

/// One JSON object on one line.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    /// Where the first instance answers.
    pub base_url: String,
    /// The authorities with a log of their own here.
    pub authorities: Vec<ReadyAuthority>,
    /// Whom one can be.
    pub personas: Vec<ReadyPersona>,
}

/// An authority.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyAuthority {
    /// Its id.
    pub id: AuthorityId,
    /// Its name.
    pub name: String,
    /// Its kind, as the API writes it.
    pub kind: AuthorityKind,
    /// Origin of its log.
    pub log_origin: String,
}

/// A persona.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyPersona {
    /// Its key: `social-worker`, `police-auditor` ...
    pub key: &'static str,
    /// The name.
    pub name: String,
    /// The title.
    #[serde(skip)]
    pub title: String,
    /// Whose mandate.
    pub authority_id: AuthorityId,
    /// The roles, as the API writes them.
    pub roles: Vec<Role>,
    /// A bearer token for the API.
    pub token: String,
    /// Opens a session in a browser, again and again.
    pub sign_in_url: String,
    /// Where this persona's instance answers.
    pub base_url: String,
}

impl Ready {
    /// The line of `--json`.
    ///
    /// # Errors
    /// Never expected.
    pub fn line(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    /// The persona with this key.
    #[must_use]
    pub fn persona(&self, key: &str) -> Option<&ReadyPersona> {
        self.personas.iter().find(|persona| persona.key == key)
    }

    /// For people: a banner and one link per persona.
    #[must_use]
    pub fn text(&self, data: Option<&std::path::Path>) -> String {
        let mut text = String::from(
            "\nSamlad: demo. Everyone and everything in it is invented; none of its sign-in links exists outside it.\n\
             Samlad: demo. Alla och allt är påhittat; inloggningslänkarna finns bara här.\n",
        );
        for authority in &self.authorities {
            let _ = write!(text, "\n{}\n", authority.name);
            for persona in self.personas.iter().filter(|persona| persona.authority_id == authority.id) {
                let _ = writeln!(
                    text,
                    "  {:<22} {}, {}\n  {:<22} {}",
                    persona.key, persona.name, persona.title, "", persona.sign_in_url
                );
            }
        }
        match data {
            Some(folder) => {
                let _ = writeln!(text, "\nThe world is kept in {}. Stop with Ctrl-C.", folder.display());
            }
            None => text += "\nNothing is kept: the world ends with the demo. Stop with Ctrl-C.\n",
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_line_keeps_its_contract() {
        let id = AuthorityId(uuid::Uuid::from_u128(1));
        let ready = Ready {
            base_url: "http://127.0.0.1:1".into(),
            authorities: vec![ReadyAuthority {
                id,
                name: "Nämnden".into(),
                kind: AuthorityKind::SocialBoard,
                log_origin: "x/audit/1".into(),
            }],
            personas: vec![ReadyPersona {
                key: "social-worker",
                name: "Maria".into(),
                title: "Socialsekreterare".into(),
                authority_id: id,
                roles: vec![Role::SocialWorker],
                token: "t".into(),
                sign_in_url: "http://127.0.0.1:1/sign-in/x".into(),
                base_url: "http://127.0.0.1:1".into(),
            }],
        };
        let line = ready.line().unwrap();
        assert!(!line.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        // Readers find keys by name; their order depends on how serde_json was built.
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
        assert_eq!(keys(&value), set(&["authorities", "baseUrl", "personas"]));
        assert_eq!(keys(&value["authorities"][0]), set(&["id", "kind", "logOrigin", "name"]));
        assert_eq!(
            keys(&value["personas"][0]),
            set(&["authorityId", "baseUrl", "key", "name", "roles", "signInUrl", "token"])
        );
    }
}
