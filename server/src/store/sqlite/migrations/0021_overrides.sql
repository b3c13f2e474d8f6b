-- Limits of functions that people have set over those of the code.
CREATE TABLE limit_overrides (
  function_id TEXT NOT NULL,
  control TEXT NOT NULL,
  entry TEXT NOT NULL,
  limit_value INTEGER NOT NULL,
  period_ms INTEGER,
  burst INTEGER,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (function_id, control, entry)
) WITHOUT ROWID;
