//! Where a value stands in a TOML text, for messages.

use decision_pages::LoadError;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// One step from a table or list to what is in it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'s> {
    /// The value of a key.
    Key(&'s str),
    /// An element, from 0.
    At(usize),
}

/// The parsed text, with the byte at which everything begins.
pub(super) struct Places<'t> {
    text: &'t str,
    root: Option<Spanned<DeTable<'t>>>,
}

impl<'t> Places<'t> {
    /// Of a text that serde has read; one that it could not read has no places.
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, root: DeTable::parse(text).ok() }
    }

    /// Line and column of what the steps lead to, or of the last thing on the way that is there.
    pub(super) fn find(&self, steps: &[Step<'_>]) -> (usize, usize) {
        let mut offset = 0;
        let mut table = self.root.as_ref().map(Spanned::get_ref);
        let mut list: Option<&[Spanned<DeValue<'t>>]> = None;
        for step in steps {
            let value = match step {
                Step::Key(name) => {
                    let entry = table.and_then(|table| table.iter().find(|(key, _)| key.get_ref() == name));
                    entry.map(|(key, value)| (key.span().start, value))
                }
                Step::At(index) => list.and_then(|list| list.get(*index)).map(|value| (value.span().start, value)),
            };
            let Some((start, value)) = value else { break };
            // A table that its header opens has no place of its own worth naming.
            if start > 0 {
                offset = start;
            }
            table = value.get_ref().as_table();
            list = value.get_ref().as_array().map(|array| &**array);
        }
        LoadError::position(self.text, offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_tables_lists_and_under_dotted_keys() {
        let text = "schema = 1\n\n[[row]]\ncode = \"A\"\ntitle.sv = \"a\"\n[[row]]\n  code = \"B\"\nways = [{ from = [\"x\", \"y\"] }]\n";
        let places = Places::of(text);
        let row = [Step::Key("row"), Step::At(1)];
        assert_eq!(places.find(&[Step::Key("row"), Step::At(0), Step::Key("title"), Step::Key("sv")]), (5, 7));
        assert_eq!(places.find(&[row[0], row[1], Step::Key("code")]), (7, 3));
        let deep = [row[0], row[1], Step::Key("ways"), Step::At(0), Step::Key("from"), Step::At(1)];
        assert_eq!(places.find(&deep), (8, 24));
        assert_eq!(places.find(&[Step::Key("nowhere")]), (1, 1));
        assert_eq!(places.find(&[row[0], row[1], Step::Key("code"), Step::Key("deeper")]), (7, 3));
    }
}
