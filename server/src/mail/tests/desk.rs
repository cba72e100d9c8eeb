//! The organiser's page of mail, and what those get who register.

use axum::http::StatusCode;
use borsklokka_shared::mail::{MailShown, Mails};
use serde_json::{Value, json};

use super::*;
use crate::fixture::Browser;
use crate::smtp::Try;

const MAILS: &str = "/api/v1/exchanges/drammen/mails";
const REGISTRATIONS: &str = "/api/v1/exchanges/drammen/registrations";

async fn listed(organiser: &Browser<'_>) -> Mails {
    let answer = organiser.get(MAILS).await;
    serde_json::from_value(answer.json).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

async fn shown(organiser: &Browser<'_>, id: MailId) -> MailShown {
    let answer = organiser.get(&format!("{MAILS}/{id}")).await;
    serde_json::from_value(answer.json).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

async fn deed(organiser: &Browser<'_>, id: MailId, deed: &str) -> String {
    let answer = organiser
        .post(&format!("{MAILS}/{id}"), json!({ "deed": deed }))
        .await;
    if answer.status == StatusCode::NO_CONTENT {
        String::new()
    } else {
        answer.code().to_owned()
    }
}

async fn all(organiser: &Browser<'_>, asked: Value) -> Value {
    let answer = organiser.post(MAILS, asked).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

#[tokio::test]
async fn the_organiser_sees_what_is_held_reads_it_and_lets_it_go_or_not() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::Held).await;
    let organiser = fixture.operator().await;
    let (first, second) = (
        made(&fixture, &letter("1", "Turlaget")).await,
        made(&fixture, &letter("2", "<b>Koret</b>")).await,
    );
    let mails = listed(&organiser).await;
    assert_eq!(
        mails.from.as_deref(),
        Some("Frivilligbørs Drammen <post@example.no>")
    );
    assert!(!mails.lasts, "an address of the hall");
    let ids: Vec<MailId> = mails.mails.iter().map(|mail| mail.id).collect();
    assert_eq!(ids, [second, first]);
    let one = shown(&organiser, second).await;
    assert_eq!(one.subject, "Om påmeldingen til Drammen");
    assert!(one.text.contains("fra <b>Koret</b> til Drammen"), "{}", one.text);
    assert!(
        one.html.contains("fra &lt;b&gt;Koret&lt;/b&gt; til Drammen"),
        "{}",
        one.html
    );
    assert_eq!(deed(&organiser, first, "cancel").await, "");
    assert_eq!(deed(&organiser, first, "cancel").await, "mail_changed");
    assert_eq!(deed(&organiser, second, "send").await, "");
    assert_eq!(deed(&organiser, second, "send").await, "mail_changed");
    pass(&fixture).await;
    assert_eq!(
        (state(&fixture, first).await, state(&fixture, second).await),
        (MailState::Cancelled, MailState::Sent)
    );
    assert_eq!(
        deed(&organiser, second, "send").await,
        "mail_changed",
        "never twice"
    );
    // What went is shown as it went, whatever the texts are since.
    let own = json!({ "kind": "registration_declined", "language": "nb", "subject": "Ny", "body": "Ny" });
    organiser
        .put(
            &format!("{MAILS}/settings"),
            json!({ "sending": "held", "texts": [own] }),
        )
        .await;
    assert_eq!(
        shown(&organiser, second).await.subject,
        "Om påmeldingen til Drammen"
    );
    assert_eq!(shown(&organiser, first).await.subject, "Ny");
    let held = organiser.get(&format!("{MAILS}?state=held")).await.json;
    assert_eq!(held["mails"], json!([]));
    let older = organiser.get(&format!("{MAILS}?before={second}")).await.json;
    assert_eq!(older["mails"][0]["id"], json!(first));
    for (asked, listed) in [("limit=1", 1), ("limit=0", 1), ("limit=-1", 1), ("limit=9999", 2)] {
        let some = organiser.get(&format!("{MAILS}?{asked}")).await;
        let some: Value = serde_json::from_str(&some.text).unwrap();
        assert_eq!(some["mails"].as_array().unwrap().len(), listed, "{asked}");
    }
    assert_eq!(
        deed(&organiser, MailId(uuid::Uuid::nil()), "send").await,
        "unknown_mail"
    );
}

#[tokio::test]
async fn what_may_have_gone_goes_again_only_if_the_organiser_says_so() {
    let office = PostOffice::open();
    office.next([Fate::HungUp, Fate::NoMailbox]);
    let fixture = opened(&office, Sending::On).await;
    let organiser = fixture.operator().await;
    let unknown = made(&fixture, &letter("1", "Turlaget")).await;
    let bounced = made(&fixture, &letter("2", "Koret")).await;
    pass(&fixture).await;
    assert_eq!(
        (state(&fixture, unknown).await, state(&fixture, bounced).await),
        (MailState::Unknown, MailState::Bounced)
    );
    for id in [unknown, bounced] {
        assert_eq!(deed(&organiser, id, "send").await, "");
    }
    pass(&fixture).await;
    let received = office.received();
    assert_eq!(received.len(), 3);
    let id_of = |nth: usize| {
        let message = MessageParser::default().parse(&received[nth].content).unwrap();
        message.message_id().unwrap().to_owned()
    };
    assert_eq!(id_of(0), id_of(1), "a mailbox may know it for the same");
}

#[tokio::test]
async fn all_that_is_held_goes_or_does_not_at_once_and_not_without_a_mail_server() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::Held).await;
    let organiser = fixture.operator().await;
    for nth in 0..3 {
        made(&fixture, &letter(&nth.to_string(), "Turlaget")).await;
    }
    assert_eq!(
        all(&organiser, json!({ "deed": "cancel_held" })).await["mails"],
        3
    );
    made(&fixture, &letter("3", "Turlaget")).await;
    made(&fixture, &letter("4", "Turlaget")).await;
    assert_eq!(all(&organiser, json!({ "deed": "send_held" })).await["mails"], 2);
    assert_eq!(
        all(&organiser, json!({ "deed": "test", "to": "meg@example.org" })).await["mails"],
        1
    );
    pass(&fixture).await;
    assert_eq!(office.received().len(), 3);
    assert_eq!(
        office.received()[0].to,
        ["meg@example.org"],
        "somebody waits for it"
    );
    let bad = organiser
        .post(MAILS, json!({ "deed": "test", "to": "meg" }))
        .await;
    assert_eq!(bad.code(), "bad_email");

    let without = fixture.restarted().await;
    let organiser = without.operator().await;
    let held = made(&without, &letter("5", "Turlaget")).await;
    assert_eq!(listed(&organiser).await.from, None);
    assert_eq!(deed(&organiser, held, "send").await, "no_mail_server");
    for asked in [
        json!({ "deed": "send_held" }),
        json!({ "deed": "test", "to": "meg@example.org" }),
    ] {
        assert_eq!(organiser.post(MAILS, asked).await.code(), "no_mail_server");
    }
}

#[tokio::test]
async fn a_next_try_is_when_something_is_tried_and_a_test_is_tried_at_once() {
    let fixture = with_server_away().await;
    let organiser = fixture.operator().await;
    let mut sender = sender(&fixture).await;
    made(&fixture, &letter("0", "Turlaget")).await;
    sender.pass().await.unwrap();
    // One that comes while the mail server is left alone waits as long.
    let second = made(&fixture, &letter("1", "Turlaget")).await;
    sender.pass().await.unwrap();
    let found = listed(&organiser).await;
    let of = |id| found.mails.iter().find(|mail| mail.id == id).unwrap();
    assert_eq!((of(second).tries, of(second).state), (0, MailState::Waiting));
    let next = of(second).next_try_at.unwrap();
    assert!(next > fixture.hub.clock.now(), "nothing is tried now");
    let clock = &fixture.hub.clock;
    assert_eq!(
        next,
        clock
            .now()
            .plus_ms(fixture.hub.post.rest.lasts_ms(clock.elapsed_ms()))
    );
    // A test is what somebody waits for: it goes first, and says why it did not go.
    all(&organiser, json!({ "deed": "test", "to": "meg@example.org" })).await;
    let found = listed(&organiser).await;
    assert_eq!(
        found.mails[0].next_try_at,
        Some(clock.now()),
        "it waits for nobody"
    );
    sender.pass().await.unwrap();
    let found = listed(&organiser).await;
    let test = found
        .mails
        .iter()
        .find(|mail| mail.kind == MailKind::Test)
        .unwrap();
    assert_eq!(test.tries, 1);
    assert!(test.why.is_some(), "{test:?}");
    assert_eq!(kept(&fixture, second).await.tries, 0);
}

#[tokio::test]
async fn however_often_somebody_asks_for_a_test_mails_wait_no_longer() {
    let fixture = with_server_away().await;
    let organiser = fixture.operator().await;
    let mut sender = sender(&fixture).await;
    let waits = made(&fixture, &letter("0", "Turlaget")).await;
    sender.pass().await.unwrap();
    let rests_ms = || fixture.hub.post.rest.lasts_ms(fixture.hub.clock.elapsed_ms());
    for pressed in 1..=5 {
        fixture.clock.pass_ms(1_000);
        all(&organiser, json!({ "deed": "test", "to": "meg@example.org" })).await;
        sender.pass().await.unwrap();
        let tests = listed(&organiser).await.mails;
        let tried = tests
            .iter()
            .filter(|mail| mail.kind == MailKind::Test && mail.tries == 1);
        assert_eq!(tried.count(), pressed, "each is tried at once");
        assert_eq!(rests_ms(), MINUTE_MS - pressed as i64 * 1_000);
    }
    fixture.clock.pass_ms(rests_ms());
    sender.pass().await.unwrap();
    assert_eq!(kept(&fixture, waits).await.tries, 2);
    assert_eq!(rests_ms(), 2 * MINUTE_MS, "one pause has run out");
}

#[tokio::test]
async fn a_test_that_the_mail_server_takes_lets_go_what_waited_for_it() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    let organiser = fixture.operator().await;
    let mut sender = sender(&fixture).await;
    fixture
        .hub
        .post
        .rest
        .note_away(Try::Due, fixture.hub.clock.elapsed_ms());
    let waits = made(&fixture, &letter("0", "Turlaget")).await;
    sender.pass().await.unwrap();
    assert_eq!(office.connections(), 0, "it is left alone");
    all(&organiser, json!({ "deed": "test", "to": "meg@example.org" })).await;
    sender.pass().await.unwrap();
    assert_eq!(state(&fixture, waits).await, MailState::Sent);
    assert_eq!(office.received().len(), 2);
}

#[tokio::test]
async fn texts_that_cannot_be_sent_so_are_not_taken_and_the_usual_ones_are_not_kept() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::Off).await;
    let organiser = fixture.operator().await;
    let set = |text: Value| {
        let organiser = organiser.clone();
        async move {
            let settings = json!({ "sending": "off", "reply_to": " kari@example.org ", "texts": [text] });
            organiser.put(&format!("{MAILS}/settings"), settings).await
        }
    };
    let text = |subject: &str, body: &str| json!({ "kind": "agreement", "language": "nn", "subject": subject, "body": body });
    for (subject, body, code) in [
        ("Hei", "Uten", "mail_without_link"),
        ("Hei", "{link} {by}", "mail_gap"),
        ("", "{link}", "text_missing"),
    ] {
        assert_eq!(set(text(subject, body)).await.code(), code, "{body}");
        let preview = organiser
            .post(&format!("{MAILS}/preview"), text(subject, body))
            .await;
        assert_eq!(preview.code(), code, "{body}");
    }
    let usual = organiser.get(&format!("{MAILS}/texts")).await.json;
    let usual = usual["texts"].as_array().unwrap();
    assert_eq!(usual.len(), MailKind::ALL.len() * Language::ALL.len());
    let kept = set(usual[0].clone()).await.json;
    assert_eq!(
        (kept["texts"].clone(), kept["reply_to"].clone()),
        (json!([]), json!("kari@example.org"))
    );
    let kept = set(text("Hei {name}", "Her: {link}")).await.json;
    assert_eq!(kept["texts"][0]["subject"], "Hei {name}");
    let preview = organiser
        .post(
            &format!("{MAILS}/preview"),
            text("Hei {name}", "I {place}: {link}"),
        )
        .await;
    assert_eq!(preview.json["subject"], "Hei {name}");
    let shown = preview.json["text"].as_str().unwrap();
    assert!(
        shown.starts_with("I Biblioteket: http://192.168.1.5:8080/agreement/…"),
        "{shown}"
    );
    let bad = organiser
        .put(&format!("{MAILS}/settings"), json!({ "reply_to": "kari" }))
        .await;
    assert_eq!(bad.code(), "bad_email");
}

#[tokio::test]
async fn each_party_that_is_reached_gets_its_agreement_once() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::Held).await;
    let organiser = fixture.operator().await;
    evening(&fixture).await;
    let done = all(&organiser, json!({ "deed": "agreements" })).await;
    assert_eq!(done, json!({ "mails": 1, "known": 0, "unreachable": 1 }));
    let done = all(&organiser, json!({ "deed": "agreements" })).await;
    assert_eq!(done, json!({ "mails": 0, "known": 1, "unreachable": 1 }));
    let mail = listed(&organiser).await.mails.remove(0);
    assert_eq!(
        (mail.kind, mail.to.as_str(), mail.name.as_str()),
        (MailKind::Agreement, "kari@example.org", "Røde Kors")
    );
    let one = shown(&organiser, mail.id).await;
    assert_eq!(one.attached, ["avtale-1.pdf"]);
    assert!(one.subject.contains("Trygve"), "{}", one.subject);
    assert!(one.text.contains("(Avtale nr. 1)"), "{}", one.text);
}

#[tokio::test]
async fn whoever_registers_is_told_and_the_link_in_the_mail_opens_their_entry() {
    let office = PostOffice::open();
    let fixture = opened(&office, Sending::On).await;
    let organiser = fixture.operator().await;
    organiser
        .put(&format!("{REGISTRATIONS}/form"), json!({ "is_on": true }))
        .await;
    let form =
        "name=Turlaget&sector=voluntary&person=Kari&email=kari%40example.org&people=1&consent=yes&shown=0";
    let sent = fixture
        .browser()
        .post_file(
            "/drammen/register?lang=nn",
            "application/x-www-form-urlencoded",
            form.as_bytes(),
        )
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    pass(&fixture).await;
    let message = only(&office);
    assert_eq!(
        message.subject(),
        Some("Påmeldinga til Drammen er motteken"),
        "in their language"
    );
    let url = address_in(&text(&message), "http://192.168.1.5:8080/registration/");
    let path = url.strip_prefix("http://192.168.1.5:8080").unwrap().to_owned();
    let own = fixture.browser().get(&path).await;
    assert!(own.text.contains("Turlaget"), "{}", own.text);
    let page = sent.headers["location"].to_str().unwrap();
    assert!(
        !page.contains(path.rsplit('/').next().unwrap()),
        "another link than the page's own"
    );

    // Changed by the link, and approved: told again.
    let changed = form.replace("Turlaget", "Turlaget+Sør");
    let answer = fixture
        .browser()
        .post_file(&path, "application/x-www-form-urlencoded", changed.as_bytes())
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let first = organiser.get(REGISTRATIONS).await.json["registrations"][0].clone();
    let judgement = json!({ "seen": first["changed_at"], "verdict": "approve" });
    let judged = format!("{REGISTRATIONS}/{}", first["id"].as_str().unwrap());
    for _ in 0..2 {
        assert_eq!(
            organiser.post(&judged, judgement.clone()).await.status,
            StatusCode::NO_CONTENT
        );
        pass(&fixture).await;
    }
    let received = office.received();
    assert_eq!(received.len(), 2, "a yes that is said twice is told once");
    let welcome = MessageParser::default().parse(&received[1].content).unwrap();
    assert!(
        text(&welcome).contains("Turlaget Sør er med på Drammen"),
        "{}",
        text(&welcome)
    );

    // A link that has ended says that it has; the page's own goes on.
    fixture
        .clock
        .pass_ms((Page::Registration.lasts_days() * 24 * 60 + 1) * MINUTE_MS);
    assert_eq!(fixture.browser().get(&path).await.status, StatusCode::GONE);
    assert_eq!(fixture.browser().get(page).await.status, StatusCode::OK);
}
