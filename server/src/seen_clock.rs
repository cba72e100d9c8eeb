//! What is erased or deleted for its age goes by a clock that has gone on for a week and was seen on another day in between: one that is set
//! years ahead for an hour, or at one start, deletes nothing. How long it has gone on is a row of the database.

use borsklokka_shared::instant::Instant;

use crate::api::Denied;
use crate::clock::day_at;
use crate::database::{Database, on_either, write_on};

/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// How long a clock has to have gone on, in milliseconds.
const GONE_ON_MS_MIN: i64 = 7 * DAY_MS;
/// After how long without a look it counts as another clock, in milliseconds: in between the server was off, or its clock was set ahead.
const UNSEEN_MS_MAX: i64 = 30 * DAY_MS;
/// By which days the server itself counts: those of an exchange are its own.
const TIME_ZONE: &str = "UTC";

/// That a clock was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Since when it has gone on, as it showed then.
    pub(crate) since: Instant,
    /// When it was last looked at.
    pub(crate) last: Instant,
}

impl Seen {
    /// Whether what a clock shows now is the same clock, gone on: it did not go back before it was first seen, and was looked at since.
    pub(crate) fn goes_on(self, now: Instant) -> bool {
        self.since <= now && now.ms_since(self.last) <= UNSEEN_MS_MAX
    }

    /// Whether it has gone on for long enough, and was seen on a day in between: neither that on which it began nor this one.
    pub(crate) fn is_believed(self, now: Instant, time_zone: &str) -> bool {
        let [began, last, today] = [self.since, self.last, now].map(|at| day_at(at, time_zone));
        began < last && last < today && now.ms_since(self.since) >= GONE_ON_MS_MIN
    }
}

/// What a clock shows that is believed: what is deleted for its age is held against it. There is no other way to have one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Believed(Instant);

impl Believed {
    /// A test's own clock.
    #[cfg(test)]
    pub(crate) fn as_it_is(now: Instant) -> Self {
        Self(now)
    }

    /// So long before now.
    pub(crate) fn less_ms(self, ms: i64) -> Instant {
        self.0.plus_ms(-ms)
    }
}

/// Sees the clock, and gives what it shows if it is believed: at the first look of a day, if it has gone on for a week. Of several nodes
/// whose clocks are apart none is. Nothing is written at the others.
///
/// # Errors
/// If the database fails.
pub(crate) async fn look(database: &Database, now: Instant) -> Result<Option<Believed>, Denied> {
    let was = read(database).await?.filter(|was| was.goes_on(now));
    let day = |at: Instant| day_at(at, TIME_ZONE);
    if was.is_some_and(|was| day(was.last) == day(now)) {
        return Ok(None);
    }
    let is_believed = was.is_some_and(|was| was.is_believed(now, TIME_ZONE));
    let since = was.map_or(now, |was| was.since);
    keep(database, Seen { since, last: now }).await?;
    Ok(is_believed.then_some(Believed(now)))
}

async fn read(database: &Database) -> Result<Option<Seen>, Denied> {
    let row: Option<(i64, i64)> = on_either!(database.reading(), on => sqlx::query_as(
        "SELECT since_ms, last_seen_ms FROM seen_clock",
    )
    .fetch_optional(on)
    .await)?;
    Ok(row.map(|(since, last)| Seen {
        since: Instant::from_unix_ms(since),
        last: Instant::from_unix_ms(last),
    }))
}

async fn keep(database: &Database, seen: Seen) -> Result<(), Denied> {
    write_on!(database, on => sqlx::query(
        "INSERT INTO seen_clock (id, since_ms, last_seen_ms) VALUES (1, $1, $2) \
         ON CONFLICT (id) DO UPDATE SET since_ms = excluded.since_ms, last_seen_ms = excluded.last_seen_ms",
    )
    .bind(seen.since.unix_ms)
    .bind(seen.last.unix_ms)
    .execute(on)
    .await
    .map(drop))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::open_hub;

    async fn looks(database: &Database, at: &[&str]) -> Vec<bool> {
        let mut believed = Vec::new();
        for at in at {
            let now = Instant::parse(&format!("{at}:00Z")).unwrap();
            believed.push(look(database, now).await.unwrap().is_some());
        }
        believed
    }

    #[tokio::test]
    async fn a_clock_is_believed_once_a_day_when_it_has_gone_on_for_a_week() {
        let hub = open_hub().await;
        let usual = [
            "2026-11-01T10:00",
            "2026-11-01T11:00",
            "2026-11-04T10:00",
            "2026-11-08T10:00",
            "2026-11-08T11:00",
            "2026-11-09T10:00",
            // It was off for longer than a month, and begins anew.
            "2026-12-15T10:00",
            "2026-12-16T10:00",
        ];
        let expected = [false, false, false, true, false, true, false, false];
        assert_eq!(looks(&hub.database, &usual).await, expected);
    }

    #[tokio::test]
    async fn a_clock_that_is_years_ahead_at_one_start_is_not_believed_and_nor_is_what_comes_after_it() {
        let hub = open_hub().await;
        let set = [
            "2026-11-01T10:00",
            "2026-11-04T10:00",
            "2028-11-08T10:00",
            "2028-11-08T11:00",
            "2026-11-08T12:00",
            "2026-11-09T12:00",
            "2026-11-15T12:00",
        ];
        let expected = [false, false, false, false, false, false, true];
        assert_eq!(looks(&hub.database, &set).await, expected);
    }

    #[tokio::test]
    async fn of_two_nodes_whose_clocks_are_years_apart_none_is_believed() {
        let hub = open_hub().await;
        for day in 10..=28 {
            let both = [format!("2029-01-{day}T12:00"), format!("2026-12-{day}T12:00")];
            let both = both.each_ref().map(String::as_str);
            assert_eq!(looks(&hub.database, &both).await, [false, false], "{day}");
        }
    }
}
