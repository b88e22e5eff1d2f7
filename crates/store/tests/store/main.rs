//! The store on both databases: one body per story, run on SQLite always and on PostgreSQL when there is one.

mod contract;
mod keys;
mod opening;
mod statements;
mod support;
mod tenancy;
