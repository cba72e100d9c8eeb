-- prev_public was the log's position of the public event before; from now on it counts the public events before, so that the
-- public's positions have no gaps by which what is not the public's could be counted.
UPDATE events SET prev_public = counted.before
FROM (
    SELECT exchange_id, seq,
        COUNT(CASE WHEN audience = 'public' THEN 1 END) OVER (
            PARTITION BY exchange_id ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before
    FROM events
) AS counted
WHERE counted.exchange_id = events.exchange_id AND counted.seq = events.seq;
