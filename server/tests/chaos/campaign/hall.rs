//! A hall: one server or two on a database, four tablets, a notary, walls; and what a fault does to them.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use borsklokka::demo::Demo;
use borsklokka::simulate::Client;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::exchange::{Ceremony, Phase};
use borsklokka_shared::ids::{DealId, RoundId};
use borsklokka_shared::instant::Instant as Stamp;
use borsklokka_shared::wire::ServerMessage;
use tempfile::TempDir;
use test_support::postgres::Cluster;
use test_support::process::{Binary, Process, wait_for};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::faults::Fault;
use super::line::Line;
use super::machine::{Disk, Machine};
use super::people::{Seen, hammer, watch as look};
use super::tablet::{SECRET, Tablet, Used};

const BORSKLOKKA: Binary = Binary(env!("CARGO_BIN_EXE_borsklokka"));
const TABLETS: usize = 4;
const WALLS: usize = 5;
/// How often each tablet writes a deal, in milliseconds.
const PACE_MS: u64 = 60;
/// How long after it was rung the bell strikes.
const STROKE: Duration = Duration::from_secs(1);
/// How long everything may take to come right after a fault.
const SETTLES_WITHIN: Duration = Duration::from_secs(40);

/// A server and what it runs on.
pub(crate) struct Node {
    process: Process,
    pub(crate) address: SocketAddr,
    pub(crate) machine: Arc<Machine>,
}

impl Node {
    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        let status = std::process::Command::new("kill").args([signal, &id]).status();
        assert!(status.expect("kill is there").success(), "{signal}");
    }

    /// How much memory it holds, in KiB.
    pub(crate) fn memory_kib(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let words = line.and_then(|line| line.split_whitespace().next());
        words.and_then(|kib| kib.parse().ok()).unwrap_or(0)
    }
}

/// The hall.
pub(crate) struct Hall {
    pub(crate) fault: Fault,
    folder: TempDir,
    pub(crate) url: String,
    pub(crate) cluster: Option<Cluster>,
    pub(crate) nodes: Vec<Node>,
    /// What staff speak over.
    pub(crate) staff: Line,
    /// What the walls look over.
    pub(crate) public: Line,
    pub(crate) tablets: Vec<Tablet>,
    work: Vec<JoinHandle<()>>,
    used: Used,
    pub(crate) writes: watch::Sender<bool>,
    /// What time it was on the server's clock, and when that was.
    pub(crate) began: (Stamp, Instant),
    pub(crate) clocks: watch::Sender<i64>,
    pub(crate) notary: Seen,
    pub(crate) walls: Vec<Seen>,
    /// Deals that nobody has any more, by what befell the database: they had been answered before.
    pub(crate) gone: BTreeSet<DealId>,
    others: Vec<JoinHandle<()>>,
}

impl Hall {
    /// Opens one whose floor is open and in which everybody works.
    pub(crate) async fn open(fault: Fault) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cluster = fault.is_of_postgres().then(|| wait_for(Cluster::start));
        let url = match &cluster {
            Some(cluster) => wait_for(|| cluster.fresh_database()),
            None => format!("sqlite:{}", folder.path().join("borsklokka.db").display()),
        };
        let machines = if fault.wants_two_nodes() { 2 } else { 1 };
        let machines =
            (0..machines).map(|number| Machine::sound(folder.path(), &format!("machine-{number}")));
        let nodes: Vec<Node> = machines.map(|machine| serve(&url, machine.into())).collect();
        let addresses: Vec<SocketAddr> = nodes.iter().map(|node| node.address).collect();
        let began = ready(&addresses[0].to_string(), &url).await;
        let token = BORSKLOKKA.token(&url, "broker");
        let notarys = BORSKLOKKA.token(&url, "notary");
        let staff = Line::lay(&addresses, None).await;
        let public = Line::lay(&addresses, Some(SECRET.as_bytes())).await;
        let (writes, clocks) = (watch::Sender::new(true), watch::Sender::new(0));
        let notary = Seen::default();
        let mut others = vec![tokio::spawn(look(
            staff.clone(),
            Some(notarys),
            Arc::clone(&notary),
            hammer(),
        ))];
        let walls: Vec<Seen> = (0..WALLS).map(|_| Seen::default()).collect();
        for wall in &walls {
            others.push(tokio::spawn(look(public.clone(), None, Arc::clone(wall), |_| {
                Vec::new()
            })));
        }
        let mut hall = Self {
            fault,
            used: Used {
                line: staff.clone(),
                token,
                writes: writes.subscribe(),
                clock_wrong_ms: clocks.subscribe(),
                pace_ms: PACE_MS,
            },
            folder,
            url,
            cluster,
            nodes,
            began,
            staff,
            public,
            tablets: (0..TABLETS).map(Tablet::new).collect(),
            work: Vec::new(),
            writes,
            clocks,
            notary,
            walls,
            gone: BTreeSet::new(),
            others,
        };
        for number in 0..TABLETS {
            hall.work.push(hall.begin(number));
        }
        hall
    }

    fn begin(&self, number: usize) -> JoinHandle<()> {
        tokio::spawn(self.tablets[number].clone().work(self.used.clone()))
    }

    /// Closes a tablet in the middle of its work, and opens it again.
    pub(crate) async fn close_and_open(&mut self, number: usize) {
        self.work[number].abort();
        sleep(Duration::from_millis(200)).await;
        self.work[number] = self.begin(number);
    }

    /// Opens a tablet's page a second time, with the same outbox.
    pub(crate) fn open_twice(&mut self, number: usize) {
        let again = self.begin(number);
        self.others.push(again);
    }

    /// Pairs the tablets anew: what waits goes out as another device.
    pub(crate) fn pair_anew(&mut self) {
        self.used.token = BORSKLOKKA.token(&self.url, "broker");
        for number in 0..TABLETS {
            self.work[number].abort();
            self.work[number] = self.begin(number);
        }
    }

    /// Kills a node, and starts another in its place, on a sound disk.
    pub(crate) async fn kill(&mut self, number: usize) {
        self.nodes[number].process.kill();
        self.nodes[number].machine.disk(Disk::Sound);
        sleep(Duration::from_millis(300)).await;
        self.start(number);
    }

    /// Stops a node as an operator does, and starts another in its place.
    pub(crate) async fn restart(&mut self, number: usize) {
        self.nodes[number].signal("-TERM");
        let since = Instant::now();
        while self.nodes[number].process.ended().is_none() {
            assert!(since.elapsed() < SETTLES_WITHIN, "the server does not stop");
            sleep(Duration::from_millis(20)).await;
        }
        self.start(number);
    }

    fn start(&mut self, number: usize) {
        let machine = Arc::clone(&self.nodes[number].machine);
        self.nodes[number] = serve(&self.url, machine);
        self.leads_to_all();
    }

    /// The lines lead to every node again.
    pub(crate) fn leads_to_all(&self) {
        let addresses: Vec<SocketAddr> = self.nodes.iter().map(|node| node.address).collect();
        self.staff.leads_to(&addresses);
        self.public.leads_to(&addresses);
    }

    pub(crate) fn memory_kib(&self) -> u64 {
        self.nodes.iter().map(Node::memory_kib).sum()
    }

    /// Where the file is, of SQLite.
    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("borsklokka.db")
    }

    /// Waits until every outbox is empty and the notary is through; what is left if that never comes.
    pub(crate) async fn settles(&self) -> Vec<String> {
        let since = Instant::now();
        loop {
            let waiting: usize = self.tablets.iter().map(|tablet| tablet.book().outbox.len()).sum();
            let hammered = self
                .notary
                .lock()
                .expect("no panic")
                .as_ref()
                .is_some_and(|follower| {
                    let deals = &follower.board.deals;
                    let written = self
                        .tablets
                        .iter()
                        .map(|tablet| tablet.book().written.len())
                        .sum::<usize>();
                    deals.len() >= written - self.gone.len() && !deals.values().any(super::people::waits)
                });
            if waiting == 0 && hammered {
                return Vec::new();
            }
            if since.elapsed() > SETTLES_WITHIN {
                return vec![format!(
                    "{waiting} deals wait in outboxes, and the notary is not through"
                )];
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// When the slowest of the tablets was last told that a deal was accepted, as long after `since`.
    pub(crate) fn first_accepted_after(&self, since: Instant) -> bool {
        let told = |tablet: &Tablet| tablet.book().accepted_at.is_some_and(|at| at > since);
        self.tablets.iter().all(told)
    }

    /// Everybody goes home.
    pub(crate) fn ends(&mut self) {
        for task in self.work.iter().chain(&self.others) {
            task.abort();
        }
        for node in &mut self.nodes {
            node.process.kill();
        }
    }
}

/// Starts a server. Like all that waits for another program, it holds up no other evening, whose waits would be over before they begin.
fn serve(url: &str, machine: Arc<Machine>) -> Node {
    let set = |command: &mut std::process::Command| {
        command.args([
            "--demo",
            "--commands-per-minute",
            "1000000",
            "--connections-per-address",
            "5000",
        ]);
        command.stderr(Stdio::null());
        machine.runs(command);
    };
    let (process, address) = BORSKLOKKA.serve("127.0.0.1:0", url, set);
    Node {
        process,
        address,
        machine,
    }
}

/// Has the notary asked before a deal is struck, and opens the floor with the first round. What time it is then on the server's clock.
async fn ready(address: &str, url: &str) -> (Stamp, Instant) {
    let mut settings = Demo::drammen().settings;
    settings.ceremony = Ceremony::RatifiedFirst;
    let configured = Command::configure(settings);
    must(address, &BORSKLOKKA.token(url, "organiser"), configured).await;
    let opened = Command::OpenFloor {
        expected: Expected::exactly(Phase::Preparing, None),
        start_round: Some(RoundId(1)),
    };
    must(address, &BORSKLOKKA.token(url, "moderator"), opened).await;
    // The floor is open from the bell's stroke on.
    sleep(STROKE).await;
    let wall = Client::connect(address, "drammen", None).await.expect("a wall");
    (wall.server_now, Instant::now())
}

async fn must(address: &str, token: &str, command: Command) {
    let mut desk = Client::connect(address, "drammen", Some(token))
        .await
        .expect("a desk");
    let id = desk.command(&command).await.expect("sent");
    let answer = desk.answer(id).await.expect("answered");
    assert!(matches!(answer, ServerMessage::Accepted { .. }), "{answer:?}");
}
