//! The servers of a hall: each life of each node is a whole hub with its floors, on the one log.
//!
//! A crash ends the log's handle and cuts every line at the same moment; what the dead hub still does reaches nobody, and it is told to
//! stop so that it costs nothing.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use borsklokka::access::{Access, Session};
use borsklokka::agreement::Press;
use borsklokka::clock::{Clock, SharedClock};
use borsklokka::config::Config;
use borsklokka::database::Database;
use borsklokka::doors::Doors;
use borsklokka::floor::FloorHandle;
use borsklokka::floors::Floors;
use borsklokka::gallery::Gallery;
use borsklokka::hub::{Hub, PerMinute, Rates};
use borsklokka::log::Log;
use borsklokka::poster::Posters;
use borsklokka::smtp::Post;
use borsklokka::socket::{self, Arrival, Visit};
use borsklokka::stop::Stop;
use borsklokka_shared::instant::Instant;
use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tokio_util::task::TaskTracker;

use crate::line::Line;
use crate::log::{Life, SLUG, SimulatedLog};
use crate::world::{World, held};

/// How often a node looks at the log without a signal, as `nodes` does.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The nodes.
#[derive(Default)]
pub(crate) struct Hall {
    pub(crate) nodes: Vec<Node>,
}

/// A node, up or down.
pub(crate) struct Node {
    pub(crate) clock: Arc<NodeClock>,
    pub(crate) up: Option<Up>,
}

/// A node that is up.
#[derive(Clone)]
pub(crate) struct Up {
    pub(crate) hub: Arc<Hub>,
    pub(crate) life: Arc<Life>,
    pub(crate) lines: Arc<std::sync::Mutex<Vec<Line>>>,
}

/// A node's own clock: set wrong, stepped, and asleep, as it comes.
pub(crate) struct NodeClock {
    world: std::sync::Weak<World>,
    wall_ahead_ms: AtomicI64,
    slept_ms: AtomicI64,
    /// Whether there is a database server whose clock all nodes share.
    shares: bool,
}

impl NodeClock {
    pub(crate) fn step(&self, by_ms: i64) {
        self.wall_ahead_ms.fetch_add(by_ms, Ordering::Relaxed);
    }

    pub(crate) fn sleep(&self, ms: i64) {
        self.slept_ms.fetch_add(ms, Ordering::Relaxed);
    }

    fn true_time(&self) -> Instant {
        self.world
            .upgrade()
            .map(|world| world.true_time())
            .unwrap_or_default()
    }
}

impl Clock for NodeClock {
    fn now(&self) -> Instant {
        let ahead_ms = self.wall_ahead_ms.load(Ordering::Relaxed);
        self.true_time()
            .plus_ms(ahead_ms + self.slept_ms.load(Ordering::Relaxed))
    }

    fn elapsed_ms(&self) -> i64 {
        self.true_time().unix_ms + self.slept_ms.load(Ordering::Relaxed)
    }

    fn slept_ms(&self) -> i64 {
        self.slept_ms.load(Ordering::Relaxed)
    }

    fn database_ahead_ms(&self) -> Option<i64> {
        self.shares.then(|| self.true_time().ms_since(self.now()))
    }
}

/// What a hub must have and nobody here uses: made once, outside of every seed's time.
struct Unused {
    database: Database,
    press: Arc<Press>,
    config: Config,
    _folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

static UNUSED: OnceLock<Unused> = OnceLock::new();

/// Makes what is not of any seed.
pub(crate) fn warm_up() {
    UNUSED.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("unused.db").display());
        let database = runtime.block_on(Database::open(&url)).expect("a fresh database");
        let config = Config::of(&["--database", &url]).expect("a command line");
        Unused {
            database,
            press: Arc::new(Press::new().expect("threads for the press")),
            config,
            _folder: folder,
            _runtime: runtime,
        }
    });
}

/// Builds so many nodes, all down.
pub(crate) fn build(world: &Arc<World>, nodes: usize) {
    let mut hall = held(&world.hall);
    for node in 0..nodes {
        let wall_ahead_ms = match (nodes, node) {
            (1, _) | (_, 0) => 0,
            _ => world.dice(0..20_000) as i64 - 10_000,
        };
        let clock = NodeClock {
            world: Arc::downgrade(world),
            wall_ahead_ms: AtomicI64::new(wall_ahead_ms),
            slept_ms: AtomicI64::new(0),
            shares: nodes > 1,
        };
        hall.nodes.push(Node {
            clock: Arc::new(clock),
            up: None,
        });
    }
}

/// Starts a node. False if its log cannot be read just now.
pub(crate) async fn start(world: &Arc<World>, node: usize) -> bool {
    let clock: SharedClock = Arc::clone(&held(&world.hall).nodes[node].clock) as SharedClock;
    let life = Arc::new(Life::default());
    let log: Arc<dyn Log> = SimulatedLog::of(world, node, &life);
    let stop = Stop::new();
    let Ok(floors) = Floors::open(log, Arc::clone(&clock), stop.clone()).await else {
        return false;
    };
    let unused = UNUSED.get().expect("warmed up");
    let config = unused.config.clone();
    let hub = Arc::new(Hub {
        floors,
        access: Access::new(unused.database.clone(), Arc::clone(&clock)),
        press: Arc::clone(&unused.press),
        clock: Arc::clone(&clock),
        gallery: Gallery::default(),
        posters: Posters::default(),
        rates: Rates::of(PerMinute::with_commands(config.commands_per_minute), &clock),
        doors: Doors::new(
            config.connections,
            config.connections_per_address,
            Vec::new(),
            &clock,
        ),
        post: Post::of(&config).expect("nothing is said of mail"),
        tls: None,
        tasks: TaskTracker::new(),
        config,
        stop,
    });
    let up = Up {
        hub: Arc::clone(&hub),
        life: Arc::clone(&life),
        lines: Arc::default(),
    };
    world.note(&format!("node {node} starts"));
    held(&world.hall).nodes[node].up = Some(up);
    // What `nodes` does every few seconds, and on one node a lost signal's part.
    tokio::spawn(async move {
        while !life.has_ended() {
            // Why not is in the product's log.
            let _ = hub.floors.look().await;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    });
    true
}

/// Kills a node: what is not committed has not happened, and no line says goodbye.
pub(crate) fn crash(world: &World, node: usize) {
    let up = held(&world.hall).nodes[node].up.take();
    if let Some(up) = up {
        world.note(&format!("node {node} crashes"));
        up.life.end();
        for line in held(&up.lines).drain(..) {
            line.cut();
        }
        up.hub.stop.cancel();
    }
}

/// Stops a node as a new version does: everybody is told to come back, and what waits is answered.
pub(crate) async fn stop(world: &Arc<World>, node: usize) {
    let up = held(&world.hall).nodes[node].up.clone();
    let Some(up) = up else { return };
    world.note(&format!("node {node} stops"));
    up.hub.stop.cancel();
    tokio::time::sleep(Duration::from_millis(500)).await;
    crash(world, node);
}

/// Tells the other nodes that something was appended, sooner or later or never.
pub(crate) fn signal(world: &Arc<World>, from: usize) {
    let others: Vec<Up> = {
        let hall = held(&world.hall);
        let others = hall.nodes.iter().enumerate().filter(|(node, _)| *node != from);
        others.filter_map(|(_, node)| node.up.clone()).collect()
    };
    for up in others {
        if world.happens(world.weather().signal_lost) {
            continue;
        }
        let world = Arc::clone(world);
        tokio::spawn(async move {
            world.wait(0..50).await;
            for floor in up.hub.floors.all_open() {
                floor.look_at_log();
            }
        });
    }
}

/// The nodes that are up.
pub(crate) fn nodes_up(world: &World) -> Vec<(usize, Up)> {
    let hall = held(&world.hall);
    let nodes = hall.nodes.iter().enumerate();
    nodes
        .filter_map(|(node, is)| is.up.clone().map(|up| (node, up)))
        .collect()
}

/// The floor on a node, opened if it is not.
pub(crate) async fn floor(up: &Up) -> Option<FloorHandle> {
    up.hub.floors.get(SLUG).await.ok()
}

/// Takes a connection in, as the route does once it knows who comes.
pub(crate) fn accept(up: &Up, socket: DuplexStream, session: Option<Session>) {
    let hub = Arc::clone(&up.hub);
    let service = hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        let (hub, session) = (Arc::clone(&hub), session.clone());
        async move {
            // Before the floor is asked for, so that a revocation in between is heard.
            let revocations = hub.access.revocations();
            let Ok(floor) = hub.floors.get(SLUG).await else {
                return Ok(answer(503));
            };
            let address = IpAddr::from(Ipv4Addr::new(192, 168, 1, 7));
            let Ok(place) = hub.doors.enter(address) else {
                return Ok(answer(503));
            };
            let arrival = Arrival {
                session: session.map(|session| Visit {
                    session,
                    revocations,
                    seat: None,
                }),
                floor,
                place: Arc::new(place),
                share: None,
                address,
                turned_away: None,
                hub: Arc::clone(&hub),
            };
            let upgrade = hyper::upgrade::on(&mut request);
            hub.tasks.spawn(async move {
                if let Ok(upgraded) = upgrade.await {
                    socket::serve(upgraded, Box::new(arrival)).await;
                }
            });
            Ok::<_, std::convert::Infallible>(answer(101))
        }
    });
    tokio::spawn(async move {
        let serving =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(socket), service);
        // How a connection ends is the client's to notice.
        let _ = serving.with_upgrades().await;
    });
}

fn answer(status: u16) -> hyper::Response<axum::body::Body> {
    let answer = hyper::Response::builder()
        .status(status)
        .header("connection", "upgrade")
        .header("upgrade", "websocket");
    answer
        .body(axum::body::Body::empty())
        .expect("a status and two headers")
}
