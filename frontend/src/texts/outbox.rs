//! What the lines of an outbox say of themselves, and what saving it and reading it in say.

use crate::disk::Fault;
use crate::live::outbox::file::Unreadable;
use crate::live::outbox::queue::Condition;

/// The texts of an outbox as a file.
#[derive(Debug)]
pub struct Outbox {
    /// Saves it.
    pub save: &'static str,
    /// When that is of use.
    pub save_why: &'static str,
    /// Over reading it in.
    pub read: &'static str,
    /// When that is of use.
    pub read_why: &'static str,
    /// How many of how many are through, and how many the server had.
    pub course: fn(usize, usize, usize) -> String,
    /// Why a file cannot be read in.
    pub unreadable: fn(&Unreadable) -> String,
    /// How many records of it this version cannot read.
    pub unread: fn(usize) -> String,
    /// What is true of a line: of what the disk and the server hold.
    pub condition: fn(&Condition) -> &'static str,
    /// Over the form: why something is in memory alone, and what to do.
    pub at_risk: fn(Fault) -> &'static str,
    /// A line that this version cannot read.
    pub raw: &'static str,
    /// What to do with it.
    pub raw_why: &'static str,
}

/// Norwegian bokmål.
pub const NB: Outbox = Outbox {
    save: "Lagre utboksen som fil",
    save_why: "Hvis nettbrettet ikke får kontakt igjen: gi filen til arrangøren.",
    read: "Les inn en utboks",
    read_why: "Et nettbrett som ikke får kontakt igjen, kan lagre utboksen som fil. Les den inn her; ingenting telles to ganger.",
    course: |done, all, had| match had {
        0 => format!("{done} av {all} er sendt inn."),
        had => format!("{done} av {all} er sendt inn, {had} av dem var alt her."),
    },
    unreadable: |why| match why {
        Unreadable::OtherFile => {
            "Dette er ikke en utboks. Velg filen som nettbrettet lagret, «utboks-….json».".to_owned()
        }
        Unreadable::OtherExchange(slug) => {
            format!("Utboksen hører til børsen «{slug}». Les den inn på arrangørsiden der.")
        }
        Unreadable::Newer => {
            "Filen er laget av en nyere utgave. Last siden på nytt og prøv igjen.".to_owned()
        }
    },
    unread: |count| format!("{count} kunne ikke leses av denne utgaven. De ligger fortsatt i filen."),
    condition: |condition| match condition {
        Condition::Writing => "lagres …",
        Condition::OnDisk => "lagret her, venter på nett",
        Condition::OnlyInMemory(_) => "bare i minnet: hold siden åpen",
        Condition::Sending => "lagret her, sender …",
        Condition::SendingFromMemory(_) => "bare i minnet, sender … hold siden åpen",
        Condition::Refused(_) => "ikke godtatt",
        Condition::Unreadable => "ligger her, kan ikke leses",
    },
    at_risk: |fault| match fault {
        Fault::Absent => {
            "Nettleseren lar oss ikke lagre på dette nettbrettet (privat vindu?). Det du skriver, er bare i minnet: ikke lukk siden før alt er på tavla."
        }
        Fault::Full => {
            "Nettbrettet er fullt. Det du skriver, er bare i minnet: ikke lukk siden før alt er på tavla, eller slett noe annet på nettbrettet."
        }
        Fault::Silent => {
            "Lageret i nettbrettet svarer ikke. Det siste er bare i minnet: ikke lukk siden før alt er på tavla."
        }
        Fault::Lost => {
            "Nettleseren tok bort det som var lagret her. Det lagres på nytt: ikke lukk siden før denne linja er borte."
        }
        Fault::Newer => {
            "En nyere utgave av appen er åpen i en annen fane. Skriv der. Hold denne siden åpen til alt er sendt, og lukk den så."
        }
    },
    raw: "fra en annen utgave",
    raw_why: "Denne utgaven kan ikke lese dette, og sender det ikke. Lagre utboksen som fil og gi den til arrangøren.",
};

/// English.
pub const EN: Outbox = Outbox {
    save: "Save the outbox as a file",
    save_why: "If the tablet does not get through again: give the file to the organiser.",
    read: "Read in an outbox",
    read_why: "A tablet that does not get through again can save its outbox as a file. Read it in here; nothing is counted twice.",
    course: |done, all, had| match had {
        0 => format!("{done} of {all} are handed in."),
        had => format!("{done} of {all} are handed in, {had} of them were here already."),
    },
    unreadable: |why| match why {
        Unreadable::OtherFile => {
            "This is not an outbox. Choose the file that the tablet saved, “utboks-….json”.".to_owned()
        }
        Unreadable::OtherExchange(slug) => {
            format!("The outbox is of the exchange “{slug}”. Read it in on the organiser's page there.")
        }
        Unreadable::Newer => {
            "A newer version made this file. Load the page again and try once more.".to_owned()
        }
    },
    unread: |count| format!("This version could not read {count}. They are still in the file."),
    condition: |condition| match condition {
        Condition::Writing => "being saved …",
        Condition::OnDisk => "saved here, waits for the network",
        Condition::OnlyInMemory(_) => "only in memory: keep the page open",
        Condition::Sending => "saved here, sending …",
        Condition::SendingFromMemory(_) => "only in memory, sending … keep the page open",
        Condition::Refused(_) => "not accepted",
        Condition::Unreadable => "is here, cannot be read",
    },
    at_risk: |fault| match fault {
        Fault::Absent => {
            "The browser does not let us save on this tablet (a private window?). What you write is only in memory: do not close the page until all is on the wall."
        }
        Fault::Full => {
            "The tablet is full. What you write is only in memory: do not close the page until all is on the wall, or delete something else on the tablet."
        }
        Fault::Silent => {
            "The tablet's disk does not answer. The last of it is only in memory: do not close the page until all is on the wall."
        }
        Fault::Lost => {
            "The browser took away what was saved here. It is being saved again: do not close the page until this line is gone."
        }
        Fault::Newer => {
            "A newer version of the app is open in another tab. Write there. Keep this page open until all is sent, then close it."
        }
    },
    raw: "of another version",
    raw_why: "This version cannot read this, and does not send it. Save the outbox as a file and give it to the organiser.",
};
