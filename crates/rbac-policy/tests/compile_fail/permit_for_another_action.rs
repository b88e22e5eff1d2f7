//! A permit to list does not open a record.

use rbac_policy::Permit;
use vocabulary::action::{ListCases, ReadCase};

fn opens(_: Permit<'_, ReadCase>) {}

fn listed(permit: Permit<'_, ListCases>) {
    opens(permit);
}

fn main() {}
