-- What a decision about a run rests on is of one version of the run: a commit refuses one that is old.
ALTER TABLE runs ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
