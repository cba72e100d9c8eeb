//! Who else is in the hall: the notary, who hammers every deal through that is not secret, and those who watch.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use borsklokka::simulate::{Client, ClientError};
use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::{Deal, Standing};
use borsklokka_shared::follow::{Follower, Step};
use borsklokka_shared::ids::DealId;
use borsklokka_shared::wire::ClientMessage;
use tokio::time::{Instant, interval, sleep, timeout};

use super::line::Line;
use super::tablet::SECRET;

const SILENCE: Duration = Duration::from_secs(3);
const PING: Duration = Duration::from_millis(700);
/// After how long the notary presses again.
const PRESS_AGAIN: Duration = Duration::from_secs(1);

/// What a client has seen, for whoever asks.
pub(crate) type Seen = Arc<Mutex<Option<Follower>>>;

pub(crate) fn says(deal: &Deal) -> &str {
    &deal.terms.bargain.service().text
}

/// Whether a deal waits for the notary, who means to hammer it through.
pub(crate) fn waits(deal: &Deal) -> bool {
    deal.standing == Standing::Written && !says(deal).starts_with(SECRET)
}

/// Watches, with or without a token, and resumes where it was. `press` is asked after each message what to send.
pub(crate) async fn watch(
    line: Line,
    token: Option<String>,
    seen: Seen,
    mut press: impl FnMut(&Board) -> Vec<Command>,
) {
    loop {
        let _ = connection(&line, token.as_deref(), &seen, &mut press).await;
        sleep(Duration::from_millis(150)).await;
    }
}

async fn connection(
    line: &Line,
    token: Option<&str>,
    seen: &Seen,
    press: &mut impl FnMut(&Board) -> Vec<Command>,
) -> Result<(), ClientError> {
    let was = seen.lock().expect("no panic").clone();
    let address = line.address.to_string();
    let connecting = Client::resume(&address, "drammen", token, was);
    let mut client = timeout(SILENCE, connecting)
        .await
        .map_err(|_| ClientError::Silent)??;
    let mut ping = interval(PING);
    let mut heard = Instant::now();
    loop {
        let mut asked = Vec::new();
        if let Some(follower) = &client.follower {
            asked = press(&follower.board);
            *seen.lock().expect("no panic") = Some(follower.clone());
        }
        for command in asked {
            client.command(&command).await?;
        }
        tokio::select! {
            message = client.next() => {
                heard = Instant::now();
                message?;
                if client.step == Step::Hole {
                    return Ok(());
                }
            }
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE {
                    return Err(ClientError::Silent);
                }
                timeout(SILENCE, client.send(&ClientMessage::Ping { sent_ms: 0.0 }))
                    .await
                    .map_err(|_| ClientError::Silent)??;
            }
        }
    }
}

/// What the notary presses: each deal once in a while, until it is hammered through.
pub(crate) fn hammer() -> impl FnMut(&Board) -> Vec<Command> {
    let mut pressed: HashMap<DealId, Instant> = HashMap::new();
    move |board| {
        let due = board.deals.values().filter(|deal| waits(deal)).filter(|deal| {
            let last = pressed.get(&deal.id);
            last.is_none_or(|last| last.elapsed() > PRESS_AGAIN)
        });
        let due: Vec<DealId> = due.map(|deal| deal.id).collect();
        pressed.extend(due.iter().map(|id| (*id, Instant::now())));
        due.into_iter()
            .map(|deal| Command::RatifyDeal { deal, expected: None })
            .collect()
    }
}
