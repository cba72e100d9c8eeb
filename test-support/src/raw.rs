//! A client that speaks the wire byte by byte, so that it can do what no library would.

use std::net::SocketAddr;

use borsklokka_shared::wire::SUBPROTOCOL;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

pub const HELLO: &str = r#"{"type":"hello","position":null}"#;

/// Where the demo exchange's sockets are.
pub const LIVE: &str = "/api/v1/exchanges/drammen/live";

/// A socket after the handshake.
pub struct RawClient<Io = TcpStream> {
    pub io: Io,
    pub buffer: Vec<u8>,
}

/// A frame from the server.
#[derive(Debug, PartialEq, Eq)]
pub struct RawFrame {
    pub opcode: u8,
    pub payload: Vec<u8>,
}

impl RawClient {
    /// Connects, upgrades and says hello.
    pub async fn viewer(server: SocketAddr) -> Self {
        let mut client = Self::connect(server, None).await;
        client.send_text(HELLO).await;
        client
    }

    /// Connects and upgrades, with a small receive buffer if one is given, in bytes.
    pub async fn connect(server: SocketAddr, receive_buffer: Option<u32>) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes).expect("a size");
        }
        let stream = socket.connect(server).await.expect("the server listens");
        Self::upgrade(stream, server, SUBPROTOCOL)
            .await
            .expect("upgraded")
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> RawClient<Io> {
    /// Upgrades; `None` if the server refuses, or hangs up.
    pub async fn upgrade(io: Io, server: SocketAddr, protocol: &str) -> Option<Self> {
        Self::upgrade_for(io, server, protocol, "").await
    }

    /// The same as a proxy that adds `headers`, each with its line's end.
    pub async fn upgrade_for(mut io: Io, server: SocketAddr, protocol: &str, headers: &str) -> Option<Self> {
        let mut request = upgrade_request(server, LIVE, Some(protocol));
        request.insert_str(request.len() - "\r\n".len(), headers);
        io.write_all(request.as_bytes()).await.ok()?;
        let mut buffer = Vec::new();
        loop {
            if io.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
            if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
                assert!(head.starts_with("HTTP/1.1 101"), "{head}");
                let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
                assert!(head.contains(accept), "the RFC's own example: {head}");
                buffer.drain(..end + 4);
                return Some(Self { io, buffer });
            }
        }
    }

    pub async fn send_text(&mut self, text: &str) {
        self.send(true, 1, text.as_bytes()).await;
    }

    /// Sends a masked frame, all at once.
    pub async fn send(&mut self, fin: bool, opcode: u8, payload: &[u8]) {
        let frame = frame(fin, opcode, payload);
        self.io.write_all(&frame).await.expect("sent");
    }

    /// The next frame; `None` when the server has gone.
    pub async fn frame(&mut self) -> Option<RawFrame> {
        loop {
            if let Some((start, end)) = bounds(&self.buffer) {
                let opcode = self.buffer[0] & 0x0F;
                let payload = self.buffer[start..end].to_vec();
                self.buffer.drain(..end);
                return Some(RawFrame { opcode, payload });
            }
            if !matches!(self.io.read_buf(&mut self.buffer).await, Ok(1..)) {
                return None;
            }
        }
    }

    /// The close code that the server gives, after whatever else it says.
    pub async fn close_code(&mut self) -> Option<u16> {
        while let Some(frame) = self.frame().await {
            if frame.opcode == 8 {
                return Some(u16::from_be_bytes([frame.payload[0], frame.payload[1]]));
            }
        }
        None
    }

    /// The positions of the next events, each checked to follow the one before it, until `last`.
    pub async fn follow(&mut self, last: u64) -> Vec<u64> {
        let mut positions: Vec<u64> = Vec::new();
        loop {
            let frame = self.frame().await.expect("the connection lives");
            if frame.opcode == 9 {
                // It was silent for a while, and is asked for a sign of life.
                continue;
            }
            assert_eq!(frame.opcode, 1, "text, while all is well: {frame:?}");
            let text = String::from_utf8_lossy(&frame.payload[..frame.payload.len().min(200)]).into_owned();
            let seq = number(&text, "\"seq\":").expect("every message here has a position");
            if text.starts_with(r#"{"type":"event""#) {
                let prev = number(&text, "\"prev\":").expect("an event says what it follows");
                assert_eq!(positions.last(), Some(&prev), "no hole, nothing twice");
            }
            positions.push(seq);
            if seq >= last {
                return positions;
            }
        }
    }
}

/// What a client asks for, with the key of the RFC's own example.
pub fn upgrade_request(server: SocketAddr, path: &str, protocol: Option<&str>) -> String {
    let protocol = protocol.map_or_else(String::new, |name| format!("Sec-WebSocket-Protocol: {name}\r\n"));
    format!(
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{protocol}\r\n"
    )
}

/// A client's frame, which is masked.
pub fn frame(fin: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x12, 0x34, 0x56, 0x78];
    let mut frame = head(fin, opcode, payload.len(), 0x80);
    frame.extend_from_slice(&MASK);
    let masked = payload.iter().zip(MASK.iter().cycle());
    frame.extend(masked.map(|(byte, mask)| byte ^ mask));
    frame
}

/// A server's text, in one frame.
pub fn server_frame(payload: &[u8]) -> Vec<u8> {
    let mut frame = head(true, 1, payload.len(), 0);
    frame.extend_from_slice(payload);
    frame
}

fn head(fin: bool, opcode: u8, length: usize, masked: u8) -> Vec<u8> {
    let mut head = vec![u8::from(fin) << 7 | opcode];
    match length {
        0..126 => head.push(masked | length as u8),
        126..65_536 => {
            head.push(masked | 0x7E);
            head.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            head.push(masked | 0x7F);
            head.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    head
}

/// Where the first frame's payload begins and ends, once it is there whole.
fn bounds(buffer: &[u8]) -> Option<(usize, usize)> {
    let (start, length) = match buffer.get(1)? {
        126 => (
            4,
            usize::from(u16::from_be_bytes(buffer.get(2..4)?.try_into().ok()?)),
        ),
        127 => (
            10,
            u64::from_be_bytes(buffer.get(2..10)?.try_into().ok()?) as usize,
        ),
        length => (2, usize::from(*length)),
    };
    (buffer.len() >= start + length).then_some((start, start + length))
}

fn number(text: &str, key: &str) -> Option<u64> {
    let digits = text.split_once(key)?.1;
    digits[..digits.find(|c: char| !c.is_ascii_digit())?].parse().ok()
}
