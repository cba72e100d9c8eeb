//! Finds deals: by number, by who they are between, by what they say, by who wrote them. Every deal is within reach.

use std::cmp::Reverse;

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::paper::PaperSheet;

use crate::spelling::fold;

/// When a deal got where it is: when it was struck, or written.
fn since(deal: &Deal) -> (Instant, DealId) {
    (deal.struck_at.unwrap_or(deal.written_at), deal.id)
}

/// Every deal that `wanted` lets through and every word of `query` fits, the newest first; the one with that number before all.
pub fn find(board: &Board, query: &str, wanted: impl Fn(&Deal) -> bool) -> Vec<DealId> {
    let query = fold(query);
    let typed: Vec<&str> = query.split_whitespace().collect();
    let number = match typed.as_slice() {
        [one] => one.trim_start_matches('#').parse::<u32>().ok(),
        _ => None,
    };
    let mut found: Vec<&Deal> = board
        .deals
        .values()
        .filter(|deal| wanted(deal) && fits(board, deal, &typed))
        .collect();
    let has_number = |deal: &Deal| number.is_some() && numbers(deal).any(|own| Some(own) == number);
    found.sort_unstable_by_key(|deal| (!has_number(deal), Reverse(since(deal))));
    found.into_iter().map(|deal| deal.id).collect()
}

fn fits(board: &Board, deal: &Deal, typed: &[&str]) -> bool {
    if typed.is_empty() {
        return true;
    }
    let parties = deal.terms.parties().filter_map(|party| board.participant(party));
    let names = parties.flat_map(|party| [party.name.as_str(), party.symbol.as_str()]);
    let texts = deal.terms.bargain.services().map(|service| service.text.as_str());
    let said: Vec<&str> = names.chain(texts).chain([deal.broker.name.as_str()]).collect();
    let said = fold(&said.join(" "));
    typed.iter().all(|word| {
        let plain = word.trim_start_matches('#');
        said.contains(*word) || numbers(deal).any(|number| number.to_string() == plain)
    })
}

/// What the wall calls a deal, and what is printed on the sheet of paper that it was on.
fn numbers(deal: &Deal) -> impl Iterator<Item = u32> {
    let sheet = PaperSheet::of(deal.id).map(|sheet| sheet.number);
    deal.number.map(|number| number.0).into_iter().chain(sheet)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::deal::Broker;
    use borsklokka_shared::ids::{DeviceId, ParticipantId};
    use borsklokka_shared::participant::{Participant, Sector, Symbol};
    use test_support::{one_way, posted, service};
    use uuid::Uuid;

    use super::*;

    fn party(n: u32) -> ParticipantId {
        ParticipantId(Uuid::from_u128(0xA0 + u128::from(n)))
    }

    fn id(n: u32) -> DealId {
        DealId(Uuid::from_u128(u128::from(n)))
    }

    /// Deals 1 to 47, the later the newer; the fifth was written by Åse, between Bakkerud and the Red Cross.
    fn evening() -> Board {
        let mut board = Board::empty(Audience::Staff);
        for (n, name, symbol) in [
            (1, "Bakkerud Bygg AS", "BAKK"),
            (2, "Drammen Røde Kors", "RØDE"),
            (3, "Elvesletta FK", "ELVE"),
        ] {
            board.participants.insert(
                party(n),
                Participant {
                    id: party(n),
                    name: name.to_owned(),
                    sector: Sector::Voluntary,
                    symbol: Symbol::parse(symbol).unwrap(),
                    place: None,
                    was: Vec::new(),
                    was_symbols: Vec::new(),
                    is_erased: false,
                },
            );
        }
        for n in 1..=47 {
            let is_fifth = n == 5;
            let text = if is_fifth {
                "Maler 12 vegger".to_owned()
            } else {
                format!("Hjelp {n}x")
            };
            let giver = party(if is_fifth { 1 } else { 3 });
            let deal = Deal {
                id: id(n),
                broker: Broker {
                    device: DeviceId(Uuid::from_u128(9)),
                    name: if is_fifth {
                        "Åse".to_owned()
                    } else {
                        "Per".to_owned()
                    },
                },
                written_at: Instant::from_unix_ms(i64::from(n)),
                struck_at: None,
                ..posted(n, one_way(&[giver], &[party(2)], service(&text)))
            };
            board.deals.insert(deal.id, deal);
        }
        board
    }

    #[test]
    fn every_deal_of_an_evening_is_within_reach() {
        let board = evening();
        let found = |query: &str| find(&board, query, |_| true);
        assert_eq!(found("").len(), 47);
        assert_eq!(found("")[..2], [id(47), id(46)], "the newest first");
        for query in ["5", "#5", "bakkerud", "BAKK", "rode bakk", "maler vegger", "åse"] {
            assert_eq!(found(query)[0], id(5), "{query}");
        }
        assert_eq!(found("12")[0], id(12), "the number before the text");
        assert_eq!(found("12")[1], id(5));
        assert_eq!(found("månen"), []);
        let mut board = board;
        let mut on_paper = board.deals.remove(&id(9)).unwrap();
        on_paper.id = PaperSheet::first(700).deal();
        board.deals.insert(on_paper.id, on_paper.clone());
        assert_eq!(
            find(&board, "700", |_| true),
            [on_paper.id],
            "by the number on its sheet"
        );
        assert_eq!(find(&board, "åse", |deal| deal.id != id(5)), []);
    }
}
