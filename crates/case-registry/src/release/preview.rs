//! The preview: exactly what the recipient gets, and what will protect it there.

use serde::Serialize;
use time::Date;
use utoipa::ToSchema;
use vocabulary::{AuthorityId, Caller, SecrecyClass};

use super::{
    Channel,
    command::{Ready, ReleaseCommand},
    decision::DecidedItem,
};
use crate::{
    Answer, Registry, RegistryError,
    crossing::{CopiedItem, IdentityCopy, SenderCard},
    error::FailedTestView,
    person::IdentityKind,
};

/// Exactly what the recipient would get, and what the tests say.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleasePreview {
    /// The recipient.
    pub recipient_id: AuthorityId,
    /// The recipient's name.
    pub recipient: String,
    /// The unit or person there.
    pub attention: String,
    /// Code of the basis.
    pub basis: String,
    /// Its citation.
    pub citation: String,
    /// Who may decide under it, in words.
    pub who_decides: String,
    /// A wish on how to handle it.
    pub handling_note: String,
    /// How it leaves.
    pub channel: Channel,
    /// The sender as the recipient sees it.
    pub sender: SenderView,
    /// The identity that leaves; none where both sides have the joint file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<IdentityView>,
    /// What leaves.
    pub items: Vec<PreviewedItem>,
    /// What will protect it at the recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrecy_at_recipient: Option<SecrecyView>,
    /// Tests that are not met, with what to do next; empty: it can be decided.
    pub failed: Vec<FailedTestView>,
    /// Whether it can be decided as it stands.
    pub can_be_decided: bool,
}

/// One item exactly as it leaves.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewedItem {
    /// Place in the release.
    pub position: i64,
    /// `paragraph`, `measure`, `joint_entry`, `received_item`, `statement`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: String,
    /// A heading.
    pub title: String,
    /// The text.
    pub text: String,
    /// The day that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dated: Option<Date>,
    /// The sender's secrecy class.
    pub class: SecrecyClass,
}

/// An identity as it leaves.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityView {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// How the person is identified.
    pub identity_kind: IdentityKind,
    /// The number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_value: Option<String>,
    /// Birth date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Date>,
    /// Protected identity.
    pub is_protected: bool,
}

/// The other side's contact: never a name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SenderView {
    /// Service number.
    pub service_number: String,
    /// Unit.
    pub unit: String,
    /// Telephone.
    pub phone: String,
}

/// The secrecy that will hold at the recipient.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecrecyView {
    /// The section.
    pub citation: String,
    /// What it means, in plain words.
    pub note: String,
}

impl From<&CopiedItem> for PreviewedItem {
    fn from(item: &CopiedItem) -> Self {
        Self {
            position: item.position,
            kind: item.kind.clone(),
            title: item.title.clone(),
            text: item.text.clone(),
            dated: item.dated,
            class: item.class,
        }
    }
}

impl From<&IdentityCopy> for IdentityView {
    fn from(copy: &IdentityCopy) -> Self {
        Self {
            given_name: copy.given_name.clone(),
            family_name: copy.family_name.clone(),
            identity_kind: copy.kind,
            identity_value: copy.value.clone(),
            birth_date: copy.birth_date,
            is_protected: copy.is_protected,
        }
    }
}

impl From<&SenderCard> for SenderView {
    fn from(card: &SenderCard) -> Self {
        Self { service_number: card.service_number.clone(), unit: card.unit.clone(), phone: card.phone.clone() }
    }
}

pub(crate) fn previewed(items: &[DecidedItem]) -> Vec<PreviewedItem> {
    items.iter().map(|item| PreviewedItem::from(&item.copy)).collect()
}

impl Registry {
    /// Shows exactly what the recipient would get, and what the tests say. Nothing is decided and nothing leaves.
    ///
    /// # Errors
    /// As for a release, except that failed tests are part of the answer.
    pub async fn preview_release(
        &self,
        caller: &Caller,
        command: &ReleaseCommand,
    ) -> Result<Answer<ReleasePreview>, RegistryError> {
        let ready = self.look_at(caller, command).await?;
        Ok(Answer { view: self.previewed(caller, command, &ready), entry: ready.entry })
    }

    pub(crate) fn previewed(&self, caller: &Caller, command: &ReleaseCommand, ready: &Ready) -> ReleasePreview {
        let examined = &ready.held.examined;
        let secrecy = self.bases.secrecy_at_recipient(ready.paper.to.kind);
        ReleasePreview {
            recipient_id: ready.paper.to.id,
            recipient: ready.paper.to.name.clone(),
            attention: command.attention.trim().to_owned(),
            basis: examined.basis.clone(),
            citation: examined.citation.clone(),
            who_decides: examined.who_decides.clone(),
            handling_note: command.handling_note.trim().to_owned(),
            channel: command.channel,
            sender: SenderView::from(&ready.paper.sender),
            about: ready.shared_file().is_none().then(|| IdentityView::from(&examined.subject.copy())),
            items: previewed(&ready.items),
            secrecy_at_recipient: secrecy.map(|secrecy| SecrecyView {
                citation: secrecy.citation.clone(),
                note: secrecy.note.text(caller.language).to_owned(),
            }),
            failed: ready.held.failed.clone(),
            can_be_decided: ready.held.failed.is_empty(),
        }
    }
}
