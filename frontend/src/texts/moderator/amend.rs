//! What the sheet for a correction, and for a deal on paper, says.

/// Its texts.
#[derive(Debug)]
pub struct Amend {
    /// Opens it.
    pub open: &'static str,
    /// Heads it.
    pub title: &'static str,
    /// Which deal it is.
    pub deal: fn(u32) -> String,
    /// The deal has no number yet.
    pub no_number: &'static str,
    /// Heads the form for a deal on paper.
    pub paper_title: &'static str,
    /// What becomes of it.
    pub paper: &'static str,
    /// Over who gives.
    pub givers: &'static str,
    /// Over who receives.
    pub receivers: &'static str,
    /// Takes this party off.
    pub take_off: fn(&str) -> String,
    /// Puts one more on.
    pub put_on: &'static str,
    /// They only agree to meet.
    pub intention: &'static str,
    /// Over what the givers do.
    pub service: &'static str,
    /// Over what is given back.
    pub returned: &'static str,
    /// The wording.
    pub text: &'static str,
    /// How many.
    pub amount: &'static str,
    /// Of what.
    pub unit: &'static str,
    /// The effort.
    pub hours: &'static str,
    /// An estimate, never a price.
    pub worth: &'static str,
    /// What it counts in.
    pub category: &'static str,
    /// It counts in none.
    pub no_category: &'static str,
    /// Over first step and days.
    pub particulars: &'static str,
    /// Who moves first.
    pub first_by: &'static str,
    /// Nobody does.
    pub nobody: &'static str,
    /// What they do.
    pub first_what: &'static str,
    /// By when.
    pub due: &'static str,
    /// When all is done.
    pub deadline: &'static str,
    /// Keeps it.
    pub save: &'static str,
    /// A side is empty.
    pub wrong_parties: &'static str,
    /// A text is empty.
    pub wrong_text: &'static str,
    /// Amount and unit do not fit.
    pub wrong_amount: &'static str,
    /// The hours are not a number.
    pub wrong_hours: &'static str,
    /// The worth is not a number.
    pub wrong_worth: &'static str,
    /// A day cannot be read.
    pub wrong_day: &'static str,
}

/// Norwegian bokmål.
pub const NB: Amend = Amend {
    open: "Rett",
    title: "Rett avtalen",
    deal: |number| format!("Avtale {number}. Rettelsen vises på alle skjermer med en gang."),
    no_number: "Avtalen har ikke noe nummer ennå. Salen ser den ikke.",
    paper_title: "Avtale på papir",
    paper: "Skriv av det som står på papiret. Er børsen stengt, teller avtalen når du tar den med.",
    givers: "Gir",
    receivers: "Får",
    take_off: |name| format!("Ta bort {name}"),
    put_on: "Legg til …",
    intention: "Bare en intensjon: de avtaler å møtes",
    service: "Tjenesten",
    returned: "Motytelsen, om det er en",
    text: "Tekst",
    amount: "Antall",
    unit: "Enhet",
    hours: "Innsats, i timer",
    worth: "Anslått verdi",
    category: "Kategori",
    no_category: "Ingen",
    particulars: "Første steg og frist",
    first_by: "Hvem tar første steg",
    nobody: "Ingen",
    first_what: "Hva de gjør",
    due: "Innen",
    deadline: "Frist",
    save: "Lagre",
    wrong_parties: "Velg minst én på hver side.",
    wrong_text: "Skriv hva de er enige om.",
    wrong_amount: "Antall må være et helt tall med en enhet, for eksempel 12 og stoler. La begge stå tomme hvis det ikke gjelder.",
    wrong_hours: "Innsatsen må være et tall, for eksempel 1,5.",
    wrong_worth: "Verdien må være et helt tall.",
    wrong_day: "Datoen kan ikke leses. Velg en dag.",
};

/// English.
pub const EN: Amend = Amend {
    open: "Correct",
    title: "Correct the deal",
    deal: |number| format!("Deal {number}. The correction shows on every screen at once."),
    no_number: "The deal has no number yet. The hall does not see it.",
    paper_title: "A deal on paper",
    paper: "Copy what the paper says. If the floor is closed, the deal counts once you let it.",
    givers: "Give",
    receivers: "Receive",
    take_off: |name| format!("Take {name} off"),
    put_on: "Add …",
    intention: "Only an intention: they agree to meet",
    service: "The service",
    returned: "The return, if there is one",
    text: "Text",
    amount: "Amount",
    unit: "Unit",
    hours: "Effort, in hours",
    worth: "Estimated worth",
    category: "Category",
    no_category: "None",
    particulars: "First step and deadline",
    first_by: "Who takes the first step",
    nobody: "Nobody",
    first_what: "What they do",
    due: "By",
    deadline: "Deadline",
    save: "Save",
    wrong_parties: "Choose at least one on each side.",
    wrong_text: "Write what they agree on.",
    wrong_amount: "The amount must be a whole number with a unit, such as 12 and chairs. Leave both empty if there is none.",
    wrong_hours: "The effort must be a number, such as 1.5.",
    wrong_worth: "The worth must be a whole number.",
    wrong_day: "The date cannot be read. Choose a day.",
};
