-- Which parties agreed to have which photo of their deal shown. A row that is taken away is an agreement that was taken back.
CREATE TABLE photo_consents (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    deal_id TEXT NOT NULL,
    participant_id TEXT NOT NULL,
    photo_id TEXT NOT NULL,
    agreed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, deal_id, participant_id)
) STRICT, WITHOUT ROWID;
