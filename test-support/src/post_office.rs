//! A mail server on a free port of this machine, which does with a letter what it is told: takes it, refuses it, holds it, or hangs up
//! without a word.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use mailin::response::{AUTH_OK, INVALID_CREDENTIALS, NO_MAILBOX, OK};
use mailin::{Action, AuthMechanism, Handler, Response, SessionBuilder};
use tokio::sync::Notify;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Who may hand letters in where it is encrypted, and by which password.
pub const CUSTOMER: (&str, &str) = ("kari", "hemmelig");

/// How it speaks to those who call.
#[derive(Clone)]
pub enum Wire {
    /// In plain.
    Plain,
    /// Encrypted from the first byte, with whoever logs in.
    Encrypted(Arc<ServerConfig>),
    /// Encrypted from the second word, with whoever logs in.
    StartTls(Arc<ServerConfig>),
}

/// What becomes of a letter. Those that nothing is said of are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is taken.
    Taken,
    /// There is no such mailbox.
    NoMailbox,
    /// Not now, when all of it has come.
    Later,
    /// It is taken, and nobody is told: the connection ends.
    HungUp,
    /// It is taken, and nobody is told until [`PostOffice::let_go`].
    Held,
}

/// A letter that was taken.
#[derive(Clone, Debug)]
pub struct Received {
    /// From which address.
    pub from: String,
    /// To which addresses.
    pub to: Vec<String>,
    /// As it came over the wire.
    pub content: Vec<u8>,
}

/// The mail server.
pub struct PostOffice {
    address: SocketAddr,
    inside: Arc<Inside>,
}

#[derive(Default)]
struct Inside {
    books: Mutex<Books>,
    let_go: Condvar,
    /// Rung when a letter is held.
    holds: Notify,
}

#[derive(Default)]
struct Books {
    fates: VecDeque<Fate>,
    received: Vec<Received>,
    connections: usize,
    goes: bool,
}

impl PostOffice {
    /// Opens one that speaks in plain.
    pub fn open() -> Self {
        Self::open_on(Wire::Plain)
    }

    /// Opens one.
    pub fn open_on(wire: Wire) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inside = Arc::new(Inside::default());
        let of_all = Arc::clone(&inside);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (inside, wire) = (Arc::clone(&of_all), wire.clone());
                std::thread::spawn(move || speak(stream, &wire, &inside));
            }
        });
        Self { address, inside }
    }

    /// Its address, as a command line has it.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What becomes of the next letters.
    pub fn next(&self, fates: impl IntoIterator<Item = Fate>) {
        self.inside.books().fates.extend(fates);
    }

    /// Every letter that was taken.
    pub fn received(&self) -> Vec<Received> {
        self.inside.books().received.clone()
    }

    /// How often somebody called.
    pub fn connections(&self) -> usize {
        self.inside.books().connections
    }

    /// Returns when a letter is held.
    pub async fn holds(&self) {
        self.inside.holds.notified().await;
    }

    /// Tells whoever waits that the letter was taken.
    pub fn let_go(&self) {
        self.inside.books().goes = true;
        self.inside.let_go.notify_all();
    }
}

impl Inside {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }
}

/// One who calls.
struct Clerk<'a> {
    inside: &'a Inside,
    fate: Fate,
    letter: Received,
    /// Whether the connection ends without an answer.
    hangs_up: &'a Mutex<bool>,
}

impl Handler for Clerk<'_> {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        self.fate = self.inside.books().fates.pop_front().unwrap_or(Fate::Taken);
        self.letter = Received {
            from: from.to_owned(),
            to: Vec::new(),
            content: Vec::new(),
        };
        OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        if self.fate == Fate::NoMailbox {
            return NO_MAILBOX;
        }
        self.letter.to.push(to.to_owned());
        OK
    }

    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        if (user, password) == CUSTOMER {
            AUTH_OK
        } else {
            INVALID_CREDENTIALS
        }
    }

    fn data(&mut self, content: &[u8]) -> std::io::Result<()> {
        self.letter.content.extend_from_slice(content);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        if self.fate == Fate::Later {
            return Response::custom(451, "Try again later".to_owned());
        }
        let mut books = self.inside.books();
        books.received.push(self.letter.clone());
        if self.fate == Fate::Held {
            self.inside.holds.notify_one();
            while !books.goes {
                books = self.inside.let_go.wait(books).unwrap();
            }
        }
        *self.hangs_up.lock().unwrap() = self.fate == Fate::HungUp;
        OK
    }
}

/// The wire to whoever calls.
enum Line {
    Plain(TcpStream),
    Encrypted(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Line {
    fn encrypted(self, by: &Arc<ServerConfig>) -> Self {
        match self {
            Self::Plain(stream) => {
                let connection = ServerConnection::new(Arc::clone(by)).unwrap();
                Self::Encrypted(Box::new(StreamOwned::new(connection, stream)))
            }
            Self::Encrypted(_) => self,
        }
    }
}

impl Read for Line {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Encrypted(stream) => stream.read(into),
        }
    }
}

impl Write for Line {
    fn write(&mut self, from: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(from),
            Self::Encrypted(stream) => stream.write(from),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Encrypted(stream) => stream.flush(),
        }
    }
}

fn speak(stream: TcpStream, wire: &Wire, inside: &Inside) {
    inside.books().connections += 1;
    let hangs_up = Mutex::new(false);
    let peer = stream.peer_addr().unwrap().ip();
    let clerk = Clerk {
        inside,
        fate: Fate::Taken,
        letter: Received {
            from: String::new(),
            to: Vec::new(),
            content: Vec::new(),
        },
        hangs_up: &hangs_up,
    };
    let mut builder = SessionBuilder::new("post.test");
    let line = Line::Plain(stream);
    let line = match wire {
        Wire::Plain => line,
        Wire::Encrypted(by) => line.encrypted(by),
        Wire::StartTls(_) => {
            builder.enable_start_tls();
            line
        }
    };
    if !matches!(wire, Wire::Plain) {
        builder.enable_auth(AuthMechanism::Plain);
    }
    let mut session = builder.build(peer, clerk);
    if matches!(wire, Wire::Encrypted(_)) {
        session.tls_active();
    }
    let mut line = BufReader::new(line);
    let mut response = session.greeting();
    loop {
        let is_said = !matches!(response.action, Action::NoReply);
        if *hangs_up.lock().unwrap() || is_said && !is_heard(line.get_mut(), &response) {
            return;
        }
        match (&response.action, wire) {
            (Action::UpgradeTls, Wire::StartTls(by)) => {
                line = BufReader::new(line.into_inner().encrypted(by));
                session.tls_active();
            }
            (Action::Close | Action::UpgradeTls, _) => return,
            _ => {}
        }
        let mut said = Vec::new();
        match line.read_until(b'\n', &mut said) {
            Ok(0) | Err(_) => return,
            Ok(_) => response = session.process(&said),
        }
    }
}

/// Says something to whoever called, unless they are gone.
fn is_heard(line: &mut Line, response: &Response) -> bool {
    let mut said = Vec::new();
    response.write_to(&mut said).unwrap();
    line.write_all(&said).and_then(|()| line.flush()).is_ok()
}
