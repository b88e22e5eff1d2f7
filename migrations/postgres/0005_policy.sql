-- The access policy: which one is in force, the texts of every one that was ever taken in, and who agrees to a change.

-- One row for the installation: every authority whose records live here is decided by the same policy. Outside row-level security.
CREATE TABLE policy_state (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  epoch BIGINT NOT NULL CHECK (epoch > 0),
  digest BYTEA NOT NULL,
  program TEXT NOT NULL,
  since BIGINT NOT NULL,
  candidate BYTEA,
  candidate_at BIGINT,
  checked_at BIGINT,
  checked_digest BYTEA,
  checked_what TEXT
);
SELECT samlad_outside('policy_state', 'SELECT, INSERT, UPDATE');

-- Texts by digest, so that every instance over this database can hold the policy in force. Rules and law; nothing of any person.
CREATE TABLE policy_text (
  digest BYTEA NOT NULL PRIMARY KEY,
  model TEXT NOT NULL,
  policy TEXT NOT NULL,
  vocabulary TEXT NOT NULL,
  invariants TEXT NOT NULL,
  kept_at BIGINT NOT NULL
);
SELECT samlad_outside('policy_text', 'SELECT, INSERT');

-- An administrator agrees that a candidate may take the place of the policy of an epoch.
CREATE TABLE policy_approval (
  authority_id uuid NOT NULL,
  digest BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  user_id uuid NOT NULL,
  approved_at BIGINT NOT NULL,
  PRIMARY KEY (authority_id, digest, epoch, user_id)
);
SELECT samlad_tenant('policy_approval', 'SELECT, INSERT');
