-- A draft of a release whose basis its author may not decide on: it waits for the lead.
ALTER TABLE release_draft ADD COLUMN awaits_lead INTEGER NOT NULL DEFAULT 0;
