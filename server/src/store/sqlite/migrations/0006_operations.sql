-- Dead letters, schedules made at runtime, bulk jobs.

CREATE TABLE dead_letters (
  run_id TEXT NOT NULL PRIMARY KEY,
  function_id TEXT NOT NULL,
  failed_at INTEGER NOT NULL,
  error TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO dead_letters (run_id, function_id, failed_at, error)
  SELECT id, function_id, coalesce(ended_at, queued_at), coalesce(output, '{}') FROM runs WHERE status = 'Failed';

-- `target` is a function's id or an event's name.
CREATE TABLE schedules (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  cron TEXT NOT NULL,
  jitter_ms INTEGER NOT NULL,
  missed TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target TEXT NOT NULL,
  data TEXT NOT NULL,
  paused_at INTEGER,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE bulk_jobs (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  filter TEXT NOT NULL,
  reason TEXT,
  status TEXT NOT NULL,
  cursor TEXT,
  matched INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) WITHOUT ROWID;
