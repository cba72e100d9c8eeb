//! Links to copies.

use borsklokka_shared::deal::Bargain;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;

use super::{Evening, Pdf, contact, service, terms};
use crate::common::Disk;
use test_support::http::{self, Answer};
use test_support::postgres;

async fn deal(evening: &Evening) -> DealId {
    let kari = || contact("Kari", "kari@example.org", "12345");
    let giver = evening.party("Bakkerud Bygg", Sector::Business, kari()).await;
    let receiver = evening.party("Padleklubben", Sector::Voluntary, kari()).await;
    let bargain = Bargain::OneWay {
        service: service("Snekkerhjelp"),
    };
    evening.deal(terms(&[giver], &[receiver], bargain)).await
}

/// Makes a link; its path on the server.
async fn link(evening: &Evening, deal: DealId) -> String {
    let made = evening
        .ask("POST", &format!("deals/{deal}/link"), &evening.broker, "")
        .await;
    assert_eq!(made.status, 201);
    let made = made.json();
    let url = made["url"].as_str().expect("a url");
    assert!(
        made["qr"].as_str().is_some_and(|qr| qr.starts_with("<svg")),
        "{made}"
    );
    assert!(made["expires_at"].is_string(), "{made}");
    assert_eq!(made["lasts"], false, "an address of this machine: {made}");
    let base = format!("http://{}", evening.server.address);
    url.strip_prefix(&base)
        .expect("an address of this server")
        .to_owned()
}

async fn open(evening: &Evening, path: &str) -> Answer {
    http::get(evening.server.address, path, "").await
}

async fn revoke(evening: &Evening, deal: DealId) {
    let path = format!("deals/{deal}/link");
    let revoked = evening.ask("DELETE", &path, &evening.broker, "").await;
    assert_eq!(revoked.status, 204);
}

/// A page for people, in a language, that no cache keeps.
#[track_caller]
fn assert_page(answer: &Answer, status: u16, language: &str, sentence: &str) {
    let page = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, status, "{page}");
    assert!(
        page.contains(&format!("lang=\"{language}\"")) && page.contains(sentence),
        "{page}"
    );
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    assert_eq!(answer.header("x-robots-tag"), Some("noindex"));
}

async fn a_link_opens_its_copy_until_it_is_revoked_or_expires(disk: Disk) {
    let evening = Evening::on(disk).await;
    let (ours, other) = (deal(&evening).await, deal(&evening).await);
    let (first, second) = (link(&evening, ours).await, link(&evening, ours).await);
    let others = link(&evening, other).await;
    assert_ne!(first, second);
    assert_eq!(first.len(), "/agreement/".len() + 64, "256 bits");
    let copy = open(&evening, &first).await;
    for (name, value) in [
        ("cache-control", "private, no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex"),
        ("content-disposition", "inline; filename=\"avtale-1.pdf\""),
    ] {
        assert_eq!(copy.header(name), Some(value));
    }
    Pdf::read(&copy).must_say(&["Avtale nr. 1", "kari@example.org"]);

    revoke(&evening, ours).await;
    for dead in [&first, &second] {
        // The exchange's language, though the browser asks for English.
        assert_page(
            &open(&evening, dead).await,
            410,
            "nb",
            "Lenken gjelder ikke lenger",
        );
    }
    assert_eq!(open(&evening, &others).await.status, 200);
    let third = link(&evening, ours).await;
    assert_eq!(open(&evening, &third).await.status, 200);

    evening
        .configure(|settings| settings.language = Language::En)
        .await;
    evening
        .execute("UPDATE agreement_links SET expires_at_ms = 1 WHERE revoked_at_ms IS NULL")
        .await;
    assert_page(&open(&evening, &third).await, 410, "en", "no longer valid");
    for unknown in ["/agreement/0", &first[..first.len() - 1], "/agreement/%FF"] {
        assert!(
            matches!(open(&evening, unknown).await.status, 400 | 404),
            "{unknown}"
        );
    }
    let guess = format!("/agreement/{}", "0".repeat(64));
    assert_page(&open(&evening, &guess).await, 404, "en", "leads to nothing here");
}

#[tokio::test]
async fn a_link_opens_its_copy_until_it_is_revoked_or_expires_on_sqlite() {
    a_link_opens_its_copy_until_it_is_revoked_or_expires(Disk::fresh().await).await;
}

#[tokio::test]
async fn a_link_opens_its_copy_until_it_is_revoked_or_expires_on_postgres() {
    a_link_opens_its_copy_until_it_is_revoked_or_expires(Disk::at(&postgres::fresh_database()).await).await;
}

#[tokio::test]
async fn links_are_not_guessed_nor_made_without_end() {
    let evening = Evening::begins().await;
    let deal = deal(&evening).await;
    let guess = format!("/agreement/{}", "0".repeat(64));
    let mut statuses = vec![];
    for _ in 0..35 {
        statuses.push(open(&evening, &guess).await.status);
    }
    assert_eq!(statuses.first(), Some(&404));
    assert_eq!(statuses.last(), Some(&429), "the limit holds: {statuses:?}");
    let waiting = open(&evening, &guess).await;
    assert!(waiting.header("retry-after").is_some());
    assert_page(&waiting, 429, "en", "Too many tries");

    // Who has a link may open it all the same, so many times.
    let path = link(&evening, deal).await;
    for _ in 0..20 {
        assert_eq!(open(&evening, &path).await.status, 200);
    }
    assert_page(&open(&evening, &path).await, 429, "nb", "For mange forsøk");

    let path = format!("deals/{deal}/link");
    for _ in 1..64 {
        link(&evening, deal).await;
    }
    let one_more = evening.ask("POST", &path, &evening.broker, "").await;
    assert_eq!(one_more.refusal(), (409, "too_many".to_owned()));
    revoke(&evening, deal).await;
    link(&evening, deal).await;
}

#[tokio::test]
async fn of_a_link_only_the_hash_is_kept() {
    let evening = Evening::begins().await;
    let deal = deal(&evening).await;
    let path = link(&evening, deal).await;
    let token = path.trim_start_matches("/agreement/");
    let folder = evening.server.disk.folder.path();
    let mut held = 0;
    for file in std::fs::read_dir(folder).expect("the database's folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("read");
        assert!(
            !bytes
                .windows(token.len())
                .any(|window| window == token.as_bytes())
        );
        let deal = deal.to_string();
        held += bytes
            .windows(deal.len())
            .filter(|window| *window == deal.as_bytes())
            .count();
    }
    assert!(held > 0, "the link's row is on the disk");
}
