//! An organiser with an account: how she comes in, what she sees, and how she is out at once.

mod passkeys;

use axum::http::StatusCode;
use borsklokka_shared::limits::{ACCOUNT_SESSIONS_MAX, INVITATION_DAYS, NEW_PASSPHRASE_HOURS, PASSKEYS_MAX};
use borsklokka_shared::role::Role;
use serde_json::{Value, json};

use crate::access::Revocation;
use crate::access::passphrase::HASHED;
use crate::fixture::{Answer, Browser, Fixture, PASSPHRASE, open_hub};

const ACCOUNTS: &str = "/api/v1/accounts";
const ACCOUNT: &str = "/api/v1/account";
const OPEN: &str = "/api/v1/account/open";
const SESSION: &str = "/api/v1/exchanges/drammen/session";
const DEVICES: &str = "/api/v1/exchanges/drammen/devices";
const HERS: &str = "hennes helt egne ord";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Invites Kari; gives her account's id and the secret of her link.
async fn invite(operator: &Browser<'_>, exchanges: &[&str]) -> (String, String) {
    let asked = json!({ "email": "Kari@Example.org ", "name": "Kari", "exchanges": exchanges });
    let made = operator.post(ACCOUNTS, asked).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    (id_of(&made), secret_of(&made))
}

fn id_of(made: &Answer) -> String {
    made.json["id"].as_str().unwrap().to_owned()
}

fn secret_of(made: &Answer) -> String {
    let link = made.json["link"].as_str().unwrap();
    let (page, secret) = link.split_once('#').unwrap();
    assert_eq!(page, "http://192.168.1.5:8080/account");
    secret.to_owned()
}

fn choice(secret: &str) -> Value {
    json!({ "token": secret, "passphrase": HERS })
}

fn log_in(email: &str, passphrase: &str) -> Value {
    json!({ "email": email, "passphrase": passphrase })
}

/// Does what a browser does with an answer's cookies.
fn keep_all(browser: &mut Browser<'_>, answer: &Answer) {
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    for cookie in &answer.cookies {
        browser.keep(cookie);
    }
}

/// Kari's browser, once she has followed her invitation.
async fn kari<'a>(hub: &'a Fixture, operator: &Browser<'_>, exchanges: &[&str]) -> (String, Browser<'a>) {
    let (id, secret) = invite(operator, exchanges).await;
    let mut browser = hub.browser();
    let answer = browser.post(OPEN, choice(&secret)).await;
    keep_all(&mut browser, &answer);
    (id, browser)
}

/// Another browser of hers.
async fn again(hub: &Fixture) -> Browser<'_> {
    let mut browser = hub.browser();
    let answer = browser
        .post("/api/v1/login", log_in("kari@example.org", HERS))
        .await;
    keep_all(&mut browser, &answer);
    browser
}

fn slugs(listed: &Answer) -> Vec<&str> {
    let exchanges = listed.json["exchanges"].as_array().unwrap().iter();
    exchanges.map(|one| one["slug"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_organiser_chooses_a_passphrase_and_sees_her_exchanges_alone() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let ways = "/api/v1/login";
    assert_eq!(
        hub.browser().get(ways).await.json,
        json!({ "accounts": false, "mail": false })
    );
    let (id, secret) = invite(&operator, &["drammen"]).await;
    assert_eq!(
        hub.browser().get(ways).await.json,
        json!({ "accounts": true, "mail": false })
    );
    let mut browser = hub.browser();
    let looked = browser
        .post("/api/v1/account/link", json!({ "token": secret }))
        .await;
    assert_eq!(
        looked.json,
        json!({ "email": "kari@example.org", "name": "Kari", "first": true })
    );
    let short = json!({ "token": secret, "passphrase": "elleve tegn" });
    assert_eq!(browser.post(OPEN, short).await.code(), "passphrase_length");
    let common = json!({ "token": secret, "passphrase": "passwordpassword" });
    assert_eq!(browser.post(OPEN, common).await.code(), "passphrase_common");
    let answer = browser.post(OPEN, choice(&secret)).await;
    keep_all(&mut browser, &answer);

    let listed = browser.get("/api/v1/exchanges").await;
    assert_eq!(slugs(&listed), ["drammen"]);
    assert_eq!(
        listed.json["account"],
        json!({ "name": "Kari", "may_make": false })
    );
    let session = browser.get(SESSION).await;
    assert_eq!(
        (&session.json["role"], &session.json["name"]),
        (&json!("organiser"), &json!("Kari"))
    );
    assert_eq!(
        browser.get(SESSION).await.json,
        session.json,
        "it is one device however often she asks"
    );
    let devices = operator.get(DEVICES).await.json["devices"].clone();
    assert_eq!(devices.as_array().map(Vec::len), Some(1));
    assert_eq!(devices[0]["id"], session.json["device"]);

    let elsewhere = "/api/v1/exchanges/svelvik";
    let session = browser.get(&format!("{elsewhere}/session")).await;
    assert_eq!(session.json["role"], "viewer");
    let why = session.json["message"].as_str().unwrap();
    assert!(why.contains("ikke lenger, rett i denne børsen"), "{why}");
    let denied = browser.get(&format!("{elsewhere}/devices")).await;
    assert_eq!(
        (denied.status, denied.code()),
        (StatusCode::FORBIDDEN, "not_yours")
    );
    for path in [ACCOUNTS, &format!("{ACCOUNTS}/{id}")] {
        let denied = browser.ask("POST", path, Some(json!({}))).await;
        assert!(!denied.status.is_success(), "{path}");
    }
    assert_eq!(browser.get(ACCOUNTS).await.code(), "not_logged_in");
    let listed = operator.get(ACCOUNTS).await.json["accounts"][0].clone();
    assert_eq!(
        (
            &listed["state"],
            &listed["exchanges"],
            &listed["sessions"],
            &listed["link_until"]
        ),
        (&json!("active"), &json!(["drammen"]), &json!(1), &Value::Null)
    );
}

#[tokio::test]
async fn an_invitation_is_used_once_and_not_for_ever_and_can_be_taken_back() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (id, first) = invite(&operator, &[]).await;
    let open = async |secret: &str| {
        let answer = hub.browser().post(OPEN, choice(secret)).await;
        (answer.status, answer.code().to_owned())
    };
    let gone = (StatusCode::GONE, "account_link_gone".to_owned());
    let another = async || secret_of(&operator.post(&format!("{ACCOUNTS}/{id}/link"), json!({})).await);

    let second = another().await;
    assert_eq!(open(&first).await, gone, "another was made in its place");
    hub.clock.pass_ms(INVITATION_DAYS * DAY_MS - 1);
    let third = another().await;
    hub.clock.pass_ms(1);
    assert_eq!(open(&second).await, gone);
    hub.clock.pass_ms(INVITATION_DAYS * DAY_MS - 1);
    assert_eq!(open(&third).await, gone, "it ran out");
    let fourth = another().await;
    let path = format!("{ACCOUNTS}/{id}");
    let disabled = operator.patch(&path, json!({ "disabled": true })).await;
    assert_eq!(disabled.status, StatusCode::NO_CONTENT);
    assert_eq!(open(&fourth).await, gone, "the account is disabled");
    let denied = operator.post(&format!("{ACCOUNTS}/{id}/link"), json!({})).await;
    assert_eq!(denied.code(), "unknown_account");
    operator.patch(&path, json!({ "disabled": false })).await;
    assert_eq!(open(&fourth).await, gone, "it stays taken back");
    let fifth = another().await;
    assert_eq!(open(&fifth).await.0, StatusCode::NO_CONTENT);
    assert_eq!(open(&fifth).await, gone, "it was used");
    let sixth = another().await;
    hub.clock.pass_ms(NEW_PASSPHRASE_HOURS * 60 * 60 * 1_000);
    assert_eq!(
        open(&sixth).await,
        gone,
        "a link to another passphrase runs out sooner"
    );
}

#[tokio::test]
async fn nobody_learns_by_logging_in_which_accounts_there_are() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (id, kari) = kari(&hub, &operator, &["drammen"]).await;
    drop(kari);
    let asked = json!({ "email": "ola@example.org", "name": "Ola", "exchanges": ["drammen"] });
    operator.post(ACCOUNTS, asked).await;
    let wrong = "tre ganske gale ord";
    let mut answers = vec![];
    let mut tried = vec![
        ("kari@example.org", wrong),
        ("nobody@example.org", wrong),
        ("ola@example.org", wrong),
        ("no address", wrong),
    ];
    for (n, (email, passphrase)) in tried.drain(..).enumerate() {
        let browser = hub.browser().at(&format!("10.0.0.{n}")).over_tls();
        let asked = browser.post("/api/v1/login", log_in(email, passphrase));
        let (answer, hashed) = HASHED
            .scope(0.into(), async {
                let answer = asked.await;
                (answer, HASHED.with(std::cell::Cell::get))
            })
            .await;
        assert_eq!(hashed, 1, "{email}");
        answers.push((answer.status, answer.text, answer.cookies));
    }
    operator
        .patch(&format!("{ACCOUNTS}/{id}"), json!({ "disabled": true }))
        .await;
    let disabled = hub.browser().at("10.0.0.9").over_tls();
    let answer = disabled
        .post("/api/v1/login", log_in("kari@example.org", HERS))
        .await;
    answers.push((answer.status, answer.text, answer.cookies));
    assert_eq!(answers[0].0, StatusCode::FORBIDDEN);
    for answer in &answers[1..] {
        assert_eq!(answer, &answers[0]);
    }
    // Nor by how soon it is too often.
    for email in ["ola@example.org", "nobody@example.org"] {
        let browser = hub.browser().at("10.0.1.1").over_tls();
        for _ in 0..5 {
            let answer = browser.post("/api/v1/login", log_in(email, wrong)).await;
            assert_eq!(answer.code(), "log_in_wrong");
        }
        let answer = browser.post("/api/v1/login", log_in(email, wrong)).await;
        assert_eq!(answer.code(), "too_many_tries");
    }
}

#[tokio::test]
async fn a_locked_account_locks_nobody_else_out() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    drop(kari(&hub, &operator, &[]).await);
    let browser = hub.browser();
    for _ in 0..5 {
        browser
            .post("/api/v1/login", log_in("ola@example.org", "tre ganske gale ord"))
            .await;
    }
    let answer = browser
        .post("/api/v1/login", log_in("ola@example.org", HERS))
        .await;
    assert_eq!(answer.code(), "too_many_tries");
    again(&hub).await;
    hub.operator().await;
}

#[tokio::test]
async fn what_is_taken_away_ends_at_once_and_closes_its_sockets() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (id, browser) = kari(&hub, &operator, &["drammen", "svelvik"]).await;
    let change = |body: Value| {
        let (operator, path) = (operator.clone(), format!("{ACCOUNTS}/{id}"));
        async move { operator.patch(&path, body).await.status }
    };
    let svelvik = "/api/v1/exchanges/svelvik/session";
    let device = browser.get(SESSION).await.json["device"].clone();
    let other = browser.get(svelvik).await.json["device"].clone();
    assert_ne!(device, other);
    let mut revocations = hub.hub.access.revocations();
    let mut closed = || match revocations.try_recv() {
        Ok(Revocation::Device(device)) => json!(device),
        nothing => panic!("{nothing:?}"),
    };
    assert_eq!(
        change(json!({ "exchanges": ["svelvik"] })).await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(closed(), device);
    assert_eq!(browser.get(SESSION).await.json["role"], "viewer");
    assert_eq!(browser.get(DEVICES).await.code(), "not_yours");
    assert_eq!(
        browser.get(svelvik).await.json["device"],
        other,
        "that one goes on"
    );
    assert_eq!(operator.get(DEVICES).await.json["devices"][0]["revoked"], true);

    change(json!({ "exchanges": ["svelvik", "drammen"] })).await;
    let fresh = browser.get(SESSION).await.json["device"].clone();
    assert!(
        fresh.is_string() && fresh != device,
        "it is hers again, by another device"
    );
    change(json!({ "disabled": true })).await;
    let both = [closed(), closed()];
    assert!(both.contains(&fresh) && both.contains(&other), "{both:?}");
    for path in [SESSION, svelvik] {
        assert_eq!(browser.get(path).await.code(), "not_allowed");
    }
    for path in [ACCOUNT, "/api/v1/exchanges"] {
        assert_eq!(browser.get(path).await.code(), "not_logged_in");
    }
    change(json!({ "disabled": false })).await;
    assert_eq!(
        browser.get(ACCOUNT).await.code(),
        "not_logged_in",
        "that session is over"
    );
    let browser = again(&hub).await;
    let device = browser.get(SESSION).await.json["device"].clone();
    assert_eq!(
        operator.delete(&format!("{ACCOUNTS}/{id}")).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(closed(), device);
    assert_eq!(browser.get(ACCOUNT).await.code(), "not_logged_in");
    assert_eq!(
        operator.get(ACCOUNTS).await.json,
        json!({ "accounts": [], "mail": false })
    );
    assert_eq!(
        operator.delete(&format!("{ACCOUNTS}/{id}")).await.code(),
        "unknown_account"
    );
}

#[tokio::test]
async fn a_device_of_hers_that_is_revoked_in_the_list_comes_back_with_the_next_log_in_alone() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (_, browser) = kari(&hub, &operator, &["drammen", "svelvik"]).await;
    let device = browser.get(SESSION).await.json["device"].clone();
    let path = format!("{DEVICES}/{}", device.as_str().unwrap());
    assert_eq!(operator.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.get(DEVICES).await.code(), "not_yours");
    let kept = browser.get(SESSION).await;
    assert_eq!(kept.json["role"], "viewer");
    assert_eq!(kept.cookies, Vec::<String>::new(), "her other exchanges go on");
    assert_eq!(
        browser.get("/api/v1/exchanges/svelvik/devices").await.status,
        StatusCode::OK
    );
    assert_eq!(again(&hub).await.get(DEVICES).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_forgotten_passphrase_ends_every_session() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (id, browser) = kari(&hub, &operator, &["drammen"]).await;
    let second = again(&hub).await;
    let devices: Vec<Value> = vec![
        browser.get(SESSION).await.json["device"].clone(),
        second.get(SESSION).await.json["device"].clone(),
    ];
    let made = operator.post(&format!("{ACCOUNTS}/{id}/link"), json!({})).await;
    let looked = hub
        .browser()
        .post("/api/v1/account/link", json!({ "token": secret_of(&made) }))
        .await;
    assert_eq!(looked.json["first"], false);
    assert_eq!(
        browser.get(ACCOUNT).await.status,
        StatusCode::OK,
        "until she has used it"
    );
    let mut revocations = hub.hub.access.revocations();
    let asked = json!({ "token": secret_of(&made), "passphrase": "fem ganske andre ord", "name": "Kari N." });
    let mut third = hub.browser();
    let answer = third.post(OPEN, asked).await;
    keep_all(&mut third, &answer);
    for browser in [&browser, &second] {
        assert_eq!(browser.get(ACCOUNT).await.code(), "not_logged_in");
        assert_eq!(browser.get(SESSION).await.code(), "not_allowed");
    }
    for _ in &devices {
        let Ok(Revocation::Device(device)) = revocations.try_recv() else {
            panic!("both close")
        };
        assert!(devices.contains(&json!(device)));
    }
    assert_eq!(third.get(SESSION).await.json["name"], "Kari N.");
    for (passphrase, code) in [(HERS, "log_in_wrong"), ("fem ganske andre ord", "")] {
        let answer = hub
            .browser()
            .post("/api/v1/login", log_in("KARI@example.org", passphrase))
            .await;
        assert_eq!(answer.code(), code);
    }
}

#[tokio::test]
async fn she_changes_her_passphrase_and_ends_sessions_herself() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (_, browser) = kari(&hub, &operator, &["drammen"]).await;
    let second = again(&hub).await;
    let device = second.get(SESSION).await.json["device"].clone();
    let own = browser.get(ACCOUNT).await.json;
    let sessions = own["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions.iter().filter(|one| one["own"] == true).count(), 1);
    assert_eq!(sessions[0]["from"], "127.0.0.1");
    let other = sessions.iter().find(|one| one["own"] == false).unwrap();
    let path = format!("{ACCOUNT}/sessions/{}", other["id"].as_str().unwrap());
    let mut revocations = hub.hub.access.revocations();
    assert_eq!(browser.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.delete(&path).await.code(), "unknown_session");
    let Ok(Revocation::Device(closed)) = revocations.try_recv() else {
        panic!("its sockets close")
    };
    assert_eq!(json!(closed), device);
    assert_eq!(second.get(SESSION).await.code(), "not_allowed");

    let third = again(&hub).await;
    let change = format!("{ACCOUNT}/passphrase");
    let asked = |old: &str| json!({ "old": old, "new": "fem ganske andre ord" });
    assert_eq!(
        browser.post(&change, asked("tre ganske gale ord")).await.code(),
        "passphrase_wrong"
    );
    assert_eq!(
        browser.post(&change, asked(HERS)).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(browser.get(ACCOUNT).await.status, StatusCode::OK);
    assert_eq!(third.get(ACCOUNT).await.code(), "not_logged_in");

    browser.get(SESSION).await;
    assert_eq!(
        browser
            .patch(ACCOUNT, json!({ "name": "Kari Nordmann" }))
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(browser.get(SESSION).await.json["name"], "Kari Nordmann");
    let out = browser.post("/api/v1/logout", json!({})).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.get(ACCOUNT).await.code(), "not_logged_in");
}

#[tokio::test]
async fn a_browser_is_one_persons() {
    let hub = open_hub().await;
    let mut operator = hub.operator().await;
    let (_, secret) = invite(&operator, &["drammen"]).await;
    let was = operator.clone();
    let answer = operator.post(OPEN, choice(&secret)).await;
    keep_all(&mut operator, &answer);
    assert_eq!(was.get(ACCOUNTS).await.code(), "not_logged_in");
    assert_eq!(slugs(&operator.get("/api/v1/exchanges").await), ["drammen"]);
    let account = operator.clone();
    let answer = operator
        .post("/api/v1/login", json!({ "passphrase": PASSPHRASE }))
        .await;
    keep_all(&mut operator, &answer);
    assert_eq!(account.get(ACCOUNT).await.code(), "not_logged_in");
    assert_eq!(operator.get(ACCOUNTS).await.status, StatusCode::OK);
}

#[tokio::test]
async fn of_too_many_sessions_the_one_that_was_used_longest_ago_ends() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (_, first) = kari(&hub, &operator, &[]).await;
    for _ in 1..ACCOUNT_SESSIONS_MAX {
        hub.clock.pass_ms(60_000);
        again(&hub).await;
    }
    assert_eq!(first.get(ACCOUNT).await.status, StatusCode::OK);
    hub.clock.pass_ms(60_000);
    let last = again(&hub).await;
    let own = last.get(ACCOUNT).await;
    assert_eq!(
        own.json["sessions"].as_array().map(Vec::len),
        Some(ACCOUNT_SESSIONS_MAX)
    );
}

#[tokio::test]
async fn who_may_make_exchanges_is_their_organiser_and_nobody_elses() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (id, browser) = kari(&hub, &operator, &["drammen"]).await;
    let settings = json!({
        "name": "Børs i Larvik", "place": "Kulturhuset", "date": "2026-11-26", "time_zone": "Europe/Oslo",
        "goal": 40, "categories": [{ "id": "hands", "name": "Nyttige never" }],
    });
    let make = json!({ "slug": "larvik", "settings": settings });
    let copy = json!({ "slug": "larvik-2027", "name": "Larvik 2027", "date": "2027-11-25" });
    let put_away = json!({ "put_away": true });
    let refused = [
        browser.post("/api/v1/exchanges", make.clone()).await,
        browser.post("/api/v1/exchanges/drammen/copy", copy.clone()).await,
        browser.patch("/api/v1/exchanges/drammen", put_away.clone()).await,
    ];
    for answer in refused {
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::FORBIDDEN, "not_yours")
        );
    }
    operator
        .patch(&format!("{ACCOUNTS}/{id}"), json!({ "may_make": true }))
        .await;
    let made = browser.post("/api/v1/exchanges", make).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let copied = browser.post("/api/v1/exchanges/larvik/copy", copy).await;
    assert_eq!(copied.status, StatusCode::CREATED, "{}", copied.text);
    let denied = browser
        .post(
            "/api/v1/exchanges/svelvik/copy",
            json!({ "slug": "x2", "name": "X", "date": "2027-11-25" }),
        )
        .await;
    assert_eq!(denied.code(), "not_yours");
    let listed = browser.get("/api/v1/exchanges").await;
    assert_eq!(slugs(&listed), ["drammen", "larvik", "larvik-2027"]);
    let audit = browser.get("/api/v1/exchanges/larvik/audit").await;
    let session = browser.get("/api/v1/exchanges/larvik/session").await;
    let first = &audit.json["entries"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&first["device"], &session.json["name"]),
        (&session.json["device"], &json!("Kari")),
        "{}",
        audit.text
    );
    let named = |name: &str| Some(json!({ "name": name }));
    let denied = browser
        .ask("DELETE", "/api/v1/exchanges/drammen", named("Drammen"))
        .await;
    assert_eq!(denied.code(), "not_yours", "the operator made it");
    let deleted = browser
        .ask("DELETE", "/api/v1/exchanges/larvik", named("Børs i Larvik"))
        .await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT, "{}", deleted.text);
    assert_eq!(slugs(&operator.get("/api/v1/exchanges").await).len(), 3);
}

#[tokio::test]
async fn what_is_noted_of_an_account_is_read_in_its_exchanges_and_what_is_the_servers_by_the_operator() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (_, browser) = kari(&hub, &operator, &["drammen"]).await;
    hub.browser()
        .post("/api/v1/login", log_in("kari@example.org", "tre ganske gale ord"))
        .await;
    hub.clock.pass_ms(60_001);
    hub.browser()
        .post("/api/v1/login", json!({ "passphrase": "tre ganske gale ord" }))
        .await;
    let read = async |browser: &Browser<'_>, slug: &str| {
        let answer = browser.get(&format!("/api/v1/exchanges/{slug}/security")).await;
        let entries = answer.json["entries"].as_array().unwrap().clone();
        let events = entries.iter().rev();
        events
            .map(|entry| entry["event"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let hers = ["account_invited", "account_opened", "login_failed"];
    assert_eq!(read(&browser, "drammen").await, hers);
    assert_eq!(
        read(&operator, "drammen").await,
        [
            "set_up",
            "account_invited",
            "account_opened",
            "login_failed",
            "login_failed"
        ]
    );
    assert_eq!(read(&operator, "svelvik").await, ["set_up", "login_failed"]);
}

#[tokio::test]
async fn she_counts_where_nobody_overhears_her_and_a_tablet_of_hers_stays_one() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (_, mut browser) = kari(&hub, &operator, &["drammen"]).await;
    let hall = browser.at("192.168.1.20");
    assert_eq!(hall.get(SESSION).await.code(), "not_allowed");
    assert_eq!(hall.get(ACCOUNT).await.code(), "this_machine_only");
    let asked = log_in("kari@example.org", HERS);
    assert_eq!(
        hall.post("/api/v1/login", asked).await.code(),
        "this_machine_only"
    );
    assert_eq!(hall.over_tls().get(SESSION).await.json["role"], "organiser");
    let token = hub.token("drammen", Role::Broker, "Ingrid").await;
    browser.keep(&format!("borsklokka_drammen={token}; Path=/"));
    assert_eq!(browser.get(SESSION).await.json["role"], "broker");
    assert_eq!(browser.get(DEVICES).await.status, StatusCode::OK);
}

#[tokio::test]
async fn two_accounts_have_two_addresses() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let (id, _) = invite(&operator, &[]).await;
    let asked = |email: &str| json!({ "email": email, "name": "Ola" });
    let invited = async |email: &str| operator.post(ACCOUNTS, asked(email)).await;
    assert_eq!(invited("KARI@example.org").await.code(), "email_taken");
    assert_eq!(invited("kari").await.code(), "bad_email");
    let ola = id_of(&invited("ola@example.org").await);
    let change = |id: &str, email: &str| {
        let (operator, path, body) = (
            operator.clone(),
            format!("{ACCOUNTS}/{id}"),
            json!({ "email": email }),
        );
        async move { operator.patch(&path, body).await.code().to_owned() }
    };
    assert_eq!(change(&ola, "kari@example.org").await, "email_taken");
    assert_eq!(change(&id, "kari@example.org").await, "");
    assert_eq!(change(&id, "kari.n@example.org").await, "");
    assert_eq!(change(&ola, "kari@example.org").await, "");
    let lost = operator
        .post(
            ACCOUNTS,
            json!({ "email": "per@example.org", "name": "Per", "exchanges": ["nowhere"] }),
        )
        .await;
    assert_eq!(lost.code(), "unknown_exchange");
}
