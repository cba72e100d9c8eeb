//! From just before a broker's post is sent until each viewer has the event.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Result, bail};
use hdrhistogram::Histogram;

use crate::ours::Ours;
use crate::publish::{self, SentAt};
use crate::report::{Figure, Report};

const VIEWERS: usize = 1_000;
const DEALS_PER_S: u32 = 20;
/// The longest latency that is told apart, in microseconds.
const LATENCY_US_MAX: u64 = 60_000_000;
const LASTS: Duration = Duration::from_secs(10);

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    let ours = Ours::start()?;
    let sent_at: SentAt = Arc::default();
    let latencies_us = Arc::new(Mutex::new(Histogram::<u64>::new_with_bounds(
        1,
        LATENCY_US_MAX,
        3,
    )?));
    let on_deal = {
        let (sent_at, latencies_us) = (Arc::clone(&sent_at), Arc::clone(&latencies_us));
        Box::new(move |_: usize, nth: u64, at: std::time::Instant| {
            let sent = sent_at.lock().expect("nobody panics with it")[nth as usize];
            let us = at.saturating_duration_since(sent).as_micros() as u64;
            latencies_us
                .lock()
                .expect("nobody panics with it")
                .saturating_record(us);
        })
    };
    let watching = ours.crowd(VIEWERS).watch(Some(on_deal));
    watching.all_started()?;
    let posted = publish::at_pace(&ours, DEALS_PER_S, LASTS, Some(&sent_at))?;
    let expected = posted * VIEWERS as u64;
    while watching.seen.deals() < expected {
        if watching.lost() > 0 {
            bail!("{} viewers were lost", watching.lost());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let latencies_us = latencies_us.lock().expect("nobody panics with it");
    let mut add = |name, us: u64, goal| {
        let figure = Figure::new("latency", name, us as f64 / 1_000.0, "ms").viewers(VIEWERS);
        report.add(match goal {
            Some(goal) => figure.goal(goal),
            None => figure,
        });
    };
    add("post_to_viewer_p50_ms", latencies_us.value_at_quantile(0.5), None);
    add(
        "post_to_viewer_p99_ms",
        latencies_us.value_at_quantile(0.99),
        Some("<= 50"),
    );
    add("post_to_viewer_max_ms", latencies_us.max(), None);
    Ok(())
}
