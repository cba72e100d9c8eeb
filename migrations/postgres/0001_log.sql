-- The log of every exchange. Append-only but for redaction.
CREATE TABLE exchanges (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

-- prev_public is the position of the public event before this one, so that a hole shows for either audience.
CREATE TABLE events (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    seq BIGINT NOT NULL,
    prev_public BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    audience TEXT NOT NULL,
    actor_role TEXT NOT NULL,
    actor_device TEXT NOT NULL,
    schema_version BIGINT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (exchange_id, seq)
);

-- What became of a command. Its id belongs to (exchange, device, content) for ever.
CREATE TABLE outcomes (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    command_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    written_at_ms BIGINT NOT NULL,
    answered_at_ms BIGINT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (exchange_id, command_id)
);

CREATE INDEX outcomes_by_device ON outcomes (exchange_id, device_id, written_at_ms);
