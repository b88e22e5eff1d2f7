//! The items that were marked, as they stand in an address (`item=paragraph:<id>`) and in the first page's boxes (`paragraph:<id>:<version>`), and those
//! that a case offers.

use case_registry::case::CaseView;
use case_registry::release::{ItemKind, ItemRef};
use uuid::Uuid;
use vocabulary::{CaseId, JointFileId, SecrecyClass};

use crate::form::Choice;
use crate::i18n::Messages;
use crate::i18n::dates::parse_day;
use crate::pages::case_tabs::capital;

/// How much of a text names an item.
const EXCERPT: usize = 160;

/// What the address of the first page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) case: Option<CaseId>,
    pub(crate) file: Option<JointFileId>,
    items: Vec<(ItemKind, Uuid, Option<i64>)>,
}

impl Marked {
    /// Reads the query. What cannot be read is left out: the page shows what there is.
    pub(crate) fn read(query: &str) -> Self {
        let mut marked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "case" => marked.case = value.parse().ok(),
                "joint-file" => marked.file = value.parse().ok(),
                "item" if marked.items.len() < 50 => marked.items.extend(item(&value)),
                _ => {}
            }
        }
        marked
    }

    /// The same in an address.
    pub(crate) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(case) = self.case {
            query.append_pair("case", &case.to_string());
        }
        if let Some(file) = self.file {
            query.append_pair("joint-file", &file.to_string());
        }
        for (kind, id, version) in &self.items {
            let version = version.map(|version| format!(":{version}")).unwrap_or_default();
            query.append_pair("item", &format!("{}:{id}{version}", kind.code()));
        }
        query.finish()
    }

    /// Items that were marked elsewhere, with the version that was read there.
    pub(crate) fn complete(&self) -> impl Iterator<Item = ItemRef> {
        self.items.iter().filter_map(|(kind, id, version)| Some(ItemRef { kind: *kind, id: *id, version: (*version)? }))
    }

    /// Whether an item is marked.
    pub(crate) fn has(&self, item: ItemRef) -> bool {
        self.items.iter().any(|(kind, id, _)| *kind == item.kind && *id == item.id)
    }
}

fn item(text: &str) -> Option<(ItemKind, Uuid, Option<i64>)> {
    let mut parts = text.split(':');
    let kind = parts.next()?.replace('-', "_").parse().ok()?;
    let id = parts.next()?.parse().ok()?;
    let version = parts.next().map(str::parse).transpose().ok()?;
    parts.next().is_none().then_some((kind, id, version))
}

/// What a box sends.
pub(crate) fn value(item: ItemRef) -> String {
    format!("{}:{}:{}", item.kind.code(), item.id, item.version)
}

/// What a box sent.
pub(crate) fn parse(text: &str) -> Option<ItemRef> {
    let (kind, id, version) = item(text)?;
    Some(ItemRef { kind, id, version: version? })
}

/// Everything in a case that can be released, measures first.
pub(crate) fn of_case(msg: Messages, case: &CaseView) -> Vec<Choice> {
    let measures = case.measures.iter().map(|measure| {
        let item = ItemRef { kind: ItemKind::Measure, id: measure.id.0, version: measure.version };
        let title = if msg.tag() == "en" { &measure.title_en } else { &measure.title_sv };
        let label = format!("{}: {}", title, excerpt(&measure.what));
        Choice::new(value(item), label).hint(marks(msg, measure.class, false))
    });
    let paragraphs = case.notes.iter().flat_map(|note| {
        let kind = capital(&msg.of("note-kind", note.kind.code()));
        let on = parse_day(&note.occurred_on).map_or_else(|| note.occurred_on.clone(), |day| msg.day(day));
        note.paragraphs.iter().map(move |paragraph| {
            let item = ItemRef { kind: ItemKind::Paragraph, id: paragraph.id.0, version: paragraph.version };
            let label = format!("{kind} {on}: {}", excerpt(&paragraph.text));
            Choice::new(value(item), label).hint(marks(msg, paragraph.class, paragraph.third_party))
        })
    });
    measures.chain(paragraphs).collect()
}

/// A box for an item that was marked elsewhere.
pub(crate) fn elsewhere(msg: Messages, item: ItemRef) -> Choice {
    Choice::new(value(item), msg.wizard_marked_elsewhere(capital(&msg.of("item-kind", item.kind.code()))))
}

fn marks(msg: Messages, class: SecrecyClass, third_party: bool) -> String {
    let class = capital(&msg.of("secrecy-class", class.code()));
    if third_party { format!("{class}. {}", msg.wizard_third_party()) } else { class }
}

/// The beginning of a text, up to the end of a word.
pub(crate) fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXCERPT {
        return line;
    }
    let begun: String = line.chars().take(EXCERPT).collect();
    let whole = begun.rsplit_once(' ').map_or(begun.as_str(), |(whole, _)| whole);
    format!("{whole} …")
}

#[cfg(test)]
mod checks {
    use super::*;

    const ID: &str = "00000000-0000-4000-8000-000000000001";

    #[test]
    fn a_marked_paragraph_survives_its_address() {
        let marked = Marked::read(&format!(
            "case={ID}&item=paragraph:{ID}&item=received-item:{ID}:3&item=nonsense&item=risk:{ID}"
        ));
        assert_eq!(marked.items.len(), 2);
        assert_eq!(Marked::read(&marked.query()), marked);
        assert_eq!(
            marked.complete().collect::<Vec<_>>(),
            [ItemRef { kind: ItemKind::ReceivedItem, id: ID.parse().unwrap(), version: 3 }]
        );
        assert!(marked.has(ItemRef { kind: ItemKind::Paragraph, id: ID.parse().unwrap(), version: 9 }));
    }

    #[test]
    fn a_box_names_the_version_that_was_read() {
        let item = ItemRef { kind: ItemKind::Measure, id: ID.parse().unwrap(), version: 4 };
        assert_eq!(parse(&value(item)), Some(item));
        assert_eq!(parse(&format!("measure:{ID}")), None);
        assert_eq!(parse(&format!("measure:{ID}:1:2")), None);
    }

    #[test]
    fn a_long_text_is_named_by_whole_words() {
        assert_eq!(excerpt("kort\n text"), "kort text");
        let long = excerpt(&"ord ".repeat(100));
        assert!(long.ends_with("ord …") && long.chars().count() <= EXCERPT + 2);
    }
}
