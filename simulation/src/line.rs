//! A line between a page and a node: slow, cut, silent in one moment and for ever, and now and then it loses a frame.
//!
//! What the server says is looked at as it leaves the server, before the line does anything to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use borsklokka_shared::audience::Audience;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Duration, Instant, sleep_until};

use crate::world::{World, held};

/// Bytes that either end holds.
const BUFFER_BYTES: usize = 256 * 1_024;
/// A frame of text, of the server's.
const TEXT: u8 = 0x81;

/// A line's switch.
#[derive(Clone, Default)]
pub(crate) struct Line(Arc<Switch>);

#[derive(Default)]
struct Switch {
    is_cut: AtomicBool,
    cut: Notify,
    /// Nothing passes any more, and neither end is told.
    is_silent: AtomicBool,
}

impl Line {
    /// Ends it, without a goodbye.
    pub(crate) fn cut(&self) {
        self.0.is_cut.store(true, Ordering::Relaxed);
        self.0.cut.notify_waiters();
        // For whoever waits later.
        self.0.cut.notify_one();
    }

    /// Lets nothing pass any more.
    pub(crate) fn fall_silent(&self) {
        self.0.is_silent.store(true, Ordering::Relaxed);
    }

    fn is_silent(&self) -> bool {
        self.0.is_silent.load(Ordering::Relaxed)
    }

    fn is_cut(&self) -> bool {
        self.0.is_cut.load(Ordering::Relaxed)
    }
}

/// Lays a line for one of an audience: its switch, the client's end and the server's.
pub(crate) fn lay(world: &Arc<World>, audience: Audience) -> (Line, DuplexStream, DuplexStream) {
    let line = Line::default();
    let (client, near) = tokio::io::duplex(BUFFER_BYTES);
    let (server, far) = tokio::io::duplex(BUFFER_BYTES);
    let (near_read, near_write) = tokio::io::split(near);
    let (far_read, far_write) = tokio::io::split(far);
    let (up, to_server) = mpsc::unbounded_channel();
    let (down, to_client) = mpsc::unbounded_channel();
    let (of_world, of_line) = (Arc::clone(world), line.clone());
    tokio::spawn(async move {
        let (line, world) = (of_line, of_world);
        let carried = async {
            tokio::select! {
                biased;
                () = listen(&world, near_read, &line, up) => {}
                () = tap(&world, far_read, &line, audience, down) => {}
                () = carry(&line, far_write, to_server) => {}
                () = carry(&line, near_write, to_client) => {}
            }
        };
        tokio::select! {
            biased;
            () = line.0.cut.notified() => {}
            () = carried => {}
        }
        line.0.is_cut.store(true, Ordering::Relaxed);
    });
    (line, client, server)
}

type Due = (Instant, Vec<u8>);

/// When something comes through that is sent now: never before what was sent before it.
fn due(world: &World, last: &mut Instant) -> Instant {
    let ms = if world.happens(30) {
        world.dice(200..3_000)
    } else {
        world.dice(1..40)
    };
    *last = (*last).max(Instant::now() + Duration::from_millis(ms));
    *last
}

/// Hears what the client sends.
async fn listen(
    world: &World,
    mut read: ReadHalf<DuplexStream>,
    line: &Line,
    to: mpsc::UnboundedSender<Due>,
) {
    let (mut buffer, mut last) = (vec![0; 16 * 1_024], Instant::now());
    loop {
        match read.read(&mut buffer).await {
            Ok(0) | Err(_) => {
                // What is on its way arrives before the end is heard.
                sleep_until(last + Duration::from_millis(1)).await;
                return;
            }
            Ok(read) => {
                if to.send((due(world, &mut last), buffer[..read].to_vec())).is_err() || line.is_cut() {
                    return;
                }
            }
        }
    }
}

/// Hears what the server sends, frame by frame.
async fn tap(
    world: &World,
    mut read: ReadHalf<DuplexStream>,
    line: &Line,
    audience: Audience,
    to: mpsc::UnboundedSender<Due>,
) {
    let (mut buffer, mut last) = (Vec::new(), Instant::now());
    let mut is_upgraded = false;
    let mut ear = crate::audit::Ear::of(audience);
    loop {
        if read.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
            sleep_until(last + Duration::from_millis(1)).await;
            return;
        }
        if !is_upgraded {
            let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            is_upgraded = true;
            let head: Vec<u8> = buffer.drain(..end + 4).collect();
            if to.send((due(world, &mut last), head)).is_err() {
                return;
            }
        }
        while let Some((head, length)) = frame(&buffer) {
            let bytes: Vec<u8> = buffer.drain(..head + length).collect();
            let mut is_event = false;
            if bytes[0] == TEXT {
                let text = String::from_utf8_lossy(&bytes[head..]);
                world.weigh(&bytes[head..]);
                is_event = text.starts_with(r#"{"type":"event""#);
                let wrong = ear.hears(&held(&world.ledger), &text);
                held(&world.audit).frames += 1;
                if let Some(wrong) = wrong {
                    world.fault(wrong);
                }
            }
            if is_event && world.happens(world.weather().frame_lost) {
                world.note("a frame is lost");
                continue;
            }
            if to.send((due(world, &mut last), bytes)).is_err() || line.is_cut() {
                return;
            }
        }
    }
}

/// Where the text of the first frame begins and how long it is, if all of it is there. Servers mask nothing.
fn frame(buffer: &[u8]) -> Option<(usize, usize)> {
    let (head, length) = match *buffer.get(1)? {
        short @ 0..126 => (2, usize::from(short)),
        126 => (
            4,
            usize::from(u16::from_be_bytes(buffer.get(2..4)?.try_into().ok()?)),
        ),
        _ => (
            10,
            u64::from_be_bytes(buffer.get(2..10)?.try_into().ok()?) as usize,
        ),
    };
    (buffer.len() >= head + length).then_some((head, length))
}

/// Brings what is on its way, each when it is due.
async fn carry(
    line: &Line,
    mut write: WriteHalf<DuplexStream>,
    mut on_its_way: mpsc::UnboundedReceiver<Due>,
) {
    while let Some((at, bytes)) = on_its_way.recv().await {
        sleep_until(at).await;
        if line.is_silent() {
            continue;
        }
        if write.write_all(&bytes).await.is_err() {
            return;
        }
    }
    std::future::pending::<()>().await;
}
