//! What crosses between authorities, or is kept from crossing.

use anyhow::{Context as _, Result, bail};
use case_registry::abstention::Abstain;
use case_registry::info_request::{AnswerExtent, AnswerInformation, AskInformation, RefuseInformation};
use case_registry::lapse::DecideLapse;
use case_registry::received::{AssessConcern, FileReceived, OpenReceived, ReceivedState};
use case_registry::release::{Channel, ReleaseCommand, Statement, WithdrawRelease};
use store::info_request::InfoRequestRow;
use store::received::ReceivedRow;
use vocabulary::{InfoRequestId, ReleaseId, SecrecyClass};

use super::World;
use super::actor::Actor;
use super::translation::{channel, same};
use crate::demo::people::AuthorityKey;
use crate::demo::script::crossing::{self as told, Grounds, RequestAnswer};
use crate::demo::script::label::{CaseLabel, JointFileLabel, ReleaseLabel, RequestLabel};
use crate::demo::script::reading::ReadReceived;

impl World<'_> {
    pub(super) async fn release(&mut self, who: &Actor, it: &told::Release) -> Result<()> {
        let command = ReleaseCommand {
            items: self.items(who, &it.items).await?,
            attention: it.attention.clone(),
            handling_note: it.handling_note.clone().unwrap_or_default(),
            channel: channel(it.channel)?,
            occurred_at: it.occurred_at,
            ..self.releasing(who, it.case.as_ref(), it.joint_file.as_ref(), it.to, &it.grounds)?
        };
        let id = who.registry.release(&who.caller, command).await?.view;
        self.made.put(who.side, &it.release, id);
        Ok(())
    }

    pub(super) async fn report_concern(&mut self, who: &Actor, it: &told::ConcernReport) -> Result<()> {
        let title = if it.immediate { "Orosanmälan, behov av omedelbart skydd" } else { "Anmälan" };
        let statement = Statement {
            title: title.to_owned(),
            text: it.text.clone(),
            class: SecrecyClass::Standard,
            third_party: false,
            contact_details: false,
        };
        let command = ReleaseCommand {
            statements: vec![statement],
            attention: "Mottagningen".to_owned(),
            ..self.releasing(who, Some(&it.case), None, it.to, &it.grounds)?
        };
        let id = who.registry.release(&who.caller, command).await?.view;
        self.made.put(who.side, &it.report, id);
        Ok(())
    }

    /// A release of nothing yet.
    fn releasing(
        &self,
        who: &Actor,
        case: Option<&CaseLabel>,
        file: Option<&JointFileLabel>,
        to: AuthorityKey,
        grounds: &Grounds,
    ) -> Result<ReleaseCommand> {
        Ok(ReleaseCommand {
            case_id: case.map(|case| self.made.get(who.side, case)).transpose()?,
            joint_file_id: file.map(|file| self.made.get(who.side, file)).transpose()?,
            items: Vec::new(),
            statements: Vec::new(),
            recipient_id: self.authority(to)?,
            attention: String::new(),
            grounds: self.grounds(who, grounds)?,
            handling_note: String::new(),
            channel: Channel::System,
            occurred_at: None,
            late_reason: String::new(),
            origin_asked: String::new(),
            asked: None,
            follow_fields: Vec::new(),
            follow_until: None,
        })
    }

    pub(super) async fn abstain(&self, who: &Actor, it: &told::Abstain) -> Result<()> {
        let command = Abstain {
            case_id: it.case.as_ref().map(|case| self.made.get(who.side, case)).transpose()?,
            joint_file_id: it.joint_file.as_ref().map(|file| self.made.get(who.side, file)).transpose()?,
            items: self.items(who, &it.items).await?,
            recipient_id: self.authority(it.to)?,
            basis: it.basis.clone(),
            reason: it.reason.clone(),
            reconsider_on: it.reconsider_on,
            draft_id: None,
        };
        who.registry.abstain(&who.caller, command).await?;
        Ok(())
    }

    pub(super) async fn withdraw(&self, who: &Actor, it: &told::Withdraw) -> Result<()> {
        let id: ReleaseId = self.made.get(who.side, &it.release)?;
        let mut snapshot = who.snapshot().await?;
        let row = store::release::by_id(&mut snapshot, who.caller.authority, id).await?.context("no such release")?;
        snapshot.close().await?;
        who.registry
            .withdraw_release(&who.caller, id, row.version, WithdrawRelease { reason: it.reason.clone() })
            .await?;
        Ok(())
    }

    pub(super) async fn ask_information(&mut self, who: &Actor, it: &told::AskInformation) -> Result<()> {
        let command = AskInformation {
            to: Some(self.authority(it.to)?),
            question: it.question.clone(),
            need: it.need.clone(),
            answer_by: Some(it.answer_by),
            channel: Channel::System,
            attention: String::new(),
            names_others: false,
            grounds: self.grounds(who, &it.grounds)?,
        };
        let asked =
            who.registry.ask_information(&who.caller, self.made.get(who.side, &it.joint_file)?, command).await?.view;
        self.made.put(who.side, &it.request, asked.id);
        Ok(())
    }

    pub(super) async fn answer_information(&self, who: &Actor, it: &told::AnswerInformation) -> Result<()> {
        let row = self.request(who, &it.request).await?;
        let extent = match it.answer {
            RequestAnswer::Wholly => AnswerExtent::Wholly,
            RequestAnswer::Partly => AnswerExtent::Partly,
            RequestAnswer::Refused => {
                let command =
                    RefuseInformation { reasons: it.reason.clone().unwrap_or_default(), say: self.refusal(it)? };
                who.registry.refuse_information(&who.caller, row.id, row.version, command).await?;
                return Ok(());
            }
        };
        let Some(grounds) = &it.grounds else { bail!("an answer leaves on a basis") };
        let statement = it.text.as_ref().map(|text| Statement {
            title: String::new(),
            text: text.clone(),
            class: SecrecyClass::Standard,
            third_party: false,
            contact_details: false,
        });
        let command = AnswerInformation {
            extent,
            items: self.items(who, &it.items).await?,
            statements: statement.into_iter().collect(),
            held_back: it.reason.clone().unwrap_or_default(),
            handling_note: String::new(),
            grounds: self.grounds(who, grounds)?,
        };
        who.registry.answer_information(&who.caller, row.id, row.version, command).await?;
        Ok(())
    }

    /// What the other side is told of a refusal: whom to ask instead, and nothing of the person.
    fn refusal(&self, it: &told::AnswerInformation) -> Result<String> {
        let Some(key) = it.belongs_to else { return Ok(String::new()) };
        let authority = self.script.authority(key).context("no such authority")?;
        Ok(format!("Uppgiften hör till {}. Fråga där.", authority.name))
    }

    /// The own side of a request, as it arrived.
    async fn request(&self, who: &Actor, label: &RequestLabel) -> Result<InfoRequestRow> {
        let (other, theirs): (_, InfoRequestId) = self.made.elsewhere(who.side, label)?;
        let (peer, mut snapshot) = self.snapshot_of(other).await?.context("the other side is not here")?;
        let row = store::info_request::by_id(&mut snapshot, peer, theirs).await?.context("no such request")?;
        snapshot.close().await?;
        let mut snapshot = who.snapshot().await?;
        let own = store::info_request::by_ref(&mut snapshot, who.caller.authority, row.request_ref, false).await?;
        snapshot.close().await?;
        own.context("the request has not arrived")
    }

    pub(super) async fn file_received(&self, who: &Actor, it: &told::FileReceived) -> Result<()> {
        let row = self.received(who, &it.received).await?;
        let case_id = self.made.get(who.side, &it.case)?;
        let command = FileReceived { case_id, reason: it.reason.clone(), same_person: true };
        who.registry.file_received(&who.caller, row.id, row.version, command).await?;
        Ok(())
    }

    pub(super) async fn assess_concern(&self, who: &Actor, it: &told::AssessConcern) -> Result<()> {
        let row = self.received(who, &it.received).await?;
        let decided_on = who.registry.clock.today();
        let command = AssessConcern { outcome: it.outcome, decided_on, reason: it.reason.clone() };
        who.registry.assess_concern(&who.caller, row.id, row.version, command).await?;
        Ok(())
    }

    pub(super) async fn decide_lapsed(&self, who: &Actor, it: &told::DecideLapsed) -> Result<()> {
        let row = self.received(who, &it.received).await?;
        let command = DecideLapse {
            choice: same(it.decision.code())?,
            law: it.law.clone().unwrap_or_default(),
            reason: it.reason.clone(),
            until: it.until,
        };
        who.registry.decide_lapse(&who.caller, row.id, row.version, command).await?;
        Ok(())
    }

    pub(super) async fn read_received(&self, who: &Actor, it: &ReadReceived) -> Result<()> {
        let row = self.received(who, &it.received).await?;
        let lapse_review = row.state == ReceivedState::Lapsed.code();
        who.registry.open_received(&who.caller, row.id, OpenReceived { lapse_review }).await?;
        Ok(())
    }

    /// What arrived by a release of another side.
    async fn received(&self, who: &Actor, label: &ReleaseLabel) -> Result<ReceivedRow> {
        let (other, release): (_, ReleaseId) = self.made.elsewhere(who.side, label)?;
        let mut snapshot = who.snapshot().await?;
        let rows =
            store::received::of_release(&mut snapshot, who.caller.authority, self.authority(other)?, release).await?;
        snapshot.close().await?;
        rows.into_iter().next().context("the release has not arrived")
    }
}
