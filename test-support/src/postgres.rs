//! A PostgreSQL of the tests' own: one throw-away cluster a process, one database a test.
//!
//! A cluster that is dropped is stopped and its folder removed. That of the process is by a watcher, a shell that waits for this process to end:
//! so also when a test fails or the process is killed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where the cluster is, in its folder.
const DATA: &str = "data";
/// Where its replica is, if it has one.
const REPLICA: &str = "replica";
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
            self.port,
            format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed)),
        );
        run(self.client("createdb", self.port).arg(&name));
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
        let data = folder.join(DATA);
        run(as_server(&programs.join("initdb")).arg("-D").arg(&data).args([
            "-U",
            "borsklokka",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]));
        let cluster = Self {
            programs,
            folder,
            port: free_port(),
        };
        cluster.start_again();
        watch(&cluster.programs, &cluster.folder);
        cluster
    }

    /// Stops it, as for a restart: whoever is connected is cut off.
    pub fn stop(&self) {
        run(self.pg_ctl().args(["-m", "fast", "-w", "stop"]));
    }

    /// Has it die, in the middle of whatever it does.
    pub fn die(&self) {
        run(self.pg_ctl().args(["-m", "immediate", "-w", "stop"]));
    }

    /// Starts it after it was stopped, on the same port.
    pub fn start_again(&self) {
        self.start_in(DATA, self.port);
    }

    fn start_in(&self, data: &str, port: u16) {
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c max_connections=300 -k {}",
            self.folder.display()
        );
        run(self
            .pg_ctl_of(data)
            .arg("-l")
            .arg(self.folder.join(format!("log of {data}")))
            .args(["-w", "-o", &options, "start"]));
    }

    /// Gives it a replica, which follows it.
    pub fn replicate(&self) -> Replica<'_> {
        let mut copy = as_server(&self.programs.join("pg_basebackup"));
        copy.args([
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
            "-U",
            "borsklokka",
        ]);
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-D"]);
        run(copy.arg(self.folder.join(REPLICA)));
        let replica = Replica {
            of: self,
            port: free_port(),
        };
        self.start_in(REPLICA, replica.port);
        replica
    }

    /// Sends all of its processes a signal.
    pub fn signal(&self, signal: &str) {
        let pid = std::fs::read_to_string(self.folder.join(DATA).join("postmaster.pid")).expect("it runs");
        let first = pid.lines().next().expect("its process");
        // It first: once it stands still it starts no other.
        run(Command::new("kill").args([signal, first]));
        let children = Command::new("pgrep").args(["-P", first]).output();
        let children = String::from_utf8_lossy(&children.expect("pgrep").stdout).into_owned();
        // Of its backends one or the other ends before it is told.
        let _ = Command::new("kill")
            .arg(signal)
            .args(children.split_whitespace())
            .stderr(Stdio::null())
            .status();
    }

    /// A program that asks the server at a port for something.
    fn client(&self, program: &str, port: u16) -> Command {
        let mut client = as_server(&self.programs.join(program));
        client.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", "borsklokka"]);
        client
    }

    fn pg_ctl(&self) -> Command {
        self.pg_ctl_of(DATA)
    }

    fn pg_ctl_of(&self, data: &str) -> Command {
        let mut command = as_server(&self.programs.join("pg_ctl"));
        command.arg("-D").arg(self.folder.join(data));
        command
    }
}

impl Drop for Cluster {
    /// A system has room for some dozens of them.
    fn drop(&mut self) {
        for data in [DATA, REPLICA] {
            if self.folder.join(data).join("postmaster.pid").exists() {
                let mut stop = self.pg_ctl_of(data);
                stop.args(["-m", "immediate", "-w", "stop"]);
                // What does not stop now is stopped by the watcher.
                let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
            }
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A replica of a cluster, from which can be read.
pub struct Replica<'a> {
    of: &'a Cluster,
    port: u16,
}

impl Replica<'_> {
    /// The same database here, by its URL there.
    pub fn url(&self, there: &str) -> String {
        there.replace(&format!(":{}/", self.of.port), &format!(":{}/", self.port))
    }

    /// Lets it hear nothing more of what it follows.
    pub fn falls_behind(&self) {
        let mut psql = as_server(&self.of.programs.join("psql"));
        psql.args([
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
            "-U",
            "borsklokka",
        ]);
        psql.args([
            "-d",
            "postgres",
            "-q",
            "-c",
            "ALTER SYSTEM SET primary_conninfo = ''",
        ]);
        run(psql.args(["-c", "SELECT pg_reload_conf()"]));
    }

    /// Takes the place of what it followed, which is dead, with what it has heard.
    pub fn takes_over(self) {
        let Cluster { folder, .. } = self.of;
        run(self.of.pg_ctl_of(REPLICA).args(["-m", "fast", "-w", "stop"]));
        std::fs::rename(folder.join(DATA), folder.join("died")).expect("a folder of one's own");
        std::fs::rename(folder.join(REPLICA), folder.join(DATA)).expect("a folder of one's own");
        self.of.start_again();
        run(self.of.pg_ctl().args(["-w", "promote"]));
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}

/// Waits, in a process of its own, until this one has ended, and then removes the cluster.
#[expect(clippy::zombie_processes, reason = "it outlives this process")]
fn watch(programs: &Path, folder: &Path) {
    let script = r#"trap '' INT TERM; while kill -0 "$1" 2>/dev/null && [ -e "$3" ]; do sleep 0.5; done
        for data in "$3"/*/postmaster.pid; do "${@:4}" "$2/pg_ctl" -D "${data%/*}" -m immediate stop; done; rm -rf "$3""#;
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
