//! A permit that was never recorded is dressed up as recorded.

fn main() {
    let permit = String::from("permit");
    let _ = audit_log::Recorded { entry: vocabulary::EntryId(uuid::Uuid::nil()), what: permit };
}
