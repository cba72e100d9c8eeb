//! Keeps the laptop awake while a floor is open: asleep, it would take the hall's screens with it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use borsklokka_shared::exchange::Phase;

use crate::hub::Hub;
use crate::stop::Ticks;

/// How often it is looked whether a floor is open, in seconds: no laptop goes to sleep so soon.
const LOOK_S: u64 = 2;

/// Keeps it awake while a floor is open, until the stop; `why` is what the system shows of it, and `refused` what is said if it cannot be.
pub(crate) async fn keep(hub: Arc<Hub>, why: &'static str, refused: &'static str) {
    let (wanted, asked) = channel();
    // Windows goes by threads: whoever has asked must be there until it is over.
    let holding = thread::Builder::new().name("awake".to_owned());
    if let Err(error) = holding.spawn(move || hold_while(&asked, why, refused)) {
        tracing::warn!(%error, "{refused}");
        return;
    }
    let mut is_held = false;
    let mut ticks = Ticks::every_s(LOOK_S, &hub.stop);
    while ticks.go_on().await {
        let is_open = hub
            .floors
            .all_open()
            .iter()
            .any(|floor| floor.view.with_staff_board(|board| board.floor.settled_phase()) == Phase::Open);
        if is_open != is_held {
            is_held = is_open;
            // Its thread ends after this task alone.
            let _ = wanted.send(is_open);
        }
    }
}

/// Holds the machine awake whenever the last word was that it is wanted, until nobody can ask any more.
fn hold_while(asked: &Receiver<bool>, why: &str, refused: &str) {
    let mut held = None;
    for is_wanted in asked {
        drop(held.take());
        if is_wanted {
            match system::hold(why) {
                Ok(awake) => held = Some(awake),
                Err(error) => tracing::warn!(%error, "{refused}"),
            }
        }
    }
}

/// Windows is asked by its own interface.
#[cfg(windows)]
mod system {
    use keepawake::{Builder, KeepAwake, Result};

    pub(super) fn hold(why: &str) -> Result<KeepAwake> {
        Builder::default().idle(true).display(true).reason(why).create()
    }
}

/// Elsewhere the system has a program that holds it awake as long as another one runs.
#[cfg(not(windows))]
mod system {
    use std::io::{self, Read as _};
    use std::process::{Child, Command, Stdio};

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
        // One that is refused ends without running it.
        if let Some(said) = &mut awake.0.stdout {
            said.read_exact(&mut [0])?;
        }
        Ok(awake)
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
