//! A rehearsal: the demo's evening in the middle, and brokers who go on trading as people do.

use std::num::NonZeroU32;
use std::time::Duration;

use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::ids::{DealId, RoundId};
use borsklokka_shared::wire::ServerMessage;
use uuid::Uuid;

use super::past::{Company, Evening};
use super::{Chance, Client, ClientError, open_floor};
use crate::demo::Demo;

/// How long ago the bell rang when a rehearsal begins, in milliseconds: the second round has just begun.
const TRADED_MS: i64 = 27 * 60_000;
/// How many deals were struck by then, a third of the goal: with those that come quickly the evening is on the goal's pace, and the
/// index and the forecast are what a hall hopes for.
const STRUCK: usize = 21;
/// How many deals come quickly at first, so that nobody who has just started it waits.
const QUICK: usize = 3;
/// A quick deal comes after so long, in milliseconds: from, and up to.
const QUICK_MS: (u64, u64) = (4_000, 10_000);
/// Any other comes after so long: a deal a minute, as 60 people make who meet for an hour.
const USUAL_MS: (u64, u64) = (35_000, 90_000);
/// One deal in so many is followed by another at once: two tables are done together.
const BURST_EVERY: u64 = 6;

/// The evening that a rehearsal begins in the middle of.
pub fn under_way() -> Evening {
    Evening {
        traded_ms: TRADED_MS,
        deals: STRUCK,
        brokers: Demo::drammen().brokers,
    }
}

/// Plays a rehearsal: opens the floor with its first round if it is not open, and lets the demo's brokers trade, `pace` times as
/// fast as people do, until each of the demo's deals is struck.
///
/// # Errors
/// If the server refuses the clients, or closes.
pub async fn rehearse(address: String, company: Company, pace: NonZeroU32) -> Result<(), ClientError> {
    let demo = Demo::drammen();
    open_floor(&address, &demo.slug, &company.moderator_token, Some(RoundId(1))).await?;
    let mut brokers = Vec::new();
    for token in &company.broker_tokens {
        brokers.push(Client::connect(&address, &demo.slug, Some(token)).await?);
    }
    let struck = brokers.first().and_then(|broker| broker.follower.as_ref());
    let struck = struck.map_or(0, |follower| follower.board.deals.len());
    let mut chance = Chance(0x5EED);
    for (turn, index) in (struck..demo.deals.len()).enumerate() {
        let pause = Duration::from_millis(pause_ms(turn, &mut chance)) / pace.get();
        let listening = brokers.iter_mut().map(|broker| broker.listen(pause));
        futures_util::future::try_join_all(listening).await?;
        let among = brokers.len().max(1);
        let Some(broker) = brokers.get_mut(index % among) else {
            return Ok(());
        };
        let command = Command::PostDeal {
            deal: DealId(Uuid::now_v7()),
            terms: demo.terms(index),
            written_on: WrittenOn::Tablet,
            broker: None,
        };
        let id = broker.command(&command).await?;
        if let ServerMessage::Refused { code, message, .. } = broker.answer(id).await? {
            tracing::info!(code, "the rehearsal ends: {message}");
            return Ok(());
        }
    }
    tracing::info!("the rehearsal ends: every deal of the demo is struck");
    Ok(())
}

/// How long it is until the next deal at people's own pace, in milliseconds.
fn pause_ms(turn: usize, chance: &mut Chance) -> u64 {
    let is_quick = turn < QUICK || chance.below(BURST_EVERY) == 0;
    let (from, to) = if is_quick { QUICK_MS } else { USUAL_MS };
    from + chance.below(to - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_trades_as_people_do() {
        let mut chance = Chance(0x5EED);
        let pauses_ms: Vec<u64> = (0..1_000).map(|turn| pause_ms(turn, &mut chance)).collect();
        let first_ms: u64 = pauses_ms[..QUICK].iter().sum();
        assert!(
            first_ms <= 30_000,
            "the first deals come within half a minute: {first_ms} ms"
        );
        assert!(pauses_ms.iter().all(|pause_ms| *pause_ms <= 90_000));
        let an_hour = 1_000 * 3_600_000 / pauses_ms.iter().sum::<u64>();
        assert!((50..=75).contains(&an_hour), "{an_hour} deals in an hour");
    }
}
