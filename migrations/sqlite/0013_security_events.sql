-- What concerns safety: who came in, read contacts, printed, signed; the ids in the order in which it was noted. Without an exchange it
-- is the server's. about holds the ids of what it was about, with a space between them.
CREATE TABLE security_events (
    id INTEGER NOT NULL PRIMARY KEY,
    exchange_id TEXT REFERENCES exchanges (id),
    at_ms INTEGER NOT NULL,
    event TEXT NOT NULL,
    role TEXT,
    device_id TEXT,
    name TEXT,
    about TEXT NOT NULL,
    came_from TEXT
) STRICT;

CREATE INDEX security_events_by_exchange ON security_events (exchange_id, id);
