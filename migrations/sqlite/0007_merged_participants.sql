-- Participants that were merged into another: whatever is written under the old id belongs to that one, for ever. Written with the
-- event, so that a contact that comes at the same moment finds it.
CREATE TABLE participant_aliases (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    gone TEXT NOT NULL,
    kept TEXT NOT NULL,
    PRIMARY KEY (exchange_id, gone)
) STRICT, WITHOUT ROWID;

-- How else to reach a participant: what was known of another that was merged into it.
CREATE TABLE further_contacts (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    participant_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    person TEXT,
    email TEXT,
    phone TEXT,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, participant_id, place)
) STRICT, WITHOUT ROWID;
