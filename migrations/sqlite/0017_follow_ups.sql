-- What became of each deal. Nothing here is in the log or on a socket.

-- What stands in settings is JSON: whether parties are reminded, and whether everybody may read how many deals came true.
CREATE TABLE follow_up_settings (
    exchange_id TEXT NOT NULL PRIMARY KEY REFERENCES exchanges (id),
    settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What somebody said of a deal last: a party, by its participant's id, or the office (teller is then 'office'). answered_by says
-- whether a party used its own link or the office typed it.
CREATE TABLE follow_ups (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    deal_id TEXT NOT NULL,
    teller TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    text TEXT,
    answered_by TEXT NOT NULL,
    answered_at_ms INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, deal_id, teller)
) STRICT, WITHOUT ROWID;

-- Calls, as the office noted them. again_on is a day, such as 2027-01-31.
CREATE TABLE follow_up_calls (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    deal_id TEXT NOT NULL,
    note TEXT,
    again_on TEXT,
    called_at_ms INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, id)
) STRICT, WITHOUT ROWID;
