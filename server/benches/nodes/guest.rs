//! Somebody who comes back: after a jittered wait, to whichever node the proxy chooses, from where they were.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use borsklokka::simulate::ClientError;
use borsklokka_shared::follow::{Follower, Step};
use borsklokka_shared::ids::DealId;
use borsklokka_shared::wire::{
    ClientMessage, PING_EVERY_MS, RECONNECT_MS_MAX, RECONNECT_MS_MIN, ServerMessage,
};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep, timeout, timeout_at};
use uuid::Uuid;

use crate::count::Hall;
use crate::way::{PATIENCE, Through};

/// How long somebody tries to come back before they go home.
const GIVE_UP: Duration = Duration::from_mins(2);
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_millis(100);
const PING_EVERY: Duration = Duration::from_millis(PING_EVERY_MS as u64);

pub(crate) struct Guest {
    pub(crate) hall: Arc<Hall>,
    pub(crate) client: Through,
    from: Ipv4Addr,
    token: Option<String>,
    ping: Interval,
    heard_at: Instant,
}

impl Guest {
    pub(crate) async fn enter(
        hall: Arc<Hall>,
        from: Ipv4Addr,
        token: Option<String>,
    ) -> Result<Self, ClientError> {
        let client = hall.way.enter(from, token.as_deref(), None).await?;
        let now = Instant::now();
        let mut ping = interval_at(now + PING_EVERY.mul_f64(chance()), PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            hall,
            client,
            from,
            token,
            ping,
            heard_at: now,
        })
    }

    /// The next message, while it says that it is there. A hole, and a server that does not answer, are a lost connection.
    pub(crate) async fn next(&mut self) -> Result<ServerMessage, ClientError> {
        loop {
            let silent_at = self.heard_at + PING_EVERY + PATIENCE;
            tokio::select! {
                heard = timeout_at(silent_at, self.client.next()) => {
                    let message = heard.unwrap_or(Err(ClientError::Silent))?;
                    self.heard_at = Instant::now();
                    return match self.client.step {
                        Step::Hole => {
                            self.hall.error("a hole in the order of events".to_owned());
                            Err(ClientError::Silent)
                        }
                        _ => Ok(message),
                    };
                }
                _ = self.ping.tick() => {
                    timeout_at(silent_at, self.client.send(&ClientMessage::Ping { sent_ms: 0.0 }))
                        .await
                        .unwrap_or(Err(ClientError::Silent))?;
                }
            }
        }
    }

    /// Comes back from where it was after a connection ended, and notes for how long it was away; whether it could.
    pub(crate) async fn come_back(&mut self, why: &ClientError) -> bool {
        let lost_at = match why {
            ClientError::Silent => self.heard_at,
            _ => Instant::now(),
        };
        self.hall.leaves(self.client.step == Step::Hole);
        // Whoever is told to come back answers that, and the server need not wait for it.
        let _ = timeout(GOODBYE, self.client.next()).await;
        let follower: Option<Follower> = self.client.follower.take();
        let mut most_ms = f64::from(RECONNECT_MS_MIN);
        while lost_at.elapsed() < GIVE_UP {
            most_ms = (most_ms * 2.0).min(f64::from(RECONNECT_MS_MAX));
            sleep(Duration::from_millis((most_ms * chance()) as u64)).await;
            let entering = self
                .hall
                .way
                .enter(self.from, self.token.as_deref(), follower.clone());
            match Box::pin(entering).await {
                Ok(client) => {
                    self.client = client;
                    self.heard_at = Instant::now();
                    self.hall.is_back(self.token.is_none(), lost_at.elapsed());
                    return true;
                }
                Err(error) => self.hall.turned_away(&error),
            }
        }
        self.hall
            .error(format!("somebody could not come back for {GIVE_UP:?}: {why}"));
        false
    }

    /// The deals of its board.
    pub(crate) fn deals(&self) -> Vec<DealId> {
        let follower = self.client.follower.as_ref();
        follower.map_or_else(Vec::new, |follower| {
            follower.board.deals.keys().copied().collect()
        })
    }
}

/// Anything from 0 to 1.
fn chance() -> f64 {
    let (random, _) = Uuid::new_v4().as_u64_pair();
    f64::from(random as u32) / f64::from(u32::MAX)
}
