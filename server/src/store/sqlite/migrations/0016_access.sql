-- Who may use the engine, and who did what. Keys, passwords and cookies stand here as hashes only.

CREATE TABLE access_keys (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT,
  hash TEXT NOT NULL,
  previous_hash TEXT,
  previous_until INTEGER,
  hint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  revoked_at INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX access_keys_hash ON access_keys (hash);
CREATE INDEX access_keys_previous ON access_keys (previous_hash) WHERE previous_hash IS NOT NULL;

CREATE TABLE access_users (
  name TEXT NOT NULL PRIMARY KEY,
  role TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  password_changed_at INTEGER NOT NULL,
  signed_in_at INTEGER
) WITHOUT ROWID;

-- `hash`: of what the cookie holds. `subject`: the user's name, the key's id, or a fingerprint of the signing key.
CREATE TABLE access_sessions (
  hash TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  address TEXT
) WITHOUT ROWID;
CREATE INDEX access_sessions_subject ON access_sessions (kind, subject);
CREATE INDEX access_sessions_end ON access_sessions (expires_at);

-- `detail` is JSON.
CREATE TABLE access_audit (
  id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT,
  detail TEXT,
  address TEXT,
  request_id TEXT NOT NULL,
  outcome TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX access_audit_who ON access_audit (who, id);
CREATE INDEX access_audit_action ON access_audit (action, id);
CREATE INDEX access_audit_target ON access_audit (target, id) WHERE target IS NOT NULL;
