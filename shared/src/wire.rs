//! The wire, version 1: what clients and the server say to each other over one WebSocket, one JSON message a frame.
//!
//! Fields may be added, never changed. A reader ignores fields and message types that it does not know; an event that it
//! does not know means that the app is old, see [`ReadError::UnknownEvent`].

mod command;
mod hello;
mod read;

use serde::{Deserialize, Serialize};

use crate::audience::Audience;
use crate::board::Board;
use crate::decide::ClockTrust;
use crate::disclosure::seen_by;
use crate::event::{Event, Recorded};
use crate::exchange::Scene;
use crate::ids::{CommandId, DeviceId, Epoch, Seq};
use crate::instant::Instant;
use crate::language::Language;
use crate::listing::Listing;
use crate::refusal::Refusal;
use crate::role::Role;

pub use crate::fields::Fields;
pub use command::read_command;
pub use hello::{Greeting, read_hello};
pub use read::{read_catalogue, read_server_message};

/// The WebSocket subprotocol.
pub const SUBPROTOCOL: &str = "borsklokka.v1";
/// The header that every HTTP answer of this server carries: what lacks it was said by something between, such as a Wi-Fi's
/// sign-in page.
pub const ANSWER_HEADER: &str = "x-borsklokka";
/// What stands in it: the wire's version.
pub const ANSWER_HEADER_VALUE: &str = "v1";
/// Largest frame that a client may send, in bytes.
pub const CLIENT_FRAME_BYTES_MAX: usize = 16 * 1024;
/// Most events that are sent to a client that resumes; one that missed more gets a snapshot.
pub const RESUME_EVENTS_MAX: u64 = 300;
/// A client pings this often, in milliseconds; the server closes a connection that was silent for three times as long.
pub const PING_EVERY_MS: u32 = 5_000;
/// A server that did not answer a ping for this long is taken for lost, in milliseconds.
pub const PONG_WAIT_MS_MAX: u32 = 8_000;
/// Shortest wait before a reconnect, in milliseconds.
pub const RECONNECT_MS_MIN: u32 = 500;
/// Longest wait before a reconnect, in milliseconds.
pub const RECONNECT_MS_MAX: u32 = 20_000;
/// Most characters of what is said of a message that cannot be read.
const DETAIL_CHARS_MAX: usize = 200;

/// Why the server closed a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum CloseCode {
    /// The server restarts: resume.
    Restarting = 1012,
    /// Frame after frame that is not of the wire.
    Malformed = 4400,
    /// The session is not, or no longer, allowed here.
    NotAllowed = 4401,
    /// The client reads too slowly, or fell silent: resume.
    TooSlow = 4408,
    /// The app speaks another version: load it anew.
    Version = 4409,
    /// Too many connections or messages: wait, then resume.
    TooMany = 4429,
}

impl CloseCode {
    /// The number in the close frame.
    pub const fn as_u16(self) -> u16 {
        self as u16
    }
}

/// How far a client has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// In which history.
    pub epoch: Epoch,
    /// As which audience.
    pub audience: Audience,
    /// The last event it applied.
    pub seq: Seq,
    /// When that was recorded, by which a position is told from the same one of another history: a backup may have been put in
    /// place, and other events have taken the numbers of those that it lacks. Versions before do not say it, and do not resume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
}

/// A screen's health. Passed on to staff, never logged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScreenStatus {
    /// What the screen shows, such as `wall`.
    #[serde(default)]
    pub screen: String,
    /// Whether it may make sounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<bool>,
    /// Frames a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames_per_s: Option<f32>,
    /// Commands that wait on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<u32>,
    /// When the oldest of those was written that say when. By that the server measures how long tablets wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox_since: Option<Instant>,
    /// The last event that it applied: what it reports is its own audience's position, and what staff are told is theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Seq>,
    /// The shortest of its last round trips to the server, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip_ms: Option<u32>,
    /// How far its own clock runs ahead of the server's, in milliseconds. Screens do not go by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_ahead_ms: Option<i64>,
    /// Whether it keeps itself awake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awake: Option<bool>,
    /// Its width and height, in CSS pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<(u32, u32)>,
    /// The app's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether nobody can see its page: another tab or window lies over it, or the screen is off. Browsers then slow its
    /// timers down and draw nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// How its sound is; says why `sound` is as it is.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "if_known"
    )]
    pub sound_state: Option<SoundState>,
    /// How it keeps itself awake; says why `awake` is as it is.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "if_known"
    )]
    pub wake_lock: Option<WakeLock>,
    /// Its last test tone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
    /// The scene that staff chose for it alone.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "if_known"
    )]
    pub own_scene: Option<Scene>,
    /// The scene that its address asks for, where staff chose none.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "if_known"
    )]
    pub address_scene: Option<Scene>,
}

/// How a screen's sound is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundState {
    /// It would be heard.
    On,
    /// The browser waits for a touch.
    Waiting,
    /// Somebody wants it silent: its address says so, or it was started without sound.
    Muted,
    /// It was on, and the system took it away.
    Lost,
    /// The browser has no sound.
    Unavailable,
}

/// How a screen keeps itself awake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WakeLock {
    /// The browser keeps it awake.
    Held,
    /// The browser took the lock back, as it does while the page is hidden.
    Released,
    /// The browser refused, as one that saves its battery does.
    Refused,
    /// The browser cannot, or the page came over plain http.
    Unavailable,
}

/// A test tone that staff asked of one screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tone {
    /// When it was asked.
    pub at: Instant,
    /// Whether it went to the loudspeakers.
    pub sounded: bool,
}

/// What is told of a message that cannot be read.
fn malformed(error: &serde_json::Error) -> Refusal {
    Refusal::Malformed {
        detail: error.to_string().chars().take(DETAIL_CHARS_MAX).collect(),
    }
}

/// A value of a closed set, if it is one that this version knows: a message of a newer screen still says the rest.
fn if_known<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(T::deserialize(value).ok())
}

/// What a client sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// First of all: where the client stands.
    Hello {
        /// Null on a first visit.
        position: Option<Position>,
        /// The language for refusals; the exchange's if absent.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "if_known"
        )]
        language: Option<Language>,
    },
    /// Asks for something.
    Command(CommandMessage),
    /// Asks for the server's clock and head.
    Ping {
        /// The client's own clock, in milliseconds; comes back as it is.
        sent_ms: f64,
    },
    /// Says how the screen is.
    Status(ScreenStatus),
}

/// A command on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandMessage {
    /// Made by the client; sent again with the same id, it takes effect once.
    pub id: CommandId,
    /// When it was written, on the server's clock as the client estimates it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_at: Option<Instant>,
    /// How well the client knows that clock.
    #[serde(default)]
    pub clock: ClockTrust,
    /// In which history it was written. What was written in an earlier one, and was about its evening, is refused: a deal of the
    /// rehearsal does not come into the evening. None leaves it to `written_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// What is asked. Read with [`read_command`], so that a bad one is answered by its id.
    pub command: serde_json::Value,
}

/// A connected screen, as staff see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectedScreen {
    /// The connection's number on this server.
    pub number: u32,
    /// The role it has.
    pub role: Role,
    /// The paired device, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The device's name, if it is paired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it said of itself.
    pub status: ScreenStatus,
}

/// What the server sends.
// The large variant is by far the commonest one, so boxing it would only add an allocation an event.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// A snapshot to start from.
    Welcome {
        /// What this session may do.
        role: Role,
        /// The history it belongs to.
        epoch: Epoch,
        /// The audience's last position in it.
        seq: Seq,
        /// When the event there was recorded; absent before the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Instant>,
        /// Exchange time, in milliseconds since 1970.
        server_ms: i64,
        /// How far that is ahead of the time of day, in milliseconds, negative if it is behind; absent if it is no matter.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ahead_ms: Option<i64>,
        /// This device, if it is paired.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<DeviceId>,
        /// The name it was paired under.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The state, without the catalogue.
        board: Box<Board>,
    },
    /// The client's position holds; what it missed follows.
    Resumed {
        /// What this session may do.
        role: Role,
        /// The position that the client gave.
        seq: Seq,
        /// Exchange time, in milliseconds since 1970.
        server_ms: i64,
        /// How far that is ahead of the time of day, in milliseconds, negative if it is behind; absent if it is no matter.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ahead_ms: Option<i64>,
        /// This device, if it is paired.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<DeviceId>,
        /// The name it was paired under.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Something happened.
    Event(EventMessage),
    /// A command took effect, now or before.
    Accepted {
        /// Which command.
        id: CommandId,
        /// The position after it.
        seq: Seq,
    },
    /// A command had no effect.
    Refused {
        /// Which command; null if its id could not be read.
        id: Option<CommandId>,
        /// Stable, for programs.
        code: String,
        /// For people, in the client's language.
        message: String,
        /// What exactly is malformed, in English, for whoever writes a client.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    /// The answer to a ping.
    Pong {
        /// The client's clock, as it was sent.
        sent_ms: f64,
        /// Exchange time, in milliseconds since 1970.
        server_ms: i64,
        /// How far that is ahead of the time of day, in milliseconds, negative if it is behind; absent if it is no matter.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ahead_ms: Option<i64>,
        /// This audience's last position.
        head: Seq,
    },
    /// Who is connected; to staff.
    Screens {
        /// Every connection that said how it is.
        screens: Vec<ConnectedScreen>,
    },
    /// Show your number; to one screen.
    Identify {
        /// The number.
        number: u32,
    },
    /// Load the app anew; to one screen.
    Reload,
    /// Show this scene, whatever the others show; to one screen.
    ShowScene {
        /// Which one; null lets it follow the exchange again.
        scene: Option<Scene>,
    },
    /// Play a short tone, and say in the status whether it sounded; to one screen.
    TestSound,
}

/// What staff may ask of one screen, over HTTP: nothing of it is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Nudge {
    /// Show your number.
    Identify,
    /// Load the app anew.
    Reload,
    /// Show this scene, whatever the others show.
    ShowScene {
        /// Which one; null lets it follow the exchange again.
        scene: Option<Scene>,
    },
    /// Play a short tone, whatever the others do.
    TestSound,
}

/// An event on its way to one audience.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventMessage {
    /// The audience's position after it.
    pub seq: Seq,
    /// The audience's position before it.
    pub prev: Seq,
    /// When it was recorded.
    pub at: Instant,
    /// What happened.
    pub event: Event,
}

impl EventMessage {
    /// The message that `audience` gets of a recorded event: the one place where frames are made, and where what is staff's
    /// alone is left out.
    pub fn of(recorded: &Recorded, audience: Audience) -> Self {
        Self {
            seq: recorded.position(audience),
            prev: recorded.prev(audience),
            at: recorded.at,
            event: match seen_by(audience, &recorded.event).into_owned() {
                // Whoever follows has what stays, and it may be large.
                Event::BegunAnew { epoch, .. } => Event::BegunAnew { epoch, kept: None },
                event => event,
            },
        }
    }
}

/// The catalogue, read over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The position that it holds, of the audience that whoever asks belongs to.
    pub seq: Seq,
    /// Every offer and wish.
    pub listings: Vec<Listing>,
}

/// A server's frame that a client cannot use.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A message type of a newer server: ignore it.
    #[error("a message of a type that this version does not know")]
    UnknownMessage,
    /// An event of a newer server: keep the outbox and load the app anew.
    #[error("an event that this version does not know: load the app anew ({0})")]
    UnknownEvent(serde_json::Error),
    /// Not of the wire.
    #[error("not a message of {SUBPROTOCOL}: {0}")]
    Malformed(serde_json::Error),
}
