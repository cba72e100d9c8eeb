//! The phases, one after the other: nothing, a restart of each node in turn, the death of one, one that stands still.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use borsklokka::access::Access;
use borsklokka::clock::{MachineClock, SharedClock};
use borsklokka::database::Database;
use borsklokka::demo::Demo;
use borsklokka::floor::Submission;
use borsklokka::floors::Floors;
use borsklokka::log::{self, Answer};
use borsklokka::stop::Stop;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::role::Role;
use clap::Parser;
use test_support::postgres::Cluster;
use test_support::process::output;
use test_support::{opening, paired_long_ago};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::count::{Hall, Row};
use crate::guest::Guest;
use crate::node::{BORSKLOKKA, Node};
use crate::people;
use crate::way::Way;

const VIEWERS: usize = 1_000;
const BROKERS: usize = 20;
/// All brokers together.
const DEALS_PER_S: u32 = 10;
/// Guests behind one source address, as in a hall.
const GUESTS_PER_ADDRESS: usize = 50;
/// Guests that come in at a time.
const ENTRANCE: usize = 50;
/// How long nothing happens, and how long it goes on after each thing that did.
const STEADY: Duration = Duration::from_secs(10);
const AFTERWARDS: Duration = Duration::from_secs(5);
/// Until the proxy, which was there first, has noticed that the nodes are ready.
const NOTICED: Duration = Duration::from_secs(3);
/// How long a node hangs before it dies: so brokers have deals under way to it that nobody answers.
const HANGS: Duration = Duration::from_secs(1);
/// How long a node is dead, or stands still.
const AWAY: Duration = Duration::from_secs(5);
/// All of it, at the longest.
const LASTS_MAX: Duration = Duration::from_mins(10);

#[derive(Parser)]
struct Arguments {
    /// The proxy's name, for the table.
    #[arg(long, required_unless_present = "bench")]
    proxy: Option<String>,
    /// The port of loopback where it speaks TLS.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Its certificate, in PEM.
    #[arg(long, default_value = "")]
    certificate: PathBuf,
    /// The port of a node of loopback.
    #[arg(long = "node")]
    nodes: Vec<u16>,
    /// Where the nodes' logs go.
    #[arg(long, default_value = "")]
    logs: PathBuf,
    #[arg(long, default_value_t = VIEWERS)]
    viewers: usize,
    #[arg(long, default_value_t = BROKERS)]
    brokers: usize,
    /// Cargo says it.
    #[arg(long, hide = true)]
    bench: bool,
}

pub(crate) fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let Some(proxy) = &arguments.proxy else {
        println!("`cargo xtask nodes` starts the proxy: nothing was tried");
        return Ok(ExitCode::SUCCESS);
    };
    rlimit::increase_nofile_limit(u64::MAX)?;
    let cluster = Cluster::start();
    let url = cluster.fresh_database();
    let runtime = tokio::runtime::Runtime::new()?;
    let faults = runtime.block_on(async {
        let playing = tokio::time::timeout(LASTS_MAX, play(&arguments, proxy, &url));
        playing.await.context("it takes too long")?
    })?;
    for fault in &faults {
        eprintln!("    {proxy}: {fault}");
    }
    Ok(if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Plays all phases, prints a row each, and returns what was wrong.
async fn play(arguments: &Arguments, proxy: &str, url: &str) -> Result<Vec<String>> {
    let tokens = prepare(url, arguments.brokers).await?;
    let mut nodes = Vec::new();
    for port in &arguments.nodes {
        let mut node = Node::new(*port, url, arguments.port, &arguments.logs);
        node.start().await?;
        nodes.push(node);
    }
    ensure!(nodes.len() > 1, "several nodes are tried: --node twice at least");
    sleep(NOTICED).await;
    let way = Way::new(arguments.port, &arguments.certificate)?;
    let hall = Arc::new(Hall::new(way, arguments.viewers));
    let mut people = gather(&hall, tokens).await?;
    let mut faults = Vec::new();
    for phase in Phase::ALL {
        hall.begin();
        phase.play(&mut nodes).await?;
        let row = hall.end().await;
        println!("{}", row.markdown(proxy, phase.as_str()));
        faults.extend(
            faults_of(&row)
                .into_iter()
                .map(|fault| format!("{}: {fault}", phase.as_str())),
        );
        if !faults.is_empty() {
            // What comes after would count it again.
            break;
        }
    }
    let boards = tokio::time::timeout(Duration::from_secs(10), last_board(&hall)).await??;
    if boards != hall.accepted() {
        faults.push("the last board has other deals than were accepted".to_owned());
    }
    people.shutdown().await;
    drop(nodes);
    let checked = output(BORSKLOKKA.command().args(["check", "--database", url]));
    if !checked.status.success() {
        faults.push(format!("check: {}", String::from_utf8_lossy(&checked.stdout)));
    }
    Ok(faults)
}

fn faults_of(row: &Row) -> Vec<String> {
    let mut faults = row.errors.clone();
    if row.accepted == 0 {
        faults.push("no deal was accepted".to_owned());
    }
    if row.faults() > 0 {
        faults.push(format!("{} faults, see the row", row.faults()));
    }
    faults
}

/// Makes the demo's exchange with an open floor; the brokers' tokens.
async fn prepare(url: &str, brokers: usize) -> Result<Vec<String>> {
    let database = Database::open(url).await?;
    let clock: SharedClock = Arc::new(MachineClock::anchored());
    let floors = Floors::open(log::open(&database), Arc::clone(&clock), Stop::new()).await?;
    let access = Access::new(database.clone(), Arc::clone(&clock));
    let demo = Demo::drammen();
    let floor = floors.make(&demo.slug).await?;
    demo.load(&floor).await?;
    let rung = Submission::now(paired_long_ago(Role::Moderator), opening());
    let answer = floor.submit(rung).await;
    ensure!(
        matches!(answer, Answer::Accepted { .. }),
        "the floor did not open: {answer:?}"
    );
    let strikes_at = floor
        .view
        .with_staff_board(|board| board.floor.trading.last().map(|trading| trading.opened_at))
        .context("the floor has been opened")?;
    test_support::until(strikes_at, || clock.now()).await;
    let mut tokens = Vec::with_capacity(brokers);
    for nth in 1..=brokers {
        let name = format!("Megler {nth}");
        let token = access.issue_token(floor.exchange.id, Role::Broker, &name).await;
        tokens.push(token.map_err(|denied| anyhow::anyhow!("no token: {denied:?}"))?);
    }
    database.close().await;
    Ok(tokens)
}

/// Lets everybody in, and has them watch and write until they are shut down.
async fn gather(hall: &Arc<Hall>, tokens: Vec<String>) -> Result<JoinSet<()>> {
    let brokers = tokens.len();
    let comers: Vec<Option<String>> = tokens
        .into_iter()
        .map(Some)
        .chain(std::iter::repeat_n(None, hall.viewers))
        .collect();
    let mut people = JoinSet::new();
    let mut nth = 0;
    for at_a_time in comers.chunks(ENTRANCE) {
        let entering = at_a_time.iter().enumerate().map(|(index, token)| {
            let from = address_of(nth + index);
            Guest::enter(Arc::clone(hall), from, token.clone())
        });
        for guest in futures_util::future::join_all(entering).await {
            let guest = guest?;
            if nth < brokers {
                let first = Duration::from_secs(1) / DEALS_PER_S * nth as u32;
                let every = Duration::from_secs(1) / DEALS_PER_S * brokers as u32;
                people.spawn(people::write(guest, nth, first, every));
            } else {
                people.spawn(people::watch(guest, nth - brokers));
            }
            nth += 1;
        }
    }
    Ok(people)
}

/// Where a guest comes from: an address of loopback that several share.
fn address_of(guest: usize) -> Ipv4Addr {
    let place = 2 + guest / GUESTS_PER_ADDRESS;
    Ipv4Addr::new(127, 0, (place / 250) as u8, (place % 250) as u8)
}

/// The deals of the board that somebody gets who comes last.
async fn last_board(hall: &Arc<Hall>) -> Result<BTreeSet<DealId>> {
    let guest = Guest::enter(Arc::clone(hall), address_of(0), None).await?;
    let Some(follower) = &guest.client.follower else {
        bail!("whoever comes in has a board");
    };
    Ok(follower.board.deals.keys().copied().collect())
}

/// What happens.
#[derive(Clone, Copy)]
enum Phase {
    Steady,
    RollingRestart,
    Death,
    Standstill,
}

impl Phase {
    const ALL: [Self; 4] = [Self::Steady, Self::RollingRestart, Self::Death, Self::Standstill];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Steady => "nothing happens",
            Self::RollingRestart => "rolling restart",
            Self::Death => "a node hangs and dies",
            Self::Standstill => "a node stands still",
        }
    }

    async fn play(self, nodes: &mut [Node]) -> Result<()> {
        match self {
            Self::Steady => sleep(STEADY).await,
            Self::RollingRestart => {
                for node in nodes {
                    node.ask_to_stop().await?;
                    node.start().await?;
                    sleep(AFTERWARDS).await;
                }
            }
            Self::Death => {
                nodes[0].signal("-STOP")?;
                sleep(HANGS).await;
                nodes[0].die();
                sleep(AWAY).await;
                nodes[0].start().await?;
                sleep(AFTERWARDS).await;
            }
            Self::Standstill => {
                let node = nodes.last().context("there are nodes")?;
                node.signal("-STOP")?;
                sleep(AWAY).await;
                node.signal("-CONT")?;
                sleep(AFTERWARDS).await;
            }
        }
        Ok(())
    }
}
