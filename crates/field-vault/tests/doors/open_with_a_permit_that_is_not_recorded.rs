use field_vault::{DataKey, Place, Vault};
use rbac_policy::Permit;
use vocabulary::{Sealed, action::ReadCase};

fn open(vault: &Vault, key: &DataKey, place: &Place, sealed: &Sealed<String>, permit: &Permit<'_, ReadCase>) {
    let _ = vault.open::<String, ReadCase>(key, place, sealed, permit);
}

fn main() {}
