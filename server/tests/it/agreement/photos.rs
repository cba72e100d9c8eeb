//! Photos of deals: who sees which, and when nobody does.

use std::io::Cursor;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Reveal};
use borsklokka_shared::deal::{Bargain, Terms};
use borsklokka_shared::ids::{DealId, Epoch, ParticipantId};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use test_support::http::{self, Answer};
use test_support::postgres;
use uuid::Uuid;

use super::{EXCHANGE, Evening, Pdf, contact, service, terms};
use crate::common::Disk;

/// A photo as a browser writes it.
fn photo() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = RgbImage::from_fn(320, 240, |x, y| Rgb([x as u8, y as u8, 90]));
    picture.write_to(&mut file, ImageFormat::Jpeg).expect("written");
    file.into_inner()
}

impl Evening {
    async fn take_photo(&self, deal: DealId, token: &str) -> Answer {
        let path = format!("{EXCHANGE}/deals/{deal}/photo");
        http::ask(self.server.address, "PUT", &path, token, "image/jpeg", &photo()).await
    }

    /// The photo of a deal that was just taken.
    async fn photographed(&self, deal: DealId) -> String {
        let answer = self.take_photo(deal, &self.broker).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["photo"].as_str().expect("an id").to_owned()
    }

    async fn agree(&self, deal: DealId, party: ParticipantId, photo: &str) -> Answer {
        let path = format!("deals/{deal}/photo/consents/{party}");
        self.ask("PUT", &path, &self.broker, &json!({ "photo": photo }).to_string())
            .await
    }

    async fn both_agree(&self, deal: DealId, terms: &Terms, photo: &str) {
        for party in terms.parties() {
            assert_eq!(self.agree(deal, party, photo).await.status, 200);
        }
    }

    /// Everything of photos that a guest can read.
    async fn seen_by_guests(&self) -> String {
        let list = self.get("photos", "").await;
        assert_eq!(list.status, 200);
        let head: Vec<&str> = list
            .head
            .lines()
            .filter(|line| !line.starts_with("date:"))
            .collect();
        format!("{}\n{}", head.join("\n"), String::from_utf8_lossy(&list.body))
    }

    async fn shown(&self) -> Vec<String> {
        let list = self.get("photos", "").await.json();
        let photos = list["photos"].as_array().expect("a list").iter();
        photos
            .map(|photo| photo["photo"].as_str().expect("an id").to_owned())
            .collect()
    }

    async fn status_of(&self, photo: &str) -> u16 {
        self.get(&format!("photos/{photo}"), "").await.status
    }
}

async fn two(evening: &Evening) -> (DealId, Terms) {
    let nobody = || contact("Kari", "kari@example.org", "12345");
    let giver = evening.party("Bakkerud Bygg", Sector::Business, nobody()).await;
    let receiver = evening.party("Padleklubben", Sector::Voluntary, nobody()).await;
    let bargain = Bargain::OneWay {
        service: service("Snekkerhjelp"),
    };
    let terms = terms(&[giver], &[receiver], bargain);
    (evening.deal(terms.clone()).await, terms)
}

async fn a_photo_is_everybodys_while_both_parties_want_it(disk: Disk) {
    let evening = Evening::on(disk).await;
    let (deal, terms) = two(&evening).await;
    let (giver, receiver) = (terms.givers[0], terms.receivers[0]);
    let nothing = evening.seen_by_guests().await;
    let photo = evening.photographed(deal).await;
    assert_eq!(evening.agree(deal, giver, &photo).await.status, 200);
    assert_eq!(
        evening.seen_by_guests().await,
        nothing,
        "of one that half of them want, nobody can tell that it is there"
    );
    assert_eq!(evening.status_of(&photo).await, 404);

    let kept = evening.agree(deal, receiver, &photo).await.json();
    assert_eq!(kept["is_shown"], true, "{kept}");
    assert_eq!(evening.shown().await, [photo.as_str()]);
    let file = evening.get(&format!("photos/{photo}"), "").await;
    assert_eq!(
        (
            file.status,
            file.header("content-type"),
            file.header("cache-control")
        ),
        (200, Some("image/jpeg"), Some("no-store"))
    );
    assert!(file.body.starts_with(b"\xFF\xD8\xFF"));

    // One of them thinks better of it.
    let path = format!("deals/{deal}/photo/consents/{receiver}");
    assert_eq!(
        evening.ask("DELETE", &path, &evening.notary, "").await.status,
        204
    );
    assert_eq!(evening.status_of(&photo).await, 404);
    assert_eq!(evening.seen_by_guests().await, nothing);
    let kept = evening.get("deal-photos", &evening.notary).await.json();
    assert_eq!(kept["photos"][0]["agreed"], json!([giver]));
    assert_eq!(kept["photos"][0]["is_shown"], false);

    // Another photo is agreed to anew.
    evening.both_agree(deal, &terms, &photo).await;
    let other = evening.photographed(deal).await;
    assert_ne!(photo, other);
    assert!(evening.shown().await.is_empty());
    let late = evening.agree(deal, giver, &photo).await;
    assert_eq!(late.refusal(), (409, "photo_changed".to_owned()));
    evening.both_agree(deal, &terms, &other).await;
    assert_eq!(evening.shown().await, [other.as_str()]);

    let path = format!("deals/{deal}/photo");
    for _ in 0..2 {
        assert_eq!(
            evening.ask("DELETE", &path, &evening.broker, "").await.status,
            204
        );
    }
    assert_eq!(evening.status_of(&other).await, 404);
    assert_eq!(evening.seen_by_guests().await, nothing);
    evening.server.stop();
}

#[tokio::test]
async fn on_sqlite_a_photo_is_everybodys_while_both_parties_want_it() {
    a_photo_is_everybodys_while_both_parties_want_it(Disk::fresh().await).await;
}

#[tokio::test]
async fn on_postgres_a_photo_is_everybodys_while_both_parties_want_it() {
    a_photo_is_everybodys_while_both_parties_want_it(Disk::at(&postgres::fresh_database()).await).await;
}

#[tokio::test]
async fn a_photo_of_what_the_public_does_not_see_is_not_seen() {
    let evening = Evening::begins().await;
    let (deal, terms) = two(&evening).await;
    let photo = evening.photographed(deal).await;
    evening.both_agree(deal, &terms, &photo).await;
    assert_eq!(evening.shown().await, [photo.as_str()]);
    // Withdrawn, and again on the board.
    evening
        .command(Role::Moderator, Command::WithdrawDeal { deal })
        .await;
    assert_eq!(
        (evening.shown().await.len(), evening.status_of(&photo).await),
        (0, 404)
    );
    evening
        .command(Role::Moderator, Command::ReinstateDeal { deal })
        .await;
    assert_eq!(evening.status_of(&photo).await, 200);
    // Somebody else stands in it, who has not been asked.
    let newcomer = contact("Nils", "nils@example.org", "12346");
    let newcomer = evening.party("Turlaget", Sector::Voluntary, newcomer).await;
    let mut amended = terms.clone();
    amended.receivers = vec![newcomer];
    amended.first_step = None;
    let amend = Command::AmendDeal {
        deal,
        terms: amended,
        expected: None,
    };
    evening.command(Role::Moderator, amend).await;
    assert_eq!(evening.status_of(&photo).await, 404);
    assert_eq!(evening.agree(deal, newcomer, &photo).await.status, 200);
    assert_eq!(evening.status_of(&photo).await, 200);
    let gone = evening.agree(deal, terms.receivers[0], &photo).await;
    assert_eq!(gone.refusal(), (404, "not_a_party".to_owned()));
    // A deal that is kept for the end.
    evening.command(Role::Moderator, Command::FreezeTotals).await;
    let hidden = evening.deal(terms.clone()).await;
    let of_hidden = evening.photographed(hidden).await;
    evening.both_agree(hidden, &terms, &of_hidden).await;
    assert_eq!(evening.status_of(&of_hidden).await, 404);
    assert_eq!(evening.shown().await, [photo.as_str()]);
    let reveal = Command::RevealDeals { reveal: Reveal::All };
    evening.command(Role::Moderator, reveal).await;
    assert_eq!(evening.shown().await, [photo.as_str(), of_hidden.as_str()]);
    // On paper, each with what is said of it to whoever does not see it.
    let report = Pdf::read(&evening.get("report.pdf", &evening.moderator).await);
    report.must_say(&["Bilder", "Snekkerhjelp"]);
    assert!(
        report
            .alternatives()
            .contains(&"Bilde av avtale 1: Bakkerud Bygg, Turlaget".to_owned()),
        "{:?}",
        report.alternatives()
    );
    assert!(report.metadata().contains("pdfuaid:part"));
    evening.server.stop();
}

#[tokio::test]
async fn who_may_change_a_deal_photographs_it_and_what_is_no_photo_is_refused() {
    let evening = Evening::begins().await;
    let (deal, terms) = two(&evening).await;
    let other = evening.take_photo(deal, &evening.other_broker).await;
    assert_eq!(other.refusal(), (403, "not_your_deal".to_owned()));
    assert_eq!(evening.take_photo(deal, &evening.notary).await.status, 200);
    assert_eq!(evening.take_photo(deal, "").await.status, 401);
    let path = format!("{EXCHANGE}/deals/{deal}/photo");
    for file in [&b"\x89PNG\r\n\x1A\n"[..], b"<svg/>", b"", &photo()[..100]] {
        let answer = http::ask(
            evening.server.address,
            "PUT",
            &path,
            &evening.broker,
            "image/jpeg",
            file,
        )
        .await;
        assert_eq!(answer.refusal(), (415, "not_a_photo".to_owned()));
    }
    let large = vec![0xFF; 4_096 * 1_024 + 1];
    let answer = http::ask(
        evening.server.address,
        "PUT",
        &path,
        &evening.broker,
        "image/jpeg",
        &large,
    )
    .await;
    assert_eq!(answer.refusal(), (413, "too_large".to_owned()));
    // It has the one that it had.
    assert_eq!(
        evening
            .get(&format!("deals/{deal}/photo"), &evening.broker)
            .await
            .status,
        200
    );
    assert_eq!(evening.get(&format!("deals/{deal}/photo"), "").await.status, 401);
    let stranger = contact("Nils", "nils@example.org", "12346");
    let stranger = evening.party("Turlaget", Sector::Voluntary, stranger).await;
    let kept = evening.get("deal-photos", &evening.broker).await.json();
    let kept = kept["photos"][0]["photo"].as_str().expect("an id").to_owned();
    let denied = evening.agree(deal, stranger, &kept).await;
    assert_eq!(denied.refusal(), (404, "not_a_party".to_owned()));
    drop(terms);
    evening.server.stop();
}

#[tokio::test]
async fn of_two_that_were_one_each_deal_asks_once_and_nought_keeps_no_photo() {
    let evening = Evening::begins().await;
    let (deal, terms) = two(&evening).await;
    let photo = evening.photographed(deal).await;
    evening.both_agree(deal, &terms, &photo).await;
    let again = contact("Kari", "kari@example.org", "12345");
    let again = evening
        .party("Padleklubben Drammen", Sector::Voluntary, again)
        .await;
    let merge = Command::MergeParticipants {
        kept: again,
        gone: terms.receivers[0],
    };
    evening.command(Role::Moderator, merge).await;
    assert_eq!(evening.shown().await, [photo.as_str()]);
    // By the id that it had, as a tablet has it that was away.
    let path = format!("deals/{deal}/photo/consents/{}", terms.receivers[0]);
    assert_eq!(
        evening.ask("DELETE", &path, &evening.broker, "").await.status,
        204
    );
    assert!(evening.shown().await.is_empty());
    evening
        .both_agree(
            deal,
            &Terms {
                receivers: vec![again],
                ..terms
            },
            &photo,
        )
        .await;
    assert_eq!(evening.status_of(&photo).await, 200);

    let name = |board: &Board| board.settings.as_ref().map(|settings| settings.name.clone());
    let anew = Command::BeginAnew {
        epoch: Epoch(Uuid::now_v7()),
        name: evening.server.floor().view.with_staff_board(name),
    };
    evening.command(Role::Organiser, anew).await;
    assert_eq!(evening.status_of(&photo).await, 404);
    let kept: Value = evening.get("deal-photos", &evening.moderator).await.json();
    assert_eq!(kept, json!({ "photos": [] }));
    evening.server.stop();
}
