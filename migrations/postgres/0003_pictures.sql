-- The pictures of an exchange: its logo and its sponsors'. A picture is never changed: another one has another id.
CREATE TABLE pictures (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BYTEA NOT NULL,
    made_at_ms BIGINT NOT NULL,
    PRIMARY KEY (exchange_id, id)
);
