-- How long the clock has gone on: since when, and when it was last seen. What is deleted for its age goes by a clock that was seen on other
-- days too. One row at most.
CREATE TABLE seen_clock (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    since_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL
) STRICT;
