//! Refusals: why a command had no effect, as a stable code for programs and a sentence for people that says what to do.

use serde::{Deserialize, Serialize};

use crate::exchange::{Language, Phase};

/// Why a command was refused. The tag is the stable code on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The role may not ask this.
    NotAllowed,
    /// The command's type is not one that this version knows.
    UnknownCommand,
    /// The command lacks a field, or a field has the wrong shape.
    Malformed {
        /// What is wrong, in English.
        detail: String,
    },
    /// The id was used before, by another device or with another content.
    IdReused,
    /// The server cannot write to its database just now.
    Unavailable,
    /// Too many commands from this device.
    Throttled,
    /// A text is empty.
    TextMissing {
        /// Which field.
        field: String,
    },
    /// A text is too long.
    TextTooLong {
        /// Which field.
        field: String,
        /// The limit, in characters.
        max: usize,
    },
    /// A text has a character that cannot be shown.
    TextUnprintable {
        /// Which field.
        field: String,
    },
    /// A list has too few or too many entries, or a number is out of range.
    OutOfRange {
        /// Which field.
        field: String,
        /// The least that is taken.
        min: u64,
        /// The most that is taken.
        max: u64,
    },
    /// Something is named twice.
    Repeated {
        /// Which field.
        field: String,
    },
    /// The exchange is not set up yet.
    NotConfigured,
    /// The desk believed another phase or round.
    Stale,
    /// The command is older than a desk's command may be.
    Expired,
    /// The floor has not opened yet.
    FloorNotOpen,
    /// The floor has closed.
    FloorClosed,
    /// The floor is not in the phase that the command needs.
    WrongPhase {
        /// The phase it is in.
        phase: Phase,
    },
    /// The result was announced; nothing counts by itself any more.
    ResultAnnounced,
    /// No such participant.
    UnknownParticipant,
    /// No such category in this exchange.
    UnknownCategory,
    /// A category cannot go while deals or listings name it.
    CategoryInUse {
        /// Its key.
        category: String,
    },
    /// No such listing.
    UnknownListing,
    /// No such deal, or not one that this device may see.
    UnknownDeal,
    /// No such round.
    UnknownRound,
    /// No such announcement.
    UnknownAnnouncement,
    /// Something with this id exists already.
    AlreadyExists,
    /// The symbol belongs to another participant.
    SymbolTaken {
        /// The symbol.
        symbol: String,
    },
    /// Not three or four letters.
    NotASymbol,
    /// Someone is on both sides of a deal.
    SameSides,
    /// The first step is someone's who is not a party.
    FirstStepByStranger,
    /// A date lies before the exchange's day.
    DateTooEarly {
        /// Which field.
        field: String,
    },
    /// The first step is due after the day when all is done.
    StepAfterDeadline,
    /// The deal was written by another device.
    NotYourDeal,
    /// The deal does not stand where the command needs it.
    WrongStanding,
    /// The round does not stand where the command needs it.
    WrongRoundState,
    /// The step is unknown, too long ago, or taken back already.
    NothingToUndo,
    /// A round that has started cannot leave the programme.
    RoundStarted,
    /// The totals are frozen already.
    AlreadyFrozen,
    /// The totals are not frozen.
    NotFrozen,
    /// Not a time of day.
    NotATime,
    /// Not the name of a time zone.
    NotATimeZone,
    /// Not the code of a currency.
    NotACurrency,
    /// Not a colour.
    NotAColour,
    /// Another evening's course goes back in time, or down.
    CourseFalls,
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotAllowed => "not_allowed",
            Refusal::UnknownCommand => "unknown_command",
            Refusal::Malformed { .. } => "malformed",
            Refusal::IdReused => "id_reused",
            Refusal::Unavailable => "unavailable",
            Refusal::Throttled => "throttled",
            Refusal::TextMissing { .. } => "text_missing",
            Refusal::TextTooLong { .. } => "text_too_long",
            Refusal::TextUnprintable { .. } => "text_unprintable",
            Refusal::OutOfRange { .. } => "out_of_range",
            Refusal::Repeated { .. } => "repeated",
            Refusal::NotConfigured => "not_configured",
            Refusal::Stale => "stale",
            Refusal::Expired => "expired",
            Refusal::FloorNotOpen => "floor_not_open",
            Refusal::FloorClosed => "floor_closed",
            Refusal::WrongPhase { .. } => "wrong_phase",
            Refusal::ResultAnnounced => "result_announced",
            Refusal::UnknownParticipant => "unknown_participant",
            Refusal::UnknownCategory => "unknown_category",
            Refusal::CategoryInUse { .. } => "category_in_use",
            Refusal::UnknownListing => "unknown_listing",
            Refusal::UnknownDeal => "unknown_deal",
            Refusal::UnknownRound => "unknown_round",
            Refusal::UnknownAnnouncement => "unknown_announcement",
            Refusal::AlreadyExists => "already_exists",
            Refusal::SymbolTaken { .. } => "symbol_taken",
            Refusal::NotASymbol => "not_a_symbol",
            Refusal::SameSides => "same_sides",
            Refusal::FirstStepByStranger => "first_step_by_stranger",
            Refusal::DateTooEarly { .. } => "date_too_early",
            Refusal::StepAfterDeadline => "step_after_deadline",
            Refusal::NotYourDeal => "not_your_deal",
            Refusal::WrongStanding => "wrong_standing",
            Refusal::WrongRoundState => "wrong_round_state",
            Refusal::NothingToUndo => "nothing_to_undo",
            Refusal::RoundStarted => "round_started",
            Refusal::AlreadyFrozen => "already_frozen",
            Refusal::NotFrozen => "not_frozen",
            Refusal::NotATime => "not_a_time",
            Refusal::NotATimeZone => "not_a_time_zone",
            Refusal::NotACurrency => "not_a_currency",
            Refusal::NotAColour => "not_a_colour",
            Refusal::CourseFalls => "course_falls",
        }
    }

    /// Whether the refusal is an outcome that is stored with the command's id. What is not stored may be sent again as
    /// it is.
    pub fn is_outcome(&self) -> bool {
        !matches!(
            self,
            Refusal::Malformed { .. }
                | Refusal::UnknownCommand
                | Refusal::Throttled
                | Refusal::Unavailable
                | Refusal::IdReused
        )
    }

    /// A sentence for the person at the screen: what happened and what to do.
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::Nb => self.message_nb(),
            Language::En => self.message_en(),
        }
    }

    fn message_nb(&self) -> String {
        match self {
            Refusal::NotAllowed => {
                "Denne enheten har ikke lov til dette. Be konferansieren eller arrangøren gjøre det.".into()
            }
            Refusal::UnknownCommand => "Tjeneren kjenner ikke denne handlingen. Last siden på nytt.".into(),
            Refusal::Malformed { detail } => {
                format!("Tjeneren forsto ikke meldingen ({detail}). Last siden på nytt.")
            }
            Refusal::IdReused => {
                "Denne meldingen er brukt før med et annet innhold. Send den på nytt som en ny.".into()
            }
            Refusal::Unavailable => {
                "Tjeneren får ikke lagret akkurat nå. Avtalen ligger trygt her og sendes igjen av seg selv."
                    .into()
            }
            Refusal::Throttled => {
                "For mange meldinger på kort tid. Vent litt; det sendes igjen av seg selv.".into()
            }
            Refusal::TextMissing { field } => format!("Feltet «{}» er tomt. Skriv noe der.", field_nb(field)),
            Refusal::TextTooLong { field, max } => {
                format!(
                    "Teksten i «{}» er for lang. Kort den ned til høyst {max} tegn.",
                    field_nb(field)
                )
            }
            Refusal::TextUnprintable { field } => {
                format!(
                    "Teksten i «{}» har et tegn som ikke kan vises. Skriv den på nytt.",
                    field_nb(field)
                )
            }
            Refusal::OutOfRange { field, max, .. } if field == EFFORT_MINUTES => {
                format!("Timene må være over 0, og høyst {}.", max / 60)
            }
            Refusal::OutOfRange { field, min, max } => {
                format!("«{}» må være mellom {min} og {max}.", field_nb(field))
            }
            Refusal::Repeated { field } => {
                format!("Noe står to ganger i «{}». Ta bort det ene.", field_nb(field))
            }
            Refusal::NotConfigured => "Børsen er ikke satt opp ennå. Be arrangøren gjøre det.".into(),
            Refusal::Stale => "Børsen har endret seg siden du trykket. Se på skjermen og prøv igjen.".into(),
            Refusal::Expired => "Trykket kom for sent fram og ble ikke utført. Prøv igjen.".into(),
            Refusal::FloorNotOpen => {
                "Børsen er ikke åpnet ennå. Vent til åpningsklokka har ringt, og send avtalen da.".into()
            }
            Refusal::FloorClosed => {
                "Børsen var stengt da avtalen ble skrevet, så den teller ikke. Snakk med konferansieren."
                    .into()
            }
            Refusal::WrongPhase {
                phase: Phase::Preparing,
            } => "Børsen er ikke åpnet ennå. Åpne den først.".into(),
            Refusal::WrongPhase { phase: Phase::Open } => {
                "Børsen er åpen. Vent til avslutningsklokka har ringt, og prøv igjen.".into()
            }
            Refusal::WrongPhase { phase: Phase::Closed } => "Børsen er stengt. Åpne den igjen først.".into(),
            Refusal::ResultAnnounced => {
                "Resultatet er alt kunngjort, så dette kan ikke gjøres lenger.".into()
            }
            Refusal::UnknownParticipant => {
                "Deltakeren finnes ikke i denne børsen. Søk på nytt, eller registrer den.".into()
            }
            Refusal::UnknownCategory => "Kategorien finnes ikke i denne børsen. Velg en annen.".into(),
            Refusal::CategoryInUse { category } => {
                format!(
                    "Kategorien «{category}» er i bruk, så den må bli stående. Gi den heller et nytt navn."
                )
            }
            Refusal::UnknownListing => {
                "Tilbudet eller ønsket finnes ikke lenger. Velg et annet, eller skriv teksten selv.".into()
            }
            Refusal::UnknownDeal => "Avtalen finnes ikke. Last siden på nytt.".into(),
            Refusal::UnknownRound => "Runden finnes ikke i programmet. Velg en annen.".into(),
            Refusal::UnknownAnnouncement => "Beskjeden er alt borte.".into(),
            Refusal::AlreadyExists => "Dette er alt registrert.".into(),
            Refusal::SymbolTaken { symbol } => format!("Kortnavnet {symbol} er i bruk. Velg et annet."),
            Refusal::NotASymbol => "Et kortnavn er tre eller fire bokstaver.".into(),
            Refusal::SameSides => "Samme deltaker står på begge sider. Velg to forskjellige.".into(),
            Refusal::FirstStepByStranger => "Første steg må tas av en av partene. Velg en av dem.".into(),
            Refusal::DateTooEarly { field } => {
                format!(
                    "Datoen i «{}» er før børsdagen. Velg en senere dato.",
                    field_nb(field)
                )
            }
            Refusal::StepAfterDeadline => {
                "Første steg er satt til en dag etter fristen. Velg en tidligere dag, eller flytt fristen."
                    .into()
            }
            Refusal::NotYourDeal => {
                "Avtalen er skrevet på et annet nettbrett. Be konferansieren rette den.".into()
            }
            Refusal::WrongStanding => "Avtalen står ikke slik lenger. Se på den og prøv igjen.".into(),
            Refusal::WrongRoundState => "Runden står ikke slik lenger. Se på klokka og prøv igjen.".into(),
            Refusal::NothingToUndo => "Det er for sent å angre dette, eller det er alt angret.".into(),
            Refusal::RoundStarted => "En runde som har startet, kan ikke tas ut av programmet.".into(),
            Refusal::AlreadyFrozen => "Tallet er alt frosset.".into(),
            Refusal::NotFrozen => "Tallet er ikke frosset, så det er ingenting å avsløre.".into(),
            Refusal::NotATime => "Klokkeslett skrives som 17:15.".into(),
            Refusal::NotATimeZone => "Tidssoner skrives som Europe/Oslo.".into(),
            Refusal::NotACurrency => "Valuta skrives med tre store bokstaver, som NOK.".into(),
            Refusal::NotAColour => {
                "En farge skrives som #, så seks av tegnene 0-9 og A-F, som #0B7A75.".into()
            }
            Refusal::CourseFalls => {
                "Kurven for en annen kveld må stige, minutt for minutt. Rett rekkefølgen.".into()
            }
        }
    }

    fn message_en(&self) -> String {
        match self {
            Refusal::NotAllowed => "This device may not do that. Ask the moderator or the organiser.".into(),
            Refusal::UnknownCommand => "The server does not know this action. Load the page again.".into(),
            Refusal::Malformed { detail } => {
                format!("The server did not understand the message ({detail}). Load the page again.")
            }
            Refusal::IdReused => {
                "This id was used before for something else. Send it anew, with a new id.".into()
            }
            Refusal::Unavailable => {
                "The server cannot save just now. The deal is safe here and is sent again by itself.".into()
            }
            Refusal::Throttled => {
                "Too many messages in a short time. Wait a little; it is sent again by itself.".into()
            }
            Refusal::TextMissing { field } => {
                format!("“{}” is empty. Write something there.", field_en(field))
            }
            Refusal::TextTooLong { field, max } => {
                format!(
                    "The text in “{}” is too long. Shorten it to at most {max} characters.",
                    field_en(field)
                )
            }
            Refusal::TextUnprintable { field } => {
                format!(
                    "The text in “{}” has a character that cannot be shown. Write it again.",
                    field_en(field)
                )
            }
            Refusal::OutOfRange { field, max, .. } if field == EFFORT_MINUTES => {
                format!("The hours must be above 0, and at most {}.", max / 60)
            }
            Refusal::OutOfRange { field, min, max } => {
                format!("“{}” must be between {min} and {max}.", field_en(field))
            }
            Refusal::Repeated { field } => {
                format!("Something stands twice in “{}”. Take one away.", field_en(field))
            }
            Refusal::NotConfigured => "The exchange is not set up yet. Ask the organiser to do it.".into(),
            Refusal::Stale => {
                "The exchange has changed since you pressed. Look at the screen and try again.".into()
            }
            Refusal::Expired => "The press arrived too late and was not carried out. Try again.".into(),
            Refusal::FloorNotOpen => {
                "The floor is not open yet. Wait for the opening bell, and send the deal then.".into()
            }
            Refusal::FloorClosed => {
                "The floor was closed when the deal was written, so it does not count. Talk to the moderator."
                    .into()
            }
            Refusal::WrongPhase {
                phase: Phase::Preparing,
            } => "The floor is not open yet. Open it first.".into(),
            Refusal::WrongPhase { phase: Phase::Open } => {
                "The floor is open. Wait until the closing bell has rung, and try again.".into()
            }
            Refusal::WrongPhase { phase: Phase::Closed } => {
                "The floor is closed. Open it again first.".into()
            }
            Refusal::ResultAnnounced => {
                "The result has been announced, so this can no longer be done.".into()
            }
            Refusal::UnknownParticipant => {
                "The participant is not in this exchange. Search again, or register it.".into()
            }
            Refusal::UnknownCategory => "The category is not in this exchange. Choose another.".into(),
            Refusal::CategoryInUse { category } => {
                format!("The category “{category}” is in use, so it must stay. Give it another name instead.")
            }
            Refusal::UnknownListing => {
                "The offer or wish is gone. Choose another, or write the text yourself.".into()
            }
            Refusal::UnknownDeal => "The deal does not exist. Load the page again.".into(),
            Refusal::UnknownRound => "The round is not in the programme. Choose another.".into(),
            Refusal::UnknownAnnouncement => "The announcement is gone already.".into(),
            Refusal::AlreadyExists => "This is registered already.".into(),
            Refusal::SymbolTaken { symbol } => format!("The symbol {symbol} is taken. Choose another."),
            Refusal::NotASymbol => "A symbol is three or four letters.".into(),
            Refusal::SameSides => "The same participant is on both sides. Choose two different ones.".into(),
            Refusal::FirstStepByStranger => {
                "The first step must be one of the parties'. Choose one of them.".into()
            }
            Refusal::DateTooEarly { field } => {
                format!(
                    "The date in “{}” is before the exchange's day. Choose a later one.",
                    field_en(field)
                )
            }
            Refusal::StepAfterDeadline => {
                "The first step is due after the deadline. Choose an earlier day, or move the deadline."
                    .into()
            }
            Refusal::NotYourDeal => {
                "The deal was written on another tablet. Ask the moderator to correct it.".into()
            }
            Refusal::WrongStanding => "The deal no longer stands like that. Look at it and try again.".into(),
            Refusal::WrongRoundState => {
                "The round no longer stands like that. Look at the clock and try again.".into()
            }
            Refusal::NothingToUndo => "It is too late to undo this, or it is undone already.".into(),
            Refusal::RoundStarted => "A round that has started cannot leave the programme.".into(),
            Refusal::AlreadyFrozen => "The totals are frozen already.".into(),
            Refusal::NotFrozen => "The totals are not frozen, so there is nothing to reveal.".into(),
            Refusal::NotATime => "A time of day is written like 17:15.".into(),
            Refusal::NotATimeZone => "A time zone is written like Europe/Oslo.".into(),
            Refusal::NotACurrency => "A currency is written in three capital letters, like NOK.".into(),
            Refusal::NotAColour => {
                "A colour is written as # and six of the signs 0-9 and A-F, like #0B7A75.".into()
            }
            Refusal::CourseFalls => {
                "Another evening's course must rise, minute by minute. Put it in order.".into()
            }
        }
    }
}

fn field_en(field: &str) -> String {
    match field {
        "due" => "first step by".to_owned(),
        field => field.replace('_', " "),
    }
}

/// What is minutes on the wire and hours to people.
const EFFORT_MINUTES: &str = "effort_minutes";

/// A field's name as the form shows it.
fn field_nb(field: &str) -> &str {
    match field {
        "name" => "navn",
        "place" => "sted",
        "text" => "tekst",
        "title" => "tittel",
        "service" => "hva dere er enige om",
        "return_service" => "motytelse",
        "givers" => "hvem gir",
        "receivers" => "hvem får",
        "first_step" => "første steg",
        "due" => "første steg innen",
        "deadline" => "frist",
        "remark" => "merknad",
        "goal" => "mål",
        "minutes" => "minutter",
        "seconds" => "sekunder",
        EFFORT_MINUTES => "timer",
        "worth" => "verdi",
        "quantity" => "antall",
        "categories" => "kategorier",
        "programme" => "program",
        "late_minutes" => "minutter som en sen avtale får",
        "participants" => "deltakere",
        "listings" => "tilbud og ønsker",
        "deals" => "avtaler",
        "time_zone" => "tidssone",
        "benchmark" => "tallet å slå",
        "course" => "kurven for en annen kveld",
        "sponsors" => "støttespillere",
        "warning_s" => "sekunder før klokka varsler",
        "danger_s" => "sekunder før klokka blir rød",
        "suspense_minutes" => "minutter med frosset tall",
        "sector_goals" => "mål for deltakere",
        "milestone_every" => "avtaler mellom milepæler",
        "role_titles" => "titler",
        "round" => "runde",
        other => other,
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Language::En))
    }
}

impl std::error::Error for Refusal {}
