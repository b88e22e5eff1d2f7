-- Drafts of what somebody is writing in a form: sealed, the writer's own, gone when the form is sent, thrown away, or after a term.
CREATE TABLE form_draft (
  authority_id uuid NOT NULL,
  form_draft_id uuid NOT NULL,
  user_id uuid NOT NULL,
  form_digest BYTEA NOT NULL,
  case_id uuid,
  saved_at BIGINT NOT NULL,
  body_sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, form_draft_id)
);
CREATE INDEX form_draft_user ON form_draft (authority_id, user_id, form_digest);
CREATE INDEX form_draft_saved ON form_draft (authority_id, saved_at);

SELECT samlad_tenant('form_draft', 'SELECT, INSERT, UPDATE, DELETE');
