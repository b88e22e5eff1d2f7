//! A permit belongs to one request's caller and cannot be kept after it.

use rbac_policy::{Facts, Permit, Policy};
use vocabulary::{Caller, action::ReadCase};

fn keep(policy: &Policy, caller: Caller, facts: Facts) -> Permit<'static, ReadCase> {
    policy.decide::<ReadCase>(&caller, facts).unwrap()
}

fn main() {}
