//! What the sheet for a correction says.

/// Its texts.
#[derive(Debug)]
pub struct Amend {
    /// Opens it.
    pub open: &'static str,
    /// Heads it.
    pub title: &'static str,
    /// Which deal it is.
    pub deal: fn(u32) -> String,
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
    /// Keeps it.
    pub save: &'static str,
    /// Amount and unit do not fit.
    pub wrong_amount: &'static str,
    /// The hours are not a number.
    pub wrong_hours: &'static str,
}

/// Norwegian bokmål.
pub const NB: Amend = Amend {
    open: "Rett",
    title: "Rett avtalen",
    deal: |number| format!("Avtale nr. {number}. Rettelsen vises på alle skjermer med en gang."),
    service: "Tjenesten",
    returned: "Motytelsen",
    text: "Tekst",
    amount: "Antall",
    unit: "Enhet",
    hours: "Innsats, i timer",
    save: "Lagre rettelsen",
    wrong_amount: "Antall må være et helt tall med en enhet, for eksempel 12 og stoler. La begge stå tomme hvis det ikke gjelder.",
    wrong_hours: "Innsatsen må være et tall, for eksempel 1,5.",
};

/// English.
pub const EN: Amend = Amend {
    open: "Correct",
    title: "Correct the deal",
    deal: |number| format!("Deal no. {number}. The correction shows on every screen at once."),
    service: "The service",
    returned: "The return",
    text: "Text",
    amount: "Amount",
    unit: "Unit",
    hours: "Effort, in hours",
    save: "Save the correction",
    wrong_amount: "The amount must be a whole number with a unit, such as 12 and chairs. Leave both empty if there is none.",
    wrong_hours: "The effort must be a number, such as 1.5.",
};
