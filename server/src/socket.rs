//! One connection: a hello, then commands and pings one way, events and answers the other.
//!
//! Events are written by the audience's room. The connection's task reads, answers, and drains what the socket did not
//! take. Everything that goes out passes the connection's [`Link`], so frames never mix. An answer to a command is written
//! when its commit is through, by a task of its own, so that a slow commit stops neither events nor pings.

mod transport;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use borsklokka_shared::audience::Audience;
use borsklokka_shared::ids::{CommandId, DeviceId};
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{
    ClientMessage, CloseCode, CommandMessage, Greeting, ScreenStatus, ServerMessage, read_command, read_hello,
};
use hyper::upgrade::Upgraded;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, broadcast};
use tokio_tungstenite::tungstenite::Message;

use crate::access::{Revocation, Session};
use crate::api::refused_message;
use crate::doors::{Place, Seat, Share};
use crate::floor::{FloorHandle, Listed, Newcomer, Submission};
use crate::hub::Hub;
use crate::link::Link;
use crate::link::frame::text_frame;
use crate::log::Answer;
use crate::measure;
use transport::{Heard, Transport};

/// Commands of one connection that may wait for their answer.
const IN_FLIGHT_COMMANDS_MAX: usize = 64;
/// A connection that has not said hello by then is closed (4408), in seconds.
const HELLO_WAIT_S: u64 = 10;
/// How long a client has to hear the server's goodbye, in seconds.
const GOODBYE_WAIT_S: u64 = 5;
/// What is said of a frame that is none of the wire's.
const NOT_TEXT: &str = "frames are text";
/// Frames that are not of the wire before the connection is closed (4400).
const MALFORMED_FRAMES_MAX: u32 = 10;
/// Frames that the server need not have asked for, such as pings, between two sweeps of the room before the connection is
/// closed (4429). A client pings once between them and tells its health about as often.
const FRAMES_PER_SWEEP_MAX: u32 = 200;

/// Who comes, and where to.
pub struct Arrival {
    /// The parts of the server.
    pub hub: Arc<Hub>,
    /// The exchange's floor.
    pub floor: FloorHandle,
    /// The session, for staff.
    pub session: Option<Visit>,
    /// The connection's place among all of them, held until it ends.
    pub place: Arc<Place>,
    /// Its part of the share of the guest's address, if it came through a proxy, held as long.
    pub share: Option<Share>,
    /// Where it comes from; of IPv6 the network of 64 bits.
    pub address: IpAddr,
    /// Why the connection is closed as soon as it is open.
    pub turned_away: Option<CloseCode>,
}

/// A session on a socket.
pub struct Visit {
    /// Whose.
    pub session: Session,
    /// Says when it ends.
    pub revocations: broadcast::Receiver<Revocation>,
    /// The session's seat, held until the connection ends.
    pub seat: Option<Seat>,
}

/// Serves one connection until either side closes it.
pub async fn serve(upgraded: Upgraded, arrival: Box<Arrival>) {
    let mut transport = Transport::over(upgraded, arrival.session.is_some());
    let end = match arrival.turned_away {
        Some(code) => Some(code),
        None => attend(&mut transport, arrival).await,
    };
    measure::close(end);
    if let Some(code) = end {
        let goodbye = Duration::from_secs(GOODBYE_WAIT_S);
        // Whoever does not listen to it has been told all the same.
        let _ = tokio::time::timeout(goodbye, transport.close(code)).await;
    }
}

/// Why a connection ends: with a close code, or because the client has gone.
type End = Option<CloseCode>;

/// Waits for the hello, joins the room, and listens until the end.
async fn attend(transport: &mut Transport, arrival: Box<Arrival>) -> End {
    let hello = match hello(transport, &arrival).await {
        Ok(hello) => hello,
        Err(end) => return end,
    };
    let (mut connection, vigil) = Connection::join(&transport.link, arrival, hello);
    let floor = connection.floor.clone();
    // What ends the connection comes before what else it says.
    let end = tokio::select! {
        biased;
        end = revoked(vigil) => Some(end),
        end = abandoned(&floor) => Some(end),
        end = connection.listen(transport) => end,
    };
    connection.link.leave();
    connection.floor.rooms.left(connection.audience);
    connection.note_seen();
    end
}

async fn hello(transport: &mut Transport, arrival: &Arrival) -> Result<Greeting, End> {
    let heard = tokio::select! {
        biased;
        heard = transport.hear() => heard,
        () = arrival.hub.stop.cancelled() => return Err(Some(CloseCode::Restarting)),
        () = tokio::time::sleep(Duration::from_secs(HELLO_WAIT_S)) => return Err(Some(CloseCode::TooSlow)),
    };
    let read = match heard {
        Heard::Message(Message::Text(text)) => read_hello(&text),
        Heard::Message(Message::Close(_)) | Heard::Gone => return Err(None),
        Heard::Message(Message::Binary(_)) => Err(Refusal::Malformed {
            detail: NOT_TEXT.to_owned(),
        }),
        Heard::Message(_) => return Err(Some(CloseCode::Malformed)),
        Heard::Close(code) => return Err(Some(code)),
    };
    read.map_err(|refusal| {
        let refused = refused_message(None, &refusal, arrival.floor.language());
        transport.link.send(&frame_of(&refused));
        Some(CloseCode::Malformed)
    })
}

/// Waits until the floor has closed, and its room has not said goodbye: it may have fallen.
async fn abandoned(floor: &FloorHandle) -> CloseCode {
    floor.closed().await;
    tokio::time::sleep(Duration::from_secs(GOODBYE_WAIT_S)).await;
    CloseCode::Restarting
}

/// Waits until the device's session ends; for ever without one.
async fn revoked(vigil: Option<Box<Vigil>>) -> CloseCode {
    let Some(mut vigil) = vigil else {
        return std::future::pending().await;
    };
    let Vigil { device, revocations } = &mut *vigil;
    loop {
        match revocations.recv().await {
            Ok(Revocation::Device(revoked)) if revoked == *device => return CloseCode::NotAllowed,
            Ok(Revocation::Device(_)) => {}
            // Some revocations may have been missed. Let the client come back: its session is looked up anew.
            Ok(Revocation::Unheard) | Err(RecvError::Lagged(_) | RecvError::Closed) => {
                return CloseCode::Restarting;
            }
        }
    }
}

/// Whose session a connection is, and who says that it ends.
struct Vigil {
    device: DeviceId,
    revocations: broadcast::Receiver<Revocation>,
}

struct Connection {
    hub: Arc<Hub>,
    floor: FloorHandle,
    link: Arc<Link>,
    session: Option<Arc<Session>>,
    audience: Audience,
    language: Language,
    malformed: u32,
    address: IpAddr,
    in_flight: Option<Arc<Semaphore>>,
    /// Its place among the screens, once it said how it is.
    listed: Option<Listed>,
    /// Held until the connection ends.
    _held: (Arc<Place>, Option<Share>, Option<Seat>),
}

impl Connection {
    /// Joins the room; a session's connection listens for the session's end as well.
    #[expect(
        clippy::boxed_local,
        reason = "the box is let go here, and not when the connection ends"
    )]
    fn join(link: &Arc<Link>, arrival: Box<Arrival>, hello: Greeting) -> (Self, Option<Box<Vigil>>) {
        let Arrival {
            hub,
            floor,
            session: visit,
            place,
            share,
            address,
            turned_away: _,
        } = *arrival;
        let (session, revocations, seat) = match visit {
            Some(visit) => (Some(Arc::new(visit.session)), Some(visit.revocations), visit.seat),
            None => (None, None, None),
        };
        let role = session.as_ref().map_or(Role::Viewer, |session| session.role);
        let audience = Audience::of_role(role);
        let newcomer = Newcomer {
            link: Arc::clone(link),
            position: hello.position,
            role,
            device: session
                .as_ref()
                .map(|session| (session.device, session.name.clone())),
        };
        floor.rooms.join(audience, newcomer);
        let vigil = session.as_ref().zip(revocations).map(|(session, revocations)| {
            Box::new(Vigil {
                device: session.device,
                revocations,
            })
        });
        let connection = Self {
            link: Arc::clone(link),
            language: hello.language.unwrap_or_else(|| floor.language()),
            in_flight: session
                .as_ref()
                .map(|_| Arc::new(Semaphore::new(IN_FLIGHT_COMMANDS_MAX))),
            hub,
            floor,
            audience,
            malformed: 0,
            address,
            listed: None,
            session,
            _held: (place, share, seat),
        };
        (connection, vigil)
    }

    async fn listen(&mut self, transport: &mut Transport) -> End {
        loop {
            let step = match transport.hear().await {
                Heard::Message(message) => self.take(message),
                Heard::Close(code) => Err(code),
                Heard::Gone => return None,
            };
            if let Err(code) = step {
                return Some(code);
            }
        }
    }

    fn take(&mut self, message: Message) -> Result<(), CloseCode> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return self.malformed(NOT_TEXT),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => return self.count(),
            // The transport answers it, and says when the client has gone.
            Message::Close(_) => return Ok(()),
        };
        match serde_json::from_str::<ClientMessage>(&text) {
            Ok(ClientMessage::Command(message)) => self.command(&message),
            Ok(ClientMessage::Ping { sent_ms }) => {
                // What the head counts has been written already, so a client that sees a higher head than its own position
                // has lost something.
                let pong = ServerMessage::Pong {
                    sent_ms,
                    server_ms: self.floor.view.clock.now().unix_ms,
                    ahead_ms: self.floor.view.clock.told_ahead_ms(),
                    head: self
                        .floor
                        .rooms
                        .delivered(self.audience)
                        .max(self.link.started_at()),
                };
                self.link.send(&frame_of(&pong));
                self.count()
            }
            Ok(ClientMessage::Status(status)) => {
                self.status(status);
                self.count()
            }
            Ok(ClientMessage::Hello { .. }) => self.malformed("hello comes once"),
            Err(error) => self.malformed(&error.to_string()),
        }
    }

    /// Notes how the screen is, for staff to see.
    fn status(&mut self, status: ScreenStatus) {
        let (view, audience) = (&self.floor.view, self.audience);
        let status = ScreenStatus {
            position: status.position.map(|position| view.in_log(audience, position)),
            ..status
        };
        if let Some(listed) = self.listed.as_ref().filter(|listed| listed.is_listed()) {
            listed.says(status);
            return;
        }
        let session = self.session.as_ref();
        self.listed = self.floor.view.screens.list(
            &self.link,
            self.address,
            session.map_or(Role::Viewer, |session| session.role),
            session.map(|session| (session.device, session.name.clone())),
            status,
        );
    }

    fn command(&mut self, message: &CommandMessage) -> Result<(), CloseCode> {
        let id = message.id;
        let (Some(session), Some(in_flight)) = (&self.session, &self.in_flight) else {
            return self.refuse(id, &Refusal::NotAllowed);
        };
        if let Err(refusal) = self.hub.rates.command(session.device) {
            return self.refuse(id, &refusal);
        }
        let command = match read_command(&message.command) {
            Ok(command) => command,
            Err(refusal) => return self.refuse(id, &refusal),
        };
        let Ok(in_flight) = Arc::clone(in_flight).try_acquire_owned() else {
            return self.refuse(id, &Refusal::Throttled);
        };
        let submission = Submission {
            actor: session.actor(),
            id,
            command,
            written_at: message.written_at,
            clock: message.clock,
            epoch: message.epoch,
        };
        let (floor, link, language) = (self.floor.clone(), Arc::clone(&self.link), self.language);
        tokio::spawn(async move {
            let answer = match floor.submit(submission).await {
                Answer::Accepted { seq } => ServerMessage::Accepted { id, seq },
                Answer::Refused { refusal } => refused_message(Some(id), &refusal, language),
            };
            link.send(&frame_of(&answer));
            drop(in_flight);
        });
        Ok(())
    }

    /// Notes that its device was here until now. When the server stops nobody goes: they would all write at once.
    fn note_seen(&self) {
        if let Some(session) = self.session.as_ref().filter(|_| !self.hub.stop.is_cancelled()) {
            self.hub.access.note_seen(self.floor.exchange.id, session.device);
        }
    }

    fn refuse(&self, id: CommandId, refusal: &Refusal) -> Result<(), CloseCode> {
        self.link
            .send(&frame_of(&refused_message(Some(id), refusal, self.language)));
        self.count()
    }

    fn malformed(&mut self, detail: &str) -> Result<(), CloseCode> {
        self.malformed += 1;
        let refusal = Refusal::Malformed {
            detail: detail.chars().take(200).collect(),
        };
        self.link
            .send(&frame_of(&refused_message(None, &refusal, self.language)));
        if self.malformed >= MALFORMED_FRAMES_MAX {
            Err(CloseCode::Malformed)
        } else {
            Ok(())
        }
    }

    /// Counts a frame that nobody else counts.
    fn count(&self) -> Result<(), CloseCode> {
        if self.link.frames_since_sweep() > FRAMES_PER_SWEEP_MAX {
            Err(CloseCode::TooMany)
        } else {
            Ok(())
        }
    }
}

fn frame_of(message: &ServerMessage) -> bytes::Bytes {
    text_frame(&serde_json::to_vec(message).expect("a message has string keys and finite numbers only"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a connection's task may keep for as long as it lasts, in bytes: thousands have one. See docs/performance.md, where the memory
    /// goes.
    const TASK_BYTES_MAX: usize = 896;

    const fn bytes_of<F>(_: fn(Upgraded, Box<Arrival>) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_connection_keeps_little() {
        let bytes = bytes_of(serve);
        assert!(bytes <= TASK_BYTES_MAX, "{bytes}");
    }
}
