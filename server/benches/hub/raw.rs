//! The limit: one thread, no WebSocket library, one `write` for each delivery, or for as many as wait when it writes.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

const LISTENER: Token = Token(usize::MAX);

/// What the reference does, as its command line says it: `ticks:BYTES:VIEWERS`, `burst:BYTES:VIEWERS`, `joined:BYTES:VIEWERS`,
/// `welcome:BYTES`.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// A message of so many bytes, twenty times a second, once so many viewers are there.
    Ticks { bytes: usize, viewers: usize },
    /// The same, as quickly as it goes.
    Burst { bytes: usize, viewers: usize },
    /// As many as it is asked for: those that wait when it can write are one `write`.
    Joined { bytes: usize, viewers: usize },
    /// A message of so many bytes to each who says something.
    Welcome { bytes: usize },
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split(':').collect();
        let number = |index: usize| {
            words
                .get(index)
                .and_then(|word: &&str| word.parse().ok())
                .ok_or_else(|| format!("{text}: a number is missing"))
        };
        match words.first() {
            Some(&"ticks") => Ok(Self::Ticks {
                bytes: number(1)?,
                viewers: number(2)?,
            }),
            Some(&"burst") => Ok(Self::Burst {
                bytes: number(1)?,
                viewers: number(2)?,
            }),
            Some(&"joined") => Ok(Self::Joined {
                bytes: number(1)?,
                viewers: number(2)?,
            }),
            Some(&"welcome") => Ok(Self::Welcome { bytes: number(1)? }),
            _ => Err(format!("{text}: no such part")),
        }
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ticks { bytes, viewers } => write!(f, "ticks:{bytes}:{viewers}"),
            Self::Burst { bytes, viewers } => write!(f, "burst:{bytes}:{viewers}"),
            Self::Joined { bytes, viewers } => write!(f, "joined:{bytes}:{viewers}"),
            Self::Welcome { bytes } => write!(f, "welcome:{bytes}"),
        }
    }
}

/// Messages a second where they come in time.
pub(crate) const TICKS_PER_S: u32 = 20;
/// How whoever asks for messages begins, in the place of a request; each byte after it asks for one.
pub(crate) const ASKS: &[u8] = b"ASK\n";
/// Messages that are joined into one `write`, as ours does.
const JOINED_MAX: usize = 64;

struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    is_open: bool,
    waiting: Vec<u8>,
}

/// Serves until it is killed.
pub(crate) fn serve(part: &Part) -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let mut poll = Poll::new()?;
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    socket.listen(4_096)?;
    socket.set_nonblocking(true)?;
    let mut listener = TcpListener::from_std(socket.into());
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    println!("{}", listener.local_addr()?);
    let (bytes, viewers, every) = match part {
        Part::Ticks { bytes, viewers } => (*bytes, *viewers, Some(Duration::from_secs(1) / TICKS_PER_S)),
        Part::Burst { bytes, viewers } | Part::Joined { bytes, viewers } => {
            (*bytes, *viewers, Some(Duration::ZERO))
        }
        Part::Welcome { bytes } => (*bytes, 0, None),
    };
    let message = match part {
        Part::Ticks { .. } | Part::Burst { .. } | Part::Joined { .. } => frame(br#"{"type":"event","#, bytes),
        Part::Welcome { .. } => frame(br#"{"type":"welcome","#, bytes),
    };
    let joins = matches!(part, Part::Joined { .. });
    let mut clients: HashMap<usize, Client> = HashMap::new();
    let mut open = 0;
    let mut asked = 0;
    let mut next_id = 0;
    let mut events = Events::with_capacity(4_096);
    let mut next_tick = Instant::now();
    loop {
        // A message is written when the one before it is with everybody, so that each delivery is a `write` of its own.
        let is_behind = clients.values().any(|client| !client.waiting.is_empty());
        if open < viewers {
            next_tick = Instant::now();
        }
        let ticking = every.filter(|_| open >= viewers && !is_behind && (!joins || asked > 0));
        let wait = ticking.map(|_| next_tick.saturating_duration_since(Instant::now()));
        poll.poll(&mut events, wait)?;
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((mut stream, _)) = listener.accept() {
                    stream.set_nodelay(true)?;
                    let interest = Interest::READABLE | Interest::WRITABLE;
                    poll.registry().register(&mut stream, Token(next_id), interest)?;
                    let client = Client {
                        stream,
                        request: Vec::new(),
                        is_open: false,
                        waiting: Vec::new(),
                    };
                    clients.insert(next_id, client);
                    next_id += 1;
                }
                continue;
            }
            let Some(client) = clients.get_mut(&event.token().0) else {
                continue;
            };
            if event.is_writable() {
                client.drain();
            }
            if event.is_readable() {
                match client.read(every.is_none().then_some(&message))? {
                    Heard::Gone => drop(clients.remove(&event.token().0)),
                    Heard::Opened => open += 1,
                    Heard::Asked(times) => asked += times,
                    Heard::Nothing => {}
                }
            }
        }
        if let Some(every) = ticking
            && Instant::now() >= next_tick
        {
            next_tick += every;
            let joined = if joins { asked.min(JOINED_MAX) } else { 1 };
            let messages = message.repeat(joined);
            for client in clients.values_mut().filter(|client| client.is_open) {
                client.write(&messages);
            }
            if joins {
                asked -= joined;
            }
        }
    }
}

enum Heard {
    Nothing,
    Opened,
    /// For so many messages.
    Asked(usize),
    Gone,
}

impl Client {
    fn read(&mut self, welcome: Option<&Vec<u8>>) -> Result<Heard> {
        let mut buffer = [0; 4_096];
        let mut heard = Heard::Nothing;
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return Ok(Heard::Gone),
                Ok(length) if self.request.starts_with(ASKS) => {
                    heard = match heard {
                        Heard::Asked(times) => Heard::Asked(times + length),
                        _ => Heard::Asked(length),
                    };
                }
                Ok(length) if !self.is_open => {
                    self.request.extend_from_slice(&buffer[..length]);
                    if self.request.ends_with(b"\r\n\r\n") {
                        let request = String::from_utf8_lossy(&self.request).into_owned();
                        let key = request
                            .lines()
                            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "))
                            .context("a key")?;
                        let response = format!(
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                             Sec-WebSocket-Accept: {}\r\n\r\n",
                            derive_accept_key(key.trim().as_bytes())
                        );
                        self.write(response.as_bytes());
                        self.is_open = true;
                        self.request = Vec::new();
                        heard = Heard::Opened;
                    }
                }
                // What a viewer says is its hello, or a ping that nobody answers here.
                Ok(_) => {
                    if let Some(welcome) = welcome {
                        self.write(welcome);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(heard),
                Err(_) => return Ok(Heard::Gone),
            }
        }
    }

    /// One `write`; what it does not take waits, so that nothing is lost.
    fn write(&mut self, bytes: &[u8]) {
        if self.waiting.is_empty() {
            let taken = self.stream.write(bytes).unwrap_or(0);
            self.waiting.extend_from_slice(&bytes[taken..]);
        } else {
            self.waiting.extend_from_slice(bytes);
        }
    }

    fn drain(&mut self) {
        if !self.waiting.is_empty() {
            let taken = self.stream.write(&self.waiting).unwrap_or(0);
            self.waiting.drain(..taken);
        }
    }
}

/// A text frame of so many bytes, as far as the viewers look at them.
fn frame(start: &[u8], bytes: usize) -> Vec<u8> {
    let mut text = start.to_vec();
    text.resize(bytes.max(text.len()), b' ');
    test_support::raw::server_frame(&text)
}
