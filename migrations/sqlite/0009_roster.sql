-- What the organiser said of a spreadsheet's columns, by the heads that it had.
CREATE TABLE roster_mappings (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    heads_sha256 TEXT NOT NULL,
    mapping TEXT NOT NULL,
    kept_at_ms INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, heads_sha256)
) STRICT, WITHOUT ROWID;
