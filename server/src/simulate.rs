//! Simulated people over real sockets: a rehearsal for the wall, and whole evenings that are counted.

mod draw;
mod evening;
pub mod past;
mod rehearsal;
mod tally;

use std::io::ErrorKind;
use std::time::Duration;

use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::follow::{Follower, Step, follow};
use borsklokka_shared::ids::{CommandId, DeviceId, RoundId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::wire::{
    ClientMessage, CommandMessage, PING_EVERY_MS, SUBPROTOCOL, ServerMessage, read_server_message,
};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

pub use evening::{Pace, Plan, play};
pub use rehearsal::{rehearse, under_way};
pub use tally::{Report, Tally};

/// A client of one exchange over a real socket.
pub struct Client<Io = MaybeTlsStream<TcpStream>> {
    socket: WebSocketStream<Io>,
    /// The board as this client sees it.
    pub follower: Option<Follower>,
    /// The server's clock at the last message that told it.
    pub server_now: Instant,
    /// This device, if it is paired.
    pub device: Option<DeviceId>,
    /// What the last message did to the board.
    pub step: Step,
}

/// A simulated client cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The socket failed.
    #[error("the socket failed: {0}")]
    Socket(Box<tungstenite::Error>),
    /// The server closed it.
    #[error("the server closed the connection{}", .0.map(|code| format!(" ({code})")).unwrap_or_default())]
    Closed(Option<u16>),
    /// The catalogue cannot be read.
    #[error("the catalogue cannot be read: {0}")]
    Catalogue(std::io::Error),
    /// There is no such exchange.
    #[error("the server has no exchange at the address {0}: check --exchange")]
    NoExchange(String),
    /// Nothing can be posted.
    #[error(
        "the floor is not open: open it at the moderator's desk, or give --moderator-token or --database"
    )]
    FloorClosed,
    /// The floor was not opened.
    #[error("the floor cannot be opened: {0}")]
    NotOpened(String),
    /// Deals are kept from the public.
    #[error("the exchange's totals are frozen, so viewers do not see new deals: reveal them first")]
    Frozen,
    /// The server does not answer.
    #[error("the server does not answer")]
    Silent,
    /// The server let the socket in and hung up at once.
    #[error(
        "the server hung up at once: it has all the connections that it takes, or all of one address; raise its \
         --connections or --connections-per-address, or send fewer --viewers"
    )]
    TurnedAway,
    /// Deals would wait for the notary.
    #[error(
        "this exchange's deals are ratified before they are posted: simulate plays those that are posted at once"
    )]
    RatifiedFirst,
    /// Nobody to deal with.
    #[error("the exchange has fewer than two participants: register or import some")]
    NobodyThere,
    /// The server said something that is not of the wire.
    #[error("{0}")]
    Read(#[from] borsklokka_shared::wire::ReadError),
}

impl From<tungstenite::Error> for ClientError {
    fn from(error: tungstenite::Error) -> Self {
        Self::Socket(Box::new(error))
    }
}

/// What asks a server at `base`, such as `ws://localhost:8080`, for a socket of an exchange, as staff if there is a token.
///
/// # Errors
/// If the base or the token cannot be written in a request.
pub fn upgrade(base: &str, slug: &str, token: Option<&str>) -> Result<Request, ClientError> {
    let mut request = format!("{base}/api/v1/exchanges/{slug}/live").into_client_request()?;
    let headers = request.headers_mut();
    headers.insert(
        "Sec-WebSocket-Protocol",
        SUBPROTOCOL.parse().expect("a constant of visible ASCII"),
    );
    if let Some(token) = token {
        let bearer = format!("Bearer {token}")
            .parse()
            .map_err(tungstenite::Error::from)?;
        headers.insert("Authorization", bearer);
    }
    Ok(request)
}

impl Client {
    /// Connects to `ws://HOST/api/v1/exchanges/SLUG/live`, as staff if there is a token, and waits for the board.
    ///
    /// # Errors
    /// If the server cannot be reached or refuses.
    pub async fn connect(address: &str, slug: &str, token: Option<&str>) -> Result<Self, ClientError> {
        Self::resume(address, slug, token, None).await
    }

    /// Connects as [`Client::connect`] does, from where an earlier connection ended.
    ///
    /// # Errors
    /// If the server cannot be reached or refuses.
    pub async fn resume(
        address: &str,
        slug: &str,
        token: Option<&str>,
        follower: Option<Follower>,
    ) -> Result<Self, ClientError> {
        let request = upgrade(&format!("ws://{address}"), slug, token)?;
        let (socket, _) = connect_async(request).await.map_err(|error| match error {
            tungstenite::Error::Http(answer) if answer.status() == 404 => {
                ClientError::NoExchange(slug.to_owned())
            }
            tungstenite::Error::Protocol(ProtocolError::HandshakeIncomplete) => ClientError::TurnedAway,
            tungstenite::Error::Io(error) if error.kind() == ErrorKind::ConnectionReset => {
                ClientError::TurnedAway
            }
            error => error.into(),
        })?;
        Self::over(socket, follower).await
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Client<Io> {
    /// Says hello on a socket that has just been opened, from where an earlier connection ended, and waits for the board.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn over(socket: WebSocketStream<Io>, follower: Option<Follower>) -> Result<Self, ClientError> {
        let position = follower.as_ref().map(Follower::position);
        let mut client = Self {
            socket,
            follower,
            server_now: Instant::default(),
            device: None,
            step: Step::Other,
        };
        client
            .send(&ClientMessage::Hello {
                position,
                language: None,
            })
            .await?;
        while !matches!(
            client.next().await?,
            ServerMessage::Welcome { .. } | ServerMessage::Resumed { .. }
        ) {}
        Ok(client)
    }

    /// Sends a message.
    ///
    /// # Errors
    /// If the socket fails.
    pub async fn send(&mut self, message: &ClientMessage) -> Result<(), ClientError> {
        self.send_text(
            serde_json::to_string(message).expect("a message has string keys and finite numbers only"),
        )
        .await
    }

    /// Sends a frame as it is.
    ///
    /// # Errors
    /// If the socket fails.
    pub async fn send_text(&mut self, text: String) -> Result<(), ClientError> {
        Ok(self.socket.send(Message::text(text)).await?)
    }

    /// Sends a command with a new id, which it returns.
    ///
    /// # Errors
    /// If the socket fails.
    pub async fn command(&mut self, command: &Command) -> Result<CommandId, ClientError> {
        let id = CommandId(Uuid::now_v7());
        self.command_as(id, command).await?;
        Ok(id)
    }

    /// Sends a command with an id that it may have been sent with before.
    ///
    /// # Errors
    /// If the socket fails.
    pub async fn command_as(&mut self, id: CommandId, command: &Command) -> Result<(), ClientError> {
        let command =
            serde_json::to_value(command).expect("a command has string keys and finite numbers only");
        let message = CommandMessage {
            id,
            written_at: None,
            clock: ClockTrust::Estimated,
            epoch: None,
            command,
        };
        self.send(&ClientMessage::Command(message)).await
    }

    /// The next message, applied to the follower.
    ///
    /// # Errors
    /// If the socket fails or closes, or the message is not of the wire.
    pub async fn next(&mut self) -> Result<ServerMessage, ClientError> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let message = read_server_message(&text)?;
                    if let ServerMessage::Welcome { server_ms, .. } | ServerMessage::Pong { server_ms, .. } =
                        &message
                    {
                        self.server_now = Instant::from_unix_ms(*server_ms);
                    }
                    if let ServerMessage::Welcome { device, .. } = &message {
                        self.device = *device;
                    }
                    self.step = follow(&mut self.follower, &message);
                    return Ok(message);
                }
                Some(Ok(Message::Close(frame))) => {
                    return Err(ClientError::Closed(frame.map(|frame| frame.code.into())));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Err(ClientError::Closed(None)),
            }
        }
    }

    /// Waits for the answer to a command.
    ///
    /// # Errors
    /// As [`Client::next`].
    pub async fn answer(&mut self, to: CommandId) -> Result<ServerMessage, ClientError> {
        loop {
            match self.next().await? {
                answer @ ServerMessage::Accepted { id, .. } if id == to => return Ok(answer),
                answer @ ServerMessage::Refused { id: Some(id), .. } if id == to => return Ok(answer),
                _ => {}
            }
        }
    }

    /// Listens for `wait`, pinging as a tablet does.
    async fn listen(&mut self, wait: Duration) -> Result<(), ClientError> {
        let until = tokio::time::Instant::now() + wait;
        let mut ping = tokio::time::interval(Duration::from_millis(u64::from(PING_EVERY_MS)));
        loop {
            tokio::select! {
                message = self.next() => { message?; }
                _ = ping.tick() => self.send(&ClientMessage::Ping { sent_ms: 0.0 }).await?,
                () = tokio::time::sleep_until(until) => return Ok(()),
            }
        }
    }
}

async fn open_floor(
    address: &str,
    slug: &str,
    token: &str,
    start_round: Option<RoundId>,
) -> Result<(), ClientError> {
    let mut moderator = Client::connect(address, slug, Some(token)).await?;
    let phase = moderator
        .follower
        .as_ref()
        .map(|follower| follower.board.floor.settled_phase());
    let current = moderator
        .follower
        .as_ref()
        .and_then(|follower| follower.board.current_round())
        .map(|round| round.id);
    if let Some(phase @ (Phase::Preparing | Phase::Closed)) = phase {
        let expected = Expected::exactly(phase, current);
        let id = moderator
            .command(&Command::OpenFloor {
                expected,
                start_round,
            })
            .await?;
        if let ServerMessage::Refused { message, .. } = moderator.answer(id).await? {
            return Err(ClientError::NotOpened(message));
        }
        // A deal counts from the bell's stroke on.
        moderator.listen(Duration::from_millis(600)).await?;
    }
    Ok(())
}

/// Chance that replays: the same seed gives the same evening.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}
