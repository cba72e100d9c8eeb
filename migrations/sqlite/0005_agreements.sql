-- Signatures and copies of agreements. Nothing here is in the log or on a socket.

-- A drawn signature, as strokes. It belongs to the terms that it was made under: after an amendment it no longer counts.
CREATE TABLE signatures (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    deal_id TEXT NOT NULL,
    participant_id TEXT NOT NULL,
    terms_sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    strokes TEXT NOT NULL,
    signed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, deal_id, participant_id)
) STRICT, WITHOUT ROWID;

-- Links that give an agreement to whoever has them; of the token only the SHA-256 is kept. Revoked and expired ones stay, so
-- that whoever opens one is told what became of it.
CREATE TABLE agreement_links (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    deal_id TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX agreement_links_by_deal ON agreement_links (exchange_id, deal_id);
