//! The plan of the house as data: which crate may use which, and which library belongs to which crate.
//!
//! ARCHITECTURE.md explains the plan. A new edge is a decision: change it there and here, with an ADR.

/// What a crate may use of the workspace.
#[derive(Debug, Clone, Copy)]
pub(crate) enum May {
    /// These and no other.
    Use(&'static [&'static str]),
    /// Everything: the binary that composes the house, and what is for development only.
    UseAll,
}

/// One crate of the workspace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) name: &'static str,
    pub(crate) may: May,
    /// Not part of the product: exempt from the rules on libraries.
    pub(crate) development: bool,
}

const fn room(name: &'static str, may: &'static [&'static str]) -> Room {
    Room { name, may: May::Use(may), development: false }
}

const fn development(name: &'static str) -> Room {
    Room { name, may: May::UseAll, development: true }
}

pub(crate) const ROOMS: &[Room] = &[
    room("vocabulary", &[]),
    room("decision-pages", &[]),
    room("audit-log", &["vocabulary"]),
    room("rbac-policy", &["vocabulary", "decision-pages", "audit-log"]),
    room("field-vault", &["vocabulary", "audit-log", "rbac-policy"]),
    room("parcel", &["vocabulary", "field-vault"]),
    room("store", &["vocabulary", "audit-log"]),
    room("identity", &["vocabulary", "audit-log", "field-vault", "store"]),
    room(
        "case-registry",
        &["vocabulary", "decision-pages", "audit-log", "rbac-policy", "field-vault", "parcel", "store", "identity"],
    ),
    room("web", &["case-registry", "identity", "vocabulary"]),
    Room { name: "samlad", may: May::UseAll, development: false },
    room("audit-verify", &["audit-log"]),
    development("testkit"),
    development("policy-oracle"),
    development("log-trials"),
    development("samlad-tests"),
    development("benches"),
    Room { name: "samlad-unlogged", may: May::Use(&["audit-log", "samlad"]), development: true },
    development("xtask"),
];

/// A library that only some crates may name in their manifest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Library {
    /// The crate itself and every crate whose name begins with it and a hyphen.
    pub(crate) name: &'static str,
    pub(crate) owners: &'static [&'static str],
}

pub(crate) const LIBRARIES: &[Library] = &[
    Library { name: "sqlx", owners: &["store"] },
    Library { name: "libsqlite3-sys", owners: &[] },
    Library { name: "casbin", owners: &["decision-pages"] },
    Library { name: "age", owners: &["field-vault", "parcel"] },
    Library { name: "axum", owners: &["web", "samlad"] },
    Library { name: "askama", owners: &["web"] },
];
