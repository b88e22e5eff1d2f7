//! Counts without individuals.

use vocabulary::AuthorityId;

use crate::{Snapshot, StoreError, args, sql};

sql! {
    CASES_BY_PHASE = "SELECT phase, CAST(COUNT(*) AS BIGINT) FROM case_file WHERE authority_id = $1 GROUP BY phase ORDER BY phase";
    MEASURES_BY_STATUS = "SELECT status, CAST(COUNT(*) AS BIGINT) FROM measure WHERE authority_id = $1 GROUP BY status ORDER BY status";
    JOINT_FILES_BY_STATE = "SELECT state, CAST(COUNT(*) AS BIGINT) FROM joint_file WHERE authority_id = $1 GROUP BY state ORDER BY state";
    ACTIONS_BY_STATUS = "SELECT own_status, CAST(COUNT(*) AS BIGINT) FROM joint_action WHERE authority_id = $1 GROUP BY own_status ORDER BY own_status";
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Cases by phase.
    Cases,
    /// Measures by status.
    Measures,
    /// Joint files by state.
    JointFiles,
    /// Joint actions by the own side's status.
    JointActions,
}

/// Counts by code.
pub async fn count(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    what: Counted,
) -> Result<Vec<(String, i64)>, StoreError> {
    let sql = match what {
        Counted::Cases => CASES_BY_PHASE,
        Counted::Measures => MEASURES_BY_STATUS,
        Counted::JointFiles => JOINT_FILES_BY_STATE,
        Counted::JointActions => ACTIONS_BY_STATUS,
    };
    snapshot.fetch(sql, args![authority]).await?.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}
