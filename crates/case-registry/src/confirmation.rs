//! Counsel's word on a legal basis. A basis in state `confirm` carries nothing until the authority's counsel has read the wording in force; name, day and
//! what was read are recorded here, by the administrator or from the command line, per authority and per version of the basis.

use rbac_policy::{Facts, Target, legal_bases::State};
use serde::Deserialize;
use store::{Work, directory::ConfirmationRow};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{AuthorityId, Caller, Purpose, Role, action::ConfirmBasis as ConfirmAct};

use crate::{Answer, Check, Registry, RegistryError, legal_basis::BasisView};

/// Records that counsel has confirmed the wording.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ConfirmBasis)]
pub struct ConfirmBasis {
    /// The version of the basis that was read; a new version needs a new confirmation.
    pub version: u32,
    /// Name of the counsel.
    pub confirmed_by: String,
    /// The day of the confirmation.
    pub confirmed_on: Date,
    /// The wording that was read, for example the number of the latest amendment in SFS.
    pub wording: String,
}

/// Takes a confirmation back that should not have been recorded.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawConfirmation {
    /// The version of the basis.
    pub version: u32,
    /// Why; it goes into the log.
    pub reason: String,
}

const LONGEST_NAME: usize = 100;
const LONGEST_WORDING: usize = 500;

impl Registry {
    /// A basis as the form that confirms it shows it; only for whoever may record counsel's word.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for anybody else, and for a basis that is not in force.
    pub async fn basis_to_confirm(&self, caller: &Caller, code: &str) -> Result<Answer<BasisView>, RegistryError> {
        self.let_in::<ConfirmAct>(caller, facts(caller)).await?;
        let answer = self.legal_bases(caller).await?;
        let entry = answer.entry;
        let view = answer.view.into_iter().find(|basis| basis.code == code).ok_or(RegistryError::NotFound)?;
        Ok(Answer { view, entry })
    }

    /// Records counsel's confirmation of a basis: from here on the authority can use it.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`] for whoever may not, and for a basis that there is not; `Conflict("needs-no-confirmation")`;
    /// `Conflict("exists-already")` while an earlier confirmation stands.
    pub async fn confirm_basis(
        &self,
        caller: &Caller,
        code: &str,
        command: ConfirmBasis,
    ) -> Result<Answer<()>, RegistryError> {
        let mut check = Check::new();
        check.text("confirmedBy", &command.confirmed_by, LONGEST_NAME);
        check.text("wording", &command.wording, LONGEST_WORDING);
        check.require(command.confirmed_on <= self.clock.today(), "confirmedOn", "in-the-future");
        check.done()?;
        let permit = self.allow::<ConfirmAct>(caller, facts(caller)).await?;
        let Some(basis) = self.bases.get(code, command.version) else {
            return Err(self.stopped(&permit, RegistryError::NotFound).await);
        };
        if basis.state != State::Confirm {
            return Err(self.stopped(&permit, RegistryError::Conflict("needs-no-confirmation")).await);
        }
        let row = ConfirmationRow {
            basis_code: basis.code.clone(),
            basis_version: i64::from(basis.version),
            confirmed_by: command.confirmed_by.trim().to_owned(),
            confirmed_on: command.confirmed_on.to_string(),
            wording: command.wording.trim().to_owned(),
        };
        let permit = permit
            .with_basis(format!("{}/{}", basis.code, basis.version))
            .with_justification(format!("{}, {}: {}", row.confirmed_by, row.confirmed_on, row.wording));
        let confirm = store::directory::insert_confirmation(caller.authority, &row);
        let recorded = self.commit(permit, Work::new(caller.authority).named("confirm_basis").then(confirm)).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// Takes a confirmation back: from here on nothing more is released on the basis. What was released before stands as it was decided.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`]; [`RegistryError::Stale`] when none stands.
    pub async fn withdraw_confirmation(
        &self,
        caller: &Caller,
        code: &str,
        command: WithdrawConfirmation,
    ) -> Result<Answer<()>, RegistryError> {
        let mut check = Check::new();
        check.text("reason", &command.reason, LONGEST_WORDING);
        check.done()?;
        let permit = self.allow::<ConfirmAct>(caller, facts(caller)).await?;
        let Some(basis) = self.bases.get(code, command.version) else {
            return Err(self.stopped(&permit, RegistryError::NotFound).await);
        };
        let permit = permit
            .with_basis(format!("{}/{}", basis.code, basis.version))
            .with_justification(command.reason.trim().to_owned());
        let version = i64::from(basis.version);
        let withdraw =
            store::directory::withdraw_confirmation(caller.authority, &basis.code, version, self.clock.now());
        let work = Work::new(caller.authority).named("withdraw_confirmation").then(withdraw);
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }

    /// The same from the command line, in the service's name.
    ///
    /// # Errors
    /// As for [`Registry::confirm_basis`].
    pub async fn confirm_basis_by_service(
        &self,
        authority: AuthorityId,
        code: &str,
        command: ConfirmBasis,
    ) -> Result<Answer<()>, RegistryError> {
        let caller = self.service_caller(authority).await?;
        self.confirm_basis(&caller, code, command).await
    }

    /// The same from the command line, in the service's name.
    ///
    /// # Errors
    /// As for [`Registry::withdraw_confirmation`].
    pub async fn withdraw_confirmation_by_service(
        &self,
        authority: AuthorityId,
        code: &str,
        command: WithdrawConfirmation,
    ) -> Result<Answer<()>, RegistryError> {
        let caller = self.service_caller(authority).await?;
        self.withdraw_confirmation(&caller, code, command).await
    }
}

fn facts(caller: &Caller) -> Facts {
    let purpose = if caller.has(Role::Service) { Purpose::Service } else { Purpose::Administration };
    Facts::own_desk(purpose, Target::kind("legal_basis"))
}
