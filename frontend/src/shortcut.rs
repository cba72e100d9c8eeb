//! Which key does what on the desk. A large red button on USB and a Stream Deck type keys, so they ring and pause too.

use borsklokka_shared::exchange::Scene;

/// What was held down with a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Anything that makes it the browser's or the system's key.
    pub system: bool,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Holds the bell for as long as the key is held.
    Hold,
    /// Rings the bell without a hold, where that is switched on.
    RingAtOnce,
    /// One stroke.
    Stroke,
    /// Stops the round's clock, or lets it run on.
    PauseOrResume,
    /// A minute more.
    Longer,
    /// A minute less.
    Shorter,
    /// The next round.
    Next,
    /// A scene on the wall.
    Scene(Scene),
    /// Darkens the wall, or lights it again.
    Blackout,
    /// Freezes the count.
    Freeze,
    /// Reveals the oldest concealed deal.
    Reveal,
    /// Goes to the announcement's field.
    Announcement,
    /// Takes back what the desk did last.
    Undo,
    /// Shows the keys.
    Help,
}

/// Every key in the order in which they are shown, as it stands on the keyboard.
pub const KEYS: [(&str, Action); 18] = [
    ("B", Action::Hold),
    ("Shift B", Action::RingAtOnce),
    ("S", Action::Stroke),
    ("P", Action::PauseOrResume),
    ("+", Action::Longer),
    ("-", Action::Shorter),
    ("N", Action::Next),
    ("F", Action::Freeze),
    ("R", Action::Reveal),
    ("1", Action::Scene(Scene::Automatic)),
    ("2", Action::Scene(Scene::Welcome)),
    ("3", Action::Scene(Scene::Floor)),
    ("4", Action::Scene(Scene::Pause)),
    ("5", Action::Scene(Scene::Closing)),
    ("0", Action::Blackout),
    ("A", Action::Announcement),
    ("Z", Action::Undo),
    ("?", Action::Help),
];

/// What a key does, as browsers name it; none for every other.
pub fn shortcut(key: &str, modifiers: Modifiers) -> Option<Action> {
    if modifiers.system {
        return None;
    }
    let raised = key.to_uppercase();
    let is_letter = raised.len() == 1 && raised.chars().all(char::is_alphabetic);
    let name = if is_letter && modifiers.shift {
        format!("Shift {raised}")
    } else {
        raised
    };
    KEYS.iter()
        .find(|(shown, _)| *shown == name)
        .map(|(_, action)| *action)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Modifiers = Modifiers {
        shift: false,
        system: false,
    };
    const SHIFT: Modifiers = Modifiers {
        shift: true,
        system: false,
    };
    const SYSTEM: Modifiers = Modifiers {
        shift: false,
        system: true,
    };

    #[test]
    fn keys_do_what_stands_on_them() {
        for (key, modifiers, action) in [
            ("b", PLAIN, Some(Action::Hold)),
            ("B", PLAIN, Some(Action::Hold)),
            ("B", SHIFT, Some(Action::RingAtOnce)),
            ("b", SYSTEM, None),
            ("z", PLAIN, Some(Action::Undo)),
            ("Z", SHIFT, None),
            // Some keyboards need Shift for these, some do not.
            ("?", SHIFT, Some(Action::Help)),
            ("+", SHIFT, Some(Action::Longer)),
            ("+", PLAIN, Some(Action::Longer)),
            ("-", PLAIN, Some(Action::Shorter)),
            ("0", PLAIN, Some(Action::Blackout)),
            ("4", PLAIN, Some(Action::Scene(Scene::Pause))),
            ("6", PLAIN, None),
            ("Shift", SHIFT, None),
            ("Enter", PLAIN, None),
            ("å", PLAIN, None),
        ] {
            assert_eq!(shortcut(key, modifiers), action, "{key} {modifiers:?}");
        }
    }

    #[test]
    fn a_key_is_listed_once() {
        for (place, (key, action)) in KEYS.iter().enumerate() {
            let others = || KEYS[..place].iter();
            assert!(others().all(|(other, _)| other != key), "{key}");
            assert!(others().all(|(_, other)| other != action), "{action:?}");
        }
    }
}
