-- What SDKs send beside data: an event's sessions, who invokes.

ALTER TABLE events ADD COLUMN meta TEXT;
ALTER TABLE events ADD COLUMN user TEXT;
