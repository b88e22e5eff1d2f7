//! The mint is called from outside.

fn main() {
    let _ = audit_log::Recorded::mint(vocabulary::EntryId(uuid::Uuid::nil()), String::from("permit"));
}
