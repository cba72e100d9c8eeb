//! One exchange before 10,000 viewers, 20 deals a second, in plain and over TLS: how long until each has the event, and what it costs; and how
//! long the server alone writes one event to them, by how many processors it has.

use std::net::SocketAddr;
use std::process::{self, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use borsklokka_shared::wire::ServerMessage;
use test_support::raw::RawClient;

use crate::latency::Timed;
use crate::ours::{self, Ours};
use crate::publish::{Broker, PING};
use crate::report::{Figure, Report, median};
use crate::tls::{Certificate, Hall, Way};

const VIEWERS: usize = 10_000;
const DEALS_PER_S: u32 = 20;
const LASTS: Duration = Duration::from_secs(10);
/// Deals whose writing is timed.
const WRITTEN: usize = 30;
/// Who ask how far the server has come, and how often: each alone may ask some forty times a second.
const ASKERS: usize = 30;
const ASKED_EVERY: Duration = Duration::from_millis(1);

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    measure_writing(report)?;
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

/// Until an event is written to everybody. Nobody reads meanwhile: the crowd would need the processors that are counted.
fn measure_writing(report: &mut Report) -> Result<()> {
    let all = std::thread::available_parallelism()?.get();
    for processors in [1, all] {
        eprintln!("==> hall: writing to {VIEWERS} viewers, on {processors} processors");
        // Those that a thread starts may run where it may.
        run_on(processors)?;
        let ours = Ours::start();
        run_on(all)?;
        let ours = ours?;
        let watching = ours.crowd(VIEWERS).watch(None);
        watching.all_started()?;
        let times_ms = watching.resting(|| ours.runtime.block_on(writing_ms(&ours)))?;
        ensure!(watching.lost() == 0, "{} viewers were lost", watching.lost());
        let figure = Figure::new("hall", "written_to_all_ms", median(times_ms), "ms");
        report.add(figure.viewers(VIEWERS).of(format!("{processors} processors")));
    }
    Ok(())
}

/// Lets this thread, and what it starts, run on the first so many processors.
fn run_on(processors: usize) -> Result<()> {
    let list = format!("0-{}", processors - 1);
    let mut taskset = Command::new("taskset");
    taskset.args(["--pid", "--cpu-list", &list, &process::id().to_string()]);
    let set = taskset.output().context("taskset of util-linux is needed")?;
    ensure!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
    Ok(())
}

/// From the answer to a deal until the server has written it to everybody, of some.
async fn writing_ms(ours: &Ours) -> Result<Vec<f64>> {
    let mut askers = Askers::come(ours.address).await;
    let mut broker = Broker::join(ours.address, &ours.token).await?;
    let mut times_ms = Vec::new();
    let mut head = askers.head().await?;
    for _ in 0..WRITTEN {
        broker.post().await?;
        broker.answered().await?;
        let begun = Instant::now();
        let before = head;
        while head == before {
            tokio::time::sleep(ASKED_EVERY).await;
            head = askers.head().await?;
        }
        times_ms.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(times_ms)
}

/// Viewers who ask in turns.
struct Askers {
    clients: Vec<RawClient>,
    next: usize,
}

impl Askers {
    async fn come(address: SocketAddr) -> Self {
        let mut clients = Vec::new();
        for _ in 0..ASKERS {
            clients.push(RawClient::viewer(address).await);
        }
        Self { clients, next: 0 }
    }

    /// The last position that everybody was written.
    async fn head(&mut self) -> Result<u64> {
        let client = &mut self.clients[self.next % ASKERS];
        self.next += 1;
        client.send_text(PING).await;
        while let Some(frame) = client.frame().await {
            if let Ok(ServerMessage::Pong { head, .. }) = serde_json::from_slice(&frame.payload) {
                return Ok(head.0);
            }
        }
        bail!("the server has gone")
    }
}
