-- Who may use the engine, and who did what. Keys, passwords and cookies stand here as hashes only.
CREATE TABLE stepwell.access_keys (
  ns text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  role text,
  hash text COLLATE "C" NOT NULL,
  previous_hash text COLLATE "C",
  previous_until bigint,
  hint text NOT NULL,
  created_at bigint NOT NULL,
  created_by text NOT NULL,
  expires_at bigint,
  last_used_at bigint,
  revoked_at bigint,
  PRIMARY KEY (ns, id)
);
CREATE UNIQUE INDEX access_keys_hash ON stepwell.access_keys (ns, hash);
CREATE INDEX access_keys_previous ON stepwell.access_keys (ns, previous_hash) WHERE previous_hash IS NOT NULL;

CREATE TABLE stepwell.access_users (
  ns text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  role text NOT NULL,
  password_hash text NOT NULL,
  created_at bigint NOT NULL,
  created_by text NOT NULL,
  password_changed_at bigint NOT NULL,
  signed_in_at bigint,
  PRIMARY KEY (ns, name)
);

-- `hash`: of what the cookie holds. `subject`: the user's name, the key's id, or a fingerprint of the signing key.
CREATE TABLE stepwell.access_sessions (
  ns text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  address text,
  PRIMARY KEY (ns, hash)
);
CREATE INDEX access_sessions_subject ON stepwell.access_sessions (ns, kind, subject);
CREATE INDEX access_sessions_end ON stepwell.access_sessions (ns, expires_at);

-- `detail` is JSON.
CREATE TABLE stepwell.access_audit (
  ns text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  kind text NOT NULL,
  who text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL,
  target text COLLATE "C",
  detail text,
  address text,
  request_id text NOT NULL,
  outcome text NOT NULL,
  PRIMARY KEY (ns, id)
);
CREATE INDEX access_audit_who ON stepwell.access_audit (ns, who, id);
CREATE INDEX access_audit_action ON stepwell.access_audit (ns, action, id);
CREATE INDEX access_audit_target ON stepwell.access_audit (ns, target, id) WHERE target IS NOT NULL;
