//! Case notes in paragraphs: writing, correcting by annotation, locking. Nothing that was written is ever overwritten.

use std::collections::HashMap;

use field_vault::{KeySubject, Place};
use rbac_policy::{ClassFact, Facts, Target};
use serde::{Deserialize, Serialize};
use store::{
    Work,
    note::{AnnotationRow, NoteRow, ParagraphRow},
};
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{
    Caller, CaseId, NoteId, Opens, ParagraphId, SecrecyClass, Timestamp,
    action::{AnnotateNote, LockNote, WriteNote as WriteAct},
};

use crate::{Answer, Check, Registry, RegistryError, opening::Opener};

vocabulary::closed_list! {
    /// What a note is about.
    pub enum NoteKind {
        /// Meeting or conversation.
        Meeting = "meeting",
        /// Telephone call.
        PhoneCall = "phone_call",
        /// Home visit.
        HomeVisit = "home_visit",
        /// Assessment.
        Assessment = "assessment",
        /// Something else.
        Other = "other",
    }
}

vocabulary::closed_list! {
    /// What an annotation corrects.
    pub enum AnnotatedKind {
        /// A paragraph of a note.
        Paragraph = "paragraph",
        /// A measure.
        Measure = "measure",
    }
}

/// Writes a note.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = WriteNote)]
pub struct WriteNote {
    /// What it is about.
    pub kind: NoteKind,
    /// The day that it is about.
    pub occurred_on: Date,
    /// One to fifty paragraphs.
    pub paragraphs: Vec<WriteParagraph>,
}

/// One paragraph of a note.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WriteParagraph {
    /// The text, at most 10 000 characters.
    pub text: String,
    /// Secrecy class.
    #[serde(default = "standard")]
    pub class: SecrecyClass,
    /// Whether another identifiable person stands in it.
    #[serde(default)]
    pub third_party: bool,
}

pub(crate) const fn standard() -> SecrecyClass {
    SecrecyClass::Standard
}

/// Corrects a paragraph or a measure beside what stands.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Annotate {
    /// What kind of item is corrected.
    pub item_kind: AnnotatedKind,
    /// The item.
    pub item_id: Uuid,
    /// What is right.
    pub text: String,
}

/// A note with the paragraphs that the caller may see.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoteView {
    /// Random id.
    pub id: NoteId,
    /// What it is about.
    pub kind: NoteKind,
    /// The day that it is about.
    pub occurred_on: String,
    /// When written.
    pub written_at: Timestamp,
    /// By whom.
    pub author: String,
    /// When locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_at: Option<Timestamp>,
    /// Row version.
    pub version: i64,
    /// The paragraphs.
    pub paragraphs: Vec<ParagraphView>,
}

/// A paragraph.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParagraphView {
    /// Random id: what a release names.
    pub id: ParagraphId,
    /// The text.
    pub text: String,
    /// Secrecy class.
    pub class: SecrecyClass,
    /// Whether another identifiable person stands in it.
    pub third_party: bool,
    /// Row version.
    pub version: i64,
    /// Corrections, oldest first.
    pub annotations: Vec<AnnotationView>,
}

/// A correction.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnnotationView {
    /// When written.
    pub written_at: Timestamp,
    /// By whom.
    pub author: String,
    /// What is right.
    pub text: String,
}

/// Corrections by the item that they correct.
pub(crate) type Corrections = HashMap<Uuid, Vec<AnnotationView>>;

pub(crate) const LONGEST_TEXT: usize = 10_000;
const MOST_PARAGRAPHS: usize = 50;

/// The place of a paragraph's text: the paragraph is the item that a permit names.
pub(crate) fn paragraph_place(id: ParagraphId) -> Place {
    Place::of("paragraph", "text_sealed", id.0)
}

/// The place of an annotation's text: opened by a permit over what it corrects.
pub(crate) fn annotation_place(id: Uuid, item: Uuid) -> Place {
    Place::of("annotation", "text_sealed", id).under(item)
}

impl Registry {
    /// Writes a note in an open case.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::NotFound`] when the caller may not; `Conflict("closed")` in a closed case.
    pub async fn write_note(
        &self,
        caller: &Caller,
        case: CaseId,
        command: WriteNote,
    ) -> Result<Answer<NoteId>, RegistryError> {
        let today = self.clock.today();
        let mut check = Check::new();
        check.happened("occurredOn", command.occurred_on, today);
        check.require(!command.paragraphs.is_empty(), "paragraphs", "required");
        check.require(command.paragraphs.len() <= MOST_PARAGRAPHS, "paragraphs", "too-many");
        for (position, paragraph) in command.paragraphs.iter().take(MOST_PARAGRAPHS).enumerate() {
            check.text(&format!("paragraphs[{position}].text"), &paragraph.text, LONGEST_TEXT);
        }
        check.done()?;
        let facts = self.facts_of_open_case::<WriteAct>(caller, case).await?;
        let permit = self.allow::<WriteAct>(caller, facts).await?;
        let key = self.key_for(caller.authority, KeySubject::Case(case)).await?;
        let id = NoteId(self.entropy.id());
        let note = NoteRow {
            id,
            case,
            kind: command.kind.code().to_owned(),
            occurred_on: command.occurred_on.to_string(),
            written_at: self.clock.now(),
            written_by: caller.user,
            locked_at: None,
            version: 1,
            author: String::new(),
        };
        let mut work = Work::new(caller.authority)
            .named("write_note")
            .making("note", id)
            .then(store::note::insert(caller.authority, &note));
        for (position, paragraph) in (0..).zip(&command.paragraphs) {
            let paragraph_id = ParagraphId(self.entropy.id());
            let row = ParagraphRow {
                id: paragraph_id,
                note: id,
                case,
                position,
                class: paragraph.class,
                third_party: paragraph.third_party || paragraph.class == SecrecyClass::ThirdParty,
                text: self.seal(&key, paragraph_place(paragraph_id), &paragraph.text.trim())?,
                version: 1,
            };
            work = work.then(store::note::insert_paragraph(caller.authority, &row));
        }
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: id, entry: recorded.entry() })
    }

    /// Corrects a paragraph or a measure. A recipient of a released item gets a correction notice.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the item is not in a case that the caller may correct in.
    pub async fn annotate(
        &self,
        caller: &Caller,
        case: CaseId,
        command: Annotate,
    ) -> Result<Answer<Uuid>, RegistryError> {
        let mut check = Check::new();
        check.text("text", &command.text, LONGEST_TEXT);
        check.done()?;
        let authority = caller.authority;
        let mut snapshot = self.store.snapshot(authority).await?;
        let hand = self.case_at_hand(&mut snapshot, caller, case).await?;
        let class = match command.item_kind {
            AnnotatedKind::Paragraph => {
                store::note::paragraph_by_id(&mut snapshot, authority, ParagraphId(command.item_id))
                    .await?
                    .filter(|row| row.case == case)
                    .map(|row| row.class)
            }
            AnnotatedKind::Measure => {
                store::measure::by_id(&mut snapshot, authority, vocabulary::MeasureId(command.item_id))
                    .await?
                    .filter(|row| row.case == case)
                    .map(|row| row.class)
            }
        };
        snapshot.close().await?;
        let (Some(hand), Some(class)) = (hand, class) else {
            return Err(self.missing::<AnnotateNote>(caller, command.item_kind.code(), command.item_id).await);
        };
        let target = Target { kind: command.item_kind.code(), id: Some(command.item_id), ..hand.facts.target.clone() };
        let facts = Facts { class: class_of(class, &hand.facts), target, ..hand.facts };
        let permit = self.allow::<AnnotateNote>(caller, facts).await?;
        let key = self.key_for(authority, KeySubject::Case(case)).await?;
        let id = self.entropy.id();
        let row = AnnotationRow {
            id,
            item_kind: command.item_kind.code().to_owned(),
            item: command.item_id,
            written_at: self.clock.now(),
            written_by: caller.user,
            text: self.seal(&key, annotation_place(id, command.item_id), &command.text.trim())?,
            author: String::new(),
        };
        // The item is another one from now on: nothing that was prepared before the correction leaves with words that nobody has seen.
        let corrected = match command.item_kind {
            AnnotatedKind::Paragraph => store::note::corrected_paragraph(authority, ParagraphId(command.item_id)),
            AnnotatedKind::Measure => store::measure::corrected(authority, vocabulary::MeasureId(command.item_id)),
        };
        let work = Work::new(authority)
            .named("annotate")
            .making("annotation", id)
            .then(store::note::insert_annotation(authority, case, &row))
            .then(corrected);
        let recorded = self.commit(permit, work).await?;
        self.send_correction_notices(caller, command.item_id).await?;
        Ok(Answer { view: id, entry: recorded.entry() })
    }

    /// Locks a note for good.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when it was locked or changed meanwhile.
    pub async fn lock_note(&self, caller: &Caller, id: NoteId, version: i64) -> Result<Answer<()>, RegistryError> {
        let mut snapshot = self.store.snapshot(caller.authority).await?;
        let note = store::note::by_id(&mut snapshot, caller.authority, id).await?;
        let hand = match &note {
            Some(note) => self.case_at_hand(&mut snapshot, caller, note.case).await?,
            None => None,
        };
        snapshot.close().await?;
        let (Some(note), Some(hand)) = (note, hand) else {
            return Err(self.missing::<LockNote>(caller, "note", id.0).await);
        };
        let target = Target { kind: "note", id: Some(id.0), version: Some(note.version), ..hand.facts.target.clone() };
        let permit = self.allow::<LockNote>(caller, Facts { target, ..hand.facts }).await?;
        let work = Work::new(caller.authority).named("lock_note").then(store::note::lock(
            caller.authority,
            id,
            self.clock.now(),
            version,
        ));
        let recorded = self.commit(permit, work).await?;
        Ok(Answer { view: (), entry: recorded.entry() })
    }
}

/// The class that decides on an item: its own, or the person's protection where that is stricter.
pub(crate) fn class_of(class: SecrecyClass, facts: &Facts) -> ClassFact {
    if facts.class == ClassFact::Protected { ClassFact::Protected } else { class.into() }
}

/// Opens the corrections of the items that the permit covers.
pub(crate) fn corrections<A: Opens>(
    opener: &Opener<'_, '_, A>,
    rows: &[AnnotationRow],
) -> Result<Corrections, RegistryError> {
    let mut corrections = Corrections::new();
    for row in rows.iter().filter(|row| opener.covers(row.item)) {
        let text = opener.open(annotation_place(row.id, row.item), &row.text)?;
        corrections.entry(row.item).or_default().push(AnnotationView {
            written_at: row.written_at,
            author: row.author.clone(),
            text,
        });
    }
    Ok(corrections)
}

/// The notes with the paragraphs that the permit covers. A note of which nothing is covered is absent.
pub(crate) fn views<A: Opens>(
    opener: &Opener<'_, '_, A>,
    notes: &[NoteRow],
    paragraphs: &[ParagraphRow],
    corrections: &Corrections,
) -> Result<Vec<NoteView>, RegistryError> {
    let mut by_note: HashMap<NoteId, Vec<ParagraphView>> = HashMap::new();
    for row in paragraphs.iter().filter(|row| opener.covers(row.id)) {
        by_note.entry(row.note).or_default().push(ParagraphView {
            id: row.id,
            text: opener.open(paragraph_place(row.id), &row.text)?,
            class: row.class,
            third_party: row.third_party,
            version: row.version,
            annotations: corrections.get(&row.id.0).cloned().unwrap_or_default(),
        });
    }
    let shown = notes.iter().filter_map(|note| by_note.remove(&note.id).map(|paragraphs| (note, paragraphs)));
    shown
        .map(|(note, paragraphs)| {
            Ok(NoteView {
                id: note.id,
                kind: crate::case::code(&note.kind)?,
                occurred_on: note.occurred_on.clone(),
                written_at: note.written_at,
                author: note.author.clone(),
                locked_at: note.locked_at,
                version: note.version,
                paragraphs,
            })
        })
        .collect()
}
