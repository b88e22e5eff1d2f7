//! Positions lapse by themselves: past their review, or on limb B on the 21st birthday. Whoever was told of one is told that it ended.

use rbac_policy::{ClassFact, Facts, Target};
use store::{Work, assessment::PositionRow, directory::AuthorityRow, joint_file::JointFileRow, release::ReleaseRow};
use vocabulary::{AgeBand, AuthorityId, Caller, Purpose, Timestamp, action::Lapse};

use super::Limb;
use crate::{
    Registry, RegistryError,
    courier::Outgoing,
    crossing::{Crossing, PositionNotice},
    measure::day,
};

impl Registry {
    /// Ends own positions that no longer stand, and tells the recipients who were told of them. Gives how many.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; what was not ended is ended by the next run.
    pub async fn run_position_lapses(&self, authority: AuthorityId) -> Result<usize, RegistryError> {
        let caller = self.service_caller(authority).await?;
        let today = self.clock.today().to_string();
        let mut snapshot = self.store.snapshot(authority).await?;
        let running = store::assessment::running(&mut snapshot, authority, &today).await?;
        snapshot.close().await?;
        let mut ended = 0;
        for row in running {
            ended += usize::from(self.end_if_lapsed(&caller, &row, &today).await?);
        }
        Ok(ended)
    }

    async fn end_if_lapsed(&self, caller: &Caller, row: &PositionRow, today: &str) -> Result<bool, RegistryError> {
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let file = store::joint_file::by_id(&mut snapshot, authority, row.joint_file).await?;
        let Some(file) = file else {
            snapshot.close().await?;
            return Ok(false);
        };
        let person = match file.person {
            Some(person) => store::person::by_id(&mut snapshot, authority, person).await?,
            None => None,
        };
        let told = store::release::of_joint_file(&mut snapshot, authority, file.id).await?;
        let directory = self.directory(&mut snapshot).await?;
        snapshot.close().await?;
        let is_past = row.review_on.as_str() < today;
        let is_21 = match &person {
            Some(person) if row.limb == Limb::B.code() => self.age_band(authority, person).await? == AgeBand::From21,
            _ => false,
        };
        if !is_past && !is_21 {
            return Ok(false);
        }
        let now = self.clock.now();
        let mut target = Target::record("assessment_position", row.id.0).at_version(row.version);
        if let Some(case) = file.case {
            target = target.in_case(case);
        }
        if let Some(person) = &person {
            target = target.about(person.subject);
        }
        let class = person.as_ref().map_or(ClassFact::Standard, |person| ClassFact::of_person(person.protection));
        let permit = self.allow::<Lapse>(caller, Facts { class, ..Facts::own_desk(Purpose::Service, target) }).await?;
        let peer = directory.get(&file.peer);
        let outgoing = peer.and_then(|peer| ended_notice(&file, row, &told, peer, now)).into_iter().collect();
        let work = Work::new(authority).named("end_position").then(store::assessment::end(authority, row.id, now));
        match self.commit_and_send(permit, work, outgoing).await {
            Ok(_) => Ok(true),
            // A colleague took a new position at the same moment.
            Err(RegistryError::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The message that a position has ended, for a recipient who was told of it.
pub(super) fn ended_notice(
    file: &JointFileRow,
    row: &PositionRow,
    releases: &[ReleaseRow],
    peer: &AuthorityRow,
    at: Timestamp,
) -> Option<Outgoing> {
    let was_told = |release: &&ReleaseRow| {
        release.kind == "position" && release.decided_at >= row.taken_at && release.recipient == file.peer
    };
    let told = releases.iter().find(was_told).filter(|_| peer.parcel_recipient.is_some())?;
    let review_on = day(&row.review_on)?;
    let notice = PositionNotice {
        limb: row.limb.clone(),
        stands: row.stands,
        taken_at: row.taken_at,
        review_on,
        ended_at: Some(at),
        decision: None,
    };
    Some(Outgoing {
        to: file.peer,
        joint_ref: Some(file.joint_ref),
        release: Some(told.id),
        crossing: Crossing::Position(notice),
    })
}
