-- What was done to each party's place under an agreement, in turns: a signature that was drawn, or one that was wiped, which has
-- no name and no strokes. Nothing here is changed or deleted: what was replaced or wiped can be shown, with who did it and when.
CREATE TABLE signature_history (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    deal_id TEXT NOT NULL,
    participant_id TEXT NOT NULL,
    turn INTEGER NOT NULL,
    -- None of what was drawn before there was a history.
    device_id TEXT,
    done_at_ms INTEGER NOT NULL,
    terms_sha256 TEXT,
    name TEXT,
    strokes TEXT,
    PRIMARY KEY (exchange_id, deal_id, participant_id, turn)
) STRICT, WITHOUT ROWID;

INSERT INTO signature_history
    (exchange_id, deal_id, participant_id, turn, done_at_ms, terms_sha256, name, strokes)
SELECT exchange_id, deal_id, participant_id, 1, signed_at_ms, terms_sha256, name, strokes FROM signatures;
