//! The store on both databases: one body per story, run on SQLite always and on PostgreSQL when there is one.

mod access_log;
mod contract;
mod keys;
mod ledger;
mod opening;
mod statements;
mod support;
mod tenancy;
