//! Somebody is erased: her name, her number, her texts and her signature stand nowhere any more, and everything else is as it was.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use borsklokka::backup;
use borsklokka::check::check;
use borsklokka::database::{Database, Either};
use borsklokka::floor::{FloorHandle, Submission};
use borsklokka::privacy::{Done, erase_due};
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::exchange::{Phase, Privacy};
use borsklokka_shared::ids::{AnnouncementId, DealId, Epoch, ExchangeId, ParticipantId};
use borsklokka_shared::listing::Listing;
use borsklokka_shared::participant::{NameShown, ParticipantEntry, Sector};
use borsklokka_shared::prize::Prize;
use borsklokka_shared::role::Role;
use borsklokka_shared::totals::Totals;
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};
use test_support::{
    an_offer, entry, http, listing, new_deal, one_way, opening, party, postgres, service, until,
};
use uuid::Uuid;
use zip::ZipArchive;

use crate::common::ear::{Ear, holds};
use crate::common::{Disk, Server, assert_accepted, done, name, submission};

const EXCHANGE: &str = "/api/v1/exchanges/drammen";
/// Her, her number as digits and as it is written, her texts, and a stroke of her signature.
const TRACES: [&str; 11] = [
    "Kvitsund",
    "kvitsund",
    "KVITSUND",
    "Unnveig",
    "98765432",
    "987 65 432",
    "Votter av kattehår",
    "Strikkekveld hos meg",
    "UNNV",
    "417,271",
    "innerst i bakgården",
];
const HER: u32 = 900;
const SAME: u32 = 901;
const CLUB: u32 = 902;
const FIRM: u32 = 903;

struct Evening {
    server: Server,
    organiser: String,
    broker: String,
    /// What a tablet sent before, and might send again.
    sent: Submission,
    link: String,
}

/// A registration of hers by another id.
const AGAIN: &str = "00000000-0000-0000-0000-0000000f0777";

fn her_entry() -> ParticipantEntry {
    ParticipantEntry {
        name_shown: NameShown::Full,
        place: Some("innerst i bakgården".to_owned()),
        symbol: Some("UNNV".to_owned()),
        ..entry(HER, "Unnveig Kvitsund", Sector::Individual)
    }
}

async fn must(floor: &FloorHandle, role: Role, command: Command) {
    assert_accepted(&floor.submit(submission(role, command)).await);
}

fn deal_of(command: &Command) -> DealId {
    match command {
        Command::PostDeal { deal, .. } => *deal,
        _ => panic!("{command:?}"),
    }
}

async fn run(server: &Server, statement: &str) {
    let statement = sqlx::AssertSqlSafe(statement);
    match &server.disk.database {
        Database::Sqlite(sqlite) => {
            sqlx::raw_sql(statement)
                .execute(&sqlite.writer)
                .await
                .expect("done");
        }
        Database::Postgres(postgres) => {
            sqlx::raw_sql(statement)
                .execute(&postgres.pool)
                .await
                .expect("done");
        }
    }
}

impl Evening {
    /// She is everywhere: registered by herself, on the board, in deals of a rehearsal and of the evening, in what others wrote, merged
    /// with herself, drawn, linked, noted, and on a tablet that is called after her.
    async fn begins(disk: Disk) -> Self {
        let log = borsklokka::log::open(&disk.database);
        let server = Server::start_with(disk, log).await;
        let floor = server.floor();
        let organiser = server.token(Role::Organiser).await;
        let exchange = floor.exchange.id;
        let broker = server
            .hub
            .access
            .issue_token(exchange, Role::Broker, "Nettbrettet til Unnveig Kvitsund")
            .await
            .expect("a token");
        for participant in [
            her_entry(),
            ParticipantEntry {
                name_shown: NameShown::Full,
                ..entry(SAME, "Unnveig Kvitsund-Lie", Sector::Individual)
            },
            entry(CLUB, "Turlaget", Sector::Voluntary),
            entry(FIRM, "Bakkerud Regnskap", Sector::Business),
        ] {
            must(&floor, Role::Broker, Command::RegisterParticipant { participant }).await;
        }
        let mut evening = Self {
            sent: submission(Role::Broker, Command::AnnounceResult),
            link: String::new(),
            server,
            organiser,
            broker,
        };
        let contact = json!({ "person": "Unnveig Kvitsund", "email": "unnveig@kvitsund.example", "phone": "+47 987 65 432" });
        evening.write(&format!("contacts/{}", party(HER)), &contact).await;
        let same = json!({ "person": "U. Kvitsund", "email": "annen@kvitsund.example", "phone": null });
        evening.write(&format!("contacts/{}", party(SAME)), &same).await;
        let of_club = json!({ "person": "Unnveig Kvitsund", "email": null, "phone": "987 65 432" });
        evening
            .write(&format!("contacts/{}", party(CLUB)), &of_club)
            .await;
        for (n, text) in [
            (900, "Votter av kattehår"),
            (901, "Votter av kattehår på bestilling"),
        ] {
            let mut listing = an_offer(n, HER);
            listing.text = text.to_owned();
            listing.description = Some("Ring Unnveig Kvitsund, 987 65 432".to_owned());
            must(&floor, Role::Broker, Command::AddListing { listing }).await;
        }
        let mut of_club = an_offer(902, CLUB);
        "Turer, også for Unnveig Kvitsunds venner".clone_into(&mut of_club.text);
        must(&floor, Role::Broker, Command::AddListing { listing: of_club }).await;
        evening.trades().await;
        must(
            &floor,
            Role::Organiser,
            Command::BeginAnew {
                epoch: Epoch(Uuid::now_v7()),
                name: floor
                    .view
                    .with_staff_board(|board| Some(board.settings.as_ref()?.name.clone())),
            },
        )
        .await;
        evening.trades().await;
        must(
            &floor,
            Role::Moderator,
            Command::MergeParticipants {
                kept: party(HER),
                gone: party(SAME),
            },
        )
        .await;
        let announcement = AnnouncementId(Uuid::now_v7());
        let text = "Gratulerer, UNNVEIG  KVITSUND!".to_owned();
        let announce = Command::Announce {
            announcement,
            text,
            seconds: 60,
        };
        must(&floor, Role::Moderator, announce).await;
        evening.keeps_beside(exchange).await;
        evening
    }

    /// What is kept beside the log: how she registered, and what was written to her and of her.
    async fn keeps_beside(&self, exchange: ExchangeId) {
        let entry = json!({ "name": "Unnveig Kvitsund", "sector": "individual", "contact": { "person": null,
            "email": "unnveig@kvitsund.example", "phone": "98765432" }, "people": 1, "listings": [] });
        let id = party(HER);
        run(
            &self.server,
            &format!(
                "INSERT INTO registrations (exchange_id, id, token_sha256, state, entry, language, consent, made_at_ms, changed_at_ms) \
                 VALUES ('{exchange}', '{id}', 'abc', 'approved', '{entry}', 'nb', 'ja', 1, 1)"
            ),
        )
        .await;
        // Another, which was found to be somebody's who was there already.
        run(
            &self.server,
            &format!(
                "INSERT INTO registrations (exchange_id, id, token_sha256, state, entry, participant_id, language, consent, made_at_ms, changed_at_ms) \
                 VALUES ('{exchange}', '{AGAIN}', 'abd', 'approved', '{entry}', '{id}', 'nb', 'ja', 1, 1)"
            ),
        )
        .await;
        let deal = deal_of(&self.sent.command);
        run(
            &self.server,
            &format!(
                "INSERT INTO follow_ups (exchange_id, deal_id, teller, state, reason, text, answered_by, answered_at_ms) \
                 VALUES ('{exchange}', '{deal}', '{id}', 'infeasible', 'no_time', 'Ring Unnveig til våren', 'link', 1)"
            ),
        )
        .await;
        run(
            &self.server,
            &format!(
                "INSERT INTO follow_ups (exchange_id, deal_id, teller, state, reason, text, answered_by, answered_at_ms) \
                 VALUES ('{exchange}', '{deal}', '{}', 'infeasible', 'no_time', 'Unnveig Kvitsund svarte aldri', 'link', 1)",
                party(CLUB)
            ),
        )
        .await;
        run(
            &self.server,
            &format!(
                "INSERT INTO follow_up_calls (exchange_id, id, deal_id, note, called_at_ms) \
                 VALUES ('{exchange}', '{}', '{deal}', 'Unnveig Kvitsund ringte: prøv igjen i mai', 1)",
                Uuid::from_u128(3)
            ),
        )
        .await;
        for (n, about, to, state) in [
            (1, party(HER).to_string(), "unnveig@kvitsund.example", "sent"),
            (
                2,
                format!("{deal}:{}", party(CLUB)),
                "post@turlaget.example",
                "sent",
            ),
            (4, AGAIN.to_owned(), "ny@kvitsund.example", "held"),
        ] {
            let matter =
                json!({ "gaps": { "others": "Unnveig Kvitsund", "service": "Strikkekveld hos meg" } });
            let went = json!({ "subject": "Til Unnveig Kvitsund", "body": "Strikkekveld hos meg" });
            run(
                &self.server,
                &format!(
                    "INSERT INTO mails (exchange_id, id, kind, about, recipient, language, matter, state, tries, made_at_ms, queued_at_ms, \
                     next_try_ms, went) VALUES ('{exchange}', '{}', 'agreement', '{about}', '{to}', 'nb', '{matter}', '{state}', 1, 1, 1, 1, '{went}')",
                    Uuid::from_u128(n)
                ),
            )
            .await;
        }
    }

    /// A deal of hers, which somebody else signs too, and one of others that speaks of her.
    async fn trades(&mut self) {
        let floor = self.server.floor();
        must(&floor, Role::Moderator, opening()).await;
        let opened = floor
            .view
            .with_staff_board(|board| board.floor.trading.last().expect("opened").opened_at);
        until(opened, || floor.view.clock.now()).await;
        let mut terms = one_way(&[party(HER)], &[party(CLUB)], service("Strikkekurs hos meg"));
        terms
            .bargain
            .services_mut()
            .for_each(|service| service.effort_minutes = Some(90));
        let posted = submission(Role::Broker, new_deal(terms.clone()));
        assert_accepted(&floor.submit(posted.clone()).await);
        let deal = deal_of(&posted.command);
        for service in terms.bargain.services_mut() {
            "Strikkekveld hos meg".clone_into(&mut service.text);
        }
        must(
            &floor,
            Role::Broker,
            Command::AmendDeal {
                deal,
                terms,
                expected: None,
            },
        )
        .await;
        for (of, name, x) in [(HER, "U. Kvitsund", 417), (CLUB, "Per Tur", 300)] {
            let strokes = json!([[[x, 271], [500, 280], [600, 290], [700, 275]]]);
            let drawing = json!({ "name": name, "strokes": strokes });
            self.write(&format!("deals/{deal}/signatures/{}", party(of)), &drawing)
                .await;
        }
        self.photograph(deal).await;
        let path = format!("{EXCHANGE}/deals/{deal}/link");
        let linked = http::ask(
            self.server.address,
            "POST",
            &path,
            &self.organiser,
            "application/json",
            b"",
        )
        .await;
        linked.json()["url"]
            .as_str()
            .expect("a link")
            .clone_into(&mut self.link);
        let other = one_way(
            &[party(FIRM)],
            &[party(CLUB)],
            service("Regnskap; spør Unnveig Kvitsund (98765432) først"),
        );
        let other = new_deal(other);
        must(&floor, Role::Broker, other.clone()).await;
        // Refused, with her text in what it was answered.
        let merged = Command::MergeParticipants {
            kept: party(HER),
            gone: party(CLUB),
        };
        floor.submit(submission(Role::Moderator, merged)).await;
        let deal = deal_of(&other);
        self.photograph(deal).await;
        must(&floor, Role::Moderator, Command::WithdrawDeal { deal }).await;
        must(&floor, Role::Moderator, Command::ReinstateDeal { deal }).await;
        self.sent = posted;
    }

    /// Photographs a deal.
    async fn photograph(&self, deal: DealId) {
        let mut file = Cursor::new(Vec::new());
        let picture = RgbImage::new(8, 8);
        picture.write_to(&mut file, ImageFormat::Jpeg).expect("written");
        let path = format!("{EXCHANGE}/deals/{deal}/photo");
        let kind = "image/jpeg";
        let taken = http::ask(
            self.server.address,
            "PUT",
            &path,
            &self.organiser,
            kind,
            &file.into_inner(),
        )
        .await;
        assert_eq!(taken.status, 200, "{taken:?}");
    }

    /// The deals of which there is a photo.
    async fn photographed(&self) -> Vec<String> {
        let kept = self.get("deal-photos").await.json();
        let photos = kept["photos"].as_array().expect("a list").iter();
        photos
            .map(|photo| photo["deal"].as_str().expect("an id").to_owned())
            .collect()
    }

    async fn write(&self, path: &str, body: &Value) {
        let path = format!("{EXCHANGE}/{path}");
        let body = body.to_string();
        let written = http::ask(
            self.server.address,
            "PUT",
            &path,
            &self.organiser,
            "application/json",
            body.as_bytes(),
        )
        .await;
        assert_eq!(written.status, 204, "{path}: {written:?}");
    }

    async fn get(&self, path: &str) -> http::Answer {
        http::get(
            self.server.address,
            &format!("{EXCHANGE}/{path}"),
            &self.organiser,
        )
        .await
    }

    async fn preview(&self) -> Value {
        let answer = self.get(&format!("privacy/{}", party(HER))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    async fn erase(&self, body: &Value) -> http::Answer {
        let path = format!("{EXCHANGE}/privacy/{}/erase", party(HER));
        http::post(self.server.address, &path, &self.organiser, &body.to_string()).await
    }

    /// Erases her, with everything that others wrote of her.
    async fn erase_all(&self) {
        let preview = self.preview().await;
        let mentions: Vec<&Value> = preview["mentions"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|mention| &mention["id"])
            .collect();
        let body = json!({ "extent": "whole", "name": " unnveig kvitsund ", "mentions": mentions, "seen": preview["seen"] });
        let erased = self.erase(&body).await;
        assert_eq!(erased.status, 204, "{erased:?}");
    }

    async fn floor(&self) -> FloorHandle {
        self.server.hub.floors.get("drammen").await.expect("a floor")
    }
}

fn board(floor: &FloorHandle) -> Board {
    floor.view.with_staff_board(Board::clone)
}

fn without_a_trace(what: &str, bytes: &[u8]) {
    let found: Vec<&str> = TRACES.into_iter().filter(|trace| holds(bytes, trace)).collect();
    assert!(found.is_empty(), "{what}: {found:?}");
}

fn with_traces(what: &str, bytes: &[u8]) {
    assert!(
        TRACES.into_iter().any(|trace| holds(bytes, trace)),
        "{what}: nothing to find"
    );
}

/// Every byte of the files of a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("a folder");
    let files = entries.map(|entry| {
        let path = entry.expect("an entry").path();
        (path.display().to_string(), fs::read(&path).unwrap_or_default())
    });
    files.collect()
}

/// Every row of every table, as a text.
async fn rows(database: &Database) -> String {
    let Either::Postgres(on) = database.reading() else {
        panic!("not PostgreSQL");
    };
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
    )
    .fetch_all(on)
    .await
    .expect("tables");
    let mut all = String::new();
    for table in tables {
        let statement = format!("SELECT t::text FROM {table} AS t");
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .fetch_all(on)
            .await
            .expect("rows");
        all.extend(rows);
    }
    all
}

/// Every answer that the organiser can get of the exchange.
async fn answers(evening: &Evening) -> Vec<(String, Vec<u8>)> {
    let archives = evening.get("archives").await.json();
    let archive = archives["archives"][0]["epoch"]
        .as_str()
        .expect("an archive")
        .to_owned();
    let deals: Vec<DealId> = board(&evening.floor().await).deals.into_keys().collect();
    let mut paths: Vec<String> = [
        "contacts",
        "registrations",
        "audit",
        "security",
        "devices",
        "pairing-codes",
        "archives",
        "report",
        "catalogue",
        "privacy",
        "roster.csv",
        "session",
        "mails",
        "arrivals",
        "follow-ups",
    ]
    .map(str::to_owned)
    .into();
    paths.push(format!("archives/{archive}"));
    for of in [HER, SAME, CLUB, FIRM] {
        paths.push(format!("contacts/{}", party(of)));
    }
    for deal in deals {
        paths.push(format!("deals/{deal}/signatures"));
    }
    let mut answers = Vec::new();
    for path in paths {
        let answer = evening.get(&path).await;
        answers.push((path, answer.body));
    }
    answers
}

/// What matters of a board beside names and texts.
fn figures(board: &Board) -> (Totals, usize, usize, usize) {
    let is_others = |listing: &&Listing| ![party(HER), party(SAME)].contains(&listing.participant);
    (
        board.totals.clone(),
        board.participants.len(),
        board.listings.values().filter(is_others).count(),
        board.deals.len(),
    )
}

async fn everything_else_is_as_it_was(evening: &Evening, before: &Board) {
    let floor = evening.floor().await;
    let now = board(&floor);
    assert_eq!(figures(&now), figures(before));
    // No list, badge or ranking is about her.
    for path in ["roster.csv", "report"] {
        let said = String::from_utf8(evening.get(path).await.body).expect("a text");
        assert!(!said.contains("Slettet deltaker"), "{path}: {said}");
    }
    let noted = evening.get("security").await.json();
    let entries = noted["entries"].as_array().expect("a list");
    let noted = entries.iter().find(|entry| entry["event"] == "person_erased");
    assert_eq!(noted.expect("noted")["from"], "127.0.0.1");
    // What she offered nobody is to ask for: whoever only looks is told too.
    let hers = |board: &Board| {
        let mut listings = board.listings.values();
        listings.any(|listing| listing.participant == party(HER))
    };
    assert!(hers(before) && !hers(&now));
    assert!(!floor.view.with_public_board(hers));
    let list = String::from_utf8(evening.get("newspaper.txt").await.body).expect("a text");
    assert!(list.contains("\n2. ") && !list.contains("\n1. "), "{list}");
    // Who looks only knows too that she was, and ranks her nowhere.
    assert!(floor.view.with_public_board(|board| board.is_erased(party(HER))));
    let followed = evening.get("follow-ups").await.json().to_string();
    assert!(followed.contains(r#""is_erased":true"#), "{followed}");
    // Nothing can be read or sent of a mail that nothing is left of.
    let mails = evening.get("mails").await.json();
    let emptied = mails["mails"].as_array().expect("a list").iter();
    let emptied = emptied.filter(|mail| mail["is_emptied"] == true).count();
    assert_eq!(emptied, 3, "{mails}");
    let waits = mails["mails"].as_array().expect("a list").iter();
    let waits = waits.filter(|mail| mail["state"] == "held" || mail["to"] == "ny@kvitsund.example");
    assert_eq!(waits.count(), 0, "{mails}");
    let her = &now.participants[&party(HER)];
    assert_eq!(
        (her.name.as_str(), her.sector),
        ("Slettet deltaker", Sector::Individual)
    );
    assert!(now.erased.contains(&party(HER)) && now.erased.contains(&party(SAME)));
    let found = check(&evening.server.disk.database).await.expect("read");
    assert_eq!(found.faults_in_all(), 0, "{found:?}");
    // How it went was said, by whomever: the figures of the year after stay too.
    let became = evening.get("report").await.json()["evening"]["follow_up"].clone();
    assert_eq!(became["infeasible"], 1, "{became}");
    // Of what the office noted the name alone goes, as the preview said.
    let noted = evening.get("follow-ups").await.json().to_string();
    assert!(
        noted.contains("Slettet deltaker ringte: prøv igjen i mai"),
        "{noted}"
    );
    // Who else signed with her has signed what it says now.
    let deal = deal_of(&evening.sent.command);
    let signatures = evening.get(&format!("deals/{deal}/signatures")).await.json();
    let text = signatures.to_string();
    assert!(text.contains("Per Tur"), "{text}");
    // A tablet that asks again for its answer gets it.
    let again = floor.submit(evening.sent.clone()).await;
    assert_accepted(&again);
    // The photo that she is on is gone; of the deal of others it stays.
    let photographed = evening.photographed().await;
    assert_eq!(photographed.len(), 1, "{photographed:?}");
    assert!(!photographed.contains(&deal.to_string()));
    assert_eq!(board(&floor).deals.len(), before.deals.len());
}

async fn nothing_comes_back(evening: &Evening) {
    let floor = evening.floor().await;
    let id = party(SAME);
    let again = [
        Command::AmendParticipant {
            participant: her_entry(),
            expected: None,
        },
        Command::AddListing {
            listing: an_offer(999, HER),
        },
        new_deal(one_way(&[id], &[party(CLUB)], service("Hos Unnveig Kvitsund"))),
    ];
    for command in again {
        let answer = floor.submit(submission(Role::Broker, command)).await;
        assert!(format!("{answer:?}").contains("ParticipantErased"), "{answer:?}");
    }
    let path = format!("{EXCHANGE}/contacts/{id}");
    let contact = json!({ "person": "Unnveig Kvitsund" }).to_string();
    let token = &evening.organiser;
    let written = http::ask(
        evening.server.address,
        "PUT",
        &path,
        token,
        "application/json",
        contact.as_bytes(),
    )
    .await;
    assert_eq!(written.refusal().1, "participant_erased");
}

async fn she_is_erased(disk: Disk) -> (Evening, Board) {
    let evening = Evening::begins(disk).await;
    let before = board(&evening.floor().await);
    let epoch = evening.floor().await.view.epoch();
    let ears = [
        Ear::open(&evening.server, "").await,
        Ear::open(&evening.server, &evening.broker).await,
    ];
    for (ear, audience) in ears.iter().zip(["public", "staff"]) {
        ear.wait_for("Kvitsund").await;
        assert!(ear.has_heard(audience));
    }
    with_traces("before", evening.preview().await.to_string().as_bytes());
    evening.erase_all().await;
    assert_ne!(evening.floor().await.view.epoch(), epoch);
    for (what, bytes) in answers(&evening).await {
        without_a_trace(&what, &bytes);
    }
    // Whoever comes, and whoever comes back with what they had.
    for token in ["", evening.broker.as_str()] {
        let audience = if token.is_empty() { "public" } else { "staff" };
        let resumed = format!(
            r#"{{"type":"hello","position":{{"epoch":"{epoch}","audience":"{audience}","seq":{}}}}}"#,
            before.deals.len()
        );
        for hello in [r#"{"type":"hello","position":null}"#, &resumed] {
            let ear = Ear::open_with(&evening.server, token, hello).await;
            ear.wait_for("Slettet deltaker").await;
            ear.wait_for("welcome").await;
            ear.without(&TRACES);
        }
    }
    let link = evening.link.split_once("/agreement/").expect("a link").1;
    let gone = http::get(evening.server.address, &format!("/agreement/{link}"), "").await;
    assert_eq!(gone.status, 410);
    everything_else_is_as_it_was(&evening, &before).await;
    nothing_comes_back(&evening).await;
    (evening, before)
}

#[tokio::test(flavor = "multi_thread")]
async fn she_stands_nowhere_any_more_on_sqlite() {
    let (evening, _) = Box::pin(she_is_erased(Disk::fresh().await)).await;
    let disk = &evening.server.disk;
    for (file, bytes) in files(disk.folder.path()) {
        without_a_trace(&file, &bytes);
    }
    let elsewhere = tempfile::tempdir().expect("a folder");
    let copy = elsewhere.path().join("backup.db");
    backup::make(&disk.url(), &copy).await.expect("a backup");
    without_a_trace("backup", &fs::read(&copy).expect("a file"));
    let file = elsewhere.path().join("drammen.zip");
    done(
        "export",
        &disk.url(),
        &["--exchange", "drammen", name(&file), "--with-personal-data"],
    );
    let mut zip = ZipArchive::new(fs::File::open(&file).expect("a file")).expect("a zip");
    for at in 0..zip.len() {
        let mut packed = zip.by_index(at).expect("listed");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut packed, &mut bytes).expect("read");
        without_a_trace("export", &bytes);
    }
}

#[tokio::test]
async fn she_stands_nowhere_any_more_on_postgres() {
    let disk = Disk::at(&postgres::fresh_database()).await;
    let (evening, _) = Box::pin(she_is_erased(disk)).await;
    without_a_trace("rows", rows(&evening.server.disk.database).await.as_bytes());
}

#[tokio::test]
async fn nobody_is_erased_by_another_name_or_after_something_that_nobody_saw() {
    let evening = Box::pin(Evening::begins(Disk::fresh().await)).await;
    let preview = evening.preview().await;
    let wrong = json!({ "extent": "whole", "name": "Unnveig", "mentions": [], "seen": preview["seen"] });
    assert_eq!(
        evening.erase(&wrong).await.refusal(),
        (422, "name_to_erase".to_owned())
    );
    let mut listing = an_offer(950, CLUB);
    listing.text = "Unnveig Kvitsund bærer ved".to_owned();
    must(
        &evening.floor().await,
        Role::Broker,
        Command::AddListing { listing },
    )
    .await;
    let late =
        json!({ "extent": "whole", "name": "Unnveig Kvitsund", "mentions": [], "seen": preview["seen"] });
    assert_eq!(
        evening.erase(&late).await.refusal(),
        (409, "person_changed".to_owned())
    );
    let stranger = ParticipantId(Uuid::now_v7());
    let unknown = evening.get(&format!("privacy/{stranger}")).await;
    assert_eq!(unknown.refusal(), (404, "unknown_participant".to_owned()));
    assert!(board(&evening.floor().await).erased.is_empty());
}

#[tokio::test]
async fn what_the_organiser_does_not_choose_stays_and_an_organisation_outlives_whoever_spoke_for_it() {
    let evening = Box::pin(Evening::begins(Disk::fresh().await)).await;
    let club = party(CLUB);
    let preview = evening.get(&format!("privacy/{club}")).await.json();
    assert_eq!(preview["extent"], "person");
    assert_eq!(preview["person"]["person"], "Unnveig Kvitsund");
    let body =
        json!({ "extent": "person", "name": "Unnveig Kvitsund", "mentions": [], "seen": preview["seen"] });
    let path = format!("{EXCHANGE}/privacy/{club}/erase");
    let erased = http::post(
        evening.server.address,
        &path,
        &evening.organiser,
        &body.to_string(),
    )
    .await;
    assert_eq!(erased.status, 204, "{erased:?}");
    let board = board(&evening.floor().await);
    assert_eq!(board.participants[&club].name, "Turlaget");
    assert!(board.erased.is_empty());
    // Whoever speaks for a club may be on the photos of its deals.
    assert_eq!(evening.photographed().await, Vec::<String>::new());
    assert_eq!(board.participants[&party(HER)].name, "Unnveig Kvitsund");
    assert!(board.listings[&listing(902)].text.contains("Kvitsund"));
    let contact = evening.get(&format!("contacts/{club}")).await.json();
    assert_eq!(contact["person"], Value::Null);
    let hers = evening.get(&format!("contacts/{}", party(HER))).await.json();
    assert_eq!(hers["person"], "Unnveig Kvitsund");
}

#[tokio::test]
async fn what_was_promised_to_be_gone_by_a_day_is_and_the_totals_stay() {
    let evening = Box::pin(Evening::begins(Disk::fresh().await)).await;
    let hub = &evening.server.hub;
    let mut done = Done::default();
    let floor = evening.floor().await;
    let round = board(&floor).current_round().map(|round| round.id);
    let expected = Expected::exactly(Phase::Open, round);
    must(&floor, Role::Moderator, Command::CloseFloor { expected }).await;
    let now = hub.clock.now();
    // A month after the last bell is over on the first of them.
    let looks = [32, 36, 40].map(|days| now.plus_ms(days * 24 * 60 * 60 * 1_000));
    for at in looks {
        Box::pin(erase_due(hub, at, &mut done)).await;
    }
    let before = board(&evening.floor().await);
    assert!(before.erased.is_empty(), "nothing was promised");
    let mut settings = before.settings.clone().expect("set up");
    settings.date = "2020-01-31".parse().expect("a day");
    let text = "Vi sletter alt.".to_owned();
    settings.privacy = Some(Privacy { text, keep_months: 1 });
    must(
        &evening.floor().await,
        Role::Organiser,
        Command::configure(settings),
    )
    .await;
    let overview = evening.get("privacy").await.json();
    assert_eq!(overview["delete_on"], "2020-02-29");
    for at in looks {
        assert!(board(&evening.floor().await).erased.is_empty());
        Box::pin(erase_due(hub, at, &mut done)).await;
    }
    let floor = evening.floor().await;
    let (after, epoch) = (board(&floor), floor.view.epoch());
    assert_eq!(figures(&after), figures(&before));
    assert_eq!(after.participants[&party(CLUB)].name, "Turlaget");
    assert!(after.erased.contains(&party(HER)));
    for (what, bytes) in answers(&evening).await {
        // A tablet's name is its owner's to change.
        if !matches!(what.as_str(), "devices" | "security" | "audit") {
            without_a_trace(&what, &bytes);
        }
    }
    let held = evening.get("privacy").await.json();
    let of = |holding: &str| {
        let all = held["holdings"].as_array().expect("a list");
        all.iter().find(|one| one["holding"] == holding).expect("listed")["entries"].clone()
    };
    assert_eq!(
        [
            of("contacts"),
            of("registrations"),
            of("signatures"),
            of("photos")
        ],
        [0, 0, 0, 0]
    );
    // Once is enough, also for a server that has started again.
    Box::pin(erase_due(hub, looks[2], &mut Done::default())).await;
    assert_eq!(evening.floor().await.view.epoch(), epoch);
    let found = check(&evening.server.disk.database).await.expect("read");
    assert_eq!(found.faults_in_all(), 0, "{found:?}");
}

#[tokio::test]
async fn she_has_everything_that_is_kept_of_her() {
    let evening = Box::pin(Evening::begins(Disk::fresh().await)).await;
    let (floor, deal) = (evening.floor().await, deal_of(&evening.sent.command));
    must(
        &floor,
        Role::Door,
        Command::MarkArrived {
            participant: party(HER),
        },
    )
    .await;
    let prize = Prize::best(deal);
    must(&floor, Role::Moderator, Command::AwardPrize { prize }).await;
    run(
        &evening.server,
        &format!(
            "INSERT INTO photo_consents (exchange_id, deal_id, participant_id, photo_id, agreed_at_ms) \
             SELECT exchange_id, deal_id, '{}', id, 1 FROM deal_photos",
            party(HER)
        ),
    )
    .await;
    for ending in ["json", "txt"] {
        let answer = evening
            .get(&format!("privacy/{}/data.{ending}", party(HER)))
            .await;
        assert_eq!(answer.status, 200);
        let text = String::from_utf8(answer.body.clone()).expect("a text");
        for trace in TRACES
            .into_iter()
            .filter(|trace| !matches!(*trace, "kvitsund" | "UNNV" | "417,271"))
        {
            assert!(text.contains(trace), "{ending}: {trace}\n{text}");
        }
        assert!(!text.contains("token_sha256"));
        // What the other party told the organiser in confidence, and who else was there.
        assert!(!text.contains("svarte aldri"), "{ending}: {text}");
        let mut of_others = text.lines().filter(|line| !line.contains("Strikke"));
        assert!(
            !of_others.any(|line| line.contains("Turlaget")),
            "{ending}: {text}"
        );
        // What another offers, and names her, is no offer of hers.
        assert!(!text.contains("Dette kan vi tilby: Turer"), "{ending}: {text}");
        let named = format!("attachment; filename=\"unnveig-kvitsund.{ending}\"");
        assert_eq!(answer.header("content-disposition"), Some(named.as_str()));
        if ending == "txt" {
            for line in [
                "Strikkekveld hos meg: Det lar seg ikke gjøre · Ingen hadde tid · Ring Unnveig til våren",
                "Telefon: 98765432",
                "Dere er: Enkeltperson",
                "Unnveig Kvitsund til Turlaget: Strikkekveld hos meg · Anslått verdi: 1,5 timer",
                "Unnveig Kvitsund til Turlaget: Strikkekurs hos meg · Anslått verdi: 1,5 timer",
                "Strikkekveld hos meg · U. Kvitsund",
                "1. januar 1970 · ny@kvitsund.example",
                "Kveldens beste avtale · Strikkekveld hos meg",
                "Strikkekveld hos meg · Samtykket i at bildet vises",
                "\n  Kom ",
            ] {
                assert!(text.contains(line), "{line}\n{text}");
            }
        }
        // What went to the other party of her deal went to an address that is none of hers.
        assert!(!text.contains("post@turlaget.example"), "{ending}: {text}");
    }
    let security = evening.get("security").await.json().to_string();
    assert!(security.contains("person_exported"), "{security}");
}

/// Somebody else, who is called the same and is in the hall by the first name alone.
const NAMESAKE: u32 = 904;

#[tokio::test]
async fn whoever_is_called_the_same_keeps_a_contact_and_another_exchange_is_named() {
    let evening = Box::pin(Evening::begins(Disk::fresh().await)).await;
    let floor = evening.floor().await;
    let participant = ParticipantEntry {
        name_shown: NameShown::First,
        ..entry(NAMESAKE, "Unnveig Kvitsund", Sector::Individual)
    };
    must(&floor, Role::Broker, Command::RegisterParticipant { participant }).await;
    let of_other =
        json!({ "person": "Unnveig Kvitsund", "email": "hin@example.org", "phone": "+47 911 11 111" });
    let path = format!("contacts/{}", party(NAMESAKE));
    evening.write(&path, &of_other).await;
    let copy = evening
        .server
        .hub
        .floors
        .make("drammen-2")
        .await
        .expect("a free address");
    run(
        &evening.server,
        &format!(
            "INSERT INTO events (exchange_id, seq, prev_public, at_ms, audience, actor_role, actor_device, schema_version, event) \
             SELECT '{}', 500, 0, at_ms, audience, actor_role, actor_device, schema_version, event FROM events \
             WHERE exchange_id = '{}' AND event LIKE '%participant_registered%{}%'",
            copy.exchange.id,
            floor.exchange.id,
            party(HER)
        ),
    )
    .await;

    let preview = evening.preview().await;
    assert_eq!(preview["elsewhere"], json!(["drammen-2"]));
    let all = preview["mentions"].as_array().expect("a list");
    let contact = all
        .iter()
        .find(|mention| mention["text"] == "Unnveig Kvitsund")
        .expect("told");
    let of: Vec<&str> = contact["of"]
        .as_array()
        .expect("whose")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(of.contains(&"Unnveig") && of.contains(&"Turlaget"), "{contact}");
    assert_eq!(contact["is_sure"], false, "it may be somebody else's: {contact}");
    // As the page proposes it.
    let sure = all.iter().filter(|mention| mention["is_sure"] == true);
    let sure: Vec<&Value> = sure.map(|mention| &mention["id"]).collect();
    let body =
        json!({ "extent": "whole", "name": "Unnveig Kvitsund", "mentions": sure, "seen": preview["seen"] });
    let erased = evening.erase(&body).await;
    assert_eq!(erased.status, 204, "{erased:?}");
    let kept = evening.get(&path).await.json();
    assert_eq!(kept["email"], "hin@example.org", "{kept}");

    // Nothing of hers is printed, and there is nothing to answer an address by.
    let deal = deal_of(&evening.sent.command);
    let paper = evening.get(&format!("deals/{deal}/agreement.pdf")).await;
    assert_eq!(paper.refusal(), (422, "participant_erased".to_owned()));
}
