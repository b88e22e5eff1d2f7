use audit_log::Recorded;
use field_vault::{DataKey, Place, Vault};
use rbac_policy::Permit;
use vocabulary::{Sealed, action::SearchLog};

fn open(vault: &Vault, key: &DataKey, place: &Place, sealed: &Sealed<String>, recorded: &Recorded<Permit<'_, SearchLog>>) {
    let _ = vault.open(key, place, sealed, recorded);
}

fn main() {}
