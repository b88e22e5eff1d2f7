//! The store on both databases: one body per story, run on SQLite always and on PostgreSQL when there is one.

#[cfg(test)]
mod access_log;
#[cfg(test)]
mod classification;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod several_instances;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tenancy;
