//! Whether this server is ready for the evening: its part of the check before doors. Each finding is a figure and a verdict;
//! what people read is the desk's to say.

mod finding;
mod power;
mod security;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use borsklokka_shared::date::Date;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;

use crate::clock::{APART_MS_MAX, Clock, ExchangeClock};
use crate::config::{Config, hall_addresses};
use crate::database::{Database, Fault};
use crate::doors::Doors;
use crate::log::Unreadable;
use crate::tls::Tls;
use power::{Source, Supply};

use finding::finding;
pub use finding::{ClockFault, Finding, Reach, Security, State, Subject, Unit};

/// A node's clock that differs from the database server's by more is worth a look, in milliseconds.
const NODE_APART_MS_LOOK: i64 = APART_MS_MAX;
/// By more than this it is wrong, in milliseconds: certificates, sessions and pairing codes go by it.
const NODE_APART_MS_WRONG: i64 = 60_000;
/// When this version was made, at the earliest: no clock that is right is before. 2026-11-01, in milliseconds since 1970.
const MADE_AFTER: Instant = Instant::from_unix_ms(1_793_491_200_000);
/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// So long before an exchange nobody prepares it, in milliseconds: two years.
const BEFORE_MS_MAX: i64 = 2 * 366 * DAY_MS;
/// So long after an exchange nobody looks whether it is ready, in milliseconds: ten years.
const AFTER_MS_MAX: i64 = 10 * 366 * DAY_MS;
/// How long the database may take for one write, in seconds.
const WRITE_WAIT_S: u64 = 3;
/// A write that takes longer is worth a look, in milliseconds: a broker would notice.
const WRITE_MS_LOOK: i64 = 500;
/// Less free disk than this is worth a look, in bytes: 1 GiB.
const FREE_BYTES_LOOK: u64 = 1 << 30;
/// Less than this is wrong, in bytes: 64 MiB. An evening writes a few, but other programs write too.
const FREE_BYTES_WRONG: u64 = 64 << 20;
/// A battery below this, without mains, does not last an evening, in per cent.
const BATTERY_PERCENT_WRONG: u8 = 30;
/// More connections than this share of all are worth a look, in per cent.
const CONNECTIONS_PERCENT_LOOK: u64 = 80;

/// The exchange that is about to begin.
#[derive(Clone, Copy, Debug)]
pub struct Evening {
    /// Which one.
    pub exchange: ExchangeId,
    /// On which day, if that is known.
    pub day: Option<Date>,
    /// What is amiss with its log, if anything is.
    pub unreadable: Option<Unreadable>,
}

/// Looks at everything, for the desk of an exchange.
pub async fn look(
    evening: Evening,
    exchange_clock: &ExchangeClock,
    database: &Database,
    config: &Config,
    doors: &Doors,
    tls: Option<&Tls>,
) -> Vec<Finding> {
    let (free_bytes, supplies) = of_the_machine(database).await;
    let clock = exchange_clock.machine().as_ref();
    let mut written = write_ms(evening.exchange, database, clock).await;
    if written.is_ok()
        && let Some(fault) = unread(database).await
    {
        written = Err(fault);
    }
    let mut findings = vec![of_database(written)];
    findings.extend(evening.unreadable.map(of_log));
    findings.extend([
        of_disk(free_bytes),
        of_clock(exchange_clock.ahead_ms(), clock.now(), evening.day),
        of_power(&supplies),
        of_network(
            config.listen,
            config.public_url.is_some(),
            config.base_url(),
            hall_addresses(),
        ),
        security::of_tls(config, tls, clock.now()),
        of_connections(doors.connections(), doors.connections_max()),
    ]);
    findings.extend(clock.database_ahead_ms().map(of_node_clock));
    findings
}

/// How long a committed write takes, in milliseconds; what is wrong if it fails or takes too long.
///
/// # Errors
/// With what is wrong.
pub async fn write_ms(exchange: ExchangeId, database: &Database, clock: &dyn Clock) -> Result<i64, Fault> {
    let begun_ms = clock.elapsed_ms();
    let write = database.probe(exchange, clock.now());
    let failed = match tokio::time::timeout(Duration::from_secs(WRITE_WAIT_S), write).await {
        Ok(Ok(())) => return Ok(clock.elapsed_ms() - begun_ms),
        Ok(Err(error)) => Fault::of_deals(&error),
        Err(_) => {
            database.writes().timed_out(exchange);
            Some(Fault::Busy)
        }
    };
    Err(failed.unwrap_or(Fault::Unknown))
}

/// What keeps what every request reads from being read, if anything does.
async fn unread(database: &Database) -> Option<Fault> {
    let looked = database.look_at_tables();
    match tokio::time::timeout(Duration::from_secs(WRITE_WAIT_S), looked).await {
        Ok(Ok(())) => None,
        Ok(Err(unread)) => Some(unread.fault),
        Err(_) => Some(Fault::Busy),
    }
}

/// Free space and power. The system may take its time over them, so no other task waits.
async fn of_the_machine(database: &Database) -> (Free, Vec<Supply>) {
    let folder = database.folder();
    let looking = tokio::task::spawn_blocking(move || {
        let free = match folder {
            None => Free::Elsewhere,
            Some(folder) => fs4::available_space(folder).map_or(Free::Unknown, Free::Bytes),
        };
        (free, power::supplies(power::FOLDER.as_ref()))
    });
    looking.await.unwrap_or((Free::Unknown, Vec::new()))
}

/// The space where the database lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Free {
    /// So many bytes.
    Bytes(u64),
    /// On another machine.
    Elsewhere,
    /// The system does not say.
    Unknown,
}

fn of_database(write_ms: Result<i64, Fault>) -> Finding {
    let state = match write_ms {
        Err(_) => State::Wrong,
        Ok(WRITE_MS_LOOK..) => State::Look,
        Ok(_) => State::Right,
    };
    let subject = Subject::Database {
        fault: write_ms.err(),
    };
    finding(subject, state, write_ms.ok().map(|ms| (ms, Unit::Ms)))
}

fn of_log(fault: Unreadable) -> Finding {
    finding(Subject::Log { fault }, State::Wrong, None)
}

fn of_disk(free: Free) -> Finding {
    let (state, figure) = match free {
        Free::Bytes(bytes) => {
            let state = match bytes {
                ..FREE_BYTES_WRONG => State::Wrong,
                FREE_BYTES_WRONG..FREE_BYTES_LOOK => State::Look,
                _ => State::Right,
            };
            let figure = i64::try_from(bytes).unwrap_or(i64::MAX);
            (state, Some((figure, Unit::Bytes)))
        }
        Free::Elsewhere => (State::Right, None),
        Free::Unknown => (State::Look, None),
    };
    finding(Subject::Disk, state, figure)
}

/// By how far exchange time is ahead, in milliseconds; what the wall clock shows; and the exchange's day.
fn of_clock(ahead_ms: i64, now: Instant, day: Option<Date>) -> Finding {
    let (state, fault) = if is_years_wrong(now, day) {
        (State::Wrong, Some(ClockFault::YearsWrong))
    } else if ahead_ms > APART_MS_MAX {
        (State::Wrong, Some(ClockFault::ExchangeAhead))
    } else if ahead_ms < -APART_MS_MAX {
        (State::Look, Some(ClockFault::ExchangeBehind))
    } else {
        (State::Right, None)
    };
    finding(Subject::Clock { fault }, state, Some((-ahead_ms, Unit::Ms)))
}

/// Whether the wall clock cannot be right. Sessions go by it: all that begin now end when it is put right.
fn is_years_wrong(now: Instant, day: Option<Date>) -> bool {
    let is_far_from = |day: Date| {
        let begins = day.begins_on_earth();
        begins.ms_since(now) > BEFORE_MS_MAX || now.ms_since(begins) > AFTER_MS_MAX
    };
    now < MADE_AFTER || day.is_some_and(is_far_from)
}

/// By how far the database server's clock is ahead, in milliseconds.
fn of_node_clock(database_ahead_ms: i64) -> Finding {
    let state = match database_ahead_ms.abs() {
        apart_ms if apart_ms <= NODE_APART_MS_LOOK => State::Right,
        apart_ms if apart_ms <= NODE_APART_MS_WRONG => State::Look,
        _ => State::Wrong,
    };
    finding(Subject::NodeClock, state, Some((-database_ahead_ms, Unit::Ms)))
}

fn of_power(supplies: &[Supply]) -> Finding {
    let source = power::source(supplies);
    let percent = power::percent(supplies);
    let state = match (source, percent) {
        (Source::Mains, _) => State::Right,
        (Source::Battery, Some(..BATTERY_PERCENT_WRONG)) => State::Wrong,
        (Source::Battery, _) => State::Look,
    };
    let figure = percent.map(|percent| (i64::from(percent), Unit::Percent));
    finding(Subject::Power { source }, state, figure)
}

fn of_network(listen: SocketAddr, is_told: bool, url: String, hall: Vec<IpAddr>) -> Finding {
    let secure = url.starts_with("https://");
    // An address that somebody gave is a proxy's, or a name in the hall: it is taken for reachable.
    let reach = if is_told || !listen.ip().is_loopback() && !hall.is_empty() {
        Reach::Hall
    } else {
        Reach::Machine
    };
    let state = match reach {
        Reach::Machine => State::Wrong,
        Reach::Hall => State::Right,
    };
    let subject = Subject::Network {
        reach,
        url,
        secure,
        addresses: hall,
    };
    finding(subject, state, None)
}

fn of_connections(connections: u32, max: u32) -> Finding {
    let share = u64::from(connections) * 100 / u64::from(max.max(1));
    let state = match share {
        100.. => State::Wrong,
        CONNECTIONS_PERCENT_LOOK.. => State::Look,
        _ => State::Right,
    };
    finding(
        Subject::Connections { max },
        state,
        Some((i64::from(connections), Unit::Connections)),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn as_json(finding: &Finding) -> serde_json::Value {
        serde_json::to_value(finding).expect("a finding has string keys only")
    }

    #[test]
    fn a_slow_or_failed_write_is_told() {
        for (write_ms, state) in [
            (Ok(0), State::Right),
            (Ok(499), State::Right),
            (Ok(500), State::Look),
            (Err(Fault::Full), State::Wrong),
        ] {
            assert_eq!(of_database(write_ms).state, state, "{write_ms:?}");
        }
        assert_eq!(
            as_json(&of_database(Ok(4))),
            json!({ "id": "database", "state": "right", "figure": 4, "unit": "ms" })
        );
        assert_eq!(
            as_json(&of_database(Err(Fault::Full))),
            json!({ "id": "database", "fault": "full", "state": "wrong" })
        );
        assert_eq!(
            as_json(&of_log(Unreadable::Newer)),
            json!({ "id": "log", "fault": "newer", "state": "wrong" })
        );
        for fault in Unreadable::ALL {
            assert_eq!(as_json(&of_log(fault))["fault"], fault.label());
        }
    }

    #[test]
    fn a_disk_that_fills_is_told() {
        for (free, state) in [
            (Free::Bytes(0), State::Wrong),
            (Free::Bytes(FREE_BYTES_WRONG), State::Look),
            (Free::Bytes(FREE_BYTES_LOOK), State::Right),
            (Free::Bytes(u64::MAX), State::Right),
            (Free::Elsewhere, State::Right),
            (Free::Unknown, State::Look),
        ] {
            assert_eq!(of_disk(free).state, state, "{free:?}");
        }
    }

    #[test]
    fn a_clock_that_differs_from_exchange_time_is_told() {
        for (ahead_ms, state, fault) in [
            (0, State::Right, None),
            (2_000, State::Right, None),
            (2_001, State::Wrong, Some("exchange_ahead")),
            (3_600_000, State::Wrong, Some("exchange_ahead")),
            (-2_000, State::Right, None),
            (-420_000, State::Look, Some("exchange_behind")),
        ] {
            let finding = of_clock(ahead_ms, MADE_AFTER, None);
            let said = as_json(&finding);
            assert_eq!(
                (finding.state, said["fault"].as_str()),
                (state, fault),
                "{ahead_ms}"
            );
            assert_eq!(said["figure"], -ahead_ms);
        }
    }

    #[test]
    fn a_clock_that_is_years_wrong_is_told() {
        assert_eq!(Instant::parse("2026-11-01T00:00:00Z"), Ok(MADE_AFTER));
        for (now, day, is_right) in [
            ("1970-01-01T00:00:00Z", None, false),
            ("2026-10-31T23:59:59Z", None, false),
            ("2026-11-01T00:00:00Z", None, true),
            ("2099-01-01T00:00:00Z", None, true),
            ("1970-01-01T00:00:00Z", Some("2026-11-26"), false),
            ("2026-11-26T16:00:00Z", Some("2026-11-26"), true),
            // It is prepared months ahead, and looked at long after.
            ("2026-11-26T16:00:00Z", Some("2028-06-01"), true),
            ("2030-11-26T16:00:00Z", Some("2026-11-26"), true),
            ("2026-11-26T16:00:00Z", Some("2029-06-01"), false),
            ("2038-01-19T03:14:07Z", Some("2026-11-26"), false),
        ] {
            let at = Instant::parse(now).expect("an instant");
            let finding = of_clock(0, at, day.map(|day| day.parse().expect("a day")));
            let wanted = if is_right {
                (State::Right, None)
            } else {
                (State::Wrong, Some("years_wrong"))
            };
            let said = as_json(&finding);
            assert_eq!((finding.state, said["fault"].as_str()), wanted, "{now} {day:?}");
        }
        let both = as_json(&of_clock(3_600_000, Instant::default(), None));
        assert_eq!(both["fault"], "years_wrong", "it is the worse");
    }

    #[test]
    fn a_node_whose_clock_differs_from_the_databases_is_told() {
        for (ahead_ms, state) in [
            (0, State::Right),
            (-2_000, State::Right),
            (10_000, State::Look),
            (-60_001, State::Wrong),
        ] {
            assert_eq!(of_node_clock(ahead_ms).state, state, "{ahead_ms}");
        }
    }

    #[test]
    fn a_battery_without_mains_is_told() {
        let battery = |status: &str, percent| Supply::Battery {
            is_draining: status == "Discharging",
            percent: Some(percent),
        };
        for (supplies, state, json) in [
            (vec![], State::Right, json!({ "source": "mains" })),
            (
                vec![battery("Charging", 12)],
                State::Right,
                json!({ "source": "mains", "figure": 12, "unit": "percent" }),
            ),
            (
                vec![battery("Discharging", 80), Supply::Mains { is_on: false }],
                State::Look,
                json!({ "source": "battery", "figure": 80, "unit": "percent" }),
            ),
            (
                vec![battery("Discharging", 29)],
                State::Wrong,
                json!({ "source": "battery", "figure": 29, "unit": "percent" }),
            ),
        ] {
            let finding = of_power(&supplies);
            assert_eq!(finding.state, state, "{supplies:?}");
            let mut wanted = json;
            wanted["id"] = "power".into();
            wanted["state"] = serde_json::to_value(state).expect("a name");
            assert_eq!(as_json(&finding), wanted);
        }
    }

    #[test]
    fn a_server_that_no_phone_reaches_is_told() {
        let hall: Vec<IpAddr> = vec!["192.168.1.5".parse().expect("an address")];
        for (listen, is_told, url, hall, reach, state) in [
            (
                "127.0.0.1:8080",
                false,
                "http://127.0.0.1:8080",
                &hall,
                Reach::Machine,
                State::Wrong,
            ),
            (
                "0.0.0.0:8080",
                false,
                "http://127.0.0.1:8080",
                &vec![],
                Reach::Machine,
                State::Wrong,
            ),
            (
                "0.0.0.0:8080",
                false,
                "http://192.168.1.5:8080",
                &hall,
                Reach::Hall,
                State::Right,
            ),
            (
                "127.0.0.1:8080",
                true,
                "https://example.org",
                &hall,
                Reach::Hall,
                State::Right,
            ),
        ] {
            let listen = listen.parse().expect("an address");
            let finding = of_network(listen, is_told, url.to_owned(), hall.clone());
            assert_eq!(finding.state, state, "{listen} {url}");
            let Subject::Network { reach: found, .. } = finding.subject else {
                panic!("not the network");
            };
            assert_eq!(found, reach, "{listen} {url}");
        }
    }

    #[test]
    fn a_full_house_is_told() {
        for (connections, state) in [
            (79, State::Right),
            (80, State::Look),
            (99, State::Look),
            (100, State::Wrong),
        ] {
            assert_eq!(of_connections(connections, 100).state, state, "{connections}");
        }
    }
}
