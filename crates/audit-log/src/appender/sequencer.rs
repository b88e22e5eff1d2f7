//! Outbox mode: one leader moves committed entries of all logs into their trees.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::watch;
use vocabulary::AuthorityId;

use super::shared::Shared;
use super::writer::current_edge;
use crate::edge::Edge;
use crate::{Integration, LastEntry, Ledger, LedgerError, leaf, tree};

/// Entries of one log in one step.
const STEP: usize = 4096;

/// Runs until it is told to stop. Only the leader does anything; the others ask now and then whether the lead is free.
pub(super) async fn sequence<L: Ledger>(shared: Arc<Shared<L>>, mut stop: watch::Receiver<bool>) {
    let mut edges = HashMap::new();
    let mut stopping = false;
    while !stopping {
        tokio::select! {
            biased;
            _ = stop.changed() => stopping = true,
            () = shared.committed.notified() => {}
            () = tokio::time::sleep(shared.settings.rest) => {}
        }
        loop {
            match step(&shared, &mut edges).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    // Whatever happened, the truth is in the database: the next step reads it again.
                    edges.clear();
                    if error != LedgerError::Busy && error != LedgerError::Moved {
                        tracing::error!(%error, "the sequencer could not move entries into their trees");
                    }
                    break;
                }
            }
        }
    }
}

/// One transaction for all logs. True when there may be more at once.
async fn step<L: Ledger>(shared: &Shared<L>, edges: &mut HashMap<AuthorityId, Edge>) -> Result<bool, LedgerError> {
    let ledger = &shared.ledger;
    let Some(epoch) = shared.within(ledger.lead()).await? else {
        edges.clear();
        return Ok(false);
    };
    let mut tx = shared.within(ledger.begin()).await?;
    let logs = shared.within(ledger.logs(&mut tx)).await?;
    let mut moved = Vec::with_capacity(logs.len());
    let mut more = false;
    for log in logs {
        let waiting = shared.within(ledger.take_unsequenced(&mut tx, log, STEP)).await?;
        let Some((_, last)) = waiting.last() else { continue };
        let last = leaf::read(last).map_err(|_| LedgerError::Failed("an entry in the outbox is not an entry"))?;
        let (instance, sequence, at) = (last.stamp.instance, last.stamp.sequence, last.stamp.at);
        let head = shared.within(ledger.head(&mut tx, log)).await?;
        let mut edge = current_edge(shared, &mut tx, log, head.as_ref(), edges.get(&log)).await?;
        let size_before = edge.size();
        for (_, leaf) in &waiting {
            edge.push(tree::leaf_hash(leaf));
        }
        let before = head.and_then(|head| head.last);
        let last = LastEntry { instance, sequence, at: before.map_or(at, |before| before.at.max(at)) };
        let integration = Integration {
            size_before,
            epoch,
            entries: waiting.iter().map(|(id, _)| *id).collect(),
            tiles: edge.take_tiles(),
            head: edge.head(Some(last), epoch),
        };
        shared.within(ledger.integrate(&mut tx, log, &integration)).await?;
        more |= waiting.len() == STEP;
        moved.push((log, edge));
    }
    if moved.is_empty() {
        return Ok(false);
    }
    shared.commit(tx).await?;
    edges.extend(moved);
    Ok(more)
}
