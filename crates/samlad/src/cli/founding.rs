//! What `init` asks about an authority, and the keys that are made for it.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use case_registry::directory::Founding;
use clap::Args;
use field_vault::{RecoveryKey, RootKey};
use store::directory::{UnitRow, UserRow};
use vocabulary::{AuthorityId, AuthorityKind, Entropy, Role, Roles, UnitId, UserId};

use crate::secret;

/// The authority and its first administrator.
#[derive(Args)]
pub(super) struct AuthorityArguments {
    /// Name of the authority, for example "Socialnämnden i Mellerud".
    #[arg(long, value_name = "NAME")]
    pub(super) name: String,
    /// Its kind: `social_board`, `police`, `education_board` ...
    #[arg(long, value_name = "KIND")]
    kind: AuthorityKind,
    /// Municipality code, four digits.
    #[arg(long, value_name = "CODE")]
    municipality_code: Option<String>,
    /// County code, two digits.
    #[arg(long, value_name = "CODE")]
    county_code: Option<String>,
    /// Telephone that other authorities call.
    #[arg(long, value_name = "NUMBER")]
    phone: String,
    /// Name of the first unit.
    #[arg(long, value_name = "NAME", default_value = "Förvaltningen")]
    unit: String,
    /// Name of the first administrator.
    #[arg(long, value_name = "NAME")]
    administrator: String,
    /// The administrator's service number.
    #[arg(long, value_name = "NUMBER", default_value = "ADM-001")]
    service_number: String,
}

impl AuthorityArguments {
    /// The founding, with the administrator's id.
    pub(super) fn founding(&self, id: AuthorityId, entropy: &dyn Entropy) -> Result<(Founding, UserId)> {
        if self.kind == AuthorityKind::PrivateSchool {
            bail!("a private school is not an authority: it holds no records here");
        }
        let is_code = |code: &Option<String>, digits| {
            code.as_ref().is_none_or(|code| code.len() == digits && code.bytes().all(|byte| byte.is_ascii_digit()))
        };
        if !is_code(&self.municipality_code, 4) || !is_code(&self.county_code, 2) {
            bail!("a municipality code has four digits, a county code two");
        }
        let unit = UnitId(entropy.id());
        let administrator = UserRow {
            id: UserId(entropy.id()),
            unit,
            name: self.administrator.trim().to_owned(),
            title: "Systemförvaltare".to_owned(),
            service_number: self.service_number.trim().to_owned(),
            roles: Roles::default().with(Role::Administrator),
            is_active: true,
            notice_seen_at: None,
            version: 1,
        };
        let user = administrator.id;
        let founding = Founding {
            id,
            kind: self.kind,
            name: self.name.trim().to_owned(),
            municipality_code: self.municipality_code.clone(),
            county_code: self.county_code.clone(),
            reception_phone: self.phone.clone(),
            units: vec![UnitRow { id: unit, name: self.unit.clone(), phone: self.phone.clone() }],
            users: vec![administrator],
            confirmations: Vec::new(),
            delegations: Vec::new(),
        };
        Ok((founding, user))
    }

    /// A name for key files.
    pub(super) fn slug(&self) -> String {
        let name = self.name.to_lowercase();
        let plain = name.chars().map(|c| match c {
            'å' | 'ä' => 'a',
            'ö' => 'o',
            'é' => 'e',
            c if c.is_ascii_alphanumeric() => c,
            _ => '-',
        });
        let slug: String = plain.collect();
        let words: Vec<&str> = slug.split('-').filter(|word| !word.is_empty()).collect();
        if words.is_empty() { "authority".to_owned() } else { words.join("-") }
    }
}

/// Makes the key files of an authority, mode 0600, and gives the public part of the recovery identity.
pub(super) fn make_keys(folder: &Path, slug: &str, entropy: &dyn Entropy) -> Result<String> {
    let file = |ending: &str| folder.join(format!("{slug}.{ending}"));
    secret::private_folder(folder).with_context(|| folder.display().to_string())?;
    RootKey::generate()?.to_file(&file("root"))?;
    let recovery = RecoveryKey::generate();
    recovery.to_file(&file("recovery"))?;
    secret::write_seed(&file("log-seed"), entropy)?;
    Ok(recovery.recipient().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_files_are_named_after_the_authority() {
        let arguments = |name: &str| AuthorityArguments {
            name: name.to_owned(),
            kind: AuthorityKind::SocialBoard,
            municipality_code: Some("1461".into()),
            county_code: None,
            phone: "031-390 06 10".into(),
            unit: "Enheten".into(),
            administrator: "Nils Ahlqvist".into(),
            service_number: "ADM-001".into(),
        };
        assert_eq!(arguments("Socialnämnden i Mellerud").slug(), "socialnamnden-i-mellerud");
        assert_eq!(arguments("..").slug(), "authority");
        let wrong = AuthorityArguments { municipality_code: Some("146".into()), ..arguments("x") };
        assert!(wrong.founding(AuthorityId(uuid::Uuid::nil()), &vocabulary::SeededEntropy::new(1)).is_err());
    }
}
