-- What other programs are told of an exchange, and what they may read of it. Nothing here is in the log or on a socket.

-- Addresses that are told what happens. kinds holds names with a space between them. Everything up to after_seq has been queued, or is not
-- for this address. secret signs what is sent, so it is kept as it is. disabled_why says who or what stopped it.
CREATE TABLE webhooks (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,
    secret TEXT NOT NULL,
    made_at_ms BIGINT NOT NULL,
    after_seq BIGINT NOT NULL,
    failing_since_ms BIGINT,
    disabled_at_ms BIGINT,
    disabled_why TEXT,
    PRIMARY KEY (exchange_id, id)
);

-- What goes to them, an event each; a test has no seq. What is said of it is made from the log when it goes, and of that only the SHA-256
-- is kept: the same id never says anything else.
CREATE TABLE webhook_deliveries (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    seq BIGINT,
    type TEXT NOT NULL,
    content_sha256 TEXT,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    made_at_ms BIGINT NOT NULL,
    queued_at_ms BIGINT NOT NULL,
    next_try_ms BIGINT NOT NULL,
    node TEXT,
    claimed_at_ms BIGINT,
    tried_at_ms BIGINT,
    status BIGINT,
    answer TEXT,
    PRIMARY KEY (exchange_id, id),
    UNIQUE (exchange_id, webhook_id, seq)
);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, next_try_ms);

-- Tokens by which programs read. Of a token only the SHA-256 is kept. One without expires_at_ms holds until it is revoked.
CREATE TABLE program_tokens (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_sha256 TEXT NOT NULL UNIQUE,
    with_report BIGINT NOT NULL,
    made_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT,
    last_used_ms BIGINT,
    revoked_at_ms BIGINT,
    PRIMARY KEY (exchange_id, id)
);
