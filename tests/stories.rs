//! Stories across all crates: the real product over HTTP, in the demo world, on SQLite and, where `SAMLAD_TEST_POSTGRES` names a server, on PostgreSQL.
//!
//! One product per database serves every story here ([`house`]); only those that stop, kill or double it start their own. Stories that write make persons
//! and cases of their own, so that they can run side by side. `SAMLAD_TEST_DATABASE` narrows them to one database, `SAMLAD_SOAK=1` makes them long.

#[cfg(test)]
mod access;
#[cfg(test)]
mod api;
#[cfg(test)]
mod backends;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod house;
#[cfg(test)]
mod log_book;
#[cfg(test)]
mod people;
#[cfg(test)]
mod records;
#[cfg(test)]
mod tracks;
