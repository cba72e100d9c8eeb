//! What is erased by itself is announced first, and seen to be announced on another day, as every clock by which something goes is
//! ([`crate::seen_clock`]). What was announced is a row beside the log.

use borsklokka_shared::date::Date;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;

use crate::api::Denied;
use crate::clock::day_at;
use crate::database::{Database, on_either, write_on};
use crate::seen_clock::Seen;

/// From how many days before the day it is announced.
const ANNOUNCED_DAYS: i64 = 30;

/// That everything will be erased on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Announced {
    pub(super) on: Date,
    pub(super) at: Instant,
    pub(super) last_seen: Instant,
}

impl Announced {
    /// The clock by which it was announced.
    const fn clock(&self) -> Seen {
        Seen {
            since: self.at,
            last: self.last_seen,
        }
    }
}

/// What is to be done of a promise at a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The day is far off: nothing is announced, and what was is void.
    Nothing,
    /// It is announced, as if for the first time.
    Announce,
    /// It was announced, and is seen to be.
    See,
    /// It is time.
    Erase,
}

/// What is looked at, beside what was announced.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    /// The day that was promised.
    pub(super) on: Date,
    /// By the wall clock, which may be wrong.
    pub(super) now: Instant,
    pub(super) time_zone: &'a str,
}

impl Look<'_> {
    fn day(&self, at: Instant) -> Date {
        day_at(at, self.time_zone)
    }

    /// How many days are left; less than nothing if the day is over.
    pub(super) fn days_left(&self) -> i64 {
        self.on.days_after(self.day(self.now))
    }

    /// Whether what was announced holds: it is the same promise, not of a time that is yet to come, and was looked at since.
    fn holds(&self, announced: &Announced) -> bool {
        announced.on == self.on && announced.clock().goes_on(self.now)
    }

    /// What is to be done.
    pub(super) fn step(&self, announced: Option<&Announced>) -> Step {
        if self.days_left() > ANNOUNCED_DAYS {
            return Step::Nothing;
        }
        let Some(announced) = announced.filter(|announced| self.holds(announced)) else {
            return Step::Announce;
        };
        if self.days_left() <= 0 && announced.clock().is_believed(self.now, self.time_zone) {
            Step::Erase
        } else {
            Step::See
        }
    }

    /// Whether whoever it is about is told: of days that a clock showed for an hour, nobody is.
    pub(super) fn is_told(&self, announced: Option<&Announced>) -> bool {
        let was_before = |announced: &Announced| self.day(announced.at) < self.day(self.now);
        self.step(announced) == Step::See
            && announced.is_some_and(was_before)
            && (TOLD_DAYS_MIN..=ANNOUNCED_DAYS).contains(&self.days_left())
    }
}

/// Until how many days before the day people are told: whoever wants something has so long.
const TOLD_DAYS_MIN: i64 = 7;

/// What was announced of an exchange.
///
/// # Errors
/// If the database cannot be read.
pub(super) async fn read(database: &Database, exchange: ExchangeId) -> Result<Option<Announced>, Denied> {
    let row: Option<(String, i64, i64)> = on_either!(database.reading(), on => sqlx::query_as(
        "SELECT promised_on, announced_at_ms, last_seen_at_ms FROM promised_erasures WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_optional(on)
    .await)?;
    Ok(row.and_then(|(on, at, last_seen)| {
        Some(Announced {
            // What cannot be read was not announced.
            on: on.parse().ok()?,
            at: Instant::from_unix_ms(at),
            last_seen: Instant::from_unix_ms(last_seen),
        })
    }))
}

/// Keeps what was announced.
///
/// # Errors
/// If it cannot be written.
pub(super) async fn keep(
    database: &Database,
    exchange: ExchangeId,
    announced: &Announced,
) -> Result<(), Denied> {
    write_on!(database, on => sqlx::query(
        "INSERT INTO promised_erasures (exchange_id, promised_on, announced_at_ms, last_seen_at_ms) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (exchange_id) DO UPDATE SET promised_on = excluded.promised_on, \
         announced_at_ms = excluded.announced_at_ms, last_seen_at_ms = excluded.last_seen_at_ms",
    )
    .bind(exchange.to_string())
    .bind(announced.on.to_string())
    .bind(announced.at.unix_ms)
    .bind(announced.last_seen.unix_ms)
    .execute(on)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets it: it is void, or done.
///
/// # Errors
/// If it cannot be written.
pub(super) async fn forget(database: &Database, exchange: ExchangeId) -> Result<(), Denied> {
    write_on!(database, on => sqlx::query("DELETE FROM promised_erasures WHERE exchange_id = $1")
        .bind(exchange.to_string())
        .execute(on)
        .await
        .map(drop))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON: &str = "2027-11-26";

    fn at(text: &str) -> Instant {
        Instant::parse(&format!("{text}:00Z")).unwrap()
    }

    fn look(now: &str) -> Look<'static> {
        Look {
            on: ON.parse().unwrap(),
            now: at(now),
            time_zone: "Europe/Oslo",
        }
    }

    fn announced(since: &str, last_seen: &str) -> Announced {
        Announced {
            on: ON.parse().unwrap(),
            at: at(since),
            last_seen: at(last_seen),
        }
    }

    #[test]
    fn what_is_done_at_a_look() {
        use Step::{Announce, Erase, Nothing, See};
        let cases = [
            ("far off", "2027-10-26T12:00", None, Nothing),
            ("thirty days before", "2027-10-27T12:00", None, Announce),
            (
                "the usual way",
                "2027-11-25T12:00",
                Some(("2027-10-27T12:00", "2027-11-25T11:00")),
                See,
            ),
            (
                "on the day, by the hall's clock",
                "2027-11-25T23:30",
                Some(("2027-10-27T12:00", "2027-11-25T22:30")),
                Erase,
            ),
            (
                "a moment before it",
                "2027-11-25T22:30",
                Some(("2027-10-27T12:00", "2027-11-24T22:30")),
                See,
            ),
            ("set ahead, nothing announced", "2029-11-26T12:00", None, Announce),
            (
                "set ahead, announced before",
                "2029-11-26T12:00",
                Some(("2027-10-27T12:00", "2027-10-28T12:00")),
                Announce,
            ),
            (
                "ahead for six days",
                "2029-12-02T12:00",
                Some(("2029-11-26T12:00", "2029-12-01T12:00")),
                See,
            ),
            (
                "ahead for a week, seen on one day",
                "2029-12-03T12:00",
                Some(("2029-11-26T12:00", "2029-11-26T13:00")),
                See,
            ),
            (
                "ahead for a week, seen again today",
                "2029-12-03T13:00",
                Some(("2029-11-26T12:00", "2029-12-03T12:00")),
                See,
            ),
            (
                "a minute less than a week",
                "2029-12-03T11:59",
                Some(("2029-11-26T12:00", "2029-11-28T12:00")),
                See,
            ),
            (
                "ahead for good",
                "2029-12-03T12:00",
                Some(("2029-11-26T12:00", "2029-11-28T12:00")),
                Erase,
            ),
            (
                "set back",
                "2027-11-01T12:00",
                Some(("2029-11-26T12:00", "2029-11-28T12:00")),
                Announce,
            ),
            (
                "set back far",
                "2026-11-26T12:00",
                Some(("2029-11-26T12:00", "2029-11-28T12:00")),
                Nothing,
            ),
            (
                "another node's clock is a minute ahead",
                "2027-11-20T12:00",
                Some(("2027-10-27T12:00", "2027-11-20T12:01")),
                See,
            ),
        ];
        for (case, now, was, expected) in cases {
            let was = was.map(|(since, last_seen)| announced(since, last_seen));
            assert_eq!(look(now).step(was.as_ref()), expected, "{case}");
        }
    }

    #[test]
    fn another_promise_is_announced_anew() {
        let was = announced("2027-10-27T12:00", "2027-11-26T12:00");
        let sooner = Look {
            on: "2027-11-20".parse().unwrap(),
            ..look("2027-11-27T12:00")
        };
        assert_eq!(sooner.step(Some(&was)), Step::Announce);
    }

    #[test]
    fn people_are_told_from_the_second_day_on_until_a_week_before() {
        for (now, expected) in [
            ("2027-10-27T13:00", false),
            ("2027-10-28T12:00", true),
            ("2027-11-19T12:00", true),
            ("2027-11-20T12:00", false),
        ] {
            let was = announced("2027-10-27T12:00", "2027-10-27T12:00");
            assert_eq!(look(now).is_told(Some(&was)), expected, "{now}");
        }
        assert!(!look("2027-10-28T12:00").is_told(None));
    }
}
