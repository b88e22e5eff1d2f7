//! "Varför ser jag detta?" for a record: the policy's lines in words, with the law behind each.

use vocabulary::{EntryId, Purpose};

use crate::failure::Failure;
use crate::parts::Why;
use crate::visit::Visit;

/// The panel for what these lines of the policy allowed.
pub(super) fn why(visit: &Visit, lines: &[String], purpose: Purpose, entry: EntryId) -> Result<Why, Failure> {
    let registry = visit.registry()?;
    let panel = Why::new(visit.msg).purpose(purpose).entry(entry);
    let told = lines.iter().fold(panel, |panel, line| {
        let words = visit.msg.find("rule", line).map_or_else(|| line.clone(), str::to_owned);
        panel.rule(words, registry.law_of(line).unwrap_or_default())
    });
    Ok(told)
}
