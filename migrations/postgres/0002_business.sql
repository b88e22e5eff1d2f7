-- Business tables. Every row has one owner: authority_id stands first in every key.
-- Content lies in sealed columns (*_sealed); what stands beside them in plain is listed with its reason in docs/classification.md.

-- The directory of authorities: who exists and how to reach them. No secrets; outside row-level security.
CREATE TABLE authority (
  authority_id uuid NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  municipality_code TEXT,
  county_code TEXT,
  log_origin TEXT NOT NULL UNIQUE,
  is_local BOOLEAN NOT NULL,
  endpoint TEXT,
  parcel_recipient TEXT,
  parcel_verifying BYTEA,
  reception_phone TEXT NOT NULL
);

-- Sign-in looks these up before an authority is known; outside row-level security.
CREATE TABLE session (
  token_digest BYTEA NOT NULL PRIMARY KEY,
  session_id uuid NOT NULL UNIQUE,
  authority_id uuid NOT NULL,
  user_id uuid NOT NULL,
  strength TEXT NOT NULL,
  language TEXT NOT NULL,
  is_bearer BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE TABLE sign_in_link (
  token_digest BYTEA NOT NULL PRIMARY KEY,
  authority_id uuid NOT NULL,
  user_id uuid NOT NULL,
  kind TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

CREATE TABLE unit (
  authority_id uuid NOT NULL,
  unit_id uuid NOT NULL,
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  PRIMARY KEY (authority_id, unit_id)
);

CREATE TABLE app_user (
  authority_id uuid NOT NULL,
  user_id uuid NOT NULL,
  unit_id uuid NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  service_number TEXT NOT NULL,
  roles BIGINT NOT NULL,
  is_active BOOLEAN NOT NULL,
  notice_seen_at BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, user_id),
  UNIQUE (authority_id, service_number),
  FOREIGN KEY (authority_id, unit_id) REFERENCES unit (authority_id, unit_id)
);

CREATE TABLE legal_basis_confirmation (
  authority_id uuid NOT NULL,
  basis_code TEXT NOT NULL,
  basis_version BIGINT NOT NULL,
  confirmed_by TEXT NOT NULL,
  confirmed_on TEXT NOT NULL,
  wording TEXT NOT NULL,
  PRIMARY KEY (authority_id, basis_code, basis_version)
);

CREATE TABLE idempotency (
  authority_id uuid NOT NULL,
  user_id uuid NOT NULL,
  key_digest BYTEA NOT NULL,
  request_digest BYTEA NOT NULL,
  resource_kind TEXT NOT NULL,
  resource_id uuid NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (authority_id, user_id, key_digest)
);

CREATE TABLE person (
  authority_id uuid NOT NULL,
  person_id uuid NOT NULL,
  log_subject_id uuid NOT NULL,
  unit_id uuid NOT NULL,
  identity_sealed BYTEA NOT NULL,
  birth_sealed BYTEA,
  birth_certainty TEXT NOT NULL,
  turns_18_month BIGINT,
  turns_21_month BIGINT,
  protection TEXT NOT NULL,
  registered_at BIGINT NOT NULL,
  registered_by uuid NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, person_id),
  UNIQUE (authority_id, log_subject_id)
);
-- One row per number or alias; the index is keyed per authority, so that two authorities' rows cannot be compared.
CREATE TABLE person_number (
  authority_id uuid NOT NULL,
  number_index BYTEA NOT NULL,
  person_id uuid NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (authority_id, number_index),
  FOREIGN KEY (authority_id, person_id) REFERENCES person (authority_id, person_id)
);
CREATE INDEX person_number_person ON person_number (authority_id, person_id);

-- The log's subject names: sealed under log keys, so that erasing a person does not blind the log.
CREATE TABLE log_subject (
  authority_id uuid NOT NULL,
  log_subject_id uuid NOT NULL,
  mapping_sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, log_subject_id)
);

CREATE TABLE conflict_of_interest (
  authority_id uuid NOT NULL,
  conflict_id uuid NOT NULL,
  user_id uuid NOT NULL,
  person_id uuid NOT NULL,
  declared_by uuid NOT NULL,
  declared_at BIGINT NOT NULL,
  review_on TEXT NOT NULL,
  reason_sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, conflict_id),
  UNIQUE (authority_id, user_id, person_id),
  FOREIGN KEY (authority_id, person_id) REFERENCES person (authority_id, person_id)
);

CREATE TABLE case_file (
  authority_id uuid NOT NULL,
  case_id uuid NOT NULL,
  person_id uuid NOT NULL,
  unit_id uuid NOT NULL,
  purpose TEXT NOT NULL,
  phase TEXT NOT NULL,
  number_index BYTEA,
  body_sealed BYTEA NOT NULL,
  opened_at BIGINT NOT NULL,
  opened_by uuid NOT NULL,
  review_on TEXT,
  closed_at BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, case_id),
  UNIQUE (authority_id, number_index),
  FOREIGN KEY (authority_id, person_id) REFERENCES person (authority_id, person_id),
  FOREIGN KEY (authority_id, unit_id) REFERENCES unit (authority_id, unit_id)
);
CREATE INDEX case_file_person ON case_file (authority_id, person_id);

CREATE TABLE case_member (
  authority_id uuid NOT NULL,
  case_id uuid NOT NULL,
  user_id uuid NOT NULL,
  kind TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT,
  granted_by uuid NOT NULL,
  PRIMARY KEY (authority_id, case_id, user_id),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
);
CREATE INDEX case_member_user ON case_member (authority_id, user_id);

CREATE TABLE note (
  authority_id uuid NOT NULL,
  note_id uuid NOT NULL,
  case_id uuid NOT NULL,
  kind TEXT NOT NULL,
  occurred_on TEXT NOT NULL,
  written_at BIGINT NOT NULL,
  written_by uuid NOT NULL,
  locked_at BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, note_id),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
);
CREATE INDEX note_case ON note (authority_id, case_id, written_at);

CREATE TABLE paragraph (
  authority_id uuid NOT NULL,
  paragraph_id uuid NOT NULL,
  note_id uuid NOT NULL,
  case_id uuid NOT NULL,
  position BIGINT NOT NULL,
  class TEXT NOT NULL,
  third_party BOOLEAN NOT NULL,
  text_sealed BYTEA NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, paragraph_id),
  FOREIGN KEY (authority_id, note_id) REFERENCES note (authority_id, note_id)
);
CREATE INDEX paragraph_case ON paragraph (authority_id, case_id);

-- Corrections: what was written stands, the annotation says what is right.
CREATE TABLE annotation (
  authority_id uuid NOT NULL,
  annotation_id uuid NOT NULL,
  case_id uuid NOT NULL,
  item_kind TEXT NOT NULL,
  item_id uuid NOT NULL,
  written_at BIGINT NOT NULL,
  written_by uuid NOT NULL,
  text_sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, annotation_id),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
);
CREATE INDEX annotation_case ON annotation (authority_id, case_id);

CREATE TABLE measure (
  authority_id uuid NOT NULL,
  measure_id uuid NOT NULL,
  case_id uuid NOT NULL,
  status TEXT NOT NULL,
  class TEXT NOT NULL,
  responsible_id uuid NOT NULL,
  start_on TEXT,
  due_on TEXT,
  follow_up_on TEXT NOT NULL,
  body_sealed BYTEA NOT NULL,
  outcome_sealed BYTEA,
  logged_at BIGINT NOT NULL,
  logged_by uuid NOT NULL,
  ended_at BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, measure_id),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
);
CREATE INDEX measure_case ON measure (authority_id, case_id, logged_at);
CREATE INDEX measure_due ON measure (authority_id, responsible_id, follow_up_on);

CREATE TABLE measure_event (
  authority_id uuid NOT NULL,
  event_id uuid NOT NULL,
  measure_id uuid NOT NULL,
  at BIGINT NOT NULL,
  by_user uuid NOT NULL,
  status TEXT NOT NULL,
  note_sealed BYTEA,
  PRIMARY KEY (authority_id, event_id),
  FOREIGN KEY (authority_id, measure_id) REFERENCES measure (authority_id, measure_id)
);
CREATE INDEX measure_event_measure ON measure_event (authority_id, measure_id, at);

CREATE TABLE consent (
  authority_id uuid NOT NULL,
  consent_id uuid NOT NULL,
  case_id uuid NOT NULL,
  recipient_id uuid NOT NULL,
  state TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_until TEXT NOT NULL,
  body_sealed BYTEA NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by uuid NOT NULL,
  revoked_at BIGINT,
  revocation_sealed BYTEA,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, consent_id),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
);
CREATE INDEX consent_case ON consent (authority_id, case_id);

CREATE TABLE release_draft (
  authority_id uuid NOT NULL,
  draft_id uuid NOT NULL,
  case_id uuid,
  joint_file_id uuid,
  author_id uuid NOT NULL,
  body_sealed BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, draft_id)
);
CREATE INDEX release_draft_author ON release_draft (authority_id, author_id);

-- A decision to release: immutable. It can be marked withdrawn or lapsed, never un-happened.
CREATE TABLE release_decision (
  authority_id uuid NOT NULL,
  release_id uuid NOT NULL,
  case_id uuid,
  joint_file_id uuid,
  kind TEXT NOT NULL,
  recipient_id uuid NOT NULL,
  basis_code TEXT NOT NULL,
  basis_version BIGINT NOT NULL,
  consent_id uuid,
  channel TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by uuid NOT NULL,
  follow_fields TEXT NOT NULL,
  follow_until TEXT,
  body_sealed BYTEA NOT NULL,
  withdrawn_at BIGINT,
  withdrawal_sealed BYTEA,
  lapsed_at BIGINT,
  lapse_reason TEXT,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, release_id)
);
CREATE INDEX release_case ON release_decision (authority_id, case_id, decided_at);
CREATE INDEX release_joint_file ON release_decision (authority_id, joint_file_id, decided_at);
CREATE INDEX release_consent ON release_decision (authority_id, consent_id);

CREATE TABLE release_item (
  authority_id uuid NOT NULL,
  release_id uuid NOT NULL,
  position BIGINT NOT NULL,
  item_kind TEXT NOT NULL,
  item_id uuid NOT NULL,
  item_version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, release_id, position),
  FOREIGN KEY (authority_id, release_id) REFERENCES release_decision (authority_id, release_id)
);
CREATE INDEX release_item_item ON release_item (authority_id, item_id);

CREATE TABLE abstention (
  authority_id uuid NOT NULL,
  abstention_id uuid NOT NULL,
  case_id uuid,
  joint_file_id uuid,
  recipient_id uuid NOT NULL,
  basis_code TEXT,
  decided_at BIGINT NOT NULL,
  decided_by uuid NOT NULL,
  body_sealed BYTEA NOT NULL,
  PRIMARY KEY (authority_id, abstention_id)
);
CREATE INDEX abstention_case ON abstention (authority_id, case_id);

-- Parcels on their way out: the sender's row, sealed to the recipient's key.
CREATE TABLE parcel_out (
  authority_id uuid NOT NULL,
  parcel_id uuid NOT NULL,
  to_authority uuid NOT NULL,
  joint_ref uuid,
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  release_id uuid,
  sealed BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  delivered_at BIGINT,
  PRIMARY KEY (authority_id, parcel_id),
  UNIQUE (authority_id, to_authority, number)
);
CREATE INDEX parcel_out_waiting ON parcel_out (authority_id, delivered_at, created_at);

-- Parcels taken in: replay protection and order.
CREATE TABLE parcel_in (
  authority_id uuid NOT NULL,
  from_authority uuid NOT NULL,
  number BIGINT NOT NULL,
  parcel_id uuid NOT NULL,
  kind TEXT NOT NULL,
  digest BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (authority_id, from_authority, number),
  UNIQUE (authority_id, parcel_id)
);

CREATE TABLE joint_file (
  authority_id uuid NOT NULL,
  joint_file_id uuid NOT NULL,
  joint_ref uuid NOT NULL,
  case_id uuid,
  person_id uuid,
  peer_id uuid NOT NULL,
  unit_id uuid NOT NULL,
  state TEXT NOT NULL,
  protection TEXT NOT NULL,
  is_nominator BOOLEAN NOT NULL,
  opened_at BIGINT NOT NULL,
  opened_by uuid,
  next_follow_up TEXT,
  erase_on TEXT,
  closed_at BIGINT,
  closed_reason TEXT,
  body_sealed BYTEA NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, joint_file_id),
  UNIQUE (authority_id, joint_ref),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
);
CREATE INDEX joint_file_case ON joint_file (authority_id, case_id);

CREATE TABLE joint_member (
  authority_id uuid NOT NULL,
  joint_file_id uuid NOT NULL,
  user_id uuid NOT NULL,
  kind TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT,
  PRIMARY KEY (authority_id, joint_file_id, user_id),
  FOREIGN KEY (authority_id, joint_file_id) REFERENCES joint_file (authority_id, joint_file_id)
);
CREATE INDEX joint_member_user ON joint_member (authority_id, user_id);

CREATE TABLE received_item (
  authority_id uuid NOT NULL,
  received_item_id uuid NOT NULL,
  from_authority uuid NOT NULL,
  parcel_id uuid NOT NULL,
  release_ref uuid NOT NULL,
  joint_file_id uuid,
  case_id uuid,
  unit_id uuid,
  kind TEXT NOT NULL,
  basis_code TEXT NOT NULL,
  basis_version BIGINT NOT NULL,
  channel TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  respond_on TEXT,
  filed_at BIGINT,
  filed_by uuid,
  filed_sealed BYTEA,
  lapsed_at BIGINT,
  lapse_reason TEXT,
  review_on TEXT,
  decided_at BIGINT,
  decided_by uuid,
  kept_until TEXT,
  body_sealed BYTEA,
  decision_sealed BYTEA,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, received_item_id)
);
CREATE INDEX received_joint_file ON received_item (authority_id, joint_file_id, received_at);
CREATE INDEX received_release ON received_item (authority_id, from_authority, release_ref);

-- What the sender corrected in a received item: stored beside it, and acknowledged by the recipient.
CREATE TABLE received_correction (
  authority_id uuid NOT NULL,
  correction_id uuid NOT NULL,
  received_item_id uuid NOT NULL,
  item_position BIGINT NOT NULL,
  arrived_at BIGINT NOT NULL,
  text_sealed BYTEA NOT NULL,
  acknowledged_at BIGINT,
  acknowledged_by uuid,
  PRIMARY KEY (authority_id, correction_id),
  FOREIGN KEY (authority_id, received_item_id) REFERENCES received_item (authority_id, received_item_id) ON DELETE CASCADE
);
CREATE INDEX received_correction_item ON received_correction (authority_id, received_item_id, arrived_at);

CREATE TABLE joint_entry (
  authority_id uuid NOT NULL,
  entry_id uuid NOT NULL,
  joint_file_id uuid NOT NULL,
  kind TEXT NOT NULL,
  class TEXT NOT NULL,
  written_at BIGINT NOT NULL,
  written_by uuid NOT NULL,
  availability TEXT,
  expires_on TEXT,
  withdrawn_at BIGINT,
  body_sealed BYTEA NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, entry_id),
  FOREIGN KEY (authority_id, joint_file_id) REFERENCES joint_file (authority_id, joint_file_id)
);
CREATE INDEX joint_entry_file ON joint_entry (authority_id, joint_file_id, written_at);

-- An own position, or what the other side told us of theirs (limb and review date only, never its reasons).
CREATE TABLE assessment_position (
  authority_id uuid NOT NULL,
  position_id uuid NOT NULL,
  joint_file_id uuid NOT NULL,
  holder_id uuid NOT NULL,
  limb TEXT NOT NULL,
  stands BOOLEAN NOT NULL,
  taken_at BIGINT NOT NULL,
  taken_by uuid,
  review_on TEXT NOT NULL,
  ended_at BIGINT,
  body_sealed BYTEA,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, position_id),
  FOREIGN KEY (authority_id, joint_file_id) REFERENCES joint_file (authority_id, joint_file_id)
);
CREATE INDEX assessment_position_file ON assessment_position (authority_id, joint_file_id, taken_at);

-- A party's own row of a joint action. The proposer's row holds the text; the receiver's row points at its received item.
CREATE TABLE joint_action (
  authority_id uuid NOT NULL,
  joint_action_id uuid NOT NULL,
  joint_file_id uuid NOT NULL,
  action_ref uuid NOT NULL,
  is_own BOOLEAN NOT NULL,
  received_item_id uuid,
  release_id uuid,
  text_version BIGINT NOT NULL,
  own_status TEXT NOT NULL,
  peer_answer TEXT NOT NULL,
  peer_status TEXT,
  responsible_id uuid,
  due_on TEXT,
  follow_up_on TEXT,
  body_sealed BYTEA,
  created_at BIGINT NOT NULL,
  created_by uuid,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, joint_action_id),
  UNIQUE (authority_id, action_ref),
  FOREIGN KEY (authority_id, joint_file_id) REFERENCES joint_file (authority_id, joint_file_id)
);
CREATE INDEX joint_action_file ON joint_action (authority_id, joint_file_id, created_at);

-- What happened with an action on the own side, and what the other side let us know.
CREATE TABLE joint_action_event (
  authority_id uuid NOT NULL,
  event_id uuid NOT NULL,
  joint_action_id uuid NOT NULL,
  kind TEXT NOT NULL,
  is_own BOOLEAN NOT NULL,
  text_version BIGINT NOT NULL,
  value TEXT,
  at BIGINT NOT NULL,
  by_user uuid,
  note_sealed BYTEA,
  PRIMARY KEY (authority_id, event_id),
  FOREIGN KEY (authority_id, joint_action_id) REFERENCES joint_action (authority_id, joint_action_id)
);
CREATE INDEX joint_action_event_action ON joint_action_event (authority_id, joint_action_id, at);

CREATE TABLE info_request (
  authority_id uuid NOT NULL,
  info_request_id uuid NOT NULL,
  request_ref uuid NOT NULL,
  joint_file_id uuid,
  case_id uuid,
  peer_id uuid NOT NULL,
  is_own BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  answer_by TEXT,
  answered_at BIGINT,
  body_sealed BYTEA NOT NULL,
  answer_sealed BYTEA,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, info_request_id),
  UNIQUE (authority_id, request_ref, is_own)
);
CREATE INDEX info_request_joint_file ON info_request (authority_id, joint_file_id);

-- Row-level security: see 0001 for samlad_tenant(). Outside it: authority (directory), session and sign_in_link (looked up before an authority is known).
SELECT samlad_outside('authority');
SELECT samlad_outside('session');
SELECT samlad_outside('sign_in_link');
SELECT samlad_tenant('unit');
SELECT samlad_tenant('app_user');
SELECT samlad_tenant('legal_basis_confirmation');
SELECT samlad_tenant('idempotency', 'SELECT, INSERT, UPDATE, DELETE');
SELECT samlad_tenant('person');
SELECT samlad_tenant('person_number');
SELECT samlad_tenant('log_subject');
SELECT samlad_tenant('conflict_of_interest');
SELECT samlad_tenant('case_file');
SELECT samlad_tenant('case_member');
SELECT samlad_tenant('note');
SELECT samlad_tenant('paragraph');
SELECT samlad_tenant('annotation');
SELECT samlad_tenant('measure');
SELECT samlad_tenant('measure_event');
SELECT samlad_tenant('consent');
SELECT samlad_tenant('release_draft', 'SELECT, INSERT, UPDATE, DELETE');
SELECT samlad_tenant('release_decision');
SELECT samlad_tenant('release_item');
SELECT samlad_tenant('abstention');
SELECT samlad_tenant('parcel_out');
SELECT samlad_tenant('parcel_in');
SELECT samlad_tenant('joint_file');
SELECT samlad_tenant('joint_member');
SELECT samlad_tenant('received_item');
SELECT samlad_tenant('received_correction', 'SELECT, INSERT, UPDATE, DELETE');
SELECT samlad_tenant('joint_entry');
SELECT samlad_tenant('assessment_position');
SELECT samlad_tenant('joint_action');
SELECT samlad_tenant('joint_action_event');
SELECT samlad_tenant('info_request');
