//! Deals at a pace, or with so many in flight.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use borsklokka::demo::Demo;
use borsklokka_shared::wire::SUBPROTOCOL;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use test_support::raw::{HELLO, LIVE};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::ours::{self, Ours};

/// How the answers to a command begin.
const ACCEPTED: &str = r#"{"type":"accepted""#;
/// What a tablet says every few seconds.
pub(crate) const PING: &str = r#"{"type":"ping","sent_ms":0.0}"#;
const REFUSED: &str = r#"{"type":"refused""#;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A broker who does not follow the board, so that the machine's time goes to the server.
pub(crate) struct Broker {
    demo: Demo,
    sink: SplitSink<Socket, Message>,
    stream: SplitStream<Socket>,
    posted: usize,
}

impl Broker {
    pub(crate) async fn join(ours_address: std::net::SocketAddr, token: &str) -> Result<Self> {
        Self::join_at(ours_address, LIVE, token).await
    }

    /// Joins the exchange with this live path.
    pub(crate) async fn join_at(ours_address: std::net::SocketAddr, path: &str, token: &str) -> Result<Self> {
        let mut request = format!("ws://{ours_address}{path}").into_client_request()?;
        request
            .headers_mut()
            .insert("Authorization", format!("Bearer {token}").parse()?);
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", SUBPROTOCOL.parse()?);
        let (socket, _) = connect_async(request).await?;
        let (mut sink, stream) = socket.split();
        sink.send(Message::text(HELLO)).await?;
        Ok(Self {
            demo: Demo::drammen(),
            sink,
            stream,
            posted: 0,
        })
    }

    pub(crate) async fn post(&mut self) -> Result<()> {
        let command = serde_json::json!({
            "type": "command",
            "id": uuid::Uuid::now_v7(),
            "command": ours::deal(&self.demo, self.posted),
        });
        self.posted += 1;
        Ok(self.sink.send(Message::text(command.to_string())).await?)
    }

    /// Says that it is still there, as a tablet does.
    pub(crate) async fn ping(&mut self) -> Result<()> {
        Ok(self.sink.send(Message::text(PING)).await?)
    }

    /// Waits until the next post is accepted.
    pub(crate) async fn answered(&mut self) -> Result<()> {
        let text = self.answer().await?;
        if text.starts_with(ACCEPTED) {
            return Ok(());
        }
        bail!("a deal was refused: {text}");
    }

    /// Waits for the next answer to a post.
    pub(crate) async fn answer(&mut self) -> Result<Utf8Bytes> {
        loop {
            let message = self.stream.next().await.context("the server has gone")??;
            if let Message::Text(text) = message
                && (text.starts_with(ACCEPTED) || text.starts_with(REFUSED))
            {
                return Ok(text);
            }
        }
    }
}

/// When each deal was sent, in order.
pub(crate) type SentAt = Arc<Mutex<Vec<Instant>>>;

/// Posts deals at a pace for a while, and returns when the last was accepted.
pub(crate) fn at_pace(ours: &Ours, per_s: u32, lasts: Duration, sent_at: Option<&SentAt>) -> Result<u64> {
    ours.runtime.block_on(async {
        let mut broker = Broker::join(ours.address, &ours.token).await?;
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / per_s);
        let end = Instant::now() + lasts;
        let mut posted = 0;
        while Instant::now() < end {
            ticks.tick().await;
            if let Some(sent_at) = sent_at {
                sent_at
                    .lock()
                    .expect("nobody panics with it")
                    .push(Instant::now());
            }
            broker.post().await?;
            broker.answered().await?;
            posted += 1;
        }
        Ok(posted)
    })
}

/// Posts deals until told to stop, with at most `in_flight` that not all viewers have seen. `seen` says how many deals they
/// have seen on average since the beginning.
pub(crate) fn in_flight(
    ours: &Ours,
    in_flight: u64,
    seen: impl Fn() -> u64,
    stop: &AtomicBool,
) -> Result<u64> {
    ours.runtime.block_on(async {
        let mut broker = Broker::join(ours.address, &ours.token).await?;
        let (mut posted, mut answered) = (0, 0);
        while !stop.load(Ordering::Acquire) {
            let mut was_idle = true;
            while posted - answered < in_flight && posted < seen() + in_flight {
                broker.post().await?;
                posted += 1;
                was_idle = false;
            }
            if answered < posted {
                broker.answered().await?;
                answered += 1;
            } else if was_idle {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
        }
        while answered < posted {
            broker.answered().await?;
            answered += 1;
        }
        Ok(posted)
    })
}

/// Posts so many deals, one after the other.
pub(crate) fn so_many(ours: &Ours, deals: u64) -> Result<()> {
    ours.runtime.block_on(async {
        let mut broker = Broker::join(ours.address, &ours.token).await?;
        for _ in 0..deals {
            broker.post().await?;
            broker.answered().await?;
        }
        Ok(())
    })
}
