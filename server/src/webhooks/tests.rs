//! Webhooks from end to end: what is queued, and what a real program gets of it. A signature is verified by the standard's own words, with
//! other code than makes it.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::{DeliveryId, Epoch, Seq, WebhookId};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::programs::{Delivery, DeliveryState, DisabledWhy, Webhook, WebhookMade};
use borsklokka_shared::role::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use test_support::receiver::{Receiver, Told};
use test_support::{deal, entry, gift, opening, paired_long_ago, party, post_command, programme, settings};

use super::address::Reach;
use super::outgoing::Outgoing;
use super::queue;
use super::sender::{PAUSES, QUEUES, Sender};
use super::unread::Unread;
use crate::database::{on_either, write_on};
use crate::fixture::{Answer, Browser, Fixture, open_hub_with};
use crate::floor::Submission;
use crate::log::Answer as Said;

const MINUTE_MS: i64 = 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const EXCHANGE: &str = "/api/v1/exchanges/drammen";

/// A server that may tell programs on its own machine.
async fn opened() -> Fixture {
    open_hub_with(|config| config.webhooks_to_private_networks = true).await
}

/// What the organiser asks.
async fn ask(fixture: &Fixture, method: &str, path: &str, body: Option<Value>) -> Answer {
    let token = fixture.token("drammen", Role::Organiser, "").await;
    let organiser = Browser::bearing(fixture, &token);
    organiser.ask(method, &format!("{EXCHANGE}/{path}"), body).await
}

/// Adds an address that wants some kinds.
async fn added(fixture: &Fixture, url: &str, kinds: &[&str]) -> WebhookMade {
    let answer = ask(
        fixture,
        "POST",
        "webhooks",
        Some(json!({ "url": url, "kinds": kinds })),
    )
    .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    serde_json::from_value(answer.json).unwrap()
}

async fn submit(fixture: &Fixture, role: Role, command: Command) {
    // The bell has struck by then.
    fixture.clock.pass_ms(MINUTE_MS);
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let said = floor
        .submit(Submission::now(paired_long_ago(role), command))
        .await;
    assert!(matches!(said, Said::Accepted { .. }), "{said:?}");
}

/// An evening whose floor is about to open.
async fn evening(fixture: &Fixture) {
    let register = |n, name: &str| Command::RegisterParticipant {
        participant: entry(n, name, Sector::Voluntary),
    };
    let configure = Command::configure(settings());
    for command in [
        configure,
        Command::set_programme(programme()),
        register(1, "Røde Kors"),
        register(4, "Turlaget"),
    ] {
        submit(fixture, Role::Organiser, command).await;
    }
}

async fn sender(fixture: &Fixture) -> Sender {
    Sender::begin(&fixture.hub, Outgoing::new(Reach::PrivateNetworksToo)).await
}

/// Queues and sends what is due, as a server that has just begun.
async fn pass(fixture: &Fixture) {
    let mut sender = sender(fixture).await;
    sender.pass().await.unwrap();
    sender.ends().await;
}

/// Queues what has happened, and sends nothing.
async fn queue_all(fixture: &Fixture) {
    super::intake::queue_what_happened(&fixture.hub, &Unread::default())
        .await
        .unwrap();
}

async fn deliveries(fixture: &Fixture) -> Vec<Delivery> {
    let exchange = fixture.exchange("drammen");
    let mut deliveries = queue::deliveries(&fixture.hub.access, exchange, 1_000)
        .await
        .unwrap();
    deliveries.reverse();
    deliveries
}

async fn states(fixture: &Fixture) -> Vec<(String, DeliveryState)> {
    let all = deliveries(fixture).await;
    all.into_iter().map(|one| (one.what, one.state)).collect()
}

async fn webhook(fixture: &Fixture, id: WebhookId) -> Webhook {
    let all = queue::webhooks(&fixture.hub.access, fixture.exchange("drammen"))
        .await
        .unwrap();
    all.into_iter().find(|one| one.id == id).unwrap()
}

/// HMAC by its definition, and not by the library that signs.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(message)
        .finalize();
    let outer = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5c))
        .chain_update(inner)
        .finalize();
    outer.to_vec()
}

/// Whether what came is signed with a secret.
fn is_signed(told: &Told, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut message = format!(
        "{}.{}.",
        told.header("webhook-id"),
        told.header("webhook-timestamp")
    )
    .into_bytes();
    message.extend_from_slice(&told.body);
    let expected = format!("v1,{}", STANDARD.encode(hmac_sha256(&key, &message)));
    told.header("webhook-signature") == expected
}

/// The numbers of the deals that came, in order.
fn numbers(program: &Receiver) -> Vec<u64> {
    let told = program.told();
    let number = |one: &Told| one.json()["data"]["event"]["deal"]["number"].as_u64();
    told.iter().filter_map(number).collect()
}

fn types(told: &[Told]) -> Vec<String> {
    told.iter()
        .map(|one| one.json()["type"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_program_is_told_what_it_wants_signed_and_each_event_once() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    let made = added(&fixture, &program.url("/hook?key=1"), &["deals", "floor"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    submit(&fixture, Role::Broker, post_command(1)).await;
    submit(&fixture, Role::Moderator, Command::FreezeTotals).await;
    for _ in 0..3 {
        pass(&fixture).await;
        fixture.clock.pass_ms(MINUTE_MS);
    }
    let told = program.told();
    // That totals froze is a result, which it does not want.
    assert_eq!(types(&told), ["floor_opened", "round_started", "deal_posted"]);
    assert!(
        told.iter()
            .all(|one| is_signed(one, &made.secret) && one.target == "/hook?key=1")
    );
    let mut broken = told[0].clone();
    broken.body[0] ^= 1;
    assert!(!is_signed(&broken, &made.secret));
    let deal = &told[2];
    assert_eq!(deal.header("content-type"), "application/json");
    let body = deal.json();
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let (epoch, ..) = floor.view.public_snapshot();
    assert_eq!(body["data"]["epoch"], json!(epoch));
    assert_eq!(body["data"]["exchange"]["slug"], "drammen");
    assert_eq!(
        body["data"]["event"]["deal"]["terms"]["bargain"]["service"]["text"],
        "Avtale 1"
    );
    let names: Vec<&str> = body["data"]["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Røde Kors", "Turlaget"]);
    // The public's positions, one behind the other.
    let at = |n: usize| told[n].json()["data"].clone();
    assert_eq!(at(1)["prev"], at(0)["seq"]);
    assert!(body["timestamp"].as_str().unwrap().ends_with('Z'));
    assert!(
        deliveries(&fixture)
            .await
            .iter()
            .all(|one| one.state == DeliveryState::Delivered && one.status == Some(204))
    );
}

#[tokio::test]
async fn what_the_public_does_not_see_no_program_is_told() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    added(&fixture, &program.url("/"), &["deals", "floor", "results"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    submit(&fixture, Role::Moderator, Command::FreezeTotals).await;
    pass(&fixture).await;
    let before = program.told().len();
    let terms = gift(1, 4, "Hemmelig bistand");
    submit(
        &fixture,
        Role::Broker,
        Command::PostDeal {
            deal: deal(7),
            terms,
            written_on: borsklokka_shared::command::WrittenOn::Tablet,
            broker: None,
        },
    )
    .await;
    submit(
        &fixture,
        Role::Organiser,
        Command::MarkArrived {
            participant: party(1),
        },
    )
    .await;
    pass(&fixture).await;
    let told = program.told();
    assert_eq!(told.len(), before, "{:?}", types(&told));
    let said: String = told
        .iter()
        .map(|one| String::from_utf8_lossy(&one.body).into_owned())
        .collect();
    assert!(!said.contains("Hemmelig"));
    // Nor is there a row that could be counted.
    assert_eq!(deliveries(&fixture).await.len(), before);
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_under_the_same_id_and_after_longer_and_longer() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    let made = added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    submit(&fixture, Role::Broker, post_command(1)).await;
    program.next(500, "");
    program.hang_up_next();
    // Where it has moved to nobody goes.
    program.next(302, "location: /elsewhere\r\n");
    let mut waits_ms = vec![];
    for _ in 0..3 {
        pass(&fixture).await;
        let one = deliveries(&fixture).await.remove(0);
        assert_eq!(one.state, DeliveryState::Waiting);
        let next = one.next_try_at.unwrap();
        waits_ms.push(next.ms_since(one.tried_at.unwrap()));
        // Not a moment too soon.
        pass(&fixture).await;
        assert_eq!(deliveries(&fixture).await[0].tries, waits_ms.len() as u32);
        fixture.clock.pass_ms(*waits_ms.last().unwrap());
    }
    assert_eq!(waits_ms, [5_000, MINUTE_MS, 5 * MINUTE_MS]);
    assert_eq!(deliveries(&fixture).await[0].status, Some(302));
    assert!(webhook(&fixture, made.id).await.failing_since.is_some());
    pass(&fixture).await;
    let told = program.told();
    assert_eq!(told.len(), 4);
    assert!(
        told.iter()
            .all(|one| one.target == "/" && one.body == told[0].body)
    );
    assert!(
        told.iter()
            .all(|one| one.header("webhook-id") == told[0].header("webhook-id"))
    );
    assert!(told.iter().all(|one| is_signed(one, &made.secret)));
    assert_eq!(webhook(&fixture, made.id).await.failing_since, None);
    let one = deliveries(&fixture).await.remove(0);
    assert_eq!(
        (one.state, one.answer, one.tries),
        (DeliveryState::Delivered, None, 4)
    );
}

#[tokio::test]
async fn a_restart_in_the_middle_loses_nothing_and_queues_nothing_twice() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    for n in 1..=3 {
        submit(&fixture, Role::Broker, post_command(n)).await;
    }
    // Queued, and the server ends while the first is on its way.
    queue_all(&fixture).await;
    let first = deliveries(&fixture).await.remove(0);
    let exchange = fixture.exchange("drammen");
    let now = fixture.hub.clock.now();
    let kept = queue::next_due(&fixture.hub.access, (exchange, first.webhook), now)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.id, first.id);
    let (lost, said) = (uuid::Uuid::now_v7(), "0".repeat(64));
    let claim = queue::claim(&fixture.hub.access, exchange, &kept, (kept.id, &said), lost, now);
    assert!(claim.await.unwrap());
    let fixture = fixture
        .restarted_with(|config| config.webhooks_to_private_networks = true)
        .await;
    submit(&fixture, Role::Broker, post_command(4)).await;
    // On PostgreSQL another node may still have it in hand.
    fixture.clock.pass_ms(10 * MINUTE_MS);
    for _ in 0..3 {
        pass(&fixture).await;
    }
    let told = program.told();
    let numbers: Vec<_> = told
        .iter()
        .map(|one| one.json()["data"]["event"]["deal"]["number"].clone())
        .collect();
    assert_eq!(numbers, [json!(1), json!(2), json!(3), json!(4)]);
    let all = deliveries(&fixture).await;
    assert_eq!(all.len(), 4);
    assert!(all.iter().all(|one| one.state == DeliveryState::Delivered));
}

#[tokio::test]
async fn of_two_that_look_at_once_one_queues() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    submit(&fixture, Role::Broker, post_command(1)).await;
    let behind = queue::behind(&fixture.hub.access).await.unwrap().remove(0);
    let queued = [queue::Queued {
        seq: Seq(behind.after.0 + 1),
        what: "deal_posted".to_owned(),
    }];
    let now = fixture.hub.clock.now();
    let to = Seq(behind.after.0 + 1);
    let mut done = vec![];
    for _ in 0..2 {
        done.push(
            queue::queue(&fixture.hub.access, &behind, &queued, to, now)
                .await
                .unwrap(),
        );
    }
    assert_eq!(done, [true, false]);
    assert_eq!(deliveries(&fixture).await.len(), 1);
}

#[tokio::test]
async fn the_same_id_never_says_anything_else_though_somebody_is_erased() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    let made = added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    submit(&fixture, Role::Broker, post_command(1)).await;
    program.next(500, "");
    pass(&fixture).await;
    // As erasing does it: the event is written anew, and the history gets another name.
    let exchange = fixture.exchange("drammen").to_string();
    for statement in [
        "UPDATE events SET event = REPLACE(event, 'Avtale 1', '…') WHERE exchange_id = $1",
        "UPDATE exchanges SET epoch = '01970000-0000-7000-8000-0000000000e1' WHERE id = $1",
    ] {
        write_on!(&fixture.database, on => sqlx::query(statement).bind(&exchange).execute(on).await.map(drop)).unwrap();
    }
    fixture.clock.pass_ms(MINUTE_MS);
    pass(&fixture).await;
    let told = program.told();
    assert_eq!(told.len(), 2);
    assert_ne!(told[0].header("webhook-id"), told[1].header("webhook-id"));
    assert!(!String::from_utf8_lossy(&told[1].body).contains("Avtale 1"));
    assert!(is_signed(&told[1], &made.secret));
    assert_eq!(deliveries(&fixture).await.len(), 1);
    // Nothing of what was said is kept.
    let rows: Vec<String> = on_either!(fixture.database.reading(), on => sqlx::query_scalar(
        "SELECT type || COALESCE(answer, '') || COALESCE(content_sha256, '') FROM webhook_deliveries"
    )
    .fetch_all(on)
    .await)
    .unwrap();
    assert!(
        rows.iter()
            .all(|row| !row.contains("Avtale") && !row.contains("Røde")),
        "{rows:?}"
    );
}

#[tokio::test]
async fn no_program_is_told_of_a_rehearsal_that_went_back_to_nought_but_that_it_did() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    submit(&fixture, Role::Broker, post_command(1)).await;
    // The first is queued before, the second is not.
    queue_all(&fixture).await;
    submit(&fixture, Role::Broker, post_command(2)).await;
    submit(
        &fixture,
        Role::Organiser,
        Command::BeginAnew {
            epoch: Epoch(uuid::Uuid::now_v7()),
            name: Some(settings().name),
        },
    )
    .await;
    pass(&fixture).await;
    let told = program.told();
    assert_eq!(types(&told), ["begun_anew"]);
    let said = String::from_utf8_lossy(&told[0].body).into_owned();
    assert!(!said.contains("Røde Kors"), "{said}");
    assert_eq!(
        states(&fixture).await,
        [
            ("deal_posted".to_owned(), DeliveryState::Dropped),
            ("begun_anew".to_owned(), DeliveryState::Delivered),
        ]
    );
}

#[tokio::test]
async fn who_is_dead_for_days_is_stopped_and_goes_on_where_it_stopped_when_the_organiser_says_so() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    let made = added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    submit(&fixture, Role::Broker, post_command(1)).await;
    for _ in 0..30 {
        program.next(503, "");
    }
    let mut passes = 0;
    while webhook(&fixture, made.id).await.disabled_at.is_none() {
        pass(&fixture).await;
        fixture.clock.pass_ms(DAY_MS / 2);
        passes += 1;
        assert!(passes < 30);
    }
    let stopped = webhook(&fixture, made.id).await;
    assert_eq!(stopped.disabled_why, Some(DisabledWhy::Dead));
    let waits = deliveries(&fixture).await.remove(0);
    assert_eq!((waits.state, waits.next_try_at), (DeliveryState::Waiting, None));
    let before = program.told().len();
    submit(&fixture, Role::Broker, post_command(2)).await;
    pass(&fixture).await;
    assert_eq!(program.told().len(), before);
    // A test goes all the same.
    let path = format!("webhooks/{}/test", made.id);
    assert_eq!(
        ask(&fixture, "POST", &path, None).await.status,
        StatusCode::NO_CONTENT
    );
    pass(&fixture).await;
    assert_eq!(types(&program.told()).last().unwrap(), "test");
    // The rest of what was to be refused.
    while program.told().len() < 30 {
        ask(&fixture, "POST", &path, None).await;
        pass(&fixture).await;
    }
    let path = format!("webhooks/{}", made.id);
    let enabled = ask(&fixture, "PATCH", &path, Some(json!({ "enabled": true }))).await;
    assert_eq!(enabled.status, StatusCode::NO_CONTENT, "{}", enabled.text);
    let before = numbers(&program).len();
    pass(&fixture).await;
    assert_eq!(numbers(&program)[before..], [1, 2], "what it was stopped for too");
}

#[tokio::test]
async fn what_is_refused_for_days_where_others_are_taken_is_given_up_and_sent_when_the_organiser_asks() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    let made = added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    let mut posted = 0;
    while posted == 0 || deliveries(&fixture).await[0].state == DeliveryState::Waiting {
        posted += 1;
        submit(&fixture, Role::Broker, post_command(posted)).await;
        program.next(503, "");
        pass(&fixture).await;
        fixture.clock.pass_ms(DAY_MS / 2);
        assert!(posted < 30);
    }
    assert_eq!(webhook(&fixture, made.id).await.disabled_at, None);
    let failed = deliveries(&fixture)
        .await
        .into_iter()
        .find(|one| one.state == DeliveryState::Failed && one.what != "test");
    let again = ask(
        &fixture,
        "POST",
        &format!("deliveries/{}", failed.unwrap().id),
        None,
    )
    .await;
    assert_eq!(again.status, StatusCode::NO_CONTENT, "{}", again.text);
    pass(&fixture).await;
    let last = program.told().pop().unwrap().json();
    assert_eq!(last["data"]["event"]["deal"]["number"], 1);
}

#[tokio::test]
async fn a_clock_that_was_behind_and_is_put_right_gives_up_no_delivery_and_stops_no_address() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    let made = added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    submit(&fixture, Role::Broker, post_command(1)).await;
    program.next(500, "");
    program.next(500, "");
    fixture.clock.set_by_ms(-100 * DAY_MS);
    pass(&fixture).await;
    fixture.clock.set_by_ms(100 * DAY_MS);
    pass(&fixture).await;
    let one = deliveries(&fixture).await.remove(0);
    assert_eq!((one.state, one.tries), (DeliveryState::Waiting, 2));
    assert_eq!(webhook(&fixture, made.id).await.disabled_at, None);
    fixture.clock.pass_ms(MINUTE_MS);
    pass(&fixture).await;
    assert_eq!(deliveries(&fixture).await[0].state, DeliveryState::Delivered);
}

#[tokio::test]
async fn what_was_put_off_by_a_clock_that_ran_ahead_waits_for_its_own_pause_when_it_is_put_right() {
    for ahead_ms in [20 * DAY_MS, 6 * 60 * MINUTE_MS, MINUTE_MS] {
        let (fixture, program) = (opened().await, Receiver::open());
        evening(&fixture).await;
        added(&fixture, &program.url("/"), &["deals"]).await;
        submit(&fixture, Role::Moderator, opening()).await;
        submit(&fixture, Role::Broker, post_command(1)).await;
        program.next(500, "");
        let mut sender = sender(&fixture).await;
        fixture.clock.set_by_ms(ahead_ms);
        sender.pass().await.unwrap();
        sender.ends().await;
        fixture.clock.set_by_ms(-ahead_ms);
        sender.pass().await.unwrap();
        sender.ends().await;
        let one = deliveries(&fixture).await.remove(0);
        assert_eq!((one.state, one.tries), (DeliveryState::Waiting, 1), "{ahead_ms}");
        let now = fixture.hub.clock.now();
        assert_eq!(one.next_try_at, Some(now.plus_ms(5_000)), "{ahead_ms}");
        fixture.clock.pass_ms(5_000);
        sender.pass().await.unwrap();
        sender.ends().await;
        let one = deliveries(&fixture).await.remove(0);
        assert_eq!(
            (one.state, one.tries),
            (DeliveryState::Delivered, 2),
            "{ahead_ms}"
        );
    }
}

#[tokio::test]
async fn what_rests_with_another_that_was_tried_goes_on_resting_whatever_the_clock_does() {
    let fixture = opened().await;
    evening(&fixture).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    added(&fixture, &format!("http://{nobody}/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    for n in 1..=3 {
        submit(&fixture, Role::Broker, post_command(n)).await;
    }
    for set_by_ms in [6 * 60 * MINUTE_MS, -6 * 60 * MINUTE_MS, 0] {
        fixture.clock.set_by_ms(set_by_ms);
        pass(&fixture).await;
    }
    let now = fixture.hub.clock.now();
    let waiting = deliveries(&fixture).await;
    let tries: Vec<u32> = waiting.iter().map(|one| one.tries).collect();
    assert_eq!(tries, [1, 0, 0]);
    let same = |one: &Delivery| one.next_try_at == Some(now.plus_ms(5_000));
    assert!(waiting.iter().all(same), "{waiting:?}");
}

#[tokio::test]
async fn each_is_brought_back_to_its_own_pause_and_by_a_right_clock_none_is() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    for n in 1..=2 {
        submit(&fixture, Role::Broker, post_command(n)).await;
    }
    queue_all(&fixture).await;
    let now = fixture.hub.clock.now();
    let set = async |statement: &'static str, next_try_ms: i64| {
        let set = write_on!(&fixture.database, on => sqlx::query(statement)
            .bind(next_try_ms)
            .execute(on)
            .await
            .map(drop));
        set.unwrap();
    };
    let brought_back = async || {
        let mut back = 0;
        for waiting in QUEUES {
            back += PAUSES.bring_back(&fixture.database, waiting, now).await.unwrap();
        }
        back
    };
    // What is queued a moment later, or by another node, is of no clock that ran ahead.
    for later_ms in [1, 2_000] {
        let later = now.unix_ms + later_ms;
        set("UPDATE webhook_deliveries SET next_try_ms = $1", later).await;
        assert_eq!(brought_back().await, 0, "{later_ms}");
    }
    let due_ms = now.unix_ms + 5_000;
    set(
        "UPDATE webhook_deliveries SET status = 503, tries = 1, next_try_ms = $1 WHERE seq = (SELECT MIN(seq) FROM webhook_deliveries)",
        due_ms,
    )
    .await;
    set(
        "UPDATE webhook_deliveries SET status = 503, tries = 8, next_try_ms = $1 WHERE seq = (SELECT MAX(seq) FROM webhook_deliveries)",
        now.unix_ms + 20 * DAY_MS,
    )
    .await;
    assert_eq!(brought_back().await, 1);
    let next: Vec<_> = deliveries(&fixture)
        .await
        .into_iter()
        .map(|one| one.next_try_at.unwrap().ms_since(now))
        .collect();
    assert_eq!(next, [5_000, DAY_MS / 2], "none waits for the other's pause");
}

#[tokio::test]
async fn what_waited_while_nobody_was_there_goes_in_its_order_as_soon_as_somebody_answers() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    for n in 1..=3 {
        submit(&fixture, Role::Broker, post_command(n)).await;
    }
    let tries = async || {
        let all = deliveries(&fixture).await;
        all.iter().map(|one| one.tries).collect::<Vec<_>>()
    };
    for tried in 1..=5 {
        let first = deliveries(&fixture).await.into_iter().next();
        if let Some(next) = first.and_then(|first| first.next_try_at) {
            fixture.clock.pass_ms(next.ms_since(fixture.hub.clock.now()));
        }
        program.hang_up_next();
        pass(&fixture).await;
        assert_eq!(tries().await, [tried, 0, 0], "one is tried for all");
    }
    // Something new has the first tried once more, which is none of its tries; and then it waits with the others.
    program.hang_up_next();
    submit(&fixture, Role::Broker, post_command(4)).await;
    pass(&fixture).await;
    assert_eq!(tries().await, [5, 0, 0, 0]);
    assert_eq!(numbers(&program), [1; 6]);
    let waiting = deliveries(&fixture).await;
    assert!(
        waiting
            .iter()
            .all(|one| one.next_try_at == waiting[0].next_try_at),
        "{waiting:?}"
    );
    let wait_ms = waiting[0].next_try_at.unwrap().ms_since(fixture.hub.clock.now());
    assert!(wait_ms > 50 * MINUTE_MS, "{wait_ms}");
    // Now somebody is there again.
    submit(&fixture, Role::Broker, post_command(5)).await;
    pass(&fixture).await;
    assert_eq!(numbers(&program)[6..], [1, 2, 3, 4, 5]);
    let all = deliveries(&fixture).await;
    assert!(all.iter().all(|one| one.state == DeliveryState::Delivered));
}

#[tokio::test]
async fn a_test_that_is_answered_has_go_what_waited() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    let made = added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    for n in 1..=2 {
        submit(&fixture, Role::Broker, post_command(n)).await;
    }
    program.hang_up_next();
    pass(&fixture).await;
    let path = format!("webhooks/{}/test", made.id);
    ask(&fixture, "POST", &path, None).await;
    pass(&fixture).await;
    assert_eq!(numbers(&program), [1, 1, 2]);
}

/// Has a row of the log say something else, and gives what it said.
async fn overwritten(fixture: &Fixture, says: &str, other: &str) -> String {
    let (exchange, like) = (fixture.exchange("drammen").to_string(), format!("%{says}%"));
    let was: String = on_either!(fixture.database.reading(), on => sqlx::query_scalar(
        "SELECT event FROM events WHERE exchange_id = $1 AND event LIKE $2",
    )
    .bind(&exchange)
    .bind(&like)
    .fetch_one(on)
    .await)
    .unwrap();
    let written = write_on!(&fixture.database, on => sqlx::query(
        "UPDATE events SET event = $1 WHERE exchange_id = $2 AND event LIKE $3",
    )
    .bind(other)
    .bind(&exchange)
    .bind(&like)
    .execute(on)
    .await
    .map(drop));
    written.unwrap();
    was
}

#[tokio::test]
async fn an_event_that_is_damaged_keeps_no_other_from_being_told() {
    const TORN: &str = r#"{"type":"deal_po"#;
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    for n in 1..=3 {
        submit(&fixture, Role::Broker, post_command(n)).await;
    }
    overwritten(&fixture, "Avtale 2", TORN).await;
    pass(&fixture).await;
    assert_eq!(numbers(&program), [1, 3]);
    // Another is damaged after it was queued.
    submit(&fixture, Role::Broker, post_command(4)).await;
    queue_all(&fixture).await;
    overwritten(&fixture, "Avtale 4", TORN).await;
    submit(&fixture, Role::Broker, post_command(5)).await;
    pass(&fixture).await;
    assert_eq!(numbers(&program), [1, 3, 5]);
    let unsent: Vec<_> = deliveries(&fixture)
        .await
        .into_iter()
        .filter(|one| one.state != DeliveryState::Delivered)
        .map(|one| (one.state, one.tries, one.answer.unwrap_or_default()))
        .collect();
    let said = "its event is damaged in the log".to_owned();
    assert_eq!(unsent, [(DeliveryState::Failed, 0, said)]);
}

#[tokio::test]
async fn what_a_newer_version_wrote_waits_for_who_can_read_it_and_is_not_asked_for_all_the_time() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    for n in 1..=2 {
        submit(&fixture, Role::Broker, post_command(n)).await;
    }
    let was = overwritten(&fixture, "Avtale 2", r#"{"type":"of_tomorrow"}"#).await;
    let mut sender = sender(&fixture).await;
    for _ in 0..2 {
        sender.pass().await.unwrap();
        sender.ends().await;
        assert_eq!(numbers(&program), [1]);
    }
    overwritten(&fixture, "of_tomorrow", &was).await;
    for (pass_ms, told) in [(0, vec![1]), (MINUTE_MS, vec![1, 2])] {
        fixture.clock.pass_ms(pass_ms);
        sender.pass().await.unwrap();
        sender.ends().await;
        assert_eq!(numbers(&program), told, "{pass_ms}");
    }
}

#[tokio::test]
async fn what_was_cut_short_under_a_clock_that_ran_ahead_waits_again() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    submit(&fixture, Role::Broker, post_command(1)).await;
    queue_all(&fixture).await;
    let mut sender = sender(&fixture).await;
    let first = deliveries(&fixture).await.remove(0);
    let (exchange, now) = (fixture.exchange("drammen"), fixture.hub.clock.now());
    let kept = queue::next_due(&fixture.hub.access, (exchange, first.webhook), now)
        .await
        .unwrap()
        .unwrap();
    let (lost, said) = (uuid::Uuid::now_v7(), "0".repeat(64));
    let ahead = now.plus_ms(6 * 60 * MINUTE_MS);
    let claim = queue::claim(
        &fixture.hub.access,
        exchange,
        &kept,
        (kept.id, &said),
        lost,
        ahead,
    );
    assert!(claim.await.unwrap());
    sender.pass().await.unwrap();
    sender.ends().await;
    assert_eq!(program.told().len(), 1);
    assert_eq!(deliveries(&fixture).await[0].state, DeliveryState::Delivered);
}

#[tokio::test]
async fn who_says_that_it_is_gone_is_stopped_at_once() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    let made = added(&fixture, &program.url("/"), &["floor"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    program.next(410, "");
    pass(&fixture).await;
    assert_eq!(
        webhook(&fixture, made.id).await.disabled_why,
        Some(DisabledWhy::Gone)
    );
    assert_eq!(program.told().len(), 1);
    fixture.clock.pass_ms(MINUTE_MS);
    pass(&fixture).await;
    assert_eq!(program.told().len(), 1, "nothing more goes there by itself");
    // It comes back: nothing is missing of what happened, and all comes in its order.
    submit(&fixture, Role::Moderator, Command::RingBell { expected: None }).await;
    let path = format!("webhooks/{}", made.id);
    ask(&fixture, "PATCH", &path, Some(json!({ "enabled": true }))).await;
    pass(&fixture).await;
    let told = types(&program.told());
    assert_eq!(told[0], told[1], "what was answered 410 goes first");
    assert_eq!(told[1..], ["floor_opened", "round_started", "bell_rung"]);
}

#[tokio::test]
async fn one_that_is_slow_or_gone_holds_up_no_other() {
    let (fixture, program) = (opened().await, Receiver::open());
    evening(&fixture).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let gone = added(&fixture, &format!("http://{nobody}/"), &["deals"]).await;
    added(&fixture, &program.url("/"), &["deals"]).await;
    submit(&fixture, Role::Moderator, opening()).await;
    for n in 1..=3 {
        submit(&fixture, Role::Broker, post_command(n)).await;
    }
    pass(&fixture).await;
    assert_eq!(program.told().len(), 3);
    let of_gone: Vec<u32> = deliveries(&fixture)
        .await
        .into_iter()
        .filter(|one| one.webhook == gone.id)
        .map(|one| one.tries)
        .collect();
    // Where nobody is there, one finds that out for all.
    assert_eq!(of_gone, [1, 0, 0]);
}

#[tokio::test]
async fn a_server_reaches_into_no_private_network_unless_the_operator_says_so() {
    let fixture = open_hub_with(|_| ()).await;
    let program = Receiver::open();
    for (url, code) in [
        ("http://example.org/".to_owned(), "webhook_not_https"),
        (program.url("/"), "webhook_private"),
        ("https://127.0.0.1:1/".to_owned(), "webhook_private"),
        ("https://localhost/".to_owned(), "webhook_private"),
        ("https://[::ffff:10.0.0.1]/".to_owned(), "webhook_private"),
        ("https://169.254.169.254/".to_owned(), "webhook_nowhere"),
        ("no address".to_owned(), "webhook_not_an_address"),
    ] {
        let answer = ask(
            &fixture,
            "POST",
            "webhooks",
            Some(json!({ "url": url, "kinds": ["deals"] })),
        )
        .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, code),
            "{url}"
        );
    }
    let none = json!({ "url": "https://example.org/", "kinds": [] });
    assert_eq!(
        ask(&fixture, "POST", "webhooks", Some(none)).await.code(),
        "webhook_without_kinds"
    );
    // One that was added while it was allowed is refused when it is sent.
    let goal = queue::Goal {
        url: program.url("/"),
        secret: super::signature::new_secret().unwrap(),
    };
    let (exchange, id) = (fixture.exchange("drammen"), WebhookId(uuid::Uuid::now_v7()));
    let now = fixture.hub.clock.now();
    queue::add(
        &fixture.hub.access,
        exchange,
        id,
        &goal,
        &borsklokka_shared::programs::WebhookKind::ALL,
        now,
    )
    .await
    .unwrap();
    queue::queue_test(&fixture.hub.access, exchange, id, now)
        .await
        .unwrap();
    let mut sender = Sender::begin(&fixture.hub, Outgoing::new(Reach::Internet)).await;
    sender.pass().await.unwrap();
    sender.ends().await;
    assert_eq!(program.told().len(), 0);
    let one = deliveries(&fixture).await.remove(0);
    assert_eq!((one.state, one.status), (DeliveryState::Failed, None));
}

#[tokio::test]
async fn an_address_that_no_name_server_knows_is_kept_and_said_to_be() {
    let (fixture, program) = (opened().await, Receiver::open());
    let known = added(&fixture, &program.url("/"), &["deals"]).await;
    assert_eq!(known.unknown_host, None);
    let misspelt = added(&fixture, "https://exmaple.invalid/hook", &["deals"]).await;
    assert_eq!(misspelt.unknown_host.as_deref(), Some("exmaple.invalid"));
    webhook(&fixture, misspelt.id).await;
}

#[tokio::test]
async fn a_secret_is_shown_once_and_an_address_goes_with_everything_of_it() {
    let (fixture, program) = (opened().await, Receiver::open());
    let made = added(&fixture, &program.url("/"), &["results", "deals"]).await;
    let page = ask(&fixture, "GET", "programs", None).await;
    assert_eq!(page.json["webhooks"][0]["kinds"], json!(["deals", "results"]));
    assert!(!page.text.contains("whsec_"), "{}", page.text);
    ask(&fixture, "POST", &format!("webhooks/{}/test", made.id), None).await;
    pass(&fixture).await;
    assert!(is_signed(&program.told()[0], &made.secret));
    let removed = ask(&fixture, "DELETE", &format!("webhooks/{}", made.id), None).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let page = ask(&fixture, "GET", "programs", None).await;
    assert_eq!(
        (page.json["webhooks"].clone(), page.json["deliveries"].clone()),
        (json!([]), json!([]))
    );
    for path in [format!("webhooks/{}", made.id), "webhooks/nothing".to_owned()] {
        assert_eq!(
            ask(&fixture, "DELETE", &path, None).await.code(),
            "unknown_webhook"
        );
    }
    let nothing = DeliveryId(uuid::Uuid::now_v7());
    assert_eq!(
        ask(&fixture, "POST", &format!("deliveries/{nothing}"), None)
            .await
            .code(),
        "unknown_delivery"
    );
    for _ in 0..10 {
        added(&fixture, &program.url("/"), &["deals"]).await;
    }
    let more = json!({ "url": program.url("/"), "kinds": ["deals"] });
    assert_eq!(
        ask(&fixture, "POST", "webhooks", Some(more)).await.code(),
        "too_many"
    );
}
