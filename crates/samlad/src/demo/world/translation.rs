//! The script's words as the use cases say them.

use anyhow::{Context as _, Result};
use case_registry::note::NoteKind;
use case_registry::release::{BasisChoice, Channel, FollowField, ItemKind, ItemRef, TestAnswer};
use rbac_policy::legal_bases::YesNo;

use super::World;
use super::actor::Actor;
use crate::demo::script::case_work::{Item, NoteKind as ToldNote};
use crate::demo::script::crossing::{Channel as ToldChannel, Grounds};
use crate::demo::script::joint_work::FollowField as ToldField;

/// A choice that both sides write with the same code.
pub(super) fn same<T: core::str::FromStr>(code: &str) -> Result<T> {
    code.parse().ok().with_context(|| format!("the product does not know {code}"))
}

pub(super) const fn note_kind(told: ToldNote) -> NoteKind {
    match told {
        ToldNote::Conversation | ToldNote::Meeting => NoteKind::Meeting,
        ToldNote::HomeVisit => NoteKind::HomeVisit,
        ToldNote::PhoneCall => NoteKind::PhoneCall,
        ToldNote::Assessment => NoteKind::Assessment,
        ToldNote::IncomingDocument => NoteKind::Other,
    }
}

pub(super) fn channel(told: ToldChannel) -> Result<Channel> {
    same(told.code())
}

pub(super) fn follow_fields(told: &[ToldField]) -> Vec<FollowField> {
    let field = |told: &ToldField| match told {
        ToldField::Reply => FollowField::Reply,
        ToldField::Status => FollowField::Status,
        ToldField::DueDate => FollowField::DueOn,
        ToldField::OutcomeCode => FollowField::Outcome,
    };
    told.iter().map(field).collect()
}

impl World<'_> {
    /// A legal basis with its answers.
    pub(super) fn grounds(&self, who: &Actor, told: &Grounds) -> Result<BasisChoice> {
        let answers = told.answers.iter().map(|(test, answered)| TestAnswer {
            test_id: test.clone(),
            answer: if answered.yes { YesNo::Yes } else { YesNo::No },
            reason: answered.reason.clone().unwrap_or_default(),
        });
        Ok(BasisChoice {
            basis: told.basis.clone(),
            answers: answers.collect(),
            age_statement: None,
            together_with: Vec::new(),
            consent_id: told.consent.as_ref().map(|consent| self.made.get(who.side, consent)).transpose()?,
        })
    }

    /// Items at the versions that a page would have shown.
    pub(super) async fn items(&self, who: &Actor, told: &[Item]) -> Result<Vec<ItemRef>> {
        let authority = who.caller.authority;
        let mut snapshot = who.snapshot().await?;
        let mut items = Vec::with_capacity(told.len());
        for item in told {
            items.push(match item {
                Item::Paragraph(label) => {
                    let id = self.made.get(who.side, label)?;
                    let row = store::note::paragraph_by_id(&mut snapshot, authority, id)
                        .await?
                        .context("no such paragraph")?;
                    ItemRef { kind: ItemKind::Paragraph, id: id.0, version: row.version }
                }
                Item::Measure(label) => {
                    let id = self.made.get(who.side, label)?;
                    let row = store::measure::by_id(&mut snapshot, authority, id).await?.context("no such measure")?;
                    ItemRef { kind: ItemKind::Measure, id: id.0, version: row.version }
                }
                Item::Entry(label) => {
                    let id = self.made.get(who.side, label)?;
                    let row =
                        store::joint_entry::by_id(&mut snapshot, authority, id).await?.context("no such entry")?;
                    ItemRef { kind: ItemKind::JointEntry, id: id.0, version: row.version }
                }
            });
        }
        snapshot.close().await?;
        Ok(items)
    }
}
