//! The one way into the log: outside tests, `store` alone implements `Ledger`.
//!
//! A `Recorded` is minted after the ledger says that the commit was durable. A second ledger that said so without writing would open the vault with no entry;
//! no type can prevent somebody from writing one, so this looks for it. It reads sources as text: it is meant for the hand that slips, not for the one that
//! hides.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;

/// Where implementations may stand: the product's, and the one in memory that exists only under the feature `testing`.
const MAY: &[&str] = &["crates/store/src/ledger.rs", "crates/audit-log/src/testing/memory_ledger.rs"];
const PLACES: &[&str] = &["crates", "benches", "tests"];

/// Implementations where there must be none, and missing ones where there must be one.
///
/// # Errors
/// When the sources cannot be read.
pub(crate) fn faults(workspace: &Workspace) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for place in PLACES {
        for path in sources(&workspace.root.join(place))? {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let name = path.strip_prefix(&workspace.root).unwrap_or(&path).to_string_lossy().into_owned();
            found.extend(std::iter::repeat_n(name, implementations(without_tests(&text))));
        }
    }
    Ok(judge(&found))
}

fn judge(found: &[String]) -> Vec<String> {
    let strays = found.iter().filter(|path| !MAY.contains(&path.as_str()) && !is_test(path));
    let mut faults: Vec<_> = strays.map(|path| format!("{path}: implements Ledger; only the store does")).collect();
    for path in MAY {
        let count = found.iter().filter(|other| other == path).count();
        if count != 1 {
            faults.push(format!("{path}: {count} implementations of Ledger where one stands"));
        }
    }
    faults
}

/// Code that only tests compile.
fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.split('/').any(|part| part == "tests")
}

/// A file's tests stand at its end.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
}

/// How many implementations of a trait called `Ledger` a source has, and how often it gives that trait another name, which would hide one.
fn implementations(text: &str) -> usize {
    let code = text.lines().filter_map(|line| line.split("//").next()).flat_map(str::split_whitespace);
    let words: Vec<&str> = code.collect();
    let is_ledger =
        |word: &&str| word.rsplit(|mark: char| !(mark.is_alphanumeric() || mark == '_')).next() == Some("Ledger");
    let followed = words.windows(2).filter(|pair| {
        let [first, second] = pair else { return false };
        is_ledger(first) && ["for", "as"].contains(second)
    });
    let unnamed = words.windows(3).filter(|three| {
        let [first, second, third] = three else { return false };
        // `as _` brings the methods into reach and no name to implement.
        is_ledger(first) && *second == "as" && ["_", "_,", "_;", "_};"].contains(third)
    });
    followed.count() - unnamed.count()
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "node_modules" && name != "target") {
                found.extend(sources(&path)?);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_holds_the_one_ledger_outside_tests() {
        assert_eq!(faults(&Workspace::find().unwrap()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_second_ledger_is_found_under_every_name_it_can_be_written_with() {
        for code in [
            "impl Ledger for Quick {}",
            "impl<T: Send> audit_log::Ledger for Quick<T> {}",
            "impl audit_log::ledger::Ledger\n    for Quick {}",
            "use audit_log::Ledger as Book;",
        ] {
            assert_eq!(implementations(code), 1, "{code}");
        }
        for code in
            ["use audit_log::Ledger as _;", "// impl Ledger for Quick", "fn f<L: Ledger>(l: &L) {}", "MemoryLedger for"]
        {
            assert_eq!(implementations(code), 0, "{code}");
        }
    }

    #[test]
    fn only_tests_may_have_another_one() {
        let kept: Vec<String> = MAY.iter().map(|path| (*path).to_owned()).collect();
        let with = |path: &str| judge(&[kept.clone(), vec![path.to_owned()]].concat());
        assert!(with("crates/case-registry/tests/stories/scene.rs").is_empty());
        assert!(with("tests/crash/killed.rs").is_empty());
        assert_eq!(with("crates/web/src/quick.rs").len(), 1);
        assert_eq!(with("benches/src/suites/http.rs").len(), 1);
        assert_eq!(with("crates/store/src/ledger.rs").len(), 1);
        assert_eq!(judge(&[]).len(), 2);
    }
}
