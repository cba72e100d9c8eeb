//! What the form for the staging says.

use borsklokka_shared::language::Language;

use crate::texts::texts;

/// Its texts.
#[derive(Debug)]
pub struct Staging {
    /// Heads it.
    pub title: &'static str,
    /// Dark or light.
    pub theme: &'static str,
    /// Light on dark.
    pub dark: &'static str,
    /// Dark on light.
    pub light: &'static str,
    /// The exchange's own colour.
    pub accent: &'static str,
    /// The picker beside it.
    pub accent_pick: &'static str,
    /// What is heard at each deal.
    pub deal_sound: &'static str,
    /// Nothing.
    pub silent: &'static str,
    /// A light ting.
    pub ting: &'static str,
    /// What the timer shows.
    pub timer: &'static str,
    /// What is left.
    pub count_down: &'static str,
    /// What has gone.
    pub count_up: &'static str,
    /// When the round ends.
    pub time_of_day: &'static str,
    /// When the clock warns.
    pub warning_s: &'static str,
    /// When it is almost over.
    pub danger_s: &'static str,
    /// How long the count stands still before the end.
    pub suspense_minutes: &'static str,
    /// Whether the hammer waits for the notary's ticks.
    pub notary_ticks: &'static str,
    /// It does.
    pub ticks_asked: &'static str,
    /// It does not.
    pub ticks_free: &'static str,
    /// What the start of a round does.
    pub round_start: &'static str,
    /// It shows the floor and rings.
    pub shows_floor: &'static str,
    /// It does neither.
    pub quiet: &'static str,
    /// A logo.
    pub logo: &'static str,
    /// Lets a picture go.
    pub no_picture: &'static str,
    /// Over the sponsors.
    pub sponsors: &'static str,
    /// A sponsor's name.
    pub sponsor: &'static str,
    /// One more.
    pub add_sponsor: &'static str,
    /// One less.
    pub remove_sponsor: &'static str,
}

/// The staging's texts in the page's language. They stand apart from the organiser's, so that wall and phone, which the hall
/// loads, carry none of them.
pub fn staging() -> &'static Staging {
    match Language::from_tag(texts().tag) {
        Some(Language::Nb) | None => &NB,
        Some(Language::En) => &EN,
    }
}

/// Norwegian bokmål.
pub static NB: Staging = Staging {
    title: "I salen",
    theme: "Skjermene er",
    dark: "mørke",
    light: "lyse",
    accent: "Egen farge i stedet for messing",
    accent_pick: "Velg farge",
    deal_sound: "Når en avtale kommer",
    silent: "stille",
    ting: "et lett kling",
    timer: "Rundens klokke viser",
    count_down: "tiden som er igjen",
    count_up: "tiden som har gått",
    time_of_day: "når runden slutter",
    warning_s: "Klokka varsler, sekunder før slutt",
    danger_s: "Klokka haster, sekunder før slutt",
    suspense_minutes: "Minutter før slutt da salen ikke ser nye avtaler (0: hele tiden)",
    notary_ticks: "Hammeren til notarius",
    ticks_asked: "faller når alt er haket av",
    ticks_free: "faller uten at noe må hakes av",
    round_start: "Når en runde starter",
    shows_floor: "viser skjermen tavla, og klokka ringer én gang",
    quiet: "skjer det stille",
    logo: "Logo",
    no_picture: "Fjern bildet",
    sponsors: "Sponsorer, vist på velkomsten, i pausen og ved resultatet",
    sponsor: "Sponsorens navn",
    add_sponsor: "Ny sponsor",
    remove_sponsor: "Fjern sponsoren",
};

/// English.
pub static EN: Staging = Staging {
    title: "In the hall",
    theme: "The screens are",
    dark: "dark",
    light: "light",
    accent: "A colour of its own in place of brass",
    accent_pick: "Pick a colour",
    deal_sound: "When a deal arrives",
    silent: "silence",
    ting: "a light ting",
    timer: "A round's clock shows",
    count_down: "the time that is left",
    count_up: "the time that has gone",
    time_of_day: "when the round ends",
    warning_s: "The clock warns, seconds before the end",
    danger_s: "The clock is urgent, seconds before the end",
    suspense_minutes: "Minutes before the end in which the hall sees no new deals (0: it always does)",
    notary_ticks: "The notary's hammer",
    ticks_asked: "falls once everything is ticked off",
    ticks_free: "falls without any ticks",
    round_start: "When a round starts",
    shows_floor: "the wall shows the floor, and the bell rings once",
    quiet: "it does so quietly",
    logo: "Logo",
    no_picture: "Remove the picture",
    sponsors: "Sponsors, shown on the welcome, in the break and with the result",
    sponsor: "The sponsor's name",
    add_sponsor: "New sponsor",
    remove_sponsor: "Remove the sponsor",
};
