-- A draft of a release whose basis its author may not decide on: it waits for the lead.
ALTER TABLE release_draft ADD COLUMN awaits_lead BOOLEAN NOT NULL DEFAULT FALSE;
