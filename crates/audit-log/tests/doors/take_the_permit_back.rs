//! The permit is taken out again, to be recorded as something else.

fn back(recorded: audit_log::Recorded<String>) -> String {
    recorded.what
}

fn main() {
    let _ = back;
}
