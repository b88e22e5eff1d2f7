//! The delegation list (delegationsordning): who decides on which legal basis in the authority's name. Data of each authority; the row of the legal basis says
//! where a line is needed.

use rbac_policy::{Facts, Target, legal_bases::LegalBasis};
use serde::{Deserialize, Serialize};
use store::{Work, delegation::DelegationRow};
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    AuthorityKind, Caller, Purpose, Role, Timestamp, UserId,
    action::{ReadUsers, UpdateUsers},
};

use crate::{Answer, Check, Registry, RegistryError, error::FailedTestView};

/// Enters a line: for a role or for one user, never both.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delegate {
    /// Code of the legal basis.
    pub basis: String,
    /// Everyone with this role.
    #[serde(default)]
    pub role: Option<Role>,
    /// One user.
    #[serde(default)]
    pub user_id: Option<UserId>,
    /// Where in the authority's own decision it stands, for example "3.4 b".
    pub point: String,
    /// First day; today when left out.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// Last day; until further notice when left out.
    #[serde(default)]
    pub valid_until: Option<Date>,
}

/// A line of the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DelegationView {
    /// Random id.
    pub id: Uuid,
    /// Code of the legal basis.
    pub basis: String,
    /// Everyone with this role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// One user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The user's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Where in the authority's own decision it stands.
    pub point: String,
    /// First day, ISO date.
    pub valid_from: String,
    /// Last day, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// When entered.
    pub entered_at: Timestamp,
}

/// What the list says of a decision that somebody is about to take.
pub(crate) enum Delegated {
    /// The basis is decided without a line, or by the lead.
    NotNeeded,
    /// On this point of the list.
    On(String),
    /// By nobody that the caller is.
    Missing,
}

/// Who decides, read from the basis and the authority's list.
pub(crate) fn delegated(
    basis: &LegalBasis,
    at: AuthorityKind,
    list: &[DelegationRow],
    caller: &Caller,
    today: Date,
) -> Delegated {
    let on = today.to_string();
    let is_for = |row: &&DelegationRow| {
        let role = row.role.as_deref().and_then(|role| role.parse::<Role>().ok());
        row.user == Some(caller.user) || role.is_some_and(|role| caller.has(role))
    };
    let runs = |row: &&DelegationRow| {
        row.basis_code == basis.code && row.valid_from <= on && row.valid_until.as_ref().is_none_or(|last| *last >= on)
    };
    match list.iter().filter(runs).find(is_for) {
        Some(row) => Delegated::On(row.point.clone()),
        None if !basis.delegated_at.contains(&at) => Delegated::NotNeeded,
        None if basis.lead_decides && caller.has(Role::SocialLead) => Delegated::NotNeeded,
        None => Delegated::Missing,
    }
}

/// The failed test of somebody whom the list does not name.
pub(crate) fn wants_delegation(basis: &LegalBasis, language: vocabulary::Language) -> FailedTestView {
    let who = basis.who_decides.text(language);
    let (what, next) = match language {
        vocabulary::Language::Swedish => (
            format!(
                "Delegationsordningen ger dig inte rätt att besluta enligt {}. Den som beslutar: {who}",
                basis.citation
            ),
            "Lämna beslutet till den som har delegation. Saknas en rad i delegationsordningen för den, be systemförvaltaren föra in den.",
        ),
        vocabulary::Language::English => (
            format!("The delegation list does not let you decide under {}. Who decides: {who}", basis.citation),
            "Leave the decision to somebody with delegation. If the list lacks a line for them, ask the administrator to enter it.",
        ),
    };
    FailedTestView { test: "delegation".to_owned(), what, next: next.to_owned() }
}

const LONGEST_POINT: usize = 100;

impl Registry {
    /// The authority's delegation list.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the caller may not.
    pub async fn list_delegations(&self, caller: &Caller) -> Result<Answer<Vec<DelegationView>>, RegistryError> {
        let facts = Facts::own_desk(Purpose::Administration, Target::kind("delegation"));
        let permit = self.allow::<ReadUsers>(caller, facts).await?;
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let rows = store::delegation::list(&mut snapshot, caller.authority).await?;
        let users = store::directory::users(&mut snapshot, caller.authority).await?;
        snapshot.close().await?;
        let recorded = self.record(permit.with_listed(rows.iter().map(|row| row.id))).await?;
        let name = |id: UserId| users.iter().find(|user| user.id == id).map(|user| user.name.clone());
        let view = rows.into_iter().map(|row| DelegationView {
            id: row.id,
            basis: row.basis_code,
            role: row.role.and_then(|role| role.parse().ok()),
            user_id: row.user,
            user: row.user.and_then(name),
            point: row.point,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            entered_at: row.entered_at,
        });
        Ok(Answer { view: view.collect(), entry: recorded.entry() })
    }

    /// Enters a line of the delegation list, as the authority has decided it.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`] when the caller may not.
    pub async fn delegate(&self, caller: &Caller, command: Delegate) -> Result<Answer<Uuid>, RegistryError> {
        let now = self.clock.now();
        let today = now.day();
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let users = store::directory::users(&mut snapshot, caller.authority).await?;
        snapshot.close().await?;
        let from = command.valid_from.unwrap_or(today);
        let mut check = Check::new();
        check.require(self.bases.current(&command.basis, today).is_some(), "basis", "not-a-basis");
        check.text("point", &command.point, LONGEST_POINT);
        check.require(command.role.is_some() != command.user_id.is_some(), "role", "one-of-two");
        let is_colleague = |id: UserId| users.iter().any(|user| user.id == id && user.is_active);
        check.require(command.user_id.is_none_or(is_colleague), "userId", "no-such-colleague");
        check.require(command.role != Some(Role::Service), "role", "not-in-the-list");
        check.require(command.valid_until.is_none_or(|last| last >= from), "validUntil", "before-start");
        check.done()?;
        let row = DelegationRow {
            id: self.entropy.id(),
            basis_code: command.basis,
            role: command.role.map(|role| role.code().to_owned()),
            user: command.user_id,
            point: command.point.trim().to_owned(),
            valid_from: from.to_string(),
            valid_until: command.valid_until.map(|day| day.to_string()),
            entered_at: now,
            entered_by: Some(caller.user),
        };
        let facts = Facts::own_desk(Purpose::Administration, Target::record("delegation", row.id));
        let permit = self.allow::<UpdateUsers>(caller, facts).await?;
        let work = Work::new(caller.authority)
            .named("delegate")
            .making("delegation", row.id)
            .then(store::delegation::insert(caller.authority, &row));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: row.id, entry: recorded.entry() })
    }

    /// Ends a line: from tomorrow nobody decides on it. What was decided stays decided.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when it has ended; [`RegistryError::NotFound`] when there is none or the caller may not.
    pub async fn end_delegation(&self, caller: &Caller, id: Uuid) -> Result<Answer<()>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let rows = store::delegation::list(&mut snapshot, caller.authority).await?;
        snapshot.close().await?;
        if !rows.iter().any(|row| row.id == id) {
            return Err(self.missing::<UpdateUsers>(caller, "delegation", id).await);
        }
        let facts = Facts::own_desk(Purpose::Administration, Target::record("delegation", id));
        let permit = self.allow::<UpdateUsers>(caller, facts).await?;
        let end = store::delegation::end(caller.authority, id, &self.clock.today().to_string());
        let recorded = self.commit(permit, Work::new(caller.authority).named("end_delegation").then(end)).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}
