-- The figures of a function or an app in one minute, hour or day, and of all its time. `at` begins the bucket, `figures` is JSON.
CREATE TABLE stepwell.rollups (
  ns text COLLATE "C" NOT NULL,
  unit text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  figures text NOT NULL,
  PRIMARY KEY (ns, unit, at, kind, id)
);

-- The last batch of each engine that has been added, so that one that comes twice counts once.
CREATE TABLE stepwell.rollup_writers (
  ns text COLLATE "C" NOT NULL,
  writer text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  seen_at bigint NOT NULL,
  PRIMARY KEY (ns, writer)
);
CREATE INDEX rollup_writers_seen ON stepwell.rollup_writers (ns, seen_at);
