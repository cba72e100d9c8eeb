-- Registrations by the participants themselves, and the form that they use. Nothing here is in the log or on a socket.

-- What stands in settings is JSON: what the organiser wants of the form.
CREATE TABLE registration_forms (
    exchange_id TEXT NOT NULL PRIMARY KEY REFERENCES exchanges (id),
    settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- entry is JSON: what they wrote last; approved, what of it is on the board. Of the link that opens one for whoever wrote it only the
-- SHA-256 of its token is kept. consent is the text that they agreed to. The participant that it becomes has its id, or is the one of
-- participant_id.
CREATE TABLE registrations (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    token_sha256 TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    entry TEXT NOT NULL,
    approved TEXT,
    participant_id TEXT,
    language TEXT NOT NULL,
    consent TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, id)
) STRICT, WITHOUT ROWID;
