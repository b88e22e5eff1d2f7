//! `samlad policy check`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use decision_pages::{LoadError, Pages as AnyPages, PolicyFolder, Vocabulary};
use rbac_policy::{
    DecisionTables, Policy as Pages, PolicyError, consent_rules::ConsentRules, legal_bases::LegalBases,
    measures::Measures,
};
use serde_json::{Value, json};

use super::{fault, hexadecimal};
use crate::cli::{Exit, say};

/// Requests held against casbin for a policy of another domain; as many as at a start of ours.
const VECTORS: usize = 2_000;
const SEED: u64 = 0x5a4d_4c41_4400_0002;
/// Largest of the further files, in bytes.
const BYTES: usize = 1024 * 1024;

const EXAMPLES: &str = "\
Examples:
  samlad policy check
  samlad policy check policy
  samlad policy check policy --json
  samlad policy check other-domain      a folder with columns of its own: loader and casbin alone

Every fault of the first file that has one is listed, with line, column and what to write instead. Exit code 3 when there is any.";

/// Checks a policy.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Check {
    /// A policy folder instead of the built-in policy.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// One JSON object instead of sentences.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<Exit> {
        let checked = match &self.folder {
            None => builtin(),
            Some(folder) if is_ours(folder) => ours(folder),
            Some(folder) => any(folder),
        };
        match checked {
            Ok(report) => {
                let told = if self.json { report.to_string() } else { sentence(&report) };
                say(&format!("{told}\n"))?;
                Ok(Exit::Done)
            }
            Err(error) => fault::told(&error, self.json),
        }
    }
}

fn builtin() -> Result<Value, PolicyError> {
    let policy = Pages::builtin()?;
    Ok(report(&policy, LegalBases::builtin()?.all().count(), DecisionTables::builtin()?.len()))
}

/// A folder speaks our vocabulary when it says so, or has our invariants: then it is held against all that ours is held against.
fn is_ours(folder: &Path) -> bool {
    let columns = |toml: &str| {
        Vocabulary::parse(toml)
            .map(|vocabulary| vocabulary.columns().iter().map(|column| column.name().to_owned()).collect::<Vec<_>>())
            .ok()
    };
    let declared = PolicyFolder::read_beside(folder, "vocabulary.toml", decision_pages::limits::VOCABULARY_BYTES);
    let declared = declared.ok().and_then(|toml| columns(&toml));
    declared.is_none() || declared == columns(&rbac_policy::vocabulary_toml()) || has(folder, "invariants.toml")
}

fn has(folder: &Path, file: &str) -> bool {
    std::fs::symlink_metadata(folder.join(file)).is_ok()
}

fn ours(folder: &Path) -> Result<Value, PolicyError> {
    let policy = Pages::load(folder)?;
    let read =
        |file| PolicyFolder::read_beside(folder, file, BYTES).map_err(|refusal| PolicyError::Refused(vec![refusal]));
    let bases = LegalBases::parse(&read("legal-bases.toml")?)?;
    let whole = |file: &str, what: String| {
        PolicyError::Refused(vec![LoadError::whole(file, what, "see the comments at the top of the file")])
    };
    if has(folder, "consent.toml") {
        ConsentRules::parse(&read("consent.toml")?).map_err(|error| whole("consent.toml", error.to_string()))?;
    }
    if has(folder, "measures.toml") {
        Measures::parse(&read("measures.toml")?).map_err(|error| whole("measures.toml", error.to_string()))?;
    }
    let tables = if has(folder, "tests") { DecisionTables::read(&folder.join("tests"))?.len() } else { 0 };
    Ok(report(&policy, bases.all().count(), tables))
}

fn report(policy: &Pages, bases: usize, rows: usize) -> Value {
    let pages = policy.pages();
    json!({
        "isSound": true,
        "digest": hexadecimal(policy.digest()),
        "lines": pages.lines().len(),
        "cells": pages.regions().count(),
        "bytes": pages.bytes(),
        "invariants": policy.invariants().list().len(),
        "legalBases": bases,
        "tableRows": rows,
    })
}

/// A folder of another domain: what the engine promises of any.
fn any(folder: &Path) -> Result<Value, PolicyError> {
    let texts = PolicyFolder::read(folder).map_err(PolicyError::Refused)?;
    let pages = AnyPages::compile(&texts.text()).map_err(PolicyError::Refused)?;
    pages.differential(&texts.text(), VECTORS, SEED)?;
    let columns: Vec<&str> = pages.vocabulary().columns().iter().map(decision_pages::Column::name).collect();
    Ok(json!({
        "isSound": true,
        "digest": hexadecimal(pages.digest()),
        "lines": pages.lines().len(),
        "cells": pages.regions().count(),
        "bytes": pages.bytes(),
        "columns": columns,
    }))
}

fn sentence(report: &Value) -> String {
    let number = |key: &str| report.get(key).and_then(Value::as_u64).unwrap_or_default();
    let digest = report.get("digest").and_then(Value::as_str).unwrap_or_default();
    let size =
        format!("{} lines, {} cells, {} bytes, digest {digest}", number("lines"), number("cells"), number("bytes"));
    match report.get("columns").and_then(Value::as_array) {
        None => format!(
            "The policy is sound: loader, {} legal bases, {} invariants and casbin agree.\n{size}\n{} rows of decision tables can be read; `samlad policy test` holds the policy against them.",
            number("legalBases"),
            number("invariants"),
            number("tableRows")
        ),
        Some(columns) => {
            let columns: Vec<&str> = columns.iter().filter_map(Value::as_str).collect();
            format!(
                "The policy is sound: loader and casbin agree.\n{size}\nIt speaks of {}; invariants, legal bases and tables of this service do not apply to it.",
                columns.join(", ")
            )
        }
    }
}
