//! Reads and searches: what fills the access log from day to day.

use anyhow::{Context as _, Result, ensure};
use audit_log::Outcome;
use case_registry::access_log::SearchLogCommand;
use case_registry::person::SearchCommand;
use vocabulary::Clock as _;

use super::World;
use super::actor::Actor;
use crate::demo::script::reading::{self as told, SearchBy};

/// What a page shows.
const PAGE: i64 = 50;

impl World<'_> {
    pub(super) async fn read_case(&self, who: &Actor, it: &told::ReadCase) -> Result<()> {
        who.registry.read_case(&who.caller, self.made.get(who.side, &it.case)?).await?;
        Ok(())
    }

    pub(super) async fn search(&self, who: &Actor, it: &told::Search) -> Result<()> {
        let person = self.script.person(&it.person).context("nobody of that name")?;
        let term = match it.by {
            SearchBy::Name => format!("{} {}", person.given_name, person.family_name),
            SearchBy::Number => person.identity.digits().to_owned(),
        };
        who.registry.search_persons(&who.caller, SearchCommand { term }).await?;
        Ok(())
    }

    pub(super) async fn list_cases(&self, who: &Actor) -> Result<()> {
        who.registry.list_cases(&who.caller, PAGE, 0).await?;
        Ok(())
    }

    pub(super) async fn list_joint_files(&self, who: &Actor) -> Result<()> {
        who.registry.list_joint_files(&who.caller, PAGE, 0).await?;
        Ok(())
    }

    pub(super) async fn read_log(&self, who: &Actor, it: &told::ReadLog) -> Result<()> {
        let number = |person: &_| self.script.person(person).map(|person| person.identity.digits().to_owned());
        let command = SearchLogCommand {
            user_id: it.user.map(|user| self.user(user)).transpose()?,
            person_number: it.person.as_ref().and_then(number),
            outcome: it.refusals_only.then_some(Outcome::Denied),
            from: Some(it.from),
            until: Some(self.clock.today()),
            ..SearchLogCommand::default()
        };
        who.registry.search_log(&who.caller, command).await?;
        Ok(())
    }

    pub(super) async fn verify_log(&self, who: &Actor) -> Result<()> {
        let state = who.registry.log_state(&who.caller, true).await?.view;
        ensure!(state.verified.is_some_and(|verified| verified.is_sound), "the log of the demo is not sound");
        Ok(())
    }

    pub(super) async fn read_figures(&self, who: &Actor) -> Result<()> {
        who.registry.figures(&who.caller).await?;
        Ok(())
    }
}
