//! Changing the access policy while the product runs, under four eyes.
//!
//! A signal or an administrator has a folder read and checked; a sound one *waits*. Only administrators put it in force: one of every authority whose records
//! live in this installation, and never fewer than two people. Whoever owns the machine can place a folder and send a signal, and with that nothing changes yet.
//! Every step stands in the log of each of these authorities before it has an effect.

use std::path::{Path, PathBuf};

use audit_log::{Outcome, Recordable as _};
use rbac_policy::{CandidatePolicy, Facts, Permit, Target};
use serde::{Deserialize, Serialize};
use store::{
    Work,
    policy::{Checked, PolicyDigest, PolicyTexts},
};
use utoipa::ToSchema;
use vocabulary::{
    AuthorityId, Caller, Purpose,
    action::{ApprovePolicy, ChangePolicy, LoadPolicy},
};

use crate::{
    Answer, Check, Registry, RegistryError,
    policy::PolicyCheckView,
    policy_book::{apart, digest_of, hexadecimal},
};

/// Which candidate is meant.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JudgePolicy {
    /// Its digest, hexadecimal, as it was read before agreeing.
    pub digest: String,
    /// The epoch of the policy in whose place it would come.
    pub epoch: i64,
}

/// What came of an approval.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyJudgedView {
    /// The candidate.
    pub digest: String,
    /// Whether it is in force now.
    pub is_in_force: bool,
    /// The epoch in force now.
    pub epoch: i64,
}

/// The longest account of a refused folder that is kept, in characters. Every fault is also in the service's own messages.
const LONGEST_ACCOUNT: usize = 20_000;

impl Registry {
    /// Reads and checks the configured folder because an administrator asks for it. A sound one waits; a refused one changes nothing.
    ///
    /// # Errors
    /// [`RegistryError::StepUpRequired`]; [`RegistryError::NotFound`] for anyone but an administrator; `Conflict("no-policy-folder")`.
    pub async fn load_policy(&self, caller: &Caller) -> Result<Answer<PolicyCheckView>, RegistryError> {
        let permit =
            self.allow::<LoadPolicy>(caller, Facts::own_desk(Purpose::Administration, Target::kind("policy"))).await?;
        let Some(folder) = self.book().folder().cloned() else {
            return Err(self.stopped(&permit, RegistryError::Conflict("no-policy-folder")).await);
        };
        let others = self.others_than(caller.authority).await?;
        self.judge_folder(permit, folder, &others).await
    }

    /// Reads and checks the configured folder because whoever runs the machine asks for it (SIGHUP). A sound one waits for the administrators.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] when it cannot be recorded; `Conflict("no-policy-folder")`.
    pub async fn load_policy_for_operator(&self) -> Result<PolicyCheckView, RegistryError> {
        let folder = self.book().folder().cloned().ok_or(RegistryError::Conflict("no-policy-folder"))?;
        let Some((first, _)) = self.local_authorities().await?.into_iter().next() else {
            return Err(RegistryError::Conflict("no-authority"));
        };
        let caller = self.service_caller(first).await?;
        let permit =
            self.allow::<LoadPolicy>(&caller, Facts::own_desk(Purpose::Service, Target::kind("policy"))).await?;
        let others = self.others_than(first).await?;
        Ok(self.judge_folder(permit, folder, &others).await?.view)
    }

    /// Agrees to the candidate that waits. With the last approval that is needed it comes into force, on every instance with its next request.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when something else waits or is in force meanwhile; `Conflict("exists-already")` for a second approval by the same person.
    pub async fn approve_policy(
        &self,
        caller: &Caller,
        command: JudgePolicy,
    ) -> Result<Answer<PolicyJudgedView>, RegistryError> {
        let digest = read(&command)?;
        let permit = self
            .allow::<ApprovePolicy>(caller, Facts::own_desk(Purpose::Administration, Target::kind("policy")))
            .await?;
        // Nobody agrees to what this instance could not hold.
        if let Err(error) = self.policy_of(digest).await {
            return Err(self.stopped(&permit, error).await);
        }
        let now = self.clock.now();
        let work = Work::new(caller.authority)
            .named("approve_policy")
            .then(store::policy::waits(command.epoch, digest))
            .then(store::policy::approve(caller.authority, digest, command.epoch, caller.user, now));
        let entry = self.commit(permit, work).await?.entry();
        let is_in_force = self.agreement(digest, command.epoch).await?.is_reached();
        let mut epoch = command.epoch;
        if is_in_force {
            let changed = self.change_policy(command.epoch, digest, None, Some(caller)).await;
            let now = self.now().await?.policy;
            // Two last approvals at the same moment: one of them made the change for both.
            if now.digest() != digest {
                changed?;
            }
            epoch = now.epoch();
        }
        Ok(Answer { view: PolicyJudgedView { digest: command.digest, is_in_force, epoch }, entry })
    }

    /// Turns the candidate down: it waits no longer.
    ///
    /// # Errors
    /// As [`approve_policy`](Self::approve_policy).
    pub async fn reject_policy(
        &self,
        caller: &Caller,
        command: JudgePolicy,
    ) -> Result<Answer<PolicyJudgedView>, RegistryError> {
        let digest = read(&command)?;
        let permit = self
            .allow::<ApprovePolicy>(caller, Facts::own_desk(Purpose::Administration, Target::kind("policy")))
            .await?;
        let work = Work::new(caller.authority)
            .named("reject_policy")
            .then(store::policy::drop_candidate(command.epoch, digest));
        let entry = self.commit(permit, work).await?.entry();
        Ok(Answer {
            view: PolicyJudgedView { digest: command.digest, is_in_force: false, epoch: command.epoch },
            entry,
        })
    }

    /// Where a reload reads from.
    pub fn reads_policy_from(&self, folder: PathBuf) {
        self.book().read_from(folder);
    }

    /// What a start does about the policy: the first one of an installation comes into force; a program whose vocabulary the policy in force no longer fits
    /// brings its own; everything else that differs waits for the administrators like any other candidate.
    ///
    /// # Errors
    /// [`RegistryError::Conflict`] `"newer-policy"` when a newer program put a policy in force that this one cannot use.
    pub async fn settle_policy(&self, configured: &CandidatePolicy, program: &str) -> Result<Self, RegistryError> {
        self.book().remember(configured.policy());
        if self.local_authorities().await?.is_empty() {
            return Ok(self.clone());
        }
        let digest = configured.digest();
        let Some(row) = self.policy_row().await? else {
            let texts = texts_of(configured);
            match self.begin_policy(digest, &texts, program).await {
                // Another instance was first.
                Ok(()) | Err(RegistryError::Conflict("exists-already")) => return self.now().await,
                Err(error) => return Err(error),
            }
        };
        if row.digest == digest {
            return self.now().await;
        }
        if self.policy_of(row.digest).await.is_ok() {
            let settled = self.now().await?;
            if row.candidate.is_none_or(|candidate| candidate.digest != digest) {
                tracing::warn!(
                    in_force = hexadecimal(row.digest),
                    brought = hexadecimal(digest),
                    "the configured access policy is not the one in force: it waits for the administrators"
                );
                settled.propose(configured).await?;
            }
            return Ok(settled);
        }
        if version(program) < version(&row.program) {
            tracing::error!(theirs = row.program, ours = program, "a newer program put an access policy in force");
            return Err(RegistryError::Conflict("newer-policy"));
        }
        tracing::error!(
            before = hexadecimal(row.digest),
            now = hexadecimal(digest),
            "the access policy in force does not fit this program's vocabulary: the program brings its own"
        );
        let texts = texts_of(configured);
        // Decided by what comes: what was in force cannot decide any more.
        let adopting = self.under(configured.policy().clone().at_epoch(row.epoch));
        adopting.change_policy(row.epoch, digest, Some((&texts, program)), None).await?;
        self.now().await
    }

    /// Reads and checks a folder, and records how it ended in the log of every authority.
    async fn judge_folder(
        &self,
        permit: Permit<'_, LoadPolicy>,
        folder: PathBuf,
        others: &[AuthorityId],
    ) -> Result<Answer<PolicyCheckView>, RegistryError> {
        let found = check(folder).await?;
        let at = self.clock.now();
        let outcome = match &found {
            Ok(_) => Outcome::Allowed,
            Err(_) => Outcome::Error,
        };
        for other in others {
            let caller = self.service_caller(*other).await?;
            let told =
                self.allow::<LoadPolicy>(&caller, Facts::own_desk(Purpose::Service, Target::kind("policy"))).await?;
            self.record_end(told.draft(), outcome).await?;
        }
        let authority = permit.caller().authority;
        match found {
            Ok(candidate) => {
                let digest = candidate.digest();
                self.book().remember(candidate.policy());
                let checked = Checked { at, digest: Some(digest), what: None };
                let mut work = Work::new(authority).named("load_policy").then(store::policy::checked(&checked));
                if digest != self.policy.digest() {
                    work = work
                        .then(store::policy::keep_text(digest, &texts_of(&candidate), at))
                        .then(store::policy::set_candidate(self.policy.epoch(), digest, at));
                }
                let entry = self.commit(permit, work).await?.entry();
                tracing::info!(digest = hexadecimal(digest), "an access policy was read and is sound");
                let view =
                    PolicyCheckView { at, is_sound: true, digest: Some(hexadecimal(digest)), faults: Vec::new() };
                Ok(Answer { view, entry })
            }
            Err(what) => {
                tracing::error!(%what, "an access policy was refused; the one in force stays");
                let kept: String = what.chars().take(LONGEST_ACCOUNT).collect();
                let entry = self.record_end(permit.draft(), Outcome::Error).await?;
                let checked = Checked { at, digest: None, what: Some(kept.clone()) };
                let note = Work::new(authority).named("policy_checked").then(store::policy::checked(&checked));
                self.store.write(&note).await.map_err(|error| {
                    tracing::error!(%error, "the outcome of a policy check could not be stored");
                    RegistryError::Unavailable
                })?;
                let faults = kept.lines().map(str::to_owned).collect();
                Ok(Answer { view: PolicyCheckView { at, is_sound: false, digest: None, faults }, entry })
            }
        }
    }

    /// A policy that the program brings waits like one from a folder.
    async fn propose(&self, candidate: &CandidatePolicy) -> Result<(), RegistryError> {
        let (digest, at) = (candidate.digest(), self.clock.now());
        let mut work = Some((texts_of(candidate), digest));
        for (authority, _) in self.local_authorities().await? {
            let caller = self.service_caller(authority).await?;
            let permit =
                self.allow::<LoadPolicy>(&caller, Facts::own_desk(Purpose::Service, Target::kind("policy"))).await?;
            match work.take() {
                Some((texts, digest)) => {
                    let work = Work::new(authority)
                        .named("propose_policy")
                        .then(store::policy::keep_text(digest, &texts, at))
                        .then(store::policy::set_candidate(self.policy.epoch(), digest, at));
                    drop(self.commit(permit, work).await?);
                }
                None => drop(self.record(permit).await?),
            }
        }
        Ok(())
    }

    /// The first policy of an installation.
    async fn begin_policy(
        &self,
        digest: PolicyDigest,
        texts: &PolicyTexts,
        program: &str,
    ) -> Result<(), RegistryError> {
        let at = self.clock.now();
        let begin = |authority| {
            Work::new(authority)
                .named("begin_policy")
                .then(store::policy::keep_text(digest, texts, at))
                .then(store::policy::begin(digest, program, at))
        };
        self.put_in_force(begin, None).await
    }

    /// Another policy in the place of the one of an epoch: with its texts when a program brings it, otherwise the candidate that waits.
    async fn change_policy(
        &self,
        epoch: i64,
        digest: PolicyDigest,
        brought: Option<(&PolicyTexts, &str)>,
        approver: Option<&Caller>,
    ) -> Result<(), RegistryError> {
        let at = self.clock.now();
        let change = |authority| {
            let work = Work::new(authority).named("change_policy");
            match brought {
                Some((texts, program)) => work
                    .then(store::policy::keep_text(digest, texts, at))
                    .then(store::policy::change(epoch, digest, program, at)),
                None => work.then(store::policy::change_to_candidate(epoch, digest, PROGRAM, at)),
            }
        };
        self.put_in_force(change, approver).await
    }

    /// Records a change in the log of every authority, and makes it in the same transaction as the last of these entries.
    async fn put_in_force(
        &self,
        work: impl Fn(AuthorityId) -> Work,
        approver: Option<&Caller>,
    ) -> Result<(), RegistryError> {
        let mut locals: Vec<AuthorityId> = self.local_authorities().await?.into_iter().map(|(id, _)| id).collect();
        // The authority whose administrator gave the last approval makes it.
        let home = approver.map(|approver| approver.authority).or_else(|| locals.first().copied());
        let Some(home) = home else { return Ok(()) };
        locals.retain(|id| *id != home);
        let mut told = Vec::with_capacity(locals.len());
        for other in locals {
            let caller = self.service_caller(other).await?;
            let permit =
                self.allow::<ChangePolicy>(&caller, Facts::own_desk(Purpose::Service, Target::kind("policy"))).await?;
            told.push(permit.draft());
            drop(self.record(permit).await?);
        }
        let caller = self.service_caller(home).await?;
        let permit =
            self.allow::<ChangePolicy>(&caller, Facts::own_desk(Purpose::Service, Target::kind("policy"))).await?;
        let permit = match approver {
            Some(approver) => permit.on_behalf_of(approver.user),
            None => permit,
        };
        if let Err(error) = self.commit(permit, work(home)).await {
            for draft in told {
                self.record_end(draft, Outcome::Error).await?;
            }
            return Err(error);
        }
        Ok(())
    }

    async fn others_than(&self, own: AuthorityId) -> Result<Vec<AuthorityId>, RegistryError> {
        Ok(self.local_authorities().await?.into_iter().map(|(id, _)| id).filter(|id| *id != own).collect())
    }
}

/// Version of this program, as the row of the policy in force names it.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

fn read(command: &JudgePolicy) -> Result<PolicyDigest, RegistryError> {
    let mut check = Check::new();
    let digest = digest_of(&command.digest);
    check.require(digest.is_some(), "digest", "not-a-digest");
    check.done()?;
    digest.ok_or(RegistryError::NotFound)
}

/// Everything that a start would check, away from the requests. What was wrong comes back as text: it names files and rules.
async fn check(folder: PathBuf) -> Result<Result<CandidatePolicy, String>, RegistryError> {
    apart(move || CandidatePolicy::read(&folder).map_err(|error| error.to_string())).await
}

/// A folder's policy for a start, or the program's own where none is configured.
///
/// # Errors
/// What is wrong with it.
pub fn configured_policy(folder: Option<&Path>) -> Result<CandidatePolicy, rbac_policy::PolicyError> {
    folder.map_or_else(CandidatePolicy::builtin, CandidatePolicy::read)
}

fn texts_of(candidate: &CandidatePolicy) -> PolicyTexts {
    let texts = candidate.texts();
    PolicyTexts {
        model: texts.model.clone(),
        policy: texts.policy.clone(),
        vocabulary: texts.vocabulary.clone(),
        invariants: texts.invariants.clone(),
    }
}

/// `major.minor.patch` as numbers; what is not a number counts as none.
fn version(text: &str) -> [u32; 3] {
    let mut numbers = text.split(['.', '-', '+']).map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

impl Registry {
    /// Which policy is in force and which waits: for the command that checks an installation. None before the first start.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub async fn policy_digests(&self) -> Result<Option<(i64, PolicyDigest, Option<PolicyDigest>)>, RegistryError> {
        Ok(self.policy_row().await?.map(|row| (row.epoch, row.digest, row.candidate.map(|candidate| candidate.digest))))
    }
}
