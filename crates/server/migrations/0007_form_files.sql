-- Files beside a form: pictures, sounds, lists. The bytes are with the attachments, under the county and their SHA-256.
-- `definition` is the hash of the form's definition, of a draft or a version. `table_sha256` is what phones get of a list, empty for
-- what is none; `md5` is for OpenRosa.
CREATE TABLE form_file (
    county TEXT NOT NULL,
    definition TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    md5 TEXT NOT NULL,
    size BIGINT NOT NULL,
    mime TEXT NOT NULL,
    table_sha256 TEXT NOT NULL,
    table_size BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    added BIGINT NOT NULL,
    PRIMARY KEY (county, definition, name)
);
