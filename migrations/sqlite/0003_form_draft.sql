-- Drafts of what somebody is writing in a form: sealed, the writer's own, gone when the form is sent, thrown away, or after a term.
CREATE TABLE form_draft (
  authority_id BLOB NOT NULL,
  form_draft_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  form_digest BLOB NOT NULL,
  case_id BLOB,
  saved_at INTEGER NOT NULL,
  body_sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, form_draft_id)
) STRICT;
CREATE INDEX form_draft_user ON form_draft (authority_id, user_id, form_digest);
CREATE INDEX form_draft_saved ON form_draft (authority_id, saved_at);
