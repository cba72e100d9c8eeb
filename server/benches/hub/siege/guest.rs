//! One connection of the besieger, and how it ended.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use borsklokka_shared::wire::SUBPROTOCOL;
use test_support::raw::{HELLO, LIVE, RawClient, RawFrame, frame};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Longer than the server lets anything wait: what has not ended by then is given up.
const PATIENCE: Duration = Duration::from_secs(40);
/// The longest answer to a request that is read for its status, in bytes.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How a try ended, in the report's words.
pub(crate) type End = &'static str;

/// Nothing listens, or there is no room in the backlog.
pub(crate) const REFUSED: End = "connection refused";
/// The connection was closed without a word.
pub(crate) const CUT: End = "cut";
/// The besieger itself gave it up.
pub(crate) const GIVEN_UP: End = "given up";
/// The server answered as to anybody.
pub(crate) const SERVED: End = "served";

/// Where the besieger goes, and as whom.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) server: SocketAddr,
    /// Where it comes from.
    pub(crate) from: Ipv4Addr,
    /// The host that it asks for: not loopback, else it would count as the server's own machine.
    pub(crate) host: &'static str,
}

/// A connection.
pub(crate) struct Guest {
    /// With what came and was not looked at yet.
    client: RawClient<TcpStream>,
    target: Target,
}

impl Guest {
    /// Connects, with a small receive buffer if one is given, in bytes.
    pub(crate) async fn enter(target: &Target, receive_buffer: Option<u32>) -> Result<Self, End> {
        let connected = async {
            let socket = TcpSocket::new_v4()?;
            if let Some(bytes) = receive_buffer {
                socket.set_recv_buffer_size(bytes)?;
            }
            // Closed with a reset: what is tried ten thousand times a minute leaves no port waiting.
            socket2::SockRef::from(&socket).set_linger(Some(Duration::ZERO))?;
            socket.bind((target.from, 0).into())?;
            socket.connect(target.server).await
        };
        Ok(Self {
            client: RawClient {
                io: connected.await.map_err(|_| REFUSED)?,
                buffer: Vec::new(),
            },
            target: target.clone(),
        })
    }

    /// Connects, upgrades and says hello.
    pub(crate) async fn watch(target: &Target, receive_buffer: Option<u32>) -> Result<Self, End> {
        let mut guest = Self::upgrade(target, receive_buffer, SUBPROTOCOL).await?;
        guest.say(HELLO).await?;
        Ok(guest)
    }

    /// Connects and upgrades.
    pub(crate) async fn upgrade(
        target: &Target,
        receive_buffer: Option<u32>,
        protocol: &str,
    ) -> Result<Self, End> {
        let mut guest = Self::enter(target, receive_buffer).await?;
        let head = guest.head(
            "GET",
            LIVE,
            &format!(
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {protocol}\r\n"
            ),
        );
        guest.write(head.as_bytes()).await?;
        let (status, head_bytes, _) = guest.read_head().await?;
        guest.client.buffer.drain(..head_bytes);
        if status == 101 {
            Ok(guest)
        } else {
            Err(end_of_status(status))
        }
    }

    /// A request's head; `more` are whole lines.
    pub(crate) fn head(&self, method: &str, path: &str, more: &str) -> String {
        let host = self.target.host;
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Language: en\r\n{more}\r\n")
    }

    /// Asks, and reads the whole answer.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        more: &str,
        body: &[u8],
    ) -> Result<End, End> {
        let length = format!("Content-Length: {}\r\n{more}", body.len());
        let more = if body.is_empty() { more } else { &length };
        let head = self.head(method, path, more);
        self.write(head.as_bytes()).await?;
        // A server that refuses by the head alone need not read the body.
        let is_sent = body.is_empty() || self.write(body).await.is_ok();
        let answered = self.answer().await?;
        if is_sent { Ok(answered) } else { Err(answered) }
    }

    /// Reads a whole answer.
    pub(crate) async fn answer(&mut self) -> Result<End, End> {
        let (status, head_bytes, body_bytes) = self.read_head().await?;
        let whole = head_bytes + body_bytes.min(ANSWER_BYTES_MAX);
        while self.client.buffer.len() < whole {
            self.read().await?;
        }
        self.client.buffer.drain(..whole);
        Ok(end_of_status(status))
    }

    /// The body of an answer to a GET, as text.
    pub(crate) async fn text(&mut self, path: &str) -> Result<String, End> {
        self.exchange("GET", path, "", "").await.map(|(_, text)| text)
    }

    /// Sends a form; gives the answer's status and its body.
    pub(crate) async fn send_form(&mut self, path: &str, form: &str) -> Result<(u16, String), End> {
        let length = form.len();
        let more = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n");
        self.exchange("POST", path, &more, form).await
    }

    async fn exchange(
        &mut self,
        method: &str,
        path: &str,
        more: &str,
        body: &str,
    ) -> Result<(u16, String), End> {
        let head = self.head(method, path, more);
        self.write(format!("{head}{body}").as_bytes()).await?;
        let (status, head_bytes, body_bytes) = self.read_head().await?;
        while self.client.buffer.len() < head_bytes + body_bytes {
            self.read().await?;
        }
        let body = self
            .client
            .buffer
            .drain(..head_bytes + body_bytes)
            .skip(head_bytes);
        Ok((
            status,
            String::from_utf8_lossy(&body.collect::<Vec<u8>>()).into_owned(),
        ))
    }

    /// Says a text on the socket.
    pub(crate) async fn say(&mut self, text: &str) -> Result<(), End> {
        self.write(&frame(true, 1, text.as_bytes())).await
    }

    /// Writes bytes as they are.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), End> {
        match tokio::time::timeout(PATIENCE, self.client.io.write_all(bytes)).await {
            Ok(written) => written.map_err(|_| CUT),
            Err(_) => Err(GIVEN_UP),
        }
    }

    /// The next frame of the socket.
    pub(crate) async fn frame(&mut self) -> Result<RawFrame, End> {
        match tokio::time::timeout(PATIENCE, self.client.frame()).await {
            Ok(Some(frame)) if frame.opcode == 8 => Err(end_of_code(&frame.payload)),
            Ok(Some(frame)) => Ok(frame),
            Ok(None) => Err(CUT),
            Err(_) => Err(GIVEN_UP),
        }
    }

    /// How the server ends the socket, after whatever else it says.
    pub(crate) async fn closed(&mut self) -> End {
        loop {
            if let Err(end) = self.frame().await {
                return end;
            }
        }
    }

    /// How the server ends a connection that waits for an answer, or for the besieger to go on.
    pub(crate) async fn ended(&mut self) -> End {
        self.answer().await.unwrap_or_else(|end| end)
    }

    /// Status, bytes of the head, and bytes of the body.
    async fn read_head(&mut self) -> Result<(u16, usize, usize), End> {
        loop {
            if let Some(end) = self
                .client
                .buffer
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                let head = String::from_utf8_lossy(&self.client.buffer[..end]).to_ascii_lowercase();
                let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "));
                let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
                return Ok((status.unwrap_or(0), end + 4, length));
            }
            self.read().await?;
        }
    }

    async fn read(&mut self) -> Result<(), End> {
        match tokio::time::timeout(PATIENCE, self.client.io.read_buf(&mut self.client.buffer)).await {
            Ok(Ok(1..)) => Ok(()),
            Ok(Ok(0) | Err(_)) => Err(CUT),
            Err(_) => Err(GIVEN_UP),
        }
    }
}

fn end_of_status(status: u16) -> End {
    match status {
        101 | 200..=399 => SERVED,
        400 => "400",
        401 => "401",
        403 => "403",
        404 => "404",
        405 => "405",
        408 => "408",
        413 => "413",
        421 => "421",
        422 => "422",
        429 => "429",
        431 => "431",
        500 => "500",
        503 => "503",
        _ => "another status",
    }
}

fn end_of_code(payload: &[u8]) -> End {
    match payload.first_chunk().map(|code| u16::from_be_bytes(*code)) {
        Some(1012) => "closed 1012",
        Some(4400) => "closed 4400",
        Some(4401) => "closed 4401",
        Some(4408) => "closed 4408",
        Some(4409) => "closed 4409",
        Some(4429) => "closed 4429",
        Some(_) | None => "closed with another code",
    }
}
