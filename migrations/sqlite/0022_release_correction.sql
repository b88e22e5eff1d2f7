-- That a recipient was told of a correction of what it got, and when it answered that it has read so. Nothing of what was corrected.
CREATE TABLE release_correction (
  authority_id BLOB NOT NULL,
  correction_id BLOB NOT NULL,
  release_id BLOB NOT NULL,
  item_position INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  acknowledged_at INTEGER,
  PRIMARY KEY (authority_id, correction_id),
  FOREIGN KEY (authority_id, release_id) REFERENCES release_decision (authority_id, release_id)
) STRICT;
CREATE INDEX release_correction_release ON release_correction (authority_id, release_id, told_at);
