//! What the list of screens says.

use crate::moderator::health::{Mark, Remark};

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
    /// Lets a screen show its number.
    pub identify: &'static str,
    /// Loads a screen anew.
    pub reload: &'static str,
    /// Chooses a scene for one screen.
    pub own_scene: &'static str,
    /// It shows what the others show.
    pub follows: &'static str,
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
        Remark::Behind(1) => "1 hendelse etter".to_owned(),
        Remark::Behind(events) => format!("{events} hendelser etter"),
        Remark::Outbox(waiting) => format!("{waiting} i utboks"),
        Remark::Sound(true) => "lyd på".to_owned(),
        Remark::Sound(false) => "lyd av".to_owned(),
        Remark::Frames(frames) => format!("{frames} bilder/s"),
        Remark::Sleepy => "kan sovne".to_owned(),
        Remark::RoundTrip(ms) => format!("svar på {ms} ms"),
        Remark::Version(version) => format!("versjon {version}"),
    },
    mark: |mark| match mark {
        Mark::Right => "i orden",
        Mark::Look => "bør ses på",
        Mark::Wrong => "feil",
    },
    identify: "Vis nr.",
    reload: "Last på nytt",
    own_scene: "Egen scene",
    follows: "Som de andre",
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
        Remark::Behind(1) => "1 event behind".to_owned(),
        Remark::Behind(events) => format!("{events} events behind"),
        Remark::Outbox(waiting) => format!("{waiting} in its outbox"),
        Remark::Sound(true) => "sound on".to_owned(),
        Remark::Sound(false) => "sound off".to_owned(),
        Remark::Frames(frames) => format!("{frames} frames/s"),
        Remark::Sleepy => "may fall asleep".to_owned(),
        Remark::RoundTrip(ms) => format!("answers in {ms} ms"),
        Remark::Version(version) => format!("version {version}"),
    },
    mark: |mark| match mark {
        Mark::Right => "right",
        Mark::Look => "worth a look",
        Mark::Wrong => "wrong",
    },
    identify: "Show no.",
    reload: "Load anew",
    own_scene: "Scene of its own",
    follows: "Like the others",
};

fn time(seconds: i64) -> String {
    if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min", seconds / 60)
    }
}
