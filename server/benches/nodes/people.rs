//! Who is in the hall: those who watch, and brokers, whose tablets keep what they wrote until it is answered.

use std::time::Duration;

use borsklokka::demo::Demo;
use borsklokka::simulate::ClientError;
use borsklokka_shared::command::Command;
use borsklokka_shared::event::Event;
use borsklokka_shared::follow::Step;
use borsklokka_shared::ids::{CommandId, DealId};
use borsklokka_shared::wire::ServerMessage;
use test_support::new_deal;
use tokio::time::{Instant, interval_at, sleep, timeout};
use uuid::Uuid;

use crate::guest::Guest;
use crate::way::PATIENCE;

/// What is not an answer: it may be sent again as it is.
const AGAIN: [&str; 2] = ["unavailable", "throttled"];
/// How long a tablet waits then.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Watches until it is shut down, and counts what it sees.
pub(crate) async fn watch(mut guest: Guest, viewer: usize) {
    guest.hall.sees_board(viewer, &guest.deals());
    loop {
        match guest.next().await {
            Ok(ServerMessage::Event(event)) => {
                if let Event::DealPosted { deal } = &event.event {
                    guest.hall.sees(viewer, deal.id);
                } else if guest.client.step == Step::Known {
                    guest.hall.error("an event came twice".to_owned());
                }
            }
            Ok(_) => {}
            Err(error) => {
                if !guest.come_back(&error).await {
                    return;
                }
                // What was missed comes as events or, in a snapshot, as deals of the board.
                guest.hall.sees_board(viewer, &guest.deals());
            }
        }
    }
}

/// Writes a deal every so often while the hall trades, until it is shut down.
pub(crate) async fn write(mut guest: Guest, nth: usize, first: Duration, every: Duration) {
    let demo = Demo::drammen();
    let mut due = interval_at(Instant::now() + first, every);
    let mut written = nth;
    loop {
        let heard = tokio::select! {
            heard = guest.next() => heard.map(drop),
            _ = due.tick() => {
                if !guest.hall.trades() {
                    continue;
                }
                let command = new_deal(demo.terms(written));
                written += 1;
                let Command::PostDeal { deal, .. } = &command else {
                    unreachable!("a new deal is posted")
                };
                let deal = *deal;
                if !post(&mut guest, deal, &command).await {
                    return;
                }
                Ok(())
            }
        };
        if let Err(error) = heard
            && !guest.come_back(&error).await
        {
            return;
        }
    }
}

/// Posts a deal, under one id, until it is answered for good; false if the server does not come back.
async fn post(guest: &mut Guest, deal: DealId, command: &Command) -> bool {
    let id = CommandId(Uuid::now_v7());
    guest.hall.writes(deal);
    loop {
        let answer = timeout(PATIENCE, answer(guest, id, command)).await;
        match answer.unwrap_or(Err(ClientError::Silent)) {
            Ok(None) => {
                guest.hall.is_accepted(deal);
                return true;
            }
            Ok(Some(code)) if AGAIN.contains(&code.as_str()) => {
                guest.hall.is_put_off();
                sleep(AGAIN_AFTER).await;
            }
            Ok(Some(code)) => {
                guest.hall.is_refused(&code);
                return true;
            }
            Err(error) => {
                if !guest.come_back(&error).await {
                    return false;
                }
            }
        }
    }
}

/// Sends a command, and waits for its answer: the code if it was refused.
async fn answer(guest: &mut Guest, id: CommandId, command: &Command) -> Result<Option<String>, ClientError> {
    guest.client.command_as(id, command).await?;
    loop {
        match guest.next().await? {
            ServerMessage::Accepted { id: to, .. } if to == id => return Ok(None),
            ServerMessage::Refused {
                id: Some(to), code, ..
            } if to == id => return Ok(Some(code)),
            _ => {}
        }
    }
}
