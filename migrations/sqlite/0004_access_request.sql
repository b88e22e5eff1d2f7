-- Who asks for access to a person whom the authority has already.
CREATE TABLE access_request (
  authority_id BLOB NOT NULL,
  access_request_id BLOB NOT NULL,
  person_id BLOB NOT NULL,
  unit_id BLOB NOT NULL,
  asked_by BLOB NOT NULL,
  asked_at INTEGER NOT NULL,
  reason_sealed BLOB NOT NULL,
  state TEXT NOT NULL,
  answered_at INTEGER,
  answered_by BLOB,
  answer_sealed BLOB,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, access_request_id),
  FOREIGN KEY (authority_id, person_id) REFERENCES person (authority_id, person_id)
) STRICT;
CREATE INDEX access_request_waiting ON access_request (authority_id, state, asked_at);
CREATE INDEX access_request_person ON access_request (authority_id, person_id);

-- A confirmation that was recorded by mistake is withdrawn, and can be given anew.
ALTER TABLE legal_basis_confirmation ADD COLUMN withdrawn_at INTEGER;
