//! What saving an outbox and reading it in say.

use crate::live::outbox::file::Unreadable;

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
};
