//! Tells the script: each event through the use case that a person would have used, as that person, at its instant.
//!
//! Labels of the script become ids as the events make them. Every side keeps its own: what crosses is looked up where it arrived, by the reference that
//! crossed with it.

mod actor;
mod case_work;
mod crossing;
mod joint_work;
mod made;
mod reading;
mod translation;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Result, bail};
use case_registry::{Registry, RegistryError};
use identity::Identity;
use time::Date;
use vocabulary::{AuthorityId, UserId};

use super::clock::DemoClock;
use super::people::{AuthorityKey, PersonaKey};
use super::script::{Event, Expect, Script, What};
use made::Made;

/// One authority with the rooms that it lives in.
pub(super) struct Side {
    pub(super) id: AuthorityId,
    pub(super) registry: Registry,
    pub(super) identity: Identity,
}

/// A persona's mandate with its reusable link.
pub(super) struct Mandate {
    pub(super) side: AuthorityKey,
    pub(super) user: UserId,
    pub(super) link: String,
}

/// The world while it is told.
pub(super) struct World<'s> {
    pub(super) script: &'s Script,
    pub(super) clock: Arc<DemoClock>,
    /// The authorities that live here.
    pub(super) sides: BTreeMap<AuthorityKey, Side>,
    /// All authorities of the directory.
    pub(super) authorities: BTreeMap<AuthorityKey, AuthorityId>,
    pub(super) mandates: BTreeMap<PersonaKey, Mandate>,
    made: Made,
    signed_in: BTreeMap<PersonaKey, Date>,
}

/// At most so many events are reported when a script does not fit the product.
const MOST_FAULTS: usize = 25;

impl<'s> World<'s> {
    pub(super) fn new(
        script: &'s Script,
        clock: Arc<DemoClock>,
        sides: BTreeMap<AuthorityKey, Side>,
        authorities: BTreeMap<AuthorityKey, AuthorityId>,
        mandates: BTreeMap<PersonaKey, Mandate>,
    ) -> Self {
        Self { script, clock, sides, authorities, mandates, made: Made::default(), signed_in: BTreeMap::new() }
    }

    /// Tells the whole script.
    ///
    /// # Errors
    /// Every event that did not end as the script says.
    pub(super) async fn tell(&mut self) -> Result<()> {
        let mut faults = Vec::new();
        for event in &self.script.events {
            self.clock.move_to(event.at);
            let outcome = Box::pin(self.perform(event)).await;
            if let Err(fault) = as_expected(event.expect, outcome) {
                let who = event.who.map_or("service", PersonaKey::code);
                faults.push(format!("{} {who} {}: {fault}", event.at, event.what.name()));
            }
        }
        if faults.is_empty() {
            return Ok(());
        }
        let count = faults.len();
        faults.truncate(MOST_FAULTS);
        bail!("{count} events of the demo world did not end as told:\n{}", faults.join("\n"))
    }

    async fn perform(&mut self, event: &Event) -> Result<()> {
        let Some(who) = event.who else {
            return self.run_clocks().await;
        };
        let mut actor = self.actor(who).await?;
        match Box::pin(self.perform_as(&actor, &event.what)).await {
            // The product asks for a reason, and the person states one.
            Err(error) if wants_reason(&error) => {
                actor.states_reason(&event.what);
                Box::pin(self.perform_as(&actor, &event.what)).await
            }
            outcome => outcome,
        }
    }

    async fn perform_as(&mut self, who: &actor::Actor, what: &What) -> Result<()> {
        match what {
            What::RegisterPerson(it) => self.register_person(who, it).await,
            What::OpenCase(it) => self.open_case(who, it).await,
            What::OpenPoliceMatter(it) => self.open_police_matter(who, it).await,
            What::CloseCase(it) => self.close_case(who, it).await,
            What::Assign(it) => self.assign(who, it).await,
            What::DeclareConflict(it) => self.declare_conflict(who, it).await,
            What::WriteNote(it) => self.write_note(who, it).await,
            What::AnnotateNote(it) => Box::pin(self.annotate(who, it)).await,
            What::LockNote(it) => self.lock_note(who, it).await,
            What::LogMeasure(it) => self.log_measure(who, it).await,
            What::UpdateMeasure(it) => self.update_measure(who, it).await,
            What::RecordConsent(it) => self.record_consent(who, it).await,
            What::RevokeConsent(it) => self.revoke_consent(who, it).await,
            What::Release(it) => self.release(who, it).await,
            What::Abstain(it) => self.abstain(who, it).await,
            What::Withdraw(it) => self.withdraw(who, it).await,
            What::ConcernReport(it) => self.report_concern(who, it).await,
            What::AskInformation(it) => self.ask_information(who, it).await,
            What::AnswerInformation(it) => Box::pin(self.answer_information(who, it)).await,
            What::FileReceived(it) => self.file_received(who, it).await,
            What::AssessConcern(it) => self.assess_concern(who, it).await,
            What::DecideLapsed(it) => self.decide_lapsed(who, it).await,
            What::Nominate(it) => self.nominate(who, it).await,
            What::AcceptNomination(it) => self.accept_nomination(who, it).await,
            What::UpdateJointFile(it) => self.update_joint_file(who, it).await,
            What::WriteEntry(it) => self.write_entry(who, it).await,
            What::WithdrawEntry(it) => self.withdraw_entry(who, it).await,
            What::TakePosition(it) => Box::pin(self.take_position(who, it)).await,
            What::ProposeAction(it) => self.propose_action(who, it).await,
            What::ReplyAction(it) => self.reply_action(who, it).await,
            What::ReviewAction(it) => self.review_action(who, it).await,
            What::ReadCase(it) => self.read_case(who, it).await,
            What::ReadJointFile(it) => self.read_joint_file(who, it).await,
            What::ReadReceived(it) => self.read_received(who, it).await,
            What::Search(it) => self.search(who, it).await,
            What::ListCases(_) => self.list_cases(who).await,
            What::ListJointFiles(_) => self.list_joint_files(who).await,
            What::ReadLog(it) => self.read_log(who, it).await,
            What::VerifyLog(_) => self.verify_log(who).await,
            What::ReadFigures(_) => self.read_figures(who).await,
            What::RunClocks(_) => bail!("only the service runs the clocks"),
        }
    }

    /// The service's nightly job at every authority.
    async fn run_clocks(&self) -> Result<()> {
        for side in self.sides.values() {
            crate::instance::run_clocks(&side.registry, side.id).await;
        }
        Ok(())
    }
}

fn wants_reason(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RegistryError::ReasonRequired))
}

/// Whether an event ended as the script says; otherwise what happened instead.
fn as_expected(expect: Expect, outcome: Result<()>) -> Result<(), String> {
    match (expect, outcome) {
        (Expect::Done, Ok(())) => Ok(()),
        (_, Ok(())) => Err(format!("succeeded, and should have been {expect}")),
        (expect, Err(error)) => match (expect, error.downcast_ref()) {
            (Expect::Hidden, Some(RegistryError::NotFound)) | (Expect::Refused, Some(RegistryError::Refused(_))) => {
                Ok(())
            }
            // Codes and rule names only: neither carries what was written.
            (_, Some(known)) => Err(format!("{known:?}")),
            (_, None) => Err(format!("{error:#}")),
        },
    }
}
