-- What lists ask of a record without reading it, computed in Rust as `sort_key` is; rows of before are filled at start.

-- Whom a record is about: of a visit or a member the household.
ALTER TABLE record ADD COLUMN subject TEXT NOT NULL DEFAULT '';
-- Of a corrected visit: the version it replaces.
ALTER TABLE record ADD COLUMN replaces TEXT NOT NULL DEFAULT '';
-- 1 for a version of a visit that another one counts for.
ALTER TABLE record ADD COLUMN outdated BIGINT NOT NULL DEFAULT 0;

CREATE INDEX record_by_subject ON record (stream, collection, subject, sort_key);
CREATE INDEX record_by_replaced ON record (stream, collection, replaces) WHERE replaces <> '';
