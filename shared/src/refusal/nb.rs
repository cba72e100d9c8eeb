//! Refusals in Norwegian.

use super::{EFFORT_MINUTES, Refusal};
use crate::exchange::Phase;

pub(super) fn sentence(refusal: &Refusal) -> String {
    match refusal {
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
            "Børsen var stengt da avtalen ble skrevet, så den teller ikke. Snakk med konferansieren.".into()
        }
        Refusal::WrongPhase {
            phase: Phase::Preparing,
        } => "Børsen er ikke åpnet ennå. Åpne den først.".into(),
        Refusal::WrongPhase { phase: Phase::Open } => {
            "Børsen er åpen. Vent til avslutningsklokka har ringt, og prøv igjen.".into()
        }
        Refusal::WrongPhase { phase: Phase::Closed } => "Børsen er stengt. Åpne den igjen først.".into(),
        Refusal::ResultAnnounced => "Resultatet er alt kunngjort, så dette kan ikke gjøres lenger.".into(),
        Refusal::UnknownParticipant => {
            "Deltakeren finnes ikke i denne børsen. Søk på nytt, eller registrer den.".into()
        }
        Refusal::UnknownCategory => "Kategorien finnes ikke i denne børsen. Velg en annen.".into(),
        Refusal::CategoryInUse { category } => {
            format!("Kategorien «{category}» er i bruk, så den må bli stående. Gi den heller et nytt navn.")
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
            "Første steg er satt til en dag etter fristen. Velg en tidligere dag, eller flytt fristen.".into()
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
        Refusal::NotAColour => "En farge skrives som #, så seks av tegnene 0-9 og A-F, som #0B7A75.".into(),
        Refusal::CourseFalls => {
            "Kurven for en annen kveld må stige, minutt for minutt. Rett rekkefølgen.".into()
        }
    }
}

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
