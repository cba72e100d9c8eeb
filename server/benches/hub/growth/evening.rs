//! One exchange, from its making to its closing bell, with those who come to it.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, bail, ensure};
use borsklokka::clock::Clock as _;
use borsklokka::floor::{FloorHandle, Submission};
use borsklokka::hub::Hub;
use borsklokka::log::Answer;
use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::{Privacy, Settings};
use borsklokka_shared::ids::Epoch;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::SUBPROTOCOL;
use serde_json::{Value, json};
use test_support::raw::{HELLO, frame};
use test_support::{entry, gift, opening, paired_long_ago, party, png_of, programme, settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

use super::hand::HandClock;

/// What people ask for.
pub(crate) const HOST: &str = "bors.example.org";
const PARTICIPANTS: u32 = 6;
const BROKERS: u32 = 2;
/// Deals that each broker writes.
const DEALS: u32 = 3;
/// Walls and phones on a socket, until the closing bell.
const WATCHING: u32 = 4;
/// Guests who look at a page and go.
const PASSING: u32 = 6;
/// Bytes of the logo that they look at.
const LOGO_BYTES: usize = 24 * 1_024;
const LOGO: &str = "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c0001";
const MINUTE_MS: i64 = 60_000;
/// How long a bell may take to strike, in milliseconds.
const STROKE_MS: i64 = 1_000;

/// An exchange's address.
pub(crate) fn slug(nth: u32) -> String {
    format!("by-{nth:04}-bors")
}

/// An evening that is to be held.
pub(crate) struct Evening<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) clock: &'a HandClock,
    pub(crate) server: SocketAddr,
    pub(crate) nth: u32,
    pub(crate) keep_months: u32,
    pub(crate) is_rehearsed: bool,
    /// Whether parties are reminded of what they agreed.
    pub(crate) reminds: bool,
}

impl Evening<'_> {
    pub(crate) async fn hold(&self) -> Result<()> {
        let floor = self.set_up().await?;
        if self.is_rehearsed {
            self.open(&floor).await?;
            let name = floor
                .view
                .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.name.clone()));
            let epoch = Epoch(Uuid::now_v7());
            self.must(&floor, Role::Organiser, Command::BeginAnew { epoch, name })
                .await?;
        }
        let mut watching = Vec::new();
        for nth in 0..WATCHING {
            watching.push(self.watch(nth).await?);
        }
        self.open(&floor).await?;
        for nth in 0..BROKERS {
            self.broker(&floor, nth).await?;
        }
        for nth in WATCHING..WATCHING + PASSING {
            self.pass_by(nth).await?;
        }
        let close =
            serde_json::from_value(json!({ "type": "close_floor", "expected": { "phase": "open" } }))?;
        self.must(&floor, Role::Moderator, close).await?;
        self.clock.pass_ms(STROKE_MS);
        drop(watching);
        self.clock.pass_ms(30 * MINUTE_MS);
        Ok(())
    }

    /// Makes it, with those who take part and how to reach them.
    async fn set_up(&self) -> Result<FloorHandle> {
        let now = self.clock.now().to_string();
        let today = now.get(..10).context("an instant begins with its day")?.parse()?;
        let settings = Settings {
            name: format!("Frivilligbørs {}", self.nth),
            date: today,
            privacy: Some(Privacy {
                text: "Vi sletter alt.".to_owned(),
                keep_months: self.keep_months,
            }),
            ..settings()
        };
        let slug = slug(self.nth);
        let made = self
            .hub
            .make_exchange(&slug, settings, paired_long_ago(Role::Organiser))
            .await;
        made.map_err(|refusal| anyhow::anyhow!("{slug} is not made: {refusal:?}"))?;
        let floor = self.hub.floors.get(&slug).await?;
        self.must(&floor, Role::Organiser, Command::set_programme(programme()))
            .await?;
        let organiser = self.token(&floor, Role::Organiser, "Kari").await?;
        for n in 1..=PARTICIPANTS {
            let sector = Sector::ALL[n as usize % Sector::ALL.len()];
            let participant = entry(n, &format!("Deltaker {n}"), sector);
            self.must(
                &floor,
                Role::Organiser,
                Command::RegisterParticipant { participant },
            )
            .await?;
            let contact = json!({ "person": format!("Person {n}"), "email": format!("post{n}@example.org"), "phone": "+47 22 33 44 55" });
            let path = format!("/api/v1/exchanges/{slug}/contacts/{}", party(n));
            self.ask(
                0,
                "PUT",
                &path,
                &organiser,
                "application/json",
                contact.to_string().as_bytes(),
                204,
            )
            .await?;
        }
        if self.reminds {
            let reminds = json!({ "reminds": true, "days_before_step": 3, "shows_rate": true });
            let path = format!("/api/v1/exchanges/{slug}/follow-ups/settings");
            self.ask(
                0,
                "PUT",
                &path,
                &organiser,
                "application/json",
                reminds.to_string().as_bytes(),
                200,
            )
            .await?;
        }
        let logo = png_of(LOGO_BYTES);
        let path = format!("/api/v1/exchanges/{slug}/pictures/{LOGO}");
        self.ask(0, "PUT", &path, &organiser, "image/png", &logo, 204)
            .await?;
        Ok(floor)
    }

    async fn open(&self, floor: &FloorHandle) -> Result<()> {
        self.must(floor, Role::Moderator, opening()).await?;
        self.clock.pass_ms(STROKE_MS);
        Ok(())
    }

    /// A broker pairs a tablet, after a wrong code, and writes deals.
    async fn broker(&self, floor: &FloorHandle, nth: u32) -> Result<()> {
        let (token, slug) = (self.token(floor, Role::Broker, "Ingrid").await?, slug(self.nth));
        let pair = format!("/api/v1/exchanges/{slug}/pair");
        let wrong = json!({ "code": "AAAA-AAAA" }).to_string();
        self.ask(nth, "POST", &pair, "", "application/json", wrong.as_bytes(), 0)
            .await?;
        for deal in 0..DEALS {
            let (giver, receiver) = (1 + deal, 1 + (deal + nth + 1) % PARTICIPANTS);
            let receiver = if receiver == giver { PARTICIPANTS } else { receiver };
            let terms = serde_json::to_value(gift(giver, receiver, &format!("Maler rom {deal}")))?;
            let post = json!({ "id": Uuid::now_v7(), "command": { "type": "post_deal", "deal": Uuid::now_v7(), "terms": terms } });
            let path = format!("/api/v1/exchanges/{slug}/commands");
            self.ask(
                nth,
                "POST",
                &path,
                &token,
                "application/json",
                post.to_string().as_bytes(),
                200,
            )
            .await?;
            self.clock.pass_ms(MINUTE_MS);
        }
        Ok(())
    }

    /// A guest looks at the page, the catalogue and the logo, and logs in as nobody.
    async fn pass_by(&self, nth: u32) -> Result<()> {
        let slug = slug(self.nth);
        for path in [
            format!("/{slug}"),
            format!("/api/v1/exchanges/{slug}/catalogue"),
            format!("/api/v1/exchanges/{slug}/pictures/{LOGO}"),
        ] {
            self.ask(nth, "GET", &path, "", "application/json", b"", 200)
                .await?;
        }
        self.ask(
            nth,
            "GET",
            &format!("/agreement/{slug}/none"),
            "",
            "application/json",
            b"",
            0,
        )
        .await?;
        let wrong = json!({ "passphrase": "ikke denne" }).to_string();
        self.ask(
            nth,
            "POST",
            "/api/v1/login",
            "",
            "application/json",
            wrong.as_bytes(),
            0,
        )
        .await?;
        Ok(())
    }

    /// A wall or a phone on a socket, until it is dropped.
    async fn watch(&self, nth: u32) -> Result<TcpStream> {
        let mut stream = TcpStream::connect(self.server).await?;
        let request = format!(
            "GET /api/v1/exchanges/{}/live HTTP/1.1\r\n{}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n",
            slug(self.nth),
            self.proxied(nth),
        );
        stream.write_all(request.as_bytes()).await?;
        stream.write_all(&frame(true, 1, HELLO.as_bytes())).await?;
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(r#"{"type":"welcome""#) {
            let read = stream.read_buf(&mut seen).await?;
            ensure!(read > 0, "nobody is welcomed: {}", String::from_utf8_lossy(&seen));
        }
        Ok(stream)
    }

    /// What the proxy says of whoever comes: each has an address of their own.
    fn proxied(&self, nth: u32) -> String {
        let from = Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 0, 0, 1)) + self.nth * 32 + nth);
        format!("Host: {HOST}\r\nX-Forwarded-For: {from}\r\nX-Forwarded-Proto: https\r\n")
    }

    /// Asks over the listener, and wants a status unless it is none.
    #[expect(clippy::too_many_arguments, reason = "all of a request")]
    async fn ask(
        &self,
        from: u32,
        method: &str,
        path: &str,
        token: &str,
        media_type: &str,
        body: &[u8],
        wanted: u16,
    ) -> Result<()> {
        let authorization = if token.is_empty() {
            String::new()
        } else {
            format!("Authorization: Bearer {token}\r\n")
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\n{}{authorization}Content-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.proxied(from),
            body.len()
        );
        let mut stream = TcpStream::connect(self.server).await?;
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let head = String::from_utf8_lossy(&answer[..answer.len().min(400)]).into_owned();
        let status: u16 = head.split(' ').nth(1).context("an answer")?.parse()?;
        ensure!(wanted == 0 || status == wanted, "{method} {path}: {head}");
        Ok(())
    }

    async fn token(&self, floor: &FloorHandle, role: Role, name: &str) -> Result<String> {
        let token = self.hub.access.issue_token(floor.exchange.id, role, name).await;
        token.map_err(|denied| anyhow::anyhow!("no token: {denied}"))
    }

    async fn must(&self, floor: &FloorHandle, role: Role, command: Command) -> Result<()> {
        let told: Value = serde_json::to_value(&command)?;
        match floor
            .submit(Submission::now(paired_long_ago(role), command))
            .await
        {
            Answer::Accepted { .. } => Ok(()),
            Answer::Refused { refusal } => bail!("{told} was refused: {refusal:?}"),
        }
    }
}
