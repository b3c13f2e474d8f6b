-- Steps of a race that are under way do not keep their run waiting: they are counted by themselves too.
ALTER TABLE steps ADD COLUMN race INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN racing_count INTEGER NOT NULL DEFAULT 0;
