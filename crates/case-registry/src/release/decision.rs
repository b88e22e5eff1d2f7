//! The rows of a decision to release and the copy of it that the recipient gets. Every crossing under a legal basis goes through here.

use field_vault::DataKey;
use rbac_policy::legal_bases::AnsweredTest;
use serde::{Deserialize, Serialize};
use store::{
    Statement,
    release::{ReleaseItemRow, ReleaseRow},
};
use time::Date;
use uuid::Uuid;
use vocabulary::{Caller, CaseId, JointFileId, ReleaseId, Timestamp};

use super::{
    Channel, FollowField,
    command::OutsideRequest,
    examination::{Examined, Paper},
    release_place,
};
use crate::{
    Registry, RegistryError,
    crossing::{CopiedItem, DecisionCopy, IdentityCopy, SenderCard},
};

/// What is decided.
pub(crate) struct Decision<'a> {
    /// Random id: the reference by which the other side knows the copy.
    pub(crate) id: ReleaseId,
    /// `release`, `nomination`, `proposal`, `answer`, `request`, `follow_up`.
    pub(crate) kind: &'static str,
    /// Out of which case.
    pub(crate) case: Option<CaseId>,
    /// In which own joint file.
    pub(crate) joint_file: Option<JointFileId>,
    /// The unit or person there.
    pub(crate) attention: &'a str,
    /// A wish on how to handle it; not binding.
    pub(crate) handling_note: &'a str,
    /// How it leaves.
    pub(crate) channel: Channel,
    /// When it was said or given.
    pub(crate) occurred_at: Timestamp,
    /// Why it was recorded later than the same day.
    pub(crate) late_reason: &'a str,
    /// What the authority of origin said of passing a received item on.
    pub(crate) origin_asked: &'a str,
    /// The request outside the system that it answers.
    pub(crate) asked: Option<&'a OutsideRequest>,
    /// Fields that may follow.
    pub(crate) follow_fields: &'a [FollowField],
    /// Until when.
    pub(crate) follow_until: Option<Date>,
    /// The identity, where it leaves too.
    pub(crate) about: Option<IdentityCopy>,
    /// What leaves.
    pub(crate) items: Vec<DecidedItem>,
}

/// One item of a decision.
pub(crate) struct DecidedItem {
    /// Kind of the row it comes from: `paragraph`, `measure`, `joint_entry`, `received_item`, or `identity`, `statement` for what has no row of its own.
    pub(crate) kind: &'static str,
    /// The item.
    pub(crate) id: Uuid,
    /// Its version.
    pub(crate) version: i64,
    /// The copy.
    pub(crate) copy: CopiedItem,
}

/// The decision as the own side keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ReleaseBody {
    pub(crate) citation: String,
    pub(crate) who_decides: String,
    /// The point of the delegation list on which it was decided.
    #[serde(default)]
    pub(crate) delegation: String,
    pub(crate) answered: Vec<KeptAnswer>,
    pub(crate) together_with: Vec<KeptBasis>,
    /// The earliest day on which the person can have been born, and who says so.
    pub(crate) age_statement: Option<KeptAge>,
    pub(crate) attention: String,
    pub(crate) handling_note: String,
    pub(crate) occurred_at: Timestamp,
    pub(crate) late_reason: String,
    pub(crate) origin_asked: String,
    #[serde(default)]
    pub(crate) asked: Option<OutsideRequest>,
    pub(crate) sender: SenderCard,
    pub(crate) about: Option<IdentityCopy>,
    /// Exactly what the recipient got.
    pub(crate) items: Vec<CopiedItem>,
}

/// A second basis as kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptBasis {
    pub(crate) basis: String,
    pub(crate) version: u32,
    pub(crate) answered: Vec<KeptAnswer>,
}

/// One answer as kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptAnswer {
    pub(crate) test: String,
    pub(crate) answer: bool,
    pub(crate) reason: Option<String>,
    pub(crate) by_system: bool,
}

/// A statement of age as kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptAge {
    pub(crate) born_no_earlier_than: Date,
    pub(crate) stated_by: String,
}

fn kept(answered: &[AnsweredTest]) -> Vec<KeptAnswer> {
    let keep = |test: &AnsweredTest| KeptAnswer {
        test: test.test_id.clone(),
        answer: test.answer,
        reason: test.reason.clone(),
        by_system: test.by_system,
    };
    answered.iter().map(keep).collect()
}

impl Registry {
    /// The rows of a decision, and the copy of the decision for the recipient. The unit that they stand in is refused when an item has another version
    /// meanwhile ([`RegistryError::Stale`]) or the consent no longer holds.
    pub(crate) fn release_rows(
        &self,
        caller: &Caller,
        key: &DataKey,
        paper: &Paper,
        examined: &Examined,
        decision: &Decision<'_>,
    ) -> Result<(Vec<Statement>, DecisionCopy), RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let body = ReleaseBody {
            citation: examined.citation.clone(),
            who_decides: examined.who_decides.clone(),
            delegation: examined.delegation.clone(),
            answered: kept(&examined.answered),
            together_with: examined
                .together_with
                .iter()
                .map(|(basis, version, answered)| KeptBasis {
                    basis: basis.clone(),
                    version: *version,
                    answered: kept(answered),
                })
                .collect(),
            age_statement: examined.age_statement.as_ref().map(|stated| KeptAge {
                born_no_earlier_than: stated.born_no_earlier_than,
                stated_by: stated.stated_by.clone(),
            }),
            attention: decision.attention.trim().to_owned(),
            handling_note: decision.handling_note.trim().to_owned(),
            occurred_at: decision.occurred_at,
            late_reason: decision.late_reason.trim().to_owned(),
            origin_asked: decision.origin_asked.trim().to_owned(),
            asked: decision.asked.cloned(),
            sender: paper.sender.clone(),
            about: decision.about.clone(),
            items: decision.items.iter().map(|item| item.copy.clone()).collect(),
        };
        let copy = DecisionCopy {
            release_ref: decision.id,
            basis_code: examined.basis.clone(),
            basis_version: i64::from(examined.version),
            citation: examined.citation.clone(),
            decided_at: now,
            occurred_at: decision.occurred_at,
            channel: decision.channel.code().to_owned(),
            sender: paper.sender.clone(),
            handling_note: body.handling_note.clone(),
            attention: body.attention.clone(),
            carried_until: examined.carried.clone(),
        };
        let row = ReleaseRow {
            id: decision.id,
            case: decision.case,
            joint_file: decision.joint_file,
            kind: decision.kind.to_owned(),
            recipient: paper.to.id,
            basis_code: examined.basis.clone(),
            basis_version: i64::from(examined.version),
            consent: examined.consent,
            channel: decision.channel.code().to_owned(),
            decided_at: now,
            decided_by: caller.user,
            follow_fields: decision.follow_fields.iter().map(|field| field.code()).collect::<Vec<_>>().join(","),
            follow_until: decision.follow_until.map(|day| day.to_string()),
            body: self.seal(key, release_place(decision.id), &body)?,
            withdrawn_at: None,
            withdrawal: None,
            lapsed_at: None,
            lapse_reason: None,
            version: 1,
            decided_by_name: String::new(),
            decided_by_title: String::new(),
            item_count: 0,
            delivered_at: None,
            joint_ref: None,
        };
        let mut statements = Vec::new();
        if let Some(consent) = examined.consent {
            // Given by mouth before it was withdrawn, it was given: what is recorded is what happened, and it lapses at once.
            let held = if decision.channel == Channel::System {
                store::consent::must_hold(authority, consent, &now.day().to_string())
            } else {
                let at = decision.occurred_at;
                store::consent::must_have_held(authority, consent, &at.day().to_string(), at)
            };
            statements.push(held);
        }
        statements.extend(
            decision
                .items
                .iter()
                .filter_map(|item| store::release::item_is(authority, item.kind, item.id, item.version)),
        );
        statements.push(store::release::insert(authority, &row));
        statements.extend(decision.items.iter().map(|item| {
            let item = ReleaseItemRow {
                position: item.copy.position,
                kind: item.kind.to_owned(),
                item: item.id,
                version: item.version,
            };
            store::release::insert_item(authority, decision.id, &item)
        }));
        Ok((statements, copy))
    }
}
