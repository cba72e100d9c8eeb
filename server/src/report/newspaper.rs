//! The list for the newspaper: what everybody may know of the evening, as plain text that can be sent on as it is. It is written from
//! the public's board, so that nothing else can stand in it.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::{Bargain, Deal, Service, Terms};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::prize::{PrizeKind, Winner};
use borsklokka_shared::report::estimated_in;

use super::estimated::estimated;
use crate::agreement::texts::Texts;
use crate::spoken::newspaper::Newspaper as Words;

/// The list.
pub(crate) fn newspaper(board: &Board, settings: &Settings) -> String {
    let writer = Writer {
        board,
        words: Words::of(settings.language),
        texts: Texts::of(settings.language),
    };
    let mut parts = vec![writer.head(settings), writer.figures(settings)];
    let others = [writer.prizes(), writer.deals(), writer.sponsors(settings)];
    parts.extend(others.into_iter().flatten());
    parts.join("\n\n") + "\n"
}

struct Writer<'a> {
    board: &'a Board,
    words: &'static Words,
    texts: &'static Texts,
}

impl Writer<'_> {
    fn head(&self, settings: &Settings) -> String {
        let day = self.texts.day(settings.date);
        format!("{}\n{}, {day}", settings.name, settings.place)
    }

    fn figures(&self, settings: &Settings) -> String {
        let totals = &self.board.totals;
        let mut lines = vec![self.words.struck(totals.deals)];
        let participants = self.board.participants.len() as u32;
        lines.extend((participants > 0).then(|| self.words.registered(participants)));
        lines.extend((totals.two_way > 0).then(|| self.words.two_way(totals.two_way)));
        if settings.estimates.has_hours() && totals.effort_minutes > 0 {
            let effort = self.texts.effort(totals.effort_minutes);
            let part = estimated_in(self.board, |service| service.effort_minutes);
            lines.push(self.words.effort(self.of_some(effort, part)));
        }
        if settings.estimates.has_money() && totals.worth > 0 {
            let worth = self.texts.money(totals.worth, &settings.currency);
            let part = estimated_in(self.board, |service| service.worth);
            lines.push(self.words.worth(self.of_some(worth, part)));
        }
        lines.join("\n")
    }

    /// A sum, with of how many deals it was estimated, as the report says it.
    fn of_some(&self, sum: String, part: u32) -> String {
        match estimated(part, self.board.totals.deals, self.texts.language) {
            Some(remark) => format!("{sum} ({remark})"),
            None => sum,
        }
    }

    fn prizes(&self) -> Option<String> {
        let lines = self.board.standing_prizes().filter_map(|prize| {
            let winner = match prize.winner() {
                Winner::Deal(deal) => self.deal(self.board.deals.get(&deal)?),
                Winner::Participant(participant) => self.board.participant(participant)?.name.clone(),
            };
            let name = match prize.kind() {
                PrizeKind::Best => self.words.prize.best,
                PrizeKind::MostOriginal => self.words.prize.most_original,
                PrizeKind::MostDeals => self.words.prize.most_deals,
            };
            Some(format!("{name}: {winner}"))
        });
        let lines: Vec<String> = lines.collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn deals(&self) -> Option<String> {
        let standing = self.board.standing_deals();
        let mut deals: Vec<&Deal> = standing.filter(|deal| !self.board.is_of_erased(deal)).collect();
        deals.sort_by_key(|deal| (deal.number, deal.id));
        let lines = deals.into_iter().map(|deal| {
            let number = deal.number.unwrap_or_default().0;
            format!("{number}. {}", self.deal(deal))
        });
        let lines: Vec<String> = lines.collect();
        (!lines.is_empty()).then(|| format!("{}\n\n{}", self.words.deals, lines.join("\n")))
    }

    fn deal(&self, deal: &Deal) -> String {
        let name = |id| Some(self.board.participant(id)?.name.as_str());
        self.words.deal(&deal.terms, name)
    }

    fn sponsors(&self, settings: &Settings) -> Option<String> {
        let names: Vec<&str> = settings
            .staging
            .sponsors
            .iter()
            .map(|sponsor| sponsor.name.as_str())
            .collect();
        (!names.is_empty()).then(|| self.words.sponsors(names.join(", ")))
    }
}

impl Words {
    /// A deal in one sentence: who does what for whom.
    pub(crate) fn deal<'a>(&self, terms: &Terms, name: impl Fn(ParticipantId) -> Option<&'a str>) -> String {
        let names = |ids: &[ParticipantId]| {
            let known: Vec<&str> = ids.iter().filter_map(|id| name(*id)).collect();
            known.join(", ")
        };
        let (givers, receivers) = (names(&terms.givers), names(&terms.receivers));
        let one_line = |service: &Service| service.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match &terms.bargain {
            Bargain::OneWay { service } => self.gift(&givers, &receivers, one_line(service)),
            Bargain::TwoWay {
                service,
                return_service,
            } => self.trade(&givers, &receivers, one_line(return_service), one_line(service)),
            Bargain::Intention { service } => self.intention(&givers, &receivers, one_line(service)),
        }
    }
}
