//! One exchange before 10,000 viewers, 20 deals a second: how long until each has the event, and what it costs.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hdrhistogram::Histogram;

use crate::ours::Ours;
use crate::publish::{self, SentAt};
use crate::report::{Figure, Report};

const VIEWERS: usize = 10_000;
const DEALS_PER_S: u32 = 20;
const LASTS: Duration = Duration::from_secs(10);
/// How long the last deals may take to reach everybody.
const SETTLE: Duration = Duration::from_mins(1);
/// The longest latency that is told apart, in microseconds.
const LATENCY_US_MAX: u64 = 60_000_000;

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    eprintln!("==> hall: {VIEWERS} viewers, {DEALS_PER_S} deals a second");
    let ours = Ours::start()?;
    let idle_kib = ours.server.memory_kib()?;
    let sent_at: SentAt = Arc::default();
    let latencies_us = Histogram::<u64>::new_with_bounds(1, LATENCY_US_MAX, 3)?;
    let latencies_us = Arc::new(Mutex::new(latencies_us));
    let on_deal = {
        let (sent_at, latencies_us) = (Arc::clone(&sent_at), Arc::clone(&latencies_us));
        Box::new(move |_: usize, nth: u64, at: Instant| {
            let sent = sent_at.lock().expect("nobody panics with it")[nth as usize];
            let us = at.saturating_duration_since(sent).as_micros() as u64;
            let mut latencies_us = latencies_us.lock().expect("nobody panics with it");
            latencies_us.saturating_record(us);
        })
    };
    let watching = ours.crowd(VIEWERS).watch(Some(on_deal));
    watching.all_started()?;
    let crowd_kib = ours.server.memory_kib()?;
    let (cpu_ns, begun) = (ours.server.cpu_ns()?, Instant::now());
    let posted = publish::at_pace(&ours, DEALS_PER_S, LASTS, Some(&sent_at))?;
    let (expected, last) = (posted * VIEWERS as u64, Instant::now());
    while watching.seen.deals() < expected {
        if watching.lost() > 0 || last.elapsed() > SETTLE {
            bail!(
                "{} of {expected} deliveries came, {} viewers were lost",
                watching.seen.deals(),
                watching.lost()
            );
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let (cpu_ns, lasts) = (ours.server.cpu_ns()? - cpu_ns, begun.elapsed());
    let latencies_us = latencies_us.lock().expect("nobody panics with it");
    let quantile = |quantile| latencies_us.value_at_quantile(quantile) as f64 / 1_000.0;
    let mut add = |name, value: f64, unit| {
        report.add(Figure::new("hall", name, value, unit).viewers(VIEWERS));
    };
    add("deals_per_s", posted as f64 / lasts.as_secs_f64(), "deals");
    add("post_to_viewer_p50_ms", quantile(0.5), "ms");
    add("post_to_viewer_p99_ms", quantile(0.99), "ms");
    add("cpu", cpu_ns as f64 / 1e9 / lasts.as_secs_f64(), "cores");
    add("cpu_a_delivery", cpu_ns as f64 / 1e3 / expected as f64, "µs");
    add(
        "memory_a_viewer",
        (crowd_kib - idle_kib) as f64 / VIEWERS as f64,
        "KiB",
    );
    Ok(())
}
