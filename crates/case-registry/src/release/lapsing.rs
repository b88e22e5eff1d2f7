//! Lapse at the sender: when a basis no longer carries a release, nothing more leaves under it, at once; and the recipient is told.

use rbac_policy::{
    Facts, Target,
    consent_rules::ConsentRules,
    legal_bases::{AgeRule, LegalBases, LegalBasis, State},
};
use store::{Statement, Work, consent::ConsentRow, release::ReleaseRow};
use time::Date;
use vocabulary::{AuthorityId, Purpose, Timestamp, action::Lapse, age_on};

use super::{decision::KeptAge, examination::consent_holds};
use crate::{
    Registry, RegistryError,
    consent::ConsentBody,
    courier::Outgoing,
    crossing::{Crossing, Notice, NoticeKind},
};

/// What is known on the day of the re-test.
pub(crate) struct Known<'a> {
    /// The registered birth date.
    pub(crate) born: Option<Date>,
    /// The statement of age that the decision rests on, where there is no registered one.
    pub(crate) stated: Option<&'a KeptAge>,
    /// The consent that the decision rests on.
    pub(crate) consent: Option<(&'a ConsentRow, &'a ConsentBody)>,
}

/// Why a basis no longer carries a release on a day (Stockholm): the pure heart of lapse, asked by the job; what follows a release is tested again in `joint_action::follow`.
pub(crate) fn lapse_reason(
    bases: &LegalBases,
    rules: &ConsentRules,
    row: &ReleaseRow,
    known: &Known<'_>,
    today: Date,
) -> Option<&'static str> {
    let version = u32::try_from(row.basis_version).unwrap_or(0);
    let Some(under) =
        bases.get(&row.basis_code, version).filter(|basis| basis.in_force(today) && basis.state != State::Off)
    else {
        return Some("basis_ended");
    };
    // OSL 10 kap. 18 a §: over on the 21st birthday, for what follows too; an age that is no longer known carries nothing.
    if let AgeRule::LapsesAt(years) = under.age {
        let greatest =
            known.born.or(known.stated.map(|stated| stated.born_no_earlier_than)).map(|born| age_on(born, today));
        match greatest {
            None => return Some("age_unknown"),
            Some(age) if age >= years => return Some("turned_21"),
            Some(_) => {}
        }
    }
    if row.consent.is_some() {
        let Some((consent, body)) = known.consent else { return Some("consent_revoked") };
        if consent.revoked_at.is_some() {
            return Some("consent_revoked");
        }
        if !consent_holds(rules, consent, body, known.born, today) {
            return Some("consent_expired");
        }
    }
    None
}

impl Registry {
    /// Notices go only to authorities that take parcels; the others are told by letter or telephone.
    pub(crate) async fn to_those_who_take_parcels(
        &self,
        authority: AuthorityId,
        outgoing: Vec<Outgoing>,
    ) -> Result<Vec<Outgoing>, RegistryError> {
        if outgoing.is_empty() {
            return Ok(outgoing);
        }
        let mut snapshot = self.store.snapshot(authority).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let takes = |out: &Outgoing| directory.get(&out.to).is_some_and(|row| row.parcel_recipient.is_some());
        Ok(outgoing.into_iter().filter(takes).collect())
    }

    /// Lets one release lapse, in the service's name: marked and the notice queued in one transaction. False when it no longer stood.
    pub(crate) async fn lapse_release(
        &self,
        authority: AuthorityId,
        row: &ReleaseRow,
        reason: &'static str,
    ) -> Result<bool, RegistryError> {
        let caller = self.service_caller(authority).await?;
        let now = self.clock.now();
        let mut target = Target::record("release", row.id.0).at_version(row.version);
        target.case = row.case;
        let permit = self.allow::<Lapse>(&caller, Facts::own_desk(Purpose::Service, target)).await?;
        let (statement, notice) = lapse_of(authority, row, reason, now);
        let outgoing = self.to_those_who_take_parcels(authority, vec![notice]).await?;
        match self.commit_and_send(permit, Work::new(authority).named("lapse").then(statement), outgoing).await {
            Ok(_) => Ok(true),
            Err(RegistryError::Conflict("wrong-state")) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What was released of a withdrawn entry (embargo) lapses. What could not be done now is done by the job.
    pub(crate) async fn lapse_embargoed(&self, authority: AuthorityId) {
        if let Err(error) = self.lapse_all_embargoed(authority).await {
            tracing::warn!(%error, "an embargo waits for the job");
        }
    }

    /// The same, as the job does it. Gives how many lapsed.
    pub(crate) async fn lapse_all_embargoed(&self, authority: AuthorityId) -> Result<usize, RegistryError> {
        let mut snapshot = self.store.snapshot(authority).await?;
        let rows = store::release::embargoed(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let mut lapsed = 0;
        for row in &rows {
            lapsed += usize::from(self.lapse_release(authority, row, "embargo").await?);
        }
        Ok(lapsed)
    }
}

/// The row that marks a release as lapsed, and the notice to its recipient.
pub(crate) fn lapse_of(
    authority: AuthorityId,
    row: &ReleaseRow,
    reason: &'static str,
    at: Timestamp,
) -> (Statement, Outgoing) {
    let notice = notice(row, NoticeKind::Lapsed { reason: reason.to_owned() }, at);
    (store::release::lapse(authority, row.id, at, reason), notice)
}

/// A notice about a release, on its way to the recipient.
pub(crate) fn notice(row: &ReleaseRow, what: NoticeKind, at: Timestamp) -> Outgoing {
    Outgoing {
        to: row.recipient,
        joint_ref: row.joint_ref,
        release: Some(row.id),
        crossing: Crossing::Notice(Notice { release_ref: row.id, at, what }),
    }
}

/// Whether a release of this basis can lapse by itself as time goes: only those are looked at by the job.
pub(crate) fn has_clock(basis: Option<&LegalBasis>, row: &ReleaseRow) -> bool {
    row.consent.is_some() || basis.is_some_and(|basis| matches!(basis.age, AgeRule::LapsesAt(_)))
}
