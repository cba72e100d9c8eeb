//! The life of the connection to one exchange, without a socket in it: what happens goes in, what to do comes out.
//!
//! It reconnects for ever, with full jitter; a ping that is not answered is a lost connection; a hole in the events is
//! mended by saying hello anew with the position that is certain.

use borsklokka_shared::follow::{Follower, Step, follow};
use borsklokka_shared::ids::Seq;
use borsklokka_shared::language::Language;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{
    ClientMessage, CloseCode, PING_EVERY_MS, PONG_WAIT_MS_MAX, RECONNECT_MS_MAX, RECONNECT_MS_MIN, ReadError,
    ServerMessage, read_server_message,
};

/// Until the clock is well known, pings follow each other this closely, in milliseconds.
const FIRST_PINGS_EVERY_MS: f64 = 700.0;
/// How many pings follow each other closely.
const FIRST_PINGS: u32 = 4;
/// The step of the backoff that a server's plea for patience leads to.
const PATIENT_ATTEMPT: u32 = 5;

/// What a screen shows of the connection. Times are of the device's monotonic clock, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LinkState {
    /// The first connection is on its way.
    Connecting,
    /// The board is true.
    Connected,
    /// The board may be old.
    Reconnecting {
        /// Since when.
        since_ms: f64,
    },
    /// Staff only: the device was unpaired. Pair it again.
    PairedAway,
}

/// What happens.
#[derive(Debug)]
pub enum Input<'a> {
    /// The page was loaded.
    Start,
    /// The socket opened.
    Opened,
    /// A text frame came.
    Frame(&'a str),
    /// The socket closed, or could not be opened.
    Closed {
        /// The close frame's code; 1006 without one.
        code: u16,
    },
    /// Time went by. Comes a few times a second.
    Tick,
    /// The device has a network, or its screen was turned on.
    Online,
    /// The device has no network.
    Offline,
}

/// What to do.
// The large one is a message on its way: it is moved twice and kept nowhere.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Open a socket; an older one is forgotten.
    Open,
    /// Close the socket and forget it.
    Drop,
    /// Send a text frame.
    Send(String),
    /// Show this state.
    Show(LinkState),
    /// Pass a message on. If it is about the board, the follower has taken it.
    Pass(ServerMessage),
    /// Load the app anew; what waits in the outbox stays.
    Reload,
}

/// When something happens, and a throw of the dice.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The device's monotonic clock, in milliseconds.
    pub local_ms: f64,
    /// From 0 to below 1.
    pub chance: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Waiting { until_ms: f64 },
    Opening { since_ms: f64 },
    Greeting { since_ms: f64 },
    Live,
    Stopped,
}

/// The connection's state.
#[derive(Debug)]
pub struct Connection {
    state: State,
    link: LinkState,
    /// Failures since the server last answered.
    attempt: u32,
    role: Role,
    language: Option<Language>,
    pings: u32,
    /// When the last ping was sent.
    pinged_ms: f64,
    /// When the oldest ping without an answer was sent.
    unanswered_ms: Option<f64>,
    /// A position that a pong named and that has not been reached.
    behind: Option<Seq>,
    /// Where the last hole was.
    hole_at: Option<Seq>,
}

impl Connection {
    /// A connection that has not started; refusals come in `language`, or the exchange's.
    pub fn new(language: Option<Language>) -> Self {
        Self {
            state: State::Waiting {
                until_ms: f64::INFINITY,
            },
            link: LinkState::Connecting,
            attempt: 0,
            role: Role::Viewer,
            language,
            pings: 0,
            pinged_ms: 0.0,
            unanswered_ms: None,
            behind: None,
            hole_at: None,
        }
    }

    /// Has refusals come in another language from the next hello on.
    pub fn speak(&mut self, language: Option<Language>) {
        self.language = language;
    }

    /// Whether the server has answered the hello and commands can be sent.
    pub fn is_live(&self) -> bool {
        self.state == State::Live
    }

    /// Takes what happened; says what to do, in order.
    pub fn take(
        &mut self,
        input: &Input<'_>,
        moment: Moment,
        follower: &mut Option<Follower>,
    ) -> Vec<Output> {
        let now_ms = moment.local_ms;
        let mut outputs = Vec::new();
        match (input, self.state) {
            (_, State::Stopped) => {}
            (Input::Start, _) => self.open(now_ms, &mut outputs),
            (Input::Opened, State::Opening { .. }) => self.greet(now_ms, follower.as_ref(), &mut outputs),
            (Input::Frame(text), State::Greeting { .. } | State::Live) => {
                self.read(text, moment, follower, &mut outputs);
            }
            (Input::Closed { code }, State::Opening { .. } | State::Greeting { .. } | State::Live) => {
                self.closed(*code, moment, &mut outputs);
            }
            (Input::Online, State::Waiting { .. }) => {
                self.attempt = 0;
                self.open(now_ms, &mut outputs);
            }
            (Input::Online, State::Live) => self.ping(now_ms, &mut outputs),
            (Input::Offline, State::Opening { .. } | State::Greeting { .. } | State::Live) => {
                self.lose(moment, &mut outputs);
            }
            (Input::Tick, _) => self.tick(moment, &mut outputs),
            (
                Input::Opened | Input::Frame(_) | Input::Closed { .. } | Input::Online | Input::Offline,
                State::Waiting { .. } | State::Opening { .. } | State::Greeting { .. } | State::Live,
            ) => {}
        }
        outputs
    }

    fn tick(&mut self, moment: Moment, outputs: &mut Vec<Output>) {
        let now_ms = moment.local_ms;
        let patience_ms = f64::from(PONG_WAIT_MS_MAX);
        match self.state {
            State::Waiting { until_ms } if now_ms >= until_ms => self.open(now_ms, outputs),
            State::Opening { since_ms } | State::Greeting { since_ms } if now_ms - since_ms > patience_ms => {
                self.lose(moment, outputs);
            }
            State::Live if self.unanswered_ms.is_some_and(|ms| now_ms - ms > patience_ms) => {
                self.lose(moment, outputs);
            }
            State::Live if now_ms - self.pinged_ms >= self.ping_every_ms() => self.ping(now_ms, outputs),
            State::Waiting { .. }
            | State::Opening { .. }
            | State::Greeting { .. }
            | State::Live
            | State::Stopped => {}
        }
    }

    fn ping_every_ms(&self) -> f64 {
        if self.pings < FIRST_PINGS {
            FIRST_PINGS_EVERY_MS
        } else {
            f64::from(PING_EVERY_MS)
        }
    }

    fn open(&mut self, now_ms: f64, outputs: &mut Vec<Output>) {
        self.state = State::Opening { since_ms: now_ms };
        outputs.push(Output::Open);
    }

    fn greet(&mut self, now_ms: f64, follower: Option<&Follower>, outputs: &mut Vec<Output>) {
        self.state = State::Greeting { since_ms: now_ms };
        // A second hole at the same place cannot be mended by events: ask for a snapshot.
        let position = follower
            .filter(|follower| self.attempt < 2 || self.hole_at != Some(follower.seq))
            .map(Follower::position);
        outputs.push(send(&ClientMessage::Hello {
            position,
            language: self.language,
        }));
    }

    fn ping(&mut self, now_ms: f64, outputs: &mut Vec<Output>) {
        self.pings += 1;
        self.pinged_ms = now_ms;
        self.unanswered_ms.get_or_insert(now_ms);
        outputs.push(send(&ClientMessage::Ping { sent_ms: now_ms }));
    }

    fn read(
        &mut self,
        text: &str,
        moment: Moment,
        follower: &mut Option<Follower>,
        outputs: &mut Vec<Output>,
    ) {
        let message = match read_server_message(text) {
            Ok(message) => message,
            Err(ReadError::UnknownMessage) => return,
            Err(ReadError::UnknownEvent(_)) => {
                self.stop(self.link, outputs);
                outputs.push(Output::Reload);
                return;
            }
            Err(ReadError::Malformed(_)) => return self.lose(moment, outputs),
        };
        if let ServerMessage::Pong { head, .. } = &message {
            self.unanswered_ms = None;
            // Events may be right behind the pong: only one that is missing at the next pong too is a hole.
            let reached = follower.as_ref().map_or(Seq(0), |follower| follower.seq);
            let missed = self.behind.is_some_and(|expected| reached < expected);
            self.behind = (*head > reached).then_some(*head);
            outputs.push(Output::Pass(message));
            if missed {
                self.hole(reached, moment, outputs);
            }
            return;
        }
        match follow(follower, &message) {
            step @ (Step::Replaced | Step::Applied | Step::Other) => {
                if step == Step::Applied {
                    self.hole_at = None;
                    self.attempt = 0;
                }
                self.answered(&message, moment.local_ms, outputs);
                outputs.push(Output::Pass(message));
            }
            Step::Known => {}
            Step::Hole => {
                let reached = follower.as_ref().map_or(Seq(0), |follower| follower.seq);
                self.hole(reached, moment, outputs);
            }
        }
    }

    /// The hello was answered: commands may go.
    fn answered(&mut self, message: &ServerMessage, now_ms: f64, outputs: &mut Vec<Output>) {
        let (ServerMessage::Welcome { role, .. } | ServerMessage::Resumed { role, .. }) = message else {
            return;
        };
        self.role = *role;
        self.state = State::Live;
        self.pings = 0;
        self.behind = None;
        self.unanswered_ms = None;
        if let ServerMessage::Welcome { .. } = message {
            self.hole_at = None;
        }
        if self.hole_at.is_none() {
            self.attempt = 0;
        }
        self.show(LinkState::Connected, outputs);
        self.ping(now_ms, outputs);
    }

    fn hole(&mut self, reached: Seq, moment: Moment, outputs: &mut Vec<Output>) {
        if self.hole_at != Some(reached) {
            self.hole_at = Some(reached);
            self.attempt = 0;
        }
        self.lose(moment, outputs);
    }

    fn closed(&mut self, code: u16, moment: Moment, outputs: &mut Vec<Output>) {
        if code == CloseCode::Version.as_u16() {
            self.stop(self.link, outputs);
            outputs.push(Output::Reload);
        } else if code == CloseCode::NotAllowed.as_u16() && self.role != Role::Viewer {
            self.stop(LinkState::PairedAway, outputs);
        } else {
            if code == CloseCode::NotAllowed.as_u16() || code == CloseCode::TooMany.as_u16() {
                self.attempt = self.attempt.max(PATIENT_ATTEMPT);
            }
            self.lose(moment, outputs);
        }
    }

    fn stop(&mut self, link: LinkState, outputs: &mut Vec<Output>) {
        self.state = State::Stopped;
        outputs.push(Output::Drop);
        self.show(link, outputs);
    }

    fn lose(&mut self, moment: Moment, outputs: &mut Vec<Output>) {
        self.attempt = self.attempt.saturating_add(1);
        let wait_ms = reconnect_ms(self.attempt, moment.chance);
        self.state = State::Waiting {
            until_ms: moment.local_ms + wait_ms,
        };
        outputs.push(Output::Drop);
        if self.link == LinkState::Connected {
            let since_ms = moment.local_ms;
            self.show(LinkState::Reconnecting { since_ms }, outputs);
        }
    }

    fn show(&mut self, link: LinkState, outputs: &mut Vec<Output>) {
        if self.link != link {
            self.link = link;
            outputs.push(Output::Show(link));
        }
    }
}

/// How long to wait before the `attempt`th reconnect, counted from 1, in milliseconds: anything up to a ceiling that
/// doubles, so that a hall of phones does not come back at once.
fn reconnect_ms(attempt: u32, chance: f64) -> f64 {
    let (min, max) = (f64::from(RECONNECT_MS_MIN), f64::from(RECONNECT_MS_MAX));
    let ceiling = (min * f64::from(attempt.min(16)).exp2()).min(max);
    min + chance * (ceiling - min)
}

fn send(message: &ClientMessage) -> Output {
    Output::Send(serde_json::to_string(message).expect("a message has string keys and finite numbers only"))
}

#[cfg(test)]
mod tests;
