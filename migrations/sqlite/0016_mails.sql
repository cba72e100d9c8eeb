-- Mails that go, went or may not go yet; how an exchange wants them; and the links in them. Nothing here is in the log or on a socket.

-- sending says whether anything goes: off, held or on. What stands in settings is JSON: where answers go, and the texts.
CREATE TABLE mail_settings (
    exchange_id TEXT NOT NULL PRIMARY KEY REFERENCES exchanges (id),
    sending TEXT NOT NULL,
    settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a mail is about stands in about: of one kind and one matter there is one mail for ever. matter is JSON: what fills its gaps, what
-- it links to, which paper goes along. went is JSON: how it read when it went, without the link. Whoever sends one writes itself down as
-- node before; what is being sent when that ends may have gone.
CREATE TABLE mails (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL,
    matter TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    queued_at_ms INTEGER NOT NULL,
    next_try_ms INTEGER NOT NULL,
    node TEXT,
    claimed_at_ms INTEGER,
    sent_at_ms INTEGER,
    answer TEXT,
    went TEXT,
    PRIMARY KEY (exchange_id, id),
    UNIQUE (exchange_id, kind, about)
) STRICT, WITHOUT ROWID;

CREATE INDEX mails_due ON mails (state, next_try_ms);

-- Of a link only the SHA-256 of its token is kept. opens says which page it opens, and about of what. Links to agreements have a table
-- of their own.
CREATE TABLE mail_links (
    exchange_id TEXT NOT NULL REFERENCES exchanges (id),
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    opens TEXT NOT NULL,
    about TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX mail_links_of ON mail_links (exchange_id, opens, about);
