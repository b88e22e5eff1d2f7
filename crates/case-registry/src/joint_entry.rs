//! Own entries in a joint file. On the social side plain ones; with the police information that is marked as 2018:1693 3 kap. 4 § asks.
//!
//! Secret intelligence (OSL 18 kap. 2 §) and register extracts are not to be entered; whoever writes police information confirms that it holds none.

mod police;

use field_vault::{KeySubject, Place, Vault};
use serde::{Deserialize, Serialize};
use store::{Work, joint_entry::JointEntryRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    AuthorityKind, Caller, JointEntryId, JointFileId, Opens, SecrecyClass, Timestamp,
    action::{ReadJointFile, WithdrawEntry as WithdrawAct, WriteEntry as WriteAct},
};

pub use police::{Accuracy, Availability, Clearance, Credibility, JointGround, PoliceMarks, Suspicion};

use crate::{Answer, Check, Registry, RegistryError, case::code, joint_file::JointAtHand, opening::Opener};

vocabulary::closed_list! {
    /// What kind of entry.
    pub enum EntryKind {
        /// A plain entry.
        Entry = "entry",
        /// Police information with its marks.
        PoliceInformation = "police_information",
    }
}

/// Writes an own entry in a joint file.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WriteEntry {
    /// The text.
    pub text: String,
    /// Secrecy class.
    #[serde(default = "standard")]
    pub class: SecrecyClass,
    /// What the police mark; required with the police, and nowhere else.
    #[serde(default)]
    pub police: Option<PoliceMarks>,
    /// The writer confirms that the text holds neither secret intelligence (OSL 18 kap. 2 §) nor a register extract; must be true with the police.
    #[serde(default)]
    pub contains_no_secret_intelligence: bool,
}

const fn standard() -> SecrecyClass {
    SecrecyClass::Standard
}

/// Records the clearance of the head of the criminal investigation.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClearEntry {
    /// Who cleared it, and when.
    pub clearance: Clearance,
}

/// Withdraws an entry (embargo).
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawEntry {
    /// Why; stays on the own side.
    pub reason: String,
}

/// An own entry. Of one that is withdrawn or has expired only the trace is shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JointEntryView {
    /// Random id.
    pub id: JointEntryId,
    /// What kind.
    pub kind: EntryKind,
    /// The text; none once withdrawn or expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Secrecy class.
    pub class: SecrecyClass,
    /// What the police marked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub police: Option<PoliceMarks>,
    /// When written.
    pub written_at: Timestamp,
    /// By whom.
    pub author: String,
    /// The last day on which it stands, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<String>,
    /// When withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Timestamp>,
    /// Row version, for `If-Match`.
    pub version: i64,
}

/// An entry as it is sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct EntryBody {
    pub(crate) text: String,
    /// The class as written. The row's class turns to `standard` with the clearance of the head of the criminal investigation (OSL 18 kap. 1 §).
    pub(crate) class: SecrecyClass,
    pub(crate) police: Option<PoliceMarks>,
}

const LONGEST_TEXT: usize = 4_000;

pub(crate) fn entry_place(id: JointEntryId) -> Place {
    Place::of("joint_entry", "body_sealed", id.0)
}

impl Registry {
    /// Writes an own entry in an open joint file on an own open case.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; `Conflict("closed")`, `Conflict("no-own-case")`; [`RegistryError::NotFound`] when the caller may not.
    pub async fn write_entry(
        &self,
        caller: &Caller,
        file: JointFileId,
        command: WriteEntry,
    ) -> Result<Answer<JointEntryId>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.joint_at_hand(&mut snapshot, caller, file).await?;
        let kind = self.authority_kind(&mut snapshot, authority).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let mut check = Check::new();
        check.text("text", &command.text, LONGEST_TEXT);
        check.require(command.class != SecrecyClass::Unknown, "class", "required");
        let is_police = matches!(kind, AuthorityKind::Police);
        check.require(is_police || command.police.is_none(), "police", "only-with-the-police");
        if is_police {
            check.require(command.contains_no_secret_intelligence, "containsNoSecretIntelligence", "must-be-confirmed");
            match &command.police {
                None => check.fail("police", "required"),
                Some(marks) => marks.check(&mut check, command.class, now.day(), &users),
            }
        }
        check.done()?;
        let Some(hand) = hand else { return Err(self.missing::<WriteAct>(caller, "joint_file", file.0).await) };
        let id = JointEntryId(self.entropy.id());
        let facts = hand.facts_of("joint_entry", id.0, None, command.class);
        let permit = self.allow::<WriteAct>(caller, facts).await?;
        hand.own_case()?;

        let key = self.key_for(authority, KeySubject::JointFile(file)).await?;
        let is_cleared = command.police.as_ref().is_some_and(|marks| marks.clearance.is_some());
        let (availability, named) =
            command.police.as_ref().map_or((None, Vec::new()), |marks| marks.reach(caller.user));
        let row = JointEntryRow {
            id,
            joint_file: file,
            kind: if is_police { EntryKind::PoliceInformation } else { EntryKind::Entry }.code().to_owned(),
            class: cleared_class(command.class, is_cleared),
            written_at: now,
            written_by: caller.user,
            availability,
            named,
            expires_on: command.police.as_ref().map(|marks| marks.expires_on.to_string()),
            withdrawn_at: None,
            body: self.seal(
                &key,
                entry_place(id),
                &EntryBody { text: command.text.trim().to_owned(), class: command.class, police: command.police },
            )?,
            version: 1,
            author: String::new(),
        };
        let work = Work::new(authority)
            .named("write_entry")
            .making("joint_entry", id)
            .then(store::joint_entry::insert(authority, &row));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: id, entry: recorded.entry() })
    }

    /// Records that the head of the criminal investigation has cleared an entry for release (OSL 18 kap. 1 §).
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; `Conflict("wrong-state")` for an entry that needs no clearance; [`RegistryError::NotFound`] when the caller may not.
    pub async fn clear_entry(
        &self,
        caller: &Caller,
        id: JointEntryId,
        version: i64,
        command: ClearEntry,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut check = Check::new();
        command.clearance.check(&mut check, self.clock.today());
        check.done()?;
        let (mut row, hand) = self.entry_or_missing::<WriteAct>(caller, id).await?;
        // The marks are sealed with the text: they are read, under an entry of their own, before they can be completed.
        let read = self
            .allow::<ReadJointFile>(caller, hand.facts_of("joint_entry", id.0, Some(row.version), row.class))
            .await?;
        let permit =
            self.allow::<WriteAct>(caller, hand.facts_of("joint_entry", id.0, Some(row.version), row.class)).await?;
        hand.own_case()?;
        if row.version != version {
            return Err(RegistryError::Stale);
        }
        let recorded = self.record(read).await?;
        let opener = self.opener(&recorded, authority, [Vault::kid_of(&row.body)]).await?;
        let mut body: EntryBody = opener.open(entry_place(id), &row.body)?;
        let marks =
            body.police.as_mut().filter(|marks| marks.clearance.is_none() && body.class == SecrecyClass::Investigation);
        let marks = marks.ok_or(RegistryError::Conflict("wrong-state"))?;
        marks.clearance = Some(command.clearance);
        let key = self.key_for(authority, KeySubject::JointFile(row.joint_file)).await?;
        row.class = cleared_class(body.class, true);
        row.body = self.seal(&key, entry_place(id), &body)?;
        let work = Work::new(authority).named("clear_entry").then(store::joint_entry::update(authority, &row));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// Withdraws an own entry (embargo): it is neither read nor released any more, and what was released of it lapses at the recipients.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when it is withdrawn already or has changed; [`RegistryError::NotFound`] when the caller may not.
    pub async fn withdraw_entry(
        &self,
        caller: &Caller,
        id: JointEntryId,
        version: i64,
        command: WithdrawEntry,
    ) -> Result<Answer<()>, RegistryError> {
        let mut check = Check::new();
        check.text("reason", &command.reason, 500);
        check.done()?;
        let authority = caller.authority;
        let (row, hand) = self.entry_or_missing::<WithdrawAct>(caller, id).await?;
        let permit =
            self.allow::<WithdrawAct>(caller, hand.facts_of("joint_entry", id.0, Some(row.version), row.class)).await?;
        let withdraw = store::joint_entry::withdraw(authority, id, self.clock.now(), version);
        let work = Work::new(authority).named("withdraw_entry").then(withdraw);
        let recorded = self.commit(permit.with_justification(command.reason.trim()), work).await?;
        // The embargo stands from here on; its effects on what was released follow at once, and the job makes up for what could not be done.
        self.lapse_embargoed(authority).await;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    async fn entry_or_missing<A: vocabulary::Act>(
        &self,
        caller: &Caller,
        id: JointEntryId,
    ) -> Result<(JointEntryRow, JointAtHand), RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let row = store::joint_entry::by_id(&mut snapshot, caller.authority, id).await?;
        let row = row.filter(|row| is_available(row, caller));
        let hand = match &row {
            Some(row) => self.joint_at_hand(&mut snapshot, caller, row.joint_file).await?,
            None => None,
        };
        snapshot.close().await?;
        match (row, hand) {
            (Some(row), Some(hand)) => Ok((row, hand)),
            _ => Err(self.missing::<A>(caller, "joint_entry", id.0).await),
        }
    }
}

/// An item under investigation stands as an ordinary one once the clearance is on record (OSL 18 kap. 1 §).
const fn cleared_class(class: SecrecyClass, is_cleared: bool) -> SecrecyClass {
    if is_cleared && matches!(class, SecrecyClass::Investigation) { SecrecyClass::Standard } else { class }
}

/// Whether the entry is available to the caller: what is not jointly available is seen by its author and the named persons only (2018:1693 3 kap. 2 §).
pub(crate) fn is_available(row: &JointEntryRow, caller: &Caller) -> bool {
    let named_only = row.availability.as_deref() == Some(Availability::NamedPersons.code());
    !named_only || row.written_by == caller.user || row.named.contains(&caller.user)
}

/// Whether an entry can still be read and released: neither withdrawn nor expired.
pub(crate) fn stands(row: &JointEntryRow, today: Date) -> bool {
    row.withdrawn_at.is_none() && row.expires_on.as_deref().is_none_or(|on| today.to_string().as_str() <= on)
}

/// The entries that the permit covers.
pub(crate) fn views<A: Opens>(
    opener: &Opener<'_, '_, A>,
    rows: &[JointEntryRow],
    today: Date,
) -> Result<Vec<JointEntryView>, RegistryError> {
    let covered = rows.iter().filter(|row| opener.covers(row.id));
    covered
        .map(|row| {
            let body: Option<EntryBody> =
                if stands(row, today) { Some(opener.open(entry_place(row.id), &row.body)?) } else { None };
            let (text, class, police) =
                body.map_or((None, row.class, None), |body| (Some(body.text), body.class, body.police));
            Ok(JointEntryView {
                id: row.id,
                kind: code(&row.kind)?,
                text,
                class,
                police,
                written_at: row.written_at,
                author: row.author.clone(),
                expires_on: row.expires_on.clone(),
                withdrawn_at: row.withdrawn_at,
                version: row.version,
            })
        })
        .collect()
}
