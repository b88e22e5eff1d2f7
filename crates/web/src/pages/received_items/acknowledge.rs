//! Acknowledging a correction: whoever got the item from here is told in turn.

use uuid::Uuid;
use vocabulary::ReceivedItemId;

use crate::at::At;
use crate::visit::{Posted, Shown, Visit};

/// Notes that the correction was read.
pub(super) async fn acknowledge(
    visit: Visit,
    At((id, correction)): At<(ReceivedItemId, Uuid)>,
    Posted(_): Posted,
) -> Shown {
    let answer = visit.registry()?.acknowledge_correction(&visit.caller, correction).await?;
    visit.done(&format!("/ui/received-items/{id}"), "correction-acknowledged", answer.entry)
}
