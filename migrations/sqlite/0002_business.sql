-- Business tables. Every row has one owner: authority_id stands first in every key.
-- Content lies in sealed columns (*_sealed); what stands beside them in plain is listed with its reason in docs/classification.md.

-- The directory of authorities: who exists and how to reach them. No secrets; outside row-level security.
CREATE TABLE authority (
  authority_id BLOB NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  municipality_code TEXT,
  county_code TEXT,
  log_origin TEXT NOT NULL UNIQUE,
  is_local INTEGER NOT NULL,
  endpoint TEXT,
  parcel_recipient TEXT,
  parcel_verifying BLOB,
  reception_phone TEXT NOT NULL
) STRICT;

-- Sign-in looks these up before an authority is known; outside row-level security.
CREATE TABLE session (
  token_digest BLOB NOT NULL PRIMARY KEY,
  session_id BLOB NOT NULL UNIQUE,
  authority_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  strength TEXT NOT NULL,
  language TEXT NOT NULL,
  is_bearer INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) STRICT;
CREATE TABLE sign_in_link (
  token_digest BLOB NOT NULL PRIMARY KEY,
  authority_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

CREATE TABLE unit (
  authority_id BLOB NOT NULL,
  unit_id BLOB NOT NULL,
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  PRIMARY KEY (authority_id, unit_id)
) STRICT;

CREATE TABLE app_user (
  authority_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  unit_id BLOB NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  service_number TEXT NOT NULL,
  roles INTEGER NOT NULL,
  is_active INTEGER NOT NULL,
  notice_seen_at INTEGER,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, user_id),
  UNIQUE (authority_id, service_number),
  FOREIGN KEY (authority_id, unit_id) REFERENCES unit (authority_id, unit_id)
) STRICT;

CREATE TABLE legal_basis_confirmation (
  authority_id BLOB NOT NULL,
  basis_code TEXT NOT NULL,
  basis_version INTEGER NOT NULL,
  confirmed_by TEXT NOT NULL,
  confirmed_on TEXT NOT NULL,
  wording TEXT NOT NULL,
  PRIMARY KEY (authority_id, basis_code, basis_version)
) STRICT;

CREATE TABLE idempotency (
  authority_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  key_digest BLOB NOT NULL,
  request_digest BLOB NOT NULL,
  resource_kind TEXT NOT NULL,
  resource_id BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (authority_id, user_id, key_digest)
) STRICT;

CREATE TABLE person (
  authority_id BLOB NOT NULL,
  person_id BLOB NOT NULL,
  log_subject_id BLOB NOT NULL,
  unit_id BLOB NOT NULL,
  identity_sealed BLOB NOT NULL,
  birth_sealed BLOB,
  birth_certainty TEXT NOT NULL,
  turns_18_month INTEGER,
  turns_21_month INTEGER,
  protection TEXT NOT NULL,
  registered_at INTEGER NOT NULL,
  registered_by BLOB NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, person_id),
  UNIQUE (authority_id, log_subject_id)
) STRICT;
-- One row per number or alias; the index is keyed per authority, so that two authorities' rows cannot be compared.
CREATE TABLE person_number (
  authority_id BLOB NOT NULL,
  number_index BLOB NOT NULL,
  person_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (authority_id, number_index),
  FOREIGN KEY (authority_id, person_id) REFERENCES person (authority_id, person_id)
) STRICT;
CREATE INDEX person_number_person ON person_number (authority_id, person_id);

-- The log's subject names: sealed under log keys, so that erasing a person does not blind the log.
CREATE TABLE log_subject (
  authority_id BLOB NOT NULL,
  log_subject_id BLOB NOT NULL,
  mapping_sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, log_subject_id)
) STRICT;

CREATE TABLE conflict_of_interest (
  authority_id BLOB NOT NULL,
  conflict_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  person_id BLOB NOT NULL,
  declared_by BLOB NOT NULL,
  declared_at INTEGER NOT NULL,
  review_on TEXT NOT NULL,
  reason_sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, conflict_id),
  UNIQUE (authority_id, user_id, person_id),
  FOREIGN KEY (authority_id, person_id) REFERENCES person (authority_id, person_id)
) STRICT;

CREATE TABLE case_file (
  authority_id BLOB NOT NULL,
  case_id BLOB NOT NULL,
  person_id BLOB NOT NULL,
  unit_id BLOB NOT NULL,
  purpose TEXT NOT NULL,
  phase TEXT NOT NULL,
  number_index BLOB,
  body_sealed BLOB NOT NULL,
  opened_at INTEGER NOT NULL,
  opened_by BLOB NOT NULL,
  review_on TEXT,
  closed_at INTEGER,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, case_id),
  UNIQUE (authority_id, number_index),
  FOREIGN KEY (authority_id, person_id) REFERENCES person (authority_id, person_id),
  FOREIGN KEY (authority_id, unit_id) REFERENCES unit (authority_id, unit_id)
) STRICT;
CREATE INDEX case_file_person ON case_file (authority_id, person_id);

CREATE TABLE case_member (
  authority_id BLOB NOT NULL,
  case_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER,
  granted_by BLOB NOT NULL,
  PRIMARY KEY (authority_id, case_id, user_id),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
) STRICT;
CREATE INDEX case_member_user ON case_member (authority_id, user_id);

CREATE TABLE note (
  authority_id BLOB NOT NULL,
  note_id BLOB NOT NULL,
  case_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  occurred_on TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  written_by BLOB NOT NULL,
  locked_at INTEGER,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, note_id),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
) STRICT;
CREATE INDEX note_case ON note (authority_id, case_id, written_at);

CREATE TABLE paragraph (
  authority_id BLOB NOT NULL,
  paragraph_id BLOB NOT NULL,
  note_id BLOB NOT NULL,
  case_id BLOB NOT NULL,
  position INTEGER NOT NULL,
  class TEXT NOT NULL,
  third_party INTEGER NOT NULL,
  text_sealed BLOB NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, paragraph_id),
  FOREIGN KEY (authority_id, note_id) REFERENCES note (authority_id, note_id)
) STRICT;
CREATE INDEX paragraph_case ON paragraph (authority_id, case_id);

-- Corrections: what was written stands, the annotation says what is right.
CREATE TABLE annotation (
  authority_id BLOB NOT NULL,
  annotation_id BLOB NOT NULL,
  case_id BLOB NOT NULL,
  item_kind TEXT NOT NULL,
  item_id BLOB NOT NULL,
  written_at INTEGER NOT NULL,
  written_by BLOB NOT NULL,
  text_sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, annotation_id),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
) STRICT;
CREATE INDEX annotation_case ON annotation (authority_id, case_id);

CREATE TABLE measure (
  authority_id BLOB NOT NULL,
  measure_id BLOB NOT NULL,
  case_id BLOB NOT NULL,
  status TEXT NOT NULL,
  class TEXT NOT NULL,
  responsible_id BLOB NOT NULL,
  start_on TEXT,
  due_on TEXT,
  follow_up_on TEXT NOT NULL,
  body_sealed BLOB NOT NULL,
  outcome_sealed BLOB,
  logged_at INTEGER NOT NULL,
  logged_by BLOB NOT NULL,
  ended_at INTEGER,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, measure_id),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
) STRICT;
CREATE INDEX measure_case ON measure (authority_id, case_id, logged_at);
CREATE INDEX measure_due ON measure (authority_id, responsible_id, follow_up_on);

CREATE TABLE measure_event (
  authority_id BLOB NOT NULL,
  event_id BLOB NOT NULL,
  measure_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  by_user BLOB NOT NULL,
  status TEXT NOT NULL,
  note_sealed BLOB,
  PRIMARY KEY (authority_id, event_id),
  FOREIGN KEY (authority_id, measure_id) REFERENCES measure (authority_id, measure_id)
) STRICT;
CREATE INDEX measure_event_measure ON measure_event (authority_id, measure_id, at);

CREATE TABLE consent (
  authority_id BLOB NOT NULL,
  consent_id BLOB NOT NULL,
  case_id BLOB NOT NULL,
  recipient_id BLOB NOT NULL,
  state TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_until TEXT NOT NULL,
  body_sealed BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  recorded_by BLOB NOT NULL,
  revoked_at INTEGER,
  revocation_sealed BLOB,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, consent_id),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
) STRICT;
CREATE INDEX consent_case ON consent (authority_id, case_id);

CREATE TABLE release_draft (
  authority_id BLOB NOT NULL,
  draft_id BLOB NOT NULL,
  case_id BLOB,
  joint_file_id BLOB,
  author_id BLOB NOT NULL,
  body_sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, draft_id)
) STRICT;
CREATE INDEX release_draft_author ON release_draft (authority_id, author_id);

-- A decision to release: immutable. It can be marked withdrawn or lapsed, never un-happened.
CREATE TABLE release_decision (
  authority_id BLOB NOT NULL,
  release_id BLOB NOT NULL,
  case_id BLOB,
  joint_file_id BLOB,
  kind TEXT NOT NULL,
  recipient_id BLOB NOT NULL,
  basis_code TEXT NOT NULL,
  basis_version INTEGER NOT NULL,
  consent_id BLOB,
  channel TEXT NOT NULL,
  decided_at INTEGER NOT NULL,
  decided_by BLOB NOT NULL,
  follow_fields TEXT NOT NULL,
  follow_until TEXT,
  body_sealed BLOB NOT NULL,
  withdrawn_at INTEGER,
  withdrawal_sealed BLOB,
  lapsed_at INTEGER,
  lapse_reason TEXT,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, release_id)
) STRICT;
CREATE INDEX release_case ON release_decision (authority_id, case_id, decided_at);
CREATE INDEX release_joint_file ON release_decision (authority_id, joint_file_id, decided_at);
CREATE INDEX release_consent ON release_decision (authority_id, consent_id);

CREATE TABLE release_item (
  authority_id BLOB NOT NULL,
  release_id BLOB NOT NULL,
  position INTEGER NOT NULL,
  item_kind TEXT NOT NULL,
  item_id BLOB NOT NULL,
  item_version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, release_id, position),
  FOREIGN KEY (authority_id, release_id) REFERENCES release_decision (authority_id, release_id)
) STRICT;
CREATE INDEX release_item_item ON release_item (authority_id, item_id);

CREATE TABLE abstention (
  authority_id BLOB NOT NULL,
  abstention_id BLOB NOT NULL,
  case_id BLOB,
  joint_file_id BLOB,
  recipient_id BLOB NOT NULL,
  basis_code TEXT,
  decided_at INTEGER NOT NULL,
  decided_by BLOB NOT NULL,
  body_sealed BLOB NOT NULL,
  PRIMARY KEY (authority_id, abstention_id)
) STRICT;
CREATE INDEX abstention_case ON abstention (authority_id, case_id);

-- Parcels on their way out: the sender's row, sealed to the recipient's key.
CREATE TABLE parcel_out (
  authority_id BLOB NOT NULL,
  parcel_id BLOB NOT NULL,
  to_authority BLOB NOT NULL,
  joint_ref BLOB,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  release_id BLOB,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  delivered_at INTEGER,
  PRIMARY KEY (authority_id, parcel_id),
  UNIQUE (authority_id, to_authority, number)
) STRICT;
CREATE INDEX parcel_out_waiting ON parcel_out (authority_id, delivered_at, created_at);

-- Parcels taken in: replay protection and order.
CREATE TABLE parcel_in (
  authority_id BLOB NOT NULL,
  from_authority BLOB NOT NULL,
  number INTEGER NOT NULL,
  parcel_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  digest BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (authority_id, from_authority, number),
  UNIQUE (authority_id, parcel_id)
) STRICT;

CREATE TABLE joint_file (
  authority_id BLOB NOT NULL,
  joint_file_id BLOB NOT NULL,
  joint_ref BLOB NOT NULL,
  case_id BLOB,
  person_id BLOB,
  peer_id BLOB NOT NULL,
  unit_id BLOB NOT NULL,
  state TEXT NOT NULL,
  protection TEXT NOT NULL,
  is_nominator INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  opened_by BLOB,
  next_follow_up TEXT,
  erase_on TEXT,
  closed_at INTEGER,
  closed_reason TEXT,
  body_sealed BLOB NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, joint_file_id),
  UNIQUE (authority_id, joint_ref),
  FOREIGN KEY (authority_id, case_id) REFERENCES case_file (authority_id, case_id)
) STRICT;
CREATE INDEX joint_file_case ON joint_file (authority_id, case_id);

CREATE TABLE joint_member (
  authority_id BLOB NOT NULL,
  joint_file_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER,
  PRIMARY KEY (authority_id, joint_file_id, user_id),
  FOREIGN KEY (authority_id, joint_file_id) REFERENCES joint_file (authority_id, joint_file_id)
) STRICT;
CREATE INDEX joint_member_user ON joint_member (authority_id, user_id);

CREATE TABLE received_item (
  authority_id BLOB NOT NULL,
  received_item_id BLOB NOT NULL,
  from_authority BLOB NOT NULL,
  parcel_id BLOB NOT NULL,
  release_ref BLOB NOT NULL,
  joint_file_id BLOB,
  case_id BLOB,
  unit_id BLOB,
  kind TEXT NOT NULL,
  basis_code TEXT NOT NULL,
  basis_version INTEGER NOT NULL,
  channel TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  respond_on TEXT,
  filed_at INTEGER,
  filed_by BLOB,
  filed_sealed BLOB,
  lapsed_at INTEGER,
  lapse_reason TEXT,
  review_on TEXT,
  decided_at INTEGER,
  decided_by BLOB,
  kept_until TEXT,
  body_sealed BLOB,
  decision_sealed BLOB,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, received_item_id)
) STRICT;
CREATE INDEX received_joint_file ON received_item (authority_id, joint_file_id, received_at);
CREATE INDEX received_release ON received_item (authority_id, from_authority, release_ref);

-- What the sender corrected in a received item: stored beside it, and acknowledged by the recipient.
CREATE TABLE received_correction (
  authority_id BLOB NOT NULL,
  correction_id BLOB NOT NULL,
  received_item_id BLOB NOT NULL,
  item_position INTEGER NOT NULL,
  arrived_at INTEGER NOT NULL,
  text_sealed BLOB NOT NULL,
  acknowledged_at INTEGER,
  acknowledged_by BLOB,
  PRIMARY KEY (authority_id, correction_id),
  FOREIGN KEY (authority_id, received_item_id) REFERENCES received_item (authority_id, received_item_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX received_correction_item ON received_correction (authority_id, received_item_id, arrived_at);

CREATE TABLE joint_entry (
  authority_id BLOB NOT NULL,
  entry_id BLOB NOT NULL,
  joint_file_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  class TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  written_by BLOB NOT NULL,
  availability TEXT,
  expires_on TEXT,
  withdrawn_at INTEGER,
  body_sealed BLOB NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, entry_id),
  FOREIGN KEY (authority_id, joint_file_id) REFERENCES joint_file (authority_id, joint_file_id)
) STRICT;
CREATE INDEX joint_entry_file ON joint_entry (authority_id, joint_file_id, written_at);

-- An own position, or what the other side told us of theirs (limb and review date only, never its reasons).
CREATE TABLE assessment_position (
  authority_id BLOB NOT NULL,
  position_id BLOB NOT NULL,
  joint_file_id BLOB NOT NULL,
  holder_id BLOB NOT NULL,
  limb TEXT NOT NULL,
  stands INTEGER NOT NULL,
  taken_at INTEGER NOT NULL,
  taken_by BLOB,
  review_on TEXT NOT NULL,
  ended_at INTEGER,
  body_sealed BLOB,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, position_id),
  FOREIGN KEY (authority_id, joint_file_id) REFERENCES joint_file (authority_id, joint_file_id)
) STRICT;
CREATE INDEX assessment_position_file ON assessment_position (authority_id, joint_file_id, taken_at);

-- A party's own row of a joint action. The proposer's row holds the text; the receiver's row points at its received item.
CREATE TABLE joint_action (
  authority_id BLOB NOT NULL,
  joint_action_id BLOB NOT NULL,
  joint_file_id BLOB NOT NULL,
  action_ref BLOB NOT NULL,
  is_own INTEGER NOT NULL,
  received_item_id BLOB,
  release_id BLOB,
  text_version INTEGER NOT NULL,
  own_status TEXT NOT NULL,
  peer_answer TEXT NOT NULL,
  peer_status TEXT,
  responsible_id BLOB,
  due_on TEXT,
  follow_up_on TEXT,
  body_sealed BLOB,
  created_at INTEGER NOT NULL,
  created_by BLOB,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, joint_action_id),
  UNIQUE (authority_id, action_ref),
  FOREIGN KEY (authority_id, joint_file_id) REFERENCES joint_file (authority_id, joint_file_id)
) STRICT;
CREATE INDEX joint_action_file ON joint_action (authority_id, joint_file_id, created_at);

-- What happened with an action on the own side, and what the other side let us know.
CREATE TABLE joint_action_event (
  authority_id BLOB NOT NULL,
  event_id BLOB NOT NULL,
  joint_action_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  is_own INTEGER NOT NULL,
  text_version INTEGER NOT NULL,
  value TEXT,
  at INTEGER NOT NULL,
  by_user BLOB,
  note_sealed BLOB,
  PRIMARY KEY (authority_id, event_id),
  FOREIGN KEY (authority_id, joint_action_id) REFERENCES joint_action (authority_id, joint_action_id)
) STRICT;
CREATE INDEX joint_action_event_action ON joint_action_event (authority_id, joint_action_id, at);

CREATE TABLE info_request (
  authority_id BLOB NOT NULL,
  info_request_id BLOB NOT NULL,
  request_ref BLOB NOT NULL,
  joint_file_id BLOB,
  case_id BLOB,
  peer_id BLOB NOT NULL,
  is_own INTEGER NOT NULL,
  state TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  answer_by TEXT,
  answered_at INTEGER,
  body_sealed BLOB NOT NULL,
  answer_sealed BLOB,
  version INTEGER NOT NULL,
  PRIMARY KEY (authority_id, info_request_id),
  UNIQUE (authority_id, request_ref, is_own)
) STRICT;
CREATE INDEX info_request_joint_file ON info_request (authority_id, joint_file_id);
