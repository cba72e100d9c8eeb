//! Mails to organisers about their accounts, from what is asked over HTTP to what a mail server gets.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::*;
use crate::fixture::Browser;

const ACCOUNTS: &str = "/api/v1/accounts";
const FORGOTTEN: &str = "/api/v1/account/forgotten";
const OPEN: &str = "/api/v1/account/open";
const HERS: &str = "hennes helt egne ord";
const HOUR_MS: i64 = 60 * MINUTE_MS;

async fn invite(operator: &Browser<'_>, by_mail: bool) -> Value {
    let asked = json!({
        "email": "kari@example.org", "name": "Kari", "exchanges": ["drammen"], "language": "en", "by_mail": by_mail,
    });
    let made = operator.post(ACCOUNTS, asked).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    made.json
}

/// An account of Kari's, and a browser that is logged in to it.
async fn kari<'a>(fixture: &'a Fixture, operator: &Browser<'_>) -> (String, Browser<'a>) {
    let made = invite(operator, false).await;
    let secret = made["link"].as_str().unwrap().split_once('#').unwrap().1;
    let mut browser = fixture.browser();
    let answer = browser.post(OPEN, choice(secret, HERS)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    for cookie in &answer.cookies {
        browser.keep(cookie);
    }
    (made["id"].as_str().unwrap().to_owned(), browser)
}

fn choice(secret: &str, passphrase: &str) -> Value {
    json!({ "token": secret, "passphrase": passphrase })
}

/// Whoever was answered need not wait for what is looked for after.
async fn asked(fixture: &Fixture, browser: &Browser<'_>, email: &str) -> (StatusCode, String) {
    let answer = browser.post(FORGOTTEN, json!({ "email": email })).await;
    fixture.hub.tasks.close();
    fixture.hub.tasks.wait().await;
    fixture.hub.tasks.reopen();
    (answer.status, answer.text)
}

/// The letters that the office took since, as a mail program reads them.
fn letters(office: &PostOffice, from: usize) -> Vec<Message<'static>> {
    let received = office.received().split_off(from);
    let read = |content: Vec<u8>| MessageParser::default().parse(&content).unwrap().into_owned();
    received.into_iter().map(|letter| read(letter.content)).collect()
}

/// What stands after `#` in the link of a letter.
fn secret_in(message: &Message<'_>) -> String {
    let text = text(message);
    let (_, after) = text.split_once("http://192.168.1.5:8080/account#").unwrap();
    after.split_whitespace().next().unwrap().to_owned()
}

async fn tokens(fixture: &Fixture) -> i64 {
    on_either!(fixture.database.reading(), on => sqlx::query_scalar("SELECT COUNT(*) FROM account_tokens")
        .fetch_one(on)
        .await)
    .unwrap()
}

async fn listed(operator: &Browser<'_>) -> Value {
    operator.get(ACCOUNTS).await.json["accounts"][0]["mails"].clone()
}

#[tokio::test]
async fn an_invitation_goes_by_mail_once_through_a_restart_and_its_link_is_made_as_it_goes() {
    let office = PostOffice::open();
    let fixture = open_hub_with(by(&office)).await;
    let operator = fixture.operator().await;
    let made = invite(&operator, true).await;
    assert_eq!(made.as_object().map(serde_json::Map::len), Some(1), "{made}");
    assert_eq!(listed(&operator).await[0]["state"], "waiting");
    assert_eq!(tokens(&fixture).await, 0, "no link yet");
    drop(operator);
    let fixture = fixture.restarted_with(by(&office)).await;
    for _ in 0..3 {
        pass(&fixture).await;
        fixture.clock.pass_ms(MINUTE_MS);
    }
    let message = only(&office);
    assert_eq!(
        message.subject(),
        Some("You are invited as an organiser at 192.168.1.5:8080")
    );
    assert!(text(&message).contains("for 7 days"), "{}", text(&message));
    assert!(html(&message).contains("Choose a passphrase"));
    assert!(text(&message).contains("because kari@example.org is the address of an organiser"));
    let operator = fixture.operator().await;
    let mails = listed(&operator).await;
    assert_eq!(
        (&mails[0]["kind"], &mails[0]["state"]),
        (&json!("invitation"), &json!("sent"))
    );
    let secret = secret_in(&message);
    let answer = fixture.browser().post(OPEN, choice(&secret, HERS)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    pass(&fixture).await;
    assert_eq!(
        office.received().len(),
        1,
        "the first passphrase is no change of one"
    );
}

#[tokio::test]
async fn who_has_forgotten_is_sent_a_link_and_nobody_learns_which_accounts_there_are() {
    let office = PostOffice::open();
    let fixture = open_hub_with(by(&office)).await;
    let operator = fixture.operator().await;
    let (id, hers) = kari(&fixture, &operator).await;
    let stranger = fixture.browser().at("10.0.0.1").over_tls();
    let mut answers = vec![];
    for email in ["kari@example.org", "nobody@example.org", " KARI@example.org"] {
        answers.push(asked(&fixture, &stranger, email).await);
    }
    assert_eq!(answers[0], (StatusCode::NO_CONTENT, String::new()));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    pass(&fixture).await;
    let letters_so_far = letters(&office, 0);
    assert_eq!(
        letters_so_far.len(),
        1,
        "one waits at a time, and none for nobody"
    );
    let secret = secret_in(&letters_so_far[0]);
    assert!(text(&letters_so_far[0]).contains("for an hour"));
    let session = hers.get("/api/v1/account").await;
    assert_eq!(session.status, StatusCode::OK, "asking ends nothing");

    let another = "en ganske annen setning";
    let used = fixture.browser().post(OPEN, choice(&secret, another)).await;
    assert_eq!(used.status, StatusCode::NO_CONTENT, "{}", used.text);
    assert_eq!(hers.get("/api/v1/account").await.code(), "not_logged_in");
    let again = fixture.browser().post(OPEN, choice(&secret, another)).await;
    assert_eq!(again.code(), "account_link_gone", "it is used once");
    pass(&fixture).await;
    let told = letters(&office, 1);
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].subject(),
        Some("Your passphrase for 192.168.1.5:8080 was changed")
    );

    fixture.clock.pass_ms(HOUR_MS);
    assert_eq!(
        asked(&fixture, &stranger, "kari@example.org").await.0,
        StatusCode::NO_CONTENT
    );
    pass(&fixture).await;
    let late = secret_in(&letters(&office, 2)[0]);
    fixture.clock.pass_ms(HOUR_MS);
    let late = fixture.browser().post(OPEN, choice(&late, another)).await;
    assert_eq!(late.code(), "account_link_gone", "after an hour");
    let events = operator.get("/api/v1/exchanges/drammen/security").await;
    assert!(events.text.contains("passphrase_forgotten"), "{}", events.text);

    let path = format!("{ACCOUNTS}/{id}");
    operator.patch(&path, json!({ "disabled": true })).await;
    let closed = asked(&fixture, &stranger, "kari@example.org").await;
    assert_eq!(closed, answers[0]);
    pass(&fixture).await;
    assert_eq!(office.received().len(), 3, "a closed account gets none");
}

#[tokio::test]
async fn links_are_asked_for_three_times_whether_there_is_such_an_account_or_not() {
    let office = PostOffice::open();
    let fixture = open_hub_with(by(&office)).await;
    let operator = fixture.operator().await;
    kari(&fixture, &operator).await;
    for email in ["kari@example.org", "nobody@example.org"] {
        for n in 0..3 {
            let from = fixture.browser().at(&format!("10.0.0.{n}")).over_tls();
            assert_eq!(
                asked(&fixture, &from, email).await.0,
                StatusCode::NO_CONTENT,
                "{email}"
            );
        }
        let from = fixture.browser().at("10.0.0.9").over_tls();
        assert_eq!(
            asked(&fixture, &from, email).await.0,
            StatusCode::TOO_MANY_REQUESTS
        );
    }
    let from = fixture.browser().at("10.0.0.9").over_tls();
    assert_eq!(
        asked(&fixture, &from, "no address").await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn a_mail_that_bounces_is_listed_with_why_and_its_link_is_gone() {
    let office = PostOffice::open();
    office.next([Fate::Later, Fate::NoMailbox]);
    let fixture = open_hub_with(by(&office)).await;
    let operator = fixture.operator().await;
    let id = invite(&operator, true).await["id"].as_str().unwrap().to_owned();
    pass(&fixture).await;
    assert_eq!(listed(&operator).await[0]["state"], "waiting");
    assert_eq!(tokens(&fixture).await, 0, "what did not go opens nothing");
    fixture.clock.pass_ms(MINUTE_MS);
    pass(&fixture).await;
    let mails = listed(&operator).await;
    assert_eq!(mails[0]["state"], "bounced");
    assert!(mails[0]["answer"].as_str().unwrap().contains("550"), "{mails}");
    assert_eq!(tokens(&fixture).await, 0);

    let path = format!("{ACCOUNTS}/{id}");
    let again = operator.post(&format!("{path}/mail"), json!({})).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT, "{}", again.text);
    let corrected = json!({ "email": "kari.nordmann@example.org" });
    operator.patch(&path, corrected).await;
    pass(&fixture).await;
    assert_eq!(office.received().len(), 0, "it was for the other address");
    assert_eq!(listed(&operator).await[0]["state"], "failed");
    operator.post(&format!("{path}/mail"), json!({})).await;
    pass(&fixture).await;
    assert_eq!(office.received().len(), 1);
    let gone = operator.delete(&path).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
}

#[tokio::test]
async fn what_was_cut_short_may_have_gone_and_is_not_sent_again() {
    let office = PostOffice::open();
    let fixture = open_hub_with(by(&office)).await;
    let operator = fixture.operator().await;
    invite(&operator, true).await;
    let access = &fixture.hub.access;
    let due = access.account_mails_due(fixture.hub.clock.now()).await.unwrap();
    let (one, other) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
    let now = fixture.hub.clock.now();
    assert!(access.claim_account_mail(due[0], one, now).await.unwrap());
    assert!(
        !access.claim_account_mail(due[0], other, now).await.unwrap(),
        "one has it"
    );
    fixture.clock.pass_ms(DAY_MS);
    pass(&fixture).await;
    assert_eq!(listed(&operator).await[0]["state"], "unknown");
    assert_eq!(office.received().len(), 0);
}

#[tokio::test]
async fn no_invitation_is_lost_by_a_clock_that_is_put_right() {
    let office = PostOffice::open();
    office.next([Fate::Later; 2]);
    let fixture = open_hub_with(by(&office)).await;
    fixture.clock.set_by_ms(-100 * DAY_MS);
    let operator = fixture.operator().await;
    invite(&operator, true).await;
    pass(&fixture).await;
    fixture.clock.set_by_ms(100 * DAY_MS);
    pass(&fixture).await;
    // Whoever was logged in is so no more.
    let operator = fixture.operator().await;
    assert_eq!(listed(&operator).await[0]["state"], "waiting");
    fixture.clock.pass_ms(5 * MINUTE_MS);
    pass(&fixture).await;
    assert_eq!(listed(&operator).await[0]["state"], "sent");
    assert_eq!(office.received().len(), 1);
}

#[tokio::test]
async fn no_invitation_waits_for_as_long_as_a_clock_was_ahead() {
    let office = PostOffice::open();
    office.next([Fate::Later]);
    let fixture = open_hub_with(by(&office)).await;
    fixture.clock.set_by_ms(6 * HOUR_MS);
    invite(&fixture.operator().await, true).await;
    pass(&fixture).await;
    fixture.clock.set_by_ms(-6 * HOUR_MS);
    pass(&fixture).await;
    let operator = fixture.operator().await;
    assert_eq!(listed(&operator).await[0]["state"], "waiting");
    fixture.clock.pass_ms(MINUTE_MS);
    pass(&fixture).await;
    assert_eq!(listed(&operator).await[0]["state"], "sent");
}

#[tokio::test]
async fn an_invitation_that_waited_for_a_mail_server_goes_as_soon_as_that_is_back() {
    let office = PostOffice::open();
    let fixture = with_server_away().await;
    invite(&fixture.operator().await, true).await;
    for wait_ms in [1, 5, 15].map(|minutes| minutes * MINUTE_MS) {
        pass(&fixture).await;
        fixture.clock.pass_ms(wait_ms);
    }
    pass(&fixture).await;
    let fixture = fixture.restarted_with(by(&office)).await;
    pass(&fixture).await;
    assert_eq!(office.connections(), 0, "it waits for an hour");
    made(&fixture, &letter("1", "Turlaget")).await;
    pass(&fixture).await;
    assert_eq!(office.received().len(), 2);
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_does_not_go() {
    let office = PostOffice::open();
    office.next([Fate::Later; 40]);
    let fixture = open_hub_with(by(&office)).await;
    let operator = fixture.operator().await;
    kari(&fixture, &operator).await;
    asked(&fixture, &fixture.browser(), "kari@example.org").await;
    for _ in 0..90 {
        pass(&fixture).await;
        fixture.clock.pass_ms(MINUTE_MS);
    }
    assert_eq!(listed(&operator).await[0]["state"], "failed");
    assert_eq!((office.received().len(), tokens(&fixture).await), (0, 0));
}

#[tokio::test]
async fn without_a_mail_server_nobody_is_promised_a_mail() {
    let fixture = open_hub_with(|_| ()).await;
    let operator = fixture.operator().await;
    let (id, hers) = kari(&fixture, &operator).await;
    let by_mail = json!({ "email": "ola@example.org", "name": "Ola", "by_mail": true });
    for answer in [
        operator.post(ACCOUNTS, by_mail).await,
        operator.post(&format!("{ACCOUNTS}/{id}/mail"), json!({})).await,
        fixture
            .browser()
            .post(FORGOTTEN, json!({ "email": "kari@example.org" }))
            .await,
    ] {
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::CONFLICT, "no_mail_server")
        );
    }
    assert_eq!(fixture.browser().get("/api/v1/login").await.json["mail"], false);
    let accounts = operator.get(ACCOUNTS).await.json;
    assert_eq!(
        (&accounts["mail"], accounts["accounts"].as_array().map(Vec::len)),
        (&json!(false), Some(1))
    );
    let changed = json!({ "old": HERS, "new": "en ganske annen setning" });
    let changed = hers.post("/api/v1/account/passphrase", changed).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    assert_eq!(listed(&operator).await, json!([]), "nothing waits for ever");
}

#[tokio::test]
async fn mails_speak_the_language_of_the_account_and_nothing_in_a_name_is_markup_or_another_line() {
    let office = PostOffice::open();
    let fixture = open_hub_with(by(&office)).await;
    let operator = fixture.operator().await;
    let asked = json!({ "email": "kari@example.org", "name": "<b>Kari</b>", "by_mail": true });
    operator.post(ACCOUNTS, asked).await;
    pass(&fixture).await;
    let message = only(&office);
    assert_eq!(
        message.subject(),
        Some("Du er invitert som arrangør på 192.168.1.5:8080")
    );
    assert!(
        html(&message).contains("Hei, &lt;b&gt;Kari"),
        "{}",
        html(&message)
    );
    assert!(text(&message).contains("i 7 dager"));
}
