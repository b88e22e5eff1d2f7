//! The suites by name: one file each, one line each in this table.

mod audit;
mod decision;
mod http;
mod log;
mod policy;
mod start;
mod vault;

use std::fmt::Write as _;

use anyhow::Result;

use crate::kit::{Bench, Figure};

/// Figures that belong together and are measured by one function.
pub(crate) struct Suite {
    /// What `--only` calls it.
    pub(crate) name: &'static str,
    /// One line for the list and above the table.
    pub(crate) about: &'static str,
    /// Measures. An error means that something did not work, never that it was slow.
    pub(crate) run: fn(&Bench) -> Result<Vec<Figure>>,
}

/// In the order in which they run: short ones first.
pub(crate) const SUITES: &[Suite] = &[
    Suite {
        name: "decision",
        about: "One decision of the compiled pages beside the same request decided by casbin over the whole policy",
        run: decision::run,
    },
    Suite {
        name: "policy",
        about: "Policies of 30, 100 and 1000 lines: pages beside casbin, cedar-policy and a match by hand; compile time, bytes",
        run: policy::run,
    },
    Suite {
        name: "vault",
        about: "Sealing and opening beside the bare cipher and beside age; keys, a case, twenty thousand names",
        run: vault::run,
    },
    Suite {
        name: "log",
        about: "The access log over memory: entries made and read, the tree, many writers, an export verified",
        run: log::run,
    },
    Suite {
        name: "http",
        about: "A case read over HTTP, audited, authorised and decrypted, beside the same route without the log write",
        run: http::run,
    },
    Suite {
        name: "start",
        about: "The demo from its start to its first answer beside a bare fdatasync; its memory after a thousand requests",
        run: start::run,
    },
    Suite {
        name: "audit",
        about: "The access log: entries beside one commit each and the bare disk, verification beside the hash limit, searches beside a smaller log",
        run: audit::run,
    },
];

/// The table for `--list`.
pub(crate) fn list() -> String {
    SUITES.iter().fold(String::new(), |mut text, suite| {
        let _ = writeln!(text, "{:<10} {}", suite.name, suite.about);
        text
    })
}

// `Arguments` hands suites around by reference and prints none of them.
impl core::fmt::Debug for Suite {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_has_a_name_of_its_own_and_says_what_it_measures() {
        let mut names: Vec<_> = SUITES.iter().map(|suite| suite.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SUITES.len());
        assert!(SUITES.iter().all(|suite| suite.about.split_whitespace().count() > 3));
        assert_eq!(list().lines().count(), SUITES.len());
    }
}
