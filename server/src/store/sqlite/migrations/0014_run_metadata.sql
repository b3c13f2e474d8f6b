-- What apps say about runs and steps. `step_id` is empty for the run, `attempt` -1 for all attempts; rows stand as they first came.

CREATE TABLE run_metadata (
  number INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL
);
CREATE UNIQUE INDEX run_metadata_entry ON run_metadata (run_id, step_id, attempt, kind);

-- Bytes of all its entries.
ALTER TABLE runs ADD COLUMN metadata_bytes INTEGER NOT NULL DEFAULT 0;
