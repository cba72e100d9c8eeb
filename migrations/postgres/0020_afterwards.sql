-- What the organiser ticked off the morning after.
CREATE TABLE afterwards (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    errand TEXT NOT NULL,
    ticked_at_ms BIGINT NOT NULL,
    PRIMARY KEY (exchange_id, errand)
);
