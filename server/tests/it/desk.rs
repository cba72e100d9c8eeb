//! What the desk reads over HTTP: the audit list and the check before doors; and the pictures that the organiser hangs up.

use crate::common::{Disk, Server, post, submission};
use borsklokka::log;
use borsklokka::ready;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::role::Role;
use serde_json::{Value, json};
use test_support::{http, postgres};

const AUDIT: &str = "/api/v1/exchanges/drammen/audit";
const CHECK: &str = "/api/v1/exchanges/drammen/check";

#[tokio::test]
async fn the_audit_list_says_who_did_what_and_when_newest_first() {
    let server = Server::start().await;
    let token = server.token(Role::Moderator).await;
    let command = r#"{"command":{"type":"set_scene","scene":"pause"}}"#;
    let path = "/api/v1/exchanges/drammen/commands";
    assert_eq!(
        http::post(server.address, path, &token, command).await.status,
        200
    );
    server.open_floor().await;
    let head = server.floor().view.head(Audience::Staff).0;

    let newest = http::get(server.address, &format!("{AUDIT}?limit=1"), &token).await;
    assert_eq!(
        (newest.status, newest.header("cache-control")),
        (200, Some("no-store"))
    );
    let newest = &newest.json()["entries"];
    assert_eq!(newest.as_array().map(Vec::len), Some(1));
    assert_eq!(newest[0]["seq"], head);

    // Page by page, every position once, down to the first.
    let (mut positions, mut entries) = (Vec::new(), Vec::new());
    let mut path = format!("{AUDIT}?limit=40");
    loop {
        let page = http::get(server.address, &path, &token).await.json()["entries"].take();
        let Some(last) = page.as_array().and_then(|page| page.last()) else {
            break;
        };
        path = format!("{AUDIT}?limit=40&before={}", last["seq"]);
        for entry in page.as_array().expect("a page") {
            positions.push(entry["seq"].as_u64().expect("a position"));
            entries.push(entry.clone());
        }
    }
    let wanted: Vec<u64> = (1..=head).rev().collect();
    assert_eq!(positions, wanted);

    let set = entries
        .iter()
        .find(|entry| entry["event"]["scene"] == "pause")
        .expect("it was set");
    assert_eq!(
        (&set["role"], &set["name"], &set["event"]),
        (
            &json!("moderator"),
            &json!("moderator"),
            &json!({ "type": "scene_set", "scene": Scene::Pause })
        )
    );
    assert!(set["device"].is_string() && set["at"].is_string(), "{set}");
    // A device that was never paired, as the demo's, has no name.
    let opened = entries
        .iter()
        .find(|entry| entry["event"]["type"] == "floor_opened")
        .expect("it was opened");
    assert_eq!(opened["name"], Value::Null);
}

#[tokio::test]
async fn a_page_has_a_limit_and_a_bad_one_is_refused() {
    let server = Server::start().await;
    server.open_floor().await;
    for index in 0..250 {
        server.floor().submit(submission(Role::Broker, post(index))).await;
    }
    let token = server.token(Role::Moderator).await;
    for (query, length) in [
        ("", 50),
        ("?limit=100000", 200),
        ("?limit=0", 1),
        ("?limit=-1", 1),
        ("?limit=5000000000", 200),
        ("?before=1", 0),
    ] {
        let page = http::get(server.address, &format!("{AUDIT}{query}"), &token)
            .await
            .json();
        assert_eq!(page["entries"].as_array().map(Vec::len), Some(length), "{query}");
    }
    for query in ["?limit=many", "?before=-1"] {
        let answer = http::get(server.address, &format!("{AUDIT}{query}"), &token).await;
        assert_eq!(answer.refusal(), (400, "malformed".to_owned()), "{query}");
    }
}

#[tokio::test]
async fn the_check_before_doors_has_a_verdict_on_everything() {
    let server = Server::start().await;
    let token = server.token(Role::Moderator).await;
    let answer = http::get(server.address, CHECK, &token).await;
    let findings = answer.json()["findings"].take();
    let ids: Vec<&str> = findings
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|finding| finding["id"].as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "database",
            "disk",
            "clock",
            "power",
            "network",
            "tls",
            "connections"
        ]
    );
    let of = |id: &str| {
        findings.as_array().expect("a list")[ids.iter().position(|i| *i == id).expect("there")].clone()
    };
    let database = of("database");
    assert_eq!(database["unit"], "ms");
    assert!(
        database["figure"].as_i64().is_some_and(|ms| ms < 3_000),
        "{database}"
    );
    let disk = of("disk");
    assert_eq!(disk["unit"], "bytes");
    assert!(disk["figure"].as_i64().is_some_and(|bytes| bytes > 0), "{disk}");
    assert_eq!(of("clock")["unit"], "ms");
    let network = of("network");
    assert_eq!(
        (&network["state"], &network["reach"], &network["secure"]),
        (&json!("wrong"), &json!("machine"), &json!(false)),
        "this server listens on loopback"
    );
    assert_eq!(network["url"], format!("http://{}", server.address));
    let connections = of("connections");
    assert_eq!(
        (&connections["max"], &connections["unit"]),
        (&json!(server.hub.config.connections), &json!("connections"))
    );
    assert!(connections["figure"].as_i64().is_some_and(|in_now| in_now >= 1));
    for finding in findings.as_array().expect("a list") {
        let state = finding["state"].as_str().unwrap_or_default();
        assert!(["right", "look", "wrong"].contains(&state), "{finding}");
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_wrong() {
    let server = Server::start().await;
    let token = server.token(Role::Moderator).await;
    let borsklokka::database::Database::Sqlite(sqlite) = &server.disk.database else {
        panic!("not SQLite");
    };
    // Somebody else writes, and does not come to an end.
    let held = sqlite.writer.begin_with("BEGIN IMMEDIATE").await.expect("begun");
    let answer = http::get(server.address, CHECK, &token).await;
    assert_eq!(
        answer.json()["findings"][0],
        json!({ "id": "database", "fault": "busy", "state": "wrong" })
    );
    let answer = http::get(server.address, "/healthz", "").await;
    assert_eq!(answer.refusal(), (503, "database_busy".to_owned()));
    drop(held);
    let answer = http::get(server.address, CHECK, &token).await;
    assert_ne!(answer.json()["findings"][0]["state"], "wrong");
    let answer = http::get(server.address, "/healthz", "").await;
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"ok".as_slice()));
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_moved_under_the_server_is_told_and_nothing_is_answered_for_until_it_is_back() {
    let server = Server::start().await;
    let token = server.token(Role::Moderator).await;
    let path = "/api/v1/exchanges/drammen/commands";
    let bell = |scene: &str| format!(r#"{{"command":{{"type":"set_scene","scene":"{scene}"}}}}"#);
    let folder = server.disk.folder.path();
    let away = tempfile::tempdir().expect("a folder");
    let names = ["borsklokka.db", "borsklokka.db-wal", "borsklokka.db-shm"];
    let take = |names: &[&str]| {
        for name in names {
            std::fs::rename(folder.join(name), away.path().join(name)).expect("taken away");
        }
    };
    let put_back = |names: &[&str]| {
        for name in names {
            std::fs::rename(away.path().join(name), folder.join(name)).expect("put back");
        }
    };
    for (names, other, fault) in [
        (&names[..], None, "moved"),
        (&names[..1], Some("another evening"), "moved"),
        (&names[1..2], None, "parted"),
    ] {
        take(names);
        if let Some(other) = other {
            std::fs::write(folder.join(names[0]), other).expect("replaced");
        }
        for ask in ["/healthz", "/readyz"] {
            let answer = http::get(server.address, ask, "").await;
            assert_eq!(answer.refusal(), (503, format!("database_{fault}")), "{ask}");
        }
        let unready = ready::ask(&server.address.to_string())
            .await
            .expect_err("not ready");
        assert!(
            unready.to_string().contains(&format!("database_{fault}")),
            "{unready}"
        );
        let before = server.floor().view.head(Audience::Staff);
        let refused = http::post(server.address, path, &token, &bell("pause")).await;
        assert_eq!(refused.refusal(), (503, "unavailable".to_owned()), "{names:?}");
        assert_eq!(server.floor().view.head(Audience::Staff), before);
        let answer = http::get(server.address, CHECK, &token).await;
        assert_eq!(
            answer.json()["findings"][0],
            json!({ "id": "database", "fault": fault, "state": "wrong" })
        );
        put_back(names);
        let accepted = http::post(server.address, path, &token, &bell("pause")).await;
        assert_eq!(accepted.status, 200, "it goes on by itself: {names:?}");
        let accepted = http::post(server.address, path, &token, &bell("floor")).await;
        assert_eq!(accepted.status, 200);
        for ask in ["/healthz", "/readyz"] {
            assert_eq!(http::get(server.address, ask, "").await.status, 200, "{ask}");
        }
        ready::ask(&server.address.to_string()).await.expect("ready");
    }
}

#[tokio::test]
async fn a_log_that_a_newer_version_wrote_in_is_wrong() {
    let server = Server::start().await;
    let token = server.token(Role::Moderator).await;
    let borsklokka::database::Database::Sqlite(sqlite) = &server.disk.database else {
        panic!("not SQLite");
    };
    sqlx::query(
        "INSERT INTO events SELECT exchange_id, seq + 1, seq, at_ms, audience, actor_role, actor_device, 1, \
         '{\"type\":\"of_tomorrow\"}' FROM events ORDER BY seq DESC LIMIT 1",
    )
    .execute(&sqlite.writer)
    .await
    .expect("written");
    let command = r#"{"command":{"type":"set_scene","scene":"pause"}}"#;
    let path = "/api/v1/exchanges/drammen/commands";
    let refused = http::post(server.address, path, &token, command).await;
    assert_eq!(
        refused.refusal(),
        (503, "unavailable".to_owned()),
        "tablets keep it"
    );
    let answer = http::get(server.address, CHECK, &token).await.json();
    assert_eq!(
        answer["findings"][1],
        json!({ "id": "log", "fault": "newer", "state": "wrong" })
    );
    let answer = http::get(server.address, "/healthz", "").await;
    assert_eq!(answer.refusal(), (503, "log_newer".to_owned()));
    let answer = http::get(server.address, "/readyz", "").await;
    assert_eq!(answer.status, 200, "nobody else could serve the others");
    sqlx::query("DELETE FROM events WHERE event LIKE '%of_tomorrow%'")
        .execute(&sqlite.writer)
        .await
        .expect("gone");
    let accepted = http::post(server.address, path, &token, command).await;
    assert_eq!(accepted.status, 200, "it goes on by itself");
    let answer = http::get(server.address, "/healthz", "").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_desk_reads_the_same_on_postgres() {
    let disk = Disk::at(&postgres::fresh_database()).await;
    let log = log::open(&disk.database);
    let server = Server::start_with(disk, log).await;
    let token = server.token(Role::Moderator).await;
    let findings = http::get(server.address, CHECK, &token).await.json()["findings"].take();
    assert_eq!(findings[0]["unit"], "ms", "a write succeeds: {findings}");
    assert_eq!(
        findings[1],
        json!({ "id": "disk", "state": "right" }),
        "its disk is another machine's"
    );
    let page = http::get(server.address, &format!("{AUDIT}?limit=1"), &token)
        .await
        .json();
    assert_eq!(
        page["entries"][0]["seq"],
        server.floor().view.head(Audience::Staff).0
    );
}

#[tokio::test]
async fn only_the_desk_of_the_same_exchange_reads() {
    let server = Server::start().await;
    server.hub.floors.make("svelvik").await.expect("a free address");
    for (role, status) in [
        (Role::Broker, 403),
        (Role::Notary, 403),
        (Role::Moderator, 200),
        (Role::Organiser, 200),
    ] {
        let token = server.token(role).await;
        for route in ["audit", "check"] {
            let home = format!("/api/v1/exchanges/drammen/{route}");
            assert_eq!(
                http::get(server.address, &home, &token).await.status,
                status,
                "{role:?} {route}"
            );
            let away = format!("/api/v1/exchanges/svelvik/{route}");
            let answer = http::get(server.address, &away, &token).await;
            assert_eq!(
                answer.refusal(),
                (403, "not_allowed".to_owned()),
                "{role:?} {route}"
            );
        }
        let answer = http::post(
            server.address,
            "/api/v1/exchanges/svelvik/screens/1",
            &token,
            r#"{"type":"reload"}"#,
        )
        .await;
        assert_eq!(answer.refusal(), (403, "not_allowed".to_owned()), "{role:?}");
    }
    for route in ["audit", "check"] {
        let path = format!("/api/v1/exchanges/drammen/{route}");
        assert_eq!(
            http::get(server.address, &path, "").await.refusal(),
            (401, "not_paired".to_owned())
        );
        let path = format!("/api/v1/exchanges/nowhere/{route}");
        assert_eq!(
            http::get(server.address, &path, "").await.refusal(),
            (404, "unknown_exchange".to_owned())
        );
    }
}

#[tokio::test]
async fn a_picture_passes_every_layer_with_its_own_headers() {
    const DRAWING: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    let server = Server::start().await;
    let token = server.token(Role::Organiser).await;
    let path = "/api/v1/exchanges/drammen/pictures/01970000-0000-7000-8000-00000000f001";
    let hung = http::ask(server.address, "PUT", path, &token, "image/svg+xml", DRAWING).await;
    assert_eq!(hung.status, 204, "{hung:?}");
    let shown = http::get(server.address, path, "").await;
    assert_eq!((shown.status, shown.body.as_slice()), (200, DRAWING));
    for (header, value) in [
        ("content-type", "image/svg+xml"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        (
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        ),
    ] {
        assert_eq!(shown.header(header), Some(value));
    }
    let pages = http::get(server.address, "/healthz", "").await;
    assert!(
        pages
            .header("content-security-policy")
            .is_some_and(|policy| policy.starts_with("default-src 'self'")),
        "everything else keeps the server's own policy"
    );
    // As large as a picture may be, and one byte more.
    let mut large = DRAWING.to_vec();
    large.resize(512 * 1_024, b' ');
    let other = path.replace("f001", "f002");
    let hung = http::ask(server.address, "PUT", &other, &token, "image/svg+xml", &large).await;
    assert_eq!(hung.status, 204);
    large.push(b' ');
    let other = path.replace("f001", "f003");
    let refused = http::ask(server.address, "PUT", &other, &token, "image/svg+xml", &large).await;
    assert_eq!(refused.refusal(), (413, "too_large".to_owned()));
}

#[tokio::test]
async fn the_buttons_of_the_operations_page_do_what_it_says() {
    let page = include_str!("../../../docs/operations.md");
    let bodies: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("curl -f "))
        .filter_map(|line| line.split('\'').nth(5))
        .collect();
    let [ring, open, close, scene] = bodies[..] else {
        panic!("four lines: {bodies:?}");
    };
    let server = Server::start().await;
    let token = server.token(Role::Moderator).await;
    let path = "/api/v1/exchanges/drammen/commands";
    let next_round = r#"{"command":{"type":"start_round","round":2,"expected":{"phase":"open","round":1}}}"#;
    for (body, status) in [
        (ring, 200),
        (close, 409),
        (open, 200),
        (open, 409),
        (ring, 200),
        (next_round, 200),
        (ring, 200),
        (scene, 200),
        (close, 200),
        (close, 409),
        (ring, 200),
    ] {
        let answer = http::post(server.address, path, &token, body).await;
        assert_eq!(answer.status, status, "{body} {:?}", answer.json());
    }
    // Tried again with its id it is the same press; one that says that it is old is not rung.
    let press = r#"{"id":"01970000-0000-7000-8000-00000000c0de","command":{"type":"ring_bell"}}"#;
    let first = http::post(server.address, path, &token, press).await;
    let again = http::post(server.address, path, &token, press).await;
    assert_eq!((first.status, first.json()), (200, again.json()));
    let old = r#"{"written_at":"2020-01-01T00:00:00.000Z","command":{"type":"ring_bell"}}"#;
    let refused = http::post(server.address, path, &token, old).await;
    assert_eq!(refused.refusal(), (409, "expired".to_owned()));
}
