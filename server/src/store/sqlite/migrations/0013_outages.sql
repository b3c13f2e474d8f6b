-- What a queue item went through since its app answered it last.
-- `suspicion`: how often the app went away with this call and others under way. `unreachable`: since when it cannot be
-- reached, and how that went, as JSON; null while nothing is known of that.

ALTER TABLE queue ADD COLUMN suspicion INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN unreachable TEXT;
