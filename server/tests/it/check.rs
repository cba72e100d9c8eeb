//! What `borsklokka check` finds, and that whatever only looks at a database changes nothing.

use std::path::{Path, PathBuf};
#[cfg(target_os = "linux")]
use std::process::Stdio;

use crate::common::{
    ANYWHERE, BORSKLOKKA, Disk, Server, assert_accepted, change, done, name, names, post, refused, run, said,
    serve, submission, url,
};
use crate::export::evening;
use borsklokka::check::check;
use borsklokka::database::Database;
use borsklokka::log::{self, Answer};
use borsklokka::simulate::Client;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::role::Role;
use test_support::http;
use test_support::postgres;
use test_support::process::output;

/// A backup of an exchange in which two deals were written.
async fn backup(folder: &Path) -> PathBuf {
    let server = Server::start().await;
    server.open_floor().await;
    for index in 0..2 {
        assert_accepted(&server.floor().submit(submission(Role::Broker, post(index))).await);
    }
    let file = folder.join("backup.db");
    change(&server.disk, &format!("VACUUM INTO '{}'", file.display())).await;
    file
}

#[tokio::test]
async fn whoever_was_ahead_of_a_backup_does_not_go_on_in_another_history() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start().await;
    server.open_floor().await;
    let file = folder.path().join("backup.db");
    change(&server.disk, &format!("VACUUM INTO '{}'", file.display())).await;
    assert_accepted(&server.floor().submit(submission(Role::Broker, post(0))).await);
    let address = server.address.to_string();
    let mut wall = Client::connect(&address, "drammen", None).await.expect("let in");
    while wall.follower.as_ref().expect("welcomed").board.totals.deals == 0 {
        wall.next().await.expect("it comes");
    }
    server.stop();

    // The backup is put in place, and another deal takes the number of the one that it lacks.
    let disk = Disk::at(&url(&file)).await;
    let log = log::open(&disk.database);
    let restored = Server::start_with(disk, log).await;
    assert_accepted(&restored.floor().submit(submission(Role::Broker, post(1))).await);
    let before = wall.follower.clone();
    let address = restored.address.to_string();
    let wall = Client::resume(&address, "drammen", None, wall.follower)
        .await
        .expect("let in");
    let after = wall.follower.expect("welcomed");
    let lost = before.expect("welcomed");
    assert_eq!(
        (lost.epoch, lost.seq),
        (after.epoch, after.seq),
        "the same number"
    );
    let shown = restored
        .floor()
        .view
        .with_staff_board(|board| board.deals.clone());
    assert_eq!(after.board.deals, shown, "and what is there now");
    assert_ne!(after.board.deals, lost.board.deals);
}

/// A copy of a database in which something was done.
async fn damaged(folder: &Path, backup: &Path, name: &str, statement: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::copy(backup, &file).expect("copied");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let pool = sqlx::SqlitePool::connect_with(options).await.expect("opened");
    let done = sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&pool).await;
    done.expect("done");
    pool.close().await;
    file
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let content = std::fs::read(&path).expect("a file");
            (path.display().to_string(), content)
        })
        .collect();
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_looks_makes_nothing_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = url(&folder.path().join("nosuch.db"));
    let token = ["--exchange", "drammen", "--role", "broker"];
    for (task, more) in [
        ("check", [].as_slice()),
        ("token", &token),
        ("simulate", &[]),
        ("passphrase", &["--reset"]),
    ] {
        let output = run(task, &missing, more);
        assert!(!output.status.success(), "{task}");
        let said = said(&output);
        assert_eq!(said.matches("there is no database").count(), 1, "{task}: {said}");
    }
    assert_eq!(files(folder.path()), [], "nothing was made");

    let file = backup(folder.path()).await;
    let before = files(folder.path());
    let output = run("check", &url(&file), &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("1 exchange, no faults"),
        "{}",
        said(&output)
    );
    assert!(
        files(folder.path()) == before,
        "not a byte, and nothing beside it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_whole_is_a_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let backup = backup(folder.path()).await;
    let newest = "(SELECT MAX(seq) FROM events)";
    for (name, statement, expected) in [
        (
            "outcomes.db",
            "DELETE FROM outcomes",
            "it is not known any more by which command",
        ),
        (
            "table.db",
            "DROP TABLE signatures",
            "the database lacks the table signatures,",
        ),
        (
            "hole.db",
            "DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events) - 1",
            "after position",
        ),
        (
            "tail.db",
            &format!("DELETE FROM events WHERE seq = {newest}"),
            "which there is not",
        ),
        (
            "epoch.db",
            "UPDATE exchanges SET epoch = 'x'",
            "1 of 1 exchanges cannot be read",
        ),
        (
            "slug.db",
            "UPDATE exchanges SET slug = '../x'",
            "1 of 1 rows have no slug that can be read: \"../x\"",
        ),
        (
            "devices.db",
            "INSERT INTO devices SELECT id, 'x', 'king', '', '', 0, 0, 0, NULL, NULL FROM exchanges",
            "the table devices: 1 of 1 rows have no role that can be read: \"king\"",
        ),
        (
            "codes.db",
            "INSERT INTO pairing_codes SELECT id, id, '', 'clock', NULL, 0, 0 FROM exchanges",
            "the table pairing_codes: 1 of 1 rows have no role",
        ),
        (
            "actor.db",
            "UPDATE events SET actor_role = 'king' WHERE seq = 1",
            "rows have no actor_role that can be read",
        ),
        (
            "about.db",
            "INSERT INTO security_events (at_ms, event, about) VALUES (0, 'paired', 'x')",
            "rows have no about that can be read",
        ),
        (
            "none.db",
            "PRAGMA foreign_keys = OFF; DELETE FROM exchanges",
            "there is no exchange in it",
        ),
        (
            "older.db",
            "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
            "an earlier version's",
        ),
        (
            "newer.db",
            "UPDATE _sqlx_migrations SET version = 9999 WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
            "a later version's",
        ),
        (
            "others.db",
            "DROP TABLE _sqlx_migrations",
            "lacks the table _sqlx_migrations",
        ),
    ] {
        let file = damaged(folder.path(), &backup, name, statement).await;
        let output = run("check", &url(&file), &[]);
        let said = said(&output);
        assert!(!output.status.success(), "{name}: {said}");
        assert!(said.contains(expected), "{name}: {said}");
    }

    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, b"").expect("written");
    let mut torn = std::fs::read(&backup).expect("a file");
    torn.truncate(torn.len() / 2);
    let half = folder.path().join("half.db");
    std::fs::write(&half, torn).expect("written");
    let mut overwritten = std::fs::read(&backup).expect("a file");
    let middle = overwritten.len() / 2;
    overwritten[middle..middle + 8_192].fill(0xA5);
    let page = folder.path().join("page.db");
    std::fs::write(&page, overwritten).expect("written");
    for file in [empty, half, page] {
        let output = run("check", &url(&file), &[]);
        assert!(!output.status.success(), "{}: {}", file.display(), said(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_table_is_damaged_the_others_are_checked_and_it_is_said_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let backup = backup(folder.path()).await;
    let also = "INSERT INTO mail_settings SELECT id, 'off', '{' FROM exchanges";
    let file = damaged(folder.path(), &backup, "events.db", also).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let pool = sqlx::SqlitePool::connect_with(options).await.expect("opened");
    let (page, bytes): (i64, i64) = sqlx::query_as(
        "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = 'events'",
    )
    .fetch_one(&pool)
    .await
    .expect("read");
    pool.close().await;
    let (page, bytes) = (page as usize, bytes as usize);
    let mut content = std::fs::read(&file).expect("a file");
    content[(page - 1) * bytes..page * bytes].fill(0xA5);
    std::fs::write(&file, content).expect("written");
    let said = refused("check", &url(&file), &[]);
    for expected in [
        "the database is damaged in the table events: go on with a backup from before",
        "`borsklokka restore --aside FILE BACKUP`",
        "do not stop or restart a server that runs on it",
        "the table events cannot be read",
        "the table mail_settings: 1 of 1 rows have no settings",
        "drammen: 0 events",
        "its log cannot be read after position 0",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(!said.contains("which there is not"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_out_is_named_with_what_to_do_and_the_rest_is_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let backup = backup(folder.path()).await;
    let again = folder.path().join("again.file");
    for (name_of, statement, lacks) in [
        ("table.db", "DROP TABLE events", "lacks the table events,"),
        (
            "column.db",
            "ALTER TABLE mails DROP COLUMN went",
            "lacks the column mails.went,",
        ),
    ] {
        let also = "INSERT INTO follow_up_settings SELECT id, '{' FROM exchanges";
        let file = damaged(folder.path(), &backup, name_of, &format!("{statement}; {also}")).await;
        let checked = refused("check", &url(&file), &[]);
        assert!(
            checked.contains("the table follow_up_settings: 1 of 1 rows have no settings"),
            "{name_of}: {checked}"
        );
        let exported = refused("export", &url(&file), &["--exchange", "drammen", name(&again)]);
        let kept = refused("backup", &url(&file), &[name(&again)]);
        for said in [checked, exported, kept] {
            assert!(
                said.contains(lacks) && said.contains("restore --aside"),
                "{name_of}: {said}"
            );
        }
        assert!(!again.exists(), "{name_of}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_out_of_a_database_on_a_server_is_named_and_the_rest_is_checked() {
    let disk = Disk::at(&postgres::fresh_database()).await;
    let Database::Postgres(on) = &disk.database else {
        panic!("not PostgreSQL");
    };
    let done = sqlx::raw_sql("DROP TABLE events").execute(&on.pool).await;
    done.expect("done");
    let said = refused("check", &disk.url(), &[]);
    for expected in [
        "lacks the table events,",
        "pg_restore",
        "there is no exchange in it",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_an_exchange_that_is_gone_are_a_fault_and_go_into_no_backup() {
    let folder = tempfile::tempdir().expect("a folder");
    let backup = backup(folder.path()).await;
    let other = "PRAGMA foreign_keys = OFF; \
        INSERT INTO afterwards VALUES ('01970000-0000-7000-8000-0000000000c1', 'newspaper', 5)";
    let file = damaged(folder.path(), &backup, "others.db", other).await;
    let again = folder.path().join("again.db");
    for (task, more) in [("check", [].as_slice()), ("backup", &[name(&again)])] {
        let said = refused(task, &url(&file), more);
        assert!(
            said.contains("the table afterwards: 1 rows are of a row of exchanges that is gone"),
            "{task}: {said}"
        );
    }
    assert!(!again.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_could_not_be_made_of_and_what_never_happens_is_a_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let backup = backup(folder.path()).await;
    for (name, statement, expected) in [
        (
            "form.db",
            "INSERT INTO registration_forms SELECT id, '{' FROM exchanges",
            "the table registration_forms: 1 of 1 rows have no settings that can be read: \"{\"",
        ),
        (
            "mail.db",
            "INSERT INTO mail_settings SELECT id, 'off', '{' FROM exchanges",
            "the table mail_settings: 1 of 1 rows have no settings",
        ),
        (
            "follow_up.db",
            "INSERT INTO follow_up_settings SELECT id, '{' FROM exchanges",
            "the table follow_up_settings: 1 of 1 rows have no settings",
        ),
        (
            "kinds.db",
            "INSERT INTO webhooks (exchange_id, id, url, kinds, secret, made_at_ms, after_seq) \
             SELECT id, id, 'https://example.org/', 'odd', 'x', 5, 1 FROM exchanges",
            "no kinds that can be read: \"odd\"",
        ),
        (
            "errand.db",
            "INSERT INTO afterwards SELECT id, 'dance', 5 FROM exchanges",
            "no errand that can be read",
        ),
        (
            "numbers.db",
            "UPDATE events SET event = replace(event, '\"number\":2', '\"number\":1') WHERE event LIKE '%deal_posted%'",
            "2 deals have the number 1",
        ),
        (
            "time.db",
            "UPDATE events SET at_ms = at_ms - 86400000 WHERE seq = (SELECT MAX(seq) FROM events)",
            "recorded earlier than position",
        ),
        (
            "index.db",
            "DROP INDEX deal_photos_by_id",
            "the index deal_photos_by_id is gone",
        ),
    ] {
        let file = damaged(folder.path(), &backup, name, statement).await;
        let output = run("check", &url(&file), &[]);
        let said = said(&output);
        assert!(!output.status.success(), "{name}: {said}");
        assert!(said.contains(expected), "{name}: {said}");
    }
}

/// A backup of an evening after a rehearsal, with rows in every table and two participants that were one.
async fn backup_of_evening(folder: &Path) -> PathBuf {
    let server = evening().await;
    let floor = server.floor();
    let ids: Vec<ParticipantId> = floor
        .view
        .with_staff_board(|board| board.participants.keys().rev().take(2).copied().collect());
    let (gone, kept) = (ids[0], ids[1]);
    let merge = Command::MergeParticipants { kept, gone };
    assert_accepted(&floor.submit(submission(Role::Moderator, merge)).await);
    let file = folder.join("backup.db");
    done("backup", &server.disk.url(), &[name(&file)]);
    server.stop();
    file
}

/// What was done to the database of an evening, and what is said of it.
#[rustfmt::skip] // A table: a row a line.
const OF_AN_EVENING: [(&str, &str); 19] = [
    ("DELETE FROM events WHERE seq = 2", "after position 1 comes 3"),
    ("UPDATE events SET event = '{' WHERE seq = 2", "the event at position 2 cannot be read"),
    ("UPDATE events SET audience = 'nobody' WHERE seq = 2", "position 2: the column audience holds"),
    ("UPDATE events SET seq = 0 WHERE seq = 1", "the table events: 1 rows have no seq that can be a position"),
    ("UPDATE events SET at_ms = at_ms - 86400000 WHERE seq = 3", "position 3: recorded earlier than position 2"),
    ("UPDATE events SET prev_public = prev_public + 1 WHERE seq = 3", "position 3: prev is"),
    ("DELETE FROM archives", "the exchange went back to nought, and the archive of positions 1 to"),
    ("UPDATE archives SET deals = deals + 1", "says 2 deals, and its events say 1"),
    ("UPDATE archives SET first_seq = 2", "begins at 2, and its history at 1"),
    ("UPDATE archives SET last_seq = last_seq + 1", "did not go back to nought after them"),
    ("UPDATE archives SET last_seq = -1", "the table archives: 1 rows have no last_seq that can be a position"),
    ("DELETE FROM participant_aliases", "and that is not kept"),
    ("UPDATE participant_aliases SET kept = gone", "was merged into"),
    ("UPDATE deal_photos SET content = X'0000'", "is no photo"),
    ("UPDATE deal_photos SET content = substr(content, 1, 200)", "is no photo, or not all of one"),
    ("UPDATE deal_photos SET content = substr(content, 1, length(content) - 1)", "is no photo, or not all of one"),
    ("UPDATE deal_photos SET deal_id = exchange_id", "and no such deal"),
    ("UPDATE pictures SET content = X'0000'", "is no picture of the kind image/png"),
    ("UPDATE pictures SET content = substr(content, 1, 60)", "is no picture of the kind image/png, or not all of one"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_before_today_and_what_follows_from_the_log_is_checked_and_goes_into_no_backup() {
    let folder = tempfile::tempdir().expect("a folder");
    let backup = backup_of_evening(folder.path()).await;
    let checked = done("check", &url(&backup), &[]);
    assert!(checked.contains("1 exchange, no faults"), "{checked}");
    // A contact may come before its participant.
    assert!(
        checked.contains("no fault: there are contacts of 1 participants"),
        "{checked}"
    );
    let elsewhere = tempfile::tempdir().expect("a folder");
    for (index, (statement, expected)) in OF_AN_EVENING.into_iter().enumerate() {
        let file = damaged(folder.path(), &backup, &format!("{index}.db"), statement).await;
        let again = elsewhere.path().join("again.db");
        let source = url(&file);
        for (task, of, more, why) in [
            ("check", &source, [].as_slice(), "found"),
            ("backup", &source, &[name(&again)], "no backup was made"),
            ("restore", &url(&again), &[name(&file)], "nothing was restored"),
        ] {
            let said = refused(task, of, more);
            assert!(
                said.contains(expected) && said.contains(why),
                "{task}: {statement}: {said}"
            );
            assert!(!said.contains("panicked"), "{task}: {statement}: {said}");
        }
        assert_eq!(names(elsewhere.path()), [""; 0], "{statement}");
    }
}

/// A way out that nobody reads from any more.
#[cfg(target_os = "linux")]
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

/// A way out that has no room.
#[cfg(target_os = "linux")]
fn full() -> Stdio {
    let full = std::fs::File::options().write(true).open("/dev/full");
    full.expect("a disk that is full").into()
}

/// A server, which ends when this is dropped.
#[cfg(target_os = "linux")]
struct Started(std::process::Child);

#[cfg(target_os = "linux")]
impl Drop for Started {
    fn drop(&mut self) {
        // One that has ended need not be killed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_greeting_nobody_can_read_serves_and_says_that_once() {
    for out in [closed(), full()] {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let free = std::net::TcpListener::bind(ANYWHERE).expect("a free port");
        let address = free.local_addr().expect("bound").to_string();
        drop(free);
        let mut command = BORSKLOKKA.command();
        command.args(["serve", "--demo", "--listen", &address, "--database"]);
        command.arg(url(&folder.path().join("b.db"))).stdin(Stdio::null());
        command
            .stdout(out)
            .stderr(std::fs::File::create(&log).expect("a log"));
        let mut server = Started(command.spawn().expect("it starts"));
        let logged = || std::fs::read_to_string(&log).expect("a log");
        let is_ready = || {
            let ready = output(BORSKLOKKA.command().args(["ready", "--listen", &address]));
            ready.status.success()
        };
        while !is_ready() {
            assert_eq!(server.0.try_wait().expect("a child"), None, "{}", logged());
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(logged().matches("cannot be written").count(), 1, "{}", logged());
        assert!(!logged().contains("panicked"), "{}", logged());
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_said_is_no_panic_and_a_token_that_nobody_got_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = backup(folder.path()).await;
    let into = |out: Stdio, task: &str, more: &[&str]| {
        let mut command = BORSKLOKKA.command();
        command.args([task, "--database", &url(&file)]).args(more);
        let output = output(command.stdout(out));
        let said = said(&output);
        assert!(!said.contains("panicked"), "{task}: {said}");
        (output.status.code(), said)
    };
    let token = ["--exchange", "drammen", "--role", "broker", "--name", "Ingrid"];
    let (code, said) = into(closed(), "check", &[]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = into(full(), "check", &[]);
    assert!(
        code == Some(1) && said.contains("what there is to say cannot be written"),
        "{said}"
    );
    for out in [closed(), full()] {
        let (code, said) = into(out, "token", &token);
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains("not shown") && said.contains("revoke \"Ingrid\""),
            "{said}"
        );
    }
}

#[test]
fn the_help_of_token_lists_every_role_that_it_takes() {
    let help = output(BORSKLOKKA.command().args(["token", "--help"]));
    for role in Role::OF_DEVICES.map(Role::as_str) {
        assert!(said(&help).contains(role), "{role}: {}", said(&help));
    }
}

#[test]
fn what_is_no_database_is_called_that() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "navn;sektor\n".repeat(1_000)).expect("written");
    for (file, expected) in [
        (list.as_path(), "is damaged, or no database at all"),
        (folder.path(), "is a folder"),
    ] {
        for task in ["check", "restore"] {
            let new = url(&folder.path().join("new.db"));
            let output = match task {
                "check" => run(task, &url(file), &[]),
                _ => run(task, &new, &[&file.display().to_string()]),
            };
            assert!(!output.status.success(), "{task}");
            assert!(said(&output).contains(expected), "{task}: {}", said(&output));
        }
    }
}

/// A copy of a running server's file, with the newest writes beside it and nothing else.
async fn copied_while_it_ran(folder: &Path) -> PathBuf {
    let server = Server::start().await;
    server.open_floor().await;
    assert_accepted(&server.floor().submit(submission(Role::Broker, post(0))).await);
    let (from, to) = (
        server.disk.folder.path().join("borsklokka.db"),
        folder.join("copied.db"),
    );
    for ending in ["", "-wal"] {
        let name = |file: &Path| format!("{}{ending}", file.display());
        std::fs::copy(name(&from), name(&to)).expect("copied");
    }
    to
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_with_its_newest_writes_beside_it_is_read_whole_and_left_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = copied_while_it_ran(folder.path()).await;
    let before = files(folder.path());
    let output = run("check", &url(&file), &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("1 deals"), "{}", said(&output));
    assert!(files(folder.path()) == before);

    #[cfg(unix)]
    {
        let elsewhere = tempfile::tempdir().expect("a folder");
        let link = elsewhere.path().join("link.db");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        let output = run("check", &url(&link), &[]);
        assert!(said(&output).contains("1 deals"), "{}", said(&output));
        assert!(files(folder.path()) == before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_leaves_nothing_beside_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = backup(folder.path()).await;
    for (exchange, is_there) in [("drammen", true), ("nowhere", false)] {
        let output = run(
            "token",
            &url(&file),
            &["--exchange", exchange, "--role", "broker"],
        );
        assert_eq!(output.status.success(), is_there, "{}", said(&output));
        assert_eq!(files(folder.path()).len(), 1, "{exchange}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_another_programs_is_left_as_it_was_and_that_is_said_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (letter, theirs) = (folder.path().join("letter.db"), folder.path().join("theirs.db"));
    std::fs::write(&letter, "Kjære alle sammen. ".repeat(1_000)).expect("written");
    std::fs::write(&theirs, b"").expect("written");
    let theirs = damaged(
        folder.path(),
        &theirs,
        "shop.db",
        "CREATE TABLE events (id INTEGER PRIMARY KEY, what TEXT); PRAGMA application_id = 77",
    )
    .await;
    let before = files(folder.path());
    let token: &[&str] = &["--exchange", "drammen", "--role", "broker"];
    for (file, what) in [
        (&letter, "is damaged, or no database at all"),
        (&theirs, "is no database of Børsklokka"),
    ] {
        for (task, more) in [
            ("check", [].as_slice()),
            ("serve", &["--listen", ANYWHERE]),
            ("token", token),
            ("passphrase", &["--reset"]),
            ("restore", &[]),
            ("import", &[name(&letter)]),
        ] {
            let output = run(task, &url(file), more);
            assert!(!output.status.success(), "{task}");
            let said = said(&output);
            assert_eq!(said.matches(what).count(), 1, "{task}: {said}");
        }
    }
    assert!(
        files(folder.path()) == before,
        "not a byte, and nothing beside them"
    );
}

#[test]
fn what_is_kept_in_no_file_is_refused_and_none_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = BORSKLOKKA.command();
    command.current_dir(folder.path());
    command.args(["serve", "--database", "sqlite::memory:", "--listen", ANYWHERE]);
    let output = output(&mut command);
    assert!(!output.status.success());
    assert!(said(&output).contains("use sqlite:PATH"), "{}", said(&output));
    assert_eq!(names(folder.path()), [""; 0]);
}

#[tokio::test]
async fn a_check_reads_what_a_running_server_has_not_merged_yet() {
    let server = Server::start().await;
    server.open_floor().await;
    assert_accepted(&server.floor().submit(submission(Role::Broker, post(0))).await);
    let database = Database::open_to_read(&server.disk.url()).await.expect("opened");
    let found = check(&database).await.expect("read");
    assert_eq!(
        (found.faults_in_all(), found.reports[0].deals),
        (0, 1),
        "{found:?}"
    );
}

/// Deals are written as fast as they are taken while a database is checked: none of them is held against what was read before it.
async fn no_fault_is_found_while_deals_are_written(disk: Disk) {
    let log = log::open(&disk.database);
    let server = Server::start_with(disk, log).await;
    server.open_floor().await;
    let floor = server.floor();
    let writing = tokio::spawn(async move {
        for index in 0.. {
            let answer = floor.submit(submission(Role::Broker, post(index))).await;
            // Until the server stops.
            if !matches!(answer, Answer::Accepted { .. }) {
                return index;
            }
        }
        unreachable!("it ends before there are no more numbers")
    });
    let database = Database::open_to_read(&server.disk.url()).await.expect("opened");
    let mut deals = Vec::new();
    for _ in 0..10 {
        let found = check(&database).await.expect("read");
        assert_eq!(found.faults_in_all(), 0, "{found:?}");
        deals.push(found.reports[0].deals);
    }
    server.stop();
    let written = writing.await.expect("they were written");
    let (first, last) = (deals[0], deals[deals.len() - 1]);
    assert!(first < last && last as usize <= written, "{deals:?} of {written}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_is_found_in_a_file_while_deals_are_written() {
    no_fault_is_found_while_deals_are_written(Disk::fresh().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_is_found_on_a_server_while_deals_are_written() {
    no_fault_is_found_while_deals_are_written(Disk::at(&postgres::fresh_database()).await).await;
}

#[test]
fn a_second_server_on_the_same_file_says_so_and_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = url(&folder.path().join("b.db"));
    let (mut first, address) = serve(ANYWHERE, &url);
    let second = run("serve", &url, &["--listen", ANYWHERE]);
    assert!(!second.status.success());
    assert!(
        said(&second).contains("another server has the database"),
        "{}",
        said(&second)
    );
    assert!(
        run("token", &url, &["--exchange", "drammen", "--role", "broker"])
            .status
            .success()
    );
    // What lies beside the file anybody may take away: the file itself is locked too.
    #[cfg(target_os = "linux")]
    {
        std::fs::remove_file(folder.path().join("b.db.lock")).expect("taken away");
        // One that is let in ends too: where it wants to listen, the first does.
        let second = run("serve", &url, &["--listen", &address]);
        let said = said(&second);
        assert!(said.contains("another server has the database"), "{said}");
    }
    let asked = |listen: &str| {
        let mut command = BORSKLOKKA.command();
        output(command.args(["ready", "--listen", listen]))
    };
    let ready = || asked(&address);
    let (_, port) = address.rsplit_once(':').expect("an address");
    for listen in [&address, &format!("localhost:{port}"), &format!(":{port}")] {
        assert!(
            asked(listen).status.success(),
            "{listen}: {}",
            said(&asked(listen))
        );
    }
    for listen in ["", "nowhere", "127.0.0.1:port"] {
        let refused = asked(listen);
        assert_eq!(refused.status.code(), Some(1), "{listen}");
        assert!(
            said(&refused).contains("say one such as 127.0.0.1:8080"),
            "{}",
            said(&refused)
        );
    }
    first.kill();
    assert!(
        !ready().status.success() && said(&ready()).contains("no server listens"),
        "{}",
        said(&ready())
    );
    let (_third, _) = serve(ANYWHERE, &url);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_passphrase_is_taken_away_at_the_console_and_the_organiser_sees_that_it_was() {
    let server = Server::start().await;
    let url = server.disk.url();
    let link = || server.hub.access.set_up_link_token();
    let token = link().await.expect("read").expect("no passphrase yet");
    let asked = format!(r#"{{"token":"{token}","passphrase":"fire helt vanlige ord"}}"#);
    let set_up = http::post(server.address, "/api/v1/setup", "", &asked).await;
    assert_eq!(set_up.status, 204);
    server.hub.access.write_notes().await;

    let output = run("passphrase", &url, &[]);
    assert!(said(&output).contains("--reset"), "{}", said(&output));
    assert!(
        link().await.expect("read").is_none(),
        "nothing is taken away unasked"
    );
    for expected in ["the passphrase is gone", "there is no passphrase"] {
        let output = run("passphrase", &url, &["--reset"]);
        let said = said(&output);
        assert!(output.status.success() && said.contains(expected), "{said}");
        assert!(said.contains("a link that sets a new one"), "{said}");
    }
    assert!(link().await.expect("read").is_some(), "a new link");
    let organiser = server.token(Role::Organiser).await;
    let path = "/api/v1/exchanges/drammen/security?limit=1";
    let newest = http::get(server.address, path, &organiser).await.json();
    assert_eq!(newest["entries"][0]["event"], "passphrase_reset", "{newest}");
    assert!(newest["entries"][0].get("from").is_none(), "{newest}");
}
