-- What an exchange was before it went back to nought: its events up to a position. They stay in the log, below where the history
-- of today begins, so that no position is ever given twice.
CREATE TABLE archives (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    epoch TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    actor_role TEXT NOT NULL,
    actor_device TEXT NOT NULL,
    deals INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, last_seq)
) STRICT, WITHOUT ROWID;

-- The signatures of its deals, and what was done to each place.
CREATE TABLE archived_signatures (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    last_seq INTEGER NOT NULL,
    deal_id TEXT NOT NULL,
    participant_id TEXT NOT NULL,
    terms_sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    strokes TEXT NOT NULL,
    signed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, last_seq, deal_id, participant_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE archived_signature_history (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    last_seq INTEGER NOT NULL,
    deal_id TEXT NOT NULL,
    participant_id TEXT NOT NULL,
    turn INTEGER NOT NULL,
    device_id TEXT,
    done_at_ms INTEGER NOT NULL,
    terms_sha256 TEXT,
    name TEXT,
    strokes TEXT,
    PRIMARY KEY (exchange_id, last_seq, deal_id, participant_id, turn)
) STRICT, WITHOUT ROWID;
