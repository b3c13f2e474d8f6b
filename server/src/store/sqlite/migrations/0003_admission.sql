-- What admission remembers between events: rate limits, debounces, batches, singletons.

-- `hits` counts the starts under a key; `tat` is the next allowed time of the spread-out kind, in milliseconds with a
-- fraction. After `expires_at` the row says nothing any more.
CREATE TABLE rate_limits (
  key TEXT NOT NULL PRIMARY KEY,
  hits INTEGER NOT NULL,
  tat REAL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX rate_limits_expiry ON rate_limits (expires_at);

-- One row for each start that may still count, numbered from 0.
CREATE TABLE rate_limit_hits (
  key TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (key, number)
) WITHOUT ROWID;

-- `item_due_at` may lie before `due_at`: the item looks, and goes back to sleep.
CREATE TABLE debounces (
  key TEXT NOT NULL PRIMARY KEY,
  function_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  event_ts INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  item_due_at INTEGER NOT NULL
) WITHOUT ROWID;

-- `key` is null once the batch takes no more events.
CREATE TABLE batches (
  id TEXT NOT NULL PRIMARY KEY,
  key TEXT,
  function_id TEXT NOT NULL,
  count INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX batches_open ON batches (key) WHERE key IS NOT NULL;

CREATE TABLE batch_events (
  batch_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  PRIMARY KEY (batch_id, number)
) WITHOUT ROWID;

ALTER TABLE runs ADD COLUMN singleton_key TEXT;
CREATE INDEX runs_singleton ON runs (singleton_key) WHERE singleton_key IS NOT NULL AND ended_at IS NULL;
