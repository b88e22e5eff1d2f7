-- That a decision or a finished measure was entered in the personal file (personakten): which record, when, by whom. The record itself stands where it stood.
CREATE TABLE personal_file_entry (
  authority_id uuid NOT NULL,
  record_kind TEXT NOT NULL,
  record_id uuid NOT NULL,
  case_id uuid NOT NULL,
  entered_at BIGINT NOT NULL,
  entered_by uuid NOT NULL,
  PRIMARY KEY (authority_id, record_kind, record_id)
);
CREATE INDEX personal_file_entry_case ON personal_file_entry (authority_id, case_id);
SELECT samlad_tenant('personal_file_entry');
