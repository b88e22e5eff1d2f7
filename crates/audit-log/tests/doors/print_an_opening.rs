//! The plain text of an opening is written where people read.

fn show(opening: &audit_log::Opening) -> String {
    format!("{opening}")
}

fn main() {
    let _ = show;
}
