//! The crate from outside: a small municipality's policy, good and broken.
//!
//! The modules are marked as tests so that the lints treat their helper functions as such.

#[cfg(test)]
mod authzen;
#[cfg(test)]
mod folders;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod random_policies;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod support;
