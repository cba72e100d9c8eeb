//! An exchange as one file: onto the other kind of database and back, without what was not asked for, and what becomes of files that no
//! server wrote.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use borsklokka::database::Database;
use borsklokka::log;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::Epoch;
use borsklokka_shared::role::Role;
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use test_support::{http, postgres};
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::common::{
    ANYWHERE, Disk, Server, assert_accepted, change, done, name, names, patiently, post, refused, run, serve,
    submission, url,
};

const MANIFEST: &str = "manifest.json";
/// How a registration form is set.
const FORM: &str = r#"{"is_on":true}"#;
/// A picture of one pixel, in the digits of SQL.
const PIXEL: &str = "89504E470D0A1A0A0000000D49484452000000010000000108000000003A7E9B550000000A4944415478DA6360000000020001E527DEFC0000000049454E44AE426082";
const PERSON: &str = "Kari Nordmann";
const EMAIL: &str = "kari@example.org";

/// All that is in a file, by name.
type Packed = BTreeMap<String, Vec<u8>>;

fn unpacked(file: &Path) -> Packed {
    let mut zip = ZipArchive::new(File::open(file).expect("a file")).expect("a zip");
    let names: Vec<String> = (0..zip.len())
        .map(|index| {
            let file = zip.by_index(index).expect("listed");
            file.name().expect("a name").into_owned()
        })
        .collect();
    let content = |name: String| {
        let mut content = Vec::new();
        let mut file = zip.by_name(&name).expect("listed");
        file.read_to_end(&mut content).expect("read");
        (name, content)
    };
    names.into_iter().map(content).collect()
}

fn pack(file: &Path, content: &Packed) {
    let mut zip = ZipWriter::new(File::create(file).expect("made"));
    for (name, content) in content {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .expect("begun");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("finished");
}

fn manifest(content: &Packed) -> Value {
    serde_json::from_slice(&content[MANIFEST]).expect("JSON")
}

/// What a manifest says of a file that was changed.
fn list_anew(content: &mut Packed) {
    let mut manifest = manifest(content);
    for listed in manifest["files"].as_array_mut().expect("a list") {
        let file = &content[listed["name"].as_str().expect("a name")];
        listed["rows"] = json!(String::from_utf8_lossy(file).lines().count());
        listed["bytes"] = json!(file.len());
        listed["sha256"] = json!(hex::encode(Sha256::digest(file)));
    }
    content.insert(MANIFEST.to_owned(), manifest.to_string().into_bytes());
}

/// A photo, as it is kept, in the digits of SQL.
fn photo() -> String {
    let mut file = Cursor::new(Vec::new());
    let photo = RgbImage::new(64, 48);
    photo.write_to(&mut file, ImageFormat::Jpeg).expect("written");
    hex::encode(file.into_inner())
}

/// An exchange that has rows in every table: a rehearsal, a deal after it, and what lies beside the log.
pub(crate) async fn evening() -> Server {
    let server = Server::start().await;
    server.open_floor().await;
    server.token(Role::Broker).await;
    let floor = server.floor();
    assert_accepted(&floor.submit(submission(Role::Broker, post(0))).await);
    let named = floor
        .view
        .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.name.clone()));
    let anew = Command::BeginAnew {
        epoch: Epoch(Uuid::now_v7()),
        name: named,
    };
    assert_accepted(&floor.submit(submission(Role::Organiser, anew)).await);
    server.open_floor().await;
    assert_accepted(&floor.submit(submission(Role::Broker, post(1))).await);
    let deal = floor
        .view
        .with_staff_board(|board| board.deals.keys().next().copied());
    let deal = deal.expect("it was posted");
    let hash = "0a".repeat(32);
    let signed = format!("exchange_id, id, id, '{hash}', '{PERSON}', '[[[1,2],[3,4]]]', 5");
    let drawn = format!("exchange_id, id, id, 1, NULL, 5, NULL, '{PERSON}', NULL");
    let entry = json!({
        "name": "Turlaget", "sector": "voluntary", "people": 2, "listings": [],
        "contact": { "person": PERSON, "email": EMAIL, "phone": null },
    });
    let of_one = "(SELECT id AS exchange_id, id FROM exchanges)";
    let archived = "(SELECT exchange_id, last_seq, exchange_id AS id FROM archives)";
    let statements = [
        format!("UPDATE devices SET name = '{PERSON}s nettbrett'"),
        format!("INSERT INTO contacts SELECT id, id, '{PERSON}', '{EMAIL}', NULL, 5 FROM exchanges"),
        format!(
            "INSERT INTO further_contacts SELECT id, id, 1, NULL, '{EMAIL}', '99 99 99 99', 5 FROM exchanges"
        ),
        "INSERT INTO participant_aliases SELECT id, id, id FROM exchanges".to_owned(),
        format!("INSERT INTO roster_mappings SELECT id, '{hash}', '{{}}', 5 FROM exchanges"),
        format!("INSERT INTO pictures SELECT id, id, 'image/png', X'{PIXEL}', 5 FROM exchanges"),
        format!("INSERT INTO agreement_links SELECT '{hash}', id, id, 5, 6, NULL FROM exchanges"),
        format!("INSERT INTO pairing_codes SELECT id, id, '{hash}', 'broker', NULL, 5, 6 FROM exchanges"),
        format!("INSERT INTO registration_forms SELECT id, '{FORM}' FROM exchanges"),
        format!(
            "INSERT INTO registrations SELECT id, id, '{hash}', 'waiting', '{entry}', NULL, NULL, 'nb', 'Ja', 5, 5 FROM exchanges"
        ),
        "INSERT INTO afterwards SELECT id, 'newspaper', 5 FROM exchanges".to_owned(),
        "INSERT INTO mail_settings SELECT id, 'off', '{}' FROM exchanges".to_owned(),
        format!(
            "INSERT INTO mails SELECT id, id, 'test', 'x', '{EMAIL}', 'nb', '{{}}', 'held', 0, 5, 5, 5, NULL, NULL, NULL, NULL, NULL \
             FROM exchanges"
        ),
        format!("INSERT INTO mail_links SELECT id, '{hash}', 'registration', id, 5, 6, NULL FROM exchanges"),
        "INSERT INTO follow_up_settings SELECT id, '{}' FROM exchanges".to_owned(),
        format!(
            "INSERT INTO follow_ups SELECT id, id, 'office', 'infeasible', 'no_time', '{PERSON}', 'office', 5 FROM exchanges"
        ),
        format!("INSERT INTO follow_up_calls SELECT id, id, id, '{PERSON}', '2027-01-31', 5 FROM exchanges"),
        format!(
            "INSERT INTO deal_photos SELECT id, '{deal}', id, X'{}', 5 FROM exchanges",
            photo()
        ),
        format!("INSERT INTO photo_consents SELECT id, '{deal}', id, id, 5 FROM exchanges"),
        format!("INSERT INTO signatures SELECT {signed} FROM {of_one}"),
        format!("INSERT INTO signature_history SELECT {drawn} FROM {of_one}"),
        format!(
            "INSERT INTO archived_signatures SELECT {} FROM {archived}",
            signed.replacen("exchange_id", "exchange_id, last_seq", 1)
        ),
        format!(
            "INSERT INTO archived_signature_history SELECT {} FROM {archived}",
            drawn.replacen("exchange_id", "exchange_id, last_seq", 1)
        ),
    ];
    change(&server.disk, &statements.join(";")).await;
    server
}

/// A database in which no exchange is.
async fn empty(url: &str) {
    Database::open(url).await.expect("made").close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_goes_onto_the_other_kind_of_database_and_back_without_a_byte_of_difference() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = evening().await;
    let there = server.floor().view.with_staff_board(Board::clone);
    let (there_url, there_epoch) = (server.disk.url(), server.floor().view.epoch());
    let export = |url: &str, file: &str, personal: &[&str]| {
        let file = folder.path().join(file);
        done(
            "export",
            url,
            &[&["--exchange", "drammen", name(&file)], personal].concat(),
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        file
    };
    // While the server runs.
    let first = export(&there_url, "first", &["--with-personal-data"]);
    server.stop();

    let on_server = postgres::fresh_database();
    let in_file = url(&folder.path().join("back.db"));
    let mut epochs = vec![json!(there_epoch)];
    let mut last = first.clone();
    for (address, file) in [(&on_server, "second"), (&in_file, "third")] {
        empty(address).await;
        let said = done("import", address, &[name(&last)]);
        assert!(said.contains("at the address drammen"), "{said}");
        assert!(done("check", address, &[]).contains("1 exchange, no faults"));
        last = export(address, file, &["--with-personal-data"]);
        let (one, other) = (unpacked(&first), unpacked(&last));
        assert_eq!(one.len(), 23, "every table");
        for listed in manifest(&one)["files"].as_array().expect("a list") {
            assert_ne!(listed["rows"], json!(0), "{listed}");
        }
        for (name, content) in &one {
            assert!(name == MANIFEST || content == &other[name], "{name}");
        }
        let manifest = manifest(&other);
        assert!(!epochs.contains(&manifest["exchange"]["epoch"]), "{epochs:?}");
        let formerly: Vec<Value> = epochs.iter().rev().cloned().collect();
        assert_eq!(manifest["exchange"]["formerly"], json!(formerly));
        epochs.push(manifest["exchange"]["epoch"].clone());
    }

    // It is served there as it was here, and goes on.
    let disk = Disk::at(&in_file).await;
    let log = log::open(&disk.database);
    let back = Server::start_with(disk, log).await;
    assert!(back.floor().view.with_staff_board(Board::clone) == there);
    assert_eq!(json!(back.floor().view.epoch()), epochs[2]);
    let kept = borsklokka::floor::Submission {
        epoch: Some(there_epoch),
        ..submission(Role::Broker, post(2))
    };
    assert_accepted(&back.floor().submit(kept).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_asked_for_is_not_in_the_file_and_nobody_comes_in_by_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = evening().await;
    let token = server.token(Role::Moderator).await;
    let (plain, whole) = (folder.path().join("plain"), folder.path().join("whole"));
    let exchange = ["--exchange", "drammen"];
    let said = done(
        "export",
        &server.disk.url(),
        &[&exchange, [name(&plain)].as_slice()].concat(),
    );
    assert!(said.contains("without contacts, signatures and photos"), "{said}");
    let more = ["--with-personal-data", name(&whole)];
    done(
        "export",
        &server.disk.url(),
        &[&exchange, more.as_slice()].concat(),
    );
    let says = |file: &Path, what: &str| {
        let unpacked = unpacked(file);
        unpacked
            .values()
            .any(|content| String::from_utf8_lossy(content).contains(what))
    };
    for secret in [PERSON, EMAIL, "[[[1,2],[3,4]]]"] {
        assert!(!says(&plain, secret) && says(&whole, secret), "{secret}");
    }
    let secrets: Vec<String> = {
        let Database::Sqlite(sqlite) = &server.disk.database else {
            panic!("not SQLite");
        };
        sqlx::query_scalar("SELECT token_sha256 FROM devices")
            .fetch_all(&sqlite.readers)
            .await
            .expect("read")
    };
    for secret in secrets.iter().chain([&token]) {
        assert!(!says(&plain, secret) && !says(&whole, secret));
    }
    assert_eq!(unpacked(&plain).len(), 12);
    server.stop();

    let there = url(&folder.path().join("there.db"));
    empty(&there).await;
    done("import", &there, &[name(&plain)]);
    let disk = Disk::at(&there).await;
    let log = log::open(&disk.database);
    let there = Server::start_with(disk, log).await;
    let path = "/api/v1/exchanges/drammen/archives";
    assert_eq!(http::get(there.address, path, &token).await.status, 403);
    let own = there.token(Role::Organiser).await;
    let devices = http::get(there.address, "/api/v1/exchanges/drammen/devices", &own)
        .await
        .json();
    let devices = devices["devices"].as_array().expect("a list");
    assert_eq!(
        devices
            .iter()
            .filter(|device| device["revoked"] == json!(false))
            .count(),
        1,
        "its own"
    );
    let names: Vec<&Value> = devices.iter().map(|device| &device["name"]).collect();
    assert!(names.contains(&&json!("1")), "who wrote what is known: {names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_comes_to_an_address_that_is_free_and_to_no_server_that_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let (place, file) = (folder.path().join("b.db"), folder.path().join("drammen"));
    let (mut server, _) = serve(ANYWHERE, &url(&place));
    let unknown = refused("export", &url(&place), &["--exchange", "nowhere", name(&file)]);
    assert!(
        unknown.contains("there is no exchange at the address nowhere; there are drammen"),
        "{unknown}"
    );
    done("export", &url(&place), &["--exchange", "drammen", name(&file)]);
    let taken = refused("export", &url(&place), &["--exchange", "drammen", name(&file)]);
    assert!(taken.contains("nothing is overwritten"), "{taken}");
    let reserved = refused(
        "import",
        &url(&folder.path().join("a.db")),
        &["--as", "api", name(&file)],
    );
    assert!(reserved.contains("of the server's own pages"), "{reserved}");
    let backup = folder.path().join("backup.db");
    done("backup", &url(&place), &[name(&backup)]);
    let other = refused("import", &url(&folder.path().join("a.db")), &[name(&backup)]);
    assert!(other.contains("`borsklokka restore`"), "{other}");
    let other = refused("restore", &url(&folder.path().join("a.db")), &[name(&file)]);
    assert!(other.contains("`borsklokka import`"), "{other}");
    let runs = refused("import", &url(&place), &[name(&file)]);
    assert!(runs.contains("stop the server first"), "{runs}");
    server.kill();
    let taken = refused("import", &url(&place), &[name(&file)]);
    assert!(taken.contains("choose another with --as"), "{taken}");
    for (bad, why) in [
        ("../x", "is no address"),
        ("operator", "of the server's own pages"),
    ] {
        let said = refused("import", &url(&place), &["--as", bad, name(&file)]);
        assert!(said.contains(why), "{said}");
    }
    done("import", &url(&place), &["--as", "larvik", name(&file)]);
    assert!(done("check", &url(&place), &[]).contains("2 exchanges, no faults"));
    let missing = url(&folder.path().join("nosuch.db"));
    let missing = refused("import", &missing, &[name(&file)]);
    assert!(missing.contains("there is no database"), "{missing}");
    assert!(
        !names(folder.path())
            .iter()
            .any(|name| name.starts_with(".borsklokka"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_runs_on_postgres_serves_what_is_read_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = postgres::fresh_database();
    let (_node, at) = serve(ANYWHERE, &address);
    let file = folder.path().join("drammen");
    done("export", &address, &["--exchange", "drammen", name(&file)]);
    done("import", &address, &["--as", "larvik", name(&file)]);
    let at = at.parse().expect("an address");
    // It is told.
    let served = async || {
        let path = "/api/v1/exchanges/larvik/catalogue";
        http::get(at, path, "").await.status == 200
    };
    patiently(async { while !served().await {} }).await;
}

/// Puts one text in place of another in a file, and says so in the manifest.
fn instead(content: &mut Packed, file: &str, was: &str, is: &str) {
    let text = String::from_utf8(content[file].clone()).expect("text");
    assert!(text.contains(was), "{file}: {was}");
    content.insert(file.to_owned(), text.replacen(was, is, 1).into_bytes());
    if file != MANIFEST {
        list_anew(content);
    }
}

/// Bytes in which every name is another, as long as it was.
fn renamed(packed: &[u8], was: &[u8], is: &[u8]) -> Vec<u8> {
    let mut packed = packed.to_vec();
    for at in 0..packed.len() - was.len() {
        if packed[at..].starts_with(was) {
            packed[at..at + is.len()].copy_from_slice(is);
        }
    }
    packed
}

/// In which file what is put in place of what, and why that is refused.
#[rustfmt::skip] // A table: a row a line.
const WRONG: [(&str, &str, &str, &str); 18] = [
    (MANIFEST, "borsklokka-exchange", "song", "is no exchange"),
    (MANIFEST, "\"version\": 1", "\"version\": 2", "version 2 of the format"),
    (MANIFEST, "\"program\"", "\"melody\"", "its manifest: unknown field"),
    (MANIFEST, "\"rows\": ", "\"rows\": 1", "rows"),
    (MANIFEST, "\"bytes\": ", "\"bytes\": 99999999999", "too large"),
    ("events.jsonl", "{\"seq\":1", "[\"seq\":1", "events.jsonl, line 1: not an object"),
    ("events.jsonl", "\"at_ms\"", "\"at\"", "without at_ms"),
    ("events.jsonl", "\"seq\":1", "\"seq\":\"1\"", "seq is not as it is written"),
    ("events.jsonl", "\"seq\":2", "\"seq\":3", "line 2: position 3 stands where 2 belongs"),
    ("events.jsonl", r#"\"exchange_configured\""#, r#"\"exchange_danced\""#, "events.jsonl, line"),
    ("events.jsonl", "\"at_ms\":", "\"at_ms\":99", "and can be from 0 to 253402300799999"),
    ("archives.jsonl", "\"deals\":1", "\"deals\":9223372036854775807", "deals is 9223372036854775807, and can be"),
    ("mail_settings.jsonl", "\"settings\":\"{", r#""settings":"{\"reply_to\":\"a@b.no\\nBcc: c@d.no\""#, "the table mail_settings"),
    ("archives.jsonl", "\"first_seq\":1", "\"first_seq\":2", "are no history before today's"),
    ("devices.jsonl", "{\"id\"", "{\"token_sha256\":\"0a\",\"id\"", "\"token_sha256\" is not known"),
    ("devices.jsonl", "\"role\":\"broker\"", "\"role\":\"king\"", "no role that can be read"),
    ("outcomes.jsonl", "\"device_id\":\"", "\"device_id\":\"x", "nothing was read in"),
    ("pictures.jsonl", "image/png", "text/html", "this is no picture"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_no_server_wrote_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = evening().await;
    let (file, place) = (folder.path().join("drammen"), url(&folder.path().join("b.db")));
    let more = ["--exchange", "drammen", "--with-personal-data", name(&file)];
    done("export", &server.disk.url(), &more);
    server.stop();
    empty(&place).await;
    let tried = |change: &dyn Fn(&mut Packed), expected: &str| {
        let changed = folder.path().join("changed");
        let mut content = unpacked(&file);
        change(&mut content);
        pack(&changed, &content);
        let said = refused("import", &place, &[name(&changed)]);
        assert!(said.contains(expected), "{expected}: {said}");
    };
    for (of, was, is, expected) in WRONG {
        tried(&|all| instead(all, of, was, is), expected);
    }
    let altered = |all: &mut Packed| {
        all.get_mut("events.jsonl").expect("there")[40] ^= 1;
    };
    tried(&altered, "events.jsonl is not what the manifest says");
    tried(&|all| drop(all.remove("outcomes.jsonl")), "more or fewer files");
    let elsewhere = |all: &mut Packed| {
        all.insert("../../b.db".to_owned(), b"x".to_vec());
    };
    tried(&elsewhere, "more or fewer files");
    tried(&|all| drop(all.remove(MANIFEST)), "is no exchange");
    let twice = folder.path().join("twice");
    let mut content = unpacked(&file);
    content.insert("events.jsonL".to_owned(), content["events.jsonl"].clone());
    pack(&twice, &content);
    let packed = std::fs::read(&twice).expect("a zip");
    std::fs::write(&twice, renamed(&packed, b"events.jsonL", b"events.jsonl")).expect("written");
    let said = refused("import", &place, &[name(&twice)]);
    assert!(said.contains("the same name is in it twice"), "{said}");
    let long = format!("\"person\":\"{}", "x".repeat(3_000_000));
    let with_long_line = |all: &mut Packed| {
        instead(all, "contacts.jsonl", "\"person\":\"", &long);
    };
    tried(&with_long_line, "contacts.jsonl, line 1: more than 2097152 bytes");
    let bomb = |all: &mut Packed| {
        all.insert("roster_mappings.jsonl".to_owned(), vec![b' '; 30_000_000]);
    };
    tried(&bomb, "roster_mappings.jsonl is not what the manifest says");
    let listed = |all: &mut Packed| {
        bomb(all);
        list_anew(all);
    };
    tried(&listed, "roster_mappings.jsonl, line 1: more than 2097152 bytes");
    let said = refused("check", &place, &[]);
    assert!(said.contains("there is no exchange in it"), "{said}");
    done("import", &place, &[name(&file)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_in_again_is_told_before_the_exchange_is_gone_and_no_file_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start().await;
    server.open_floor().await;
    assert_accepted(&server.floor().submit(submission(Role::Broker, post(0))).await);
    let file = folder.path().join("drammen");
    // Each adds to what is wrong already.
    for (statement, expected) in [
        (
            "DELETE FROM outcomes",
            "it is not known any more by which command",
        ),
        (
            "UPDATE events SET prev_public = prev_public + 1 WHERE seq = 1",
            "prev is",
        ),
        (
            "UPDATE events SET audience = 'staff' WHERE seq = 1",
            "position 1: audience staff",
        ),
        (
            "INSERT INTO registration_forms SELECT id, '{' FROM exchanges",
            "the table registration_forms",
        ),
        (
            "UPDATE events SET event = '{' WHERE seq = 1",
            "events.jsonl, line 1",
        ),
    ] {
        change(&server.disk, statement).await;
        let said = refused(
            "export",
            &server.disk.url(),
            &["--exchange", "drammen", name(&file)],
        );
        assert!(said.contains(expected), "{statement}: {said}");
        assert!(
            said.contains("no file was kept") && said.contains("Do not delete the exchange"),
            "{said}"
        );
        assert_eq!(names(folder.path()), [""; 0], "{statement}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_check_finds_export_refuses_and_says_so_among_the_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("drammen");
    for statement in [
        "UPDATE events SET at_ms = -5 WHERE seq = 1",
        "INSERT INTO contacts SELECT id, id, 'Kari' || char(0), NULL, NULL, 5 FROM exchanges",
        "INSERT INTO afterwards SELECT id, 'newspaper', 9007199254740993 FROM exchanges",
    ] {
        let server = Server::start().await;
        change(&server.disk, statement).await;
        let url = server.disk.url();
        let more = ["--exchange", "drammen", "--with-personal-data", name(&file)];
        for (task, more) in [("check", [].as_slice()), ("export", more.as_slice())] {
            let output = run(task, &url, more);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "{task}: {statement}");
            let first = ["at_ms", "person", "ticked_at_ms"];
            assert!(
                errors.contains("1 fault") && first.iter().any(|column| errors.contains(column)),
                "{task}: {statement}: {errors}"
            );
        }
        server.stop();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_at_an_address_of_the_servers_own_is_told_of_and_can_be_taken_to_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, there) = (folder.path().join("api"), url(&folder.path().join("there.db")));
    let server = Server::start().await;
    change(&server.disk, "UPDATE exchanges SET slug = 'api'").await;
    let here = server.disk.url();
    let told = "api is an address of the server's own pages";
    let checked = done("check", &here, &[]);
    assert!(
        checked.contains(told) && checked.contains("no faults"),
        "{checked}"
    );
    let exported = done("export", &here, &["--exchange", "api", name(&file)]);
    assert!(exported.contains(told), "{exported}");
    empty(&there).await;
    let said = refused("import", &there, &[name(&file)]);
    assert!(said.contains("choose another with --as"), "{said}");
    let said = done("import", &there, &["--as", "larvik", name(&file)]);
    assert!(!said.contains(told), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_damaged_on_its_way_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start().await;
    let (file, place) = (folder.path().join("drammen"), url(&folder.path().join("b.db")));
    done(
        "export",
        &server.disk.url(),
        &["--exchange", "drammen", name(&file)],
    );
    server.stop();
    empty(&place).await;
    let whole = std::fs::read(&file).expect("a file");
    let mut flipped = whole.clone();
    flipped[whole.len() / 3] ^= 0x40;
    let torn = whole[..whole.len() - 100].to_vec();
    for content in [torn, flipped, "Kjære alle sammen".into(), Vec::new()] {
        let damaged = folder.path().join("damaged");
        std::fs::write(&damaged, content).expect("written");
        let said = refused("import", &place, &[name(&damaged)]);
        assert!(said.contains("was damaged on its way"), "{said}");
    }
    let said = refused("import", &place, &[name(&folder.path().join("nosuch"))]);
    assert!(said.contains("nosuch"), "{said}");
}
