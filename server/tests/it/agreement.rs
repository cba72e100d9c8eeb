//! The agreement over HTTP: what stands on the paper, who may have it, signatures and links, and what never leaves by a
//! socket.

mod links;
mod paper;
mod photos;
mod privacy;
mod signing;

use std::collections::BTreeSet;

use crate::common::{Disk, Server, assert_accepted, submission};
use borsklokka::database::Either;
use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::contact::Contact;
use borsklokka_shared::deal::{Bargain, FirstStep, Service, Terms};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{CategoryId, DealId, DeviceId, ParticipantId};
use borsklokka_shared::listing::Quantity;
use borsklokka_shared::participant::{NameShown, ParticipantEntry, Sector};
use borsklokka_shared::role::Role;
use lopdf::{Document, Object};
use serde_json::json;
use test_support::http::{self, Answer};
use uuid::Uuid;

const EXCHANGE: &str = "/api/v1/exchanges/drammen";

/// A server whose floor is open, and a token of each of staff.
struct Evening {
    server: Server,
    broker: String,
    /// The device that the broker's token is of: it writes the deals.
    tablet: DeviceId,
    /// The token of a broker who wrote none of the deals.
    other_broker: String,
    notary: String,
    moderator: String,
}

impl Evening {
    async fn begins() -> Self {
        Self::on(Disk::fresh().await).await
    }

    async fn on(disk: Disk) -> Self {
        let log = borsklokka::log::open(&disk.database);
        let server = Server::start_with(disk, log).await;
        server.open_floor().await;
        let broker = server.token(Role::Broker).await;
        Self {
            tablet: server.device(&broker).await,
            broker,
            other_broker: server.token(Role::Broker).await,
            notary: server.token(Role::Notary).await,
            moderator: server.token(Role::Moderator).await,
            server,
        }
    }

    async fn command(&self, role: Role, command: Command) {
        let mut submission = submission(role, command);
        if role == Role::Broker {
            submission.actor.device = self.tablet;
        }
        assert_accepted(&self.server.floor().submit(submission).await);
    }

    /// Registers a party and writes its contact.
    async fn party(&self, name: &str, sector: Sector, contact: Contact) -> ParticipantId {
        let id = ParticipantId(Uuid::now_v7());
        let participant = ParticipantEntry {
            id,
            name: name.to_owned(),
            sector,
            name_shown: NameShown::Full,
            symbol: None,
            place: None,
        };
        self.command(Role::Broker, Command::RegisterParticipant { participant })
            .await;
        let exchange = self.server.floor().exchange.id;
        let written = self.server.hub.access.write_contact(exchange, id, contact).await;
        written.expect("a good contact");
        id
    }

    async fn deal(&self, terms: Terms) -> DealId {
        let deal = DealId(Uuid::now_v7());
        let post = Command::PostDeal {
            deal,
            terms,
            written_on: WrittenOn::Tablet,
            broker: None,
        };
        self.command(Role::Broker, post).await;
        deal
    }

    async fn configure(&self, change: impl FnOnce(&mut Settings)) {
        let settings = self
            .server
            .floor()
            .view
            .with_staff_board(|board| board.settings.clone());
        let mut settings = settings.expect("the demo has settings");
        change(&mut settings);
        let settings = Box::new(settings);
        self.command(Role::Organiser, Command::configure(settings)).await;
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        http::get(self.server.address, &format!("{EXCHANGE}/{path}"), token).await
    }

    async fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> Answer {
        let path = format!("{EXCHANGE}/{path}");
        let kind = "application/json";
        http::ask(self.server.address, method, &path, token, kind, body.as_bytes()).await
    }

    async fn paper(&self, deal: DealId) -> Pdf {
        let answer = self
            .get(&format!("deals/{deal}/agreement.pdf"), &self.broker)
            .await;
        Pdf::read(&answer)
    }

    /// Draws a party's signature.
    async fn sign(&self, deal: DealId, party: ParticipantId, name: &str) -> Answer {
        let body = json!({ "name": name, "strokes": [[[100, 200], [140, 180], [190, 230]], [[150, 160]]] });
        let path = format!("deals/{deal}/signatures/{party}");
        self.ask("PUT", &path, &self.broker, &body.to_string()).await
    }

    /// Runs a statement on the server's database.
    async fn execute(&self, statement: &'static str) {
        match self.server.disk.database.writing() {
            Either::Sqlite(on) => drop(sqlx::query(statement).execute(on).await.expect("executed")),
            Either::Postgres(on) => drop(sqlx::query(statement).execute(on).await.expect("executed")),
        }
    }
}

fn contact(person: &str, email: &str, phone: &str) -> Contact {
    Contact {
        person: Some(person.to_owned()),
        email: Some(email.to_owned()),
        phone: Some(phone.to_owned()),
    }
}

fn service(text: &str) -> Service {
    Service {
        text: text.to_owned(),
        category: Some(CategoryId("hands".to_owned())),
        quantity: Some(Quantity {
            amount: 12,
            unit: "stoler".to_owned(),
        }),
        effort_minutes: Some(1_200),
        worth: Some(16_000),
        listings: vec![],
    }
}

fn terms(givers: &[ParticipantId], receivers: &[ParticipantId], bargain: Bargain) -> Terms {
    Terms {
        givers: givers.to_vec(),
        receivers: receivers.to_vec(),
        bargain,
        first_step: Some(FirstStep {
            by: receivers[0],
            what: "ringer".to_owned(),
            due: Some("2026-12-04".parse().expect("a day")),
        }),
        deadline: Some("2027-11-26".parse().expect("a day")),
    }
}

/// A PDF that came over HTTP.
struct Pdf {
    document: Document,
    text: String,
}

impl Pdf {
    fn read(answer: &Answer) -> Self {
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("application/pdf")),
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
        let document = Document::load_mem(&answer.body).expect("a PDF");
        let pages: Vec<u32> = document.get_pages().into_keys().collect();
        let text = document.extract_text(&pages).expect("text");
        Self {
            document,
            text: bare(&text),
        }
    }

    fn pages(&self) -> usize {
        self.document.get_pages().len()
    }

    fn says(&self, text: &str) -> bool {
        self.text.contains(&bare(text))
    }

    #[track_caller]
    fn must_say(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.says(text), "{text} is not in {}", self.text);
        }
    }

    fn catalog(&self, key: &str) -> &Object {
        let catalog = self.document.catalog().expect("a catalog");
        let value = catalog.get(key.as_bytes()).unwrap_or(&Object::Null);
        self.document.dereference(value).expect("resolved").1
    }

    /// The names of its fonts, and of those whose file is inside.
    fn fonts(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut named, mut embedded) = (BTreeSet::new(), BTreeSet::new());
        for object in self.document.objects.values() {
            let Ok(font) = object.as_dict() else { continue };
            let Ok(name) = font.get(b"FontName").and_then(Object::as_name) else {
                continue;
            };
            let name = String::from_utf8_lossy(name).into_owned();
            if font.has(b"FontFile2") || font.has(b"FontFile3") {
                embedded.insert(name.clone());
            }
            named.insert(name);
        }
        (named, embedded)
    }

    /// The titles of its outline, in order.
    fn outline(&self) -> Vec<String> {
        let mut titles = vec![];
        let outlines = self.catalog("Outlines").as_dict();
        let mut next = outlines.ok().and_then(|outlines| outlines.get(b"First").ok());
        while let Some(item) = next {
            let item = self.document.dereference(item).expect("resolved").1;
            let item = item.as_dict().expect("an item of the outline");
            titles.push(lopdf::decode_text_string(item.get(b"Title").expect("a title")).expect("text"));
            next = item.get(b"Next").ok();
        }
        titles
    }

    /// What it says of its pictures to those who hear it.
    fn alternatives(&self) -> Vec<String> {
        let pictures = self
            .document
            .objects
            .values()
            .filter_map(|object| object.as_dict().ok());
        pictures
            .filter_map(|picture| picture.get(b"Alt").ok())
            .map(|text| lopdf::decode_text_string(text).expect("text"))
            .collect()
    }

    fn metadata(&self) -> String {
        let stream = self.catalog("Metadata").as_stream().expect("metadata");
        let plain = stream.decompressed_content();
        String::from_utf8_lossy(&plain.unwrap_or_else(|_| stream.content.clone())).into_owned()
    }
}

/// A text without its breaks and blanks: how a paper's lines fall is not its text.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{200B}')
        .collect()
}
