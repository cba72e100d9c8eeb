//! Starts a floor or a whole server for a test, and speaks for the people in it.
#![allow(dead_code, unreachable_pub)] // Each test file uses its own part.

pub mod held_log;
pub mod http;
pub mod postgres;
pub mod process;
pub mod raw;
pub mod trust;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use borsklokka::access::Access;
use borsklokka::agreement::Press;
use borsklokka::api::{Channel, Peer};
use borsklokka::clock::{MachineClock, SharedClock};
use borsklokka::config::{Arguments, Config, Task};
use borsklokka::database::Database;
use borsklokka::demo::Demo;
use borsklokka::doors::Doors;
use borsklokka::floor::{FloorHandle, Submission};
use borsklokka::floors::Floors;
use borsklokka::hub::{Hub, Throttle};
use borsklokka::listen::{accept, listen};
use borsklokka::log::{self, Answer, Log};
use borsklokka::routes;
use borsklokka::tls::Tls;
use borsklokka_shared::command::{Command, Expected, WrittenOn};
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{CommandId, DealId, DeviceId, RoundId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::{Actor, Role};
use clap::Parser;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// A database: in a folder of its own, or wherever its URL says.
pub struct Disk {
    pub folder: TempDir,
    pub database: Database,
    url: String,
}

impl Disk {
    pub async fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("borsklokka.db").display());
        let database = Database::open(&url).await.expect("a fresh database");
        Self {
            folder,
            database,
            url,
        }
    }

    pub async fn at(url: &str) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            database: Database::open(url).await.expect("a database"),
            url: url.to_owned(),
        }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }
}

/// A server in this process, on a free port.
pub struct Server {
    pub address: SocketAddr,
    pub hub: Arc<Hub>,
    pub disk: Disk,
    give_stop: watch::Sender<bool>,
}

impl Server {
    pub async fn start() -> Self {
        let disk = Disk::fresh().await;
        let log = log::open(&disk.database);
        Self::start_with(disk, log).await
    }

    /// A server with the demo exchange, whose floors write to `log`.
    pub async fn start_with(disk: Disk, log: Arc<dyn Log>) -> Self {
        let mut config = config(&disk.url());
        config.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::start_as(disk, log, config, None).await
    }

    /// A server that shows a certificate, configured by `change`.
    pub async fn start_over(tls: Option<Arc<Tls>>, change: impl FnOnce(&mut Config)) -> Self {
        let disk = Disk::fresh().await;
        let log = log::open(&disk.database);
        let mut config = config(&disk.url());
        config.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        change(&mut config);
        Self::start_as(disk, log, config, tls).await
    }

    async fn start_as(disk: Disk, log: Arc<dyn Log>, mut config: Config, tls: Option<Arc<Tls>>) -> Self {
        let listener = listen(config.listen).expect("a free port");
        let mut address = listener.local_addr().expect("a bound listener has an address");
        config.listen = address;
        if address.ip().is_unspecified() {
            address.set_ip([127, 0, 0, 1].into());
        }
        let (give_stop, stop) = watch::channel(false);
        let clock: SharedClock = Arc::new(MachineClock::anchored());
        let floors = Floors::open(log, Arc::clone(&clock), stop.clone())
            .await
            .expect("a log that can be read");
        let hub = Arc::new(Hub {
            floors,
            access: Access::new(disk.database.clone(), Arc::clone(&clock)),
            press: Arc::new(Press::new().expect("threads for the press")),
            clock,
            throttle: Throttle::per_minute(config.commands_per_minute),
            doors: Doors::new(config.connections, config.connections_per_address),
            tls,
            tasks: TaskTracker::new(),
            config,
            stop,
        });
        let demo = Demo::drammen();
        let floor = match hub.floors.get(&demo.slug) {
            Some(floor) => floor,
            None => hub.floors.make(&demo.slug).await.expect("a free address"),
        };
        demo.load(&floor).await.expect("the demo loads");
        let app = routes::routes(Arc::clone(&hub));
        tokio::spawn(accept(listener, Arc::clone(&hub), app));
        Self {
            address,
            hub,
            disk,
            give_stop,
        }
    }

    pub fn floor(&self) -> FloorHandle {
        self.hub.floors.get("drammen").expect("the demo exchange")
    }

    pub async fn token(&self, role: Role) -> String {
        let exchange = self.floor().exchange.id;
        self.hub
            .access
            .issue_token(exchange, role, role.as_str())
            .await
            .expect("a token")
    }

    /// The device that a token is of.
    pub async fn device(&self, token: &str) -> DeviceId {
        let bearer = format!("Bearer {token}").parse().expect("a token is plain text");
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]);
        let peer = Peer {
            address: [127, 0, 0, 1].into(),
            channel: Channel::Plain,
        };
        let exchange = self.floor().exchange.id;
        let session = self.hub.access.session(exchange, "drammen", &headers, peer).await;
        session.expect("a token that holds").expect("a session").device
    }

    pub async fn revoke(&self, device: DeviceId) {
        self.hub
            .access
            .revoke(self.floor().exchange.id, device)
            .await
            .expect("revoked");
    }

    pub fn stop(&self) {
        self.give_stop
            .send(true)
            .expect("the server listens for its stop");
    }

    /// Opens the floor, and returns when the bell has struck.
    pub async fn open_floor(&self) {
        open_floor(&self.floor(), &self.hub.clock).await;
    }
}

pub fn config(url: &str) -> Config {
    match Arguments::parse_from(["borsklokka", "serve", "--database", url]).task {
        Task::Serve(config) => config,
        Task::Simulate(_) | Task::Token(_) | Task::Check(_) => unreachable!("the arguments say serve"),
    }
}

pub fn actor(role: Role) -> Actor {
    Actor {
        role,
        device: device(role),
        name: role.as_str().to_owned(),
        paired_at: Instant::default(),
    }
}

fn device(role: Role) -> DeviceId {
    DeviceId(Uuid::from_u128(0xD0 + role as u128))
}

pub fn submission(role: Role, command: Command) -> Submission {
    Submission {
        actor: actor(role),
        id: CommandId(Uuid::now_v7()),
        command,
        written_at: None,
        clock: ClockTrust::Estimated,
    }
}

pub fn post(index: usize) -> Command {
    Command::PostDeal {
        deal: DealId(Uuid::now_v7()),
        terms: Demo::drammen().terms(index),
        written_on: WrittenOn::Tablet,
    }
}

pub fn assert_accepted(answer: &Answer) {
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
}

/// Opens the floor, and returns when the bell has struck.
pub async fn open_floor(floor: &FloorHandle, clock: &SharedClock) {
    let expected = Expected::exactly(Phase::Preparing, None);
    let open = Command::OpenFloor {
        expected,
        start_round: Some(RoundId(1)),
    };
    assert_accepted(&floor.submit(submission(Role::Moderator, open)).await);
    let strikes_at = floor
        .view
        .with_staff_board(|board| board.floor.trading.last().map(|trading| trading.opened_at))
        .expect("the floor has been opened");
    while clock.now() < strikes_at {
        let wait_ms = strikes_at.ms_since(clock.now()).max(1) as u64;
        tokio::time::sleep(std::time::Duration::from_millis(wait_ms)).await;
    }
}
