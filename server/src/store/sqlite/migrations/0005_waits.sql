-- What runs wait for. `number` grows with every wait and is never used again: it says which came before an event.

CREATE TABLE waits (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  run_id TEXT NOT NULL,
  function_id TEXT NOT NULL,
  step_id TEXT,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  value TEXT NOT NULL,
  condition TEXT,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX waits_match ON waits (name, path, value, number) WHERE kind IN ('event', 'cancel');
CREATE INDEX waits_signal ON waits (name) WHERE kind = 'signal';
CREATE INDEX waits_run ON waits (run_id);

CREATE INDEX events_received ON events (name, received_at);

ALTER TABLE runs ADD COLUMN checkpointed INTEGER NOT NULL DEFAULT 0;
