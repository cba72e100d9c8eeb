//! The two ways to a client: a plain socket, which the room writes to itself, and anything else, TLS above all, where only
//! the connection's task can write.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig, WebSocketContext};
use tokio_tungstenite::tungstenite::{self, Message};

use crate::link::Link;
use crate::paced::Paced;
use borsklokka_shared::wire::{CLIENT_FRAME_BYTES_MAX, CloseCode};

/// Bytes that are read from a device's socket at a time: a deal.
const READ_BYTES: usize = 1024;
/// The same of a viewer's: a ping, or what comes after a reconnect. The buffer is kept for each of them, and grows if more is said.
const READ_BYTES_OF_VIEWERS: usize = 128;

/// A connection's socket, from the task's side.
pub(super) struct Transport {
    pub(super) link: Arc<Link>,
    /// What is read from and written to where the link has no plain socket.
    kept: Option<Box<TokioIo<Upgraded>>>,
    context: WebSocketContext,
    /// Whether the client has said goodbye, and the answer only waits to be written.
    is_over: bool,
    /// Whether it said what is no frame: what comes after that is read as bytes, and left.
    is_broken: bool,
}

/// What the task hears.
#[derive(Debug)]
pub(super) enum Heard {
    /// The client said something.
    Message(Message),
    /// The connection must be closed.
    Close(CloseCode),
    /// The client has gone.
    Gone,
}

impl Transport {
    /// Takes over an upgraded connection, of a device or of a viewer.
    pub(super) fn over(upgraded: Upgraded, is_device: bool) -> Self {
        let read_bytes = if is_device {
            READ_BYTES
        } else {
            READ_BYTES_OF_VIEWERS
        };
        match upgraded.downcast::<TokioIo<Paced<TcpStream>>>() {
            Ok(parts) => {
                let socket = parts.io.into_inner().into_inner();
                Self::new(Link::plain(socket), None, &parts.read_buf, read_bytes)
            }
            Err(upgraded) => Self::new(
                Link::kept(),
                Some(Box::new(TokioIo::new(upgraded))),
                &Bytes::new(),
                read_bytes,
            ),
        }
    }

    fn new(
        link: Link,
        kept: Option<Box<TokioIo<Upgraded>>>,
        read_already: &Bytes,
        read_bytes: usize,
    ) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(read_bytes)
            .write_buffer_size(0)
            .max_message_size(Some(CLIENT_FRAME_BYTES_MAX))
            .max_frame_size(Some(CLIENT_FRAME_BYTES_MAX));
        Self {
            link: Arc::new(link),
            kept,
            context: WebSocketContext::from_partially_read(read_already.to_vec(), Role::Server, Some(config)),
            is_over: false,
            is_broken: false,
        }
    }

    /// Waits for the client, or for the connection's end, and meanwhile writes what waits.
    pub(super) async fn hear(&mut self) -> Heard {
        std::future::poll_fn(|cx| self.poll_hear(cx)).await
    }

    fn poll_hear(&mut self, cx: &mut Context<'_>) -> Poll<Heard> {
        if let Poll::Ready(code) = self.link.poll_end(cx) {
            return Poll::Ready(Heard::Close(code));
        }
        match self.poll_drain(cx) {
            Poll::Ready(Err(_)) => return Poll::Ready(Heard::Gone),
            Poll::Ready(Ok(())) if self.is_over => return Poll::Ready(Heard::Gone),
            Poll::Pending if self.is_over => return Poll::Pending,
            Poll::Ready(Ok(())) | Poll::Pending => {}
        }
        match self.poll_read(cx) {
            Poll::Ready(Ok(message)) => {
                self.link.heard();
                Poll::Ready(Heard::Message(message))
            }
            Poll::Ready(Err(tungstenite::Error::ConnectionClosed)) => {
                self.is_over = true;
                self.poll_hear(cx)
            }
            Poll::Ready(Err(error)) => Poll::Ready(match error {
                tungstenite::Error::Capacity(_)
                | tungstenite::Error::Utf8(_)
                | tungstenite::Error::Protocol(_)
                    if !is_reset(&error) =>
                {
                    self.is_broken = true;
                    Heard::Close(CloseCode::Malformed)
                }
                _ => Heard::Gone,
            }),
            Poll::Pending => Poll::Pending,
        }
    }

    /// Says why the connection ends, and waits until the client has heard it.
    pub(super) async fn close(&mut self, code: CloseCode) {
        self.link.close(code);
        let frame = CloseFrame {
            code: code.as_u16().into(),
            reason: "".into(),
        };
        std::future::poll_fn(|cx| {
            let mut ends = Ends {
                cx,
                link: &self.link,
                kept: self.kept.as_deref_mut(),
            };
            // A client that closes at the same time has said its goodbye already.
            let _ = self.context.close(&mut ends, Some(frame.clone()));
            Poll::Ready(())
        })
        .await;
        std::future::poll_fn(|cx| {
            if let Poll::Ready(Err(_)) = self.poll_drain(cx) {
                return Poll::Ready(());
            }
            // Until the client's own goodbye, or its end, what it says is read and left.
            if self.is_broken {
                return self.poll_leave(cx);
            }
            while std::task::ready!(self.poll_read(cx)).is_ok() {}
            Poll::Ready(())
        })
        .await;
    }

    /// Reads bytes until the client's end.
    fn poll_leave(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut ends = Ends {
            cx,
            link: &self.link,
            kept: self.kept.as_deref_mut(),
        };
        let mut left = [0; READ_BYTES];
        loop {
            match ends.read(&mut left) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
                Ok(0) | Err(_) => return Poll::Ready(()),
            }
        }
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let kept = self
            .kept
            .as_deref_mut()
            .map(|kept| Pin::new(kept) as Pin<&mut (dyn AsyncWrite + Send)>);
        self.link.poll_drain(cx, kept)
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<tungstenite::Result<Message>> {
        let mut ends = Ends {
            cx,
            link: &self.link,
            kept: self.kept.as_deref_mut(),
        };
        match self.context.read(&mut ends) {
            Err(tungstenite::Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
            read => Poll::Ready(read),
        }
    }
}

/// Whether the client went without a goodbye, as browsers that lose the network do.
fn is_reset(error: &tungstenite::Error) -> bool {
    use tungstenite::error::ProtocolError;
    matches!(
        error,
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)
    )
}

/// Both directions, for the time of one poll. Pongs and goodbyes go through the link, so that they never come in the midst
/// of a frame.
struct Ends<'a, 'b> {
    cx: &'a mut Context<'b>,
    link: &'a Link,
    kept: Option<&'a mut TokioIo<Upgraded>>,
}

impl Read for Ends<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match (self.link.socket(), &mut self.kept) {
            (Some(socket), _) => loop {
                match socket.poll_read_ready(self.cx) {
                    Poll::Pending => return Err(io::ErrorKind::WouldBlock.into()),
                    Poll::Ready(ready) => ready?,
                }
                match socket.try_read(buffer) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    read => return read,
                }
            },
            (None, Some(kept)) => {
                let mut filled = ReadBuf::new(buffer);
                match Pin::new(&mut **kept).poll_read(self.cx, &mut filled) {
                    Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
                    Poll::Ready(read) => read.map(|()| filled.filled().len()),
                }
            }
            (None, None) => Ok(0),
        }
    }
}

impl Write for Ends<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.link.send_last(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
