//! One exchange before 10,000 viewers, 20 deals a second, in plain and over TLS: how long until each has the event, and what it costs.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::latency::Timed;
use crate::ours;
use crate::report::{Figure, Report};
use crate::tls::{Certificate, Hall, Way};

const VIEWERS: usize = 10_000;
const DEALS_PER_S: u32 = 20;
const LASTS: Duration = Duration::from_secs(10);

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    let folder = ours::folder()?;
    let certificate = Certificate::made_in(folder.path())?;
    for way in [Way::Plain, Way::Own] {
        eprintln!(
            "==> hall: {VIEWERS} viewers, {DEALS_PER_S} deals a second, {}",
            way.name()
        );
        let hall = Hall::open(way, &certificate)?;
        let server = &hall.ours.server;
        let empty_kib = server.memory_kib()?;
        let crowd = Timed::gather(hall.crowd(VIEWERS, &certificate))?;
        let full_kib = server.memory_kib()?;
        let (cpu_ns, begun) = (server.cpu_ns()?, Instant::now());
        let deals = crowd.trade(&hall.ours, DEALS_PER_S, LASTS)?;
        let (cpu_ns, lasts_s) = (server.cpu_ns()? - cpu_ns, begun.elapsed().as_secs_f64());
        let deliveries = deals * VIEWERS as u64;
        let mut add = |name, value: f64, unit| {
            let figure = Figure::new("hall", name, value, unit);
            report.add(figure.viewers(VIEWERS).of(way.name()));
        };
        add("deals_per_s", deals as f64 / lasts_s, "deals");
        add("post_to_viewer_p50_ms", crowd.quantile_ms(0.5), "ms");
        add("post_to_viewer_p99_ms", crowd.quantile_ms(0.99), "ms");
        add("cpu", cpu_ns as f64 / 1e9 / lasts_s, "cores");
        add("cpu_a_delivery", cpu_ns as f64 / 1e3 / deliveries as f64, "µs");
        let memory_kib = full_kib.saturating_sub(empty_kib);
        add("memory_a_viewer", memory_kib as f64 / VIEWERS as f64, "KiB");
    }
    Ok(())
}
