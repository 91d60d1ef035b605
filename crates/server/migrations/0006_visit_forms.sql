-- The form that a visit was filled with, so that visits are counted by form without reading them; rows of before are filled at
-- start, as the other columns of lists are.
ALTER TABLE record ADD COLUMN form TEXT NOT NULL DEFAULT '';

CREATE INDEX record_by_form ON record (stream, collection, form, deleted, outdated) WHERE form <> '';
