//! Who is there: the screens that are connected, and those that were and are missed.

pub mod health;
pub mod trail;

use borsklokka_shared::instant::Instant;
use borsklokka_shared::order;
use borsklokka_shared::role::Role;
use borsklokka_shared::screen;
use borsklokka_shared::wire::ConnectedScreen;

/// How long a screen that went away is missed, in milliseconds.
const MISSED_MS_MAX: i64 = 60 * 60_000;

/// Whether a screen is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is connected.
    Here,
    /// It has been missed since then.
    Missed(Instant),
    /// It went then, and nobody misses it: its device is there by another connection, or is missed as another.
    Closed(Instant),
}

impl Presence {
    /// When it went, if it did.
    const fn gone_since(self) -> Option<Instant> {
        match self {
            Presence::Here => None,
            Presence::Missed(since) | Presence::Closed(since) => Some(since),
        }
    }
}

/// A screen, there or gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Attendant {
    /// What is known of it, or was when it went.
    pub screen: ConnectedScreen,
    /// Whether it is there.
    pub presence: Presence,
}

/// The screens that the desk cares for: walls and the devices of staff. Phones come and go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attendance {
    attendants: Vec<Attendant>,
}

/// Whether a screen is a wall.
pub fn is_wall(screen: &ConnectedScreen) -> bool {
    screen.status.screen == screen::Screen::Wall.as_str()
}

/// Whether the desk cares for a screen.
fn is_expected(screen: &ConnectedScreen) -> bool {
    is_wall(screen) || screen.role != Role::Viewer
}

/// Whether a connection may be of a screen that is not connected otherwise. A wall has no name, so one that comes takes the
/// place of one that went, whether that was seen before or in the same look.
fn may_be(attendant: &Attendant, screen: &ConnectedScreen) -> bool {
    let known = &attendant.screen;
    if known.status.screen != screen.status.screen {
        return false;
    }
    match (known.device, screen.device) {
        (Some(one), Some(other)) => one == other,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

impl Attendance {
    /// Takes the list of those that are connected. Whoever is known keeps the place; those that come stand after all others.
    pub fn take(&mut self, screens: &[ConnectedScreen], now: Instant) {
        let mut coming: Vec<&ConnectedScreen> = screens.iter().filter(|screen| is_expected(screen)).collect();
        let mut is_here = vec![false; self.attendants.len()];
        // Connections that are still there first: a wall that comes must not take the place of one that stays.
        order::sort_by_key(&mut coming, |screen| {
            let is_known = |known: &Attendant| known.screen.number == screen.number;
            !self.attendants.iter().any(is_known)
        });
        let mut newcomers = Vec::new();
        for screen in coming {
            let free = |place: &usize| !is_here[*place] && may_be(&self.attendants[*place], screen);
            let places = || (0..self.attendants.len()).filter(free);
            let place = places()
                .find(|place| self.attendants[*place].screen.number == screen.number)
                .or_else(|| places().next());
            let attendant = Attendant {
                screen: screen.clone(),
                presence: Presence::Here,
            };
            match place {
                Some(place) => {
                    is_here[place] = true;
                    self.attendants[place] = attendant;
                }
                None => newcomers.push(attendant),
            }
        }
        for (attendant, is_here) in self.attendants.iter_mut().zip(is_here) {
            if !is_here {
                let since = attendant.presence.gone_since().unwrap_or(now);
                attendant.presence = Presence::Missed(since);
            }
        }
        self.attendants.retain(|attendant| {
            let since = attendant.presence.gone_since();
            since.is_none_or(|since| now.ms_since(since) < MISSED_MS_MAX)
        });
        order::sort_by(&mut newcomers, |one, other| order(one).cmp(&order(other)));
        self.attendants.append(&mut newcomers);
        self.miss_devices_once();
    }

    /// A device is missed once, and only when none of its connections is there: as the one that went last. A wall is the
    /// hall's, whatever else is open on its machine.
    fn miss_devices_once(&mut self) {
        for place in 0..self.attendants.len() {
            let Attendant { screen, presence } = &self.attendants[place];
            let (Some(device), Presence::Missed(since), false) = (screen.device, *presence, is_wall(screen))
            else {
                continue;
            };
            let speaks_for_it = |(other, attendant): (usize, &Attendant)| {
                other != place
                    && attendant.screen.device == Some(device)
                    && match attendant.presence {
                        Presence::Here => true,
                        Presence::Missed(later) => later > since || later == since && other < place,
                        Presence::Closed(_) => false,
                    }
            };
            if self.attendants.iter().enumerate().any(speaks_for_it) {
                self.attendants[place].presence = Presence::Closed(since);
            }
        }
    }

    /// In the order in which they came; those that came together, walls first, then staff by role and name.
    pub fn attendants(&self) -> &[Attendant] {
        &self.attendants
    }
}

fn order(attendant: &Attendant) -> (bool, Role, Option<&String>, u32) {
    let screen = &attendant.screen;
    (!is_wall(screen), screen.role, screen.name.as_ref(), screen.number)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::DeviceId;
    use borsklokka_shared::wire::ScreenStatus;
    use uuid::Uuid;

    use super::*;

    fn screen(number: u32, kind: &str, device: Option<u128>) -> ConnectedScreen {
        ConnectedScreen {
            number,
            role: if device.is_some() {
                Role::Broker
            } else {
                Role::Viewer
            },
            device: device.map(|id| DeviceId(Uuid::from_u128(id))),
            name: device.map(|id| format!("Megler {id}")),
            status: ScreenStatus {
                screen: kind.to_owned(),
                ..ScreenStatus::default()
            },
        }
    }

    fn seen(attendance: &Attendance) -> Vec<(u32, bool)> {
        attendance
            .attendants()
            .iter()
            .map(|attendant| {
                let is_missed = matches!(attendant.presence, Presence::Missed(_));
                (attendant.screen.number, is_missed)
            })
            .collect()
    }

    fn minute(minutes: i64) -> Instant {
        Instant::from_unix_ms(minutes * 60_000)
    }

    #[test]
    fn a_tablet_that_went_is_missed_until_it_is_back() {
        let mut attendance = Attendance::default();
        let (wall, tablet) = (screen(1, "wall", None), screen(2, "broker", Some(7)));
        attendance.take(
            &[tablet.clone(), wall.clone(), screen(3, "phone", None)],
            minute(0),
        );
        assert_eq!(seen(&attendance), [(1, false), (2, false)]);
        attendance.take(std::slice::from_ref(&wall), minute(1));
        assert_eq!(seen(&attendance), [(1, false), (2, true)]);
        attendance.take(&[wall.clone(), screen(9, "broker", Some(7))], minute(2));
        assert_eq!(seen(&attendance), [(1, false), (9, false)]);
        attendance.take(std::slice::from_ref(&wall), minute(3));
        attendance.take(std::slice::from_ref(&wall), minute(70));
        assert_eq!(seen(&attendance), [(1, false)]);
    }

    #[test]
    fn a_device_is_missed_once_and_not_while_another_of_its_tabs_is_there() {
        let mut attendance = Attendance::default();
        let tab = |number| screen(number, "broker", Some(7));
        attendance.take(&[tab(1), tab(2), screen(3, "wall", None)], minute(0));
        attendance.take(&[tab(2), screen(3, "wall", None)], minute(1));
        // A tab that is closed keeps its place, and is no fault.
        assert_eq!(seen(&attendance), [(3, false), (1, false), (2, false)]);
        assert_eq!(attendance.attendants()[1].presence, Presence::Closed(minute(1)));
        // Then the tablet itself goes: since then, and once.
        attendance.take(&[screen(3, "wall", None)], minute(3));
        assert_eq!(seen(&attendance), [(3, false), (1, false), (2, true)]);
        assert_eq!(attendance.attendants()[2].presence, Presence::Missed(minute(3)));
        // Whichever page of it comes back, it is there.
        attendance.take(
            &[screen(9, "organiser", Some(7)), screen(3, "wall", None)],
            minute(4),
        );
        assert!(seen(&attendance).iter().all(|(_, is_missed)| !is_missed));
        // A tablet that falls asleep takes both with it in one look.
        let mut attendance = Attendance::default();
        attendance.take(&[tab(1), tab(2)], minute(0));
        attendance.take(&[], minute(1));
        assert_eq!(seen(&attendance), [(1, true), (2, false)]);
        // A wall on the host's own machine is the hall's.
        let mut attendance = Attendance::default();
        attendance.take(&[tab(1), screen(2, "wall", Some(7))], minute(0));
        attendance.take(&[tab(1)], minute(1));
        assert_eq!(seen(&attendance), [(2, true), (1, false)]);
    }

    #[test]
    fn a_wall_that_comes_takes_the_place_of_one_that_went() {
        let mut attendance = Attendance::default();
        let walls = [1, 2].map(|number| screen(number, "wall", None));
        attendance.take(&walls, minute(0));
        attendance.take(&walls[..1], minute(1));
        assert_eq!(seen(&attendance), [(1, false), (2, true)]);
        attendance.take(&[screen(5, "wall", None), walls[0].clone()], minute(2));
        assert_eq!(seen(&attendance), [(1, false), (5, false)]);
        // Loaded anew between two looks.
        attendance.take(&[screen(6, "wall", None), screen(5, "wall", None)], minute(3));
        assert_eq!(seen(&attendance), [(6, false), (5, false)]);
    }

    #[test]
    fn nobody_who_comes_or_goes_moves_the_others() {
        let mut attendance = Attendance::default();
        let tablet = |number| screen(number, "broker", Some(u128::from(number)));
        attendance.take(&[tablet(5), tablet(6)], minute(0));
        attendance.take(
            &[tablet(6), tablet(3), tablet(5), screen(9, "wall", None)],
            minute(1),
        );
        assert_eq!(
            seen(&attendance),
            [(5, false), (6, false), (9, false), (3, false)]
        );
        attendance.take(&[tablet(3), tablet(6)], minute(2));
        assert_eq!(seen(&attendance), [(5, true), (6, false), (9, true), (3, false)]);
    }
}
