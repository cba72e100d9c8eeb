//! The connection, driven by hand: what happens goes in, what it wants done is compared.

use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::ids::Epoch;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::wire::EventMessage;
use uuid::Uuid;

use super::*;

/// A connection with its follower and a clock that is moved by hand.
struct Rig {
    connection: Connection,
    follower: Option<Follower>,
    now_ms: f64,
}

impl Rig {
    fn new() -> Self {
        Self {
            connection: Connection::new(None),
            follower: None,
            now_ms: 1_000.0,
        }
    }

    /// A rig that has been welcomed at `seq`.
    fn welcomed(role: Role, seq: u64) -> Self {
        let mut rig = Self::new();
        rig.take(&Input::Start);
        rig.take(&Input::Opened);
        rig.frame(&welcome(role, seq));
        rig
    }

    fn take(&mut self, input: &Input<'_>) -> Vec<Output> {
        let moment = Moment {
            local_ms: self.now_ms,
            chance: 0.5,
        };
        self.connection.take(input, moment, &mut self.follower)
    }

    fn frame(&mut self, message: &ServerMessage) -> Vec<Output> {
        let text = serde_json::to_string(message).unwrap();
        self.take(&Input::Frame(&text))
    }

    /// Lets time go by in ticks; says what came out, without pings.
    fn wait(&mut self, ms: f64) -> Vec<Output> {
        let until_ms = self.now_ms + ms;
        let mut outputs = Vec::new();
        while self.now_ms < until_ms {
            self.now_ms += 250.0;
            outputs.extend(self.take(&Input::Tick));
        }
        outputs.retain(|output| !matches!(output, Output::Send(text) if text.contains("ping")));
        outputs
    }

    fn reopen(&mut self) -> Vec<Output> {
        while !self.wait(250.0).contains(&Output::Open) {}
        self.take(&Input::Opened)
    }

    fn seq(&self) -> u64 {
        self.follower.as_ref().map_or(0, |follower| follower.seq.0)
    }
}

fn welcome(role: Role, seq: u64) -> ServerMessage {
    ServerMessage::Welcome {
        role,
        epoch: Epoch(Uuid::nil()),
        seq: Seq(seq),
        at: None,
        server_ms: 5_000,
        ahead_ms: None,
        device: None,
        name: None,
        board: Box::new(Board::empty(Audience::of_role(role))),
    }
}

fn event(prev: u64, seq: u64) -> ServerMessage {
    ServerMessage::Event(EventMessage {
        seq: Seq(seq),
        prev: Seq(prev),
        at: Instant::from_unix_ms(0),
        event: Event::SceneSet { scene: Scene::Pause },
    })
}

fn pong(head: u64) -> ServerMessage {
    ServerMessage::Pong {
        sent_ms: 0.0,
        server_ms: 0,
        ahead_ms: None,
        head: Seq(head),
    }
}

fn hello(outputs: &[Output]) -> String {
    match outputs {
        [Output::Send(text)] => text.clone(),
        other => panic!("expected a hello, got {other:?}"),
    }
}

#[test]
fn says_hello_and_shows_that_it_is_connected() {
    let mut rig = Rig::new();
    assert_eq!(rig.take(&Input::Start), [Output::Open]);
    assert_eq!(
        hello(&rig.take(&Input::Opened)),
        r#"{"type":"hello","position":null}"#
    );
    let outputs = rig.frame(&welcome(Role::Viewer, 7));
    assert_eq!(outputs[0], Output::Show(LinkState::Connected));
    assert!(matches!(&outputs[1], Output::Send(text) if text.contains("ping")));
    assert_eq!(rig.seq(), 7);
}

#[test]
fn resumes_at_its_position_after_the_server_was_killed() {
    let mut rig = Rig::welcomed(Role::Viewer, 7);
    rig.frame(&event(7, 9));
    let since_ms = rig.now_ms;
    assert_eq!(
        rig.take(&Input::Closed { code: 1006 }),
        [Output::Drop, Output::Show(LinkState::Reconnecting { since_ms })]
    );
    for _ in 0..40 {
        assert!(rig.wait(20_000.0).contains(&Output::Open));
        rig.take(&Input::Closed { code: 1006 });
    }
    assert!(hello(&rig.reopen()).contains(r#""seq":9"#));
    let outputs = rig.frame(&ServerMessage::Resumed {
        role: Role::Viewer,
        seq: Seq(9),
        server_ms: 0,
        ahead_ms: None,
        device: None,
        name: None,
    });
    assert_eq!(outputs[0], Output::Show(LinkState::Connected));
    rig.frame(&event(9, 10));
    assert_eq!(rig.seq(), 10);
}

#[test]
fn a_hole_is_mended_from_the_position_and_twice_by_a_snapshot() {
    let mut rig = Rig::welcomed(Role::Viewer, 7);
    assert_eq!(rig.frame(&event(8, 9))[0], Output::Drop);
    assert!(hello(&rig.reopen()).contains(r#""seq":7"#));
    rig.frame(&ServerMessage::Resumed {
        role: Role::Viewer,
        seq: Seq(7),
        server_ms: 0,
        ahead_ms: None,
        device: None,
        name: None,
    });
    rig.frame(&event(8, 9));
    assert!(hello(&rig.reopen()).contains(r#""position":null"#));
}

#[test]
fn a_pong_that_stays_ahead_is_a_hole() {
    let mut rig = Rig::welcomed(Role::Viewer, 7);
    assert_eq!(rig.frame(&pong(8)).len(), 1);
    rig.frame(&event(7, 8));
    assert_eq!(rig.frame(&pong(9)).len(), 1);
    assert!(rig.frame(&pong(9)).contains(&Output::Drop));
}

#[test]
fn silence_is_a_lost_connection() {
    let mut rig = Rig::welcomed(Role::Viewer, 7);
    for _ in 0..10 {
        rig.frame(&pong(7));
        assert_eq!(rig.wait(7_000.0), []);
    }
    assert!(rig.wait(6_000.0).contains(&Output::Drop));
}

#[test]
fn a_socket_that_never_opens_is_given_up() {
    let mut rig = Rig::new();
    rig.take(&Input::Start);
    assert!(rig.wait(10_000.0).contains(&Output::Drop));
}

#[test]
fn what_it_does_not_know_is_ignored_but_an_unknown_event_loads_the_app_anew() {
    let mut rig = Rig::welcomed(Role::Viewer, 7);
    assert_eq!(rig.take(&Input::Frame(r#"{"type":"confetti"}"#)), []);
    let unknown =
        r#"{"type":"event","seq":8,"prev":7,"at":"2026-01-01T00:00:00Z","event":{"type":"confetti"}}"#;
    assert!(rig.take(&Input::Frame(unknown)).contains(&Output::Reload));
    assert_eq!(rig.wait(60_000.0), []);
}

#[test]
fn an_unpaired_device_stops_and_a_viewer_comes_back_slowly() {
    let code = CloseCode::NotAllowed.as_u16();
    let mut broker = Rig::welcomed(Role::Broker, 7);
    assert!(
        broker
            .take(&Input::Closed { code })
            .contains(&Output::Show(LinkState::PairedAway))
    );
    assert_eq!(broker.wait(60_000.0), []);
    let mut viewer = Rig::welcomed(Role::Viewer, 7);
    viewer.take(&Input::Closed { code });
    assert_eq!(viewer.wait(9_000.0), []);
    assert_eq!(viewer.wait(2_000.0), [Output::Open]);
}

#[test]
fn a_network_that_comes_back_is_used_at_once() {
    let mut rig = Rig::welcomed(Role::Viewer, 7);
    rig.take(&Input::Offline);
    assert_eq!(rig.take(&Input::Online), [Output::Open]);
}

#[test]
fn waits_are_between_half_a_second_and_twenty() {
    for attempt in 1..100 {
        for chance in [0.0, 0.5, 0.999] {
            let wait_ms = reconnect_ms(attempt, chance);
            assert!((500.0..=20_000.0).contains(&wait_ms), "{attempt}: {wait_ms}");
        }
    }
    assert!(reconnect_ms(1, 0.999) < 1_000.0);
}

#[test]
fn a_hidden_page_that_has_a_turn_once_a_minute_stays_connected() {
    let mut rig = Rig::welcomed(Role::Viewer, 7);
    rig.frame(&pong(7));
    for _ in 0..10 {
        rig.now_ms += 60_000.0;
        let outputs = rig.take(&Input::Tick);
        assert!(
            matches!(outputs.as_slice(), [Output::Send(text)] if text.contains("ping")),
            "{outputs:?}"
        );
        rig.frame(&pong(7));
    }
}
