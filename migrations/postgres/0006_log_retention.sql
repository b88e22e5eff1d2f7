-- What is pruned is logged first: the place below which entries may be deleted moves only to one that an entry of the log itself names, and only
-- retention moves it.
CREATE FUNCTION samlad_pruned_as_logged() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.pruned < OLD.pruned OR NEW.pruned > NEW.size OR NOT EXISTS (
        SELECT 1 FROM log_entry
        WHERE authority_id = NEW.authority_id AND action = 'log.prune' AND outcome = 'allow' AND leaf_index >= NEW.pruned
            AND convert_from(leaf, 'UTF8')::jsonb #>> '{res,version}' = NEW.pruned::text)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'what is pruned is logged first';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER log_pruned_as_logged BEFORE UPDATE OF pruned ON log_head
    FOR EACH ROW EXECUTE FUNCTION samlad_pruned_as_logged();

REVOKE UPDATE ON log_head FROM samlad_sequencer;
GRANT UPDATE (size, frontier, root, last_instance, last_sequence, last_at, fence) ON log_head TO samlad_sequencer;
GRANT UPDATE (pruned) ON log_head TO samlad_retention;
