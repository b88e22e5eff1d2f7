-- The statutory clock that runs on a received concern report (orosanmälan), and each step that was recorded in its assessment: need of immediate protection
-- the same day, preliminary assessment within 14 days, inquiry within four months.
ALTER TABLE received_item ADD COLUMN clock TEXT;
CREATE TABLE concern_step (
  authority_id uuid NOT NULL,
  concern_step_id uuid NOT NULL,
  received_item_id uuid NOT NULL,
  step TEXT NOT NULL,
  decided_on TEXT NOT NULL,
  entered_at BIGINT NOT NULL,
  entered_by uuid NOT NULL,
  body_sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, concern_step_id),
  FOREIGN KEY (authority_id, received_item_id) REFERENCES received_item (authority_id, received_item_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX concern_step_item ON concern_step (authority_id, received_item_id, step);
SELECT samlad_tenant('concern_step');
