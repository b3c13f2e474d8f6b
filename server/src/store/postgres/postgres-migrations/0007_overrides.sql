-- Limits of functions that people have set over those of the code.
CREATE TABLE stepwell.limit_overrides (
  ns text COLLATE "C" NOT NULL,
  function_id text COLLATE "C" NOT NULL,
  control text COLLATE "C" NOT NULL,
  entry text COLLATE "C" NOT NULL,
  limit_value bigint NOT NULL,
  period_ms bigint,
  burst bigint,
  reason text NOT NULL,
  author text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (ns, function_id, control, entry)
);
