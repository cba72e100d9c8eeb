//! How a screen is, from what it reported: remarks, each with a mark that says whether somebody must look.

use borsklokka_shared::audience::Audience;
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::order;
use borsklokka_shared::wire::{ConnectedScreen, ScreenStatus, SoundState, WakeLock};
use serde::Deserialize;

use super::trail::Trail;
use super::{Attendant, Presence, is_wall};

/// Whether somebody must do something, the better first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// No.
    #[default]
    Right,
    /// When there is time.
    Look,
    /// Now.
    Wrong,
}

impl Mark {
    /// Its name in style sheets and tests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Mark::Right => "right",
            Mark::Look => "look",
            Mark::Wrong => "wrong",
        }
    }
}

/// Fewer frames a second than this are seen as a tape that stutters.
pub const FRAMES_PER_S_MIN: f32 = 30.0;
/// A round trip longer than this is felt, in milliseconds.
const ROUND_TRIP_MS_FELT: u32 = 500;
/// How long a test tone is spoken of, in milliseconds.
const TONE_SAID_MS: i64 = 60_000;
/// A wait this short is the outbox at work, in commands.
const OUTBOX_USUAL: u32 = 1;

/// The version of this app, which the others should have too.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Something to be said of a screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Remark {
    /// It is not connected, for so many seconds.
    Missed(i64),
    /// It was closed; its device is there without it.
    Closed,
    /// It lacks so many events.
    Behind(usize),
    /// So many commands wait on it.
    Outbox(u32),
    /// It shows something else than what the hall should see just now.
    Aside(Aside),
    /// Nobody can see its page.
    Hidden,
    /// The same of a tablet or a desk, which is put aside now and then.
    PutAside,
    /// How its sound is.
    Sound(SoundState),
    /// Whether the test tone sounded that it was asked for a moment ago.
    Tone(bool),
    /// Frames a second.
    Frames(u32),
    /// It may fall asleep, and why.
    Sleepy(WakeLock),
    /// The round trip to the server, in milliseconds.
    RoundTrip(u32),
    /// It runs another version.
    Version(String),
}

/// A wall that shows something else than what the hall should see just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aside {
    /// What it shows.
    pub scene: Scene,
    /// Whether staff chose that for it; if not, its address asks for it.
    pub is_chosen: bool,
    /// Whether no wall shows what the hall should see.
    pub is_unseen: bool,
    /// How much that matters.
    pub mark: Mark,
}

impl Remark {
    /// Whether somebody must do something about it.
    pub fn mark(&self) -> Mark {
        match self {
            Remark::Aside(aside) => aside.mark,
            Remark::Missed(_)
            | Remark::Hidden
            | Remark::Tone(false)
            | Remark::Sound(SoundState::Lost | SoundState::Unavailable) => Mark::Wrong,
            Remark::Outbox(waiting) if *waiting <= OUTBOX_USUAL => Mark::Right,
            Remark::Frames(frames) if *frames as f32 >= FRAMES_PER_S_MIN => Mark::Right,
            Remark::RoundTrip(ms) if *ms < ROUND_TRIP_MS_FELT => Mark::Right,
            Remark::Sound(SoundState::On | SoundState::Muted)
            | Remark::Tone(true)
            | Remark::PutAside
            | Remark::Closed => Mark::Right,
            Remark::Behind(_)
            | Remark::Outbox(_)
            | Remark::Sound(SoundState::Waiting)
            | Remark::Frames(_)
            | Remark::Sleepy(_)
            | Remark::RoundTrip(_)
            | Remark::Version(_) => Mark::Look,
        }
    }
}

/// What is to be said of a screen, the weightiest first.
pub fn remarks(attendant: &Attendant, trail: &Trail, now: Instant) -> Vec<Remark> {
    let Attendant { screen, presence } = attendant;
    match presence {
        Presence::Here => {}
        // What its outbox held is said by the device's other page, which sends it.
        Presence::Closed(_) => return vec![Remark::Closed],
        Presence::Missed(since) => {
            let outbox = screen.status.outbox.filter(|waiting| *waiting > 0);
            return std::iter::once(Remark::Missed(now.ms_since(*since).max(0) / 1_000))
                .chain(outbox.map(Remark::Outbox))
                .collect();
        }
    }
    let status = &screen.status;
    let behind = status
        .position
        .map(|position| trail.behind(Audience::of_role(screen.role), position, now))
        .filter(|behind| *behind > 0);
    let is_hidden = status.hidden == Some(true);
    let version = status.version.clone().filter(|version| version != VERSION);
    let mut said: Vec<Remark> = [
        behind.map(Remark::Behind),
        status.outbox.filter(|waiting| *waiting > 0).map(Remark::Outbox),
        is_hidden.then_some(if is_wall(screen) {
            Remark::Hidden
        } else {
            Remark::PutAside
        }),
        sound(status)
            .filter(|sound| *sound == SoundState::On || is_wall(screen))
            .map(Remark::Sound),
        status
            .tone
            .filter(|tone| now.ms_since(tone.at) < TONE_SAID_MS)
            .map(|tone| Remark::Tone(tone.sounded)),
        status
            .frames_per_s
            .filter(|_| is_wall(screen) && !is_hidden)
            .map(|frames| Remark::Frames(frames.round() as u32)),
        sleepy(screen).map(Remark::Sleepy),
        status.round_trip_ms.map(Remark::RoundTrip),
        version.map(Remark::Version),
    ]
    .into_iter()
    .flatten()
    .collect();
    order::sort_by_key(&mut said, |remark| std::cmp::Reverse(remark.mark()));
    said
}

/// The scene that a wall shows whatever the others do; none if it follows the evening.
fn own_scene(screen: &ConnectedScreen) -> Option<Scene> {
    let status = &screen.status;
    let own = status.own_scene.or(status.address_scene);
    own.filter(|scene| *scene != Scene::Automatic)
}

/// Whether nobody sees a scene on these screens though the hall should: in a break a wall may well show something else.
pub fn is_unseen(scene: Scene, attendants: &[Attendant]) -> bool {
    is_due(scene) && !is_seen(scene, attendants)
}

/// Whether the hall should see a scene, and no other.
fn is_due(scene: Scene) -> bool {
    match scene {
        Scene::Floor | Scene::Closing | Scene::Prizes | Scene::Blackout => true,
        Scene::Automatic | Scene::Welcome | Scene::Pause | Scene::Photos => false,
    }
}

/// Whether somebody can see a scene on one of these screens.
fn is_seen(scene: Scene, attendants: &[Attendant]) -> bool {
    attendants.iter().any(|attendant| {
        let Attendant { screen, presence } = attendant;
        let is_shown = *presence == Presence::Here && is_wall(screen) && screen.status.hidden != Some(true);
        is_shown && own_scene(screen).is_none_or(|own| own == scene)
    })
}

/// What is to be said of a wall that shows something else than the others, who show `shown`. One whose address asks for something else is
/// meant to show that, as long as another one shows the evening. In the dark one that was left lit is wrong beside dark ones, too.
pub fn aside(attendant: &Attendant, shown: Scene, is_unseen: bool) -> Option<Aside> {
    let Attendant { screen, presence } = attendant;
    let scene = own_scene(screen).filter(|scene| *scene != shown)?;
    let is_chosen = screen.status.own_scene.is_some();
    let is_there = *presence == Presence::Here && is_wall(screen);
    let is_left_lit = is_chosen && shown == Scene::Blackout;
    (is_there && (is_chosen || is_unseen)).then_some(Aside {
        scene,
        is_chosen,
        is_unseen,
        mark: if is_unseen || is_left_lit {
            Mark::Wrong
        } else if is_due(shown) {
            Mark::Look
        } else {
            Mark::Right
        },
    })
}

/// How a screen's sound is; an older one only says whether it is on.
pub fn sound(status: &ScreenStatus) -> Option<SoundState> {
    let of_older = |is_on| {
        if is_on {
            SoundState::On
        } else {
            SoundState::Waiting
        }
    };
    status.sound_state.or_else(|| status.sound.map(of_older))
}

/// Why a screen may fall asleep; none if it does not, or if nobody can see it anyway.
fn sleepy(screen: &ConnectedScreen) -> Option<WakeLock> {
    let status = &screen.status;
    let of_older = |is_awake| {
        if is_awake {
            WakeLock::Held
        } else {
            WakeLock::Unavailable
        }
    };
    let lock = status.wake_lock.or_else(|| status.awake.map(of_older))?;
    (lock != WakeLock::Held && status.hidden != Some(true)).then_some(lock)
}

/// The mark of a screen: its weightiest remark's.
pub fn mark(remarks: &[Remark]) -> Mark {
    remarks.iter().map(Remark::mark).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::Seq;
    use borsklokka_shared::role::Role;
    use borsklokka_shared::wire::Tone;

    use super::*;

    fn wall(status: ScreenStatus) -> Attendant {
        Attendant {
            screen: ConnectedScreen {
                number: 3,
                role: Role::Viewer,
                device: None,
                name: None,
                status: ScreenStatus {
                    screen: "wall".to_owned(),
                    ..status
                },
            },
            presence: Presence::Here,
        }
    }

    fn well() -> ScreenStatus {
        ScreenStatus {
            sound: Some(true),
            frames_per_s: Some(59.7),
            position: Some(Seq(40)),
            round_trip_ms: Some(12),
            awake: Some(true),
            version: Some(VERSION.to_owned()),
            ..ScreenStatus::default()
        }
    }

    #[test]
    fn a_wall_that_is_well_says_so_in_figures() {
        let said = remarks(&wall(well()), &Trail::default(), Instant::default());
        assert_eq!(
            said,
            [
                Remark::Sound(SoundState::On),
                Remark::Frames(60),
                Remark::RoundTrip(12)
            ]
        );
        assert_eq!(mark(&said), Mark::Right);
    }

    #[test]
    fn what_is_wrong_comes_first() {
        let status = ScreenStatus {
            sound: Some(false),
            frames_per_s: Some(18.0),
            outbox: Some(4),
            awake: Some(false),
            version: Some("0.0.1".to_owned()),
            ..well()
        };
        let mut trail = Trail::default();
        trail.note(Instant::default(), Seq(41), Audience::Public);
        let now = Instant::from_unix_ms(60_000);
        assert_eq!(
            remarks(&wall(status), &trail, now),
            [
                Remark::Behind(1),
                Remark::Outbox(4),
                Remark::Sound(SoundState::Waiting),
                Remark::Frames(18),
                Remark::Sleepy(WakeLock::Unavailable),
                Remark::Version("0.0.1".to_owned()),
                Remark::RoundTrip(12),
            ]
        );
        let missed = Attendant {
            presence: Presence::Missed(Instant::default()),
            ..wall(well())
        };
        let said = remarks(&missed, &trail, now);
        assert_eq!(
            (said.as_slice(), mark(&said)),
            ([Remark::Missed(60)].as_slice(), Mark::Wrong)
        );
    }

    #[test]
    fn a_wall_that_nobody_can_see_or_hear_is_wrong() {
        let now = Instant::from_unix_ms(60_000);
        let said = |status| {
            let said = remarks(&wall(status), &Trail::default(), now);
            (said[0].clone(), mark(&said))
        };
        let hidden = ScreenStatus {
            hidden: Some(true),
            // What it was before, and what the browser does with a hidden page.
            frames_per_s: Some(55.0),
            wake_lock: Some(WakeLock::Released),
            awake: Some(false),
            ..well()
        };
        let all = remarks(&wall(hidden.clone()), &Trail::default(), now);
        assert_eq!(
            all,
            [
                Remark::Hidden,
                Remark::Sound(SoundState::On),
                Remark::RoundTrip(12)
            ]
        );
        assert_eq!(said(hidden), (Remark::Hidden, Mark::Wrong));
        for (state, expected) in [
            (SoundState::Lost, Mark::Wrong),
            (SoundState::Unavailable, Mark::Wrong),
            (SoundState::Waiting, Mark::Look),
            (SoundState::Muted, Mark::Right),
            (SoundState::On, Mark::Right),
        ] {
            let status = ScreenStatus {
                sound: None,
                sound_state: Some(state),
                ..well()
            };
            assert_eq!(said(status), (Remark::Sound(state), expected), "{state:?}");
        }
        let tried = |sounded, at_ms| ScreenStatus {
            tone: Some(Tone {
                at: Instant::from_unix_ms(at_ms),
                sounded,
            }),
            ..well()
        };
        assert_eq!(said(tried(false, 58_000)), (Remark::Tone(false), Mark::Wrong));
        assert_eq!(said(tried(false, 0)).1, Mark::Right, "a minute ago");
        let all = remarks(&wall(tried(true, 58_000)), &Trail::default(), now);
        assert!(all.contains(&Remark::Tone(true)), "{all:?}");
    }

    #[test]
    fn a_tablet_that_is_put_aside_is_no_fault() {
        let mut tablet = wall(ScreenStatus {
            hidden: Some(true),
            ..ScreenStatus::default()
        });
        tablet.screen.role = Role::Broker;
        "broker".clone_into(&mut tablet.screen.status.screen);
        let said = remarks(&tablet, &Trail::default(), Instant::default());
        assert_eq!(
            (said.as_slice(), mark(&said)),
            ([Remark::PutAside].as_slice(), Mark::Right)
        );
    }

    fn showing(own: Option<Scene>, address: Option<Scene>) -> Attendant {
        wall(ScreenStatus {
            own_scene: own,
            address_scene: address,
            ..well()
        })
    }

    /// The marks of walls while the others show a scene; none for one of which nothing is to be said.
    fn marks_in(shown: Scene, walls: &[Attendant]) -> Vec<Option<Mark>> {
        let is_unseen = is_unseen(shown, walls);
        let asides = walls.iter().map(|wall| aside(wall, shown, is_unseen));
        asides
            .map(|aside| aside.map(|aside| Remark::Aside(aside).mark()))
            .collect()
    }

    /// [`marks_in`] the result.
    fn marks(walls: &[Attendant]) -> Vec<Option<Mark>> {
        marks_in(Scene::Closing, walls)
    }

    #[test]
    fn in_the_dark_a_wall_that_was_left_lit_is_wrong_and_in_a_break_it_is_said_what_it_shows() {
        let (lit, follows) = (showing(Some(Scene::Prizes), None), showing(None, None));
        let sponsors = showing(None, Some(Scene::Pause));
        let (wrong, right) = (Some(Mark::Wrong), Some(Mark::Right));
        assert_eq!(marks_in(Scene::Blackout, std::slice::from_ref(&lit)), [wrong]);
        assert_eq!(
            marks_in(Scene::Blackout, &[lit.clone(), follows.clone(), sponsors.clone()]),
            [wrong, None, None]
        );
        assert_eq!(
            marks_in(Scene::Blackout, std::slice::from_ref(&sponsors)),
            [wrong]
        );
        for calm in [Scene::Pause, Scene::Welcome, Scene::Photos] {
            assert_eq!(marks_in(calm, &[lit.clone(), follows.clone()]), [right, None]);
            assert_eq!(marks_in(calm, std::slice::from_ref(&lit)), [right]);
        }
    }

    #[test]
    fn a_scene_of_its_own_hides_what_the_hall_should_see_the_more_if_no_other_wall_shows_it() {
        let chosen = showing(Some(Scene::Welcome), None);
        let follows = showing(None, None);
        let sponsors = showing(None, Some(Scene::Pause));
        let wrong = Some(Mark::Wrong);
        assert_eq!(marks(std::slice::from_ref(&chosen)), [wrong]);
        assert_eq!(marks(&[chosen.clone(), chosen.clone()]), [wrong, wrong]);
        assert_eq!(
            marks(&[chosen.clone(), follows.clone()]),
            [Some(Mark::Look), None]
        );
        assert_eq!(marks(&[sponsors.clone(), follows.clone()]), [None, None]);
        assert_eq!(marks(&[sponsors.clone(), chosen.clone()]), [wrong, wrong]);
        // It is the same that the evening shows, or staff let it follow the bells whatever its address asks for.
        assert_eq!(marks(&[showing(Some(Scene::Closing), None)]), [None]);
        let follows_bells = showing(Some(Scene::Automatic), Some(Scene::Pause));
        assert_eq!(marks(&[follows_bells, sponsors]), [None, None]);
        // What nobody can see shows nothing.
        let mut hidden = follows.clone();
        hidden.screen.status.hidden = Some(true);
        assert_eq!(marks(&[hidden, chosen.clone()]), [None, wrong]);
        let mut missed = follows;
        missed.presence = Presence::Missed(Instant::default());
        assert_eq!(marks(&[missed, chosen]), [None, wrong]);
    }
}
