-- Webhooks, and what became of their last deliveries. `token` is the secret part of the URL, `secret` what senders sign with.
CREATE TABLE stepwell.webhooks (
  ns text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  token text COLLATE "C" NOT NULL,
  transform text NOT NULL,
  scheme text,
  header text,
  secret text,
  created_at bigint NOT NULL,
  created_by text NOT NULL,
  changed_at bigint NOT NULL,
  revoked_at bigint,
  PRIMARY KEY (ns, id)
);
CREATE UNIQUE INDEX webhooks_token ON stepwell.webhooks (ns, token);

-- `event_ids` is JSON. `body`: the beginning of one that was refused.
CREATE TABLE stepwell.webhook_deliveries (
  ns text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  outcome text NOT NULL,
  code text,
  error text,
  event_ids text NOT NULL,
  content_type text,
  size_bytes bigint NOT NULL,
  body text,
  PRIMARY KEY (ns, id)
);
CREATE INDEX webhook_deliveries_of ON stepwell.webhook_deliveries (ns, webhook_id, id);
