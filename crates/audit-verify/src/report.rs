//! What the program says, for people and as JSON.

use std::io::Write as _;

use audit_log::{Verification, VerifyError};
use serde_json::json;

/// The log is whole.
pub(crate) fn whole(found: &Verification, key_from_export: bool, as_json: bool) {
    if as_json {
        let mut report = json!(found);
        if let Some(report) = report.as_object_mut() {
            report.insert("ok".to_owned(), json!(true));
            report.insert("keyFromExport".to_owned(), json!(key_from_export));
        }
        return say(&format!("{report}\n"));
    }
    let is_whole = found.first == 0 && found.end == found.size;
    let mut text = format!(
        "{}: {}\n  entries    {}\n  root       {}\n  instances  {}; {} numbers void, {} in flight at the end\n  openings   {} opened, {} withheld, {} erased\n",
        if is_whole { "whole" } else { "sound in part" },
        found.origin,
        found.size,
        found.root,
        found.instances,
        found.void_numbers,
        found.open_numbers,
        found.opened,
        found.withheld,
        found.erased,
    );
    if !is_whole {
        text = format!(
            "{text}  part       entries {} to {} were at hand; the others by their hashes alone\n",
            found.first, found.end
        );
    }
    if found.pruned > 0 {
        text = format!("{text}  pruned     the entries below {} came to the end of their term\n", found.pruned);
    }
    for (witness, seconds) in &found.witnesses {
        text = format!("{text}  witness    {witness}, at {seconds} seconds since 1970\n");
    }
    if !found.index_compared {
        text.push_str("  note: the export has no search index to compare\n");
    }
    if key_from_export {
        text.push_str("  note: the key was taken from the export itself; give --key to know who signed\n");
    }
    say(&text);
}

/// The log is not whole.
pub(crate) fn broken(error: &VerifyError, as_json: bool) {
    if as_json {
        say(&format!(
            "{}\n",
            json!({ "ok": false, "error": error.name(), "code": error.code(), "message": error.to_string() })
        ));
    } else {
        say(&format!("NOT WHOLE ({}): {error}\n", error.name()));
    }
}

fn say(text: &str) {
    // A closed pipe is the reader's choice; the exit code still tells.
    drop(std::io::stdout().write_all(text.as_bytes()));
}
