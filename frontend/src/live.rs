//! One exchange, live: the board as signals, kept true by the socket; commands and their answers.
//!
//! Frames go through [`connection`], which decides what happens next and lets the [`Follower`] take them; this file only
//! carries that out. Screens read the board with [`Live::board`], hear single events with [`Live::on_event`], and ask
//! for something with [`Live::ask`].

pub mod answer;
mod ask;
mod catalogue;
pub mod clock;
pub mod connection;
mod health;
mod keep;
pub mod outbox;
mod socket;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Broker;
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::follow::Follower;
use borsklokka_shared::ids::{CommandId, DeviceId, Epoch, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{ClientMessage, ConnectedScreen, EventMessage, ScreenStatus, ServerMessage};
use leptos::prelude::*;

use self::answer::Answer;
use self::clock::{Reading, ServerClock};
use self::connection::{Connection, Input, LinkState, Moment, Output};
pub use self::outbox::Outbox;
use self::socket::Socket;
use crate::{browser, civil_time, language};

/// What this session may do, as the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The role it has.
    pub role: Role,
    /// The paired device, if it is one.
    pub device: Option<DeviceId>,
    /// The name that it was paired under.
    pub name: Option<String>,
}

type Listener = Rc<dyn Fn(&EventMessage)>;
type OnAnswer = Box<dyn FnOnce(Answer)>;
/// What a memo does, as one type: the memo's machinery is carried once for each `T`, not once for each reader.
type Read<T> = Box<dyn Fn() -> Option<T> + Send + Sync>;

/// How often a screen says how it is, in milliseconds.
const STATUS_EVERY_MS: f64 = 5_000.0;

/// Whether this page needs the catalogue, and how far its listings have come.
#[derive(Default)]
struct CatalogueWanted {
    by_page: bool,
    /// The last event about a listing.
    changed_at: Seq,
}

/// What the signals do not show.
struct Works {
    slug: String,
    connection: Connection,
    clock: ServerClock,
    socket: Option<Socket>,
    listeners: Vec<(u32, Listener)>,
    listeners_ever: u32,
    awaited: BTreeMap<CommandId, OnAnswer>,
    status: Option<ScreenStatus>,
    /// When the status was last sent, on the device's monotonic clock.
    told_ms: f64,
    catalogue: CatalogueWanted,
    /// Loads the app anew.
    reload: fn(),
}

/// The live exchange. Copied freely; made once a page, by [`Live::start`].
#[derive(Clone, Copy)]
pub struct Live {
    follower: RwSignal<Option<Follower>>,
    link: RwSignal<LinkState>,
    /// Whether all is here that happened before the connection was there.
    caught_up: RwSignal<bool>,
    session: RwSignal<Option<Session>>,
    /// The language that this device is to speak, whatever the exchange does.
    own_language: RwSignal<Option<Language>>,
    language: Memo<Language>,
    tick: RwSignal<Instant>,
    screens: RwSignal<Vec<ConnectedScreen>>,
    identified: RwSignal<Option<u32>>,
    own_scene: RwSignal<Option<Scene>>,
    tone_asked: RwSignal<Option<Instant>>,
    has_catalogue: RwSignal<bool>,
    works: StoredValue<Works, LocalStorage>,
}

impl Live {
    /// Connects to an exchange, for as long as the page lives; `own` is the language that this device speaks, if it is not to
    /// be the exchange's.
    pub fn start(slug: &str, own: Option<Language>) -> Self {
        let follower = RwSignal::<Option<Follower>>::new(None);
        let browser_tag = browser::language_tag();
        let own_language = RwSignal::new(own);
        let live = Self {
            follower,
            link: RwSignal::new(LinkState::Connecting),
            caught_up: RwSignal::new(false),
            session: RwSignal::new(None),
            own_language,
            language: Memo::new(move |_| {
                let exchange = follower.with(|follower| {
                    let settings = follower.as_ref()?.board.settings.as_ref()?;
                    Some(settings.language)
                });
                language::choose(own_language.get(), exchange, &browser_tag)
            }),
            tick: RwSignal::new(browser::device_time()),
            screens: RwSignal::new(Vec::new()),
            identified: RwSignal::new(None),
            own_scene: RwSignal::new(None),
            tone_asked: RwSignal::new(None),
            has_catalogue: RwSignal::new(false),
            works: StoredValue::new_local(Works {
                slug: slug.to_owned(),
                connection: Connection::new(own),
                clock: ServerClock::default(),
                socket: None,
                listeners: Vec::new(),
                listeners_ever: 0,
                awaited: BTreeMap::new(),
                status: None,
                told_ms: 0.0,
                catalogue: CatalogueWanted::default(),
                reload: browser::reload,
            }),
        };
        live.feed(&Input::Start);
        live.go_on_ticking();
        let on_window = |name: &'static str, input: fn() -> Input<'static>| {
            window_event_listener_untyped(name, move |_| live.feed(&input()));
        };
        on_window("online", || Input::Online);
        on_window("offline", || Input::Offline);
        on_window("pageshow", || Input::Online);
        on_window("visibilitychange", || Input::Online);
        // At once: a page that is hidden may have no turn for a minute.
        window_event_listener_untyped("visibilitychange", move |_| live.send_status());
        Effect::new(move || {
            let seq = live
                .follower
                .with(|follower| follower.as_ref().map_or(Seq(0), |follower| follower.seq));
            browser::set_root_attribute("data-seq", &seq.0.to_string());
        });
        live
    }

    /// The exchange is gone: nobody reads on this screen what was on its board.
    pub fn lose(self) {
        self.follower.set(None);
    }

    /// Loads the app anew in another way than the browser's own.
    pub fn reload_with(self, reload: fn()) {
        self.works.update_value(|works| works.reload = reload);
    }

    /// The live exchange of this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// The exchange's name in addresses.
    pub fn slug(self) -> String {
        self.works.with_value(|works| works.slug.clone())
    }

    /// The language that the page speaks.
    pub fn language(self) -> Signal<Language> {
        self.language.into()
    }

    /// Speaks a language of this device's own from now on, or the exchange's. The server is told, for what it refuses.
    pub fn speak(self, own: Option<Language>) {
        self.works.update_value(|works| works.connection.speak(own));
        self.connect_anew();
        self.own_language.set(own);
    }

    /// Something that is read off the board, and read again when the board changes; none before the first welcome.
    pub fn board<T>(self, read: impl Fn(&Board) -> T + Send + Sync + 'static) -> Memo<Option<T>>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let read: Read<T> = Box::new(move || self.read(&read));
        Memo::new(move |_| read())
    }

    /// Like [`Live::board`], but also read again as time goes by.
    pub fn board_at<T>(self, read: impl Fn(&Board, Instant) -> T + Send + Sync + 'static) -> Memo<Option<T>>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let read: Read<T> = Box::new(move || self.read_at(&read));
        Memo::new(move |_| read())
    }

    /// Reads the board once, without following it.
    pub fn peek<T>(self, read: impl FnOnce(&Board) -> T) -> Option<T> {
        self.follower
            .with_untracked(|follower| follower.as_ref().map(|follower| read(&follower.board)))
    }

    /// Which history the board is of; none before the first welcome.
    pub fn history(self) -> Memo<Option<Epoch>> {
        Memo::new(move |_| {
            self.follower
                .with(|follower| follower.as_ref().map(|follower| follower.epoch))
        })
    }

    /// Does something whenever the board is of another history than before, or of none: nothing that a screen keeps beside the board
    /// outlives it. Somebody may have been erased.
    pub fn on_new_history(self, act: impl Fn() + 'static) {
        let history = self.history();
        Effect::new(move |before: Option<Option<Epoch>>| {
            let history = history.get();
            if before.is_some_and(|before| before != history) {
                act();
            }
            history
        });
    }

    /// The position that the board has, without following it.
    pub fn position(self) -> Seq {
        self.follower
            .with_untracked(|follower| follower.as_ref().map_or(Seq(0), |follower| follower.seq))
    }

    /// Reads the board and follows it, inside a memo, an effect or a view.
    pub fn read<T>(self, read: impl FnOnce(&Board) -> T) -> Option<T> {
        self.follower
            .with(|follower| follower.as_ref().map(|follower| read(&follower.board)))
    }

    /// Like [`Live::read`], and follows the time.
    pub fn read_at<T>(self, read: impl FnOnce(&Board, Instant) -> T) -> Option<T> {
        let now = self.tick.get();
        self.read(|board| read(board, now))
    }

    /// How the connection is.
    pub fn link(self) -> Signal<LinkState> {
        self.link.into()
    }

    /// Whether all is on the board that happened before the connection was there. After an interruption what was missed comes before the
    /// first pong: whoever plans on the board waits for that.
    pub fn caught_up(self) -> Signal<bool> {
        self.caught_up.into()
    }

    /// Who writes on this device, as the server or this device's own disk has said.
    pub fn broker(self) -> Option<Broker> {
        self.session.with_untracked(|session| {
            let session = session.as_ref()?;
            Some(Broker {
                device: session.device?,
                name: session.name.clone().unwrap_or_default(),
            })
        })
    }

    /// What this session may do; none before the first welcome.
    pub fn session(self) -> Signal<Option<Session>> {
        self.session.into()
    }

    /// The screens that are connected; to staff.
    pub fn screens(self) -> Signal<Vec<ConnectedScreen>> {
        self.screens.into()
    }

    /// This screen's number, for a while after it was asked to show it.
    pub fn identified(self) -> Signal<Option<u32>> {
        self.identified.into()
    }

    /// The scene that staff chose for this screen alone.
    pub fn own_scene(self) -> RwSignal<Option<Scene>> {
        self.own_scene
    }

    /// When staff last asked this screen for a test tone.
    pub fn tone_asked(self) -> Signal<Option<Instant>> {
        self.tone_asked.into()
    }

    /// The server's time as it is estimated now, or the device's own guess.
    pub fn now(self) -> Instant {
        self.look_at_clocks();
        self.works
            .with_value(|works| works.clock.now(browser::monotonic_ms()))
            .unwrap_or_else(browser::device_time)
    }

    /// How well [`Live::now`] is known, now.
    pub(crate) fn clock_trust(self) -> ClockTrust {
        self.look_at_clocks();
        self.works.with_value(|works| works.clock.trust())
    }

    /// Notices that this device slept, or that somebody set its clock.
    fn look_at_clocks(self) {
        self.works.update_value(|works| works.clock.look(reading()));
    }

    /// [`Live::now`], a few times a second.
    pub fn tick(self) -> Signal<Instant> {
        self.tick.into()
    }

    /// The server's time in steps of so many milliseconds: the same step on every screen.
    pub fn tick_every(self, ms: i64) -> Memo<Instant> {
        every(self.tick(), ms)
    }

    /// Does something at an instant of the server's clock; at once if it has passed.
    pub fn at(self, instant: Instant, act: impl FnOnce() + 'static) {
        let wait_ms = instant.ms_since(self.now()).max(0);
        set_timeout(
            move || {
                self.tick.set(self.now());
                act();
            },
            Duration::from_millis(wait_ms as u64),
        );
    }

    /// Calls `hear` with every event that is applied from now on, after the board has it, until the caller's owner is
    /// gone. A snapshot brings no events.
    pub fn on_event(self, hear: impl Fn(&EventMessage) + 'static) {
        let number = self
            .works
            .try_update_value(|works| {
                works.listeners_ever += 1;
                works.listeners.push((works.listeners_ever, Rc::new(hear)));
                works.listeners_ever
            })
            .unwrap_or_default();
        on_cleanup(move || {
            self.works
                .update_value(|works| works.listeners.retain(|(other, _)| *other != number));
        });
    }

    /// [`Live::on_event`] for the hall's screens: a staff member's browser hears of deals that are concealed, and its wall
    /// keeps the secret too.
    pub fn on_public_event(self, hear: impl Fn(&EventMessage) + 'static) {
        self.on_event(move |message| {
            let is_secret = matches!(&message.event, Event::DealPosted { deal } if !deal.is_public());
            if !is_secret {
                hear(message);
            }
        });
    }

    /// Looks at the clock, and again when the next second of the day or of the round's clock begins, or soon.
    fn go_on_ticking(self) {
        self.feed(&Input::Tick);
        let now = self.now();
        self.tick.set(now);
        let told_ms = self.works.with_value(|works| works.told_ms);
        if browser::monotonic_ms() - told_ms >= STATUS_EVERY_MS {
            self.send_status();
        }
        let marks = self.peek(|board| {
            let round = board.current_round()?;
            Some([round.counts_from()?, round.ends_at(now)?])
        });
        let wait_ms = clock::next_tick_ms(now, marks.flatten().into_iter().flatten());
        set_timeout(move || self.go_on_ticking(), Duration::from_millis(wait_ms));
    }

    /// Drops the connection and makes it anew at once: what the server knows of this device has changed.
    pub fn connect_anew(self) {
        self.feed(&Input::Offline);
        self.feed(&Input::Online);
    }

    /// Lets the connection take what happened and carries out what it wants.
    fn feed(self, input: &Input<'_>) {
        // Before anything is taken that may have waited while this device slept.
        self.look_at_clocks();
        let moment = Moment {
            local_ms: browser::monotonic_ms(),
            chance: browser::chance(),
        };
        let outputs = self.follower.try_maybe_update(|follower| {
            let outputs = self
                .works
                .try_update_value(|works| works.connection.take(input, moment, follower))
                .unwrap_or_default();
            let moved = outputs.iter().any(|output| {
                matches!(
                    output,
                    Output::Pass(ServerMessage::Welcome { .. } | ServerMessage::Event(_))
                )
            });
            (moved, outputs)
        });
        for output in outputs.unwrap_or_default() {
            self.carry_out(output, moment.local_ms);
        }
    }

    fn carry_out(self, output: Output, local_ms: f64) {
        match output {
            Output::Open => self.open(),
            Output::Drop => {
                let dropped = self.works.try_update_value(|works| works.socket.take());
                drop(dropped);
                self.answer_all_lost();
            }
            Output::Send(text) => self.works.with_value(|works| {
                if let Some(socket) = &works.socket {
                    socket.send(&text);
                }
            }),
            Output::Show(link) => self.link.set(link),
            Output::Pass(message) => self.hear(message, local_ms),
            Output::Reload => self.works.with_value(|works| (works.reload)()),
        }
    }

    fn open(self) {
        let socket = Socket::open(&self.slug(), move |input| self.feed(input));
        let refused = socket.is_none();
        let previous = self
            .works
            .try_update_value(|works| std::mem::replace(&mut works.socket, socket));
        drop(previous);
        if refused {
            self.feed(&Input::Closed { code: 1006 });
        }
    }

    fn hear(self, message: ServerMessage, local_ms: f64) {
        match message {
            ServerMessage::Welcome {
                role,
                server_ms,
                ahead_ms,
                device,
                name,
                ..
            } => {
                civil_time::set_ahead_ms(ahead_ms);
                self.works
                    .update_value(|works| works.clock.guess(local_ms, server_ms));
                self.screens.set(Vec::new());
                self.session.set(Some(Session { role, device, name }));
                self.tick.set(self.now());
                self.caught_up.set(true);
                self.send_status();
                // A snapshot holds no listing.
                self.has_catalogue.set(false);
                self.refresh_catalogue();
            }
            ServerMessage::Resumed {
                role,
                server_ms,
                ahead_ms,
                device,
                name,
                ..
            } => {
                civil_time::set_ahead_ms(ahead_ms);
                self.works
                    .update_value(|works| works.clock.guess(local_ms, server_ms));
                self.caught_up.set(false);
                self.screens.set(Vec::new());
                let session = Some(Session { role, device, name });
                if self.session.with_untracked(|before| *before != session) {
                    self.session.set(session);
                }
                self.send_status();
                self.complete_catalogue();
            }
            ServerMessage::Pong {
                sent_ms,
                server_ms,
                ahead_ms,
                ..
            } => {
                civil_time::set_ahead_ms(ahead_ms);
                if !self.caught_up.get_untracked() {
                    self.caught_up.set(true);
                }
                self.works
                    .update_value(|works| works.clock.take(sent_ms, local_ms, server_ms));
            }
            ServerMessage::Event(event) => {
                self.works
                    .update_value(|works| works.clock.hear_of(local_ms, event.at));
                self.note_listing(&event);
                let listeners = self.works.with_value(|works| works.listeners.clone());
                for (_, listener) in listeners {
                    listener(&event);
                }
            }
            ServerMessage::Accepted { id, seq } => self.answer(id, Answer::Accepted { seq }),
            ServerMessage::Refused {
                id,
                code,
                message,
                detail,
            } => match id {
                Some(id) => self.answer(id, Answer::Refused { code, message }),
                None => web_sys::console::warn_1(&detail.unwrap_or(message).into()),
            },
            ServerMessage::Screens { screens } => self.screens.set(screens),
            ServerMessage::Reload => self.works.with_value(|works| (works.reload)()),
            ServerMessage::ShowScene { scene } => self.own_scene.set(scene),
            ServerMessage::TestSound => self.tone_asked.set(Some(self.now())),
            ServerMessage::Identify { number } => {
                self.identified.set(Some(number));
                set_timeout(
                    move || self.identified.set(None),
                    Duration::from_millis(IDENTIFIED_MS),
                );
            }
        }
    }
}

/// How long a screen shows its number, in milliseconds.
const IDENTIFIED_MS: u64 = 6_000;

impl Works {
    fn send(&self, message: &ClientMessage) {
        if let Some(socket) = &self.socket {
            let text =
                serde_json::to_string(message).expect("a message has string keys and finite numbers only");
            socket.send(&text);
        }
    }
}

/// Both clocks of this device, now.
fn reading() -> Reading {
    Reading {
        local_ms: browser::monotonic_ms(),
        date_ms: browser::device_time().unix_ms as f64,
    }
}

/// A time in steps of so many milliseconds.
fn every(time: Signal<Instant>, ms: i64) -> Memo<Instant> {
    Memo::new(move |_| {
        let unix_ms = time.get().unix_ms;
        Instant::from_unix_ms(unix_ms - unix_ms.rem_euclid(ms))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_every_five_seconds_changes_with_them() {
        let _owner = Owner::new_root(None);
        let time = RwSignal::new(Instant::from_unix_ms(12_300));
        let step = every(time.into(), 5_000);
        let seen = Memo::new(move |_| step.get().unix_ms);
        assert_eq!(seen.get(), 10_000);
        time.set(Instant::from_unix_ms(14_999));
        assert_eq!(seen.get(), 10_000);
        time.set(Instant::from_unix_ms(15_000));
        assert_eq!(seen.get(), 15_000);
    }
}
