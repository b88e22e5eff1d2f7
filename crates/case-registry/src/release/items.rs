//! The items of a release: found where the caller works, opened under the recorded access, and written out as the recipient gets them.

use field_vault::Vault;
use rbac_policy::measures::Measures;
use store::{
    Snapshot,
    joint_entry::JointEntryRow,
    joint_file::JointFileRow,
    measure::MeasureRow,
    note::{AnnotationRow, NoteRow, ParagraphRow},
    received::ReceivedRow,
};
use time::Date;
use vocabulary::{Caller, CaseId, KeyId, Language, Opens, ReceivedItemId, SecrecyClass};

use super::{ItemKind, ItemRef, command::Statement, decision::DecidedItem};
use crate::{
    Registry, RegistryError,
    crossing::{CopiedItem, ReleasedCopy},
    joint_entry::{EntryBody, entry_place},
    measure::{MeasureBody, day, measure_place},
    note::{Corrections, corrections, paragraph_place},
    opening::Opener,
    received::received_place,
    wording::{Reader, day_in_words, told},
};

/// An item as it lies in the store.
pub(crate) enum Found {
    Paragraph(ParagraphRow, NoteRow),
    Measure(MeasureRow),
    Entry(JointEntryRow),
    Received(Box<ReceivedRow>),
}

/// Everything that was asked for, still sealed.
pub(crate) struct FoundItems {
    pub(crate) items: Vec<Found>,
    annotations: Vec<AnnotationRow>,
}

/// What came of opening them.
pub(crate) struct OpenedItems {
    pub(crate) items: Vec<DecidedItem>,
    /// Classes as the examination sees them.
    pub(crate) classes: Vec<SecrecyClass>,
    /// Somebody else can be identified.
    pub(crate) other_identifiable_person: bool,
}

impl Found {
    pub(crate) fn version(&self) -> i64 {
        match self {
            Self::Paragraph(row, _) => row.version,
            Self::Measure(row) => row.version,
            Self::Entry(row) => row.version,
            Self::Received(row) => row.version,
        }
    }

    /// The class on which the policy decides.
    pub(crate) fn class(&self) -> SecrecyClass {
        match self {
            Self::Paragraph(row, _) if row.third_party && row.class == SecrecyClass::Standard => {
                SecrecyClass::ThirdParty
            }
            Self::Paragraph(row, _) => row.class,
            Self::Measure(row) => row.class,
            Self::Entry(row) => row.class,
            Self::Received(_) => SecrecyClass::Standard,
        }
    }

    fn speaks_of_another(&self) -> bool {
        matches!(self, Self::Paragraph(row, _) if row.third_party) || self.class() == SecrecyClass::ThirdParty
    }

    fn kid(&self) -> Option<KeyId> {
        match self {
            Self::Paragraph(row, _) => Vault::kid_of(&row.text),
            Self::Measure(row) => Vault::kid_of(&row.body),
            Self::Entry(row) => Vault::kid_of(&row.body),
            Self::Received(row) => row.body.as_ref().and_then(Vault::kid_of),
        }
    }
}

impl FoundItems {
    /// The keys that opening needs.
    pub(crate) fn kids(&self) -> impl Iterator<Item = Option<KeyId>> {
        self.items.iter().map(Found::kid).chain(self.annotations.iter().map(|row| Vault::kid_of(&row.text)))
    }

    /// Opens every item and writes it out; the caller has made sure that the permit covers them.
    pub(crate) fn open<A: Opens>(
        &self,
        opener: &Opener<'_, '_, A>,
        refs: &[ItemRef],
        statements: &[Statement],
        catalogue: &Measures,
        today: Date,
    ) -> Result<OpenedItems, RegistryError> {
        let corrections = corrections(opener, &self.annotations)?;
        let mut out = OpenedItems { items: Vec::new(), classes: Vec::new(), other_identifiable_person: false };
        for ((position, found), reference) in (0..).zip(&self.items).zip(refs) {
            out.other_identifiable_person |= found.speaks_of_another();
            let (copy, classes) =
                copy(found, position, opener, &corrections, (Reader::of_the_record(catalogue), today))?;
            out.other_identifiable_person |= classes.contains(&SecrecyClass::ThirdParty);
            out.classes.extend(classes);
            out.items.push(DecidedItem {
                kind: reference.kind.code(),
                id: reference.id,
                version: reference.version,
                copy,
            });
        }
        Ok(out.with_statements(statements))
    }
}

impl OpenedItems {
    /// What was written for this release alone stands after the items.
    fn with_statements(mut self, statements: &[Statement]) -> Self {
        for statement in statements {
            let position = i64::try_from(self.items.len()).unwrap_or(i64::MAX);
            self.other_identifiable_person |= statement.third_party || statement.class == SecrecyClass::ThirdParty;
            self.classes.push(statement.class);
            let copy = CopiedItem {
                position,
                kind: "statement".to_owned(),
                title: statement.title.trim().to_owned(),
                text: statement.text.trim().to_owned(),
                dated: None,
                class: statement.class,
            };
            self.items.push(DecidedItem { kind: "statement", id: uuid::Uuid::nil(), version: 1, copy });
        }
        self
    }
}

impl Registry {
    /// Finds the items of a release in the case or its joint file. `Err(item)` names the first that is not there for this caller.
    pub(crate) async fn find_items(
        &self,
        snapshot: &mut Snapshot,
        caller: &Caller,
        case: CaseId,
        file: Option<&JointFileRow>,
        refs: &[ItemRef],
    ) -> Result<Result<FoundItems, ItemRef>, RegistryError> {
        let authority = caller.authority;
        let today = self.clock.today();
        let mut items = Vec::with_capacity(refs.len());
        for reference in refs {
            let found = match reference.kind {
                ItemKind::Paragraph => {
                    let row = store::note::paragraph_by_id(snapshot, authority, reference.id.into())
                        .await?
                        .filter(|row| row.case == case);
                    match row {
                        Some(row) => store::note::by_id(snapshot, authority, row.note)
                            .await?
                            .map(|note| Found::Paragraph(row, note)),
                        None => None,
                    }
                }
                ItemKind::Measure => store::measure::by_id(snapshot, authority, reference.id.into())
                    .await?
                    .filter(|row| row.case == case)
                    .map(Found::Measure),
                ItemKind::JointEntry => {
                    let row = store::joint_entry::by_id(snapshot, authority, reference.id.into()).await?;
                    let here = |row: &JointEntryRow| file.is_some_and(|file| file.id == row.joint_file);
                    let seen = |row: &JointEntryRow| {
                        crate::joint_entry::is_available(row, caller) && crate::joint_entry::stands(row, today)
                    };
                    row.filter(|row| here(row) && seen(row)).map(Found::Entry)
                }
                ItemKind::ReceivedItem => {
                    let row = store::received::by_id(snapshot, authority, ReceivedItemId(reference.id)).await?;
                    let here = |row: &ReceivedRow| {
                        row.case == Some(case)
                            || (row.joint_file.is_some() && row.joint_file == file.map(|file| file.id))
                    };
                    let readable = |row: &ReceivedRow| row.body.is_some() && row.state != "lapsed";
                    row.filter(|row| here(row) && readable(row)).map(|row| Found::Received(Box::new(row)))
                }
            };
            match found {
                Some(found) => items.push(found),
                None => return Ok(Err(*reference)),
            }
        }
        let wanted = |row: &AnnotationRow| refs.iter().any(|reference| reference.id == row.item);
        let annotations =
            store::note::annotations_of_case(snapshot, authority, case).await?.into_iter().filter(wanted).collect();
        Ok(Ok(FoundItems { items, annotations }))
    }
}

/// One item as the recipient gets it. Staff names and the own case number never stand in it.
fn copy<A: Opens>(
    found: &Found,
    position: i64,
    opener: &Opener<'_, '_, A>,
    corrections: &Corrections,
    (reader, today): (Reader<'_>, Date),
) -> Result<(CopiedItem, Vec<SecrecyClass>), RegistryError> {
    let one = |title: String, text: String, dated: Option<Date>, kind: ItemKind| {
        let item = CopiedItem { position, kind: kind.code().to_owned(), title, text, dated, class: found.class() };
        (item, vec![found.class()])
    };
    Ok(match found {
        Found::Paragraph(row, note) => {
            let text: String = opener.open(paragraph_place(row.id), &row.text)?;
            let text = corrected(text, corrections, row.id.0);
            one(note.kind.clone(), text, day(&note.occurred_on), ItemKind::Paragraph)
        }
        Found::Measure(row) => {
            let body: MeasureBody = opener.open(measure_place(row.id), &row.body)?;
            let text = corrected(measure_text(row, &body), corrections, row.id.0);
            one(body.kind, text, row.start_on.as_deref().and_then(day), ItemKind::Measure)
        }
        Found::Entry(row) => {
            let body: EntryBody = opener.open(entry_place(row.id), &row.body)?;
            one(String::new(), body.text, Some(row.written_at.day()), ItemKind::JointEntry)
        }
        Found::Received(row) => {
            let sealed = row.body.as_ref().ok_or(RegistryError::Internal("a copy without content was let through"))?;
            let body: ReleasedCopy = opener.open(received_place(row.id), sealed)?;
            // What the sender's basis carries no longer is not passed on; a copy kept on an own ground is.
            if row.stands() && body.decision.over(today).is_some() {
                return Err(RegistryError::Conflict("lapsed"));
            }
            let texts: Vec<String> =
                body.items.iter().map(|item| format!("{}: {}", reader.title(item), reader.text(item))).collect();
            let classes = body.items.iter().map(|item| item.class).collect();
            let item = CopiedItem {
                position,
                kind: ItemKind::ReceivedItem.code().to_owned(),
                title: body.decision.citation.clone(),
                text: texts.join("\n\n"),
                dated: Some(body.decision.decided_at.day()),
                class: strictest(&body.items),
            };
            (item, classes)
        }
    })
}

/// The class of a whole copy: an investigation before anything, then health, then other persons.
fn strictest(items: &[CopiedItem]) -> SecrecyClass {
    let order = [SecrecyClass::Unknown, SecrecyClass::Investigation, SecrecyClass::Health, SecrecyClass::ThirdParty];
    order.into_iter().find(|class| items.iter().any(|item| item.class == *class)).unwrap_or(SecrecyClass::Standard)
}

/// What was corrected goes with it, as it stands beside it: the text itself is never overwritten.
fn corrected(text: String, corrections: &Corrections, item: uuid::Uuid) -> String {
    let notes = corrections.get(&item).map(Vec::as_slice).unwrap_or_default();
    notes.iter().fold(text, |text, note| {
        format!("{text}\n\nRättelse {}: {}", day_in_words(note.written_at.day(), Language::Swedish), note.text)
    })
}

/// A measure in the sender's words and, as the record is kept in it, in Swedish.
fn measure_text(row: &MeasureRow, body: &MeasureBody) -> String {
    let status = told(&row.status, Language::Swedish).unwrap_or(&row.status);
    let date = |on: &str| day(on).map_or_else(|| on.to_owned(), |on| day_in_words(on, Language::Swedish));
    let mut lines = vec![body.what.clone()];
    if !body.goal.is_empty() {
        lines.push(format!("Mål: {}", body.goal));
    }
    lines.push(format!("Status: {status}"));
    match (&row.start_on, &row.due_on) {
        (Some(start), Some(due)) => lines.push(format!("Tid: {} till {}", date(start), date(due))),
        (Some(start), None) => lines.push(format!("Från: {}", date(start))),
        (None, Some(due)) => lines.push(format!("Till: {}", date(due))),
        (None, None) => {}
    }
    if row.ended_at.is_none() {
        lines.push(format!("Uppföljning: {}", date(&row.follow_up_on)));
    }
    lines.join("\n")
}
