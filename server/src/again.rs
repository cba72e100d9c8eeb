//! When what did not go is tried again, and when it is given up. That is told by how often it was tried: the wall clock may have been set
//! meanwhile, and the machine may have been off.

use borsklokka_shared::instant::Instant;
use sqlx::AssertSqlSafe;

use crate::database::{Database, on_either, write_on};

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

    /// The longest, in milliseconds: nothing is put off further.
    fn longest_ms(self) -> i64 {
        self.each_ms.iter().copied().max().unwrap_or_default()
    }

    /// Makes due at once what waits in a table for longer than any pause: it was put off by a clock that ran ahead and was put right.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn bring_back(
        self,
        database: &Database,
        table: &str,
        now: Instant,
    ) -> Result<(), sqlx::Error> {
        let latest_ms = now.plus_ms(self.longest_ms()).unix_ms;
        let seen = format!("SELECT COUNT(*) FROM {table} WHERE state = 'waiting' AND next_try_ms > $1");
        let seen: i64 = on_either!(database.reading(), on => sqlx::query_scalar(AssertSqlSafe(seen.as_str()))
            .bind(latest_ms)
            .fetch_one(on)
            .await)?;
        // Most often there is none, and nothing is written.
        if seen == 0 {
            return Ok(());
        }
        let back =
            format!("UPDATE {table} SET next_try_ms = $1 WHERE state = 'waiting' AND next_try_ms > $2");
        let back = write_on!(database, on => sqlx::query(AssertSqlSafe(back.as_str()))
            .bind(now.unix_ms)
            .bind(latest_ms)
            .execute(on)
            .await
            .map(|done| done.rows_affected()))?;
        tracing::info!("the clock ran ahead when {back} rows of {table} were put off: they are tried now");
        Ok(())
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
        assert_eq!(PAUSES.longest_ms(), 100);
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
