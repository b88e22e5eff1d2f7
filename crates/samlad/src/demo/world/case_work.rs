//! Work inside one authority: persons, cases, notes, measures, consents.

use anyhow::{Context as _, Result, bail};
use case_registry::case::{ChangeCase, OpenCase};
use case_registry::conflict::DeclareConflict;
use case_registry::consent::{RecordConsent, RecordConsenter, RevokeConsent};
use case_registry::joint_file::ChangeMembers;
use case_registry::measure::{ChangeMeasure, LogMeasure};
use case_registry::note::{Annotate, AnnotatedKind, WriteNote, WriteParagraph};
use case_registry::person::{IdentityKind, IdentityLevel, RegisterPerson};
use vocabulary::age::BirthCertainty;
use vocabulary::purpose::CasePurpose;
use vocabulary::{CaseId, StatedReason};

use super::World;
use super::actor::Actor;
use super::translation::{note_kind, same};
use crate::demo::people::{Identity, PersonaKey};
use crate::demo::script::case_work::{self as told, AssignmentKind, Item, Work};
use crate::demo::script::label::{CaseLabel, PersonLabel};

impl World<'_> {
    pub(super) async fn register_person(&mut self, who: &Actor, it: &told::RegisterPerson) -> Result<()> {
        let person = self.script.person(&it.person).context("nobody of that name")?;
        let command = RegisterPerson {
            given_name: person.given_name.clone(),
            family_name: person.family_name.clone(),
            identity_kind: match person.identity {
                Identity::Personal(_) => IdentityKind::PersonalNumber,
                Identity::Coordination(_) => IdentityKind::CoordinationNumber,
            },
            identity_value: person.identity.digits().to_owned(),
            identity_issuer: String::new(),
            identity_level: match person.identity {
                Identity::Personal(_) => None,
                Identity::Coordination(_) => Some(IdentityLevel::Confirmed),
            },
            birth_date: Some(person.born),
            birth_estimated: person.certainty == BirthCertainty::Estimated,
            protection: person.protection,
        };
        let registered = who.registry.register_person(&who.caller, command).await?.view;
        let id = registered.person_id.context("the authority has the person already")?;
        self.made.put(who.side, &it.person, id);
        Ok(())
    }

    pub(super) async fn open_case(&mut self, who: &Actor, it: &told::OpenCase) -> Result<()> {
        self.open(who, &it.case, &it.person, it.purpose, &it.number, it.review_on).await
    }

    pub(super) async fn open_police_matter(&mut self, who: &Actor, it: &told::OpenPoliceMatter) -> Result<()> {
        self.open(who, &it.case, &it.person, CasePurpose::PoliceMatter, &it.number, it.review_on).await
    }

    async fn open(
        &mut self,
        who: &Actor,
        case: &CaseLabel,
        person: &PersonLabel,
        purpose: CasePurpose,
        number: &str,
        review_on: time::Date,
    ) -> Result<()> {
        let command = OpenCase {
            person_id: self.made.get(who.side, person)?,
            purpose,
            external_number: number.to_owned(),
            review_on: Some(review_on),
        };
        let id = who.registry.open_case(&who.caller, command).await?.view;
        self.made.put(who.side, case, id);
        Ok(())
    }

    pub(super) async fn close_case(&self, who: &Actor, it: &told::CloseCase) -> Result<()> {
        let mut caller = who.caller.clone();
        caller.reason = StatedReason::new(&it.reason);
        let id = self.made.get(who.side, &it.case)?;
        let version = self.case_version(who, id).await?;
        who.registry.change_case(&caller, id, version, ChangeCase { close: true, ..unchanged() }).await?;
        Ok(())
    }

    pub(super) async fn assign(&self, who: &Actor, it: &told::Assign) -> Result<()> {
        let user = self.user(it.to)?;
        match &it.work {
            Work::Case(case) => {
                let id = self.made.get(who.side, case)?;
                let command = match it.kind {
                    AssignmentKind::Assigned => ChangeCase { assign: Some(user), ..unchanged() },
                    AssignmentKind::Cover => ChangeCase { cover: Some(user), cover_until: it.until, ..unchanged() },
                    AssignmentKind::Group => bail!("a case has no group; a joint file has"),
                };
                let version = self.case_version(who, id).await?;
                who.registry.change_case(&who.caller, id, version, command).await?;
            }
            Work::JointFile(file) => {
                let command = ChangeMembers { add: vec![user], remove: Vec::new() };
                who.registry.change_joint_members(&who.caller, self.own_file(who, file).await?, command).await?;
            }
        }
        Ok(())
    }

    async fn case_version(&self, who: &Actor, id: CaseId) -> Result<i64> {
        let mut snapshot = who.snapshot().await?;
        let row = store::case::by_id(&mut snapshot, who.caller.authority, id).await?;
        snapshot.close().await?;
        Ok(row.context("no such case")?.version)
    }

    pub(super) async fn declare_conflict(&self, who: &Actor, it: &told::DeclareConflict) -> Result<()> {
        let command =
            DeclareConflict { user_id: self.user(it.user)?, reason: it.reason.clone(), review_on: it.review_on };
        who.registry.declare_conflict(&who.caller, self.made.get(who.side, &it.person)?, command).await?;
        Ok(())
    }

    pub(super) async fn write_note(&mut self, who: &Actor, it: &told::WriteNote) -> Result<()> {
        let paragraphs = it.paragraphs.iter().map(|paragraph| WriteParagraph {
            text: paragraph.text.clone(),
            class: paragraph.class,
            third_party: paragraph.third_party,
        });
        let command =
            WriteNote { kind: note_kind(it.kind), occurred_on: it.occurred_on, paragraphs: paragraphs.collect() };
        let case = self.made.get(who.side, &it.case)?;
        let id = who.registry.write_note(&who.caller, case, command).await?.view;
        self.made.put(who.side, &it.note, id);
        let mut snapshot = who.snapshot().await?;
        let mut rows = store::note::paragraphs_of_case(&mut snapshot, who.caller.authority, case).await?;
        snapshot.close().await?;
        rows.retain(|row| row.note == id);
        rows.sort_by_key(|row| row.position);
        for (row, paragraph) in rows.iter().zip(&it.paragraphs) {
            if let Some(label) = &paragraph.label {
                self.made.put(who.side, label, row.id);
            }
        }
        Ok(())
    }

    pub(super) async fn annotate(&self, who: &Actor, it: &told::AnnotateNote) -> Result<()> {
        let authority = who.caller.authority;
        let mut snapshot = who.snapshot().await?;
        let (case, item_kind, item_id) = match &it.item {
            Item::Paragraph(label) => {
                let row = store::note::paragraph_by_id(&mut snapshot, authority, self.made.get(who.side, label)?)
                    .await?
                    .context("no such paragraph")?;
                (row.case, AnnotatedKind::Paragraph, row.id.0)
            }
            Item::Measure(label) => {
                let row = store::measure::by_id(&mut snapshot, authority, self.made.get(who.side, label)?)
                    .await?
                    .context("no such measure")?;
                (row.case, AnnotatedKind::Measure, row.id.0)
            }
            Item::Entry(_) => bail!("an entry is withdrawn and written anew, not corrected"),
        };
        snapshot.close().await?;
        let command = Annotate { item_kind, item_id, text: it.text.clone() };
        Box::pin(who.registry.annotate(&who.caller, case, command)).await?;
        Ok(())
    }

    pub(super) async fn lock_note(&self, who: &Actor, it: &told::LockNote) -> Result<()> {
        let id = self.made.get(who.side, &it.note)?;
        let mut snapshot = who.snapshot().await?;
        let row = store::note::by_id(&mut snapshot, who.caller.authority, id).await?.context("no such note")?;
        snapshot.close().await?;
        who.registry.lock_note(&who.caller, id, row.version).await?;
        Ok(())
    }

    pub(super) async fn log_measure(&mut self, who: &Actor, it: &told::LogMeasure) -> Result<()> {
        let command = LogMeasure {
            kind: it.kind.clone(),
            what: it.what.clone(),
            responsible_id: Some(self.user(it.responsible)?),
            follow_up_on: it.follow_up,
            status: same(it.status.code())?,
            goal: it.goal.clone(),
            start_on: it.start,
            due_on: it.due,
            decision_reference: it.decision.clone().unwrap_or_default(),
            is_voluntary: it.voluntary,
            class: None,
            outcome: None,
        };
        let id = who.registry.log_measure(&who.caller, self.made.get(who.side, &it.case)?, command).await?.view;
        self.made.put(who.side, &it.measure, id);
        Ok(())
    }

    pub(super) async fn update_measure(&self, who: &Actor, it: &told::UpdateMeasure) -> Result<()> {
        let id = self.made.get(who.side, &it.measure)?;
        let mut snapshot = who.snapshot().await?;
        let row = store::measure::by_id(&mut snapshot, who.caller.authority, id).await?.context("no such measure")?;
        snapshot.close().await?;
        let command = ChangeMeasure {
            status: Some(same(it.status.code())?),
            follow_up_on: None,
            due_on: None,
            outcome: it.outcome.map(|outcome| same(outcome.code())).transpose()?,
            note: it.note.clone().unwrap_or_default(),
        };
        who.registry.change_measure(&who.caller, id, row.version, command).await?;
        Ok(())
    }

    pub(super) async fn record_consent(&mut self, who: &Actor, it: &told::RecordConsent) -> Result<()> {
        let informed = who.registry.consents.information().iter().map(|information| information.code.clone());
        let mut consenters = Vec::with_capacity(it.consenters.len());
        for consenter in &it.consenters {
            consenters.push(RecordConsenter {
                role: same(consenter.role.code())?,
                name: consenter.name.clone().unwrap_or_default(),
                answer: same(consenter.answer.code())?,
                ground: consenter.ground.clone().unwrap_or_default(),
                decided_by: consenter.decided_by.map(|key| self.name(key)).transpose()?.unwrap_or_default(),
                written: consenter.written,
            });
        }
        let command = RecordConsent {
            recipient_id: self.authority(it.recipient)?,
            kinds_of_data: it.kinds_of_data.clone(),
            purpose: it.purpose.clone(),
            valid_from: None,
            valid_until: it.valid_until,
            informed: informed.collect(),
            informed_how: "Vid ett samtal på kontoret, med ett blad att ta hem.".to_owned(),
            language: it.language.clone(),
            consenters,
        };
        let id = who.registry.record_consent(&who.caller, self.made.get(who.side, &it.case)?, command).await?.view;
        self.made.put(who.side, &it.consent, id);
        Ok(())
    }

    pub(super) async fn revoke_consent(&self, who: &Actor, it: &told::RevokeConsent) -> Result<()> {
        let id = self.made.get(who.side, &it.consent)?;
        let mut snapshot = who.snapshot().await?;
        let row = store::consent::by_id(&mut snapshot, who.caller.authority, id).await?.context("no such consent")?;
        snapshot.close().await?;
        let command = RevokeConsent { by: same(it.by.code())?, note: it.note.clone() };
        who.registry.revoke_consent(&who.caller, id, row.version, command).await?;
        Ok(())
    }

    fn name(&self, key: PersonaKey) -> Result<String> {
        self.script.persona(key).map(|persona| persona.name.clone()).context("no such persona")
    }
}

/// A change of a case that changes nothing.
const fn unchanged() -> ChangeCase {
    ChangeCase { assign: None, cover: None, cover_until: None, release_officer: None, review_on: None, close: false }
}
