-- Rules, channels and alerts. `content` is JSON; that of a channel holds its secrets.
CREATE TABLE alert_rules (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  content TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX alert_rules_name ON alert_rules (name);

CREATE TABLE alert_channels (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  content TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX alert_channels_name ON alert_channels (name);

-- One goes on at a time for each subject of a rule. `due_at`: when something of it is to be sent.
CREATE TABLE alerts (
  id TEXT NOT NULL PRIMARY KEY,
  rule_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  ended_at INTEGER,
  due_at INTEGER,
  version INTEGER NOT NULL,
  content TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX alerts_open ON alerts (rule_id, subject) WHERE ended_at IS NULL;
CREATE INDEX alerts_rule ON alerts (rule_id, id);
CREATE INDEX alerts_due ON alerts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX alerts_ended ON alerts (ended_at) WHERE ended_at IS NOT NULL;

-- Whose app cannot be reached.
CREATE INDEX queue_unreachable ON queue (function_id) WHERE unreachable IS NOT NULL;
