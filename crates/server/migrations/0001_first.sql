-- One SQL subset for SQLite and PostgreSQL: BIGINT, DOUBLE PRECISION, TEXT. Times are milliseconds since 1970 UTC.
-- The stream leads every key, so that the rows of a stream stay together.

-- A row a stream: the counter that every write transaction takes first.
CREATE TABLE stream (
    stream TEXT NOT NULL PRIMARY KEY,
    epoch TEXT NOT NULL,
    head BIGINT NOT NULL
);

-- The log. `hash` is SHA-256 of salt and payload, so that a payload can be erased without breaking the log.
CREATE TABLE change (
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    id TEXT NOT NULL,
    order_time BIGINT NOT NULL,
    author TEXT NOT NULL,
    device TEXT NOT NULL,
    salt TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (stream, seq)
);
CREATE UNIQUE INDEX change_by_id ON change (stream, id);

CREATE TABLE payload (
    stream TEXT NOT NULL,
    change_id TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (stream, change_id)
);

-- The view: the fold of the log. `sort_key` is computed in Rust.
CREATE TABLE record (
    stream TEXT NOT NULL,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    updated BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    PRIMARY KEY (stream, collection, id)
);
CREATE INDEX record_sorted ON record (stream, collection, sort_key, id);

-- `kind` is county, township or village; `names` is JSON, language tag to name.
CREATE TABLE place (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    names TEXT NOT NULL
);
CREATE INDEX place_by_parent ON place (parent, id);

CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    county TEXT NOT NULL,
    place TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    blocked BIGINT NOT NULL
);

CREATE TABLE session (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL
);

-- A village's public address for needs.
CREATE TABLE link (
    token TEXT NOT NULL PRIMARY KEY,
    village TEXT NOT NULL
);
CREATE INDEX link_by_village ON link (village, token);

CREATE TABLE ticket (
    code_hash TEXT NOT NULL PRIMARY KEY,
    stream TEXT NOT NULL,
    need TEXT NOT NULL
);

-- Definitions by the SHA-256 of their JSON; old ones stay for old drafts.
CREATE TABLE form (
    hash TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    json TEXT NOT NULL,
    source_name TEXT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE attachment (
    stream TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    mime TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (stream, sha256)
);

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
