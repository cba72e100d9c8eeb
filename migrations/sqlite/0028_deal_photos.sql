-- One photo of each deal, as the server developed it. Another one has another id. None is in the log, and nobody but staff may see one
-- before its parties agreed.
CREATE TABLE deal_photos (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    deal_id TEXT NOT NULL,
    id TEXT NOT NULL,
    content BLOB NOT NULL,
    taken_at_ms INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, deal_id)
) STRICT;

CREATE UNIQUE INDEX deal_photos_by_id ON deal_photos (exchange_id, id);
