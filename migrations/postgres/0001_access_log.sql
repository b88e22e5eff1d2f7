-- The access log: one Merkle log per authority (audit/FORMAT.md). Entries outlive the cases that they speak of.
-- Also the roles, and the helpers with which every later migration puts its tables under row-level security.
-- Ids are uuid, instants are microseconds UTC.

-- Roles belong to the whole cluster: another database of it may be creating them at this moment.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['samlad_owner', 'samlad_app', 'samlad_sequencer', 'samlad_retention', 'samlad_auditor'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
        IF NOT pg_has_role(current_user, name, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', name);
        END IF;
    END LOOP;
    -- The server's own log would repeat row contents ("Failing row contains ..."). Only a superuser may say so here; see docs/operations.md.
    BEGIN
        EXECUTE format('ALTER DATABASE %I SET log_error_verbosity = terse', current_database());
    EXCEPTION WHEN insufficient_privilege THEN
        NULL;
    END;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO samlad_owner;
GRANT USAGE ON SCHEMA public TO samlad_app, samlad_sequencer, samlad_retention, samlad_auditor;
GRANT SELECT ON _sqlx_migrations TO samlad_app;

-- Whose rows this transaction may touch. Loud: raises when no authority was set, on a fresh connection (42704) and on a reused one (22P02).
CREATE FUNCTION samlad_authority() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_setting('app.authority')::uuid;

-- Puts a business table (first column `authority_id`) under the tenant rule. `verbs` is what the application may do with it.
CREATE FUNCTION samlad_tenant(what regclass, verbs text DEFAULT 'SELECT, INSERT, UPDATE') RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', what);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', what);
    EXECUTE format('CREATE POLICY own_authority ON %s TO samlad_owner, samlad_app, samlad_retention, samlad_auditor
                    USING (authority_id = samlad_authority()) WITH CHECK (authority_id = samlad_authority())', what);
    EXECUTE format('GRANT %s ON %s TO samlad_app', verbs, what);
    EXECUTE format('GRANT SELECT, DELETE ON %s TO samlad_retention', what);
    EXECUTE format('ALTER TABLE %s OWNER TO samlad_owner', what);
END
$$;

-- Puts a delivery table (`from_authority`, `to_authority`) under the rule "push is possible, pull is not": the sender inserts and cannot
-- read it back, the recipient reads, marks and removes. An INSERT by the sender must not say RETURNING.
CREATE FUNCTION samlad_delivery(what regclass) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', what);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', what);
    EXECUTE format('CREATE POLICY sender_pushes ON %s FOR INSERT TO samlad_owner, samlad_app WITH CHECK (from_authority = samlad_authority())', what);
    EXECUTE format('CREATE POLICY recipient_reads ON %s FOR SELECT TO samlad_owner, samlad_app, samlad_retention USING (to_authority = samlad_authority())', what);
    EXECUTE format('CREATE POLICY recipient_marks ON %s FOR UPDATE TO samlad_owner, samlad_app
                    USING (to_authority = samlad_authority()) WITH CHECK (to_authority = samlad_authority())', what);
    EXECUTE format('CREATE POLICY recipient_removes ON %s FOR DELETE TO samlad_owner, samlad_app, samlad_retention USING (to_authority = samlad_authority())', what);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO samlad_app', what);
    EXECUTE format('GRANT SELECT, DELETE ON %s TO samlad_retention', what);
    EXECUTE format('ALTER TABLE %s OWNER TO samlad_owner', what);
END
$$;

-- A table without row-level security. It also stands in `store::rls::OUTSIDE` with the reason; a test compares.
CREATE FUNCTION samlad_outside(what regclass, verbs text DEFAULT 'SELECT, INSERT, UPDATE, DELETE') RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT %s ON %s TO samlad_app', verbs, what);
    EXECUTE format('ALTER TABLE %s OWNER TO samlad_owner', what);
END
$$;

REVOKE EXECUTE ON FUNCTION samlad_tenant(regclass, text), samlad_delivery(regclass), samlad_outside(regclass, text) FROM PUBLIC;

CREATE TABLE log_entry (
    authority_id  uuid   NOT NULL,
    id            uuid   NOT NULL,
    leaf_index    bigint          CHECK (leaf_index >= 0),      -- NULL: in the outbox, not in the tree yet
    at            bigint NOT NULL,
    instance      uuid   NOT NULL,
    sequence      bigint NOT NULL CHECK (sequence > 0),
    leaf          bytea  NOT NULL CHECK (length(leaf) <= 4096),
    user_id       uuid   NOT NULL,
    unit_id       uuid   NOT NULL,
    action        text   NOT NULL,
    category      text   NOT NULL,
    outcome       text   NOT NULL,
    resource_kind text   NOT NULL,
    resource_id   uuid,
    case_id       uuid,
    purpose       text   NOT NULL,
    basis         text,
    request_id    uuid   NOT NULL,
    PRIMARY KEY (authority_id, id)
);

CREATE UNIQUE INDEX log_entry_leaf    ON log_entry (authority_id, leaf_index) WHERE leaf_index IS NOT NULL;
CREATE INDEX log_entry_waiting        ON log_entry (authority_id, at, instance, sequence) WHERE leaf_index IS NULL;
CREATE INDEX log_entry_by_time        ON log_entry (authority_id, at, id);
CREATE INDEX log_entry_by_user        ON log_entry (authority_id, user_id, at, id);
CREATE INDEX log_entry_by_case        ON log_entry (authority_id, case_id, at, id) WHERE case_id IS NOT NULL;
CREATE INDEX log_entry_by_action      ON log_entry (authority_id, action, at, id);
CREATE INDEX log_entry_by_outcome     ON log_entry (authority_id, outcome, at, id);

CREATE TABLE log_entry_subject (
    authority_id uuid   NOT NULL,
    subject_id   uuid   NOT NULL,
    at           bigint NOT NULL,
    entry_id     uuid   NOT NULL,
    PRIMARY KEY (authority_id, subject_id, at, entry_id),
    FOREIGN KEY (authority_id, entry_id) REFERENCES log_entry (authority_id, id) ON DELETE CASCADE
);

CREATE INDEX log_entry_subject_by_entry ON log_entry_subject (authority_id, entry_id);

-- What the commitments stand for, sealed under a log key; deleted when the log's own term for it ends. The leaf stays.
CREATE TABLE log_opening (
    authority_id uuid  NOT NULL,
    entry_id     uuid  NOT NULL,
    key_id       uuid  NOT NULL,
    sealed       bytea NOT NULL,
    PRIMARY KEY (authority_id, entry_id),
    FOREIGN KEY (authority_id, entry_id) REFERENCES log_entry (authority_id, id) ON DELETE CASCADE
);

CREATE TABLE log_tile (
    authority_id uuid   NOT NULL,
    level        bigint NOT NULL CHECK (level BETWEEN 0 AND 7),
    tile_index   bigint NOT NULL CHECK (tile_index >= 0),
    hashes       bytea  NOT NULL CHECK (length(hashes) % 32 = 0 AND length(hashes) BETWEEN 32 AND 8192),
    PRIMARY KEY (authority_id, level, tile_index)
);

CREATE TABLE log_head (
    authority_id  uuid   NOT NULL PRIMARY KEY,
    size          bigint NOT NULL CHECK (size >= 0),
    frontier      bytea  NOT NULL CHECK (length(frontier) % 32 = 0),
    root          bytea  NOT NULL CHECK (length(root) = 32),
    last_instance uuid,
    last_sequence bigint,
    last_at       bigint,
    fence         bigint NOT NULL,
    pruned        bigint NOT NULL DEFAULT 0 CHECK (pruned % 256 = 0) -- entries below this index may be deleted
);

CREATE TABLE log_checkpoint (
    authority_id uuid   NOT NULL PRIMARY KEY,
    size         bigint NOT NULL,
    at           bigint NOT NULL,
    note         text   NOT NULL
);

-- Leadership over sequencing: each leader takes a higher epoch, and a head never follows a lower one.
CREATE TABLE log_leader (
    one   bigint NOT NULL PRIMARY KEY CHECK (one = 1),
    epoch bigint NOT NULL
);

INSERT INTO log_leader (one, epoch) VALUES (1, 0);

-- The application writes entries into the outbox and reads; it never changes or deletes them. The sequencer gives leaf indexes and moves
-- the tree. Retention deletes openings, and pruned entries. Auditors read.
SELECT samlad_tenant('log_entry', 'SELECT, INSERT');
SELECT samlad_tenant('log_entry_subject', 'SELECT, INSERT');
SELECT samlad_tenant('log_opening', 'SELECT, INSERT');
SELECT samlad_tenant('log_tile', 'SELECT');
SELECT samlad_tenant('log_head', 'SELECT');
SELECT samlad_tenant('log_checkpoint', 'SELECT');
SELECT samlad_outside('log_leader', 'SELECT');

REVOKE DELETE ON log_tile, log_head, log_checkpoint FROM samlad_retention;
GRANT SELECT ON log_entry, log_entry_subject, log_opening, log_tile, log_head, log_checkpoint TO samlad_auditor;

CREATE POLICY every_log ON log_entry TO samlad_sequencer USING (true) WITH CHECK (true);
CREATE POLICY every_log ON log_tile TO samlad_sequencer USING (true) WITH CHECK (true);
CREATE POLICY every_log ON log_head TO samlad_sequencer USING (true) WITH CHECK (true);
CREATE POLICY every_log ON log_checkpoint TO samlad_sequencer USING (true) WITH CHECK (true);
GRANT SELECT (authority_id, id, leaf_index, at, instance, sequence, leaf), UPDATE (leaf_index) ON log_entry TO samlad_sequencer;
GRANT SELECT, INSERT, UPDATE ON log_tile, log_head, log_checkpoint TO samlad_sequencer;
GRANT SELECT, UPDATE ON log_leader TO samlad_sequencer;

-- Retention may delete only what lies below the pruned index, and only whole openings above it.
CREATE POLICY only_pruned ON log_entry AS RESTRICTIVE FOR DELETE TO samlad_retention
    USING (leaf_index < (SELECT pruned FROM log_head WHERE log_head.authority_id = log_entry.authority_id));
