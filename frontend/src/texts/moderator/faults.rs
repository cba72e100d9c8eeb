//! What the desk says of what is wrong just now.

use crate::attendance::health::Remark;

/// Its texts.
#[derive(Debug)]
pub struct Faults {
    /// Heads the sheet.
    pub title: &'static str,
    /// Under it.
    pub lead: &'static str,
    /// Nothing is wrong.
    pub all_well: &'static str,
    /// So many other things are wrong.
    pub more: fn(usize) -> String,
    /// This desk has no connection.
    pub cut_off: &'static str,
    /// The server does not answer.
    pub server_silent: &'static str,
    /// What to do about what a screen says; whether it is a wall.
    pub what_to_do: fn(&Remark, bool) -> &'static str,
    /// What to do about late deals.
    pub late_is_asked: &'static str,
}

/// Norwegian bokmål.
pub const NB: Faults = Faults {
    title: "Se til dette",
    lead: "Det viktigste står øverst.",
    all_well: "Alt er i orden.",
    more: |count| format!("+ {count} til"),
    cut_off: "Uten nett",
    server_silent: "Svarer ikke på spørsmål om hvordan den har det.",
    what_to_do: |remark, is_wall| match remark {
        Remark::Missed(_) if is_wall => "Se om maskinen ved projektoren er våken og på nett.",
        Remark::Missed(_) => {
            "Se om nettbrettet er våkent og på nett. Det som er skrevet der, sendes når det er tilbake."
        }
        Remark::Hidden => "Hent fanen med storskjermen fram på maskinen ved projektoren.",
        Remark::Sound(_) => "Trykk på storskjermen én gang, og skru opp lyden.",
        Remark::Tone(_) => "Trykk på storskjermen, se at maskinen bruker høyttalerne, og prøv igjen.",
        Remark::Outbox(_) => "Sendes av seg selv. Går tallet ikke ned, se til nettet der.",
        Remark::Behind(_) => "Går det ikke over, last skjermen på nytt.",
        Remark::Frames(_) => "Lukk andre programmer på maskinen, og sett den på strøm.",
        _ => "Se til skjermen.",
    },
    late_is_asked: "Ta dem med, eller avvis dem.",
};

/// English.
pub const EN: Faults = Faults {
    title: "Look after this",
    lead: "The weightiest stands first.",
    all_well: "All is well.",
    more: |count| format!("+ {count} more"),
    cut_off: "Offline",
    server_silent: "Does not answer how it is.",
    what_to_do: |remark, is_wall| match remark {
        Remark::Missed(_) if is_wall => "See that the machine at the projector is awake and online.",
        Remark::Missed(_) => {
            "See that the tablet is awake and online. What is written there is sent when it is back."
        }
        Remark::Hidden => "Bring the wall's tab to the front on the machine at the projector.",
        Remark::Sound(_) => "Press the wall once, and turn the sound up.",
        Remark::Tone(_) => "Press the wall, see that the machine uses the loudspeakers, and try again.",
        Remark::Outbox(_) => "It is sent by itself. If the figure stays, look at the network there.",
        Remark::Behind(_) => "If it stays, load the screen anew.",
        Remark::Frames(_) => "Close other programs on the machine, and plug it in.",
        _ => "Look at the screen.",
    },
    late_is_asked: "Let them count, or decline them.",
};
