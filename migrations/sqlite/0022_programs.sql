-- What other programs are told of an exchange, and what they may read of it. Nothing here is in the log or on a socket.

-- Addresses that are told what happens. kinds holds names with a space between them. Everything up to after_seq has been queued, or is not
-- for this address. secret signs what is sent, so it is kept as it is. disabled_why says who or what stopped it.
CREATE TABLE webhooks (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,
    secret TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    after_seq INTEGER NOT NULL,
    failing_since_ms INTEGER,
    disabled_at_ms INTEGER,
    disabled_why TEXT,
    PRIMARY KEY (exchange_id, id)
) STRICT, WITHOUT ROWID;

-- What goes to them, an event each; a test has no seq. What is said of it is made from the log when it goes, and of that only the SHA-256
-- is kept: the same id never says anything else.
CREATE TABLE webhook_deliveries (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    seq INTEGER,
    type TEXT NOT NULL,
    content_sha256 TEXT,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    queued_at_ms INTEGER NOT NULL,
    next_try_ms INTEGER NOT NULL,
    node TEXT,
    claimed_at_ms INTEGER,
    tried_at_ms INTEGER,
    status INTEGER,
    answer TEXT,
    PRIMARY KEY (exchange_id, id),
    UNIQUE (exchange_id, webhook_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, next_try_ms);

-- Tokens by which programs read. Of a token only the SHA-256 is kept. One without expires_at_ms holds until it is revoked.
CREATE TABLE program_tokens (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_sha256 TEXT NOT NULL UNIQUE,
    with_report INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    last_used_ms INTEGER,
    revoked_at_ms INTEGER,
    PRIMARY KEY (exchange_id, id)
) STRICT, WITHOUT ROWID;
