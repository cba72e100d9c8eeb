//! A mail server on a free port of this machine, which does with a letter what it is told: takes it, refuses it, holds it, or hangs up
//! without a word.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use mailin::response::{NO_MAILBOX, OK};
use mailin::{Action, Handler, Response, SessionBuilder};
use tokio::sync::Notify;

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
    /// Opens one.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inside = Arc::new(Inside::default());
        let of_all = Arc::clone(&inside);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let inside = Arc::clone(&of_all);
                std::thread::spawn(move || speak(stream, &inside));
            }
        });
        Self { address, inside }
    }

    /// Its address, as a command line has it.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
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

fn speak(stream: TcpStream, inside: &Inside) {
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
    let mut session = SessionBuilder::new("post.test").build(peer, clerk);
    let mut answers = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream);
    let mut response = session.greeting();
    loop {
        let is_said = !matches!(response.action, Action::NoReply);
        if *hangs_up.lock().unwrap() || is_said && !is_heard(&mut answers, &response) {
            return;
        }
        if matches!(response.action, Action::Close | Action::UpgradeTls) {
            return;
        }
        let mut line = Vec::new();
        match lines.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => response = session.process(&line),
        }
    }
}

/// Says something to whoever called, unless they are gone.
fn is_heard(answers: &mut TcpStream, response: &Response) -> bool {
    let mut said = Vec::new();
    response.write_to(&mut said).unwrap();
    answers.write_all(&said).is_ok()
}
