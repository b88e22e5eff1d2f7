use audit_log::Recorded;
use field_vault::{DataKey, Place, Vault};
use rbac_policy::ListPermit;
use vocabulary::{Sealed, action::ListCases};

fn open(vault: &Vault, key: &DataKey, place: &Place, sealed: &Sealed<String>, recorded: &Recorded<ListPermit<'_, ListCases>>) {
    let _ = vault.open::<String, ListCases>(key, place, sealed, recorded);
}

fn main() {}
