//! Tells cargo that a new migration file is a change: `sqlx::migrate!` only watches the files it found last time.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
