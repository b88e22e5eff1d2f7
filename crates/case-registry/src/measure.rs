//! Measures (insatser, åtgärder): logging one in four required fields, moving it along its life cycle, reading it.

use field_vault::{KeySubject, Place, Vault};
use rbac_policy::{
    Facts, Target,
    measures::{Ask, MeasureOutcome, MeasureStatus, Measures},
};
use serde::{Deserialize, Serialize};
use store::{
    Work,
    measure::{MeasureEventRow, MeasureRow},
};
use time::Date;
use utoipa::ToSchema;
use vocabulary::{
    Caller, CaseId, MeasureId, Opens, SecrecyClass, Timestamp, UserId,
    action::{LogMeasure as LogAct, ReadMeasure, UpdateMeasure as UpdateAct},
};

use crate::{
    Answer, Check, Registry, RegistryError,
    case::code,
    note::{AnnotationView, Corrections, LONGEST_TEXT, class_of},
    opening::Opener,
};

/// Logs a measure. Four fields are required: type, what, who, follow-up.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = LogMeasure)]
pub struct LogMeasure {
    /// Code of the catalogue, for example `CONTACT_PERSON`.
    #[serde(deserialize_with = "vocabulary::lower_snake")]
    pub kind: String,
    /// What is done, at most 2 000 characters.
    pub what: String,
    /// Who answers for it; the caller when left out.
    #[serde(default)]
    pub responsible_id: Option<UserId>,
    /// Day of the next follow-up.
    pub follow_up_on: Date,
    /// Where it begins in its life cycle.
    #[serde(default = "ongoing")]
    pub status: MeasureStatus,
    /// The goal.
    #[serde(default)]
    pub goal: String,
    /// First day.
    #[serde(default)]
    pub start_on: Option<Date>,
    /// Last day.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// Reference of the decision.
    #[serde(default)]
    pub decision_reference: String,
    /// Whether it is voluntary; the catalogue's own value when left out.
    #[serde(default)]
    pub is_voluntary: Option<bool>,
    /// Secrecy class; the catalogue's own value when left out.
    #[serde(default)]
    pub class: Option<SecrecyClass>,
    /// How it went, when it is logged as done.
    #[serde(default)]
    pub outcome: Option<MeasureOutcome>,
}

const fn ongoing() -> MeasureStatus {
    MeasureStatus::Ongoing
}

/// Moves a measure along, or sets new dates.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UpdateMeasure)]
pub struct ChangeMeasure {
    /// The status to reach; left out when only dates change.
    #[serde(default)]
    pub status: Option<MeasureStatus>,
    /// Day of the next follow-up.
    #[serde(default)]
    pub follow_up_on: Option<Date>,
    /// Last day.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// How it went; required when the measure is done.
    #[serde(default)]
    pub outcome: Option<MeasureOutcome>,
    /// A note, or the reason where the life cycle asks for one.
    #[serde(default)]
    pub note: String,
}

/// A measure as shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeasureView {
    /// Random id: what a release names.
    pub id: MeasureId,
    /// Its case.
    pub case_id: CaseId,
    /// Code of the catalogue.
    #[serde(serialize_with = "vocabulary::upper_snake")]
    pub kind: String,
    /// The catalogue's Swedish name.
    pub title_sv: String,
    /// The catalogue's English name.
    pub title_en: String,
    /// What is done.
    pub what: String,
    /// The goal.
    pub goal: String,
    /// Where it stands.
    pub status: MeasureStatus,
    /// What it can become.
    pub next: Vec<MeasureStatus>,
    /// Whether its life has ended.
    pub has_ended: bool,
    /// Who answers for it.
    pub responsible: String,
    /// The user who answers for it.
    pub responsible_id: UserId,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_on: Option<String>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<String>,
    /// Next follow-up.
    pub follow_up_on: String,
    /// Whether follow-up or last day have passed.
    pub is_overdue: bool,
    /// How it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<MeasureOutcome>,
    /// Reference of the decision.
    pub decision_reference: String,
    /// Whether it is voluntary.
    pub is_voluntary: bool,
    /// Secrecy class.
    pub class: SecrecyClass,
    /// When logged.
    pub logged_at: Timestamp,
    /// Row version, for `If-Match`.
    pub version: i64,
    /// Corrections, oldest first.
    pub annotations: Vec<AnnotationView>,
    /// What happened, oldest first; only when the measure is read by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<MeasureEventView>,
}

/// One step of a measure's life.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeasureEventView {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub author: String,
    /// The status it reached.
    pub status: MeasureStatus,
    /// A note or the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A measure as it is sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct MeasureBody {
    pub(crate) kind: String,
    pub(crate) what: String,
    pub(crate) goal: String,
    pub(crate) decision_reference: String,
    pub(crate) is_voluntary: bool,
}

const LONGEST_WHAT: usize = 2_000;
const LONGEST_REFERENCE: usize = 100;

/// The days of a measure as a command gives them.
#[derive(Clone, Copy)]
pub(crate) struct Dates {
    pub(crate) start: Option<Date>,
    pub(crate) due: Option<Date>,
    pub(crate) follow_up: Option<Date>,
}

/// The place of a measure's content: the measure is the item that a permit names.
pub(crate) fn measure_place(id: MeasureId) -> Place {
    Place::of("measure", "body_sealed", id.0)
}

fn outcome_place(id: MeasureId) -> Place {
    Place::of("measure", "outcome_sealed", id.0)
}

fn event_place(id: uuid::Uuid, measure: MeasureId) -> Place {
    Place::of("measure_event", "note_sealed", id).under(measure.0)
}

impl Registry {
    /// Logs a measure in an open case.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`] when the caller may not; `Conflict("closed")` in a closed case.
    pub async fn log_measure(
        &self,
        caller: &Caller,
        case: CaseId,
        command: LogMeasure,
    ) -> Result<Answer<MeasureId>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let today = now.day();
        let mut snapshot = self.store.snapshot(authority).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        let kind_of_authority = self.authority_kind(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let responsible = command.responsible_id.unwrap_or(caller.user);
        let catalogue = self.measures.get(&command.kind).filter(|kind| kind.logged_by(kind_of_authority));

        let mut check = Check::new();
        check.require(catalogue.is_some(), "kind", "not-in-the-catalogue");
        check.text("what", &command.what, LONGEST_WHAT);
        check.optional_text("goal", &command.goal, LONGEST_WHAT);
        check.optional_text("decisionReference", &command.decision_reference, LONGEST_REFERENCE);
        check.require(
            responsible == caller.user || users.iter().any(|user| user.id == responsible && user.may_be_given_work()),
            "responsibleId",
            "no-such-colleague",
        );
        check.require(self.measures.life_cycle().starts.contains(&command.status), "status", "not-a-first-status");
        check_dates(&mut check, command.start_on, command.due_on, command.follow_up_on);
        let ended = self.measures.life_cycle().has_ended(command.status);
        check.require(!ended || command.outcome.is_some(), "outcome", "required");
        check.require(ended || command.outcome.is_none(), "outcome", "only-when-done");
        check.require(ended || command.follow_up_on >= today, "followUpOn", "in-the-past");
        check.done()?;
        let catalogue = catalogue.ok_or(RegistryError::Internal("checked above"))?;

        let facts = self.facts_of_open_case::<LogAct>(caller, case).await?;
        let permit = self.allow::<LogAct>(caller, facts).await?;
        let dates = Dates { start: command.start_on, due: command.due_on, follow_up: Some(command.follow_up_on) };
        self.check_age(caller, case, catalogue, command.status, dates).await?;
        let key = self.key_for(authority, KeySubject::Case(case)).await?;
        let id = MeasureId(self.entropy.id());
        let body = MeasureBody {
            kind: catalogue.code.clone(),
            what: command.what.trim().to_owned(),
            goal: command.goal.trim().to_owned(),
            decision_reference: command.decision_reference.trim().to_owned(),
            is_voluntary: command.is_voluntary.unwrap_or(catalogue.voluntary),
        };
        let row = MeasureRow {
            id,
            case,
            status: command.status.code().to_owned(),
            class: command.class.unwrap_or(catalogue.class),
            responsible,
            start_on: command.start_on.map(|day| day.to_string()),
            due_on: command.due_on.map(|day| day.to_string()),
            follow_up_on: command.follow_up_on.to_string(),
            body: self.seal(&key, measure_place(id), &body)?,
            outcome: command.outcome.map(|outcome| self.seal(&key, outcome_place(id), &outcome)).transpose()?,
            logged_at: now,
            logged_by: caller.user,
            ended_at: ended.then_some(now),
            version: 1,
            responsible_name: String::new(),
        };
        let event = MeasureEventRow {
            id: self.entropy.id(),
            at: now,
            by: caller.user,
            status: row.status.clone(),
            note: None,
            author: String::new(),
        };
        let work = Work::new(authority)
            .named("log_measure")
            .making("measure", id)
            .then(store::measure::insert(authority, &row))
            .then(store::measure::insert_event(authority, id, &event));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: id, entry: recorded.entry() })
    }

    /// Reads one measure with its history.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none or the caller may not.
    pub async fn read_measure(&self, caller: &Caller, id: MeasureId) -> Result<Answer<MeasureView>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::measure::by_id(&mut snapshot, authority, id).await?;
        let hand = match &row {
            Some(row) => self.case_at_hand(&mut snapshot, caller, row.case).await?,
            None => None,
        };
        let events = store::measure::events(&mut snapshot, authority, id).await?;
        let annotations = match &row {
            Some(row) => store::note::annotations_of_case(&mut snapshot, authority, row.case).await?,
            None => Vec::new(),
        };
        snapshot.close().await?;
        let (Some(row), Some(hand)) = (row, hand) else {
            return Err(self.missing::<ReadMeasure>(caller, "measure", id.0).await);
        };
        let permit = self.allow::<ReadMeasure>(caller, item_facts(&row, &hand.facts)).await?;
        let recorded = self.record(permit).await?;
        let kids = [Vault::kid_of(&row.body)]
            .into_iter()
            .chain(row.outcome.as_ref().map(Vault::kid_of))
            .chain(events.iter().filter_map(|event| event.note.as_ref()).map(Vault::kid_of))
            .chain(annotations.iter().map(|row| Vault::kid_of(&row.text)));
        let opener = self.opener(&recorded, authority, kids).await?;
        let corrections = crate::note::corrections(&opener, &annotations)?;
        let mut views = views(&opener, core::slice::from_ref(&row), &corrections, &self.measures, self.clock.today())?;
        let mut view = views.pop().ok_or(RegistryError::Internal("a permitted measure was not covered"))?;
        for event in events {
            view.history.push(MeasureEventView {
                at: event.at,
                author: event.author,
                status: code(&event.status)?,
                note: event.note.map(|note| opener.open(event_place(event.id, id), &note)).transpose()?,
            });
        }
        Ok(Answer { view, entry: recorded.entry() })
    }

    /// Moves a measure along its life cycle, or sets new dates.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when the version is no longer the measure's; [`RegistryError::Invalid`] for a step that the life cycle does not have.
    pub async fn change_measure(
        &self,
        caller: &Caller,
        id: MeasureId,
        version: i64,
        command: ChangeMeasure,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let today = now.day();
        let mut snapshot = self.store.snapshot(authority).await?;
        let row = store::measure::by_id(&mut snapshot, authority, id).await?;
        let hand = match &row {
            Some(row) => self.case_at_hand(&mut snapshot, caller, row.case).await?,
            None => None,
        };
        snapshot.close().await?;
        let (Some(mut row), Some(hand)) = (row, hand) else {
            return Err(self.missing::<UpdateAct>(caller, "measure", id.0).await);
        };
        let is_closed = hand.case.closed_at.is_some();
        let permit = self.allow::<UpdateAct>(caller, item_facts(&row, &hand.facts)).await?;
        if is_closed {
            return Err(self.stopped(&permit, RegistryError::Conflict("closed")).await);
        }
        if row.version != version {
            return Err(self.stopped(&permit, RegistryError::Stale).await);
        }

        let from: MeasureStatus = code(&row.status)?;
        let to = command.status.unwrap_or(from);
        let cycle = self.measures.life_cycle();
        let mut check = Check::new();
        check.optional_text("note", &command.note, LONGEST_TEXT);
        check.require(!cycle.has_ended(from), "status", "has-ended");
        if to != from {
            match cycle.transition(from, to) {
                None => check.fail("status", "not-a-next-status"),
                Some(step) => {
                    check.require(
                        !step.asks.contains(&Ask::Reason) || !command.note.trim().is_empty(),
                        "note",
                        "required",
                    );
                    check.require(
                        !step.asks.contains(&Ask::Outcome) || command.outcome.is_some(),
                        "outcome",
                        "required",
                    );
                }
            }
        }
        let ended = cycle.has_ended(to);
        check.require(ended || command.follow_up_on.is_none_or(|day| day >= today), "followUpOn", "in-the-past");
        let start = row.start_on.as_deref().and_then(day);
        let due = command.due_on.or_else(|| row.due_on.as_deref().and_then(day));
        check.require(start.zip(due).is_none_or(|(start, due)| due >= start), "dueOn", "before-start");
        check.done()?;
        if to != from || command.due_on.is_some() || command.follow_up_on.is_some() {
            let catalogue = self.kind_of(caller, &row, &hand.facts).await?;
            let dates = Dates { start, due, follow_up: command.follow_up_on };
            self.check_age(caller, row.case, &catalogue, to, dates).await?;
        }

        let key = self.key_for(authority, KeySubject::Case(row.case)).await?;
        let event_id = self.entropy.id();
        let note = command.note.trim();
        let event = MeasureEventRow {
            id: event_id,
            at: now,
            by: caller.user,
            status: to.code().to_owned(),
            note: if note.is_empty() { None } else { Some(self.seal(&key, event_place(event_id, id), &note)?) },
            author: String::new(),
        };
        row.status.clone_from(&event.status);
        row.ended_at = ended.then_some(now);
        if let Some(outcome) = command.outcome {
            row.outcome = Some(self.seal(&key, outcome_place(id), &outcome)?);
        }
        if let Some(day) = command.follow_up_on {
            row.follow_up_on = day.to_string();
        }
        if let Some(day) = command.due_on {
            row.due_on = Some(day.to_string());
        }
        let work = Work::new(authority)
            .named("change_measure")
            .then(store::measure::update(authority, &row))
            .then(store::measure::insert_event(authority, id, &event));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}

pub(crate) fn item_facts(row: &MeasureRow, facts: &Facts) -> Facts {
    let target = Target { kind: "measure", id: Some(row.id.0), version: Some(row.version), ..facts.target.clone() };
    Facts { class: class_of(row.class, facts), target, ..facts.clone() }
}

fn check_dates(check: &mut Check, start: Option<Date>, due: Option<Date>, follow_up: Date) {
    if let (Some(start), Some(due)) = (start, due) {
        check.require(due >= start, "dueOn", "before-start");
    }
    if let Some(start) = start {
        check.require(follow_up >= start, "followUpOn", "before-start");
    }
}

/// An ISO date as stored.
pub(crate) fn day(stored: &str) -> Option<Date> {
    Date::parse(stored, time::macros::format_description!("[year]-[month]-[day]")).ok()
}

/// The measures that the permit covers.
pub(crate) fn views<A: Opens>(
    opener: &Opener<'_, '_, A>,
    rows: &[MeasureRow],
    corrections: &Corrections,
    catalogue: &Measures,
    today: Date,
) -> Result<Vec<MeasureView>, RegistryError> {
    let today = today.to_string();
    let covered = rows.iter().filter(|row| opener.covers(row.id));
    covered
        .map(|row| {
            let body: MeasureBody = opener.open(measure_place(row.id), &row.body)?;
            let kind = catalogue.get(&body.kind);
            let status: MeasureStatus = code(&row.status)?;
            let has_ended = row.ended_at.is_some();
            let passed = |on: &str| on < today.as_str();
            Ok(MeasureView {
                id: row.id,
                case_id: row.case,
                title_sv: kind.map_or_else(|| body.kind.clone(), |kind| kind.title.sv.clone()),
                title_en: kind.map_or_else(|| body.kind.clone(), |kind| kind.title.en.clone()),
                kind: body.kind,
                what: body.what,
                goal: body.goal,
                status,
                next: catalogue.life_cycle().next(status).map(|step| step.to).collect(),
                has_ended,
                responsible: row.responsible_name.clone(),
                responsible_id: row.responsible,
                start_on: row.start_on.clone(),
                due_on: row.due_on.clone(),
                is_overdue: !has_ended && (passed(&row.follow_up_on) || row.due_on.as_deref().is_some_and(passed)),
                follow_up_on: row.follow_up_on.clone(),
                outcome: row.outcome.as_ref().map(|outcome| opener.open(outcome_place(row.id), outcome)).transpose()?,
                decision_reference: body.decision_reference,
                is_voluntary: body.is_voluntary,
                class: row.class,
                logged_at: row.logged_at,
                version: row.version,
                annotations: corrections.get(&row.id.0).cloned().unwrap_or_default(),
                history: Vec::new(),
            })
        })
        .collect()
}
