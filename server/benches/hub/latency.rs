//! From just before a broker's post is sent until each viewer has the event.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hdrhistogram::Histogram;

use crate::ours::Ours;
use crate::publish::{self, SentAt};
use crate::report::{Figure, Report};
use crate::viewers::{Crowd, Watching};

const VIEWERS: usize = 1_000;
const DEALS_PER_S: u32 = 20;
const LASTS: Duration = Duration::from_secs(10);
/// How long the last deals may take to reach everybody.
const SETTLE: Duration = Duration::from_mins(1);
/// The longest latency that is told apart, in microseconds.
const LATENCY_US_MAX: u64 = 60_000_000;

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    let ours = Ours::start()?;
    let crowd = Timed::gather(ours.crowd(VIEWERS))?;
    crowd.trade(&ours, DEALS_PER_S, LASTS)?;
    let mut add = |name, ms, goal| {
        let figure = Figure::new("latency", name, ms, "ms").viewers(VIEWERS);
        report.add(match goal {
            Some(goal) => figure.goal(goal),
            None => figure,
        });
    };
    add("post_to_viewer_p50_ms", crowd.quantile_ms(0.5), None);
    add("post_to_viewer_p99_ms", crowd.quantile_ms(0.99), Some("<= 50"));
    add("post_to_viewer_max_ms", crowd.quantile_ms(1.0), None);
    Ok(())
}

/// How long something took, of many.
pub(crate) type Latencies = Arc<Mutex<Histogram<u64>>>;

/// Nothing yet, in microseconds.
pub(crate) fn latencies() -> Result<Latencies> {
    let none = Histogram::new_with_bounds(1, LATENCY_US_MAX, 3)?;
    Ok(Arc::new(Mutex::new(none)))
}

/// Keeps how long ago something was sent.
pub(crate) fn record(latencies: &Latencies, sent: Instant, at: Instant) {
    let us = at.saturating_duration_since(sent).as_micros() as u64;
    latencies
        .lock()
        .expect("nobody panics with it")
        .saturating_record(us);
}

/// So much of them took at most this, in milliseconds.
pub(crate) fn quantile_ms(latencies: &Latencies, quantile: f64) -> f64 {
    let latencies = latencies.lock().expect("nobody panics with it");
    latencies.value_at_quantile(quantile) as f64 / 1_000.0
}

/// A crowd before one exchange, of which each says when it had what.
pub(crate) struct Timed {
    watching: Watching,
    viewers: usize,
    sent_at: SentAt,
    latencies: Latencies,
}

impl Timed {
    /// Lets a crowd in.
    pub(crate) fn gather(crowd: Crowd) -> Result<Self> {
        let viewers = crowd.viewers;
        let (sent_at, latencies) = (SentAt::default(), latencies()?);
        let on_deal = {
            let (sent_at, latencies) = (Arc::clone(&sent_at), Arc::clone(&latencies));
            Box::new(move |_: usize, nth: u64, at: Instant| {
                let sent = sent_at.lock().expect("nobody panics with it")[nth as usize];
                record(&latencies, sent, at);
            })
        };
        let watching = crowd.watch(Some(on_deal));
        watching.all_started()?;
        Ok(Self {
            watching,
            viewers,
            sent_at,
            latencies,
        })
    }

    /// Posts deals at a pace for a while, until everybody has them; how many.
    pub(crate) fn trade(&self, ours: &Ours, per_s: u32, lasts: Duration) -> Result<u64> {
        let posted = publish::at_pace(ours, per_s, lasts, Some(&self.sent_at))?;
        all_came(&self.watching, posted * self.viewers as u64, SETTLE)?;
        Ok(posted)
    }

    pub(crate) fn quantile_ms(&self, quantile: f64) -> f64 {
        quantile_ms(&self.latencies, quantile)
    }
}

/// Waits until so many deals were delivered.
pub(crate) fn all_came(watching: &Watching, deliveries: u64, within: Duration) -> Result<()> {
    let begun = Instant::now();
    while watching.seen.deals() < deliveries {
        if watching.lost() > 0 || begun.elapsed() > within {
            bail!(
                "{} of {deliveries} deliveries came, {} viewers were lost",
                watching.seen.deals(),
                watching.lost()
            );
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}
