//! One refusal, one entry.

use rbac_policy::Refusal;

fn twice(refusal: Refusal<'_>) -> (Refusal<'_>, Refusal<'_>) {
    (refusal.clone(), refusal)
}

fn main() {}
