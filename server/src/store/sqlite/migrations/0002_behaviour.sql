-- Flow control settings of functions; what runs, steps and queue items know of it.

ALTER TABLE functions ADD COLUMN flow TEXT NOT NULL DEFAULT '{}';

ALTER TABLE runs ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET rank = queued_at;
ALTER TABLE runs ADD COLUMN slots TEXT NOT NULL DEFAULT '[]';
ALTER TABLE runs ADD COLUMN parent_run_id TEXT;
ALTER TABLE runs ADD COLUMN parent_step_id TEXT;
ALTER TABLE runs ADD COLUMN original_run_id TEXT;
ALTER TABLE runs ADD COLUMN step_inputs TEXT;
ALTER TABLE runs ADD COLUMN finish_timeout_ms INTEGER;
ALTER TABLE runs ADD COLUMN reason TEXT;

ALTER TABLE steps ADD COLUMN detail TEXT;

ALTER TABLE queue ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
UPDATE queue SET rank = due_at;
ALTER TABLE queue ADD COLUMN lane_id TEXT;
ALTER TABLE queue ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
