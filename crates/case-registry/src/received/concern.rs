//! The assessment of a received concern report (orosanmälan): need of immediate protection the same day, preliminary assessment within 14 days, inquiry of a
//! child within four months (SoL 2025:400, 19 and 20 kap.). Each step is recorded once and starts the next clock; what the board inquires into stands in its own
//! case-management system.

use field_vault::{KeySubject, Place};
use rbac_policy::Target;
use serde::{Deserialize, Serialize};
use store::{Work, concern_step::ConcernStepRow};
use time::{Date, Month};
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{Caller, Opens, ReceivedItemId, Timestamp, UserId, action::AssessConcern as AssessAct};

use crate::{Answer, Check, Registry, RegistryError, case::code, opening::Opener};

/// The preliminary assessment is made within this many days of the report.
const PRELIMINARY_DAYS: i64 = 14;
/// An inquiry of a child is finished within this many months of its opening.
const INQUIRY_MONTHS: u8 = 4;

vocabulary::closed_list! {
    /// The statutory clock that runs on a concern report: what is assessed next.
    pub enum ConcernClock {
        /// The need of immediate protection, the day the report came.
        Protection = "protection",
        /// The preliminary assessment, within 14 days.
        Preliminary = "preliminary",
        /// The inquiry, within four months.
        Inquiry = "inquiry",
    }
}

vocabulary::closed_list! {
    /// What a step in the assessment of a concern report came to.
    pub enum ConcernOutcome {
        /// Immediate protection is needed.
        ProtectionNeeded = "protection_needed",
        /// No immediate protection is needed.
        NoProtectionNeeded = "no_protection_needed",
        /// An inquiry is opened.
        InquiryOpened = "inquiry_opened",
        /// No inquiry is opened.
        NoInquiry = "no_inquiry",
        /// The report is handled in an inquiry that runs already.
        InquiryOngoing = "inquiry_ongoing",
        /// The inquiry is finished.
        InquiryFinished = "inquiry_finished",
    }
}

impl ConcernOutcome {
    /// The step that it ends.
    #[must_use]
    pub const fn step(self) -> ConcernClock {
        match self {
            Self::ProtectionNeeded | Self::NoProtectionNeeded => ConcernClock::Protection,
            Self::InquiryOpened | Self::NoInquiry | Self::InquiryOngoing => ConcernClock::Preliminary,
            Self::InquiryFinished => ConcernClock::Inquiry,
        }
    }

    /// The clock that it starts, with its last day.
    fn starts(self, received: Timestamp, on: Date) -> Option<(ConcernClock, Date)> {
        match self {
            Self::ProtectionNeeded | Self::NoProtectionNeeded => {
                Some((ConcernClock::Preliminary, received.plus_days(PRELIMINARY_DAYS).day()))
            }
            Self::InquiryOpened => Some((ConcernClock::Inquiry, months_after(on, INQUIRY_MONTHS))),
            Self::NoInquiry | Self::InquiryOngoing | Self::InquiryFinished => None,
        }
    }
}

/// The same day of the month so many months later; the last day of the month where it has no such day.
fn months_after(day: Date, months: u8) -> Date {
    let mut year = day.year();
    let mut month = day.month();
    for _ in 0..months {
        if month == Month::December {
            year += 1;
        }
        month = month.next();
    }
    let last = month.length(year);
    Date::from_calendar_date(year, month, day.day().min(last)).unwrap_or(day)
}

/// Records a step in the assessment of a concern report.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = AssessConcern)]
pub struct AssessConcern {
    /// What the step came to; the step must be the one whose clock runs.
    pub outcome: ConcernOutcome,
    /// The day of the decision: not before the report came, not after today.
    pub decided_on: Date,
    /// Why, at most 2 000 characters.
    pub reason: String,
}

/// A step that was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConcernStepView {
    /// What was assessed.
    pub step: ConcernClock,
    /// What it came to.
    pub outcome: ConcernOutcome,
    /// Why.
    pub reason: String,
    /// The day of the decision.
    pub decided_on: String,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// By whom.
    pub entered_by: String,
}

/// A step as it is sealed.
#[derive(Serialize, Deserialize)]
struct StepBody {
    outcome: ConcernOutcome,
    reason: String,
}

fn step_place(id: Uuid, item: ReceivedItemId) -> Place {
    Place::of("concern_step", "body_sealed", id).under(item.0)
}

/// The steps of a report that the permit covers.
pub(super) fn views<A: Opens>(
    opener: &Opener<'_, '_, A>,
    rows: &[ConcernStepRow],
    name: impl Fn(Option<UserId>) -> String,
) -> Result<Vec<ConcernStepView>, RegistryError> {
    let covered = rows.iter().filter(|row| opener.covers(row.item));
    covered
        .map(|row| {
            let body: StepBody = opener.open(step_place(row.id, row.item), &row.body)?;
            Ok(ConcernStepView {
                step: code(&row.step)?,
                outcome: body.outcome,
                reason: body.reason,
                decided_on: row.decided_on.clone(),
                entered_at: row.entered_at,
                entered_by: name(Some(row.entered_by)),
            })
        })
        .collect()
}

impl Registry {
    /// Records a step in the assessment of a concern report and starts the next clock.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; `Conflict("wrong-state")` when another step is due or none is; [`RegistryError::Stale`]; [`RegistryError::NotFound`].
    pub async fn assess_concern(
        &self,
        caller: &Caller,
        id: ReceivedItemId,
        version: i64,
        command: AssessConcern,
    ) -> Result<Answer<()>, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.received_at_hand(&mut snapshot, caller, id).await?;
        snapshot.close().await?;
        let hand = hand.filter(|hand| hand.row.kind == "concern_report");
        let Some(hand) = hand else { return Err(self.missing::<AssessAct>(caller, "received_item", id.0).await) };
        let target = Target { version: Some(hand.row.version), ..hand.facts.target.clone() };
        let permit = self.allow::<AssessAct>(caller, rbac_policy::Facts { target, ..hand.facts.clone() }).await?;
        let mut check = Check::new();
        check.text("reason", &command.reason, 2_000);
        check.require(command.decided_on <= self.clock.today(), "decidedOn", "in-the-future");
        check.require(command.decided_on >= hand.row.received_at.day(), "decidedOn", "before-the-report");
        check.done()?;
        let running: Option<ConcernClock> = hand.row.clock.as_deref().map(code).transpose()?;
        let step = command.outcome.step();
        if running != Some(step) {
            return Err(self.stopped(&permit, RegistryError::Conflict("wrong-state")).await);
        }
        let step_id = self.entropy.id();
        let key = self.key_for(authority, KeySubject::ReceivedItem(id)).await?;
        let body = StepBody { outcome: command.outcome, reason: command.reason.trim().to_owned() };
        let row = ConcernStepRow {
            id: step_id,
            item: id,
            step: step.code().to_owned(),
            decided_on: command.decided_on.to_string(),
            entered_at: self.clock.now(),
            entered_by: caller.user,
            body: self.seal(&key, step_place(step_id, id), &body)?,
        };
        let next = command.outcome.starts(hand.row.received_at, command.decided_on);
        let due = next.map(|(_, due)| due.to_string());
        let clock =
            store::received::set_clock(authority, id, next.map(|(clock, _)| clock.code()), due.as_deref(), version);
        let work =
            Work::new(authority).named("assess_concern").then(clock).then(store::concern_step::insert(authority, &row));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn four_months_end_on_the_same_day_of_the_month_or_on_its_last() {
        assert_eq!(months_after(date!(2026 - 11 - 23), 4), date!(2027 - 03 - 23));
        assert_eq!(months_after(date!(2026 - 10 - 31), 4), date!(2027 - 02 - 28));
        assert_eq!(months_after(date!(2027 - 10 - 31), 4), date!(2028 - 02 - 29));
    }
}
