-- The delegation list (delegationsordning): who decides on which legal basis in the authority's name. A line is for a role or for one user, and says where
-- in the authority's own decision it stands.
CREATE TABLE delegation (
  authority_id BLOB NOT NULL,
  delegation_id BLOB NOT NULL,
  basis_code TEXT NOT NULL,
  role TEXT,
  user_id BLOB,
  point TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_until TEXT,
  entered_at INTEGER NOT NULL,
  entered_by BLOB,
  PRIMARY KEY (authority_id, delegation_id),
  CHECK ((role IS NULL) <> (user_id IS NULL))
) STRICT;
CREATE INDEX delegation_basis ON delegation (authority_id, basis_code);
