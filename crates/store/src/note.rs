//! Case notes in paragraphs, and the annotations that correct them.

use vocabulary::{AuthorityId, CaseId, NoteId, ParagraphId, Sealed, SecrecyClass, Timestamp, UserId};

use crate::{Expect, Refusal, Row, Snapshot, Statement, StoreError, args, sql};

sql! {
    INSERT = "INSERT INTO note (authority_id, note_id, case_id, kind, occurred_on, written_at, written_by, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)";
    INSERT_PARAGRAPH = "INSERT INTO paragraph (authority_id, paragraph_id, note_id, case_id, position, class, third_party, text_sealed, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)";
    INSERT_ANNOTATION = "INSERT INTO annotation (authority_id, annotation_id, case_id, item_kind, item_id, written_at, written_by, text_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    CORRECTED = "UPDATE paragraph SET version = version + 1 WHERE authority_id = $1 AND paragraph_id = $2";
    LOCK = "UPDATE note SET locked_at = $3, version = version + 1 WHERE authority_id = $1 AND note_id = $2 AND version = $4 AND locked_at IS NULL";
    OF_CASE = "SELECT n.note_id, n.case_id, n.kind, n.occurred_on, n.written_at, n.written_by, n.locked_at, n.version, u.name FROM note n JOIN app_user u ON u.authority_id = n.authority_id AND u.user_id = n.written_by WHERE n.authority_id = $1 AND n.case_id = $2 ORDER BY n.occurred_on DESC, n.written_at DESC LIMIT 500";
    BY_ID = "SELECT n.note_id, n.case_id, n.kind, n.occurred_on, n.written_at, n.written_by, n.locked_at, n.version, u.name FROM note n JOIN app_user u ON u.authority_id = n.authority_id AND u.user_id = n.written_by WHERE n.authority_id = $1 AND n.note_id = $2";
    PARAGRAPHS_OF_CASE = "SELECT paragraph_id, note_id, case_id, position, class, third_party, text_sealed, version FROM paragraph WHERE authority_id = $1 AND case_id = $2 ORDER BY note_id, position LIMIT 5000";
    PARAGRAPH = "SELECT paragraph_id, note_id, case_id, position, class, third_party, text_sealed, version FROM paragraph WHERE authority_id = $1 AND paragraph_id = $2";
    ANNOTATIONS_OF_CASE = "SELECT a.annotation_id, a.item_kind, a.item_id, a.written_at, a.written_by, a.text_sealed, u.name FROM annotation a JOIN app_user u ON u.authority_id = a.authority_id AND u.user_id = a.written_by WHERE a.authority_id = $1 AND a.case_id = $2 ORDER BY a.written_at LIMIT 2000";
}

/// A note's row.
pub struct NoteRow {
    /// Random id.
    pub id: NoteId,
    /// The case.
    pub case: CaseId,
    /// What kind of note: `meeting`, `phone_call`, `home_visit`, `assessment`, `other`.
    pub kind: String,
    /// The day that it is about.
    pub occurred_on: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// By whom.
    pub written_by: UserId,
    /// When it was locked.
    pub locked_at: Option<Timestamp>,
    /// Row version.
    pub version: i64,
    /// Name of the author.
    pub author: String,
}

/// A paragraph's row: the smallest item that can be released.
pub struct ParagraphRow {
    /// Random id.
    pub id: ParagraphId,
    /// Its note.
    pub note: NoteId,
    /// Its case.
    pub case: CaseId,
    /// Place in the note, from 0.
    pub position: i64,
    /// Secrecy class.
    pub class: SecrecyClass,
    /// Whether another identifiable person stands in it.
    pub third_party: bool,
    /// The text, sealed under the case's key.
    pub text: Sealed<String>,
    /// Row version.
    pub version: i64,
}

/// An annotation's row.
pub struct AnnotationRow {
    /// Random id.
    pub id: uuid::Uuid,
    /// `paragraph` or `measure`.
    pub item_kind: String,
    /// What it corrects.
    pub item: uuid::Uuid,
    /// When written.
    pub written_at: Timestamp,
    /// By whom.
    pub written_by: UserId,
    /// The text, sealed under the case's key.
    pub text: Sealed<String>,
    /// Name of the author.
    pub author: String,
}

fn note(row: &Row) -> Result<NoteRow, StoreError> {
    Ok(NoteRow {
        id: row.id(0)?,
        case: row.id(1)?,
        kind: row.text(2)?,
        occurred_on: row.text(3)?,
        written_at: row.at(4)?,
        written_by: row.id(5)?,
        locked_at: row.opt_at(6)?,
        version: row.int(7)?,
        author: row.text(8)?,
    })
}

fn paragraph(row: &Row) -> Result<ParagraphRow, StoreError> {
    Ok(ParagraphRow {
        id: row.id(0)?,
        note: row.id(1)?,
        case: row.id(2)?,
        position: row.int(3)?,
        class: row.code(4)?,
        third_party: row.flag(5)?,
        text: row.sealed(6)?,
        version: row.int(7)?,
    })
}

/// A new note.
pub fn insert(authority: AuthorityId, row: &NoteRow) -> Statement {
    Statement {
        sql: INSERT,
        args: args![
            authority,
            row.id,
            row.case,
            row.kind.as_str(),
            row.occurred_on.as_str(),
            row.written_at,
            row.written_by
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// A paragraph of a new note.
pub fn insert_paragraph(authority: AuthorityId, row: &ParagraphRow) -> Statement {
    Statement {
        sql: INSERT_PARAGRAPH,
        args: args![authority, row.id, row.note, row.case, row.position, row.class.code(), row.third_party, &row.text],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// A paragraph was corrected: what was read before is not what would be released now.
pub fn corrected_paragraph(authority: AuthorityId, id: ParagraphId) -> Statement {
    Statement { sql: CORRECTED, args: args![authority, id], expect: Expect::One(Refusal::Stale) }
}

/// A correction beside what stands.
pub fn insert_annotation(authority: AuthorityId, case: CaseId, row: &AnnotationRow) -> Statement {
    Statement {
        sql: INSERT_ANNOTATION,
        args: args![
            authority,
            row.id,
            case,
            row.item_kind.as_str(),
            row.item,
            row.written_at,
            row.written_by,
            &row.text
        ],
        expect: Expect::One(Refusal::Duplicate),
    }
}

/// Locks a note for good.
pub fn lock(authority: AuthorityId, id: NoteId, at: Timestamp, version: i64) -> Statement {
    Statement { sql: LOCK, args: args![authority, id, at, version], expect: Expect::One(Refusal::Stale) }
}

/// The notes of a case, newest first.
pub async fn of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Vec<NoteRow>, StoreError> {
    snapshot.fetch(OF_CASE, args![authority, case]).await?.iter().map(note).collect()
}

/// A note by id.
pub async fn by_id(snapshot: &mut Snapshot, authority: AuthorityId, id: NoteId) -> Result<Option<NoteRow>, StoreError> {
    snapshot.fetch_optional(BY_ID, args![authority, id]).await?.as_ref().map(note).transpose()
}

/// The paragraphs of all notes of a case.
pub async fn paragraphs_of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Vec<ParagraphRow>, StoreError> {
    snapshot.fetch(PARAGRAPHS_OF_CASE, args![authority, case]).await?.iter().map(paragraph).collect()
}

/// One paragraph.
pub async fn paragraph_by_id(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    id: ParagraphId,
) -> Result<Option<ParagraphRow>, StoreError> {
    snapshot.fetch_optional(PARAGRAPH, args![authority, id]).await?.as_ref().map(paragraph).transpose()
}

/// The annotations in a case, oldest first.
pub async fn annotations_of_case(
    snapshot: &mut Snapshot,
    authority: AuthorityId,
    case: CaseId,
) -> Result<Vec<AnnotationRow>, StoreError> {
    let rows = snapshot.fetch(ANNOTATIONS_OF_CASE, args![authority, case]).await?;
    rows.iter()
        .map(|row| {
            Ok(AnnotationRow {
                id: row.uuid(0)?,
                item_kind: row.text(1)?,
                item: row.uuid(2)?,
                written_at: row.at(3)?,
                written_by: row.id(4)?,
                text: row.sealed(5)?,
                author: row.text(6)?,
            })
        })
        .collect()
}
