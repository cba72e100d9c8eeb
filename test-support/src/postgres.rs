//! A PostgreSQL of the tests' own: one throw-away cluster a process, one database a test.
//!
//! The cluster is stopped and its folder removed by a watcher, a shell that waits for this process to end: so also when a
//! test fails or the process is killed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

const INSTALL: &str = "these tests need PostgreSQL's programs: apt-get install postgresql";

static CLUSTER: OnceLock<Cluster> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The URL of a fresh, empty database in the cluster of this process.
pub fn fresh_database() -> String {
    CLUSTER.get_or_init(Cluster::start).fresh_database()
}

/// A running PostgreSQL.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// The URL of a fresh, empty database.
    pub fn fresh_database(&self) -> String {
        let (port, name) = (
            self.port.to_string(),
            format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed)),
        );
        let mut createdb = Command::new(self.programs.join("createdb"));
        createdb.args(["-h", "127.0.0.1", "-p", &port, "-U", "borsklokka", &name]);
        run(&mut createdb);
        format!("postgres://borsklokka@127.0.0.1:{port}/{name}")
    }

    /// Starts one.
    pub fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new()
            .prefix("borsklokka-pg")
            .tempdir()
            .expect("a temporary folder")
            .keep();
        if is_root() {
            run(Command::new("chown").arg("nobody").arg(&folder));
        }
        let data = folder.join("data");
        run(as_server(&programs.join("initdb")).arg("-D").arg(&data).args([
            "-U",
            "borsklokka",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]));
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let cluster = Self {
            programs,
            folder,
            port,
        };
        cluster.start_again();
        watch(&cluster.programs, &cluster.folder);
        cluster
    }

    /// Stops it, as for a restart: whoever is connected is cut off.
    pub fn stop(&self) {
        run(self.pg_ctl().args(["-m", "fast", "-w", "stop"]));
    }

    /// Starts it after it was stopped, on the same port.
    pub fn start_again(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c max_connections=300 -k {}",
            self.port,
            self.folder.display()
        );
        run(self
            .pg_ctl()
            .arg("-l")
            .arg(self.folder.join("log"))
            .args(["-w", "-o", &options, "start"]));
    }

    /// Sends all of its processes a signal.
    pub fn signal(&self, signal: &str) {
        let pid = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).expect("it runs");
        let first = pid.lines().next().expect("its process").to_owned();
        // The backends are its children.
        let children = Command::new("pgrep")
            .args(["-P", &first])
            .output()
            .expect("pgrep");
        let children = String::from_utf8_lossy(&children.stdout).into_owned();
        run(Command::new("kill")
            .arg(signal)
            .arg(&first)
            .args(children.split_whitespace()));
    }

    fn pg_ctl(&self) -> Command {
        let mut command = as_server(&self.programs.join("pg_ctl"));
        command.arg("-D").arg(self.folder.join("data"));
        command
    }
}

/// Waits, in a process of its own, until this one has ended, and then removes the cluster.
#[expect(clippy::zombie_processes, reason = "it outlives this process")]
fn watch(programs: &Path, folder: &Path) {
    let script = r#"trap '' INT TERM; while kill -0 "$1" 2>/dev/null; do sleep 0.5; done
        "${@:4}" "$2/pg_ctl" -D "$3/data" -m immediate stop; rm -rf "$3""#;
    let mut watcher = Command::new("bash");
    watcher.args(["-c", script, "watch", &std::process::id().to_string()]);
    watcher.arg(programs).arg(folder);
    if is_root() {
        watcher.args(["runuser", "-u", "nobody", "--"]);
    }
    watcher
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash");
}

/// PostgreSQL refuses root.
fn as_server(program: &Path) -> Command {
    let mut command = if is_root() {
        let mut runuser = Command::new("runuser");
        runuser.args(["-u", "nobody", "--"]).arg(program);
        runuser
    } else {
        Command::new(program)
    };
    // A folder that every user may enter.
    command.current_dir("/");
    command
}

fn run(command: &mut Command) {
    // Not piped: the server that pg_ctl starts would hold a pipe open.
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .expect(INSTALL);
    assert!(status.success(), "{command:?}: {status}");
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id");
    id.stdout.trim_ascii() == b"0"
}

fn programs() -> PathBuf {
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    let told = told.map(|told| PathBuf::from(String::from_utf8_lossy(told.stdout.trim_ascii()).into_owned()));
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut debian: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    told.into_iter()
        .chain(debian.into_iter().rev())
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
        .expect(INSTALL)
}
