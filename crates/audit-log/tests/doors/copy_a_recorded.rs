//! One log entry is used for two accesses.

fn twice(once: audit_log::Recorded<String>) -> [audit_log::Recorded<String>; 2] {
    [once.clone(), once]
}

fn main() {
    let _ = twice;
}
