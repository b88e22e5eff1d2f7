//! Turns `locales/{sv,en}/*.ftl` into typed Rust and `assets/*` into content-hashed files. The build fails when the two languages differ.

#[path = "build/assets.rs"]
mod assets;
#[path = "build/catalogue.rs"]
mod catalogue;
#[path = "build/generate.rs"]
mod generate;

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => {
            for fault in faults {
                // Cargo shows lines of this form to whoever builds.
                println!("cargo::error={fault}");
            }
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Vec<String>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(|error| vec![error.to_string()])?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| vec![error.to_string()])?);
    for folder in ["build", "locales", "assets", "templates"] {
        println!("cargo::rerun-if-changed={}", here.join(folder).display());
    }
    let swedish = catalogue::read(&here.join("locales/sv"))?;
    let english = catalogue::read(&here.join("locales/en"))?;
    let messages = catalogue::pair(swedish, english)?;
    write(&out.join("messages.rs"), &generate::messages(&messages)?)?;
    write(&out.join("assets.rs"), &assets::table(&here.join("assets"))?)
}

fn write(path: &std::path::Path, text: &str) -> Result<(), Vec<String>> {
    fs::write(path, text).map_err(|error| vec![format!("{}: {error}", path.display())])
}
