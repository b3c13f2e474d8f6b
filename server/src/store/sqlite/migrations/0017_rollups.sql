-- The figures of a function or an app in one minute, hour or day, and of all its time. `at` begins the bucket, `figures` is JSON.
CREATE TABLE rollups (
  unit TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  figures TEXT NOT NULL,
  PRIMARY KEY (unit, at, kind, id)
) WITHOUT ROWID;

-- The last batch of each engine that has been added, so that one that comes twice counts once.
CREATE TABLE rollup_writers (
  writer TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX rollup_writers_seen ON rollup_writers (seen_at);
