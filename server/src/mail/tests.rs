//! Mail from end to end: what is queued, and what a real mail server gets of it.

mod accounts;
mod desk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::{Epoch, MailId};
use borsklokka_shared::language::Language;
use borsklokka_shared::mail::{Gap, MailKind, MailSettings, MailState, MailText, Sending};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use mail_parser::{Message, MessageParser, MimeHeaders};
use test_support::post_office::{CUSTOMER, Fate, PostOffice, Wire};
use test_support::{deal, entry, opening, paired_long_ago, party, post_command, programme, settings};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::intake::Queued;
use super::matter::{Letter, Matter};
use super::sender::Sender;
use super::{enqueue, queue, texts};
use crate::api::Denied;
use crate::config::{Config, SmtpUrl};
use crate::database::on_either;
use crate::fixture::{Fixture, open_hub_with};
use crate::floor::Submission;
use crate::links::{Opens, Page};
use crate::log::Answer;

const MINUTE_MS: i64 = 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const FROM: &str = "Frivilligbørs Drammen <post@example.no>";

fn by(office: &PostOffice) -> impl FnOnce(&mut Config) + use<> {
    let url = office.url();
    move |config| {
        config.smtp = Some(SmtpUrl(url));
        config.mail_from = Some(FROM.to_owned());
    }
}

/// A hub whose exchange has its mails so.
async fn opened(office: &PostOffice, sending: Sending) -> Fixture {
    let fixture = open_hub_with(by(office)).await;
    set(&fixture, sending).await;
    fixture
}

async fn set(fixture: &Fixture, sending: Sending) {
    let settings = MailSettings {
        sending,
        ..MailSettings::default()
    };
    let exchange = fixture.exchange("drammen");
    queue::set_settings(&fixture.hub.access, exchange, &settings)
        .await
        .unwrap();
}

fn letter(about: &str, name: &str) -> Letter {
    Letter {
        kind: MailKind::RegistrationDeclined,
        about: about.to_owned(),
        to: "kari@example.org".to_owned(),
        language: Language::Nb,
        matter: Matter {
            gaps: BTreeMap::from([(Gap::Name, name.to_owned())]),
            ..Matter::default()
        },
    }
}

async fn queued(fixture: &Fixture, letter: &Letter) -> Queued {
    enqueue(&fixture.hub, fixture.exchange("drammen"), letter)
        .await
        .unwrap()
}

async fn made(fixture: &Fixture, letter: &Letter) -> MailId {
    match queued(fixture, letter).await {
        Queued::Made(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn sender(fixture: &Fixture) -> Sender {
    Sender::begin(&fixture.hub).await.expect("there is a mail server")
}

/// Sends what is due, as a server that has just begun.
async fn pass(fixture: &Fixture) {
    sender(fixture).await.pass().await.unwrap();
}

async fn state(fixture: &Fixture, id: MailId) -> MailState {
    kept(fixture, id).await.state
}

async fn kept(fixture: &Fixture, id: MailId) -> queue::Kept {
    let exchange = fixture.exchange("drammen");
    queue::one(&fixture.hub.access, exchange, id)
        .await
        .unwrap()
        .unwrap()
}

/// The only letter that the office took, as a mail program reads it.
fn only(office: &PostOffice) -> Message<'static> {
    let mut received = office.received();
    assert_eq!(received.len(), 1);
    let content = received.remove(0).content;
    MessageParser::default().parse(&content).unwrap().into_owned()
}

fn text(message: &Message<'_>) -> String {
    message.body_text(0).unwrap().into_owned()
}

fn html(message: &Message<'_>) -> String {
    message.body_html(0).unwrap().into_owned()
}

#[tokio::test]
async fn a_mail_waits_in_the_database_through_a_restart_and_goes_once() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    let id = made(&fixture, &letter("1", "Turlaget")).await;
    assert_eq!(state(&fixture, id).await, MailState::Waiting);
    let fixture = fixture.restarted_with(by(&office)).await;
    for _ in 0..3 {
        pass(&fixture).await;
        fixture.clock.pass_ms(MINUTE_MS);
    }
    assert_eq!(state(&fixture, id).await, MailState::Sent);
    let message = only(&office);
    assert_eq!(message.subject(), Some("Om påmeldingen til Drammen"));
    assert_eq!(message.message_id(), Some(format!("{id}@example.no").as_str()));
    assert_eq!(
        message.header_raw("Auto-Submitted").map(str::trim),
        Some("auto-generated")
    );
    let from = message.from().unwrap().first().unwrap();
    assert_eq!(
        (from.name(), from.address()),
        (Some("Frivilligbørs Drammen"), Some("post@example.no"))
    );
    assert!(
        text(&message)
            .contains("Takk for påmeldingen fra Turlaget til Drammen, Biblioteket, 26. november 2026.")
    );
    assert!(html(&message).contains("Takk for påmeldingen fra Turlaget"));
    assert!(
        text(&message).contains("adressen ble oppgitt da Turlaget ble meldt på Drammen"),
        "why one gets it"
    );
}

#[tokio::test]
async fn what_the_mail_server_puts_off_is_tried_again_and_what_it_refuses_bounces() {
    let office = PostOffice::open();
    office.next([Fate::Later, Fate::NoMailbox]);
    let fixture = opened(&office, Sending::On).await;
    let put_off = made(&fixture, &letter("1", "Turlaget")).await;
    pass(&fixture).await;
    let waits = kept(&fixture, put_off).await;
    assert_eq!((waits.state, waits.tries), (MailState::Waiting, 1));
    assert!(waits.answer.unwrap().contains("Try again later"));
    let refused = made(&fixture, &letter("2", "Koret")).await;
    pass(&fixture).await;
    let bounced = kept(&fixture, refused).await;
    assert_eq!(bounced.state, MailState::Bounced);
    assert!(bounced.answer.unwrap().contains("550"));
    let organiser = fixture.operator().await.accepting("de");
    let mails = organiser.get("/api/v1/exchanges/drammen/mails").await.json;
    let told = |nth: usize| {
        (
            mails["mails"][nth]["why"].clone(),
            mails["mails"][nth]["answer"].to_string(),
        )
    };
    let (why, answer) = told(0);
    assert_eq!(
        why,
        "Der Mailserver hat die Mail abgewiesen. Bitte prüfen, ob die Adresse stimmt."
    );
    assert!(answer.contains("550"), "{answer}");
    assert_eq!(told(1).0, "Der Mailserver konnte sie gerade nicht annehmen.");
    assert_eq!(office.received().len(), 0, "not before its time");
    fixture.clock.pass_ms(MINUTE_MS);
    pass(&fixture).await;
    assert_eq!(state(&fixture, put_off).await, MailState::Sent);
    assert_eq!(state(&fixture, refused).await, MailState::Bounced);
    assert_eq!(
        only(&office).message_id(),
        Some(format!("{put_off}@example.no").as_str())
    );
}

#[tokio::test]
async fn what_is_put_off_for_days_is_given_up() {
    let office = PostOffice::open();
    office.next([Fate::Later; 100]);
    let fixture = opened(&office, Sending::On).await;
    let id = made(&fixture, &letter("1", "Turlaget")).await;
    for _ in 0..100 {
        pass(&fixture).await;
        fixture.clock.pass_ms(3 * 60 * MINUTE_MS);
    }
    let failed = kept(&fixture, id).await;
    assert_eq!(failed.state, MailState::Failed);
    assert!((10..25).contains(&failed.tries), "{}", failed.tries);
}

#[tokio::test]
async fn a_clock_that_was_behind_and_is_put_right_gives_up_no_mail() {
    let office = PostOffice::open();
    office.next([Fate::Later; 3]);
    let fixture = opened(&office, Sending::On).await;
    fixture.clock.set_by_ms(-100 * DAY_MS);
    let id = made(&fixture, &letter("1", "Turlaget")).await;
    pass(&fixture).await;
    fixture.clock.pass_ms(MINUTE_MS);
    pass(&fixture).await;
    fixture.clock.set_by_ms(100 * DAY_MS);
    pass(&fixture).await;
    let waits = kept(&fixture, id).await;
    assert_eq!((waits.state, waits.tries), (MailState::Waiting, 3));
    fixture.clock.pass_ms(15 * MINUTE_MS);
    pass(&fixture).await;
    assert_eq!(
        (state(&fixture, id).await, office.received().len()),
        (MailState::Sent, 1)
    );
}

#[tokio::test]
async fn what_was_put_off_by_a_clock_that_ran_ahead_waits_for_its_own_pause_when_it_is_put_right() {
    for ahead_ms in [20 * DAY_MS, 6 * 60 * MINUTE_MS, 2 * MINUTE_MS] {
        let office = PostOffice::open();
        office.next([Fate::Later]);
        let fixture = opened(&office, Sending::On).await;
        let mut sender = sender(&fixture).await;
        fixture.clock.set_by_ms(ahead_ms);
        let tried = made(&fixture, &letter("1", "Turlaget")).await;
        sender.pass().await.unwrap();
        let new = made(&fixture, &letter("2", "Koret")).await;
        fixture.clock.set_by_ms(-ahead_ms);
        sender.pass().await.unwrap();
        assert_eq!(state(&fixture, new).await, MailState::Sent, "{ahead_ms}");
        let waits = kept(&fixture, tried).await;
        assert_eq!((waits.state, waits.tries), (MailState::Waiting, 1), "{ahead_ms}");
        let now = fixture.hub.clock.now();
        assert_eq!(waits.next_try_at, now.plus_ms(MINUTE_MS), "{ahead_ms}");
        fixture.clock.pass_ms(MINUTE_MS);
        sender.pass().await.unwrap();
        assert_eq!(state(&fixture, tried).await, MailState::Sent, "{ahead_ms}");
    }
}

#[tokio::test]
async fn what_a_sender_had_in_hand_whose_clock_ran_ahead_is_not_in_its_hands_for_as_long() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    let mut sender = sender(&fixture).await;
    let id = made(&fixture, &letter("1", "Turlaget")).await;
    let ahead = fixture.hub.clock.now().plus_ms(6 * 60 * MINUTE_MS);
    let (mail, gone) = ((fixture.exchange("drammen"), id), uuid::Uuid::now_v7());
    assert!(
        queue::claim(&fixture.hub.access, mail, gone, ahead)
            .await
            .unwrap()
    );
    sender.pass().await.unwrap();
    assert_eq!(state(&fixture, id).await, MailState::Unknown);
    // What was claimed just now by a clock that is a little ahead may be on its way.
    let other = made(&fixture, &letter("2", "Koret")).await;
    let mail = (fixture.exchange("drammen"), other);
    let soon = fixture.hub.clock.now().plus_ms(MINUTE_MS);
    assert!(queue::claim(&fixture.hub.access, mail, gone, soon).await.unwrap());
    sender.pass().await.unwrap();
    assert_eq!(state(&fixture, other).await, MailState::Sending);
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_left_alone_no_longer_for_a_clock_that_was_set() {
    let fixture = with_server_away().await;
    let mut sender = sender(&fixture).await;
    fixture.clock.set_by_ms(20 * DAY_MS);
    let id = made(&fixture, &letter("1", "Turlaget")).await;
    sender.pass().await.unwrap();
    fixture.clock.set_by_ms(-20 * DAY_MS);
    sender.pass().await.unwrap();
    assert_eq!(kept(&fixture, id).await.tries, 1, "it is left alone for a minute");
    fixture.clock.pass_ms(MINUTE_MS);
    sender.pass().await.unwrap();
    assert_eq!(kept(&fixture, id).await.tries, 2);
}

#[tokio::test]
async fn what_was_tried_often_and_then_held_is_tried_for_as_long_as_if_it_were_new() {
    let office = PostOffice::open();
    office.next([Fate::Later; 17]);
    let fixture = opened(&office, Sending::On).await;
    let id = made(&fixture, &letter("1", "Turlaget")).await;
    for _ in 0..16 {
        pass(&fixture).await;
        fixture.clock.pass_ms(DAY_MS / 2);
    }
    assert_eq!(kept(&fixture, id).await.tries, 16);
    set(&fixture, Sending::Held).await;
    set(&fixture, Sending::On).await;
    let organiser = fixture.operator().await;
    let asked = serde_json::json!({ "deed": "send_held" });
    let sent = organiser.post("/api/v1/exchanges/drammen/mails", asked).await;
    assert_eq!(sent.json["mails"], 1, "{}", sent.text);
    pass(&fixture).await;
    let waits = kept(&fixture, id).await;
    assert_eq!((waits.state, waits.tries), (MailState::Waiting, 1));
}

#[tokio::test]
async fn what_a_crash_cut_short_may_have_gone_and_is_not_sent_again() {
    let office = PostOffice::open();
    office.next([Fate::Held]);
    let fixture = opened(&office, Sending::On).await;
    let id = made(&fixture, &letter("1", "Turlaget")).await;
    let mut sender = sender(&fixture).await;
    let sending = tokio::spawn(async move { sender.pass().await });
    office.holds().await;
    assert_eq!(state(&fixture, id).await, MailState::Sending);
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    let fixture = fixture.restarted_with(by(&office)).await;
    // On PostgreSQL another node may have it in hand for a while.
    fixture.clock.pass_ms(60 * MINUTE_MS);
    pass(&fixture).await;
    assert_eq!(state(&fixture, id).await, MailState::Unknown);
    office.let_go();
    for _ in 0..3 {
        fixture.clock.pass_ms(24 * 60 * MINUTE_MS);
        pass(&fixture).await;
    }
    assert_eq!(
        (state(&fixture, id).await, office.received().len()),
        (MailState::Unknown, 1)
    );
}

#[tokio::test]
async fn of_a_mail_server_that_hangs_up_over_a_letter_nobody_knows_whether_it_has_it() {
    let office = PostOffice::open();
    office.next([Fate::HungUp]);
    let fixture = opened(&office, Sending::On).await;
    let id = made(&fixture, &letter("1", "Turlaget")).await;
    for _ in 0..3 {
        pass(&fixture).await;
        fixture.clock.pass_ms(24 * 60 * MINUTE_MS);
    }
    assert_eq!(
        (state(&fixture, id).await, office.received().len()),
        (MailState::Unknown, 1)
    );
}

/// A hub whose mail server is away, and which sends.
async fn with_server_away() -> Fixture {
    let fixture = open_hub_with(|config| {
        // Nobody listens at a port that was just closed.
        let closed = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        config.smtp = Some(SmtpUrl(format!("smtp://{closed}")));
        config.mail_from = Some(FROM.to_owned());
    })
    .await;
    set(&fixture, Sending::On).await;
    fixture
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_left_alone_and_no_mail_is_lost() {
    let office = PostOffice::open();
    let fixture = with_server_away().await;
    let mut mails = Vec::new();
    for nth in 0..3 {
        mails.push(made(&fixture, &letter(&nth.to_string(), "Turlaget")).await);
    }
    let mut sender = sender(&fixture).await;
    for _ in 0..5 {
        sender.pass().await.unwrap();
    }
    let mut tries = 0;
    for id in &mails {
        let kept = kept(&fixture, *id).await;
        assert_eq!(kept.state, MailState::Waiting);
        tries += kept.tries;
    }
    assert_eq!(tries, 1, "one call says that nobody is there");
    let fixture = fixture.restarted_with(by(&office)).await;
    fixture.clock.pass_ms(2 * MINUTE_MS);
    pass(&fixture).await;
    assert_eq!(office.received().len(), 3);
}

#[tokio::test]
async fn what_waited_for_a_mail_server_that_was_away_goes_as_soon_as_it_is_back() {
    let office = PostOffice::open();
    let fixture = with_server_away().await;
    let waits = made(&fixture, &letter("1", "Turlaget")).await;
    let mut away = sender(&fixture).await;
    for tries in 1..=5 {
        let wait_ms = kept(&fixture, waits)
            .await
            .next_try_at
            .ms_since(fixture.hub.clock.now());
        fixture.clock.pass_ms(wait_ms);
        away.pass().await.unwrap();
        assert_eq!(kept(&fixture, waits).await.tries, tries);
    }
    drop(away);
    let fixture = fixture.restarted_with(by(&office)).await;
    pass(&fixture).await;
    assert_eq!(office.connections(), 0, "it waits for three hours");
    // The mail server takes another, not now: it is there.
    office.next([Fate::Later]);
    let put_off = made(&fixture, &letter("2", "Koret")).await;
    pass(&fixture).await;
    assert_eq!(state(&fixture, waits).await, MailState::Sent);
    let put_off = kept(&fixture, put_off).await;
    assert_eq!((put_off.state, put_off.tries), (MailState::Waiting, 1));
    let now = fixture.hub.clock.now();
    assert_eq!(put_off.next_try_at, now.plus_ms(MINUTE_MS), "its own pause");
    // Nor does that go because others do.
    made(&fixture, &letter("3", "Speiderne")).await;
    pass(&fixture).await;
    assert_eq!(office.received().len(), 2);
}

/// A certificate of `localhost` as a mail server shows it, and the file that names who signed it.
fn certified(folder: &Path) -> (Arc<ServerConfig>, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let file = folder.join("authority.pem");
    std::fs::write(&file, made.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Arc::new(config), file)
}

#[tokio::test]
async fn a_mail_goes_encrypted_and_to_nobody_who_cannot_show_who_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, file) = certified(folder.path());
    let (user, password) = CUSTOMER;
    for (wire, scheme, after) in [
        (Wire::Encrypted(Arc::clone(&certificate)), "smtps", ""),
        (Wire::StartTls(Arc::clone(&certificate)), "smtp", "?tls=required"),
        (
            Wire::StartTls(Arc::clone(&certificate)),
            "smtp",
            "?tls=opportunistic",
        ),
    ] {
        let office = PostOffice::open_on(wire);
        let by = |password: &str, authority: Option<PathBuf>| {
            let url = format!("{scheme}://{user}:{password}@localhost:{}{after}", office.port());
            move |config: &mut Config| {
                config.smtp = Some(SmtpUrl(url));
                config.mail_from = Some(FROM.to_owned());
                config.smtp_authority = authority;
            }
        };
        let fixture = open_hub_with(by(password, None)).await;
        set(&fixture, Sending::On).await;
        let id = made(&fixture, &letter("1", "Turlaget")).await;
        pass(&fixture).await;
        let waits = kept(&fixture, id).await;
        assert_eq!(waits.state, MailState::Waiting, "{scheme}{after}");
        let why = waits.answer.unwrap();
        assert!(why.contains("certificate"), "{scheme}{after}: {why}");
        let fixture = fixture.restarted_with(by("feil", Some(file.clone()))).await;
        fixture.clock.pass_ms(2 * MINUTE_MS);
        pass(&fixture).await;
        assert!(kept(&fixture, id).await.answer.unwrap().contains("535"));
        assert_eq!(office.received().len(), 0);
        let fixture = fixture.restarted_with(by(password, Some(file.clone()))).await;
        fixture.clock.pass_ms(10 * MINUTE_MS);
        pass(&fixture).await;
        assert_eq!(state(&fixture, id).await, MailState::Sent, "{scheme}{after}");
        assert_eq!(office.received().len(), 1);
    }
}

#[tokio::test]
async fn what_must_be_encrypted_does_not_go_in_plain() {
    let office = PostOffice::open();
    let url = format!("smtp://localhost:{}?tls=required", office.port());
    let fixture = open_hub_with(|config| {
        config.smtp = Some(SmtpUrl(url));
        config.mail_from = Some(FROM.to_owned());
    })
    .await;
    set(&fixture, Sending::On).await;
    let id = made(&fixture, &letter("1", "Turlaget")).await;
    pass(&fixture).await;
    assert_eq!(
        (state(&fixture, id).await, office.received().len()),
        (MailState::Waiting, 0)
    );
}

#[tokio::test]
async fn the_same_matter_is_one_mail_for_ever() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    made(&fixture, &letter("1", "Turlaget")).await;
    assert_eq!(queued(&fixture, &letter("1", "Turlaget")).await, Queued::Known);
    pass(&fixture).await;
    assert_eq!(queued(&fixture, &letter("1", "Turlaget")).await, Queued::Known);
    pass(&fixture).await;
    assert_eq!(office.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_senders_send_each_mail_once() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    for nth in 0..20 {
        made(&fixture, &letter(&nth.to_string(), "Turlaget")).await;
    }
    let (mut one, mut other) = (sender(&fixture).await, sender(&fixture).await);
    let (one, other) = tokio::join!(
        tokio::spawn(async move { one.pass().await }),
        tokio::spawn(async move { other.pass().await })
    );
    one.unwrap().unwrap();
    other.unwrap().unwrap();
    let received = office.received();
    let ids: BTreeSet<String> = received
        .iter()
        .map(|letter| {
            let message = MessageParser::default().parse(&letter.content).unwrap();
            message.message_id().unwrap().to_owned()
        })
        .collect();
    assert_eq!((received.len(), ids.len()), (20, 20));
}

#[tokio::test]
async fn what_is_held_never_goes_and_where_mail_is_off_there_is_none() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::Off).await;
    assert_eq!(queued(&fixture, &letter("1", "Turlaget")).await, Queued::Off);
    set(&fixture, Sending::Held).await;
    let held = made(&fixture, &letter("1", "Turlaget")).await;
    pass(&fixture).await;
    set(&fixture, Sending::On).await;
    pass(&fixture).await;
    let waits = made(&fixture, &letter("2", "Turlaget")).await;
    set(&fixture, Sending::Held).await;
    for _ in 0..3 {
        pass(&fixture).await;
        fixture.clock.pass_ms(24 * 60 * MINUTE_MS);
    }
    assert_eq!(
        (state(&fixture, held).await, state(&fixture, waits).await),
        (MailState::Held, MailState::Held)
    );
    assert_eq!((office.received().len(), office.connections()), (0, 0));
}

#[tokio::test]
async fn without_a_mail_server_mails_are_held_and_do_not_go_years_later() {
    let office = PostOffice::open();
    let fixture = open_hub_with(|_| ()).await;
    set(&fixture, Sending::On).await;
    let id = made(&fixture, &letter("1", "Turlaget")).await;
    assert!(Sender::begin(&fixture.hub).await.is_none());
    let fixture = fixture.restarted_with(by(&office)).await;
    pass(&fixture).await;
    assert_eq!(
        (state(&fixture, id).await, office.received().len()),
        (MailState::Held, 0)
    );
}

#[tokio::test]
async fn whoever_registers_a_stranger_again_and_again_does_not_fill_their_mailbox() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    for (nth, to) in [
        "kari@example.org",
        "Kari@example.org",
        "kari@EXAMPLE.org",
        "kari@example.org",
    ]
    .into_iter()
    .enumerate()
    {
        let letter = Letter {
            kind: MailKind::RegistrationReceived,
            to: to.to_owned(),
            ..letter(&nth.to_string(), "Turlaget")
        };
        let id = made(&fixture, &letter).await;
        let expected = if nth < 3 {
            MailState::Waiting
        } else {
            MailState::Held
        };
        assert_eq!(state(&fixture, id).await, expected);
    }
}

#[tokio::test]
async fn what_somebody_is_called_is_no_header_and_no_markup() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    let name = "Tur\r\nBcc: alle@example.org\r\n\r\n<script>alert(1)</script> {link} \u{FFFC} & \"laget\"";
    let own = MailText {
        kind: MailKind::RegistrationDeclined,
        language: Language::Nb,
        subject: "Til {name}".to_owned(),
        body: "Hei {name}\n\nEn <b>linje</b>\nog en til.\n\n{unknown} {day}".to_owned(),
    };
    let settings = MailSettings {
        sending: Sending::On,
        texts: vec![own],
        ..MailSettings::default()
    };
    let exchange = fixture.exchange("drammen");
    queue::set_settings(&fixture.hub.access, exchange, &settings)
        .await
        .unwrap();
    made(&fixture, &letter("1", name)).await;
    pass(&fixture).await;
    let message = only(&office);
    assert_eq!(office.received()[0].to, ["kari@example.org"]);
    assert!(message.bcc().is_none() && message.header("Bcc").is_none());
    let subject = message.subject().unwrap();
    assert!(subject.starts_with("Til Tur  Bcc: alle@example.org"), "{subject}");
    let html = html(&message);
    assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    assert!(
        html.contains("&lt;script&gt;alert(1)&lt;/script&gt; {link}"),
        "{html}"
    );
    let text = text(&message);
    assert!(text.contains("<script>alert(1)</script> {link}"), "{text}");
    assert!(text.contains("{unknown} 26. november 2026"), "{text}");
}

/// An evening with one deal, between a participant who is reached and another.
async fn evening(fixture: &Fixture) {
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let register = |n, name: &str| Command::RegisterParticipant {
        participant: entry(n, name, Sector::Voluntary),
    };
    let configure = Command::configure(settings());
    for (role, command) in [
        (Role::Organiser, configure),
        (Role::Organiser, Command::set_programme(programme())),
        (Role::Organiser, register(1, "Røde Kors")),
        (Role::Organiser, register(4, "Trygve")),
        (Role::Moderator, opening()),
        (Role::Broker, post_command(1)),
    ] {
        // The bell has struck by then.
        fixture.clock.pass_ms(MINUTE_MS);
        let answer = floor
            .submit(Submission::now(paired_long_ago(role), command))
            .await;
        assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    }
    let contact = Contact {
        person: Some("Kari".to_owned()),
        email: Some("kari@example.org".to_owned()),
        phone: None,
    };
    let exchange = fixture.exchange("drammen");
    fixture
        .hub
        .access
        .write_contact(exchange, party(1), contact)
        .await
        .unwrap();
}

fn of_the_deal() -> Letter {
    Letter {
        kind: MailKind::Agreement,
        about: format!("{}:{}", deal(1), party(1)),
        matter: Matter {
            link: Some(Opens::agreement(deal(1))),
            paper: Some(deal(1)),
            gaps: BTreeMap::from([
                (Gap::Name, "Røde Kors".to_owned()),
                (Gap::Others, "Trygve".to_owned()),
            ]),
        },
        ..letter("", "")
    }
}

/// The address in a text that begins so.
fn address_in(text: &str, begins: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(begins));
    line.unwrap_or_else(|| panic!("{text}")).trim().to_owned()
}

#[tokio::test]
async fn an_agreement_comes_with_its_paper_and_a_link_whose_token_is_nowhere_else() {
    let office = PostOffice::open();
    // The first try leaves no link that holds.
    office.next([Fate::Later]);
    let fixture = opened(&office, Sending::On).await;
    evening(&fixture).await;
    let id = made(&fixture, &of_the_deal()).await;
    pass(&fixture).await;
    fixture.clock.pass_ms(MINUTE_MS);
    pass(&fixture).await;
    assert_eq!(
        state(&fixture, id).await,
        MailState::Sent,
        "{:?}",
        kept(&fixture, id).await
    );
    let message = only(&office);
    let paper = message.attachment(0).unwrap();
    assert!(paper.contents().starts_with(b"%PDF-"));
    assert_eq!(paper.attachment_name(), Some("avtale-1.pdf"));
    let url = address_in(&text(&message), "http://192.168.1.5:8080/agreement/");
    assert!(html(&message).contains(&format!("href=\"{url}\"")));
    let path = url.strip_prefix("http://192.168.1.5:8080").unwrap();
    let opened = fixture.browser().get(path).await;
    assert_eq!(opened.status, 200);
    let token = path.rsplit('/').next().unwrap();
    assert_eq!(token.len(), 64);
    let links: i64 = on_either!(fixture.database.reading(), on => sqlx::query_scalar("SELECT COUNT(*) FROM agreement_links")
        .fetch_one(on)
        .await)
    .unwrap();
    assert_eq!(links, 1);
    for file in std::fs::read_dir(fixture.folder()).unwrap() {
        let content = std::fs::read(file.unwrap().path()).unwrap();
        let holds = content.windows(token.len()).any(|part| part == token.as_bytes());
        assert!(!holds, "the token lies on the disk");
    }
    assert!(kept(&fixture, id).await.went.unwrap().body.contains("{link}"));
}

#[tokio::test]
async fn the_agreement_of_a_deal_that_was_withdrawn_does_not_go() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    evening(&fixture).await;
    let id = made(&fixture, &of_the_deal()).await;
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let withdraw = Command::WithdrawDeal { deal: deal(1) };
    floor
        .submit(Submission::now(paired_long_ago(Role::Moderator), withdraw))
        .await;
    pass(&fixture).await;
    assert_eq!(
        (state(&fixture, id).await, office.received().len()),
        (MailState::Failed, 0)
    );
}

#[tokio::test]
async fn an_agreement_that_did_not_go_is_made_anew_when_it_is_asked_for_and_what_was_stopped_is_not() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    evening(&fixture).await;
    let id = made(&fixture, &of_the_deal()).await;
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let desk = |command| floor.submit(Submission::now(paired_long_ago(Role::Moderator), command));
    desk(Command::WithdrawDeal { deal: deal(1) }).await;
    pass(&fixture).await;
    assert_eq!(state(&fixture, id).await, MailState::Failed);
    desk(Command::ReinstateDeal { deal: deal(1) }).await;
    assert!(matches!(queued(&fixture, &of_the_deal()).await, Queued::Made(_)));
    pass(&fixture).await;
    assert_eq!(
        (state(&fixture, id).await, office.received().len()),
        (MailState::Sent, 1)
    );
    assert!(matches!(queued(&fixture, &of_the_deal()).await, Queued::Known));

    let stopped = Letter {
        about: format!("{}:{}", deal(1), party(4)),
        ..of_the_deal()
    };
    let id = made(&fixture, &stopped).await;
    let url = format!("/api/v1/exchanges/drammen/mails/{id}");
    let cancel = serde_json::json!({ "deed": "cancel" });
    fixture.operator().await.post(&url, cancel).await;
    assert_eq!(state(&fixture, id).await, MailState::Cancelled);
    assert!(matches!(queued(&fixture, &stopped).await, Queued::Known));
}

#[tokio::test]
async fn of_a_deal_that_is_withdrawn_nobody_asks_what_became_of_it() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    evening(&fixture).await;
    let about = format!("{}:{}", deal(1), party(1));
    let question = Letter {
        kind: MailKind::FollowUp,
        about: about.clone(),
        matter: Matter {
            link: Some(Opens {
                page: Page::FollowUp,
                about,
            }),
            ..Matter::default()
        },
        ..letter("", "")
    };
    let id = made(&fixture, &question).await;
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let withdraw = Command::WithdrawDeal { deal: deal(1) };
    floor
        .submit(Submission::now(paired_long_ago(Role::Moderator), withdraw))
        .await;
    pass(&fixture).await;
    assert_eq!(
        (state(&fixture, id).await, office.received().len()),
        (MailState::Failed, 0)
    );
}

#[tokio::test]
async fn of_what_nothing_is_left_nothing_goes_and_nobody_can_send_it() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    evening(&fixture).await;
    let emptied = Letter {
        matter: Matter::default(),
        ..of_the_deal()
    };
    let id = made(&fixture, &emptied).await;
    pass(&fixture).await;
    assert_eq!(
        (state(&fixture, id).await, office.received().len()),
        (MailState::Failed, 0)
    );
    let url = format!("/api/v1/exchanges/drammen/mails/{id}");
    let sent = fixture
        .operator()
        .await
        .post(&url, serde_json::json!({ "deed": "send" }))
        .await;
    assert_eq!(sent.code(), "mail_changed");
}

#[tokio::test]
async fn what_waits_in_a_backup_may_have_gone_since_it_was_made() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    let waits = made(&fixture, &letter("1", "Turlaget")).await;
    set(&fixture, Sending::Held).await;
    let held = made(&fixture, &letter("2", "Turlaget")).await;
    set(&fixture, Sending::On).await;
    let waits_too = made(&fixture, &letter("3", "Turlaget")).await;
    let mut transaction = fixture.database.begin().await.unwrap();
    let exchange = fixture.exchange("drammen");
    crate::log::renew(&mut transaction, exchange).await.unwrap();
    transaction.commit().await.unwrap();
    pass(&fixture).await;
    let states = [
        state(&fixture, waits).await,
        state(&fixture, held).await,
        state(&fixture, waits_too).await,
    ];
    assert_eq!(states, [MailState::Held, MailState::Held, MailState::Unknown]);
    assert_eq!(office.received().len(), 0);
}

#[tokio::test]
async fn no_mail_tells_of_a_rehearsal_that_went_back_to_nought() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    evening(&fixture).await;
    let agreement = made(&fixture, &of_the_deal()).await;
    let other = made(&fixture, &letter("1", "Turlaget")).await;
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let name = floor
        .view
        .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.name.clone()));
    let anew = Command::BeginAnew {
        epoch: Epoch(uuid::Uuid::now_v7()),
        name,
    };
    let answer = floor
        .submit(Submission::now(paired_long_ago(Role::Organiser), anew))
        .await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    pass(&fixture).await;
    assert_eq!(
        (state(&fixture, agreement).await, state(&fixture, other).await),
        (MailState::Cancelled, MailState::Sent)
    );
}

#[tokio::test]
async fn links_hold_until_they_expire_or_are_revoked() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    let exchange = fixture.exchange("drammen");
    let access = &fixture.hub.access;
    let opens = Opens {
        page: Page::FollowUp,
        about: "x".to_owned(),
    };
    let now = fixture.hub.clock.now();
    let link = crate::links::make(access, exchange, &opens, now).await.unwrap();
    let found = crate::links::find(access, Page::FollowUp, &link.token)
        .await
        .unwrap();
    assert_eq!((found.exchange, found.about.as_str()), (exchange, "x"));
    assert!(found.holds_at(now) && !found.holds_at(link.expires_at));
    let elsewhere = crate::links::find(access, Page::Registration, &link.token).await;
    assert!(matches!(elsewhere, Err(Denied::UnknownLink)), "of another page");
    crate::links::revoke(access, exchange, &opens, now).await.unwrap();
    let found = crate::links::find(access, Page::FollowUp, &link.token)
        .await
        .unwrap();
    assert!(!found.holds_at(now));
}

#[test]
fn every_kind_has_a_text_in_every_language_that_fills_only_what_it_may() {
    for kind in MailKind::ALL {
        for language in Language::ALL {
            let usual = texts::usual(kind, language);
            let all = format!("{} {}", usual.subject, usual.body);
            for gap in Gap::ALL {
                let is_there = all.contains(&texts::braced(gap));
                assert!(
                    !is_there || kind.gaps().contains(&gap),
                    "{kind:?} {language:?} {gap:?}"
                );
            }
            assert_eq!(all.contains("{link}"), kind.needs_link(), "{kind:?} {language:?}");
        }
    }
}
