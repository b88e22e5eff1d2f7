//! Nobody but the policy makes a permit.

use core::marker::PhantomData;

use rbac_policy::Permit;
use vocabulary::action::ReadCase;

fn main() {
    let _forged: Permit<'static, ReadCase> = Permit { covered: Vec::new(), act: PhantomData };
}
