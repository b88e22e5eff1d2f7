//! Running units of work: each in a savepoint, so that one that is refused takes nothing else with it.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use vocabulary::AuthorityId;

use crate::postgres::bind_authority;
use crate::transaction::Transaction;
use crate::{Code, Expect, Refusal, Statement, Store, StoreError, Work};

/// A unit that takes longer is a defect: on SQLite everybody else waits for it.
const SLOW: Duration = Duration::from_millis(50);
/// Pauses between attempts; after the last one the caller hears of it.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(2),
    Duration::from_millis(10),
    Duration::from_millis(40),
    Duration::from_millis(120),
    Duration::from_millis(400),
];

/// Why a unit of work was not stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The rows themselves say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error(transparent)]
    Failed(#[from] StoreError),
}

impl Store {
    /// Stores a unit that releases nothing and so needs no log entry of its own (last seen, delivery state, job progress), repeating it while the
    /// database is merely busy. Everything else goes through the access log.
    pub async fn write(&self, work: &Work) -> Result<(), WriteError> {
        for pause in PAUSES {
            match self.write_once(work).await {
                Err(WriteError::Failed(error)) if error.is_transient() => tokio::time::sleep(pause).await,
                done => return done,
            }
        }
        self.write_once(work).await
    }

    async fn write_once(&self, work: &Work) -> Result<(), WriteError> {
        let mut transaction = self.db().begin().await?;
        let mut bound = None;
        if let Err(refusal) = run(&mut transaction, &mut bound, work).await? {
            transaction.rollback().await?;
            return Err(refusal.into());
        }
        Ok(transaction.commit().await?)
    }
}

/// Runs one unit. A refusal rolls back this unit alone; an error means that the whole transaction is lost.
pub(crate) async fn run(
    transaction: &mut Transaction,
    bound: &mut Option<AuthorityId>,
    work: &Work,
) -> Result<Result<(), Refusal>, StoreError> {
    let started = Instant::now();
    bind(transaction, bound, work.authority).await?;
    transaction.savepoint().await?;
    for (place, statement) in work.statements().iter().enumerate() {
        let refusal = match attempt(transaction, statement).await {
            Ok(Ok(())) => continue,
            Ok(Err(refusal)) => refusal,
            Err(error) => refused_alone(error, work, place)?,
        };
        transaction.rollback_to_savepoint().await?;
        return Ok(Err(refusal));
    }
    transaction.release_savepoint().await?;
    let took = started.elapsed();
    if took > SLOW {
        tracing::warn!(
            unit = work.name(),
            statements = work.statements().len(),
            millis = took.as_millis(),
            "slow unit of work"
        );
    }
    Ok(Ok(()))
}

/// Binds the authority whose rows come next (PostgreSQL).
pub(crate) async fn bind(
    transaction: &mut Transaction,
    bound: &mut Option<AuthorityId>,
    authority: AuthorityId,
) -> Result<(), StoreError> {
    if transaction.is_postgres() && *bound != Some(authority) {
        bind_authority(transaction, authority).await?;
        *bound = Some(authority);
    }
    Ok(())
}

async fn attempt(transaction: &mut Transaction, statement: &Statement) -> Result<Result<(), Refusal>, StoreError> {
    let (sql, args) = (statement.sql, &statement.args);
    let met = match statement.expect {
        Expect::Any => transaction.execute(sql, args).await.map(|_| Ok(())),
        Expect::One(refusal) => {
            transaction.execute(sql, args).await.map(|changed| if changed == 1 { Ok(()) } else { Err(refusal) })
        }
        Expect::Exists(refusal) => {
            // What the unit rests on must still hold when it commits. SQLite has one writer; PostgreSQL needs the row locked.
            let sql = if transaction.is_postgres() { for_share(sql) } else { sql };
            transaction.fetch_optional(sql, args).await.map(|row| row.map(drop).ok_or(refusal))
        }
        Expect::Absent(refusal) => {
            transaction.fetch_optional(sql, args).await.map(|row| if row.is_none() { Ok(()) } else { Err(refusal) })
        }
    };
    // A unique key decides between two units that both saw nothing; the statement's own word for it, where it has one.
    match (met, statement.expect) {
        (Err(StoreError::Duplicate(_)), Expect::One(refusal @ (Refusal::Used | Refusal::Conflict))) => Ok(Err(refusal)),
        (Err(StoreError::Duplicate(_)), _) => Ok(Err(Refusal::Duplicate)),
        (met, _) => met,
    }
}

/// Which failures concern this unit alone. The others (busy, no disk, connection lost) lose the transaction.
fn refused_alone(error: StoreError, work: &Work, statement: usize) -> Result<Refusal, StoreError> {
    match error {
        StoreError::Constraint(Code::Sqlite(787 | 1811)) => Ok(Refusal::Missing),
        StoreError::Constraint(Code::Postgres(state)) if &state == b"23503" => Ok(Refusal::Missing),
        StoreError::Constraint(_) | StoreError::Statement(_) | StoreError::Denied(_) | StoreError::Shape { .. } => {
            tracing::error!(unit = work.name(), statement, %error, "a unit of work is not acceptable");
            Ok(Refusal::Unacceptable)
        }
        other => Err(other),
    }
}

/// The text with `FOR SHARE`. Texts are constants, so there are only ever as many of these as there are constants.
fn for_share(sql: &'static str) -> &'static str {
    static LOCKED: LazyLock<Mutex<HashMap<&'static str, &'static str>>> = LazyLock::new(Mutex::default);
    let mut locked = LOCKED.lock().unwrap_or_else(PoisonError::into_inner);
    locked.entry(sql).or_insert_with(|| format!("{sql} FOR SHARE").leak())
}
