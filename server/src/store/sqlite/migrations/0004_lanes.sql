-- Whose turn it is. `queue.ready` is 1 for an item of a lane whose time has come.
-- `lanes.state`: 0 nothing to do, 1 its turn comes, 2 a slot is full, 3 its throttle holds it, 4 paused.
-- A lane without limits has the id of its function and no spec. `vtime` counts turns; the lowest goes first.

ALTER TABLE queue ADD COLUMN ready INTEGER NOT NULL DEFAULT 0;
UPDATE queue SET lane_id = function_id WHERE lane_id IS NULL AND kind IN ('start', 'discover', 'step', 'request');

DROP INDEX queue_free;
CREATE INDEX queue_free ON queue (due_at, id) WHERE leased_until IS NULL AND lane_id IS NULL;
CREATE INDEX queue_later ON queue (due_at, id) WHERE leased_until IS NULL AND ready = 0 AND lane_id IS NOT NULL;
CREATE INDEX queue_ready ON queue (lane_id, rank, id) WHERE leased_until IS NULL AND ready = 1;
CREATE INDEX queue_limited ON queue (lane_id) WHERE lane_id <> function_id;

CREATE TABLE lanes (
  id TEXT NOT NULL PRIMARY KEY,
  function_id TEXT NOT NULL,
  spec TEXT,
  state INTEGER NOT NULL,
  vtime INTEGER NOT NULL,
  blocked_on TEXT,
  blocked_limit INTEGER,
  not_before INTEGER
) WITHOUT ROWID;
CREATE INDEX lanes_turn ON lanes (vtime, id) WHERE state = 1;
CREATE INDEX lanes_blocked ON lanes (blocked_on, vtime, id) WHERE state = 2;
CREATE INDEX lanes_throttled ON lanes (not_before) WHERE state = 3;
CREATE INDEX lanes_idle ON lanes (vtime) WHERE state = 0;
CREATE INDEX lanes_function ON lanes (function_id);

-- How many are taken of a limit. A key that is not there has none.
CREATE TABLE slots (
  key TEXT NOT NULL PRIMARY KEY,
  used INTEGER NOT NULL
) WITHOUT ROWID;

-- Those that a run holds until it ends; the others are held by leased items.
CREATE TABLE run_slots (
  run_id TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
CREATE INDEX run_slots_key ON run_slots (key);

-- `tat`: when the next one may begin if all keep their distance, milliseconds since 1970.
CREATE TABLE throttles (
  key TEXT NOT NULL PRIMARY KEY,
  tat REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX throttles_tat ON throttles (tat);

CREATE TABLE pauses (
  scope TEXT NOT NULL,
  target_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  arriving TEXT NOT NULL,
  PRIMARY KEY (scope, target_id)
) WITHOUT ROWID;
