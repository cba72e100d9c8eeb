//! A country: 357 exchanges in the same hour, 5 brokers and 40 viewers each, as it grows from one to all of them; on one server with
//! SQLite, and on one to three nodes with PostgreSQL.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use borsklokka::access::Access;
use borsklokka::clock::{MachineClock, SharedClock};
use borsklokka::database::Database;
use borsklokka::demo::Demo;
use borsklokka::floors::Floors;
use borsklokka::log;
use borsklokka::stop::Stop;
use borsklokka_shared::role::Role;
use test_support::opening;
use test_support::postgres::Cluster;
use tokio::task::JoinSet;

use crate::latency::{Latencies, all_came, latencies, quantile_ms, record};
use crate::ours;
use crate::process::{Server, free_port};
use crate::publish::Broker;
use crate::report::{Figure, Report};
use crate::start::submit;
use crate::viewers::{Crowd, Dialect, Watching};

/// How many exchanges trade at once: all of Norway's municipalities in the end.
const GROWS: [usize; 5] = [1, 40, 120, 240, 357];
/// How many trade at once on how many nodes.
const ON_NODES: [(usize, usize); 4] = [(120, 1), (120, 2), (120, 3), (357, 3)];
const BROKERS: usize = 5;
const VIEWERS: usize = 40;
/// Each exchange strikes a deal so often: 60 in five minutes, which is a good round.
const DEAL_EVERY: Duration = Duration::from_secs(5);
const LASTS: Duration = Duration::from_secs(20);
/// How long the last deals may take to reach everybody.
const SETTLE: Duration = Duration::from_secs(20);
/// How often it is looked whether the server is at rest, and how many times.
const REST_LOOK: Duration = Duration::from_secs(1);
const REST_LOOKS_MAX: u32 = 30;

/// When each deal of each exchange was sent, in order.
type SentAt = Arc<Vec<Mutex<Vec<Instant>>>>;

/// An exchange that is ready to trade.
struct Prepared {
    path: String,
    /// Of its brokers.
    tokens: Vec<String>,
}

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let folder = ours::folder()?;
    let url = ours::sqlite_url(&folder.path().join("borsklokka.db"));
    let mut play = |url: &str, prepared: &[Prepared], nodes: usize, on: &str| -> Result<()> {
        let of = match prepared.len() {
            1 => format!("1 exchange, {on}"),
            exchanges => format!("{exchanges} exchanges, {on}"),
        };
        eprintln!("==> country: {of}");
        // Each begins on servers that have just started, so that memory is of these alone.
        let country = Country::start(url, nodes)?;
        tell(report, &of, prepared.len(), &country.play(&runtime, prepared)?);
        Ok(())
    };
    let prepared = runtime.block_on(prepare(&url, GROWS[GROWS.len() - 1]))?;
    for exchanges in GROWS {
        play(&url, &prepared[..exchanges], 1, "SQLite")?;
    }
    let cluster = Cluster::start();
    let url = cluster.fresh_database();
    let prepared = runtime.block_on(prepare(&url, GROWS[GROWS.len() - 1]))?;
    for (exchanges, nodes) in ON_NODES {
        let on = match nodes {
            1 => "1 node".to_owned(),
            nodes => format!("{nodes} nodes"),
        };
        play(&url, &prepared[..exchanges], nodes, &format!("PostgreSQL, {on}"))?;
    }
    Ok(())
}

/// Makes them with the demo's participants and programme, each with an open floor.
async fn prepare(url: &str, exchanges: usize) -> Result<Vec<Prepared>> {
    eprintln!("==> country: making {exchanges} exchanges, and opening their floors");
    let database = Database::open(url).await?;
    let clock: SharedClock = Arc::new(MachineClock::anchored());
    let floors = Floors::open(log::open(&database), Arc::clone(&clock), Stop::new()).await?;
    let access = Access::new(database.clone(), clock);
    let demo = Demo::drammen();
    let mut prepared = Vec::with_capacity(exchanges);
    for nth in 0..exchanges {
        let slug = format!("kommune-{nth:03}");
        let floor = floors.make(&slug).await?;
        demo.load(&floor).await?;
        submit(&floor, Role::Moderator, vec![opening()]).await?;
        let mut tokens = Vec::with_capacity(BROKERS);
        for broker in 1..=BROKERS {
            let name = format!("Megler {broker}");
            let token = access.issue_token(floor.exchange.id, Role::Broker, &name).await;
            tokens.push(token.map_err(|denied| anyhow::anyhow!("no token: {denied:?}"))?);
        }
        prepared.push(Prepared {
            path: format!("/api/v1/exchanges/{slug}/live"),
            tokens,
        });
        if nth % 50 == 49 {
            eprintln!("    {} of {exchanges}", nth + 1);
        }
    }
    database.close().await;
    Ok(prepared)
}

/// The servers of one database.
struct Country(Vec<Node>);

struct Node {
    server: Server,
    address: SocketAddr,
    metrics: SocketAddr,
}

/// What was measured.
struct Evening {
    deals: u64,
    deliveries: u64,
    cpu_s: f64,
    lasts_s: f64,
    memory_kib: u64,
    /// What the database took for all commits together, and how many there were.
    commits: (f64, f64),
    latencies: Latencies,
}

impl Country {
    fn start(url: &str, nodes: usize) -> Result<Self> {
        let start = |_| {
            let metrics = SocketAddr::from(([127, 0, 0, 1], free_port()?));
            let (server, address) = ours::serve_with(url, false, &["--metrics", &metrics.to_string()]);
            Ok(Node {
                server,
                address,
                metrics,
            })
        };
        Ok(Self((0..nodes).map(start).collect::<Result<_>>()?))
    }

    fn cpu_ns(&self) -> Result<u64> {
        self.0.iter().map(|node| node.server.cpu_ns()).sum()
    }

    fn memory_kib(&self) -> Result<u64> {
        self.0.iter().map(|node| node.server.memory_kib()).sum()
    }

    fn addresses(&self) -> Vec<SocketAddr> {
        self.0.iter().map(|node| node.address).collect()
    }

    /// Seconds that commits took so far, and how many there were, as the servers measure themselves.
    fn commits(&self) -> Result<(f64, f64)> {
        self.0.iter().try_fold((0.0, 0.0), |(took_s, commits), node| {
            let of_node = node.commits()?;
            Ok((took_s + of_node.0, commits + of_node.1))
        })
    }

    fn play(&self, runtime: &tokio::runtime::Runtime, exchanges: &[Prepared]) -> Result<Evening> {
        let sent_at: SentAt = Arc::new(exchanges.iter().map(|_| Mutex::default()).collect());
        let latencies = latencies()?;
        let watching = self.watch(exchanges, &sent_at, &latencies);
        watching.all_started()?;
        self.comes_to_rest()?;
        let (cpu_ns, commits) = (self.cpu_ns()?, self.commits()?);
        let begun = Instant::now();
        let deals = runtime.block_on(trade(&self.addresses(), exchanges, &sent_at))?;
        all_came(&watching, deals * VIEWERS as u64, SETTLE)?;
        let lasts_s = begun.elapsed().as_secs_f64();
        let (cpu_ns, now) = (self.cpu_ns()? - cpu_ns, self.commits()?);
        let memory_kib = self.memory_kib()?;
        let deliveries = watching.seen.deliveries();
        Ok(Evening {
            deals,
            deliveries,
            cpu_s: cpu_ns as f64 / 1e9,
            lasts_s,
            memory_kib,
            commits: (now.0 - commits.0, now.1 - commits.1),
            latencies,
        })
    }

    /// Waits until the server has done what its start and the crowd's coming asked of it.
    fn comes_to_rest(&self) -> Result<()> {
        for _ in 0..REST_LOOKS_MAX {
            let before = self.cpu_ns()?;
            std::thread::sleep(REST_LOOK);
            if self.cpu_ns()? - before < REST_LOOK.as_nanos() as u64 / 10 {
                return Ok(());
            }
        }
        bail!("the servers do not come to rest");
    }

    fn watch(&self, exchanges: &[Prepared], sent_at: &SentAt, latencies: &Latencies) -> Watching {
        let (sent_at, latencies) = (Arc::clone(sent_at), Arc::clone(latencies));
        let on_deal = Box::new(move |exchange: usize, nth: u64, at: Instant| {
            let sent = sent_at[exchange].lock().expect("nobody panics with it")[nth as usize];
            record(&latencies, sent, at);
        });
        let crowd = Crowd {
            servers: self.addresses(),
            paths: exchanges.iter().map(|one| one.path.clone()).collect(),
            dialect: Dialect::Borsklokka,
            viewers: exchanges.len() * VIEWERS,
            tls: None,
        };
        crowd.watch(Some(on_deal))
    }
}

impl Node {
    fn commits(&self) -> Result<(f64, f64)> {
        let mut stream = TcpStream::connect(self.metrics)?;
        write!(
            stream,
            "GET /metrics HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.metrics
        )?;
        let mut page = String::new();
        stream.read_to_string(&mut page)?;
        let sum = |name: &str| -> f64 {
            let lines = page.lines().filter(|line| line.starts_with(name));
            lines
                .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
                .sum()
        };
        Ok((
            sum("borsklokka_commit_seconds_sum"),
            sum("borsklokka_commit_seconds_count"),
        ))
    }
}

/// Each exchange strikes its deals, its brokers one after the other, all exchanges spread over the time between two deals.
async fn trade(nodes: &[SocketAddr], exchanges: &[Prepared], sent_at: &SentAt) -> Result<u64> {
    let mut tasks = JoinSet::new();
    for (nth, one) in exchanges.iter().enumerate() {
        let mut brokers = Vec::with_capacity(BROKERS);
        for (token, node) in one.tokens.iter().zip(nodes.iter().cycle()) {
            brokers.push(Broker::join_at(*node, &one.path, token).await?);
        }
        let sent_at = Arc::clone(sent_at);
        let offset = DEAL_EVERY.mul_f64(nth as f64 / exchanges.len() as f64);
        tasks.spawn(async move {
            tokio::time::sleep(offset).await;
            let mut ticks = tokio::time::interval(DEAL_EVERY);
            let deals = LASTS.as_millis() / DEAL_EVERY.as_millis();
            for deal in 0..deals as usize {
                ticks.tick().await;
                for broker in &mut brokers {
                    broker.ping().await?;
                }
                let broker = &mut brokers[deal % BROKERS];
                sent_at[nth]
                    .lock()
                    .expect("nobody panics with it")
                    .push(Instant::now());
                broker.post().await?;
                broker.answered().await?;
            }
            anyhow::Ok(deals as u64)
        });
    }
    let mut deals = 0;
    while let Some(done) = tasks.join_next().await {
        deals += done.context("an exchange fell")??;
    }
    Ok(deals)
}

fn tell(report: &mut Report, of: &str, exchanges: usize, evening: &Evening) {
    let mut add = |name, value: f64, unit| {
        report.add(Figure::new("country", name, value, unit).of(of.to_owned()));
    };
    let (commit_s, commits) = evening.commits;
    add("deals_per_s", evening.deals as f64 / evening.lasts_s, "deals");
    add(
        "deliveries_per_s",
        evening.deliveries as f64 / evening.lasts_s,
        "events",
    );
    add(
        "post_to_viewer_p50_ms",
        quantile_ms(&evening.latencies, 0.5),
        "ms",
    );
    add(
        "post_to_viewer_p99_ms",
        quantile_ms(&evening.latencies, 0.99),
        "ms",
    );
    add("cpu", evening.cpu_s / evening.lasts_s, "cores");
    add(
        "cpu_a_deal",
        evening.cpu_s * 1_000.0 / evening.deals.max(1) as f64,
        "ms",
    );
    add("commit_ms", commit_s * 1_000.0 / commits.max(1.0), "ms");
    add("database", commit_s / evening.lasts_s, "of the time");
    add("memory", evening.memory_kib as f64 / 1_024.0, "MiB");
    add(
        "memory_a_socket",
        evening.memory_kib as f64 / (exchanges * (VIEWERS + BROKERS)) as f64,
        "KiB",
    );
}
