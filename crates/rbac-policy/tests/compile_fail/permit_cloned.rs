//! One permit, one entry: it cannot be used twice.

use rbac_policy::Permit;
use vocabulary::action::ReadCase;

fn twice(permit: Permit<'_, ReadCase>) -> (Permit<'_, ReadCase>, Permit<'_, ReadCase>) {
    (permit.clone(), permit)
}

fn main() {}
