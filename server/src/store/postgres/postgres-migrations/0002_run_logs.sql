-- What functions wrote with their loggers. `number` counts the lines of a run, `fields` is JSON.
CREATE TABLE stepwell.run_logs (
  ns text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  at bigint NOT NULL,
  level text NOT NULL,
  content text NOT NULL,
  fields text,
  step_id text COLLATE "C",
  step_name text,
  attempt integer NOT NULL,
  PRIMARY KEY (ns, run_id, number)
);

-- How many lines there are, the bytes that they take, and how many lines there was no room for.
ALTER TABLE stepwell.runs ADD COLUMN log_lines integer NOT NULL DEFAULT 0;
ALTER TABLE stepwell.runs ADD COLUMN log_bytes bigint NOT NULL DEFAULT 0;
ALTER TABLE stepwell.runs ADD COLUMN logs_left_out bigint NOT NULL DEFAULT 0;
