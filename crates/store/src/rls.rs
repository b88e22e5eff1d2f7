//! Tables outside row-level security, each with its reason. A test compares this list with the database, both ways.

/// Tables of PostgreSQL without row-level security (`schema.table` outside `public`).
pub const OUTSIDE: &[(&str, &str)] = &[
    ("_sqlx_migrations", "which migrations were applied; holds nothing of any authority"),
    ("samlad_keys._sqlx_migrations", "which migrations were applied; holds nothing of any authority"),
    ("log_leader", "one row for the whole instance group: the epoch of the sequencer's leader"),
    ("authority", "the directory of authorities: who exists and how to reach them; public facts"),
    ("session", "looked up by the digest of a token before an authority is known"),
    ("policy_state", "one row for the whole installation: which access policy decides"),
    ("policy_text", "texts of access policies by their digest: rules and law, nothing of any person"),
    ("sign_in_link", "looked up by the digest of a token before an authority is known"),
];
