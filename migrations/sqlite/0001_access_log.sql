-- The access log: one Merkle log per authority (audit/FORMAT.md). Entries outlive the cases that they speak of.
-- Ids are 16-byte blobs, instants are microseconds UTC.

CREATE TABLE log_entry (
    authority_id  BLOB    NOT NULL CHECK (length(authority_id) = 16),
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    leaf_index    INTEGER          CHECK (leaf_index >= 0),      -- NULL: not in the tree yet
    at            INTEGER NOT NULL,
    instance      BLOB    NOT NULL CHECK (length(instance) = 16),
    sequence      INTEGER NOT NULL CHECK (sequence > 0),
    leaf          BLOB    NOT NULL CHECK (length(leaf) <= 4096),
    user_id       BLOB    NOT NULL CHECK (length(user_id) = 16),
    unit_id       BLOB    NOT NULL CHECK (length(unit_id) = 16),
    action        TEXT    NOT NULL,
    category      TEXT    NOT NULL,
    outcome       TEXT    NOT NULL,
    resource_kind TEXT    NOT NULL,
    resource_id   BLOB             CHECK (length(resource_id) = 16),
    case_id       BLOB             CHECK (length(case_id) = 16),
    purpose       TEXT    NOT NULL,
    basis         TEXT,
    request_id    BLOB    NOT NULL CHECK (length(request_id) = 16),
    PRIMARY KEY (authority_id, id)
) STRICT;

CREATE UNIQUE INDEX log_entry_leaf    ON log_entry (authority_id, leaf_index) WHERE leaf_index IS NOT NULL;
CREATE INDEX log_entry_waiting        ON log_entry (authority_id, at, instance, sequence) WHERE leaf_index IS NULL;
CREATE INDEX log_entry_by_time        ON log_entry (authority_id, at, id);
CREATE INDEX log_entry_by_user        ON log_entry (authority_id, user_id, at, id);
CREATE INDEX log_entry_by_case        ON log_entry (authority_id, case_id, at, id) WHERE case_id IS NOT NULL;
CREATE INDEX log_entry_by_action      ON log_entry (authority_id, action, at, id);
CREATE INDEX log_entry_by_outcome     ON log_entry (authority_id, outcome, at, id);

CREATE TABLE log_entry_subject (
    authority_id BLOB    NOT NULL,
    subject_id   BLOB    NOT NULL CHECK (length(subject_id) = 16),
    at           INTEGER NOT NULL,
    entry_id     BLOB    NOT NULL,
    PRIMARY KEY (authority_id, subject_id, at, entry_id),
    FOREIGN KEY (authority_id, entry_id) REFERENCES log_entry (authority_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX log_entry_subject_by_entry ON log_entry_subject (authority_id, entry_id);

-- What the commitments stand for, sealed under a log key; deleted when the log's own term for it ends. The leaf stays.
CREATE TABLE log_opening (
    authority_id BLOB NOT NULL,
    entry_id     BLOB NOT NULL,
    key_id       BLOB NOT NULL CHECK (length(key_id) = 16),
    sealed       BLOB NOT NULL,
    PRIMARY KEY (authority_id, entry_id),
    FOREIGN KEY (authority_id, entry_id) REFERENCES log_entry (authority_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE log_tile (
    authority_id BLOB    NOT NULL CHECK (length(authority_id) = 16),
    level        INTEGER NOT NULL CHECK (level BETWEEN 0 AND 7),
    tile_index   INTEGER NOT NULL CHECK (tile_index >= 0),
    hashes       BLOB    NOT NULL CHECK (length(hashes) % 32 = 0 AND length(hashes) BETWEEN 32 AND 8192),
    PRIMARY KEY (authority_id, level, tile_index)
) STRICT;

CREATE TABLE log_head (
    authority_id  BLOB    NOT NULL CHECK (length(authority_id) = 16) PRIMARY KEY,
    size          INTEGER NOT NULL CHECK (size >= 0),
    frontier      BLOB    NOT NULL CHECK (length(frontier) % 32 = 0),
    root          BLOB    NOT NULL CHECK (length(root) = 32),
    last_instance BLOB             CHECK (length(last_instance) = 16),
    last_sequence INTEGER,
    last_at       INTEGER,
    fence         INTEGER NOT NULL,
    pruned        INTEGER NOT NULL DEFAULT 0 CHECK (pruned % 256 = 0) -- entries below this index may be deleted
) STRICT;

CREATE TABLE log_checkpoint (
    authority_id BLOB    NOT NULL CHECK (length(authority_id) = 16) PRIMARY KEY,
    size         INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    note         TEXT    NOT NULL
) STRICT;

-- Leadership over sequencing. Unused where one writer appends; here so that both databases have the same tables.
CREATE TABLE log_leader (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL
) STRICT;

INSERT INTO log_leader (one, epoch) VALUES (1, 0);

-- Append-only. The file's owner can drop these triggers; the tree and its witnesses are what tells.
CREATE TRIGGER log_entry_never_changes BEFORE UPDATE ON log_entry
WHEN OLD.leaf_index IS NOT NULL OR NEW.leaf_index IS NULL OR NEW.leaf IS NOT OLD.leaf
    OR NEW.id IS NOT OLD.id OR NEW.authority_id IS NOT OLD.authority_id
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER log_entry_outlives_its_case BEFORE DELETE ON log_entry
WHEN OLD.leaf_index IS NULL
    OR OLD.leaf_index >= coalesce((SELECT pruned FROM log_head WHERE authority_id = OLD.authority_id), 0)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER log_head_never_shrinks BEFORE UPDATE ON log_head
WHEN NEW.size < OLD.size OR NEW.fence < OLD.fence OR NEW.pruned < OLD.pruned
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER log_head_stays BEFORE DELETE ON log_head
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- Without figures SQLite takes a period for more selective than a user or a case and reads the whole log's period. These are the proportions of
-- a log of a million entries; ANALYZE replaces them with the real ones.
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('log_entry', 'sqlite_autoindex_log_entry_1', '1000000 500000 1'),
    ('log_entry', 'log_entry_leaf', '1000000 500000 1'),
    ('log_entry', 'log_entry_waiting', '10 5 1 1 1'),
    ('log_entry', 'log_entry_by_time', '1000000 500000 2 1'),
    ('log_entry', 'log_entry_by_user', '1000000 500000 5000 1 1'),
    ('log_entry', 'log_entry_by_case', '800000 400000 400 1 1'),
    ('log_entry', 'log_entry_by_action', '1000000 500000 20000 2 1'),
    ('log_entry', 'log_entry_by_outcome', '1000000 500000 150000 2 1'),
    ('log_entry_subject', 'log_entry_subject', '1000000 500000 500 1 1'),
    ('log_entry_subject', 'log_entry_subject_by_entry', '1000000 500000 1');
