//! The auditor's room: search, one entry, the state of the log. It shows who, when, what kind, why and by which rule; never what a record says.

use std::{collections::HashMap, fmt::Write as _};

pub use audit_log::Outcome;
use audit_log::{LogVerifier, SearchTerm};
use rbac_policy::{Facts, Target};
use serde::{Deserialize, Serialize};
use store::log::{LogFilter, LogLine};
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    Action, Caller, CaseId, EntryId, IdentityNumber, Language, LogSubjectId, Purpose, Timestamp, UserId,
    action::{ReadLogEntry, SearchLog, VerifyLog},
};

use crate::{Answer, Check, Registry, RegistryError, case::CASE_NUMBER_COLUMN, person::NUMBER_COLUMN};

/// What an auditor looks for. What is given holds together. Person and case are looked up by number and never stand in a path or query.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = SearchLog)]
pub struct SearchLogCommand {
    /// Whose accesses.
    pub user_id: Option<UserId>,
    /// Accesses about the person with this personal or coordination number.
    pub person_number: Option<String>,
    /// Accesses about the person with this name in the log.
    pub subject_id: Option<LogSubjectId>,
    /// Accesses in the case with this number in the authority's own system.
    pub case_number: Option<String>,
    /// Accesses in this case.
    pub case_id: Option<CaseId>,
    /// One kind of action.
    pub action: Option<Action>,
    /// Allowed, refused or failed.
    pub outcome: Option<Outcome>,
    /// First day, in Stockholm.
    pub from: Option<Date>,
    /// Last day, in Stockholm.
    pub until: Option<Date>,
    /// Instant of the last line of the page before.
    pub after_at: Option<Timestamp>,
    /// Entry of the last line of the page before.
    pub after_entry: Option<EntryId>,
    /// At most this many lines (20; 100 at the most).
    pub limit: Option<i64>,
}

/// One line of the log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogLineView {
    /// The entry.
    pub id: EntryId,
    /// When.
    pub at: Timestamp,
    /// Who: the colleague's name; a code for the service itself.
    pub user: String,
    /// The user's id, for the timeline.
    pub user_id: UserId,
    /// The unit of the mandate.
    pub unit: String,
    /// What was done.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub action: String,
    /// The kind of processing (LED art. 25).
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub category: String,
    /// Allowed, refused, failed.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub outcome: String,
    /// The kind of record.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub resource_kind: String,
    /// The case, for the timeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    /// About whom: the log's own names.
    pub subjects: Vec<Uuid>,
    /// Why.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub purpose: String,
    /// The legal basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Its place in the tree; none for the few milliseconds before it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
}

/// One page of the log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogPage {
    /// The lines, newest first.
    pub lines: Vec<LogLineView>,
    /// Whether there are more.
    pub has_more: bool,
}

/// One whole entry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogEntryView {
    /// The line.
    pub line: LogLineView,
    /// The leaf exactly as it stands in the tree: canonical JSON.
    pub leaf: String,
    /// `opened`, `erased` (the log key has been destroyed) or `none`.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub opening: &'static str,
    /// The reason that the user stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub justification: Option<String>,
    /// How many records were shown.
    pub listed: usize,
}

/// Where the log stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogStateView {
    /// Origin line of the checkpoints.
    pub origin: String,
    /// Entries in the tree.
    pub size: i64,
    /// The RFC 6962 root, hexadecimal.
    pub root: String,
    /// The last entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Timestamp>,
    /// Size that the last checkpoint signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_size: Option<i64>,
    /// When it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Timestamp>,
    /// The signed note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// What a full verification just found; none when it was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<VerifiedView>,
}

/// What a verification found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedView {
    /// Whether everything holds together.
    pub is_sound: bool,
    /// What does not, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Entries checked.
    pub entries: i64,
}

impl Registry {
    /// Searches the access log of the caller's own authority. The search is in the log itself, with a keyed digest of the term, before a line is shown.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for anyone but an auditor; [`RegistryError::Invalid`].
    pub async fn search_log(
        &self,
        caller: &Caller,
        command: SearchLogCommand,
    ) -> Result<Answer<LogPage>, RegistryError> {
        let authority = caller.authority;
        let mut check = Check::new();
        if let (Some(from), Some(until)) = (command.from, command.until) {
            check.require(until >= from, "until", "before-start");
        }
        let number = command.person_number.as_deref().map(str::trim).filter(|number| !number.is_empty());
        let number = number.and_then(|number| {
            IdentityNumber::parse(number, self.clock.today())
                .map_err(|_| check.fail("personNumber", "number-form"))
                .ok()
        });
        check.done()?;
        let case_number = command.case_number.as_deref().map(str::trim).filter(|number| !number.is_empty());

        let permit =
            self.allow::<SearchLog>(caller, Facts::own_desk(Purpose::LogControl, Target::kind("log_entry"))).await?;
        let limit = command.limit.unwrap_or(20).clamp(1, store::log::PAGE - 1);
        let mut filter = LogFilter {
            user: command.user_id,
            subject: command.subject_id,
            case: command.case_id,
            action: command.action,
            outcome: command.outcome,
            from: command.from.map(Timestamp::start_of),
            until: command.until.and_then(Date::next_day).map(Timestamp::start_of),
            after: command.after_at.zip(command.after_entry),
            limit: limit + 1,
        };
        let mut snapshot = self.store.snapshot(authority).await?;
        let mut is_known = true;
        if let Some(number) = &number {
            let index = self.vault.blind_index(authority, NUMBER_COLUMN, number.canonical())?;
            filter.subject = store::person::by_number(&mut snapshot, authority, index).await?.map(|row| row.subject);
            is_known = filter.subject.is_some();
        }
        if let Some(number) = case_number {
            let index = self.vault.blind_index(authority, CASE_NUMBER_COLUMN, number)?;
            filter.case = store::case::by_number(&mut snapshot, authority, index).await?.map(|row| row.id);
            is_known = is_known && filter.case.is_some();
        }
        let mut lines =
            if is_known { store::log::search(&mut snapshot, authority, &filter).await? } else { Vec::new() };
        let names = self.names(&mut snapshot, caller).await?;
        snapshot.close().await?;
        let has_more = i64::try_from(lines.len()).unwrap_or(i64::MAX) > limit;
        lines.truncate(usize::try_from(limit).unwrap_or(20));

        let term =
            number.as_ref().map(|number| number.canonical().to_owned()).or_else(|| case_number.map(str::to_owned));
        let permit = match term {
            None => permit,
            Some(term) => {
                let length = u32::try_from(term.chars().count()).unwrap_or(u32::MAX);
                permit.with_term(SearchTerm { digest: self.vault.term_digest(authority, &term)?, length })
            }
        };
        let permit = permit.with_listed(lines.iter().map(|line| line.columns.id));
        let recorded = self.record(permit).await?;
        let lines = lines.iter().map(|line| names.line(line)).collect();
        Ok(Answer { view: LogPage { lines, has_more }, entry: recorded.entry() })
    }

    /// Opens one entry: its leaf as it stands in the tree, and what its commitments stand for as long as the log key exists.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the caller's own log has no such entry.
    pub async fn open_log_entry(&self, caller: &Caller, id: EntryId) -> Result<Answer<LogEntryView>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let entry = store::log::entry(&mut snapshot, authority, id).await?;
        let names = self.names(&mut snapshot, caller).await?;
        snapshot.close().await?;
        let Some(entry) = entry else { return Err(self.missing::<ReadLogEntry>(caller, "log_entry", id.0).await) };
        let target = Target::record("log_entry", id.0);
        let permit = self.allow::<ReadLogEntry>(caller, Facts::own_desk(Purpose::LogControl, target)).await?;
        let recorded = self.record(permit).await?;
        let (opening, opened) = match &entry.opening {
            None => ("none", None),
            Some(sealed) => match self.key(authority, sealed.key).await? {
                None => ("erased", None),
                Some(key) => ("opened", Some(self.vault.open_opening(&key, id, sealed, &recorded)?)),
            },
        };
        let view = LogEntryView {
            line: names.line(&entry.line),
            leaf: String::from_utf8(entry.leaf).map_err(|_| RegistryError::Internal("a leaf is not text"))?,
            opening,
            justification: opened.as_ref().and_then(|opened| opened.justification.clone()),
            listed: opened.as_ref().map_or(0, |opened| opened.listed.len()),
        };
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// Where the log stands: size, root, last checkpoint; with `full` after reading and checking every leaf and tile.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for anyone but an auditor.
    pub async fn log_state(&self, caller: &Caller, full: bool) -> Result<Answer<LogStateView>, RegistryError> {
        let authority = caller.authority;
        let permit = self.allow::<VerifyLog>(caller, Facts::own_desk(Purpose::LogControl, Target::kind("log"))).await?;
        let recorded = self.record(permit).await?;
        let verifier = self.log_verifier(authority)?;
        let found = if full { Some(self.verify_log(authority, &verifier).await?) } else { None };
        let mut snapshot = self.store.snapshot(authority).await?;
        let state = store::log::state(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let state = state.ok_or(RegistryError::Internal("the log has no head"))?;
        let (signed_size, signed_at, checkpoint) = match state.checkpoint {
            Some((size, at, note)) => (Some(size), Some(at), Some(note)),
            None => (None, None, None),
        };
        let view = LogStateView {
            origin: verifier.origin().to_owned(),
            size: state.size,
            root: hexadecimal(&state.root),
            last_at: state.last,
            signed_size,
            signed_at,
            checkpoint,
            verified: found,
        };
        Ok(Answer { view, entry: recorded.entry() })
    }

    async fn verify_log(
        &self,
        authority: vocabulary::AuthorityId,
        verifier: &LogVerifier,
    ) -> Result<VerifiedView, RegistryError> {
        let unavailable = |error: audit_log::LogError| {
            tracing::error!(%error, "the log could not be brought up to date");
            RegistryError::Unavailable
        };
        self.log.sequenced().await.map_err(unavailable)?;
        self.sign_checkpoint(authority).await?;
        match self.log.verify(authority, verifier, &|_, _| {}).await {
            Ok(found) => {
                Ok(VerifiedView { is_sound: true, fault: None, entries: i64::try_from(found.size).unwrap_or(i64::MAX) })
            }
            Err(error) => {
                tracing::error!(%error, %authority, "the log does not verify");
                Ok(VerifiedView { is_sound: false, fault: Some(error.to_string()), entries: 0 })
            }
        }
    }

    /// Signs a checkpoint of one log, where this instance holds its key.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] when the log is not a continuation of what was signed before, or cannot be written.
    pub async fn sign_checkpoint(&self, authority: vocabulary::AuthorityId) -> Result<(), RegistryError> {
        let Some(signer) = self.signers.get(&authority) else { return Ok(()) };
        self.log.sign_checkpoint(authority, signer).await.map(drop).map_err(|error| {
            tracing::error!(%error, %authority, "no checkpoint could be signed");
            RegistryError::Unavailable
        })
    }

    /// The key that verifies an authority's log, where this instance signs it.
    pub(crate) fn log_verifier(&self, authority: vocabulary::AuthorityId) -> Result<LogVerifier, RegistryError> {
        self.signers
            .get(&authority)
            .map(audit_log::LogSigner::verifier)
            .ok_or(RegistryError::Conflict("log-key-elsewhere"))
    }

    async fn names(&self, snapshot: &mut store::Snapshot, caller: &Caller) -> Result<Names, RegistryError> {
        let users = store::directory::users(snapshot, caller.authority).await?;
        let units = store::directory::units(snapshot, caller.authority).await?;
        Ok(Names {
            users: users.into_iter().map(|row| (row.id.0, row.name)).collect(),
            units: units.into_iter().map(|row| (row.id.0, row.name)).collect(),
            service: match caller.language {
                Language::Swedish => "Tjänsten",
                Language::English => "The service",
            },
        })
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Names of colleagues and units, for the lines.
struct Names {
    users: HashMap<Uuid, String>,
    units: HashMap<Uuid, String>,
    /// What the service is called in the reader's language.
    service: &'static str,
}

impl Names {
    fn line(&self, line: &LogLine) -> LogLineView {
        let columns = &line.columns;
        // The log's own entries, such as the start of an instance, are in nobody's name and for no unit.
        let is_log = columns.user.is_nil();
        let name = |names: &HashMap<Uuid, String>, id: Uuid| names.get(&id).cloned().unwrap_or_else(|| id.to_string());
        LogLineView {
            id: EntryId(columns.id),
            at: Timestamp::from_micros(columns.at),
            user: if is_log { self.service.to_owned() } else { name(&self.users, columns.user) },
            user_id: UserId(columns.user),
            unit: if is_log { String::new() } else { name(&self.units, columns.unit) },
            action: columns.action.clone(),
            category: columns.category.clone(),
            outcome: columns.outcome.clone(),
            resource_kind: columns.resource_kind.clone(),
            case_id: columns.case,
            subjects: columns.subjects.clone(),
            purpose: columns.purpose.clone(),
            basis: columns.basis.clone(),
            index: line.index,
        }
    }
}
