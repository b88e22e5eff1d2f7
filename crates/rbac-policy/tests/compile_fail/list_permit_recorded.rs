//! A list is recorded over the rows that were found, never as the bare leave to list.

use rbac_policy::ListPermit;
use vocabulary::action::ListCases;

fn record(_: impl audit_log::Recordable) {}

fn before_the_query(permit: ListPermit<'_, ListCases>) {
    record(permit);
}

fn main() {}
