//! Starts a floor or a whole server in the test's own process, and speaks for the people in it.

pub(crate) mod ear;
pub(crate) mod held_log;
pub(crate) mod trust;

use std::io::{BufReader, Lines};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ChildStdout, ExitStatus, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use borsklokka::access::Access;
use borsklokka::agreement::Press;
use borsklokka::api::{Channel, Peer};
use borsklokka::clock::{MachineClock, SharedClock};
use borsklokka::config::Config;
use borsklokka::database::Database;
use borsklokka::demo::Demo;
use borsklokka::doors::Doors;
use borsklokka::floor::{FloorHandle, Submission};
use borsklokka::floors::Floors;
use borsklokka::gallery::Gallery;
use borsklokka::hub::{Hub, PerMinute, Rates};
use borsklokka::listen::{accept, listen};
use borsklokka::log::{self, Answer, Log};
use borsklokka::poster::Posters;
use borsklokka::routes;
use borsklokka::smtp::Post;
use borsklokka::stop::Stop;
use borsklokka::tls::Tls;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::DeviceId;
use borsklokka_shared::role::Role;
use tempfile::TempDir;
use test_support::process::{Binary, Process, output, wait_for};
use test_support::{new_deal, opening, paired_long_ago, until};
use tokio_util::sync::DropGuard;
use tokio_util::task::TaskTracker;

/// A database: in a folder of its own, or wherever its URL says.
pub(crate) struct Disk {
    pub(crate) folder: TempDir,
    pub(crate) database: Database,
    url: String,
}

impl Disk {
    pub(crate) async fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("borsklokka.db").display());
        let database = Database::open(&url).await.expect("a fresh database");
        Self {
            folder,
            database,
            url,
        }
    }

    pub(crate) async fn at(url: &str) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            database: Database::open(url).await.expect("a database"),
            url: url.to_owned(),
        }
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }
}

/// A server in this process, on a free port.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) hub: Arc<Hub>,
    pub(crate) disk: Disk,
    floor: FloorHandle,
    _stop: DropGuard,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let disk = Disk::fresh().await;
        let log = log::open(&disk.database);
        Self::start_with(disk, log).await
    }

    /// A server with the demo exchange, whose floors write to `log`.
    pub(crate) async fn start_with(disk: Disk, log: Arc<dyn Log>) -> Self {
        let mut config = config(&disk.url());
        config.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::start_as(disk, log, config, None).await
    }

    /// A server that shows a certificate, configured by `change`.
    pub(crate) async fn start_over(tls: Option<Arc<Tls>>, change: impl FnOnce(&mut Config)) -> Self {
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
        let stop = Stop::new();
        let clock: SharedClock = Arc::new(MachineClock::anchored());
        let floors = Floors::open(log, Arc::clone(&clock), stop.clone())
            .await
            .expect("a log that can be read");
        let hub = Arc::new(Hub {
            floors,
            access: Access::new(disk.database.clone(), Arc::clone(&clock)),
            press: Arc::new(Press::new().expect("threads for the press")),
            clock: Arc::clone(&clock),
            gallery: Gallery::default(),
            posters: Posters::default(),
            rates: Rates::of(PerMinute::with_commands(config.commands_per_minute), &clock),
            doors: Doors::new(
                config.connections,
                config.connections_per_address,
                config.trusted_proxies.clone(),
                &clock,
            ),
            post: Post::of(&config).expect("nothing is said of mail"),
            tls,
            tasks: TaskTracker::new(),
            config,
            stop: stop.clone(),
        });
        let demo = Demo::drammen();
        let floor = match hub.floors.get(&demo.slug).await {
            Ok(floor) => floor,
            Err(_) => hub.floors.make(&demo.slug).await.expect("a free address"),
        };
        demo.load(&floor).await.expect("the demo loads");
        let app = routes::routes(Arc::clone(&hub));
        tokio::spawn(accept(listener, Arc::clone(&hub), app));
        Self {
            address,
            hub,
            disk,
            floor,
            _stop: stop.drop_guard(),
        }
    }

    pub(crate) fn floor(&self) -> FloorHandle {
        self.floor.clone()
    }

    pub(crate) async fn token(&self, role: Role) -> String {
        let exchange = self.floor().exchange.id;
        self.hub
            .access
            .issue_token(exchange, role, role.as_str())
            .await
            .expect("a token")
    }

    /// The device that a token is of.
    pub(crate) async fn device(&self, token: &str) -> DeviceId {
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

    pub(crate) async fn revoke(&self, device: DeviceId) {
        self.hub
            .access
            .revoke(self.floor().exchange.id, device)
            .await
            .expect("revoked");
    }

    pub(crate) fn stop(&self) {
        self.hub.stop.cancel();
    }

    /// Opens the floor, and returns when the bell has struck.
    pub(crate) async fn open_floor(&self) {
        open_floor(&self.floor(), &self.hub.clock).await;
    }
}

pub(crate) fn config(url: &str) -> Config {
    Config::of(&["--database", url]).expect("a command line")
}

/// Nothing here takes nearly as long, in seconds: a test that waits for what does not come fails.
const PATIENCE_S: u64 = 60;

pub(crate) async fn patiently<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(PATIENCE_S), work)
        .await
        .expect("it comes in the end")
}

/// The server's own binary.
pub(crate) const BORSKLOKKA: Binary = Binary(env!("CARGO_BIN_EXE_borsklokka"));

/// A free port of loopback.
pub(crate) const ANYWHERE: &str = "127.0.0.1:0";

/// The binary, serving the demo exchange; and where.
pub(crate) fn serve(listen: &str, url: &str) -> (Process, String) {
    let (server, address) = BORSKLOKKA.serve(listen, url, |command| {
        command.args(["--demo", "--commands-per-minute", "1000000"]);
        command.stderr(Stdio::null());
    });
    (server, address.to_string())
}

/// The URL of a database in a file.
pub(crate) fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// What a task of the binary does with a database.
pub(crate) fn run(task: &str, url: &str, more: &[&str]) -> Output {
    let mut command = BORSKLOKKA.command();
    command.args([task, "--database", url]).args(more);
    output(&mut command)
}

/// All that it said.
pub(crate) fn said(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// Runs a task that succeeds, and returns what it said.
pub(crate) fn done(task: &str, url: &str, more: &[&str]) -> String {
    let output = run(task, url, more);
    assert!(output.status.success(), "{task}: {}", said(&output));
    said(&output)
}

/// Runs a task that is refused, and returns why.
pub(crate) fn refused(task: &str, url: &str, more: &[&str]) -> String {
    let output = run(task, url, more);
    assert!(!output.status.success(), "{task}: {}", said(&output));
    said(&output)
}

/// Reads on until a server that was just started has said its last words, from which on a signal stops it gracefully. What it gives is held
/// while the server runs, or what it prints finds nobody.
pub(crate) fn started(server: &mut Process) -> Lines<BufReader<ChildStdout>> {
    let mut lines = server.lines();
    let is_ready = wait_for(|| lines.any(|line| line.is_ok_and(|line| line == "Stop with Ctrl-C.")));
    assert!(is_ready);
    lines
}

/// Sends a server a signal, such as `-TERM`.
pub(crate) fn signal(server: &Process, signal: &str) {
    let mut kill = std::process::Command::new("kill");
    kill.args([signal, &server.id().to_string()]);
    assert!(output(&mut kill).status.success());
}

/// How a server ends, once it does.
pub(crate) async fn end_of(server: &mut Process) -> ExitStatus {
    loop {
        if let Some(ended) = server.ended() {
            return ended;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A file as an argument.
pub(crate) fn name(file: &Path) -> &str {
    file.to_str().expect("a name of letters")
}

/// What lies in a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// Changes a database of SQLite by hand.
pub(crate) async fn change(disk: &Disk, statement: &str) {
    let Database::Sqlite(sqlite) = &disk.database else {
        panic!("not SQLite");
    };
    let done = sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&sqlite.writer)
        .await;
    done.expect("done");
}

pub(crate) fn submission(role: Role, command: Command) -> Submission {
    Submission::now(paired_long_ago(role), command)
}

/// One of the demo's deals.
pub(crate) fn post(index: usize) -> Command {
    new_deal(Demo::drammen().terms(index))
}

pub(crate) fn assert_accepted(answer: &Answer) {
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
}

/// Opens the floor, and returns when the bell has struck.
pub(crate) async fn open_floor(floor: &FloorHandle, clock: &SharedClock) {
    assert_accepted(&floor.submit(submission(Role::Moderator, opening())).await);
    let strikes_at = floor
        .view
        .with_staff_board(|board| board.floor.trading.last().map(|trading| trading.opened_at))
        .expect("the floor has been opened");
    until(strikes_at, || clock.now()).await;
}
