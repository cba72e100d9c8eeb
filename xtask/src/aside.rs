//! A step that runs in a process of its own beside others.

use std::io::{Read, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, bail};

/// Such a step. It is ended if the others fail first.
pub(crate) struct Aside {
    name: String,
    process: Child,
    said: Arc<Mutex<Said>>,
    listener: Option<JoinHandle<()>>,
}

/// What it says.
enum Said {
    /// It is kept while others speak.
    Kept(Vec<u8>),
    /// It is printed as it comes.
    Printed,
}

impl Aside {
    /// Begins one, whose command says what it does on its error output.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn begin(name: &str, command: &mut Command) -> Result<Self> {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("the step {name} could not be started"))?;
        let said = Arc::new(Mutex::new(Said::Kept(Vec::new())));
        let listener = process.stderr.take().map(|voice| {
            let said = Arc::clone(&said);
            thread::spawn(move || listen(voice, &said))
        });
        eprintln!("    beside it: {name}");
        Ok(Self {
            name: name.to_owned(),
            process,
            said,
            listener,
        })
    }

    /// Prints what it has said, and waits for the rest.
    ///
    /// # Errors
    /// When it fails.
    pub(crate) fn join(mut self) -> Result<()> {
        {
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            if let Said::Kept(kept) = &*said {
                std::io::stderr().write_all(kept)?;
            }
            *said = Said::Printed;
        }
        let status = self.process.wait()?;
        if let Some(listener) = self.listener.take() {
            // It ends with what it listens to.
            let _ended = listener.join();
        }
        if !status.success() {
            bail!("{} failed: its own message is above", self.name);
        }
        Ok(())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // It may have ended by itself. What its compiler goes on with is used the next time.
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}

fn listen(mut voice: impl Read, said: &Mutex<Said>) {
    let mut heard = [0; 4096];
    while let Ok(bytes @ 1..) = voice.read(&mut heard) {
        match &mut *said.lock().unwrap_or_else(PoisonError::into_inner) {
            Said::Kept(kept) => kept.extend_from_slice(&heard[..bytes]),
            // A terminal that is gone is no reason to end.
            Said::Printed => drop(std::io::stderr().write_all(&heard[..bytes])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_beside_others_is_told() {
        let mut rustc = Command::new("rustc");
        let aside = Aside::begin("version", rustc.arg("--version")).unwrap();
        aside.join().unwrap();
        let mut rustc = Command::new("rustc");
        let aside = Aside::begin("nonsense", rustc.arg("--nonsense")).unwrap();
        let error = aside.join().unwrap_err().to_string();
        assert!(error.contains("nonsense failed"), "{error}");
    }
}
