-- That a decision or a finished measure was entered in the personal file (personakten): which record, when, by whom. The record itself stands where it stood.
CREATE TABLE personal_file_entry (
  authority_id BLOB NOT NULL,
  record_kind TEXT NOT NULL,
  record_id BLOB NOT NULL,
  case_id BLOB NOT NULL,
  entered_at INTEGER NOT NULL,
  entered_by BLOB NOT NULL,
  PRIMARY KEY (authority_id, record_kind, record_id)
) STRICT;
CREATE INDEX personal_file_entry_case ON personal_file_entry (authority_id, case_id);
