//! Thousands of viewers in one thread: they shake hands, say what their server wants to hear, and count what comes.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use borsklokka_shared::wire::SUBPROTOCOL;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use test_support::raw::{HELLO, frame, upgrade_request};
use tokio_rustls::rustls::ClientConfig;

use crate::wire::Wire;

/// Viewers behind one source address: fewer than a server takes from one.
const VIEWERS_PER_ADDRESS: usize = 1_000;
/// Networks of 16 bits in 127.0.0.0/8 that crowds come from in turn, from the second on: whoever comes again and again from one address
/// hurries, and a server lets it wait.
const NETWORKS: usize = 250;
/// The first bytes of a message that are looked at.
const LOOKED_AT_BYTES: usize = 160;
/// How often a viewer of ours pings, as the screens do.
const PING_EVERY: Duration = Duration::from_secs(5);
/// How long a crowd may take to come in.
const ARRIVAL_WAIT: Duration = Duration::from_mins(1);

/// What the server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Ours: a hello, a welcome, events, pings.
    Borsklokka,
    /// Frames as they are.
    Plain,
    /// NATS, whose protocol runs inside of frames without regard to their bounds. Messages are this long.
    Nats {
        /// Bytes of a message with its own head and end.
        message_bytes: u64,
    },
}

/// A crowd to be.
#[derive(Clone, Debug)]
pub(crate) struct Crowd {
    /// Whom they ask: those of each path one after another.
    pub(crate) servers: Vec<SocketAddr>,
    /// What they watch, one after another.
    pub(crate) paths: Vec<String>,
    pub(crate) dialect: Dialect,
    pub(crate) viewers: usize,
    /// Whom they trust, over TLS; plain if nobody.
    pub(crate) tls: Option<Arc<ClientConfig>>,
}

/// What all viewers saw together.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Connected, and started: welcomed, or subscribed.
    pub(crate) started: AtomicU64,
    /// Messages of the kind that is measured.
    pub(crate) deliveries: AtomicU64,
    /// Of them, deals.
    pub(crate) deals: AtomicU64,
    /// Connections that were lost.
    pub(crate) lost: AtomicU64,
}

impl Seen {
    pub(crate) fn deliveries(&self) -> u64 {
        self.deliveries.load(Ordering::Relaxed)
    }

    pub(crate) fn deals(&self) -> u64 {
        self.deals.load(Ordering::Relaxed)
    }
}

/// When which deal was seen of which path, for the latency.
pub(crate) type OnDeal = Box<dyn FnMut(usize, u64, Instant) + Send>;

/// A crowd that watches, on its own thread, until it is dropped.
pub(crate) struct Watching {
    pub(crate) seen: Arc<Seen>,
    stop: Arc<AtomicBool>,
    rests: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<()>>>,
    viewers: usize,
}

impl Crowd {
    fn server_of(&self, viewer: usize) -> SocketAddr {
        self.servers[viewer / self.paths.len() % self.servers.len()]
    }

    /// Sends the crowd in.
    pub(crate) fn watch(self, on_deal: Option<OnDeal>) -> Watching {
        let seen = Arc::new(Seen::default());
        let (stop, rests) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let viewers = self.viewers;
        let thread = std::thread::spawn({
            let (seen, stop, rests) = (Arc::clone(&seen), Arc::clone(&stop), Arc::clone(&rests));
            move || Hall::new(self, seen, on_deal)?.run(&stop, &rests)
        });
        Watching {
            seen,
            stop,
            rests,
            thread: Some(thread),
            viewers,
        }
    }
}

impl Watching {
    /// Waits until everybody has started.
    pub(crate) fn all_started(&self) -> Result<()> {
        let deadline = Instant::now() + ARRIVAL_WAIT;
        while self.seen.started.load(Ordering::Acquire) < self.viewers as u64 {
            if self.thread.as_ref().is_some_and(JoinHandle::is_finished) || Instant::now() > deadline {
                bail!("only {:?} of {} viewers came in", self.seen.started, self.viewers);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Lets the crowd read nothing meanwhile: what comes waits in its sockets.
    pub(crate) fn resting<T>(&self, meanwhile: impl FnOnce() -> T) -> T {
        self.rests.store(true, Ordering::Release);
        let done = meanwhile();
        self.rests.store(false, Ordering::Release);
        done
    }

    /// Connections that were lost.
    pub(crate) fn lost(&self) -> u64 {
        self.seen.lost.load(Ordering::Acquire)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(Err(error)) = self.thread.take().and_then(|thread| thread.join().ok()) {
            eprintln!("    the viewers failed: {error:#}");
        }
    }
}

struct Hall {
    crowd: Crowd,
    seen: Arc<Seen>,
    on_deal: Option<OnDeal>,
    poll: Poll,
    viewers: Vec<Viewer>,
}

struct Viewer {
    wire: Wire,
    stage: Stage,
    /// Bytes of the current frame's payload that are still to come.
    payload_left: u64,
    /// The frame's head, or the first bytes of its payload, as far as they have come.
    start: Vec<u8>,
    in_payload: bool,
    opcode: u8,
    bytes: u64,
    deals: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Connecting,
    Upgrading,
    Open,
    Started,
    Lost,
}

impl Hall {
    fn new(crowd: Crowd, seen: Arc<Seen>, on_deal: Option<OnDeal>) -> Result<Self> {
        static CROWDS: AtomicUsize = AtomicUsize::new(0);
        let network = 2 + u8::try_from(CROWDS.fetch_add(1, Ordering::Relaxed) % NETWORKS)?;
        let poll = Poll::new()?;
        let mut viewers = Vec::with_capacity(crowd.viewers);
        for index in 0..crowd.viewers {
            let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
            socket.set_nonblocking(true)?;
            socket.set_tcp_nodelay(true)?;
            let host = u8::try_from(2 + index / VIEWERS_PER_ADDRESS).context("too many viewers")?;
            socket.bind(&SocketAddr::from((Ipv4Addr::new(127, network, 0, host), 0)).into())?;
            match socket.connect(&crowd.server_of(index).into()) {
                Ok(()) => {}
                Err(error) if error.raw_os_error() == Some(EINPROGRESS) => {}
                Err(error) => return Err(error).context("cannot connect"),
            }
            let mut stream = TcpStream::from_std(socket.into());
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry().register(&mut stream, Token(index), interest)?;
            viewers.push(Viewer {
                wire: Wire::over(stream, crowd.tls.as_ref())?,
                stage: Stage::Connecting,
                payload_left: 0,
                start: Vec::new(),
                in_payload: false,
                opcode: 0,
                bytes: 0,
                deals: 0,
            });
        }
        Ok(Self {
            crowd,
            seen,
            on_deal,
            poll,
            viewers,
        })
    }

    fn run(&mut self, stop: &AtomicBool, rests: &AtomicBool) -> Result<()> {
        let mut events = Events::with_capacity(4_096);
        let mut buffer = vec![0; 256 * 1024];
        let ping = frame(true, 1, br#"{"type":"ping","sent_ms":0.0}"#);
        // Pings are spread over their interval, as they are in a hall.
        let (mut pinged, mut round) = (0, Instant::now());
        while !stop.load(Ordering::Acquire) {
            if rests.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(5));
                continue;
            }
            self.poll.poll(&mut events, Some(Duration::from_millis(20)))?;
            for event in &events {
                let index = event.token().0;
                if event.is_writable() {
                    self.connected(index);
                }
                if event.is_readable() {
                    self.read(index, &mut buffer);
                }
            }
            if self.crowd.dialect == Dialect::Borsklokka {
                let due = (round.elapsed().as_secs_f64() / PING_EVERY.as_secs_f64()).min(1.0);
                while (pinged as f64) < due * self.viewers.len() as f64 {
                    if let Some(viewer) = self.viewers.get_mut(pinged)
                        && viewer.stage == Stage::Started
                    {
                        viewer.say(&ping);
                    }
                    pinged += 1;
                }
                if due >= 1.0 {
                    (pinged, round) = (0, Instant::now());
                }
            }
        }
        Ok(())
    }

    fn connected(&mut self, index: usize) {
        let viewer = &mut self.viewers[index];
        if viewer.stage == Stage::Connecting && viewer.wire.is_connected() {
            let protocol = match self.crowd.dialect {
                Dialect::Borsklokka => Some(SUBPROTOCOL),
                Dialect::Plain | Dialect::Nats { .. } => None,
            };
            let path = &self.crowd.paths[index % self.crowd.paths.len()];
            let request = upgrade_request(self.crowd.server_of(index), path, protocol);
            viewer.stage = Stage::Upgrading;
            viewer.say(request.as_bytes());
        }
    }

    fn read(&mut self, index: usize, buffer: &mut [u8]) {
        loop {
            match self.viewers[index].wire.read(buffer) {
                Ok(0) => return self.lose(index),
                Ok(length) => self.take(index, &buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => return self.lose(index),
            }
            if self.viewers[index].stage == Stage::Lost {
                return;
            }
        }
    }

    fn lose(&mut self, index: usize) {
        let viewer = &mut self.viewers[index];
        if viewer.stage != Stage::Lost {
            viewer.stage = Stage::Lost;
            self.seen.lost.fetch_add(1, Ordering::Release);
        }
    }

    fn take(&mut self, index: usize, mut bytes: &[u8]) {
        if self.viewers[index].stage == Stage::Upgrading {
            let viewer = &mut self.viewers[index];
            viewer.start.extend_from_slice(bytes);
            let Some(end) = viewer.start.windows(4).position(|window| window == b"\r\n\r\n") else {
                return;
            };
            if !viewer.start.starts_with(b"HTTP/1.1 101") {
                return self.lose(index);
            }
            let rest = viewer.start.split_off(end + 4);
            viewer.start.clear();
            self.open(index);
            return self.take(index, &rest);
        }
        while !bytes.is_empty() {
            let viewer = &mut self.viewers[index];
            if viewer.in_payload {
                let length = usize::try_from(viewer.payload_left)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len());
                let looked_at = LOOKED_AT_BYTES.saturating_sub(viewer.start.len()).min(length);
                viewer.start.extend_from_slice(&bytes[..looked_at]);
                viewer.payload_left -= length as u64;
                bytes = &bytes[length..];
            } else {
                viewer.start.push(bytes[0]);
                bytes = &bytes[1..];
                let Some(length) = payload_length(&viewer.start) else {
                    continue;
                };
                viewer.opcode = viewer.start[0] & 0x0F;
                viewer.bytes += length;
                viewer.payload_left = length;
                viewer.in_payload = true;
                viewer.start.clear();
            }
            if viewer.in_payload && viewer.payload_left == 0 {
                self.message(index);
                let viewer = &mut self.viewers[index];
                viewer.in_payload = false;
                viewer.start.clear();
            }
        }
    }

    fn open(&mut self, index: usize) {
        let viewer = &mut self.viewers[index];
        viewer.stage = Stage::Open;
        match self.crowd.dialect {
            Dialect::Borsklokka => viewer.say(&frame(true, 1, HELLO.as_bytes())),
            Dialect::Plain => self.start(index),
            Dialect::Nats { .. } => {
                let connect = b"CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB deals 1\r\nPING\r\n";
                viewer.say(&frame(true, 2, connect));
            }
        }
    }

    fn start(&mut self, index: usize) {
        self.viewers[index].stage = Stage::Started;
        self.seen.started.fetch_add(1, Ordering::Release);
    }

    fn message(&mut self, index: usize) {
        let viewer = &mut self.viewers[index];
        if viewer.opcode == 8 {
            return self.lose(index);
        }
        match self.crowd.dialect {
            Dialect::Borsklokka => match viewer.start.get(9) {
                Some(b'e') => {
                    self.seen.deliveries.fetch_add(1, Ordering::Relaxed);
                    if viewer.start.windows(11).any(|window| window == b"deal_posted") {
                        self.seen.deals.fetch_add(1, Ordering::Relaxed);
                        viewer.deals += 1;
                        if let Some(on_deal) = &mut self.on_deal {
                            on_deal(index % self.crowd.paths.len(), viewer.deals - 1, Instant::now());
                        }
                    }
                }
                Some(b'w' | b'r') if viewer.stage == Stage::Open => self.start(index),
                _ => {}
            },
            Dialect::Plain => {
                self.seen.deliveries.fetch_add(1, Ordering::Relaxed);
                self.seen.deals.fetch_add(1, Ordering::Relaxed);
            }
            Dialect::Nats { message_bytes } => {
                if viewer.start.starts_with(b"PING") {
                    viewer.say(&frame(true, 2, b"PONG\r\n"));
                } else if viewer.stage == Stage::Open {
                    if viewer.start.windows(4).any(|window| window == b"PONG") {
                        viewer.bytes = 0;
                        self.start(index);
                    }
                    return;
                }
                let whole = viewer.bytes / message_bytes;
                let new = whole - viewer.deals;
                viewer.deals = whole;
                self.seen.deliveries.fetch_add(new, Ordering::Relaxed);
                self.seen.deals.fetch_add(new, Ordering::Relaxed);
            }
        }
    }
}

impl Viewer {
    /// Says something small: it fits into an empty socket, or the viewer is lost soon after.
    fn say(&mut self, bytes: &[u8]) {
        if self.wire.write(bytes).ok() != Some(bytes.len()) {
            // Reading tells why.
        }
    }
}

/// `EINPROGRESS` of Linux: a connection is on its way.
const EINPROGRESS: i32 = 115;

fn payload_length(head: &[u8]) -> Option<u64> {
    match (head.get(1)? & 0x7F, head.len()) {
        (126, 4) => Some(u64::from(u16::from_be_bytes([head[2], head[3]]))),
        (127, 10) => head[2..10].try_into().ok().map(u64::from_be_bytes),
        (length @ 0..126, 2) => Some(u64::from(length)),
        _ => None,
    }
}
