-- Passkeys, by which organisers log in to their accounts beside the passphrase. Of one only what is public is kept: passkey is JSON, the
-- key that its signatures are checked with, and how often it has signed.
CREATE TABLE account_passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    credential_sha256 TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    passkey TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    last_used_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX account_passkeys_of ON account_passkeys (account_id);

-- What a passkey is asked to sign, until it has or the time is over: each is taken once. account_id is whose passkey is registered; none
-- if somebody logs in. asked is JSON.
CREATE TABLE account_challenges (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id),
    asked TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_challenges_by_end ON account_challenges (expires_at_ms);
