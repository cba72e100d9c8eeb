//! The listening socket: who is let in, and how one connection is served until it upgrades or ends. With TLS the same port
//! answers plain http too: all of it for the server's own machine, and for others the way to https (`routes::in_plain`).

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{self, Handle};
use tokio::sync::{Semaphore, oneshot};
use tokio_rustls::TlsAcceptor;
use tower::Service;

use crate::api::Channel;
use crate::doors::{Full, Place, TRIAL_S};
use crate::hub::Hub;
use crate::paced::Paced;
use crate::routes;
use crate::seldom::Seldom;
use crate::stop::Stop;
use crate::tls::HANDSHAKE;

/// Connections that may wait to be accepted: a hall of phones that comes back at once.
const BACKLOG: u32 = 4_096;
/// What the kernel keeps for one socket that reads slowly, in bytes (Linux takes twice of it). Beyond it waits what the
/// [link](crate::link::Link) admits.
const SEND_BUFFER_BYTES: u32 = 128 * 1024;
/// The largest head of a request, in bytes; a larger one is answered 431. It waits in memory until it is whole, and so does what of a
/// body is not read yet: hyper's own limit is 25 times as much, of each connection.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How long a client may take for a request's head, or for a TLS handshake, in seconds; an idle connection too is closed after
/// it.
const HEAD_WAIT_S: u64 = 20;
/// How long a connection waits that comes from whoever hurries, and one that is not let in before it is cut: whoever opens another at
/// once is kept busy by that, and not the server.
const WAIT: Duration = Duration::from_secs(1);
/// Connections that wait so at a time; beyond those they are cut at once.
pub(crate) const WAITING_MAX: u32 = 512;
/// How often it is told that connections are not let in.
const TELL_EVERY: Duration = Duration::from_mins(1);
/// How long to wait after a connection could not be accepted, as when files have run out, in milliseconds.
const ACCEPT_PAUSE_MS: u64 = 100;

/// Listens on an address.
///
/// # Errors
/// If the address is in use, or not this machine's.
pub fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    Taken::at(address)?.listen()
}

/// A socket that listens on an address.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    take(address)?.listen(BACKLOG)
}

/// An address that is this server's from now on. Who connects there before it listens is sent away by the system, as if nobody had it.
pub(crate) struct Taken {
    address: SocketAddr,
    socket: TcpSocket,
}

impl Taken {
    /// Takes an address.
    ///
    /// # Errors
    /// If it is in use, or not this machine's.
    pub(crate) fn at(address: SocketAddr) -> anyhow::Result<Self> {
        match take(address) {
            Ok(socket) => Ok(Self { address, socket }),
            Err(error) => Err(not_had(address, error)),
        }
    }

    /// Which one it is; where any port was asked for, the one that was free.
    ///
    /// # Errors
    /// If the system does not say.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Listens there.
    ///
    /// # Errors
    /// If another has begun to meanwhile.
    pub(crate) fn listen(self) -> anyhow::Result<TcpListener> {
        let listener = self.socket.listen(BACKLOG);
        listener.map_err(|error| not_had(self.address, error))
    }
}

/// Why an address cannot be had, and what to do.
fn not_had(address: SocketAddr, error: io::Error) -> anyhow::Error {
    let advice = match error.kind() {
        io::ErrorKind::AddrInUse => "is another server running there?",
        io::ErrorKind::AddrNotAvailable => {
            "it is none of this machine's addresses; say one that is, or 0.0.0.0 for all of them"
        }
        io::ErrorKind::PermissionDenied => {
            "this user may not listen there; take a port from 1024 on, or have the system allow it"
        }
        _ => "take another",
    };
    anyhow::Error::new(error).context(format!("cannot listen on {address}: {advice}"))
}

fn take(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // So that a server that is started again need not wait for connections of before. On Windows, where it need not, two would have one port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    // What is accepted inherits both.
    socket.set_nodelay(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Accepts connections until the hub stops, then waits for those that are in. That is done on a thread of its own: whoever opens
/// connections without end keeps it busy, and none of those that serve the hall.
///
/// # Panics
/// If the system gives no thread, or that one fell.
pub async fn accept(listener: TcpListener, hub: Arc<Hub>, app: Router) {
    let gate = Arc::new(Gate {
        entrance: Entrance {
            acceptor: hub.tls.as_ref().map(|tls| tls.acceptor()),
            in_plain: routes::in_plain(Arc::clone(&hub)),
            app,
        },
        waiting: Arc::new(Semaphore::new(WAITING_MAX as usize)),
        refusals: Mutex::new(Seldom::every(TELL_EVERY)),
        inside: Handle::current(),
        hub: Arc::clone(&hub),
    });
    let (end, ended) = oneshot::channel::<()>();
    let listener = listener.into_std().expect("a socket of this runtime");
    let keep = move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(gate.keep(listener));
        let _ = end.send(());
    };
    thread::Builder::new()
        .name("gate".to_owned())
        .spawn(keep)
        .expect("a thread");
    ended.await.expect("somebody is let in until the hub stops");
    hub.tasks.close();
    hub.tasks.wait().await;
}

/// Where connections come in, or do not.
struct Gate {
    hub: Arc<Hub>,
    entrance: Entrance,
    /// How many may wait without a place.
    waiting: Arc<Semaphore>,
    refusals: Mutex<Seldom>,
    /// Where those are served who are let in.
    inside: Handle,
}

impl Gate {
    /// Accepts connections until the hub stops.
    async fn keep(self: Arc<Self>, listener: StdListener) {
        let listener = TcpListener::from_std(listener).expect("a listening socket");
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.hub.stop.cancelled() => break,
            };
            match accepted {
                Ok((socket, peer)) if self.hub.doors.hurries(peer.ip()) => self.let_in_later(socket, peer),
                Ok((socket, peer)) => self.let_in(socket, peer),
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted: {error}");
                    tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
                }
            }
        }
    }

    /// Lets a connection in if there is a place. One that has none is cut after a while.
    fn let_in(&self, socket: TcpStream, peer: SocketAddr) {
        let place = match self.hub.doors.enter(peer.ip()) {
            Ok(place) => place,
            Err(full) => return self.send_away(socket, &full),
        };
        let (entrance, stop) = (self.entrance.clone(), self.hub.stop.clone());
        let gone = place.gone();
        // From here on it is of the runtime that serves it.
        let Ok(socket) = socket.into_std() else {
            return;
        };
        let served = async move {
            let Ok(socket) = TcpStream::from_std(socket) else {
                return;
            };
            // Buffers are for those who say something: a crowd comes in first and asks then.
            // (A look at the first byte, since a fresh socket counts as readable until it is tried.)
            let mut first = [0];
            let wait_s = if place.is_on_trial() { TRIAL_S } else { HEAD_WAIT_S };
            let waiting = tokio::time::timeout(Duration::from_secs(wait_s), socket.peek(&mut first));
            if matches!(waiting.await, Ok(Ok(1..))) {
                place.heard();
                Box::pin(entrance.admit(first[0], socket, peer, place, stop)).await;
            }
        };
        let until_gone = async move {
            tokio::select! {
                () = served => {}
                // Another has its place.
                () = gone => {}
            }
        };
        self.hub.tasks.spawn_on(until_gone, &self.inside);
    }

    /// Lets a connection in after a while: its address opens them without end. If too many wait it is cut.
    fn let_in_later(self: &Arc<Self>, socket: TcpStream, peer: SocketAddr) {
        let gate = Arc::clone(self);
        let waits = self.after_a_while(async move {
            if !gate.hub.stop.is_cancelled() {
                gate.let_in(socket, peer);
            }
        });
        if !waits {
            self.tell(&format_args!("{} opens them without end", peer.ip()));
        }
    }

    fn send_away(&self, socket: TcpStream, full: &Full) {
        self.tell(&format_args!(
            "{full}; raise --connections or --connections-per-address"
        ));
        self.after_a_while(async move { drop(socket) });
    }

    fn tell(&self, why: &fmt::Arguments<'_>) {
        let untold = self
            .refusals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .tell(false);
        if let Some(untold) = untold {
            tracing::warn!(
                untold,
                "connections are refused: {why} ({untold} more since this was last said)"
            );
        }
    }

    /// Does it after a while, or not at all if too much waits for that. Says whether it will be done.
    fn after_a_while(&self, then: impl Future<Output = ()> + Send + 'static) -> bool {
        let Ok(turn) = Arc::clone(&self.waiting).try_acquire_owned() else {
            return false;
        };
        tokio::spawn(async move {
            tokio::time::sleep(WAIT).await;
            drop(turn);
            then.await;
        });
        true
    }
}

/// What a connection may reach.
#[derive(Clone)]
struct Entrance {
    /// None: plain http is all there is.
    acceptor: Option<TlsAcceptor>,
    /// Everything.
    app: Router,
    /// What plain http from other machines gets where there is TLS.
    in_plain: Router,
}

impl Entrance {
    /// Serves a connection whose first byte is `first`.
    async fn admit(self, first: u8, socket: TcpStream, peer: SocketAddr, place: Place, stop: Stop) {
        let Some(acceptor) = self.acceptor else {
            return connection(socket, peer, Channel::Plain, place, self.app, stop).await;
        };
        if first != HANDSHAKE {
            let is_here = peer.ip().to_canonical().is_loopback();
            let app = if is_here { self.app } else { self.in_plain };
            return connection(socket, peer, Channel::Plain, place, app, stop).await;
        }
        let handshake = tokio::time::timeout(Duration::from_secs(HEAD_WAIT_S), acceptor.accept(socket));
        // A client that does not trust the certificate says so and goes: the tablet shows it, the server need not.
        if let Ok(Ok(stream)) = handshake.await {
            connection(stream, peer, Channel::Tls, place, self.app, stop).await;
        }
    }
}

/// Serves the requests of one connection, over a plain socket or TLS, until it ends or becomes a WebSocket.
pub async fn connection<Io>(io: Io, peer: SocketAddr, channel: Channel, place: Place, app: Router, stop: Stop)
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let place = Arc::new(place);
    let trial = on_trial(Arc::clone(&place));
    let io = Paced::new(io, Some(Arc::clone(&place)));
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(channel);
        request.extensions_mut().insert(Arc::clone(&place));
        let (answering, place) = (app.clone().call(request.map(Body::new)), Arc::clone(&place));
        async move {
            let answer = answering.await?;
            Ok::<_, Infallible>(answer.map(|body| Said { body, place }))
        }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_WAIT_S))
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(io), service)
        .with_upgrades();
    let mut serving = std::pin::pin!(serving);
    // An error is a client that went in the midst of a request, or never made one: it harms nobody but itself.
    tokio::select! {
        _ = serving.as_mut() => return,
        () = trial => return,
        () = stop.cancelled() => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}

/// The body of an answer, each piece of which is counted until it is read.
struct Said {
    body: Body,
    place: Arc<Place>,
}

impl HttpBody for Said {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let framed = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &framed
            && let Some(piece) = frame.data_ref()
        {
            self.place.says(piece);
        }
        framed
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Returns when a connection on trial has shown no credential in time; never for others.
async fn on_trial(place: Arc<Place>) {
    if place.is_on_trial() {
        tokio::time::sleep(Duration::from_secs(TRIAL_S)).await;
    }
    if !place.is_on_trial() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;
    use crate::clock::SharedClock;
    use crate::doors::Doors;
    use crate::fixture::FakeClock;

    #[tokio::test]
    async fn an_address_that_cannot_be_had_is_told_with_why() {
        let other = StdListener::bind("127.0.0.1:0").unwrap();
        let taken = other.local_addr().unwrap();
        // An address of documentation is nobody's.
        let nobodys = SocketAddr::from(([192, 0, 2, 1], taken.port()));
        for (address, says) in [
            (taken, "is another server running there?"),
            (nobodys, "none of this machine's addresses"),
        ] {
            let said = listen(address).unwrap_err().to_string();
            assert!(said.contains(says), "{said}");
        }
        drop(other);
        let had = Taken::at(taken).unwrap();
        let early = std::net::TcpStream::connect(taken);
        assert_eq!(early.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        let listener = had.listen().unwrap();
        assert_eq!(listener.local_addr().unwrap(), taken);
        std::net::TcpStream::connect(taken).unwrap();
    }

    #[tokio::test]
    async fn an_answer_of_somebodys_own_is_counted_until_it_is_read() {
        const LENGTH: usize = 1 << 20;
        let doors = Doors::new(10, 10, vec![], &(FakeClock::shared() as SharedClock));
        let peer = SocketAddr::from(([10, 0, 0, 1], 50_000));
        let place = doors.enter(peer.ip()).expect("room");
        let app = Router::new().route("/", get(|| async { "x".repeat(LENGTH) }));
        let (near, mut far) = duplex(4_096);
        let serving = tokio::spawn(connection(near, peer, Channel::Plain, place, app, Stop::new()));
        far.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await
            .unwrap();
        let mut read = far.read(&mut [0; 1]).await.unwrap();
        assert_eq!(doors.unread_bytes(), LENGTH);
        let mut piece = vec![0; 4_096];
        while doors.unread_bytes() > 0 {
            read += far.read(&mut piece).await.unwrap();
        }
        assert!(read + 2 * piece.len() > LENGTH, "{read}");
        assert!(!serving.is_finished(), "and the connection stays");
    }
}
