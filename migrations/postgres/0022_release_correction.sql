-- That a recipient was told of a correction of what it got, and when it answered that it has read so. Nothing of what was corrected.
CREATE TABLE release_correction (
  authority_id uuid NOT NULL,
  correction_id uuid NOT NULL,
  release_id uuid NOT NULL,
  item_position BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  acknowledged_at BIGINT,
  PRIMARY KEY (authority_id, correction_id),
  FOREIGN KEY (authority_id, release_id) REFERENCES release_decision (authority_id, release_id)
);
CREATE INDEX release_correction_release ON release_correction (authority_id, release_id, told_at);
SELECT samlad_tenant('release_correction');
