//! The check before doors: what the server says of itself and what the screens say of themselves, as one list.

pub mod pages;
pub mod papers;
pub mod work;

use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{ConnectedScreen, SoundState};
use serde::Deserialize;

use crate::attendance::health::{FRAMES_PER_S_MIN, Mark, VERSION, sound};
use crate::attendance::is_wall;

/// Participants that one broker can serve.
const PARTICIPANTS_PER_BROKER: usize = 15;
/// A device's clock that is further off is worth a look, in milliseconds. Screens do not go by it.
const CLOCK_OFF_MS_MAX: i64 = 5 * 60_000;

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A wall is connected.
    Walls,
    /// Somebody can see every wall.
    Seen,
    /// The walls show what the others show; a line only if one does not.
    OwnScenes,
    /// Every wall may make sounds.
    Sound,
    /// No screen falls asleep.
    Awake,
    /// The walls move smoothly.
    Frames,
    /// The devices' own clocks.
    Clocks,
    /// All run the same version.
    Versions,
    /// There are brokers enough.
    Brokers,
    /// Nothing waits on a tablet.
    Outboxes,
    /// The exchange's day.
    Date,
    /// What the evening holds.
    Programme,
    /// The rounds of it.
    Rounds,
    /// Who trades.
    Participants,
    /// What they offer and wish for.
    Listings,
    /// How they are reached.
    Contacts,
    /// Who holds the hammer.
    Notary,
    /// The server's database.
    Database,
    /// Whether it can read the exchange's log; a line only if it cannot.
    Log,
    /// Its disk.
    Disk,
    /// Its clock.
    Clock,
    /// Its clock against the database server's; a line only if there is one.
    NodeClock,
    /// Its power.
    Power,
    /// Its network.
    Network,
    /// Whether tablets come over TLS.
    Tls,
    /// Its connections.
    Connections,
}

impl Subject {
    /// Its name in tests, and the server's for its own.
    pub const fn as_str(self) -> &'static str {
        match self {
            Subject::Walls => "walls",
            Subject::Seen => "seen",
            Subject::OwnScenes => "own_scenes",
            Subject::Sound => "sound",
            Subject::Awake => "awake",
            Subject::Frames => "frames",
            Subject::Clocks => "clocks",
            Subject::Versions => "versions",
            Subject::Brokers => "brokers",
            Subject::Outboxes => "outboxes",
            Subject::Date => "date",
            Subject::Programme => "programme",
            Subject::Rounds => "rounds",
            Subject::Participants => "participants",
            Subject::Listings => "listings",
            Subject::Contacts => "contacts",
            Subject::Notary => "notary",
            Subject::Database => "database",
            Subject::Log => "log",
            Subject::Disk => "disk",
            Subject::Clock => "clock",
            Subject::NodeClock => "node_clock",
            Subject::Power => "power",
            Subject::Network => "network",
            Subject::Tls => "tls",
            Subject::Connections => "connections",
        }
    }

    /// All of them.
    pub const ALL: [Subject; 26] = [
        Subject::Walls,
        Subject::Seen,
        Subject::OwnScenes,
        Subject::Sound,
        Subject::Awake,
        Subject::Frames,
        Subject::Clocks,
        Subject::Versions,
        Subject::Brokers,
        Subject::Outboxes,
        Subject::Date,
        Subject::Programme,
        Subject::Rounds,
        Subject::Participants,
        Subject::Listings,
        Subject::Contacts,
        Subject::Notary,
        Subject::Database,
        Subject::Log,
        Subject::Disk,
        Subject::Clock,
        Subject::NodeClock,
        Subject::Power,
        Subject::Network,
        Subject::Tls,
        Subject::Connections,
    ];

    /// Those that the server answers for.
    const OF_SERVER: [Subject; 9] = [
        Subject::Database,
        Subject::Log,
        Subject::Disk,
        Subject::Clock,
        Subject::NodeClock,
        Subject::Power,
        Subject::Network,
        Subject::Tls,
        Subject::Connections,
    ];
}

/// A figure that a check rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// How many are meant.
    Count(usize),
    /// How many there are, and how many there should be.
    Of(usize, usize),
    /// A day.
    Day(Date),
    /// Walls, by their numbers, and by the names of their devices if they have any.
    Walls(Vec<(u32, Option<String>)>),
    /// What the server measured, in a unit.
    Measured(f64, String),
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What is checked.
    pub subject: Subject,
    /// How it stands.
    pub mark: Mark,
    /// What it rests on.
    pub figure: Option<Figure>,
    /// What the server says is amiss, by its name for it.
    pub fault: Option<String>,
}

/// What the server says of itself.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ServerCheck {
    id: String,
    state: Mark,
    #[serde(default)]
    figure: Option<f64>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    fault: Option<String>,
}

impl ServerCheck {
    /// What is wrong with the server now; none for what is right, and for how it was set up.
    pub fn wrong_now(&self) -> Option<Check> {
        self.known().filter(|check| {
            let was_set_up_so = matches!(check.subject, Subject::Network | Subject::Tls);
            check.mark == Mark::Wrong && !was_set_up_so
        })
    }

    /// None for one that this version does not know.
    fn known(&self) -> Option<Check> {
        let subject = Subject::OF_SERVER
            .into_iter()
            .find(|subject| subject.as_str() == self.id)?;
        let figure = self
            .figure
            .map(|figure| Figure::Measured(figure, self.unit.clone().unwrap_or_default()));
        Some(Check {
            subject,
            mark: self.state,
            figure,
            fault: self.fault.clone(),
        })
    }
}

/// The whole list: the hall's screens, the brokers, the server.
pub fn checks(screens: &[ConnectedScreen], server: &[ServerCheck], board: &Board) -> Vec<Check> {
    let walls: Vec<&ConnectedScreen> = screens.iter().filter(|screen| is_wall(screen)).collect();
    let working: Vec<&ConnectedScreen> = screens
        .iter()
        .filter(|screen| is_wall(screen) || screen.role != Role::Viewer)
        .collect();
    let brokers: Vec<&ConnectedScreen> = screens
        .iter()
        .filter(|screen| screen.role == Role::Broker)
        .collect();

    let mut list = vec![Check {
        subject: Subject::Walls,
        mark: if walls.is_empty() {
            Mark::Wrong
        } else {
            Mark::Right
        },
        figure: Some(Figure::Count(walls.len())),
        fault: None,
    }];
    if !walls.is_empty() {
        let hidden = count(&walls, |wall| wall.status.hidden == Some(true));
        list.push(unless_any(Subject::Seen, Mark::Wrong, hidden));
        list.extend(own_scenes(&walls));
        // A second wall may be silent on purpose; one must be heard.
        let mute = |wall: &ConnectedScreen| sound(&wall.status) != Some(SoundState::On);
        let on_purpose = |wall: &ConnectedScreen| sound(&wall.status) == Some(SoundState::Muted);
        let muted = if walls.iter().all(|wall| mute(wall)) {
            walls.len()
        } else {
            count(&walls, |wall| mute(wall) && !on_purpose(wall))
        };
        list.push(unless_any(Subject::Sound, Mark::Wrong, muted));
        let slow = count(&walls, |wall| {
            wall.status
                .frames_per_s
                .is_some_and(|frames| frames < FRAMES_PER_S_MIN)
        });
        list.push(unless_any(Subject::Frames, Mark::Look, slow));
    }
    let sleepy = count(&working, |screen| screen.status.awake == Some(false));
    list.push(unless_any(Subject::Awake, Mark::Look, sleepy));
    let off = count(&working, |screen| {
        screen
            .status
            .clock_ahead_ms
            .is_some_and(|ahead_ms| ahead_ms.saturating_abs() > CLOCK_OFF_MS_MAX)
    });
    list.push(unless_any(Subject::Clocks, Mark::Look, off));
    let others = count(&working, |screen| {
        screen
            .status
            .version
            .as_ref()
            .is_some_and(|version| version != VERSION)
    });
    list.push(unless_any(Subject::Versions, Mark::Look, others));
    list.push(enough_brokers(brokers.len(), board.participants.len()));
    let waiting = brokers.iter().filter_map(|broker| broker.status.outbox);
    list.push(unless_any(
        Subject::Outboxes,
        Mark::Look,
        waiting.map(|waiting| waiting as usize).sum(),
    ));
    list.extend(server.iter().filter_map(ServerCheck::known));
    list
}

/// How many there are of each mark: to look at, and wrong.
pub fn amiss(checks: &[Check]) -> usize {
    checks.iter().filter(|check| check.mark != Mark::Right).count()
}

/// The walls that show a scene of their own: it may be left over from a rehearsal.
fn own_scenes(walls: &[&ConnectedScreen]) -> Option<Check> {
    let chosen: Vec<(u32, Option<String>)> = walls
        .iter()
        .filter(|wall| wall.status.own_scene.is_some())
        .map(|wall| (wall.number, wall.name.clone()))
        .collect();
    (!chosen.is_empty()).then_some(Check {
        subject: Subject::OwnScenes,
        mark: Mark::Look,
        figure: Some(Figure::Walls(chosen)),
        fault: None,
    })
}

fn count(screens: &[&ConnectedScreen], is_amiss: impl Fn(&ConnectedScreen) -> bool) -> usize {
    screens.iter().filter(|screen| is_amiss(screen)).count()
}

/// Right when there is none amiss, else `mark`.
fn unless_any(subject: Subject, mark: Mark, amiss: usize) -> Check {
    Check {
        subject,
        mark: if amiss == 0 { Mark::Right } else { mark },
        figure: Some(Figure::Count(amiss)),
        fault: None,
    }
}

fn enough_brokers(brokers: usize, participants: usize) -> Check {
    let wanted = participants.div_ceil(PARTICIPANTS_PER_BROKER).max(1);
    Check {
        subject: Subject::Brokers,
        mark: match brokers {
            0 => Mark::Wrong,
            few if few < wanted => Mark::Look,
            _ => Mark::Right,
        },
        figure: Some(Figure::Of(brokers, wanted)),
        fault: None,
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::exchange::Scene;
    use borsklokka_shared::wire::ScreenStatus;

    use super::*;

    fn screen(role: Role, kind: &str, status: ScreenStatus) -> ConnectedScreen {
        ConnectedScreen {
            number: 1,
            role,
            device: None,
            name: None,
            status: ScreenStatus {
                screen: kind.to_owned(),
                ..status
            },
        }
    }

    fn well() -> ScreenStatus {
        ScreenStatus {
            sound: Some(true),
            frames_per_s: Some(60.0),
            outbox: Some(0),
            clock_ahead_ms: Some(-1_200),
            awake: Some(true),
            version: Some(VERSION.to_owned()),
            ..ScreenStatus::default()
        }
    }

    fn marks(list: &[Check]) -> Vec<(&'static str, &'static str)> {
        list.iter()
            .map(|check| (check.subject.as_str(), check.mark.as_str()))
            .collect()
    }

    #[test]
    fn a_hall_that_is_ready_is_right_in_every_line() {
        let screens = [
            screen(Role::Viewer, "wall", well()),
            screen(Role::Broker, "broker", well()),
        ];
        let server: Vec<ServerCheck> = serde_json::from_str(
            r#"[{"id":"disk","state":"right","figure":12.0,"unit":"ms"},{"id":"moon","state":"wrong"}]"#,
        )
        .unwrap();
        let list = checks(&screens, &server, &Board::empty(Audience::Staff));
        assert_eq!(amiss(&list), 0);
        assert_eq!(
            list.last(),
            Some(&Check {
                subject: Subject::Disk,
                mark: Mark::Right,
                figure: Some(Figure::Measured(12.0, "ms".to_owned())),
                fault: None,
            }),
            "a check of a newer server is left out"
        );
    }

    #[test]
    fn an_empty_hall_lacks_a_wall_and_a_broker() {
        let list = checks(&[], &[], &Board::empty(Audience::Staff));
        assert_eq!(
            marks(&list),
            [
                ("walls", "wrong"),
                ("awake", "right"),
                ("clocks", "right"),
                ("versions", "right"),
                ("brokers", "wrong"),
                ("outboxes", "right"),
            ]
        );
    }

    #[test]
    fn each_thing_that_is_amiss_is_found() {
        let wall = ScreenStatus {
            hidden: Some(true),
            sound: None,
            frames_per_s: Some(21.0),
            ..well()
        };
        let tablet = ScreenStatus {
            sound: None,
            outbox: Some(2),
            clock_ahead_ms: Some(400_000),
            awake: Some(false),
            version: Some("0.0.9".to_owned()),
            ..well()
        };
        let screens = [
            screen(Role::Viewer, "wall", wall),
            screen(Role::Broker, "broker", tablet),
            screen(Role::Viewer, "phone", ScreenStatus::default()),
        ];
        let list = checks(&screens, &[], &Board::empty(Audience::Staff));
        assert_eq!(
            marks(&list),
            [
                ("walls", "right"),
                ("seen", "wrong"),
                ("sound", "wrong"),
                ("frames", "look"),
                ("awake", "look"),
                ("clocks", "look"),
                ("versions", "look"),
                ("brokers", "right"),
                ("outboxes", "look"),
            ]
        );
    }

    #[test]
    fn a_wall_that_shows_a_scene_of_its_own_is_named() {
        let paused = ScreenStatus {
            own_scene: Some(Scene::Pause),
            ..well()
        };
        let screens = [
            screen(Role::Viewer, "wall", well()),
            ConnectedScreen {
                number: 7,
                ..screen(Role::Viewer, "wall", paused)
            },
        ];
        let list = checks(&screens, &[], &Board::empty(Audience::Staff));
        let named = list.iter().find(|check| check.subject == Subject::OwnScenes);
        let figure = named.and_then(|check| check.figure.clone());
        assert_eq!(figure, Some(Figure::Walls(vec![(7, None)])));
        let list = checks(&screens[..1], &[], &Board::empty(Audience::Staff));
        assert!(list.iter().all(|check| check.subject != Subject::OwnScenes));
    }

    #[test]
    fn one_wall_is_heard_and_another_may_be_silent_on_purpose() {
        let silent = ScreenStatus {
            sound: Some(false),
            sound_state: Some(SoundState::Muted),
            ..well()
        };
        let wall = |status: &ScreenStatus| screen(Role::Viewer, "wall", status.clone());
        for (walls, mark) in [
            (vec![wall(&well()), wall(&silent)], "right"),
            (vec![wall(&silent)], "wrong"),
        ] {
            let list = checks(&walls, &[], &Board::empty(Audience::Staff));
            assert!(marks(&list).contains(&("sound", mark)), "{:?}", marks(&list));
        }
    }

    #[test]
    fn a_broker_serves_fifteen() {
        for (brokers, participants, mark) in [
            (0, 0, Mark::Wrong),
            (1, 15, Mark::Right),
            (1, 16, Mark::Look),
            (6, 90, Mark::Right),
        ] {
            assert_eq!(enough_brokers(brokers, participants).mark, mark);
        }
    }
}
