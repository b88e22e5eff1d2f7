-- The access policy: which one is in force, the texts of every one that was ever taken in, and who agrees to a change.

-- One row for the installation: every authority whose records live here is decided by the same policy. Outside row-level security.
CREATE TABLE policy_state (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  digest BLOB NOT NULL,
  program TEXT NOT NULL,
  since INTEGER NOT NULL,
  candidate BLOB,
  candidate_at INTEGER,
  checked_at INTEGER,
  checked_digest BLOB,
  checked_what TEXT
) STRICT;

-- Texts by digest, so that every instance over this database can hold the policy in force. Rules and law; nothing of any person.
CREATE TABLE policy_text (
  digest BLOB NOT NULL PRIMARY KEY,
  model TEXT NOT NULL,
  policy TEXT NOT NULL,
  vocabulary TEXT NOT NULL,
  invariants TEXT NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT;

-- An administrator agrees that a candidate may take the place of the policy of an epoch.
CREATE TABLE policy_approval (
  authority_id BLOB NOT NULL,
  digest BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  user_id BLOB NOT NULL,
  approved_at INTEGER NOT NULL,
  PRIMARY KEY (authority_id, digest, epoch, user_id)
) STRICT;
