//! The outgoing half of one connection, shared by the room and the connection's own task.
//!
//! Whoever has something to say writes it to the socket at once, if nothing waits there: one system call, no other task
//! woken. What the socket does not take waits here, bounded by count and bytes, and the connection's task drains it. Under
//! TLS there is no plain socket to write to: then everything waits for the task.

pub mod frame;

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use borsklokka_shared::ids::Seq;
use borsklokka_shared::wire::CloseCode;
use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;

use self::frame::PING_FRAME;

/// Bytes that may wait for one slow socket before it is closed (4408) to resume. The room's bytes are shared by all who
/// wait for them.
pub const WAITING_BYTES_MAX: usize = 1024 * 1024;
/// Pieces, of one frame or a joined batch of them, that may wait for one slow socket before it is closed (4408).
pub const WAITING_PIECES_MAX: usize = 1_024;
/// Sweeps of the room that a client may stay silent: clients ping once a sweep.
const SILENT_SWEEPS_MAX: u8 = 3;
/// After so many of them it is asked: browsers slow a hidden page's timers down to one a minute, but answer for it.
const ASKED_AFTER_SWEEPS: u8 = 1;
/// Sweeps of the room in which a socket may take nothing of what waits.
const STUCK_SWEEPS_MAX: u8 = 2;

/// How a connection is, when the room looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumCount, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum LinkState {
    /// It has all there is, and said something since the last look.
    UpToDate,
    /// Something waits for its socket.
    Behind,
    /// It has said nothing since the last look: it is asked, and closed in the end.
    Silent,
}

/// The outgoing half of one connection.
pub struct Link {
    /// Where it is plain, the socket itself.
    socket: Option<TcpStream>,
    outgoing: Mutex<Outgoing>,
    /// The position that the connection started from.
    started_at: AtomicU64,
    /// Frames of the client since the last sweep, but for its commands.
    frames: AtomicU32,
    silent_sweeps: AtomicU8,
    gone: AtomicBool,
}

#[derive(Default)]
struct Outgoing {
    waiting: VecDeque<Piece>,
    waiting_bytes: usize,
    /// What the connection's start may add to the limits, in bytes and pieces: a snapshot is as large as its board.
    start_bytes: usize,
    start_pieces: usize,
    /// Whether the socket took something since the last sweep.
    moved: bool,
    stuck_sweeps: u8,
    /// Why the connection ends; from then on only its goodbye is written.
    end: Option<CloseCode>,
    /// Wakes the connection's task.
    task: Option<Waker>,
}

/// Bytes that wait.
struct Piece {
    bytes: Bytes,
    /// Whether the next piece goes on with the same frame.
    goes_on: bool,
}

/// How pieces relate to frames.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Each is one frame or several.
    Whole,
    /// Together they are one frame.
    Split,
}

impl Link {
    /// A link that writes to a plain socket itself.
    pub fn plain(socket: TcpStream) -> Self {
        Self::over(Some(socket))
    }

    /// A link whose task writes: under TLS, and wherever else the socket is out of reach.
    pub fn kept() -> Self {
        Self::over(None)
    }

    fn over(socket: Option<TcpStream>) -> Self {
        Self {
            socket,
            outgoing: Mutex::default(),
            started_at: AtomicU64::new(0),
            frames: AtomicU32::new(0),
            silent_sweeps: AtomicU8::new(0),
            gone: AtomicBool::new(false),
        }
    }

    /// The plain socket, to read from.
    pub(super) fn socket(&self) -> Option<&TcpStream> {
        self.socket.as_ref()
    }

    /// Writes whole frames, ready for the wire.
    pub fn send(&self, frames: &Bytes) {
        let mut outgoing = self.lock();
        if outgoing.end.is_none() {
            self.push(&mut outgoing, std::slice::from_ref(frames), Cut::Whole);
            if outgoing.is_over() {
                outgoing.finish(CloseCode::TooSlow);
            }
        }
    }

    /// Writes the one frame that a connection starts with, in pieces; it does not count for the limits.
    pub fn send_snapshot(&self, seq: Seq, pieces: &[Bytes]) {
        self.start(seq, pieces, Cut::Split);
    }

    /// Writes the frames that a resumed connection starts with; they do not count for the limits.
    pub fn send_missed(&self, seq: Seq, frames: &[Bytes]) {
        self.start(seq, frames, Cut::Whole);
    }

    fn start(&self, seq: Seq, pieces: &[Bytes], cut: Cut) {
        self.started_at.store(seq.0, Ordering::Release);
        let mut outgoing = self.lock();
        if outgoing.end.is_none() {
            outgoing.start_bytes += pieces.iter().map(Bytes::len).sum::<usize>();
            outgoing.start_pieces += pieces.len();
            self.push(&mut outgoing, pieces, cut);
        }
    }

    /// Writes the goodbye, although the connection has ended.
    pub(super) fn send_last(&self, bytes: &[u8]) {
        self.push(&mut self.lock(), &[Bytes::copy_from_slice(bytes)], Cut::Whole);
    }

    /// Ends the connection: what waits is dropped but for the frame that may be begun, and the task says goodbye.
    pub fn close(&self, code: CloseCode) {
        self.lock().finish(code);
    }

    /// The position that the connection started from.
    pub(super) fn started_at(&self) -> Seq {
        Seq(self.started_at.load(Ordering::Acquire))
    }

    /// Counts one more frame, and gives their number since the last sweep.
    pub(super) fn frames_since_sweep(&self) -> u32 {
        self.frames.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Notes that the client said something.
    pub(super) fn heard(&self) {
        self.silent_sweeps.store(0, Ordering::Relaxed);
    }

    /// Notes that the connection is over: the room forgets it.
    pub(super) fn leave(&self) {
        self.gone.store(true, Ordering::Release);
    }

    /// Whether the connection is over.
    pub fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Acquire)
    }

    /// Asks a client that fell silent for a sign of life, and closes the link (4408) if none comes or it takes nothing. The
    /// room asks this every few seconds, and is told how the link is.
    pub fn sweep(&self) -> LinkState {
        let silent_sweeps = self.silent_sweeps.fetch_add(1, Ordering::Relaxed);
        let silent = silent_sweeps >= SILENT_SWEEPS_MAX;
        self.frames.store(0, Ordering::Relaxed);
        let mut outgoing = self.lock();
        if outgoing.waiting.is_empty() || outgoing.moved {
            outgoing.stuck_sweeps = 0;
        } else {
            outgoing.stuck_sweeps += 1;
        }
        outgoing.moved = false;
        let state = if !outgoing.waiting.is_empty() {
            LinkState::Behind
        } else if silent_sweeps >= ASKED_AFTER_SWEEPS {
            LinkState::Silent
        } else {
            LinkState::UpToDate
        };
        if silent || outgoing.stuck_sweeps > STUCK_SWEEPS_MAX {
            outgoing.finish(CloseCode::TooSlow);
        } else if state == LinkState::Silent && outgoing.end.is_none() {
            self.push(&mut outgoing, &[PING_FRAME], Cut::Whole);
        }
        state
    }

    /// Why the connection ends, once it does.
    pub(super) fn poll_end(&self, cx: &mut Context<'_>) -> Poll<CloseCode> {
        let mut outgoing = self.lock();
        outgoing.wake_later(cx);
        outgoing.end.map_or(Poll::Pending, Poll::Ready)
    }

    /// Writes what waits, for as long as the socket takes it; ready when nothing waits.
    pub(super) fn poll_drain(
        &self,
        cx: &mut Context<'_>,
        mut kept: Option<Pin<&mut (dyn AsyncWrite + Send)>>,
    ) -> Poll<io::Result<()>> {
        let mut outgoing = self.lock();
        outgoing.wake_later(cx);
        while let Some(front) = outgoing.waiting.front() {
            let bytes = &front.bytes;
            let taken = match (&self.socket, &mut kept) {
                (Some(socket), _) => match socket.try_write(bytes) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        std::task::ready!(socket.poll_write_ready(cx))?;
                        continue;
                    }
                    written => written?,
                },
                (None, Some(kept)) => std::task::ready!(kept.as_mut().poll_write(cx, bytes))?,
                (None, None) => return Poll::Pending,
            };
            outgoing.took(taken);
        }
        match kept {
            Some(kept) => kept.poll_flush(cx),
            None => Poll::Ready(Ok(())),
        }
    }

    /// Takes everything that waits, as a socket would: for tests of a floor without one.
    pub fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Bytes> {
        let mut outgoing = self.lock();
        outgoing.wake_later(cx);
        match outgoing.waiting.pop_front() {
            Some(piece) => {
                outgoing.waiting_bytes -= piece.bytes.len();
                Poll::Ready(piece.bytes)
            }
            None => Poll::Pending,
        }
    }

    fn push(&self, outgoing: &mut Outgoing, pieces: &[Bytes], cut: Cut) {
        let mut taken = match &self.socket {
            Some(socket) if outgoing.waiting.is_empty() => write_now(socket, pieces),
            Some(_) | None => 0,
        };
        let before = outgoing.waiting.len();
        for (index, piece) in pieces.iter().enumerate() {
            if taken >= piece.len() {
                taken -= piece.len();
                continue;
            }
            let bytes = piece.slice(taken..);
            taken = 0;
            outgoing.waiting_bytes += bytes.len();
            outgoing.waiting.push_back(Piece {
                bytes,
                goes_on: cut == Cut::Split && index + 1 < pieces.len(),
            });
        }
        if before == 0 && !outgoing.waiting.is_empty() {
            outgoing.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Outgoing> {
        // One link that somebody panicked with harms nobody else.
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the socket takes of the pieces, now. An error shows again when the connection's task reads.
fn write_now(socket: &TcpStream, pieces: &[Bytes]) -> usize {
    let taken = match pieces {
        [piece] => socket.try_write(piece),
        pieces => {
            let slices: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
            socket.try_write_vectored(&slices)
        }
    };
    taken.unwrap_or(0)
}

impl Outgoing {
    fn took(&mut self, mut bytes: usize) {
        self.moved = true;
        self.waiting_bytes -= bytes;
        while let Some(front) = self.waiting.front_mut() {
            if bytes < front.bytes.len() {
                front.bytes.advance(bytes);
                return;
            }
            bytes -= front.bytes.len();
            self.waiting.pop_front();
        }
    }

    fn is_over(&self) -> bool {
        self.waiting.len() > WAITING_PIECES_MAX + self.start_pieces
            || self.waiting_bytes > WAITING_BYTES_MAX + self.start_bytes
    }

    fn finish(&mut self, code: CloseCode) {
        if self.end.is_none() {
            self.end = Some(code);
            // The first frame may be half written: a client would take the goodbye for the rest of it.
            let begun = self.waiting.iter().take_while(|piece| piece.goes_on).count() + 1;
            self.waiting.truncate(begun);
            self.waiting_bytes = self.waiting.iter().map(|piece| piece.bytes.len()).sum();
            self.wake();
        }
    }

    fn wake(&mut self) {
        if let Some(task) = &self.task {
            task.wake_by_ref();
        }
    }

    fn wake_later(&mut self, cx: &Context<'_>) {
        match &mut self.task {
            Some(task) => task.clone_from(cx.waker()),
            None => self.task = Some(cx.waker().clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that was written to the link since it was last asked.
    fn written(link: &Link) -> Vec<Bytes> {
        let mut cx = Context::from_waker(Waker::noop());
        let mut pieces = Vec::new();
        while let Poll::Ready(piece) = link.poll_take(&mut cx) {
            pieces.push(piece);
        }
        pieces
    }

    fn end(link: &Link) -> Option<CloseCode> {
        match link.poll_end(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(code) => Some(code),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_silent_client_is_asked_and_one_that_answers_stays() {
        let link = Link::kept();
        assert_eq!(link.sweep(), LinkState::UpToDate);
        assert_eq!(written(&link), [""; 0], "it has only just come");
        // A page in a hidden tab, whose timers stand still for minutes: its browser answers for it.
        for _ in 0..60 {
            let state = link.sweep();
            assert_ne!(state, LinkState::Behind);
            if !written(&link).is_empty() {
                link.heard();
            }
            assert_eq!(end(&link), None);
        }
        // A machine that sleeps.
        for _ in 0..=SILENT_SWEEPS_MAX {
            link.sweep();
            for piece in written(&link) {
                assert_eq!(piece, PING_FRAME);
            }
        }
        assert_eq!(end(&link), Some(CloseCode::TooSlow));
    }

    #[test]
    fn a_link_whose_socket_takes_nothing_is_behind() {
        let link = Link::kept();
        link.send(&Bytes::from_static(b"frame"));
        assert_eq!(link.sweep(), LinkState::Behind);
        written(&link);
        link.heard();
        assert_eq!(link.sweep(), LinkState::UpToDate);
        assert_eq!(link.sweep(), LinkState::Silent);
    }

    #[test]
    fn a_client_that_pings_is_not_asked() {
        let link = Link::kept();
        for _ in 0..10 {
            link.heard();
            link.sweep();
        }
        assert_eq!(written(&link), [""; 0]);
    }
}
