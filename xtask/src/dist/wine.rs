//! Wine, which plays Windows where there is none, in a folder of its own: what a program keeps there is nobody's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::debian;
use crate::progress::step;
use crate::started::Folder;
use crate::workspace::{on_path, run};

/// Rust's library asks Windows for random numbers by this file, which Wine has since its version 9.
const RANDOM: &str = "bcryptprimitives.dll";
const RANDOM_SOURCE: &str = "#include <windows.h>
#include <ntsecapi.h>
BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T bytes) { return RtlGenRandom(to, bytes); }
";
/// Opens no browser, and writes down what it was to open.
const BROWSER: &str = "#!/bin/sh\necho \"$1\" >> \"$0.asked\"\n";

/// A Windows with one user. What runs in it ends when this is dropped.
pub(super) struct Wine(Folder);

impl Wine {
    /// # Errors
    /// When Wine is not there and cannot be installed, or does not start. `compiler` is one of C for Windows.
    pub(super) fn new(compiler: &str) -> Result<Self> {
        if on_path("wine").is_none() {
            let advice = "a program for Windows is tried with Wine: install wine, of 64 bits";
            debian::install(&["wine", "wine64"], advice)?;
        }
        let wine = Self(Folder::new()?);
        step("start Wine", || run(wine.command("wineboot").arg("--init")))?;
        let random = wine.drive().join("windows/system32").join(RANDOM);
        if !random.exists() {
            let source = wine.0.0.join("random.c");
            fs::write(&source, RANDOM_SOURCE)?;
            let mut compile = Command::new(compiler);
            run(compile
                .arg("-shared")
                .arg("-o")
                .args([&random, &source])
                .arg("-ladvapi32"))?;
        }
        let browser = wine.0.0.join("xdg-open");
        fs::write(&browser, BROWSER)?;
        run(Command::new("chmod").arg("+x").arg(browser))?;
        Ok(wine)
    }

    /// What starts a program there, as if somebody had double-clicked it.
    pub(super) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut wine = Command::new("wine");
        self.be_in(&mut wine);
        wine.arg(program.as_ref());
        wine
    }

    /// The folder of the user's where programs keep what is theirs.
    ///
    /// # Errors
    /// When there is no user.
    pub(super) fn local_data(&self) -> Result<PathBuf> {
        let users = self.drive().join("users");
        let names = fs::read_dir(&users)?.flatten();
        let user = names
            .map(|user| user.path())
            .find(|user| !user.ends_with("Public"));
        Ok(user.context("Wine has a user")?.join("AppData/Local"))
    }

    /// What the browser was to open, in its order.
    pub(super) fn opened(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.0.0.join("xdg-open.asked")).unwrap_or_default();
        asked.lines().map(ToOwned::to_owned).collect()
    }

    fn drive(&self) -> PathBuf {
        self.0.0.join("windows/drive_c")
    }

    fn be_in(&self, command: &mut Command) {
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .env("WINEPREFIX", self.0.0.join("windows"))
            .env("HOME", &self.0.0)
            .env("PATH", format!("{}:{path}", self.0.0.display()))
            // Nor does it ask for what a browser or .NET would need, or puts the program into the user's menus.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml,winemenubuilder.exe=")
            .env("WINEDEBUG", "-all")
            .env_remove("DISPLAY");
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        let mut server = Command::new("wineserver");
        self.be_in(&mut server);
        // None that runs need not be ended.
        let _ = server.arg("--kill").status();
        let _ = server.arg("--wait").status();
    }
}
