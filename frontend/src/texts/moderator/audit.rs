//! The list of everything that was done, a sentence for every event: which text says what.

use borsklokka_shared::event::Event;
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::milestone::Milestone;
use borsklokka_shared::prize::PrizeKind;
use borsklokka_shared::sleep::GoOn;

use crate::texts::spoken::moderator::Moderator;
use crate::texts::spoken::moderator::audit::Audit;
use crate::texts::spoken::moderator::prizes::Prizes;
use crate::texts::spoken::moderator::sleep::Sleep;
use crate::told::{Names, ToldDeal, short};

/// Whole minutes of a length of time.
fn minutes(ms: i64) -> i64 {
    (ms + 30_000).div_euclid(60_000)
}

impl Audit {
    /// What happened.
    #[expect(clippy::too_many_lines, reason = "a match over every event")]
    pub fn event(&self, event: &Event, names: &Names<'_>) -> String {
        let said = &self.event;
        let of = |deal| self.deal(names.deal_of(deal));
        let whole = |deal| self.deal(Some(names.deal(deal)));
        let round = |id| self.round(id, names);
        match event {
            Event::ExchangeConfigured { settings } => said.exchange_configured(&settings.name),
            Event::BegunAnew { .. } => said.begun_anew.to_owned(),
            Event::DataErased { .. } => said.data_erased.to_owned(),
            Event::ProgrammeSet { items } => said.programme_set(items.len()),
            Event::ParticipantRegistered { participant } => {
                said.participant_registered(&participant.name, &participant.symbol)
            }
            Event::ParticipantAmended { participant } => {
                said.participant_amended(&participant.name, &participant.symbol)
            }
            Event::ParticipantsMerged {
                kept,
                name,
                listings,
                deals,
                ..
            } => said.participants_merged(
                self.deals(deals.unwrap_or_default(), deals.unwrap_or_default()),
                name,
                names.party(*kept),
                self.listings(listings.unwrap_or_default(), listings.unwrap_or_default()),
            ),
            Event::ParticipantArrived { participant } => said.participant_arrived(names.party(*participant)),
            Event::ArrivalTakenBack { participant } => said.arrival_taken_back(names.party(*participant)),
            Event::ParticipantRemoved { name, .. } => said.participant_removed(name),
            Event::ListingAdded { listing } => {
                let party = names.party(listing.participant);
                said.listing_added(self.kind(listing), party, short(&listing.text))
            }
            Event::ListingAmended { listing } => {
                let party = names.party(listing.participant);
                said.listing_amended(self.kind(listing), party, short(&listing.text))
            }
            Event::ListingRemoved { .. } => said.listing_removed.to_owned(),
            Event::FloorOpened { .. } => said.floor_opened.to_owned(),
            Event::FloorClosed { .. } => said.floor_closed.to_owned(),
            Event::BellRung { .. } => said.bell_rung.to_owned(),
            Event::RoundStarted {
                round: id,
                started_at,
                ends_at,
            } => said.round_started(minutes(ends_at.ms_since(*started_at)), round(*id)),
            Event::RoundPaused { round: id, rest_ms } => said.round_paused(minutes(*rest_ms), round(*id)),
            Event::RoundResumed { round: id, ends_at } => {
                said.round_resumed(round(*id), names.time(*ends_at))
            }
            Event::RoundAdjusted { round: id, ends_at } => {
                said.round_adjusted(round(*id), names.time(*ends_at))
            }
            Event::RoundEnded { round: id, .. } => said.round_ended(round(*id)),
            Event::DealPosted { deal } if deal.counts() => said.deal_posted(whole(deal)),
            Event::DealPosted { deal } => said.deal_concealed(whole(deal)),
            Event::DealWritten { deal } => said.deal_written(whole(deal)),
            Event::DealHeld { deal } => said.deal_held(whole(deal)),
            Event::DealDeclined { deal } => said.deal_declined(of(*deal)),
            Event::DealSentBack { deal, remark } => said.deal_sent_back(of(*deal), remark),
            Event::DealAmended { deal, .. } => said.deal_amended(of(*deal)),
            Event::DealChangeProposed { deal, .. } => said.deal_change_proposed(of(*deal)),
            Event::DealChangeDeclined { deal, remark } => said.deal_change_declined(of(*deal), remark),
            Event::DealWithdrawn { deal } => said.deal_withdrawn(of(*deal)),
            Event::DealRemoved { deal } => said.deal_removed(of(*deal)),
            Event::DealReinstated { deal } => said.deal_reinstated(whole(deal)),
            Event::DealRecalled { deal } => said.deal_recalled(of(*deal)),
            Event::TotalsFrozen { .. } => said.totals_frozen.to_owned(),
            Event::DealsRevealed { deals } => {
                let numbers: Vec<String> = deals
                    .iter()
                    .filter_map(|deal| deal.number)
                    .map(|number| number.0.to_string())
                    .collect();
                said.deals_revealed(numbers.join(", "))
            }
            Event::TotalsThawed => said.totals_thawed.to_owned(),
            Event::MilestoneReached { milestone, .. } => match milestone {
                Milestone::First => said.milestone_first.to_owned(),
                Milestone::Every { count } => said.milestone_every(count),
                Milestone::Record { beaten } => said.milestone_record(beaten),
                Milestone::Goal { goal } => said.milestone_goal(goal),
            },
            Event::AnnouncementMade { announcement } => said.announcement_made(&announcement.text),
            Event::AnnouncementEnded { .. } => said.announcement_ended.to_owned(),
            Event::SceneSet { scene } => said.scene_set(Moderator::of(self.language).scene(*scene)),
            Event::DealSpotlit { deal: Some(deal) } => said.deal_spotlit(of(*deal)),
            Event::DealSpotlit { deal: None } => said.deal_spotlit_none.to_owned(),
            Event::DealShortlisted { deal, on: true } => said.deal_shortlisted(of(*deal)),
            Event::DealShortlisted { deal, on: false } => said.deal_off_shortlist(of(*deal)),
            Event::PrizeAwarded { prize } => said.prize_awarded(self.prize(prize.kind())),
            Event::PrizeTakenBack { prize } => said.prize_taken_back(self.prize(*prize)),
            Event::ResultAnnounced { .. } => said.result_announced.to_owned(),
            Event::BreakSet { until } => said.break_set(names.time(*until)),
            Event::StepUndone { .. } => said.step_undone.to_owned(),
            Event::ServerSlept { sleep } => {
                said.server_slept(Sleep::of(self.language).length(sleep.slept_ms))
            }
            Event::SleepAnswered {
                go_on: GoOn::WhereItWas,
            } => said.went_on_where_it_was.to_owned(),
            Event::SleepAnswered {
                go_on: GoOn::WhereItWouldBe,
            } => said.went_on_where_it_would_be.to_owned(),
        }
    }

    fn prize(&self, kind: PrizeKind) -> &'static str {
        let words = Prizes::of(self.language);
        match kind {
            PrizeKind::Best => words.best,
            PrizeKind::MostOriginal => words.most_original,
            PrizeKind::MostDeals => words.most_deals,
        }
    }

    fn deal(&self, deal: Option<ToldDeal>) -> String {
        match deal {
            Some(ToldDeal {
                number: Some(number),
                parties,
                text,
            }) => self.deal.numbered(number, parties, text),
            Some(ToldDeal {
                number: None,
                parties,
                text,
            }) => self.deal.unnumbered(parties, text),
            None => self.deal.gone.to_owned(),
        }
    }

    fn round(&self, id: RoundId, names: &Names<'_>) -> String {
        match names.round(id) {
            // A title mostly says the number itself.
            Some(title) if title.contains(&id.0.to_string()) => title.to_owned(),
            Some(title) => self.round.named(id.0, title),
            None => self.round.unnamed(id.0),
        }
    }

    fn kind(&self, listing: &Listing) -> &'static str {
        match listing.kind {
            ListingKind::Offer => self.kind.offer,
            ListingKind::Wish => self.kind.wish,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use borsklokka_shared::apply::apply;
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::board::Board;
    use borsklokka_shared::event::{SCHEMA, decode};

    use borsklokka_shared::language::Language;

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
            for (said, words) in [
                (
                    Audit::of(Language::Nb).event(event, &names),
                    ["Avtale 7", "Runde 1", "Kari", "Velkommen", "Ti minutter"],
                ),
                (
                    Audit::of(Language::En).event(event, &names),
                    ["Deal 7", "Runde 1", "Kari", "Welcome", "Ti minutter"],
                ),
            ] {
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
        let said = Audit::of(Language::Nb).event(&examples["deal_posted"], &names);
        assert!(
            said.contains("→") && said.contains("«Maler klubbhuset»") && said.ends_with("kom på tavla"),
            "{said}"
        );
    }
}
