-- A link's times and people, so that it can be renewed and revoked. `made` and `ends` are milliseconds since 1970 UTC, 0 for
-- not known (links from before) and for never. Who is an account's id, empty for the command line.
ALTER TABLE link ADD COLUMN made BIGINT NOT NULL DEFAULT 0;
ALTER TABLE link ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
ALTER TABLE link ADD COLUMN ends BIGINT NOT NULL DEFAULT 0;
ALTER TABLE link ADD COLUMN ended_by TEXT NOT NULL DEFAULT '';
