//! To which own joint file something belongs that arrives.

use parcel::Header;
use store::{Snapshot, joint_file::JointFileRow};
use vocabulary::Caller;

use crate::{Registry, RegistryError};

impl Registry {
    /// The own joint file that a parcel belongs to; none when it was erased, or when the reference is not between these two.
    pub(crate) async fn file_of(
        &self,
        snapshot: &mut Snapshot,
        caller: &Caller,
        header: &Header,
    ) -> Result<Option<JointFileRow>, RegistryError> {
        let Some(joint_ref) = header.joint_ref else { return Ok(None) };
        let file = store::joint_file::by_ref(snapshot, caller.authority, joint_ref).await?;
        Ok(file.filter(|file| file.peer == header.from))
    }
}
