//! From every schema that there was, with rows in every table, to today's; what an older node writes beside a newer one; and what an older
//! server makes of what a newer one has left.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use borsklokka::database::{Database, Either};
use borsklokka::log::Answer;
use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, SqliteConnection};
use test_support::{http, postgres};

use crate::common::{ANYWHERE, BORSKLOKKA, Disk, Server, change, done, name, refused, submission, url};
use crate::export::evening;

/// Tables that are no more: nothing of a node that writes in one is left.
const GONE: [&str; 1] = ["pairing_tries"];
/// An id, and a SHA-256.
const ID: &str = "01970000-0000-7000-8000-0000000000c1";
const HASH: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";
/// A passkey as it is kept.
const PASSKEY: &str = r#"{"cred":{"cred_id":"AAAA","cred":{"type_":"ES256","key":{"EC_EC2":{"curve":"SECP256R1","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}},"counter":0,"transports":null,"user_verified":true,"backup_eligible":false,"backup_state":false,"registration_policy":"required","extensions":{},"attestation":{"data":"None","metadata":"None"},"attestation_format":"none"}}"#;

fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../migrations")
        .join(kind)
}

/// Those migrations that there were when one was the newest.
async fn migrator(kind: &str, newest: i64) -> Migrator {
    let mut migrator = Migrator::new(folder(kind)).await.expect("the folder's files");
    let those = migrator
        .migrations
        .iter()
        .filter(|migration| migration.version <= newest);
    migrator.migrations = those.cloned().collect::<Vec<_>>().into();
    migrator
}

/// Every version of the tables that there was.
async fn versions(kind: &str) -> Vec<i64> {
    let all = migrator(kind, i64::MAX).await;
    all.migrations.iter().map(|migration| migration.version).collect()
}

/// What an exchange's own file does not hold: rows of the other tables.
fn rows_of_the_server() -> Vec<String> {
    let account = format!("'{ID}'");
    [
        format!("operator (id, device_id, passphrase_phc, set_at_ms) VALUES (1, '{ID}', 'x', 5)"),
        format!("operator_sessions (token_sha256, expires_at_ms) VALUES ('{HASH}', 5)"),
        "seen_clock (id, since_ms, last_seen_ms) VALUES (1, 5, 5)".to_owned(),
        "probes (exchange_id, written_at_ms) SELECT id, 5 FROM exchanges".to_owned(),
        format!(
            "security_events (exchange_id, at_ms, event, role, device_id, name, about, came_from) \
             SELECT id, 5, 'login_failed', 'broker', '{ID}', 'Ingrid', '{ID}', '10.0.0.1' FROM exchanges"
        ),
        format!(
            "accounts (id, email, name, passphrase_phc, may_make, made_at_ms, changed_at_ms, disabled_at_ms, language) \
             VALUES ({account}, 'kari@example.org', 'Kari', 'x', 1, 5, 5, NULL, 'nb')"
        ),
        format!("account_exchanges (account_id, exchange_id, made_it, given_at_ms) SELECT {account}, id, 1, 5 FROM exchanges"),
        format!(
            "account_sessions (id, account_id, token_sha256, browser, came_from, made_at_ms, last_seen_ms, expires_at_ms) \
             VALUES ('{ID}', {account}, '{HASH}', 'Firefox', '10.0.0.1', 5, 5, 6)"
        ),
        format!("account_tokens (token_sha256, account_id, made_at_ms, expires_at_ms) VALUES ('{HASH}', {account}, 5, 6)"),
        format!(
            "account_mails (id, account_id, kind, recipient, state, tries, queued_at_ms, next_try_ms) \
             VALUES ('{ID}', {account}, 'invitation', 'kari@example.org', 'sent', 1, 5, 6)"
        ),
        format!(
            "account_passkeys (id, account_id, credential_sha256, name, passkey, made_at_ms, last_used_ms) \
             VALUES ('{ID}', {account}, '{HASH}', 'Telefon', '{PASSKEY}', 5, NULL)"
        ),
        format!("account_challenges (token_sha256, account_id, asked, expires_at_ms) VALUES ('{HASH}', {account}, '{{}}', 6)"),
        "promised_erasures (exchange_id, promised_on, announced_at_ms, last_seen_at_ms) SELECT id, '2027-11-26', 5, 5 FROM exchanges"
            .to_owned(),
        format!(
            "webhooks (exchange_id, id, url, kinds, secret, made_at_ms, after_seq) \
             SELECT id, '{ID}', 'https://example.org/', 'deals', 'whsec_AAAA', 5, 1 FROM exchanges"
        ),
        format!(
            "webhook_deliveries (exchange_id, id, webhook_id, seq, type, content_sha256, state, tries, made_at_ms, queued_at_ms, next_try_ms) \
             SELECT id, '{ID}', '{ID}', 1, 'deal_posted', '{HASH}', 'delivered', 1, 5, 5, 6 FROM exchanges"
        ),
        format!(
            "program_tokens (exchange_id, id, name, token_sha256, with_report, made_at_ms) \
             SELECT id, '{ID}', 'Portal', '{HASH}', 1, 5 FROM exchanges"
        ),
    ]
    .map(|row| format!("INSERT INTO {row}"))
    .into()
}

/// What an exchange's own file leaves out of the tables that are the exchange's: secrets, and mails.
fn rows_of_its_secrets() -> Vec<String> {
    [
        format!(
            "agreement_links (token_sha256, exchange_id, deal_id, made_at_ms, expires_at_ms) SELECT '{HASH}', id, id, 5, 6 FROM exchanges"
        ),
        format!(
            "mail_links (exchange_id, token_sha256, opens, about, made_at_ms, expires_at_ms) \
             SELECT id, '{HASH}', 'registration', id, 5, 6 FROM exchanges"
        ),
        format!(
            "pairing_codes (exchange_id, id, code_sha256, role, made_at_ms, expires_at_ms) \
             SELECT id, id, '{HASH}', 'broker', 5, 6 FROM exchanges"
        ),
        "mails (exchange_id, id, kind, about, recipient, language, matter, state, tries, made_at_ms, queued_at_ms, next_try_ms) \
         SELECT id, id, 'test', 'x', 'kari@example.org', 'nb', '{}', 'held', 0, 5, 5, 5 FROM exchanges"
            .to_owned(),
    ]
    .map(|row| format!("INSERT INTO {row}"))
    .into()
}

/// The tables of a database, each with its columns: all but the migrations'.
type Tables = BTreeMap<String, Vec<String>>;

fn tables(columns: Vec<(String, String)>) -> Tables {
    let mut tables = Tables::new();
    for (table, column) in columns {
        tables.entry(table).or_default().push(column);
    }
    tables.remove("_sqlx_migrations");
    tables
}

/// Today's rows, as far as there was room for them: each table's own columns, copied, and afterwards compared.
struct Copying<'a> {
    from: &'a str,
    to: &'a str,
    then: &'a Tables,
    now: &'a Tables,
    /// What has rows keep their numbers where the database counts them.
    as_numbered: &'a str,
}

impl Copying<'_> {
    /// The tables that there are still, each with the columns that there were. None of them is gone.
    fn shared(&self) -> impl Iterator<Item = (&String, String)> {
        self.then
            .iter()
            .filter(|(table, _)| !GONE.contains(&table.as_str()))
            .map(|(table, columns)| {
                let now = self
                    .now
                    .get(table)
                    .unwrap_or_else(|| panic!("{table} is gone: an older node cannot go on"));
                for column in columns {
                    assert!(
                        now.contains(column),
                        "{table}.{column} is gone: an older node cannot go on"
                    );
                }
                (table, columns.join(", "))
            })
    }

    fn copies(&self) -> Vec<String> {
        let (from, to, as_numbered) = (self.from, self.to, self.as_numbered);
        let copy = |(table, columns)| {
            format!("INSERT INTO {to}.{table} ({columns}) {as_numbered} SELECT {columns} FROM {from}.{table}")
        };
        // Whatever refers to others comes behind them.
        let mut shared: Vec<_> = self.shared().collect();
        shared.sort_by_key(|(table, _)| (*table != "exchanges", *table != "accounts"));
        shared.into_iter().map(copy).collect()
    }

    /// What no version before archives could have left: that an exchange has gone back to nought. It stands in the log that is copied.
    fn archives(&self) -> String {
        let columns = self.now["archives"].join(", ");
        if self.then.contains_key("archives") {
            return "SELECT 1".to_owned();
        }
        format!(
            "INSERT INTO {}.archives ({columns}) SELECT {columns} FROM {}.archives",
            self.to, self.from
        )
    }

    /// Statements that count rows which only one of the two has, each with its table's name.
    fn differences(&self) -> Vec<(String, String)> {
        let (from, to) = (self.from, self.to);
        let count = |(table, columns): (&String, String)| {
            let rows = |schema| format!("SELECT {columns} FROM {schema}.{table}");
            let (one, other) = (rows(from), rows(to));
            let only =
                |one: &str, other: &str| format!("(SELECT COUNT(*) FROM ({one} EXCEPT {other}) AS apart)");
            (
                table.clone(),
                format!("SELECT {} + {}", only(&one, &other), only(&other, &one)),
            )
        };
        self.shared().map(count).collect()
    }
}

async fn open_file(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::from_str(&url(file)).expect("a name");
    let options = options.create_if_missing(true).foreign_keys(false);
    options.connect().await.expect("opened")
}

async fn run_on_file(connection: &mut SqliteConnection, statement: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{statement}: {error}"));
}

async fn tables_of_file(connection: &mut SqliteConnection, schema: &str) -> Tables {
    let statement = format!(
        "SELECT tables.name, columns.name FROM {schema}.sqlite_master AS tables, pragma_table_info(tables.name, '{schema}') AS columns \
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%' ORDER BY tables.name, columns.cid"
    );
    let columns = sqlx::query_as(AssertSqlSafe(statement))
        .fetch_all(connection)
        .await;
    tables(columns.expect("listed"))
}

/// A database in a file that has rows in every table.
async fn full_file() -> (Server, PathBuf) {
    let server = evening().await;
    change(&server.disk, &rows_of_the_server().join(";")).await;
    server.stop();
    server.disk.database.close().await;
    let file = server.disk.folder.path().join("borsklokka.db");
    (server, file)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_every_schema_is_brought_up_to_date_with_all_that_was_in_it() {
    let (server, full) = full_file().await;
    let folder = server.disk.folder.path();
    for version in versions("sqlite").await {
        let file = folder.join(format!("of-{version}.db"));
        let mut connection = open_file(&file).await;
        migrator("sqlite", version)
            .await
            .run(&mut connection)
            .await
            .expect("as it was then");
        run_on_file(&mut connection, &format!("ATTACH '{}' AS today", name(&full))).await;
        let (then, now) = (
            tables_of_file(&mut connection, "main").await,
            tables_of_file(&mut connection, "today").await,
        );
        let copying = Copying {
            from: "today",
            to: "main",
            then: &then,
            now: &now,
            as_numbered: "",
        };
        run_on_file(&mut connection, &copying.copies().join(";")).await;
        if then.contains_key("pairing_tries") {
            run_on_file(
                &mut connection,
                "INSERT INTO pairing_tries SELECT id, 3, NULL FROM exchanges",
            )
            .await;
        }
        drop(connection);
        Database::open(&url(&file))
            .await
            .expect("brought up to date")
            .close()
            .await;
        let mut connection = open_file(&file).await;
        run_on_file(&mut connection, &format!("ATTACH '{}' AS today", name(&full))).await;
        run_on_file(&mut connection, &copying.archives()).await;
        drop(connection);
        let checked = done("check", &url(&file), &[]);
        assert!(checked.contains("1 exchange, no faults"), "{version}: {checked}");

        let mut connection = open_file(&file).await;
        run_on_file(&mut connection, &format!("ATTACH '{}' AS today", name(&full))).await;
        assert_eq!(tables_of_file(&mut connection, "main").await, now, "{version}");
        for (table, count) in copying.differences() {
            let apart: i64 = sqlx::query_scalar(AssertSqlSafe(count))
                .fetch_one(&mut connection)
                .await
                .expect("compared");
            assert_eq!(apart, 0, "{table} of {version}");
            let rows = format!("SELECT COUNT(*) FROM main.{table}");
            let rows: i64 = sqlx::query_scalar(AssertSqlSafe(rows))
                .fetch_one(&mut connection)
                .await
                .expect("counted");
            assert!(rows > 0, "{table} of {version} has rows");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_node_writes_has_room_in_todays_tables() {
    let (server, full) = full_file().await;
    let folder = server.disk.folder.path();
    for version in versions("sqlite").await {
        let (then, file) = (
            folder.join(format!("then-{version}.db")),
            folder.join(format!("beside-{version}.db")),
        );
        let mut connection = open_file(&then).await;
        migrator("sqlite", version)
            .await
            .run(&mut connection)
            .await
            .expect("as it was then");
        let then = tables_of_file(&mut connection, "main").await;
        drop(connection);
        Database::open(&url(&file)).await.expect("made").close().await;
        let mut connection = open_file(&file).await;
        run_on_file(&mut connection, &format!("ATTACH '{}' AS full", name(&full))).await;
        let now = tables_of_file(&mut connection, "main").await;
        let copying = Copying {
            from: "full",
            to: "main",
            then: &then,
            now: &now,
            as_numbered: "",
        };
        run_on_file(&mut connection, &copying.copies().join(";")).await;
        run_on_file(&mut connection, &copying.archives()).await;
        drop(connection);
        let checked = done("check", &url(&file), &[]);
        assert!(checked.contains("1 exchange, no faults"), "{version}: {checked}");
    }
}

async fn run_on_server(connection: &mut PgConnection, statement: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{statement}: {error}"));
}

async fn tables_of_server(connection: &mut PgConnection, schema: &str) -> Tables {
    let columns = sqlx::query_as(
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = $1 \
         ORDER BY table_name, ordinal_position",
    )
    .bind(schema)
    .fetch_all(connection)
    .await;
    tables(columns.expect("listed"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_every_schema_is_brought_up_to_date_and_has_room_for_what_an_older_node_writes() {
    let server = evening().await;
    let archive = server.disk.folder.path().join("archive");
    done(
        "export",
        &server.disk.url(),
        &["--exchange", "drammen", name(&archive), "--with-personal-data"],
    );
    server.stop();
    let address = postgres::fresh_database();
    Database::open(&address).await.expect("made").close().await;
    done("import", &address, &[name(&archive)]);
    let options = PgConnectOptions::from_str(&address).expect("an address");
    let mut connection = options.connect().await.expect("reached");
    let rows = [rows_of_the_server(), rows_of_its_secrets()].concat();
    run_on_server(&mut connection, &rows.join(";")).await;
    let now = tables_of_server(&mut connection, "public").await;
    for version in versions("postgres").await {
        for is_beside in [false, true] {
            let schema = format!("of_{version}_{is_beside}");
            run_on_server(&mut connection, &format!("CREATE SCHEMA {schema}")).await;
            let there = options.clone().options([("search_path", schema.as_str())]);
            let mut then_there = there.connect().await.expect("reached");
            migrator("postgres", version)
                .await
                .run(&mut then_there)
                .await
                .expect("as it was then");
            let then = tables_of_server(&mut connection, &schema).await;
            let copying = Copying {
                from: "public",
                to: &schema,
                then: &then,
                now: &now,
                as_numbered: "OVERRIDING SYSTEM VALUE",
            };
            let copies = copying.copies().join(";");
            let url = format!("{address}?options[search_path]={schema}");
            if is_beside {
                Database::open(&url)
                    .await
                    .expect("brought up to date")
                    .close()
                    .await;
                run_on_server(&mut connection, &copies).await;
            } else {
                run_on_server(&mut connection, &copies).await;
                Database::open(&url)
                    .await
                    .expect("brought up to date")
                    .close()
                    .await;
                run_on_server(&mut connection, &copying.archives()).await;
                let checked = done("check", &url, &[]);
                assert!(checked.contains("1 exchange, no faults"), "{schema}: {checked}");
            }
            assert_eq!(tables_of_server(&mut connection, &schema).await, now, "{schema}");
            for (table, count) in copying.differences() {
                let apart: i64 = sqlx::query_scalar(AssertSqlSafe(count))
                    .fetch_one(&mut connection)
                    .await
                    .expect("compared");
                assert_eq!(apart, 0, "{table} of {schema}");
                let rows = format!("SELECT COUNT(*) FROM {schema}.{table}");
                let rows: i64 = sqlx::query_scalar(AssertSqlSafe(rows))
                    .fetch_one(&mut connection)
                    .await
                    .expect("counted");
                assert!(rows > 0, "{table} of {schema} has rows");
            }
            run_on_server(&mut connection, &format!("DROP SCHEMA {schema} CASCADE")).await;
        }
    }
}

#[test]
fn a_migration_that_was_released_is_never_edited() {
    let list = folder("SHA256SUMS");
    let sums = std::fs::read_to_string(&list).expect("the list");
    let mut listed: Vec<String> = sums.lines().map(str::to_owned).collect();
    let mut found = Vec::new();
    for kind in ["postgres", "sqlite"] {
        for entry in std::fs::read_dir(folder(kind)).expect("a folder") {
            let file = entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("letters");
            let text = std::fs::read(folder(kind).join(&file)).expect("read");
            found.push(format!("{}  {kind}/{file}", hex::encode(Sha256::digest(text))));
        }
    }
    listed.sort();
    found.sort();
    assert_eq!(
        listed, found,
        "databases know the files that made them, and open with no other: a change is a new file. List that with \
         `cd migrations && sha256sum */*.sql > SHA256SUMS`"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_server_does_not_start_on_what_a_newer_one_has_left() {
    let server = Server::start().await;
    change(
        &server.disk,
        "INSERT INTO _sqlx_migrations SELECT 9999, 'of tomorrow', installed_on, success, checksum, execution_time \
         FROM _sqlx_migrations LIMIT 1",
    )
    .await;
    server.stop();
    server.disk.database.close().await;
    let said = refused("serve", &server.disk.url(), &["--listen", ANYWHERE]);
    assert!(
        said.contains("the tables of") && said.contains("are a later version's: use that version"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_node_shows_nothing_beyond_what_it_cannot_read_whoever_asks() {
    let disk = Disk::at(&postgres::fresh_database()).await;
    let log = borsklokka::log::open(&disk.database);
    let here = Server::start_with(disk, log).await;
    let pause = |scene| submission(Role::Moderator, Command::SetScene { scene });
    here.floor().submit(pause(Scene::Pause)).await;
    let shown = here.floor().view.public_snapshot();
    let Either::Postgres(pool) = here.disk.database.writing() else {
        unreachable!("the URL is of PostgreSQL")
    };
    // A newer node decides something that this one has no name for, and then something that it has.
    for event in [
        r#"{"type":"of_tomorrow"}"#,
        r#"{"type":"scene_set","scene":"welcome"}"#,
    ] {
        sqlx::query(
            "INSERT INTO events SELECT exchange_id, seq + 1, prev_public + 1, at_ms, audience, actor_role, actor_device, 1, $1 \
             FROM events ORDER BY seq DESC LIMIT 1",
        )
        .bind(event)
        .execute(pool)
        .await
        .expect("written");
    }
    let refused = here.floor().submit(pause(Scene::Closing)).await;
    assert!(
        matches!(
            refused,
            Answer::Refused {
                refusal: Refusal::Unavailable
            }
        ),
        "{refused:?}"
    );
    let now = here.floor().view.public_snapshot();
    assert_eq!(
        (now.1, now.3),
        (shown.1, shown.3),
        "neither the one nor what came after it"
    );
    let ready = http::get(here.address, "/readyz", "").await;
    assert_eq!(ready.refusal(), (503, "log_newer".to_owned()));
    // One that is started now shows nothing of it at all.
    let (_process, other) = BORSKLOKKA.serve(ANYWHERE, &here.disk.url(), |_| ());
    let asked = http::get(other, "/api/v1/exchanges/drammen/catalogue", "").await;
    assert_eq!(asked.refusal(), (503, "log_newer".to_owned()));
    let ready = http::get(other, "/readyz", "").await;
    assert_eq!(ready.refusal(), (503, "log_newer".to_owned()));
}
