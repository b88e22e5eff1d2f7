//! What lies in the databases.

mod canary;
pub(crate) mod logs;
mod nothing_shared;
mod policy_change;
mod two_instances;
