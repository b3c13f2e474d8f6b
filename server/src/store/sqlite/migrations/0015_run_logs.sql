-- What functions wrote with their loggers. `number` counts the lines of a run; `fields` is JSON.

CREATE TABLE run_logs (
  run_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  level TEXT NOT NULL,
  content TEXT NOT NULL,
  fields TEXT,
  step_id TEXT,
  step_name TEXT,
  attempt INTEGER NOT NULL,
  PRIMARY KEY (run_id, number)
) WITHOUT ROWID;

-- How many lines there are, the bytes that they take, and how many lines there was no room for.
ALTER TABLE runs ADD COLUMN log_lines INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN log_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN logs_left_out INTEGER NOT NULL DEFAULT 0;
