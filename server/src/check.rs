//! Verifies a database: positions without a hole, each audience's `prev`, the fold on both boards, and the totals.

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::disclosure::seen_by;
use borsklokka_shared::event::Event;
use borsklokka_shared::follow::{Follower, Step};
use borsklokka_shared::ids::Seq;
use borsklokka_shared::totals::Totals;
use borsklokka_shared::wire::EventMessage;

use crate::log::{ExchangeRow, Log, LogError};

/// Events that are read at a time.
const READ_EVENTS: u32 = 5_000;

/// What a check found in one exchange.
#[derive(Debug)]
pub struct Report {
    /// Which exchange.
    pub exchange: ExchangeRow,
    /// How many events it has.
    pub events: u64,
    /// How many deals are on the wall.
    pub deals: u32,
    /// What is wrong; empty if nothing is.
    pub faults: Vec<String>,
}

/// Checks every exchange in a log.
///
/// # Errors
/// If the log cannot be read at all. An event that cannot be decoded is a fault of its exchange.
pub async fn check(log: &dyn Log) -> Result<Vec<Report>, LogError> {
    let mut reports = Vec::new();
    for exchange in log.exchanges().await? {
        reports.push(check_exchange(log, exchange).await?);
    }
    Ok(reports)
}

async fn check_exchange(log: &dyn Log, exchange: ExchangeRow) -> Result<Report, LogError> {
    let mut followers = Audience::ALL.map(|audience| Follower {
        epoch: exchange.epoch,
        seq: Seq(0),
        board: Board::empty(audience),
    });
    let mut scratch = Board::empty(Audience::Staff);
    let mut faults = Vec::new();
    let mut last = exchange.begins_after;
    let mut events = 0;
    'reading: loop {
        let recorded = match log.read(exchange.id, last, READ_EVENTS).await {
            Ok(recorded) => recorded,
            Err(error @ (LogError::Event { .. } | LogError::Column { .. })) => {
                faults.push(error.to_string());
                break 'reading;
            }
            Err(error @ LogError::Database(_)) => return Err(error),
        };
        if recorded.is_empty() {
            break;
        }
        for recorded in &recorded {
            events += 1;
            if recorded.seq != last.next() {
                faults.push(format!("after position {} comes {}", last.0, recorded.seq.0));
            }
            last = recorded.seq;
            let audience = borsklokka_shared::disclosure::of_event(&scratch, &recorded.event);
            if audience != recorded.audience {
                let (stored, right) = (recorded.audience.as_str(), audience.as_str());
                faults.push(format!(
                    "position {}: audience {stored}, but the event is for {right}",
                    recorded.seq.0
                ));
            }
            if events == 1 {
                for follower in &mut followers {
                    follower.seq = recorded.prev(follower.board.audience);
                }
            }
            apply(&mut scratch, &recorded.event);
            for follower in &mut followers {
                let audience = follower.board.audience;
                if audience.sees(recorded.audience)
                    && follower.take(&EventMessage::of(recorded, audience)) != Step::Applied
                {
                    faults.push(format!(
                        "position {}: prev is {} for {}, whose last position is {}",
                        recorded.seq.0,
                        recorded.prev(audience).0,
                        audience.as_str(),
                        follower.seq.0
                    ));
                    apply(&mut follower.board, &recorded.event);
                    follower.seq = recorded.position(audience);
                }
                // A log that begins anew says what stays, and frames do not.
                if let Event::BegunAnew { .. } = recorded.event {
                    apply(&mut follower.board, &seen_by(audience, &recorded.event));
                }
            }
        }
    }
    let [public, staff] = followers.map(|follower| follower.board);
    for board in [&public, &staff] {
        let recounted = Totals::recount(board.deals.values(), &board.participants);
        if recounted != board.totals {
            faults.push(format!(
                "the {} board's totals differ from a recount",
                board.audience.as_str()
            ));
        }
    }
    if public.totals != staff.totals {
        faults.push("the public's totals differ from staff's".to_owned());
    }
    if !public
        .deals
        .values()
        .eq(staff.deals.values().filter(|deal| deal.is_public()))
    {
        faults.push("the public's deals are not staff's public deals".to_owned());
    }
    Ok(Report {
        exchange,
        events,
        deals: staff.totals.deals,
        faults,
    })
}
