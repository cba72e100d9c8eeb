//! The line between people and their servers, as a proxy that can be cut, slowed, stopped and muted; and that looks for what nobody may read.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    /// What goes either way comes so many milliseconds later.
    Slow(u64),
    /// Nothing comes through, and nobody is told: a cable that was pulled. What was connected stays so.
    Silent,
    /// What people say comes through, what they are answered does not; after it they are cut off.
    Mute,
    /// Nobody is let through.
    Cut,
}

/// The line.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    inside: Arc<Inside>,
}

struct Inside {
    state: watch::Sender<State>,
    /// The servers that are there.
    servers: Mutex<Vec<SocketAddr>>,
    turn: AtomicUsize,
    /// What must not come through to people.
    forbidden: Option<&'static [u8]>,
    leaked: AtomicBool,
}

impl Line {
    pub(crate) async fn lay(servers: &[SocketAddr], forbidden: Option<&'static [u8]>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let inside = Arc::new(Inside {
            state: watch::Sender::new(State::Open),
            servers: Mutex::new(servers.to_vec()),
            turn: AtomicUsize::new(0),
            forbidden,
            leaked: AtomicBool::new(false),
        });
        let of_all = Arc::clone(&inside);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, Arc::clone(&of_all)));
            }
        });
        Self { address, inside }
    }

    pub(crate) fn is(&self, state: State) {
        self.inside.state.send_replace(state);
    }

    /// Cuts everybody off, who may come again at once.
    pub(crate) fn cut_once(&self) {
        self.is(State::Cut);
        self.is(State::Open);
    }

    /// Leads to these servers from now on.
    pub(crate) fn leads_to(&self, servers: &[SocketAddr]) {
        *self.inside.servers.lock().expect("no panic") = servers.to_vec();
    }

    /// Whether something came through that nobody may read.
    pub(crate) fn has_leaked(&self) -> bool {
        self.inside.leaked.load(Ordering::Relaxed)
    }
}

async fn carry(stream: TcpStream, line: Arc<Inside>) {
    let mut state = line.state.subscribe();
    if *state.borrow_and_update() == State::Cut {
        return;
    }
    let server = {
        let servers = line.servers.lock().expect("no panic");
        let turn = line.turn.fetch_add(1, Ordering::Relaxed);
        servers.get(turn % servers.len().max(1)).copied()
    };
    let Some(server) = server else { return };
    let Ok(there) = TcpStream::connect(server).await else {
        return;
    };
    let (from_people, to_people) = stream.into_split();
    let (from_server, to_server) = there.into_split();
    let cut = async {
        let mut was = *state.borrow();
        loop {
            if state.changed().await.is_err() {
                return;
            }
            let is = *state.borrow_and_update();
            // Whose answers were lost is cut off when the line is mended. Two changes at once are one: after a cut it is open again.
            if is == State::Cut || was == State::Mute || (was, is) == (State::Open, State::Open) {
                return;
            }
            was = is;
        }
    };
    tokio::select! {
        () = cut => {}
        () = pass(from_people, to_server, Arc::clone(&line), false) => {}
        () = pass(from_server, to_people, Arc::clone(&line), true) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, line: Arc<Inside>, is_answer: bool) {
    let mut state = line.state.subscribe();
    let mut part = vec![0; 1 << 16];
    let mut last: Vec<u8> = Vec::new();
    let mut is_dead = false;
    while let Ok(bytes @ 1..) = from.read(&mut part).await {
        let now = *state.borrow_and_update();
        // A connection whose packets were lost for so long does not come back to life.
        is_dead |= now == State::Silent;
        if is_dead || (now == State::Mute && is_answer) {
            continue;
        }
        if let State::Slow(ms) = now {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        if let Some(forbidden) = line.forbidden.filter(|_| is_answer) {
            last.extend_from_slice(&part[..bytes]);
            if last.windows(forbidden.len()).any(|window| window == forbidden) {
                line.leaked.store(true, Ordering::Relaxed);
            }
            let keep = last.len().saturating_sub(forbidden.len());
            last.drain(..keep);
        }
        if to.write_all(&part[..bytes]).await.is_err() {
            return;
        }
    }
}
