//! What the list of everything that was done says: a sentence for every event, with the deal, the participant, the scene or
//! the round that it is about.

use borsklokka_shared::event::Event;
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::milestone::Milestone;
use borsklokka_shared::sleep::GoOn;

use super::scene;
use crate::told::{Names, ToldDeal, short};

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
    /// What happened.
    pub event: fn(&Event, &Names<'_>) -> String,
}

/// Norwegian bokmål.
pub const NB: Audit = Audit {
    open: "Logg",
    title: "Hvem gjorde hva",
    reading: "henter …",
    more: "Vis eldre",
    event: nb,
};

/// English.
pub const EN: Audit = Audit {
    open: "Log",
    title: "Who did what",
    reading: "reading …",
    more: "Show older",
    event: en,
};

fn deal_nb(deal: Option<ToldDeal>) -> String {
    match deal {
        Some(ToldDeal {
            number: Some(number),
            parties,
            text,
        }) => format!("Avtale {number} ({parties}: «{text}»)"),
        Some(ToldDeal {
            number: None,
            parties,
            text,
        }) => format!("Avtalen {parties} («{text}»)"),
        None => "En avtale som er borte,".to_owned(),
    }
}

fn deal_en(deal: Option<ToldDeal>) -> String {
    match deal {
        Some(ToldDeal {
            number: Some(number),
            parties,
            text,
        }) => format!("Deal {number} ({parties}: “{text}”)"),
        Some(ToldDeal {
            number: None,
            parties,
            text,
        }) => format!("The deal {parties} (“{text}”)"),
        None => "A deal that is gone".to_owned(),
    }
}

/// Whole minutes of a length of time.
fn minutes(ms: i64) -> i64 {
    (ms + 30_000).div_euclid(60_000)
}

fn nb(event: &Event, names: &Names<'_>) -> String {
    let of = |deal| deal_nb(names.deal_of(deal));
    let whole = |deal| deal_nb(Some(names.deal(deal)));
    let round = |id: borsklokka_shared::ids::RoundId| match names.round(id) {
        // A title mostly says the number itself.
        Some(title) if title.contains(&id.0.to_string()) => title.to_owned(),
        Some(title) => format!("Runde {} ({title})", id.0),
        None => format!("Runde {}", id.0),
    };
    let kind = |kind| match kind {
        ListingKind::Offer => "Tilbudet",
        ListingKind::Wish => "Ønsket",
    };
    match event {
        Event::ExchangeConfigured { settings } => format!("Innstillingene for {} ble lagret", settings.name),
        Event::ProgrammeSet { items } => format!("Programmet ble satt, med {} punkter", items.len()),
        Event::ParticipantRegistered { participant } => {
            format!("{} ({}) ble registrert", participant.name, participant.symbol)
        }
        Event::ParticipantAmended { participant } => {
            format!("{} ({}) ble endret", participant.name, participant.symbol)
        }
        Event::ListingAdded { listing } => format!(
            "{} «{}» fra {} kom i katalogen",
            kind(listing.kind),
            short(&listing.text),
            names.party(listing.participant)
        ),
        Event::ListingAmended { listing } => format!(
            "{} «{}» fra {} ble endret",
            kind(listing.kind),
            short(&listing.text),
            names.party(listing.participant)
        ),
        Event::ListingRemoved { .. } => "Et tilbud eller ønske gikk ut av katalogen".to_owned(),
        Event::FloorOpened { .. } => "Åpningsklokka ringte, og børsen åpnet".to_owned(),
        Event::FloorClosed { .. } => "Avslutningsklokka ringte, og børsen stengte".to_owned(),
        Event::BellRung { .. } => "Klokka slo én gang".to_owned(),
        Event::RoundStarted {
            round: id,
            started_at,
            ends_at,
        } => {
            format!(
                "{} startet, på {} minutter",
                round(*id),
                minutes(ends_at.ms_since(*started_at))
            )
        }
        Event::RoundPaused { round: id, rest_ms } => {
            format!(
                "{} ble stoppet med {} minutter igjen",
                round(*id),
                minutes(*rest_ms)
            )
        }
        Event::RoundResumed { round: id, ends_at } => {
            format!("{} gikk videre, til {}", round(*id), names.time(*ends_at))
        }
        Event::RoundAdjusted { round: id, ends_at } => {
            format!("{} varer nå til {}", round(*id), names.time(*ends_at))
        }
        Event::RoundEnded { round: id, .. } => format!("{} ble avsluttet", round(*id)),
        Event::DealPosted { deal } if deal.counts() => format!("{} kom på tavla", whole(deal)),
        Event::DealPosted { deal } => format!("{} ble inngått mens tallet er frosset", whole(deal)),
        Event::DealWritten { deal } => format!("{} venter på notarius", whole(deal)),
        Event::DealHeld { deal } => format!("{} kom sent og venter på konferansieren", whole(deal)),
        Event::DealDeclined { deal } => format!("{} ble avvist", of(*deal)),
        Event::DealSentBack { deal, remark } => {
            format!("{} ble sendt tilbake av notarius: «{remark}»", of(*deal))
        }
        Event::DealAmended { deal, .. } => format!("{} ble rettet", of(*deal)),
        Event::DealChangeProposed { deal, .. } => {
            format!("{}: megleren vil endre den, og notarius avgjør", of(*deal))
        }
        Event::DealChangeDeclined { deal, remark } => format!(
            "{}: endringen ble sendt tilbake av notarius: «{remark}»",
            of(*deal)
        ),
        Event::DealWithdrawn { deal } => format!("{} ble trukket", of(*deal)),
        Event::DealRemoved { deal } => format!("{} ble fjernet stille", of(*deal)),
        Event::DealReinstated { deal } => format!("{} ble tatt inn igjen", whole(deal)),
        Event::DealRecalled { deal } => format!("{} ble tatt tilbake av notarius", of(*deal)),
        Event::TotalsFrozen { .. } => "Tallet ble frosset: salen ser ikke nye avtaler".to_owned(),
        Event::DealsRevealed { deals } => {
            let numbers: Vec<String> = deals
                .iter()
                .filter_map(|deal| deal.number)
                .map(|number| number.0.to_string())
                .collect();
            format!("Skjulte avtaler ble vist: {}", numbers.join(", "))
        }
        Event::TotalsThawed => "Salen ser nye avtaler igjen".to_owned(),
        Event::MilestoneReached { milestone, .. } => match milestone {
            Milestone::First => "Milepæl: den første avtalen".to_owned(),
            Milestone::Every { count } => format!("Milepæl: {count} avtaler"),
            Milestone::Record { beaten } => format!("Milepæl: rekorden på {beaten} er slått"),
            Milestone::Goal { goal } => format!("Milepæl: målet på {goal} er nådd"),
        },
        Event::AnnouncementMade { announcement } => format!("Beskjed på skjermen: «{}»", announcement.text),
        Event::AnnouncementEnded { .. } => "Beskjeden på skjermen ble tatt ned".to_owned(),
        Event::SceneSet { scene } => format!("Storskjermen ble satt til «{}»", scene::nb(*scene)),
        Event::DealSpotlit { deal: Some(deal) } => format!("{} ble vist stort", of(*deal)),
        Event::DealSpotlit { deal: None } => "Den nyeste avtalen er den store igjen".to_owned(),
        Event::ResultAnnounced { .. } => "Resultatet ble kunngjort".to_owned(),
        Event::BreakSet { until } => format!("Pausen varer til {}", names.time(*until)),
        Event::StepUndone { .. } => "Klokke, runde eller resultat ble angret: alt er som det var".to_owned(),
        Event::ServerSlept { sleep } => format!(
            "Tjeneren sov i {}, eller klokka dens hoppet så langt",
            (super::sleep::NB.length)(sleep.slept_ms)
        ),
        Event::SleepAnswered {
            go_on: GoOn::WhereItWas,
        } => "Etter søvnen går runden videre der den var".to_owned(),
        Event::SleepAnswered {
            go_on: GoOn::WhereItWouldBe,
        } => "Etter søvnen går runden videre der den ville vært".to_owned(),
    }
}

fn en(event: &Event, names: &Names<'_>) -> String {
    let of = |deal| deal_en(names.deal_of(deal));
    let whole = |deal| deal_en(Some(names.deal(deal)));
    let round = |id: borsklokka_shared::ids::RoundId| match names.round(id) {
        // A title mostly says the number itself.
        Some(title) if title.contains(&id.0.to_string()) => title.to_owned(),
        Some(title) => format!("Round {} ({title})", id.0),
        None => format!("Round {}", id.0),
    };
    let kind = |kind| match kind {
        ListingKind::Offer => "The offer",
        ListingKind::Wish => "The wish",
    };
    match event {
        Event::ExchangeConfigured { settings } => format!("The settings of {} were saved", settings.name),
        Event::ProgrammeSet { items } => format!("The programme was set, with {} items", items.len()),
        Event::ParticipantRegistered { participant } => {
            format!("{} ({}) was registered", participant.name, participant.symbol)
        }
        Event::ParticipantAmended { participant } => {
            format!("{} ({}) was changed", participant.name, participant.symbol)
        }
        Event::ListingAdded { listing } => format!(
            "{} “{}” of {} came into the catalogue",
            kind(listing.kind),
            short(&listing.text),
            names.party(listing.participant)
        ),
        Event::ListingAmended { listing } => format!(
            "{} “{}” of {} was changed",
            kind(listing.kind),
            short(&listing.text),
            names.party(listing.participant)
        ),
        Event::ListingRemoved { .. } => "An offer or wish left the catalogue".to_owned(),
        Event::FloorOpened { .. } => "The opening bell rang, and the floor opened".to_owned(),
        Event::FloorClosed { .. } => "The closing bell rang, and the floor closed".to_owned(),
        Event::BellRung { .. } => "The bell struck once".to_owned(),
        Event::RoundStarted {
            round: id,
            started_at,
            ends_at,
        } => {
            format!(
                "{} started, for {} minutes",
                round(*id),
                minutes(ends_at.ms_since(*started_at))
            )
        }
        Event::RoundPaused { round: id, rest_ms } => {
            format!(
                "{} was stopped with {} minutes left",
                round(*id),
                minutes(*rest_ms)
            )
        }
        Event::RoundResumed { round: id, ends_at } => {
            format!("{} ran on, until {}", round(*id), names.time(*ends_at))
        }
        Event::RoundAdjusted { round: id, ends_at } => {
            format!("{} lasts until {} now", round(*id), names.time(*ends_at))
        }
        Event::RoundEnded { round: id, .. } => format!("{} was ended", round(*id)),
        Event::DealPosted { deal } if deal.counts() => format!("{} got on the wall", whole(deal)),
        Event::DealPosted { deal } => format!("{} was struck while the count is frozen", whole(deal)),
        Event::DealWritten { deal } => format!("{} waits for the notary", whole(deal)),
        Event::DealHeld { deal } => format!("{} came late and waits for the moderator", whole(deal)),
        Event::DealDeclined { deal } => format!("{} was declined", of(*deal)),
        Event::DealSentBack { deal, remark } => {
            format!("{} was sent back by the notary: “{remark}”", of(*deal))
        }
        Event::DealAmended { deal, .. } => format!("{} was corrected", of(*deal)),
        Event::DealChangeProposed { deal, .. } => format!(
            "{}: the broker wants to change it, and the notary decides",
            of(*deal)
        ),
        Event::DealChangeDeclined { deal, remark } => format!(
            "{}: the change was sent back by the notary: “{remark}”",
            of(*deal)
        ),
        Event::DealWithdrawn { deal } => format!("{} was withdrawn", of(*deal)),
        Event::DealRemoved { deal } => format!("{} was removed quietly", of(*deal)),
        Event::DealReinstated { deal } => format!("{} was taken in again", whole(deal)),
        Event::DealRecalled { deal } => format!("{} was taken back by the notary", of(*deal)),
        Event::TotalsFrozen { .. } => "The count was frozen: the hall does not see new deals".to_owned(),
        Event::DealsRevealed { deals } => {
            let numbers: Vec<String> = deals
                .iter()
                .filter_map(|deal| deal.number)
                .map(|number| number.0.to_string())
                .collect();
            format!("Concealed deals were revealed: {}", numbers.join(", "))
        }
        Event::TotalsThawed => "The hall sees new deals again".to_owned(),
        Event::MilestoneReached { milestone, .. } => match milestone {
            Milestone::First => "Milestone: the first deal".to_owned(),
            Milestone::Every { count } => format!("Milestone: {count} deals"),
            Milestone::Record { beaten } => format!("Milestone: the record of {beaten} is beaten"),
            Milestone::Goal { goal } => format!("Milestone: the goal of {goal} is reached"),
        },
        Event::AnnouncementMade { announcement } => {
            format!("Announcement on the wall: “{}”", announcement.text)
        }
        Event::AnnouncementEnded { .. } => "The announcement was taken down".to_owned(),
        Event::SceneSet { scene } => format!("The wall was set to “{}”", scene::en(*scene)),
        Event::DealSpotlit { deal: Some(deal) } => format!("{} was shown large", of(*deal)),
        Event::DealSpotlit { deal: None } => "The newest deal is the large one again".to_owned(),
        Event::ResultAnnounced { .. } => "The result was announced".to_owned(),
        Event::BreakSet { until } => format!("The break lasts until {}", names.time(*until)),
        Event::StepUndone { .. } => "A bell, a round or the result was undone: all is as it was".to_owned(),
        Event::ServerSlept { sleep } => format!(
            "The server slept for {}, or its clock jumped so far",
            (super::sleep::EN.length)(sleep.slept_ms)
        ),
        Event::SleepAnswered {
            go_on: GoOn::WhereItWas,
        } => "After the sleep the round goes on where it was".to_owned(),
        Event::SleepAnswered {
            go_on: GoOn::WhereItWouldBe,
        } => "After the sleep the round goes on where it would be".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use borsklokka_shared::apply::apply;
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::board::Board;
    use borsklokka_shared::event::{SCHEMA, decode};

    use super::*;

    /// The golden files are one of each event.
    fn examples() -> BTreeMap<String, Event> {
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/tests/golden/v1");
        std::fs::read_dir(golden)
            .unwrap()
            .map(|file| {
                let path = file.unwrap().path();
                let text = std::fs::read_to_string(&path).unwrap();
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                (name, decode(SCHEMA, text.trim_end()).unwrap())
            })
            .collect()
    }

    #[test]
    fn every_event_says_what_it_is_about() {
        let examples = examples();
        let mut board = Board::empty(Audience::Staff);
        for name in [
            "exchange_configured",
            "programme_set",
            "participant_registered",
            "deal_posted",
        ] {
            apply(&mut board, &examples[name]);
        }
        let time = |_| "18:25".to_owned();
        let names = Names::of(&board, &time);
        for (name, event) in &examples {
            for (says, words) in [
                (
                    NB.event,
                    ["Avtale 7", "Runde 1", "Kari", "Velkommen", "Ti minutter"],
                ),
                (EN.event, ["Deal 7", "Runde 1", "Kari", "Welcome", "Ti minutter"]),
            ] {
                let said = says(event, &names);
                let wanted = match name.as_str() {
                    "deal_written" | "deal_held" | "deals_revealed" => continue,
                    deal if deal.starts_with("deal_") => words[0],
                    round if round.starts_with("round_") => words[1],
                    party if party.starts_with("participant_") => words[2],
                    "scene_set" => words[3],
                    "announcement_made" => words[4],
                    _ => "",
                };
                assert!(said.contains(wanted), "{name}: {said}");
            }
        }
        let said = (NB.event)(&examples["deal_posted"], &names);
        assert!(
            said.contains("→") && said.contains("«Maler klubbhuset»") && said.ends_with("kom på tavla"),
            "{said}"
        );
    }
}
