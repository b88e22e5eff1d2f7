//! Measures with an age limit: care under LVU 3 § begins before 20 and is over at 21. The birth date is looked up when something is done, under an entry of
//! its own; nothing is remembered.

use field_vault::Vault;
use rbac_policy::{
    Facts, Target,
    measures::{AgeLimits, MeasureKind, MeasureStatus},
};
use store::measure::MeasureRow;
use vocabulary::{
    Caller, CaseId,
    action::{ReadMeasure, ReadPerson},
};

use crate::{
    Check, Registry, RegistryError,
    joint_file::months_after,
    measure::{Dates, MeasureBody, item_facts, measure_place},
};

/// Whether a measure in this status is one that was decided on: only then do its limits bite.
const fn is_decided(status: MeasureStatus) -> bool {
    matches!(
        status,
        MeasureStatus::Decided
            | MeasureStatus::Accepted
            | MeasureStatus::Ongoing
            | MeasureStatus::Paused
            | MeasureStatus::Done
    )
}

impl Registry {
    /// Checks a measure against the age limits of its kind on the day of the decision, which is its first day when that has passed and otherwise today.
    pub(crate) async fn check_age(
        &self,
        caller: &Caller,
        case: CaseId,
        kind: &MeasureKind,
        status: MeasureStatus,
        dates: Dates,
    ) -> Result<(), RegistryError> {
        if !is_decided(status) || (kind.age == AgeLimits::default() && kind.reexamined_every_months.is_none()) {
            return Ok(());
        }
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let hand = self.case_at_hand(&mut snapshot, caller, case).await?;
        snapshot.close().await?;
        let Some(hand) = hand else { return Err(self.missing::<ReadPerson>(caller, "case", case.0).await) };
        let target = Target { kind: "person", id: Some(hand.person.id.0), version: None, ..hand.facts.target.clone() };
        let permit = self.allow::<ReadPerson>(caller, Facts { target, ..hand.facts }).await?;
        let recorded = self.record(permit).await?;
        let born = self.subject(&recorded, caller.authority, &hand.person, hand.person.id.0).await?.born();
        let today = self.clock.today();
        let decided_on = dates.start.map_or(today, |start| start.min(today));
        let mut check = Check::new();
        if kind.age != AgeLimits::default() {
            check.require(born.is_some(), "kind", "age-must-be-known");
        }
        if born.is_some() {
            check.require(kind.may_be_decided(born, decided_on), "kind", "too-old-at-decision");
        }
        // It is over at the latest on the birthday: not planned beyond it, and not under way after it.
        if let Some(over) = born.and_then(|born| kind.ends_by(born)) {
            check.require(dates.due.is_none_or(|due| due <= over), "dueOn", "past-the-age");
            check.require(status == MeasureStatus::Done || today < over, "status", "past-the-age");
        }
        if let Some(months) = kind.reexamined_every_months.filter(|_| status != MeasureStatus::Done) {
            let latest = months_after(today, i32::from(months));
            check.require(dates.follow_up.is_none_or(|day| day <= latest), "followUpOn", "more-than-six-months");
        }
        check.done()
    }

    /// What kind a measure is of, opened under an entry of its own.
    pub(crate) async fn kind_of(
        &self,
        caller: &Caller,
        row: &MeasureRow,
        facts: &Facts,
    ) -> Result<MeasureKind, RegistryError> {
        let recorded = self.record(self.allow::<ReadMeasure>(caller, item_facts(row, facts)).await?).await?;
        let opener = self.opener(&recorded, caller.authority, [Vault::kid_of(&row.body)]).await?;
        let body: MeasureBody = opener.open(measure_place(row.id), &row.body)?;
        let kind = self.measures.get(&body.kind).cloned();
        kind.ok_or(RegistryError::Internal("a measure of a kind that is not in the catalogue"))
    }
}
