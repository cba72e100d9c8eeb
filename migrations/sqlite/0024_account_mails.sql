-- Mails to organisers about their accounts, which belong to no exchange: invitations, links to another passphrase, and word of what was
-- changed. Their links are made when they go, and only the hash of one is kept, in account_tokens.

-- The language that she is written to in.
ALTER TABLE accounts ADD COLUMN language TEXT NOT NULL DEFAULT 'nb';

-- Whoever sends one writes itself down as node before; what is being sent when that ends may have gone.
CREATE TABLE account_mails (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    queued_at_ms INTEGER NOT NULL,
    next_try_ms INTEGER NOT NULL,
    node TEXT,
    claimed_at_ms INTEGER,
    sent_at_ms INTEGER,
    answer TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX account_mails_due ON account_mails (state, next_try_ms);
CREATE INDEX account_mails_of ON account_mails (account_id);
