-- What the desk administers: links to join, villages handed over, uploaded spreadsheets, and what was done by whom.

-- A link that is good once, for somebody new or for a new password; only its hash is kept.
CREATE TABLE invite (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX invite_by_account ON invite (account);

-- A stream that was taken from somebody: what they had written before that may still come for a while.
CREATE TABLE handover (
    stream TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (stream, account)
);

-- Spreadsheets of forms. The bytes are with the attachments, under the county and their SHA-256. `published` is 0 for a draft.
CREATE TABLE form_upload (
    id TEXT NOT NULL PRIMARY KEY,
    county TEXT NOT NULL,
    form TEXT NOT NULL,
    version TEXT NOT NULL,
    definition TEXT NOT NULL,
    source_name TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    created BIGINT NOT NULL,
    published BIGINT NOT NULL
);
CREATE INDEX form_upload_by_form ON form_upload (county, form, published);

-- Append-only: who did what to whom, and when. No content.
CREATE TABLE audit (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_account TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (county, id)
);
CREATE INDEX session_by_account ON session (account);
CREATE INDEX account_by_county ON account (county, id);
