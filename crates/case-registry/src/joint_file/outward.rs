//! What leaves from a joint file on a decision of its own: examined like every release, under the identity and the consents of the own case.

use field_vault::KeySubject;
use rbac_policy::Facts;
use store::{Snapshot, Statement};
use time::Date;
use uuid::Uuid;
use vocabulary::{Act, AuthorityId, Caller, ConsentId, ReleaseId, SecrecyClass, action::ReadJointFile};

use super::JointAtHand;
use crate::{
    Registry, RegistryError,
    crossing::{CopiedItem, DecisionCopy, IdentityCopy},
    release::{
        BasisChoice, Channel, FollowField,
        decision::{DecidedItem, Decision},
        examination::{Examined, Matter, Paper},
    },
};

/// What is to leave.
pub(crate) struct Outward<'a> {
    /// `proposal`, `position`, `request`, `follow_up`, `answer`.
    pub(crate) kind: &'static str,
    /// The unit or person there.
    pub(crate) attention: &'a str,
    /// A wish on how to handle it; not binding.
    pub(crate) handling_note: &'a str,
    /// How it leaves.
    pub(crate) channel: Channel,
    /// Fields that may follow.
    pub(crate) follow_fields: &'a [FollowField],
    /// Until when.
    pub(crate) follow_until: Option<Date>,
    /// Whether the identity leaves too.
    pub(crate) with_identity: bool,
    /// The texts speak of another identifiable person.
    pub(crate) names_others: bool,
    /// What leaves, as the recipient gets it.
    pub(crate) items: Vec<CopiedItem>,
}

impl Outward<'_> {
    /// Something that leaves through the system, of its own accord and without more to follow.
    pub(crate) const fn of(kind: &'static str, items: Vec<CopiedItem>) -> Self {
        Self {
            kind,
            attention: "",
            handling_note: "",
            channel: Channel::System,
            follow_fields: &[],
            follow_until: None,
            with_identity: false,
            names_others: false,
            items,
        }
    }
}

/// A decision that passed every test, with its rows and the copy for the recipient.
pub(crate) struct Cleared {
    pub(crate) release: ReleaseId,
    pub(crate) statements: Vec<Statement>,
    pub(crate) copy: DecisionCopy,
    pub(crate) about: Option<IdentityCopy>,
    /// The facts that the act is decided on.
    pub(crate) facts: Facts,
    /// Code and version of the basis, as the log names them.
    pub(crate) logged: String,
    pub(crate) to: AuthorityId,
    /// Whether the recipient takes parcels; otherwise the decision is carried out by letter, telephone or in a meeting.
    pub(crate) takes_parcels: bool,
    /// The caller with the written reasons, where none other was stated.
    pub(crate) caller: Caller,
}

/// One text of a crossing, under the heading that its kind has in the reader's language.
pub(crate) fn text_item(position: i64, kind: &str, text: &str, dated: Option<Date>) -> CopiedItem {
    CopiedItem {
        position,
        kind: kind.to_owned(),
        title: String::new(),
        text: text.trim().to_owned(),
        dated,
        class: SecrecyClass::Standard,
    }
}

impl Registry {
    /// The paper for a recipient: an authority in the directory, never the own one.
    pub(crate) async fn paper_for(
        &self,
        snapshot: &mut Snapshot,
        caller: &Caller,
        to: AuthorityId,
        consent: Option<ConsentId>,
    ) -> Result<Paper, RegistryError> {
        let paper = self.paper(snapshot, caller, to, consent).await?;
        paper.ok_or_else(|| {
            RegistryError::Invalid(vec![crate::FieldError {
                field: "to".to_owned(),
                code: "no-such-authority",
                limit: None,
            }])
        })
    }

    /// Examines what is to leave from a joint file and prepares its decision. Opening the identity is an entry of its own.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] with every failed test; [`RegistryError::NotFound`] when the caller may not open the file.
    pub(crate) async fn clear<D: Act>(
        &self,
        caller: &Caller,
        hand: &JointAtHand,
        facts: Facts,
        paper: &Paper,
        grounds: &BasisChoice,
        outward: Outward<'_>,
    ) -> Result<Cleared, RegistryError> {
        let case = hand.own_case()?;
        let person = hand.person.as_ref().ok_or(RegistryError::Internal("an own case without its person"))?;
        let opening = self.allow::<ReadJointFile>(caller, hand.facts.clone()).await?;
        let recorded = self.record(opening).await?;
        let matter = Matter {
            caller,
            at: self.clock.now(),
            facts: &facts,
            person,
            under: hand.file.id.0,
            classes: &[SecrecyClass::Standard],
            on_request: false,
            contact_details_only: false,
            other_identifiable_person: outward.names_others,
        };
        let examined = self.examine_choice::<ReadJointFile, D>(&recorded, paper, &matter, grounds).await?;
        let takes_parcels = paper.to.parcel_recipient.is_some();
        let decision = Decision {
            id: ReleaseId(self.entropy.id()),
            kind: outward.kind,
            case: Some(case),
            joint_file: Some(hand.file.id),
            attention: outward.attention,
            handling_note: outward.handling_note,
            channel: outward.channel,
            occurred_at: self.clock.now(),
            late_reason: "",
            origin_asked: "",
            asked: None,
            follow_fields: if examined.follow_up_allowed { outward.follow_fields } else { &[] },
            follow_until: outward.follow_until.filter(|_| examined.follow_up_allowed),
            about: outward.with_identity.then(|| examined.subject.copy()),
            items: outward.items.into_iter().map(|copy| statement(hand.file.id.0, copy)).collect(),
        };
        let key = self.key_for(caller.authority, KeySubject::Case(case)).await?;
        let (statements, copy) = self.release_rows(caller, &key, paper, &examined, &decision)?;
        Ok(Cleared {
            release: decision.id,
            statements,
            copy,
            about: decision.about,
            facts: examined.facts(facts),
            logged: examined.logged(),
            to: paper.to.id,
            takes_parcels,
            caller: reasoned(caller, &examined),
        })
    }
}

/// A text that has no row of its own: the file stands for it in the decision's list.
pub(crate) const fn statement(file: Uuid, copy: CopiedItem) -> DecidedItem {
    DecidedItem { kind: "statement", id: file, version: 1, copy }
}

/// The caller; where no other reason was stated, the written reasons of the tests are the reason that the log keeps.
pub(crate) fn reasoned(caller: &Caller, examined: &Examined) -> Caller {
    let mut caller = caller.clone();
    caller.reason = caller.reason.or_else(|| examined.reasons());
    caller
}
