//! One connection: a hello, then commands and pings one way, events and answers the other.
//!
//! The connection's task owns the socket. Events come from the floor's view in frames that are encoded already; answers to
//! commands come back over a bounded queue of their own, so that a slow commit does not stop the events.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use borsklokka_shared::audience::Audience;
use borsklokka_shared::exchange::Language;
use borsklokka_shared::ids::{CommandId, DeviceId, Epoch, Seq};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{
    ClientMessage, CloseCode, CommandMessage, PING_EVERY_MS, Position, ServerMessage, read_command,
};
use futures_util::SinkExt;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, mpsc};

use crate::access::Session;
use crate::floor::{FloorHandle, Frame, Joined, Start, Submission};
use crate::hub::Hub;
use crate::log::Answer;
use crate::stop::stopped;

/// Answers that may wait for one connection: as many commands as it may have in flight.
const IN_FLIGHT_COMMANDS_MAX: usize = 64;
/// Frames that are written before one flush.
const FRAMES_PER_FLUSH_MAX: usize = 64;
/// A socket that takes nothing for this long is closed (4408), in seconds.
const WRITE_WAIT_S: u64 = 10;
/// A connection that has not said hello by then is closed (4408), in seconds.
const HELLO_WAIT_S: u64 = 10;
/// Frames that are not of the wire before the connection is closed (4400).
const MALFORMED_FRAMES_MAX: u32 = 10;

/// Serves one connection until either side closes it.
pub async fn serve(
    mut socket: WebSocket,
    hub: Arc<Hub>,
    floor: FloorHandle,
    session: Option<Session>,
    revocations: broadcast::Receiver<DeviceId>,
) {
    let close = match hello(&mut socket, &floor).await {
        Ok(hello) => {
            Connection::new(hub, floor, session, hello)
                .run(&mut socket, revocations)
                .await
        }
        Err(close) => Some(close),
    };
    if let Some(code) = close {
        let frame = CloseFrame {
            code: code.as_u16(),
            reason: Utf8Bytes::from_static(""),
        };
        let closing = async {
            // The socket may be gone already; then there is nobody to tell.
            let _ = socket.send(Message::Close(Some(frame))).await;
            while let Some(Ok(_)) = socket.recv().await {}
        };
        let _ = tokio::time::timeout(Duration::from_secs(2), closing).await;
    }
}

/// Why the connection ends: with a close code, or because the client has gone.
type End = Option<CloseCode>;

struct Hello {
    position: Option<Position>,
    language: Option<Language>,
}

async fn hello(socket: &mut WebSocket, floor: &FloorHandle) -> Result<Hello, CloseCode> {
    let first = tokio::time::timeout(Duration::from_secs(HELLO_WAIT_S), socket.recv());
    match first.await {
        Ok(Some(Ok(Message::Text(text)))) => match serde_json::from_str(&text) {
            Ok(ClientMessage::Hello { position, language }) => Ok(Hello { position, language }),
            Ok(_) | Err(_) => {
                let refusal = Refusal::Malformed {
                    detail: "the first message must be a hello".to_owned(),
                };
                let language = language_of(floor);
                // The close code says it again.
                let _ = socket.send(refused(None, &refusal, language)).await;
                Err(CloseCode::Malformed)
            }
        },
        Ok(_) => Err(CloseCode::Malformed),
        Err(_) => Err(CloseCode::TooSlow),
    }
}

struct Connection {
    hub: Arc<Hub>,
    floor: FloorHandle,
    session: Option<Session>,
    role: Role,
    audience: Audience,
    language: Language,
    position: Option<Position>,
    /// The last position that was written to the socket.
    sent: Seq,
    malformed: u32,
    answers: mpsc::Sender<Message>,
    answered: mpsc::Receiver<Message>,
}

impl Connection {
    fn new(hub: Arc<Hub>, floor: FloorHandle, session: Option<Session>, hello: Hello) -> Self {
        let role = session.as_ref().map_or(Role::Viewer, |session| session.role);
        let (answers, answered) = mpsc::channel(IN_FLIGHT_COMMANDS_MAX);
        Self {
            language: hello.language.unwrap_or_else(|| language_of(&floor)),
            position: hello.position,
            audience: Audience::of_role(role),
            role,
            sent: Seq(0),
            malformed: 0,
            hub,
            floor,
            session,
            answers,
            answered,
        }
    }

    async fn run(mut self, socket: &mut WebSocket, mut revocations: broadcast::Receiver<DeviceId>) -> End {
        let mut stop = self.hub.stop.clone();
        let Joined { start, mut frames } = self.floor.view.join(self.audience, self.position.as_ref());
        if let Err(end) = self.start(socket, start).await {
            return end;
        }
        let silence = Duration::from_millis(u64::from(PING_EVERY_MS) * 3);
        let mut deadline = tokio::time::Instant::now() + silence;
        loop {
            let step = tokio::select! {
                frame = frames.recv() => self.forward(socket, frame, &mut frames).await,
                Some(answer) = self.answered.recv() => write(socket, answer).await,
                incoming = socket.recv() => {
                    deadline = tokio::time::Instant::now() + silence;
                    match incoming {
                        Some(Ok(message)) => self.take(socket, message, &mut frames).await,
                        Some(Err(_)) | None => Err(None),
                    }
                }
                revoked = revocations.recv() => match revoked {
                    Ok(device) if !self.is(device) => Ok(()),
                    Ok(_) => Err(Some(CloseCode::NotAllowed)),
                    // Having missed some revocations, let the client come back: its session is looked up anew.
                    Err(RecvError::Lagged(_)) => Err(Some(CloseCode::TooSlow)),
                    Err(RecvError::Closed) => Err(Some(CloseCode::Restarting)),
                },
                () = stopped(&mut stop) => Err(Some(CloseCode::Restarting)),
                () = tokio::time::sleep_until(deadline) => Err(Some(CloseCode::TooSlow)),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    fn is(&self, device: DeviceId) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.device == device)
    }

    async fn start(&mut self, socket: &mut WebSocket, start: Start) -> Result<(), End> {
        let server_ms = self.hub.clock.now().unix_ms;
        match start {
            Start::Snapshot { seq, board } => {
                let welcome = Welcome {
                    tag: "welcome",
                    role: self.role,
                    epoch: self.floor.view.epoch,
                    seq,
                    server_ms,
                    device: self.session.as_ref().map(|session| session.device),
                    name: self.session.as_ref().map(|session| session.name.as_str()),
                    board: &board,
                };
                let text = serde_json::to_string(&welcome).expect("a welcome has string keys only");
                self.sent = seq;
                write(socket, Message::text(text)).await
            }
            Start::Resume { seq, missed } => {
                self.sent = seq;
                let resumed = ServerMessage::Resumed {
                    role: self.role,
                    seq,
                    server_ms,
                };
                let messages: Vec<Message> = std::iter::once(text_of(&resumed))
                    .chain(missed.iter().filter_map(|frame| self.fresh(frame)))
                    .collect();
                write_all(socket, messages).await
            }
        }
    }

    /// Writes a frame and all that wait behind it.
    async fn forward(
        &mut self,
        socket: &mut WebSocket,
        first: Result<Frame, RecvError>,
        frames: &mut broadcast::Receiver<Frame>,
    ) -> Result<(), End> {
        let first = first.map_err(|error| {
            Some(match error {
                RecvError::Lagged(_) => CloseCode::TooSlow,
                RecvError::Closed => CloseCode::Restarting,
            })
        })?;
        let mut messages: Vec<Message> = self.fresh(&first).into_iter().collect();
        while messages.len() < FRAMES_PER_FLUSH_MAX {
            match frames.try_recv() {
                Ok(frame) => messages.extend(self.fresh(&frame)),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                Err(TryRecvError::Lagged(_)) => return Err(Some(CloseCode::TooSlow)),
            }
        }
        write_all(socket, messages).await
    }

    /// The frame as a message, unless the client has it from its start already.
    fn fresh(&mut self, frame: &Frame) -> Option<Message> {
        (frame.seq > self.sent).then(|| {
            self.sent = frame.seq;
            Message::Text(frame.text.clone())
        })
    }

    async fn take(
        &mut self,
        socket: &mut WebSocket,
        message: Message,
        frames: &mut broadcast::Receiver<Frame>,
    ) -> Result<(), End> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return self.malformed(socket, "frames are text").await,
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(None),
        };
        match serde_json::from_str::<ClientMessage>(&text) {
            Ok(ClientMessage::Command(message)) => self.command(socket, message).await,
            Ok(ClientMessage::Ping { sent_ms }) => {
                // What the head counts is written before the pong, so that a client that sees a higher head than its own
                // position has lost something.
                let head = self.floor.view.head(self.audience);
                while self.sent < head {
                    let frame = frames.recv().await;
                    self.forward(socket, frame, frames).await?;
                }
                let pong = ServerMessage::Pong {
                    sent_ms,
                    server_ms: self.hub.clock.now().unix_ms,
                    head,
                };
                write(socket, text_of(&pong)).await
            }
            Ok(ClientMessage::Status(_)) => Ok(()),
            Ok(ClientMessage::Hello { .. }) => self.malformed(socket, "hello comes once").await,
            Err(error) => self.malformed(socket, &error.to_string()).await,
        }
    }

    async fn command(&mut self, socket: &mut WebSocket, message: CommandMessage) -> Result<(), End> {
        let id = message.id;
        let Some(session) = &self.session else {
            return write(socket, refused(Some(id), &Refusal::NotAllowed, self.language)).await;
        };
        if !self.hub.throttle.admits(session.device) {
            return write(socket, refused(Some(id), &Refusal::Throttled, self.language)).await;
        }
        let command = match read_command(&message.command) {
            Ok(command) => command,
            Err(refusal) => return write(socket, refused(Some(id), &refusal, self.language)).await,
        };
        let submission = Submission {
            actor: session.actor(),
            id,
            command,
            written_at: message.written_at,
            clock: message.clock,
        };
        let Ok(place) = self.answers.clone().try_reserve_owned() else {
            return write(socket, refused(Some(id), &Refusal::Throttled, self.language)).await;
        };
        let (floor, language) = (self.floor.clone(), self.language);
        tokio::spawn(async move {
            let answer = floor.submit(submission).await;
            place.send(answer_message(id, &answer, language));
        });
        Ok(())
    }

    async fn malformed(&mut self, socket: &mut WebSocket, detail: &str) -> Result<(), End> {
        self.malformed += 1;
        let refusal = Refusal::Malformed {
            detail: detail.chars().take(200).collect(),
        };
        write(socket, refused(None, &refusal, self.language)).await?;
        if self.malformed >= MALFORMED_FRAMES_MAX {
            Err(Some(CloseCode::Malformed))
        } else {
            Ok(())
        }
    }
}

/// A welcome around a board that is encoded already.
#[derive(Serialize)]
struct Welcome<'a> {
    #[serde(rename = "type")]
    tag: &'static str,
    role: Role,
    epoch: Epoch,
    seq: Seq,
    server_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DeviceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    board: &'a RawValue,
}

async fn write(socket: &mut WebSocket, message: Message) -> Result<(), End> {
    write_all(socket, vec![message]).await
}

async fn write_all(socket: &mut WebSocket, messages: Vec<Message>) -> Result<(), End> {
    let writing = async {
        for message in messages {
            socket.feed(message).await?;
        }
        socket.flush().await
    };
    match tokio::time::timeout(Duration::from_secs(WRITE_WAIT_S), writing).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(None),
        Err(_) => Err(Some(CloseCode::TooSlow)),
    }
}

fn text_of(message: &ServerMessage) -> Message {
    Message::text(serde_json::to_string(message).expect("a message has string keys and finite numbers only"))
}

fn refused(id: Option<CommandId>, refusal: &Refusal, language: Language) -> Message {
    text_of(&refused_message(id, refusal, language))
}

/// A refusal as the wire says it.
pub fn refused_message(id: Option<CommandId>, refusal: &Refusal, language: Language) -> ServerMessage {
    ServerMessage::Refused {
        id,
        code: refusal.code().to_owned(),
        message: refusal.message(language),
    }
}

fn answer_message(id: CommandId, answer: &Answer, language: Language) -> Message {
    match answer {
        Answer::Accepted { seq } => text_of(&ServerMessage::Accepted { id, seq: *seq }),
        Answer::Refused { refusal } => refused(Some(id), refusal, language),
    }
}

/// The exchange's own language.
pub fn language_of(floor: &FloorHandle) -> Language {
    floor.view.with_staff_board(|board| {
        board
            .settings
            .as_ref()
            .map(|settings| settings.language)
            .unwrap_or_default()
    })
}
