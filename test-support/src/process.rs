//! Programs as processes of their own, the real binary first.

use std::io::{BufRead, BufReader, Lines};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};

/// Waits for another program: its first line, or its end.
///
/// # Panics
/// In a runtime with one thread: a server that runs in the same test would stand still meanwhile, perhaps in the middle of a
/// transaction that the program waits for. Such a test takes `#[tokio::test(flavor = "multi_thread")]`.
pub fn wait_for<T>(program: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(program)
}

/// What a program says until it ends.
pub fn output(command: &mut Command) -> Output {
    let output = wait_for(|| command.output());
    output.unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// A running program, which is killed when this is dropped.
pub struct Process(Child);

impl Process {
    /// Starts it, with an output that is read.
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        Self(child.unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// What it prints, line by line.
    pub fn lines(&mut self) -> Lines<BufReader<ChildStdout>> {
        BufReader::new(self.0.stdout.take().expect("its output is read once")).lines()
    }

    /// The first line that it prints. The rest is read and left.
    pub fn first_line(&mut self) -> String {
        let mut lines = self.lines();
        let first = lines.next().expect("it ended before it was ready");
        std::thread::spawn(move || lines.for_each(drop));
        first.expect("text")
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("a child of this process")
    }

    /// Kills it with SIGKILL, and returns when it is gone.
    pub fn kill(&mut self) {
        // One that has ended need not be killed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The real binary, by its path: cargo gives `env!("CARGO_BIN_EXE_borsklokka")` to the tests and benches of its package.
#[derive(Clone, Copy)]
pub struct Binary(pub &'static str);

impl Binary {
    pub fn command(self) -> Command {
        Command::new(self.0)
    }

    /// Serves a database; and where. `change` says what else.
    pub fn serve(self, listen: &str, url: &str, change: impl FnOnce(&mut Command)) -> (Process, SocketAddr) {
        let mut command = self.command();
        command.args(["serve", "--listen", listen, "--database", url]);
        change(&mut command);
        let mut server = Process::start(&mut command);
        let line = wait_for(|| server.first_line());
        let address = line.rsplit(' ').next().and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("the server says where it listens: {line}"));
        (server, address)
    }

    /// A token of its own making.
    pub fn token(self, url: &str, role: &str) -> String {
        let mut command = self.command();
        command.args([
            "token",
            "--exchange",
            "drammen",
            "--role",
            role,
            "--database",
            url,
        ]);
        let output = output(&mut command);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout)
            .expect("a token is ASCII")
            .trim()
            .to_owned()
    }
}
