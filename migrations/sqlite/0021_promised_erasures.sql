-- That what is kept of persons will be erased by itself on the promised day: since when it is said, and when it was last seen that it is.
CREATE TABLE promised_erasures (
    exchange_id TEXT NOT NULL PRIMARY KEY REFERENCES exchanges (id),
    promised_on TEXT NOT NULL,
    announced_at_ms INTEGER NOT NULL,
    last_seen_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
