use audit_log::{Recorded, SealedOpening};
use field_vault::{DataKey, Vault};
use rbac_policy::Permit;
use vocabulary::{EntryId, action::ReadCase};

fn open(vault: &Vault, key: &DataKey, entry: EntryId, sealed: &SealedOpening, recorded: &Recorded<Permit<'_, ReadCase>>) {
    let _ = vault.open_opening(key, entry, sealed, recorded);
}

fn main() {}
