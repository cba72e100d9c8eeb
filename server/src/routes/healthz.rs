//! Whether the server is well, for a watchdog or a proxy. Everybody may ask, so nothing here tells what happens in an exchange.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::future::join_all;
use serde_json::json;

use crate::database::{Database, Fault};
use crate::floor::FloorHandle;
use crate::hub::Hub;
use crate::log::Unreadable;

/// How long a floor's writer and the database have to answer, in seconds.
const ANSWER_WAIT_S: u64 = 2;

/// `GET /livez`: `ok` if the process answers at all. What is amiss with anything else is no reason to start it again.
pub(super) async fn livez() -> &'static str {
    "ok"
}

/// `GET /readyz`: `ok` if the database and the writer of each open floor answer, what every request reads can be read, and the floor of each exchange of today could be opened; or
/// 503, a code, what to do, and which exchange. One floor among several that does not answer or open is told too, but is no reason to send
/// nobody here: what keeps it most likely keeps it everywhere, and the others go on. So is one that no start opens again.
pub(super) async fn readyz(State(hub): State<Arc<Hub>>) -> Response {
    ready_within(&hub, Duration::from_secs(ANSWER_WAIT_S)).await
}

/// Whether `GET /readyz` would say so.
pub(crate) async fn is_ready(hub: &Hub) -> bool {
    ready_within(hub, Duration::from_secs(ANSWER_WAIT_S))
        .await
        .status()
        == StatusCode::OK
}

async fn ready_within(hub: &Hub, wait: Duration) -> Response {
    if let Some(amiss) = of_database(hub, wait).await {
        return amiss;
    }
    let (opened, silent) = tokio::join!(
        tokio::time::timeout(wait, hub.floors.opened()),
        silent_within(hub, wait)
    );
    // Where there are several nodes, a newer one may serve what this one cannot; where there is one, the other exchanges are its own.
    if let (Database::Postgres(_), Some(exchange)) = (hub.access.database(), hub.floors.known_too_new()) {
        let sentence = Unreadable::Newer.sentence();
        return amiss("log_newer", sentence, Some(&exchange.slug));
    }
    of_floors(hub, &silent).unwrap_or_else(|| {
        if opened.is_ok() {
            return "ok".into_response();
        }
        let message = "The floors of today's exchanges are being opened still: ask again before you rely on this server.";
        told(StatusCode::OK, "floors_opening", message, None)
    })
}

/// What is amiss with the floors: those that do not answer, those of today that could not be opened, and those that no start opens again.
fn of_floors(hub: &Hub, silent: &Silent) -> Option<Response> {
    let unopened = hub.floors.unopened();
    // Those that are closed open when they are asked for.
    let are_most_unopened = unopened.len() * 2 > hub.floors.count();
    let status = if silent.are_most() || are_most_unopened {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    let silent_first = silent.exchanges.first();
    if let Some(first) = silent_first.filter(|_| silent.are_most() || unopened.is_empty()) {
        let message = "The floor of an exchange does not answer: commands wait. Look at the database and the server's log.";
        return Some(told(status, "floor_silent", message, Some(first)));
    }
    let known = hub.floors.known_faults().into_iter();
    let in_memory_alone = known.filter(|(fault, _)| *fault == Unreadable::Unopenable);
    let (fault, exchange) = unopened.into_iter().chain(in_memory_alone).min()?;
    let code = format!("log_{}", fault.as_str());
    Some(told(status, &code, fault.sentence(), Some(&exchange)))
}

/// The floors that hold up whoever is at them.
#[derive(Debug)]
pub(crate) struct Silent {
    /// The addresses of their exchanges.
    pub(crate) exchanges: BTreeSet<String>,
    /// How many floors are open.
    open: usize,
}

impl Silent {
    /// Whether the server serves no more than half of whom it should: it may be its own fault. In a hall with one exchange that is the one.
    fn are_most(&self) -> bool {
        self.exchanges.len() * 2 > self.open
    }
}

/// The open floors whose writer does not answer, or whose last deal could not be saved.
pub(crate) async fn silent(hub: &Hub) -> Silent {
    silent_within(hub, Duration::from_secs(ANSWER_WAIT_S)).await
}

async fn silent_within(hub: &Hub, wait: Duration) -> Silent {
    let floors = hub.floors.all_open();
    let answers = join_all(floors.iter().map(|floor| answers(floor, wait))).await;
    let held_up = hub.access.database().writes().held_up();
    let exchanges = floors
        .iter()
        .zip(answers)
        .filter(|(floor, answers)| !answers || held_up.contains(&floor.exchange.id))
        .map(|(floor, _)| floor.exchange.slug.clone())
        .collect();
    Silent {
        exchanges,
        open: floors.len(),
    }
}

/// Whether a floor's writer answers in time. One that has closed meanwhile is wanted by nobody.
async fn answers(floor: &FloorHandle, wait: Duration) -> bool {
    floor.is_closed() || matches!(tokio::time::timeout(wait, floor.answers()).await, Ok(true))
}

/// `GET /healthz`: `ok`; or 503, a code, and what to do, if something cannot be saved, of one exchange too, or what every request reads cannot
/// be read.
pub(super) async fn healthz(State(hub): State<Arc<Hub>>) -> Response {
    if let Some(amiss) = of_database(&hub, Duration::from_secs(ANSWER_WAIT_S)).await {
        return amiss;
    }
    let held_up = hub.access.database().writes().held_up();
    let list = hub.floors.list();
    // One that was deleted meanwhile is nobody's any more.
    if let Some(exchange) = list.into_iter().find(|exchange| held_up.contains(&exchange.id)) {
        let message = "The deals of an exchange cannot be saved; those of others can. Look at what holds its rows in PostgreSQL (pg_locks), \
            and at the server's log; saving goes on by itself.";
        return amiss("floor_unsaved", message, Some(&exchange.slug));
    }
    if let Some((fault, exchange)) = hub.floors.known_faults().into_iter().next() {
        let code = format!("log_{}", fault.as_str());
        return amiss(&code, fault.sentence(), Some(&exchange));
    }
    "ok".into_response()
}

/// What is amiss with the database, as far as the last write tells, and whether its file is where it was; and with what every request reads in
/// it. Where nobody has written for a while, something is.
async fn of_database(hub: &Hub, wait: Duration) -> Option<Response> {
    let database = hub.access.database();
    let answer_wait = Duration::from_secs(ANSWER_WAIT_S);
    let read = tokio::time::timeout(answer_wait, database.look_at_tables());
    // A disk that does not answer is told by what is written.
    let looked = tokio::time::timeout(wait, database.look_for_file());
    let (read, _, ()) = tokio::join!(read, looked, hub.try_if_quiet(answer_wait));
    // Whoever is kept by one table takes what connections there are: what says so is not away.
    let is_told = matches!(read, Ok(Err(_)));
    let fault = database.writes().fault();
    if let Some(fault) = fault.filter(|fault| *fault != Fault::Away || !is_told) {
        let code = format!("database_{}", fault.as_str());
        return Some(amiss(&code, fault.sentence(), None));
    }
    match read {
        Ok(Ok(())) => None,
        Ok(Err(unread)) => Some(amiss(&unread.code(), &unread.sentence(), None)),
        Err(_) => {
            let message = "The database does not answer. Start it, or look at the network between.";
            Some(amiss("database_away", message, None))
        }
    }
}

fn amiss(code: &str, message: &str, exchange: Option<&str>) -> Response {
    told(StatusCode::SERVICE_UNAVAILABLE, code, message, exchange)
}

fn told(status: StatusCode, code: &str, message: &str, exchange: Option<&str>) -> Response {
    let mut body = json!({ "code": code, "message": message });
    if let Some(exchange) = exchange {
        body["exchange"] = json!(exchange);
    }
    (status, Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::database::Either;
    #[cfg(unix)]
    use crate::fixture::open_hub_on_postgres;
    use crate::fixture::{Fixture, open_hub};

    #[tokio::test]
    async fn a_server_that_is_well_says_so_and_no_more() {
        let hub = open_hub().await;
        for path in ["/livez", "/readyz", "/healthz"] {
            let answer = hub.browser().at("192.168.1.20").get(path).await;
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (StatusCode::OK, "ok"),
                "{path}"
            );
        }
    }

    /// What `/readyz` and `/healthz` say.
    async fn said(hub: &Fixture) -> [(StatusCode, String); 2] {
        let browser = hub.browser();
        let (ready, health) = (browser.get("/readyz").await, browser.get("/healthz").await);
        [ready, health].map(|answer| (answer.status, answer.code().to_owned()))
    }

    const WELL: (StatusCode, String) = (StatusCode::OK, String::new());

    #[tokio::test]
    async fn whoever_asks_an_idle_server_is_told_that_nothing_can_be_saved_before_anybody_has_tried() {
        let hub = open_hub().await;
        let Either::Sqlite(writer) = hub.database.writing() else {
            // Of PostgreSQL another test says it.
            return;
        };
        let at = hub.hub.clock.now();
        hub.database.probe(hub.exchange("drammen"), at).await.unwrap();
        let nothing = (StatusCode::SERVICE_UNAVAILABLE, "database_read_only".to_owned());
        let set = async |to: &'static str| sqlx::query(to).execute(writer).await.map(drop).unwrap();
        set("PRAGMA query_only = ON").await;
        assert_eq!(said(&hub).await, [WELL, WELL], "a deal was saved just now");
        hub.database.writes().fall_quiet();
        assert_eq!(said(&hub).await, [nothing.clone(), nothing]);
        set("PRAGMA query_only = OFF").await;
        hub.database.probe(hub.exchange("drammen"), at).await.unwrap();
        assert_eq!(said(&hub).await, [WELL, WELL]);
    }

    /// What becomes of a command of the organiser's.
    async fn commanded(hub: &Fixture) -> StatusCode {
        let settings = json!({
            "name": "Børsen", "place": "Biblioteket", "date": "2026-11-26", "time_zone": "Europe/Oslo", "language": "nb",
            "goal": 60, "categories": [{ "id": "hands", "name": "Nyttige never" }],
        });
        let command = json!({ "command": { "type": "configure", "settings": settings } });
        let organiser = hub.operator().await;
        let path = "/api/v1/exchanges/drammen/commands";
        organiser.post(path, command).await.status
    }

    /// Goes through a rule that somebody gave the tables of the log, which refuses every command: it is told as soon as a command has met it,
    /// and where nobody has, as soon as somebody asks; what is tried in place of a deal does not end it; and it is over when the rule is gone.
    async fn meets_a_rule(hub: &Fixture, begin: &'static str, end: &'static str) {
        let nothing = (StatusCode::SERVICE_UNAVAILABLE, "database_unknown".to_owned());
        let run = async |statements: &'static str| match hub.database.writing() {
            Either::Sqlite(on) => sqlx::raw_sql(statements).execute(on).await.map(drop).unwrap(),
            Either::Postgres(on) => sqlx::raw_sql(statements).execute(on).await.map(drop).unwrap(),
        };
        assert_eq!(said(hub).await, [WELL, WELL], "{begin}");
        run(begin).await;
        hub.database.writes().fall_quiet();
        assert_eq!(said(hub).await, [nothing.clone(), nothing.clone()], "{begin}");
        run(end).await;
        try_again(hub).await;
        assert_eq!(said(hub).await, [WELL, WELL], "{begin}");

        run(begin).await;
        assert_eq!(commanded(hub).await, StatusCode::SERVICE_UNAVAILABLE, "{begin}");
        let health = hub.browser().get("/healthz").await;
        assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE, "{begin}");
        for _ in 0..2 {
            try_again(hub).await;
            assert_eq!(said(hub).await, [nothing.clone(), nothing.clone()], "{begin}");
        }
        run(end).await;
        try_again(hub).await;
        assert_eq!(said(hub).await, [WELL, WELL], "{begin}");
        assert_eq!(commanded(hub).await, StatusCode::OK, "{begin}");
    }

    /// What the server does every few seconds.
    async fn try_again(hub: &Fixture) {
        if let Some(to_try) = hub.database.writes().to_try(&hub.hub.exchanges()) {
            let at = hub.hub.clock.now();
            hub.database.try_deals(&to_try, at, Duration::from_secs(5)).await;
        }
    }

    #[tokio::test]
    async fn a_trigger_in_a_file_that_refuses_every_command_is_told() {
        for begin in [
            "CREATE TABLE heard (id INTEGER PRIMARY KEY); INSERT INTO heard VALUES (1); \
             CREATE TRIGGER hears AFTER INSERT ON events BEGIN INSERT INTO heard VALUES (1); END",
            "CREATE TABLE heard (id INTEGER PRIMARY KEY CHECK (id > 1)); \
             CREATE TRIGGER hears AFTER INSERT ON outcomes BEGIN INSERT INTO heard VALUES (1); END",
            "CREATE TABLE heard (id INTEGER); \
             CREATE TRIGGER hears BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'nothing is taken here'); END",
        ] {
            let hub = open_hub().await;
            if let Either::Postgres(_) = hub.database.writing() {
                // Another test says it.
                return;
            }
            meets_a_rule(&hub, begin, "DROP TRIGGER hears; DROP TABLE heard").await;
        }
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn a_rule_or_a_trigger_of_postgres_that_refuses_every_command_is_told() {
        for (begin, end) in [
            (
                "ALTER TABLE events ADD CONSTRAINT none CHECK (false) NOT VALID",
                "ALTER TABLE events DROP CONSTRAINT none",
            ),
            (
                "ALTER TABLE outcomes ADD CONSTRAINT none CHECK (answer IS NULL) NOT VALID",
                "ALTER TABLE outcomes DROP CONSTRAINT none",
            ),
            (
                "CREATE TABLE heard (id BIGINT PRIMARY KEY); INSERT INTO heard VALUES (1); \
                 CREATE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN INSERT INTO heard VALUES (1); RETURN NEW; END $$; \
                 CREATE TRIGGER hears BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION hear()",
                "DROP TRIGGER hears ON events; DROP FUNCTION hear; DROP TABLE heard",
            ),
        ] {
            let hub = open_hub_on_postgres().await;
            meets_a_rule(&hub, begin, end).await;
        }
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn a_rule_that_refuses_one_exchanges_deals_is_told_as_that_ones() {
        let hub = open_hub_on_postgres().await;
        let Either::Postgres(pool) = hub.database.writing() else {
            panic!("not PostgreSQL");
        };
        let rule = format!(
            "ALTER TABLE events ADD CONSTRAINT not_here CHECK (exchange_id <> '{}') NOT VALID",
            hub.exchange("drammen")
        );
        let made = sqlx::raw_sql(sqlx::AssertSqlSafe(rule)).execute(pool).await;
        made.unwrap();
        assert_eq!(commanded(&hub).await, StatusCode::SERVICE_UNAVAILABLE);
        for _ in 0..2 {
            try_again(&hub).await;
            let health = hub.browser().get("/healthz").await;
            assert_eq!(
                (health.code(), &health.json["exchange"]),
                ("floor_unsaved", &json!("drammen"))
            );
        }
    }

    #[tokio::test]
    async fn a_server_without_an_exchange_is_asked_too() {
        let hub = open_hub().await;
        for slug in ["drammen", "svelvik"] {
            let exchange = hub.hub.floors.find(slug).unwrap();
            hub.hub.floors.delete(&exchange).await.unwrap();
        }
        hub.database.writes().fall_quiet();
        assert_eq!(said(&hub).await, [WELL, WELL]);
        assert!(!hub.database.writes().are_quiet(), "something was written");
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn a_node_that_wrote_nothing_says_that_postgres_can_only_be_read_as_soon_as_it_is_asked() {
        let hub = open_hub_on_postgres().await;
        let Either::Postgres(pool) = hub.database.writing() else {
            panic!("not PostgreSQL");
        };
        let name: String = sqlx::query_scalar("SELECT current_database()")
            .fetch_one(pool)
            .await
            .unwrap();
        // It can write whatever is set from now on.
        let mut operator = pool.acquire().await.unwrap().detach();
        let only_read = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
        let all_end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
            AND pid <> pg_backend_pid()";
        for statement in [only_read.as_str(), all_end] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()))
                .execute(&mut operator)
                .await
                .unwrap();
        }
        hub.database.writes().fall_quiet();
        let nothing = (
            StatusCode::SERVICE_UNAVAILABLE,
            "database_server_read_only".to_owned(),
        );
        assert_eq!(said(&hub).await, [nothing.clone(), nothing]);
        let again = format!("ALTER DATABASE {name} RESET default_transaction_read_only");
        sqlx::raw_sql(sqlx::AssertSqlSafe(again))
            .execute(&mut operator)
            .await
            .unwrap();
        hub.database
            .probe(hub.exchange("drammen"), hub.hub.clock.now())
            .await
            .unwrap();
        assert_eq!(said(&hub).await, [WELL, WELL]);
    }

    /// Has the writer of a floor wait for its board, until what it gives is dropped.
    fn wedge(floor: FloorHandle) -> Wedge {
        let ((held, is_held), (release, released)) = (mpsc::channel(), mpsc::channel::<()>());
        let holder = std::thread::spawn(move || {
            floor.view.with_staff_board(|_| {
                held.send(()).unwrap();
                // An error means that the giver is gone.
                let _ = released.recv();
            });
        });
        is_held.recv().unwrap();
        (release, holder)
    }

    type Wedge = (mpsc::Sender<()>, std::thread::JoinHandle<()>);

    /// What `GET /readyz` says within a moment.
    async fn asked(hub: &Hub) -> (StatusCode, serde_json::Value) {
        // A writer may still have been at its select, which answers once.
        let wait = Duration::from_millis(50);
        ready_within(hub, wait).await;
        let answer = ready_within(hub, wait).await;
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), 1_000).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    // Each floor that is wedged keeps a thread of the runtime.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_floor_that_does_not_answer_is_named_and_people_are_sent_elsewhere_if_most_do_not() {
        let hub = open_hub().await;
        let mut wedges = Vec::new();
        for (slug, status) in [
            ("drammen", StatusCode::OK),
            ("svelvik", StatusCode::SERVICE_UNAVAILABLE),
        ] {
            wedges.push(wedge(hub.hub.floors.get(slug).await.unwrap()));
            let (told, body) = asked(&hub.hub).await;
            assert_eq!(told, status, "{slug}: {body}");
            assert_eq!(
                (&body["code"], &body["exchange"]),
                (&json!("floor_silent"), &json!("drammen"))
            );
            assert_eq!(
                is_ready(&hub.hub).await,
                status == StatusCode::OK,
                "as a proxy asks"
            );
        }
        assert_eq!(silent(&hub.hub).await.exchanges.len(), 2);
        assert_eq!(hub.browser().get("/livez").await.status, StatusCode::OK);
        for (release, holder) in wedges {
            drop(release);
            holder.join().unwrap();
        }
        let answer = hub.browser().get("/readyz").await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::OK, "ok"),
            "and they are there again"
        );
    }

    #[tokio::test]
    async fn nobody_relies_on_a_server_whose_floors_are_still_being_opened() {
        let hub = open_hub().await;
        let opening = hub.hub.floors.begin_opening();
        let (status, body) = asked(&hub.hub).await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::OK, &json!("floors_opening"))
        );
        drop(opening);
        assert_eq!(hub.browser().get("/readyz").await.text, "ok");
    }

    #[test]
    fn the_one_floor_of_a_hall_counts_and_one_of_a_country_does_not() {
        for (silent, open, are_most) in [
            (0, 0, false),
            (1, 1, true),
            (1, 2, false),
            (2, 2, true),
            (1, 357, false),
            (178, 357, false),
            (179, 357, true),
        ] {
            let exchanges = (0..silent).map(|number: usize| number.to_string()).collect();
            let told = Silent { exchanges, open };
            assert_eq!(told.are_most(), are_most, "{silent} of {open}");
        }
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn a_row_of_one_exchange_that_is_locked_keeps_the_node_in_front_of_nobody_else() {
        let hub = open_hub_on_postgres().await;
        let database = &hub.database;
        // What its commits do while somebody holds its row.
        database.writes().timed_out(hub.exchange("drammen"));
        let ready = hub.browser().get("/readyz").await;
        assert_eq!(
            (ready.status, ready.code(), &ready.json["exchange"]),
            (StatusCode::OK, "floor_silent", &json!("drammen"))
        );
        let health = hub.browser().get("/healthz").await;
        assert_eq!(
            (health.status, health.code(), &health.json["exchange"]),
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "floor_unsaved",
                &json!("drammen")
            )
        );
        let at = hub.hub.clock.now();
        database.probe(hub.exchange("svelvik"), at).await.unwrap();
        assert_eq!(hub.browser().get("/healthz").await.code(), "floor_unsaved");
        database.probe(hub.exchange("drammen"), at).await.unwrap();
        for path in ["/readyz", "/healthz"] {
            assert_eq!(hub.browser().get(path).await.text, "ok", "{path}");
        }
    }
}
