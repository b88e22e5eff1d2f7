//! What the events have made, by authority and label.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use uuid::Uuid;

use crate::demo::people::AuthorityKey;
use crate::demo::script::label::Label;

/// Ids by authority, noun and label.
#[derive(Default)]
pub(super) struct Made(BTreeMap<(AuthorityKey, &'static str, String), Uuid>);

impl Made {
    /// Notes what an event has made at one side.
    pub(super) fn put<L: Label>(&mut self, side: AuthorityKey, label: &L, id: impl Into<Uuid>) {
        self.0.insert((side, L::NOUN, label.text().to_owned()), id.into());
    }

    /// What was made at one side under a label.
    pub(super) fn get<L: Label, I: From<Uuid>>(&self, side: AuthorityKey, label: &L) -> Result<I> {
        let id = self.0.get(&(side, L::NOUN, label.text().to_owned()));
        id.map(|id| I::from(*id)).ok_or_else(|| anyhow!("{side} has no {} {}", L::NOUN, label.text()))
    }

    /// The side at which something was made under a label, other than this one: where it came from.
    pub(super) fn elsewhere<L: Label, I: From<Uuid>>(
        &self,
        side: AuthorityKey,
        label: &L,
    ) -> Result<(AuthorityKey, I)> {
        let mut other = AuthorityKey::ALL.iter().copied().filter(|other| *other != side);
        let found = other.find_map(|other| Some((other, self.get(other, label).ok()?)));
        found.ok_or_else(|| anyhow!("nobody but {side} has a {} {}", L::NOUN, label.text()))
    }
}
