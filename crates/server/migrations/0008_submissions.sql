-- What came by OpenRosa, by the id that the client gave it: so that the same again is the same, and files may come one after
-- the other. `answers` is the SHA-256 of the answers; `received` is when the first part came.
CREATE TABLE submission (
    stream TEXT NOT NULL,
    instance TEXT NOT NULL,
    answers TEXT NOT NULL,
    account TEXT NOT NULL,
    received BIGINT NOT NULL,
    PRIMARY KEY (stream, instance)
);

-- Files of a submission that have arrived, by the names in its answers. The bytes are attachments of the stream.
CREATE TABLE submission_file (
    stream TEXT NOT NULL,
    instance TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    mime TEXT NOT NULL,
    PRIMARY KEY (stream, instance, name)
);
