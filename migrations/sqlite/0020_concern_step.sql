-- The statutory clock that runs on a received concern report (orosanmälan), and each step that was recorded in its assessment: need of immediate protection
-- the same day, preliminary assessment within 14 days, inquiry within four months.
ALTER TABLE received_item ADD COLUMN clock TEXT;
CREATE TABLE concern_step (
  authority_id BLOB NOT NULL,
  concern_step_id BLOB NOT NULL,
  received_item_id BLOB NOT NULL,
  step TEXT NOT NULL,
  decided_on TEXT NOT NULL,
  entered_at INTEGER NOT NULL,
  entered_by BLOB NOT NULL,
  body_sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, concern_step_id),
  FOREIGN KEY (authority_id, received_item_id) REFERENCES received_item (authority_id, received_item_id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX concern_step_item ON concern_step (authority_id, received_item_id, step);
