-- Who asks for access to a person whom the authority has already.
CREATE TABLE access_request (
  authority_id uuid NOT NULL,
  access_request_id uuid NOT NULL,
  person_id uuid NOT NULL,
  unit_id uuid NOT NULL,
  asked_by uuid NOT NULL,
  asked_at BIGINT NOT NULL,
  reason_sealed BYTEA NOT NULL,
  state TEXT NOT NULL,
  answered_at BIGINT,
  answered_by uuid,
  answer_sealed BYTEA,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, access_request_id),
  FOREIGN KEY (authority_id, person_id) REFERENCES person (authority_id, person_id)
);
CREATE INDEX access_request_waiting ON access_request (authority_id, state, asked_at);
CREATE INDEX access_request_person ON access_request (authority_id, person_id);

-- A confirmation that was recorded by mistake is withdrawn, and can be given anew.
ALTER TABLE legal_basis_confirmation ADD COLUMN withdrawn_at BIGINT;

SELECT samlad_tenant('access_request');
