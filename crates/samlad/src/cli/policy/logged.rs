//! Logged decisions, put to another policy. Reads leaves alone: no opening is opened and no key of any record is loaded.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use audit_log::leaf::{self, Leaf};
use audit_log::{
    AccessLog, Ledger as _, Opening, OpeningSealer, Outcome, Phase, Recordable as _, Recorded, SealOpeningError,
    SealedOpening,
};
use rbac_policy::{Facts, LoggedDecision, Permit, Policy as Pages, Redecision, Target};
use serde::Serialize;
use store::Store;
use vocabulary::action::VerifyLog;
use vocabulary::{
    AuthorityId, Caller, Clock, Entropy, EntryId, Language, Purpose, RequestId, Role, Roles, Strength, SystemClock,
    SystemEntropy, UnitId, UserId,
};

use crate::cli::audit;
use crate::config::Config;

const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// Leaves read at once.
const PAGE: usize = 1_000;
/// The tree holds the entries of several instances in an order that is not quite that of time; no entry lies this far from its place.
const SLACK: i64 = DAY;
/// Kinds of difference shown one by one.
const SHOWN: usize = 20;

/// What became of one log.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoggedChange {
    /// Whose log.
    authority: String,
    /// How many days of it.
    days: u32,
    /// Decisions of these days that the old policy made.
    decisions: u64,
    /// Decided alike by the new one.
    same: u64,
    /// Allowed then; the new policy would deny.
    now_denied: u64,
    /// Denied then; the new policy would allow.
    now_allowed: u64,
    /// It depends on facts that the log does not keep.
    depends: u64,
    /// The old policy has the digest in the leaf, and decides nothing like it: a request outside the vocabulary.
    not_recognised: u64,
    /// Decisions of these days by a policy with another digest: not put to anyone.
    by_another_policy: u64,
    /// Entries that were no decision of a policy: what the service does of itself, outcomes, errors.
    no_decision: u64,
    /// Which accesses would be decided otherwise, or might: action, role, lines, and how many.
    changes: Vec<Changed>,
}

/// Accesses of one kind.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Changed {
    redecision: Redecision,
    action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    lines: Vec<String>,
    accesses: u64,
}

impl Display for LoggedChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} decisions in {} days", self.authority, self.decisions, self.days)?;
        writeln!(f, "  {} would be decided alike", self.same)?;
        writeln!(f, "  {} were allowed and would be denied", self.now_denied)?;
        writeln!(f, "  {} were denied and would be allowed", self.now_allowed)?;
        writeln!(f, "  {} depend on facts that the log does not keep (class, age, relation)", self.depends)?;
        if self.not_recognised > 0 {
            writeln!(f, "  {} are not recognised by the old policy", self.not_recognised)?;
        }
        write!(
            f,
            "  not put to the new policy: {} decided by a policy of another digest, {} that were no decision",
            self.by_another_policy, self.no_decision
        )?;
        for changed in self.changes.iter().take(SHOWN) {
            let kind = match changed.redecision {
                Redecision::NowDenied => "would be denied",
                Redecision::NowAllowed => "would be allowed",
                Redecision::Same | Redecision::Depends | Redecision::NotRecognised => "depends",
            };
            let role = changed.role.as_deref().unwrap_or("-");
            write!(f, "\n    {kind}\t{}\t{}\t{role}\t{}", changed.accesses, changed.action, changed.lines.join("|"))?;
        }
        if self.changes.len() > SHOWN {
            write!(f, "\n    and {} kinds more (--json lists all)", self.changes.len() - SHOWN)?;
        }
        Ok(())
    }
}

/// Reads the last days of every log of an instance.
pub(super) async fn compare(config: &Path, days: u32, old: &Pages, new: &Pages) -> Result<Vec<LoggedChange>> {
    let config = Config::read(config)?;
    let log = audit::open_log(&config).await?;
    let mut found = Vec::new();
    for authority in &config.authority {
        let caller = service(authority.id);
        let recorded = record(&log, &caller)
            .await
            .with_context(|| format!("{}: the log cannot be written, so it is not read", authority.name))?;
        let mut tally = Tally::of(&authority.name, days);
        read(&log, &recorded, &mut tally, old, new).await.with_context(|| authority.name.clone())?;
        found.push(tally.told());
    }
    let store = Arc::clone(log.ledger());
    log.shutdown().await;
    store.close().await;
    Ok(found)
}

/// Who reads: the service itself.
fn service(authority: AuthorityId) -> Caller {
    Caller {
        user: UserId(uuid::Uuid::nil()),
        authority,
        unit: UnitId(uuid::Uuid::nil()),
        roles: Roles::default().with(Role::Service),
        strength: Strength::Service,
        request: RequestId(SystemEntropy.id()),
        language: Language::Swedish,
        reason: None,
        idempotency: None,
        sends: None,
    }
}

/// Records this reading, under the policy in force. The entry is durable before the first leaf is read.
async fn record<'c>(log: &AccessLog<Store>, caller: &'c Caller) -> Result<Recorded<Permit<'c, VerifyLog>>> {
    let facts = Facts::own_desk(Purpose::Service, Target::kind("policy_comparison"));
    let Ok(permit) = Pages::builtin()?.decide::<VerifyLog>(caller, facts) else {
        bail!("the policy does not let the service check the log");
    };
    let now = SystemClock::new().now();
    let entry = EntryId(SystemEntropy.ordered_id(now));
    let prepared = permit.draft().prepare(entry, now, &SystemEntropy, &Unsealed)?;
    Ok(log.record(permit, prepared).await?)
}

/// The entry commits to nothing personal, so there is nothing to seal.
struct Unsealed;

impl OpeningSealer for Unsealed {
    fn seal(&self, _: EntryId, _: AuthorityId, _: i32, _: &Opening) -> Result<SealedOpening, SealOpeningError> {
        Err(SealOpeningError)
    }
}

/// Reads the leaves of the period. Nobody can ask for it who has not recorded it.
async fn read(
    log: &AccessLog<Store>,
    recorded: &Recorded<Permit<'_, VerifyLog>>,
    tally: &mut Tally,
    old: &Pages,
    new: &Pages,
) -> Result<()> {
    log.sequenced().await?;
    let authority = recorded.what().caller().authority;
    let store = log.ledger();
    let heads = store.heads().await?;
    let size = heads.iter().find(|(of, _)| *of == authority).map_or(0, |(_, head)| head.size);
    let since = SystemClock::new().now().micros() - i64::from(tally.change.days) * DAY;
    // From the end backwards, until a whole page lies before the period.
    let mut end = size;
    while end > 0 {
        let from = end.saturating_sub(PAGE as u64);
        let leaves = store.leaves(authority, from, usize::try_from(end - from).unwrap_or(PAGE)).await?;
        let mut newest = i64::MIN;
        for stored in &leaves {
            let leaf = leaf::read(&stored.leaf)
                .with_context(|| format!("entry {} is no entry; run `samlad audit verify`", stored.index))?;
            let at = leaf.stamp.at.micros();
            newest = newest.max(at);
            if at >= since {
                tally.put(&leaf, old, new);
            }
        }
        if newest < since - SLACK || leaves.is_empty() {
            break;
        }
        end = from;
    }
    Ok(())
}

type Kind = (Redecision, String, Option<String>, Vec<String>);

struct Tally {
    change: LoggedChange,
    kinds: BTreeMap<Kind, u64>,
}

impl Tally {
    fn of(authority: &str, days: u32) -> Self {
        let change = LoggedChange { authority: authority.to_owned(), days, ..LoggedChange::default() };
        Self { change, kinds: BTreeMap::new() }
    }

    fn put(&mut self, leaf: &Leaf<'_>, old: &Pages, new: &Pages) {
        let times = leaf.fold.map_or(1, |fold| fold.count);
        let Some(digest) = leaf.policy.filter(|_| leaf.phase == Phase::Decide && leaf.outcome != Outcome::Error) else {
            self.change.no_decision += times;
            return;
        };
        if digest.0 != old.digest() {
            self.change.by_another_policy += times;
            return;
        }
        let logged = LoggedDecision {
            role: leaf.role,
            action: leaf.action,
            purpose: leaf.purpose,
            basis: leaf.basis,
            is_allowed: leaf.outcome == Outcome::Allowed,
            lines: &leaf.lines,
        };
        let redecision = old.redecide(new, &logged);
        let count = match redecision {
            Redecision::Same => &mut self.change.same,
            Redecision::NowDenied => &mut self.change.now_denied,
            Redecision::NowAllowed => &mut self.change.now_allowed,
            Redecision::Depends => &mut self.change.depends,
            Redecision::NotRecognised => &mut self.change.not_recognised,
        };
        *count += times;
        self.change.decisions += times;
        if redecision != Redecision::Same {
            let lines = leaf.lines.iter().map(|line| (*line).to_owned()).collect();
            let kind = (redecision, leaf.action.to_owned(), leaf.role.map(str::to_owned), lines);
            *self.kinds.entry(kind).or_default() += times;
        }
    }

    fn told(mut self) -> LoggedChange {
        let changed =
            |((redecision, action, role, lines), accesses)| Changed { redecision, action, role, lines, accesses };
        self.change.changes = self.kinds.into_iter().map(changed).collect();
        self.change
    }
}
