//! What the first page and the set-up say.

use borsklokka_shared::language::Language;

/// The first page's texts.
#[derive(Debug)]
pub struct Home {
    /// Under the product's name.
    pub tagline: &'static str,
    /// For those who came to the wrong page.
    pub for_others: &'static str,
    /// Over the desks that this browser has been.
    pub known: &'static str,
    /// Takes one of them off the list.
    pub forget: &'static str,
    /// Leads to the first page.
    pub front_page: &'static str,
    /// Over the log-in.
    pub log_in_heading: &'static str,
    /// The passphrase.
    pub passphrase: &'static str,
    /// Logs in.
    pub log_in: &'static str,
    /// Logs out.
    pub log_out: &'static str,
    /// Over the list.
    pub exchanges: &'static str,
    /// The list is empty.
    pub no_exchanges: &'static str,
    /// Over the form for a new one.
    pub new_heading: &'static str,
    /// The exchange's name.
    pub name: &'static str,
    /// An example.
    pub name_hint: &'static str,
    /// Its address.
    pub slug: &'static str,
    /// Where it is held.
    pub place: &'static str,
    /// On which day.
    pub date: &'static str,
    /// How many deals.
    pub goal: &'static str,
    /// Makes it.
    pub make: &'static str,
    /// A day is missing.
    pub date_missing: &'static str,
    /// The goal is no number.
    pub goal_missing: &'static str,
    /// The language in which a new exchange speaks.
    pub language: Language,
    /// What a new exchange's categories are called, by key.
    pub categories: [(&'static str, &'static str); 6],
    /// Over the set-up.
    pub setup_heading: &'static str,
    /// What the passphrase is for.
    pub setup_why: &'static str,
    /// The passphrase's rule, given its least number of characters.
    pub passphrase_rule: fn(usize) -> String,
    /// The passphrase once more.
    pub passphrase_again: &'static str,
    /// The two are not the same.
    pub passphrases_differ: &'static str,
    /// The link has no token.
    pub setup_link_broken: &'static str,
    /// Sets the passphrase.
    pub setup: &'static str,
}

/// Norwegian bokmål.
pub const NB: Home = Home {
    tagline: "Tavla for frivilligbørsen",
    for_others: "Skal du følge en børs på mobilen, eller bruke et nettbrett? Skann QR-koden på storskjermen, eller den du får av \
                 arrangøren.",
    known: "Gå videre der du var",
    forget: "Fjern",
    front_page: "Til forsiden",
    log_in_heading: "Arrangør",
    passphrase: "Passordfrase",
    log_in: "Logg inn",
    log_out: "Logg ut",
    exchanges: "Børser",
    no_exchanges: "Ingen børser ennå. Lag den første her.",
    new_heading: "Ny børs",
    name: "Navn",
    name_hint: "Frivilligbørs Drammen",
    slug: "Adresse (små bokstaver, tall og bindestrek)",
    place: "Sted",
    date: "Dato",
    goal: "Mål, i avtaler",
    make: "Lag børsen",
    date_missing: "Velg en dato.",
    goal_missing: "Skriv målet som et tall.",
    language: Language::Nb,
    categories: [
        ("expertise", "Kloke hoder"),
        ("care", "Varme hjerter"),
        ("hands", "Nyttige never"),
        ("premises", "Lokaler"),
        ("equipment", "Utstyr"),
        ("know_how", "Kompetanse"),
    ],
    setup_heading: "Velg en passordfrase",
    setup_why: "Med den logger du inn som arrangør på denne maskinen. Noen ord som bare du kjenner, er bedre enn tegn som er \
                vanskelige å huske.",
    passphrase_rule: |min| format!("Minst {min} tegn."),
    passphrase_again: "Passordfrasen en gang til",
    passphrases_differ: "De to er ikke like. Skriv dem på nytt.",
    setup_link_broken: "Lenken er ikke hel. Kopier hele lenken som tjeneren skrev da den startet.",
    setup: "Lagre og gå videre",
};

/// English.
pub const EN: Home = Home {
    tagline: "The board of the help exchange",
    for_others: "Do you want to follow an exchange on your phone, or use a tablet? Scan the QR code on the wall, or the one \
                 that the organiser gives you.",
    known: "Go on where you were",
    forget: "Remove",
    front_page: "To the front page",
    log_in_heading: "Organiser",
    passphrase: "Passphrase",
    log_in: "Log in",
    log_out: "Log out",
    exchanges: "Exchanges",
    no_exchanges: "No exchanges yet. Make the first one here.",
    new_heading: "New exchange",
    name: "Name",
    name_hint: "Help Exchange Drammen",
    slug: "Address (small letters, digits and hyphens)",
    place: "Place",
    date: "Date",
    goal: "Goal, in deals",
    make: "Make the exchange",
    date_missing: "Choose a date.",
    goal_missing: "Write the goal as a number.",
    language: Language::En,
    categories: [
        ("expertise", "Clever heads"),
        ("care", "Warm hearts"),
        ("hands", "Useful hands"),
        ("premises", "Premises"),
        ("equipment", "Equipment"),
        ("know_how", "Know-how"),
    ],
    setup_heading: "Choose a passphrase",
    setup_why: "With it you log in as organiser on this machine. A few words that only you know are better than characters \
                that are hard to remember.",
    passphrase_rule: |min| format!("At least {min} characters."),
    passphrase_again: "The passphrase once more",
    passphrases_differ: "The two are not the same. Write them again.",
    setup_link_broken: "The link is not whole. Copy all of the link that the server wrote when it started.",
    setup: "Save and go on",
};
