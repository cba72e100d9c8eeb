//! What a server does by itself until it stops: it watches the clocks, closes what is out of use, forgets what is too old, and keeps what was
//! promised of personal data.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use crate::api::Denied;
use crate::clock::{Jump, JumpWatch, MachineClock};
use crate::database::Database;
use crate::hub::Hub;
use crate::privacy::{Done, erase_due};
use crate::stop::Ticks;
use crate::{follow_up, keeping, routes, seen_clock, webhooks};

/// How often the machine's clocks are looked at, in seconds: a sleep is noticed so soon.
const CLOCK_LOOK_S: u64 = 1;
/// How often the machine's clock is compared with that of the database's server, in seconds.
const CLOCK_COMPARE_S: u64 = 30;
/// How often it is looked whether sessions that have sockets still hold, in seconds: so long at most one commands on that has ended.
const SESSIONS_LOOK_S: u64 = 5;
/// How often a write is tried again after one failed, in seconds: so long at most is it known too late that there is room again.
const WRITE_AGAIN_S: u64 = 5;
/// How long a write that is tried may take, in seconds.
const WRITE_WAIT_S: u64 = 3;
/// How often it is looked which floors do not answer, in seconds.
const FLOORS_LOOK_S: u64 = 5;
/// How often floors that are out of use are closed, logs that could not be read are tried again, limits forget whoever is quiet, and whoever
/// is connected is noted as seen, in seconds.
const TEND_S: u64 = 60;
/// How often it is looked what of a day is due, in seconds: an hour after midnight is early enough.
const LOOK_S: u64 = 60 * 60;

/// What goes on by itself until the stop.
pub(crate) fn keep(hub: &Arc<Hub>, machine: Arc<MachineClock>) {
    tokio::spawn(watch_clocks(Arc::clone(hub), machine));
    tokio::spawn(write_again(Arc::clone(hub)));
    tokio::spawn(watch_floors(Arc::clone(hub)));
    tokio::spawn(watch_sessions(Arc::clone(hub)));
    // From here on, so that nobody is told before it that all are open.
    let opening = hub.floors.begin_opening();
    tokio::spawn(tend_every_minute(Arc::clone(hub), opening));
    tokio::spawn(look_every_hour(Arc::clone(hub)));
}

/// Opens the floors on which something may be due, and from then on closes those that are out of use.
async fn tend_every_minute(hub: Arc<Hub>, opening: Option<OwnedMutexGuard<()>>) {
    if let Err(error) = hub.floors.look().await {
        tracing::warn!(%error, "how far the logs have come cannot be read: {error}; floors open when they are asked for");
    }
    drop(opening);
    let mut ticks = Ticks::every_s(TEND_S, &hub.stop);
    while ticks.go_on().await {
        tend(&hub).await;
    }
}

/// What is done each minute: floors that are out of use close, limits forget whoever is quiet, and whoever is connected is noted as seen.
pub async fn tend(hub: &Hub) {
    hub.floors.tend().await;
    hub.forget_quiet();
    hub.access.note_seated(&hub.doors.seated()).await;
}

async fn look_every_hour(hub: Arc<Hub>) {
    let mut done = Done::default();
    let mut ticks = Ticks::every_s(LOOK_S, &hub.stop);
    while ticks.go_on().await {
        look(&hub, &mut done).await;
    }
}

/// What is done each hour: what was promised to be gone by a day is announced, and erased once it is that day; what is kept for a while, and
/// is older, is forgotten; what a backup that was killed left beside the database goes; and who is to be reminded of a deal is.
pub async fn look(hub: &Hub, done: &mut Done) {
    if let Some(folder) = hub.access.database().folder() {
        keeping::sweep(&folder);
    }
    erase_due(hub, hub.clock.now(), done).await;
    if let Err(error) = forget_for_age(hub).await {
        tracing::warn!(%error, "what was kept for long enough cannot be forgotten: {error}");
    }
    follow_up::remind_all(hub).await;
}

/// Forgets everything that is kept for a while only, and is older: what concerns safety, sessions and links that ran out, what other
/// programs were told. All of it goes by one clock, and by none that was not seen on an earlier day.
async fn forget_for_age(hub: &Hub) -> Result<(), Denied> {
    let database = hub.access.database();
    let Some(clock) = seen_clock::look(database, hub.clock.common()).await? else {
        return Ok(());
    };
    hub.access.forget_for_age(clock).await?;
    webhooks::forget_for_age(database, clock).await
}

/// Notes how far the clock of the database's server is ahead: all nodes go by it.
pub(crate) async fn compare_clocks(database: &Database, machine: &MachineClock) {
    match database.clock_ahead_ms(machine).await {
        Ok(Some(ahead_ms)) => machine.compare(ahead_ms),
        Ok(None) => {}
        Err(error) => tracing::debug!(%error, "the database's clock cannot be read: {error}"),
    }
}

/// Tells what the machine's clocks do, and lets every floor look at once.
async fn watch_clocks(hub: Arc<Hub>, machine: Arc<MachineClock>) {
    let mut ticks = Ticks::every_s(CLOCK_LOOK_S, &hub.stop);
    let mut jumps = JumpWatch::new(machine.as_ref());
    let mut looks = 0;
    while ticks.go_on().await {
        looks += 1;
        let jump = jumps.look(machine.as_ref());
        if jump.is_some() || jumps.was_set() || looks % CLOCK_COMPARE_S == 0 {
            compare_clocks(hub.access.database(), &machine).await;
        }
        match jump {
            Some(Jump::Slept(slept_ms)) => tracing::warn!(
                slept_ms,
                "the machine slept for {} s: exchange time went on, and the moderator is asked where a running round goes on",
                slept_ms / 1_000
            ),
            Some(Jump::SetAhead(ahead_ms)) => tracing::warn!(
                ahead_ms,
                "the machine's clock was set ahead by {} s, or the machine slept without knowing it: timers go on as before",
                ahead_ms / 1_000
            ),
            None => continue,
        }
        for floor in hub.floors.all_open() {
            floor.look_at_log();
        }
    }
}

/// Closes the sockets of sessions that have ended: by time, or on another node that was not heard.
async fn watch_sessions(hub: Arc<Hub>) {
    let mut ticks = Ticks::every_s(SESSIONS_LOOK_S, &hub.stop);
    while ticks.go_on().await {
        if let Err(error) = hub.access.close_what_ended(&hub.doors.seated()).await {
            tracing::debug!(%error, "which sessions have ended cannot be read: {error}");
        }
    }
}

/// After a write failed, tries another one now and then: whether there is room again is known though nobody writes. And whether the
/// file is still there: what it held is rescued if it was deleted.
async fn write_again(hub: Arc<Hub>) {
    let mut ticks = Ticks::every_s(WRITE_AGAIN_S, &hub.stop);
    while ticks.go_on().await {
        let database = hub.access.database();
        database.look_for_file().await;
        database.rescue(hub.clock.now()).await;
        try_again(&hub).await;
    }
}

/// Tries what failed, if anything did: whom it keeps from saving deals is known then.
async fn try_again(hub: &Hub) {
    let database = hub.access.database();
    if let Some(exchanges) = database.writes().to_try(&hub.exchanges()) {
        let wait = Duration::from_secs(WRITE_WAIT_S);
        database.try_deals(&exchanges, hub.clock.now(), wait).await;
    }
}

/// Tells in the log which floors do not answer, and when they do again.
async fn watch_floors(hub: Arc<Hub>) {
    let mut ticks = Ticks::every_s(FLOORS_LOOK_S, &hub.stop);
    let mut known = BTreeSet::new();
    while ticks.go_on().await {
        let silent = routes::silent(&hub).await.exchanges;
        for exchange in silent.difference(&known) {
            tracing::error!(%exchange, "the floor of {exchange} does not answer, or saves no deals: commands wait there; look at the database");
        }
        for exchange in known.difference(&silent) {
            tracing::info!(%exchange, "the floor of {exchange} answers again");
        }
        known = silent;
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::command::Command;
    use borsklokka_shared::exchange::{Privacy, Settings};
    #[cfg(unix)]
    use borsklokka_shared::ids::ExchangeId;
    use borsklokka_shared::role::Role;
    use borsklokka_shared::security::SecurityEvent;
    use serde_json::json;
    use test_support::{paired_long_ago, settings};

    use super::*;
    use crate::access::Note;
    #[cfg(unix)]
    use crate::database::{Either, Fault};
    use crate::database::{on_either, write_on};
    #[cfg(unix)]
    use crate::fixture::open_hub_on_postgres;
    use crate::fixture::{Fixture, change_tables, open_hub};
    use crate::floor::Submission;
    use crate::log::Answer;

    const HOUR_MS: i64 = 60 * 60 * 1_000;
    const DAY_MS: i64 = 24 * HOUR_MS;

    fn open_in(hub: &Fixture) -> usize {
        hub.hub.floors.all_open().len()
    }

    /// Two exchanges that promised to erase all in a month, and remind of deals.
    async fn with_promises() -> Fixture {
        let hub = open_hub().await;
        for slug in ["drammen", "svelvik"] {
            let settings = Box::new(Settings {
                privacy: Some(Privacy {
                    text: "Vi sletter alt.".to_owned(),
                    keep_months: 1,
                }),
                ..settings()
            });
            let command = Command::configure(settings);
            let floor = hub.hub.floors.get(slug).await.unwrap();
            let answer = floor
                .submit(Submission::now(paired_long_ago(Role::Organiser), command))
                .await;
            assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
        }
        let written = write_on!(&hub.database, on => sqlx::query(
            "INSERT INTO follow_up_settings (exchange_id, settings) SELECT id, $1 FROM exchanges",
        )
        .bind(json!({ "reminds": true }).to_string())
        .execute(on)
        .await
        .map(|done| done.rows_affected()));
        assert_eq!(written.unwrap(), 2);
        hub
    }

    #[tokio::test]
    async fn what_the_server_looks_at_by_itself_keeps_no_floor_open_and_opens_none() {
        let hub = with_promises().await;
        let mut done = Done::default();
        assert_eq!(open_in(&hub), 2);
        for _ in 0..24 {
            hub.clock.pass_ms(HOUR_MS);
            look(&hub.hub, &mut done).await;
            tend(&hub.hub).await;
        }
        assert_eq!(open_in(&hub), 0, "nobody was there for a day");
        // The weeks before what was promised, the day, and long after it.
        for _ in 0..60 {
            hub.clock.pass_ms(DAY_MS);
            look(&hub.hub, &mut done).await;
            assert_eq!(open_in(&hub), 0);
        }
        let hub = hub.restarted().await;
        look(&hub.hub, &mut Done::default()).await;
        assert_eq!(open_in(&hub), 0, "nor after a start");
    }

    #[tokio::test]
    async fn whoever_is_connected_was_seen_within_the_last_minute() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        for name in ["Ingrid", "Per"] {
            hub.token("drammen", Role::Broker, name).await;
            hub.clock.pass_ms(1);
        }
        let seen = async || {
            let listed = organiser.get("/api/v1/exchanges/drammen/devices").await.json;
            let devices = listed["devices"].as_array().unwrap().clone();
            devices
                .into_iter()
                .map(|device| device["last_seen"].clone())
                .collect::<Vec<_>>()
        };
        let ids = hub
            .hub
            .access
            .device_names(hub.exchange("drammen"))
            .await
            .unwrap();
        let ingrid = ids.into_iter().find(|(_, name)| name == "Ingrid").unwrap().0;
        let seat = hub.hub.doors.seat(ingrid);
        let before = seen().await;
        hub.clock.pass_ms(20 * 60_000);
        tend(&hub.hub).await;
        let now = seen().await;
        assert_eq!(now, [json!("2026-11-26T16:20:00.002Z"), before[1].clone()]);
        drop(seat);
        hub.clock.pass_ms(20 * 60_000);
        tend(&hub.hub).await;
        assert_eq!(seen().await, now, "it has gone");
    }

    #[tokio::test]
    async fn what_was_noted_too_long_ago_is_forgotten_while_the_server_runs() {
        let hub = open_hub().await;
        let drammen = hub.exchange("drammen");
        hub.hub
            .access
            .note(Note::of(SecurityEvent::LoginFailed).from([10, 0, 0, 1].into()));
        let mut done = Done::default();
        let noted = async |hub: &Fixture| {
            hub.hub
                .access
                .notes(drammen, None, None, 200)
                .await
                .unwrap()
                .entries
                .len()
        };
        hub.clock.pass_ms(390 * DAY_MS);
        for (days, left) in [(9, 1), (2, 0)] {
            for _ in 0..days {
                hub.clock.pass_ms(DAY_MS);
                look(&hub.hub, &mut done).await;
            }
            assert_eq!(noted(&hub).await, left);
        }
    }

    /// How many rows there are of each kind that is kept for a while only.
    async fn kept_for_a_while(hub: &Fixture) -> Vec<i64> {
        let mut rows = Vec::new();
        for count in [
            "SELECT COUNT(*) FROM security_events",
            "SELECT COUNT(*) FROM operator_sessions",
            "SELECT COUNT(*) FROM webhook_deliveries",
        ] {
            let counted: Result<i64, sqlx::Error> =
                on_either!(hub.database.reading(), on => sqlx::query_scalar(count).fetch_one(on).await);
            rows.push(counted.unwrap());
        }
        rows
    }

    #[tokio::test]
    async fn a_start_with_a_clock_that_is_years_ahead_forgets_nothing_for_its_age() {
        const AHEAD_MS: i64 = 500 * DAY_MS;
        let hub = open_hub().await;
        let operator = hub.operator().await;
        hub.hub.access.write_notes().await;
        change_tables(
            &hub,
            "INSERT INTO webhook_deliveries (exchange_id, id, webhook_id, seq, type, content_sha256, state, tries, made_at_ms, \
             queued_at_ms, next_try_ms) SELECT id, id, id, 1, 'deal_posted', id, 'delivered', 1, 5, 1795000000000, 6 FROM exchanges",
        )
        .await;
        let before = kept_for_a_while(&hub).await;
        assert!(before.iter().all(|rows| *rows > 0), "{before:?}");
        look(&hub.hub, &mut Done::default()).await;
        hub.clock.set_by_ms(AHEAD_MS);
        for _ in 0..3 {
            look(&hub.hub, &mut Done::default()).await;
            hub.clock.pass_ms(HOUR_MS);
        }
        // Her own session has run out by that clock; another browser of hers logs in.
        let listed = async || operator.get("/api/v1/exchanges").await.code().to_owned();
        assert_eq!(listed().await, "not_logged_in");
        let _ahead = hub.operator().await;
        hub.hub.access.write_notes().await;
        hub.clock.set_by_ms(-AHEAD_MS);
        look(&hub.hub, &mut Done::default()).await;
        assert_eq!(listed().await, "", "it holds again");
        let after = kept_for_a_while(&hub).await;
        assert!(
            before.iter().zip(&after).all(|(before, after)| before <= after),
            "{before:?}, {after:?}"
        );
        // What has gone on for weeks is believed, and keeps what was promised.
        hub.clock.pass_ms(AHEAD_MS);
        for _ in 0..9 {
            look(&hub.hub, &mut Done::default()).await;
            hub.clock.pass_ms(DAY_MS);
        }
        let sessions_of_ahead = kept_for_a_while(&hub).await;
        assert!(
            sessions_of_ahead.iter().zip(&after).all(|(now, then)| now < then),
            "{sessions_of_ahead:?}, {after:?}"
        );
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn what_waits_for_a_lock_keeps_all_only_if_no_deal_can_be_saved() {
        let hub = open_hub_on_postgres().await;
        let writes = hub.database.writes();
        let drammen = hub.exchange("drammen");
        let Either::Postgres(pool) = hub.database.writing() else {
            panic!("not PostgreSQL");
        };
        hub.database.probe(drammen, hub.hub.clock.now()).await.unwrap();
        for (lock, fault) in [
            ("SELECT 1 FROM exchanges WHERE slug = 'drammen' FOR UPDATE", None),
            ("LOCK TABLE events IN ACCESS EXCLUSIVE MODE", Some(Fault::Busy)),
        ] {
            let mut held = pool.begin().await.unwrap();
            sqlx::query(lock).execute(&mut *held).await.unwrap();
            // What a deal of Drammen's does.
            writes.timed_out(drammen);
            try_again(&hub.hub).await;
            assert_eq!(writes.fault(), fault, "{lock}");
            assert!(writes.held_up().contains(&drammen), "{lock}");
            // A webhook is noted; deals wait as before.
            writes.saved(&Ok(()));
            assert_eq!(writes.fault(), fault, "{lock}");
            held.rollback().await.unwrap();
            try_again(&hub.hub).await;
            assert_eq!((writes.fault(), writes.held_up()), (None, Vec::new()), "{lock}");
        }
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn however_many_were_held_up_come_back_at_once_and_wait_for_none_that_is_held_still() {
        let hub = open_hub_on_postgres().await;
        let writes = hub.database.writes();
        let mut held_up = vec![hub.exchange("drammen"), hub.exchange("svelvik")];
        for nth in 0..9 {
            let slug = format!("b-{nth}");
            let made = hub
                .hub
                .make_exchange(&slug, settings(), paired_long_ago(Role::Organiser));
            held_up.push(made.await.unwrap());
        }
        // One is nobody's.
        held_up.pop();
        let Either::Postgres(pool) = hub.database.writing() else {
            panic!("not PostgreSQL");
        };
        let lock = async |slugs: &'static str| {
            let mut held = pool.begin().await.unwrap();
            sqlx::query("SELECT 1 FROM exchanges WHERE slug <> 'b-8' AND slug LIKE $1 FOR UPDATE")
                .bind(slugs)
                .execute(&mut *held)
                .await
                .unwrap();
            held
        };
        let in_order = |mut exchanges: Vec<ExchangeId>| {
            exchanges.sort();
            exchanges
        };
        let held_up = in_order(held_up);
        let all = lock("%").await;
        for exchange in &held_up {
            writes.timed_out(*exchange);
        }
        // Had one been waited for, its lock's time would have run out, and nothing would have been known to be saved.
        try_again(&hub.hub).await;
        assert_eq!((writes.fault(), in_order(writes.held_up())), (None, held_up));
        all.rollback().await.unwrap();
        let one = lock("drammen").await;
        try_again(&hub.hub).await;
        assert_eq!(
            (writes.fault(), writes.held_up()),
            (None, vec![hub.exchange("drammen")])
        );
        one.rollback().await.unwrap();
        try_again(&hub.hub).await;
        assert_eq!(writes.held_up(), []);
    }

    #[tokio::test]
    async fn limits_forget_whoever_has_been_quiet() {
        let hub = open_hub().await;
        for host in 1..=20 {
            let guest = hub.browser().at(&format!("10.0.0.{host}"));
            guest.get("/api/v1/exchanges/drammen/catalogue").await;
            guest.get("/agreement/drammen/none").await;
            guest
                .post("/api/v1/exchanges/drammen/pair", json!({ "code": "AAAA-AAAA" }))
                .await;
            guest
                .post("/api/v1/login", json!({ "passphrase": "ikke denne" }))
                .await;
        }
        let keys = |hub: &Fixture| {
            hub.hub
                .limited()
                .into_iter()
                .filter(|(_, keys)| *keys > 0)
                .collect::<Vec<_>>()
        };
        tend(&hub.hub).await;
        let remembered = keys(&hub);
        assert!(
            remembered.contains(&("guests", 20)) && remembered.contains(&("pairing", 20)),
            "{remembered:?}"
        );
        hub.clock.pass_ms(HOUR_MS);
        tend(&hub.hub).await;
        assert_eq!(keys(&hub), []);
    }
}
