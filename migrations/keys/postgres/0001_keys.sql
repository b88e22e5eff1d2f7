-- The key store: wrapped keys only, in a schema or database of its own, because destroying a key must be final.
-- Every key row carries a MAC, checked before use: whoever writes to these tables cannot plant a key.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['samlad_owner', 'samlad_app'] LOOP
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
END
$$;

GRANT USAGE, CREATE ON SCHEMA samlad_keys TO samlad_owner;
GRANT USAGE ON SCHEMA samlad_keys TO samlad_app;
GRANT SELECT ON samlad_keys._sqlx_migrations TO samlad_app;

CREATE TABLE samlad_keys.authority_key (
    authority_id uuid   NOT NULL,
    generation   bigint NOT NULL CHECK (generation > 0),
    wrap_format  bigint NOT NULL,
    wrapped      bytea  NOT NULL,
    mac          bytea  NOT NULL,
    created_at   bigint NOT NULL,
    PRIMARY KEY (authority_id, generation)
);

CREATE TABLE samlad_keys.data_key (
    authority_id uuid   NOT NULL,
    id           uuid   NOT NULL,
    subject_kind text   NOT NULL,
    subject_id   uuid   NOT NULL,                                   -- all zero: the authority itself
    subject_year bigint NOT NULL,                                   -- 0: not bound to a year
    generation   bigint NOT NULL CHECK (generation > 0),
    wrap_format  bigint NOT NULL,
    wrapped      bytea,                                             -- NULL: destroyed, never to come back
    mac          bytea,
    created_at   bigint NOT NULL,
    destroyed_at bigint,
    PRIMARY KEY (authority_id, id),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL) AND (wrapped IS NULL) = (mac IS NULL))
);

-- Destroyed keys included: a destroyed generation is never made anew.
CREATE UNIQUE INDEX data_key_by_subject ON samlad_keys.data_key
    (authority_id, subject_kind, subject_id, subject_year, generation);

CREATE FUNCTION samlad_keys.stays_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a destroyed key stays destroyed';
END
$$;

CREATE TRIGGER data_key_stays_destroyed BEFORE UPDATE ON samlad_keys.data_key
    FOR EACH ROW WHEN (OLD.destroyed_at IS NOT NULL) EXECUTE FUNCTION samlad_keys.stays_destroyed();

DO $$
DECLARE
    what regclass;
BEGIN
    FOREACH what IN ARRAY ARRAY['samlad_keys.authority_key', 'samlad_keys.data_key']::regclass[] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', what);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', what);
        EXECUTE format('CREATE POLICY own_authority ON %s TO samlad_owner, samlad_app
                        USING (authority_id = current_setting(''app.authority'')::uuid)
                        WITH CHECK (authority_id = current_setting(''app.authority'')::uuid)', what);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO samlad_app', what);
        EXECUTE format('ALTER TABLE %s OWNER TO samlad_owner', what);
    END LOOP;
END
$$;
