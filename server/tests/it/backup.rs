//! A backup that is made while the server runs and put back while none does: whole, closed to everybody else, and another history from
//! then on.

use std::path::{Path, PathBuf};

use borsklokka::database::Database;
use borsklokka::floor::Submission;
use borsklokka::log::{self, Answer};
use borsklokka::simulate::Client;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::Epoch;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use test_support::{http, postgres};
use uuid::Uuid;

use crate::common::{
    ANYWHERE, Disk, Server, assert_accepted, change, done, name, names, open_floor, patiently, post, refused,
    serve, submission, url,
};

/// Only its owner may read a file.
fn assert_private(file: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    #[cfg(not(unix))]
    let _ = file;
}

async fn on(file: &Path) -> Server {
    let disk = Disk::at(&url(file)).await;
    let log = log::open(&disk.database);
    Server::start_with(disk, log).await
}

/// A backup of an exchange in which a deal was written.
async fn backup(folder: &Path) -> PathBuf {
    let server = Server::start().await;
    server.open_floor().await;
    assert_accepted(&server.floor().submit(submission(Role::Broker, post(0))).await);
    let file = folder.join("backup.db");
    done("backup", &server.disk.url(), &[name(&file)]);
    server.stop();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_made_while_deals_are_written_is_whole_and_its_owners_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start().await;
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
    let server_url = server.disk.url();
    let mut before = 0;
    for turn in 0..3 {
        let file = folder.path().join(format!("{turn}.db"));
        let asked = (server_url.clone(), name(&file).to_owned());
        let said = tokio::task::spawn_blocking(move || done("backup", &asked.0, &[&asked.1]));
        let said = said.await.expect("it ran");
        assert!(said.contains("1 exchange, no faults"), "{said}");
        assert_private(&file);
        let checked = done("check", &url(&file), &[]);
        let deals = checked
            .split(" deals")
            .next()
            .and_then(|said| said.rsplit(' ').next());
        let deals: usize = deals.and_then(|deals| deals.parse().ok()).expect("a number");
        assert!(deals >= before, "{checked}");
        before = deals;
    }
    server.stop();
    let written = writing.await.expect("they were written");
    assert!(before > 0 && before <= written, "{before} of {written}");
    assert_eq!(
        names(folder.path()),
        ["0.db", "1.db", "2.db"],
        "and nothing beside them"
    );

    let taken = folder.path().join("0.db");
    let said = refused("backup", &server_url, &[name(&taken)]);
    assert!(said.contains("nothing is overwritten"), "{said}");
    let said = refused("backup", &server_url, &["/nowhere/at/all.db"]);
    assert!(said.contains("check that its folder exists"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_what_is_damaged_is_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start().await;
    change(&server.disk, "DELETE FROM events WHERE seq = 2").await;
    let file = folder.path().join("backup.db");
    let said = refused("backup", &server.disk.url(), &[name(&file)]);
    assert!(said.contains("after position 1 comes 3"), "{said}");
    assert!(said.contains("no backup was made"), "{said}");
    assert_eq!(names(folder.path()), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_damaged_is_named_by_a_backup_and_a_restore_as_it_is_by_a_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = backup(folder.path()).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let pool = sqlx::SqlitePool::connect_with(options).await.expect("opened");
    let (page, bytes): (i64, i64) = sqlx::query_as(
        "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = 'devices'",
    )
    .fetch_one(&pool)
    .await
    .expect("read");
    pool.close().await;
    let (page, bytes) = (page as usize, bytes as usize);
    let mut content = std::fs::read(&file).expect("a file");
    content[(page - 1) * bytes..page * bytes].fill(0xA5);
    std::fs::write(&file, content).expect("written");
    let before = names(folder.path());
    let (again, place) = (folder.path().join("again.db"), folder.path().join("b.db"));
    let checked = refused("check", &url(&file), &[]);
    let kept = refused("backup", &url(&file), &[name(&again)]);
    let restored = refused("restore", &url(&place), &[name(&file)]);
    for said in [&checked, &kept, &restored] {
        assert!(
            said.contains("the database is damaged in the table devices: go on with a backup from before"),
            "{said}"
        );
    }
    assert!(kept.contains("no backup was made"), "{kept}");
    assert!(restored.contains("backup.db is not whole"), "{restored}");
    assert_eq!(names(folder.path()), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_resumes_after_a_restore_begins_anew_and_what_they_kept_is_still_of_the_evening() {
    let folder = tempfile::tempdir().expect("a folder");
    let (backup, place) = (folder.path().join("backup.db"), folder.path().join("b.db"));
    let server = Server::start().await;
    // After a rehearsal, so that it counts in which history a deal was written.
    server.open_floor().await;
    let rehearsed_in = server.floor().view.epoch();
    let epoch = Epoch(Uuid::now_v7());
    let name_of = |server: &Server| {
        server
            .floor()
            .view
            .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.name.clone()))
    };
    let begin_anew = |server: &Server, epoch| Command::BeginAnew {
        epoch,
        name: name_of(server),
    };
    assert_accepted(
        &server
            .floor()
            .submit(submission(Role::Organiser, begin_anew(&server, epoch)))
            .await,
    );
    server.open_floor().await;
    assert_accepted(&server.floor().submit(submission(Role::Broker, post(0))).await);
    let token = server.token(Role::Broker).await;
    let address = server.address.to_string();
    let connect = async |address: &str, token: Option<&str>| Client::connect(address, "drammen", token).await;
    let wall = connect(&address, None).await.expect("let in");
    let tablet = connect(&address, Some(&token)).await.expect("let in");
    let written = |epoch, index| Submission {
        epoch: Some(epoch),
        ..submission(Role::Broker, post(index))
    };
    done("backup", &server.disk.url(), &[name(&backup)]);
    server.stop();

    let said = done("restore", &url(&place), &[name(&backup)]);
    assert!(said.contains("under a new epoch"), "{said}");
    let restored = on(&place).await;
    let now = restored.floor().view.epoch();
    assert!(now != epoch && now != rehearsed_in);
    let address = restored.address.to_string();
    let position = wall.follower.as_ref().expect("welcomed").position();
    let resumed = Client::resume(&address, "drammen", None, wall.follower).await;
    let after = resumed.expect("let in").follower.expect("welcomed");
    assert_eq!(after.seq, position.seq, "nothing has happened");
    assert_ne!(after.epoch, position.epoch, "and yet it is told everything");
    assert_eq!(after.board.deals.len(), 1);
    // A tablet is not paired any more.
    let public = Client::resume(&address, "drammen", Some(&token), tablet.follower).await;
    assert!(public.is_err() || public.is_ok_and(|client| client.device.is_none()));

    // The deals that it kept are of the evening, and those of the rehearsal are not.
    assert_accepted(&restored.floor().submit(written(epoch, 1)).await);
    let late = restored.floor().submit(written(rehearsed_in, 2)).await;
    let of_a_rehearsal = Answer::Refused {
        refusal: Refusal::OfARehearsal,
    };
    assert_eq!(late, of_a_rehearsal);
    // Nor are these of what begins after it, under whichever name.
    let next = Epoch(Uuid::now_v7());
    let anew = begin_anew(&restored, next);
    assert_accepted(&restored.floor().submit(submission(Role::Organiser, anew)).await);
    open_floor(&restored.floor(), &restored.hub.clock).await;
    for epoch in [epoch, now] {
        let late = restored.floor().submit(written(epoch, 3)).await;
        assert_eq!(late, of_a_rehearsal);
    }
    assert_accepted(&restored.floor().submit(written(next, 3)).await);
    restored.stop();
    let opened = on(&place).await;
    for epoch in [epoch, now] {
        let late = opened.floor().submit(written(epoch, 4)).await;
        assert_eq!(late, of_a_rehearsal, "read anew from the log");
    }
    assert_accepted(&opened.floor().submit(written(next, 4)).await);
    opened.stop();
    assert!(done("check", &url(&place), &[]).contains("no faults"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_come_in_after_a_restore_is_said_and_can_be_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start().await;
    let token = server.token(Role::Moderator).await;
    change(
        &server.disk,
        "INSERT INTO operator_sessions VALUES ('0a', 9); \
         INSERT INTO pairing_codes SELECT id, id, '0a', 'broker', NULL, 0, 9 FROM exchanges; \
         INSERT INTO agreement_links SELECT '0b', id, id, 0, 9, NULL FROM exchanges; \
         DELETE FROM operator_sessions; \
         INSERT INTO operator_sessions VALUES (lower(hex(zeroblob(32))), 9); \
         UPDATE pairing_codes SET code_sha256 = lower(hex(zeroblob(32))); \
         UPDATE agreement_links SET token_sha256 = lower(hex(zeroblob(32))); \
         INSERT INTO accounts SELECT id, 'kari@example.org', 'Kari', NULL, 0, 0, 0, NULL, 'nb' FROM exchanges; \
         INSERT INTO account_sessions SELECT id, id, lower(hex(zeroblob(32))), '', '::1', 0, 0, 9 FROM accounts; \
         INSERT INTO account_tokens SELECT lower(hex(zeroblob(32))), id, 0, 9 FROM accounts",
    )
    .await;
    let backup = folder.path().join("backup.db");
    done("backup", &server.disk.url(), &[name(&backup)]);
    server.stop();
    let path = "/api/v1/exchanges/drammen/archives";
    for (file, more, says, status, open) in [
        ("closed.db", [].as_slice(), "is revoked", 403, 0),
        ("kept.db", &["--keep-access"], "holds again", 200, 6),
    ] {
        let place = folder.path().join(file);
        let told = done(
            "restore",
            &url(&place),
            &[[name(&backup)].as_slice(), more].concat(),
        );
        assert!(told.contains(says), "{told}");
        let restored = on(&place).await;
        let Database::Sqlite(sqlite) = &restored.disk.database else {
            panic!("not SQLite");
        };
        let still_open: i64 = sqlx::query_scalar(
            "SELECT (SELECT COUNT(*) FROM operator_sessions) + (SELECT COUNT(*) FROM pairing_codes) \
             + (SELECT COUNT(*) FROM agreement_links WHERE revoked_at_ms IS NULL) \
             + (SELECT COUNT(*) FROM devices WHERE revoked_at_ms IS NULL) \
             + (SELECT COUNT(*) FROM account_sessions) + (SELECT COUNT(*) FROM account_tokens)",
        )
        .fetch_one(&sqlite.readers)
        .await
        .expect("counted");
        assert_eq!(still_open, open, "{file}");
        assert_eq!(
            http::get(restored.address, path, &token).await.status,
            status,
            "{file}"
        );
        restored.stop();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_overwrites_nothing_and_refuses_what_is_not_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let backup = backup(folder.path()).await;
    let (place, aside) = (folder.path().join("b.db"), folder.path().join("aside.db"));
    let (mut server, _) = serve(ANYWHERE, &url(&place));
    let said = refused("restore", &url(&place), &[name(&backup)]);
    assert!(said.contains("stop the server first"), "{said}");
    server.kill();

    let before = std::fs::read(&place).expect("a file");
    let said = refused("restore", &url(&place), &[name(&backup)]);
    assert!(said.contains("--aside"), "{said}");
    let said = refused(
        "restore",
        &url(&place),
        &[name(&backup), "--aside", name(&backup)],
    );
    assert!(said.contains("nothing is overwritten"), "{said}");
    let said = refused("restore", &url(&place), &[name(&place)]);
    assert!(said.contains("is the database itself"), "{said}");
    let missing = folder.path().join("nosuch.db");
    let said = refused(
        "restore",
        &url(&place),
        &[name(&missing), "--aside", name(&aside)],
    );
    assert!(said.contains("there is no database"), "{said}");
    let letter = folder.path().join("letter.db");
    std::fs::write(&letter, "Kjære alle sammen. ".repeat(1_000)).expect("written");
    let said = refused("restore", &url(&place), &[name(&letter), "--aside", name(&aside)]);
    assert!(said.contains("is damaged, or no database at all"), "{said}");
    let torn = folder.path().join("torn.db");
    let mut content = std::fs::read(&backup).expect("a file");
    let middle = content.len() / 2;
    content[middle..middle + 8_192].fill(0xA5);
    std::fs::write(&torn, content).expect("written");
    refused("restore", &url(&place), &[name(&torn), "--aside", name(&aside)]);
    let hole = Disk::at(&url(&folder.path().join("hole.db"))).await;
    hole.database.close().await;
    let hole = folder.path().join("hole.db");
    let said = refused("restore", &url(&place), &[name(&hole), "--aside", name(&aside)]);
    assert!(said.contains("nothing was restored"), "{said}");
    let nowhere = folder.path().join("no such folder").join("aside.db");
    let said = refused(
        "restore",
        &url(&place),
        &[name(&backup), "--aside", name(&nowhere)],
    );
    assert!(said.contains("check that its folder exists"), "{said}");
    let beside = folder.path().join("b.db-journal");
    refused(
        "restore",
        &url(&place),
        &[name(&backup), "--aside", name(&beside)],
    );
    assert!(
        std::fs::read(&place).expect("a file") == before,
        "it is as it was"
    );
    assert!(!aside.exists());

    let beside = names(folder.path());
    let told = done("restore", &url(&place), &[name(&backup), "--aside", name(&aside)]);
    assert!(told.contains("aside.db"), "{told}");
    for ending in ["", "-wal"] {
        let is_moved = beside.contains(&format!("b.db{ending}"));
        assert_eq!(
            names(folder.path()).contains(&format!("aside.db{ending}")),
            is_moved,
            "{ending}"
        );
    }
    assert!(
        !names(folder.path())
            .iter()
            .any(|name| name == "b.db-wal" || name.starts_with(".borsklokka"))
    );
    assert_private(&place);
    assert!(done("check", &url(&place), &[]).contains(" 1 deals"));
    assert!(done("check", &url(&aside), &[]).contains(" 0 deals"));
    // What was put back can be put back once more, as it lies there.
    let told = done("restore", &url(&place), &[]);
    assert!(told.contains("under a new epoch"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_is_refused_leaves_nothing_that_was_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |file: &str| folder.path().join(file);
    let backup = backup(folder.path()).await;
    let (place, aside) = (at("b.db"), at("aside.db"));
    // No exchange is in them: they have a fault.
    for file in [&place, &at("empty.db")] {
        let made = Disk::at(&url(file)).await;
        made.database.close().await;
    }
    let content = std::fs::read(&backup).expect("a file");
    std::fs::write(at("half.db"), &content[..content.len() / 2]).expect("written");
    std::fs::write(at("letter.db"), "Kjære alle sammen. ".repeat(1_000)).expect("written");
    std::fs::copy(&backup, at("taken-from.db")).expect("copied");
    let taken_from = Disk::at(&url(&at("taken-from.db"))).await;
    change(&taken_from, "DROP TABLE outcomes").await;
    taken_from.database.close().await;
    let before = names(folder.path());
    let (half, letter, empty, taken_from) = (
        at("half.db"),
        at("letter.db"),
        at("empty.db"),
        at("taken-from.db"),
    );
    for (more, why) in [
        (&[name(&backup)][..], "--aside"),
        (&[name(&place)], "is the database itself"),
        (
            &[name(&backup), "--aside", name(&letter)],
            "nothing is overwritten",
        ),
        (&[name(&half), "--aside", name(&aside)], ""),
        (&[name(&letter), "--aside", name(&aside)], "no database at all"),
        (&[name(&empty), "--aside", name(&aside)], "nothing was restored"),
        (
            &[name(&taken_from), "--aside", name(&aside)],
            "taken-from.db lacks the table outcomes",
        ),
        (&[], "nothing was restored"),
    ] {
        let said = refused("restore", &url(&place), more);
        assert!(said.contains(why), "{more:?}: {said}");
        assert_eq!(names(folder.path()), before, "{more:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_versions_backup_is_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let (backup, place) = (backup(folder.path()).await, folder.path().join("b.db"));
    let earlier = Disk::at(&url(&backup)).await;
    change(
        &earlier,
        "ALTER TABLE exchanges DROP COLUMN former_epochs; DELETE FROM _sqlx_migrations WHERE version = 14",
    )
    .await;
    earlier.database.close().await;
    let told = done("restore", &url(&place), &[name(&backup)]);
    assert!(told.contains("no faults"), "{told}");
    assert!(done("check", &url(&place), &[]).contains(" 1 deals"));
    let said = refused("check", &url(&backup), &[]);
    assert!(
        said.contains("an earlier version's"),
        "the backup is as it was: {said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_pg_restore_brought_back_is_made_another_history_once_no_node_runs() {
    let address = postgres::fresh_database();
    let (mut node, _) = serve(ANYWHERE, &address);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("backup.db");
    let said = refused("backup", &address, &[name(&file)]);
    assert!(said.contains("pg_dump"), "{said}");
    let said = refused("restore", &address, &["backup.db"]);
    assert!(said.contains("pg_restore"), "{said}");
    let said = refused("restore", &address, &[]);
    assert!(said.contains("stop every node first"), "{said}");
    let database = Database::open(&address).await.expect("opened");
    let epochs = async || {
        let exchanges = log::open(&database).exchanges().await.expect("listed");
        let one = exchanges.into_iter().next().expect("the demo");
        (one.epoch, one.formerly)
    };
    let before = epochs().await;
    assert_eq!(before.1, []);
    database.close().await;
    node.kill();
    gone(&address).await;
    done("restore", &address, &[]);
    let database = Database::open(&address).await.expect("opened");
    let exchanges = log::open(&database).exchanges().await.expect("listed");
    assert_ne!(exchanges[0].epoch, before.0);
    assert_eq!(exchanges[0].formerly, [before.0]);
}

/// Returns when PostgreSQL has noticed that the node is gone.
async fn gone(address: &str) {
    let pool = sqlx::PgPool::connect(address).await.expect("connected");
    let count = "SELECT COUNT(*) FROM pg_stat_activity \
                 WHERE datname = current_database() AND application_name = 'borsklokka'";
    let connections = async || sqlx::query_scalar::<_, i64>(count).fetch_one(&pool).await;
    patiently(async { while connections().await.expect("counted") > 0 {} }).await;
    pool.close().await;
}
