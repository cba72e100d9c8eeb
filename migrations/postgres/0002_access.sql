-- Who may come in. Nothing here is in the log or on a socket. Of a secret only the SHA-256 is kept.

-- The passphrase of whoever runs the server: one row at most. device_id stands behind the operator's commands.
CREATE TABLE operator (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    device_id TEXT NOT NULL,
    passphrase_phc TEXT NOT NULL,
    set_at_ms BIGINT NOT NULL
);

CREATE TABLE operator_sessions (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    expires_at_ms BIGINT NOT NULL
);

-- A paired device is its own session. Revoked and expired ones stay: deals name them.
CREATE TABLE devices (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    paired_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    last_seen_ms BIGINT NOT NULL,
    revoked_at_ms BIGINT,
    PRIMARY KEY (exchange_id, id),
    UNIQUE (exchange_id, token_sha256)
);

-- Codes that wait to be used. A used, withdrawn or guessed-at code is deleted.
CREATE TABLE pairing_codes (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    code_sha256 TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT,
    made_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (exchange_id, id),
    UNIQUE (exchange_id, code_sha256)
);

-- Wrong tries while codes are open, and when guessing last made all of them expire.
CREATE TABLE pairing_tries (
    exchange_id TEXT NOT NULL PRIMARY KEY REFERENCES exchanges (id),
    wrong BIGINT NOT NULL,
    stopped_at_ms BIGINT
);

-- How to reach a participant. Its participant may still wait in an outbox.
CREATE TABLE contacts (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    participant_id TEXT NOT NULL,
    person TEXT,
    email TEXT,
    phone TEXT,
    changed_at_ms BIGINT NOT NULL,
    PRIMARY KEY (exchange_id, participant_id)
);
