-- Why an event did not start a function, for people: a limit or a key refused it. Goes with its event.
CREATE TABLE refusals (
  event_id TEXT NOT NULL,
  function_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (event_id, function_id)
) WITHOUT ROWID;

-- A sender's own id makes two events one.
CREATE INDEX events_id ON events (id, received_at) WHERE id <> internal_id;
