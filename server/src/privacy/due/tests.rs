//! Whether what was promised is kept, whatever the clock was set to in between.

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::exchange::{Privacy, Settings};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use serde_json::json;
use test_support::{entry, opening, paired_long_ago, party, programme, settings};

use super::{Done, announced, erase_due};
use crate::database::on_either;
use crate::fixture::{Fixture, open_hub};
use crate::floor::Submission;
use crate::log;

const MINUTE_MS: i64 = 60_001;

async fn ask(fixture: &Fixture, role: Role, command: Command) {
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    fixture.clock.pass_ms(MINUTE_MS);
    let told = format!("{command:?}");
    let answer = floor
        .submit(Submission::now(paired_long_ago(role), command))
        .await;
    assert!(
        matches!(answer, log::Answer::Accepted { .. }),
        "{told}: {answer:?}"
    );
}

fn promising(keep_months: u32) -> Settings {
    Settings {
        privacy: Some(Privacy {
            text: "Vi sletter alt.".to_owned(),
            keep_months,
        }),
        ..settings()
    }
}

async fn promise(fixture: &Fixture, settings: Settings) {
    let settings = Box::new(settings);
    ask(fixture, Role::Organiser, Command::configure(settings)).await;
}

/// An exchange on 26 November 2026 that promised to erase all after twelve months, and one who takes part.
async fn promised() -> Fixture {
    let fixture = open_hub().await;
    promise(&fixture, promising(12)).await;
    let participant = entry(1, "Unnveig Kvitsund", Sector::Individual);
    ask(
        &fixture,
        Role::Organiser,
        Command::RegisterParticipant { participant },
    )
    .await;
    let organiser = fixture.operator().await;
    let contact = Contact {
        person: Some("Unnveig Kvitsund".to_owned()),
        email: Some("unnveig@kvitsund.example".to_owned()),
        phone: None,
    };
    let path = format!("/api/v1/exchanges/drammen/contacts/{}", party(1));
    let written = organiser.put(&path, serde_json::to_value(contact).unwrap()).await;
    assert!(written.status.is_success(), "{}", written.text);
    fixture
}

/// A node, which has a clock of its own.
struct Node<'a> {
    fixture: &'a Fixture,
    done: Done,
}

impl<'a> Node<'a> {
    fn of(fixture: &'a Fixture) -> Self {
        let done = Done::default();
        Self { fixture, done }
    }

    /// Looks, as at its start and every hour.
    async fn looks(&mut self, at: &str) {
        let now = Instant::parse(&format!("{at}:00Z")).unwrap();
        Box::pin(erase_due(&self.fixture.hub, now, &mut self.done)).await;
    }
}

async fn is_erased(fixture: &Fixture) -> bool {
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let is_erased = floor
        .view
        .with_staff_board(|board| board.erased.contains(&party(1)));
    let contacts = fixture.hub.access.contacts(fixture.exchange("drammen")).await;
    assert_eq!(contacts.unwrap().is_empty(), is_erased);
    is_erased
}

/// To whom it was written, about what.
async fn letters(fixture: &Fixture) -> Vec<(String, String)> {
    on_either!(fixture.database.reading(), on => sqlx::query_as(
        "SELECT recipient, about FROM mails WHERE kind = 'deletion_announced' ORDER BY made_at_ms, about",
    )
    .fetch_all(on)
    .await)
    .unwrap()
}

#[tokio::test]
async fn what_was_promised_is_announced_and_erased_on_the_day() {
    let fixture = promised().await;
    let mut node = Node::of(&fixture);
    for at in [
        "2026-11-27T12:00",
        "2027-10-27T12:00",
        "2027-11-10T12:00",
        "2027-11-25T22:00",
    ] {
        node.looks(at).await;
        assert!(!is_erased(&fixture).await, "{at}");
    }
    node.looks("2027-11-25T23:00").await;
    assert!(is_erased(&fixture).await, "it is the 26th in the hall");
    // Once is enough, also for a server that has started again.
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let epoch = floor.view.epoch();
    drop(floor);
    Node::of(&fixture).looks("2027-12-24T12:00").await;
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    assert_eq!(floor.view.epoch(), epoch);
}

#[tokio::test]
async fn a_clock_that_is_set_years_ahead_and_back_erases_nothing() {
    let fixture = promised().await;
    let mut node = Node::of(&fixture);
    for at in ["2026-11-27T12:00", "2028-11-27T12:00", "2028-11-27T13:00"] {
        node.looks(at).await;
    }
    Node::of(&fixture).looks("2028-11-28T12:00").await;
    assert!(!is_erased(&fixture).await);
    Node::of(&fixture).looks("2026-11-29T12:00").await;
    // Ahead once more: it is announced as if for the first time.
    Node::of(&fixture).looks("2028-12-06T12:00").await;
    assert!(!is_erased(&fixture).await);
    // And it is kept on the day.
    for at in ["2027-10-30T12:00", "2027-11-20T12:00", "2027-11-26T12:00"] {
        assert!(!is_erased(&fixture).await, "{at}");
        node.looks(at).await;
    }
    assert!(is_erased(&fixture).await);
}

#[tokio::test]
async fn a_clock_that_stays_ahead_erases_after_a_week_and_a_second_look() {
    let fixture = promised().await;
    Node::of(&fixture).looks("2028-11-27T12:00").await;
    Node::of(&fixture).looks("2028-12-05T12:00").await;
    assert!(!is_erased(&fixture).await, "it was seen on one day only");
    Node::of(&fixture).looks("2028-12-05T13:00").await;
    assert!(!is_erased(&fixture).await, "and on this one");
    Node::of(&fixture).looks("2028-12-06T12:00").await;
    assert!(is_erased(&fixture).await);
}

#[tokio::test]
async fn another_promise_is_another_announcement() {
    let fixture = promised().await;
    let mut node = Node::of(&fixture);
    node.looks("2027-10-30T12:00").await;
    node.looks("2027-11-10T12:00").await;
    promise(&fixture, promising(11)).await;
    node.looks("2027-11-20T12:00").await;
    assert!(!is_erased(&fixture).await, "that was announced of another day");
    node.looks("2027-11-24T12:00").await;
    promise(&fixture, promising(24)).await;
    for at in ["2027-11-27T12:00", "2027-12-27T12:00"] {
        node.looks(at).await;
    }
    assert!(!is_erased(&fixture).await, "there is a year left");
}

#[tokio::test]
async fn of_two_nodes_the_one_whose_clock_is_wrong_erases_nothing() {
    let fixture = promised().await;
    let (mut right, mut wrong) = (Node::of(&fixture), Node::of(&fixture));
    for day in 10..=28 {
        wrong.looks(&format!("2029-01-{day}T12:00")).await;
        right.looks(&format!("2026-12-{day}T12:00")).await;
    }
    assert!(!is_erased(&fixture).await);
    // Two that agree erase it once.
    let (mut one, mut other) = (Node::of(&fixture), Node::of(&fixture));
    for at in [
        "2027-10-30T12:00",
        "2027-11-25T12:00",
        "2027-11-26T12:00",
        "2027-11-26T13:00",
    ] {
        one.looks(at).await;
        other.looks(at).await;
    }
    assert!(is_erased(&fixture).await);
}

#[tokio::test]
async fn an_evening_that_was_held_later_is_waited_for_and_a_floor_that_nobody_closed_is_not() {
    let fixture = promised().await;
    let earlier = Settings {
        date: "2025-11-01".parse().unwrap(),
        ..promising(12)
    };
    promise(&fixture, earlier).await;
    let items = programme();
    ask(&fixture, Role::Organiser, Command::set_programme(items)).await;
    ask(&fixture, Role::Moderator, opening()).await;
    fixture.clock.pass_ms(MINUTE_MS);
    let mut node = Node::of(&fixture);
    for at in ["2026-11-01T12:00", "2026-11-10T12:00", "2026-11-20T12:00"] {
        node.looks(at).await;
    }
    let exchange = fixture.exchange("drammen");
    let announced = announced::read(&fixture.database, exchange).await.unwrap();
    assert_eq!(announced, None, "the bell rang on 26 November 2026");
    for at in ["2027-11-10T12:00", "2027-11-20T12:00", "2027-11-25T12:00"] {
        node.looks(at).await;
    }
    assert!(!is_erased(&fixture).await, "a year after the bell is not over");
    node.looks("2027-11-27T12:00").await;
    assert!(is_erased(&fixture).await, "nobody ever rang the closing bell");
}

#[tokio::test]
async fn people_are_told_once_by_mail_if_mail_is_on() {
    let fixture = promised().await;
    let mut node = Node::of(&fixture);
    node.looks("2027-10-27T12:00").await;
    node.looks("2027-10-28T12:00").await;
    assert_eq!(letters(&fixture).await, [], "mail is off");
    let organiser = fixture.operator().await;
    let settings = json!({ "sending": "held", "texts": [] });
    let set = organiser
        .put("/api/v1/exchanges/drammen/mails/settings", settings)
        .await;
    assert!(set.status.is_success(), "{}", set.text);
    node.looks("2027-10-28T13:00").await;
    node.looks("2027-10-29T12:00").await;
    Node::of(&fixture).looks("2027-11-10T12:00").await;
    let about = format!("{}:2027-11-26", party(1));
    let expected = [("unnveig@kvitsund.example".to_owned(), about)];
    assert_eq!(letters(&fixture).await, expected);
    let mails = organiser.get("/api/v1/exchanges/drammen/mails").await;
    let id = mails.json["mails"][0]["id"].as_str().unwrap().to_owned();
    let mail = organiser
        .get(&format!("/api/v1/exchanges/drammen/mails/{id}"))
        .await;
    let text = mail.json["text"].as_str().unwrap();
    assert!(
        text.contains("Unnveig") && text.contains("26. november 2027"),
        "{text}"
    );
    assert!(!text.contains('{') && !text.contains("http"), "{text}");
}
