//! Keeps the laptop awake while a floor is open: asleep, it would take the hall's screens with it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use borsklokka_shared::exchange::Phase;

use crate::hub::Hub;
use crate::stop::Ticks;

/// How often it is looked whether a floor is open, in seconds: no laptop goes to sleep so soon.
const LOOK_S: u64 = 2;
/// How often it is looked whether what holds the machine awake still does.
const STILL_EVERY: Duration = Duration::from_secs(2);

/// Keeps it awake while a floor is open, until the stop; `why` is what the system shows of it, and `refuse` says that it cannot be.
pub(crate) async fn keep(hub: Arc<Hub>, why: &'static str, refuse: fn()) {
    let (wanted, asked) = channel();
    // Windows goes by threads: whoever has asked must be there until it is over.
    let holding = thread::Builder::new().name("awake".to_owned());
    if let Err(error) = holding.spawn(move || hold_while(&asked, why, refuse)) {
        tracing::info!("no thread to keep the machine awake: {error}");
        refuse();
        return;
    }
    let mut told = 0;
    let mut ticks = Ticks::every_s(LOOK_S, &hub.stop);
    while ticks.go_on().await {
        let floors = hub.floors.all_open();
        let open = floors
            .iter()
            .filter(|floor| floor.view.with_staff_board(|board| board.floor.settled_phase()) == Phase::Open)
            .count();
        if open != told {
            told = open;
            // Its thread ends after this task alone.
            let _ = wanted.send(open);
        }
    }
}

/// Holds the machine awake while any floor is open, until nobody can tell any more how many are. What ends by itself is asked for anew, and what
/// is refused again whenever another floor opens.
fn hold_while(asked: &Receiver<usize>, why: &str, refuse: fn()) {
    let (mut open, mut held) = (0, None);
    loop {
        let asks = match asked.recv_timeout(STILL_EVERY) {
            Ok(now) => {
                let has_more = now > open;
                open = now;
                has_more && held.is_none()
            }
            Err(RecvTimeoutError::Timeout) => held.take_if(system::Awake::has_ended).is_some(),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if open == 0 {
            held = None;
        } else if asks {
            match system::hold(why) {
                Ok(awake) => held = Some(awake),
                Err(error) => {
                    tracing::info!("the system does not keep the machine awake: {error}");
                    refuse();
                }
            }
        }
    }
}

/// Windows is asked by its own interface.
#[cfg(windows)]
mod system {
    use keepawake::{Builder, KeepAwake, Result};

    /// Lets the machine sleep when it is dropped.
    pub(super) struct Awake(#[expect(dead_code, reason = "it is dropped")] KeepAwake);

    pub(super) fn hold(why: &str) -> Result<Awake> {
        let kept = Builder::default().idle(true).display(true).reason(why).create();
        kept.map(Awake)
    }

    impl Awake {
        /// The system ends it with this thread alone.
        pub(super) fn has_ended(&mut self) -> bool {
            false
        }
    }
}

/// Elsewhere the system has a program that holds it awake as long as another one runs.
#[cfg(not(windows))]
mod system {
    use std::io::{self, Read as _};
    use std::process::{Child, Command, Stdio};
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    /// How long it may take to say that it runs.
    const SAYS_WITHIN: Duration = Duration::from_secs(10);

    /// What says that it runs, and runs as long as its input is open: it ends with this process, however that ends.
    const RUNS_WITH_US: [&str; 3] = ["sh", "-c", "echo; exec cat"];

    /// Lets the machine sleep when it is dropped.
    pub(super) struct Awake(Child);

    pub(super) fn hold(why: &str) -> io::Result<Awake> {
        let mut command = program(why);
        command
            .args(RUNS_WITH_US)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut awake = Awake(command.spawn()?);
        let Some(mut said) = awake.0.stdout.take() else {
            return Ok(awake);
        };
        // One that is refused ends without running it; one that hangs says nothing for ever.
        let (saying, says) = channel();
        thread::spawn(move || {
            let _ = saying.send(said.read_exact(&mut [0]));
            // It may go on to say something, to nobody.
            let _ = io::copy(&mut said, &mut io::sink());
        });
        match says.recv_timeout(SAYS_WITHIN) {
            Ok(said) => said.map(|()| awake),
            Err(_) => {
                // What hangs is not waited for.
                let _ = awake.0.kill();
                Err(io::ErrorKind::TimedOut.into())
            }
        }
    }

    impl Awake {
        /// Whether somebody has ended it.
        pub(super) fn has_ended(&mut self) -> bool {
            !matches!(self.0.try_wait(), Ok(None))
        }
    }

    #[cfg(target_os = "macos")]
    fn program(_: &str) -> Command {
        let mut command = Command::new("caffeinate");
        command.args(["-d", "-i", "-s"]);
        command
    }

    #[cfg(not(target_os = "macos"))]
    fn program(why: &str) -> Command {
        let mut command = Command::new("systemd-inhibit");
        command.args(["--what", "idle:sleep:handle-lid-switch"]).args([
            "--who",
            "Børsklokka",
            "--why",
            why,
            "--mode",
            "block",
        ]);
        command
    }

    impl Drop for Awake {
        fn drop(&mut self) {
            drop(self.0.stdin.take());
            // It has ended, or does now.
            let _ = self.0.wait();
        }
    }
}
