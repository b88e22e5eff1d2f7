-- The key store: wrapped keys only, in a file of its own with backups of its own, because destroying a key must be final.
-- Every key row carries a MAC, checked before use: whoever writes to this file cannot plant a key.

CREATE TABLE authority_key (
    authority_id BLOB    NOT NULL CHECK (length(authority_id) = 16),
    generation   INTEGER NOT NULL CHECK (generation > 0),
    wrap_format  INTEGER NOT NULL,
    wrapped      BLOB    NOT NULL,
    mac          BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (authority_id, generation)
) STRICT;

CREATE TABLE data_key (
    authority_id BLOB    NOT NULL CHECK (length(authority_id) = 16),
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    subject_kind TEXT    NOT NULL,
    subject_id   BLOB    NOT NULL CHECK (length(subject_id) = 16), -- all zero: the authority itself
    subject_year INTEGER NOT NULL,                                 -- 0: not bound to a year
    generation   INTEGER NOT NULL CHECK (generation > 0),
    wrap_format  INTEGER NOT NULL,
    wrapped      BLOB,                                             -- NULL: destroyed, never to come back
    mac          BLOB,
    created_at   INTEGER NOT NULL,
    destroyed_at INTEGER,
    PRIMARY KEY (authority_id, id),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL) AND (wrapped IS NULL) = (mac IS NULL))
) STRICT;

-- Destroyed keys included: a destroyed generation is never made anew.
CREATE UNIQUE INDEX data_key_by_subject ON data_key (authority_id, subject_kind, subject_id, subject_year, generation);

CREATE TRIGGER data_key_stays_destroyed BEFORE UPDATE ON data_key
WHEN OLD.destroyed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a destroyed key stays destroyed'); END;
