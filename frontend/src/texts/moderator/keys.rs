//! What the sheet of the desk's keys says.

use crate::shortcut::Action;

/// Its texts.
#[derive(Debug)]
pub struct Keys {
    /// Opens it.
    pub open: &'static str,
    /// Heads it.
    pub title: &'static str,
    /// What a key does. Scenes have names of their own.
    pub action: fn(Action) -> &'static str,
    /// How a button is made to ring.
    pub how: &'static str,
    /// Whether keys do anything.
    pub on: &'static str,
    /// Whether Shift and B ring without a hold.
    pub at_once: &'static str,
}

/// Norwegian bokmål.
pub const NB: Keys = Keys {
    open: "? Hurtigtaster",
    title: "Hurtigtaster",
    action: |action| match action {
        Action::Hold => "hold for å ringe",
        Action::RingAtOnce => "ring uten å holde",
        Action::Stroke => "ett slag, trykk to ganger",
        Action::PauseOrResume => "pause og fortsett",
        Action::Longer => "ett minutt mer",
        Action::Shorter => "ett minutt mindre",
        Action::Next => "neste runde",
        Action::Scene(_) => "scene",
        Action::Blackout => "mørk skjerm",
        Action::Freeze => "frys tallet",
        Action::Reveal => "vis neste skjulte avtale",
        Action::Announcement => "skriv en beskjed",
        Action::Undo => "angre det siste",
        Action::Help => "denne oversikten",
    },
    how: "En rød USB-knapp eller et Stream Deck skriver taster: la den skrive B mens den holdes inne. \
          Å stenge børsen krever to ganger, uansett.",
    on: "Hurtigtastene virker på denne maskinen",
    at_once: "Shift og B ringer uten å holdes, for en knapp som bare kan trykkes",
};

/// English.
pub const EN: Keys = Keys {
    open: "? Shortcuts",
    title: "Shortcuts",
    action: |action| match action {
        Action::Hold => "hold to ring",
        Action::RingAtOnce => "ring without a hold",
        Action::Stroke => "one stroke",
        Action::PauseOrResume => "pause and resume",
        Action::Longer => "one minute more",
        Action::Shorter => "one minute less",
        Action::Next => "next round",
        Action::Scene(_) => "scene",
        Action::Blackout => "dark wall",
        Action::Freeze => "freeze the count",
        Action::Reveal => "reveal the next concealed deal",
        Action::Announcement => "write an announcement",
        Action::Undo => "undo the last thing",
        Action::Help => "this list",
    },
    how: "A red USB button or a Stream Deck types keys: let it type B while it is held. \
          Closing the floor takes two, whatever rings.",
    on: "Shortcuts work on this machine",
    at_once: "Shift and B ring without a hold, for a button that can only be pressed",
};
