-- What is pruned is logged first: the place below which entries may be deleted moves only to one that an entry of the log itself names.
CREATE TRIGGER log_pruned_as_logged BEFORE UPDATE OF pruned ON log_head
WHEN NEW.pruned > NEW.size OR NOT EXISTS (
    SELECT 1 FROM log_entry
    WHERE authority_id = NEW.authority_id AND action = 'log.prune' AND outcome = 'allow' AND leaf_index >= NEW.pruned
        AND json_extract(CAST(leaf AS TEXT), '$.res.version') = NEW.pruned)
BEGIN SELECT RAISE(ABORT, 'what is pruned is logged first'); END;
