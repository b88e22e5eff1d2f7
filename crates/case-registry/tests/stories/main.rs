//! The use cases told as stories of the field, on a real store.

#![expect(clippy::needless_pass_by_value, reason = "a story hands over what it has made")]

#[cfg(test)]
mod access_requests;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod common;
#[cfg(test)]
mod concern_reports;
#[cfg(test)]
mod confirmations;
#[cfg(test)]
mod consents;
#[cfg(test)]
mod form_drafts;
#[cfg(test)]
mod joint;
#[cfg(test)]
mod lapses;
#[cfg(test)]
mod parcels;
#[cfg(test)]
mod personal_file;
#[cfg(test)]
mod police_items;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod scene;
