-- The last write of the check before doors, one row an exchange. That it could be written is all that it says.
CREATE TABLE probes (
    exchange_id TEXT NOT NULL PRIMARY KEY REFERENCES exchanges (id),
    written_at_ms BIGINT NOT NULL
);
