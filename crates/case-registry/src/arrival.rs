//! What becomes of a crossing at its recipient: rows of the recipient's own, sealed under the recipient's own keys.

use parcel::Header;
use rbac_policy::Target;
use store::{Work, directory::AuthorityRow};
use vocabulary::Caller;

use crate::{Registry, RegistryError, crossing::Crossing};

/// What taking in a crossing amounts to.
pub(crate) struct Applied {
    /// The rows, with the mark that the parcel was taken in.
    pub(crate) work: Work,
    /// What the recipient's log entry names; the parcel itself when there is nothing better.
    pub(crate) target: Option<Target>,
}

impl Registry {
    /// The rows that a crossing becomes. Nothing is stored here: the courier commits them with the entry.
    pub(crate) async fn apply(
        &self,
        caller: &Caller,
        sender: &AuthorityRow,
        header: &Header,
        crossing: Crossing,
        work: Work,
    ) -> Result<Applied, RegistryError> {
        match crossing {
            Crossing::Release(copy) => self.arrive_release(caller, sender, header, copy, work).await,
            Crossing::Notice(notice) => self.arrive_notice(caller, sender, header, notice, work).await,
            Crossing::Nomination(copy) => self.arrive_nomination(caller, sender, header, copy, work).await,
            Crossing::Proposal(proposal) => self.arrive_proposal(caller, sender, header, proposal, work).await,
            Crossing::FollowUp(field) => self.arrive_follow_up(caller, sender, header, field, work).await,
            Crossing::Position(notice) => self.arrive_position(caller, sender, header, notice, work).await,
            Crossing::Request(request) => self.arrive_request(caller, sender, header, request, work).await,
        }
    }
}
