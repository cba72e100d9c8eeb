//! What the list of screens says.

use borsklokka_shared::wire::{SoundState, WakeLock};

use crate::attendance::health::{Mark, Remark};

/// Its texts.
#[derive(Debug)]
pub struct Screens {
    /// Heads it.
    pub title: &'static str,
    /// There are none.
    pub none: &'static str,
    /// What a screen is, by what it calls itself.
    pub kind: fn(&str) -> &'static str,
    /// What is to be said of one.
    pub remark: fn(&Remark) -> String,
    /// A mark, for those who hear the screen.
    pub mark: fn(Mark) -> &'static str,
    /// Lets a screen show its number, large, for a moment.
    pub identify: &'static str,
    /// Lets a wall play a short tone.
    pub test_sound: &'static str,
    /// Loads a screen anew.
    pub reload: &'static str,
    /// Chooses a scene for one screen.
    pub own_scene: &'static str,
    /// It shows what the others show.
    pub follows: &'static str,
    /// It shows the scene that its address asks for.
    pub follows_address: fn(&str) -> String,
}

/// Norwegian bokmål.
pub const NB: Screens = Screens {
    title: "Skjermer og nettbrett",
    none: "Ingen storskjerm og ingen nettbrett er på nett.",
    kind: |screen| match screen {
        "wall" => "Storskjerm",
        "broker" => "megler",
        "notary" => "notarius",
        "moderator" => "konferansier",
        "organiser" => "arrangør",
        _ => "skjerm",
    },
    remark: |remark| match remark {
        Remark::Missed(seconds) => format!("uten nett i {}", time(*seconds)),
        Remark::Closed => "lukket".to_owned(),
        Remark::Behind(1) => "1 hendelse etter".to_owned(),
        Remark::Behind(events) => format!("{events} hendelser etter"),
        Remark::Outbox(waiting) => format!("{waiting} i utboks"),
        Remark::Hidden => "skjult: ingen ser den – hent fram fanen".to_owned(),
        Remark::PutAside => "lagt til side".to_owned(),
        Remark::Sound(SoundState::On) => "lyd på".to_owned(),
        Remark::Sound(SoundState::Waiting) => "lyd av: trykk på storskjermen".to_owned(),
        Remark::Sound(SoundState::Muted) => "uten lyd".to_owned(),
        Remark::Sound(SoundState::Lost) => "lyden er borte: trykk «Slå på lyd» på den".to_owned(),
        Remark::Sound(SoundState::Unavailable) => "nettleseren har ikke lyd".to_owned(),
        Remark::Tone(true) => "prøvelyden kom".to_owned(),
        Remark::Tone(false) => "prøvelyden kom ikke".to_owned(),
        Remark::Frames(frames) => format!("{frames} bilder/s"),
        Remark::Sleepy(WakeLock::Refused) => "kan sovne: nettleseren sa nei".to_owned(),
        Remark::Sleepy(WakeLock::Held | WakeLock::Released | WakeLock::Unavailable) => "kan sovne".to_owned(),
        Remark::RoundTrip(ms) => format!("svar på {ms} ms"),
        Remark::Version(version) => format!("versjon {version}"),
    },
    mark: |mark| match mark {
        Mark::Right => "i orden",
        Mark::Look => "bør ses på",
        Mark::Wrong => "feil",
    },
    identify: "Blink",
    test_sound: "Prøv lyden",
    reload: "Last på nytt",
    own_scene: "Egen scene",
    follows: "Som de andre",
    follows_address: |scene| format!("Som i adressen: {scene}"),
};

/// English.
pub const EN: Screens = Screens {
    title: "Screens and tablets",
    none: "No wall and no tablet is online.",
    kind: |screen| match screen {
        "wall" => "Wall",
        "broker" => "broker",
        "notary" => "notary",
        "moderator" => "moderator",
        "organiser" => "organiser",
        _ => "screen",
    },
    remark: |remark| match remark {
        Remark::Missed(seconds) => format!("offline for {}", time(*seconds)),
        Remark::Closed => "closed".to_owned(),
        Remark::Behind(1) => "1 event behind".to_owned(),
        Remark::Behind(events) => format!("{events} events behind"),
        Remark::Outbox(waiting) => format!("{waiting} in its outbox"),
        Remark::Hidden => "hidden: nobody sees it – bring its tab to the front".to_owned(),
        Remark::PutAside => "put aside".to_owned(),
        Remark::Sound(SoundState::On) => "sound on".to_owned(),
        Remark::Sound(SoundState::Waiting) => "sound off: press the wall".to_owned(),
        Remark::Sound(SoundState::Muted) => "without sound".to_owned(),
        Remark::Sound(SoundState::Lost) => "its sound is gone: press “Turn sound on” on it".to_owned(),
        Remark::Sound(SoundState::Unavailable) => "its browser has no sound".to_owned(),
        Remark::Tone(true) => "the test tone sounded".to_owned(),
        Remark::Tone(false) => "the test tone did not sound".to_owned(),
        Remark::Frames(frames) => format!("{frames} frames/s"),
        Remark::Sleepy(WakeLock::Refused) => "may fall asleep: its browser refused".to_owned(),
        Remark::Sleepy(WakeLock::Held | WakeLock::Released | WakeLock::Unavailable) => {
            "may fall asleep".to_owned()
        }
        Remark::RoundTrip(ms) => format!("answers in {ms} ms"),
        Remark::Version(version) => format!("version {version}"),
    },
    mark: |mark| match mark {
        Mark::Right => "right",
        Mark::Look => "worth a look",
        Mark::Wrong => "wrong",
    },
    identify: "Blink",
    test_sound: "Try the sound",
    reload: "Load anew",
    own_scene: "Scene of its own",
    follows: "Like the others",
    follows_address: |scene| format!("As in its address: {scene}"),
};

fn time(seconds: i64) -> String {
    if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min", seconds / 60)
    }
}
