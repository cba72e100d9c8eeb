-- Organisers with a log-in of their own, beside the operator. Nothing here is in the log or on a socket. Of a secret only the SHA-256 is
-- kept, of a passphrase an argon2 hash.

-- Without a passphrase she has not followed her invitation yet. email is in small letters.
CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    passphrase_phc TEXT,
    may_make INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    disabled_at_ms INTEGER
) STRICT, WITHOUT ROWID;

-- Of which exchanges she is organiser. made_it is 1 if she made the exchange herself.
CREATE TABLE account_exchanges (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    made_it INTEGER NOT NULL,
    given_at_ms INTEGER NOT NULL,
    PRIMARY KEY (account_id, exchange_id)
) STRICT, WITHOUT ROWID;

-- A session that has ended is deleted.
CREATE TABLE account_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    token_sha256 TEXT NOT NULL UNIQUE,
    browser TEXT NOT NULL,
    came_from TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_sessions_of ON account_sessions (account_id);

-- Links by which she chooses a passphrase: the first, or another. One that was used is deleted.
CREATE TABLE account_tokens (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    made_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_tokens_of ON account_tokens (account_id);

-- What an account does in an exchange it does as a device of it: one of each session. A device without is paired.
ALTER TABLE devices ADD COLUMN account_session_id TEXT;
CREATE UNIQUE INDEX devices_of_accounts ON devices (account_session_id, exchange_id);
