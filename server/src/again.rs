//! When what did not go is tried again, and when it is given up. That is told by how often it was tried: the wall clock may have been set
//! meanwhile, and the machine may have been off.

use borsklokka_shared::instant::Instant;
use sqlx::AssertSqlSafe;

use crate::database::{Database, on_either, write_on};

/// The clocks of two nodes may be so far apart, in milliseconds, before what one of them has put off is brought back by the other.
const APART_MS_MAX: i64 = 10_000;

/// How long it is waited after each try.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pauses {
    /// After the first, the second and so on, in milliseconds; the last goes on.
    each_ms: &'static [i64],
}

impl Pauses {
    /// Pauses of so many milliseconds.
    pub(crate) const fn of_ms(each_ms: &'static [i64]) -> Self {
        Self { each_ms }
    }

    /// How long it is waited after so many tries, in milliseconds.
    pub(crate) fn after_ms(self, tries: u32) -> i64 {
        let nth = (tries.max(1) - 1) as usize;
        let pause_ms = self.each_ms.get(nth).or(self.each_ms.last());
        pause_ms.copied().unwrap_or_default()
    }

    /// Whether the pauses between so many tries last so long, in milliseconds: whoever has waited them all has tried for as long.
    pub(crate) fn have_lasted(self, tries: u32, for_ms: i64) -> bool {
        let mut lasted_ms = 0;
        for before in 1..tries {
            lasted_ms += self.after_ms(before);
            if lasted_ms >= for_ms {
                return true;
            }
        }
        false
    }

    /// Until when at most what was tried so often waits, if it is looked at now. What was never tried waits for nothing.
    fn latest(self, tries: u32, now: Instant) -> Instant {
        if tries == 0 {
            return now;
        }
        now.plus_ms(self.after_ms(tries))
    }

    /// How long that is, in milliseconds, in SQL: of an expression that says how often it was tried.
    fn in_sql(self, tries: &str) -> String {
        let each = (1..).zip(self.each_ms);
        let each: Vec<String> = each.map(|(nth, ms)| format!(" WHEN {nth} THEN {ms}")).collect();
        let last_ms = self.after_ms(u32::MAX);
        format!("CASE {tries} WHEN 0 THEN 0{} ELSE {last_ms} END", each.concat())
    }

    /// Lets nothing wait for longer, from now on, than the pause that it waits for: what does was put off by a clock that ran ahead and was put
    /// right, or waits with one that is gone. Nothing waits for longer than before. Gives how many rows were brought back.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn bring_back(
        self,
        database: &Database,
        waiting: Waiting,
        now: Instant,
    ) -> Result<u64, sqlx::Error> {
        let back = match waiting.together {
            Some(lane) => self.bring_lanes_back(database, waiting, lane, now).await?,
            None => self.bring_each_back(database, waiting, now).await?,
        };
        if back > 0 {
            tracing::info!(
                "{back} rows of {} were put off for longer than their pause, as by a clock that ran ahead: they wait no longer than that \
                 from now on",
                waiting.table
            );
        }
        Ok(back)
    }

    /// Brings back what waits each for its own pause.
    async fn bring_each_back(
        self,
        database: &Database,
        Waiting { table, which, .. }: Waiting,
        now: Instant,
    ) -> Result<u64, sqlx::Error> {
        let pause = self.in_sql("tries");
        let too_long =
            format!("state = 'waiting' AND {which} AND next_try_ms > $1 + {APART_MS_MAX} + {pause}");
        let seen = format!("SELECT COUNT(*) FROM {table} WHERE {too_long}");
        let seen: i64 = on_either!(database.reading(), on => sqlx::query_scalar(AssertSqlSafe(seen.as_str()))
            .bind(now.unix_ms)
            .fetch_one(on)
            .await)?;
        // Most often there is none, and nothing is written.
        if seen == 0 {
            return Ok(0);
        }
        let back = format!("UPDATE {table} SET next_try_ms = $1 + {pause} WHERE {too_long}");
        write_on!(database, on => sqlx::query(AssertSqlSafe(back.as_str()))
            .bind(now.unix_ms)
            .execute(on)
            .await
            .map(|done| done.rows_affected()))
    }

    /// Brings back what waits together, for the pause of the one that was tried the most. One that is just being tried rests the others still.
    async fn bring_lanes_back(
        self,
        database: &Database,
        Waiting { table, which, .. }: Waiting,
        lane: &str,
        now: Instant,
    ) -> Result<u64, sqlx::Error> {
        let pause = self.in_sql("MAX(tries)");
        let seen = format!(
            "SELECT {lane}, MAX(tries) FROM {table} WHERE state IN ('waiting', 'sending') AND {which} GROUP BY {lane} \
             HAVING MAX(CASE WHEN state = 'waiting' THEN next_try_ms ELSE 0 END) > $1 + {APART_MS_MAX} + {pause}"
        );
        let seen: Vec<(String, i64)> = on_either!(database.reading(), on => sqlx::query_as(AssertSqlSafe(seen.as_str()))
            .bind(now.unix_ms)
            .fetch_all(on)
            .await)?;
        let back = format!(
            "UPDATE {table} SET next_try_ms = $1 WHERE {lane} = $2 AND state = 'waiting' AND {which} AND next_try_ms > $1"
        );
        let mut brought_back = 0;
        for (together, tries) in seen {
            let latest = self.latest(u32::try_from(tries).unwrap_or(u32::MAX), now);
            brought_back += write_on!(database, on => sqlx::query(AssertSqlSafe(back.as_str()))
                .bind(latest.unix_ms)
                .bind(&together)
                .execute(on)
                .await
                .map(|done| done.rows_affected()))?;
        }
        Ok(brought_back)
    }
}

/// What waits in a table, and for whose pause.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    pub(crate) table: &'static str,
    /// Which of its rows, in SQL.
    pub(crate) which: &'static str,
    /// The column of what waits together, for the pause of the one that was tried the most; none where each waits for its own.
    pub(crate) together: Option<&'static str>,
}

/// When something can have been claimed that is still on its way, in milliseconds since 1970. What was claimed before that is lost; and so is
/// what was claimed after it, by a clock that ran ahead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnItsWay {
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
}

impl OnItsWay {
    /// Nothing is on its way: there is nobody who sends.
    pub(crate) const NOTHING: Self = Self {
        from_ms: i64::MAX,
        to_ms: i64::MAX,
    };

    /// What takes so long at most, in milliseconds. The clocks of two nodes may be as far apart.
    pub(crate) fn at(now: Instant, takes_ms: i64) -> Self {
        Self {
            from_ms: now.plus_ms(-takes_ms).unix_ms,
            to_ms: now.plus_ms(takes_ms).unix_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSES: Pauses = Pauses::of_ms(&[10, 20, 100]);

    #[test]
    fn the_last_pause_goes_on() {
        let pauses = [0, 1, 2, 3, 4, u32::MAX].map(|tries| PAUSES.after_ms(tries));
        assert_eq!(pauses, [10, 10, 20, 100, 100, 100]);
    }

    #[test]
    fn nothing_waits_for_longer_than_its_own_pause() {
        let now = Instant::from_unix_ms(1_000);
        let latest = [0, 1, 2, 3, 4, u32::MAX].map(|tries| PAUSES.latest(tries, now).unix_ms);
        assert_eq!(latest, [1_000, 1_010, 1_020, 1_100, 1_100, 1_100]);
        assert_eq!(
            PAUSES.in_sql("tries"),
            "CASE tries WHEN 0 THEN 0 WHEN 1 THEN 10 WHEN 2 THEN 20 WHEN 3 THEN 100 ELSE 100 END"
        );
    }

    #[test]
    fn what_was_claimed_long_ago_or_long_after_now_is_not_on_its_way() {
        let on_its_way = OnItsWay::at(Instant::from_unix_ms(1_000), 30);
        assert_eq!((on_its_way.from_ms, on_its_way.to_ms), (970, 1_030));
    }

    #[test]
    fn what_was_tried_once_was_not_tried_for_long() {
        for (tries, for_ms, is_over) in [
            (0, 10, false),
            (1, 10, false),
            (2, 10, true),
            (2, 11, false),
            (3, 30, true),
            (4, 131, false),
            (5, 131, true),
            (u32::MAX, 1_000_000, true),
        ] {
            assert_eq!(PAUSES.have_lasted(tries, for_ms), is_over, "{tries} {for_ms}");
        }
    }
}
