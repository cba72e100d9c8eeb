-- When the operator put an exchange away: it is listed apart, and goes on as it is.
ALTER TABLE exchanges ADD COLUMN put_away_at_ms BIGINT;
