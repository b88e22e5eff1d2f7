//! What becomes of a release, and of a notice about one, at its recipient.

use field_vault::KeySubject;
use parcel::Header;
use rbac_policy::{Facts, Target};
use store::{
    Statement, Work,
    directory::AuthorityRow,
    received::{CorrectionRow, ReceivedRow},
};
use time::Date;
use vocabulary::{
    AuthorityId, AuthorityKind, Caller, JointFileId, PositionId, Purpose, ReceivedItemId, ReleaseId, Timestamp, UnitId,
    action::Lapse,
};

use super::{ConcernClock, ReceivedState, correction::correction_place, received_place, takes_in};
use crate::{
    Registry, RegistryError,
    arrival::Applied,
    crossing::{Notice, NoticeKind, ReleasedCopy},
};

/// Kind of a received concern report.
const CONCERN_REPORT: &str = "concern_report";
/// How long the own side has to decide on a lapsed copy.
pub(crate) const REVIEW_DAYS: i64 = 30;

impl Registry {
    /// The row of a copy that has arrived, sealed under a key of its own: it lapses and is erased on its own.
    #[expect(clippy::too_many_arguments, reason = "what is known of an arrival, one thing each")]
    pub(crate) async fn received_row(
        &self,
        authority: AuthorityId,
        header: &Header,
        id: ReceivedItemId,
        kind: &str,
        joint_file: Option<JointFileId>,
        respond_on: Option<Date>,
        copy: &ReleasedCopy,
    ) -> Result<Statement, RegistryError> {
        let key = self.key_for(authority, KeySubject::ReceivedItem(id)).await?;
        let unit = match joint_file {
            Some(_) => None,
            None => self.addressed(authority, &copy.decision.attention).await?,
        };
        let row = ReceivedRow {
            id,
            from: header.from,
            parcel: header.id,
            release_ref: copy.decision.release_ref,
            joint_file,
            case: None,
            unit,
            kind: kind.to_owned(),
            basis_code: copy.decision.basis_code.clone(),
            basis_version: copy.decision.basis_version,
            channel: copy.decision.channel.clone(),
            sent_at: header.sent,
            received_at: self.clock.now(),
            state: ReceivedState::Received.code().to_owned(),
            respond_on: respond_on.map(|day| day.to_string()),
            clock: (kind == CONCERN_REPORT).then(|| ConcernClock::Protection.code().to_owned()),
            filed_at: None,
            filed_by: None,
            filed: None,
            lapsed_at: None,
            lapse_reason: None,
            review_on: None,
            decided_at: None,
            decided_by: None,
            kept_until: None,
            body: Some(self.seal(&key, received_place(id), copy)?),
            decision: None,
            version: 1,
            to_acknowledge: 0,
        };
        Ok(store::received::insert(authority, &row))
    }

    /// The unit that something is addressed to, if it names one where documents are taken in.
    async fn addressed(&self, authority: AuthorityId, attention: &str) -> Result<Option<UnitId>, RegistryError> {
        let mut snapshot = self.store.snapshot(authority).await?;
        let units = store::directory::units(&mut snapshot, authority).await?;
        let users = store::directory::users(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let attention = attention.to_lowercase();
        let staffed =
            |unit: UnitId| users.iter().any(|user| user.is_active && user.unit == unit && takes_in(user.roles));
        let named = units.iter().find(|unit| attention.contains(&unit.name.to_lowercase()) && staffed(unit.id));
        Ok(named.map(|unit| unit.id))
    }

    /// A release arrives: an own document from now on, in the joint file that both sides know it by, or in the inbox.
    pub(crate) async fn arrive_release(
        &self,
        caller: &Caller,
        _sender: &AuthorityRow,
        header: &Header,
        copy: ReleasedCopy,
        work: Work,
    ) -> Result<Applied, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let file = self.file_of(&mut snapshot, caller, header).await?;
        let kind_of_own = self.authority_kind(&mut snapshot, authority).await?;
        snapshot.close().await?;
        let id = ReceivedItemId(self.entropy.id());
        let is_report = copy.is_concern_report && matches!(kind_of_own, AuthorityKind::SocialBoard);
        let kind = if is_report {
            CONCERN_REPORT
        } else if copy.answers.is_some() {
            "answer"
        } else {
            "release"
        };
        // The need of immediate protection is assessed the day that the report comes.
        let respond_on = is_report.then(|| now.day());
        let joint_file = file.as_ref().map(|file| file.id);
        let mut work = work.then(self.received_row(authority, header, id, kind, joint_file, respond_on, &copy).await?);
        if let Some(file) = joint_file {
            work = work.then(store::joint_file::keep(authority, file));
        }
        if let Some(request) = copy.answers {
            work = work.then(store::info_request::mark_answered(authority, request, copy.answers_wholly, now));
        }
        let mut target = Target::record("received_item", id.0);
        target.case = file.and_then(|file| file.case);
        Ok(Applied { work, target: Some(target) })
    }

    /// A notice about an earlier release arrives. A lapse or a withdrawal takes the copies out of the joint view at once; a correction is stored beside
    /// them until somebody acknowledges it.
    pub(crate) async fn arrive_notice(
        &self,
        caller: &Caller,
        _sender: &AuthorityRow,
        header: &Header,
        notice: Notice,
        work: Work,
    ) -> Result<Applied, RegistryError> {
        let authority = caller.authority;
        let now = self.clock.now();
        let mut snapshot = self.store.snapshot(authority).await?;
        let copies = store::received::of_release(&mut snapshot, authority, header.from, notice.release_ref).await?;
        snapshot.close().await?;
        let target = copies.first().map(|row| {
            let mut target = Target::record("received_item", row.id.0).at_version(row.version);
            target.case = row.case;
            target
        });
        let lapse = |reason: &str| lapse_statements(authority, header.from, notice.release_ref, &copies, reason, now);
        let work = match notice.what {
            NoticeKind::Withdrawn => work.then_all(lapse("withdrawn")),
            NoticeKind::Lapsed { reason } => work.then_all(lapse(&reason)),
            NoticeKind::Corrected { position } => {
                let mut work = work;
                for row in copies.iter().filter(|row| row.body.is_some()) {
                    let id = self.entropy.id();
                    let key = self.key_for(authority, KeySubject::ReceivedItem(row.id)).await?;
                    let correction = CorrectionRow {
                        id,
                        item: row.id,
                        position,
                        arrived_at: now,
                        text: self.seal(&key, correction_place(id, row.id), &String::new())?,
                        acknowledged_at: None,
                        acknowledged_by: None,
                    };
                    work = work.then(store::received::insert_correction(authority, &correction));
                }
                work
            }
            NoticeKind::RequestRefused { request_ref, reason } => {
                // The request itself is the asker's own row; here it only learns the answer.
                work.then_all(self.refused_statement(authority, header.from, request_ref, &reason).await?)
            }
        };
        Ok(Applied { work, target })
    }

    /// Takes the copies of a release out of use, in the service's name: somebody looked at one whose basis carries it no longer.
    pub(crate) async fn lapse_copies(
        &self,
        authority: AuthorityId,
        from: AuthorityId,
        release: ReleaseId,
        reason: &str,
    ) -> Result<(), RegistryError> {
        let caller = self.service_caller(authority).await?;
        let mut snapshot = self.store.snapshot(authority).await?;
        let copies = store::received::of_release(&mut snapshot, authority, from, release).await?;
        snapshot.close().await?;
        let Some(first) = copies.iter().find(|row| row.can_lapse()) else { return Ok(()) };
        let mut target = Target::record("received_item", first.id.0).at_version(first.version);
        target.case = first.case;
        let permit = self.allow::<Lapse>(&caller, Facts::own_desk(Purpose::Service, target)).await?;
        let lapse = lapse_statements(authority, from, release, &copies, reason, self.clock.now());
        self.commit(permit, Work::new(authority).named("lapse_copies").then_all(lapse)).await.map(drop)
    }
}

/// Every copy of a release leaves the joint view, and with it the position that it told.
fn lapse_statements(
    authority: AuthorityId,
    from: AuthorityId,
    release: ReleaseId,
    copies: &[ReceivedRow],
    reason: &str,
    now: Timestamp,
) -> Vec<Statement> {
    let review_on = now.plus_days(REVIEW_DAYS).day().to_string();
    let told = copies.iter().filter(|row| row.kind == "position");
    let ended = told.map(|row| store::assessment::end_told(authority, PositionId(row.id.0), now));
    let lapse = store::received::lapse(authority, from, release, now, reason, &review_on);
    core::iter::once(lapse).chain(ended).collect()
}
