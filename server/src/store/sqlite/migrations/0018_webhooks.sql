-- Webhooks, and what became of their last deliveries. `token` is the secret part of the URL, `secret` what senders sign with.

CREATE TABLE webhooks (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  token TEXT NOT NULL,
  transform TEXT NOT NULL,
  scheme TEXT,
  header TEXT,
  secret TEXT,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  revoked_at INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX webhooks_token ON webhooks (token);

-- `event_ids` is JSON. `body`: the beginning of one that was refused.
CREATE TABLE webhook_deliveries (
  id TEXT NOT NULL PRIMARY KEY,
  webhook_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT,
  error TEXT,
  event_ids TEXT NOT NULL,
  content_type TEXT,
  size_bytes INTEGER NOT NULL,
  body TEXT
) WITHOUT ROWID;
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook_id, id);
