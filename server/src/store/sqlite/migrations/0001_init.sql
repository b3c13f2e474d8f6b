-- Times are milliseconds since 1970. Flags are 0 or 1. Lists and objects are JSON text.

CREATE TABLE events (
  internal_id TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  data TEXT NOT NULL,
  ts INTEGER NOT NULL,
  v TEXT,
  received_at INTEGER NOT NULL
);
CREATE INDEX events_name ON events (name, internal_id);

CREATE TABLE runs (
  id TEXT NOT NULL PRIMARY KEY,
  function_id TEXT NOT NULL,
  status TEXT NOT NULL,
  event_ids TEXT NOT NULL,
  idempotency_key TEXT,
  cron TEXT,
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  output TEXT,
  request_version INTEGER NOT NULL,
  force_plan INTEGER NOT NULL,
  step_count INTEGER NOT NULL,
  pending_count INTEGER NOT NULL,
  state_bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX runs_function ON runs (function_id, id);
CREATE INDEX runs_status ON runs (status, id);
CREATE INDEX runs_idempotency ON runs (idempotency_key, queued_at) WHERE idempotency_key IS NOT NULL;

CREATE TABLE run_events (
  event_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY (event_id, run_id)
) WITHOUT ROWID;

-- `sequence` counts the steps of a run as they became known; `position` as they ended.
CREATE TABLE steps (
  run_id TEXT NOT NULL,
  id TEXT NOT NULL,
  display_name TEXT NOT NULL,
  op TEXT NOT NULL,
  status TEXT NOT NULL,
  memo TEXT,
  position INTEGER,
  sequence INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  wakes_at INTEGER,
  PRIMARY KEY (run_id, id)
) WITHOUT ROWID;

CREATE TABLE attempts (
  number INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  step_id TEXT,
  display_name TEXT,
  attempt INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  error TEXT NOT NULL,
  retry_at INTEGER
);
CREATE INDEX attempts_run ON attempts (run_id);

-- `leased_until` is null for a free item.
CREATE TABLE queue (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  function_id TEXT NOT NULL,
  run_id TEXT,
  step_id TEXT,
  attempt INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  fence INTEGER NOT NULL DEFAULT 0,
  leased_until INTEGER,
  payload TEXT
) WITHOUT ROWID;
CREATE INDEX queue_free ON queue (due_at, id) WHERE leased_until IS NULL;
CREATE INDEX queue_leased ON queue (leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX queue_run ON queue (run_id, due_at) WHERE run_id IS NOT NULL;
CREATE INDEX queue_crons ON queue (function_id) WHERE kind = 'cron';

CREATE TABLE apps (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  sdk TEXT NOT NULL,
  framework TEXT NOT NULL,
  app_version TEXT,
  checksum TEXT NOT NULL,
  synced_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE functions (
  id TEXT NOT NULL PRIMARY KEY,
  app_id TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  triggers TEXT NOT NULL,
  url TEXT NOT NULL,
  retries INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  archived_at INTEGER
) WITHOUT ROWID;
CREATE INDEX functions_app ON functions (app_id);
