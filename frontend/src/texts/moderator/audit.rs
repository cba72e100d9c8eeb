//! What the list of everything that was done says.

/// Its texts.
#[derive(Debug)]
pub struct Audit {
    /// Opens it.
    pub open: &'static str,
    /// Heads it.
    pub title: &'static str,
    /// It is being read.
    pub reading: &'static str,
    /// Reads older entries.
    pub more: &'static str,
    /// What happened, by the event's name on the wire; none for one of a newer version.
    pub event: fn(&str) -> Option<&'static str>,
}

/// Norwegian bokmål.
pub const NB: Audit = Audit {
    open: "Logg",
    title: "Hvem gjorde hva",
    reading: "henter …",
    more: "Vis eldre",
    event: |event| {
        Some(match event {
            "exchange_configured" => "Innstillingene ble endret",
            "programme_set" => "Programmet ble satt",
            "participant_registered" => "En deltaker ble registrert",
            "participant_amended" => "En deltaker ble endret",
            "listing_added" => "Et tilbud eller ønske kom i katalogen",
            "listing_amended" => "Et tilbud eller ønske ble endret",
            "listing_removed" => "Et tilbud eller ønske gikk ut av katalogen",
            "floor_opened" => "Åpningsklokka ringte",
            "floor_closed" => "Avslutningsklokka ringte",
            "bell_rung" => "Én klang",
            "round_started" => "En runde startet",
            "round_paused" => "Rundens klokke ble stoppet",
            "round_resumed" => "Rundens klokke gikk videre",
            "round_adjusted" => "Runden fikk mer eller mindre tid",
            "round_ended" => "En runde ble avsluttet",
            "deal_posted" => "En avtale kom på tavla",
            "deal_written" => "En avtale ble skrevet for notarius",
            "deal_held" => "En sen avtale venter på svar",
            "deal_declined" => "En sen avtale ble avvist",
            "deal_sent_back" => "Notarius sendte en avtale tilbake",
            "deal_amended" => "En avtale ble rettet",
            "deal_withdrawn" => "En avtale ble trukket",
            "deal_removed" => "En avtale ble fjernet stille",
            "deal_reinstated" => "En avtale ble tatt inn igjen",
            "deal_recalled" => "Notarius angret et klubbeslag",
            "totals_frozen" => "Tallet ble fryst",
            "deals_revealed" => "Skjulte avtaler ble vist",
            "totals_thawed" => "Tallet følger avtalene igjen",
            "milestone_reached" => "En milepæl ble nådd",
            "announcement_made" => "En beskjed kom på skjermen",
            "announcement_ended" => "Beskjeden ble tatt ned",
            "scene_set" => "Storskjermen byttet scene",
            "deal_spotlit" => "En avtale ble vist stort",
            "result_announced" => "Resultatet ble kunngjort",
            _ => return None,
        })
    },
};

/// English.
pub const EN: Audit = Audit {
    open: "Log",
    title: "Who did what",
    reading: "reading …",
    more: "Show older",
    event: |event| {
        Some(match event {
            "exchange_configured" => "The settings were changed",
            "programme_set" => "The programme was set",
            "participant_registered" => "A participant was registered",
            "participant_amended" => "A participant was changed",
            "listing_added" => "An offer or wish came into the catalogue",
            "listing_amended" => "An offer or wish was changed",
            "listing_removed" => "An offer or wish left the catalogue",
            "floor_opened" => "The opening bell rang",
            "floor_closed" => "The closing bell rang",
            "bell_rung" => "One stroke",
            "round_started" => "A round started",
            "round_paused" => "The round's clock was stopped",
            "round_resumed" => "The round's clock ran on",
            "round_adjusted" => "The round got more or less time",
            "round_ended" => "A round was ended",
            "deal_posted" => "A deal got on the wall",
            "deal_written" => "A deal was written for the notary",
            "deal_held" => "A late deal waits for an answer",
            "deal_declined" => "A late deal was declined",
            "deal_sent_back" => "The notary sent a deal back",
            "deal_amended" => "A deal was corrected",
            "deal_withdrawn" => "A deal was withdrawn",
            "deal_removed" => "A deal was removed quietly",
            "deal_reinstated" => "A deal was taken in again",
            "deal_recalled" => "The notary undid a hammer stroke",
            "totals_frozen" => "The count was frozen",
            "deals_revealed" => "Concealed deals were revealed",
            "totals_thawed" => "The count follows the deals again",
            "milestone_reached" => "A milestone was reached",
            "announcement_made" => "A line was put on the wall",
            "announcement_ended" => "The line was taken down",
            "scene_set" => "The wall changed its scene",
            "deal_spotlit" => "A deal was shown large",
            "result_announced" => "The result was announced",
            _ => return None,
        })
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Every event of the wire has words in every language: the golden files name them all.
    #[test]
    fn every_event_has_words() {
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/tests/golden/v1");
        let mut seen = 0;
        for file in std::fs::read_dir(golden).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            assert!((NB.event)(name).is_some(), "{name}");
            assert!((EN.event)(name).is_some(), "{name}");
            seen += 1;
        }
        assert!(seen > 30);
        assert_eq!((NB.event)("moon_risen"), None);
    }
}
