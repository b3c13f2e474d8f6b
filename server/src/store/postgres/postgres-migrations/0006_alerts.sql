-- Rules, channels and alerts. `content` is JSON; that of a channel holds its secrets.
CREATE TABLE stepwell.alert_rules (
  ns text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  content text NOT NULL,
  PRIMARY KEY (ns, id)
);
CREATE UNIQUE INDEX alert_rules_name ON stepwell.alert_rules (ns, name);

CREATE TABLE stepwell.alert_channels (
  ns text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  content text NOT NULL,
  PRIMARY KEY (ns, id)
);
CREATE UNIQUE INDEX alert_channels_name ON stepwell.alert_channels (ns, name);

-- One goes on at a time for each subject of a rule. `due_at`: when something of it is to be sent.
CREATE TABLE stepwell.alerts (
  ns text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  rule_id text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  ended_at bigint,
  due_at bigint,
  version bigint NOT NULL,
  content text NOT NULL,
  PRIMARY KEY (ns, id)
);
CREATE UNIQUE INDEX alerts_open ON stepwell.alerts (ns, rule_id, subject) WHERE ended_at IS NULL;
CREATE INDEX alerts_rule ON stepwell.alerts (ns, rule_id, id);
CREATE INDEX alerts_due ON stepwell.alerts (ns, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX alerts_ended ON stepwell.alerts (ns, ended_at) WHERE ended_at IS NOT NULL;

-- Whose app cannot be reached.
CREATE INDEX queue_unreachable ON stepwell.queue (ns, function_id) WHERE unreachable IS NOT NULL;
