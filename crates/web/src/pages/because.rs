//! "Varför ser jag detta?" for a record: what was decided for the page, the rule and the law behind it.

use crate::parts::Why;
use crate::visit::Visit;

/// The panel, where a page places it itself.
pub(super) fn why(visit: &Visit) -> Why {
    visit.why()
}
