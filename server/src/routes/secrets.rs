//! Nothing that a guest can read changes with what is not the public's: one evening is played twice, once with more that the
//! public does not see, and every byte that the public gets is the same.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::{Method, StatusCode};
use borsklokka_shared::audience::Audience;
use borsklokka_shared::command::{Command, Reveal};
use borsklokka_shared::event::Recorded;
use borsklokka_shared::exchange::{Ceremony, Scene};
use borsklokka_shared::ids::Seq;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::Position;
use test_support::raw::{HELLO, RawClient};
use test_support::{
    an_offer, deal, entry, gift, line, opening, paired_long_ago, party, post_command, programme, settings,
};

use super::{routes, table};
use crate::fixture::{Fixture, open_hub};
use crate::floor::{FloorHandle, Submission};
use crate::listen::{accept, listen};
use crate::log::{self, Answer};

/// A frame with text, by RFC 6455.
const TEXT: u8 = 1;
/// How long something that the public sees takes, in milliseconds: the bell has struck by then.
const STEP_MS: i64 = 10_000;
/// How many guests have asked. Each asks at an address of its own: how often one may try links is no secret.
static GUESTS: AtomicU32 = AtomicU32::new(0);

/// What somebody does.
type Deed = (Role, Command);

/// A part of the evening.
struct Part {
    /// What only the second evening has before it: nobody of the public sees that.
    more: Vec<Deed>,
    /// What both have.
    both: Vec<Deed>,
}

fn registered(n: u32, name: &str) -> Deed {
    let participant = entry(n, name, Sector::Voluntary);
    (Role::Broker, Command::RegisterParticipant { participant })
}

fn offered(n: u32, of: u32) -> Deed {
    let listing = an_offer(n, of);
    (Role::Organiser, Command::AddListing { listing })
}

fn written(n: u32) -> Deed {
    (Role::Broker, post_command(n))
}

fn amended(n: u32) -> Deed {
    let terms = gift(2, 4, "Noe ganske annet, og lengre enn det var");
    (
        Role::Broker,
        Command::AmendDeal {
            deal: deal(n),
            terms,
            expected: None,
        },
    )
}

fn ratified(n: u32) -> Deed {
    let deal = deal(n);
    (Role::Notary, Command::RatifyDeal { deal, expected: None })
}

fn sent_back(n: u32) -> Deed {
    let remark = "Hvor mange timer?".to_owned();
    (
        Role::Notary,
        Command::SendBackDeal {
            deal: deal(n),
            remark,
        },
    )
}

fn removed(n: u32) -> Deed {
    (Role::Moderator, Command::RemoveDeal { deal: deal(n) })
}

fn shown(scene: Scene) -> Deed {
    (Role::Moderator, Command::SetScene { scene })
}

fn evening() -> Vec<Part> {
    let arrived = |n| {
        (
            Role::Door,
            Command::MarkArrived {
                participant: party(n),
            },
        )
    };
    let gone = |n| {
        (
            Role::Door,
            Command::TakeBackArrival {
                participant: party(n),
            },
        )
    };
    let withdrawn = |n| (Role::Broker, Command::WithdrawDeal { deal: deal(n) });
    let announced = Command::Announce {
        announcement: line(1),
        text: "Kaffen er klar".to_owned(),
        seconds: 60,
    };
    vec![
        Part {
            more: vec![],
            both: vec![
                registered(1, "Røde Kors"),
                registered(2, "Speiderne"),
                registered(4, "Trygve"),
                offered(1, 1),
                (Role::Moderator, opening()),
                written(1),
                ratified(1),
            ],
        },
        // The notary's queue, and who has come.
        Part {
            more: vec![
                written(101),
                sent_back(101),
                amended(101),
                arrived(1),
                arrived(2),
                gone(1),
                withdrawn(101),
            ],
            both: vec![
                (Role::Moderator, announced),
                (Role::Moderator, Command::FreezeTotals),
                written(2),
                ratified(2),
            ],
        },
        // What is struck while totals are frozen.
        Part {
            more: vec![
                written(102),
                ratified(102),
                written(103),
                ratified(103),
                amended(103),
                sent_back(103),
                written(104),
                ratified(104),
                (Role::Notary, Command::RecallDeal { deal: deal(104) }),
            ],
            both: vec![shown(Scene::Pause), offered(2, 2), registered(5, "Kammerkoret")],
        },
        // And is taken off again, so that nobody ever sees it.
        Part {
            more: vec![removed(102), withdrawn(103), removed(104)],
            both: vec![
                shown(Scene::Automatic),
                (Role::Moderator, Command::RevealDeals { reveal: Reveal::All }),
            ],
        },
        Part {
            more: vec![written(105), sent_back(105)],
            both: vec![written(3), ratified(3), offered(3, 5)],
        },
    ]
}

/// A hall, with one phone that watches from the beginning.
struct Hall {
    fixture: Fixture,
    floor: FloorHandle,
    server: std::net::SocketAddr,
    phone: RawClient,
}

impl Hall {
    async fn open() -> Self {
        let fixture = open_hub().await;
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let server = listener.local_addr().unwrap();
        let hub = Arc::clone(&fixture.hub);
        tokio::spawn(accept(listener, Arc::clone(&hub), routes(hub)));
        let floor = fixture.hub.floors.get("drammen").await.unwrap();
        let mut hall = Self {
            phone: RawClient::viewer(server).await,
            floor,
            server,
            fixture,
        };
        // It is let in before anything happens.
        let_in(&mut hall.phone).await;
        let settings = Box::new(borsklokka_shared::exchange::Settings {
            ceremony: Ceremony::RatifiedFirst,
            ..settings()
        });
        hall.play((Role::Organiser, Command::configure(settings))).await;
        let items = programme();
        hall.play((Role::Organiser, Command::set_programme(items))).await;
        hall
    }

    async fn play(&self, (role, command): Deed) {
        let answer = self
            .floor
            .submit(Submission::now(paired_long_ago(role), command.clone()))
            .await;
        assert!(
            matches!(answer, Answer::Accepted { .. }),
            "{command:?}: {answer:?}"
        );
        // What was committed is written to everybody a moment later.
        while self.floor.rooms.delivered(Audience::Public) < self.floor.view.head(Audience::Public) {
            tokio::task::yield_now().await;
        }
    }

    /// Everything that a guest can read now: what the phone was sent, what a new one and one that was away are sent, and what
    /// every route answers to nobody.
    async fn public(&mut self) -> Vec<String> {
        let mut read = vec![until_pong(&mut self.phone).await];
        let log = log::open(&self.fixture.database);
        let events = log.read(self.floor.exchange.id, Seq(0), u32::MAX).await.unwrap();
        let position = |back: u64| {
            let seq = Seq(self.floor.view.head(Audience::Public).0.saturating_sub(back));
            let is_there = |recorded: &&Recorded| {
                recorded.audience == Audience::Public && recorded.position(Audience::Public) == seq
            };
            Position {
                epoch: Audience::Public.epoch(self.floor.view.epoch()),
                audience: Audience::Public,
                seq,
                at: events.iter().find(is_there).map(|recorded| recorded.at),
            }
        };
        let away = [0, 1, 3].map(|back| serde_json::to_string(&position(back)).unwrap());
        let hellos = away.map(|position| format!(r#"{{"type":"hello","position":{position}}}"#));
        for hello in std::iter::once(HELLO.to_owned()).chain(hellos) {
            let mut newcomer = RawClient::connect(self.server, None).await;
            newcomer.send_text(&hello).await;
            read.push(let_in(&mut newcomer).await);
        }
        for route in table() {
            if route.path.ends_with("/live") || route.path.ends_with("/pair") {
                continue;
            }
            read.push(self.ask(&route.method, &of_nobody(route.path)).await);
        }
        for page in ["/", "/drammen", "/drammen/wall", "/start"] {
            read.push(self.ask(&Method::GET, page).await);
        }
        // Which exchange and which history it is differs from evening to evening, and says nothing.
        let epoch = Audience::Public.epoch(self.floor.view.epoch()).to_string();
        let exchange = self.floor.exchange.id.to_string();
        let same = |text: &String| text.replace(&epoch, "EPOCH").replace(&exchange, "EXCHANGE");
        read.iter().map(same).collect()
    }

    async fn ask(&self, method: &Method, path: &str) -> String {
        let nth = GUESTS.fetch_add(1, Ordering::Relaxed);
        let guest = self
            .fixture
            .browser()
            .at(&Ipv4Addr::from(0x0A00_0001 + nth).to_string());
        let answer = guest.ask(method.as_str(), path, None).await;
        assert_ne!(
            answer.status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{method} {path}"
        );
        format!(
            "{method} {path}\n{}\n{:?}\n{}",
            answer.status, answer.headers, answer.text
        )
    }
}

/// An address of a route, as somebody asks who knows nothing but the exchange.
fn of_nobody(path: &str) -> String {
    let asked = path.replace("{slug}", "drammen");
    let (before, after) = asked.split_once('{').unwrap_or((&asked, ""));
    let rest = after.split_once('}').map_or("", |(_, rest)| rest);
    let known = if path.contains("{deal}") {
        deal(102).to_string()
    } else {
        party(1).to_string()
    };
    let whole = if after.is_empty() {
        before.to_owned()
    } else {
        format!("{before}{known}{rest}")
    };
    whole
        .split('{')
        .next()
        .unwrap_or_default()
        .replace("qr.svg", "qr.svg?to=phone")
}

/// What a newcomer is sent: how it begins, and until its ping is answered. A ping is answered by the connection and the start comes from the
/// room, so it is asked for only then.
async fn let_in(client: &mut RawClient) -> String {
    let start = next_text(client).await;
    format!("{start}\n{}", until_pong(client).await)
}

/// What a client is sent until its ping is answered.
async fn until_pong(client: &mut RawClient) -> String {
    client.send_text(r#"{"type":"ping","sent_ms":1}"#).await;
    let mut heard = String::new();
    loop {
        let text = next_text(client).await;
        let is_pong = text.starts_with(r#"{"type":"pong""#);
        heard.push_str(&text);
        heard.push('\n');
        if is_pong {
            return heard;
        }
    }
}

/// The next message. Whoever was silent for a while, as on a busy machine, is asked for a sign of life between.
async fn next_text(client: &mut RawClient) -> String {
    loop {
        let frame = client.frame().await.expect("the connection lives");
        if frame.opcode == TEXT {
            return String::from_utf8(frame.payload).expect("text");
        }
    }
}

#[tokio::test]
async fn what_the_public_does_not_see_changes_no_byte_that_it_gets() {
    let (mut plain, mut with_more) = (Hall::open().await, Hall::open().await);
    assert_same(
        &plain.public().await,
        &with_more.public().await,
        "before the first deed",
    );
    for part in evening() {
        for (role, command) in part.more {
            let before = with_more.public().await;
            with_more.play((role, command.clone())).await;
            let head = before.len();
            let after = with_more.public().await;
            assert_eq!(head, after.len());
            assert_same(&quiet(before), &quiet(after), &format!("{command:?}"));
        }
        for deed in part.both {
            for hall in [&plain, &with_more] {
                hall.fixture.clock.pass_ms(STEP_MS);
                hall.play(deed.clone()).await;
            }
            assert_same(
                &plain.public().await,
                &with_more.public().await,
                &format!("{deed:?}"),
            );
        }
    }
}

/// Without what the phone was told before: of that, only the answer to its ping is said again.
fn quiet(mut read: Vec<String>) -> Vec<String> {
    if let Some(phone) = read.first_mut() {
        *phone = phone.lines().last().unwrap_or_default().to_owned();
    }
    read
}

fn assert_same(one: &[String], other: &[String], after: &str) {
    assert_eq!(one.len(), other.len(), "after {after}");
    for (one, other) in one.iter().zip(other) {
        assert_eq!(one, other, "after {after}");
    }
}
