//! What the desk's list of deals says.

/// Its texts.
#[derive(Debug)]
pub struct Deals {
    /// Opens the form for a deal on paper.
    pub paper: &'static str,
    /// In the field that finds.
    pub find: &'static str,
    /// So many came in since the list was last looked at.
    pub fresh: fn(usize) -> String,
    /// How many are shown, and of how many.
    pub shown: fn(usize, usize) -> String,
    /// Nothing fits.
    pub none_found: &'static str,
    /// Shows older ones.
    pub more: &'static str,
    /// It is like an earlier one, by its number if it has one.
    pub like: fn(Option<u32>) -> String,
    /// Heads two that are alike.
    pub pair_title: &'static str,
    /// Under it.
    pub pair: &'static str,
    /// Number, broker and time of one of them.
    pub written_by: fn(u32, &str, &str) -> String,
    /// It waits for the notary.
    pub written: &'static str,
    /// The notary sent it back.
    pub sent_back: &'static str,
}

/// Norwegian bokmål.
pub const NB: Deals = Deals {
    paper: "Skriv inn fra papir",
    find: "Nummer, deltaker eller tekst",
    fresh: |count| match count {
        0 => "Ingen nye".to_owned(),
        1 => "Vis 1 ny".to_owned(),
        count => format!("Vis {count} nye"),
    },
    shown: |shown, count| {
        if shown < count {
            format!("{shown} av {count}, de nyeste først")
        } else {
            format!("{count}, de nyeste først")
        }
    },
    none_found: "Ingen avtale passer.",
    more: "Vis eldre",
    like: |number| match number {
        Some(number) => format!("ligner på avtale {number}"),
        None => "ligner på en annen".to_owned(),
    },
    pair_title: "To avtaler som ligner",
    pair: "Er det én avtale som er skrevet to ganger? Trekk den ene. Ellers teller begge.",
    written_by: |number, broker, time| match number {
        0 => format!("{broker}, {time}"),
        number => format!("Avtale {number} · {broker}, {time}"),
    },
    written: "hos notarius",
    sent_back: "sendt tilbake til megleren",
};

/// English.
pub const EN: Deals = Deals {
    paper: "Enter from paper",
    find: "Number, participant or text",
    fresh: |count| match count {
        0 => "None new".to_owned(),
        count => format!("Show {count} new"),
    },
    shown: |shown, count| {
        if shown < count {
            format!("{shown} of {count}, the newest first")
        } else {
            format!("{count}, the newest first")
        }
    },
    none_found: "No deal fits.",
    more: "Show older",
    like: |number| match number {
        Some(number) => format!("like deal {number}"),
        None => "like another".to_owned(),
    },
    pair_title: "Two deals that are alike",
    pair: "Is it one deal that was written twice? Withdraw one of them. Otherwise both count.",
    written_by: |number, broker, time| match number {
        0 => format!("{broker}, {time}"),
        number => format!("Deal {number} · {broker}, {time}"),
    },
    written: "with the notary",
    sent_back: "sent back to the broker",
};
