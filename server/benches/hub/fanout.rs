//! CPU time of one delivery, and memory of one viewer; ours, the limit, and the peers, in turns.

use std::io::Write as _;
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use test_support::raw::RawClient;

use crate::ours::Ours;
use crate::peers::{self, Peer};
use crate::process::Server;
use crate::publish;
use crate::raw::{ASKS, Part, TICKS_PER_S};
use crate::report::{Figure, Report, median};
use crate::viewers::{Crowd, Dialect, Watching};

/// How many watch.
const HALLS: [usize; 2] = [1_000, 5_000];
/// Rounds of ours and the reference, in turns; the median counts.
const ROUNDS: usize = 3;
/// How long one round is measured.
const ROUND: Duration = Duration::from_secs(5);
/// Messages in flight in a burst.
const IN_FLIGHT: u64 = 64;

/// CPU time of all servers on the way over deliveries, as they run on.
struct Window<'a> {
    servers: &'a [&'a Server],
    watching: &'a Watching,
    cpu_ns: u64,
    deliveries: u64,
}

impl<'a> Window<'a> {
    fn open(servers: &'a [&'a Server], watching: &'a Watching) -> Result<Self> {
        Ok(Self {
            servers,
            watching,
            cpu_ns: of_all(servers, Server::cpu_ns)?,
            deliveries: watching.seen.deliveries(),
        })
    }

    /// Microseconds of CPU time a delivery since it was opened.
    fn cpu_per_delivery_us(&self) -> Result<f64> {
        let deliveries = self.watching.seen.deliveries() - self.deliveries;
        let cpu_ns = of_all(self.servers, Server::cpu_ns)? - self.cpu_ns;
        if deliveries == 0 {
            bail!("nothing was delivered");
        }
        if self.watching.lost() > 0 {
            bail!("{} viewers were lost", self.watching.lost());
        }
        Ok(cpu_ns as f64 / deliveries as f64 / 1_000.0)
    }
}

/// The sum over servers.
fn of_all(servers: &[&Server], figure: impl Fn(&Server) -> Result<u64>) -> Result<u64> {
    servers.iter().map(|server| figure(server)).sum()
}

pub(crate) fn measure(report: &mut Report, ours: bool, with_peers: bool) -> Result<()> {
    let bytes = event_bytes()?;
    eprintln!("==> fanout: a deal's event has {bytes} bytes; every server sends as many");
    for viewers in HALLS {
        let (mut paced, mut paced_raw) = (vec![], vec![]);
        let (mut burst, mut burst_raw, mut joined_raw) = (vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            if ours {
                paced.push(paced_ours(viewers)?);
                paced_raw.push(raw(&Part::Ticks { bytes, viewers })?);
            }
            burst.push(burst_ours(viewers)?);
            burst_raw.push(raw(&Part::Burst { bytes, viewers })?);
            joined_raw.push(joined(bytes, viewers)?);
        }
        if ours {
            let ratios = each_over(&paced, &paced_raw);
            let figure = |name, value, unit| Figure::new("fanout", name, value, unit).viewers(viewers);
            report.add(figure("cpu_per_delivery_us", median(paced), "us").of("ours"));
            report.add(figure("cpu_per_delivery_us", median(paced_raw), "us").of("the raw reference"));
            report.add(figure("cpu_per_delivery_ratio", median(ratios), "ratio").goal("<= 1.2"));
        }
        let ratios = each_over(&burst, &joined_raw);
        let figure = |value| Figure::new("fanout", "burst_cpu_per_delivery_us", value, "us").viewers(viewers);
        report.add(
            figure(median(burst))
                .of("ours")
                .goal("below NATS and nginx with nchan"),
        );
        report.add(figure(median(burst_raw)).of("the raw reference"));
        report.add(figure(median(joined_raw)).of("the reference that joins"));
        let figure = Figure::new("fanout", "burst_joined_ratio", median(ratios), "ratio");
        report.add(figure.viewers(viewers).goal("<= 1.3"));
        if with_peers {
            measure_peers(report, bytes, viewers);
        }
    }
    Ok(())
}

/// Each of ours over the reference of the same round.
fn each_over(ours: &[f64], reference: &[f64]) -> Vec<f64> {
    ours.iter().zip(reference).map(|(ours, raw)| ours / raw).collect()
}

/// Memory of one of five thousand idle viewers.
pub(crate) fn measure_memory(report: &mut Report) -> Result<()> {
    let viewers = HALLS[1];
    let ours = Ours::start()?;
    let memory = memory(&[&ours.server], ours.crowd(viewers))?;
    let figure = Figure::new("fanout", "memory_per_viewer_kib", memory, "KiB").viewers(viewers);
    report.add(figure.of("ours").goal("<= 3.5"));
    Ok(())
}

/// The same of the peers.
pub(crate) fn measure_memory_of_peers(report: &mut Report) -> Result<()> {
    let viewers = HALLS[1];
    for kind in peers::KINDS {
        let peer = Peer::start(kind, 1)?;
        let memory = memory(&[&peer.server], peer.crowd(viewers))?;
        let figure = Figure::new("peers", "memory_per_viewer_kib", memory, "KiB").viewers(viewers);
        report.add(figure.of(kind.name()));
    }
    Ok(())
}

/// One that cannot carry so many has no figure, and is no reason to have none of the others.
fn measure_peers(report: &mut Report, bytes: usize, viewers: usize) {
    for kind in peers::KINDS {
        let [paced, burst] = match peer_rounds(kind, bytes, viewers) {
            Ok(figures) => figures,
            Err(error) => {
                eprintln!("    peers: {} with {viewers} viewers: {error:#}", kind.name());
                continue;
            }
        };
        let figure = |name, value| {
            Figure::new("peers", name, value, "us")
                .viewers(viewers)
                .of(kind.name())
        };
        report.add(figure("cpu_per_delivery_us", paced));
        report.add(figure("burst_cpu_per_delivery_us", burst));
    }
}

/// CPU of a delivery by a peer at a pace and in a burst, in microseconds.
fn peer_rounds(kind: peers::Kind, bytes: usize, viewers: usize) -> Result<[f64; 2]> {
    let (mut paced, mut burst) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        paced.push(peer_round(kind, bytes, viewers, |peer, watching, stop| {
            peer.publish_at_pace(TICKS_PER_S, watching, stop)
        })?);
        burst.push(peer_round(kind, bytes, viewers, |peer, watching, stop| {
            peer.publish_in_flight(IN_FLIGHT, watching, stop)
        })?);
    }
    Ok([median(paced), median(burst)])
}

fn paced_ours(viewers: usize) -> Result<f64> {
    let ours = Ours::start()?;
    paced(&ours, &[&ours.server], ours.crowd(viewers))
}

/// CPU of a delivery at a pace, of all servers on the way to a crowd, in microseconds.
pub(crate) fn paced(ours: &Ours, servers: &[&Server], crowd: Crowd) -> Result<f64> {
    let watching = crowd.watch(None);
    watching.all_started()?;
    // The first deals warm the server up; their deliveries are over when one more is through.
    publish::at_pace(ours, TICKS_PER_S, Duration::from_millis(500), None)?;
    let window = Window::open(servers, &watching)?;
    publish::at_pace(ours, TICKS_PER_S, ROUND, None)?;
    wait_for_rest(&watching);
    window.cpu_per_delivery_us()
}

fn burst_ours(viewers: usize) -> Result<f64> {
    let ours = Ours::start()?;
    let watching = ours.crowd(viewers).watch(None);
    watching.all_started()?;
    let servers = [&ours.server];
    let window = Window::open(&servers, &watching)?;
    let stop = AtomicBool::new(false);
    let seen = || watching.seen.deals() / viewers as u64;
    std::thread::scope(|scope| -> Result<()> {
        scope.spawn(|| wait_and_stop(&stop));
        publish::in_flight(&ours, IN_FLIGHT, seen, &stop)?;
        Ok(())
    })?;
    wait_for_rest(&watching);
    window.cpu_per_delivery_us()
}

fn peer_round(
    kind: peers::Kind,
    bytes: usize,
    viewers: usize,
    publish: impl Fn(&mut Peer, &Watching, &AtomicBool) -> Result<()>,
) -> Result<f64> {
    let mut peer = Peer::start(kind, bytes)?;
    let watching = peer.crowd(viewers).watch(None);
    watching.all_started()?;
    let stop = AtomicBool::new(false);
    let cpu_ns = peer.server.cpu_ns()?;
    std::thread::scope(|scope| -> Result<()> {
        scope.spawn(|| wait_and_stop(&stop));
        publish(&mut peer, &watching, &stop)
    })?;
    wait_for_rest(&watching);
    let deliveries = watching.seen.deliveries();
    if deliveries == 0 || watching.lost() > 0 {
        bail!(
            "{}: {deliveries} deliveries, {} viewers lost",
            kind.name(),
            watching.lost()
        );
    }
    Ok((peer.server.cpu_ns()? - cpu_ns) as f64 / deliveries as f64 / 1_000.0)
}

fn raw(part: &Part) -> Result<f64> {
    let viewers = match part {
        Part::Ticks { viewers, .. } | Part::Burst { viewers, .. } | Part::Joined { viewers, .. } => *viewers,
        Part::Welcome { .. } => bail!("nothing is delivered by itself"),
    };
    let (server, crowd) = start_raw(part, viewers)?;
    let watching = crowd.watch(None);
    watching.all_started()?;
    // Until the first message is with everybody.
    while watching.seen.deliveries() < viewers as u64 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let servers = [&server];
    let window = Window::open(&servers, &watching)?;
    std::thread::sleep(ROUND);
    window.cpu_per_delivery_us()
}

/// The reference that joins, with as many messages in flight as ours.
fn joined(bytes: usize, viewers: usize) -> Result<f64> {
    let (server, crowd) = start_raw(&Part::Joined { bytes, viewers }, viewers)?;
    let mut asker = TcpStream::connect(crowd.servers[0])?;
    let watching = crowd.watch(None);
    watching.all_started()?;
    asker.set_nodelay(true)?;
    asker.write_all(ASKS)?;
    // Apart from what is asked for.
    std::thread::sleep(Duration::from_millis(100));
    let servers = [&server];
    let window = Window::open(&servers, &watching)?;
    let (begun, mut posted) = (Instant::now(), 0);
    while begun.elapsed() < ROUND {
        let allowed = watching.seen.deals() / viewers as u64 + IN_FLIGHT;
        if allowed > posted {
            asker.write_all(&vec![b'.'; (allowed - posted) as usize])?;
            posted = allowed;
        } else {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    wait_for_rest(&watching);
    window.cpu_per_delivery_us()
}

/// The reference server, and who watches it.
pub(crate) fn start_raw(part: &Part, viewers: usize) -> Result<(Server, Crowd)> {
    let mut command = Command::new(std::env::current_exe()?);
    let mut server = Server::start(command.arg("--raw").arg(part.to_string()));
    let crowd = Crowd {
        servers: vec![server.0.first_line().parse()?],
        paths: vec!["/".to_owned()],
        dialect: match part {
            Part::Welcome { .. } => Dialect::Borsklokka,
            Part::Ticks { .. } | Part::Burst { .. } | Part::Joined { .. } => Dialect::Plain,
        },
        viewers,
        tls: None,
    };
    Ok((server, crowd))
}

/// Memory of one idle viewer with all servers on the way, in KiB.
pub(crate) fn memory(servers: &[&Server], crowd: Crowd) -> Result<f64> {
    let viewers = crowd.viewers;
    let before = of_all(servers, Server::memory_kib)?;
    let watching = crowd.watch(None);
    watching.all_started()?;
    // What the handshakes needed for a moment is given back, or counts.
    std::thread::sleep(Duration::from_secs(2));
    let after = of_all(servers, Server::memory_kib)?;
    Ok(after.saturating_sub(before) as f64 / viewers as f64)
}

/// Waits until nothing more arrives.
fn wait_for_rest(watching: &Watching) {
    let (mut last, mut since) = (watching.seen.deliveries(), Instant::now());
    while since.elapsed() < Duration::from_millis(200) {
        std::thread::sleep(Duration::from_millis(10));
        let now = watching.seen.deliveries();
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
}

fn wait_and_stop(stop: &AtomicBool) {
    std::thread::sleep(ROUND);
    stop.store(true, std::sync::atomic::Ordering::Release);
}

/// Bytes of the frame of a usual deal.
pub(crate) fn event_bytes() -> Result<usize> {
    let ours = Ours::start()?;
    ours.runtime.block_on(async {
        let mut viewer = RawClient::viewer(ours.address).await;
        let mut broker = publish::Broker::join(ours.address, &ours.token).await?;
        let (mut bytes, mut deals) = (0, 0);
        for _ in 0..20 {
            broker.post().await?;
            broker.answered().await?;
        }
        while deals < 20 {
            let text = viewer.frame().await.context("the server has gone")?.payload;
            if text.starts_with(br#"{"type":"event""#) && text.windows(11).any(|word| word == b"deal_posted")
            {
                bytes += text.len();
                deals += 1;
            }
        }
        Ok(bytes / deals)
    })
}
