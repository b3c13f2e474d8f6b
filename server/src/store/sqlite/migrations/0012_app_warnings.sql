-- What the last registration of an app holds that the engine does not know: a list of sentences.

ALTER TABLE apps ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';
