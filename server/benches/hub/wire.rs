//! What a viewer reads from and writes to: a socket, or TLS over one.

use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use anyhow::Result;
use mio::net::TcpStream;
use tokio_rustls::rustls::{ClientConfig, ClientConnection};

/// Whom a server under measurement is taken for.
pub(crate) const NAME: &str = "localhost";

pub(crate) enum Wire {
    Plain(TcpStream),
    Tls {
        stream: TcpStream,
        session: Box<ClientConnection>,
    },
}

impl Wire {
    pub(crate) fn over(stream: TcpStream, tls: Option<&Arc<ClientConfig>>) -> Result<Self> {
        Ok(match tls {
            None => Self::Plain(stream),
            Some(config) => Self::Tls {
                stream,
                session: Box::new(ClientConnection::new(Arc::clone(config), NAME.try_into()?)?),
            },
        })
    }

    pub(crate) fn is_connected(&self) -> bool {
        match self {
            Self::Plain(stream) | Self::Tls { stream, .. } => stream.peer_addr().is_ok(),
        }
    }

    /// Reads what is there.
    ///
    /// # Errors
    /// `WouldBlock` when nothing more is, and what a socket says.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (stream, session) = match self {
            Self::Plain(stream) => return stream.read(buffer),
            Self::Tls { stream, session } => (stream, session),
        };
        loop {
            match session.reader().read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read,
            }
            if session.read_tls(stream)? == 0 {
                return Ok(0);
            }
            session.process_new_packets().map_err(io::Error::other)?;
            write_out(session, stream)?;
        }
    }

    /// Writes something small; before hands are shaken it waits for that.
    ///
    /// # Errors
    /// What a socket says.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls { stream, session } => {
                let taken = session.writer().write(bytes)?;
                write_out(session, stream)?;
                Ok(taken)
            }
        }
    }
}

fn write_out(session: &mut ClientConnection, stream: &mut TcpStream) -> io::Result<()> {
    while session.wants_write() {
        session.write_tls(stream)?;
    }
    Ok(())
}
