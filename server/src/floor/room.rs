//! The rooms: everybody of an audience who watches, and the task that writes each frame to all of them. A crowd that one processor would
//! write to for long has several rooms, which write at the same time.
//!
//! A client joins through the room's own task, so that it is either in the room before a frame is written or has the
//! frame in its start already: it can neither miss nor double an event. Frames that wait are joined once and written to
//! each socket with one system call. Nothing here waits for a client: what a socket does not take is its link's matter.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use borsklokka_shared::audience::Audience;
use borsklokka_shared::ids::{DeviceId, Epoch, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{CloseCode, PING_EVERY_MS, Position, ServerMessage};
use bytes::{Bytes, BytesMut};
use serde::Serialize;
use strum::EnumCount as _;
use tokio::sync::mpsc;

use super::screens::{Screens, TELL_EVERY_MS};
use super::view::{Frame, Start, View};
use crate::clock::ExchangeClock;
use crate::link::frame::{frame_of_length, text_frame};
use crate::link::{Link, LinkState};
use crate::measure;
use crate::stop::Stop;

/// Frames that the writer may be ahead of a room; then it waits.
const FRAMES_WAITING_MAX: usize = 1_024;
/// Frames that are joined into one write.
const FRAMES_PER_WRITE_MAX: usize = 64;
/// Members of a room before another is opened.
const MEMBERS_PER_ROOM: usize = 1_024;
/// Rooms of an audience, however many processors there are: beyond that the database and the network are what limits.
const ROOMS_MAX: usize = 16;
/// How long frames wait at most for those that are being decided: until a screen shows its next picture.
const GATHERED_MAX: Duration = Duration::from_millis(16);
/// A write that takes less is not worth waiting for.
const GATHERED_MIN: Duration = Duration::from_millis(2);
/// Sockets that are written to before other tasks get their turn.
const SOCKETS_PER_TURN: usize = 256;

/// Someone who wants to watch.
pub struct Newcomer {
    /// The way to their screen.
    pub link: Arc<Link>,
    /// How far they have come, if they were here before.
    pub position: Option<Position>,
    /// As what.
    pub role: Role,
    /// The paired device and its name, for staff.
    pub device: Option<(DeviceId, String)>,
}

/// What wakes a room besides frames.
enum Knock {
    Join(Box<Newcomer>),
    /// Somebody's link is gone.
    Left,
}

/// The rooms of an exchange.
pub struct Rooms {
    public: Door,
    staff: Door,
}

impl Rooms {
    /// Opens a door for each audience of a view, which holds what was before. They close with the floor, which closes with them.
    pub(super) fn open(view: &Arc<View>, closing: &Stop) -> Self {
        let door = |audience, rooms_max| Door::open(audience, rooms_max, view, closing);
        Self {
            public: door(Audience::Public, writers()),
            // So that all of them are told of the screens at once; they are dozens.
            staff: door(Audience::Staff, 1),
        }
    }

    /// Lets somebody watch as one of an audience, from their position if it still holds, else from a snapshot.
    pub fn join(&self, audience: Audience, newcomer: Newcomer) {
        self.door(audience).join(newcomer);
    }

    /// Says that somebody of the audience has left.
    pub fn left(&self, audience: Audience) {
        for room in self.door(audience).rooms() {
            // A room that has closed keeps nobody.
            let _ = room.knocks.send(Knock::Left);
        }
    }

    /// The last position that was written to everybody of the audience.
    pub fn delivered(&self, audience: Audience) -> Seq {
        let delivered = |room: &Entrance| room.shared.delivered.load(Ordering::Acquire);
        Seq(self
            .door(audience)
            .rooms()
            .map(delivered)
            .min()
            .unwrap_or_default())
    }

    /// How many links were how, when the rooms last looked.
    pub(crate) fn links(&self, state: LinkState) -> usize {
        let rooms = self.public.rooms().chain(self.staff.rooms());
        rooms
            .map(|room| room.shared.states[state as usize].load(Ordering::Relaxed))
            .sum()
    }

    /// Sends frames to every socket of their audience. Waits when a room is far behind.
    pub(super) async fn send(&self, frames: Vec<(Audience, Frame)>) {
        for (audience, frame) in frames {
            for room in self.door(audience).rooms() {
                // The room closes when the server stops: then its clients have been told to come back.
                let _ = room.frames.send(frame.clone()).await;
            }
        }
    }

    fn door(&self, audience: Audience) -> &Door {
        match audience {
            Audience::Public => &self.public,
            Audience::Staff => &self.staff,
        }
    }
}

/// Processors that may write to a crowd at the same time: one is left for those who post.
fn writers() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    (processors - 1).clamp(1, ROOMS_MAX)
}

/// The way to the rooms of an audience.
struct Door {
    audience: Audience,
    view: Arc<View>,
    closing: Stop,
    /// The first is always open, each further one from when those before it are full.
    rooms: Box<[OnceLock<Entrance>]>,
}

/// The way into a room.
struct Entrance {
    frames: mpsc::Sender<Frame>,
    /// Not bounded by itself: a connection knocks twice, and connections are limited.
    knocks: mpsc::UnboundedSender<Knock>,
    shared: Arc<Shared>,
}

/// What others see of a room.
#[derive(Default)]
struct Shared {
    /// Who is in it, or knocks.
    members: AtomicUsize,
    delivered: AtomicU64,
    /// How many links are how.
    states: [AtomicUsize; LinkState::COUNT],
}

impl Door {
    /// Opens the door to an audience of `view`.
    fn open(audience: Audience, rooms_max: usize, view: &Arc<View>, closing: &Stop) -> Self {
        let door = Self {
            audience,
            view: Arc::clone(view),
            closing: closing.clone(),
            rooms: (0..rooms_max).map(|_| OnceLock::new()).collect(),
        };
        door.room(0);
        door
    }

    /// The rooms that are open.
    fn rooms(&self) -> impl Iterator<Item = &Entrance> {
        self.rooms.iter().map_while(OnceLock::get)
    }

    /// One of the rooms, which is opened if it is not. Frames that are on their way to the others meanwhile are in the view already, with
    /// which whoever joins it starts.
    fn room(&self, index: usize) -> &Entrance {
        self.rooms[index]
            .get_or_init(|| Entrance::open(self.audience, Arc::clone(&self.view), self.closing.clone()))
    }

    fn join(&self, newcomer: Newcomer) {
        let members = |room: &Entrance| room.shared.members.load(Ordering::Relaxed);
        let open = self.rooms().count();
        let room = self
            .rooms()
            .min_by_key(|room| members(room))
            .filter(|room| members(room) < MEMBERS_PER_ROOM || open == self.rooms.len())
            .unwrap_or_else(|| self.room(open));
        room.join(newcomer);
    }
}

impl Entrance {
    /// Opens a room for an audience of `view`. Staff's is told of the screens.
    fn open(audience: Audience, view: Arc<View>, closing: Stop) -> Self {
        let (frames, waiting) = mpsc::channel(FRAMES_WAITING_MAX);
        let (knocks, knocking) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            delivered: AtomicU64::new(view.head(audience).0),
            ..Shared::default()
        });
        let room = Room {
            audience,
            screens: (audience == Audience::Staff).then(|| Arc::clone(&view.screens)),
            tell_from: tokio::time::Instant::now(),
            told: Bytes::new(),
            clock: Arc::clone(&view.clock),
            view,
            members: Vec::new(),
            shared: Arc::clone(&shared),
        };
        tokio::spawn(async move {
            // Without a room nobody is told of anything: the floor is opened anew then, also after a panic.
            let _close = closing.clone().drop_guard();
            room.run(waiting, knocking, closing).await;
        });
        Self {
            frames,
            knocks,
            shared,
        }
    }

    fn join(&self, newcomer: Newcomer) {
        self.shared.members.fetch_add(1, Ordering::Relaxed);
        if let Err(mpsc::error::SendError(Knock::Join(newcomer))) =
            self.knocks.send(Knock::Join(Box::new(newcomer)))
        {
            newcomer.link.close(CloseCode::Restarting);
        }
    }
}

struct Member {
    link: Arc<Link>,
    /// The last position that was written to the link.
    sent: Seq,
}

struct Room {
    audience: Audience,
    view: Arc<View>,
    /// The screens that staff are told of.
    screens: Option<Arc<Screens>>,
    /// Not before this are they told again.
    tell_from: tokio::time::Instant,
    /// The list that all of them were told last; empty if there is none.
    told: Bytes,
    clock: Arc<ExchangeClock>,
    members: Vec<Member>,
    shared: Arc<Shared>,
}

impl Room {
    async fn run(
        mut self,
        mut frames: mpsc::Receiver<Frame>,
        mut knocks: mpsc::UnboundedReceiver<Knock>,
        stop: Stop,
    ) {
        let mut sweep = tokio::time::interval(Duration::from_millis(u64::from(PING_EVERY_MS)));
        let mut waiting = Vec::with_capacity(FRAMES_PER_WRITE_MAX);
        let mut write_from = tokio::time::Instant::now();
        let mut knocking = Vec::new();
        loop {
            // What is rare comes first, so that a crowd of frames keeps nothing else waiting.
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                _ = sweep.tick() => self.sweep(),
                screens = changed(self.screens.as_ref(), self.tell_from) => self.tell(screens.whole_frame()),
                taken = knocks.recv_many(&mut knocking, FRAMES_PER_WRITE_MAX) => {
                    if taken == 0 {
                        break;
                    }
                    self.answer(knocking.drain(..));
                }
                taken = gathered(&mut frames, &mut waiting, write_from) => {
                    if taken == 0 {
                        break;
                    }
                    let began = tokio::time::Instant::now();
                    self.write(&waiting).await;
                    let written = tokio::time::Instant::now();
                    write_from = written + rest(written - began, frames.len());
                    waiting.clear();
                }
            }
        }
        for member in self.members {
            member.link.close(CloseCode::Restarting);
        }
    }

    /// Looks how everybody is, and forgets who has gone.
    fn sweep(&mut self) {
        self.forget_gone();
        let mut states = [0; LinkState::COUNT];
        for member in &self.members {
            states[member.link.sweep() as usize] += 1;
        }
        for (told, count) in self.shared.states.iter().zip(states) {
            told.store(count, Ordering::Relaxed);
        }
    }

    fn forget_gone(&mut self) {
        let before = self.members.len();
        self.members.retain(|member| !member.link.is_gone());
        let gone = before - self.members.len();
        self.shared.members.fetch_sub(gone, Ordering::Relaxed);
    }

    /// Writes frames to everybody who has not got them from their start.
    async fn write(&mut self, frames: &[Frame]) {
        let (Some(first), Some(last)) = (frames.first(), frames.last()) else {
            return;
        };
        let joined = join(frames);
        measure::deliveries(frames.len() * self.members.len());
        for (index, member) in self.members.iter_mut().enumerate() {
            if member.sent < first.seq {
                member.link.send(&joined);
            } else {
                for frame in frames.iter().filter(|frame| frame.seq > member.sent) {
                    member.link.send(&frame.bytes);
                }
            }
            member.sent = member.sent.max(last.seq);
            if index % SOCKETS_PER_TURN == SOCKETS_PER_TURN - 1 {
                tokio::task::yield_now().await;
            }
        }
        self.shared.delivered.fetch_max(last.seq.0, Ordering::Release);
    }

    /// Tells everybody of the screens, unless that is what all of them were told last. The frame has no position: whoever joins later
    /// gets the list as it is then.
    fn tell(&mut self, screens: Bytes) {
        if self.told != screens {
            for member in &self.members {
                member.link.send(&screens);
            }
            self.told = screens;
        }
        self.tell_from = tokio::time::Instant::now() + Duration::from_millis(TELL_EVERY_MS);
    }

    fn answer(&mut self, knocks: impl Iterator<Item = Knock>) {
        let mut left = false;
        for knock in knocks {
            match knock {
                Knock::Join(newcomer) => self.admit(*newcomer),
                Knock::Left => left = true,
            }
        }
        if left {
            self.forget_gone();
        }
    }

    fn admit(&mut self, newcomer: Newcomer) {
        let link = newcomer.link;
        let (server_ms, ahead_ms) = (self.clock.now().unix_ms, self.clock.told_ahead_ms());
        let (device, name) = newcomer.device.unzip();
        let sent = match self.view.start(self.audience, newcomer.position.as_ref()) {
            Start::Snapshot { seq, at, board } => {
                let welcome = Welcome {
                    tag: "welcome",
                    role: newcomer.role,
                    epoch: self.audience.epoch(self.view.epoch()),
                    seq,
                    at,
                    server_ms,
                    ahead_ms,
                    device,
                    name,
                };
                measure::greeting("snapshot");
                link.send_snapshot(seq, &welcome.around(board));
                seq
            }
            Start::Resume { seq, missed } => {
                let resumed = ServerMessage::Resumed {
                    role: newcomer.role,
                    seq,
                    server_ms,
                    ahead_ms,
                    device,
                    name,
                };
                measure::greeting("resume");
                let mut last = seq;
                let mut pieces = vec![text_frame(
                    &serde_json::to_vec(&resumed).expect("a message has string keys and finite numbers only"),
                )];
                for frame in missed {
                    last = frame.seq;
                    pieces.push(frame.bytes);
                }
                link.send_missed(last, &pieces);
                last
            }
        };
        if let Some(screens) = self.screens.as_ref().and_then(|screens| screens.frame()) {
            link.send(&screens);
        }
        // From now on not all have heard the same.
        self.told = Bytes::new();
        self.members.push(Member { link, sent });
    }
}

/// Waits for frames, and not before `from` takes those that wait then.
async fn gathered(
    frames: &mut mpsc::Receiver<Frame>,
    waiting: &mut Vec<Frame>,
    from: tokio::time::Instant,
) -> usize {
    tokio::time::sleep_until(from).await;
    frames.recv_many(waiting, FRAMES_PER_WRITE_MAX).await
}

/// How long a room rests after a write that took so long, while so many frames wait. In a burst half of what is on its way would be decided
/// while the other half is written, and each write would carry half of what it could: the next waits as long as the last took. Where
/// as many wait as one write carries, there is nothing to gather.
fn rest(took: Duration, waiting: usize) -> Duration {
    if took < GATHERED_MIN || waiting >= FRAMES_PER_WRITE_MAX {
        return Duration::ZERO;
    }
    took.min(GATHERED_MAX)
}

/// Waits until staff are to be told of the screens anew; for ever in the public's room.
async fn changed(screens: Option<&Arc<Screens>>, tell_from: tokio::time::Instant) -> Arc<Screens> {
    let Some(screens) = screens else {
        return std::future::pending().await;
    };
    tokio::time::sleep_until(tell_from).await;
    screens.changed().await;
    Arc::clone(screens)
}

/// The frames as one piece; one frame is not copied.
fn join(frames: &[Frame]) -> Bytes {
    match frames {
        [frame] => frame.bytes.clone(),
        frames => {
            let mut joined = BytesMut::with_capacity(frames.iter().map(|frame| frame.bytes.len()).sum());
            for frame in frames {
                joined.extend_from_slice(&frame.bytes);
            }
            joined.freeze()
        }
    }
}

/// A welcome without its board, which is encoded once for everybody.
#[derive(Serialize)]
struct Welcome {
    #[serde(rename = "type")]
    tag: &'static str,
    role: Role,
    epoch: Epoch,
    seq: Seq,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Instant>,
    server_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ahead_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DeviceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl Welcome {
    /// The frame around a board, in pieces.
    fn around(&self, board: Bytes) -> [Bytes; 3] {
        const END: &[u8] = b"}";
        let mut head = serde_json::to_vec(self).expect("a welcome has string keys only");
        head.pop();
        head.extend_from_slice(b",\"board\":");
        let length = head.len() + board.len() + END.len();
        [frame_of_length(length, &head), board, Bytes::from_static(END)]
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::event::{Event, Recorded};
    use borsklokka_shared::exchange::Scene;
    use borsklokka_shared::ids::ExchangeId;

    use super::*;
    use crate::clock::{MachineClock, SharedClock};
    use crate::log::ExchangeRow;

    const ROOMS: usize = 3;

    /// Rooms of an empty log, with several for the public whatever processors there are.
    fn rooms() -> (Arc<View>, Rooms) {
        let exchange = ExchangeRow {
            id: ExchangeId(uuid::Uuid::nil()),
            slug: "drammen".to_owned(),
            epoch: Epoch(uuid::Uuid::nil()),
            formerly: Vec::new(),
            begins_after: Seq(0),
        };
        let clock: SharedClock = Arc::new(MachineClock::anchored());
        let (view, closing) = (Arc::new(View::of_empty_log(&exchange, &clock)), Stop::new());
        let rooms = Rooms {
            public: Door::open(Audience::Public, ROOMS, &view, &closing),
            staff: Door::open(Audience::Staff, 1, &view, &closing),
        };
        (view, rooms)
    }

    /// So many of the public come, and do not wait until their start is written.
    fn join(rooms: &Rooms, times: usize) -> Vec<Arc<Link>> {
        let join_one = || {
            let link = Arc::new(Link::kept());
            let newcomer = Newcomer {
                link: Arc::clone(&link),
                position: None,
                role: Role::Viewer,
                device: None,
            };
            rooms.join(Audience::Public, newcomer);
            link
        };
        (0..times).map(|_| join_one()).collect()
    }

    fn members(rooms: &Rooms) -> Vec<usize> {
        let members = |room: &Entrance| room.shared.members.load(Ordering::Relaxed);
        rooms.public.rooms().map(members).collect()
    }

    #[test]
    fn a_room_rests_after_a_long_write_and_never_for_long() {
        let ms = Duration::from_millis;
        for (took, waiting, rested) in [
            (ms(1), 0, ms(0)),
            (ms(9), 0, ms(9)),
            (ms(9), FRAMES_PER_WRITE_MAX - 1, ms(9)),
            (ms(9), FRAMES_PER_WRITE_MAX, ms(0)),
            (ms(80), 2, ms(16)),
        ] {
            assert_eq!(rest(took, waiting), rested, "{took:?}, {waiting} waiting");
        }
    }

    #[tokio::test]
    async fn a_crowd_has_a_further_room_when_those_before_it_are_full() {
        let (_view, rooms) = rooms();
        assert_eq!(members(&rooms), [0], "one is always there");
        let first = join(&rooms, MEMBERS_PER_ROOM);
        assert_eq!(members(&rooms), [MEMBERS_PER_ROOM]);
        let _second = join(&rooms, 10);
        assert_eq!(members(&rooms), [MEMBERS_PER_ROOM, 10]);

        // Who leaves makes room, and rooms that are open stay so.
        for link in first.iter().skip(1) {
            link.leave();
        }
        rooms.left(Audience::Public);
        while members(&rooms) != [1, 10] {
            tokio::task::yield_now().await;
        }
        let _third = join(&rooms, 19);
        assert_eq!(members(&rooms), [15, 15], "the emptiest is chosen");
        let _fourth = join(&rooms, 4 * MEMBERS_PER_ROOM);
        let crowd = members(&rooms);
        assert_eq!(crowd.len(), ROOMS, "no more than there may be");
        assert_eq!(crowd.iter().sum::<usize>(), 30 + 4 * MEMBERS_PER_ROOM);
        assert!(
            crowd.iter().all(|members| *members > MEMBERS_PER_ROOM),
            "{crowd:?}"
        );
    }

    /// The next bytes that are written to somebody.
    async fn heard(link: &Link) -> String {
        let bytes = std::future::poll_fn(|cx| link.poll_take(cx)).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The number behind the first of these words.
    fn number_behind(text: &str, words: &str) -> u64 {
        let (_, rest) = text.split_once(words).expect(text);
        let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next();
        digits.and_then(|digits| digits.parse().ok()).expect(text)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_joins_a_crowd_hears_each_event_once_and_in_order() {
        const COMINGS: u64 = 200;
        const AT_ONCE: usize = 20;
        let (view, rooms) = rooms();
        let mut comers: Vec<(Arc<Link>, Option<String>)> = Vec::new();
        for seq in 1..=COMINGS {
            comers.extend(join(&rooms, AT_ONCE).into_iter().map(|link| (link, None)));
            // Now and then somebody waits, so that not all start with the last event.
            if let Some((link, welcome)) = comers.last_mut()
                && seq % 10 == 0
            {
                *welcome = Some(heard(link).await);
            }
            let recorded = Recorded {
                seq: Seq(seq),
                prev_public: Seq(seq - 1),
                at: view.clock.now(),
                audience: Audience::Public,
                event: Event::SceneSet {
                    scene: Scene::Automatic,
                },
            };
            let frames = view.apply(&[recorded]);
            rooms.send(frames).await;
        }
        assert_eq!(members(&rooms).len(), ROOMS);

        let mut starts = std::collections::HashSet::new();
        for (link, welcome) in &comers {
            let welcome = match welcome {
                Some(welcome) => welcome.clone(),
                None => heard(link).await,
            };
            let mut position = number_behind(&welcome, "\"seq\":");
            starts.insert(position);
            assert!(heard(link).await.starts_with('{'), "the board");
            assert_eq!(heard(link).await, "}", "the welcome's end");
            while position < COMINGS {
                for event in heard(link).await.split(r#"{"type":"event","#).skip(1) {
                    assert_eq!(
                        number_behind(event, "\"prev\":"),
                        position,
                        "no hole, nothing twice"
                    );
                    position = number_behind(event, "\"seq\":");
                }
            }
        }
        assert!(
            starts.len() > 10,
            "they came while events were on their way: {starts:?}"
        );
        // A room says so when the last of its members was written to.
        while rooms.delivered(Audience::Public) != Seq(COMINGS) {
            tokio::task::yield_now().await;
        }
    }
}
