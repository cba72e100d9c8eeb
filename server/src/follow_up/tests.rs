//! What became of deals, from outside: by a party's link, by the organiser's page, and by letters.

use axum::http::{StatusCode, header};
use borsklokka_shared::afterwards::Afterwards;
use borsklokka_shared::command::Command;
use borsklokka_shared::date::Date;
use borsklokka_shared::follow_up::{
    AnsweredBy, Asked, FollowUpReason, FollowUpSettings, FollowUpStand, FollowUpState, FollowUps, Saying,
    Urgency,
};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use serde_json::{Value, json};
use test_support::{deal, entry, gift, opening, paired_long_ago, party, programme, settings};

use super::reminders::{self, remind};
use super::store::{self, Before};
use crate::clock::day_at;
use crate::database::{on_either, write_on};
use crate::fixture::{Answer, Browser, Fixture, caller_of, change_tables, open_hub};
use crate::floor::Submission;
use crate::log;
use crate::strangers::looked_at::{actions, resolved, unmarked};

const FOLLOW_UPS: &str = "/api/v1/exchanges/drammen/follow-ups";
const MINUTE_MS: i64 = 60_001;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

async fn ask(fixture: &Fixture, role: Role, command: Value) {
    let command: Command = serde_json::from_value(command).unwrap();
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

/// An evening of so many deals between Røde Kors, which gives, and Trygve; the first has a first step and a deadline.
async fn evening(deals: u32) -> Fixture {
    let fixture = open_hub().await;
    let register = |n, name: &str| json!({ "type": "register_participant", "participant": entry(n, name, Sector::Voluntary) });
    for (role, command) in [
        (
            Role::Organiser,
            json!({ "type": "configure", "settings": settings() }),
        ),
        (
            Role::Organiser,
            json!({ "type": "set_programme", "items": programme() }),
        ),
        (Role::Organiser, register(1, "Røde Kors")),
        (Role::Organiser, register(4, "Trygve")),
        (Role::Moderator, serde_json::to_value(opening()).unwrap()),
    ] {
        ask(&fixture, role, command).await;
    }
    for n in 1..=deals {
        let mut terms = serde_json::to_value(gift(1, 4, &format!("Avtale {n}"))).unwrap();
        if n == 1 {
            terms["first_step"] = json!({ "by": party(1), "what": "ringer", "due": "2027-03-10" });
            terms["deadline"] = json!("2027-06-01");
        }
        ask(
            &fixture,
            Role::Broker,
            json!({ "type": "post_deal", "deal": deal(n), "terms": terms }),
        )
        .await;
    }
    fixture
}

async fn link(organiser: &Browser<'_>, n: u32, of: u32) -> String {
    let made = organiser
        .post(
            &format!("{FOLLOW_UPS}/{}/links/{}", deal(n), party(of)),
            json!({}),
        )
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let url = made.json["url"].as_str().unwrap();
    url[url.find("/follow-up/").unwrap()..].to_owned()
}

async fn press(browser: &Browser<'_>, link: &str, form: &str) -> Answer {
    browser
        .post_file(link, "application/x-www-form-urlencoded", form.as_bytes())
        .await
}

async fn said(organiser: &Browser<'_>, n: u32, teller: &str, saying: Value) {
    let answer = organiser
        .put(&format!("{FOLLOW_UPS}/{}/answers/{teller}", deal(n)), saying)
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
}

async fn listed(organiser: &Browser<'_>) -> FollowUps {
    let answer = organiser.get(FOLLOW_UPS).await;
    serde_json::from_value(answer.json).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

/// Of how many deals it is begun, and of how many nothing is left to ask, as the pages beside the list are told.
async fn progress(organiser: &Browser<'_>) -> (u32, u32) {
    let answer = organiser.get("/api/v1/exchanges/drammen/afterwards").await;
    let known: Afterwards = serde_json::from_value(answer.json).unwrap();
    (known.followed_up, known.settled)
}

async fn stand_of(organiser: &Browser<'_>, n: u32) -> FollowUpStand {
    let all = listed(organiser).await.deals;
    all.iter().find(|one| one.deal == deal(n)).unwrap().stand
}

#[tokio::test]
async fn a_party_answers_with_a_link_and_a_button_and_may_change_it() {
    let fixture = evening(1).await;
    let organiser = fixture.operator().await;
    let (own, other) = (link(&organiser, 1, 1).await, link(&organiser, 1, 4).await);
    assert_eq!(
        progress(&organiser).await,
        (1, 0),
        "who was given a link was asked"
    );
    let guest = fixture.browser();
    let page = guest.get(&own).await;
    assert_eq!(page.status, StatusCode::OK);
    for shown in [
        "Avtale 1",
        "Røde Kors",
        "Trygve",
        "ringer, innen 10. mars 2027",
        "1. juni 2027",
        "value=\"done\"",
    ] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    assert_eq!(page.text.matches("<script").count(), 1, "{}", page.text);
    assert!(page.text.contains(r#"<script src="/typed.js">"#) && !page.text.contains("Takk"));
    assert_eq!(page.headers["x-robots-tag"], "noindex");
    assert_eq!(page.headers["cache-control"], "private, no-store");

    let pressed = press(&guest, &own, "state=infeasible").await;
    assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.text);
    let next = pressed.headers[header::LOCATION].to_str().unwrap().to_owned();
    let page = guest.get(&next).await;
    assert!(
        page.text.contains("Dere svarte: Det lar seg ikke gjøre"),
        "{}",
        page.text
    );
    let why = press(
        &guest,
        &own,
        "state=infeasible&reason=no_contact&text=Kari+svarer+ikke",
    )
    .await;
    assert_eq!(why.status, StatusCode::SEE_OTHER);
    let told = listed(&organiser).await.deals.remove(0);
    let answer = told.parties[0].answer.clone().unwrap();
    assert_eq!(answer.text.as_deref(), Some("Kari svarer ikke"));
    assert_eq!(
        (told.stand, told.urgency),
        (FollowUpStand::Infeasible, Urgency::Settled)
    );
    // What one says is not on the other's page, and nobody's words are on any.
    for page in [guest.get(&other).await, guest.get(&own).await] {
        assert!(!page.text.contains("svarer ikke"), "{}", page.text);
    }
    assert!(!guest.get(&other).await.text.contains("Dere svarte"));

    press(&guest, &own, "state=under_way").await;
    assert_eq!(stand_of(&organiser, 1).await, FollowUpStand::UnderWay);
    for wrong in ["", "state=splendid"] {
        assert_eq!(
            press(&guest, &own, wrong).await.status,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
    let long = format!("state=infeasible&text={}", "a".repeat(501));
    let again = press(&guest, &own, &long).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("1 tegn for mye") && again.text.contains(&"a".repeat(501)));
    // In the language that is asked for.
    assert!(
        guest
            .get(&format!("{own}?lang=de"))
            .await
            .text
            .contains("Wie geht es mit der Vereinbarung?")
    );
}

/// Nothing that was typed is lost because nothing can be kept, or read, just now.
#[tokio::test]
async fn while_the_database_is_away_why_it_came_to_nothing_stands_there_again() {
    let fixture = evening(1).await;
    let organiser = fixture.operator().await;
    let (own, other) = (link(&organiser, 1, 1).await, link(&organiser, 1, 4).await);
    let guest = fixture.browser();
    press(&guest, &other, "state=under_way").await;
    let form = "state=infeasible&reason=no_contact&text=Kari+svarer+ikke";
    for (away, back) in [
        // It cannot be written: the other party's answer has the only place.
        (
            "CREATE UNIQUE INDEX only_one ON follow_ups (exchange_id)",
            "DROP INDEX only_one",
        ),
        // It cannot be read either.
        (
            "ALTER TABLE mail_links RENAME TO mail_links_away",
            "ALTER TABLE mail_links_away RENAME TO mail_links",
        ),
    ] {
        change_tables(&fixture, away).await;
        let again = press(&guest, &format!("{own}?lang=en"), form).await;
        let Answer { status, text, .. } = &again;
        assert_eq!(*status, StatusCode::SERVICE_UNAVAILABLE, "{away}: {text}");
        for kept in [
            "cannot read or save",
            "Kari svarer ikke",
            "value=\"no_contact\" checked",
            "value=\"infeasible\"",
        ] {
            assert!(text.contains(kept), "{away}, {kept}: {text}");
        }
        change_tables(&fixture, back).await;
    }
    while fixture.hub.rates.registration(&caller_of("192.168.1.79")).is_ok() {}
    let hall = fixture.browser().at("192.168.1.79").over_tls();
    let again = press(&hall, &own, form).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(again.text.contains("Kari svarer ikke"), "{}", again.text);
    let sent = press(&guest, &own, form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
}

#[tokio::test]
async fn whoever_asks_too_often_has_back_what_was_typed_or_a_way_to_the_buttons() {
    let fixture = evening(1).await;
    let organiser = fixture.operator().await;
    let own = link(&organiser, 1, 1).await;
    let hall = fixture.browser().at("192.168.1.79").over_tls();
    while fixture.hub.rates.guest(&caller_of("192.168.1.79")).is_ok() {}
    let why = "state=infeasible&reason=no_contact&text=Kari+svarer+ikke";
    for (form, kept) in [(why, "Kari svarer ikke"), ("state=done", r#"href="?lang=en""#)] {
        let again = press(&hall, &format!("{own}?lang=en"), form).await;
        assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS, "{form}");
        let said = "Very many answers came from this network";
        assert!(
            again.text.contains(said) && again.text.contains(kept),
            "{form}: {}",
            again.text
        );
    }
    // With a slash that a mail program wrote behind it.
    let sent = press(&fixture.browser(), &format!("{own}/"), why).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
}

/// What a page has for everybody, without what its script shows to whoever had typed something.
fn untyped(page: &str) -> String {
    let mut parts = page.split("<template");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| {
        let (_, after) = part.split_once("</template>").expect("its end");
        page + after
    })
}

#[tokio::test]
async fn a_page_has_what_its_script_tells_whoever_was_typing_why_when_something_else_was_answered() {
    let fixture = evening(1).await;
    let organiser = fixture.operator().await;
    let own = format!("{}?lang=en", link(&organiser, 1, 1).await);
    let guest = fixture.browser();
    press(&guest, &own, "state=infeasible").await;
    let page = guest.get(&own).await.text;
    assert_eq!(untyped(&page), page, "here it is typed");
    let answer = json!({ "state": "infeasible", "reason": "no_time" });
    said(&organiser, 1, &party(1).to_string(), answer).await;
    let page = guest.get(&own).await.text;
    let shown = untyped(&page);
    let base = format!(r#"name="base" value="{}""#, base_in(&shown));
    for told in [
        "The answer was changed after this page was opened.",
        "(“It cannot be done”) is not saved",
        "You answered: It cannot be done (Nobody had the time)",
        r#"<form id="why""#,
        r#"form="why" formaction="?lang=de"#,
    ] {
        assert!(page.contains(told) && !shown.contains(told), "{told}: {page}");
    }
    assert_eq!(
        page.matches(&base).count(),
        shown.matches(&base).count() + 1,
        "what is sent then was seen"
    );
    // What stands in its stead once the script has shown that.
    assert_eq!(shown.matches("data-otherwise").count(), 2, "{shown}");
}

#[tokio::test]
async fn another_language_keeps_why_it_came_to_nothing_and_says_nothing_of_it() {
    let fixture = evening(1).await;
    let organiser = fixture.operator().await;
    let own = link(&organiser, 1, 1).await;
    let guest = fixture.browser().at("192.168.1.79").over_tls();
    // Where nothing is typed, the languages are links.
    let page = guest.get(&own).await.text;
    let page = untyped(&page);
    assert!(
        page.contains(r#"<a href="?lang=de" lang="de">Deutsch</a>"#) && !page.contains("formaction"),
        "{page}"
    );
    press(&guest, &own, "state=infeasible").await;
    let page = guest.get(&own).await.text;
    let button = r#"<button type="submit" form="why" formaction="?lang=de" formnovalidate name="do" value="translate" lang="de">Deutsch</button>"#;
    let page = unmarked(&page);
    assert!(page.contains(button), "{page}");
    // The key Enter presses the first button of a form.
    let (before, _) = page.split_once(button).unwrap();
    assert!(
        before.contains(r#"<button type="submit">Send</button>"#),
        "{page}"
    );

    while fixture.hub.rates.registration(&caller_of("192.168.1.79")).is_ok() {}
    let long = "a".repeat(501);
    let german = format!("{own}?lang=de");
    for text in ["Kari+svarer+ikke", long.as_str()] {
        let form = format!("state=infeasible&reason=no_contact&text={text}&do=translate");
        let again = press(&guest, &german, &form).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.text);
        assert_eq!(
            again.headers[header::CACHE_CONTROL],
            "private, no-cache",
            "whoever goes back has it"
        );
        for kept in [
            r#"<html lang="de">"#,
            "In eigenen Worten",
            "value=\"no_contact\" checked",
            &text.replace('+', " "),
        ] {
            assert!(again.text.contains(kept), "{kept}: {}", again.text);
        }
        let (_, body) = again.text.split_once("</style>").unwrap();
        assert!(
            !body.contains("wrong") && !body.contains("aria-invalid"),
            "{body}"
        );
    }
    let told = listed(&organiser).await.deals.remove(0);
    let answer = told.parties[0].answer.clone().unwrap();
    assert_eq!((answer.text, answer.reason), (None, None), "it was not kept");

    // Though nothing can be read, and though too much was asked.
    let form = "state=infeasible&reason=no_contact&text=Kari+svarer+ikke&do=translate";
    change_tables(&fixture, "ALTER TABLE mail_links RENAME TO mail_links_away").await;
    let away = press(&guest, &german, form).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    change_tables(&fixture, "ALTER TABLE mail_links_away RENAME TO mail_links").await;
    while fixture.hub.rates.guest(&caller_of("192.168.1.79")).is_ok() {}
    let too_often = press(&guest, &german, form).await;
    assert_eq!(too_often.status, StatusCode::TOO_MANY_REQUESTS);
    for page in [&away, &too_often] {
        assert!(
            page.text.contains("In eigenen Worten") && page.text.contains("Kari svarer ikke"),
            "{}",
            page.text
        );
    }
}

/// What a page's forms were made from.
fn base_in(page: &str) -> &str {
    let (_, begun) = page.split_once(r#"name="base" value=""#).expect("a base");
    begun.split('"').next().unwrap()
}

#[tokio::test]
async fn an_old_page_turns_no_newer_answer_back_before_whoever_has_it_has_seen_that() {
    let fixture = evening(1).await;
    let organiser = fixture.operator().await;
    let own = format!("{}?lang=en", link(&organiser, 1, 1).await);
    let guest = fixture.browser();
    let said = async || {
        let told = listed(&organiser).await.deals.remove(0);
        let answer = told.parties[0].answer.clone().expect("they said something");
        (answer.state, answer.reason, answer.text)
    };
    let first = guest.get(&own).await.text;
    let pressed = press(
        &guest,
        &own,
        &format!("state=infeasible&base={}", base_in(&first)),
    )
    .await;
    assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.text);
    let old = guest.get(&own).await.text;
    assert!(old.contains(r#"rows="3" dir="auto""#), "{old}");
    fixture.clock.pass_ms(MINUTE_MS);
    let done = format!("state=done&base={}", base_in(&old));
    for _ in 0..2 {
        // Whoever presses twice says it once.
        let pressed = press(&guest, &own, &done).await;
        assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.text);
    }
    fixture.clock.pass_ms(MINUTE_MS);

    // In another language first, which tells nothing of it.
    let why = "state=infeasible&reason=no_contact&text=Kari+svarer+ikke";
    let german = own.replace("lang=en", "lang=de");
    let translated = format!("{why}&do=translate&base={}", base_in(&old));
    let translated = press(&guest, &german, &translated).await.text;
    assert_eq!(base_in(&translated), base_in(&old));
    let told = press(&guest, &own, &format!("{why}&base={}", base_in(&translated))).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    for shown in [
        "The answer was changed after this page was opened.",
        "(“It cannot be done”) is not saved",
        "You answered: Done",
        "Kari svarer ikke</textarea>",
        r#"value="no_contact" checked"#,
    ] {
        assert!(told.text.contains(shown), "{shown}: {}", told.text);
    }
    assert!(!told.text.contains("Thank you"), "{}", told.text);
    assert_eq!(said().await.0, FollowUpState::Done, "it was not turned back");
    // So with a button alone.
    let bare = press(&guest, &own, &format!("state=infeasible&base={}", base_in(&old))).await;
    assert_eq!(bare.status, StatusCode::CONFLICT);
    // Who has seen it and sends it once more means it.
    let sent = press(&guest, &own, &format!("{why}&base={}", base_in(&told.text))).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let text = Some("Kari svarer ikke".to_owned());
    let no_contact = Some(FollowUpReason::NoContact);
    assert_eq!(said().await, (FollowUpState::Infeasible, no_contact, text));
    // What stands is said with its reason, and without the words that only the organiser reads.
    let told = press(&guest, &own, &done).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    let stands = "You answered: It cannot be done (We could not reach each other)";
    assert!(
        told.text.contains(stands) && !told.text.contains("svarer ikke"),
        "{}",
        told.text
    );
}

#[tokio::test]
async fn of_two_who_answer_at_the_same_instant_the_second_sees_what_the_first_said() {
    let fixture = evening(1).await;
    let exchange = fixture.exchange("drammen");
    let (access, now) = (&fixture.hub.access, fixture.hub.clock.now());
    let teller = store::Teller::Party(party(1));
    let say = async |before, state, at| {
        let saying = Saying {
            state,
            reason: None,
            text: None,
        };
        let of = (deal(1), teller, before);
        store::say(access, exchange, of, &saying, AnsweredBy::Link, at)
            .await
            .unwrap()
    };
    let (nothing, first) = (Before::Seen(None), Before::Seen(Some(now)));
    let later = now.plus_ms(1);
    assert!(say(nothing, FollowUpState::Done, now).await);
    assert!(!say(nothing, FollowUpState::Infeasible, later).await);
    assert!(say(first, FollowUpState::UnderWay, later).await);
    assert!(!say(first, FollowUpState::Infeasible, later).await);
    let answers = store::answers(access, exchange).await.unwrap();
    assert_eq!(answers[&(deal(1), teller)].state, FollowUpState::UnderWay);
    assert!(say(Before::Anything, FollowUpState::Done, later).await);
}

#[tokio::test]
async fn no_page_of_a_party_has_a_form_that_is_sent_to_its_own_address() {
    let fixture = evening(1).await;
    let organiser = fixture.operator().await;
    let mut address = format!("{}?lang=en", link(&organiser, 1, 1).await);
    let guest = fixture.browser();
    press(&guest, &address, "state=infeasible").await;
    let mut page = guest.get(&address).await;
    let long = format!("state=infeasible&text={}", "a".repeat(501));
    for _ in 0..2 {
        assert_eq!(
            page.headers[header::CACHE_CONTROL],
            "private, no-cache",
            "whoever goes back has it"
        );
        // Why, the five buttons, and four languages.
        let actions = actions(&page.text);
        assert_eq!(actions.len(), 10, "{}", page.text);
        for action in &actions {
            assert_ne!(resolved(&address, action), address, "{}", page.text);
        }
        address = resolved(&address, &actions[0]);
        page = press(&guest, &address, &long).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_link_that_holds_no_longer_says_so_and_wrong_ones_are_counted() {
    let fixture = evening(3).await;
    let organiser = fixture.operator().await;
    let guest = fixture.browser().at("192.168.1.20").over_tls();
    let revoked = link(&organiser, 1, 1).await;
    let taken = organiser.delete(&format!("{FOLLOW_UPS}/{}/links", deal(1))).await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT);
    let withdrawn = link(&organiser, 2, 1).await;
    ask(
        &fixture,
        Role::Moderator,
        json!({ "type": "withdraw_deal", "deal": deal(2) }),
    )
    .await;
    let expired = link(&organiser, 3, 1).await;
    // Whoever shows the link where it is passed on is no party: what it shows is the exchange alone.
    let page = guest.get(&expired).await;
    let (head, body) = page.text.split_once("<style>").unwrap();
    assert!(
        head.contains("/api/v1/exchanges/drammen/poster.png") && head.contains(&settings().name),
        "{head}"
    );
    assert!(body.contains("Røde Kors"));
    for private in ["Røde Kors", "Trygve", "Avtale 3", "follow-up/"] {
        assert!(!head.contains(private), "{private}: {head}");
    }
    assert_eq!(guest.get(&expired).await.status, StatusCode::OK);
    // Of a deal that came to nothing nobody asks for a new link.
    let page = guest.get(&withdrawn).await;
    assert_eq!(page.status, StatusCode::GONE, "{}", page.text);
    assert!(
        page.text.contains("Denne avtalen er trukket tilbake") && !page.text.contains("om en ny"),
        "{}",
        page.text
    );
    fixture.clock.pass_ms(401 * DAY_MS);
    for gone in [&revoked, &withdrawn, &expired] {
        let page = guest.get(gone).await;
        assert_eq!(page.status, StatusCode::GONE, "{}", page.text);
        assert!(
            page.text.contains("Be arrangøren av børsen om en ny"),
            "{}",
            page.text
        );
        assert_eq!(press(&guest, gone, "state=done").await.status, StatusCode::GONE);
    }
    let mut answers = Vec::new();
    for n in 0..200 {
        answers.push(guest.get(&format!("/follow-up/wrong{n}")).await.status);
    }
    assert_eq!(answers[0], StatusCode::NOT_FOUND);
    assert_eq!(answers.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test]
async fn whoever_was_erased_is_asked_no_more_and_the_other_party_can_still_answer() {
    let fixture = evening(1).await;
    let organiser = fixture.operator().await;
    let guest = fixture.browser().at("192.168.1.20").over_tls();
    let (hers, others) = (link(&organiser, 1, 4).await, link(&organiser, 1, 1).await);
    let person = format!("/api/v1/exchanges/drammen/privacy/{}", party(4));
    let preview = organiser.get(&format!("{person}?extent=whole")).await.json;
    let body = json!({ "extent": "whole", "name": "Trygve", "mentions": [], "seen": preview["seen"] });
    let erased = organiser.post(&format!("{person}/erase"), body).await;
    assert_eq!(erased.status, StatusCode::NO_CONTENT, "{}", erased.text);
    let asked = organiser.post(&format!("{FOLLOW_UPS}/ask"), json!({})).await;
    let asked: Asked = serde_json::from_str(&asked.text).unwrap();
    assert_eq!(
        (asked.letters, asked.without_mail),
        (0, 0),
        "nothing is left to write of it"
    );
    assert_eq!(guest.get(&hers).await.status, StatusCode::GONE);
    let page = guest.get(&others).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(
        !page.text.contains("Trygve") && !page.text.contains("Avtale 1"),
        "{}",
        page.text
    );
    assert_eq!(
        press(&guest, &others, "state=done").await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(stand_of(&organiser, 1).await, FollowUpStand::Done);
    let told = &listed(&organiser).await.deals[0].parties;
    let is_erased: Vec<bool> = told.iter().map(|party| party.is_erased).collect();
    assert_eq!(is_erased, [false, true]);
}

#[tokio::test]
async fn different_answers_are_shown_until_the_office_says_which() {
    let fixture = evening(2).await;
    let organiser = fixture.operator().await;
    let reach = json!({ "person": "Kari", "phone": "912 34 567", "email": "kari@example.org" });
    let contact = format!("/api/v1/exchanges/drammen/contacts/{}", party(1));
    assert!(organiser.put(&contact, reach).await.status.is_success());
    let (one, other) = (party(1).to_string(), party(4).to_string());
    assert_eq!(progress(&organiser).await, (0, 0));
    said(&organiser, 1, &one, json!({ "state": "done" })).await;
    said(&organiser, 1, &other, json!({ "state": "never_in_touch" })).await;
    assert_eq!(progress(&organiser).await, (1, 0));
    let all = listed(&organiser).await;
    let first = &all.deals[0];
    assert_eq!(
        (first.deal, first.stand, first.urgency),
        (deal(1), FollowUpStand::Differs, Urgency::Differs)
    );
    assert_eq!(first.parties[0].contact.person.as_deref(), Some("Kari"));
    assert_eq!(all.deals[1].urgency, Urgency::NotAsked);
    assert_eq!((all.counts.differs, all.counts.unknown), (1, 1));

    fixture.clock.pass_ms(MINUTE_MS);
    said(&organiser, 1, "office", json!({ "state": "under_way" })).await;
    assert_eq!(stand_of(&organiser, 1).await, FollowUpStand::UnderWay);
    fixture.clock.pass_ms(MINUTE_MS);
    said(&organiser, 1, &other, json!({ "state": "done" })).await;
    assert_eq!(stand_of(&organiser, 1).await, FollowUpStand::Done);
    assert_eq!(progress(&organiser).await, (1, 1));
    let none = organiser
        .delete(&format!("{FOLLOW_UPS}/{}/answers/{other}", deal(1)))
        .await;
    assert_eq!(none.status, StatusCode::NO_CONTENT);
    assert_eq!(
        stand_of(&organiser, 1).await,
        FollowUpStand::UnderWay,
        "the office's word again"
    );
    // Nobody says anything of another's deal.
    let stranger = organiser
        .put(
            &format!("{FOLLOW_UPS}/{}/answers/{}", deal(1), party(9)),
            json!({ "state": "done" }),
        )
        .await;
    assert!(stranger.status.is_client_error(), "{}", stranger.text);

    let noted = organiser
        .post(
            &format!("{FOLLOW_UPS}/{}/calls", deal(2)),
            json!({ "note": " Ingen svarte ", "again_on": "2031-01-31" }),
        )
        .await;
    assert_eq!(noted.status, StatusCode::CREATED, "{}", noted.text);
    let all = listed(&organiser).await;
    let called = all.deals.iter().find(|one| one.deal == deal(2)).unwrap();
    assert_eq!(
        (called.urgency, called.calls[0].note.as_deref()),
        (Urgency::Later, Some("Ingen svarte"))
    );
    assert_eq!(progress(&organiser).await, (2, 0), "a call is a beginning");
}

/// What rows say that know nothing of the program: states by deal, of one answer each.
async fn recount(fixture: &Fixture, state: &str) -> i64 {
    on_either!(fixture.hub.access.database().reading(), on => sqlx::query_scalar(
        "SELECT COUNT(DISTINCT deal_id) FROM follow_ups WHERE exchange_id = $1 AND state = $2",
    )
    .bind(fixture.exchange("drammen").to_string())
    .bind(state)
    .fetch_one(on)
    .await)
    .unwrap()
}

#[tokio::test]
async fn the_report_has_what_the_rows_say_and_everybody_has_it_if_that_is_wanted() {
    let fixture = evening(11).await;
    let organiser = fixture.operator().await;
    let report = || organiser.get("/api/v1/exchanges/drammen/report");
    let shown = "/api/v1/exchanges/drammen/follow-up";
    assert_eq!(
        report().await.json["evening"].get("follow_up"),
        None,
        "nobody has said anything"
    );
    let states = [
        "done",
        "done",
        "done",
        "under_way",
        "under_way",
        "not_started",
        "infeasible",
        "never_in_touch",
    ];
    for (n, state) in (1..).zip(states) {
        let teller = if n % 2 == 0 {
            party(1).to_string()
        } else {
            "office".to_owned()
        };
        said(&organiser, n, &teller, json!({ "state": state })).await;
    }
    let told = report().await.json["evening"]["follow_up"].clone();
    for state in ["done", "under_way", "not_started", "infeasible", "never_in_touch"] {
        assert_eq!(told[state], json!(recount(&fixture, state).await), "{state}");
    }
    assert_eq!((&told["deals"], &told["unknown"]), (&json!(11), &json!(3)));

    let guest = fixture.browser();
    assert_eq!(guest.get(shown).await.json, Value::Null);
    let wanted = json!({ "reminds": false, "days_before_step": 3, "shows_rate": true });
    let set = organiser.put(&format!("{FOLLOW_UPS}/settings"), wanted).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
    assert_eq!(
        guest.get(shown).await.json,
        json!({ "deals": 11, "done": 3, "under_way": 2 })
    );
    // Of few deals it would say who kept their word.
    for n in 10..=11 {
        ask(
            &fixture,
            Role::Moderator,
            json!({ "type": "withdraw_deal", "deal": deal(n) }),
        )
        .await;
    }
    assert_eq!(guest.get(shown).await.json, Value::Null);
}

#[tokio::test]
async fn answers_follow_a_merger_and_end_with_the_rehearsal() {
    let fixture = evening(1).await;
    let organiser = fixture.operator().await;
    let guest = fixture.browser();
    let own = link(&organiser, 1, 1).await;
    press(&guest, &own, "state=under_way").await;
    ask(&fixture, Role::Organiser, json!({ "type": "register_participant", "participant": entry(5, "Røde Kors Drammen", Sector::Voluntary) })).await;
    ask(
        &fixture,
        Role::Organiser,
        json!({ "type": "merge_participants", "kept": party(5), "gone": party(1) }),
    )
    .await;
    let told = listed(&organiser).await.deals.remove(0);
    assert_eq!(told.parties[0].participant, party(5));
    assert!(told.parties[0].answer.is_some(), "it moved");
    assert_eq!(told.stand, FollowUpStand::UnderWay);
    // Its link still opens it.
    assert!(guest.get(&own).await.text.contains("Dere svarte: I gang"));

    ask(
        &fixture,
        Role::Organiser,
        json!({ "type": "begin_anew", "epoch": uuid::Uuid::now_v7(), "name": settings().name }),
    )
    .await;
    assert!(listed(&organiser).await.deals.is_empty());
    assert_eq!(recount(&fixture, "under_way").await, 0);
    assert_eq!(guest.get(&own).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn settings_that_cannot_be_read_keep_no_other_exchange_from_being_reminded() {
    let fixture = open_hub().await;
    let access = &fixture.hub.access;
    let (drammen, svelvik) = (fixture.exchange("drammen"), fixture.exchange("svelvik"));
    let wanted = FollowUpSettings {
        reminds: true,
        ..FollowUpSettings::default()
    };
    for (broken, whole) in [(drammen, svelvik), (svelvik, drammen)] {
        for exchange in [drammen, svelvik] {
            store::set_settings(access, exchange, &wanted).await.unwrap();
        }
        write_on!(access.database(), on => sqlx::query(
            "UPDATE follow_up_settings SET settings = '{' WHERE exchange_id = $1",
        )
        .bind(broken.to_string())
        .execute(on)
        .await
        .map(drop))
        .unwrap();
        assert_eq!(store::reminded(access).await.unwrap(), [whole]);
    }
}

#[tokio::test]
async fn letters_go_when_they_are_due_and_each_once() {
    let fixture = evening(2).await;
    let organiser = fixture.operator().await;
    let exchange = fixture.exchange("drammen");
    let contact = format!("/api/v1/exchanges/drammen/contacts/{}", party(1));
    let reach = json!({ "person": "Kari", "email": "kari@example.org" });
    assert!(organiser.put(&contact, reach).await.status.is_success());
    let mails = json!({ "sending": "held", "reply_to": null, "attaches_agreement": true, "texts": [] });
    let set = organiser
        .put("/api/v1/exchanges/drammen/mails/settings", mails)
        .await;
    assert!(set.status.is_success(), "{}", set.text);
    // The same time of day on another one.
    let day = async |day: &str| {
        let today = day_at(fixture.hub.clock.now(), "Europe/Oslo");
        let days = day.parse::<Date>().unwrap().days_after(today);
        fixture.clock.pass_ms(days * DAY_MS);
        remind(&fixture.hub, exchange).await.unwrap()
    };
    let wanted = json!({ "reminds": true, "days_before_step": 3, "shows_rate": false });
    let set = organiser.put(&format!("{FOLLOW_UPS}/settings"), wanted).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
    assert_eq!(day("2027-03-06").await, 0, "it is early");
    assert_eq!(day("2027-03-07").await, 1, "of two parties one has an address");
    assert_eq!(day("2027-03-08").await, 0, "it is the same letter");
    assert_eq!(day("2027-06-01").await, 1);
    assert_eq!(day("2027-06-02").await, 0);

    // A session does not last so long.
    let now = async || reminders::ask(&fixture.hub, exchange).await.unwrap();
    let asked = |letters, without_mail| Asked {
        letters,
        without_mail,
    };
    assert_eq!(now().await, asked(2, 2));
    assert_eq!(now().await.letters, 0, "twice a day is once");
    let done = Saying {
        state: FollowUpState::Done,
        reason: None,
        text: None,
    };
    let (access, at) = (&fixture.hub.access, fixture.hub.clock.now());
    store::say(
        access,
        exchange,
        (deal(1), store::Teller::Office, Before::Anything),
        &done,
        AnsweredBy::Office,
        at,
    )
    .await
    .unwrap();
    fixture.clock.pass_ms(DAY_MS);
    assert_eq!(now().await, asked(1, 1));
}
