//! What the notary's desk says.

use crate::tick::NotaryTick;

/// The notary's texts.
#[derive(Debug)]
pub struct Notary {
    /// Over the queue.
    pub queue: &'static str,
    /// The queue is empty.
    pub none: &'static str,
    /// The exchange puts deals on the wall at once.
    pub posted_at_once: &'static str,
    /// How long a deal has waited, given in seconds.
    pub waited_s: fn(i64) -> String,
    /// Who wrote it.
    pub broker: fn(&str) -> String,
    /// Before the return.
    pub in_return: &'static str,
    /// An intention.
    pub intention: &'static str,
    /// Before the effort.
    pub effort: &'static str,
    /// Before the first step.
    pub first_step: &'static str,
    /// Before a date.
    pub due: &'static str,
    /// Before the deadline.
    pub deadline: &'static str,
    /// Over what is checked before the hammer falls.
    pub checks: &'static str,
    /// What is checked.
    pub check: fn(NotaryTick) -> &'static str,
    /// Of what is checked, the deal has none.
    pub lacks: fn(NotaryTick) -> Option<&'static str>,
    /// Hammers the deal through, when it is held.
    pub ratify: &'static str,
    /// Lets a change through, when it is held.
    pub ratify_change: &'static str,
    /// So many ticks are left before the hammer may fall.
    pub ticks_left: fn(usize) -> String,
    /// There is no connection.
    pub cannot_ratify: &'static str,
    /// A deal was hammered through, between these two.
    pub did_ratify: fn(&str) -> String,
    /// Opens the remark.
    pub send_back: &'static str,
    /// What to mend.
    pub remark: &'static str,
    /// In the empty field.
    pub remark_hint: &'static str,
    /// Sends it back.
    pub send_back_now: &'static str,
    /// Closes the remark.
    pub cancel: &'static str,
    /// Over the deals that do not wait.
    pub ratified: &'static str,
    /// In the field that finds them.
    pub find: &'static str,
    /// Shows older ones.
    pub more: &'static str,
    /// Undoes the hammer.
    pub recall: &'static str,
    /// The second press of that.
    pub recall_surely: &'static str,
    /// The notary sent it back.
    pub was_sent_back: &'static str,
    /// A ratified deal whose broker wants it changed.
    pub wants_change: &'static str,
    /// Over what would change.
    pub to_change: &'static str,
    /// Over what was changed.
    pub changed: &'static str,
    /// Who gives.
    pub givers: &'static str,
    /// Who receives.
    pub receivers: &'static str,
    /// What is agreed.
    pub service: &'static str,
    /// It says so.
    pub yes: &'static str,
    /// It says nothing of it.
    pub nothing: &'static str,
}

/// Norwegian bokmål.
pub const NB: Notary = Notary {
    queue: "Venter på hammeren",
    none: "Ingen avtaler venter.",
    posted_at_once: "I denne børsen går avtalene rett på tavla. Notarius har ingen kø.",
    waited_s: |seconds| match seconds {
        ..60 => format!("har ventet {} s", seconds.max(0)),
        _ => format!("har ventet {} min", seconds / 60),
    },
    broker: |name| format!("megler {name}"),
    in_return: "Motytelse",
    intention: "Intensjon: de avtaler å møtes",
    effort: "Omfang",
    first_step: "Første steg",
    due: "innen",
    deadline: "Frist",
    checks: "Kontroller",
    check: |check| match check {
        NotaryTick::Parties => "Partene er riktige",
        NotaryTick::Service => "Ytelsen er tydelig",
        NotaryTick::FirstStep => "Noen tar første steg",
        NotaryTick::Deadline => "Fristen er satt",
    },
    lacks: |check| match check {
        NotaryTick::Parties | NotaryTick::Service => None,
        NotaryTick::FirstStep => Some("Ingen tar første steg"),
        NotaryTick::Deadline => Some("Ingen frist"),
    },
    ratify: "Hold for å klubbe igjennom",
    ratify_change: "Hold for å klubbe endringen igjennom",
    ticks_left: |left| match left {
        1 => "Hak av ett punkt til".to_owned(),
        left => format!("Hak av {left} punkter først"),
    },
    cannot_ratify: "Hammeren trenger nett",
    did_ratify: |parties| format!("Klubbet igjennom: {parties}"),
    send_back: "Send tilbake",
    remark: "Hva må rettes?",
    remark_hint: "skriv hvem som tar første steg",
    send_back_now: "Send tilbake til megleren",
    cancel: "Avbryt",
    ratified: "Andre avtaler",
    find: "Nummer, deltaker eller tekst",
    more: "Vis eldre",
    recall: "Ta tilbake",
    recall_surely: "Trykk igjen: tas av tavla",
    was_sent_back: "sendt tilbake",
    wants_change: "endret etter hammeren",
    to_change: "Megleren vil endre:",
    changed: "Endret etter hammeren:",
    givers: "Gir",
    receivers: "Får",
    service: "Tjeneste",
    yes: "ja",
    nothing: "ingenting",
};

/// English.
pub const EN: Notary = Notary {
    queue: "Waiting for the hammer",
    none: "No deals are waiting.",
    posted_at_once: "In this exchange deals go straight to the wall. The notary has no queue.",
    waited_s: |seconds| match seconds {
        ..60 => format!("has waited {} s", seconds.max(0)),
        _ => format!("has waited {} min", seconds / 60),
    },
    broker: |name| format!("broker {name}"),
    in_return: "In return",
    intention: "Intention: they agree to meet",
    effort: "Effort",
    first_step: "First step",
    due: "by",
    deadline: "Done by",
    checks: "Look over",
    check: |check| match check {
        NotaryTick::Parties => "The parties are right",
        NotaryTick::Service => "The service is clear",
        NotaryTick::FirstStep => "The first step has a name",
        NotaryTick::Deadline => "The deadline is set",
    },
    lacks: |check| match check {
        NotaryTick::Parties | NotaryTick::Service => None,
        NotaryTick::FirstStep => Some("Nobody has the first step"),
        NotaryTick::Deadline => Some("No deadline"),
    },
    ratify: "Hold to hammer it through",
    ratify_change: "Hold to hammer the change through",
    ticks_left: |left| match left {
        1 => "NotaryTick off one more".to_owned(),
        left => format!("NotaryTick off {left} points first"),
    },
    cannot_ratify: "The hammer needs the network",
    did_ratify: |parties| format!("Hammered through: {parties}"),
    send_back: "Send back",
    remark: "What must be mended?",
    remark_hint: "write who takes the first step",
    send_back_now: "Send back to the broker",
    cancel: "Cancel",
    ratified: "Other deals",
    find: "Number, participant or text",
    more: "Show older",
    recall: "Take back",
    recall_surely: "Press again: off the wall",
    was_sent_back: "sent back",
    wants_change: "changed after the hammer",
    to_change: "The broker wants to change:",
    changed: "Changed after the hammer:",
    givers: "Give",
    receivers: "Receive",
    service: "Service",
    yes: "yes",
    nothing: "nothing",
};
